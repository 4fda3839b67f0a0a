"""The labels of a study as the page draws them: their order, colours and hatches, and which one is the claim's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.figures import Figure, Report

_NOMINAL = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#8A8F98")
"""Okabe and Ito's palette, told apart by people with any of the usual kinds of colour vision."""

_RAMP_LIGHT = ("#CBD5DF", "#7FB0D6", "#0B3C6F")
_RAMP_DARK = ("#39424E", "#4C86B8", "#B9E0FF")
CHANCE_OF_TWO = 0.5
"""What an AUROC, or a choice of two images, comes to by chance."""
_HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "++++", "||||")


@dataclass(frozen=True, slots=True)
class Label:
    """One label: its colours on a light and on a dark page, and a hatch, so that colour never stands alone."""

    name: str
    definition: str
    index: int
    light: str
    dark: str
    hatch: str


def labels_of(report: Report) -> tuple[Label, ...]:
    """The labels in the study's order, then any that only the figures or curves know."""
    defined = _categories(report.study.get("categories"))
    if not defined and (_two_alternative(report) or report.study.get("scale") in ("interval", "ratio")):
        return ()  # there, what figures and curves are labeled with are conditions, or nothing but "mean"
    seen = [figure.label for figure in report.figures if figure.label is not None]
    drawn = [point.label for points in report.curves.values() for point in points]
    names = list(dict.fromkeys((*defined, *seen, *drawn)))
    ordinal = is_ordinal(report)
    return tuple(
        Label(
            name=name,
            definition=defined.get(name, ""),
            index=index,
            light=_ramp(_RAMP_LIGHT, index, len(names)) if ordinal else _NOMINAL[index % len(_NOMINAL)],
            dark=_ramp(_RAMP_DARK, index, len(names)) if ordinal else _NOMINAL[index % len(_NOMINAL)],
            hatch=_HATCHES[index % len(_HATCHES)],
        )
        for index, name in enumerate(names)
    )


def is_ordinal(report: Report) -> bool:
    """Whether the labels stand in an order."""
    return report.study.get("scale") in ("ordinal", "interval", "ratio")


def _two_alternative(report: Report) -> bool:
    return any(figure.name == "proportion_correct" for figure in report.figures)


def _categories(stated: object) -> dict[str, str]:
    """Name to definition, from plain names or from mappings with `name` and `definition`."""
    found: dict[str, str] = {}
    for entry in stated if isinstance(stated, Iterable) and not isinstance(stated, (str, Mapping)) else ():
        if isinstance(entry, Mapping):
            found[str(entry.get("name", ""))] = str(entry.get("definition") or "")
        else:
            found[str(entry)] = ""
    return found


def _ramp(stops: tuple[str, str, str], index: int, count: int) -> str:
    """The colour of step `index` of `count` along `stops`."""
    at = 2 * index / max(count - 1, 1)
    start = min(int(at), 1)
    part = at - start
    channels = (
        round((1 - part) * int(stops[start][i : i + 2], 16) + part * int(stops[start + 1][i : i + 2], 16))
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02X}" for channel in channels)


def top_label(report: Report) -> str | None:
    """The label that the claim is about: of a scale the highest that anybody used, else the one that the unit singles
    out: of those that it ranks above the others, the one that raises its activation most (see `_singled_out`).
    """
    names = list(_categories(report.study.get("categories")))
    if is_ordinal(report) and names:
        given = _values(report, "probability_of_label")
        return next((name for name in reversed(names) if given.get(name)), names[-1])
    return _singled_out(report) or (names[-1] if names else None)


def _singled_out(report: Report) -> str | None:
    """Of the labels whose AUROC lies above a half with all of its interval, the one with the highest lift: its share
    of the expected activation over how common it is. A common label carries most activation whatever the unit does,
    so the share alone would say nothing. Where no AUROC lies above, the label with the highest.
    """
    order = _values(report, "auroc")
    share, common = _values(report, "share_of_expected_activation"), _values(report, "probability_of_label")
    lift = {name: share[name] / common[name] for name in share if common.get(name)}
    found = {f.label for f in report.figures if f.name == "auroc" and f.low is not None and f.low > CHANCE_OF_TWO}
    sure = {name: lift[name] for name in lift if name in found}
    among = sure or order or lift or share
    return max(among, key=lambda name: among[name], default=None)


def _values(report: Report, name: str) -> dict[str, float]:
    """The values of the figures of this name, by label."""
    return {
        figure.label: figure.value
        for figure in report.figures
        if figure.name == name and figure.label and figure.rater is None and figure.value is not None
    }


def pick(report: Report, name: str, label: str | None = None) -> Figure | None:
    """The figure to quote: the one whose interval says most, of those that are about no single rater."""
    found = [f for f in report.figures if f.name == name and f.label == label and f.rater is None]
    return min(found, key=_reticence, default=None)


def _reticence(figure: Figure) -> tuple[bool, bool, bool]:
    return figure.value is None, figure.low is None, figure.speaks_for != "raters like these"
