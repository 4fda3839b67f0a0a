"""How many images, raters and repeats a study needs: by simulation.

Worlds of the same assumptions are studied under each design, and every study is analysed like a real one. How wide
the interval of a figure comes out is what a study of this design would get.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, product

import numpy as np

from analysis.assumptions import Assumptions, StudyDesign
from analysis.judgements import InputError
from analysis.report import analyse
from analysis.widths import Finding, Gain, Key, Width, findings_of, gain_of, keys_of, width_of
from analysis.worlds import simulate

N_WORLDS = 20
N_REPLICATES = 400
"""Fewer than a report's: the plan wants to know about how wide an interval is."""
FIRST_REPEATS = 0.2
"""Where there are none, the share of repeats that is tried."""

Memory = MutableMapping[str, Sequence[Finding]]
"""What was found in each world, under a key that says all it depends on: to go on where a plan was stopped."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What studies of different designs would find out."""

    assumptions: Assumptions
    designs: tuple[StudyDesign, ...]
    base: StudyDesign
    """The design that the gains start from."""
    widths: tuple[Width, ...]
    gains: tuple[Gain, ...]
    n_worlds: int
    n_replicates: int
    seed: int

    def get(self, key: Key, design: StudyDesign) -> Width | None:
        """The width of this figure under this design."""
        return next((width for width in self.widths if width.key == key and width.design == design), None)

    @property
    def keys(self) -> tuple[Key, ...]:
        """The figures, in their order."""
        return tuple(dict.fromkeys(width.key for width in self.widths))


def grid(
    base: StudyDesign, per_stratum: Iterable[int], n_raters: Iterable[int], repeats: Iterable[float]
) -> tuple[StudyDesign, ...]:
    """Every combination, laid out like `base` else; each image is judged by as large a share of the raters."""
    share = base.seen_by / base.n_raters
    return tuple(
        replace(
            base,
            per_stratum=images,
            n_raters=raters,
            raters_per_stimulus=None if base.raters_per_stimulus is None else max(1, round(share * raters)),
            repeats=again,
        )
        for again, images, raters in product(repeats, per_stratum, n_raters)
    )


def increases(base: StudyDesign) -> dict[str, StudyDesign]:
    """Twice the stimuli, twice the raters (of each image, too), twice the repeats, or the first few of them."""
    found = {
        "stimuli": replace(base, per_stratum=2 * base.per_stratum),
        "raters": replace(
            base,
            n_raters=2 * base.n_raters,
            raters_per_stimulus=None if base.raters_per_stimulus is None else 2 * base.raters_per_stimulus,
        ),
    }
    if base.repeats < 1:
        found["repeats"] = replace(base, repeats=min(1.0, 2 * base.repeats) if base.repeats else FIRST_REPEATS)
    return found


def plan(
    assumptions: Assumptions,
    designs: Sequence[StudyDesign],
    *,
    base: StudyDesign | None = None,
    n_worlds: int = N_WORLDS,
    n_replicates: int = N_REPLICATES,
    seed: int = 0,
    memory: Memory | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """Study `n_worlds` simulated worlds under each design, and under each increase of `base`.

    World number w of every design has the same seed, so designs are compared on the same populations and, as far as
    they go, the same images and raters. With a `memory` that outlasts it, a plan that was stopped goes on where it
    was: every finished study stands in it under a key of all that it depends on. `progress` hears how many studies
    are done, of how many. `base`: `middle` of the designs where None.

    Raises InputError where there is no design, or fewer than 2 worlds.
    """
    if not designs or n_worlds < 2:
        raise InputError("A plan needs at least one design and two worlds.")
    start = base or middle(designs)
    more = increases(start)
    wanted = tuple(dict.fromkeys([*designs, start, *more.values()]))
    known: Memory = {} if memory is None else memory
    studies: dict[StudyDesign, list[Sequence[Finding]]] = {design: [] for design in wanted}
    for number, (design, world) in enumerate(product(wanted, range(n_worlds))):
        if progress:
            progress(number, len(wanted) * n_worlds)
        studies[design].append(_studied(assumptions, design, n_replicates, (seed, world), known))
    if progress:
        progress(len(wanted) * n_worlds, len(wanted) * n_worlds)
    keys = keys_of(chain.from_iterable(studies.values()))
    shown = tuple(dict.fromkeys(designs))
    return Plan(
        assumptions,
        shown,
        start,
        tuple(width_of(key, design, studies[design]) for design in shown for key in keys),
        tuple(gain_of(key, what, (start, studies[start]), (design, studies[design]))
              for what, design in more.items() for key in keys),
        n_worlds,
        n_replicates,
        seed,
    )  # fmt: skip


def middle(designs: Sequence[StudyDesign]) -> StudyDesign:
    """The one with middling numbers of images and raters and the fewest repeats, if there is one like that."""
    images, raters = (sorted({getattr(d, name) for d in designs}) for name in ("per_stratum", "n_raters"))
    wanted = images[(len(images) - 1) // 2], raters[(len(raters) - 1) // 2]
    fitting = [design for design in designs if (design.per_stratum, design.n_raters) == wanted]
    return min(fitting or designs, key=lambda design: design.repeats)


def _studied(
    assumptions: Assumptions, design: StudyDesign, n_replicates: int, seed: tuple[int, int], memory: Memory
) -> Sequence[Finding]:
    """One world, studied and analysed, unless that is known already."""
    said = json.dumps([asdict(assumptions), asdict(design), n_replicates, seed], sort_keys=True)
    key = hashlib.sha256(said.encode()).hexdigest()
    if key not in memory:
        number = int(np.random.SeedSequence(seed).generate_state(1)[0])
        top = assumptions.categories[-1] if assumptions.categories else None
        try:
            world = simulate(assumptions, design, seed=number)
            report = analyse(world.judgements, world.stimuli, seed=number, n_replicates=n_replicates)
            memory[key] = findings_of(report, top)
        except InputError:  # nobody could tell, say: no figure has an interval
            memory[key] = []
    return memory[key]
