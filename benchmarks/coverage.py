"""How often the 95 % intervals hold: worlds with a known truth, analysed like any study.

    .venv/bin/python benchmarks/coverage.py --worlds 300 --raters 3,5,10 --per-stratum 40,100

Every world is a population of 20,000 images, a stratified draw from it and a jury of its own, all from a seed. A
figure covers where its interval holds the truth that it speaks for: of these raters over the population, or of
endlessly many raters like these. Printed for each setting as markdown: the share of the worlds that are covered, of
those in which there was an interval; the simulation's own error is about 0.013 at 300 worlds.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the worlds are shared out among processes

import numpy as np

# analysis.py beside this file bears the name of the package
if str(Path(__file__).resolve().parent) in sys.path:
    sys.path.remove(str(Path(__file__).resolve().parent))

from analysis.assumptions import Assumptions, StudyDesign
from analysis.figures import Report
from analysis.report import analyse
from analysis.worlds import World, simulate

OF_THESE_RATERS = (
    "probability_of_label", "auroc", "auroc_at_least", "share_of_expected_activation", "mean_activation", "spearman",
    "eta_squared",
)  # fmt: skip
LOW, HIGH = 0.92, 0.975
Key = tuple[str, str]
"""A figure's name, and what its interval speaks for."""


@dataclass(frozen=True)
class Setting:
    """What one column of the table is about."""

    scale: str
    n_raters: int
    per_stratum: int
    repeats: float
    seed: int
    n_replicates: int


def covered(setting: Setting) -> list[tuple[Key, bool | None]]:
    """Whether each figure of one world covers its truth; None where it has no interval."""
    labels = {} if setting.scale != "interval" else {"categories": (), "thresholds": ()}
    world = simulate(
        Assumptions(scale=setting.scale, anchoring=0.3, **labels),  # type: ignore[arg-type]
        StudyDesign(per_stratum=setting.per_stratum, n_raters=setting.n_raters, repeats=setting.repeats, revealed=0.3),
        seed=setting.seed,
    )
    report = analyse(world.judgements, world.stimuli, seed=setting.seed, n_replicates=setting.n_replicates)
    return [*_figures(world, report), *_bins(world, report)]


def _figures(world: World, report: Report) -> Iterator[tuple[Key, bool | None]]:
    for figure in report.figures:
        truth = world.truth.get((figure.name, figure.label))
        of_these = figure.name in OF_THESE_RATERS or figure.name.startswith("anchoring")
        if truth is None or figure.rater is not None or figure.undefined:
            continue
        if (figure.speaks_for == "these raters") == of_these and np.isfinite(truth):
            held = None if figure.low is None or figure.high is None else bool(figure.low <= truth <= figure.high)
            yield (figure.name, figure.speaks_for), held


def _bins(world: World, report: Report) -> Iterator[tuple[Key, bool | None]]:
    """P(label | bin): the truth is that of the population between the bin's edges."""
    for point in report.curves.get("label_given_activation", ()):
        inside = (world.activation >= point.activation_low) & (world.activation < point.activation_high)
        if inside.any() and point.low is not None and point.high is not None:
            truth = world.shares[inside, world.judgements.categories.index(point.label)].mean()
            yield ("label_given_activation", "these raters"), bool(point.low <= truth <= point.high)


def table(rows: dict[Key, list[list[bool | None]]], settings: list[str]) -> Iterable[str]:
    """The markdown table; what falls outside of what is wanted is marked."""
    yield "| figure | speaks for | " + " | ".join(settings) + " |"
    yield "| --- | --- |" + " ---: |" * len(settings)
    for (name, speaks_for), columns in rows.items():
        cells = []
        for found in columns:
            held = [one for one in found if one is not None]
            share = float(np.mean(held)) if held else np.nan
            cells.append("" if not held else f"{share:.3f}" + ("" if LOW <= share <= HIGH else " *"))
        yield f"| {name} | {speaks_for} | " + " | ".join(cells) + " |"


def main() -> None:
    """Run every setting and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=300)
    parser.add_argument("--raters", default="3,5,10")
    parser.add_argument("--per-stratum", default="40,100")
    parser.add_argument("--scales", default="ordinal,nominal,interval")
    parser.add_argument("--repeats", type=float, default=0.2)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    given = parser.parse_args()
    for scale in given.scales.split(","):
        columns = [(int(r), int(n)) for r in given.raters.split(",") for n in given.per_stratum.split(",")]
        rows: dict[Key, list[list[bool | None]]] = {}
        with ProcessPoolExecutor(given.processes) as pool:
            for place, (raters, n) in enumerate(columns):
                worlds = [
                    Setting(scale, raters, n, given.repeats, 7_000 + seed, given.replicates)
                    for seed in range(given.worlds)
                ]
                for found in pool.map(covered, worlds, chunksize=4):
                    for key, held in found:
                        rows.setdefault(key, [[] for _ in columns])[place].append(held)
        print(f"\n{scale}, {given.worlds} worlds each\n")
        print("\n".join(table(rows, [f"{r} raters, {n}" for r, n in columns])), flush=True)


if __name__ == "__main__":
    main()
