"""The commands."""


def main() -> None:
    """Placeholder."""
