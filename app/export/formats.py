"""The formats that a report is written in, and the libraries that each needs beyond the base install."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from app.errors import Fault

_NEEDS = {
    "html": ("jinja2", "matplotlib"),
    "json": (),
    "csv": (),
    "pdf": ("matplotlib", "typst"),
    "figures": ("matplotlib",),
    "judgements": ("pyarrow",),
    "bib": (),
}
FORMATS = tuple(_NEEDS)
"""html: the page. json: report.json. csv: figures, curves and tables. pdf: the page on paper. figures: each chart as
SVG and PNG. judgements: what was said, as CSV and Parquet. bib: the references as BibTeX."""


def formats_of(text: str | None) -> tuple[str, ...]:
    """The formats that "html,pdf" names, each once; all of them where nothing is named.

    Raises:
        Fault: there is no format of such a name.
    """
    if text is None:
        return FORMATS
    named = {name.strip().lower() for name in text.split(",")} - {""}
    unknown = sorted(named.difference(FORMATS))
    if unknown or not named:
        told = f"There is no format called {', '.join(unknown)}" if unknown else "No format is named"
        raise Fault(f"{told}: a report can be {', '.join(FORMATS)}.")
    return tuple(name for name in FORMATS if name in named)


def check_installed(formats: Iterable[str]) -> None:
    """See that what these formats need is there: whoever only labels has none of it.

    Raises:
        Fault: a library is missing.
    """
    need("Writing a report", *(library for name in formats for library in _NEEDS[name]))


def need(doing: str, *libraries: str) -> None:
    """See that libraries of the `report` extra are there; none is loaded.

    Raises:
        Fault: one is missing.
    """
    missing = next((library for library in libraries if find_spec(library) is None), None)
    if missing is not None:
        raise Fault(f"{doing} needs {missing}: pip install 'neuron-jury[report]'")
