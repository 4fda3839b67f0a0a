"""The commands on a study that is being labeled: the window, and how everybody is getting on."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from app.cli.common import STUDY, opened, told


@click.command()
@click.argument("study", metavar="[STUDY.jury]", type=STUDY, required=False)
@click.option("--rater", metavar="NAME", help="Who labels: the name is filled in on the start page.")
@told
def label(study: Path | None, rater: str | None) -> None:
    """Open the labeling window on a study file. Close it at any time: labeling goes on where it was.

    Without a study it opens on the list of recent ones.

    \b
    Example:
        neuronjury label curves.jury
        neuronjury label
    """
    from app.qt.run import label as label_study

    sys.exit(label_study(study, rater))


@click.command()
@click.argument("study", metavar="STUDY.jury", type=STUDY)
@click.option("--json", "machine", is_flag=True, help="The same as JSON.")
@told
def status(study: Path, *, machine: bool) -> None:
    """Say how each rater is getting on: done, pace, catch trials, repeats, idle time, and what deserves a look.

    For whoever runs the study, never for its raters. Catch trials: right of those answered. Repeats: answered as the
    first time (a rating within one step, a slider within 10). Pace is the median active time of an answer. The file
    is only read; the reasons to leave a rater out of the report are those of [session.exclusion] in STUDY.toml.

    \b
    Example:
        neuronjury status curves.jury
        neuronjury status curves.jury --json > status.json
    """
    from app.status import as_json, as_table, exclusions_of, study_status

    with opened(study) as file:
        statuses, title = study_status(file), file.info().title
        left_out = exclusions_of(statuses, file.protocol().exclusion)
    if machine:
        click.echo(json.dumps(as_json(title, statuses, left_out), ensure_ascii=False, indent=1))
    else:
        click.echo(as_table(title, statuses, left_out))


COMMANDS = (label, status)
