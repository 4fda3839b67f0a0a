"""The command that says how many images and raters a study needs."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.common import FOLDER, INPUT, STUDY, category_names, told
from app.errors import Fault
from app.progress import ProgressBars


@click.command()
@click.argument("pilot", metavar="[PILOT.jury]", type=STUDY, required=False)
@click.option(
    "--tables",
    metavar="JUDGEMENTS.csv STIMULI.csv",
    type=INPUT,
    nargs=2,
    help="A pilot as plain tables, as for `analyze`; then --categories and --scale are those of the tables.",
)
@click.option("--unit", metavar="NAME", help="The pilot's unit.  [default: its first]")
@click.option("--stimuli", metavar="N,N,...", default="20,40,80", show_default=True, help="Images for each band.")
@click.option("--raters", metavar="N,N,...", default="3,5,10", show_default=True, help="Raters.")
@click.option(
    "--repeats", metavar="S,S,...", default="0,0.2", show_default=True, help="Shares of judgements asked for again."
)
@click.option(
    "--strata", type=click.IntRange(1, 1000), help="Bands of activation, of equal width.  [default: the pilot's, or 6]"
)
@click.option("--raters-per-image", type=click.IntRange(min=1), help="How many of the raters see it.  [default: all]")
@click.option("--categories", metavar="A,B,...", help="From weak to strong; none with numbers: a slider.")
@click.option(
    "--scale", type=click.Choice(["nominal", "ordinal", "interval", "ratio"]), help="Of the labels.  [default: ordinal]"
)
@click.option("--common", metavar="S,S,...", help="How often each category is given, as in 0.7,0.2,0.1.")
@click.option("--correlation", type=click.FloatRange(-1, 1), help="Of the feature with the activation's normal scores.")
@click.option("--strictness", type=click.FloatRange(min=0), help="Spread between raters of where they draw the line.")
@click.option("--idiosyncrasy", type=click.FloatRange(min=0), help="Spread of what one rater sees and others do not.")
@click.option("--noise", type=click.FloatRange(min=0), help="Spread from one look to the next.")
@click.option("--lapse", type=click.FloatRange(0, 1), help="Share of answers at random.")
@click.option("--cannot-tell", type=click.FloatRange(0, 1), help="Share of trials without an answer.")
@click.option("--worlds", type=click.IntRange(2, 10_000), default=20, show_default=True, help="Studies per design.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Fixes every random draw.")
@click.option("--out", metavar="DIR", type=FOLDER, required=True, help="The folder to write the plan into.")
@told
def plan(
    pilot: Path | None,
    tables: tuple[Path, Path] | None,
    unit: str | None,
    stimuli: str,
    raters: str,
    repeats: str,
    strata: int | None,
    raters_per_image: int | None,
    categories: str | None,
    scale: str | None,
    common: str | None,
    worlds: int,
    seed: int,
    out: Path,
    **spreads: float | None,
) -> None:
    """Say how wide each interval would be with more or fewer images, raters and repeats, and what to have more of.

    Studies of every design are simulated and analysed like real ones. What images and raters are like comes from a
    pilot, a study file or plain tables, or from the options; spreads are in standard deviations of the feature's
    strength over the images, and what is given goes before what the pilot says. Stop it at any time: the same command
    goes on where it was.

    \b
    Example:
        neuronjury plan --categories unrelated,imperfect,curve --common 0.8,0.15,0.05 --out plan
        neuronjury plan pilot.jury --stimuli 20,40,80 --raters 3,5,10 --repeats 0,0.2 --out plan
        neuronjury plan --tables labels.csv stimuli.csv --categories no,yes --scale nominal --out plan
    """
    from app.planning import plan_study

    if pilot is not None and tables is not None:
        raise Fault("Give one pilot: a study file, or --tables.")
    if unit is not None and pilot is None:
        raise Fault("--unit names a unit of PILOT.jury: give it with a study file.")
    names = category_names(categories, "interval") if categories else []
    known = None
    if pilot is not None:
        from app.results import pilot_of

        known = pilot_of(pilot, unit)
    elif tables is not None:
        from app.tables import read_judgements, read_stimuli

        label_scale = scale or "ordinal"
        known = (
            read_judgements(tables[0], category_names(categories, label_scale), label_scale),
            read_stimuli(tables[1]),
        )
    planned = plan_study(
        out,
        ProgressBars(),
        stimuli=stimuli,
        raters=raters,
        repeats=repeats,
        pilot=known,
        scale=None if tables is not None else scale,
        categories=() if tables is not None else names,
        common=common,
        spreads=spreads,
        strata=strata,
        raters_per_image=raters_per_image,
        worlds=worlds,
        seed=seed,
    )
    click.echo(planned.table)
    click.echo(f"\nPlan: {planned.page}")


COMMANDS = (plan,)
