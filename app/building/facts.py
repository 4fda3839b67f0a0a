"""How a study came about, in full: what a methods section needs, and what another person needs to build it again."""

from __future__ import annotations

import platform
from typing import Any

from app.building.job import EFFECTIVE_IMAGES, EFFECTIVE_SHARE, Prepared
from app.building.pairs import REACH
from app.building.sample import Sample, share_at_minimum
from app.recording.network import OUTPUT
from app.recording.recording import Recording
from app.study_toml import PairsTable, SampleTable, StudyToml, gap_text

MOST_NAMED = 100
"""Skipped files and copies named in the study file; the lists in the recording's folder name them all."""

_FIELD = {
    "measured": "measured: every input pixel that can change the unit at all",
    "theoretical": "theoretical: from the sizes of the layers",
    "effective": f"effective: the shortest stretch along either axis with {EFFECTIVE_SHARE:.0%} of the gradient at"
    f" the middle, mean over up to {EFFECTIVE_IMAGES} images",
}
_AT = {
    "grid": "positions on a grid whose fields do not overlap",
    "every": "every position whose field no border cuts",
    "centre": "the position in the middle",
    "maximum": "the position with the highest activation",
    "mean": "the mean over all positions",
}


def study_facts(description: StudyToml, prepared: Prepared, recorded: Recording) -> dict[str, object]:
    """What all units of a study share."""
    model, identity = prepared.model, prepared.job.identity()
    names = recorded.recorder.source.names
    preprocessing = model.preprocessing
    return {
        "task": description.rubric.task,
        "model": model.name,
        "weights": model.weights,
        "weights_sha256": model.weights_sha256,
        "code_allowed": model.ran_code,
        "resize": preprocessing.resize,
        "crop": preprocessing.crop,
        "interpolation": preprocessing.interpolation,
        "mean": list(preprocessing.mean),
        "std": list(preprocessing.std),
        "show": description.sample.show,
        "source": recorded.recorder.source.description,
        "images": recorded.n_images,
        "images_sha256": recorded.images_sha256(),
        "duplicates": len(recorded.duplicates),
        "duplicates_named": [names[index] for index in list(recorded.duplicates)[:MOST_NAMED]],
        "skipped": len(recorded.skipped),
        "skipped_named": [
            {"file": names[index], "reason": reason} for index, reason in list(recorded.skipped.items())[:MOST_NAMED]
        ],
        "dtype": identity["dtype"],
        "device": identity["device"],
        "decoder": identity["decoder"],
        "versions": _versions(identity["versions"]) | {"python": platform.python_version()},
    }


def _versions(found: Any) -> dict[str, str]:
    return dict(found)


def unit_facts(description: StudyToml, prepared: Prepared, number: int, sample: Sample) -> dict[str, object]:
    """What is said of one unit, by its number from 0."""
    unit, places = prepared.units[number], prepared.places[number]
    facts: dict[str, object] = {"layer": "the model's output" if unit.layer == OUTPUT else unit.layer}
    if unit.direction is None:
        facts["channel"] = unit.channel
        if unit.layer == OUTPUT and unit.channel is not None and prepared.model.categories:
            facts["class"] = prepared.model.categories[unit.channel]
    else:
        facts["direction"] = unit.direction.tolist()
    facts["read"] = "the whole image" if places.whole and unit.at != "mean" else _AT[unit.at]
    if places.fields is not None:
        facts["receptive_field"] = list(places.fields.size)
        facts["receptive_field_how"] = _FIELD[description.sample.field]
    if places.grid is not None and unit.at == "grid":
        facts["grid_step"] = list(places.grid.step)
    return facts | {
        "population": sample.population,
        "share_at_minimum": share_at_minimum(sample.tally),
        "sampling": _sampling(description),
    }


def _sampling(description: StudyToml) -> str:
    if description.pairs is not None:
        return _pairs(description.pairs, description.sample.references)
    if description.rubric.task == "name_it":
        return "no stimuli: raters name the unit from its references alone"
    return _bands(description.sample)


def _pairs(wanted: PairsTable, references: int) -> str:
    gaps = ", ".join(gap_text(gap) for gap in wanted.gaps)
    return (
        f"pairs of a more and a less activating image, {wanted.per_gap} at each of the gaps: {gaps}. extreme: the"
        f" images behind the {references} references at either end, by rank. Two percentiles of the population:"
        " items of the fine bins around either, without replacement, of different images where there are enough"
        f" within {REACH:.0%} of the population. Partners at random"
    )


def _bands(wanted: SampleTable) -> str:
    if wanted.edges is not None:
        bands = f"bands of activation with edges at {', '.join(f'{edge:g}' for edge in wanted.edges)}"
    elif wanted.bands == "quantiles":
        bands = f"{wanted.strata} bands of activation of equal size"
    else:
        bands = f"{wanted.strata} equal-width bands of activation"
    return (
        f"{bands} (edges moved to the nearest of 256 steps between two powers of two, by 0.2 % at most), up to"
        f" {wanted.per_stratum} stimuli from each, without replacement"
    )
