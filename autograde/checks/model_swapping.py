"""Hidden checks of 02_model_swapping. The findings are listed in docs/contract.md."""

import functools
import math
import random
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

import torch
import torch.nn.functional as F
from transformers import DynamicCache

from autograde.exercise import (
    FLOAT,
    Found,
    Student,
    StudentError,
    blame,
    exercise,
    kind_of,
    refuse_library,
    require,
    require_dtype,
    require_tensor,
    require_type,
)
from autograde.fixtures import (
    Config,
    Loadable,
    Loader,
    Model,
    Module,
    Stream,
    Tokenizer,
    byte_fallback,
    byte_level,
    scripted,
    transformer,
)
from autograde.student.data import Frame, LoadedRef

Candidate = tuple[str, float, str]  # a finding, what that mistake gives, and the message

WORDS = ["the", "cat", "sat", "Hello", "you", "me", "joke", "tell", "a", "wide", "river"]


def sentence(draw: random.Random, words: int) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(words))


def number(value: Any, wanted: str) -> float:
    """The number that a result is; a tensor of one counts."""
    if type(value) is torch.Tensor and value.dim() == 0:
        value = value.item()
    require_type(value, (int, float), wanted)
    return value


def whole(value: Any, wanted: str) -> int:
    """The whole number that a result is; a whole float counts."""
    value = number(value, wanted)
    require(
        math.isfinite(value) and value == int(value),
        "wrong_type",
        f"the result is {value!r}, which is no whole number: expected {wanted}.",
    )
    return int(value)


def near(a: float, b: float, relative: float = 1e-6, absolute: float = 0.0) -> bool:
    return math.isclose(a, b, rel_tol=relative, abs_tol=absolute)


def expect(
    got: float,
    right: float,
    candidates: Iterable[Candidate],
    otherwise: str,
    relative: float = 1e-6,
    absolute: float = 0.0,
) -> None:
    """Nothing where `got` is right; else the first known mistake that gives it, or `wrong_value`."""
    if near(got, right, relative, absolute):
        return
    for id, value, message in candidates:
        if near(got, value, relative, absolute):
            raise Found(id, message)
    raise Found("wrong_value", otherwise)


# --- parameter_bytes ------------------------------------------------------------------------------------------------------

BYTES = "an int: the number of bytes"
UNITS = (1e3, 1e6, 1e9, 2**10, 2**20, 2**30)


@exercise
def parameter_bytes(student: Student, draw: random.Random) -> None:
    built = "what `get_memory_footprint` does"
    refuse_library(student, {"get_memory_footprint"}, built, "parameter_bytes")
    f = student["parameter_bytes"]
    a, b, c = (draw.randint(3, 9) for _ in range(3))
    nested = {
        "scale": ("Parameter", [a]),
        "norm": ("LayerNorm", [c]),
        "blocks": (
            "Modules",
            {
                "norm": ("LayerNorm", [c]),
                "inner": ("Modules", {"deep": ("Linear", [b, b]), "twin": ("Linear", [b, b])}),
                "vectors": ("ParameterList", [[a], [b]]),
            },
        ),
    }
    llama = (
        "LlamaForCausalLM",
        (
            "LlamaConfig",
            {
                "vocab_size": 10 + a,
                "hidden_size": 8,
                "intermediate_size": 4 + b,
                "num_hidden_layers": 1,
                "num_attention_heads": 2,
                "tie_word_embeddings": True,
            },
        ),
    )
    mixed = {name: ("Linear", [b, c]) for name in ("first", "second", "third", "fourth")}
    dtypes = {"first.weight": "bfloat16", "second.weight": "int8", "third.weight": "float64"}
    cases = [
        Module(parts=nested),
        Module(parts=mixed, dtypes=dtypes),
        Module(parts=mixed, dtypes={"first.weight": "float64", "fourth.bias": "float16"}),
        Module(parts=nested, frozen=["norm.weight", "blocks.inner.deep.weight"]),
        Module(parts={"model": llama}),
        Module(
            parts={"embed": ("Embedding", [a, b]), "head": ("Linear", [b, a])},
            tied=[("embed.weight", "head.weight")],
        ),
        Module(parts={"norm": ("BatchNorm1d", [c]), "out": ("Linear", [c, a])}, buffers={"m": [b]}),
        Module(parts={}, buffers={"mask": [a, a]}),
    ]
    for module in cases:
        right, candidates = _parameter_bytes(module.reference)
        got = number(f(module), BYTES)
        expect(
            got,
            right,
            candidates,
            f"{got} bytes for a module of {len(list(module.reference.parameters()))} parameters is "
            "not the sum of their elements times the bytes of each element.",
            relative=1e-9,
        )
        whole(got, BYTES)
    module = cases[1].as_one()
    right, _ = _parameter_bytes(module.reference)
    require(
        [f(module), f(module)] == [right, right],
        "input_changed",
        "asked twice about the same model, the second answer is another one: the first call has changed the model.",
    )


def _parameter_bytes(module: torch.nn.Module) -> tuple[int, list[Candidate]]:
    def size(tensors: Iterable[torch.Tensor]) -> int:
        return sum(t.numel() * t.element_size() for t in tensors)

    def once(tensors: Iterable[tuple[Any, torch.Tensor]]) -> int:
        return size(dict(tensors).values())

    named = list(module.named_parameters(remove_duplicate=False))
    unique = list(module.parameters())
    by_storage = {p.untyped_storage().data_ptr(): p for p in unique}
    right = size(by_storage.values())
    buffers = list(module.buffers())
    saved = [t for name, t in module.state_dict().items() if name not in dict(named)]
    count = sum(p.numel() for p in by_storage.values())
    counts = [sum(p.numel() for p in unique), sum(p.numel() for _, p in named)]
    merged = [
        once((p.shape, p) for p in unique),
        once(((p.shape, p.dtype), p) for p in unique),
        once(((p.shape, p.sum().item()), p) for p in unique),
        once((name.rpartition(".")[2], p) for name, p in named),
        once(
            ((name, type(owner)), p)
            for owner in module.modules()
            for name, p in owner.named_parameters(recurse=False)
        ),
    ]
    levels = [
        [p for name, p in named if name.count(".") <= deepest] for deepest in range(3)
    ]  # "model" is one level
    one = unique[0].element_size() if unique else 4
    tied = "a tensor that two layers share was counted for each of them: tied weights lie in memory once."
    candidates = [
        (
            "shared_storage_twice",
            size(unique),
            "two parameters that are different objects, but look at the same memory, were counted "
            "twice. What tells memory apart is its address.",
        ),
        *(
            ("tied_weights_twice", size(p for _, p in named) + extra, tied)
            for extra in (0, size(saved))
            if len(named) > len(unique)
        ),
        *(
            (
                "buffers_counted",
                right + size(extra),
                "buffers (running means, tables of positions) were counted. They take memory too, but "
                "the question is about parameters.",
            )
            for extra in (buffers, saved)
            if extra
        ),
        (
            "counts_not_bytes",
            count,
            "this is the number of parameters. How many bytes is each of them?",
        ),
        (
            "one_dtype_for_all",
            count * one,
            "every parameter was counted in the format of the first one. Ask each for its own.",
        ),
        *(
            (
                "dtype_ignored",
                counted * each,
                f"every parameter was counted with {each} bytes, whatever its format. Ask each for its own.",
            )
            for counted in (count, *counts)
            for each in (4, 2, 8, 1)
        ),
        (
            "frozen_left_out",
            size(p for p in by_storage.values() if p.requires_grad),
            "parameters that are not trained (`requires_grad=False`) were left out. They lie in "
            "memory like all others.",
        ),
        *(
            (
                "submodules_missed",
                size(some),
                "only part of the module was counted. Parameters lie in modules inside modules, "
                "however deep.",
            )
            for some in levels
        ),
        *(
            (
                "distinct_merged",
                value,
                "two different parameters that look alike (shape, values or the end of the name) "
                "were taken for one. What tells them apart is where they lie in memory.",
            )
            for value in merged
        ),
        *(
            (
                "wrong_unit",
                right * factor,
                "right up to the unit: the result is in bytes, not in bits, kB or MB.",
            )
            for factor in (8, 1e-3, 1e-6, 1e-9, 2**-10, 2**-20, 2**-30)
        ),
    ]
    return right, candidates


# --- kv_cache_bytes -------------------------------------------------------------------------------------------------------

SMALL = {
    "vocab_size": 17,
    "hidden_size": 16,
    "intermediate_size": 8,
    "num_attention_heads": 4,
    "max_position_embeddings": 64,
}
GEMMA_LAYERS = ["sliding_attention", "sliding_attention", "full_attention"]


def heads(config: Any) -> int:
    """Key-value heads of each layer."""
    return getattr(config, "num_key_value_heads", None) or config.num_attention_heads


def width(config: Any) -> int:
    """Numbers in the key of one head."""
    given = getattr(config, "head_dim", None)
    return given or config.hidden_size // config.num_attention_heads


@functools.lru_cache(maxsize=256)
def _lengths(name: str, arguments: str, length: int) -> tuple[int, ...]:
    """Positions that each layer's cache holds after `length` tokens: what the installed library does."""
    config = _CONFIGS[name, arguments].reference
    cache: Any = DynamicCache(config=config)
    for layer in range(config.num_hidden_layers):
        states = torch.empty(1, 1, length, 1, device="meta")
        cache.update(states, states, layer)
    return tuple(layer.keys.shape[2] for layer in cache.layers)


_CONFIGS: dict[tuple[str, str], Config] = {}


def cache_lengths(config: Config, length: int) -> tuple[int, ...]:
    key = (config.description[0], repr(config.description[1]))
    _CONFIGS.setdefault(key, config)
    return _lengths(*key, length)


def measured(config: Config, batch: int, length: int, dtype: torch.dtype) -> int:
    """Bytes of keys and values in the cache after `length` tokens."""
    per_position = 2 * heads(config.reference) * width(config.reference) * dtype.itemsize
    return batch * per_position * sum(cache_lengths(config, length))


@exercise
def kv_cache_bytes(student: Student, draw: random.Random) -> None:
    f = student["kv_cache_bytes"]
    window = draw.randint(5, 8)
    layers = draw.randint(2, 4)
    half = draw.choice([torch.bfloat16, torch.float16])
    # Factors that are not each other's: 6 heads over 2, 5 or 7 layers, 3 rows, 2 bytes.
    grouped = Config(
        "LlamaConfig",
        **{**SMALL, "hidden_size": 24, "num_attention_heads": 6},
        num_hidden_layers=draw.choice([5, 7]),
        num_key_value_heads=2,
        head_dim=10,
    )
    plain_ones = [
        Config(
            "GPT2Config",
            vocab_size=17,
            n_embd=24,
            n_layer=layers,
            n_head=4,
            n_positions=64,
            bos_token_id=None,
            eos_token_id=None,
        ),
        Config(
            "OPTConfig",
            **{**SMALL, "ffn_dim": 8, "word_embed_proj_dim": 16},
            num_hidden_layers=layers,
        ),
        Config(
            "GPTNeoConfig",
            vocab_size=17,
            hidden_size=16,
            num_layers=2,
            num_heads=4,
            attention_types=[[["global", "local"], 1]],
            window_size=4,
            max_position_embeddings=64,
        ),
    ]
    small = {**SMALL, "num_key_value_heads": 2, "num_hidden_layers": 3}
    unset = [
        Config("MistralConfig", **small, sliding_window=None),
        Config("Qwen2Config", **small, sliding_window=window, use_sliding_window=False),
    ]
    no_head_dim = Config("MixtralConfig", **small, sliding_window=60, num_local_experts=2)
    sliding = Config("MistralConfig", **{**small, "num_key_value_heads": 1}, sliding_window=window)
    some = Config(
        "Gemma3TextConfig", **small, head_dim=6, sliding_window=window, layer_types=GEMMA_LAYERS
    )
    others = [
        Config(
            "Qwen2Config",
            **small,
            sliding_window=window,
            use_sliding_window=True,
            max_window_layers=1,
        ),
        Config(
            "Qwen3Config",
            **small,
            head_dim=6,
            sliding_window=window,
            layer_types=["full_attention"] * 3,
        ),
        Config(
            "Gemma3TextConfig",
            **small,
            head_dim=6,
            sliding_window=window,
            layer_types=["full_attention"] * 3,
        ),
    ]
    cases: list[tuple[Config, int, int, torch.dtype]] = [
        (grouped, 3, draw.randint(13, 30), half),
        (grouped, 1, 1, torch.float64),
        (grouped, 3, 11, torch.float32),
        *((config, 2, draw.randint(9, 30), half) for config in plain_ones),
        (no_head_dim, 2, 12, half),
        *((config, 2, window + 5, half) for config in unset),
        *(
            (config, 2, length, half)
            for config in (sliding, some)
            for length in (window - 2, window + 5, window - 1, window, 1)
        ),
        *((config, 3, window + 4, torch.float32) for config in others),
    ]
    for config, batch, length, dtype in cases:
        _check_cache_bytes(f, config, batch, length, dtype)


def _check_cache_bytes(f: Callable, config: Config, batch: int, length: int, dtype) -> None:
    name = config.description[0]
    reference = config.reference
    try:
        got = f(config, batch, length, dtype)
    except StudentError as error:
        text = error.finding.message
        if "num_key_value_heads" in text or name in ("GPT2Config", "OPTConfig", "GPTNeoConfig"):
            if "head_dim" not in text:
                raise Found("kv_heads_missing", f"{_KV_HEADS} ({text})") from None
        if "head_dim" in text or name == "MixtralConfig":
            raise Found("head_dim_ignored", f"{_HEAD_DIM} ({text})") from None
        if getattr(reference, "sliding_window", 0) is None:
            raise Found("window_none", f"{_WINDOW_NONE} ({text})") from None
        raise
    got = number(got, BYTES)
    right = measured(config, batch, length, dtype)
    if got == right:
        whole(got, BYTES)
        return
    kv, query, wide, hidden = (
        heads(reference),
        reference.num_attention_heads,
        width(reference),
        reference.hidden_size,
    )
    layers = reference.num_hidden_layers
    lengths = cache_lengths(config, length)
    window = getattr(reference, "sliding_window", None) or length + 1
    item = dtype.itemsize

    def size(
        *, kv: int = kv, wide: int = wide, lengths: Iterable[int] = lengths, item: int = item
    ) -> int:
        return 2 * batch * kv * wide * sum(lengths) * item

    naive = hidden // query
    no_kv = not hasattr(reference, "num_key_value_heads")
    cut = [min(length, window - 1)] * layers
    candidates: list[Candidate] = [
        *(("kv_heads_missing", size(kv=1), _KV_HEADS) for _ in range(no_kv)),
        ("keys_or_values_only", right // 2, "keys and values are both kept: a factor of 2 is missing."),
        ("batch_ignored", right // batch, "every row of the batch has a cache of its own."),
        ("layers_ignored", right // layers, "every layer has a cache of its own."),
        (
            "sliding_window_ignored",
            size(lengths=[length] * layers),
            "a layer with a sliding window forgets what lies behind its window: its cache stops growing. "
            "Some configs say which layers slide in `layer_types`; where there are none, all layers do if "
            "`sliding_window` is set.",
        ),
        *(
            (
                "window_on_every_layer",
                value,
                "only some layers slide (`layer_types` says which), or none although a window is set; the "
                "others keep every position.",
            )
            for value in (size(lengths=cut), size(lengths=[min(length, window)] * layers))
            if window <= length and not all(n < length for n in lengths)
        ),
        (
            "window_off_by_one",
            size(
                lengths=[
                    min(length, window) if s else length for s in (n < length for n in lengths)
                ]
            ),
            "a layer with a window of W looks at W positions, the new token's among them: its cache keeps "
            "W − 1. Measure one.",
        ),
        ("query_heads", size(kv=query), "keys and values were counted for every query head. Where queries are grouped, "
         "they share fewer key-value heads: `num_key_value_heads`."),
        *(
            ("hidden_size_per_layer", 2 * batch * hidden * sum(n) * item,
             "the hidden size is not what a layer keeps of a token: it keeps `num_key_value_heads` keys and values "
             "of `head_dim` numbers each.")
            for n in (lengths, [length] * layers)
        ),
        *(("head_dim_ignored", size(kv=k, wide=naive), _HEAD_DIM) for k in (kv, query)),
        ("bits_not_bytes", 8 * right, "8 times too much: a number has `dtype.itemsize` bytes; `finfo(dtype).bits` are bits."),
        *(
            ("dtype_ignored", size(item=other),
             "the cache was counted in another number format than the argument `dtype`.")
            for other in (2, 4, 8)
        ),
        *(
            ("window_on_every_layer", size(lengths=[min(length, w) if n % 2 else length for n in range(layers)]),
             "GPT-Neo's local layers look back a few tokens only, but its cache keeps every position: measure one.")
            for w in (getattr(reference, "window_size", 0), getattr(reference, "window_size", 0) - 1)
            if w > 0
        ),
        *(("wrong_unit", right / unit, "the result is in bytes, not in kB, MB or GB.") for unit in UNITS),
    ]  # fmt: skip
    if no_kv:
        candidates.append(("kv_heads_missing", got, _KV_HEADS))
    expect(
        got,
        right,
        candidates,
        f"{got} bytes for {name}, batch {batch}, {length} tokens is not what the cache holds: per layer "
        "and position 2 · key-value heads · head_dim numbers.",
        relative=0,
    )


_KV_HEADS = (
    "older configs (GPT-2, OPT) have no `num_key_value_heads`: there every query head has keys and "
    "values of its own."
)
_HEAD_DIM = (
    "the size of a head is `head_dim` where the config has one that is not None, and hidden size "
    "over attention heads only where it has none."
)
_WINDOW_NONE = "a `sliding_window` of None means that no layer slides."


# --- ModelSlot ------------------------------------------------------------------------------------------------------------


@exercise
def ModelSlot(student: Student, draw: random.Random) -> None:
    names = [f"{draw.choice(WORDS)}-{n}" for n in draw.sample(range(10, 99), 4)]
    one, two, three, missing = names
    known: dict = dict.fromkeys((one, two, three))
    slot = _Slot(student, Loader(known))
    slot.expect_current(None, "of a new slot")
    slot.unload("of an empty slot")
    slot.load(one)
    slot.unload("of a loaded model")
    slot.unload("of an empty slot, the second in a row,")
    slot.load(two)
    for name in (three, one):
        slot.swap(name)
    slot.unload("of a loaded model")
    with blame("unload_when_empty", "`swap` on an empty slot just loads."):
        slot.swap(two)
    slot.unload("of a loaded model")

    # A loader that fails, on an empty slot and on a full one.
    slot = _Slot(student, Loader(known))
    slot.fail("load", missing)
    slot.load(one, after_failure=True)
    slot.fail("swap", missing)
    with blame("not_empty_after_failure", f"{_NOT_EMPTY} Here `unload` failed."):
        slot.slot.unload()
    slot.load(two, after_failure=True)
    slot.fail("swap", missing)
    slot.swap(three, after_failure=True)
    slot.unload("of a loaded model")

    # A second load without unload in between: free to refuse, but never two at once.
    slot = _Slot(student, Loader(known))
    slot.load(one)
    slot.emptied = False
    try:
        slot.slot.load(two)
    except StudentError as error:
        if "NotImplementedError" in error.kinds:
            raise
    slot.expect_alone()

    # Two slots know nothing of each other.
    first, second = _Slot(student, Loader(known)), _Slot(student, Loader(known))
    first.load(one)
    shared = (
        "two slots share what they hold. What belongs to one slot belongs to the instance: set it in "
        "`__init__`, on `self`."
    )
    require(second.slot.read("current") is None, "state_shared", shared)
    with blame("state_shared", shared):
        second.slot.load(two)
        second.slot.unload()
    require(first.slot.read("current") == one, "state_shared", shared)
    require([e.what for e in first.loader.events] == ["load"], "state_shared", shared)


_NOT_EMPTY = (
    "after a loader that raised, the slot is empty: `current` is None, nothing is loaded behind its "
    "back, and the next `unload` and `load` work."
)


class _Slot:
    """A slot of the student's, its loader, and what has to hold after each step."""

    def __init__(self, student: Student, loader: Loader):
        self.loader = loader
        self.emptied = True  # whether the slot was empty when the last load began
        self.slot = student.new("ModelSlot", load=loader)

    def load(self, name: str, after_failure: bool = False) -> None:
        self._become("load", name, after_failure)

    def swap(self, name: str, after_failure: bool = False) -> None:
        self._become("swap", name, after_failure)

    def _become(self, method: str, name: str, after_failure: bool) -> None:
        before = len(self.loader.names)
        self.emptied = not self.loader.loaded
        try:
            got = getattr(self.slot, method)(name)
        except StudentError as error:
            if not self.loader.names and "ValueError" in error.kinds:
                raise Found("loader_ignored", _LOADER_IGNORED) from None
            if after_failure:
                raise Found("not_empty_after_failure", _NOT_EMPTY) from None
            raise
        self.expect_alone()
        require(self.loader.names[before:] == [name], "loader_ignored", _LOADER_IGNORED)
        require(
            got == LoadedRef(before),
            "result_missing",
            f"`{method}` returned {kind_of(got)}; it returns what the loader returned, the same object.",
        )
        self.expect_current(name, f"after `{method}`")

    def unload(self, when: str) -> None:
        loaded = set(self.loader.loaded)
        with blame(
            "unload_when_empty" if not loaded else "raised", f"`unload` {when} raised an exception."
        ):
            self.slot.unload()
        require(not loaded & self.loader.loaded, "own_unload_not_called", _OWN_UNLOAD)
        self.expect_current(None, f"after `unload` {when}")

    def fail(self, method: str, name: str) -> None:
        before = len(self.loader.names)
        self.emptied = not self.loader.loaded
        try:
            getattr(self.slot, method)(name)
        except StudentError as error:
            if "NotImplementedError" in error.kinds:
                raise
        else:
            raise Found(
                "error_swallowed",
                f"the loader raised, and `{method}` did not: whoever called it believes that a model "
                "is there. Let the exception through.",
            )
        self._expect_one_at_a_time()
        require(self.loader.names[before:] == [name], "not_empty_after_failure", _NOT_EMPTY)
        require(
            self.slot.read("current") is None and not self.loader.loaded,
            "not_empty_after_failure",
            _NOT_EMPTY,
        )
        self.expect_alone()

    def expect_current(self, name: str | None, when: str) -> None:
        with blame("current_wrong", "`current` could not be read."):
            got = self.slot.read("current")
        require(
            type(got) is type(name) and got == name,
            "current_wrong",
            f"`current` {when} is {got!r}: it is the name of the loaded model, None when the slot is empty.",
        )

    def expect_alone(self) -> None:
        """Never two models, and nothing of the earlier ones left."""
        self._expect_one_at_a_time()
        loader = self.loader
        failed = {e.number for e in loader.events if e.what == "failed"}
        require(
            not loader.kept & failed,
            "traceback_kept",
            "a model that the loader had half loaded before it raised is still alive. A stored exception "
            "holds its traceback, and that holds the loader's variables.",
        )
        # A slot may let go of the emptied object when it has the next one; an unloaded slot holds nothing.
        last = max(len(loader.names) - 2, 0)
        require(
            not loader.kept | loader.kept_tokenizers
            and not loader.shells - (set() if self.emptied else {last}),
            "reference_kept",
            "a model was unloaded, and something of it (the loaded object, its model or its tokenizer) is "
            "still alive: something that belongs to the slot refers to it.",
        )
        require(
            not loader.waiting - failed,
            "not_collected",
            "a model was unloaded, but the slot let go of it only after the collection that its own "
            "`.unload()` does. Drop your own references to the model first, or keep none.",
        )

    def _expect_one_at_a_time(self) -> None:
        require(not self.loader.dropped, "own_unload_not_called", _OWN_UNLOAD)
        require(
            self.loader.most <= 1,
            "two_at_once",
            "the loader was called while the earlier model was still loaded: for a moment both have to "
            "fit. Unload first, then load.",
        )


_OWN_UNLOAD = (
    "the slot dropped its own reference, but did not call the loaded object's `.unload()`: whoever "
    "else holds that object keeps the whole model in memory."
)
_LOADER_IGNORED = (
    "the loader that the slot was given was not called with the name alone, once per load."
)


# --- time_generation ------------------------------------------------------------------------------------------------------

KEYS = {"ttft": float, "tpot": float, "tokens_per_s": float, "n_tokens": int}


@exercise
def time_generation(student: Student, draw: random.Random) -> None:
    f = student["time_generation"]

    def gaps(count: int, first: float) -> list[float]:
        return [first + draw.uniform(0.2, 1.0)] + [
            draw.uniform(0.05, 0.1) * (1 + n % 3) for n in range(count - 1)
        ]

    def stream(*counts: int, **times: float) -> Stream:
        # A cold first run is slow all over, and each run has its own number of tokens.
        runs = [gaps(n, 2.0) if n > 1 else [2.5] * n for n in counts]
        if len(runs) > 1:
            runs[0] = [3 * gap for gap in runs[0]]
        return Stream(runs, now=draw.randint(100, 999) + 0.25, **times)

    for timing, kwargs in (
        (stream(5, 8), {}),
        (stream(4, 2), {}),
        (stream(4, 7, start=0.75), {}),
        (stream(6, 9, end=1.5), {}),
        (stream(5, 8, start=0.5, end=2.25), {"warmup": 1}),
        (stream(7), {"warmup": 0}),
        (stream(4, 6, 9), {"warmup": 2}),
    ):
        _check_timing(f(timing, timing.clock, **kwargs), timing, kwargs.get("warmup", 1))
    timing = stream(3, 1, start=0.5)
    with blame("one_token", _ONE_TOKEN):
        got = f(timing, timing.clock)
    _check_timing(got, timing, 1)
    timing = stream(3, 0, start=0.5)
    nothing = "without a single token there is nothing to time: raise ValueError."
    try:
        f(timing, timing.clock)
    except StudentError as error:
        require("ValueError" in error.kinds, "no_error_without_tokens", nothing)
    else:
        raise Found("no_error_without_tokens", nothing)


_ONE_TOKEN = "with one token there is no gap to take a mean of: `tpot` is 0.0."


def _check_timing(got: Any, stream: Stream, warmup: int) -> None:
    require_type(got, dict, "a dict")
    for key, kind in KEYS.items():
        require(
            key in got,
            "missing_key",
            f"the result has no {key!r}; its keys are {', '.join(map(str, got))}.",
        )
        value = got[key]
        if type(value) is torch.Tensor and value.dim() == 0:
            value = value.item()
        if key == "tpot" and len(stream.runs[min(warmup, len(stream.runs) - 1)]) == 1:
            value = 0.0 if type(value) in (int, float) and value == 0 else None
            require(value is not None, "one_token", _ONE_TOKEN)
        require(
            type(value) is kind or (kind is float and type(value) is int),
            "wrong_type",
            f"{key!r} is {kind_of(value)}, expected {kind.__name__}.",
        )  # fmt: skip
        got = got | {key: value}
    require(
        stream.clock.calls,
        "clock_ignored",
        "the clock that you were given was never read: every time comes from `clock()`.",
    )
    full = [len(run) for run in stream.runs]
    require(
        len(stream.pulled) == warmup + 1
        and all(pulled == full[min(n, len(full) - 1)] for n, pulled in enumerate(stream.pulled)),
        "warmup_missing",
        f"with warmup={warmup}, `generate()` is called {warmup + 1} times, and every run is read to its end: "
        f"an iterator that nobody reads does nothing. Here it was called {len(stream.pulled)} times.",
    )
    _check_figures(got, stream, warmup)


def _check_figures(got: dict, stream: Stream, warmup: int) -> None:
    gaps = stream.runs[min(warmup, len(stream.runs) - 1)]
    cold = stream.runs[:warmup]
    start, end, n = stream.start, stream.end, len(gaps)
    first, last = start + gaps[0], start + sum(gaps)
    before = sum(start + sum(run) + end for run in cold)
    late = (
        "starts_too_late",
        "the clock was read after `generate()` had been called, or at the first token. Time begins when the "
        "caller asks.",
    )
    tail = (
        "tail_counted",
        "the time after the last token was counted. Read the clock at each token, as it comes.",
    )
    warm = ("warmup_counted", "a warm-up run's time or tokens are in the figures.")
    unit = ("wrong_unit", "times are in seconds.")
    all_tokens = n + sum(map(len, cold))
    expect(
        got["n_tokens"],
        n,
        [(warm[0], all_tokens, warm[1]), *((warm[0], len(run), warm[1]) for run in cold)],
        f"`n_tokens` is {got['n_tokens']}, which is not the number of tokens of the timed run.",
        relative=0,
    )
    expect(
        got["ttft"],
        first,
        [
            *(
                ("ttft_is_total", value, "`ttft` is the time until the last token. Read the clock as soon as "
                 "the first one is there: `list(...)` waits for all.")
                for value in (last, last + end, last - start, last + end - start)
                if n > 1
            ),
            *((late[0], value, late[1]) for value in (gaps[0], 0.0)),
            *((warm[0], value, warm[1]) for value in (first + before, *(start + run[0] for run in cold))),
            (warm[0], (first + sum(start + run[0] for run in cold)) / (1 + len(cold)), warm[1]),
            (unit[0], 1000 * first, unit[1]),
        ],
        "`ttft` is not the time from the call of `generate` to the first token.",
    )  # fmt: skip
    mean = (last - first) / (n - 1) if n > 1 else 0.0
    if n > 1:
        expect(
            got["tpot"],
            mean,
            [
                *(
                    ("prefill_in_tpot", total / count, "`tpot` is the mean gap between tokens: the time "
                     "before the first one (the prompt's) is not part of it.")
                    for total in (last, last + end, last - start, last + end - start)
                    for count in (n, n - 1)
                ),
                ("gaps_off_by_one", (last - first) / n, "n tokens have n − 1 gaps between them."),
                (tail[0], (last + end - first) / (n - 1), tail[1]),
                (tail[0], (last + end - first) / n, tail[1]),
                *(
                    ("not_the_mean", value, "`tpot` is the mean of the gaps, not another one of them.")
                    for value in (statistics.median(gaps[1:]), gaps[-1], gaps[1], min(gaps[1:]), max(gaps[1:]))
                ),
                (unit[0], 1000 * mean, unit[1]),
            ],
            "`tpot` is not the mean gap between two tokens: (last − first) / (n − 1).",
        )  # fmt: skip
    rate = n / last
    expect(
        got["tokens_per_s"],
        rate,
        [
            *((tail[0], n / total, tail[1]) for total in (last + end, last - start + end) if end),
            *((late[0], n / total, late[1]) for total in (last - start,) if start),
            *((warm[0], all_tokens / (last + before + extra), warm[1]) for extra in (0, end)),
            (warm[0], n / (last + before), warm[1]),
            *(
                ("rate_without_first", count / total, "`tokens_per_s` is all n tokens over the time from the call to "
                 "the last one: the first token, and the wait for it, belong to it.")
                for count in (n, n - 1)
                for total in (last - first, last, last - first + end, last + end)
                if total > 0
            ),
            (unit[0], rate / 1000, unit[1]),
        ],
        "`tokens_per_s` is not the number of tokens over the time from the call to the last token.",
    )  # fmt: skip


# --- bits_per_byte --------------------------------------------------------------------------------------------------------


@exercise
def bits_per_byte(student: Student, draw: random.Random) -> None:
    f = student["bits_per_byte"]
    not_written = byte_level(bos_token="<|im_start|>")
    cases = [
        (byte_fallback(), sentence(draw, 6)),
        (byte_level(), sentence(draw, 6)),
        (not_written, sentence(draw, 6)),
        (not_written, f"{sentence(draw, 3)} 😀 naïve {sentence(draw, 1)}"),
        (not_written, f"{sentence(draw, 7)}\n{sentence(draw, 2)}\n\n{sentence(draw, 4)}"),
        (byte_level(), "a"),
        (byte_level(), sentence(draw, 30)[:140]),
    ]
    for tokenizer, text in cases:
        _check_bits(f, tokenizer, text, draw)


def _check_bits(f: Callable, tokenizer: Tokenizer, text: str, draw: random.Random) -> None:
    reference = tokenizer.reference
    start = reference.bos_token_id
    has_bos = start is not None
    start = start if has_bos else reference.eos_token_id
    no_start = "this tokenizer has no BOS: its EOS takes that place, so that the first token has a probability too."
    ids = reference(text, add_special_tokens=False).input_ids
    size = len(text.encode())
    for _ in range(4):
        model, network = transformer("llama", draw.getrandbits(32), vocab_size=len(reference))
        with torch.no_grad():
            # Sure of itself: tokens differ in their bits, and mistakes with them.
            network.lm_head.weight.mul_(4)
        bits = _bits(network, [start, *ids])
        right = float(bits.sum()) / size
        mistakes = _bits_candidates(network, reference, start, has_bos, text, bits, no_start)
        if not any(0 < abs(value / right - 1) < 5e-3 for _, value, _ in mistakes):
            break  # no mistake happens to give nearly the right number
    if has_bos:
        got = f(model, tokenizer, text)
    else:
        with blame("no_bos_token", no_start):
            got = f(model, tokenizer, text)
    got = number(got, "a float")
    require(
        math.isfinite(got),
        "product_underflows",
        f"{len(ids)} tokens, and the result is infinite or NaN: a product of many probabilities underflows "
        "to 0. Add logarithms instead.",
    )
    if near(got, right, 1e-3):
        return
    expect(got, right, mistakes,
        "not the sum of −log2 p over all tokens of the text, each after one start token and all before it, over "
        "the number of bytes.", relative=1e-3)  # fmt: skip


def _bits(network: Any, ids: list[int], shift: int = 1) -> torch.Tensor:
    """−log2 p of ids[1], ids[2], …, each with the logits `shift` places before it."""
    row = torch.tensor([ids])
    with torch.no_grad():
        logs = network(row).logits[0].log_softmax(-1)
    targets = row[0, 1:]
    return -logs[1 - shift : len(ids) - shift].gather(-1, targets[:, None])[:, 0] / math.log(2)


def _bits_candidates(
    network: Any, reference: Any, start: int, has_bos: bool, text: str, bits: torch.Tensor, no_start: str
) -> list[Candidate]:  # fmt: skip
    ids = reference(text, add_special_tokens=False).input_ids
    size, total, count = len(text.encode()), float(bits.sum()), len(ids)
    right = total / size
    end = reference.eos_token_id
    no_first = (
        "first_token_not_scored" if has_bos else "no_bos_token",
        "the first token of the text was not scored. With a start token (BOS) before it, it has a probability "
        "like any other."
        if has_bos
        else no_start,
    )
    alone = float(_bits(network, ids).sum()) if count > 1 else 0.0
    doubled = _bits(network, [start, start, *ids])
    ended = _bits(network, [start, *ids, end])
    spelled = len(reference.decode([start]).encode())
    surprise = bits * math.log(2)
    mean = float(surprise.mean())
    found: list[Candidate] = []

    def add(id: str, message: str, *values: float) -> None:
        found.extend((id, value, message) for value in values)

    add(*no_first, alone / size, float(bits[1:].sum()) / size)
    if not has_bos:
        add(*no_first, float(_bits(network, [0, *ids]).sum()) / size)
    written = reference(reference.decode([start]) + text).input_ids
    add(
        "second_bos",
        "the start token stands there twice: this tokenizer writes one by itself.",
        float(doubled.sum()) / size,
        float(doubled[1:].sum()) / size,
        float(_bits(network, written).sum()) / size,
    )
    add(
        "end_scored",
        "an end token behind the text was scored too. It is no part of the text.",
        float(ended.sum()) / size,
    )
    add(
        "characters_not_bytes",
        "divided by the number of characters. A character takes one to four bytes in UTF-8: `len(text.encode())`.",
        total / len(text),
    )
    add(
        "per_token",
        "these are bits per token, which two tokenizers do not share. Divide by the bytes of the text.",
        total / count,
        total / (count + 1),
        mean,
    )
    add(
        "start_in_the_bytes",
        "the start token's own spelling was counted among the bytes.",
        total / (size + spelled),
        total / (size + 1),
    )
    add(
        "nats_not_bits",
        "natural logarithms give nats. A bit is log 2 of them.",
        right * math.log(2),
    )
    add(
        "perplexity",
        "this is a perplexity. It counts per token, so it does not compare two tokenizers.",
        math.exp(min(mean, 700)),
        2**right,
        math.exp(min(float(surprise[1:].mean()), 700)) if count > 1 else 1.0,
    )
    add(
        "shifted_by_one",
        "each token was scored with logits at a wrong position. The logits at position t predict token t + 1.",
        float(_bits(network, [start, *ids], shift=0).sum()) / size,
        float(_bits(network, ids, shift=0).sum()) / size if count > 1 else right,
        float(_bits(network, [start, start, *ids], shift=0)[1:].sum()) / size,
    )
    ratio = (
        "a mean of ratios is not the ratio of sums: add up all bits, then divide once by all bytes."
    )
    pieces = [max(len(reference.decode([id]).encode()), 1) for id in ids]
    spans = reference(text, add_special_tokens=False, return_offsets_mapping=True).offset_mapping
    own = [max(len(text[begin:stop].encode()), 1) for begin, stop in spans]
    lines = []
    for kept in (text.split("\n"), text.splitlines(), text.splitlines(True)):
        given = [line for line in kept if line]
        rates = []
        for line in given:
            line_ids = reference(line, add_special_tokens=False).input_ids
            line_bits = _bits(network, [start, *line_ids])
            rates.append((float(line_bits.sum()) / len(line.encode()), float(line_bits.sum())))
        lines += [sum(r for r, _ in rates) / len(rates), sum(b for _, b in rates) / size]
    add(
        "mean_of_perplexities",
        ratio,
        float(surprise.exp().mean()),
        float((bits / torch.tensor(pieces)).mean()),
        float(bits.exp2().mean()) / size,
        math.log2(float(surprise.exp().mean())),
        math.log2(float(surprise.exp().mean())) * count / size,
        float((bits / torch.tensor(own)).mean()),
        *(lines if "\n" in text else []),
    )
    add(
        "product_underflows",
        "a product of many probabilities underflows, and a small number that is added hides them all. Add logarithms.",
        *(-math.log2(2 ** -min(total, 1000) + 10**-digits) / size for digits in range(5, 40)),
    )
    return found


# --- compare_models -------------------------------------------------------------------------------------------------------

COLUMNS = {
    "model": str,
    "prompt": str,
    "text": str,
    "tokens_per_s": float,
    "seconds": float,
    "parameters": int,
    "bytes": int,
}


@exercise
def compare_models(student: Student, draw: random.Random) -> None:
    f = student["compare_models"]
    pause = 0.06
    for _ in range(4):
        comparison = _Comparison(draw, pause)
        try:
            got = f(comparison.prompts, comparison.names, **comparison.options)
        except StudentError as error:
            asked = comparison.loader.names or "ValueError" not in error.kinds
            require(asked, "loader_ignored", _NOT_ASKED)
            raise
        if comparison.judge(got):
            return
        pause *= 2  # the machine was so busy that a wrong time could not be told: again, slower


_NOT_ASKED = (
    "the loader that the function was given (`load`) was not called with each of the names."
)


class _Timed(Model):
    """A scripted model that takes a while to read one of its prompts. `spans` are its passes, by prompt."""

    def __init__(self, model: Model, prompts: list[tuple[int, ...]], slow: int, seconds: float):
        super().__init__(self._timed, model.config, model.generation_config)
        self._inner, self._prompts = model.score, prompts
        self._slow, self._seconds = slow, seconds
        self.spans: list[list[tuple[float, float]]] = [[] for _ in prompts]

    def _timed(self, tokens: torch.Tensor, *others: Any) -> torch.Tensor:
        begin = time.perf_counter()
        row = tuple(tokens[0].tolist())
        for index, prompt in enumerate(self._prompts):
            if row[: len(prompt)] == prompt:
                if index == self._slow and row == prompt:
                    time.sleep(self._seconds)
                logits = self._inner(tokens, *others)
                self.spans[index].append((begin, time.perf_counter()))
                return logits
        return self._inner(tokens, *others)


class _Comparison:
    """Two models, three prompts, and what has to come out."""

    budget = 23  # beyond transformers' own default
    lengths = ((5, 23, 3), (4, 8, 2))  # of the answers; those below the budget end by themselves

    def __init__(self, draw: random.Random, pause: float):
        self.pause = pause
        # Each begins with another word: none is the beginning of another.
        starts = draw.sample(WORDS, 3)
        self.prompts = [f"{start} {sentence(draw, n)}" for start, n in zip(starts, (1, 8, 3))]
        self.slow = draw.choice([0, 2])  # the prompt that takes a while to read
        self.names = [f"tiny-{draw.randint(10, 49)}", f"large-{draw.randint(50, 99)}"]
        self.tokenizers = dict(zip(self.names, (byte_level(), byte_fallback()), strict=True))
        self.wanted: dict[tuple[str, str], tuple[str, int]] = {}
        self.models: dict[str, _Timed] = {}
        loadables: dict[str, Loadable | None] = {
            name: self._loadable(name, lengths, draw)
            for name, lengths in zip(self.names, self.lengths, strict=True)
        }
        self.loader = Loader(loadables, seconds=pause)
        self.options = {"max_new_tokens": self.budget, "load": self.loader}

    def _loadable(self, name: str, lengths: tuple[int, ...], draw: random.Random) -> Loadable:
        tokenizer = self.tokenizers[name]
        reference = tokenizer.reference
        eos = reference.eos_token_id
        scripts = {}
        for prompt, length in zip(self.prompts, lengths, strict=True):
            words = reference(sentence(draw, 40), add_special_tokens=False).input_ids
            # What does not end by itself would go on behind the budget.
            whole = [*(words[:length] if length < self.budget else words[:40]), eos]
            script = whole[: self.budget]
            scripts[tuple(reference(prompt).input_ids)] = [*whole, eos]
            text = str(reference.decode(script, skip_special_tokens=True))
            self.wanted[name, prompt] = (text, len(script))
        model = scripted(
            scripts,
            vocab_size=len(reference),
            eos_token_id=eos,
            pad_token_id=eos,
            do_sample=True,
            temperature=30.0,
        )
        self.models[name] = _Timed(model, list(scripts), self.slow, 0.6 * self.pause)
        rows = draw.randint(5, 9)
        return Loadable(
            self.models[name],
            tokenizer,
            weights={"embed": ([rows, 4], "float32"), "inner": ([rows, 3], "bfloat16")},
            tied=[("embed", "head")],
            buffer=[draw.randint(4, 9)],
        )

    def judge(self, got: Any) -> bool:
        """Raise what is wrong; whether the times could be told apart from the machine's noise."""
        loader = self.loader
        require(
            bool(loader.names) and set(loader.names) <= set(self.names),
            "loader_ignored",
            _NOT_ASKED,
        )
        require(
            loader.most <= 1,
            "two_at_once",
            "a model was loaded while the one before it was still there. Unload it first, by its own `.unload()`.",
        )  # fmt: skip
        require(
            not loader.kept,
            "reference_kept",
            "a model was unloaded, and still alive when the next one was loaded: a variable of yours refers to it. Let go of "
            "it (`del`, or `= None`) before `.unload()`.",
        )
        require(
            not loader.loaded,
            "not_unloaded",
            "when the function returned, a model was still loaded. The last one is unloaded too.",
        )
        require_type(got, Frame, "a pandas.DataFrame")
        missing = [name for name in COLUMNS if name not in got.columns]
        require(
            not missing and len(set(map(str, got.columns))) == len(got.columns),
            "missing_column",
            f"the table has no column {', '.join(map(repr, missing))}; it has "
            f"{', '.join(map(repr, got.columns))}.",
        )
        places = [got.columns.index(name) for name in COLUMNS]
        rows = [dict(zip(COLUMNS, (row[p] for p in places), strict=True)) for row in got.rows]
        seen = [(row["model"], row["prompt"]) for row in rows]
        pairs = [pair for pair in seen if all(type(part) is str for part in pair)]
        require(
            len(pairs) == len(seen) and sorted(pairs) == sorted(self.wanted),
            "rows_missing",
            f"the table has {len(rows)} rows; expected one for each model and prompt, {len(self.wanted)} here.",
        )
        for row in rows:
            self._judge_text(row)
        for row in rows:
            self._judge_size(row)
        for row in rows:
            self._judge_speed(row)
        return self._judge_seconds(rows)

    def _judge_text(self, row: dict) -> None:
        name, prompt, text = row["model"], row["prompt"], row["text"]
        require_type(text, str, "a string in the column `text`")
        wanted, _ = self.wanted[name, prompt]
        if text.strip() == wanted.strip():
            return
        reference: Any = self.tokenizers[name].reference
        fed = self._fed(name)
        templated = reference.apply_chat_template([{"role": "user", "content": prompt}])[
            "input_ids"
        ]
        bare = reference(prompt, add_special_tokens=False).input_ids
        right = reference(prompt).input_ids
        require(
            text.strip() == wanted.strip()
            or not any(row[: len(templated)] == templated for row in fed),
            "template_applied",
            "the prompt was put into a chat template. Here prompts are raw: the base models have no template.",
        )
        require(
            bare == right or any(row[: len(right)] == right for row in fed),
            "bos_left_out",
            "the prompt was encoded without the BOS that this tokenizer writes by default: `tokenizer(prompt)`.",
        )
        require(
            all(len(request.input_ids) == 1 for request in self.models[name].requests),
            "padding_mixed_in",
            "the prompts went through the model in one batch, and padding changed what came out. One after "
            "another is slower and right.",
        )
        require(
            not text.strip().startswith(prompt.strip()),
            "prompt_in_text",
            "`text` repeats the prompt. Decode only the new tokens.",
        )
        require(
            not any(token in text for token in reference.all_special_tokens),
            "special_tokens_in_text",
            "`text` holds a special token such as the EOS.",
        )
        length = len(reference(text, add_special_tokens=False).input_ids)
        begins = wanted.startswith(text.strip()[: len(wanted)]) or text.startswith(wanted)
        require(
            not begins or abs(length - self.budget) < 1,
            "budget_ignored",
            f"the text is the beginning of the greedy one, or goes on behind it: `max_new_tokens` is {self.budget} here.",
        )
        raise Found(
            "not_greedy",
            "`text` is not the greedy continuation. A model's `generation_config` may sample; say `do_sample=False`.",
        )  # fmt: skip

    def _fed(self, name: str) -> list[list[int]]:
        """What the model's first passes over a prompt were given."""
        return [
            row
            for request in self.models[name].requests
            if not request.tags.shape[1]
            for row in request.input_ids.tolist()
        ]

    def _judge_size(self, row: dict) -> None:
        loadable = self.loader.models[row["model"]]
        assert loadable is not None
        sizes = {name: math.prod(shape) for name, (shape, _) in loadable.weights.items()}
        anchor, buffer = 1, math.prod(loadable.buffer)
        count = anchor + sizes["embed"] + sizes["inner"]
        memory = 4 * (anchor + sizes["embed"]) + 2 * sizes["inner"]
        twice = "tied_weights_twice", "a tied tensor was counted under each of its names."
        buffers = "buffers_counted", "a buffer was counted among the parameters."
        for column, right, tied, extra in (
            ("parameters", count, sizes["embed"], buffer),
            ("bytes", memory, 4 * sizes["embed"], 4 * buffer),
        ):
            value = row[column]
            require(
                type(value) in (int, float),
                "wrong_unit" if type(value) is str else "wrong_type",
                f"{column!r} is {kind_of(value)}, expected an int.",
            )
            expect(
                value,
                right,
                [
                    (twice[0], right + tied, twice[1]),
                    (twice[0], right + tied + extra, twice[1]),
                    (buffers[0], right + extra, buffers[1]),
                    *(
                        ("dtype_ignored", each * count, f"every parameter was counted with {each} bytes.")
                        for each in (4, 2, 8)
                        if column == "bytes"
                    ),
                    *(
                        ("wrong_unit", digits, f"{column!r} is a whole number, in bytes and ones.")
                        for scale in (1e3, 1e6, 1e9, 2**10, 2**20, 2**30)
                        for digits in (right / scale, round(right / scale, 1), round(right / scale, 2))
                    ),
                ],
                f"{column!r} is not that of the model.",
                relative=1e-9,
            )  # fmt: skip

    def _judge_speed(self, row: dict) -> None:
        for column in ("seconds", "tokens_per_s"):
            require(
                type(row[column]) in (int, float)
                and math.isfinite(row[column])
                and row[column] > 0,
                "wrong_type",
                f"{column!r} is {row[column]!r}, expected a float above 0.",
            )
        name, prompt = row["model"], row["prompt"]
        _, new = self.wanted[name, prompt]
        tokens = row["seconds"] * row["tokens_per_s"]
        given = len(self.tokenizers[name].reference(prompt).input_ids)
        ended = new < self.budget
        require(
            not near(tokens, new + given, 0.02) and not near(tokens, new + given - ended, 0.02),
            "prompt_tokens_counted",
            "`tokens_per_s` counts the prompt's tokens too. They are read, not generated.",
        )
        require(
            not any(near(tokens, new * unit, 0.05) for unit in (1e3, 1e-3, 60, 1 / 60)),
            "wrong_unit",
            "`seconds` are seconds, and `tokens_per_s` counts per second.",
        )
        require(
            near(tokens, new, 0.02) or (ended and near(tokens, new - 1, 0.02)),
            "wrong_value",
            "`tokens_per_s` times `seconds` is not the number of new tokens.",
        )

    def _judge_seconds(self, rows: list[dict]) -> bool:
        """A row's time lies between what happened before its first pass and what happened after its last."""
        events = self.loader.events
        too_long, clear = [], True
        for row in rows:
            prompt = self.prompts.index(row["prompt"])
            spans = self.models[row["model"]].spans[prompt]
            first, last = spans[0][0], spans[-1][1]
            before = [event for event in events if event.end <= first][-1]
            after = next(event for event in events if event.begin >= last)
            most = after.begin - before.end
            if row["seconds"] > most + 2e-3:
                too_long.append(before.what)
            require(
                prompt != self.slow or row["seconds"] > 0.8 * 0.6 * self.pause,
                "seconds_add_up",
                _SECONDS,
            )
            clear &= most - (last - first) < self.pause / 4
        # The load is counted where only rows just behind a load took too long.
        loads = bool(too_long) and set(too_long) == {"load"}
        require(not loads, "load_time_counted", _SECONDS)
        require(not too_long, "seconds_add_up", _SECONDS)
        return clear


_SECONDS = (
    "`seconds` of a row is the time of that row's generation alone: not that of the load, and not "
    "that of other prompts."
)


# --- quantize_absmax ------------------------------------------------------------------------------------------------------

QUANTIZERS = {
    "quantize_per_tensor",
    "quantize_per_channel",
    "quantize_per_tensor_dynamic",
    "fake_quantize_per_tensor_affine",
    "fake_quantize_per_channel_affine",
}


@exercise
def quantize_absmax(student: Student, draw: random.Random) -> None:
    built = "what the library's quantizers do"
    refuse_library(student, QUANTIZERS, built, "quantize_absmax", "dequantize")
    generator = torch.Generator().manual_seed(draw.getrandbits(32))

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    rows = normal(5, 24)
    rows[0, 3], rows[1, 5] = rows[0].abs().max() + 0.5, -rows[1].abs().max() - 0.5
    uneven = normal(4, 32) * torch.logspace(-3, 1, 4)[:, None]  # rows of very different size
    inside = normal(3, 32) * torch.logspace(-2, 2, 4).repeat_interleave(8)  # groups likewise
    negative = normal(4, 16)
    negative[:, 3] = -negative.abs().amax(-1) - 1.0
    positive = normal(3, 12).abs() + 0.1
    tiny = normal(4, 16)
    tiny[1] *= 1e-5
    tiny[2, 8:] *= 1e-6
    empty = normal(4, 16)
    empty[2], empty[0, 8:] = 0.0, 0.0
    steps = torch.tensor([[7.0, 0.5, -2.5, 3.5, 0.0, -7.0, 1.0, 6.0]])
    cases = [
        (rows, 8, None),
        (rows, 4, None),
        (uneven, 8, None),
        (negative, 4, None),
        (positive, 4, None),
        (inside, 8, 8),
        (inside, 4, 8),
        (normal(2, 3, 16), 3, 4),
        (normal(24), 4, 6),
        (normal(24), 8, None),
        (rows, 2, 4),
        (normal(3, 8), 5, 1),
        (normal(3, 8), 6, 8),
        (steps, 4, None),
        (tiny, 8, None),
        (tiny, 8, 8),
        (empty, 4, None),
        (empty, 8, 8),
    ]
    for weights, bits, group in cases:
        kwargs = {} if group is None else {"group_size": group}
        _check_quantized(student, weights, bits, group, kwargs)


def _check_quantized(
    student: Student, weights: torch.Tensor, bits: int, group: int | None, kwargs: dict
) -> None:
    has_zeros = bool(
        (weights.unflatten(-1, (-1, group or weights.shape[-1])).abs().amax(-1) == 0).any()
    )
    zero = "a group of zeros has a scale of 0, and 0/0 is NaN. It has to come back as zeros."
    shown = f"bits={bits}, group_size={group}, weights of shape {list(weights.shape)}"
    if has_zeros:
        with blame("zero_groups", zero):
            pair = student["quantize_absmax"](weights, bits, **kwargs)
    else:
        pair = student["quantize_absmax"](weights, bits, **kwargs)
    require_type(pair, (tuple, list), "a pair (q, scale)")
    require(len(pair) == 2, "wrong_type", f"the result has {len(pair)} parts, expected (q, scale).")
    q, scale = pair
    for part, name in ((q, "q"), (scale, "scale")):
        require(
            type(part) is torch.Tensor, "wrong_type", f"`{name}` is {kind_of(part)}, expected a tensor."
        )  # fmt: skip
    require(
        not q.is_floating_point() and q.dtype is not torch.bool,
        "wrong_dtype",
        f"`q` holds {str(q.dtype).removeprefix('torch.')}: whole numbers belong in an integer type, which is "
        "what saves the memory.",
    )
    require(
        q.numel() == weights.numel(),
        "wrong_shape",
        f"`q` holds {q.numel()} numbers for {weights.numel()} weights.",
    )
    groups = weights.numel() // (group or weights.shape[-1])
    with blame("zero_groups" if has_zeros else "raised", "`dequantize` could not undo the pair."):
        back = student["dequantize"](q, scale)
    require_type(back, torch.Tensor, "a tensor from `dequantize`")
    require(
        back.shape == weights.shape,
        "wrong_shape",
        f"`dequantize` gives shape {tuple(back.shape)} for weights of shape {tuple(weights.shape)}.",
    )
    if not back.is_floating_point():
        same = bool((back.reshape(-1) == q.reshape(-1)).all())
        require(not same, "scale_not_applied", _SCALE_NOT_APPLIED)
        require_dtype(back, FLOAT, "floating point numbers from `dequantize`")
    top = 2 ** (bits - 1) - 1
    require(
        not has_zeros or (bool(back.isfinite().all()) and -top - 1 <= int(q.min())),
        "zero_groups",
        zero,
    )
    _explain_quantized(weights, bits, group, q, scale, back, groups, shown)


_SCALE_NOT_APPLIED = (
    "`dequantize` gives weights back: every number of `q` times the scale of its group."
)


def _explain_quantized(
    weights: torch.Tensor,
    bits: int,
    group: int | None,
    q: torch.Tensor,
    scale: torch.Tensor,
    back: torch.Tensor,
    groups: int,
    shown: str,
) -> None:
    top = 2 ** (bits - 1) - 1
    grouped = weights.double().unflatten(-1, (-1, group or weights.shape[-1]))
    absmax = grouped.abs().amax(-1, keepdim=True)
    step = absmax / top
    error = (back.double().unflatten(-1, (-1, grouped.shape[-1])) - grouped).abs()
    fits = bool((error <= step * 0.5001 + absmax * 2e-6).all()) and bool(back.isfinite().all())
    largest, lowest = int(q.max()), int(q.min())
    flat_q = q.reshape(-1).double()

    def restored(steps: torch.Tensor, to_integer: Callable = torch.round) -> torch.Tensor:
        return to_integer(grouped / steps.clamp(min=1e-300)) * steps

    def looks_like(other: torch.Tensor) -> bool:
        mine = back.double().unflatten(-1, (-1, grouped.shape[-1]))
        alike = torch.isclose(mine, other, rtol=1e-4, atol=1e-7 * float(absmax.max()))
        return float(alike.double().mean()) > 0.93  # the largest of a group may fall to either side

    if not fits and torch.equal(back.double().reshape(-1), flat_q):
        raise Found("scale_not_applied", _SCALE_NOT_APPLIED)
    if not fits and scale.numel() == groups and bool((scale != 0).all()):
        divided = flat_q.reshape(grouped.shape) / scale.double().reshape(absmax.shape)
        if looks_like(divided):
            raise Found("scale_not_applied", _SCALE_NOT_APPLIED)
    opposite = (back.double().reshape(grouped.shape) * grouped < 0) & (error > 2 * step)
    signs_kept = not bool(opposite.any())
    require(
        fits or signs_kept,
        "wraps_around",
        f"{shown}: a large weight came back with the other sign: its number does not fit into the integer type "
        "and wraps around.",
    )
    asymmetric = (
        f"asked for {bits} bits, `q` goes from {lowest} to {largest}. Symmetric: from −{top} to {top}; the zero of "
        "the weights is the zero of `q`."
    )
    require(
        not (lowest == -top - 1 and largest <= top) and (fits or lowest >= -top - 1 or bits == 8),
        "asymmetric_range",
        asymmetric,
    )
    whole_row = weights.double().reshape(-1, weights.shape[-1])
    row_step = (
        (whole_row.abs().amax(-1, keepdim=True) / top).expand_as(whole_row).reshape(grouped.shape)
    )
    if not fits:
        truncated = [
            restored(step, torch.trunc),
            restored(step, torch.floor),
            restored(step, torch.ceil),
        ]
        require(
            not any(map(looks_like, truncated)),
            "truncates",
            f"{shown}: a weight is off by more than half a step. Round to the nearest integer; converting to one cuts "
            "off what is behind the point.",
        )
        whole_scale = (whole_row.abs().max() / top).expand_as(grouped)
        require(
            groups == 1 or not (scale.numel() == 1 or looks_like(restored(whole_scale))),
            "one_scale_for_all",
            "one scale for the whole tensor: a row of small weights beside a row of large ones is lost. Every group "
            "has its own.",
        )
        rows = whole_row.shape[0]
        require(
            rows == groups or not (scale.numel() == rows or looks_like(restored(row_step))),
            "group_size_ignored",
            f"{shown}: there is one scale for a whole row. A group is `group_size` neighbours in a row.",
        )
        _require_range(shown, grouped, back, step, top, absmax, asymmetric, lowest)
    require(
        largest <= top and lowest >= -top,
        "range_not_used",
        f"{shown}: `q` goes from {lowest} to {largest}, but may go from −{top} to {top} only.",
    )
    require(
        fits,
        "wrong_value",
        f"{shown}: a weight comes back more than half a step off, the step being its group's largest magnitude over {top}.",
    )
    require(
        scale.numel() <= groups,
        "wrong_value",
        f"{shown}: {scale.numel()} scales for {groups} groups. One each is what saves the memory.",
    )  # fmt: skip


def _require_range(
    shown: str,
    grouped: torch.Tensor,
    back: torch.Tensor,
    step: torch.Tensor,
    top: int,
    absmax: torch.Tensor,
    asymmetric: str,
    lowest: int,
) -> None:
    """Which mistake in the size of a step, or in the groups, explains what came back."""
    mine = back.double().reshape(grouped.shape)

    def by(steps: torch.Tensor, low: float = -math.inf, high: float = math.inf) -> bool:
        counts = (grouped / steps.clamp(min=1e-300)).round().clamp(low, high)
        return torch.allclose(mine, counts * steps, rtol=1e-4, atol=1e-7 * float(absmax.max()))

    signed_max = grouped.amax(-1, keepdim=True) / top
    require(
        not (by(signed_max) or by(signed_max, -top, top) or by(signed_max, -top - 1, top)),
        "max_without_abs",
        "the scale comes from the largest weight of a group, not from the largest magnitude: a group whose extreme is "
        "negative is cut off.",
    )
    first = grouped.reshape(-1, grouped.shape[-2] * grouped.shape[-1])
    columns = (first.abs().amax(0, keepdim=True) / top).expand_as(first).reshape(grouped.shape)
    strided = grouped.reshape(*grouped.shape[:-2], grouped.shape[-1], grouped.shape[-2])
    every = (strided.abs().amax(-2, keepdim=True) / top).expand_as(strided).reshape(grouped.shape)
    require(
        not by(columns) and not by(every),
        "wrong_dimension",
        "groups run along the last dimension, inside a row; here weights of different rows share a scale.",
    )
    span = grouped.amax(-1, keepdim=True) - grouped.amin(-1, keepdim=True)
    low = grouped.amin(-1, keepdim=True)
    steps = span / (2 * top + 1)
    affine = ((grouped - low) / steps.clamp(min=1e-300)).round() * steps + low
    require(
        not torch.allclose(mine, affine, rtol=1e-4, atol=1e-6 * float(absmax.max())),
        "asymmetric_range",
        asymmetric,
    )
    others = [
        (top + 1) // 2,
        (top - 1) // 2,
        top + 1,
        2 * top,
        2 * top + 1,
        2 * top + 2,
        top - 1,
        127,
        128,
        255,
    ]
    for other in others:
        if other != top and other > 0:
            found = any(
                by(absmax / other, *clamps)
                for clamps in ((), (-top, top), (-top - 1, top), (-128, 127))
            )
            require(
                not (found and other == top + 1 and lowest == -top - 1),
                "asymmetric_range",
                asymmetric,
            )
            require(
                not found,
                "range_not_used",
                f"{shown}: the step is not the group's largest magnitude over {top}. With b bits, q goes from "
                "−(2^(b−1) − 1) to 2^(b−1) − 1.",
            )
    small = absmax < 1e-2 * absmax.max()
    lost = (mine - grouped).abs() > 0.5001 * step + absmax * 2e-6
    require(
        not (bool((lost & small).any()) and not bool((lost & ~small).any())),
        "small_groups_lost",
        "a group of small weights does not come back: a constant added to the scale, or a lower bound for it, is "
        "larger than the weights themselves.",
    )


# --- distillation_loss ----------------------------------------------------------------------------------------------------


@exercise
def distillation_loss(student: Student, draw: random.Random) -> None:
    f = student["distillation_loss"]
    generator = torch.Generator().manual_seed(draw.getrandbits(32))

    def logits(rows: int, columns: int, size: float = 2.0) -> torch.Tensor:
        return size * torch.randn(rows, columns, generator=generator)

    def labels(rows: int, columns: int, ignored: Iterable[int] = ()) -> torch.Tensor:
        found = torch.randint(0, columns, (rows,), generator=generator)
        found[list(ignored)] = -100
        return found

    s, t = logits(6, 9), logits(6, 9)
    some = labels(6, 9, draw.sample(range(6), 2))
    cases = [
        (s, t, labels(6, 9), 2.0, 0.3),
        (s, t, labels(6, 9), 3.0, 1.0),
        (s, t, labels(6, 9), 3.0, 0.0),
        (s, t, labels(6, 9), 1.0, 0.7),
        (s, t, labels(6, 9), 0.5, 0.6),
        (s, t, some, 4.0, 0.3),
        (s, t, some, 4.0, 1.0),
        (s, t, some, 2.0, 0.0),
        (s, s.clone(), labels(6, 9), 2.0, 0.4),
        (logits(1, 7), logits(1, 7), labels(1, 7), 2.0, 0.5),
        (logits(4, 7, 1e4), logits(4, 7, 1e4), labels(4, 7, [1]), 2.0, 0.5),
        (logits(4, 7, 300.0), logits(4, 7, 300.0), labels(4, 7), 1.0, 0.5),
    ]
    for case in cases:
        _check_distillation(f(*case), *case)


def _check_distillation(
    got: Any, s: torch.Tensor, t: torch.Tensor, labels: torch.Tensor, temperature: float, alpha: float
) -> None:  # fmt: skip
    if type(got) in (int, float):
        got = torch.tensor(float(got))
    got = float(require_tensor(got, (), FLOAT, "one number, as a scalar tensor"))
    s, t = s.double(), t.double()
    real = labels != -100
    count, rows = int(real.sum()), len(labels)

    def kl(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        """KL(a ‖ b) of each row of logits."""
        return (a.softmax(-1) * (a.log_softmax(-1) - b.log_softmax(-1))).sum(-1)

    def cross(logits: torch.Tensor) -> torch.Tensor:
        safe = labels.clamp(min=0)
        return -logits.log_softmax(-1).gather(-1, safe[:, None])[:, 0]

    T = temperature
    soft = kl(t / T, s / T)
    hard = float(cross(s)[real].mean())
    kl_mean = float(soft[real].mean())
    right = alpha * T * T * kl_mean + (1 - alpha) * hard

    def total(soft: float, hard: float = hard, squares: float = T * T, a: float = alpha) -> float:
        return a * squares * soft + (1 - a) * hard

    large = float(s.abs().max()) > 100
    require(
        not large or math.isfinite(got),
        "overflows",
        "infinite or NaN for large logits. Work with `log_softmax`, never with the exponential of a raw logit or the "
        "logarithm of a probability.",
    )
    require(
        not math.isnan(got),
        "probabilities_for_logs",
        "NaN for ordinary logits: a logarithm of something negative. `kl_div` takes logarithms first, then probabilities (or, "
        "with `log_target=True`, logarithms).",
    )
    tempered = float(cross(s / T)[real].mean())
    other_means = [
        float(soft.mean()),
        float(soft[real].sum() / rows),
        float(soft.sum() / count),
    ]
    teacher = (t / T).softmax(-1)
    soft_cross = float(-(teacher * (s / T).log_softmax(-1)).sum(-1)[real].mean())
    best = t.argmax(-1)
    to_best = [
        float(-(s / scale).log_softmax(-1).gather(-1, best[:, None])[:, 0][real].mean())
        for scale in (1.0, T)
    ]
    log_teacher, student = (t / T).log_softmax(-1), (s / T).softmax(-1)
    mistaken = [
        float(F.kl_div(a, b, reduction="none").sum(-1)[real].mean())
        for a, b in (
            (student, teacher),
            (student, log_teacher),
            ((s / T).log_softmax(-1), log_teacher),
        )
    ]
    p, q = (t / T).softmax(-1), (s / T).softmax(-1)
    softened = [
        float((p * ((p + e).log() - (q + e).log())).sum(-1)[real].mean())
        for e in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12)
    ]
    size = s.shape[-1]
    shifted: list[float] = []
    if rows > 1 and bool(real[1:].any()):
        hard_shifted = float(F.cross_entropy(s[:-1], labels[1:], ignore_index=-100))
        kept = real[1:]
        shifted = [
            total(float(soft[:-1][kept].mean()), hard_shifted),
            total(kl_mean, hard_shifted),
            total(float(soft[:-1].mean()), hard_shifted),
        ]
    ignoring = "rows with label −100 do not count: neither in the sum nor in the number that it is divided by."
    entropy = "the teacher's own entropy is still in it. A KL divergence is 0 where student and teacher agree."
    candidates: list[Candidate] = [
        ("alpha_swapped", total(kl_mean, a=1 - alpha), "alpha weighs the teacher, 1 − alpha the labels."),
        *(
            ("ignored_rows_counted", total(m), ignoring)
            for m in other_means
            if count < rows
        ),
        *(
            ("ignored_rows_counted", total(m, float(cross(s)[real].sum() / rows)), ignoring)
            for m in (kl_mean, *other_means)
            if count < rows
        ),
        *(
            ("ignored_rows_counted", total(m, float(cross(s).mean())), ignoring)
            for m in (kl_mean, *other_means)
            if count < rows
        ),
        *(
            ("no_t_squared", total(kl_mean, squares=factor), "the softened part is multiplied by T², so that its "
             "gradients keep their size whatever the temperature.")
            for factor in (1.0, T, 1 / (T * T), 1 / T)
        ),
        *(
            ("kl_reversed", total(float(rows_.mean()), squares=factor), "the divergence runs the other way: "
             "KL(teacher ‖ student), weighted by the teacher's probabilities.")
            for rows_ in (kl(s / T, t / T)[real], kl(s / T, t / T))
            for factor in (T * T,)
        ),
        *(
            ("kl_mean_over_vocabulary", total(m / size), "the KL was averaged over the vocabulary too. Sum over it, "
             "then take the mean over rows (`batchmean`).")
            for m in (kl_mean, *other_means)
        ),
        *(
            ("sum_not_mean", value, "a sum over rows. Take the mean over those that count.")
            for value in (
                total(kl_mean * count), total(kl_mean * count, hard * count), total(float(soft.sum())),
                total(kl_mean, hard * count), total(float(soft.sum()), hard * count),
            )
            if rows > 1
        ),
        *(
            ("temperature_missing", total(float(k[real].mean()), squares=factor), "both sides of the KL are softened "
             "by the temperature, before the softmax.")
            for k in (kl(t, s), kl(t / T, s), kl(t, s / T), kl(t * T, s * T))
            for factor in (T * T, 1.0)
        ),
        ("temperature_on_cross_entropy", total(kl_mean, tempered), "the cross-entropy with the labels is that of the "
         "student as it is, without the temperature."),
        *(
            ("t_squared_on_both", value, "T² belongs to the softened part only.")
            for value in (total(kl_mean, hard * T * T), total(kl_mean, tempered * T * T))
        ),
        *(("cross_entropy_not_kl", total(soft_cross, squares=factor), entropy) for factor in (T * T, 1.0)),
        *(("hard_teacher", total(value, squares=f), "the teacher's favourite alone was the target. Its whole distribution is.")
          for value in to_best for f in (T * T, 1.0)),
        *(("probabilities_for_logs", total(value), "`kl_div` wants log-probabilities of the student first, then "
           "probabilities of the teacher (or logarithms, with `log_target=True`).") for value in mistaken),
        *(("overflows", total(value), "a small number inside a logarithm is not nothing: it changes small probabilities. "
           "`log_softmax` needs none.") for value in softened),
        *(("shifted_again", value, "logits and labels belong together row by row here: nothing is to be shifted.") for value in shifted),
    ]  # fmt: skip
    if near(got, right, 1e-4, 1e-6):
        return
    if large:  # what is left of a mistake among large numbers, or a mistake of its own
        for id, value, message in candidates:
            if near(got, value, 1e-4):
                raise Found(id, message)
        raise Found("overflows", "with logits of size 1e4 the result is off: probabilities that underflow to 0, or are pushed "
                    "away from it, lose what `log_softmax` keeps.")  # fmt: skip
    expect(
        got,
        right,
        candidates,
        "not alpha · T² · KL(teacher ‖ student) + (1 − alpha) · cross-entropy, each a mean over the rows that count.",
        relative=1e-4,
        absolute=1e-6,
    )


# --- stretch --------------------------------------------------------------------------------------------------------------


@exercise
def longest_context(student: Student, draw: random.Random) -> None:
    f = student["longest_context"]
    cap = draw.randint(60, 90)
    small = {
        **SMALL,
        "num_key_value_heads": 2,
        "num_hidden_layers": 3,
        "max_position_embeddings": cap,
    }
    window = draw.randint(6, 9)
    grouped = Config("LlamaConfig", **small, head_dim=6)
    gpt2 = Config("GPT2Config", vocab_size=17, n_embd=24, n_layer=2, n_head=4, n_positions=cap)
    sliding = Config("MistralConfig", **small, sliding_window=window)
    some = Config("Gemma3TextConfig", **small, head_dim=6, sliding_window=window, layer_types=GEMMA_LAYERS)  # fmt: skip
    large = Config("LlamaConfig", **{**small, "max_position_embeddings": 131_072}, head_dim=6)
    half = torch.bfloat16
    weights = draw.randint(10_000, 20_000)
    for config, dtype in ((grouped, half), (grouped, torch.float32), (gpt2, half), (some, half)):
        tokens = draw.randint(window + 8, 28)  # half of it, and double, are below the cap too
        exact = weights + measured(config, 1, tokens, dtype)
        for spare in (0, 1, -1):
            _check_context(f, exact + spare, config, weights, dtype)
    _check_context(f, 10**9, grouped, weights, half)
    _check_context(f, weights + measured(sliding, 1, 2, half), sliding, weights, half)
    _check_context(f, weights + measured(sliding, 1, window - 1, half), sliding, weights, half)
    _check_context(f, weights + measured(grouped, 1, 1, half) - 1, grouped, weights, half)
    _check_context(f, weights + measured(grouped, 1, 1, half), grouped, weights, half)
    _check_context(f, weights // 2, grouped, weights, half)
    _check_context(f, weights, grouped, weights, half)
    _check_context(f, weights + 100_000 * measured(large, 1, 1, half), large, weights, half)
    _check_context(f, 10**12, large, weights, half)


def _longest(budget: int, cap: int, size: Callable[[int], float]) -> int:
    """The largest T up to `cap` with size(T) ≤ budget; size never falls."""
    low, high = 0, cap
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(middle) <= budget else (low, middle - 1)
    return low


def _check_context(f: Callable, memory: int, config: Config, weights: int, dtype) -> None:
    reference = config.reference
    name = config.description[0]
    cap = reference.max_position_embeddings
    left = memory - weights
    try:
        got = f(memory, config, weights, dtype)
    except StudentError as error:
        text = error.finding.message
        if "NotImplementedError" in error.kinds:
            raise
        require(left > 0, "negative_context", f"{_NEGATIVE} ({text})")
        require("num_key_value_heads" not in text, "kv_heads_missing", f"{_KV_HEADS} ({text})")
        require("head_dim" not in text, "head_dim_ignored", f"{_HEAD_DIM} ({text})")
        raise
    if got is None:
        require_type(got, int, "an int: a number of tokens")
    value = number(got, "an int: a number of tokens")
    require(value >= 0, "negative_context", _NEGATIVE)
    got = whole(value, "an int: a number of tokens")
    layers, kv, query, wide = (
        reference.num_hidden_layers,
        heads(reference),
        reference.num_attention_heads,
        width(reference),
    )
    naive = reference.hidden_size // query
    window = getattr(reference, "sliding_window", None)
    slides = [n < 63 for n in cache_lengths(config, 63)]

    def positions(length: int) -> int:
        held = (min(length, window - 1) if s and window else length for s in slides)
        return sum(held)

    per = 2 * dtype.itemsize

    def longest(
        factor: float = per * kv * wide,
        spread: Callable = positions,
        budget: int = left,
        cap: int = cap,
    ) -> int:
        return _longest(budget, cap, lambda n: factor * spread(n))  # fmt: skip

    right = longest() if left >= 0 else 0
    everywhere = [lambda n: layers * n]
    if window:
        everywhere.append(lambda n: sum(min(n, window) if s else n for s in slides))
    off = "one token too many or too few: weights and cache together may fill the memory to the byte, not beyond."
    slid = "a layer with a sliding window stops growing once the window is full."
    candidates: list[Candidate] = [
        *(("kv_heads_missing", longest(per * wide), _KV_HEADS) for _ in range(name == "GPT2Config")),
        ("cap_ignored", longest(cap=10**13), "longer than `max_position_embeddings`: the model has seen no such positions."),
        *(("sliding_window_ignored", longest(spread=s, cap=c), slid) for s in everywhere[:1] for c in (cap, 10**13) if window),
        *(("window_on_every_layer", v, "only some layers slide; the others keep every position.")
          for v in (longest(spread=lambda n: layers * min(n, (window or n) - 1)),) if window and not all(slides)),
        *(("window_off_by_one", longest(spread=s), "a layer with a window of W keeps W − 1 positions.") for s in everywhere[1:]),
        *(("weights_ignored", longest(budget=memory, cap=c), "the weights lie in the same memory: take them off first.") for c in (cap, 10**13)),
        *(("query_heads", longest(per * query * w), "keys and values were counted for every query head.") for w in (wide,)),
        *(("head_dim_ignored", longest(per * k * naive), _HEAD_DIM) for k in (kv, query)),
        *(("dtype_ignored", longest(2 * item * kv * wide), "the cache was counted in another number format than `dtype`.") for item in (2, 4, 8)),
        ("keys_or_values_only", longest(per * kv * wide / 2), "keys and values are both kept: a factor of 2 is missing."),
        *(("off_by_one", value, off) for value in (right - 1, right + 1)),
    ]  # fmt: skip
    if left <= 0:
        candidates = [
            (
                "weights_ignored",
                longest(budget=memory),
                "the weights alone do not fit: then no context does.",
            )
        ]
    if name == "GPT2Config":
        candidates.append(("kv_heads_missing", got, _KV_HEADS))
    expect(got, right, candidates, "not the largest context that fits.", relative=0)


_NEGATIVE = "where the weights alone do not fit, the answer is 0."


@exercise
def compute_optimal(student: Student, draw: random.Random) -> None:
    f = student["compute_optimal"]
    for flops in (5.88e23, 10 ** draw.uniform(15, 17), 10 ** draw.uniform(24, 27)):
        got = f(flops)
        require_type(got, (tuple, list), "a pair (n_params, n_tokens)")
        require(len(got) == 2, "wrong_type", f"the result has {len(got)} parts, expected 2.")
        n, d = (number(part, "a pair of numbers") for part in got)
        root = math.sqrt(flops / 120)
        if near(n, root, 1e-4) and near(d, 20 * root, 1e-4):
            continue
        pairs: list[tuple[str, float, float, str]] = [
            ("pair_swapped", 20 * root, root, "the pair is (parameters, tokens), in this order."),
            ("ratio_reversed", 20 * root, root, "20 tokens for each parameter, not the other way round."),
            ("factor_six_missing", math.sqrt(flops / 20), math.sqrt(flops * 20), "training costs 6 operations per "
             "parameter and token."),
            ("inference_flops", math.sqrt(flops / 40), math.sqrt(flops / 2 * 20), "2 operations per parameter and token "
             "are the forward pass alone; training costs 6."),
            ("square_root_missing", flops / 120, flops / 6, "C = 6·N·20·N is quadratic in N: take a root."),
            ("ratio_missing", math.sqrt(flops / 6), math.sqrt(flops / 6), "D is 20·N, and both together use the budget."),
            ("ratio_missing", math.sqrt(flops / 6), 20 * math.sqrt(flops / 6), "D is 20·N, and both together use the budget."),
        ]  # fmt: skip
        for id, params, tokens, message in pairs:
            if near(n, params, 1e-4) and near(d, tokens, 1e-4):
                raise Found(id, message)
        for unit in (1e3, 1e6, 1e9, 1e12):
            require(
                not near(n * unit, root, 1e-3) and not near(d * unit, 20 * root, 1e-3),
                "wrong_unit",
                "the numbers themselves, not millions or billions of them.",
            )
        off = "two conditions fix the pair: 6·N·D is the budget, and D is 20·N."
        require(
            not near(6 * n * d, flops, 1e-3) and not near(d, 20 * n, 1e-3), "ratio_missing", off
        )
        raise Found("wrong_value", "not the pair with 6·N·D = flops and D = 20·N.")


@exercise
def weight_memory(student: Student, draw: random.Random) -> None:
    f = student["weight_memory"]
    blocks = draw.randint(100, 900)
    cases = [
        (128 * blocks, 4, 32, 16),
        (128 * blocks, 3, 64, 16),
        (128 * blocks, 8, 128, 32),
        (64 * blocks + 16, 4, 64, 16),
        (64 * blocks + 8, 5, 32, 8),
        (40, 4, 64, 16),
        (32 * blocks, 4, 32, 0),
        (10**12, 4, 32, 16),
    ]
    for n, bits, group, scale in cases:
        assert (n * bits + -(-n // group) * scale) % 8 == 0
        got = number(f(n, bits, group, scale), BYTES)
        groups = -(-n // group)
        plain, scales = n * bits / 8, scale / 8
        right = plain + groups * scales
        byte = "memory is counted in bytes, 8 bits each: the weights and the scales."
        candidates: list[Candidate] = [
            ("scales_forgotten", plain, "each group also stores its scale."),
            ("scale_per_weight", plain + n * scales, "a scale serves a whole group, not one weight."),
            ("last_group_forgotten", plain + n / group * scales, "a last group that is shorter has a whole scale too: an average of bits per weight leaves part of it out."),
            ("last_group_forgotten", plain + n // group * scales, "a last group that is shorter has a scale too."),
            ("group_size_as_count", plain + group * scales, "`group_size` is how many weights share a scale, not how many groups there are."),
            ("one_scale", plain + scales, "every group has a scale, not the tensor one."),
            ("bits_not_bytes", 8 * right, byte),
            ("bits_not_bytes", plain + groups * scale, byte),
            ("bits_not_bytes", n * bits + groups * scales, byte),
            *(("whole_bytes", n * -(-bits // 8) + groups * s, "weights of 4 bits lie two to a byte: they are not rounded up to whole bytes.")
              for s in (scales, -(-scale // 8))),
            *(("wrong_unit", right / unit, "in bytes, not in kB, MB or GB.") for unit in (1e3, 1e6, 1e9, 2**10, 2**20, 2**30)),
        ]  # fmt: skip
        expect(
            got, right, candidates, "not the bytes of all weights and of one scale per group.", 1e-9
        )


@exercise
def preference_loss(student: Student, draw: random.Random) -> None:
    f = student["preference_loss"]
    cases = [
        (-draw.uniform(5, 6), -draw.uniform(7, 8), 0.5),
        (-draw.uniform(10, 14), -draw.uniform(5, 9), 0.3),
        (-4.0, -4.0, 0.1),
        (-draw.uniform(20, 25), -draw.uniform(26, 30), 0.1),
        (-0.7, -1.9, 1.0),
        (-3000.0, -3000.5, 1.0),
        (-10.0, -5010.0, 1.0),
        (-5010.0, -10.0, 1.0),
    ]
    for chosen, rejected, beta in cases:
        large = abs(chosen - rejected) > 100
        overflow = "at large differences the result is infinite, NaN or an exception. Write −log σ(x) as log(1 + e^(−x)), by a function that does it safely."
        try:
            got = number(f(chosen, rejected, beta), "a float")
        except StudentError as error:
            require(
                not large or "NotImplementedError" in error.kinds,
                "overflows",
                f"{overflow} ({error.finding.message})",
            )
            raise
        margin = chosen - rejected
        right = _softplus(-beta * margin)
        if near(got, right, 1e-5, 1e-6):
            continue
        require(math.isfinite(got) or not large, "overflows", overflow)
        sigmoid = math.exp(-right)
        difference = (math.exp(chosen) - math.exp(rejected)) if chosen < 50 else 0.0
        candidates: list[Candidate] = [
            *(("hinge_loss", max(0.0, v), "a hinge is 0 beyond its edge; the loss asked for is −log σ, which is soft.") for v in (-beta * margin, 1 - beta * margin, -margin, 1 - margin)),
            ("gain_not_loss", -right, "this is the gain, log σ. A loss is its negative."),
            ("sign_flipped", _softplus(beta * margin), "the loss is small where the rejected answer is the likelier one: the sign of the margin is turned round."),
            *(("no_log", v, "a probability is not yet a loss: take −log of it.") for v in (sigmoid, 1 - sigmoid, -sigmoid)),
            ("beta_ignored", _softplus(-margin), "beta scales the margin."),
            ("beta_divides", _softplus(-margin / beta), "beta multiplies the margin; it does not divide it."),
            ("beta_outside", beta * _softplus(-margin), "beta belongs inside σ, at the margin, not in front of the loss."),
            ("probabilities_not_logs", _softplus(-beta * difference), "the margin is the difference of the log-probabilities, not of the probabilities."),
        ]  # fmt: skip
        if large:
            candidates = [
                c for c in candidates if c[0] in ("hinge_loss", "sign_flipped", "gain_not_loss")
            ] + [("overflows", got, overflow)]
        expect(got, right, candidates, "not −log σ(beta · (chosen − rejected)).", 1e-5, 1e-6)


def _softplus(x: float) -> float:
    """log(1 + e^x), for any x."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))
