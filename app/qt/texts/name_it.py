"""The words of the task "Name it"."""

QUESTION = "What does this unit respond to?"
"""Where the rubric asks nothing of its own."""
CHOICES = ("One thing", "Several things", "Nothing nameable")
"""In the order of records.NAMED."""
DEFINITIONS = (
    "One name fits most of the strongest images.",
    "They fall into groups, each with a name of its own.",
    "I see nothing that they have in common.",
)
KEY = "Key {key}; in the text, Alt and {key}"
CHOSEN, NOT_CHOSEN = "\N{BLACK CIRCLE}", "\N{WHITE CIRCLE}"
GIVEN = "\N{CHECK MARK}"

IN_WORDS = "In a few words"
IN_WORDS_NAME = "What does this unit respond to, in a few words?"
PLACEHOLDER = "What the strongest images have in common"
PLACEHOLDER_OPTIONAL = "May stay empty"
COUNT = "{count} of {most} characters"
DONE = "Done"
READY = "Ctrl+Enter gives the answer."
NO_CHOICE = "To go on, choose one of the three."
NO_WORDS = "To go on, say in a few words what it is."
UNREADABLE = "The examples could not be read, so there is nothing to name. Close the study and open it again."
KEPT = "Your answer is kept."

NEW_MOST, NEW_LEAST = "Most: new examples", "Least: new examples"
