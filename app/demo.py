"""The demo: a whole study on the embedded network and photographs, in one folder that one can play with."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from analysis.design import design_weights
from analysis.simulate import Person, answer, feature_strength, panel
from app.assets import resource
from app.errors import Fault
from app.session import Session
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.records import Answer, Known, Rater

Progress = Callable[[str, int, int], None]

PHOTOGRAPHS = (
    "astronaut.png", "brick.png", "camera.png", "cell.png", "chelsea.png", "clock_motion.png", "coffee.png",
    "coins.png", "grass.png", "gravel.png", "hubble_deep_field.jpg", "ihc.png", "microaneurysms.png", "moon.png",
    "motorcycle_left.png", "page.png", "retina.jpg", "rocket.jpg", "text.png",
)  # fmt: skip
"""The photographs in scikit-image's wheel; its drawings and test patterns are left out."""

STAND_INS = 5
CORRELATION = 0.75
"""How closely the strength of the feature, as stand-ins see it, follows the activation."""


def has_screen(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a window can be shown."""
    return not platform.startswith("linux") or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def prepare(folder: Path) -> Path:
    """Lay the photographs and study.toml into `folder`; files that are there are kept. The path of study.toml.

    Raises:
        Fault: scikit-image is not installed, or `folder` cannot be written.
    """
    spec = importlib.util.find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise Fault("The demo's photographs come with scikit-image: pip install 'neuron-jury[demo]'")
    source = Path(spec.submodule_search_locations[0]) / "data"
    try:
        (folder / "photographs").mkdir(parents=True, exist_ok=True)
        for name in PHOTOGRAPHS:
            _copy(source / name, folder / "photographs" / name)
        _copy(resource("demo", "study.toml"), folder / "study.toml")
    except OSError as error:
        raise Fault(f"{folder} cannot be written: {error.strerror}.") from error
    return folder / "study.toml"


def _copy(source: Path, target: Path) -> None:
    if not target.exists():
        part = target.with_name(target.name + ".part")
        shutil.copyfile(source, part)
        part.replace(target)  # whole or not at all, however it is cut off


def label_by_stand_ins(path: Path, progress: Progress) -> None:
    """Let simulated raters label a study, through the same session as people; goes on where it was cut off.

    A stand-in perceives the feature with a strength that goes with the activation, more or less: it is told the
    activation, which no person is. Its judgements are marked as simulated in the file.
    """
    with StudyFile.open(path) as study:
        seed, rubric, stimuli = study.info().seed, study.rubric(), study.stimuli()
        if rubric.task != "categorize" or rubric.several:
            raise Fault("Stand-in raters can do no more than choose one category. Label this study in the window.")
        known = {**study.practice(), **study.catches()}
        weights = design_weights(np.array([stimulus.inclusion_probability for stimulus in stimuli]))
        activation = np.array([stimulus.activation for stimulus in stimuli])
        strengths = feature_strength(activation, weights, correlation=CORRELATION, seed=seed)
        strength = {stimulus.id: float(value) for stimulus, value in zip(stimuli, strengths, strict=True)}
        people = panel(STAND_INS, len(rubric.categories), seed=seed)
        raters = {rater.pseudonym: rater for rater in study.raters() if rater.simulated}
        for number, person in enumerate(people):
            name = f"stand-in {number + 1}"
            rater = raters.get(name) or study.add_rater(name, simulated=True, seed=seed + number)
            trials = study.trials(rater)
            clock = _Clock()
            session = Session(
                trials,
                rubric,
                RaterLog(study, rater),
                protocol=study.protocol(),
                practice=study.practice(),
                clock=clock,
            )
            while session.screen.step not in ("done", "failed"):
                _go_a_step(session, clock, partial(_say, person, rater, rubric.names, known, strength))
                done = number * len(trials) + session.screen.done
                progress("Stand-in raters are labeling", done, len(people) * len(trials))


def _go_a_step(session: Session, clock: _Clock, say: Callable[[str, int], Answer]) -> None:
    """Whatever there is to do: consent, read, wait, or answer."""
    screen = session.screen
    session.agree()
    clock.seconds += screen.interlude.seconds_left if screen.interlude is not None else 0.0
    session.go_on()
    if screen.step == "trial" and screen.trial is not None and screen.trial.stimulus is not None:
        session.answer(say(screen.trial.stimulus, screen.trial.position))
    if session.screen.problem:
        raise Fault(session.screen.problem)


class _Clock:
    """The time of a stand-in: it goes on only where it must."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def _say(
    person: Person,
    rater: Rater,
    names: tuple[str, ...],
    known: Mapping[str, Known],
    strength: Mapping[str, float],
    stimulus: str,
    position: int,
) -> Answer:
    if stimulus in known:
        return Answer(known[stimulus].accepted[0])
    # a second look at one image meets the same taste, and noise of its own
    taste = float(np.random.default_rng([rater.seed, zlib.crc32(stimulus.encode())]).normal())
    choice = answer(person, strength[stimulus], np.random.default_rng([rater.seed, position]), taste)
    return Answer(None, "cannot_tell") if choice is None else Answer(names[choice])
