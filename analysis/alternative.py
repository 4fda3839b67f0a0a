"""The alternative annotator test: is the unit as good a stand-in for the jury as one of its members?

Calderon, Reichart and Dror 2025, "The Alternative Annotator Test for LLM-as-a-Judge". Each rater in turn is held out;
on every stimulus the rater and the unit are compared with the labels of the others, and who is nearer wins. Ties
count for both, so a unit that says what nearly everyone says always does well: the same numbers for a constant answer
and for answers at random stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis import influence
from analysis.contests import FEWEST_STIMULI, Contest
from analysis.figures import Figure
from analysis.hard_answers import RANDOM, UNIT, graded_answers, graded_unit, yes_or_no
from analysis.holding_out import Linear
from analysis.influence import logit_interval, spread
from analysis.intervals import Interval, Resampling
from analysis.judgements import Floats, Ints
from analysis.refitting import Refitting
from analysis.sample import CONSTANT, NO_VARIATION, Sample
from analysis.thresholds import stratified_folds

EPSILONS = (0.2, 0.15, 0.1)
"""What a person's advantage may be at most where raters are experts, skilled, or a crowd."""
STRICTEST = 0.1
"""The epsilon of the figures."""
FALSE_DISCOVERIES = 0.05
FEWEST_RATERS = 3
"""Two leave no group that one could stand for."""
_ROUNDING = 1e-7
_MOST_SCORES = 500
_MOST_REPLICATES = 50
"""Of isotonic fits, each of which takes its time: enough for a standard error, to 10 %."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class WinningRate:
    """Of the raters who could be held out, the share against whom the answers hold their own."""

    label: str | None
    answers: str
    """Whose: "unit", "constant" or "random"."""
    epsilon: float
    value: float
    n_raters: int
    """Those who could be held out."""

    @property
    def passed(self) -> bool:
        """Whether the test says that the answers may stand in for a rater."""
        return self.value >= 0.5


@dataclass(frozen=True, slots=True, eq=False)
class AlternativeTest:
    """The figures, at epsilon 0.1, and the winning rates at every epsilon (none where they are undefined)."""

    figures: tuple[Figure, ...] = ()
    winning_rates: tuple[WinningRate, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    """How answers fared."""

    advantage: float
    interval: Interval | None
    winning: dict[float, float]
    """By epsilon."""


def alternative(sample: Sample, resampling: Resampling, seed: int) -> AlternativeTest:
    """Winning rate and average advantage probability of the unit, of a constant answer and of random ones.

    Figures, per label where the scale is nominal: `alt_test_winning_rate`, the share of raters r for whom the null
    hypothesis "r is ahead of the unit by epsilon = 0.1 or more" is rejected, by one-sided t-tests under Benjamini and
    Yekutieli's procedure (2001) at 0.05; and `alt_test_advantage_probability`, the mean over raters of the share of
    stimuli on which the unit is as near to the others as r, or nearer. Near is, for labels, the share of the others
    who agree, and for scores minus the root of the mean squared difference. With `_constant`: the most common answer
    (numbers: the median); with `_random`: answers drawn from all that were given (the winning rate is
    the mean of N_DRAWS draws, the advantage exact).

    The unit answers like a person, with values fitted in 5 folds on other stimuli: yes or no from a threshold for one
    label, and on graded scales an isotonic fit of the mean score, rounded to a category where the scale is ordinal.
    Shares and their variances are weighted and within strata. Raters with fewer than 30 stimuli shared with others
    are left out. The winning rate has no interval; that of the advantage is logit, for these raters, from the
    bootstrap of stimuli in its linear form; replicates fit the unit's answers again. The t-tests take them as they
    are. Nothing is returned where there is no activation. Where all said the same there is nothing to win, and a
    constant activation has no answers of its own: the threshold of each fold would find others.
    """
    if sample.activation is None:
        return AlternativeTest()
    figures: list[Figure] = []
    rates: list[WinningRate] = []
    basis = sample.basis(sample.n_labels > 1)
    rng = np.random.default_rng([seed, FEWEST_STIMULI])
    fold = stratified_folds(sample.stratum, rng)
    for k in [None] if sample.graded else range(len(sample.categories)):
        contest = Contest.of(sample, resampling.stratum, k)
        if k is None:
            answers = graded_answers(sample, sample.activation, fold, rng)
        else:
            answers = yes_or_no(sample, sample.activation, k, fold, rng)
        undefined = _reason(sample, contest)
        for suffix, said in answers.items():
            names = f"alt_test_winning_rate{suffix}", f"alt_test_advantage_probability{suffix}"
            reason = undefined or (CONSTANT if suffix == UNIT and not np.ptp(sample.activation) else "")
            if reason:
                figures += [basis.figure(name, np.nan, label=contest.label, reason=reason) for name in names]
                continue
            outcome = _outcome(sample, resampling, contest, said, suffix, fold)
            figures += [
                basis.figure(names[0], outcome.winning[STRICTEST], label=contest.label, speaks_for=""),
                basis.figure(names[1], outcome.advantage, outcome.interval, label=contest.label),
            ]
            whose = suffix.removeprefix("_") or "unit"
            rates += [
                WinningRate(contest.label, whose, epsilon, rate, contest.n_raters)
                for epsilon, rate in outcome.winning.items()
            ]
    return AlternativeTest(tuple(figures), tuple(rates))


def benjamini_yekutieli(p: Floats, rate: float = FALSE_DISCOVERIES) -> Bools:
    """(m,): which of m hypotheses with p-values (m,) are rejected, false discoveries kept to `rate` under any
    dependence (Benjamini and Yekutieli 2001)."""
    m = len(p)
    ranks = np.arange(1, m + 1)
    order = np.argsort(p, kind="stable")
    good = np.flatnonzero(p[order] <= ranks / m * rate / (1 / ranks).sum())
    rejected = np.zeros(m, dtype=np.bool_)
    rejected[order[: good[-1] + 1 if len(good) else 0]] = True
    return rejected


def _reason(sample: Sample, contest: Contest) -> str:
    if len(sample.raters) < FEWEST_RATERS:
        return f"needs at least {FEWEST_RATERS} raters"
    if contest.n_raters < FEWEST_RATERS:
        return f"fewer than {FEWEST_RATERS} raters share {FEWEST_STIMULI} stimuli with others"
    return "" if contest.varied else NO_VARIATION


def _outcome(
    sample: Sample, resampling: Resampling, contest: Contest, answers: Floats, whose: str, fold: Ints
) -> _Outcome:
    """What answers (draws, n) come to; winning rates are means over draws."""
    winning = dict.fromkeys(EPSILONS, 0.0)
    for answer in answers:
        nearer, farther = contest(answer)
        behind_by, errors, df = contest.means(farther.astype(np.float64) - nearer)
        for epsilon in winning:
            rejected = benjamini_yekutieli(_p_below(behind_by - epsilon, errors, df))
            winning[epsilon] += float(rejected.mean()) / len(answers)
    if whose == RANDOM:
        advantage = _by_chance(sample, contest)
    else:
        advantage = contest.mean_of_means(nearer.astype(np.float64), len(sample.stimuli))
    errors, df = spread(advantage.column, resampling.stratum, np.zeros(len(sample.stimuli), dtype=np.int64), 1)
    error = float(errors[0])
    if whose == UNIT:
        error = _refitted_error(sample, resampling, contest, answers[0], fold, advantage)
    return _Outcome(advantage.value, logit_interval(advantage.value, error, float(df[0])), winning)


def _by_chance(sample: Sample, contest: Contest) -> Linear:
    """The advantage of answers drawn from all that were given, which the sample's stimuli decide, too."""
    said = sample.value
    if contest.label is not None:
        said = (sample.label == sample.categories.index(contest.label)).astype(np.float64)
    weight = (sample.weight / sample.n_labels)[sample.item]
    chance, share = contest.by_chance(said, weight)
    mean = contest.mean_of_means(chance, len(sample.stimuli))
    of_drawn = influence.sums(sample.item, weight * (share - mean.value) / weight.sum(), len(sample.stimuli))
    return Linear(mean.value, mean.column + of_drawn)


def _refitted_error(
    sample: Sample, resampling: Resampling, contest: Contest, answer: Floats, fold: Ints, advantage: Linear
) -> float:
    """The standard error of the unit's advantage where each replicate fits its answers (n,) again."""
    activation, parts, columns = sample.activation, contest.parts(), advantage.column / sample.weight
    assert activation is not None
    if contest.label is not None:
        yes, no = (contest(np.full(len(answer), said))[0].astype(np.float64) for said in (1.0, 0.0))
        gains = influence.sums(contest.item, parts * (yes - no), len(answer))
        share = sample.shares[:, [sample.categories.index(contest.label)]]
        refitting = Refitting(activation, fold, np.ones(len(answer)), share)
        return float(refitting.errors_of_gains(resampling, columns[:, None], gains[:, None])[0])

    coarse = _coarse(activation)
    ahead = contest(graded_unit(sample, coarse, fold, sample.weight))[0].astype(np.float64)

    def statistic(weight: Floats) -> Floats:
        made = []
        for one in weight:
            moved = contest(graded_unit(sample, coarse, fold, one))[0] - ahead
            made.append(one @ columns + (parts * one[contest.item]) @ moved)
        return np.array(made)

    draws = replace(resampling, n_replicates=min(resampling.n_replicates, _MOST_REPLICATES))
    return float(draws.stimuli(statistic).std())


def _coarse(score: Floats) -> Floats:
    """(n,): the scores, those of like rank made the same: replicates need not fit each of thousands."""
    values, group = np.unique(score, return_inverse=True)
    step = -(-len(values) // _MOST_SCORES)
    return np.asarray(values[group // step * step])


def _p_below(value: Floats, error: Floats, df: Floats) -> Floats:
    """One-sided p-values of t-tests that a mean is below 0; where nothing varies, it simply is or is not."""
    certain = error < _ROUNDING
    t = np.divide(value, error, out=np.zeros(len(value)), where=~certain)
    return np.where(certain, np.where(value < -_ROUNDING, 0.0, 1.0), stats.t.cdf(t, df))
