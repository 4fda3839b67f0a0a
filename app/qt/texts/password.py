"""What the window says of a file with a password."""

TITLE = "A file with a password"
LEAD = (
    "It needs a password, or is no study file. Whoever sent you the file knows the password. It is not kept here: you"
    " are asked for it whenever you open the file."
)
FIELD = "Password"
SHOW = "Show the password"
OPEN = "Open"
OPENING = "Opening…"
WRONG = "This is not the password, or it is no study file. Capital and small letters count."
SUMMARY = "Has a password."
