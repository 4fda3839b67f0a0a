"""The methods section, first half: the unit and its images, how stimuli were drawn, and what raters were asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from app.findings.elsewhere import all_elsewhere, elsewhere
from app.findings.facts import counted, inner, listed, rows, series, share, text, whole
from app.findings.shared_out import dropped_out, nothing_answered, shared_out, unfinished
from app.findings.words import number

Facts = Mapping[str, object]
Cite = Callable[..., str]

_HASH = 12
"""So many digits of a hash tell it from any other; the whole of it is among the facts."""
_TASKS = {
    "categorize": "For each image they chose a category",
    "several": "For each image they chose one category or several",
    "rate": "They rated each image",
    "which_one": "Of two images they chose the one that they thought activates the unit more, and said how sure they"
    " were",
}
_KINDS = {
    "blind": ("blind trial",),
    "revealed": ("trial with the activation shown", "trials with the activation shown"),
    "feedback": ("trial with the activation told afterwards", "trials with the activation told afterwards"),
    "repeats": ("repeat",),
}
_THRESHOLDS = {
    "catch_accuracy": "at least {} of the catch trials right",
    "least_minutes": "at least {} minutes of active time",
    "same_answer": "no answer given in more than {} of the trials",
}
_ENTERING = {
    "categorize": "blind first judgements with a label enter the figures",
    "rate": "blind first ratings enter the figures",
    "which_one": "blind first choices enter the figures",
}
_SCALES = {
    "nominal": "in no order",
    "ordinal": "from lowest to highest",
    "interval": "on an interval scale",
    "ratio": "on a ratio scale",
}


def material(study: Facts) -> Iterator[str]:
    """The unit, the network, and the images that it saw."""
    recording, unit = inner(study, "recording"), inner(study, "unit_facts")
    if "layer" in unit:
        yield _unit(study, unit, recording)
    elif text(study, "unit"):
        yield f"The unit under study is “{text(study, 'unit')}”."
    if "receptive_field" in unit:
        size = " × ".join(map(str, listed(unit, "receptive_field")))
        how = text(unit, "receptive_field_how")
        yield f"Its receptive field is {size} pixels{f' ({how})' if how else ''}."
    images = whole(recording, "images")
    if images:
        yield _images(images, recording)


def _unit(study: Facts, unit: Facts, recording: Facts) -> str:
    place = text(unit, "layer")
    place = place if place == "the model's output" else f"the layer {place}"
    what = f"channel {unit['channel']} of {place}" if "channel" in unit else f"a direction in {place}"
    model = text(recording, "model")
    weights = ", ".join(
        part
        for part in (
            f"weights {text(recording, 'weights')}" if text(recording, "weights") else "",
            f"SHA-256 {_shortened(text(recording, 'weights_sha256'))}" if text(recording, "weights_sha256") else "",
        )
        if part
    )
    network = f" of the network {model}{f' ({weights})' if weights else ''}" if model else ""
    read = f", read at {text(unit, 'read')}" if text(unit, "read") else ""
    name = text(study, "unit")
    named = f", here called “{name}”," if name and name != f"{text(unit, 'layer')}:{text(unit, 'channel')}" else ""
    return f"The unit under study{named} is {what}{network}{read}."


def _images(images: int, recording: Facts) -> str:
    source = text(recording, "source")
    digest = _shortened(text(recording, "images_sha256"))
    about = ", ".join(part for part in (source, f"SHA-256 of all {digest}" if digest else "") if part)
    told = f"Its activations were recorded on {counted(images, 'image')}{f' ({about})' if about else ''}"
    resize, crop = text(recording, "resize"), text(recording, "crop")
    if resize and crop:
        how = text(recording, "interpolation")
        told += f", resized to {resize} pixels on the short side{f' ({how})' if how else ''} and cropped to {crop}"
    left = [
        counted(whole(recording, key), *nouns)
        for key, nouns in (
            ("duplicates", ("exact copy", "exact copies")),
            ("skipped", ("file that could not be used", "files that could not be used")),
        )
        if whole(recording, key)
    ]
    were = "was" if sum(whole(recording, key) for key in ("duplicates", "skipped")) == 1 else "were"
    return f"{told}{f'; {series(left)} {were} left out' if left else ''}."


def _shortened(digest: str) -> str:
    return f"{digest[:_HASH]}…" if len(digest) > _HASH else digest


def sampling(study: Facts, cite: Cite) -> Iterator[str]:
    """The population, the strata, and the references."""
    unit = inner(study, "unit_facts")
    population, drawn = whole(unit, "population"), text(unit, "sampling")
    if drawn and population:
        how = f" {cite('cammarata2020')}" if "equal-width" in drawn else ""
        yield (
            f"From a population of {counted(population, 'item')}, which leaves out the references, what raters judged"
            f" was drawn at random as follows: {drawn}{how} (seed {text(study, 'sampling_seed')})."
        )
    sides = [
        f"{count} {side} activating"
        for side in ("most", "least")
        if (count := sum(row.get("role") == side for row in rows(study, "references")))
    ]
    if sides:
        yield f"The {series(sides)} examples served as references."
    if text(study, "target") == "the population" and text(study, "task") != "which_one":
        yield (
            "Estimates weight each stimulus by the inverse of its inclusion probability"
            f" {cite('horvitz1952', 'hajek1971')}, so they are about the population; Kish's effective number of stimuli"
            f" is {number(share(study, 'kish_effective_n'))} {cite('kish1965')}."
        )
    elif whole(study, "n_stimuli"):
        yield "Inclusion probabilities are not known, so estimates are about these stimuli only."
    elif whole(study, "n_pairs"):
        yield "Estimates are about these pairs of images."


def people(study: Facts, cite: Cite) -> Iterator[str]:
    """Who judged what, how they were led through it, and what enters the figures."""
    simulated = study.get("simulated") is True
    n, judged = whole(study, "n_raters"), whole(study, "n_stimuli") or whole(study, "n_pairs")
    what = "pair" if whole(study, "n_pairs") else "image"
    if simulated:
        yield "The raters were simulated: no person labeled these images."
    if n:
        who = "simulated rater" if simulated else "rater"
        question = f", asked “{text(study, 'question')}”" if text(study, "question") else ""
        yield f"{counted(n, who)} judged {counted(judged, what)}{question}."
    yield _task(study, cite)
    yield shared_out(study, what)
    yield dropped_out(study)
    yield from unfinished(study)
    yield from nothing_answered(study, named=False)
    if not all_elsewhere(study):
        told = [*_session(inner(study, "session"), what), *_answered(study)]
        if told and rows(study, "imported"):
            yield "Of the answers given in this program the following holds."
        yield from told
    yield from elsewhere(study)
    yield _left_out(study)
    yield _entering(study)


def _task(study: Facts, cite: Cite) -> str:
    task = text(study, "task")
    if task == "which_one":
        return f"{_TASKS[task]} {cite('borowski2021', 'zimmermann2023')}."
    rating = inner(inner(study, "session"), "rating")
    if rating:
        points = whole(rating, "points")
        scale = f"in {counted(points, 'step')}" if points else "with a slider"
        return f"{_TASKS['rate']} {scale} from “{text(rating, 'low')}” to “{text(rating, 'high')}”."
    categories = _categories(study)
    if not categories:
        scale = _SCALES.get(text(study, "scale"), "")
        return f"Labels are numbers {scale}." if scale else ""
    order = f" ({_SCALES[scale]})" if (scale := text(study, "scale")) in _SCALES else ""
    if not task:
        return f"There were {len(categories)} labels{order}: {'; '.join(categories)}."
    several = study.get("several") is True
    told = f"{_TASKS['several' if several else 'categorize']}{order}: {'; '.join(categories)}."
    each = " Each category is analysed as a question of its own, chosen or not." if several else ""
    return f"{told} “Can't tell” was no category.{each}"


def _categories(study: Facts) -> list[str]:
    found = []
    for one in listed(study, "categories"):
        name, words = (text(one, "name"), text(one, "definition")) if isinstance(one, Mapping) else (str(one), "")
        found.append(f"“{name}” ({words.rstrip('.')})" if words else f"“{name}”")
    return found


def _session(session: Facts, what: str) -> Iterator[str]:
    """How the study has its sessions run, with the shares that it states."""
    if "order" in session:
        order = {"random": "in an order drawn at random for each rater", "balanced": "in the order of a Latin square"}
        yield f"Trials came {order.get(text(session, 'order'), 'in a fixed order')}."
    conditions = inner(session, "conditions")
    shown = {"revealed": "with the activation shown", "feedback": "with the activation told after the answer"}
    parts = [
        f"{_percent(share(conditions, name))} {words}" for name, words in shown.items() if share(conditions, name) > 0
    ]
    if parts:
        blind = f"{_percent(share(conditions, 'blind'))} blind"
        yield f"Each rater's {what}s were dealt to the conditions at random: {series([blind, *parts])}."
    elif conditions:
        yield "No trial showed the activation."
    if share(session, "without_references") > 0:
        yield f"{_percent(share(session, 'without_references'))} of the {what}s came with no references beside them."
    if share(session, "repeats") > 0:
        apart = counted(whole(session, "repeat_distance"), "other trial")
        often = _percent(share(session, "repeats"))
        yield f"{often} of the {what}s were to come a second time, blind both times, with at least {apart} between."
    known = [
        counted(whole(session, f"{kind}_trials"), f"{kind} trial")
        for kind in ("practice", "catch")
        if whole(session, f"{kind}_trials")
    ]
    if known:
        yield f"There were {series(known)}, whose answers are known; they enter no figure."


def _answered(study: Facts) -> Iterator[str]:
    """How many trials of each kind were answered, where there is more than one kind and all were in this program."""
    given = inner(study, "judgements")
    if len(given) < 2 or rows(study, "imported"):
        return
    told = [counted(whole(given, kind), *nouns) for kind, nouns in _KINDS.items() if whole(given, kind)]
    bare = any(text(row, "what") == "without_references" for row in rows(study, "not_counted"))
    yield f"{series(told)} were answered{', besides those without references' if bare else ''}."


def _left_out(study: Facts) -> str:
    stated = inner(study, "thresholds")
    if all_elsewhere(study):  # nobody knows of times and catch trials in other tools
        stated = {key: value for key, value in stated.items() if key == "same_answer"}
    told = [words.format(_threshold(key, stated[key])) for key, words in _THRESHOLDS.items() if key in stated]
    if not told:
        return ""
    if "catch_accuracy" in stated and inner(study, "session").get("catch_trials") == 0:
        told[0] += " (this unit had none)" if listed(study, "other_units") else " (there were none)"
    excluded, kept = len(listed(study, "excluded")), len(listed(study, "thresholds_not_met"))
    met = "every rater met them"
    if excluded:
        met = f"{counted(excluded, 'rater')} did not meet them and enter{'s' if excluded == 1 else ''} no figure"
    elif kept:
        met = f"{counted(kept, 'rater')} did not meet them, but all were kept, as nobody would have been left"
    return f"Thresholds were laid down before the first answer: {series(told)}; {met}."


def _threshold(key: str, value: object) -> str:
    amount = float(value) if isinstance(value, (int, float)) else 0.0
    return f"{amount:g}" if key == "least_minutes" else _percent(amount)


def _entering(study: Facts) -> str:
    n = whole(study, "n_judgements")
    if not n:
        return ""
    return f"{n} {_ENTERING.get(text(study, 'task'), 'labels enter the figures')}."


def _percent(value: float) -> str:
    return number(value, "percent", fine=round(100 * value, 6) % 1 != 0)
