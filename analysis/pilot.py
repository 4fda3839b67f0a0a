"""From a pilot to assumptions: what images and raters must be like for its tables to look as they do.

The method of moments. Of the answers "this category or any above it", the chance that two raters both give it on one
image, that one rater gives it to two images, and that a rater gives it again on a second look, are those of pairs of
normal variables; the correlation that makes them so (the tetrachoric correlation, Pearson 1900) is the share of the
variance of what is seen that images, raters, and images with raters have. Sliders need no such detour. All pairs are
weighted by design.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import ndtri

from analysis.assumptions import Assumptions, StudyDesign
from analysis.judgements import Floats, InputError, Judgements, Stimuli
from analysis.pilot_pairs import FEWEST_STIMULI, PilotPairs, tetrachoric
from analysis.populations import normal_scores
from analysis.sample import POPULATION, Sample, join

_LARGEST_POPULATION = 200_000
"""Simulated; larger ones would say the same, slowly."""
_LEAST_SHARED = 0.05
"""The share of the variance that images are taken to have where raters agree by chance or less."""
_RARE = 0.002


def assumptions_from(judgements: Judgements, stimuli: Stimuli) -> Assumptions:
    """Assumptions under which a study would look like this pilot; rough, as pilots are small.

    Thresholds, correlation, strictness, idiosyncrasy and noise come from the blind judgements, the distribution of
    the activation from the stimuli and their weights. Without repeats, what strictness leaves of the disagreement is
    taken to be half idiosyncrasy and half noise. Lapses are not told from noise, and are 0; so is anchoring.
    Categories of a nominal scale are put into the order of their mean activation.

    Raises InputError where there are fewer than two raters, or than 10 stimuli with two, or always the same answer.
    """
    sample = join(judgements, stimuli)
    if len(sample.raters) < 2 or int((sample.n_labels >= 2).sum()) < FEWEST_STIMULI:
        raise InputError(f"A pilot needs 2 raters or more, who both judged the same {FEWEST_STIMULI} images or more.")
    if sample.activation is None or np.ptp(sample.activation) == 0:
        raise InputError("A pilot needs activations that differ.")
    scores = normal_scores(sample.activation, sample.weight)
    pairs = PilotPairs.of(judgements, sample)
    said = _slider_said(sample, pairs, scores) if not sample.categories else _steps_said(sample, pairs, scores)
    shown = judgements.n_no_answer + int(judgements.first_blind.sum())
    known = sample.target == POPULATION
    size = round(float(sample.weight.sum())) if known else Assumptions().n_population
    return Assumptions(
        scale=sample.scale,
        categories=said.categories,
        thresholds=said.thresholds,
        correlation=float(np.clip(said.correlation, -0.99, 0.99)),
        **_spreads(said),
        lapse=0.0,
        cannot_tell=min(judgements.n_no_answer / shown, 0.9),
        slider=said.slider,
        slider_centre=said.centre,
        slider_step=said.step,
        n_population=int(np.clip(size, len(sample.stimuli), _LARGEST_POPULATION)),
        activation=_distribution(sample.activation, sample.weight),
    )


def design_from(judgements: Judgements, stimuli: Stimuli) -> StudyDesign:
    """How a pilot was laid out: strata (where they are bands of activation), stimuli, raters, repeats, revealed."""
    sample = join(judgements, stimuli)
    n, n_raters = len(sample.stimuli), len(sample.raters)
    sizes = np.bincount(sample.stratum)
    typical = round(float(sample.n_labels.mean()))
    first = judgements.occasion == 1
    revealed = float((judgements.condition[first] == 1).mean())
    repeats = float((~first & (judgements.condition == 0)).sum() / judgements.first_blind.sum())
    edges = _edges(sample)
    return StudyDesign(
        per_stratum=round(float(np.median(sizes))) if edges else n,
        n_strata=len(sizes) if edges else 1,
        n_raters=n_raters,
        raters_per_stimulus=None if typical >= n_raters else max(typical, 1),
        repeats=min(repeats, 1.0),
        revealed=min(revealed, 0.99),
        edges=edges,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What the answers say: shares of the variance of what is seen, and where the lines are drawn."""

    of_images: float
    of_raters: float
    of_looks: float | None
    """None without repeats."""
    correlation: float
    categories: tuple[str, ...] = ()
    thresholds: tuple[float, ...] = ()
    slider: tuple[float, float] = Assumptions().slider
    centre: float = Assumptions().slider_centre
    step: float = Assumptions().slider_step


def _spreads(said: _Said) -> dict[str, float]:
    """Strictness, idiosyncrasy and noise, where the images have a standard deviation of 1."""
    total = 1 / said.of_images
    strictness = max(said.of_raters, 0.0) * total
    rest = max(total - 1 - strictness, 0.0)
    noise = rest / 2 if said.of_looks is None else min(max(said.of_looks, 0.0) * total, rest)
    return {
        "strictness": float(np.sqrt(strictness)),
        "idiosyncrasy": float(np.sqrt(rest - noise)),
        "noise": float(np.sqrt(noise)),
    }


def _steps_said(sample: Sample, pairs: PilotPairs, scores: Floats) -> _Said:
    """From categories: each threshold says what it says, the more the nearer it is to the middle."""
    order = np.arange(len(sample.categories))
    if sample.scale == "nominal":
        heard = sample.weight @ sample.shares
        mean = (sample.weight * scores) @ sample.shares / np.where(heard > 0, heard, 1.0)
        order = np.argsort(mean, kind="stable")
    place = np.argsort(order)
    share = sample.weight / sample.weight.sum()
    at_least = np.cumsum(sample.shares[:, order][:, ::-1], axis=1)[:, ::-1][:, 1:]
    p = share @ at_least
    cuts = -ndtri(np.clip(p, _RARE, 1 - _RARE))
    useful = np.flatnonzero((p > _RARE) & (p < 1 - _RARE))
    if not len(useful):
        raise InputError("The raters of the pilot gave nearly always the same answer: nothing can be told from it.")
    information = (p * (1 - p))[useful]
    found, slopes = [], []
    for k in useful.tolist():
        both, one = pairs.covariances((place[sample.label] > k).astype(np.float64))
        looks = pairs.occasion_variance((place[pairs.labels] > k).astype(np.float64))
        again = np.nan if looks is None else tetrachoric(p[k], p[k] * (1 - p[k]) - looks)
        found.append((tetrachoric(p[k], both), tetrachoric(p[k], one), 1 - again))
        slopes.append(float((share * scores) @ at_least[:, k]) / float(stats.norm.pdf(cuts[k])))
    of_images, of_raters, of_looks = np.average(found, axis=0, weights=information)
    of_images = float(np.clip(of_images, _LEAST_SHARED, 0.999))
    total = 1 / np.sqrt(of_images)
    thresholds = total * np.maximum.accumulate(cuts) + 1e-3 * np.arange(len(cuts))
    return _Said(
        of_images,
        float(of_raters),
        float(of_looks) if np.isfinite(of_looks) else None,
        float(np.average(slopes, weights=information)) * float(total),
        tuple(sample.categories[k] for k in order.tolist()),
        tuple(thresholds.tolist()),
    )


def _slider_said(sample: Sample, pairs: PilotPairs, scores: Floats) -> _Said:
    """From numbers: their covariances are those of what is seen, but for the unit."""
    share = sample.weight / sample.weight.sum()
    y, low, high = sample.value, float(sample.value.min()), float(sample.value.max())
    if low == high:
        raise InputError("The raters of the pilot always gave the same answer: nothing can be told from it.")
    centre = float(share @ sample.mean_score)
    total = float(np.average((y - centre) ** 2, weights=pairs.weight))
    both, one = pairs.covariances(y)
    looks = pairs.occasion_variance(pairs.values)
    of_images = float(np.clip(both / total, _LEAST_SHARED, 0.999))
    step = float(np.sqrt(of_images * total))
    return _Said(
        of_images,
        one / total,
        None if looks is None else looks / total,
        float((share * scores) @ sample.mean_score) / step,
        slider=(low, high),
        centre=centre,
        step=step,
    )


def _distribution(activation: Floats, weight: Floats) -> tuple[tuple[float, float], ...]:
    """The weighted distribution function at the middle of each stimulus's step, and its ends."""
    order = np.argsort(activation, kind="stable")
    mass = weight[order] / weight.sum()
    below = np.concatenate([[0.0], np.cumsum(mass) - mass / 2, [1.0]])
    level = activation[order][[0, *range(len(order)), -1]]
    return tuple(zip(np.clip(below, 0, 1).tolist(), level.tolist(), strict=True))


def _edges(sample: Sample) -> tuple[float, ...]:
    """Of the strata, where each lies wholly above the one before; else none."""
    activation = sample.activation
    if activation is None:
        return ()
    n = int(sample.stratum.max()) + 1
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(low, sample.stratum, activation)
    np.maximum.at(high, sample.stratum, activation)
    inner = (high[:-1] + low[1:]) / 2
    edges = np.array([activation.min(), *inner, activation.max()])
    apart = (high[:-1] < low[1:]).all() and (np.diff(edges) > 0).all()
    return tuple(edges.tolist()) if n > 1 and apart else ()
