"""A unit made to say yes or no: the best single threshold, judged on other stimuli than those it was fitted to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.judgements import Floats, Ints
from analysis.weighted import best_threshold, chance_corrected

N_FOLDS = 5


def stratified_folds(stratum: Ints, rng: np.random.Generator) -> Ints:
    """(n,): 0 to 4 at random, each stratum (n,) spread evenly over the folds."""
    fold = np.empty(len(stratum), dtype=np.int64)
    fold[np.lexsort((rng.random(len(stratum)), stratum))] = np.arange(len(stratum)) % N_FOLDS
    return fold


def cross_fitted(score: Floats, share: Floats | NDArray[np.bool_], weight: Floats, fold: Ints) -> NDArray[np.bool_]:
    """(n,): yes or no from a threshold on the score (n,) that was fitted to the shares (n,) of the other folds.

    `share` is the share of raters who said yes, from 0 to 1, or simply yes and no. The direction of the threshold,
    above or below it means yes, is fitted with it.
    """
    answer = np.zeros(len(score), dtype=np.bool_)
    for held in np.unique(fold):
        out = fold == held
        if not out.all():
            cut, upward = best_threshold(score[~out], share[~out], weight[~out])
            answer[out] = (score[out] > cut) == upward
    return answer


def soft_kappa(both: Floats, fires: Floats, given: Floats) -> Floats:
    """Cohen's kappa (1960) of "the unit fires" with "a rater picked at random gave the label".

    From weighted means of any one shape: of fires x share, of fires (0 or 1), and of the share. NaN where chance
    alone would agree always.
    """
    return chance_corrected(1 - fires - given + 2 * both, fires * given + (1 - fires) * (1 - given))
