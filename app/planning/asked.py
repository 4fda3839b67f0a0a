"""What a plan is asked for, and what it is to assume: from words on a command line, and from a pilot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats

from analysis.assumptions import Assumptions, StudyDesign
from analysis.judgements import NUMBERS, InputError, Judgements, Stimuli
from analysis.pilot import assumptions_from, design_from
from app.errors import Fault

Pilot = tuple[Judgements, Stimuli]

SPREADS = ("correlation", "strictness", "idiosyncrasy", "noise", "lapse", "cannot_tell")
"""Assumptions that are given as one number each."""
_MOST = 100_000


def whole_numbers(option: str, text: str) -> tuple[int, ...]:
    """Numbers from 1 on, with commas between them, each once and in ascending order.

    Raises:
        Fault: they are none.
    """
    try:
        found = sorted({int(part) for part in text.split(",")})
    except ValueError:
        raise Fault(f"{option} takes whole numbers with commas between them, as in 20,40,80; not {text!r}.") from None
    if found[0] < 1 or found[-1] > _MOST:
        raise Fault(f"{option} takes numbers from 1 to {_MOST}, not {text!r}.")
    return tuple(found)


def shares(option: str, text: str) -> tuple[float, ...]:
    """Numbers from 0 to 1 with commas between them, in the order given.

    Raises:
        Fault: they are none.
    """
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        found = (math.nan,)
    if not all(0 <= share <= 1 for share in found):
        raise Fault(f"{option} takes shares from 0 to 1 with commas between them, as in 0,0.2; not {text!r}.")
    return found


def assumed(
    pilot: Pilot | None,
    *,
    scale: str | None,
    categories: Sequence[str],
    common: str | None,
    spreads: Mapping[str, float | None],
) -> Assumptions:
    """What is to be taken as true: the pilot's estimates where there is one, what was given on top of them.

    Args:
        pilot: the tables of a pilot.
        scale: without a pilot; ordinal where None.
        categories: without a pilot, from weak to strong.
        common: how often each category is given, as shares.
        spreads: the numbers among SPREADS, None where not given.

    Raises:
        Fault: the pilot says too little, or no world can be like this.
    """
    given: dict[str, Any] = {name: value for name, value in spreads.items() if value is not None}
    try:
        base = assumptions_from(*pilot) if pilot is not None else _without_pilot(scale or "ordinal", categories)
        base = replace(base, **given)
        return base if common is None else replace(base, thresholds=_thresholds(base, shares("--common", common)))
    except InputError as error:
        raise Fault(str(error)) from error


def laid_out(pilot: Pilot | None, strata: int | None, raters_per_image: int | None, raters: int) -> StudyDesign:
    """The layout that all designs of a plan share: the pilot's bands of activation, or so many of equal width.

    Raises:
        Fault: no study can be laid out like this.
    """
    try:
        base = design_from(*pilot) if pilot is not None else StudyDesign()
        base = replace(base, revealed=0.0, n_raters=raters, raters_per_stimulus=raters_per_image)
        return base if strata is None else replace(base, n_strata=strata, edges=())
    except InputError as error:
        raise Fault(str(error)) from error


def _without_pilot(scale: str, categories: Sequence[str]) -> Assumptions:
    if not categories:
        if scale in NUMBERS:
            return Assumptions(scale=scale, categories=(), thresholds=())
        return Assumptions(scale=scale)
    cuts = np.linspace(0.5, 1.5, len(categories) - 1) if len(categories) > 2 else np.array([1.0])
    return Assumptions(scale=scale, categories=tuple(categories), thresholds=tuple(cuts.tolist()))


def _thresholds(a: Assumptions, common: Sequence[float]) -> tuple[float, ...]:
    """Where the lines must be for the categories to be given this often, lapses apart."""
    if a.has_slider:
        raise Fault("--common says how often each category is given; a slider has none.")
    if len(common) != len(a.categories) or abs(sum(common) - 1) > 0.01 or min(common) <= 0:
        listed = ", ".join(a.categories)
        raise Fault(f"--common needs one share above 0 for each category ({listed}), which sum to 1.")
    spread = math.sqrt(1 + a.strictness**2 + a.idiosyncrasy**2 + a.noise**2)
    below = np.cumsum(common)[:-1] / sum(common)
    return tuple((spread * stats.norm.ppf(below)).tolist())
