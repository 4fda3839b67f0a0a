"""What is kept of a person between two starts: which studies they opened, and their keys. Nothing of what they said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSettings

from app.qt.keys import Action, KeyMap, fits
from app.qt.whom import contact_line

MOST_RECENT = 8
_RECENT, _KEYS = "recent", "keys"
_LONGEST = 400
"""Of a contact, as in a study."""


@dataclass(frozen=True, slots=True)
class Recent:
    """A study that was opened here before."""

    path: Path
    opened: datetime
    """Local time."""
    contact: str = ""
    """Whom to write to about it, as it said itself."""


class Settings:
    """A person's own settings; what cannot be read counts as not set."""

    def __init__(self, store: QSettings | None = None, now: Callable[[], datetime] = datetime.now) -> None:
        ini, user = QSettings.Format.IniFormat, QSettings.Scope.UserScope
        self._store = store or QSettings(ini, user, "neuronjury", "neuronjury")
        self._now = now

    # ---- recent studies ------------------------------------------------------------------------------------------

    def recent(self) -> tuple[Recent, ...]:
        """The studies opened last, the newest first."""
        found = []
        for place in range(min(self._store.beginReadArray(_RECENT), MOST_RECENT)):
            self._store.setArrayIndex(place)
            one = _recent(*(self._store.value(name) for name in ("path", "opened", "contact")))
            if one is not None:
                found.append(one)
        self._store.endArray()
        return tuple(found)

    def remember(self, path: Path, contact: str = "") -> None:
        """This study was opened now; `contact` is whom to write to, for when it no longer opens."""
        own = Recent(path.resolve(), self._now().replace(microsecond=0), contact)
        self._write_recent((own, *(one for one in self.recent() if one.path != own.path)))

    def contact(self, path: Path) -> str:
        """Whom to write to about the file at `path`; empty where it was never opened, or did not say."""
        wanted = path.resolve()
        return next((one.contact for one in self.recent() if one.path == wanted), "")

    def forget(self, path: Path) -> None:
        """Take a study off the list."""
        self._write_recent(tuple(one for one in self.recent() if one.path != path))

    def _write_recent(self, recent: tuple[Recent, ...]) -> None:
        self._store.remove(_RECENT)
        self._store.beginWriteArray(_RECENT)
        for place, one in enumerate(recent[:MOST_RECENT]):
            self._store.setArrayIndex(place)
            self._store.setValue("path", str(one.path))
            self._store.setValue("opened", one.opened.isoformat())
            if one.contact:
                self._store.setValue("contact", one.contact)
        self._store.endArray()
        self._store.sync()

    # ---- keys ----------------------------------------------------------------------------------------------------

    def keys(self) -> KeyMap:
        """The keys as they were set, without those that do not fit; the defaults where two actions would share one."""
        self._store.beginGroup(_KEYS)
        stored = {action: self._store.value(action.value) for action in Action}
        self._store.endGroup()
        keys = KeyMap({action: key for action, key in stored.items() if isinstance(key, str) and fits(action, key)})
        return keys if len({keys.key(action) for action in Action}) == len(Action) else KeyMap()

    def set_keys(self, keys: KeyMap) -> None:
        """Keep these keys."""
        self._store.remove(_KEYS)
        self._store.beginGroup(_KEYS)
        for action, key in keys.changed.items():
            self._store.setValue(action.value, key)
        self._store.endGroup()
        self._store.sync()


def _recent(path: object, opened: object, contact: object) -> Recent | None:
    try:
        if not path or "\0" in str(path):
            return None
        known = contact_line(contact)[:_LONGEST] if isinstance(contact, str) else ""
        return Recent(Path(str(path)), datetime.fromisoformat(str(opened)), known)
    except ValueError:
        return None
