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
{units}
[images]
{images}
[preprocessing]
resize = 96
crop = 96
[sample]
strata = 4
per_stratum = 10
references = 3
{sample}
[recording]
device = "cpu"
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
            "images": f'folder = "{photographs}"',
            "units": '[unit]\nlayer = "features.3.expand3x3"\nchannel = 5',
            "sample": "",
        }
        path = tmp_path / "study.toml"
        path.write_text(TOML.format(**(values | changes)))
        return path

    return write


def built(toml: Path, out: str = "a.jury") -> Path:
    steps: list[tuple[str, int, int]] = []
    place = toml.parent / f"{out}.recording"
    build(read_study_toml(toml), toml.parent, toml.parent / out, lambda *step: steps.append(step), recording=place)
    ends = {step: (done, total) for step, done, total in steps}
    assert len(ends) >= 4  # every long step told how far it was, to its end
    assert all(done == total > 0 for done, total in ends.values())
    return toml.parent / out


def unit(toml_lines: str) -> str:
    return f"[unit]\n{toml_lines}"


def several(*each: str) -> str:
    return "\n".join(f"[[units]]\n{lines}" for lines in each)


def test_the_sample_is_what_the_design_says(description: Callable[..., Path]) -> None:
    with StudyFile.open(built(description())) as study:
        stimuli, strata, facts = study.stimuli(), study.strata(1), study.units()[0].facts
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
        stimuli, references, histogram = study.stimuli(), study.references(1), study.histogram(1)
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
        stimulus, facts = study.stimuli()[0], study.units()[0].facts
    photograph = Image.open(photographs / stimulus.source)
    short = min(photograph.size)
    scaled = photograph.resize(tuple(96 * side // short for side in photograph.size), Image.Resampling.BILINEAR)
    left, top = (round((side - 96) / 2) for side in scaled.size)
    seen = np.asarray(scaled.crop((left, top, left + 96, top + 96)))
    height, width = facts["receptive_field"]  # type: ignore[misc]
    box = stimulus.box
    assert (box.bottom - box.top, box.right - box.left) == (height, width)
    cut = seen[box.top : box.bottom, box.left : box.right]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(stimulus.image))), cut)


def test_the_same_description_builds_the_same_study_and_another_seed_another(description: Callable[..., Path]) -> None:
    contents = []
    for out, seed in (("a.jury", 1), ("b.jury", 1), ("c.jury", 2)):
        with StudyFile.open(built(description(seed=seed), out)) as study:
            contents.append((study.stimuli(), study.references(1), study.strata(1)))
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


def test_several_units_are_recorded_in_one_pass_and_kept_apart(description: Callable[..., Path]) -> None:
    units = several(
        'layer = "features.3"\nchannel = 5\nname = "on a grid"',
        'layer = "features.3"\nchannel = 6',
        'layer = "features.6"\nchannel = 7\nat = "maximum"',
        'layer = "features.12"\nchannel = 7\nat = "mean"',
        'class = "golden retriever"',
    )
    with StudyFile.open(built(description(units=units))) as study:
        found = study.units()
        names = [
            "on a grid",
            "features.3:6",
            "features.6:7 (maximum)",
            "features.12:7 (mean)",
            "class golden retriever",
        ]
        assert [unit.name for unit in found] == names
        assert found[4].facts["channel"] == 207
        assert found[4].facts["class"] == "golden retriever"
        for unit in found:
            assert study.references(unit.number)
            assert study.strata(unit.number)
            stimuli = study.stimuli(unit.number)
            assert sum(1 / s.inclusion_probability for s in stimuli) == pytest.approx(unit.facts["population"])
            per_image = unit.number >= 3
            assert (unit.facts["population"] == 12 - 6) == per_image
        # On one layer the very same position has a value of the other unit; nothing else is the same item.
        assert all(set(s.others) == {2} for s in study.stimuli(1))
        assert all(set(s.others) == {1} for s in study.stimuli(2))
        assert all(s.others == {} for s in study.stimuli(3))
        assert all(set(s.others) == {3, 5} for s in study.stimuli(4))  # each has one value for an image
        ids = [s.id for s in study.stimuli()]
        assert len(set(ids)) == len(ids)


def test_a_direction_is_a_weighted_sum_of_channels(description: Callable[..., Path], tmp_path: Path) -> None:
    one = np.zeros(64, np.float32)
    one[5] = 2
    np.save(tmp_path / "twice.npy", one)
    layer = 'layer = "features.3.expand3x3"'
    with StudyFile.open(built(description(units=unit(f"{layer}\nchannel = 5")), "a.jury")) as study:
        plain = study.references(1)
    with StudyFile.open(built(description(units=unit(f'{layer}\ndirection = "twice.npy"')), "b.jury")) as study:
        doubled, facts = study.references(1), study.units()[0].facts
    assert [r.activation for r in doubled] == [2 * r.activation for r in plain]
    assert [r.image for r in doubled] == [r.image for r in plain]
    assert facts["direction"] == one.tolist()


@pytest.mark.parametrize("content", [b"no numbers", b""])
def test_a_direction_that_is_no_array_is_told(description: Callable[..., Path], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "d.npy").write_bytes(content)
    with pytest.raises(Fault, match=r"d\.npy is no \.npy file"):
        built(description(units=unit('layer = "features.3"\ndirection = "d.npy"')))


def test_whole_images_are_shown_with_the_box_of_the_field(description: Callable[..., Path]) -> None:
    units = unit('layer = "features.4"\nchannel = 3\nat = "maximum"')
    with StudyFile.open(built(description(units=units, sample='show = "image"'))) as study:
        for shown in (*study.stimuli(), *study.references(1)):
            assert Image.open(io.BytesIO(shown.image)).size == (96, 96)
            assert (shown.box.bottom - shown.box.top) < 96
        assert study.info().facts["show"] == "image"


@pytest.mark.parametrize(
    ("sample", "field"),
    [('field = "theoretical"', "theoretical: "), ('field = "effective"', "effective: "), ("", "measured: ")],
)
def test_the_study_says_which_receptive_field_it_shows(
    description: Callable[..., Path], sample: str, field: str
) -> None:
    layer = unit('layer = "features.6.expand3x3"\nchannel = 5')
    with StudyFile.open(built(description(units=layer, sample=sample))) as study:
        facts = study.units()[0].facts
        sizes = {(s.box.bottom - s.box.top, s.box.right - s.box.left) for s in study.stimuli()}
    assert str(facts["receptive_field_how"]).startswith(field)
    assert sizes == {tuple(facts["receptive_field"])}  # type: ignore[arg-type]
    if field == "effective: ":
        assert max(facts["receptive_field"]) < 47  # type: ignore[call-overload]
    else:
        assert facts["receptive_field"] == [47, 47]


def test_bands_may_be_quantiles_or_given(description: Callable[..., Path]) -> None:
    with StudyFile.open(built(description(sample='bands = "quantiles"'), "a.jury")) as study:
        strata = study.strata(1)
    sizes = [stratum.population for stratum in strata]
    assert max(sizes) - min(sizes) < 0.2 * max(sizes)
    kept, moved = strata[1].low, strata[3].low + 0.001 * abs(strata[3].low)
    with StudyFile.open(built(description(sample=f"edges = [{kept!r}, {moved!r}]"), "b.jury")) as study:
        given = study.strata(1)
    assert given[0].high == given[1].low == kept
    assert given[1].high == given[2].low == pytest.approx(moved, rel=2e-3)  # to the nearest of fine steps


def test_a_study_is_drawn_anew_from_the_recording_without_recording_again(description: Callable[..., Path]) -> None:
    toml = description()
    steps: list[tuple[str, int, int]] = []
    for out, sample in (("a.jury", ""), ("b.jury", "edges = [0.0]")):
        steps.clear()
        wanted = read_study_toml(description(sample=sample))
        build(wanted, toml.parent, toml.parent / out, lambda *step: steps.append(step), recording=toml.parent / "rec")
    recorded = [done for step, done, _ in steps if step == "Recording activations"]
    assert recorded == [12]  # all of them were there already
    other = read_study_toml(description(units=unit('layer = "features.3"\nchannel = 9')))
    with pytest.raises(Fault, match="never mixed"):
        build(other, toml.parent, toml.parent / "c.jury", lambda *_: None, recording=toml.parent / "rec")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"units": unit('layer = "features.99"\nchannel = 1')}, r"no layer 'features\.99'.*features\.12"),
        ({"units": unit('layer = "features.3"\nchannel = 128')}, "channels 0 to 127: there is no channel 128"),
        ({"weights": "nowhere.pth"}, r"no weights file .*nowhere\.pth"),
        ({"images": 'folder = "nowhere"'}, "There is no folder"),
        ({"units": unit('layer = "features.12"\nchannel = 1')}, "as large as the image"),
        ({"units": unit('layer = "features.3"\ndirection = "no.npy"')}, r"There is no file .*no\.npy"),
        ({"units": unit('class = "unicorn"')}, "no class called 'unicorn'"),
        ({"units": unit('class = "cardigan"')}, "2 classes called 'cardigan'"),
        ({"units": unit("logit = 1000")}, "The model's output has channels 0 to 999"),
        (
            {"units": several('layer = "features.3"\nchannel = 1', 'layer = "features.3"\nchannel = 1\nname = "x"')},
            "is there twice",
        ),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_left_behind(
    description: Callable[..., Path], changes: dict[str, object], words: str
) -> None:
    toml = description(**changes)
    with pytest.raises(Fault, match=words):
        built(toml)
    assert not (toml.parent / "a.jury").exists()
    assert not list(toml.parent.glob("*.part"))


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
        ("channel = 5", "channel = 5\nlogit = 7", "a unit is one of"),
        ("channel = 5", "", "a unit is one of"),
        ('layer = "features.3.expand3x3"', "", "`layer` goes with"),
        ("channel = 5", "channel = 5\n[[units]]\nlogit = 7", r"one \[unit\], or several"),
        ("[images]", '[images]\nlist = "x"', "images come from one of"),
        ("strata = 4", "edges = [2.0, 1.0]", "`edges` must ascend"),
        ("strata = 4", "edges = [nan]", "a number is nan or inf"),
        ("channel = 5", 'channel = "five"', r"got `str` - at `unit\.channel`"),
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
