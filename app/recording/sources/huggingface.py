"""Images of a data set that the Hugging Face `datasets` library has saved to disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import Fault
from app.recording.images import Unreadable, reason
from app.recording.sources.numbered import NumberedNames
from app.recording.sources.source import ImageSource, check_size, read_file

if TYPE_CHECKING:
    from datasets import Dataset


class _Rows:
    """One column of a data set whose images are left encoded.

    Rows are read from several threads without a lock: the Arrow table never changes, and each look-up makes its own
    formatter.
    """

    def __init__(self, dataset: Dataset, column: str, split: str | None, folder: Path) -> None:
        self._dataset, self._column, self._folder = dataset, column, folder
        self.names = NumberedNames(f"{split}/" if split else "", len(dataset))
        self.description = ", ".join(
            ["Hugging Face dataset", *([f"split {split}"] if split else []), f"column {column}"]
        )

    def read(self, name: str) -> bytes:
        try:
            image = self._dataset[self.names.number(name)][self._column] or {}
        except Exception as error:  # Arrow's errors, for damage
            raise Unreadable(reason(error)) from error
        data, path = image.get("bytes"), image.get("path")
        if data is not None:
            check_size(len(data))
            return bytes(data)
        if path is None:
            raise Unreadable("there is no image in this row")
        return read_file(self._folder / path)


def huggingface_source(path: Path, column: str | None, split: str | None) -> ImageSource:
    """The images of a data set written by `save_to_disk`. Nothing is fetched, and no code of the data set is run.

    Args:
        path: the folder of a Dataset or DatasetDict.
        column: the column of images; not needed where there is one.
        split: the split; not needed where there is one.

    Raises:
        Fault: `datasets` is not installed, there is no such data set, column or split, or there are several to choose
            from.
    """
    dataset, split = _choose_split(path, split)
    column = _choose_column(dataset, column, path)
    if not len(dataset):
        raise Fault(f"The data set in {path} has no rows.")
    from datasets import Image

    # Whatever format it was saved with, rows are wanted as plain Python values.
    bare = dataset.with_format(None).select_columns([column]).cast_column(column, Image(decode=False))
    return _Rows(bare, column, split, path)


def _choose_split(path: Path, split: str | None) -> tuple[Dataset, str | None]:
    try:
        from datasets import DatasetDict, load_from_disk
    except ModuleNotFoundError as error:
        raise Fault("Hugging Face datasets need a library more: pip install 'neuron-jury[huggingface]'.") from error
    if not path.is_dir():
        raise Fault(f"There is no folder {path}.")
    try:
        loaded = load_from_disk(str(path))
    except Exception as error:  # JSON's, Arrow's and fsspec's errors, KeyError, ...
        raise Fault(f"{path} is no data set written by save_to_disk, or it is damaged: {reason(error)}.") from error
    if isinstance(loaded, DatasetDict):
        splits = {str(name): dataset for name, dataset in loaded.items()}
    else:
        splits = {str(loaded.split): loaded} if loaded.split else {"": loaded}
    chosen = _choose("split", split, list(splits), path)
    return splits[chosen], chosen or None


def _choose_column(dataset: Dataset, column: str | None, path: Path) -> str:
    from datasets import Image

    images = [name for name, feature in dataset.features.items() if isinstance(feature, Image)]
    return _choose("column of images", column, images, path)


def _choose(what: str, wanted: str | None, there: list[str], path: Path) -> str:
    if wanted is None and len(there) == 1:
        return there[0]
    if wanted in there:
        return wanted
    listed = ", ".join(filter(None, there)) or "none"
    if wanted is None:
        raise Fault(f"Which {what} of {path}? It has: {listed}. Name one.")
    raise Fault(f"There is no {what} {wanted} in {path}. It has: {listed}.")
