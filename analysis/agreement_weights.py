"""How far two labels agree: one number in [0, 1] for each pair of categories.

Everywhere `scores` (K,) are the categories as numbers: their places on an ordinal scale, themselves on an interval
or ratio scale. The result is (K, K), symmetric, with ones on its diagonal.
"""

from __future__ import annotations

import numpy as np

from analysis.judgements import Floats


def identity(scores: Floats) -> Floats:
    """1 for the same category, 0 for any two different ones."""
    return np.eye(len(scores))


def linear(scores: Floats) -> Floats:
    """1 - |difference| / (the largest difference) (Cicchetti and Allison 1971)."""
    return np.asarray(1 - np.abs(_relative_difference(scores)))


def quadratic(scores: Floats) -> Floats:
    """1 - difference^2 / (the largest difference)^2 (Fleiss and Cohen 1973)."""
    return np.asarray(1 - _relative_difference(scores) ** 2)


def _relative_difference(scores: Floats) -> Floats:
    return np.asarray((scores[:, None] - scores) / (scores.max() - scores.min()))
