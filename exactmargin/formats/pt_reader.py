"""``.pt`` files of PyTorch, read without PyTorch and without running code from them.

Since PyTorch 1.6 such a file is a zip archive: a pickle with the structure, and one member of raw
bytes per storage.  A pickle may name any function and call it; this reader knows the closed list
of names below, gives each a harmless meaning of its own, and refuses every other by name.  No name
is ever imported.  Members must be stored uncompressed, as PyTorch does, and a tensor must lie
inside its storage: so nothing larger than the file is ever made.
"""

import io
import math
import pickle
import pickletools
import zipfile
from collections import OrderedDict
from typing import Any, final

import numpy as np

from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown
from exactmargin.formats.places import Place
from exactmargin.formats.sources import file_error

__all__ = ["load_pt"]

_DTYPES = {
    "DoubleStorage": "f8",
    "FloatStorage": "f4",
    "HalfStorage": "f2",
    "BFloat16Storage": "u2",
    "LongStorage": "i8",
    "IntStorage": "i4",
}
"""The storages that are read, and how NumPy reads their bytes."""

_MODULES = {
    "torch.nn.modules.container": {"Sequential"},
    "torch.nn.modules.linear": {"Identity", "Linear"},
    "torch.nn.modules.conv": {"Conv1d", "Conv2d", "Conv3d"},
    "torch.nn.modules.activation": {"LeakyReLU", "ReLU"},
    "torch.nn.modules.flatten": {"Flatten"},
}
"""The modules of a whole pickled model; they become objects with attributes and no behaviour."""


def load_pt(name: str) -> Any:
    """What the file holds: dicts, lists, numbers, tensors as NumPy arrays, modules as dead objects.

    Raises `InvalidInputError` for anything else, with the name that is not on the list.
    """
    place = Place(name)
    try:
        with zipfile.ZipFile(name) as archive:
            return _Reader(archive, place).load()
    except InvalidInputError:
        raise
    except OSError as error:
        raise file_error(place, error, "read") from None
    except zipfile.BadZipFile:
        raise place.error(
            "not a zip archive; save it again with torch.save of PyTorch 1.6 or later"
        ) from None
    except Exception as error:  # a damaged pickle may fail in any way, and none is our error
        reason = f"{type(error).__name__}: {error}"
        raise place.error(f"a damaged PyTorch file ({reason[:120]})") from None


@final
class _StorageType(str):
    """A class of storages, by name; a text, so that no pickle can alter it or call it."""

    __slots__ = ()


@final
class _Rebuild(str):
    """A function that PyTorch's pickles call, by name; a text, so that no pickle can alter it."""

    __slots__ = ()

    def __call__(self, *arguments: Any) -> Any:
        return arguments[0] if self == "_rebuild_parameter" else _view(*arguments[:4])


_CONTAINERS = {
    ("collections", "OrderedDict"): OrderedDict,
    ("builtins", "set"): set,
    ("__builtin__", "set"): set,
}
"""The classes that keep their own meaning: no pickle can alter them, and they only hold things."""

_CALLED = {"_rebuild_tensor_v2", "_rebuild_parameter"}


@final
class _Reader:
    """One open archive."""

    def __init__(self, archive: zipfile.ZipFile, place: Place) -> None:
        self.archive = archive
        self.place = place
        self.storages: dict[str, Any] = {}
        pickles = [entry for entry in archive.namelist() if entry.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise place.error("a zip archive without a data.pkl; expected a file of torch.save")
        self.folder = pickles[0].removesuffix("data.pkl")

    def load(self) -> Any:
        order = f"{self.folder}byteorder"
        if order in self.archive.namelist() and self.member("byteorder") not in (b"little", b""):
            raise self.place.error("a big-endian file; save it on a little-endian machine")
        reader = self

        class Restricted(pickle.Unpickler):
            def find_class(self, module: str, name: str) -> Any:
                return reader.named(module, name)

            def persistent_load(self, pid: Any) -> Any:
                return reader.storage(pid)

        data = self.member("data.pkl")
        for opcode, argument, _ in pickletools.genops(data):
            # the unpickler makes a table as long as the greatest number in it
            if opcode.name.endswith("PUT") and int(argument or 0) > len(data):
                raise ValueError(f"the memo {argument} in a pickle of {len(data)} bytes")
        return Restricted(io.BytesIO(data)).load()

    def named(self, module: str, name: str) -> Any:
        """The meaning of a global name: one of the closed list, or an error."""
        if (module, name) in _CONTAINERS:
            return _CONTAINERS[module, name]
        if module == "torch" and name in _DTYPES:
            return _StorageType(name)
        if module == "torch._utils" and name in _CALLED:
            return _Rebuild(name)
        if name in _MODULES.get(module, ()):
            return type(name, (_DeadModule,), {"__module__": module})
        raise self.place.error(
            f"names {module}.{name}, which is not read, because to unpickle it is to run code; "
            "save model.state_dict() alone, or export the model to ONNX"
        )

    def storage(self, pid: Any) -> Any:
        """The numbers of one storage, read from its member once."""
        _, kind, key, _, count = pid
        if not isinstance(kind, _StorageType) or not isinstance(key, str):
            raise self.place.error(f"a storage of {shown(kind)}, which is not read")
        if key not in self.storages:
            data = self.member(f"data/{key}")
            array = np.frombuffer(data, dtype=f"<{_DTYPES[kind]}", count=count)
            if kind == "BFloat16Storage":  # the upper half of a float32
                array = (array.astype("<u4") << 16).view("<f4")
            self.storages[key] = array
        return self.storages[key]

    def member(self, name: str) -> bytes:
        return self.archive.read(self.info(name))

    def info(self, name: str) -> zipfile.ZipInfo:
        info = self.archive.getinfo(self.folder + name)
        if info.compress_type != zipfile.ZIP_STORED:
            raise self.place.error(f"its member {name} is compressed; torch.save stores it plainly")
        return info


class _DeadModule:
    """A module of a pickled model: the attributes that it was saved with, and no behaviour."""

    def __getattr__(self, name: str) -> Any:
        parameters = self.__dict__.get("_parameters")
        if isinstance(parameters, dict) and name in parameters:
            return parameters[name]
        raise AttributeError(name)


def _view(storage: Any, offset: int, size: tuple[int, ...], stride: tuple[int, ...]) -> Any:
    """A tensor as a copy of its entries of a storage; it must lie inside, and be no larger."""
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    empty = 0 in size
    outside = min((offset, *size, *stride)) < 0 or (not empty and last >= len(storage))
    if outside or math.prod(size) > len(storage):
        raise ValueError(f"a tensor of shape {size} outside its storage of {len(storage)} numbers")
    steps = [step * storage.itemsize for step in stride]
    return np.lib.stride_tricks.as_strided(storage[offset:], size, steps, writeable=False)
