"""`neuronjury analyze`: every edge case gives the reason in place of the number, on every scale."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main

Rows = Iterable[Sequence[object]]


def written(path: Path, header: str, rows: Rows) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header.split(","), *rows])
    return path


def analyze(
    folder: Path,
    judgements: Rows,
    stimuli: Rows | None = None,
    *more: object,
    header: str = "stimulus,rater,label",
    columns: str = "stimulus,activation",
    labels: str | None = "no,yes",
) -> Result:
    words = ["analyze", written(folder / "j.csv", header, judgements), "--out", folder / "out", *more]
    words += ["--only", "json,csv"] if "--only" not in more else []
    words += ["--categories", labels] if labels is not None else []
    if stimuli is not None:
        words += ["--stimuli", written(folder / "s.csv", columns, stimuli)]
    return CliRunner().invoke(main, [str(word) for word in words])


class Found:
    """A report.json, asked by name."""

    def __init__(self, folder: Path, result: Result) -> None:
        assert result.exit_code == 0, result.output
        self.report = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
        self.warnings = " ".join(self.report["warnings"])

    def __call__(self, name: str, label: str | None = None) -> dict[str, object]:
        rows = [f for f in self.report["figures"] if f["name"] == name and f["label"] == label and not f["rater"]]
        assert rows, f"no figure {name} {label}"
        figure: dict[str, object] = rows[0]
        return figure

    def reason(self, name: str, label: str | None = None) -> str:
        figure = self(name, label)
        assert figure["value"] is None
        assert figure["low"] is None
        return str(figure["undefined"])


COEFFICIENTS = ("krippendorff_alpha", "fleiss_kappa", "conger_kappa", "brennan_prediger", "gwet_ac1")
UNITS = [[f"s{i}", i] for i in range(20)]


def alternating(raters: str = "abc", n: int = 20) -> list[list[str]]:
    """Two labels, which the raters share but for every fifth image, on which the last one differs."""
    return [
        [f"s{i}", rater, "yes" if (i % 2 == 1) != (i % 5 == 0 and rater == raters[-1]) else "no"]
        for i in range(n)
        for rater in raters
    ]


def test_one_rater_is_no_jury_but_the_unit_can_be_held_against_them(tmp_path: Path) -> None:
    found = Found(tmp_path, analyze(tmp_path, alternating("a"), UNITS))
    for name in ("percent_agreement", *COEFFICIENTS, "cohen_kappa_median"):
        assert found.reason(name) == "needs at least 2 raters"
    assert found.reason("ceiling_lower", "yes") == "needs at least 2 raters"
    assert found("auroc", "yes")["value"] is not None
    assert "at least 3 raters" in found.reason("alt_test_winning_rate", "yes")


def test_no_stimulus_labeled_twice(tmp_path: Path) -> None:
    rows = [row for i, row in enumerate(alternating("ab")) if i % 4 in (0, 3)]
    found = Found(tmp_path, analyze(tmp_path, rows, UNITS))
    for name in ("percent_agreement", *COEFFICIENTS):
        assert found.reason(name) == "no stimulus has two raters"
    assert found("auroc", "yes")["value"] is not None


def test_one_label_only(tmp_path: Path) -> None:
    rows = [[f"s{i}", rater, "no"] for i in range(20) for rater in "abc"]
    found = Found(tmp_path, analyze(tmp_path, rows, UNITS))
    assert found("percent_agreement")["value"] == 1
    for name in COEFFICIENTS:
        assert found.reason(name) == "undefined: no variation"
    for name in ("auroc", "average_precision"):
        assert found.reason(name, "yes") == "never used"
        assert found.reason(name, "no") == "always used"


def test_too_few_stimuli_with_two_raters(tmp_path: Path) -> None:
    found = Found(tmp_path, analyze(tmp_path, alternating("ab", 9), UNITS))
    assert found.reason("percent_agreement") == "only 9 stimuli have two raters, 10 are needed"


def test_constant_activation_and_constant_ratings(tmp_path: Path) -> None:
    flat = [[name, 3] for name, _ in UNITS]
    found = Found(tmp_path, analyze(tmp_path, alternating(), flat, "--scale", "ordinal"))
    for name in ("spearman", "kendall_tau_b"):
        assert found.reason(name) == "constant"
    rows = [[f"s{i}", rater, 4.5] for i in range(20) for rater in "abc"]
    found = Found(tmp_path, analyze(tmp_path, rows, UNITS, "--scale", "interval", labels=None))
    for name in ("spearman", "kendall_tau_b"):
        assert found.reason(name) == "constant"
    assert found.reason("krippendorff_alpha") == "undefined: no variation"


def test_a_negative_variance_component_is_nought_with_the_raw_value_beside_it(tmp_path: Path) -> None:
    """Raters who say the opposite of each other: images differ less than raters on one image do."""
    rows = [[f"s{i}", rater, (i * 37 % 11) * (1 if rater == "a" else -1)] for i in range(20) for rater in "ab"]
    found = Found(tmp_path, analyze(tmp_path, rows, None, "--scale", "interval", labels=None))
    assert found("variance_stimulus")["value"] == 0
    assert "The variance between images came out negative" in found.warnings
    assert "-" in found.warnings or "−" in found.warnings


def test_a_ratio_scale_begins_at_nought(tmp_path: Path) -> None:
    result = analyze(tmp_path, [["s1", "a", -1]], None, "--scale", "ratio", labels=None)
    assert result.exit_code == 1
    assert "starts at 0" in result.output
    assert not (tmp_path / "out").exists()


def test_what_the_sampling_does_not_support_is_warned_of(tmp_path: Path) -> None:
    stimuli = [[f"s{i}", i, "top" if i == 19 else "low", 0.5] for i in range(20)]
    columns = "stimulus,activation,stratum,inclusion_probability"
    found = Found(tmp_path, analyze(tmp_path, alternating(), stimuli, columns=columns))
    assert "1 stratum holds one judged stimulus: joined to a neighbour." in found.warnings
    assert "There are 20 stimuli; with fewer than 40" in found.warnings
    assert "smallest stratum" not in found.warnings  # there is but one
    stimuli = [[f"s{i}", i, i // 10, 0.5] for i in range(20)]
    found = Found(tmp_path, analyze(tmp_path, alternating(), stimuli, columns=columns))
    assert "The smallest stratum has 10 stimuli; with fewer than 40" in found.warnings
    assert found("auroc", "yes")["target"] == "the population"
    found = Found(tmp_path, analyze(tmp_path, alternating(), UNITS))
    assert found("auroc", "yes")["target"] == "these stimuli"
    assert "No inclusion probabilities" in found.warnings


def test_no_interval_where_over_half_of_the_replicates_are_undefined(tmp_path: Path) -> None:
    rows = [["s0", rater, "no"] for rater in "ab"] + [["s1", rater, "yes"] for rater in "ab"]
    found = Found(tmp_path, analyze(tmp_path, rows, UNITS, "--scale", "ordinal"))
    figure = found("spearman")  # of two stimuli one is drawn in each replicate: nothing varies
    assert figure["value"] == pytest.approx(1)
    assert figure["low"] is None
    assert "no interval, because over half of the bootstrap replicates" in found.warnings
    assert "spearman" not in found.warnings  # the table of figures shows it, in words


@pytest.mark.parametrize(
    ("scale", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorffs_example_on_every_scale(tmp_path: Path, scale: str, alpha: float) -> None:
    """Krippendorff 2011, section C: 4 observers, 12 units, gaps."""
    table = {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        "C": [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    }
    rows = [[f"u{i}", rater, k] for rater, row in table.items() for i, k in enumerate(row) if k]
    found = Found(tmp_path, analyze(tmp_path, rows, None, "--scale", scale, labels="1,2,3,4,5"))
    assert found("krippendorff_alpha")["value"] == pytest.approx(alpha, abs=5e-4)
    assert found("krippendorff_alpha_nominal")["value"] == pytest.approx(0.743, abs=5e-4)


def test_any_column_of_numbers_is_a_unit_and_others_are_compared_with_it(tmp_path: Path) -> None:
    stimuli = [[f"s{i}", (i % 2) + i / 100, i, 0] for i in range(20)]
    columns = "stimulus,sharp,blunt,flat"
    result = analyze(tmp_path, alternating(), stimuli, "--unit", "sharp", "--unit", "blunt", columns=columns)
    found = Found(tmp_path, result)
    assert found.report["study"]["unit"] == "sharp"
    with (tmp_path / "out" / "units.csv").open(encoding="utf-8") as file:
        rows = {(row["name"], row["label"]): row for row in csv.DictReader(file)}
    row = rows["auroc", "yes"]
    assert (row["unit"], row["other"]) == ("sharp", "blunt")
    assert float(row["value"]) == pytest.approx(found("auroc", "yes")["value"])
    assert float(row["difference"]) == pytest.approx(float(row["value"]) - float(row["other_value"]))
    assert float(row["low"]) > 0  # the same images were drawn for both: a difference that is there shows
    blunt = Found(tmp_path, analyze(tmp_path, alternating(), stimuli, "--unit", "blunt", columns=columns))
    assert float(row["other_value"]) == pytest.approx(blunt("auroc", "yes")["value"])


def test_a_unit_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = analyze(tmp_path, alternating(), UNITS, "--unit", "unit_7")
    assert result.exit_code == 1
    assert "no column unit_7 (its columns: stimulus, activation)" in result.output
    result = analyze(tmp_path, alternating(), None, "--unit", "activation")
    assert result.exit_code == 1
    assert "give it with --stimuli" in result.output


def test_categories_are_needed_where_labels_are_names(tmp_path: Path) -> None:
    result = analyze(tmp_path, alternating(), labels=None)
    assert result.exit_code == 1
    assert "On the nominal scale --categories is needed" in result.output


def test_repeats_tell_noise_from_taste_and_revealing_is_held_against_blind(tmp_path: Path) -> None:
    """Rater c has a taste of their own on every fifth image, and keeps to it the second time."""
    first = [[*row, "blind", 1] for row in alternating()]
    again = [[*row, "blind", 2] for row in alternating() if int(row[0][1:]) % 2]
    shown = [[s, rater, "yes" if int(s[1:]) >= 10 else label, "revealed", 1] for s, rater, label in alternating()]
    header = "stimulus,rater,label,condition,occasion"
    found = Found(tmp_path, analyze(tmp_path, first + again + shown, UNITS, header=header))
    assert found("retest_agreement")["value"] == 1
    assert found("variance_occasion", "yes")["value"] == 0
    assert found("noise_share", "yes")["value"] == 0
    assert 0 < found("subjectivity", "yes")["value"] < 1  # type: ignore[operator]
    assert found("anchoring_shift", "yes")["value"] > 0.1  # type: ignore[operator]
    assert found("anchoring_slope", "yes")["value"] > 0  # type: ignore[operator]
    bare = Found(tmp_path, analyze(tmp_path, alternating(), UNITS))
    assert "needs repeats" in bare.reason("subjectivity", "yes")
    assert bare("subjectivity_lowest", "yes")["value"] is not None


def test_an_occasion_that_no_study_has_is_told(tmp_path: Path) -> None:
    rows = [["s1", "a", "yes", "100000000000000000000"]]
    result = analyze(tmp_path, rows, header="stimulus,rater,label,occasion")
    assert result.exit_code == 1
    assert "which is no whole number" in result.output


@pytest.mark.parametrize("size", [1e-200, 1e-30, 1e30, 1e98])
def test_the_unit_of_the_activation_does_not_matter(tmp_path: Path, size: float) -> None:
    big = Found(tmp_path, analyze(tmp_path, alternating(), [[name, (a - 3) * size] for name, a in UNITS]))
    plain = Found(tmp_path, analyze(tmp_path, alternating(), [[name, a - 3] for name, a in UNITS]))
    for name in ("auroc", "average_precision", "share_of_expected_activation"):
        assert big(name, "yes")["value"] == pytest.approx(plain(name, "yes")["value"])


def test_sliders_have_no_labels_and_are_not_said_to(tmp_path: Path) -> None:
    rows = [[f"s{i}", rater, i + (rater == "b")] for i in range(20) for rater in "abc"]
    more = ("--scale", "interval", "--only", "html,json")
    found = Found(tmp_path, analyze(tmp_path, rows, UNITS, *more, labels=None))
    assert found("krippendorff_alpha")["value"] > 0.9  # type: ignore[operator]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert 'id="labels"' not in page
    assert "no definition given" not in page
    assert "alpha, which is 0 at chance and 1 at best" in page
