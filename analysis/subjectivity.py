"""How subjective a label is: of what people reproducibly see, the share that depends on who looks.

S = (v_rater + v_stimulus_rater) / (v_stimulus + v_rater + v_stimulus_rater). Taste (stimulus by rater) and noise
(occasion) can be told apart only where raters judged the same stimulus again; otherwise S lies between the bounds
v_rater / (v_stimulus + v_rater), all of the rest being noise, and (v_rater + v_rest) / total, all of it taste.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.components import NO_TWO_STIMULI, OCCASION, RATER, REST, STIMULUS, Crossed, Formula
from analysis.estimates import LOGIT, Estimates, Repeats, bounded, estimate, log_above
from analysis.figures import Figure
from analysis.intervals import LEVEL, Interval, Resampling
from analysis.judgements import NUMBERS, Floats, Judgements
from analysis.reliability import too_little
from analysis.retest import Looks, looks
from analysis.sample import NO_VARIATION, RATERS_LIKE_THESE, THESE_RATERS, Basis, Sample
from analysis.weighted import ratio

_NONE = 1e-12
"""A variance that is rounding: scores are scaled to at most 1."""
_SLIPS = 0.08
"""Where a smaller share of the repeats makes up half of the noise, slips do: some 0.12 where errors are normal."""


@dataclass(frozen=True, slots=True)
class Subjectivity:
    """The figures, and what to know about them."""

    figures: list[Figure]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class _Part:
    """One figure as a function of the components."""

    name: str
    formula: Formula
    """Of components as they came out for a variance, which is then cut off at 0; of clipped ones for a share."""
    needs_repeats: bool = False
    needs_raters: bool = False
    """Whether it tells what raters differ in from the rest."""
    variance: bool = False
    rests_on: Formula | None = None
    """What has to be positive for an interval to mean anything; for a variance, that itself."""

    def clipped(self, v: Floats) -> Floats:
        """The figure as it is shown."""
        return np.maximum(self.formula(v), 0.0) if self.variance else self.formula(_clipped(v))

    def is_doubtful(self, v: Floats, column: int) -> bool:
        """Whether nearly all replicates (b, 4, C) were negative: an interval of 0 alone would claim certainty."""
        rests_on = self.formula if self.variance else self.rests_on
        return rests_on is not None and float((rests_on(v)[:, column] < -_NONE).mean()) > LEVEL


def subjectivity(judgements: Judgements, sample: Sample, resampling: Resampling) -> Subjectivity:
    """The four components, S, its bounds and the share of noise, for these raters and for raters like these.

    Of the indicator of each label on nominal scales (`label` is set), of the graded score on others. A component that
    comes out negative is 0, and a warning holds the raw value. Where nothing was repeated, the figures that need it
    say so, and the bounds stand. Two raters get the interval for these raters only; where no rater has two stimuli,
    what asks for raters' own levels says so, and the rest speaks for raters like these only. No variance has an
    interval above the largest that is possible; where a component is negative beyond chance, it has no interval, and
    neither has S where that component is taste.
    """
    again = looks(judgements, sample)
    labels = () if sample.graded else sample.categories
    scores = sample.value[:, None]
    if labels:
        scores = (sample.label[:, None] == np.arange(len(labels))).astype(np.float64)
    crossed = Crossed(sample.item, sample.rater, scores, len(sample.stimuli), len(sample.raters))
    basis, reason, unknown = sample.basis(sample.n_labels >= 2), too_little(sample), again.reason()
    names = labels or (None,)
    if reason:
        return Subjectivity(
            [basis.figure(p.name, 0.0, label=name, reason=reason) for name in names for p in _PARTS], []
        )
    repeats = None if unknown else Repeats(again.row, again.share, again.half_squares(labels=len(labels)))
    found = estimate(crossed, resampling, repeats)
    figures, warnings = [], _slips(again) if sample.scale in NUMBERS and not unknown else []
    most = _largest_variance(sample)
    for column, name in enumerate(names):
        flat = _flat(scores[:, column], name)
        for part in _PARTS:
            why = flat or (NO_TWO_STIMULI if part.needs_raters and crossed.nested else "")
            why = why or (unknown if part.needs_repeats else "")
            figures += _figures(basis, found, part, column, name, why, most)
        if not flat:
            warnings += _negative(found.point[:, column] * found.unit[column], name)
    return Subjectivity([f for f in figures if not (crossed.nested and f.speaks_for == THESE_RATERS)], warnings)


def _largest_variance(sample: Sample) -> float:
    """That any labels can have: half of them at either end of the scale, or of the numbers that were given."""
    if sample.graded:
        width = len(sample.categories) - 1 if sample.scale == "ordinal" else float(np.ptp(sample.value))
        return width * width / 4
    return 0.25


def _figures(
    basis: Basis, found: Estimates, part: _Part, column: int, label: str | None, why: str, most: float
) -> list[Figure]:
    if why:
        return [basis.figure(part.name, 0.0, label=label, reason=why)]
    total = float(_total(_clipped(found.point))[column])
    if not total > _NONE:
        return [basis.figure(part.name, 0.0, label=label, reason=NO_VARIATION)]
    scale = total if part.variance else 1.0
    size = scale * float(found.unit[column]) if part.variance else 1.0

    def formula(components: Floats) -> Floats:
        return part.clipped(components) / scale

    value = float(formula(found.point)[column])
    kinds = {THESE_RATERS: found.replicates}
    if found.like_these is not None:
        kinds[RATERS_LIKE_THESE] = found.like_these
    figures = []
    for speaks_for, replicates in kinds.items():
        interval = None
        if not part.is_doubtful(replicates, column):
            interval = _interval(found, part, formula, column, scale, speaks_for)
            interval = bounded(_times(interval, size), value * size, 0.0, most if part.variance else 1.0)
        figures.append(basis.figure(part.name, value * size, interval, label=label, speaks_for=speaks_for))
    return figures


def _interval(
    found: Estimates, part: _Part, formula: Formula, column: int, scale: float, speaks_for: str
) -> Interval | None:
    if speaks_for == THESE_RATERS:
        return found.these_raters(formula, column)
    link = LOGIT
    if part.variance:
        error = found.standard_error(lambda v: part.formula(v) / scale, column)
        link = log_above(float(formula(found.point)[column]), error)
    return found.raters_like_these(formula, column, link)


def _times(interval: Interval | None, size: float) -> Interval | None:
    return interval and (interval[0] * size, interval[1] * size)


def _clipped(v: Floats) -> Floats:
    """Components as a figure shows them: none below 0."""
    return np.maximum(v, 0.0)


def _total(v: Floats) -> Floats:
    return np.asarray(v[..., STIMULUS, :] + v[..., RATER, :] + v[..., REST, :])


def _raw_taste(v: Floats) -> Floats:
    return np.asarray(v[..., REST, :] - v[..., OCCASION, :])


def _taste(v: Floats) -> Floats:
    return np.maximum(_raw_taste(v), 0.0)


def _share(part: Floats, rest: Floats) -> Floats:
    whole = part + rest
    return ratio(part, np.where(whole > _NONE, whole, 0.0))


def _noise(v: Floats) -> Floats:
    reproducible = v[..., STIMULUS, :] + v[..., RATER, :] + _taste(v)
    return _share(v[..., OCCASION, :], reproducible)


_PARTS = (
    _Part("variance_stimulus", lambda v: v[..., STIMULUS, :], variance=True),
    _Part("variance_rater", lambda v: v[..., RATER, :], needs_raters=True, variance=True),
    _Part("variance_stimulus_rater", _raw_taste, needs_repeats=True, needs_raters=True, variance=True),
    _Part("variance_occasion", lambda v: v[..., OCCASION, :], needs_repeats=True, variance=True),
    _Part(
        "subjectivity",
        lambda v: _share(v[..., RATER, :] + _taste(v), v[..., STIMULUS, :]),
        needs_repeats=True,
        rests_on=_raw_taste,
    ),
    _Part("subjectivity_lowest", lambda v: _share(v[..., RATER, :], v[..., STIMULUS, :]), needs_raters=True),
    _Part("subjectivity_highest", lambda v: _share(v[..., RATER, :] + v[..., REST, :], v[..., STIMULUS, :])),
    _Part("noise_share", _noise, needs_repeats=True),
)


def _flat(score: Floats, label: str | None) -> str:
    if np.ptp(score) > 0:
        return ""
    if label is None:
        return NO_VARIATION
    return "always used" if score[0] > 0 else "never used"


def _slips(again: Looks) -> list[str]:
    """That few repeats make up the noise: intervals from the spread among them are too short then (docs/methods.md)."""
    halves = np.sort(again.half_squares()[:, 0])[::-1].cumsum()
    few = int(np.searchsorted(halves, halves[-1] / 2)) + 1
    if halves[-1] == 0 or few >= _SLIPS * len(halves):
        return []
    return [
        f"Half of the noise comes from {few} of {len(halves)} repeats, which looks like slips: the intervals of how"
        " much raters differ from themselves are probably too short."
    ]


def _negative(v: Floats, label: str | None) -> list[str]:
    """What came out negative and is shown as 0."""
    raw = {
        "between images": v[STIMULUS],
        "between raters": v[RATER],
        "of image by rater": v[REST] - v[OCCASION],
    }
    about = f", “{label}”," if label is not None else ""
    return [
        f"The variance {name}{about} came out negative, −{-value:.2g}: shown as 0."
        for name, value in raw.items()
        if value < 0
    ]
