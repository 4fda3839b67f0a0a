"""Where images come from: a folder, a list, tar shards, a data set. Each gives names, and bytes by name.

Every image can be read by its name, in any order, from any thread or process: a worker takes `names[rank::world]`, and
a recording that was cut off goes on in the middle. Names are sorted and hold no absolute path; the same images give the
same names on every machine.
"""

from app.recording.sources.files import folder_source, list_source
from app.recording.sources.huggingface import huggingface_source
from app.recording.sources.shards import tar_source
from app.recording.sources.source import ImageSource
from app.recording.sources.torchvision_dataset import torchvision_source

__all__ = ["ImageSource", "folder_source", "huggingface_source", "list_source", "tar_source", "torchvision_source"]
