"""Samples for tests of the unit with people: who said what of which activation."""

import numpy as np

from analysis.design import Distribution, draw_at_random, equal_width
from analysis.intervals import Resampling
from analysis.judgements import Judgements, Stimuli
from analysis.sample import join

LABELS = ("unrelated", "imperfect", "curve")


def sample_of(answers, activation, stratum=None, chance=None, scale="ordinal", labels=LABELS):
    """`answers`: per stimulus what raters 0, 1, ... said: indices of labels, or numbers on a scale of numbers."""
    names = [f"s{i:05d}" for i in range(len(answers))]
    said = labels if scale in ("nominal", "ordinal") else None
    rows = [
        (n, f"r{r}", said[k] if said else k) for n, row in zip(names, answers, strict=True) for r, k in enumerate(row)
    ]
    stimulus, rater, label = zip(*rows, strict=True)
    return join(
        Judgements.from_columns(stimulus, rater, label, categories=labels if said else (), scale=scale),
        Stimuli.from_columns(names, activation, stratum=stratum, inclusion_probability=chance),
    )


def resampling(sample, n_replicates=300, seed=0):
    return Resampling(sample.weight, sample.stratum, len(sample.raters), n_replicates, seed)


class Population:
    """20,000 images with a heavy tail of activation, all of which four raters would label in three categories."""

    def __init__(self, seed, size=20_000, correlation=0.8):
        rng = np.random.default_rng(seed)
        self.activation = rng.gumbel(size=size) - 1.0
        ranks = np.argsort(np.argsort(self.activation)) / size
        strength = correlation * (ranks - 0.5) * np.sqrt(12) + np.sqrt(1 - correlation**2) * rng.normal(size=size)
        strictness = np.array([-0.3, -0.1, 0.1, 0.3])
        seen = strength[:, None] + 0.4 * rng.normal(size=(size, 4)) + strictness
        self.labels = (seen > 0.6).astype(int) + (seen > 1.4)

    def all(self):
        return sample_of(self.labels.tolist(), self.activation)

    def draw(self, seed, n_strata=6, per_stratum=40):
        drawn = draw_at_random(
            equal_width(Distribution.of(self.activation), n_strata), self.activation, per_stratum, seed
        )
        return drawn.chosen, sample_of(
            self.labels[drawn.chosen].tolist(),
            self.activation[drawn.chosen],
            drawn.stratum.tolist(),
            drawn.inclusion_probability,
        )
