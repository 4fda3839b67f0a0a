"""Every judgement of a study is either counted, or told once among those that are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from helpers import new_study, png

from app.results.computing import report_on
from app.results.not_counted import not_counted
from app.results.source import read_source
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.protocol import Conditions, Exclusion, Protocol
from app.study.records import Known


def test_counted_and_not_counted_are_all_judgements(tmp_path: Path) -> None:
    protocol = Protocol(
        conditions=Conditions(0.6, 0.2, 0.2),
        without_references=0.25,
        repeats=0.1,
        repeat_distance=5,
        exclusion=Exclusion(catch_accuracy=0.8),
    )
    new = replace(new_study(40), protocol=protocol, known=(Known("ffff", "catch", 1, png(999), ("edge",)),))
    path = tmp_path / "study.jury"
    StudyFile.create(path, new)
    with StudyFile.open(path) as study:
        for number, name in enumerate(["ann", "bob", "bad", "stand-in"]):
            rater = study.add_rater(name, seed=number, simulated=name == "stand-in")
            log = RaterLog(study, rater)
            for place, trial in enumerate(study.trials(rater)):
                cannot = place % 7 == 0 and trial.kind == "main"
                label = None if cannot else "unrelated" if name == "bad" else "edge"
                log.append(Entry(trial.id, "cannot_tell" if cannot else "label", label, milliseconds=900))
    source = read_source(path)
    told = {str(row["what"]): row for row in not_counted(source)}
    assert set(told) == {
        "stand_ins", "excluded_raters", "without_references", "feedback", "revealed", "repeats", "cannot_tell",
    }  # fmt: skip
    each = len(source.judgements) // 4
    assert (told["stand_ins"]["judgements"], told["stand_ins"]["raters"]) == (each, 1)
    assert (told["excluded_raters"]["judgements"], told["excluded_raters"]["raters"]) == (each, 1)
    study_facts = report_on(source, lambda *_: None).study
    left_out = sum(int(str(row["judgements"])) for row in told.values())
    assert left_out + int(str(study_facts["n_judgements"])) == len(source.judgements)
