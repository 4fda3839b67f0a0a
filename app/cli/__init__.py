"""The commands. Heavy imports (torch, Qt, matplotlib) are made inside the command that needs them."""

from __future__ import annotations

import click

import app
from app.cli import exchange, labeling, making, planning, reporting, sharing

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


class _Told(click.Group):
    """Commands in the order of a study, each with what it takes: click's own list is by letter, and cuts lines off."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Nothing: the group's own words list them."""


@click.group(cls=_Told, context_settings=CONTEXT)
@click.version_option(app.__version__, prog_name="neuronjury")
def main() -> None:
    """Measure how subjective a claim of the form "this neuron detects X" is.

    \b
    neuronjury demo                          see the whole of it
    neuronjury layers MODEL                  what a model has to be recorded
    neuronjury build STUDY.toml              record units, draw a sample, make a study file
    neuronjury record STUDY.toml             the recording alone, by several processes or machines
    neuronjury label STUDY.jury              let people label it
    neuronjury status STUDY.jury             how each rater is getting on
    neuronjury pack STUDY.jury --raters N    a file for each rater, with what this rater may see
    neuronjury collect STUDY.jury FILES...   what comes back, into one study
    neuronjury reassign STUDY.jury NAME      what somebody did not get to do, for somebody else
    neuronjury verify STUDY.jury             whether a log was altered
    neuronjury forget-rater STUDY.jury NAME  take somebody out for good
    neuronjury tasks STUDY.jury --to TOOL    its tasks for Label Studio, jsPsych or Prodigy
    neuronjury import STUDY.jury FILES...    labels from those tools, or from a table
    neuronjury report STUDY.jury --out DIR   how well they agree, and the unit with them
    neuronjury results STUDY.jury            the same in a window, to look at from all sides
    neuronjury analyze JUDGEMENTS.csv ...    the same figures for labels made elsewhere
    neuronjury plan [STUDY.jury]             how many images and raters a study needs
    """


for _commands in (making, labeling, sharing, exchange, reporting, planning):
    for _command in _commands.COMMANDS:
        main.add_command(_command)
