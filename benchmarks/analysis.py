"""How much sooner the analysis has its intervals than loops over what exists.

    .venv/bin/pip install krippendorff
    .venv/bin/python benchmarks/analysis.py [--iterations 5] [--out TABLE.md]

Alpha: 2,000 bootstrap replicates over 10,000 stimuli and 50 raters with half of the labels missing, at 5 categories.
Ours makes the columns of all coefficients from the labels, draws the stimuli, and has alpha of every replicate at once.
The loop draws stimuli with replacement and calls the krippendorff package, once on ratings, and once on its fastest
input, which are ready-made counts per stimulus and category. A few iterations are timed and multiplied up. Both say the
same of the sample itself.

The whole report, all figures with all intervals, from CSV to its folder, beside the time that reading the CSV takes: at
several numbers of stimuli with 25 labels each, every one in a process of its own.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import scipy
from numpy.typing import NDArray

# this file bears the name of the package that it measures, and its own folder would come first
if str(Path(__file__).resolve().parent) in sys.path:
    sys.path.remove(str(Path(__file__).resolve().parent))

from analysis.intervals import Resampling
from analysis.judgements import Floats
from analysis.pairs import Pairs, Tally
from analysis.reliability import agreement, krippendorff, krippendorff_nominal
from analysis.report import analyse
from analysis.sample import THESE_STIMULI, Sample
from app.export import write_report
from app.tables import read_judgements, read_stimuli

REPLICATES = 2000
STIMULI, RATERS, CATEGORIES, STRATA = 10_000, 50, 5, 1
RNG = np.random.default_rng(2)


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: seconds for all replicates."""

    name: str
    ours: float
    other: float

    @property
    def ratio(self) -> float:
        return self.other / self.ours


def made_up(scale: str) -> Sample:
    """Raters of differing strictness and taste, half of whose labels are missing."""
    rng = np.random.default_rng(1)
    item, rater = np.nonzero(rng.random((STIMULI, RATERS)) < 0.5)
    seen = rng.normal(size=STIMULI)[item] + 0.3 * rng.normal(size=RATERS)[rater] + rng.normal(size=len(item))
    label = np.digitize(seen, np.linspace(-1.5, 1.5, CATEGORIES - 1)).astype(np.int64)
    return Sample(
        stimuli=tuple(f"stimulus {i}" for i in range(STIMULI)),
        raters=tuple(f"rater {r}" for r in range(RATERS)),
        categories=tuple(str(k) for k in range(CATEGORIES)),
        scale=scale,
        item=item.astype(np.int64),
        rater=rater.astype(np.int64),
        label=label,
        value=label.astype(np.float64),
        activation=None,
        weight=np.ones(STIMULI),
        stratum=np.arange(STIMULI) % STRATA,
        target=THESE_STIMULI,
    )


def seconds(action: Callable[[], object], times: int) -> float:
    """The median of a few."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def alpha_rows(iterations: int) -> list[Row]:
    """Krippendorff's alpha against a loop over the krippendorff package, nominal and ordinal."""
    from krippendorff import alpha

    rows = []
    for scale, coefficient in (("nominal", krippendorff_nominal), ("ordinal", krippendorff)):
        sample = made_up(scale)
        resampling = Resampling(sample.weight, sample.stratum, RATERS, REPLICATES, 1)
        ours = partial(replicates, sample, resampling, coefficient)
        counts = sample.counts.astype(np.int64)
        ratings = np.full((RATERS, STIMULI), np.nan)
        ratings[sample.rater, sample.item] = sample.value
        whole = float(alpha(value_counts=counts, level_of_measurement=scale))
        assert abs(ours()[0] - whole) < 1e-9, "both must say the same of the sample itself"
        took = seconds(ours, 3)
        others = {
            "counts": partial(one_of_loop, alpha, scale, value_counts=counts),
            "ratings": partial(one_of_loop, alpha, scale, reliability_data=ratings),
        }
        for given, other in others.items():
            rows.append(Row(f"alpha, {scale}; the loop on {given}", took, REPLICATES * seconds(other, iterations)))
    return rows


def one_of_loop(
    alpha: Callable[..., object],
    scale: str,
    value_counts: NDArray[np.int64] | None = None,
    reliability_data: Floats | None = None,
) -> object:
    """One replicate of the package's alpha, of counts (n, K) or of ratings (R, n)."""
    drawn = RNG.integers(0, STIMULI, STIMULI)
    if value_counts is not None:
        return alpha(value_counts=value_counts[drawn], level_of_measurement=scale)
    assert reliability_data is not None
    return alpha(reliability_data=reliability_data[:, drawn], level_of_measurement=scale)


def replicates(sample: Sample, resampling: Resampling, coefficient: Callable[[Tally], Floats]) -> Floats:
    """One coefficient, of the sample and of every replicate."""
    pairs = Pairs(sample)
    return coefficient(pairs.tally(resampling.totals(pairs.columns)))


def own_seconds() -> list[str]:
    """What the figures of people with people take in all."""
    sample = made_up("ordinal")
    resampling = Resampling(sample.weight, sample.stratum, RATERS, REPLICATES, 1)
    took = seconds(lambda: agreement(sample, resampling), 3)
    return [f"All coefficients of agreement, each with both intervals: {took:.1f} s."]


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole report on one table, in a process of its own."""

    n_judgements: int
    reading: float
    """Seconds, to read and check judgements.csv as the program does."""
    bare: float
    """Seconds, to read it with Python's csv module and do nothing else."""
    analysing: float
    writing: float
    peak: int
    """The process's largest resident memory, in bytes."""

    @property
    def ratio(self) -> float:
        return (self.analysing + self.writing) / self.reading


def whole_report(stimuli: int, raters_each: int) -> Whole:
    """Tables like those of alpha, with activations and five strata, from CSV to the report's folder."""
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(1, get_context("spawn")) as pool:
        write_tables(Path(folder), stimuli, raters_each)
        return pool.submit(reported, Path(folder)).result()


def write_tables(folder: Path, stimuli: int, raters_each: int) -> None:
    """judgements.csv and stimuli.csv."""
    rng = np.random.default_rng(1)
    strength = rng.normal(size=stimuli)
    activation = 0.8 * strength + 0.6 * rng.normal(size=stimuli)
    band = np.digitize(activation, [-1.5, -0.5, 0.5, 1.5])
    rater = np.argsort(rng.random((stimuli, RATERS)), axis=1)[:, :raters_each]
    seen = strength[:, None] + 0.3 * rng.normal(size=RATERS)[rater] + 0.6 * rng.normal(size=rater.shape)
    label = np.digitize(seen, np.linspace(-1.5, 1.5, CATEGORIES - 1))
    with (folder / "judgements.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["stimulus", "rater", "label"])
        for i, (people, said) in enumerate(zip(rater.tolist(), label.tolist(), strict=True)):
            rows.writerows([f"image{i:06d}.jpg", f"rater{r:03d}", str(k)] for r, k in zip(people, said, strict=True))
    chance = np.array([1.0, 0.3, 0.1, 0.3, 1.0])[band]
    with (folder / "stimuli.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["stimulus", "activation", "stratum", "inclusion_probability"])
        rows.writerows(zip([f"image{i:06d}.jpg" for i in range(stimuli)], activation, band, chance, strict=True))


def reported(folder: Path) -> Whole:
    """From the tables to the report, timed."""
    judgements = folder / "judgements.csv"
    times = [time.perf_counter()]
    with judgements.open(encoding="utf-8", newline="") as file:
        list(csv.reader(file))
    times.append(time.perf_counter())
    said = read_judgements(judgements, [str(k) for k in range(CATEGORIES)], "ordinal")
    times.append(time.perf_counter())
    report = analyse(said, read_stimuli(folder / "stimuli.csv"), seed=1, n_replicates=REPLICATES)
    times.append(time.perf_counter())
    write_report(report, folder / "out")
    times.append(time.perf_counter())
    bare, reading, analysing, writing = np.diff(times).tolist()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Whole(len(said.label), reading, bare, analysing, writing, peak)


def whole_table(sizes: Sequence[int], raters_each: int) -> list[str]:
    """The whole report at each number of stimuli, as Markdown."""
    lines = [
        "| judgements | reading | csv module alone | analysis | writing | analysis and writing over reading | memory |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for stimuli in sizes:
        one = whole_report(stimuli, raters_each)
        lines.append(
            f"| {one.n_judgements:,} | {one.reading:.2f} s | {one.bare:.2f} s | {one.analysing:.1f} s |"
            f" {one.writing:.1f} s | {one.ratio:.1f} | {one.peak / 1e6:.0f} MB |"
        )
    return lines


def table(rows: list[Row], notes: list[str]) -> str:
    """The figures as Markdown."""
    lines = [f"| {REPLICATES} replicates | ours | the loop | ratio |", "| --- | --- | --- | --- |"]
    lines += [f"| {row.name} | {row.ours:.2f} s | {row.other:.0f} s | {row.ratio:.0f} |" for row in rows]
    machine = (
        f"{STIMULI} stimuli, {RATERS} raters, half of the labels missing, {CATEGORIES} categories."
        f" {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__},"
        f" scipy {scipy.__version__}, krippendorff {version('krippendorff')}."
    )
    return "\n".join([*lines, "", *notes, "", machine])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--iterations", type=int, default=5, help="of the loop that are timed")
    sizes = [400, 4000, STIMULI, 40_000]
    parser.add_argument("--stimuli", type=int, nargs="*", default=sizes, help="of whole reports, 25 labels each")
    parser.add_argument("--out", type=Path, help="also write the table into this file")
    wanted = parser.parse_args()
    rows = alpha_rows(wanted.iterations)
    found = "\n".join([table(rows, own_seconds()), "", *whole_table(wanted.stimuli, RATERS // 2)])
    print(found)
    if wanted.out is not None:
        wanted.out.write_text(found + "\n")


if __name__ == "__main__":
    main()
