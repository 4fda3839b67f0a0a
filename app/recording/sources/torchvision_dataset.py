"""Images of a torchvision data set that is already on disk."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import EpsImagePlugin, Image

from app.errors import Fault
from app.recording.images import Unreadable, reason, upright_rgb
from app.recording.sources.numbered import NumberedNames
from app.recording.sources.source import ImageSource

_NEVER_SET = {"download", "is_valid_file", "loader", "root", "target_transform", "transform", "transforms"}
_REFUSED = {
    "FakeData": "its images are made up, by a generator that threads would share",
    "LSUN": "it loads pickles that nothing vouches for, and a pickle can run anything",
}
"""Of all of torchvision's data sets the only others that load pickles are CIFAR's, after checking the MD5 of each file
against the published one."""


class _Items:
    """The images of a data set, by number.

    Items are read from several threads without a lock: torchvision's image data sets keep a list of paths or an array,
    and open a file anew for each item.
    """

    def __init__(self, dataset: Any, description: str) -> None:
        self._dataset = dataset
        self.names = NumberedNames("", len(dataset))
        self.description = description

    def read(self, name: str) -> bytes:
        try:
            image = upright_rgb(self._dataset[self.names.number(name)][0])
        except Unreadable:
            raise
        except Exception as error:  # Pillow's plugins raise almost anything on damaged files
            raise Unreadable(reason(error)) from error
        # PPM, because it has one way to write an image: a PNG's bytes would depend on the version of zlib.
        return b"P6\n%d %d\n255\n" % image.size + image.tobytes()


def torchvision_source(name: str, root: Path, arguments: Mapping[str, object]) -> ImageSource:
    """The images of a data set in torchvision.datasets. Nothing is downloaded.

    Args:
        name: the class, "CIFAR10".
        root: the folder that torchvision calls by this name.
        arguments: the class's others, {"train": False}; no functions.

    Raises:
        Fault: there is no such data set, or not on disk, an argument is not one, or the items hold no photographs.
    """
    # Some data sets open whatever Pillow can: on EPS it would start Ghostscript.
    EpsImagePlugin.gs_binary = False
    dataset = _load(name, root, arguments)
    try:
        image = dataset[0][0]
    except Exception as error:  # as many kinds as there are data sets
        raise Fault(f"The first item of torchvision's {name} in {root} cannot be read: {reason(error)}.") from error
    if not isinstance(image, Image.Image):
        raise Fault(f"The items of torchvision's {name} hold no images. Choose a data set of images.")
    settings = [f"{key}={_without_folder(value)}" for key, value in sorted(arguments.items())]
    return _Items(dataset, ", ".join([f"torchvision {name}", *settings]))


def _load(name: str, root: Path, arguments: Mapping[str, object]) -> Any:
    from app.recording.torchvision_ import torchvision

    datasets = torchvision.datasets
    kind = getattr(datasets, name, None) if name in datasets.__all__ else None
    if not isinstance(kind, type) or not issubclass(kind, datasets.VisionDataset):
        raise Fault(f"torchvision has no data set {name}.")
    if name in _REFUSED:
        raise Fault(f"torchvision's {name} is not used: {_REFUSED[name]}.")
    if refused := sorted(_NEVER_SET & arguments.keys()):
        raise Fault(f"The argument {refused[0]} of torchvision's {name} cannot be set.")
    # A few would download unless they are told not to.
    never = {"download": False} if "download" in inspect.signature(kind).parameters else {}
    try:
        return kind(root=root, **arguments, **never)
    except TypeError as error:
        raise Fault(f"torchvision's {name} does not take these arguments: {reason(error)}.") from error
    except Exception as error:  # as many kinds as there are data sets
        what, _, _ = reason(error).partition(". ")  # the next sentence is of downloading
        raise Fault(
            f"torchvision's {name} cannot be read from {root}: {what}. Nothing is downloaded here: put it there first."
        ) from error


def _without_folder(value: object) -> object:
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value
