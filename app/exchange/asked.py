"""What a study asks, for tools that are not ours: the items to judge, and the answers on offer, as plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from app.study.file import StudyFile
from app.study.records import CANNOT_TELL, CONFIDENCES, NAMED, NOTHING, Answer, Kind, Rubric

ORDER_SEED = 0
"""The order and the sides where no other seed is asked for; imported trials have the sides of this one."""
SURE = ("Perhaps", "Probably", "Surely")
"""How sure a rater is of one of two images, by confidence from 1 to 3."""
_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Item:
    """What is judged at once: an image, two of them in the order of their ids, or none, where a unit is to be named."""

    id: str
    """Of the stimulus or the pair, or "unit 1": as in the view `judgement` of a study file."""
    unit: int
    stimuli: tuple[str, ...]

    def sides(self, seed: int) -> tuple[str, ...]:
        """The stimuli from left to right, by chance."""
        return self.stimuli[::-1] if Random(f"{seed} sides {self.id}").random() < 0.5 else self.stimuli


@dataclass(frozen=True, slots=True)
class Option:
    """An answer on offer."""

    value: str
    """What a tool writes down."""
    words: str
    """What the rater reads."""
    hint: str = ""
    """What it means."""


class Unclear(Exception):  # noqa: N818 - a sentence for a person, as a Fault is
    """What was said is no answer of the study; the message says why, in words."""

    person = ""
    """Who said it, as the tool calls them; empty where that is not known."""


class NotMeant(Unclear):
    """Somebody said in the tool that it shall be no answer: nothing is wrong with it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a study asks of a rater who works elsewhere: each item once, blind. Practice and catch trials are ours."""

    study: str
    rubric: Rubric
    items: Mapping[str, Item]
    """By id, unit by unit, in the order of the ids."""

    @classmethod
    def of(cls, study: StudyFile) -> Asked:
        """Read from the researcher's study file.

        Raises:
            Fault: the file was handed out to one rater.
        """
        study.check_not_handed_out()
        rubric = study.rubric()
        found = sorted(_items(study, rubric), key=lambda item: (item.unit, item.id))
        return cls(study.info().uuid, rubric, {item.id: item for item in found})

    def in_order(self, seed: int) -> list[Item]:
        """The items as raters see them: unit by unit, units and items of each by chance, which knows only ids."""
        units = sorted({item.unit for item in self.items.values()})
        Random(f"{seed} units").shuffle(units)
        ordered = []
        for unit in units:
            of_unit = [item for item in self.items.values() if item.unit == unit]
            Random(f"{seed} order {unit}").shuffle(of_unit)
            ordered += of_unit
        return ordered

    def answers(self) -> tuple[Option, ...]:
        """The answers in order, "can't tell" last; of a slider only what stands beside it."""
        return (*_of_task(self.rubric), *self.no_label())

    def no_label(self) -> tuple[Option, ...]:
        """The answers that are no label."""
        if self.rubric.task == "name_it":
            return ()
        nothing = (Option(NOTHING, "Nothing nameable here"),) if self.rubric.nothing else ()
        return (*nothing, Option(CANNOT_TELL, "Can't tell"))

    def answer(self, values: Sequence[str], confidence: int | None = None, note: str | None = None) -> Answer:
        """The answer that these values of options stand for.

        Args:
            values: what was chosen; a number where the study asks for a rating.
            confidence: told apart from the choice.
            note: the rater's words.

        Raises:
            Unclear: it is none that the study offers.
        """
        chosen = list(dict.fromkeys(value.strip() for value in values if value.strip()))
        words = _writable(note)
        if not chosen:
            raise Unclear("there is no answer")
        found = self._no_answer(chosen, words) or self._label(chosen, confidence, words)
        if not self.rubric.offers(found):
            raise Unclear(f"{quoted(', '.join(chosen))} is no answer of this study{self._wanting(found)}")
        return found

    def _no_answer(self, chosen: list[str], note: str | None) -> Answer | None:
        kinds: dict[str, Kind] = {CANNOT_TELL: "cannot_tell", NOTHING: "nothing"}
        kind = next((kinds[value.casefold()] for value in chosen if value.casefold() in kinds), None)
        if kind is not None and len(chosen) > 1:
            raise Unclear(f"{quoted(', '.join(chosen))} says that there is no answer, and gives one")
        return None if kind is None else Answer(None, kind, note=note)

    def _label(self, chosen: list[str], confidence: int | None, note: str | None) -> Answer:
        rubric, first = self.rubric, chosen[0]
        if rubric.several:
            unknown = [name for name in chosen if name not in rubric.names]
            return Answer(", ".join(unknown) if unknown else rubric.label_of(chosen), note=note, confidence=confidence)
        if len(chosen) > 1:
            raise Unclear(f"{quoted(', '.join(chosen))} is more than one answer")
        if rubric.task == "which_one":
            side, _, sure = first.partition(" ")
            return Answer(side, confidence=int(sure) if sure in map(str, CONFIDENCES) else confidence, note=note)
        return Answer(_whole(first) if rubric.task == "rate" else first, confidence=confidence, note=note)

    def _wanting(self, answer: Answer) -> str:
        if self.rubric.task == "which_one" and answer.confidence not in CONFIDENCES:
            return ": it needs a side and how sure the rater was, 1, 2 or 3"
        if self.rubric.task == "name_it" and answer.label in NAMED:
            return " without words for what it is"
        return ""


def quoted(text: str) -> str:
    """A piece of a file that came from somebody, fit for a message."""
    plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[: _QUOTED + 1])
    return f"“{plain[:_QUOTED]}…”" if len(plain) > _QUOTED else f"“{plain}”"


def _items(study: StudyFile, rubric: Rubric) -> list[Item]:
    run = study.connection.execute
    if rubric.task == "name_it":
        return [Item(f"unit {unit}", unit, ()) for (unit,) in run("SELECT number FROM unit")]
    if rubric.task == "which_one":
        rows = run('SELECT pair.id, unit, "first", second FROM pair JOIN stimulus ON stimulus.id = "first"')
        return [Item(id_, unit, tuple(sorted(both))) for id_, unit, *both in rows]
    rows = run("SELECT id, unit FROM stimulus WHERE id NOT IN (SELECT stimulus FROM known)")
    return [Item(id_, unit, (id_,)) for id_, unit in rows]


def _of_task(rubric: Rubric) -> tuple[Option, ...]:
    if rubric.task == "categorize":
        return tuple(Option(category.name, category.name, category.definition) for category in rubric.categories)
    if rubric.task == "which_one":
        sides = [("left", sure) for sure in reversed(CONFIDENCES)] + [("right", sure) for sure in CONFIDENCES]
        return tuple(Option(f"{side} {sure}", f"{SURE[sure - 1]} {side}") for side, sure in sides)
    if rubric.task == "name_it":
        return tuple(Option(name, name.capitalize()) for name in NAMED)
    rating = rubric.rating
    if rating is None or not rating.points:
        return ()
    ends = {1: f": {rating.low}", rating.points: f": {rating.high}"}
    return tuple(Option(str(value), f"{value}{ends.get(value, '')}") for value in rating.values)


def _whole(text: str) -> str:
    """A rating as the study file has it: "4" for "4.0", which some tools write."""
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() and abs(number) < 1000 else text


def _writable(note: str | None) -> str | None:
    """A rater's words without halves of characters, which no file can hold; None where there are none."""
    return (note or "").encode("utf-8", "replace").decode("utf-8").strip()[:MOST_WORDS] or None


MOST_WORDS = 10_000
"""A longer note is cut off."""
