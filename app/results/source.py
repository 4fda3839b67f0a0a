"""What a report reads of a study file, all at once, so that the file need not stay open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.judgements import Stimuli
from app.errors import Fault
from app.results.entering import Entering, Labels, entering, labels_of
from app.results.which_one import entering_which_one
from app.results.workload import Given, given_out, unheard
from app.status import exclusions_of, study_status
from app.study.chain import Break, first_break, forks
from app.study.events import Judgement
from app.study.file import StudyFile
from app.study.protocol import Exclusion, Protocol
from app.study.records import Pair, Reference, Rubric, Stimulus, Stratum, StudyInfo, Unit


@dataclass(frozen=True, slots=True)
class Source:
    """All that there is to know of one unit of a study."""

    path: Path
    info: StudyInfo
    rubric: Rubric
    labels: Labels
    units: tuple[Unit, ...]
    unit: Unit
    strata: tuple[Stratum, ...]
    stimuli: tuple[Stimulus, ...]
    pairs: tuple[Pair, ...]
    references: tuple[Reference, ...]
    judgements: tuple[Judgement, ...]
    """Of everybody, stand-ins too, in every condition and on every occasion."""
    protocol: Protocol
    known: Mapping[str, int]
    """How many catch and practice trials there are."""
    thresholds: Exclusion
    reasons: Mapping[str, tuple[str, ...]]
    """Why the study's thresholds leave raters out, by pseudonym."""
    broken: Mapping[str, Break]
    """Whose log was altered or is incomplete, and the first event at which that shows; by pseudonym."""
    forked: Mapping[str, int]
    """Whose log goes two ways, and from which event on; by pseudonym."""
    enter: Entering
    """Whose judgements enter the figures, and which; people's alone, where there are any."""
    simulated: bool
    """Only stand-ins have labeled."""
    imported: Mapping[str, str] = field(default_factory=dict)
    """Whose answers were read from another tool's file, and which tool; by pseudonym."""
    given: Mapping[str, Given] = field(default_factory=dict)
    """What each rater was given of the unit, by pseudonym."""
    unheard: tuple[str, ...] = ()
    """Who was given a file with trials of the unit and answered none of them."""
    renamed: bool = False
    """Pseudonyms were replaced by numbers, and notes taken out."""

    @property
    def altered(self) -> tuple[str, ...]:
        """What is wrong with logs, in words."""
        altered = (
            f"The log of {rater} was altered or is incomplete: event {one.sequence} {one.what}. Nothing vouches for"
            " what it says from there on."
            for rater, one in self.broken.items()
        )
        forked = (
            f"{rater} went on in two copies of the file, first at event {event}: of two answers to one trial, the one"
            " with more events before it counts."
            for rater, event in self.forked.items()
        )
        return (*altered, *forked)


def read_source(path: Path, unit_name: str | None = None) -> Source:
    """Read what a report needs of one unit, the first where none is named.

    Raises:
        Fault: the file cannot be used, was handed out to one rater, has no unit of this name, holds no judgements of
            it, or asks what the analysis cannot take.
    """
    with StudyFile.open(path, writable=False) as file:
        file.check_not_handed_out()
        rubric, units, protocol = file.rubric(), file.units(), file.protocol()
        labels, unit = labels_of(rubric), _unit(units, unit_name, path)
        judgements = file.judgements(unit.number)
        if not judgements:
            what = f"{path} yet" if len(units) == 1 else f"{path} for {unit.name} yet"
            raise Fault(f"Nobody has labeled anything in {what}. Label it first: neuronjury label {path}")
        reasons = exclusions_of(study_status(file), protocol.exclusion)
        given = given_out(file, unit.number, judgements)
        return Source(
            path=path,
            info=file.info(),
            rubric=rubric,
            labels=labels,
            units=units,
            unit=unit,
            strata=file.strata(unit.number),
            stimuli=file.stimuli(unit.number),
            pairs=file.pairs(),
            references=file.references(unit.number),
            judgements=judgements,
            protocol=protocol,
            known={
                kind: sum(one.unit == unit.number for one in trials.values())
                for kind, trials in (("catch", file.catches()), ("practice", file.practice()))
            },
            thresholds=protocol.exclusion,
            reasons=reasons,
            broken=dict(_broken(file)),
            forked=dict(_forked(file)),
            enter=entered(rubric, judgements, reasons),
            simulated=all(judgement.simulated for judgement in judgements),
            imported=file.imported(),
            given=given,
            unheard=unheard(file, given, judgements),
        )


def entered(rubric: Rubric, judgements: Sequence[Judgement], reasons: Mapping[str, Sequence[str]]) -> Entering:
    """What enters the figures: of people's judgements alone, where there are any."""
    people = [judgement for judgement in judgements if not judgement.simulated]
    choose = entering_which_one if rubric.task == "which_one" else entering
    return choose(people or judgements, reasons)


def _unit(units: tuple[Unit, ...], name: str | None, path: Path) -> Unit:
    """The unit of this name, or the first where none is named."""
    if name is None:
        return units[0]
    for unit in units:
        if unit.name == name:
            return unit
    raise Fault(f"{path} has no unit called {name!r}. Its units: {', '.join(unit.name for unit in units)}.")


def _broken(file: StudyFile) -> Iterable[tuple[str, Break]]:
    for rater in file.raters():
        broken = first_break(file.events(rater), file.key(rater))
        if broken is not None:
            yield rater.pseudonym, broken


def _forked(file: StudyFile) -> Iterable[tuple[str, int]]:
    for rater in file.raters():
        at = forks(event.sequence for event in file.events(rater))
        if at:
            yield rater.pseudonym, at[0]


def stimuli_of(source: Source) -> Stimuli:
    """The stimuli that were drawn for the unit, with what the study's other units make of them."""
    others = {
        unit.name: [s.others[unit.number] for s in source.stimuli]
        for unit in source.units
        if unit != source.unit and all(unit.number in s.others for s in source.stimuli)
    }
    return Stimuli.from_columns(
        [s.id for s in source.stimuli],
        [s.activation for s in source.stimuli],
        stratum=[s.stratum for s in source.stimuli],
        inclusion_probability=[s.inclusion_probability for s in source.stimuli],
        unit=source.unit.name,
        others=others,
    )
