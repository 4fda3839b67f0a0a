"""A two-alternative study whose truth is known: which of two images does the unit respond to more?

What a rater has to go by grows with the gap between the two activations; a pair may be easier or harder than its gap
says, a rater better or worse than others. The chance of a right answer is the psychometric function
1/2 + (1/2 - lapse) F((gap - m) / s + pair + rater).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.special import expit, ndtr

from analysis.judgements import BLIND, REVEALED, Floats, InputError
from analysis.truth import Truth

CURVES: dict[str, Callable[[Floats], Floats]] = {"logistic": expit, "normal": ndtr}
_NODES = 61
_GAPS = 4001


@dataclass(frozen=True, slots=True)
class PairAssumptions:
    """What is true of pairs and raters; gaps, `threshold` and `scale` are in units of the activation.

    Raises InputError where it cannot be.
    """

    threshold: float = 1.0
    """m: the gap at which F is 1/2, for a pair and a rater in the middle."""
    scale: float = 0.5
    """s: how slowly F rises."""
    lapse: float = 0.03
    """At the largest gaps still wrong; at most 1/2."""
    pair_spread: float = 0.5
    """Standard deviation between pairs of the same gap, in units of (gap - m) / s."""
    rater_spread: float = 0.3
    """Standard deviation between raters, in the same units."""
    mean_gap: float = 1.5
    """Gaps are exponentially distributed."""
    curve: str = "logistic"
    """F: logistic or normal."""
    revealed: float = 0.0
    """The share of trials, drawn at random, with condition revealed."""
    reveal_shift: float = 0.0
    """What revealing adds to (gap - m) / s."""

    def __post_init__(self) -> None:
        if min(self.scale, self.mean_gap) <= 0 or min(self.pair_spread, self.rater_spread) < 0:
            raise InputError("Scale and gaps must be above 0, spreads 0 or more.")
        if not (0 <= self.lapse <= 0.5 and 0 <= self.revealed < 1 and self.curve in CURVES):
            raise InputError("A lapse rate lies between 0 and 1/2, a share between 0 and 1; F is logistic or normal.")


@dataclass(frozen=True, slots=True, eq=False)
class PairWorld:
    """T trials, one per row, and what is true of pairs and raters like these."""

    pair: tuple[str, ...]
    rater: tuple[str, ...]
    gap: Floats
    """(T,): the activation of the stronger image less that of the weaker."""
    correct: NDArray[np.bool_]
    """(T,): whether the rater chose the stronger."""
    confidence: tuple[int, ...]
    """1 to 5: higher where there is more to go by."""
    condition: tuple[str, ...]
    truth: Truth
    """proportion_correct, under None for blind trials, and under the names of the conditions; psychometric_threshold
    (the gap at which blind trials are halfway between chance and what lapses leave), psychometric_width (from 5 % to
    95 % of the way) and lapse_rate: of the mean over pairs and raters, who are endlessly many."""


def pair_world(
    n_pairs: int,
    n_raters: int,
    *,
    seed: int,
    assumptions: PairAssumptions | None = None,
    raters_per_pair: int | None = None,
) -> PairWorld:
    """Pairs judged by raters, all by all, or each by `raters_per_pair` drawn at random."""
    a = assumptions or PairAssumptions()
    rng = np.random.default_rng(seed)
    gaps, easy = rng.exponential(a.mean_gap, n_pairs), a.pair_spread * rng.normal(size=n_pairs)
    good = a.rater_spread * rng.normal(size=n_raters)
    seen_by = n_raters if raters_per_pair is None else raters_per_pair
    rater = np.argsort(rng.random((n_pairs, n_raters)), axis=1)[:, :seen_by].ravel()
    pair = np.repeat(np.arange(n_pairs), seen_by)
    revealed = rng.random(len(pair)) < a.revealed
    evidence = (gaps[pair] - a.threshold) / a.scale + easy[pair] + good[rater] + a.reveal_shift * revealed
    correct = rng.random(len(pair)) < 0.5 + (0.5 - a.lapse) * CURVES[a.curve](evidence)
    sure = evidence + rng.normal(size=len(pair))
    return PairWorld(
        tuple(f"pair {place:05d}" for place in pair.tolist()),
        tuple(f"rater {place + 1:03d}" for place in rater.tolist()),
        gaps[pair],
        correct,
        tuple((1 + np.searchsorted([-2.0, -0.5, 1.0, 2.5], sure)).tolist()),
        tuple(REVEALED if shown else BLIND for shown in revealed.tolist()),
        pair_truth(a),
    )


def pair_truth(a: PairAssumptions) -> Truth:
    """See `PairWorld.truth`: integrals over pairs and raters by Gauss and Hermite's rule, over gaps by quantiles."""
    gaps = -a.mean_gap * np.log1p(-(np.arange(_GAPS) + 0.5) / _GAPS)

    def proportion(shift: float) -> float:
        return float(np.mean(0.5 + (0.5 - a.lapse) * _mean_curve(a, (gaps - a.threshold) / a.scale + shift)))

    def gap_at(share: float) -> float:
        reach = 50 * (1 + a.pair_spread + a.rater_spread)
        found = optimize.brentq(lambda x: float(_mean_curve(a, np.array([x]))[0]) - share, -reach, reach, xtol=1e-10)
        return a.threshold + a.scale * float(found)

    truth: Truth = {
        ("proportion_correct", None): proportion(0.0),
        ("proportion_correct", BLIND): proportion(0.0),
        ("psychometric_threshold", None): gap_at(0.5),
        ("psychometric_width", None): gap_at(0.95) - gap_at(0.05),
        ("lapse_rate", None): a.lapse,
    }
    if a.revealed:
        truth["proportion_correct", REVEALED] = proportion(a.reveal_shift)
    return truth


def _mean_curve(a: PairAssumptions, evidence: Floats) -> Floats:
    """F, the mean over pairs and raters."""
    nodes, mass = np.polynomial.hermite_e.hermegauss(_NODES)
    spread = float(np.hypot(a.pair_spread, a.rater_spread))
    return np.asarray(CURVES[a.curve](evidence[:, None] + spread * nodes) @ (mass / mass.sum()))
