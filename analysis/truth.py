"""What is true of a simulated world: the values that a study of it estimates.

Figures of the unit are those of *these raters* over the whole population, each rater with the chances of their
answers; figures of people with people are those of *raters like these*, of whom there are endlessly many. Both come
from closed forms of the normal distribution, averaged over the images; integrals over raters by Gauss and Hermite's
rule. Spearman's correlation, which grows with the number of raters, is simulated (`analysis.worlds`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

from analysis.assumptions import Assumptions, Jury
from analysis.judgements import Floats
from analysis.weighted import auroc

Truth = dict[tuple[str, str | None], float]

_NODES = 61
"""Of the rule of integration over raters."""


def category_shares(jury: Jury, strength: Floats, standing: Floats | None = None) -> Floats:
    """(n, K): the chance of each category in an answer, the mean over the raters, for images of strengths (n,).

    With `standing` (n,), the activation in population standard deviations from its mean: when it is revealed.
    """
    above = np.zeros((len(strength), jury.cuts.shape[1]))
    for cuts, taste, noise, lapse, anchoring in zip(
        jury.cuts, jury.idiosyncrasy, jury.noise, jury.lapse, jury.anchoring, strict=True
    ):
        pull = 0.0 if standing is None else float(anchoring)
        seen = strength if standing is None else (1 - pull) * strength + pull * standing
        spread = np.hypot((1 - pull) * taste, noise)
        by_chance = 1 - np.arange(1, len(cuts) + 1) / (len(cuts) + 1)
        above += (1 - lapse) * _above(seen, cuts, spread) + lapse * by_chance
    return _steps(above / len(jury.names))


def slider_mean(jury: Jury, assumptions: Assumptions, strength: Floats, standing: Floats | None = None) -> Floats:
    """(n,): the expected place of the slider, the mean over the raters; as `category_shares`."""
    total = np.zeros(len(strength))
    for cuts, taste, noise, anchoring in zip(jury.cuts, jury.idiosyncrasy, jury.noise, jury.anchoring, strict=True):
        pull = 0.0 if standing is None else float(anchoring)
        seen = strength if standing is None else (1 - pull) * strength + pull * standing
        total += _slider(assumptions)[0](seen - cuts[0], float(np.hypot((1 - pull) * taste, noise)))[:, 0]
    return np.asarray(total / len(jury.names))


def at_least(shares: Floats) -> Floats:
    """(n, K): the shares of each category or any above it."""
    return np.asarray(np.cumsum(shares[:, ::-1], axis=1)[:, ::-1])


def unit_truth(activation: Floats, shares: Floats, categories: tuple[str, ...], *, ordinal: bool) -> Truth:
    """The unit with people, over the whole population: activation (N,) and shares of the labels (N, K)."""
    truth: Truth = {}
    positive = np.clip(activation, 0, None)
    for label, share in zip(categories, shares.T, strict=True):
        truth["probability_of_label", label] = float(share.mean())
        truth["auroc", label] = _auroc(activation, share)
        truth["mean_activation", label] = float(activation @ share / share.sum())
        truth["share_of_expected_activation", label] = float(positive @ share / positive.sum())
    between = sum(
        truth["probability_of_label", label] * (truth["mean_activation", label] - float(activation.mean())) ** 2
        for label in categories
    )
    truth["eta_squared", None] = float(between / activation.var())
    if ordinal:
        for label, share in zip(categories[1:], at_least(shares).T[1:], strict=True):
            truth["auroc_at_least", label] = _auroc(activation, share)
    return truth


def agreement_truth(a: Assumptions, strength: Floats) -> Truth:
    """Agreement of two raters like these on an image of the population; on scales with categories.

    The coefficients are what they tend to with many images and many raters.
    """
    shares = _steps(_of_raters_like_these(a, strength))
    share = shares.mean(axis=0)
    pairs = shares.T @ shares / len(strength)  # the chance that two raters say k and l
    agree, q = float(np.trace(pairs)), len(share)
    chance = float(share @ share)
    by_chance_ac1 = float((share * (1 - share)).sum()) / (q - 1)
    truth: Truth = {
        ("percent_agreement", None): agree,
        ("krippendorff_alpha_nominal", None): (agree - chance) / (1 - chance),
        ("fleiss_kappa", None): (agree - chance) / (1 - chance),
        ("gwet_ac1", None): (agree - by_chance_ac1) / (1 - by_chance_ac1),
        ("brennan_prediger", None): (agree - 1 / q) / (1 - 1 / q),
    }
    for label, both, one in zip(a.categories, np.diag(pairs).tolist(), share.tolist(), strict=True):
        truth["specific_agreement", label] = both / one
    apart = _differences(a, share)
    truth["krippendorff_alpha", None] = 1 - float((pairs * apart).sum() / (share @ apart @ share))
    return truth


def component_truth(a: Assumptions, strength: Floats) -> Truth:
    """Variances, subjectivity and their kin, for raters like these: the graded answer, and every label's indicator.

    Of one answer y, the mean f over occasions, images i, raters r: variance_stimulus is that of E(f | i),
    variance_rater that of E(f | r), variance_stimulus_rater the rest of the variance of f, and variance_occasion
    that of y about f. A rater's strictness acts otherwise on easy than on doubtful images, so it is in the third, too.
    """
    truth: Truth = {}
    names = ("variance_stimulus", "variance_rater", "variance_stimulus_rater", "variance_occasion")
    labels, answer = _answers(a)
    for label, parts in zip(labels, _components(answer, a, strength).tolist(), strict=True):
        v_i, v_r, v_ir, v_o = parts
        total, residual = sum(parts), v_ir + v_o
        truth |= {(name, label): value for name, value in zip(names, parts, strict=True)}
        truth["subjectivity", label] = (v_r + v_ir) / (v_i + v_r + v_ir)
        truth["subjectivity_lowest", label] = v_r / (v_i + v_r)
        truth["subjectivity_highest", label] = (v_r + residual) / total
        truth["noise_share", label] = v_o / total
        if label is None:
            truth["icc_1_1", None] = truth["icc_a_1", None] = v_i / total
            truth["icc_c_1", None] = v_i / (v_i + residual)
    if not a.has_slider:
        truth["retest_agreement", None] = 1 - sum(truth["variance_occasion", label] for label in a.categories)
    elif a.scale == "interval":
        truth["krippendorff_alpha", None] = truth["icc_1_1", None]
    return truth


def anchoring_truth(blind: Floats, revealed: Floats, standing: Floats) -> tuple[float, float]:
    """The shift and the slope of what revealing does, from the expected answers (N,) of either condition.

    Slope: of the difference on `standing` (N,), the activation in population standard deviations.
    """
    change = revealed - blind
    about = standing - standing.mean()
    return float(change.mean()), float(change @ about / (about @ about))


_Moment = Callable[[Floats, float], Floats]
_Answer = tuple[_Moment, _Moment]
"""The means (n, A) of A answers, and those of their squares, where what is seen is normal, of mean (n,) and spread."""


def _components(answer: _Answer, a: Assumptions, strength: Floats) -> Floats:
    """(A, 4): the variances of image, rater, both and occasion."""
    first, second = answer
    everything = float(np.sqrt(a.strictness**2 + a.idiosyncrasy**2 + a.noise**2))
    nodes, mass = np.polynomial.hermite_e.hermegauss(_NODES)
    mass = mass / mass.sum()
    of_image = first(strength, everything)
    grand = of_image.mean(axis=0)
    within = float(np.hypot(a.idiosyncrasy, a.noise))
    of_rater = np.array([first(strength - a.strictness * node, within).mean(axis=0) for node in nodes])
    lasting = float(np.hypot(a.strictness, a.idiosyncrasy))
    squares = np.array([(first(strength + lasting * node, a.noise) ** 2).mean(axis=0) for node in nodes])
    v_i, v_r = of_image.var(axis=0), mass @ (of_rater - grand) ** 2
    reproducible = mass @ squares
    v_o = second(strength, everything).mean(axis=0) - reproducible
    parts = np.stack([v_i, v_r, reproducible - grand**2 - v_i - v_r, v_o], axis=1)
    return np.asarray(np.maximum(parts, 0.0))


def _answers(a: Assumptions) -> tuple[list[str | None], _Answer]:
    """The graded answer under None, where there is one, then the indicator of each label."""
    if a.has_slider:
        return [None], _slider(a)
    labels: list[str | None] = list(a.categories)
    scores = np.eye(len(labels))
    if a.scale != "nominal":
        labels, scores = [None, *labels], np.column_stack([a.scores, scores])

    def moment(values: Floats) -> _Moment:
        return lambda mean, spread: np.asarray(_steps(_with_lapses(a, mean, spread)) @ values)

    return labels, (moment(scores), moment(scores**2))


def _slider(a: Assumptions) -> _Answer:
    """Moments of a normal variable that is held between two ends, and with lapses in between."""
    low, high = a.slider

    def parts(mean: Floats, spread: float) -> tuple[Floats, float, Floats, Floats, Floats, Floats]:
        centre, sd = a.slider_centre + a.slider_step * mean[:, None], a.slider_step * max(spread, 1e-9)
        alpha, beta = (low - centre) / sd, (high - centre) / sd
        return centre, sd, ndtr(alpha), ndtr(-beta), _density(alpha), _density(beta)

    def first(mean: Floats, spread: float) -> Floats:
        m, sd, below, beyond, at_low, at_high = parts(mean, spread)
        held = low * below + high * beyond + m * (1 - below - beyond) + sd * (at_low - at_high)
        return np.asarray((1 - a.lapse) * held + a.lapse * (low + high) / 2)

    def second(mean: Floats, spread: float) -> Floats:
        m, sd, below, beyond, at_low, at_high = parts(mean, spread)
        between = (m * m + sd * sd) * (1 - below - beyond) + sd * ((m + low) * at_low - (m + high) * at_high)
        held = low * low * below + high * high * beyond + between
        return np.asarray((1 - a.lapse) * held + a.lapse * (low * low + low * high + high * high) / 3)

    return first, second


def _of_raters_like_these(a: Assumptions, strength: Floats) -> Floats:
    return _with_lapses(a, strength, float(np.sqrt(a.strictness**2 + a.idiosyncrasy**2 + a.noise**2)))


def _with_lapses(a: Assumptions, mean: Floats, spread: float) -> Floats:
    by_chance = 1 - np.arange(1, len(a.categories)) / len(a.categories)
    return np.asarray((1 - a.lapse) * _above(mean, np.array(a.thresholds), spread) + a.lapse * by_chance)


def _above(mean: Floats, cuts: Floats, spread: float) -> Floats:
    """(n, C): the chance that a normal variable of mean (n,) is above each cut (C,)."""
    return np.asarray(ndtr((mean[:, None] - cuts) / max(spread, 1e-9)))


def _steps(above: Floats) -> Floats:
    """(n, K) chances of each category from the (n, K - 1) of each or any above it."""
    ends = np.ones((len(above), 1)), np.zeros((len(above), 1))
    return np.asarray(-np.diff(np.concatenate([ends[0], above, ends[1]], axis=1), axis=1))


def _differences(a: Assumptions, share: Floats) -> Floats:
    """(K, K): Krippendorff's squared differences at the scale (2011), ordinal ones from mid-ranks."""
    score = np.array(a.scores)
    if a.scale == "nominal":
        return 1.0 - np.eye(len(share))
    if a.scale == "ordinal":
        score = np.cumsum(share) - share / 2
    apart = np.subtract.outer(score, score) ** 2
    if a.scale == "ratio":
        total = np.add.outer(score, score) ** 2
        apart = np.divide(apart, total, out=np.zeros_like(apart), where=total > 0)
    return np.asarray(apart)


def _auroc(activation: Floats, share: Floats) -> float:
    return float(auroc(activation, share[None], 1 - share[None])[0])


def _density(x: Floats) -> Floats:
    return np.asarray(np.exp(-x * x / 2) / np.sqrt(2 * np.pi))
