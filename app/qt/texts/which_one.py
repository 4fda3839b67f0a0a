"""The words of the task "Which one?"."""

QUESTION = "Which of the two activates the unit more strongly?"
"""Where the rubric asks nothing of its own."""
HINT = "The further out, the surer. {previous} {next} mark an answer, {confirm} gives it."
NEW_UNIT = "From here on it is another unit."
MISSING = "An image cannot be shown, so there is nothing to compare. Press {key} to go on."

SURE = ("Perhaps {side}", "Probably {side}", "Surely {side}")
"""The answers, by confidence from 1 to 3."""
LEFT, RIGHT = "left", "right"
TO_LEFT, TO_RIGHT = "\N{BLACK LEFT-POINTING SMALL TRIANGLE}", "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}"
ANSWERS = "Answers: the further out, the surer"
MARKED = "Marked: {key} gives it"
GIVEN = "Your answer"
CANNOT_TELL = "Go on without an answer"

IMAGES = ("Left image", "Right image")
NO_IMAGE = "This image cannot be shown."
ACTIVATION = "Activation {activation}"
HIGHER = "higher"

NEW_MOST, NEW_LEAST = "Most: new examples", "Least: new examples"

IS_RIGHT = "\N{CHECK MARK} Right: it is the image on the {side}."
IS_WRONG = "\N{BALLOT X} Not right: it is the image on the {side}."
IT_IS = "It is the image on the {side}."
STRONGER = "The image on the {side} activates the unit more strongly."
ALIKE = "Both activate the unit alike."
