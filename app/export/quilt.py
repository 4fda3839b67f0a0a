"""The stimuli and references as the page shows them: small pictures with what people said beneath."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.export.pictures import ReferencePicture, StimulusPicture, thumbnail
from app.findings.labels import Label
from app.findings.words import number

MOST = 600
"""So many stimuli at most, or the page becomes too heavy to mail."""

_SIDE = 96
_REFERENCE_SIDE = 144


@dataclass(frozen=True, slots=True)
class Part:
    """One label's part of a bar, in percent; `index` is None for a label that the study does not declare."""

    name: str
    index: int | None
    percent: float
    share: float
    """Of the raters, those who gave it; where they may give several these add up to more than 1."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One stimulus: its picture, its bar, and the same in words."""

    source: str
    title: str
    caption: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """The stimuli of one stratum, the highest activation first."""

    heading: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference with its activation in words."""

    source: str
    title: str
    caption: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """All pictures of a report, and what a reader must know about those that are missing."""

    bands: tuple[Band, ...] = ()
    most: tuple[Reference, ...] = ()
    least: tuple[Reference, ...] = ()
    disputed: tuple[Tile, ...] = ()
    """What raters differ about most, the most disputed first."""
    note: str = ""
    warnings: tuple[str, ...] = ()
    outlined: bool = False
    """The receptive field is outlined in the pictures."""


def build_gallery(
    shown: Mapping[int, Sequence[StimulusPicture]],
    n_stimuli: int,
    references: Sequence[ReferencePicture],
    labels: Sequence[Label],
    step: Callable[[], None],
    disputed: Sequence[StimulusPicture] = (),
) -> Gallery:
    """Read and shrink the pictures that `shown_of` chose of `n_stimuli`, those that are disputed, and the references.

    `step` is called after each. A picture that cannot be read becomes a warning.
    """
    index = {label.name: label.index for label in labels}
    lost: list[str] = []
    bands = []
    for stratum in sorted(shown, key=lambda s: -max(p.activation for p in shown[s])):
        tiles = []
        for picture in shown[stratum]:
            source = thumbnail(picture.image, _SIDE, picture.field)
            tiles += [_tile(picture, source, index)] if source else []
            lost += [] if source else [f"stimulus {picture.id}"]
            step()
        bands.append(Band(_heading(stratum, shown[stratum]), tuple(tiles)))
    argued = []
    for picture in disputed:
        source = thumbnail(picture.image, _SIDE, picture.field)
        argued += [_tile(picture, source, index)] if source else []
        step()
    sides: dict[str, list[Reference]] = {"most": [], "least": []}
    for reference in sorted(references, key=lambda r: r.rank):
        source = thumbnail(reference.image, _REFERENCE_SIDE, reference.field)
        sides[reference.role] += [_reference(reference, source)] if source else []
        lost += [] if source else [f"reference {reference.rank} ({reference.role} activating)"]
        step()
    n_shown = sum(len(stratum) for stratum in shown.values())
    note = f"Of {n_stimuli} stimuli, {n_shown} are shown, evenly from each stratum." if n_shown < n_stimuli else ""
    return Gallery(
        tuple(bands),
        tuple(sides["most"]),
        tuple(sides["least"]),
        tuple(argued),
        note,
        _told(lost),
        outlined=any(reference.field for reference in references)
        or any(picture.field for stratum in shown.values() for picture in stratum),
    )


def shown_of(pictures: Iterable[StimulusPicture]) -> dict[int, list[StimulusPicture]]:
    """Each stratum's pictures from the highest activation down, thinned evenly where there are too many."""
    strata: dict[int, list[StimulusPicture]] = {}
    for picture in sorted(pictures, key=lambda p: (-p.activation, p.id)):
        strata.setdefault(picture.stratum, []).append(picture)
    if sum(map(len, strata.values())) <= MOST:
        return strata
    room = max(MOST // len(strata), 1)
    return {
        s: [found[len(found) * i // room] for i in range(room)] if len(found) > room else found
        for s, found in strata.items()
    }


def _heading(stratum: int, pictures: Sequence[StimulusPicture]) -> str:
    low, high = pictures[-1].activation, pictures[0].activation
    noun = "image" if len(pictures) == 1 else "images"
    return f"Stratum {stratum}: {len(pictures)} {noun}, activations {number(low)} to {number(high)}"


def _tile(picture: StimulusPicture, source: str, index: Mapping[str, int]) -> Tile:
    total = sum(picture.shares.values())
    parts = sorted(
        (
            Part(name, index.get(name), round(100 * share / total, 2), share)
            for name, share in picture.shares.items()
            if share > 0
        ),
        key=lambda part: (part.index is None, part.index or 0),
    )
    mean = f"mean {number(picture.mean)}" if picture.mean is not None else ""
    said = mean or ", ".join(f"{part.name} {_percent(part)}" for part in parts) or "no labels"
    raters = f"; {picture.n_raters} {'rater' if picture.n_raters == 1 else 'raters'}" if picture.n_raters else ""
    title = f"{picture.id}: activation {number(picture.activation)}; {said}{raters}"
    return Tile(source, title, mean or _caption(parts), tuple(parts))


def _percent(part: Part) -> str:
    return number(part.share, "percent", fine=False)


def _caption(parts: Sequence[Part]) -> str:
    """The label that most gave, and how many; a tie is a tie."""
    if not parts:
        return "no labels"
    best = max(parts, key=lambda part: part.share)
    if sum(part.share == best.share for part in parts) > 1:
        return f"{_percent(best)} tie"
    return f"{_percent(best)} {best.name}"


def _reference(reference: ReferencePicture, source: str) -> Reference:
    activation = number(reference.activation)
    return Reference(source, f"{reference.role} activating, number {reference.rank}: {activation}", activation)


def _told(lost: Sequence[str]) -> tuple[str, ...]:
    if not lost:
        return ()
    names = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
    return (f"Pictures that could not be read are left out of the page: {names}.",)
