"""What the tools write, by hand after their documented formats: fakes of Label Studio, Prodigy, jsPsych and a table.

Each takes the folder that `neuronjury tasks` wrote and what its people say, and gives the tool's file as text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

Task = Mapping[str, Any]


@dataclass(frozen=True)
class Press:
    """What somebody does on one task: which of the options, from the first; seconds since the first task."""

    person: int
    task: int
    option: int
    second: int = 0

    @property
    def at(self) -> str:
        return f"2026-01-02T03:{self.second // 60:02}:{self.second % 60:02}"


def label_studio(folder: Path, presses: Iterable[Press]) -> str:
    """Export, JSON."""
    tasks = _ls_tasks(folder)
    for number, press in enumerate(presses, 1):
        tasks[press.task]["annotations"].append(_ls_annotation(folder, press, number))
    return json.dumps([task for task in tasks if task["annotations"]])


def label_studio_min(folder: Path, presses: Iterable[Press]) -> str:
    """Export, JSON-MIN: one entry for each annotation."""
    tasks = _ls_tasks(folder)
    return json.dumps(
        [
            {
                **tasks[press.task]["data"],
                "id": press.task + 1,
                "label": _ls_choices(folder)[press.option],
                "annotator": press.person,
                "annotation_id": number,
                "created_at": f"{press.at}.123456Z",
                "updated_at": f"{press.at}.654321Z",
                "lead_time": 2.5,
            }
            for number, press in enumerate(presses, 1)
        ]
    )


def prodigy(folder: Path, presses: Iterable[Press]) -> str:
    """`prodigy db-out`."""
    tasks = [json.loads(line) for line in (folder / "tasks.jsonl").read_text().splitlines()]
    lines = []
    for press in presses:
        task = tasks[press.task]
        session = f"neuronjury-{press.person}"
        lines.append(
            {
                **task,
                "_input_hash": -1234567,
                "_task_hash": 7654321,
                "_view_id": "choice",
                "accept": [task["options"][press.option]["id"]],
                "config": {"choice_style": "single"},
                "answer": "accept",
                "_timestamp": 1767323000 + press.second,
                "_annotator_id": session,
                "_session_id": session,
            }
        )
    return "".join(json.dumps(line) + "\n" for line in lines)


def jspsych(folder: Path, presses: Iterable[Press]) -> str:
    """`jsPsych.data.get().json()` of several people, one after the other."""
    timeline = json.loads((folder / "timeline.json").read_text())
    trials = [trial for trial in timeline if "data" in trial]
    heard = [{"rt": 900, "stimulus": "<h2>…</h2>", "response": 0, "trial_type": "html-button-response", "rater": "0"}]
    for number, press in enumerate(presses, 1):
        trial = trials[press.task]
        heard.append(
            {
                **trial["data"],
                "rt": 2500.4,
                "stimulus": trial["stimulus"],
                "response": press.option,
                "trial_type": "html-button-response",
                "trial_index": number,
                "time_elapsed": 3000 * number,
                "rater": press.person,
                "at": f"{press.at}.500Z",
            }
        )
    return json.dumps(heard)


def table(folder: Path, presses: Iterable[Press]) -> str:
    """A table that a lab wrote itself, with the ids of Label Studio's tasks."""
    tasks, text = _ls_tasks(folder), io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["stimulus", "rater", "label", "confidence", "milliseconds", "at", "their own column"])
    for press in presses:
        data, value = tasks[press.task]["data"], _ls_choices(folder)[press.option]
        label, sure = value, ""
        if "left" in data and value != "can't tell":
            side, sure = value.split()
            sides = [Path(data[f"{name}_image"]).stem for name in ("left", "right")]
            label = sides[side == "right"]
        rows.writerow([data["stimulus"], f"person {press.person}", label, sure, 2500, press.at, "whatever"])
    return text.getvalue()


TOOLS: Mapping[str, tuple[str, str, Callable[[Path, Iterable[Press]], str]]] = {
    "label-studio": ("label-studio", "label-studio", label_studio),
    "label-studio-min": ("label-studio", "label-studio", label_studio_min),
    "prodigy": ("prodigy", "prodigy", prodigy),
    "jspsych": ("jspsych", "jspsych", jspsych),
    "csv": ("label-studio", "csv", table),
}
"""Name: what `tasks --to` and `import --from` call it, and what writes its file."""


def _ls_tasks(folder: Path) -> list[dict[str, Any]]:
    tasks = json.loads((folder / "tasks.json").read_text())
    return [{"id": n, **task, "annotations": [], "predictions": [], "meta": {}} for n, task in enumerate(tasks, 1)]


def _ls_choices(folder: Path) -> list[str]:
    """What an annotation holds for each choice: its alias where it has one."""
    choices = Xml.parse(folder / "label_config.xml").iter("Choice")
    return [choice.get("alias") or choice.attrib["value"] for choice in choices]


def _ls_annotation(folder: Path, press: Press, number: int) -> dict[str, Any]:
    control = next(Xml.parse(folder / "label_config.xml").iter("Choices"))
    return {
        "id": number,
        "completed_by": press.person,
        "result": [
            {
                "value": {"choices": [_ls_choices(folder)[press.option]]},
                "id": "Dx_aB91ISN",
                "from_name": control.attrib["name"],
                "to_name": control.attrib["toName"],
                "type": "choices",
                "origin": "manual",
            }
        ],
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": f"{press.at}.123456Z",
        "updated_at": f"{press.at}.654321Z",
        "lead_time": 2.5,
        "prediction": {},
        "result_count": 1,
    }
