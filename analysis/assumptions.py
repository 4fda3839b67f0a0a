"""What is taken to be true of the images, the unit and the people, and how a study of them is laid out.

The assumptions are what nobody chooses; the layout is what a researcher does. `analysis.worlds` makes studies of
the two, `analysis.truth` says what such a study would find with endless images and raters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.judgements import NUMBERS, SCALES, Floats, InputError

BANDS = ("equal_width", "quantiles")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """A model of people who see a feature in images, each in a way of their own: a graded response model.

    Every image has a strength of the feature, with mean 0 and standard deviation 1 over the population. Rater r sees
    strength + taste_ri + noise at occasion o, takes off a strictness of their own, and cuts what is left into
    categories at the thresholds, or puts a slider there. All spreads are standard deviations in units of the
    strength's own.

    Raises InputError where the assumptions cannot be true together.
    """

    scale: str = "ordinal"
    categories: tuple[str, ...] = ("unrelated", "imperfect", "clear")
    """From weak to strong, on a nominal scale too (there the order that a study declares is another one); numbers as
    text on an interval or ratio scale; () for a slider."""
    thresholds: tuple[float, ...] = (0.5, 1.5)
    """Ascending, one fewer than the categories: from which strength on each higher category is given."""
    correlation: float = 0.8
    """Of the strength with the normal scores of the activation, between -1 and 1."""
    strictness: float = 0.3
    """Spread between raters of where they draw the line."""
    idiosyncrasy: float = 0.3
    """Spread of what one rater sees in an image and others do not, today and tomorrow (taste)."""
    noise: float = 0.3
    """Spread from one look to the next."""
    lapse: float = 0.02
    """Chance that an answer is given at random: any category, any place on the slider."""
    cannot_tell: float = 0.0
    """Chance of no answer, on any image."""
    anchoring: float = 0.0
    """How far the activation, when revealed, draws what is seen towards itself: 0 not at all; at 1 a rater sees the
    activation, in population standard deviations from its mean, in place of the image."""
    slider: tuple[float, float] = (0.0, 100.0)
    """The lowest and the highest place of the slider; what would lie beyond is put at the end."""
    slider_centre: float = 50.0
    """Where a strength of 0 is put by a rater of middling strictness."""
    slider_step: float = 15.0
    """By how much a slider moves for one standard deviation of the strength."""
    n_population: int = 20_000
    """Images in the population that the sample is drawn from."""
    activation: tuple[tuple[float, float], ...] = ()
    """The distribution of the activation: (share of the population below, activation), both ascending, with straight
    lines between. Where empty, Gumbel's with its mode at -1 and scale 1, the tail of which is heavy above."""

    def __post_init__(self) -> None:
        _check(self.scale in SCALES, f"The scale must be one of {', '.join(SCALES)}.")
        _check_answers(self)
        for name in ("strictness", "idiosyncrasy", "noise"):
            _check(0 <= getattr(self, name) < 100, f"The {name} must be a spread: 0 or more.")
        for name in ("lapse", "cannot_tell", "anchoring"):
            _check(0 <= getattr(self, name) <= 1, f"The {name} must lie between 0 and 1.")
        _check(self.cannot_tell < 1, "Where nobody can tell, there is nothing to plan.")
        _check(-1 <= self.correlation <= 1, "The correlation must lie between -1 and 1.")
        _check(self.n_population >= 10, "The population must have at least 10 images.")
        if self.activation:
            below, level = zip(*self.activation, strict=True)
            good = len(below) > 1 and _ascend(below, strictly=False) and _ascend(level, strictly=False)
            _check(good and level[-1] > level[0], "The distribution of the activation must ascend.")

    @property
    def has_slider(self) -> bool:
        """Whether answers are places on a slider, and not categories."""
        return not self.categories

    @property
    def scores(self) -> tuple[float, ...]:
        """The categories as numbers: themselves on a scale of numbers, else their place."""
        if self.scale in NUMBERS:
            return tuple(float(name) for name in self.categories)
        return tuple(float(place) for place in range(len(self.categories)))


@dataclass(frozen=True, slots=True)
class StudyDesign:
    """How a study is laid out: what a researcher decides.

    Raises InputError where no study could be.
    """

    per_stratum: int = 40
    """Images drawn from each band of activation."""
    n_strata: int = 6
    n_raters: int = 5
    raters_per_stimulus: int | None = None
    """How many of the raters, drawn at random, judge each image; all where None."""
    repeats: float = 0.0
    """The share of blind judgements that are asked for a second time."""
    revealed: float = 0.0
    """The share of raters and images, drawn at random, with the activation shown."""
    bands: str = "equal_width"
    """How the population is cut into bands: equal_width or quantiles."""
    edges: tuple[float, ...] = ()
    """Of the bands, the outermost included; then `n_strata` and `bands` say nothing."""

    def __post_init__(self) -> None:
        _check(self.per_stratum >= 1 and self.n_strata >= 1, "A study needs at least one image.")
        _check(self.n_raters >= 1, "A study needs at least one rater.")
        _check(1 <= self.seen_by <= self.n_raters, "No image can have fewer than one rater, or more than there are.")
        _check(0 <= self.repeats <= 1, "The share of repeats must lie between 0 and 1.")
        _check(0 <= self.revealed < 1, "The share revealed must be 0 or more, and below 1.")
        _check(self.bands in BANDS, f"Bands are one of {', '.join(BANDS)}.")
        _check(not self.edges or (len(self.edges) > 1 and _ascend(self.edges)), "The edges of the strata must ascend.")

    @property
    def seen_by(self) -> int:
        """How many raters judge each image."""
        return self.n_raters if self.raters_per_stimulus is None else self.raters_per_stimulus

    @property
    def n_bands(self) -> int:
        """How many bands of activation there are to draw from, at most."""
        return len(self.edges) - 1 if self.edges else self.n_strata

    @property
    def n_judgements(self) -> int:
        """What it costs: the judgements that are asked for, repeats included, where every band is full."""
        return round(self.per_stratum * self.n_bands * self.seen_by * (1 + self.repeats * (1 - self.revealed)))


@dataclass(frozen=True, slots=True, eq=False)
class Jury:
    """R raters as arrays; see `Assumptions` for what their traits mean."""

    names: tuple[str, ...]
    cuts: Floats
    """(R, C): the strengths from which each rater gives each higher category; for a slider one column, the strength
    that is put at its centre."""
    idiosyncrasy: Floats
    """(R,), as all that follow."""
    noise: Floats
    lapse: Floats
    cannot_tell: Floats
    anchoring: Floats


def _check(good: bool, message: str) -> None:
    if not good:
        raise InputError(message)


def _check_answers(a: Assumptions) -> None:
    if a.has_slider:
        _check(a.scale in NUMBERS, f"A {a.scale} scale needs categories.")
        _check(a.slider[0] < a.slider[1], "The slider's ends must ascend.")
        _check(a.scale != "ratio" or a.slider[0] >= 0, "A ratio scale starts at 0.")
        _check(a.slider_step > 0, "The slider must move: its step must be above 0.")
        return
    _check(len(a.categories) > 1, "There must be at least 2 categories.")
    _check(len(a.thresholds) == len(a.categories) - 1, "There must be one threshold fewer than categories.")
    _check(_ascend(a.thresholds), "The thresholds must ascend.")
    if a.scale in NUMBERS:
        try:
            numbers = a.scores
        except ValueError:
            raise InputError("On an interval or ratio scale the categories are numbers.") from None
        _check(_ascend(numbers), "Categories that are numbers must ascend.")


def _ascend(values: Sequence[float], *, strictly: bool = True) -> bool:
    steps = np.diff(np.asarray(values, dtype=np.float64))
    return bool(np.isfinite(steps).all() and ((steps > 0) if strictly else (steps >= 0)).all())
