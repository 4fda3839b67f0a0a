import numpy as np
import pytest

from analysis.judgements import Judgements, Stimuli
from analysis.report import analyse
from analysis.several import analyse_several

NAMES = ("edge", "curve", "never")
TABLES = ("raters", "stimuli", "confusion", "roc", "roc_raters", "retest", "session_drift")


@pytest.fixture(scope="module")
def columns():
    """Three raters, 24 images in an order of their own, twelve of them twice; no one ever chooses the last category."""
    rng = np.random.default_rng(0)
    rows = []
    for r in range(3):
        order = [(i, 1) for i in rng.permutation(24)] + [(i, 2) for i in rng.permutation(12)]
        for place, (i, occasion) in enumerate(order, 1):
            chosen = {name for k, name in enumerate(NAMES[:2]) if rng.normal() + i / 12 > 1 + k}
            rows.append((f"s{i:02d}", f"r{r}", chosen, occasion, 1.0 + place / 10, place))
        rows.append((f"s{r:02d}", f"r{r}", {"curve"}, 1, 1.0, 40))
    return rows


@pytest.fixture(scope="module")
def stimuli():
    return Stimuli.from_columns([f"s{i:02d}" for i in range(24)], [float(i) for i in range(24)])


@pytest.fixture(scope="module")
def report(columns, stimuli):
    stimulus, rater, chosen, occasion, seconds, place = zip(*columns, strict=True)
    return analyse_several(
        stimulus,
        rater,
        chosen,
        stimuli,
        categories=NAMES,
        condition=["revealed" if at == 40 else "blind" for at in place],
        occasion=occasion,
        seconds=seconds,
        place=place,
        seed=1,
        n_replicates=20,
    )


def test_every_table_has_its_category_in_front(report):
    for name in TABLES:
        table = report.tables[name]
        assert table.columns[0] == "category"
        assert len(set(table.columns)) == len(table.columns)
        without = {"never"} if name in ("roc", "roc_raters") else set()
        assert {row["category"] for row in table.records()} == set(NAMES) - without


def test_a_curve_is_about_the_category_and_never_about_its_absence(report):
    for name in ("roc", "roc_raters"):
        assert all(row["label"] == row["category"] for row in report.tables[name].records())
    for points in report.curves.values():
        assert {point.label for point in points} <= set(NAMES)
    assert {point.label for point in report.curves["label_given_activation_revealed"]} == set(NAMES)
    assert {row["others_say"] for row in report.tables["confusion"].records()} > {"edge", "not edge"}


def test_a_category_is_analysed_as_a_question_of_its_own(report, columns, stimuli):
    blind = [row for row in columns if row[5] != 40]
    stimulus, rater, chosen, occasion, seconds, place = zip(*blind, strict=True)
    said = Judgements.from_columns(
        stimulus,
        rater,
        ["edge" if "edge" in one else "not edge" for one in chosen],
        categories=("not edge", "edge"),
        scale="nominal",
        occasion=occasion,
        seconds=seconds,
        place=place,
    )
    alone = analyse(said, stimuli, seed=1, n_replicates=20)
    for name in ("confusion", "retest", "session_drift"):
        rows = [row[1:] for row in report.tables[name].rows if row[0] == "edge"]
        assert rows == list(alone.tables[name].rows)
    drift = next(f for f in report.figures if (f.name, f.label) == ("drift_agreement", "edge"))
    assert drift.value == alone.get("drift_agreement").value
