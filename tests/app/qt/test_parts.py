"""The smaller parts of the window."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import new_study as study_of_helpers
from helpers import trials
from PySide6.QtCore import QSize, QSizeF, QThread
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import Fault
from app.qt import reference_grid
from app.qt.activation_histogram import ActivationHistogram
from app.qt.application import Telling, icon
from app.qt.background import Background, here_and_now
from app.qt.category_bar import columns_for, shortened
from app.qt.heat_map import heat_image, heat_range
from app.qt.images import decode
from app.qt.libraries import check_display, missing_library
from app.qt.picture import picture_of_labeling_page
from app.qt.scaling import filled_size, fitted_size, scaled
from app.qt.sights import Evidence, Example, Sight, Sights, looking_into
from app.qt.theme import DARK, LIGHT, Theme, points_in
from app.qt.words import activation_words
from app.study.file import StudyFile
from app.study.records import HeatMap, Histogram, Pair, Rating, Reveal, Rubric, Scale, Task, Trial


@pytest.fixture
def background(qapp: QApplication) -> Iterator[Background]:
    made = Background()
    yield made
    made.stop()


# What the offscreen platform says of every dialog.
dialog = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_captions_of_examples_never_run_into_each_other(qtbot: QtBot) -> None:
    grid = reference_grid.ReferenceGrid("Least")
    qtbot.addWidget(grid)
    grid.show_examples([Example("least", -0.85, None) for _ in range(9)])
    for room in (900.0, 320.0, 240.0):
        grid.fill(room, 55.0)
        widest = QFontMetricsF(grid.caption_font()).horizontalAdvance(activation_words(-0.85))
        assert widest < room / 9


def test_work_is_done_elsewhere_and_told_here(qtbot: QtBot, background: Background) -> None:
    told: list[object] = []
    background(threading.get_ident, lambda worker: told.append((worker, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(told))
    ((worker, here),) = told  # type: ignore[misc]
    assert here == threading.get_ident() != worker
    assert background.pending == 0


def test_a_bug_in_work_reaches_the_hook_and_whoever_waits(qtbot: QtBot, background: Background) -> None:
    told: list[object] = []

    def work() -> None:
        raise ZeroDivisionError("oh")

    with qtbot.captureExceptions() as raised:
        background(work, told.append)
        qtbot.waitUntil(lambda: bool(told))
    assert isinstance(told[0], Fault)
    assert raised[0][0] is ZeroDivisionError


@dialog
def test_a_bug_is_told_with_details_to_copy(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    telling = Telling()
    try:
        raise ZeroDivisionError("three by nothing")
    except ZeroDivisionError as error:
        telling.tell(type(error), error, error.__traceback__)
        telling.tell(type(error), error, error.__traceback__)
    box = telling.box
    assert box is not None
    assert "your saved answers are safe" in box.text()
    assert "three by nothing" in box.detailedText()
    assert "three by nothing" in capsys.readouterr().err
    next(button for button in box.buttons() if button.text() == "Copy details").click()
    assert "three by nothing" in QGuiApplication.clipboard().text()
    qtbot.waitUntil(lambda: telling.box is None)


@dialog
def test_a_fault_is_told_in_its_own_words(qtbot: QtBot) -> None:
    telling = Telling()
    telling.tell(Fault, Fault("The disk is full."), None)
    assert telling.box is not None
    assert (telling.box.text(), telling.box.detailedText()) == ("The disk is full.", "")
    telling.box.close()


@dialog
def test_a_bug_in_a_thread_is_told_in_the_windows_thread(qtbot: QtBot) -> None:
    telling = Telling()
    thread = threading.Thread(target=lambda: telling.tell(Fault, Fault("From afar."), None))
    thread.start()
    qtbot.waitUntil(lambda: telling.box is not None)
    thread.join()
    assert telling.box is not None
    assert telling.box.thread() is QThread.currentThread()
    telling.box.close()


def test_sights_are_read_once_and_the_oldest_let_go() -> None:
    read: list[int] = []
    nothing = Sight((None,), Evidence((), Histogram((), ())))
    sights = Sights(lambda trial: read.append(trial.position) or nothing, here_and_now, lambda trial: ())
    order = trials(10)
    for place in [0, 1, 0, *range(2, 10), 0]:
        sights.want(order[place], lambda sight: None)
    assert read == [1, 2, *range(3, 11), 1]


def test_the_examples_are_decoded_once_for_all_trials_of_a_unit(two_units_path: Path) -> None:
    with StudyFile.open(two_units_path) as study:
        look = looking_into(study)
        order = study.trials(study.add_rater("ann"))
        first, again, _, other = (look(trial) for trial in order[:4])
        assert first.evidence is again.evidence
        assert other.evidence.examples[0].activation == 96.0 - order[3].unit - 1
        assert [len(sight.evidence.examples) for sight in (first, other)] == [18, 18]


def test_what_is_told_is_read_when_it_is_asked_for_and_not_kept() -> None:
    read: list[str] = []

    def reveal(trial: Trial) -> tuple[Reveal, ...]:
        read.append(trial.id)
        if len(read) == 3:
            raise Fault("The file was removed.")
        return (Reveal(float(len(read)), None),)

    sights = Sights(lambda trial: Sight((None,), None), here_and_now, reveal)
    (trial,) = trials(1)
    sights.want(trial, lambda sight: None)
    assert read == []
    told: list[tuple[Reveal, ...] | None] = []
    for _ in range(3):
        sights.tell(trial, told.append)
    assert told == [(Reveal(1.0, None),), (Reveal(2.0, None),), None]


def test_a_heat_map_runs_from_dark_to_light_and_passes_over_what_is_no_number() -> None:
    heat = HeatMap(2, 2, (-1.0, 3.0, float("nan"), float("inf")))
    image = heat_image(heat)
    lights = [image.pixelColor(x, y).lightness() for y in (0, 1) for x in (0, 1)]
    assert heat_range(heat) == (-1.0, 3.0)
    assert lights[0] == lights[2] < lights[1] == lights[3]


@pytest.mark.parametrize("values", [(2.0, 2.0), (float("nan"), float("inf"))])
def test_a_heat_map_with_one_value_or_none_is_even(values: tuple[float, ...]) -> None:
    image = heat_image(HeatMap(1, 2, values))
    assert image.pixelColor(0, 0) == image.pixelColor(1, 0)


def test_an_activation_that_is_no_number_is_not_marked(qtbot: QtBot) -> None:
    histogram = ActivationHistogram(LIGHT)
    qtbot.addWidget(histogram)
    histogram.mark(float("inf"), 2.5)
    assert histogram.marked == (2.5,)
    assert "2.50" in histogram.accessibleDescription()


def test_a_huge_image_is_not_decoded(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "huge.png"
    Image.new("1", (5000, 10)).save(path)
    assert decode(path.read_bytes()) is None


def test_a_transparent_image_lies_on_gray(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "clear.png"
    Image.new("RGBA", (3, 2), (255, 0, 0, 0)).save(path)
    picture = decode(path.read_bytes())
    assert picture is not None
    assert picture.pixelColor(1, 1).getRgb() == (128, 128, 128, 255)


@pytest.mark.parametrize(
    ("image", "ratio", "expected"),
    [((32, 32), 1.0, (96, 96)), ((32, 32), 1.5, (128, 128)), ((200, 100), 1.0, (100, 50)), ((100, 3), 1.0, (100, 3))],
)
def test_whole_multiples_or_smaller(image: tuple[int, int], ratio: float, expected: tuple[int, int]) -> None:
    assert fitted_size(QSize(*image), QSizeF(100, 110), ratio) == QSize(*expected)


def test_whole_multiples_repeat_pixels() -> None:
    image = QImage(2, 1, QImage.Format.Format_RGB32)
    image.setPixelColor(0, 0, "#000000")
    image.setPixelColor(1, 0, "#ffffff")
    large = scaled(image, QSize(6, 3), 1.0)
    assert [large.pixelColor(x, 1).red() for x in range(6)] == [0, 0, 0, 255, 255, 255]


def test_pictures_fill_their_room_unless_whole_multiples_nearly_do() -> None:
    assert filled_size(QSize(60, 60), QSizeF(100, 100), 1.0) == QSize(100, 100)
    assert filled_size(QSize(30, 30), QSizeF(100, 100), 1.0) == QSize(90, 90)


@pytest.mark.parametrize(
    ("count", "width", "columns"), [(3, 600, 3), (4, 600, 2), (9, 600, 3), (9, 100, 1), (5, 2000, 5)]
)
def test_categories_are_laid_out_in_even_rows(count: int, width: int, columns: int) -> None:
    assert columns_for(count, width) == columns


@pytest.mark.parametrize(
    ("count", "width", "height", "columns"),
    [(4, 1000, 560, 4), (9, 1000, 560, 5), (9, 360, 130, 5), (9, 400, 600, 3), (1, 400, 600, 1), (9, 10, 10, 9)],
)
def test_examples_take_the_fewest_rows_in_which_they_are_large(
    count: int, width: int, height: int, columns: int
) -> None:
    assert reference_grid.columns_for(count, width, height, 16) == columns


@pytest.mark.parametrize(
    ("window", "larger"),
    [
        ((880, 600), 1.0),
        ((1280, 860), 1.0),
        ((1024, 2000), 1.0),
        ((3840, 860), 1.0),
        ((2560, 1440), 1.3),
        ((7680, 4320), 1.6),
    ],
)
def test_words_are_as_large_as_the_system_has_them_and_larger_in_large_windows(
    qapp: QApplication, window: tuple[int, int], larger: float
) -> None:
    assert points_in(QSize(*window)) == pytest.approx(larger * qapp.font().pointSizeF())


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_words_stand_out_from_every_ground_they_stand_on(theme: Theme) -> None:
    grounds = (theme.window, theme.surface, theme.hover, theme.chosen)
    pairs = [(words, ground) for words in (theme.text, theme.muted, theme.accent) for ground in grounds]
    pairs += [(words, theme.surface) for words in (theme.most, theme.least)]
    pairs += [(theme.on_accent, theme.accent), (theme.on_alarm, theme.alarm)]
    assert min(contrast(*pair) for pair in pairs) >= 4.5
    assert contrast(theme.bars, theme.surface) >= 3


def contrast(one: str, other: str) -> float:
    """By WCAG 2, from 1 to 21."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    """Relative, from 0 to 1."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in QColor(color).getRgbF()[:3]
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_long_definitions_end_in_dots() -> None:
    assert shortened("word " * 100, 9).endswith("word …")
    assert shortened("short", 9) == "short"


@pytest.mark.parametrize(
    ("value", "text"), [(812.4, "812"), (-12.34, "−12.3"), (0.5, "0.50"), (-0.001, "0.00"), (12345, "12,345")]
)
def test_activations_in_words(value: float, text: str) -> None:
    assert activation_words(value) == text


def _luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_words_stand_out_from_their_ground(theme: object) -> None:
    """WCAG's 4.5 to 1."""
    for word, ground in [
        *[(word, ground) for word in ("text", "muted") for ground in ("window", "surface", "hover", "chosen")],
        ("on_accent", "accent"),
        ("on_alarm", "alarm"),
        ("most", "surface"),
        ("least", "surface"),
    ]:
        lights = sorted(_luminance(getattr(theme, name)) + 0.05 for name in (word, ground))
        assert lights[1] / lights[0] >= 4.5, (word, ground)


def test_the_icon_has_all_sizes(qapp: QApplication) -> None:
    assert max(size.width() for size in icon().availableSizes()) == 256


def test_a_missing_library_becomes_one_clear_line() -> None:
    said = str(missing_library(ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")))
    assert "libEGL.so.1" in said
    assert "libegl1" in said
    assert "pip install" in str(missing_library(ImportError("No module named 'PySide6'")))


@pytest.mark.skipif(sys.platform != "linux", reason="X11 is Linux's")
class TestCheckDisplay:
    def test_no_screen(self) -> None:
        with pytest.raises(Fault, match="no screen"):
            check_display({})

    def test_offscreen_needs_none(self) -> None:
        check_display({"QT_QPA_PLATFORM": "offscreen"})

    def test_wayland_needs_no_x11(self) -> None:
        check_display({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"})

    def test_missing_libraries_are_named_by_their_packages(self) -> None:
        def load(library: str) -> object:
            if library in ("libxcb-cursor.so.0", "libxcb-icccm.so.4"):
                raise OSError(library)
            return object()

        with pytest.raises(Fault, match=r"sudo apt install libxcb-cursor0 libxcb-icccm4$"):
            check_display({"DISPLAY": ":0"}, load)  # type: ignore[arg-type]


def test_a_picture_of_the_page(qapp: QApplication, study_path: Path, tmp_path: Path) -> None:
    before = study_path.read_bytes()
    picture_of_labeling_page(study_path, tmp_path / "page", (1000, 700))
    image = QImage(str(tmp_path / "page"))
    assert image.size() == QSize(1000, 700)
    assert image.pixelColor(700, 200).blue() == 90  # the stimulus
    assert study_path.read_bytes() == before


@pytest.mark.parametrize("task", ["rate", "which_one", "name_it"])
def test_a_picture_of_every_task(qapp: QApplication, tmp_path: Path, task: Task) -> None:
    rating = Rating(5, "not at all", "wholly") if task == "rate" else None
    scale: Scale = "interval" if task == "rate" else "nominal"
    new = study_of_helpers(6)
    first, second = new.stimuli[-1].id, new.stimuli[0].id
    path = tmp_path / "study.jury"
    StudyFile.create(
        path,
        replace(
            new,
            rubric=Rubric(1, "Which?", "", scale, task=task, rating=rating),
            pairs=(Pair("pair", first, second, "extreme"),) if task == "which_one" else (),
        ),
    )
    picture_of_labeling_page(path, tmp_path / "page", (1024, 700))
    assert QImage(str(tmp_path / "page")).size() == QSize(1024, 700)


def test_a_picture_that_cannot_be_written_is_a_fault(qapp: QApplication, study_path: Path, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="cannot be written"):
        picture_of_labeling_page(study_path, tmp_path / "none" / "page.png")
