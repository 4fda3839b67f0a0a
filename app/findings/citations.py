"""What a report refers to, as a list of references and as BibTeX."""

from __future__ import annotations

import re

import app
from analysis.figures import Report
from app.findings.bibliography import Citation, bibtex_entry, works
from app.findings.facts import text
from app.findings.methods import methods_of


def citations_for(report: Report) -> tuple[Citation, ...]:
    """The works that the report's methods refer to, in the order in which they do."""
    return methods_of(report).citations


def bibtex(report: Report) -> str:
    """The same works as BibTeX entries, and before them one for the study itself and one for the program."""
    entries = [_study(report), _program(), *(works()[one.key].entry for one in citations_for(report))]
    return "\n\n".join(entries) + "\n"


def _study(report: Report) -> str:
    study = report.study
    uuid = text(study, "study_uuid")
    fields = {"title": text(study, "title") or "A study of one unit"}
    year = re.match(r"\d{4}(?=-)", text(study, "created"))
    if year is not None:
        fields["year"] = year.group()
    notes = [f"Study file {uuid}" if uuid else "", f"analysed with {text(study, 'program')}"]
    said = "; ".join(note for note in notes if not note.endswith(" "))
    if study.get("simulated") is True:
        said = f"Simulated raters. {said}"
    if said:
        fields["note"] = said
    return bibtex_entry(f"study-{re.sub('[^0-9a-zA-Z]', '', uuid)[:8] or 'report'}", "misc", fields)


def _program() -> str:
    return bibtex_entry(
        "neuronjury", "misc", {"author": "The Neuron Jury authors", "title": f"Neuron Jury {app.__version__}"}
    )
