"""Plain data (`autograde.student.data`) over a socket. Nothing is ever unpickled.

A frame is two lengths, a tree in JSON, and the bytes of its tensors in the order in which the tree names them. In the
tree, `null`, booleans, numbers, strings and lists are themselves; everything else is an object with one key.
"""

import json
import math
import socket
import struct
from typing import Any, Protocol

import torch

from autograde.student.data import (
    DTYPES,
    MAX_DEPTH,
    Foreign,
    Frame,
    KeyValues,
    Lent,
    LoadedRef,
)

LENGTHS = struct.Struct("!II")
MAX_TREE = 64_000_000  # bytes
MAX_TENSORS = 128_000_000  # bytes


class Malformed(ValueError):
    """Bytes that are not a frame of plain data. An honest process never sends them."""


def pack(value: Any) -> bytes:
    """The frame of a plain value (at most MAX_TREE and MAX_TENSORS long, as `plain` keeps it)."""
    blobs: list[bytes] = []
    tree = json.dumps(_tree(value, blobs), separators=(",", ":")).encode()
    return LENGTHS.pack(len(tree), sum(map(len, blobs))) + tree + b"".join(blobs)


def unpack(tree: bytes, blob: bytes) -> Any:
    """The value of a frame's two parts. Raises Malformed."""
    try:
        reader = _Reader(blob)
        value = reader.value(json.loads(tree), 0)
    except (ValueError, TypeError, KeyError, RuntimeError, RecursionError, OverflowError) as error:
        raise Malformed(str(error)[:200]) from None
    if reader.position != len(blob):
        raise Malformed("bytes left over")
    return value


def send(connection: socket.socket, value: Any) -> None:
    connection.sendall(pack(value))


class Source(Protocol):
    """What bytes come from: a socket, or one that is watched while it waits."""

    def recv(self, count: int, /) -> bytes: ...


def receive(connection: Source) -> Any:
    """The next value; raises Malformed, or EOFError when the other side has gone."""
    tree, blob = LENGTHS.unpack(_exactly(connection, LENGTHS.size))
    if tree > MAX_TREE or blob > MAX_TENSORS:
        raise Malformed(f"a frame of {tree + blob} bytes")
    return unpack(_exactly(connection, tree), _exactly(connection, blob))


def _exactly(connection: Source, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        piece = connection.recv(min(count - len(data), 1 << 20))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)


def _tree(value: Any, blobs: list[bytes]) -> Any:
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is list:
        return [_tree(item, blobs) for item in value]
    if kind is tuple:
        return {"tuple": [_tree(item, blobs) for item in value]}
    if kind is dict:
        return {"dict": [[_tree(k, blobs), _tree(v, blobs)] for k, v in value.items()]}
    if kind is torch.Tensor:
        # A transposed tensor arrives transposed: code that only works on contiguous ones is to be found out.
        order = sorted(range(value.dim()), key=lambda axis: -value.stride(axis))
        flat = value.detach().permute(order).reshape(-1)
        # One number of a row keeps the row's stride and still counts as contiguous: only a copy is packed.
        flat = flat.clone(memory_format=torch.contiguous_format)
        blobs.append(flat.view(torch.uint8).numpy().tobytes())
        name = str(value.dtype).removeprefix("torch.")
        return {"tensor": [name, list(value.shape), value.requires_grad, order]}
    if kind is torch.dtype:
        return {"dtype": str(value).removeprefix("torch.")}
    if kind is KeyValues:
        return {"keyvalues": [_tree(value.keys, blobs), _tree(value.values, blobs)]}
    if kind is Frame:
        return {"frame": [_tree(value.columns, blobs), _tree(value.rows, blobs)]}
    if kind is LoadedRef:
        return {"loaded": value.number}
    if kind is Lent:
        return {"lent": [value.number, value.kind, _tree(value.data, blobs), value.shared]}
    if kind is Foreign:
        return {"foreign": value.type_name}
    raise TypeError(f"{kind.__name__} is not plain data")


def _only_tensors(value: Any) -> bool:
    return type(value) is list and all(type(each) is torch.Tensor for each in value)


class _Reader:
    def __init__(self, blob: bytes):
        self.blob = blob
        self.position = 0

    def value(self, tree: Any, depth: int) -> Any:
        # A frame's containers may lie one deeper than a value's: the message is one too.
        if depth > MAX_DEPTH + 10:
            raise Malformed("nested too deeply")
        if tree is None or isinstance(tree, bool | int | float | str):
            return tree
        if isinstance(tree, list):
            return [self.value(item, depth + 1) for item in tree]
        [(kind, content)] = tree.items()
        if kind == "tuple":
            return tuple(self.value(item, depth + 1) for item in content)
        if kind == "dict":
            return {self.value(k, depth + 1): self.value(v, depth + 1) for k, v in content}
        if kind == "tensor":
            return self.tensor(*content)
        if kind == "dtype":
            return DTYPES[content]
        if kind == "keyvalues":
            keys, values = (self.value(part, depth + 1) for part in content)
            if not all(_only_tensors(half) for half in (keys, values)) or len(keys) != len(values):
                raise Malformed("a cache that is none")
            return KeyValues(keys, values)
        if kind == "lent":
            number, name, data, shared = content
            return Lent(int(number), str(name), self.value(data, depth + 1), str(shared))
        if kind == "frame":
            columns, rows = (self.value(part, depth + 1) for part in content)
            if type(columns) is not list or type(rows) is not list:
                raise Malformed("a frame that is no table")
            return Frame(columns, rows)
        if kind == "loaded":
            return LoadedRef(int(content))
        if kind == "foreign":
            return Foreign(str(content)[:100])
        raise Malformed("an unknown kind of value")

    def tensor(self, name: str, shape: list[int], grad: bool, order: list[int]) -> torch.Tensor:
        """order: the axes from the one that is outermost in memory to the innermost."""
        dtype = DTYPES[name]
        if not all(type(n) is int and 0 <= n < 2**40 for n in shape) or len(shape) > 20:
            raise Malformed("a shape that is none")
        if sorted(order) != list(range(len(shape))):
            raise Malformed("an order that is none")
        length = math.prod(shape) * dtype.itemsize
        piece = self.blob[self.position : self.position + length]
        if len(piece) != length:
            raise Malformed("a tensor without its bytes")
        self.position += length
        if not length:
            return torch.empty(shape, dtype=dtype).requires_grad_(bool(grad))
        if dtype is torch.bool:  # any other byte would be neither true nor false
            piece = bytes(map(bool, piece))
        tensor = torch.frombuffer(bytearray(piece), dtype=dtype)
        tensor = tensor.reshape([shape[axis] for axis in order])
        return tensor.permute([order.index(axis) for axis in range(len(shape))]).requires_grad_(
            bool(grad)
        )
