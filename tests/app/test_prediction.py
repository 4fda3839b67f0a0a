"""Nobody can predict the activation of a blind trial from a packed file, but for looking at the pictures.

A small study goes through the real pipeline: photographs as JPEGs of different sizes and qualities, a network, a
sample, files for raters. Then whatever such a file holds of a stimulus and is no pixel is turned into numbers: every
column of every row that speaks of it, where its bytes lie, how its picture is put together. Each number is a predictor
of the activation by itself (whatever the shape of the relation: kernel ridge regression, cross-validated), the best of
them is taken, and the same is done a few hundred times with the activations shuffled.
"""

from __future__ import annotations

import io
import random
import shutil
import sqlite3
import struct
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from app.building import build
from app.study.file import StudyFile
from app.study.handing_out import hand_out
from app.study_toml import read_study_toml

Numbers = NDArray[np.float64]
SHUFFLES = 400
FOUND = 0.01
"""Of a leak p is about 1 / SHUFFLES. With no leak p is as likely to be any number as any other; seeds are fixed."""
BITS = 64

COMMON = """
title = "Edges?"
claim = "edges"
seed = 3
[model]
name = "torchvision:squeezenet1_1"
weights = "{weights}"
[unit]
layer = "features.3.expand3x3"
channel = 5
[images]
folder = "photographs"
[preprocessing]
resize = 96
crop = 96
[recording]
device = "cpu"
[sample]
references = 4
"""
CATEGORIZE = """
strata = 5
per_stratum = 30
[rubric]
question = "Edge?"
[[rubric.categories]]
name = "no"
definition = "No edge."
[[rubric.categories]]
name = "yes"
definition = "An edge."
[session]
repeats = 0.15
raters_per_stimulus = 2
[session.conditions]
blind = 0.8
revealed = 0.2
[[catch]]
image = "catch.jpg"
answer = "yes"
"""
WHICH_ONE = """
[rubric]
task = "which_one"
question = "Which one?"
[pairs]
gaps = ["extreme", [75, 25]]
per_gap = 9
"""


@pytest.fixture(scope="module")
def built(squeezenet_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A study of the photographs with this task; recorded once."""
    folder = tmp_path_factory.mktemp("prediction")
    (folder / "photographs").mkdir()
    rng = np.random.default_rng(4)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile[:24] + bytes(12) + profile[36:]  # not the time of day: the same photographs each time
    for number in range(48):
        coarse = Image.fromarray(rng.integers(0, 256, (9, 11, 3), dtype=np.uint8))
        picture = coarse.resize(tuple(rng.integers(110, 300, 2).tolist()), Image.Resampling.BICUBIC)
        settings = {"quality": int(rng.integers(5, 98)), "comment": b"by somebody", "icc_profile": profile}
        picture.save(folder / "photographs" / f"{number:02}.jpg", **settings)
        if number == 0:
            picture.save(folder / "catch.jpg", **settings)

    def make(task: str) -> Path:
        out = folder / f"{len(task)}.jury"
        if not out.exists():
            (folder / "study.toml").write_text(COMMON.format(weights=squeezenet_weights) + task)
            wanted = read_study_toml(folder / "study.toml")
            build(wanted, folder, out, lambda *_: None, recording=out.with_suffix(".recording"))
        return out

    return make


def packed(study: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Three raters' files, each with an order of its own; what is drawn is drawn from a seed for once."""
    drawn = random.Random(11)
    monkeypatch.setattr("app.study.file.random.SystemRandom", lambda: drawn)
    monkeypatch.setattr("uuid.uuid4", lambda: uuid.UUID(int=drawn.getrandbits(128), version=4))
    shutil.copy(study, folder / "study.jury")
    with StudyFile.open(folder / "study.jury") as home:
        return [one.path for one in hand_out(home, ["r1", "r2", "r3"], folder / "out", lambda done, total: None)]


# ---- what a file holds -------------------------------------------------------------------------------------------


def evidence(path: Path) -> dict[str, dict[str, Numbers]]:
    """By stimulus: all that the file holds of it and that is no pixel, each as one number or as so many bits."""
    with sqlite3.connect(path) as connection:
        images = dict(connection.execute("SELECT sha256, data FROM image"))
        of_image: dict[object, list[str]] = defaultdict(list)
        for stimulus, image in connection.execute("SELECT id, image FROM stimulus"):
            of_image[image].append(stimulus)
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = {table: connection.execute(f'SELECT rowid, * FROM "{table}"') for table in tables}
        found = _of_rows({table: (_names(cursor), list(cursor)) for table, cursor in rows.items()}, of_image)
    connection.close()
    data = path.read_bytes()
    for image, stimuli in of_image.items():
        start = images[image][:200]
        assert data.count(start) == 1
        for stimulus in stimuli:
            found[stimulus]["page of its picture"] = np.array([data.index(start) // size])
            found[stimulus]["chunks of its picture"] = np.array([_number(" ".join(chunks(images[image])))])
    return found


def _names(cursor: sqlite3.Cursor) -> list[str]:
    return [name for name, *_ in cursor.description]


def _of_rows(
    tables: Mapping[str, tuple[list[str], list[tuple[object, ...]]]], of_image: Mapping[object, list[str]]
) -> dict[str, dict[str, Numbers]]:
    known = {stimulus for stimuli in of_image.values() for stimulus in stimuli}
    found: dict[str, dict[str, Numbers]] = {stimulus: defaultdict(lambda: np.zeros(1)) for stimulus in known}
    for table, (names, rows) in tables.items():
        for row in rows:
            about = {value for value in row if value in known}.union(*(of_image.get(value, ()) for value in row))
            for stimulus in about:
                of_it = found[str(stimulus)]
                of_it[f"rows of {table}"] = of_it[f"rows of {table}"] + 1
                for name, value in zip(names, row, strict=True):
                    if (table, name) != ("image", "data") and f"{table}.{name}" not in of_it:
                        of_it[f"{table}.{name}"] = np.array([_number(value)])
                        if (bits := _bits(value)) is not None:
                            of_it[f"bits of {table}.{name}"] = bits
    return found


def _number(value: object) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    data = value if isinstance(value, bytes) else str(value).encode()
    return float(int.from_bytes(data[:6].ljust(6, b"\0"), "big"))


def _bits(value: object) -> Numbers | None:
    """The first bits of an id, each +1 or -1; None of what is no id."""
    digits = str(value).replace("-", "")
    if isinstance(value, str) and len(digits) >= BITS // 4 and set(digits) <= set("0123456789abcdef"):
        return np.array([1.0 if bit == "1" else -1.0 for bit in f"{int(digits[: BITS // 4], 16):0{BITS}b}"])
    return None


def chunks(png: bytes) -> list[str]:
    """The names of a PNG's chunks; those of the pixels, of which there are as many as they need, once."""
    found, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        found.append(png[at + 4 : at + 8].decode())
        at += 12 + length
    return list(dict.fromkeys(found))


def activations(study: Path) -> dict[str, float]:
    with StudyFile.open(study, writable=False) as home:
        return {stimulus.id: stimulus.activation for stimulus in home.stimuli()}


def blind(path: Path) -> list[str]:
    """The stimuli of a rater's file whose activation is never told there, in the order of their ids."""
    with StudyFile.open(path, writable=False) as file:
        told = {s for (s,) in file.connection.execute("SELECT stimulus FROM measurement")}
        shown = {s for (s,) in file.connection.execute("SELECT stimulus FROM trial WHERE condition = 'blind'")}
    return sorted(shown - told)


# ---- what can be made of it --------------------------------------------------------------------------------------


def p_value(predictors: Mapping[str, Numbers], target: Numbers) -> float:
    """How often the best predictor of shuffled targets is as good as the best predictor of these, of so many times."""
    rng = np.random.default_rng(5)
    folds = rng.permutation(len(target)) % 5
    targets = np.stack([target, *(rng.permutation(target) for _ in range(SHUFFLES))], axis=1)
    best = np.full(targets.shape[1], -1.0)
    for values in predictors.values():
        if np.ptp(values, axis=0).any():
            guessed = _smoother(_kernel(values), folds) @ targets
            best = np.maximum(best, _correlation(guessed, targets))
    return float(np.mean(best >= best[0]))


def _kernel(values: Numbers) -> Numbers:
    """How alike two items are: near each other in rank; of bits, how many they share."""
    if values.shape[1] > 1:
        return values @ values.T / values.shape[1]
    rank = np.unique(values[:, 0], return_inverse=True)[1]
    return np.exp(-0.5 * ((rank[:, None] - rank) / (0.1 * max(rank.max(), 1))) ** 2)


def _smoother(kernel: Numbers, folds: NDArray[np.int64]) -> Numbers:
    """What takes targets to their predictions, each from the targets in other folds."""
    matrix = np.zeros_like(kernel)
    for fold in np.unique(folds):
        test, train = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        mean = np.full((len(train), len(train)), 1 / len(train))
        ridge = np.linalg.inv(kernel[np.ix_(train, train)] + np.eye(len(train)))
        weights = kernel[np.ix_(test, train)] @ ridge @ (np.eye(len(train)) - mean)
        matrix[np.ix_(test, train)] = weights + 1 / len(train)
    return matrix


def _correlation(one: Numbers, other: Numbers) -> Numbers:
    one, other = one - one.mean(axis=0), other - other.mean(axis=0)
    norm = np.sqrt((one**2).sum(axis=0) * (other**2).sum(axis=0))
    return np.divide((one * other).sum(axis=0), norm, out=np.zeros(len(norm)), where=norm > 0)


def p_of_file(path: Path, study: Path) -> float:
    """Of the blind stimuli of a file, from all that it holds but pixels."""
    truth, held, stimuli = activations(study), evidence(path), blind(path)
    stimuli = [stimulus for stimulus in stimuli if stimulus in truth]  # a catch trial's picture has no activation
    assert len(stimuli) > 50
    names = {name for stimulus in stimuli for name in held[stimulus]}
    assert {"trial.position", "stimulus.rowid", "bits of stimulus.id", "bits of trial.id", "rows of trial"} <= names
    nothing = {name: np.zeros_like(next(held[s][name] for s in stimuli if name in held[s])) for name in names}
    predictors = {name: np.stack([held[s].get(name, nothing[name]) for s in stimuli]) for name in names}
    return p_value(predictors, np.array([truth[stimulus] for stimulus in stimuli]))


def test_a_packed_file_says_nothing_of_the_activation_but_by_its_pixels(
    built: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = built(CATEGORIZE)
    for path in packed(study, tmp_path, monkeypatch):
        assert p_of_file(path, study) > FOUND


LEAKS = {
    "rowids": """
        CREATE TEMP TABLE kept AS SELECT stimulus.* FROM stimulus JOIN hidden USING (id) ORDER BY place;
        DELETE FROM stimulus WHERE id IN (SELECT id FROM hidden);
        INSERT INTO stimulus SELECT * FROM kept""",
    "where the pictures lie": """
        CREATE TEMP TABLE kept AS SELECT image.* FROM image JOIN stimulus ON image = sha256 JOIN hidden USING (id)
            ORDER BY place;
        DELETE FROM image WHERE sha256 IN (SELECT sha256 FROM kept);
        VACUUM;
        INSERT INTO image SELECT * FROM kept""",
    "the order of trials, with noise": """
        UPDATE trial SET position = 10000 + trial.rowid + 1000 * (place + trial.rowid * 7919 % 60)
            FROM hidden WHERE hidden.id = stimulus""",
    "one bit of a trial's id": """
        UPDATE trial SET id = substr('2b', 1 + (place > 40), 1) || substr(trial.id, 2)
            FROM hidden WHERE hidden.id = stimulus""",
    "what comes again": """
        UPDATE trial SET occasion = 2 FROM hidden WHERE hidden.id = stimulus AND place > 50""",
}


@pytest.mark.parametrize("leak", LEAKS)
def test_what_leaks_is_found(
    leak: str, built: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = built(CATEGORIZE)
    path = packed(study, tmp_path, monkeypatch)[0]
    truth = activations(study)
    ordered = sorted((id_ for id_ in blind(path) if id_ in truth), key=truth.__getitem__)
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("CREATE TEMP TABLE hidden (id TEXT PRIMARY KEY, place INTEGER)")
        connection.executemany("INSERT INTO hidden VALUES (?, ?)", zip(ordered, range(len(ordered)), strict=True))
        connection.executescript(LEAKS[leak])
    connection.close()
    assert p_of_file(path, study) < FOUND


def test_the_researchers_own_file_says_everything(built: Callable[[str], Path]) -> None:
    study = built(CATEGORIZE)
    truth, held = activations(study), evidence(study)
    for name in ("measurement.activation", "measurement.stratum"):
        predictor = np.stack([held[stimulus][name] for stimulus in truth])
        assert p_value({name: predictor}, np.array(list(truth.values()))) < FOUND


def test_the_pixels_do_say_something(built: Callable[[str], Path]) -> None:
    """It all turns on what a rater may see: were nothing to be found there, the tests above would show little."""
    study = built(CATEGORIZE)
    with StudyFile.open(study, writable=False) as home:
        shown = [(Image.open(io.BytesIO(stimulus.image)), stimulus.activation) for stimulus in home.stimuli()]
    coarse = np.stack([np.asarray(picture.resize((3, 3)), dtype=float).ravel() for picture, _ in shown])
    coarse = (coarse - coarse.mean(axis=0)) / coarse.std(axis=0)
    assert p_value({"pixels": coarse}, np.array([activation for _, activation in shown])) < FOUND


def test_a_picture_is_its_pixels_and_nothing_else(
    built: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a photograph was: its quality, its comment and its colour profile leave no other trace."""
    for path in packed(built(CATEGORIZE), tmp_path, monkeypatch):
        with StudyFile.open(path, writable=False) as file:
            pictures = [data for (data,) in file.connection.execute("SELECT data FROM image")]
        assert len(pictures) > 80
        for data in pictures:
            again = io.BytesIO()
            Image.fromarray(np.asarray(Image.open(io.BytesIO(data)))).save(again, "PNG")
            assert again.getvalue() == data
            assert chunks(data) == ["IHDR", "IDAT", "IEND"]


def sides(path: Path, study: Path) -> tuple[dict[str, Numbers], Numbers]:
    """Of each pair, in an order that says nothing: how the two differ in all that the file holds, and in activation."""
    truth, held = activations(study), evidence(path)
    with StudyFile.open(path, writable=False) as file:
        trials = file.connection.execute("SELECT id, stimulus, other FROM trial").fetchall()
    pairs = [(*sorted((left, right)), left < right, id_) for id_, left, right in trials]
    predictors = {
        name: np.stack([held[one][name] - held[other][name] for one, other, *_ in pairs])
        for name in ("stimulus.id", "stimulus.rowid", "stimulus.image", "page of its picture", "bits of stimulus.id")
    }
    predictors["side"] = np.array([[float(side)] for *_, side, _ in pairs])
    predictors["bits of the trial"] = np.stack([_bits(id_) for *_, id_ in pairs])
    return predictors, np.array([truth[one] - truth[other] for one, other, *_ in pairs])


def test_of_a_pair_nothing_says_which_is_the_stronger(
    built: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = built(WHICH_ONE)
    for path in packed(study, tmp_path, monkeypatch):
        assert p_value(*sides(path, study)) > FOUND
    truth = activations(study)
    with sqlite3.connect(path) as connection:  # and were the stronger one always on the left:
        for id_, left, right in connection.execute("SELECT id, stimulus, other FROM trial").fetchall():
            both = sorted((left, right), key=truth.__getitem__, reverse=True)
            connection.execute("UPDATE trial SET stimulus = ?, other = ? WHERE id = ?", (*both, id_))
    connection.close()
    assert p_value(*sides(path, study)) < FOUND
