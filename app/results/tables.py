"""The report on labels that were made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import app
from analysis.judgements import InputError
from analysis.report import analyse
from app.errors import Fault
from app.export import write_report
from app.results.study import COMPUTING, REPLICATES, WRITING, Progress
from app.tables import read_judgements, read_stimuli


def report_tables(
    judgements: Path,
    stimuli: Path | None,
    out: Path,
    progress: Progress,
    *,
    categories: list[str],
    scale: str,
    seed: int,
) -> Path:
    """Analyse plain tables and write the report into the folder `out`; the path of report.html.

    Raises:
        Fault: a table cannot be read or analysed, or `out` cannot be written.
    """
    people = read_judgements(judgements, categories, scale)
    units = read_stimuli(stimuli) if stimuli is not None else None
    facts: Mapping[str, object] = {"title": judgements.stem, "program": f"Neuron Jury {app.__version__}"}
    try:
        report = analyse(
            people, units, seed=seed, study=facts, n_replicates=REPLICATES, progress=partial(progress, COMPUTING)
        )
    except InputError as error:
        raise Fault(f"{stimuli or judgements}: {error}") from error
    return write_report(report, out, progress=partial(progress, WRITING))
