"""A recording by any number of workers, killed and taken up again, is the same recording; two are never mixed."""

from __future__ import annotations

import csv
import dataclasses
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from recording_fakes import FakeSource, noise, random_model, recorder_of

from app.errors import Fault
from app.recording import part
from app.recording.batch_size import choose_batch
from app.recording.models import Model
from app.recording.network import Network
from app.recording.part import Part
from app.recording.pictures import pictures
from app.recording.recorder import Outcome, Recorder
from app.recording.recording import Job, Recording
from app.recording.tally import STATE
from app.recording.units import Unit, takes

LAYER = "features.3"


def units(layer: str = LAYER) -> list[Unit]:
    return [
        Unit("grid", layer, 5, None, "grid"),
        Unit("most", layer, 6, None, "maximum"),
        Unit("mean", layer, 6, None, "mean"),
    ]


@pytest.fixture(scope="module")
def model() -> Model:
    return random_model("squeezenet1_1")


@pytest.fixture
def source() -> FakeSource:
    """Thirteen images, one of them twice, one of them three times, two of them unreadable."""
    found = noise(13)
    found.images |= {"0-copy.png": found.images["004.png"], "z.png": found.images["004.png"]}
    found.images |= {"007-copy.png": found.images["007.png"], "bad.png": b"no image", "worse.png": b""}
    return FakeSource(found.images)


def silent(done: int, total: int) -> None:
    assert 0 <= done <= total


def job(folder: Path, model: Model, source: FakeSource, recorder: Recorder | None = None) -> Job:
    return Job(folder, recorder or recorder_of(model, units(), source), seed=3, candidates=4)


def recorded(folder: Path, model: Model, source: FakeSource, parts: int = 1) -> Recording:
    return in_parts(job(folder, model, source), parts)


def in_parts(made: Job, parts: int) -> Recording:
    for rank in reversed(range(parts)):
        made.record(rank, parts, silent)
    return made.merged(parts, silent)


def content(recording: Recording) -> list[object]:
    """All that was recorded, with images by name."""
    names = recording.recorder.source.names
    tallies = [[tally.state()[name].tobytes() for name in STATE] for tally in recording.tallies]
    return [
        tallies,
        {names[i]: why for i, why in recording.skipped.items()},
        {names[i]: names[of] for i, of in recording.duplicates.items()},
        recording.images_sha256(),
        recording.n_images,
    ]


def test_every_image_counts_once_and_what_was_left_out_is_named(
    model: Model, source: FakeSource, tmp_path: Path
) -> None:
    recording = recorded(tmp_path, model, source)
    assert recording.n_images == 13
    recording.write_lists(tmp_path)
    with (tmp_path / "duplicates.csv").open() as file:
        assert list(csv.reader(file))[1:] == [
            ["004.png", "0-copy.png"],  # the name that sorts first stays
            ["007.png", "007-copy.png"],
            ["z.png", "0-copy.png"],
        ]
    with (tmp_path / "skipped.csv").open() as file:
        assert [row[0] for row in csv.reader(file)] == ["image", "bad.png", "worse.png"]
    alone = FakeSource(
        {name: source.images[name] for name in source.images if name not in ("004.png", "007.png", "z.png")}
    )
    other = recorded(tmp_path / "alone", model, alone)
    assert other.images_sha256() == recording.images_sha256()
    for one, two in zip(recording.tallies, other.tallies, strict=True):
        assert one.counts.tolist() == two.counts.tolist()
        assert one.items["hash"].tolist() == two.items["hash"].tolist()
    assert recording.tallies[1].counts.sum() == 13  # the maximum: one an image


@pytest.mark.parametrize("parts", [2, 3])
def test_workers_make_the_same_recording(model: Model, source: FakeSource, tmp_path: Path, parts: int) -> None:
    one = recorded(tmp_path / "one", model, source)
    assert content(recorded(tmp_path / "other", model, source, parts)) == content(one)


def test_batches_make_the_same_recording(source: FakeSource, tmp_path: Path) -> None:
    resnet = random_model("resnet18")
    found = []
    for parts, wanted in ((1, 1), (1, 4), (2, 3)):
        network = Network(resnet, ["layer1"])
        batch = choose_batch(network, takes(units("layer1")), wanted)
        recorder = recorder_of(resnet, units("layer1"), source, batch=batch)
        made = job(tmp_path / f"{parts} {wanted}", resnet, source, recorder)
        found.append(content(in_parts(made, parts)))
    assert found[0] == found[1] == found[2]


class Cut(Exception):  # noqa: N818
    """Stands for a killed process."""


class CutRecorder(Recorder):
    """Ends after some images, in the middle of the pass."""

    left = 0

    def outcomes(self, indices: Iterable[int]) -> Iterator[Outcome]:
        for number, outcome in enumerate(super().outcomes(indices)):
            if number == self.left:
                raise Cut
            yield outcome


@pytest.mark.parametrize("cuts", [[0], [1, 1, 1], [5, 3], [16]])
@pytest.mark.parametrize("save_every", [0.0, 1000.0])
def test_a_recording_that_was_cut_off_continues(
    model: Model,
    source: FakeSource,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cuts: list[int],
    save_every: float,
) -> None:
    """Whether the last state was saved just before the cut, or never: what lies behind it is done again."""
    monkeypatch.setattr(part, "SAVE_EVERY", save_every)
    whole = content(recorded(tmp_path / "whole", model, source))
    made = job(tmp_path / "cut", model, source)
    began: list[int] = []
    for left in cuts:
        made.recorder.__class__ = CutRecorder
        made.recorder.left = left  # type: ignore[attr-defined]
        with pytest.raises(Cut):
            made.record(0, 1, lambda done, total: began.append(done))
    made.recorder.__class__ = Recorder
    steps: list[int] = []
    made.record(0, 1, lambda done, total: steps.append(done))
    assert steps[0] == (sum(cuts) if save_every == 0 else 0)
    assert content(made.merged(1, silent)) == whole
    steps.clear()
    made.record(0, 1, lambda done, total: steps.append(done))
    assert steps == [len(source.names)]  # there is nothing left to do


def test_more_workers_than_images_are_no_trouble(model: Model, tmp_path: Path) -> None:
    few = noise(2)
    assert recorded(tmp_path, model, few, parts=5).n_images == 2


def test_a_part_that_is_missing_is_named(model: Model, source: FakeSource, tmp_path: Path) -> None:
    made = job(tmp_path, model, source)
    made.record(0, 2, silent)
    with pytest.raises(Fault, match=r"part 2 of 2 .* is not complete: 0 of 9 images"):
        made.merged(2, silent)


def test_another_number_of_workers_is_refused(model: Model, source: FakeSource, tmp_path: Path) -> None:
    job(tmp_path, model, source).record(0, 2, silent)
    with pytest.raises(Fault, match=r"begun by 2 workers .*--workers 2"):
        job(tmp_path, model, source).record(0, 1, silent)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model weights_sha256": "other"}, "model weights_sha256: it has other"),
        ({"preprocessing interpolation": "nearest"}, "preprocessing interpolation: it has nearest, wanted is bilinear"),
        ({"decoder pillow": "1.0"}, "decoder pillow: it has 1.0"),
        ({"dtype": "bfloat16"}, "dtype: it has bfloat16, wanted is float32"),
        ({"versions torch": "1.0"}, "versions torch: it has 1.0"),
        ({"device": "abacus"}, "device: it has abacus"),
        ({"units": []}, "units: it has"),
        ({"images": "other"}, "images: it has other"),
        ({"seed": 4}, "seed: it has 4, wanted is 3"),
    ],
)
def test_what_is_something_else_is_never_mixed(
    model: Model, source: FakeSource, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    made = job(tmp_path, model, source)
    made.record(0, 2, silent)
    path = tmp_path / "recording.json"
    found = json.loads(path.read_text())
    for place, value in change.items():
        *tables, key = place.split(" ")
        table = found["identity"]
        for name in tables:
            table = table[name]
        assert key in table
        table[key] = value
    path.write_text(json.dumps(found))
    for attempt in (lambda: made.record(1, 2, silent), lambda: made.merged(2, silent)):
        with pytest.raises(Fault, match="recordings are never mixed") as told:
            attempt()
        assert words in str(told.value)


def test_a_part_from_another_recording_is_refused(model: Model, source: FakeSource, tmp_path: Path) -> None:
    """Somebody copies the parts of two machines together."""
    made = [job(tmp_path / "a", model, source), job(tmp_path / "b", model, source)]
    made[1] = dataclasses.replace(made[1], seed=4)
    for one in made:
        one.record(0, 1, silent)
    shutil.copy(tmp_path / "b" / "part-0-of-1.npz", tmp_path / "a" / "part-0-of-1.npz")
    with pytest.raises(Fault, match="is of another recording"):
        made[0].merged(1, silent)


@pytest.mark.parametrize("name", ["part-0-of-1.npz", "part-0-of-1.images", "part-0-of-1.skipped", "recording.json"])
def test_a_damaged_file_is_told(model: Model, source: FakeSource, tmp_path: Path, name: str) -> None:
    made = job(tmp_path, model, source)
    made.record(0, 1, silent)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-7])
    with pytest.raises(Fault, match=r"damaged|cannot be read"):
        made.merged(1, silent)


def test_two_processes_do_not_record_one_part(model: Model, source: FakeSource, tmp_path: Path) -> None:
    made = job(tmp_path, model, source)

    def intrude(done: int, total: int) -> None:
        if done == 3:
            with pytest.raises(Fault, match="Another process is recording part 1 of 1"):
                Part(tmp_path, 0, 1, "x").record(made.recorder, made.tallies, silent)

    made.record(0, 1, intrude)


def test_an_image_that_changed_since_is_told(model: Model, source: FakeSource, tmp_path: Path) -> None:
    recording = recorded(tmp_path, model, source)
    source.images["002.png"] = source.images["003.png"]
    items = recording.tallies[0].items
    item = items[items["index"] == source.names.index("002.png")]
    assert len(item)
    with pytest.raises(Fault, match=r"002\.png has changed since it was recorded"):
        pictures(recording, 0, item, "crop", silent)


def test_pictures_are_cut_where_the_field_lies_and_carry_the_other_units_values(
    model: Model, source: FakeSource, tmp_path: Path
) -> None:
    recording = recorded(tmp_path, model, source)
    items = recording.tallies[0].most
    shown = pictures(recording, 0, items, "crop", silent)
    for item, picture in zip(items, shown, strict=True):
        row, column = divmod(int(item["place"]), recording.recorder.network.shapes[LAYER].width)
        assert picture.box == (2 * row, 2 * row + 2, 2 * column, 2 * column + 2)
        assert set(picture.others) == {1}  # the other channel of the layer at this position; a mean has no position
    whole = pictures(recording, 1, recording.tallies[1].most, "image", silent)
    assert all(set(picture.others) == {2} for picture in whole)
    values = {int(i["index"]): float(i["value"]) for i in recording.tallies[2].items}
    for item, picture in zip(recording.tallies[1].most, whole, strict=True):
        assert picture.others[2] == pytest.approx(values.get(int(item["index"]), picture.others[2]))
