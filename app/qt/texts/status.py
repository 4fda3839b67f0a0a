"""The words of the raters page. What it says of a rater's answers comes from app.status, as on the terminal."""

from __future__ import annotations

PAGE = "Raters"
TITLE = "Raters"
TABLE = "One row for each rater"
BACK = "Back"
REFRESH = "Refresh"
REFRESH_KEY = "Refresh (F5)"
NOBODY = "Nobody has begun yet. Each rater gets a row here with the first start."

RATER = "Rater"
DONE = "Done"
PACE = "Pace"
CATCH = "Catch trials"
REPEATS = "Repeats"
IDLE = "Idle"
NOTES = "What stands out"

SIMULATED = "{rater}\n(simulated)"
OF = "{part} of {whole}"
NONE_YET = "–"
NONE_YET_SPOKEN = "none yet"
WARNING = "\N{WARNING SIGN} {warning}"
LEFT_OUT = "\N{MULTIPLICATION X} Left out of the report: {reasons}."
NOTHING = "Nothing."
CELL_SPOKEN = "{head}: {text}"

LEGEND = (
    "Pace: the median active time of an answer.  Catch trials: right, of those answered.  Repeats: answered as the"
    " first time; a rating within one step, a slider within 10.  Idle: no input for a minute, paused, or the window not"
    " in front, as a share of the time."
)
