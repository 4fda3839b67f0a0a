"""How figures on raters are written, on the terminal and in the window alike."""

from __future__ import annotations

NOBODY = "Nobody has begun yet."


def percent(share: float) -> str:
    """A share in whole percent."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def fine_percent(share: float) -> str:
    """A share in percent with three digits, so that what is just below a threshold does not look equal to it."""
    return f"{100 * share:.3g}\N{NO-BREAK SPACE}%"


def seconds(value: float) -> str:
    """A time for one answer."""
    return f"{value:.1f}\N{NO-BREAK SPACE}s" if value >= 1 else f"{value:.2f}\N{NO-BREAK SPACE}s"
