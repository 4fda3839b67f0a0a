"""The methods section of a paper, ready to paste, from the study's own facts, with the works that it refers to.

What a study does not state is not spoken of: the paragraphs of plain tables are short. A work is cited only where the
report holds a figure that rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.figures import Report
from app.findings.bibliography import Citation, works
from app.findings.methods_analysis import analysis_told
from app.findings.methods_study import material, people, sampling


@dataclass(frozen=True, slots=True)
class Methods:
    """Paragraphs that refer to works by their number, from 1, and those works in that order."""

    paragraphs: tuple[str, ...]
    citations: tuple[Citation, ...]


class Numbering:
    """Numbers works in the order in which they are cited."""

    def __init__(self) -> None:
        self._keys: list[str] = []

    def __call__(self, *keys: str) -> str:
        """The works as they are referred to in a sentence: "[1, 4]"."""
        self._keys += [key for key in keys if key not in self._keys]
        return f"[{', '.join(str(number) for number in sorted(self._keys.index(key) + 1 for key in keys))}]"

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The works cited so far, by their numbers."""
        return tuple(works()[key].citation for key in self._keys)


def methods_of(report: Report) -> Methods:
    """The methods section of a report."""
    cite = Numbering()
    sections = (
        material(report.study),
        sampling(report.study, cite),
        people(report.study, cite),
        analysis_told(report, cite),
    )
    paragraphs = (" ".join(sentence for sentence in sentences if sentence) for sentences in sections)
    return Methods(tuple(paragraph for paragraph in paragraphs if paragraph), cite.citations)
