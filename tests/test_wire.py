"""Plain data over a socket: what is sent arrives the same, and bytes that are no frame are an error and nothing worse."""

import json
import random
import socket
import threading

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograde.student import wire
from autograde.student.data import DTYPES, Foreign, KeyValues, Lent, plain, same
from autograde.student.wire import LENGTHS, Malformed, pack, receive, send, unpack

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**900), 2**900)
    | st.floats()
    | st.text(st.characters(codec=None))
    | st.builds(Foreign, st.text(max_size=20)),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers() | st.tuples(st.integers()), inner)
    ),
)


def crossed(value):
    frame = pack(value)
    tree, blob = LENGTHS.unpack(frame[: LENGTHS.size])
    rest = frame[LENGTHS.size :]
    assert len(rest) == tree + blob
    return unpack(rest[:tree], rest[tree:])


@given(VALUES)
def test_what_is_sent_arrives_the_same(value):
    assert same(crossed(value), value)


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3, 4)])
def test_tensors_of_every_kind(dtype, shape):
    tensor = (torch.rand(shape) * 100).to(dtype)
    assert same(crossed([tensor, tensor.mT if tensor.dim() > 1 else tensor])[0], tensor)
    if tensor.dim() > 1:
        assert same(crossed(tensor.mT), tensor.mT.contiguous())
        if tensor.numel():
            assert crossed(plain(tensor.mT)).stride() == tensor.mT.stride()


def test_gradients_nan_caches_and_lent_things():
    tensor = torch.tensor([1.0, float("nan")], requires_grad=True)
    assert crossed(tensor).requires_grad and same(crossed(tensor), tensor)
    state = KeyValues([torch.ones(1, 2, 3, 4)], [torch.zeros(1, 2, 3, 4)])
    assert same(crossed(state), state) and same(plain(state), state)
    assert not same(state, KeyValues(state.values, state.values))
    assert plain(KeyValues(3, [])) == plain(KeyValues([3], [3])) == Foreign("DynamicCache")
    lent = Lent(3, "model", {"a": torch.ones(2)}, "shared")
    there = crossed({"args": (lent,)})["args"][0]
    assert (there.number, there.kind, there.shared) == (3, "model", "shared")
    assert same(there, lent)
    assert not same(there, Lent(3, "model", {"a": torch.zeros(2)}, "shared"))


def test_objects_do_not_cross():
    with pytest.raises(TypeError, match="object is not plain data"):
        pack([object()])


@pytest.mark.parametrize(
    "tree",
    [
        b"", b"\xff", b"{", b"nul", b"[" * 100_000, b'{"tensor": ["float32", [2], false, [0]]}',
        b'{"tensor": ["float32", [-1], false, [0]]}', b'{"tensor": ["object", [0], false, [0]]}',
        b'{"tensor": ["float32", [99999999999999], false, [0]]}', b'{"tensor": ["int64", [0], true, [0]]}',
        b'{"tensor": ["float32", [true], false, [0]]}', b'{"tensor": 3}', b'{"dict": [[[1], 2]]}',
        b'{"keyvalues": [[], [1]]}', b'{"keyvalues": [3, []]}', b'{"keyvalues": [[{"tuple": []}], [1]]}',
        b'{"tensor": ["float32", [0, 0], false, [0, 0]]}', b'{"tensor": ["float32", [0], false, 1]}',
        b'{"cache": [1]}', b'{"lent": [1]}', b'{"pickle": "x"}', b"{}", b'{"tuple": 1, "dict": 2}',
        b'{"tensor": ["float32", [' + b"1," * 50 + b'1], false, [0]]}', b'{"dict": [[{"dict": []}, 1]]}',
        b"1" * 5000,
    ],
    ids=lambda tree: tree[:30].decode("latin-1"),
)  # fmt: skip
def test_what_is_no_frame_is_malformed(tree):
    with pytest.raises(Malformed):
        unpack(tree, b"")


def test_bytes_left_over_are_malformed():
    with pytest.raises(Malformed, match="left over"):
        unpack(b"1", b"x")


def test_random_damage_is_malformed_or_plain():
    frame = pack({"result": [1, (2.5, "x"), torch.arange(6)], "args": (), "kwargs": {"a": None}})
    draw = random.Random(0)
    for _ in range(500):
        damaged = bytearray(frame)
        for _ in range(draw.randint(1, 4)):
            damaged[draw.randrange(LENGTHS.size, len(damaged))] = draw.randrange(256)
        tree, _ = LENGTHS.unpack(frame[: LENGTHS.size])
        rest = bytes(damaged[LENGTHS.size :])
        try:
            value = unpack(rest[:tree], rest[tree:])
        except Malformed:
            continue
        assert same(plain(value), value)  # nothing but plain data came out


def test_frames_over_a_socket():
    ours, theirs = socket.socketpair()
    large = torch.rand(1_000_000)
    with ours, theirs:
        sender = threading.Thread(target=lambda: [send(theirs, large), send(theirs, "next")])
        sender.start()
        assert same(receive(ours), large) and receive(ours) == "next"
        sender.join()
        theirs.sendall(LENGTHS.pack(wire.MAX_TREE + 1, 0))
        with pytest.raises(Malformed, match="a frame of"):
            receive(ours)
        theirs.sendall(LENGTHS.pack(10, 0) + b"half")
        theirs.close()
        with pytest.raises(EOFError):
            receive(ours)


def test_a_tree_is_json():
    assert json.loads(pack([1, None, "é"])[LENGTHS.size :]) == [1, None, "é"]


@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(12).view(3, 4)[:1, 2],
        torch.arange(12).view(3, 4)[1:2, ::4],
        torch.arange(3)[:, None].expand(3, 4),
        torch.arange(12)[::5],
    ],
    ids=["one of a column", "one of a row", "expanded", "every fifth"],
)
def test_parts_of_tensors_cross(tensor):
    assert same(crossed(tensor), tensor.contiguous())
