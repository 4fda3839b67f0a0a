"""Other tools: the study's tasks for Label Studio, jsPsych and Prodigy, and the labels that come back from them.

`tasks` writes a folder that a lab can use as it is; `reading` makes answers of what a tool wrote; `importing` brings
them into the study. docs/other-tools.md says what is kept and what is not.
"""
