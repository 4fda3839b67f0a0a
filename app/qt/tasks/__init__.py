"""The tasks that a rater may be given: each draws what is to be judged, and takes the answer."""

from __future__ import annotations

from app.qt.keys import KeyMap
from app.qt.tasks.task import TaskView
from app.qt.theme import Theme
from app.study.records import Rubric


def task_view(rubric: Rubric, keys: KeyMap, theme: Theme) -> TaskView:
    """The view for the task of a rubric."""
    from app.qt.tasks.categorize import CategorizeView
    from app.qt.tasks.name_it import NameItView
    from app.qt.tasks.rate import RateView
    from app.qt.tasks.which_one import WhichOneView

    views: dict[str, type[TaskView]] = {
        "categorize": CategorizeView,
        "rate": RateView,
        "which_one": WhichOneView,
        "name_it": NameItView,
    }
    return views[rubric.task](rubric, keys, theme)
