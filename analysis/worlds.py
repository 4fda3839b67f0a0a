"""Studies of a population whose truth is known: for planning, and for tests of everything that estimates.

Every image has a latent strength of the feature, and the unit's activation is correlated with it. People see the
strength through a taste of their own, which lasts, and some noise, which does not, and answer (`Assumptions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats

from analysis.asking import ask, jury_of
from analysis.assumptions import Assumptions, Jury, StudyDesign
from analysis.judgements import BLIND, REVEALED, Floats, Ints, Judgements, Stimuli
from analysis.populations import draw_from, feature_strength, population_activation, standing_of
from analysis.truth import (
    Truth,
    agreement_truth,
    anchoring_truth,
    at_least,
    category_shares,
    component_truth,
    slider_mean,
    unit_truth,
)

_LOOKS = 4
"""How many times a whole population is judged for the truth that has to be simulated."""


@dataclass(frozen=True, eq=False)
class World:
    """A study, and what is true of the population, the unit and the people it is about."""

    judgements: Judgements
    stimuli: Stimuli
    activation: Floats
    """(N,): of the whole population."""
    strength: Floats
    """(N,): of the feature, mean 0 and standard deviation 1."""
    chosen: Ints
    """(n,): the places in the population of the stimuli drawn, in the order of their names."""
    jury: Jury
    assumptions: Assumptions
    """Of `world` in analysis.simulate, they hold for the scale and the categories only."""
    design: StudyDesign
    alike: bool = True
    """Whether the jury was drawn from raters as the assumptions have them, who are endlessly many."""

    @cached_property
    def shares(self) -> Floats:
        """(N, K): the expected share of these raters' blind answers that give each category, in the order of the
        judgements' categories; no columns for a slider."""
        if self.assumptions.has_slider:
            return np.zeros((len(self.strength), 0))
        order = [self.assumptions.categories.index(name) for name in self.judgements.categories]
        return category_shares(self.jury, self.strength)[:, order]

    @cached_property
    def standing(self) -> Floats:
        """(N,): the activation in standard deviations from its mean."""
        return standing_of(self.activation)

    @cached_property
    def truth(self) -> Truth:
        """(name, label) to the value that a study would find if it were endless; the names are those of figures.

        Of these raters over the population: probability_of_label, auroc, auroc_at_least, mean_activation,
        share_of_expected_activation, eta_squared, spearman (with the mean score of as many of them as judge an
        image), anchoring_shift and anchoring_slope (..._at_least). Of raters like these: agreement and its
        coefficients, specific_agreement, retest_agreement, icc_..._1, the variances and what is made of them, both
        of the graded answer (label None) and for each label; see `analysis.truth`.
        """
        a, ordinal = self.assumptions, self.assumptions.scale == "ordinal"
        truth: Truth = {}
        if not a.has_slider:
            truth |= unit_truth(self.activation, self.shares, self.judgements.categories, ordinal=ordinal)
        if a.scale != "nominal":
            truth["spearman", None] = self._spearman()
        if self.design.revealed:
            truth |= self._anchoring()
        if self.alike:
            truth |= component_truth(a, self.strength)
            truth |= {} if a.has_slider else agreement_truth(a, self.strength)
        return truth

    def _spearman(self) -> float:
        found = []
        for look in range(_LOOKS):
            rng = np.random.default_rng([len(self.strength), look])
            said = ask(self.jury, self.assumptions, self.design, self.strength, self.standing, rng)
            first = said.answered & ~said.revealed & (said.occasion == 1)
            n = len(self.strength)
            heard = np.bincount(said.item[first], minlength=n)
            total = np.bincount(said.item[first], said.value[first], minlength=n)
            rows = heard > 0
            found.append(stats.spearmanr(self.activation[rows], total[rows] / heard[rows]).statistic)
        return float(np.mean(found))

    def _anchoring(self) -> Truth:
        a = self.assumptions
        if a.has_slider:
            answers = [slider_mean(self.jury, a, self.strength, standing) for standing in (None, self.standing)]
            shift, slope = anchoring_truth(answers[0], answers[1], self.standing)
            return {("anchoring_shift", None): shift, ("anchoring_slope", None): slope}
        blind, revealed = (category_shares(self.jury, self.strength, one) for one in (None, self.standing))
        truth: Truth = {}
        ends = {"": (blind, revealed)}
        if a.scale == "ordinal":
            ends["_at_least"] = (at_least(blind), at_least(revealed))
        for suffix, (before, after) in ends.items():
            for k in range(bool(suffix), len(a.categories)):
                shift, slope = anchoring_truth(before[:, k], after[:, k], self.standing)
                truth[f"anchoring_shift{suffix}", a.categories[k]] = shift
                truth[f"anchoring_slope{suffix}", a.categories[k]] = slope
        if a.scale in ("interval", "ratio"):
            shift, slope = anchoring_truth(blind @ np.array(a.scores), revealed @ np.array(a.scores), self.standing)
            truth |= {("anchoring_shift", None): shift, ("anchoring_slope", None): slope}
        return truth


def simulate(assumptions: Assumptions, design: StudyDesign, *, seed: int) -> World:
    """A study of this design in a world of these assumptions; the same seed gives the same, to the last digit.

    Worlds of one seed and other numbers of raters or images share their population, and raters as far as they go.
    Raises InputError where there is nobody left to answer.
    """
    people, latent, drawing, judging, order = np.random.SeedSequence(seed).generate_state(5).tolist()
    activation = population_activation(assumptions, drawing)
    strength = feature_strength(activation, np.ones(len(activation)), correlation=assumptions.correlation, seed=latent)
    categories = assumptions.categories
    if assumptions.scale == "nominal":
        categories = tuple(np.random.default_rng(order).permutation(np.array(categories, dtype=object)).tolist())
    jury = jury_of(assumptions, design.n_raters, np.random.default_rng(people))
    return study(assumptions, design, jury, activation, strength, seed=judging, declared=categories)


def study(
    assumptions: Assumptions,
    design: StudyDesign,
    jury: Jury,
    activation: Floats,
    strength: Floats,
    *,
    seed: int,
    declared: tuple[str, ...],
    alike: bool = True,
) -> World:
    """A sample drawn from a population (N,) and judged by a jury, in the scale and words of the assumptions.

    `declared`: the categories in the order that the study has them.
    """
    drawing, judging = np.random.SeedSequence(seed).generate_state(2).tolist()
    sample = draw_from(design, activation, drawing)
    standing = standing_of(activation)
    rng = np.random.default_rng(judging)
    said = ask(jury, assumptions, design, strength[sample.chosen], standing[sample.chosen], rng)
    names = [f"image {place:06d}" for place in sample.chosen.tolist()]
    labels: list[str | float]
    if assumptions.has_slider:
        labels = said.value.tolist()
    else:
        labels = [assumptions.categories[k] for k in said.category.tolist()]
    judgements = Judgements.from_columns(
        [names[place] for place in said.item.tolist()],
        [jury.names[place] for place in said.rater.tolist()],
        [label if known else None for label, known in zip(labels, said.answered.tolist(), strict=True)],
        categories=declared,
        scale=assumptions.scale,
        condition=[REVEALED if shown else BLIND for shown in said.revealed.tolist()],
        occasion=said.occasion.tolist(),
    )
    stimuli = Stimuli.from_columns(
        names,
        activation[sample.chosen],
        stratum=sample.stratum.tolist(),
        inclusion_probability=sample.inclusion_probability,
    )
    return World(judgements, stimuli, activation, strength, sample.chosen, jury, assumptions, design, alike)
