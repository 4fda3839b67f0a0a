"""What the installers start: the labeling window alone, with the file that was double-clicked."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import app
from app.errors import Fault
from app.qt import run


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("study", metavar="[STUDY.jury]", type=click.Path(path_type=Path), required=False)
@click.option("--selftest", is_flag=True, help="Label a small study that nobody sees, say whether it worked, and stop.")
@click.version_option(app.__version__, prog_name="neuronjury")
def main(study: Path | None, *, selftest: bool) -> None:
    """Open a study that you were sent, and label it."""
    try:
        if selftest:
            run.selftest()
            click.echo(f"neuronjury {app.__version__}: a stimulus was shown, its answer was written and read back.")
        else:
            sys.exit(run.annotate(study))
    except Fault as fault:
        raise click.ClickException(str(fault)) from fault
