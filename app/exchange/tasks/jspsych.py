"""For jsPsych: a timeline as JSON for its plugins, and a small page that runs it."""

from __future__ import annotations

import html
from pathlib import Path

import msgspec

from app.errors import Fault
from app.exchange.asked import Item
from app.exchange.tasks.material import Material
from app.study.records import SLIDER_TOP

TIMELINE, PAGE = "timeline.json", "index.html"
BUTTONS, SLIDER, SEVERAL = "jsPsychHtmlButtonResponse", "jsPsychHtmlSliderResponse", "jsPsychSurveyMultiSelect"
_FILES = {
    BUTTONS: "plugin-html-button-response.js",
    SLIDER: "plugin-html-slider-response.js",
    SEVERAL: "plugin-survey-multi-select.js",
}
_SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Study</title>
<link rel="stylesheet" href="jspsych/jspsych.css">
<style>.words {{ white-space: pre-wrap; max-width: 46em; margin: 1em auto }}
.judged img {{ min-width: 224px; max-height: 60vh; margin: 0 12px; image-rendering: auto }}</style>
<script src="jspsych/jspsych.js"></script>
{plugins}
</head>
<body></body>
<script>
const timeline = {timeline};
const rater = new URLSearchParams(location.search).get("rater")
  || "visitor-" + Array.from(crypto.getRandomValues(new Uint8Array(6)), b => b.toString(16).padStart(2, "0")).join("");
const jsPsych = initJsPsych({{
  on_finish: () => jsPsych.data.get().localSave("json", "answers-" + rater.replace(/[^\\w-]/g, "-") + ".json"),
}});
jsPsych.data.addProperties({{ rater }});
jsPsych.run(timeline.map(trial => ({{
  ...trial, type: window[trial.type], on_finish: data => {{ data.at = new Date().toISOString(); }},
}})));
</script>
</html>
"""
_TOLD = """1. Put jsPsych into a folder called `jspsych` beside {page}: of its version 8 (or 7) the files
   {files}.
   Nothing is loaded from elsewhere.
2. Open {page}, or put the folder on a web server. Give every rater an address of their own, `{page}?rater=heron`,
   with a pseudonym; without one they get a random name.
3. At the end the browser saves `answers-heron.json`. On a server, replace `localSave` in {page} by what sends the data.

{timeline} holds the same trials for a page of your own: `type` is the global name of the plugin. Keep `data` as it is.
"""
_NO_SLIDER = "A slider has no button for “can't tell” in jsPsych.\n"


def write(material: Material, folder: Path) -> str:
    """Write the timeline and the page; what to do with them.

    Raises:
        Fault: the study asks for words.
    """
    rubric = material.asked.rubric
    if rubric.task == "name_it":
        raise Fault("In this study raters name units in words of their own. Use --to label-studio for it.")
    pages = [(material.instructions(consent=False), "Begin")]
    if material.consent:
        pages.insert(0, (f'<p class="words">{html.escape(material.consent)}</p>', "I agree"))
    timeline: list[dict[str, object]] = [
        {"type": BUTTONS, "stimulus": text, "choices": [button]} for text, button in pages
    ]
    timeline += [_trial(material, item) for item in material.order]
    encoded = msgspec.json.format(msgspec.json.encode(timeline), indent=1)
    (folder / TIMELINE).write_bytes(encoded)
    files = [_FILES[plugin] for plugin in sorted({str(trial["type"]) for trial in timeline})]
    page = _SHELL.format(
        timeline=_inside_a_script(encoded.decode()),
        plugins="\n".join(f'<script src="jspsych/{name}"></script>' for name in files),
    )
    (folder / PAGE).write_text(page, encoding="utf-8")
    named = ", ".join(f"`{name}`" for name in ("jspsych.js", "jspsych.css", *files))
    told = _TOLD.format(page=PAGE, files=named, timeline=TIMELINE)
    return told + (_NO_SLIDER if SLIDER in str(timeline) else "")


def _trial(material: Material, item: Item) -> dict[str, object]:
    """One trial. What jsPsych shows is HTML, so that all words of the study are escaped."""
    rubric, given = material.asked.rubric, material.data(item)
    data: dict[str, object] = {"study": given["study"], "stimulus_id": given["stimulus"]}
    if "left" in given:
        data["left_id"] = given["left"]
    shown = "".join(f'<img src="{html.escape(name)}" alt="">' for name in material.images(item))
    question = f'<div class="judged">{shown}</div><p>{html.escape(rubric.question)}</p>'
    references = material.references(item)
    beside = f'<img src="{html.escape(references)}" alt="What the unit responds to">' if references else ""
    options = material.asked.answers()
    words = [html.escape(option.words) for option in options]
    rating = rubric.rating
    if rubric.several:
        asked = {"prompt": question + beside, "name": "label", "options": words, "required": True}
        return {"type": SEVERAL, "questions": [asked], "data": data}
    if rating is not None and not rating.points:
        return {
            "type": SLIDER, "stimulus": question, "prompt": beside, "min": 0, "max": SLIDER_TOP, "slider_start": 50,
            "step": 1, "labels": [html.escape(rating.low), html.escape(rating.high)], "require_movement": True,
            "data": data,
        }  # fmt: skip
    answers = [option.value for option in options]
    return {
        "type": BUTTONS, "stimulus": question, "prompt": beside, "choices": words, "data": data | {"answers": answers}
    }  # fmt: skip


def _inside_a_script(encoded: str) -> str:
    """JSON that cannot end the script it stands in."""
    for sign in "<>&\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}":
        encoded = encoded.replace(sign, f"\\u{ord(sign):04x}")
    return encoded
