"""What revealing the activation does to labels: in the mean, and the more the unit fires.

For each stimulus judged both blind and with its activation shown, the revealed mean minus the blind mean. Who judged a
stimulus in which condition is chance, so before that each label is freed of what is its rater's: how often, and with
how steep a rise over the activation, the rater gives it beside others on the same stimuli in the same condition.
Told once the answer is locked (feedback), a rater answers neither blind nor revealed, and is in neither arm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats
from scipy.sparse.linalg import LinearOperator, cg, lsmr

from analysis.figures import Figure
from analysis.influence import spread, t_interval
from analysis.intervals import Interval, Resampling
from analysis.judgements import CONDITIONS, REVEALED, Floats, Ints, Judgements, Stimuli
from analysis.sample import NO_VARIATION, Basis, Sample
from analysis.weighted import ratio

N_PERMUTATIONS = 2000
FEWEST_STIMULI = 10
"""Judged both blind and revealed; below this many, a difference says more about chance than about people."""
_MOST = 20_000
"""Judgements up to which conditions are dealt anew; beyond, the law of large numbers does as well."""
_CELLS = 1_000_000
"""Numbers that one chunk of permutations may put into one array."""
_FLAT = 1e-12
_PRIOR = 1.0
"""As many judgements' worth of a rater like all others temper what is taken to be a rater's own."""


@dataclass(frozen=True, slots=True)
class AnchoringTest:
    """Whether chance alone explains a figure: two-sided, by permuting conditions within stimuli."""

    name: str
    label: str | None
    p: float
    n_permutations: int = N_PERMUTATIONS


@dataclass(frozen=True, slots=True)
class Anchoring:
    """The figures, a test of each, and what to know about them."""

    figures: list[Figure]
    tests: list[AnchoringTest]
    warnings: list[str]


@dataclass(frozen=True, slots=True, eq=False)
class Arms:
    """L judgements, blind and revealed, of the m stimuli that have both; sorted by stimulus."""

    stimulus: Ints
    """(m,): the place in the sample."""
    item: Ints
    """(L,): the place among the m."""
    rater: Ints
    """(L,)."""
    revealed: Ints
    """(L,): 1, or 0 where blind."""
    label: Ints
    """(L,): the index of the category."""
    value: Floats
    """(L,): the label as a number."""

    @property
    def sizes(self) -> tuple[Floats, Floats]:
        """Two (m,): judgements of each stimulus, and how many of them revealed."""
        m = np.bincount(self.item)
        return m.astype(np.float64), np.bincount(self.item, self.revealed).astype(np.float64)


def arms(judgements: Judgements, sample: Sample) -> Arms:
    """First looks in each of the two conditions, at stimuli that were judged in both."""
    shown = judgements.first_revealed
    places = {name: place for place, name in enumerate(sample.stimuli)}
    stimulus = np.array([places.get(name, -1) for name in judgements.stimuli])[judgements.stimulus]
    rows = np.flatnonzero((judgements.first_blind | shown) & (stimulus >= 0))
    n = len(sample.stimuli)
    both = np.bincount(stimulus[rows], shown[rows], n) * np.bincount(stimulus[rows], ~shown[rows], n) > 0
    rows = rows[both[stimulus[rows]]]
    kept, item = np.unique(stimulus[rows], return_inverse=True)
    columns = judgements.rater, shown.astype(np.int64), judgements.label, judgements.value
    return Arms(kept, item.astype(np.int64), *(column[rows] for column in columns))


def anchoring(judgements: Judgements, stimuli: Stimuli | None, sample: Sample, resampling: Resampling) -> Anchoring:
    """`anchoring_shift`: the mean difference that revealing makes; `anchoring_slope`: how it rises with the activation.

    The slope is per standard deviation of the activation, over all stimuli by design weight. Of the probability of
    each label, on ordinal scales also of the category or any above it (`..._at_least`); on number scales of the mean
    rating. Intervals by resampling stimuli speak for these raters; tests permute conditions within stimuli. Nothing
    where nothing was revealed; without `stimuli` there is no slope.
    """
    if not (judgements.condition == CONDITIONS.index(REVEALED)).any():
        return Anchoring([], [], [])
    found = arms(judgements, sample)
    reason = _too_little(len(found.stimulus))
    names = _names(sample)
    basis = _basis(sample, found)
    if reason:
        made = [basis.figure(stem + end, 0.0, label=label, reason=reason) for stem in _STEMS for end, label in names]
        return Anchoring(made, [], [])
    raw, weight = scores(sample, found), sample.weight[found.stimulus]
    activation = None if stimuli is None else sample.activation
    position = _standardised(np.zeros(len(sample.stimuli)) if activation is None else activation, sample.weight)
    z = position[found.stimulus]
    own = Own(found, z, weight)
    freed, left = own.less(raw)
    line = Line.of(z, weight, differences(found, freed))
    intervals = _intervals(sample, found, line, own, left, position)
    chance = _chance(found, freed, line, resampling.seed)
    no_slope = "" if np.ptp(z) > 0 else "needs the activations" if activation is None else "constant activation"
    made, tests = [], []
    for place, (stem, cannot) in enumerate(zip(_STEMS, ("", no_slope), strict=True)):
        for column, (end, label) in enumerate(names):
            reason = cannot or _flat(raw[:, column], label)
            value, interval = float(line.values[place, column]), intervals[place][column]
            made.append(basis.figure(stem + end, value, interval, label=label, reason=reason))
            if not reason:
                tests.append(AnchoringTest(stem + end, label, float(chance[place, column])))
    return Anchoring(made, tests, _warnings(found))


_STEMS = ("anchoring_shift", "anchoring_slope")


def _names(sample: Sample) -> list[tuple[str, str | None]]:
    """What follows the stem, and the label, of each score."""
    if sample.scale not in ("nominal", "ordinal"):
        return [("", None)]
    upper = sample.categories[1:] if sample.ordinal else ()
    return [*(("", name) for name in sample.categories), *(("_at_least", name) for name in upper)]


def scores(sample: Sample, found: Arms) -> Floats:
    """(L, C): the number, or indicators of each label, then of each category or any above it."""
    if sample.scale not in ("nominal", "ordinal"):
        return found.value[:, None]
    kinds = np.arange(len(sample.categories))
    of_label = found.label[:, None] == kinds
    at_least = found.label[:, None] >= kinds[1:] if sample.ordinal else of_label[:, :0]
    return np.concatenate([of_label, at_least], axis=1).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Own:
    """What is a rater's own: a level and a rise over the activation, beside those of others.

    Fitted beside a level for each stimulus in each condition, so nothing that revealing does is taken away; a ridge
    tempers raters of whom little is known. Without it raters of different strictness whose shares of revealed
    judgements differ would pass for an effect.
    """

    found: Arms
    position: Floats
    """(m,): the standardised activation."""
    weight: Floats
    """(m,): design weights."""

    def less(self, values: Floats) -> tuple[Floats, Floats]:
        """Two (L, C): scores less what is the raters' own, and, weighted, what the fit leaves of them."""
        sides = [self._centred(value) for value in values.T]
        own = [lsmr(self._operator, side, damp=np.sqrt(_PRIOR), atol=1e-9, btol=1e-9)[0] for side in sides]
        left = [side - self._operator.matvec(part) for side, part in zip(sides, own, strict=True)]
        freed = [value - self._fitted(part) for value, part in zip(values.T, own, strict=True)]
        return np.stack(freed, axis=1), np.stack(left, axis=1)

    def lever(self, shares: Floats) -> Floats:
        """(L,): how much sums of scores by `shares` (L,) owe, through the fit, to what is left of each score."""
        across = LinearOperator(
            (2 * self._r, 2 * self._r),
            matvec=lambda v: self._operator.rmatvec(self._operator.matvec(v)) + _PRIOR * v,
            dtype=np.float64,
        )
        return np.asarray(self._operator.matvec(cg(across, self._summed(shares), rtol=1e-9)[0]))

    @cached_property
    def _operator(self) -> LinearOperator:
        shape = (len(self.found.item), 2 * self._r)
        return LinearOperator(
            shape,
            matvec=lambda own: self._centred(self._fitted(own.ravel())),
            rmatvec=lambda v: self._summed(self._apart(self._root * v.ravel())),
            dtype=np.float64,
        )

    @cached_property
    def _r(self) -> int:
        return int(self.found.rater.max()) + 1

    @cached_property
    def _root(self) -> Floats:
        return np.asarray(np.sqrt(self.weight / self.weight.mean())[self.found.item])

    @cached_property
    def _z(self) -> Floats:
        return self.position[self.found.item]

    @cached_property
    def _cell(self) -> tuple[Ints, Ints]:
        cell = self.found.item * 2 + self.found.revealed
        return cell, np.bincount(cell).clip(1)

    def _apart(self, v: Floats) -> Floats:
        cell, size = self._cell
        return np.asarray(v - (np.bincount(cell, v) / size)[cell])

    def _centred(self, v: Floats) -> Floats:
        return np.asarray(self._root * self._apart(v))

    def _fitted(self, own: Floats) -> Floats:
        return np.asarray(own[: self._r][self.found.rater] + own[self._r :][self.found.rater] * self._z)

    def _summed(self, v: Floats) -> Floats:
        return np.concatenate([np.bincount(self.found.rater, part, self._r) for part in (v, v * self._z)])


def _standardised(activation: Floats, weight: Floats) -> Floats:
    centred = activation - np.average(activation, weights=weight)
    spread = np.sqrt(np.average(centred**2, weights=weight))
    return np.asarray(centred / spread) if spread > 1e-9 * np.abs(activation).max() else np.zeros_like(centred)


def differences(found: Arms, values: Floats) -> Floats:
    """(m, C): the revealed mean less the blind mean of scores (L, C), of each stimulus."""
    m, k = found.sizes
    shown, all_ = (
        np.stack([np.bincount(found.item, part * value) for value in values.T], axis=1)
        for part in (found.revealed, np.ones(len(found.item)))
    )
    return np.asarray(shown / k[:, None] - (all_ - shown) / (m - k)[:, None])


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The weighted line of differences over the standardised activation: `shift` at its mean, and `slope`."""

    share: Floats
    """(m,): of each stimulus in the weight."""
    apart: Floats
    """(m,): how far each is from the mean of these stimuli."""
    change: Floats
    """(m, C): the revealed mean less the blind mean."""

    @classmethod
    def of(cls, z: Floats, weight: Floats, change: Floats) -> Line:
        """For positions z (m,), weights (m,) and differences (m, C)."""
        share = weight / weight.sum()
        return cls(share, z - float(share @ z), change)

    @property
    def parts(self) -> tuple[Floats, Floats]:
        """Two (m,): what each difference is multiplied by in a shift and in a slope."""
        return self.share, self.share * self.apart / self._spread

    @property
    def values(self) -> Floats:
        """(2, C): shift and slope."""
        return np.stack([part @ self.change for part in self.parts])

    @property
    def residuals(self) -> tuple[Floats, Floats]:
        """Two (m, C): from the shift and from the line, each as if fitted without the stimulus.

        Without that a line that hangs on few stimuli looks surer than it is (MacKinnon and White 1985).
        """
        shift, slope = self.values
        from_shift = self.change - shift
        from_line = from_shift - np.outer(self.apart, slope)
        held = self.share * (1 + self.apart**2 / self._spread)
        return tuple(
            rest / (1 - part).clip(_FLAT)[:, None] for rest, part in ((from_shift, self.share), (from_line, held))
        )

    @property
    def _spread(self) -> float:
        return float(self.share @ self.apart**2) or 1.0


def _intervals(
    sample: Sample, found: Arms, line: Line, own: Own, left: Floats, position: Floats
) -> list[list[Interval | None]]:
    """Of the shift and of the slope of each score: what the stratified bootstrap of stimuli gives in its limit.

    Each stimulus also moves what is held to be the raters' own, and the standard deviation that slopes are per.
    """
    m, k = found.sizes
    n, columns = len(sample.stimuli), left.shape[1]
    turned = np.where(found.revealed == 1, (1 / k)[found.item], -(1 / (m - k))[found.item])
    unit = sample.weight / sample.weight.sum() * (position**2 - 1) / 2
    made = []
    for part, rest, value, per in zip(line.parts, line.residuals, line.values, (0.0, 1.0), strict=True):
        lever = own.lever(part[found.item] * turned)
        through = np.stack([np.bincount(found.item, lever * column) for column in left.T], axis=1)
        deviation = per * unit[:, None] * value
        deviation[found.stimulus] += part[:, None] * rest - through
        group = np.repeat(np.arange(columns), n)
        error, df = spread(deviation.T.ravel(), np.tile(sample.stratum, columns), group, columns)
        made.append([t_interval(*numbers) for numbers in zip(value.tolist(), error.tolist(), df.tolist(), strict=True)])
    return made


def _chance(found: Arms, freed: Floats, line: Line, seed: int) -> Floats:
    """(2, C): how often conditions dealt anew within stimuli give a shift, and a slope, as far from 0."""
    m, k = found.sizes
    mean = np.stack([np.bincount(found.item, value) for value in freed.T], axis=1) / m[:, None]
    apart = (freed - mean[found.item]) * (m / (k * (m - k)))[found.item, None]
    parts = np.concatenate([apart * part[found.item, None] for part in line.parts], axis=1)  # (L, 2 C)
    seen = np.abs(found.revealed @ parts)
    if len(found.item) > _MOST:
        square = np.stack([np.bincount(found.item, part**2) for part in parts.T], axis=1)
        spread = np.sqrt((k * (m - k) / (m * (m - 1))) @ square)
        p = 2 * stats.norm.sf(ratio(seen, spread))
    else:
        # equal up to rounding is as far
        as_far = sum((np.abs(dealt @ parts) >= seen * (1 - 1e-9)).sum(axis=0) for dealt in _deals(found, seed))
        p = (1 + as_far) / (1 + N_PERMUTATIONS)
    return np.asarray(p).reshape(2, -1)


def _deals(found: Arms, seed: int) -> Iterator[Floats]:
    """(c, L), until there are N_PERMUTATIONS: who is revealed, as many of each stimulus as were, any of them alike."""
    m, k = (part.astype(np.int64) for part in found.sizes)
    start = np.concatenate([[0], np.cumsum(m)[:-1]])
    rng = np.random.default_rng([seed, len(found.item)])
    step = max(1, _CELLS // len(found.item))
    for at in range(0, N_PERMUTATIONS, step):
        c = min(step, N_PERMUTATIONS - at)
        dealt = np.zeros((c, len(found.item)))
        left = np.tile(k, (c, 1))
        for place in range(int(m.max())):  # one judgement after another, each with those left over those to come
            here = np.flatnonzero(m > place)
            taken = rng.random((c, len(here))) * (m[here] - place) < left[:, here]
            dealt[:, start[here] + place] = taken
            left[:, here] -= taken
        yield dealt


def _too_little(n_stimuli: int) -> str:
    if n_stimuli == 0:
        return "no stimulus was judged both blind and revealed"
    if n_stimuli < FEWEST_STIMULI:
        return f"only {n_stimuli} stimuli were judged both blind and revealed, {FEWEST_STIMULI} are needed"
    return ""


def _basis(sample: Sample, found: Arms) -> Basis:
    return Basis(sample.target, len(found.stimulus), len(np.unique(found.rater)), len(found.item))


def _flat(score: Floats, label: str | None) -> str:
    """Why there is nothing to say of a score (L,), or ""."""
    if np.ptp(score) > 0:
        return ""
    if label is None:
        return NO_VARIATION
    return "always used" if score[0] > 0 else "never used"


def _warnings(found: Arms) -> list[str]:
    """What the way in which conditions were assigned does not allow."""
    raters, place = np.unique(found.rater, return_inverse=True)
    n, shown = np.bincount(place), np.bincount(place, found.revealed).astype(np.int64)
    mixed = (shown > 0) & (shown < n)
    told = []
    if not mixed.any():
        told.append(
            "Effect of revealing: each rater judged in one condition only, so revealing and the raters cannot be told "
            "apart: association, not effect."
        )
    elif _uneven(n, shown):
        told.append(
            "Effect of revealing: raters differ in how many of their judgements were revealed by more than chance "
            f"explains ({int((~mixed).sum())} of {len(raters)} judged in one condition only). What is the raters' own "
            "is taken off as far as it adds up; the rest may pass for an effect."
        )
    cell = found.item * len(raters) + place
    twice = int((np.unique(cell, return_counts=True)[1] > 1).sum())
    if 2 * twice > int(found.revealed.sum()):
        told.append(
            "Effect of revealing: most revealed judgements are of stimuli that the same rater judged blind, too, so "
            "revealing and a second look cannot be told apart: association, not effect."
        )
    return told


def _uneven(n: Ints, shown: Ints) -> bool:
    """Whether raters' shares of revealed judgements differ more than by chance: chi-squared, p < 0.001."""
    share = float(shown.sum() / n.sum())
    distance = float(((shown - n * share) ** 2 / (n * share * (1 - share))).sum())
    return len(n) > 1 and bool(stats.chi2.sf(distance, len(n) - 1) < 0.001)
