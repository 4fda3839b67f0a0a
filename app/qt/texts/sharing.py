"""The words of the page with many raters: handing out, and collecting what comes back."""

from __future__ import annotations

MENU = "&Many raters…"
PAGE = "Many raters"
TITLE = "Many raters"
HAND_OUT = "Hand out"
COLLECT = "Collect"
BACK = "Back"
RATERS = "How raters are doing"
RESULTS = "Results…"
CANCEL = "Cancel"
STOPPING = "Stopping…"
PROGRESS = "Progress"
OF = "{step}: {done} of {total}"
WARNING = "\N{WARNING SIGN} {problem}"

# ---- what is under way -------------------------------------------------------------------------------------------

BEGINNING = "Working…"
SHARING_OUT = "Sharing out the images"
WRITING = "Writing files"
FORGETTING = "Taking {rater} out of the study"
SEARCHING = "Searching for study files"
LOOKING = "Looking at files"
COLLECTING = "Bringing in"

# ---- handing out -------------------------------------------------------------------------------------------------

NEW = "Files for new raters"
NEW_LEAD = (
    "Each new rater gets a file of their own, with their images alone and nothing that tells the answer. Send it to"
    " them; they label it on their own machine and send it back."
)
WHO = "Raters"
COUNT = "This many:"
COUNT_SPOKEN = "How many raters"
NAMES = "These names:"
NAMES_SPOKEN = "Pseudonyms of the raters"
NAMES_HINT = "heron, otter, lynx: pseudonyms, never a person's own name"
FOLDER = "Folder"
CHOOSE = "Choose…"
CHOOSE_TITLE = "Where the files go"
NO_FOLDER = "Choose a folder for the files."
PASSWORD = "Password"
PASSWORD_HINT = "none; or one of at least 8 characters, which you tell the raters another way"
WRITE = "Write {count} files"
WRITE_ONE = "Write 1 file"
WRITE_NONE = "Write files"
ITEMS = {"categorize": "images", "rate": "images", "which_one": "pairs of images", "name_it": "units"}
ITEM = {"categorize": "image", "rate": "image", "which_one": "pair of images", "name_it": "unit"}
ALL_JUDGE_ALL = "{names}: each of them judges all {total} {items}."
SHARED = (
    "{names}: about {each} {items} each. Every {item} is for {per_item} raters; {wanting} of {total} still lack some."
)
SHARED_NEW = "{names}: about {each} of {total} {items} each, so that every {item} goes to {per_item} raters."
TOO_FEW = "Every {item} is for {per_item} raters: write files for {least} raters or more at once."
NONE_WANTING = (
    "Every {item} has its {per_item} raters already. Where somebody dropped out, give the rest of theirs to somebody"
    " else, below."
)
FROM_TO = "{first} to {last}"
TWO = "{first} and {last}"
FILES = "Files that were written"
HEADS = ("Rater", "Trials", "File")
DONE = "{count} files are written. Send one to each rater. "
DONE_ONE = "{name} is written. Send it to the rater. "
CONTACTS = "{contacts} beside them is for your list of whom each went to: keep it out of study files."
AGAIN_DONE = "{name} is written again, as it was first handed out."
GIVEN = "{trials} trials of {gone} are now for {new}: {name} is written."
FEWER = " {count} fewer trials come again than the study asks for: with so few there is no room for them."
STOPPED = "Stopped. Nothing was changed."
MISSING = (
    "{written} of {total} files are written. All {total} raters are in the study already: write the others now, in this"
    " folder or another, or later one by one, below."
)
MISSING_ONE = "{name} is in the study already, and has no file yet. Write it now, in this folder or another."
WRITE_REST = "Write the other {count}"
WRITE_REST_ONE = "Write the file"
SHOW_FOLDER = "Show in folder"

# ---- those who are there -----------------------------------------------------------------------------------------

THERE = "Raters of this study"
THERE_LEAD = "Collect what they have sent before you give the rest to somebody else. Files go into the folder above."
RATER = "Rater"
PERSON = "{name}  ·  {done} of {total} done"
NO_FILE = "labels in this study file"
REPLACED = "their rest went to somebody else"
AGAIN = "Write the file again"
AGAIN_TIP = "Where it was lost. What was labeled in the lost one is lost with it."
GIVE = "Give the rest to"
GIVE_SPOKEN = "Pseudonym of whoever takes over"
GIVE_HINT = "a new name; empty: {name}"
FORGET = "Forget…"
FORGET_TIP = "Takes the rater out of the study for good."
FORGET_TITLE = "Forget a rater"
FORGET_ASK = "Take {name} out of this study for good?"
FORGET_WHAT = (
    "Everything they said, their trials, key and pseudonym are removed. There is no way back. Copies, backups and the"
    " file that was sent to them lie elsewhere: delete them too."
)
FORGET_YES = "Forget {name}"
FORGET_NO = "Keep"
FORGOTTEN = "{name} is gone from this study, with {count} entries. Delete copies and backups too."

# ---- collecting --------------------------------------------------------------------------------------------------

LOCKED = "Some files seem to have a password:"
LOCKED_SPOKEN = "Password of the files"
LOOK_AGAIN = "Look again"
DROP = "Drop returned files or folders here, or anywhere on this window"
DROP_WHAT = "They are looked at first. Nothing is written until you say so."
CHOOSE_FILES = "Choose files…"
CHOOSE_FOLDER = "Choose a folder…"
CHOOSE_FILES_TITLE = "Files that came back"
FILES_FILTER = "Study files (*.jury);;All files (*)"
FOUND = "What the files would bring"
CAME = "What came in"
FOUND_HEADS = ("File", "Rater", "New", "Known", "Left", "Not taken, because")
ALL_DONE = "all done"
LEGEND = (
    "New, known: entries that the study does not have yet, and those it has. An entry is an answer, or what was noted"
    " beside it, such as an undo, a comment, a consent.  Left: trials with no entry in this file."
)
REFUSED = "\N{MULTIPLICATION X} {why}"
EMPTY_FOLDER = "There is no .jury file in this folder."
SUMMARY = "{files} looked at: {what}."
SUMMARY_CAME = "Came in: {what}."
SUMMARY_REFUSED = "{refused} not taken: the reasons stand in the table."
FROM = "{entries} from {raters}"
NOTHING = "nothing new"
FILES_COUNT = ("1 file", "{count} files")
RATERS_COUNT = ("1 rater", "{count} raters")
REFUSED_COUNT = ("1 file is", "{count} files are")
ENTRIES_COUNT = ("1 new entry", "{count} new entries")
NOTES = "What to know"
MORE_NOTES = "And {count} more: neuronjury collect --dry-run lists them all."
BRING = "Bring in {entries}"
NOTHING_NEW = "Nothing new to bring in"
CLEAR = "Clear the list"
LOOK_STOPPED = "Stopped. The files were only looked at: nothing was changed."
BRING_STOPPED = "Stopped. Nothing was brought in."
