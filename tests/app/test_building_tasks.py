"""Each task is built from its shipped example: what its raters will see, and what is known of it."""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from helpers import png
from PIL import Image

from app.building import build, summary
from app.building.asking import read_pictures
from app.building.pairs import draw_pairs
from app.errors import Fault
from app.recording.network import Shape
from app.recording.pictures import heat_map
from app.recording.tally import Readings, Tally
from app.recording.units import WHOLE, Places, Unit
from app.study.file import StudyFile
from app.study.handing_out import hand_out
from app.study.records import NewStudy
from app.study_toml import PairsTable, read_study_toml

EXAMPLES = Path(__file__).parents[2] / "resources" / "examples"
SMALL = """
[preprocessing]
resize = 96
crop = 96
[recording]
device = "cpu"
"""
FEW_PAIRS = {
    "references = 9": "references = 1",
    r"gaps = .*": 'gaps = ["extreme", [75, 25]]',
    "per_gap = 10": "per_gap = 2",
    "repeat_distance = 10": "repeat_distance = 2",
    "block = 25": "block = 4",
}
"""What makes the example of pairs fit for twelve photographs."""


@pytest.fixture
def example(squeezenet_weights: Path, photographs: Path, tmp_path: Path) -> Callable[..., Path]:
    """An example as it is shipped, but for the network's weights, the photographs, a layer with small fields and
    `changes`: what matches each pattern is replaced."""

    def write(task: str, changes: Mapping[str, str] | None = None) -> Path:
        text = (EXAMPLES / f"{task}.toml").read_text()
        (tmp_path / "examples").mkdir(exist_ok=True)
        for number, name in enumerate(sorted(set(re.findall(r'"(examples/[^"]+)"', text)))):
            (tmp_path / name).write_bytes(png(number, (50 + number, 40)))
        always = {
            "IMAGENET1K_V1": str(squeezenet_weights),
            'folder = "photographs"': f'folder = "{photographs}"',
            r"features\.10": "features.3.expand3x3",
            r"channel = (\d+)": lambda found: f"channel = {int(found[1]) % 64}",
        }
        for pattern, new in {**(changes or {}), **always}.items():
            text, times = re.subn(pattern, new, text)
            assert times, pattern
        path = tmp_path / "study.toml"
        path.write_text(text + SMALL)
        return path

    return write


def made(toml: Path, out: str = "a.jury") -> NewStudy:
    """The study as it was handed to the file; the file lies beside the description."""
    place = toml.parent / f"{out}.recording"
    return build(read_study_toml(toml), toml.parent, toml.parent / out, lambda *_: None, recording=place)


CATEGORIES = {r'at = "maximum".*': "", "per_stratum = 30": "per_stratum = 8", "references = 9": "references = 3"}
RATE = {r'at = "maximum".*': "", "per_stratum = 20": "per_stratum = 5"}


def test_a_session_of_categories_is_built_with_everything(example: Callable[..., Path]) -> None:
    new = made(example("categorize", CATEGORIES))
    with StudyFile.open(example("categorize", CATEGORIES).parent / "a.jury") as study:
        rubric, protocol, stimuli = study.rubric(), study.protocol(), study.stimuli()
        assert (rubric, protocol) == (new.rubric, new.protocol)
        assert [len(category.examples) for category in rubric.categories] == [2, 1, 0]
        assert Image.open(io.BytesIO(rubric.categories[0].examples[0])).size[1] == 40
        trials = study.trials(study.add_rater("ann"))
        catches, practice, references = study.catches(), study.practice(), study.references(1)
    assert {known.accepted for known in catches.values()} == {("wheel",), ("no spokes",)}
    assert {known.why for known in catches.values()} == {""}
    assert {known.accepted for known in practice.values()} == {("wheel",), ("no spokes",)}
    least = next(reference.image for reference in references if reference.role == "least")
    assert least in {known.image for known in practice.values()}
    kinds = Counter((trial.kind, trial.occasion) for trial in trials)
    repeats = round(0.15 * len(stimuli))
    assert kinds == {
        ("main", 1): len(stimuli),
        ("main", 2): repeats,
        ("catch", 1): 2,
        ("practice", 1): 2,
        ("practice", 2): 2,
    }
    assert (
        f"Each rater has {len(stimuli) + repeats + 2} trials, {repeats} repeats and 2 catch trials among them,"
        " after up to 4 practice trials."
    ) in list(summary(new))


@pytest.mark.parametrize("task", ["categorize", "which-one"])
def test_an_id_does_not_tell_a_known_stimulus_from_the_others(example: Callable[..., Path], task: str) -> None:
    """Neither by its form, nor by what a rater's file holds or lets guess: the picture, its place, the study's seed."""
    toml = example(task, (CATEGORIES if task == "categorize" else FEW_PAIRS) | {"seed = 2026": "seed = 0"})
    new = made(toml)
    own = [id_ for known in new.known for id_ in (known.id, known.other_id) if id_ is not None]
    shown = [stimulus.id for stimulus in new.stimuli] + own
    assert len(set(shown)) == len(shown)
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in shown)
    with StudyFile.open(toml.parent / "a.jury") as study:
        (handed,) = hand_out(study, ["ann"], toml.parent / "out", lambda done, total: None)
    with StudyFile.open(handed.path, writable=False) as theirs:
        rows = theirs.connection.execute("SELECT id, image FROM stimulus").fetchall()
    there = {id_ for id_, _ in rows}
    assert there >= set(own)
    places = [f"{kind} 1 {n}{side}" for kind in ("catch", "practice") for n in (1, 2) for side in ("", " other")]
    guesses = (f"{seed} {place} {image}" for seed in range(1001) for place in places for _, image in rows)
    assert there.isdisjoint(hashlib.sha256(guess.encode()).hexdigest()[:16] for guess in guesses)
    again = made(toml, "b.jury")  # nor by what another build of the same description has
    assert [replace(known, id="", other_id=None) for known in again.known] == [
        replace(known, id="", other_id=None) for known in new.known
    ]
    assert not {known.id for known in again.known} & set(own)


def test_a_heat_map_of_a_crop_is_the_activation_at_its_middle(example: Callable[..., Path]) -> None:
    made(toml := example("categorize", CATEGORIES))
    with StudyFile.open(toml.parent / "a.jury") as study:
        for stimulus in study.stimuli():
            heat = stimulus.heat
            assert heat is not None
            assert heat.rows > 1
            assert heat.columns > 1
            assert heat.values[heat.rows // 2 * heat.columns + heat.columns // 2] == stimulus.activation


def test_a_heat_map_of_a_whole_image_is_all_that_the_unit_gives(example: Callable[..., Path]) -> None:
    changes = FEW_PAIRS | {r"\[session\]": "[session.conditions]\nblind = 0.5\nfeedback = 0.5\n[session]"}
    new = made(example("which-one", changes))
    for stimulus in new.stimuli:
        heat = stimulus.heat
        assert heat is not None
        assert (heat.rows, heat.columns) == (23, 23)
        assert max(heat.values) == stimulus.activation
        row, column = divmod(heat.values.index(stimulus.activation), heat.columns)
        box = stimulus.box  # the field lies around the place where the map is highest
        assert box.top <= (row + 0.5) * 96 / 23 <= box.bottom
        assert box.left <= (column + 0.5) * 96 / 23 <= box.right


def test_there_are_no_heat_maps_where_nothing_is_revealed_or_there_are_no_places(example: Callable[..., Path]) -> None:
    blind = RATE | {"blind = 0.75\nfeedback = 0.25": "blind = 1"}
    assert all(stimulus.heat is None for stimulus in made(example("rate", blind)).stimuli)
    toml = example("rate", RATE | {"references = 4": "references = 2", "repeat_distance = 20": "repeat_distance = 2"})
    toml.write_text(re.sub(r'layer = ".*"\nchannel = \d+', "logit = 7", toml.read_text()))
    assert all(stimulus.heat is None for stimulus in made(toml, "b.jury").stimuli)


def test_a_large_heat_map_is_made_coarser() -> None:
    places = Places(Unit("u", "l", 0, None, "mean"), Shape("nchw", 1, 130, 100), None, 0)
    values = np.random.default_rng(0).normal(size=(130, 100)).astype(np.float32)
    found = heat_map(places, values, WHOLE, "image")
    assert found is not None
    assert found.shape == (44, 50)
    assert found[0, 0] == pytest.approx(values[:3, :2].mean())
    assert found[43, 49] == pytest.approx(values[129:, 98:].mean())


def test_ratings_are_built_and_the_strongest_reference_may_be_a_catch_trial(example: Callable[..., Path]) -> None:
    new = made(toml := example("rate", RATE))
    with StudyFile.open(toml.parent / "a.jury") as study:
        rubric, references = study.rubric(), study.references(1)
        assert rubric.rating is not None
        assert (rubric.scale, rubric.rating.points, rubric.rating.low) == ("interval", 7, "not at all")
        (catch,) = study.catches().values()
        assert catch.accepted == ("5", "7")
        assert catch.image == next(r.image for r in references if (r.role, r.rank) == ("most", 2))
        trials = study.trials(study.add_rater("ann"))
    assert len(trials) == len(new.stimuli) + round(0.1 * len(new.stimuli)) + 1 + 1


def test_the_pairs_are_drawn_as_stated_and_no_image_comes_twice(example: Callable[..., Path]) -> None:
    everything = made(_all_items(example), "all.jury")
    known = [*everything.stimuli, *everything.units[0].references]
    values = sorted(one.activation for one in known)
    assert len(values) == 12  # one for each photograph
    new = made(toml := example("which-one", FEW_PAIRS))
    with StudyFile.open(toml.parent / "a.jury") as study:
        stimuli = {stimulus.id: stimulus for stimulus in study.stimuli()}
        pairs, strata, references = study.pairs(), study.strata(1), study.references(1)
        catches, trials = study.catches(), study.trials(study.add_rater("ann"))
    assert Counter(pair.gap for pair in pairs) == {"extreme": 2, "75 / 25": 2}
    for pair in pairs:
        assert stimuli[pair.first].activation > stimuli[pair.second].activation
    judged = [stimulus for pair in pairs for stimulus in (pair.first, pair.second)]
    assert sorted(judged) == sorted(stimuli)
    assert len({stimulus.source for stimulus in stimuli.values()} | {r.source for r in references}) == 8 + 2
    extreme = sorted(stimuli[one].activation for p in pairs if p.gap == "extreme" for one in (p.first, p.second))
    assert extreme == values[1:3] + values[-3:-1]  # next to the references
    for stratum in strata:
        inside = [s for s in stimuli.values() if s.stratum == stratum.number]
        assert len(inside) == stratum.drawn == 2
        assert all(s.inclusion_probability == stratum.drawn / stratum.population for s in inside)
        assert all(stratum.low <= s.activation <= stratum.high for s in inside)
        assert sum(stratum.low <= value <= stratum.high for value in values) == stratum.population
    assert [stratum.low for stratum in strata] == sorted(stratum.low for stratum in strata)
    (catch,) = catches.values()
    assert [catch.image, catch.other] == [r.image for r in references]
    assert Counter(trial.kind for trial in trials) == {"main": 4, "catch": 1, "practice": 1}
    assert "2 at the gap extreme, 2 at the gap 75 / 25" in next(iter(summary(new)))
    assert "extreme, 75 / 25" in str(new.units[0].unit.facts["sampling"])


def _all_items(example: Callable[..., Path]) -> Path:
    """A study of the same unit with every one of its items in it."""
    changes = {
        "per_stratum = 20": "per_stratum = 40",
        "references = 4": "references = 1",
        "channel = 351": "channel = 308",
        "rank = 2": "rank = 1",
        "repeat_distance = 20": "repeat_distance = 1",
    }
    return example("rate", changes)


@pytest.mark.parametrize("at", ["grid", "every"])
def test_pairs_of_crops_are_of_different_images_where_that_can_be(example: Callable[..., Path], at: str) -> None:
    few = {
        "references = 9": "references = 1",
        "per_gap = 10": "per_gap = 2",
        'at = "maximum"': f'at = "{at}"',
        r'"extreme", \[99, 1\], ': "",
        "repeat_distance = 10": "repeat_distance = 1",
    }
    new = made(example("which-one", few))
    by_id = {stimulus.id: stimulus for stimulus in new.stimuli}
    assert len(by_id) == 8
    for pair in new.pairs:
        assert by_id[pair.first].source != by_id[pair.second].source
    for stratum in new.units[0].strata:
        assert len({s.source for s in new.stimuli if s.stratum == stratum.number}) == 2


def test_many_draws_find_each_query_as_often_as_its_inclusion_probability_says() -> None:
    """One item for each of 60 images, other hashes each time: the bands are the same, what is drawn of them is not."""
    rng = np.random.default_rng(0)
    unit = SimpleNamespace(at="maximum", name="u")
    whole = Tally("unit", 64)
    for index, value in enumerate(rng.integers(0, 12, 60).tolist()):  # many are the same
        sha256 = index.to_bytes(32, "little")
        whole.add(Readings(index, sha256, np.array([0]), np.array([value], np.float32)))
    state = whole.state()
    found: Counter[int] = Counter()
    stated: dict[int, float] = {}
    draws = 400
    for seed in range(draws):
        items = state["items"].copy()
        items["hash"] = rng.integers(0, 2**63, len(items))
        tally = Tally("unit", 64)
        tally.restore({**state, "items": items})
        recording: Any = SimpleNamespace(tallies=[tally], recorder=SimpleNamespace(units=[unit]))
        sample = draw_pairs(recording, 0, 1, PairsTable(gaps=((80, 20),), per_gap=2), seed)
        for index, chance in zip(
            sample.chosen["index"].tolist(), sample.draw.inclusion_probability.tolist(), strict=True
        ):
            found[index] += 1
            assert stated.setdefault(index, chance) == chance
        for stronger, weaker, gap in sample.pairs:
            assert sample.chosen["value"][stronger] > sample.chosen["value"][weaker]
            assert gap == "80 / 20"
    assert sum(stated.values()) == pytest.approx(4)  # everything that may be drawn was drawn at some time
    for index, times in found.items():
        assert abs(times / draws - stated[index]) <= 5 * np.sqrt(stated[index] * (1 - stated[index]) / draws), index


def test_a_unit_that_is_to_be_named_has_references_and_nothing_else(example: Callable[..., Path]) -> None:
    new = made(toml := example("name-it", {"references = 9": "references = 4"}))
    with StudyFile.open(toml.parent / "a.jury") as study:
        assert study.stimuli() == ()
        assert [len(study.references(unit)) for unit in (1, 2, 3)] == [8, 8, 8]
        assert sum(study.histogram(1).counts) == 12
        trials = study.trials(study.add_rater("ann"))
    assert sorted(trial.unit for trial in trials) == [1, 2, 3]
    assert all(trial.stimulus is None for trial in trials)
    assert "Each rater has 3 trials." in list(summary(new))


def test_pictures_that_people_hand_in_are_turned_upright_and_keep_their_tones(tmp_path: Path) -> None:
    """As the photographs are: a picture on its side, or nearly white, would have a catch trial failed by everybody."""
    sideways = Image.new("RGB", (40, 20), "red")
    exif = sideways.getexif()
    exif[0x0112] = 6
    sideways.save(tmp_path / "sideways.jpg", exif=exif)
    ramp = np.linspace(0, 65535, 256, dtype=np.uint16).reshape(16, 16)
    Image.fromarray(ramp).save(tmp_path / "deep.png")
    made = asking_pictures(tmp_path, "sideways.jpg", "deep.png")
    assert Image.open(io.BytesIO(made["sideways.jpg"])).size == (20, 40)
    levels = np.asarray(Image.open(io.BytesIO(made["deep.png"])))[..., 0]
    assert np.abs(levels.ravel().astype(int) - np.arange(256)).max() <= 1


def asking_pictures(folder: Path, *names: str) -> dict[str, bytes]:
    """The pictures as they are stored that a description names."""
    categories = [SimpleNamespace(examples=[name]) for name in names]
    description: Any = SimpleNamespace(rubric=SimpleNamespace(categories=categories), catch=(), practice=())
    return read_pictures(description, folder)


@pytest.mark.parametrize(
    ("task", "changes", "words"),
    [
        ("categorize", CATEGORIES | {"examples/wall.png": "nowhere.png"}, r"There is no file .*nowhere\.png"),
        ("categorize", CATEGORIES | {"examples/wall.png": "study.toml"}, r"study\.toml cannot be shown"),
        ("categorize", CATEGORIES | {"examples/wall.png": "."}, "cannot be read: Is a directory"),
        ("categorize", CATEGORIES | {'r = "wheel"': 'r = "wheel"\nunit = "x"'}, "number 1 is for a unit 'x'"),
        ("categorize", CATEGORIES | {"distance = 30": "distance = 5000"}, "for spokes: .*cannot come again"),
        ("which-one", FEW_PAIRS | {"per_gap = 2": "per_gap = 4"}, "too few images for 4 pairs at the gap 75 / 25"),
        ("which-one", FEW_PAIRS | {"per_gap = 2": "per_gap = 7"}, "too few images for 7 pairs at the gap extreme"),
        ("which-one", FEW_PAIRS | {r"\[75, 25\]": "[51, 50]"}, "51 / 50 the unit is not stronger on one side"),
    ],
)  # fmt: skip
def test_what_a_session_cannot_have_is_told(
    example: Callable[..., Path], task: str, changes: dict[str, str], words: str
) -> None:
    toml = example(task, changes)
    with pytest.raises(Fault, match=words):
        made(toml)
    assert not (toml.parent / "a.jury").exists()


def test_a_large_picture_is_stored_smaller(example: Callable[..., Path]) -> None:
    toml = example("rate", RATE)
    (toml.parent / "examples" / "dog.png").write_bytes(png(1, (2000, 500)))
    new = made(toml)
    practice = next(known for known in new.known if known.kind == "practice")
    assert Image.open(io.BytesIO(practice.image)).size == (1024, 256)


def test_a_reference_that_few_images_do_not_give_is_told(example: Callable[..., Path], photographs: Path) -> None:
    toml = example("rate", RATE | {"rank = 2": "rank = 4"})
    (toml.parent / "three.txt").write_text("\n".join(map(str, sorted(photographs.iterdir())[:3])))
    toml.write_text(re.sub('folder = ".*"', 'list = "three.txt"', toml.read_text()))
    with pytest.raises(Fault, match="dog faces has no reference of rank 4"):
        made(toml)
