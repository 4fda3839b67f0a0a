"""What is said of sending answers back, and of whom to write to."""

NOBODY_KNOWN = "whoever sent you the study"
"""In place of the contact of a study, where none is known."""
ASK = "If in doubt, write to: {whom}"

# ---- answers, to be sent ------------------------------------------------------------------------------------------

TITLE = "Send your answers back"
BUTTON = "Save for sending"
SAVING = "Saving your answers…"
DONE = "Saved: {done} of {total} done."
FILE = "The file with your answers"
LEAD = "Your answers are in this file now ({size}):"
SEND_TO = "Send this file to:\n{whom}"
HOW = "Attach it to an e-mail, for example. Neuron Jury uses no network: nothing is sent until you send it."
AGAIN = (
    "You can go on with the study. Do this again later: the newer file replaces the older, and no answer counts twice."
)
NOTHING = "Nothing is answered yet: 0 of {total} done."
NOTHING_LEAD = "This file is saved, with no answer in it ({size}):"
NOTHING_AGAIN = "There is nothing to send yet. Once you have answered, do this again: the newer file replaces this one."
ELSEWHERE = "Save elsewhere…"
FILTER = "Studies (*.jury)"

# ---- whom to write to ---------------------------------------------------------------------------------------------

WRITE_TITLE = "Write to the researcher"
WRITE_KNOWN = "Whoever runs this study can be reached here:"
WRITE_UNKNOWN = "This study does not say how to reach its researcher. Write to whoever sent you the file."
WRITE_NO_STUDY = "Open a study first: it may say how to reach its researcher. Or write to whoever sent you the file."
CONTACT = "Contact"
COPY = "Copy"
COPIED = "Copied"
