"""What installers leave out is what the labeling window does without: no more, and no less."""

from __future__ import annotations

import runpy
from collections.abc import Iterable
from pathlib import Path

import grimp
import pytest

LEFT_OUT = runpy.run_path(str(Path(__file__).parents[2] / "packaging" / "left_out.py"))
OURS: tuple[str, ...] = LEFT_OUT["OURS"]
STARTED = "app.annotator"
HIDDEN = "app.qt.results"
"""The one part that the window asks for and does without: its menu is not shown where there is no scipy."""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom, imports within functions too."""
    return grimp.build_graph("app", "analysis", exclude_type_checking_imports=True)


def stays_out(module: str) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in OURS)


def reached_from(graph: grimp.ImportGraph, start: str) -> set[str]:
    """What is imported with it, the packages that a module lies in included, without looking into what stays out."""
    found, waiting = set(), [start]
    while waiting:
        module = waiting.pop()
        if module not in found and not stays_out(module):
            found.add(module)
            waiting += [*graph.find_modules_directly_imported_by(module), *parents(module)]
    return found


def parents(module: str) -> Iterable[str]:
    return [module.rpartition(".")[0]] if "." in module else []


def test_every_module_is_used_by_the_window_or_left_out(graph: grimp.ImportGraph) -> None:
    carried = {module for module in graph.modules if not stays_out(module)}
    assert carried - reached_from(graph, STARTED) == set()


def test_nothing_that_is_left_out_is_asked_for(graph: grimp.ImportGraph) -> None:
    missed = {
        (module, imported)
        for module in reached_from(graph, STARTED)
        for imported in graph.find_modules_directly_imported_by(module)
        if stays_out(imported)
    }
    assert {imported for module, imported in missed if not f"{imported}.".startswith(f"{HIDDEN}.")} == set()


def test_every_name_of_ours_is_a_module(graph: grimp.ImportGraph) -> None:
    assert set(OURS) - graph.modules == set()
