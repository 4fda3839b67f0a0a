"""The words of the labeling page, and of the tasks that judge one image beside its examples."""

from __future__ import annotations

PAGE = "Labeling"

# ---- the line at the foot of the page ----------------------------------------------------------------------------
UNDO = "Undo"
COMMENT = "Comment"
EDIT_COMMENT = "Edit comment"
FLAG = "Flag"
FLAGGED = "\N{BLACK FLAG} Flagged"
PAUSE = "Pause"
RUBRIC = "Instructions"
GO_ON = "Go on"
SAVING = "Saving…"
YOUR_COMMENT = "\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}"
DONE_OF = "{place} of {total}"
PRACTICE_OF = "Practice {place} of {total}"
PROGRESS = "Progress"
PROGRESS_BAR = "Images labeled"
NEWS = "Comment or state"
PROBLEM = "Problem"
TRY_AGAIN = "Try again"
CANNOT_BE_TOLD = "The activation of this image could not be read. Your answer is kept."

# ---- a pause -----------------------------------------------------------------------------------------------------
PAUSED = "Paused"
HOW_TO_RESUME = "The image is hidden and the time does not count. Press {key} or the button to go on."

# ---- the examples ------------------------------------------------------------------------------------------------
EVIDENCE = "What the unit responds to"
NEW_EXAMPLES = "New examples on this side"
MOST_GRID = "What the unit responds to most"
LEAST_GRID = "What it responds to least"
MOST = "Most activating"
LEAST = "Least activating"
ALL_IMAGES = "All images, by activation"
HISTOGRAM = "Distribution of activations over all images"
HISTOGRAM_MARKED = "This image is marked at {activation}"
ACTIVATION_AXIS = "activation"
IMAGES_AXIS = "images"
ACTIVATIONS = "Activations: {activations}"
NO_EXAMPLES = "For this image, no examples are shown."
THIS_IMAGE = "This image: {activation}"

# ---- the image ---------------------------------------------------------------------------------------------------
STIMULUS = "The image to judge"
CANNOT_BE_SHOWN = "This image cannot be shown: press {key} to go on."
ACTIVATION_SHOWN = "Activation shown"
HEAT_MAP = "Heat map"
HEAT_LEGEND = "Heat map: from {low} to {high}"
ZOOM = "Zoom"
ZOOM_IN = "Zoom in"
ZOOM_OUT = "Zoom out"

# ---- the answers -------------------------------------------------------------------------------------------------
KEY = "Key {key}"
CANNOT_TELL = "Can't tell"
NOTHING = "Nothing nameable here"
DONE = "Done"
SEVERAL = "Choose all that apply"
CHOSEN = "chosen"
YOUR_ANSWER = "your answer"
RIGHT_ANSWER = "right"

# ---- a rating ----------------------------------------------------------------------------------------------------
STEP = "{value} of {top}"
END_STEP = "{value} of {top}: {words}"
SLIDER = "Rating from 0, {low}, to {top}, {high}"
NOT_SET = "Not set yet"
SET_TO = "Set to {value}"
HOW_TO_SET = "Click on the line, or press an arrow key or a digit."
FROM_TO = "{low} to {high}"

# ---- what is told of an answer -----------------------------------------------------------------------------------
RIGHT = "\N{CHECK MARK} Right"
NOT_RIGHT = "\N{BALLOT X} Not right"
KEPT = "Your answer is kept"
YOU_SAID = "You said: {answer}."
RIGHT_IS = "Right: {answers}."
IT_FIRES = "The unit's activation on this image is {activation}."
