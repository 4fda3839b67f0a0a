"""From what is asked to a folder with a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import Fault
from app.export.files import make_folder, write_whole
from app.export.formats import need

if TYPE_CHECKING:
    from app.planning.asked import Pilot

Progress = Callable[[str, int, int], None]
SIMULATING = "Simulating studies"
STUDIES = "studies.jsonl"


@dataclass(frozen=True, slots=True)
class Planned:
    """A finished plan: its page, and its table for the terminal."""

    page: Path
    table: str


def plan_study(
    out: Path,
    progress: Progress,
    *,
    stimuli: str,
    raters: str,
    repeats: str,
    pilot: Pilot | None = None,
    scale: str | None = None,
    categories: Sequence[str] = (),
    common: str | None = None,
    spreads: Mapping[str, float | None] | None = None,
    strata: int | None = None,
    raters_per_image: int | None = None,
    worlds: int = 20,
    seed: int = 0,
) -> Planned:
    """Simulate studies of every design, and write plan.html, plan.csv, increases.csv and plan.png into `out`.

    Every simulated study is kept in `out` as soon as it is done: stopped, the same call goes on where it was.

    Args:
        out: the folder to write into.
        progress: called with (step, done, total).
        stimuli: numbers of images for each band of activation, "20,40,80".
        raters: numbers of raters.
        repeats: shares of judgements asked for again, "0,0.2".
        pilot: the tables of a pilot to take the assumptions from.
        scale: of the labels; with a pilot it has its own.
        categories: from weak to strong; with a pilot it has its own.
        common: how often each category is given, "0.7,0.2,0.1".
        spreads: assumptions by name, see `app.planning.asked.SPREADS`; None is not given.
        strata: how many bands of equal width; the pilot's where None.
        raters_per_image: how many of the raters judge each image; all where None.
        worlds: how many studies of each design.
        seed: of every random draw.

    Raises:
        Fault: what is asked makes no sense, the pilot says too little, a library is missing, or `out` cannot be
            written.
    """
    from analysis.judgements import InputError
    from analysis.planning import grid, plan
    from app.planning.asked import assumed, laid_out, shares, whole_numbers
    from app.planning.memory import StudiesOnDisk

    need("Writing a plan", "jinja2", "matplotlib")
    images, people = whole_numbers("--stimuli", stimuli), whole_numbers("--raters", raters)
    again = tuple(sorted(set(shares("--repeats", repeats))))
    if pilot is not None and (scale or categories):
        raise Fault("A pilot has a scale and categories of its own.")
    if raters_per_image is not None and len(people) > 1:
        raise Fault("--raters-per-image goes with one number of raters.")
    base = laid_out(pilot, strata, raters_per_image, people[-1])
    assumptions = assumed(pilot, scale=scale, categories=categories, common=common, spreads=spreads or {})
    make_folder(out)
    known = StudiesOnDisk(out / STUDIES)
    try:
        made = plan(
            assumptions,
            grid(base, images, people, again),
            n_worlds=worlds,
            seed=seed,
            memory=known,
            progress=partial(progress, SIMULATING),
        )
    except InputError as error:
        raise Fault(str(error)) from error
    finally:
        known.close()
    from app.planning.page import render
    from app.planning.plot import as_png, as_svg
    from app.planning.words import as_table, csv_of

    page = render(made, as_svg(made))
    write_whole(out / "plan.png", as_png(made))
    for name, text in {**csv_of(made), "plan.html": page}.items():
        write_whole(out / name, text)
    return Planned(out / "plan.html", as_table(made))
