"""02_model_swapping: the oracles behind its checks, what crosses for them, and its widget."""

import weakref

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, DynamicCache

import utils
from autograde.bank import references
from autograde.checks import model_swapping as checks
from autograde.fixtures import Config, Loader, Module, Stream
from autograde.marking import InProcess
from autograde.student.data import Frame, LoadedRef, plain, same
from autograde.student.wire import LENGTHS, Malformed, pack, unpack
from autograde.syllabus import syllabus

NOTEBOOK = syllabus().notebook("02_model_swapping")


# --- oracles --------------------------------------------------------------------------------------------------------------

TINY = {**checks.SMALL, "num_key_value_heads": 2, "num_hidden_layers": 2}
CONFIGS = [
    Config("GPT2Config", vocab_size=17, n_embd=24, n_layer=2, n_head=4, n_positions=64,
           bos_token_id=None, eos_token_id=None),
    Config("GPTNeoConfig", vocab_size=17, hidden_size=16, num_layers=2, num_heads=4, window_size=4,
           attention_types=[[["global", "local"], 1]], max_position_embeddings=64,
           bos_token_id=None, eos_token_id=None),
    Config("LlamaConfig", **TINY, head_dim=6),
    Config("MistralConfig", **TINY, sliding_window=6),
    Config("MistralConfig", **TINY, sliding_window=None),
    Config("Qwen2Config", **TINY, sliding_window=6, use_sliding_window=True, max_window_layers=1),
    Config("Gemma3TextConfig", **TINY, head_dim=6, sliding_window=6, pad_token_id=None,
           layer_types=["sliding_attention", "full_attention"]),
]  # fmt: skip


@pytest.mark.parametrize("config", CONFIGS, ids=lambda c: c.description[0])
def test_measured_cache_is_that_of_a_forward_pass(config):
    model = AutoModelForCausalLM.from_config(config.reference).eval()
    for length in (1, 5, 6, 11):
        with torch.no_grad():
            cache = model(torch.zeros(2, length, dtype=torch.long), use_cache=True).past_key_values
        held = sum(layer.keys.nbytes + layer.values.nbytes for layer in cache.layers)
        assert checks.measured(config, 2, length, torch.float32) == held


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(CONFIGS), st.integers(1, 3), st.integers(1, 40),
    st.sampled_from([torch.float16, torch.float32]),
)  # fmt: skip
def test_reference_cache_bytes_is_what_the_library_holds(config, batch, length, dtype):
    namespace = references(NOTEBOOK.folder)
    reference = config.reference
    cache = DynamicCache(config=reference)
    for layer in range(reference.num_hidden_layers):
        shape = (batch, checks.heads(reference), length, checks.width(reference))
        states = torch.empty(shape, dtype=dtype, device="meta")
        cache.update(states, states, layer)
    held = sum(layer.keys.nbytes + layer.values.nbytes for layer in cache.layers)
    assert namespace["kv_cache_bytes"](reference, batch, length, dtype) == held


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 8), st.sampled_from([1, 2, 4, 8, None]), st.integers(0, 2**32 - 1))
def test_reference_quantizer_is_off_by_half_a_step_at_most(bits, group, seed):
    namespace = references(NOTEBOOK.folder)
    weights = torch.randn(3, 8, generator=torch.Generator().manual_seed(seed))
    q, scale = namespace["quantize_absmax"](weights, bits, group_size=group)
    assert int(q.abs().max()) <= 2 ** (bits - 1) - 1
    steps = scale.expand(3, -1, group or 8).flatten(-2)
    off = (namespace["dequantize"](q, scale) - weights).abs()
    assert bool((off <= steps * 0.5001).all())


# --- what crosses ---------------------------------------------------------------------------------------------------------


def crossed(value):
    frame = pack(value)
    tree, _ = LENGTHS.unpack(frame[: LENGTHS.size])
    rest = frame[LENGTHS.size :]
    return unpack(rest[:tree], rest[tree:])


def test_tables_formats_and_loaded_things_cross():
    table = Frame(["a", 1], [[1, "x"], [2.5, None]])
    assert same(crossed([table])[0], table) and same(plain(table), table)
    assert not same(table, Frame(["a", 1], [[1, "x"], [2.5, 0]]))
    assert crossed({"dtype": torch.bfloat16}) == {"dtype": torch.bfloat16}
    assert crossed(LoadedRef(3)) == LoadedRef(3)
    for tree in (
        b'{"dtype": "object"}',
        b'{"frame": [1, 2]}',
        b'{"frame": [[]]}',
        b'{"loaded": []}',
    ):
        with pytest.raises(Malformed):
            unpack(tree, b"")


def test_a_real_table_crosses():
    import numpy as np
    import pandas as pd

    table = pd.DataFrame({"name": ["a", "b"], "n": np.array([1, 2]), "x": [0.5, float("nan")]})
    assert same(plain(table), Frame(["name", "n", "x"], [["a", 1, 0.5], ["b", 2, float("nan")]]))


def test_modules_are_the_same_on_both_sides():
    module = Module(
        parts={"a": ("Linear", [2, 3]), "b": ("Embedding", [3, 2])},
        dtypes={"a.bias": "int8"},
        tied=[("a.weight", "b.weight")],
        frozen=["b.weight"],
    )
    namespace = {"total": lambda m: [p.double().sum().item() for p in m.parameters()]}
    got = InProcess(namespace)["total"](module)
    assert got == [p.double().sum().item() for p in module.reference.parameters()]
    one, _, two = module.reference.parameters()
    assert one.data_ptr() == two.data_ptr() and one.requires_grad and not two.requires_grad


def test_a_loader_sees_what_is_left():
    class Keeps:
        def __init__(self, load):
            self.lender, self.kept = load, []

        def load(self, name):
            self.kept.append(self.lender(name).model)

    loader = Loader({"a": None, "b": None})
    keeps = InProcess({"Keeps": Keeps}).new("Keeps", loader)
    keeps.load("a")
    keeps.load("b")
    assert loader.most == 2 and [e.what for e in loader.events] == ["load", "load"]
    assert keeps.read("kept") != [] and loader.names == ["a", "b"]


def test_a_stream_moves_its_clock_only_when_it_is_read():
    def times(generate, clock):
        tokens = generate()
        found = [clock()]
        for _ in tokens:
            found.append(clock())
        return [*found, clock()]

    stream = Stream([[1.0, 0.5]], start=0.25, end=2.0, now=10.0)
    assert InProcess({"f": times})["f"](stream, stream.clock) == [10.25, 11.25, 11.75, 13.75]
    assert stream.pulled == [2] and stream.ended == {0}


# --- pictures and the widget ----------------------------------------------------------------------------------------------


def test_bars_say_in_words_what_they_show():
    picture = utils.labelled_bars({"one": 2.0, "two": 1.25}, "Speeds", "GB/s", {"two": "slow"})
    assert picture.alt == "Speeds: bars: one 2.00 GB/s, two 1.25 GB/s (slow).".replace(" (", "  (")
    assert picture.png.startswith(b"\x89PNG")


def test_explorer_follows_its_controls():
    asked = []

    def cache_bytes(config, batch, tokens, dtype):
        asked.append((config, batch, tokens, dtype))
        return 1000 * batch * tokens

    widget = utils.memory_planner({"small": ("config", 10**6)}, cache_bytes, 10**9)
    _, weights, tokens, batch, view = widget.children
    before = view.value
    assert "✓ It fits" in before and asked[-1] == ("config", 1, 8192, torch.bfloat16)
    tokens.children[0].value = 5000
    assert tokens.children[1].value == 5000 and asked[-1][2] == 5000
    batch.children[1].value = 64
    weights.value = "float32"
    assert asked[-1] == ("config", 64, 5000, torch.float32) and view.value != before
    weights.value = "int8"  # a cache of integers is another story
    assert asked[-1][3] == torch.bfloat16
    tokens.children[0].value = 131_072
    assert "✗ Too much by 7.4 GB" in view.value


# --- real models in the reference slot: nothing of them stays


@pytest.fixture
def slot():
    namespace = references(NOTEBOOK.folder)
    slot = namespace["ModelSlot"]()
    yield slot
    slot.unload()


@pytest.mark.slow
def test_slot_frees_what_it_loads(slot, figures):
    names = ["smollm2-135m", "minilm", "smollm2-135m"]
    gone = []
    with utils.MemoryTimeline(interval=0.02) as timeline:
        slot.load(names[0])  # the first load brings memory that the libraries keep
        slot.unload()
        timeline.mark("emptied")
        for name in names:
            gone.append(weakref.ref(slot.swap(name).model))
            timeline.mark(name)
        slot.unload()
    assert [model() for model in gone] == [None] * len(names)
    emptied = timeline.marks[0].process
    end = timeline.samples[-1].process
    figures.append(
        f"02_model_swapping: {len(names)} loads peak at {timeline.peak / 1e6:.0f} MB, and end "
        f"{(end - emptied) / 1e6:+.0f} MB from where the first unload was"
    )
    assert end - emptied < 60e6  # the smallest of the models holds 90 MB


def test_slot_frees_the_gpu(slot):
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device here")
    torch.zeros(1, device="cuda")
    utils.release_memory()
    start = torch.cuda.memory_allocated()
    assert slot.load("smollm2-135m").model.device.type == "cuda"
    assert torch.cuda.memory_allocated() > start
    slot.swap("minilm")
    slot.unload()
    assert torch.cuda.memory_allocated() == start
