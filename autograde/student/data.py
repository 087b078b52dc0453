"""What may pass between a student's code and a check: plain data, and nothing else.

A value crosses as a copy, with exact types only. Whatever is not on the list crosses as `Foreign`, which carries a
type's name and no behaviour, so that no object of the student's is ever compared, called or asked for anything.
"""

import gc
import sys
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from transformers import DynamicCache

MAX_ITEMS = 1_000_000  # items of containers in one value
MAX_ELEMENTS = 10_000_000  # elements of tensors in one value
MAX_TEXT = 10_000_000  # characters of all strings in one value
MAX_BITS = 1_000  # of a whole number
MAX_DEPTH = 50  # containers in containers

DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.bool,
        torch.uint8,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
    )
}


@dataclass(frozen=True)
class Foreign:
    """A value of a type that does not cross, reduced to the name of its type."""

    type_name: str


@dataclass(frozen=True, eq=False)
class KeyValues:
    """A KV cache: keys and values [B, heads, T, d] of each layer. In a lent model's lie tags (utils.toy)."""

    keys: list[torch.Tensor]
    values: list[torch.Tensor]


@dataclass(frozen=True, eq=False)
class Frame:
    """A pandas.DataFrame without its index: names of columns, and rows of plain values."""

    columns: list[Any]
    rows: list[list[Any]]


@dataclass(frozen=True)
class LoadedRef:
    """What a lent loader gave, given back: the loader's `number`th."""

    number: int


class Loaded:
    """What a lent loader returns, with the face of `utils.LoadedModel`. It crosses back as a LoadedRef."""

    def __init__(
        self, number: int, name: str, model: Any, tokenizer: Any, tell: Callable[[], object]
    ):
        self.number, self.name = number, name
        self._model, self._tokenizer, self._tell = model, tokenizer, tell

    @property
    def model(self) -> Any:
        return self._part(self._model)

    @property
    def tokenizer(self) -> Any:
        return self._part(self._tokenizer)

    def unload(self) -> None:
        """As the real one: let go, and collect what only refers to itself."""
        self._model = self._tokenizer = None
        gc.collect()
        self._tell()

    def __enter__(self) -> "Loaded":
        return self

    def __exit__(self, *exception: object) -> None:
        self.unload()

    def _part(self, part: Any) -> Any:
        if part is None:
            raise RuntimeError(f"{self.name} has been unloaded")
        return part


@dataclass(frozen=True)
class Lent:
    """A thing that the check's side lends for the time of a call: `autograde.student.lent` builds it from `data`.

    number: its name when it asks back. shared: where not empty, whatever is lent under this name is one object.
    """

    number: int
    kind: str
    data: Any
    shared: str = ""


def plain(value: Any) -> Any:
    """A copy of `value` made of plain data; `Foreign` where a part of it is of another type or too large."""
    return _Crossing().copy(value)


class _Crossing:
    def __init__(self) -> None:
        self.items = MAX_ITEMS
        self.elements = MAX_ELEMENTS
        self.text = MAX_TEXT

    def copy(self, value: Any, depth: int = 0) -> Any:
        kind = type(value)
        self.items -= 1
        if depth > MAX_DEPTH or self.items < 0:
            return Foreign("a value too large or too deeply nested")
        if value is None or kind in (bool, float):
            return value
        if kind is int:
            return value if value.bit_length() <= MAX_BITS else Foreign("a number too large")
        if kind is str:
            self.text -= len(value)
            return value if self.text >= 0 else Foreign("a string too large")
        if kind in (list, tuple):
            return kind(self.copy(item, depth + 1) for item in value)
        if kind in (dict, Counter, defaultdict, OrderedDict):  # all are dicts on the other side
            return {
                self.copy(key, depth + 1): self.copy(item, depth + 1)
                for key, item in dict.items(value)
            }
        if kind is torch.Tensor:
            return self.tensor(value)
        if kind is torch.dtype:
            return value if value in DTYPES.values() else Foreign("dtype")
        if kind is DynamicCache:
            return self.cache(value)
        if kind is Lent:
            return Lent(value.number, value.kind, self.copy(value.data, depth + 1), value.shared)
        if kind is Loaded:
            return LoadedRef(value.number) if type(value.number) is int else Foreign("Loaded")
        if kind is KeyValues:
            return self.key_values(value.keys, value.values)
        if kind in (Foreign, LoadedRef):  # what has crossed already
            return value
        if kind is Frame:
            return Frame(self.copy(value.columns, depth + 1), self.copy(value.rows, depth + 1))
        if kind is getattr(sys.modules.get("pandas"), "DataFrame", None):
            return self.frame(value, depth)
        if kind.__module__ == "numpy" and isinstance(value, np.number | np.bool_):
            return value.item()
        return Foreign(kind.__name__[:100])

    def frame(self, value: Any, depth: int) -> Any:
        if value.size + len(value.columns) > self.items:
            return Foreign("a DataFrame too large")
        rows = [list(row) for row in value.itertuples(index=False, name=None)]
        return Frame(self.copy(list(value.columns), depth + 1), self.copy(rows, depth + 1))

    def cache(self, value: Any) -> Any:
        layers = [layer for layer in value.layers if layer.is_initialized]
        keys, values = [layer.keys for layer in layers], [layer.values for layer in layers]
        if not all(type(each) is torch.Tensor and each.dim() == 4 for each in keys + values):
            return Foreign("DynamicCache")
        return self.key_values(keys, values)

    def key_values(self, keys: Any, values: Any) -> Any:
        halves = self.copy(keys), self.copy(values)
        if not all(type(h) is list and all(type(t) is torch.Tensor for t in h) for h in halves):
            return Foreign("DynamicCache")
        return KeyValues(*halves)

    def tensor(self, value: torch.Tensor) -> Any:
        self.elements -= value.numel()
        if self.elements < 0 or value.layout is not torch.strided or value.is_meta:
            return Foreign("a tensor too large or of another layout")
        if value.dtype not in DTYPES.values():
            return Foreign(f"a tensor of {str(value.dtype).removeprefix('torch.')}")
        copy = value.detach().cpu().clone()
        # Whether a gradient hangs on a result is part of the result.
        return copy.requires_grad_(value.requires_grad)


def same(a: Any, b: Any) -> bool:
    """Whether two plain values are equal: same types, same numbers, NaN equal to NaN."""
    if type(a) is not type(b):
        return False
    if isinstance(a, torch.Tensor):
        return (
            a.dtype == b.dtype
            and a.shape == b.shape
            and bool(torch.eq(a, b).logical_or((a != a) & (b != b)).all())
        )
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, KeyValues):
        return same(a.keys, b.keys) and same(a.values, b.values)
    if isinstance(a, Frame):
        return same(a.columns, b.columns) and same(a.rows, b.rows)
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, Lent):
        return (a.number, a.kind, a.shared) == (b.number, b.kind, b.shared) and same(a.data, b.data)
    return a == b or (a != a and b != b)
