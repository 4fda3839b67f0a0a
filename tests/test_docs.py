"""The papers are true: queries run, commands and tables are described, named files are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from helpers import study_file

from app.cli import main
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study_toml import StudyToml, read_study_toml

ROOT = Path(__file__).parent.parent
STUDY_FILE = (ROOT / "docs" / "study-file.md").read_text()
PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
QUERIES = re.findall(r"```sql\n(.*?)```", STUDY_FILE, flags=re.DOTALL)


def test_there_are_queries() -> None:
    assert len(QUERIES) == 3


@pytest.mark.parametrize("query", QUERIES)
def test_each_query_of_the_docs_runs_and_finds_something(query: str, tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        for name, label in (("ann", "edge"), ("bob", "unrelated")):
            rater = study.add_rater(name)
            log = RaterLog(study, rater)
            for trial in study.trials(rater):
                log.append(Entry(trial.id, "label", label, milliseconds=10))
        assert study.connection.execute(query).fetchall()


def test_each_table_is_described(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        names = [row[0] for row in study.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    assert [name for name in names if not name.startswith(("sqlite_", "_")) and f"| `{name}` |" not in STUDY_FILE] == []


def test_each_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in main.commands:
        assert f"neuronjury {name}" in readme or f"make {name}" in readme


@pytest.mark.parametrize("page", PAGES)
def test_links_to_files_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_each_field_of_a_description_is_explained() -> None:
    text = "".join((ROOT / "docs" / page).read_text() for page in ("recording.md", "session.md"))
    for name in fields_in(StudyToml):
        *_, last = name.split(".")
        assert f"`{last}`" in text or f"[{last}]" in text or f"[{name}]" in text, name


def fields_in(table: object, before: str = "") -> Iterator[str]:
    """Every field of a table, and of the tables in it, as it stands in a study.toml."""
    for inner in get_args(table):
        yield from fields_in(inner, before)
    if isinstance(table, type) and issubclass(table, msgspec.Struct):
        for field in msgspec.structs.fields(table):
            yield before + field.encode_name
            yield from fields_in(field.type, f"{before}{field.encode_name}.")


def test_the_demos_description_is_valid() -> None:
    assert read_study_toml(ROOT / "resources" / "demo" / "study.toml").all_units[0].channel == 60
