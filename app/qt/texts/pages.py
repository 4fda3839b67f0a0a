"""The words of the pages around the trials: home, start, consent, instructions, interludes, thanks, dialogs, menus."""

from __future__ import annotations

from app.qt.keys import Action

WARNING = "\N{WARNING SIGN} {problem}"
PROBLEM = "Problem"
CLOSE = "Close"
CANCEL = "Cancel"
ESCAPE_CLOSES = "Esc closes this."
ENTER = "Enter"

# ---- menus and the window ----------------------------------------------------------------------------------------

MENU_FILE, MENU_STUDY, MENU_VIEW, MENU_HELP = "&File", "&Study", "&View", "&Help"
MENU_OPEN = "&Open study…"
MENU_RECENT = "Open &recent"
MENU_NO_RECENT = "None yet"
MENU_CLOSE_STUDY = "&Close study"
MENU_QUIT = "&Quit"
MENU_INSTRUCTIONS = "&Instructions"
MENU_RATERS = "&Raters"
MENU_KEYS = "&Keys…"
MENU_SEND = "Save my answers for &sending…"
MENU_FULL_SCREEN = "&Full screen"
MENU_WRITE = "&Write to the researcher…"
MENU_ABOUT = "&About Neuron Jury"
OPEN_TITLE = "Open study"
OPEN_FILTER = "Studies (*.jury);;All files (*)"

# ---- home --------------------------------------------------------------------------------------------------------

HOME = "Home"
HOME_TITLE = "Neuron Jury"
HOME_LEAD = "How far do people agree on what a neuron detects?"
HOME_RECENT = "Recent studies"
FIRST_TITLE = "Open the study you were sent"
FIRST_LEAD = "It is one file, and its name ends in .jury. Save it where you find it again, in Documents, say."
FIRST_DROP = "or drop the file here"
FIRST_DOUBLE_CLICK = "or double-click the file where you saved it"
HOME_DROP = "Or drop a .jury file onto this window."
HOME_OPEN = "Open study…"
HOME_READING = "Reading…"
HOME_OPENED = "Opened {when}"
HOME_NOBODY = "Nobody has begun."
HOME_LEFT = "{rater}: {left} of {total} left"
HOME_DONE = "{rater}: all done"
HOME_MORE = "and {count} more"
HOME_GONE = "This study is no longer there."
HOME_REMOVE = "Take off the list"
HOME_REMOVE_NAMED = "Take {name} off the list"

# ---- start -------------------------------------------------------------------------------------------------------

START = "Start"
START_WHO = "Who is taking part?"
START_STORED = "A nickname or initials will do. It is stored in the study file."
START_ISSUED = "This file is yours"
START_STORED_ISSUED = (
    "Your answers are stored in it, without your name. You may stop at any time and go on later. When you are done,"
    " you save your answers and send them back."
)
START_NAME = "Your nickname"
START_OR = "Or continue as"
START_CONTINUE_AS = "Continue as"
START_PERSON = "{rater}  ·  {done} of {total} done"
START_BEGIN = "Start"
START_CONTINUE = "Continue"
START_RESUMES = "Goes on where {rater} stopped: {done} of {total} done."
START_HANDED_OUT = "{rater} has a file of their own: go on in one of the two only, there or here."
START_WITHDRAWN = "What was left of {rater} went to somebody else."
START_TYPE = "Type a name first."
START_IN_USE = (
    "This study is open in another window. You may go on, but never under the same name in both:"
    " the second window's answers would be refused."
)
START_IN_USE_ISSUED = "This study is open in another window. Close the other window first, then go on here."
START_CONTACT = "Questions? Write to: {whom}"

# ---- consent -----------------------------------------------------------------------------------------------------

CONSENT = "Consent"
CONSENT_TITLE = "Before you take part"
CONSENT_TEXT = "What you are asked to agree to"
CONSENT_AGREE = "I agree"
CONSENT_DECLINE = "I do not want to take part"

# ---- instructions and the rubric ---------------------------------------------------------------------------------

INSTRUCTIONS = "Instructions"
INSTRUCTIONS_TEXT = "What to do"
INSTRUCTIONS_BEGIN = "Begin"
INSTRUCTIONS_AGAIN = "{key} shows this page again at any time."
RUBRIC_ANSWERS = "Answers"
RUBRIC_SEVERAL = "Choose all that apply."
RUBRIC_SCALE = "The scale"
RUBRIC_POINTS = "from {first} ({low}) to {last} ({high})"
RUBRIC_SLIDER = "A slider from “{low}” to “{high}”. It stands nowhere until you set it."
RUBRIC_EXAMPLE = "Example {place} of {name}"
RUBRIC_NO_PICTURE = "An example cannot be shown."
RUBRIC_KEYS = "Keys"
KEY_SPAN = "{first} – {last}"
KEYS_CATEGORIES = "choose; the number pad works as well"
KEYS_SEVERAL = "choose or take back; the number pad works as well"
KEYS_POINTS = "choose a step of the scale"
KEYS_SLIDER = "set the slider to a tenth of its way, or two, three, …"
KEYS_MOVE = "move"
KEYS_WHICH_ONE = "from “surely left” to “surely right”: the side, and how sure you are, in one key"
KEYS_NAMED = "one thing, several things, nothing nameable"
KEYS_DONE = "done"

# ---- between trials ----------------------------------------------------------------------------------------------

INTERLUDE = "Between trials"
BREAK_TITLE = "Time for a break"
BREAK_BLOCK = "Part {block} of {blocks} is done."
BREAK_LEAD = "Look away from the screen for a moment. Nothing is timed now."
BREAK_WAIT = "You can go on in {seconds} seconds."
BREAK_WAIT_ONE = "You can go on in 1 second."
BREAK_READY = "Go on whenever you like."
GO_ON = "Go on"
PRACTICE_PASSED_TITLE = "Practice is done"
PRACTICE_AGAIN_TITLE = "Practice once more"
PRACTICE_RESULT = "{right} of {tried} right."
PRACTICE_NEEDED = "{needed} of {tried} are needed."
PRACTICE_PASSED_NEXT = "Now the study itself begins. From here on you are not told whether an answer is right."
PRACTICE_AGAIN_NEXT = (
    "The same practice comes once more. Take your time, and read what is said after each answer. Attempts left: {left}."
)
PRACTICE_START = "Start the study"
PRACTICE_RETRY = "Practice again"
FAILED_TITLE = "Thank you for trying"
FAILED_LEAD = (
    "The practice was not passed this time, so the study ends here for you. That happens, and it says nothing about"
    " you: some of these tasks are hard to see eye to eye on."
)
FAILED_SAVED = "Your practice answers are saved in the study file."
FAILED_CONTACT = "If you have questions, turn to: {whom}"

# ---- thanks ------------------------------------------------------------------------------------------------------

THANKS = "Thank you"
THANKS_TITLE = "Thank you!"
THANKS_COUNT = {
    "categorize": "You have labeled all {total} images.",
    "rate": "You have rated all {total} images.",
    "which_one": "You have compared all {total} pairs of images.",
    "name_it": "You have described all {total} units.",
}
THANKS_COUNT_ONE = {
    "categorize": "You have labeled the one image.",
    "rate": "You have rated the one image.",
    "which_one": "You have compared the one pair of images.",
    "name_it": "You have described the unit.",
}
THANKS_SAVED = "Your answers are saved in the study file. Hand it back to: {whom}"
THANKS_SEND = "One thing is left: send them back. Save your answers, and send the file to:\n{whom}"
THANKS_FILE = "The study file"
SHOW_IN_FOLDER = "Show in folder"
UNDO_LAST = "Undo last  ({key})"
NEXT_RATER = "Next rater"

# ---- comment -----------------------------------------------------------------------------------------------------

COMMENT_TITLE = "Comment on this trial"
COMMENT_LEAD = "It is stored in the study file, and whoever runs the study can read it."
COMMENT_FIELD = "Your comment"
COMMENT_LEFT = "{left} characters left. Leave it empty to take the comment away."
COMMENT_TOO_LONG = "{over} characters too many: a comment has at most {most}."
COMMENT_SAVE = "Save"
COMMENT_SAVING = "Saving…"
COMMENT_UNSAVED = "This comment is not saved. Ctrl+Enter saves it; close once more to leave without it."
COMMENT_KEYS = "Ctrl+Enter saves, Esc cancels."

# ---- what was not saved ------------------------------------------------------------------------------------------

UNSAVED = "{problem} Close once more to leave without saving."

# ---- keys --------------------------------------------------------------------------------------------------------

KEYS_TITLE = "Keys"
KEYS_LEAD = "Click a key, or press Enter on it, then press the new one. Esc leaves it as it is."
KEYS_PRESS = "Press a key…"
KEYS_DEFAULTS = "Back to defaults"
KEYS_TAKEN = "{key} is taken already, for: {action}. Nothing was changed."
KEYS_NOT_FIT = (
    "That key cannot be used here. Press a letter, a digit, a punctuation key, an arrow, Backspace, Delete or Insert."
    " Enter and Space only ever give the answer."
)
KEYS_SET = "{action}: {key}."
KEYS_CHANGE = "Key for: {action}"
ACTIONS = {
    **{Action(f"answer_{place}"): f"Answer {place}" for place in range(1, 10)},
    Action.CANNOT_TELL: "Can't tell",
    Action.NOTHING: "Nothing nameable here",
    Action.PREVIOUS: "Move to the left",
    Action.NEXT: "Move to the right",
    Action.CONFIRM: "Give the answer, or go on",
    Action.UNDO: "Take the last answer back",
    Action.COMMENT: "Comment",
    Action.FLAG: "Flag",
    Action.PAUSE: "Pause",
    Action.RUBRIC: "Show the instructions",
    Action.HEAT_MAP: "Heat map on or off, where it may be shown",
    Action.ZOOM_IN: "Zoom in",
    Action.ZOOM_OUT: "Zoom out",
}

# ---- about -------------------------------------------------------------------------------------------------------

ABOUT_TITLE = "About Neuron Jury"
ABOUT_NAME = "Neuron Jury {version}"
ABOUT_WHAT = "Measures how far people agree that a neuron detects what it is said to detect."
ABOUT_ROWS = (
    ("Study files", "reads {schemas}"),
    ("Network", "none: it sends nothing and fetches nothing"),
    ("Licence", "MIT: free to use, change and share, without warranty"),
    ("Built with", "Qt {qt} and PySide (LGPL 3), Python {python} (PSF)"),
    (
        "And with",
        "click, numpy, msgspec, pyqtgraph, sqlite-utils, SQLCipher, SQLite, Pillow, tqdm: BSD, MIT, MPL and other free"
        " licences",
    ),
)
ABOUT_SCHEMA = "format 1"
ABOUT_SCHEMAS = "formats 1 to {newest}"
