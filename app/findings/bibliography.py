"""The works that a report may refer to, as they stand in a list of references and as BibTeX.

Their fields lie in resources/report/references.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.assets import resource

Fields = Mapping[str, str]
"""The fields of a BibTeX entry, `author` with " and " between the names; not yet escaped."""

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # a brace would count even where it is escaped
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A work that the methods paragraphs refer to."""

    key: str
    """Of the BibTeX entry."""
    text: str
    """As it stands in a list of references."""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """One work: the kind of its BibTeX entry, and its fields."""

    key: str
    kind: str
    fields: Fields

    @property
    def citation(self) -> Citation:
        """The work as it stands in a list of references: authors (year). Title. Where."""
        of = self.fields
        authors = _listed([_short(name) for name in of["author"].split(" and ")])
        where = ", ".join(part for part in (_where(of), of.get("publisher", "")) if part)
        edition = f" ({of['edition']} ed.)" if "edition" in of else ""
        text = f"{authors} ({of['year']}). {of['title']}{edition}. {where}."
        return Citation(self.key, text, f"https://doi.org/{of['doi']}" if "doi" in of else of.get("url", ""))

    @property
    def entry(self) -> str:
        """The work as a BibTeX entry."""
        return bibtex_entry(self.key, self.kind, self.fields)


@cache
def works() -> Mapping[str, Work]:
    """Every work by its key."""
    with resource("report", "references.toml").open("rb") as file:
        table = tomllib.load(file)
    return {key: _work(key, fields) for key, fields in table.items()}


def bibtex_entry(key: str, kind: str, fields: Fields) -> str:
    """One entry; what TeX or BibTeX would take for more than text is escaped, so values may come from anybody."""
    rows = [f"  {name} = {{{_value(name, value)}}}," for name, value in fields.items()]
    return "\n".join([f"@{kind}{{{key},", *rows, "}"])


def _work(key: str, fields: Mapping[str, object]) -> Work:
    told = {name: " and ".join(value) if isinstance(value, list) else str(value) for name, value in fields.items()}
    return Work(key, told.pop("type"), told)


def _value(name: str, text: str) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if name in ("doi", "url"):  # both are printed verbatim by the packages that print them
        return plain.replace("{", "").replace("}", "")
    escaped = "".join(_TEX.get(sign, sign) for sign in plain)
    if name == "author":  # who has no first name is no person, and stays in one piece
        return " and ".join(one if ", " in one else f"{{{one}}}" for one in escaped.split(" and "))
    return f"{{{escaped}}}" if name == "title" else escaped  # in braces of its own a title keeps its capitals


def _short(name: str) -> str:
    """ "Fleiss, Joseph L." as "Fleiss, J. L."; a name without a comma stays."""
    last, comma, first = name.partition(", ")
    initials = " ".join(part if part.endswith(".") else f"{part[0]}." for part in first.split())
    return f"{last}, {initials}" if comma else last


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, and {names[-1]}"


def _where(of: Fields) -> str:
    """The journal with volume, number and pages, or the book or the institution that it is in."""
    if "journal" in of:
        number = f"({of['number']})" if "number" in of else ""
        parts = (of["journal"], f"{of.get('volume', '')}{number}", of.get("pages", ""))
        return ", ".join(part for part in parts if part)
    if "booktitle" in of:
        page = f", p. {of['pages']}" if "pages" in of else ""
        return f"In {of['booktitle']}{page}"
    return of.get("institution", "")
