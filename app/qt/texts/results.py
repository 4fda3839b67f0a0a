"""The words of the results page. What is said of a study comes from app.findings, as in the report."""

from __future__ import annotations

PAGE = "Results"
BACK = "Back"
EXPORT = "Export…"
REFRESH = "Refresh"
REFRESH_KEY = "Read the file anew (F5)"
UNIT_OF = "{unit}  ·  {title}"

# ---- the way in --------------------------------------------------------------------------------------------------

MENU = "R&esults…"
ASK_TITLE = "Results"
ASK = "Results show activations and what others said. Whoever still labels this study should not look."
ASK_SHOW = "Show"
ASK_CANCEL = "Cancel"
WINDOW_TITLE = "Results of {title}"

# ---- while it computes -------------------------------------------------------------------------------------------

READING = "Reading the study"
WORKING = "Working…"
OF = "{step}: {done} of {total}"
CANCEL = "Cancel"
STOPPED = "Stopped. Nothing was computed."
COMPUTE = "Compute"
PROGRESS = "How far it is"

# ---- what is looked at -------------------------------------------------------------------------------------------

PICK_UNIT = "&Unit"
PICK_LABEL = "&Label"
PICK_RATER = "&Rater"
PICK_CONDITION = "&Judgements"
ALL_LABELS = "All labels"
ALL_RATERS = "All raters"
CONDITIONS = {"blind": "Blind", "revealed": "Revealed", "feedback": "With feedback"}
CONDITIONS_LONG = {
    "blind": "",
    "revealed": "revealed judgements: the activation was shown beside the image",
    "feedback": "judgements with feedback: the right answer was told after each",
}
ONLY_CONDITION = "Only {condition}."
ONLY_RATER = "Only what {rater} said."
ONLY_BOTH = "Only what {rater} said, and of that only {condition}."

# ---- tabs --------------------------------------------------------------------------------------------------------

TABS = "Parts of the results"
SUMMARY = "Summary"
TAB_NAMES = (SUMMARY, "Activation", "Raters", "Disputed", "Session", "Figures")
TAB_TIP = "{name} (Ctrl+{number})"

# ---- summary -----------------------------------------------------------------------------------------------------

QUESTION = "Raters were asked: {question}"
READ_FIRST = "Read this first"
WARNING = "\N{WARNING SIGN} {warning}"
CAUTION = "\N{BULLET} {warning}"
BEARS_OUT = "What bears it out"
LEFT_OUT = "Left out"
LEFT_OUT_LINE = "{what}: {why}"
MORE_LINES = "and {count} more; the Figures tab and the report hold them all"
EVERYONE = "With everyone"
EVERYONE_LINE = "{name}: {without} as reported, {everyone} with everyone"
NOT_COUNTED = "What was not counted"
NOT_COUNTED_LINE = "{line} Judgements: {count:,}."
NOT_COUNTED_OF = "{line} Judgements: {count:,}, raters: {raters:,}."
NO_NUMBER = "No number"
GAUGE = "{value} {interval}"

# ---- raters ------------------------------------------------------------------------------------------------------

RATERS_TABLE = "One row for each rater; a column's head sorts"
RATER_HEADS = ("Rater", "Label", "Judgements", "Agrees with the others", "Kappa", "Deviation", "Most often differs")
RATERS_LEGEND = (
    "Agreement and kappa: with the other raters.  Deviation: how much higher (or lower) this rater answers than the"
    " others, with its standard error."
)
NO_RATERS = "No rater can be compared with others here."
ONLY_THIS = "Only this rater"
ONLY_THIS_TIP = "Compute everything again from what this rater said (Enter on a row)"

# ---- session -----------------------------------------------------------------------------------------------------

NO_SESSION = (
    "There is nothing to show here: nothing was judged twice, no activation was revealed, and the sessions are too"
    " short to see a change."
)
NO_CHARTS = "There is no chart for this."

# ---- figures -----------------------------------------------------------------------------------------------------

FIGURES_TABLE = "One row for each figure; a column's head sorts"
FIGURE_HEADS = (
    "Figure", "Label", "Rater", "Value", "Interval", "Speaks for", "Estimate for", "Images", "Raters", "Judgements",
    "Group",
)  # fmt: skip
SEARCH = "Search the figures"
SEARCH_HINT = "Search: words of a figure, a label, a rater"
SHOWN = "{shown} of {total} figures.  Ctrl+C copies the chosen rows for a spreadsheet."
COPY = "Copy"
COPY_TIP = "Copy the chosen rows, or all that are shown, for a spreadsheet (Ctrl+C)"
NONE_YET = "–"
CELL_SPOKEN = "{head}: {text}"

# ---- export ------------------------------------------------------------------------------------------------------

EXPORT_TITLE = "Export the report"
EXPORT_LEAD = "The whole report on {unit}, computed from all judgements that enter, whatever is picked on the page."
EXPORT_FOLDER = "Folder"
EXPORT_CHOOSE = "Choose…"
EXPORT_CHOOSE_TITLE = "Folder for the report"
EXPORT_WHAT = "What to write"
EXPORT_ANONYMOUS = "Anonymous: raters are called Rater 1, 2, …, and their notes are left out"
EXPORT_START = "Export"
EXPORT_CLOSE = "Close"
EXPORT_NOTHING = "Choose at least one thing to write."
EXPORT_NO_FOLDER = "Choose a folder to write into."
EXPORT_STOPPED = "Stopped."
EXPORT_DONE = "The report is in {folder}"
EXPORT_OPEN_PAGE = "Open the page"
EXPORT_SHOW_FOLDER = "Show the folder"
EXPORT_PROGRESS = "How far the export is"
EXPORT_PARTS = {
    "html": "Page to read (report.html)",
    "pdf": "Paper (report.pdf)",
    "figures": "Charts as SVG and PNG",
    "json": "All figures (report.json)",
    "csv": "Figures, curves and tables (CSV)",
    "judgements": "What people said (CSV and Parquet)",
    "bib": "References (references.bib)",
}
