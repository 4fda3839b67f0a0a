"""A network that somebody's own function builds."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import inspect
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from torch import nn

from app.errors import Fault
from app.recording.weights import state_sha256

PREFIX = "python:"


def call_function(name: str, folder: Path) -> nn.Module:
    """What the function returns that `name` (`python:package.module:function`) names: a network.

    The module is looked for in `folder` first. This runs its code.

    Raises:
        Fault: the name has another form, there is no such module or function, it raises something, or it returns
            something else than a torch.nn.Module.
    """
    module_name, _, function_name = name.removeprefix(PREFIX).partition(":")
    if not all(part.isidentifier() for part in (*module_name.split("."), function_name)):
        raise Fault(f"{name!r} is no name of a function. Write python:package.module:function.")
    with _importing_from(folder):
        function = _function(name, module_name, function_name, folder)
        try:
            network = function()
        except (Exception, SystemExit) as error:
            raise _fault(f"{function_name}() of {module_name}", error, folder) from error
    if not isinstance(network, nn.Module):
        raise Fault(f"{name} returned a {type(network).__name__}: it must return a torch.nn.Module and nothing else.")
    return network


def _function(name: str, module_name: str, function_name: str, folder: Path) -> Callable[[], object]:
    try:
        module = importlib.import_module(module_name)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and f"{module_name}.".startswith(f"{error.name}."):
            raise Fault(
                f"There is no Python module {error.name!r} for {name}, neither in {folder.resolve()} nor among the"
                " installed packages."
            ) from error
        raise _fault(f"Importing {module_name}", error, folder) from error
    function = getattr(module, function_name, None)
    if not callable(function):
        raise Fault(f"The Python module {module_name} ({module.__file__}) has no function {function_name!r}.")
    return function  # type: ignore[no-any-return]


@contextlib.contextmanager
def _importing_from(folder: Path) -> Iterator[None]:
    entry = str(folder.resolve())
    importlib.invalidate_caches()
    sys.path.insert(0, entry)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # their code may have taken it off
            sys.path.remove(entry)


def _fault(doing: str, error: BaseException, folder: Path) -> Fault:
    first = next(iter(str(error).splitlines()), "")
    told = f"{type(error).__name__}: {first}" if first else type(error).__name__
    return Fault(f"{doing} failed with {told} ({_place(error, folder.resolve())}).")


def _place(error: BaseException, folder: Path) -> str:
    """File and line where it was raised: the last place in code of `folder`, if it passed through any."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    frame = next((frame for frame in reversed(frames) if _is_theirs(Path(frame.filename), folder)), frames[-1])
    return f"{frame.filename}:{frame.lineno}"


def _is_theirs(path: Path, folder: Path) -> bool:
    # A virtual environment may lie in the folder as well.
    return path.is_relative_to(folder) and "site-packages" not in path.parts


def network_sha256(network: nn.Module) -> str:
    """SHA-256 over what a network is made of and its parameters and buffers.

    The first is its `repr`, and the source of each class in it that torch itself does not define, so that another
    forward pass is another network. Code that those classes call elsewhere is not looked at.
    """
    # A repr may tell where an object lies in memory, which says nothing about the network.
    parts = [re.sub(r" at 0x[0-9a-fA-F]+", "", repr(network))]
    kinds = {type(module) for module in network.modules() if not type(module).__module__.startswith("torch.")}
    for kind in sorted(kinds, key=lambda kind: (kind.__module__, kind.__qualname__)):
        with contextlib.suppress(OSError, TypeError):  # a class need not come from a file
            parts.append(inspect.getsource(kind))
    parts.append(state_sha256(network))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
