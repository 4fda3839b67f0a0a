"""Stands between SQLite and the disk: whoever asks sees each change to a file before it is made, and may refuse it.

SQLite reaches files through a table of functions, its VFS. Here the table of the library that Python's own `sqlite3`
runs on is copied, functions of ours stand in place of the few that change something, and the copy becomes the default:
so the program's own code runs through it as it is. With no such library to be found, `why_not()` says why.
"""

from __future__ import annotations

import ctypes
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

OK, IOERR, FULL = 0, 10, 13
_DIRECTORY_SYNC_FAILED = IOERR | 5 << 8
_OPEN_CREATE = 4


@dataclass(frozen=True, slots=True)
class Op:
    """One change: a file is created, written, cut to a size (`offset`), synced or deleted; or a folder is synced."""

    kind: Literal["create", "write", "truncate", "sync", "delete", "folder"]
    path: str
    offset: int = 0
    data: bytes = b""


Hook = Callable[[Op], int]
"""Called before a change is made: OK lets it be made, any other of SQLite's codes is what SQLite gets instead."""


class _Vfs(Structure):
    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        *((name, c_void_p) for name in ("open", "delete", "access", "full_path")),
        *((name, c_void_p) for name in ("dl_open", "dl_error", "dl_sym", "dl_close", "randomness", "sleep", "time")),
        *((name, c_void_p) for name in ("last_error", "time64", "set_system_call", "get_system_call", "next_call")),
    )


class _Methods(Structure):
    _fields_ = (
        ("version", c_int),
        *((name, c_void_p) for name in ("close", "read", "write", "truncate", "sync", "size", "lock", "unlock")),
        *((name, c_void_p) for name in ("check_lock", "control", "sector", "characteristics")),
        *((name, c_void_p) for name in ("shm_map", "shm_lock", "shm_barrier", "shm_unmap", "fetch", "unfetch")),
    )


_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
_SET_CALL = CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)
_GET_CALL = CFUNCTYPE(c_void_p, c_void_p, c_char_p)
_OPEN_FOLDER = CFUNCTYPE(c_int, c_char_p, c_void_p)


class _Shim:
    """The VFS of ours over that of one library. It stays for as long as the process: open files point into it."""

    def __init__(self, library: ctypes.CDLL) -> None:
        library.sqlite3_vfs_find.restype = POINTER(_Vfs)
        library.sqlite3_vfs_register.argtypes = [c_void_p, c_int]
        self._register = library.sqlite3_vfs_register
        self.hook: Hook = lambda op: OK
        self._real: Any = library.sqlite3_vfs_find(None)
        real = self._real.contents
        self._open, self._delete = _OPEN(real.open), _DELETE(real.delete)
        self._vfs = _Vfs.from_buffer_copy(real)
        self._vfs.name, self._vfs.next = b"neuronjury-tests", None
        self._kept: list[object] = []  # what C points to
        self._vfs.open = self._pointer(_OPEN, self._opened)
        self._vfs.delete = self._pointer(_DELETE, self._deleted)
        self._paths: dict[int, str] = {}
        self._tables: dict[int, tuple[_Methods, _Methods]] = {}
        self._originals: dict[int, _Methods] = {}
        self._folder_code = OK
        # The folder is synced deep inside of the VFS, so we listen where it opens the folder for that.
        self._open_folder = _OPEN_FOLDER(_GET_CALL(real.get_system_call)(ctypes.addressof(real), b"openDirectory"))
        listening = self._pointer(_OPEN_FOLDER, self._folder_opened)
        _SET_CALL(real.set_system_call)(ctypes.addressof(real), b"openDirectory", listening)

    def take_over(self) -> None:
        self._register(ctypes.byref(self._vfs), 1)

    def give_back(self) -> None:
        self.hook = lambda op: OK
        self._register(self._real, 1)

    def _pointer(self, prototype: Any, function: Callable[..., int]) -> int | None:
        made = prototype(function)
        self._kept.append(made)
        return ctypes.cast(made, c_void_p).value

    # ---- in place of the VFS's own functions ---------------------------------------------------------------------

    def _opened(self, vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        path = ctypes.string_at(name).decode() if name else ""
        if path and flags & _OPEN_CREATE and not Path(path).exists() and (code := self.hook(Op("create", path))):
            c_void_p.from_address(file).value = None
            return code
        code = self._open(vfs, name, file, flags, out)
        if code == OK and path:
            methods = c_void_p.from_address(file)
            original, ours = self._table(methods.value or 0)
            self._paths[file], self._originals[file] = path, original
            methods.value = ctypes.addressof(ours)
        return int(code)

    def _table(self, address: int) -> tuple[_Methods, _Methods]:
        if address not in self._tables:
            original = _Methods.from_address(address)
            ours = _Methods.from_buffer_copy(original)
            ours.close = self._pointer(_CLOSE, self._closed)
            ours.write = self._pointer(_WRITE, self._written)
            ours.truncate = self._pointer(_TRUNCATE, self._truncated)
            ours.sync = self._pointer(_SYNC, self._synced)
            self._tables[address] = original, ours
        return self._tables[address]

    def _closed(self, file: int) -> int:
        del self._paths[file]
        return int(_CLOSE(self._originals.pop(file).close)(file))

    def _written(self, file: int, data: int, size: int, offset: int) -> int:
        op = Op("write", self._paths[file], offset, ctypes.string_at(data, size))
        return self.hook(op) or int(_WRITE(self._originals[file].write)(file, data, size, offset))

    def _truncated(self, file: int, size: int) -> int:
        op = Op("truncate", self._paths[file], size)
        return self.hook(op) or int(_TRUNCATE(self._originals[file].truncate)(file, size))

    def _synced(self, file: int, flags: int) -> int:
        op = Op("sync", self._paths[file])
        return self.hook(op) or int(_SYNC(self._originals[file].sync)(file, flags))

    def _deleted(self, vfs: int, name: bytes, sync_folder: int) -> int:
        self._folder_code = OK
        code = self.hook(Op("delete", name.decode())) or int(self._delete(vfs, name, sync_folder))
        return code or (self._folder_code and _DIRECTORY_SYNC_FAILED)

    def _folder_opened(self, path: bytes, out: int) -> int:
        self._folder_code = self.hook(Op("folder", str(Path(path.decode()).parent)))
        return int(self._open_folder(path, out))


def _libraries() -> Iterator[str | None]:
    """Where the library may be that Python's own module runs on."""
    maps = Path("/proc/self/maps")
    mapped = {line.split()[-1] for line in maps.read_text().splitlines()} if maps.exists() else set()
    yield from sorted(name for name in mapped if "libsqlite3" in name)
    yield from sorted(name for name in mapped if "_sqlite3" in name)
    yield None  # built into the interpreter


def _find() -> _Shim | str:
    for name in _libraries():
        try:
            library = ctypes.CDLL(name)
            library.sqlite3_vfs_register, library.sqlite3_vfs_find  # noqa: B018 - are they there?
        except (OSError, AttributeError, TypeError):
            continue
        shim = _Shim(library)
        if _is_heard(shim):
            return shim
    return "the SQLite that Python runs on cannot be reached here (it is linked into another library, or not Unix's)"


def _is_heard(shim: _Shim) -> bool:
    """Whether Python's module runs on this library, and not on another copy of it."""
    heard: list[Op] = []

    def hear(op: Op) -> int:
        heard.append(op)
        return OK

    with tempfile.TemporaryDirectory() as folder:
        shim.take_over()
        shim.hook = hear
        try:
            with closing(sqlite3.connect(Path(folder) / "probe")) as connection:
                connection.execute("CREATE TABLE t (x)")
        finally:
            shim.give_back()
    return bool(heard)


_found: _Shim | str | None = None


def _shim() -> _Shim | str:
    global _found
    if _found is None:
        _found = _find()
    return _found


def why_not() -> str | None:
    """Why nothing can be seen of what SQLite does here; None where it can."""
    shim = _shim()
    return shim if isinstance(shim, str) else None


@contextmanager
def watching(hook: Hook) -> Iterator[None]:
    """Meanwhile every change that SQLite makes to a file which was opened meanwhile goes by this hook first."""
    shim = _shim()
    assert isinstance(shim, _Shim), shim
    shim.hook = hook
    shim.take_over()
    try:
        yield
    finally:
        shim.give_back()
