"""The papers are true: queries run, commands and tables are described, named files are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers import study_file

from app.cli import main
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study_toml import read_study_toml

ROOT = Path(__file__).parent.parent
STUDY_FILE = (ROOT / "docs" / "study-file.md").read_text()
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
                log.append(trial, "label", label, 10)
        assert study.connection.execute(query).fetchall()


def test_each_table_is_described(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        names = [row[0] for row in study.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    assert [name for name in names if not name.startswith(("sqlite_", "_")) and f"| `{name}` |" not in STUDY_FILE] == []


def test_each_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in main.commands:
        assert f"neuronjury {name}" in readme or f"make {name}" in readme


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md", "docs/methods.md", "docs/study-file.md"])
def test_links_to_files_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_the_demos_description_is_valid() -> None:
    assert read_study_toml(ROOT / "resources" / "demo" / "study.toml").unit.channel == 60
