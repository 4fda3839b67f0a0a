"""From study.toml and photographs to a study file whose numbers a paper can stand on."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.building import build
from app.errors import Fault
from app.study.file import StudyFile
from app.study_toml import read_study_toml

TOML = """
title = "Edges?"
claim = "edges"
seed = {seed}
[model]
name = "torchvision:squeezenet1_1"
weights = "{weights}"
[unit]
layer = "{layer}"
channel = {channel}
[images]
folder = "{folder}"
resize = 96
crop = 96
[sample]
strata = 4
per_stratum = 10
references = 3
[rubric]
question = "Edge?"
[[rubric.categories]]
name = "no"
definition = "No edge."
[[rubric.categories]]
name = "yes"
definition = "An edge."
"""


@pytest.fixture
def description(squeezenet_weights: Path, photographs: Path, tmp_path: Path) -> Callable[..., Path]:
    def write(**changes: object) -> Path:
        values = {
            "seed": 1,
            "weights": squeezenet_weights,
            "folder": photographs,
            "layer": "features.3.expand3x3",
            "channel": 5,
        }
        path = tmp_path / "study.toml"
        path.write_text(TOML.format(**(values | changes)))
        return path

    return write


def built(toml: Path, out: str = "a.jury") -> Path:
    steps: list[tuple[str, int, int]] = []
    build(read_study_toml(toml), toml.parent, toml.parent / out, lambda *step: steps.append(step))
    ends = {step: (done, total) for step, done, total in steps}
    assert len(ends) == 5  # every long step told how far it was, to its end
    assert all(done == total > 0 for done, total in ends.values())
    return toml.parent / out


def test_the_sample_is_what_the_design_says(description: Callable[..., Path]) -> None:
    with StudyFile.open(built(description())) as study:
        stimuli, strata, facts = study.stimuli(), study.strata(), study.info().facts
    assert sum(stratum.population for stratum in strata) == facts["population"]
    for stratum in strata:
        inside = [s for s in stimuli if s.stratum == stratum.number]
        assert len(inside) == stratum.drawn == min(10, stratum.population)
        assert all(s.inclusion_probability == stratum.drawn / stratum.population for s in inside)
        assert all(stratum.low <= s.activation <= stratum.high for s in inside)
    # Each stimulus stands for 1 / pi of the population: together, for all of it.
    assert sum(1 / s.inclusion_probability for s in stimuli) == pytest.approx(facts["population"])
    assert any(s.activation < 0 for s in stimuli)


def test_references_are_the_extremes_of_different_photographs_and_no_stimuli(
    description: Callable[..., Path],
) -> None:
    with StudyFile.open(built(description())) as study:
        stimuli, references, histogram = study.stimuli(), study.references(), study.histogram()
    most = [r for r in references if r.role == "most"]
    least = [r for r in references if r.role == "least"]
    for group, sign in ((most, -1), (least, 1)):
        assert len({r.source for r in group}) == 3
        assert [sign * r.activation for r in group] == sorted(sign * r.activation for r in group)
    assert most[0].activation == pytest.approx(histogram.edges[-1])
    assert least[0].activation == pytest.approx(histogram.edges[0])
    assert not {r.image for r in references} & {s.image for s in stimuli}


def test_a_stimulus_is_the_receptive_field_cut_from_what_the_network_saw(
    description: Callable[..., Path], photographs: Path
) -> None:
    with StudyFile.open(built(description())) as study:
        stimulus, facts = study.stimuli()[0], study.info().facts
    photograph = Image.open(photographs / stimulus.source)
    short = min(photograph.size)
    scaled = photograph.resize(tuple(96 * side // short for side in photograph.size), Image.Resampling.BILINEAR)
    left, top = (round((side - 96) / 2) for side in scaled.size)
    seen = np.asarray(scaled.crop((left, top, left + 96, top + 96)))
    height, width = facts["receptive_field"]  # type: ignore[misc]
    cut = seen[stimulus.top : stimulus.top + height, stimulus.left : stimulus.left + width]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(stimulus.image))), cut)


def test_the_same_description_builds_the_same_study_and_another_seed_another(description: Callable[..., Path]) -> None:
    contents = []
    for out, seed in (("a.jury", 1), ("b.jury", 1), ("c.jury", 2)):
        with StudyFile.open(built(description(seed=seed), out)) as study:
            contents.append((study.stimuli(), study.references(), study.strata()))
    assert contents[0] == contents[1]
    assert contents[0][0] != contents[2][0]


def test_what_a_rater_may_see_says_nothing_of_the_activation(description: Callable[..., Path]) -> None:
    """Ids are hashes, rows lie in their order: neither goes with the activation more than chance would have it."""
    with StudyFile.open(built(description())) as study:
        rows = study.connection.execute(
            "SELECT stimulus.rowid, activation FROM stimulus JOIN measurement ON id = stimulus ORDER BY id"
        ).fetchall()
        order = [row for row, _ in rows]
        assert order == sorted(order)
        activation = np.array([value for _, value in rows])
    rank = np.corrcoef(np.arange(len(rows)), activation.argsort().argsort())[0, 1]
    assert abs(rank) < 4 / np.sqrt(len(rows))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"layer": "features.99"}, r"no layer 'features\.99'.*features\.12"),
        ({"channel": 64}, "channels 0 to 63: there is no channel 64"),
        ({"weights": "nowhere.pth"}, r"no weights file .*nowhere\.pth"),
        ({"folder": "nowhere"}, "There is no folder"),
        ({"layer": "features.12"}, "as large as the image"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_left_behind(
    description: Callable[..., Path], changes: dict[str, object], words: str
) -> None:
    toml = description(**changes)
    with pytest.raises(Fault, match=words):
        built(toml)
    assert [path.name for path in toml.parent.iterdir()] == ["study.toml"]


def test_an_existing_study_is_refused_before_anything_is_recorded(description: Callable[..., Path]) -> None:
    toml = description(weights="nowhere.pth")
    (toml.parent / "a.jury").write_bytes(b"precious")
    with pytest.raises(Fault, match="exists already"):
        built(toml)
    assert (toml.parent / "a.jury").read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("channel = 5", "chanel = 5", "`channel`|`chanel`"),
        ("channel = 5", 'channel = "five"', r"`int`, got `str` - at `unit\.channel`"),
        ("seed = 1", "seed = -1", "`seed`"),
        ('title = "Edges?"', "", "`title`"),
        ("[unit]", "[unit", "."),
        ('name = "yes"', 'name = "No"', "two categories have the same name"),
        ('name = "yes"', 'name = "Can\'t tell"', "no category may be called"),
        ('name = "yes"', 'name = " "', "begins or ends with a space"),
        ('name = "yes"', 'name = "a\\u0000b"', "cannot be printed"),
        ('question = "Edge?"', 'question = "Edge?"\nscale = "ratio"', r"rubric\.scale"),
    ],
)
def test_a_wrong_description_names_the_place(description: Callable[..., Path], old: str, new: str, words: str) -> None:
    toml = description()
    assert old in toml.read_text()
    toml.write_text(toml.read_text().replace(old, new))
    with pytest.raises(Fault, match=words) as found:
        read_study_toml(toml)
    assert str(toml) in str(found.value)
