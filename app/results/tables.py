"""The report on labels that were made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import app
from analysis.judgements import InputError
from analysis.report import analyse
from app.errors import Fault
from app.export import write_report
from app.results.analysing import REPLICATES
from app.results.computing import COMPUTING, Progress
from app.results.study import WRITING
from app.tables import read_judgements, read_stimuli


def report_tables(
    judgements: Path,
    stimuli: Path | None,
    out: Path,
    progress: Progress,
    *,
    categories: Sequence[str],
    scale: str,
    seed: int,
    unit_columns: Sequence[str] = (),
) -> Path:
    """Analyse plain tables and write the report into the folder `out`; the path of report.html.

    `unit_columns` are the columns of `stimuli` that hold activations: see `app.tables.read_stimuli`.

    Raises:
        Fault: a table cannot be read or analysed, or `out` cannot be written.
    """
    people = read_judgements(judgements, categories, scale)
    units = read_stimuli(stimuli, unit_columns) if stimuli is not None else None
    facts: dict[str, object] = {"title": judgements.stem, "program": f"Neuron Jury {app.__version__}"}
    if unit_columns and units is not None:
        facts["unit"] = units.unit
    try:
        report = analyse(
            people, units, seed=seed, study=facts, n_replicates=REPLICATES, progress=partial(progress, COMPUTING)
        )
    except InputError as error:
        raise Fault(f"{stimuli or judgements}: {error}") from error
    return write_report(report, out, progress=partial(progress, WRITING))
