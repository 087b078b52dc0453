# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 02 · One prompt, many models
#
# *Choosing a model is a question of bytes, seconds and bits before it is one of taste. In this notebook you measure all three, swap models on one
# machine without leaving anything behind, and learn what the families are for.*
#
# <!-- badges -->
#
# **Before you start**
#
# | | |
# |---|---|
# | You need | notebook 01, or its ideas: tokens, logits, the KV cache |
# | Hardware | any laptop with 4 GB of free memory; a GPU is used where there is one, never needed |
# | Download | SmolLM2 93 MB, MiniLM 84 MB, and Gemma 3 238 MB under its own terms, each once; 1.7 GB on disk when unpacked. Then offline, but for models that only a hub has: the notebook is whole without them |
# | Time | about two and a half hours: eight exercises (103 minutes, 22 points) and some reading; four stretch exercises (24 minutes, 8 bonus points) if you like |
#
# **After it you can**
#
# - *count* what a model and its cache take (`parameter_bytes`, `kv_cache_bytes`);
# - *swap* models so that nothing stays behind, and compare them fairly (`ModelSlot`, `compare_models`);
# - *measure* speed and quality with numbers that mean something (`time_generation`, `bits_per_byte`);
# - *shrink* a model, by rounding its weights or by teaching a smaller one (`quantize_absmax`, `distillation_loss`);
# - *decide* from use case to model, and say what it costs (`longest_context`, `compute_optimal`, `weight_memory`, `preference_loss`).

# %%
# Colab lends a new machine each time: there, and only there, install the course.
import importlib.util
import subprocess
import sys
from pathlib import Path

if "google.colab" in sys.modules and not importlib.util.find_spec("utils"):
    wheel = "<!-- wheel -->"
    uploaded = wheel.rpartition("/")[2]  # beside the notebook, it comes first
    wheel = uploaded if Path(uploaded).exists() else wheel
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", wheel])

try:
    import utils
except ModuleNotFoundError:
    sys.exit(
        "The course's package is not here. In Colab, upload its wheel (.whl) to "
        "Files (left); elsewhere, choose the course's kernel. Then run this again."
    )
utils.check_setup()

# %%
import copy
import gc
import math
import time
import weakref

import pandas as pd
import torch
import transformers

# %% [markdown]
# ## 0 · The same prompt, another model
#
# *What does a name such as "SmolLM2-135M" promise?* Two models get the same beginning of a sentence. Ours, SmolLM2, is a chat model, tuned to answer; Gemma here
# is a *base* model, which has only learned to continue text.

# %%
utils.pipeline_map(here="model")

# %% [markdown]
# Gemma comes under its own terms, which somebody has to read and accept. This is what a program says that nobody has allowed to:

# %%
try:
    utils.load_model("gemma-3-270m")
except utils.TermsNotAccepted as error:
    print(f"{type(error).__name__}: {error}")

# %% [markdown]
# That is no fault to work around: it is the licence speaking. Read the terms at the address. Whoever agrees says so in the call, with `accept_terms=True`. The next cell says it *in your
# name*, here and wherever this notebook calls `load_small`. If you do not agree, change `second` to `"smollm2-135m"`: everything runs, with the same model twice.
#
# **Predict.** Which of the two stays with the story: the chat model, or the base model?

# %%
my_guess = None  # chat or base? (the two take about half a minute)

second = "gemma-3-270m"  # only if you have read its terms and accept them
given = "The river was wide, and the little boat"


def load_small(name):
    return utils.load_model(name, dtype=torch.bfloat16, accept_terms=True)


def continue_text(loaded, text, new=24):
    ids = loaded.tokenizer(text, return_tensors="pt").input_ids
    ids = ids.to(loaded.model.device)
    out = loaded.model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=new,
        do_sample=False,
    )
    return loaded.tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True)


for name in ("smollm2-135m", second):
    with load_small(name) as loaded:
        print(loaded)
        print("   ", given, "→", repr(continue_text(loaded, given)), "\n")
loaded = None

# %% [markdown]
# **Explain.** The base model stays with the boat; the chat model, half as large and trained to answer, soon loses it and repeats itself. A name promises a family and a size; what a model was tuned for stands
# on its model card. Look at a text for three things: is it *coherent* (does it hold together), how much *detail* does it give, is it *creative*? One prompt is an anecdote. Section 6 gives you a table, and notebook 07 shows how to judge one.
#
# Some models are *gated*: a hub hands them out only to accounts that accepted a licence there. The form asks for name, country, affiliation and intended use; write what is
# true and short ("course on language models, local inference, no product"). Approval takes minutes to days. With a hub in reach, put names into the list: the first two are
# free (250 MB and 520 MB), the third is gated (2.5 GB). Without one, go on: nothing later needs them.

# %%
from_hub = []  # for example ["opt-125m", "gpt-neo-125m", "llama-3.2-1b"]

for name in from_hub:
    try:
        with utils.load_model(name) as loaded:
            print(loaded, "→", repr(continue_text(loaded, given)))
    except utils.ModelUnavailable as error:
        print(f"{type(error).__name__}: {error}")
loaded = None

# %% [markdown]
# To an account without access the loader says: "The hub gives llama-3.2-1b only to accounts that accepted its licence. Accept it at …, then run `hf auth login` or set HF_TOKEN, and run again".
# A token is a password: it belongs into `hf auth login`, never into a notebook.
#
# > **Decision.** Before you load: may I use it (licence), can I get it (gate), is it a chat model or a base model?
#
# ## 1 · What a model weighs
#
# *How much memory do the weights take?* Each parameter is a number in some format: 4 bytes in float32, 2 in bfloat16.
#
# **Predict.** SmolLM2 has 134.5 million parameters among them a table of 49,152 × 576 for its tokens, used twice: to read tokens, and to score them. How many megabytes does this table take in float32?

# %%
my_guess = None  # MB for the table

smol = utils.load_model("smollm2-135m", dtype=torch.float32, device="cpu")
model, tokenizer = smol.model, smol.tokenizer
print("names in the state dict:", len(model.state_dict()))
print("parameters:             ", len(list(model.parameters())))
embed, head = model.get_input_embeddings().weight, model.lm_head.weight
print("one tensor under two names:", embed.data_ptr() == head.data_ptr())
print(f"that table alone: {embed.numel() * 4 / 1e6:.0f} MB")

# %% [markdown]
# **Explain.** The two names point to the same memory: the weights are *tied*. Counting names would add 113 MB that are not there. Two more things lie in a module: *buffers*, which are
# not trained, and parameters in formats of their own. So count memory, not names.
#
# <div class="card" role="note" aria-label="Exercise parameter_bytes">
#
# **Exercise `parameter_bytes`** · difficulty 2 of 5 · importance 4 of 5 · 8 minutes · 2 points
#
# `parameter_bytes(model: torch.nn.Module) -> int`
#
# The bytes that the parameters take.
#
# - What shares memory counts once: one parameter under two names, and two parameter objects over the same storage. `p.data_ptr()` is where a tensor begins.
# - Each parameter in its own format; frozen ones count; buffers do not. A module without parameters gives 0.
# - Different parts of one storage do not occur. The model is not changed. `get_memory_footprint` is off limits: you are building it.
#
# Worked example: `torch.nn.Linear(3, 5)` has 15 weights and 5 biases in float32: 80.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "parameter_bytes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def parameter_bytes(model):
    """The bytes that a module's parameters take, what shares memory once.

    model: torch.nn.Module. Returns int.
    """
    ### BEGIN SOLUTION
    sizes = {p.data_ptr(): p.nbytes for p in model.parameters()}
    return sum(sizes.values())
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_parameter_bytes", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    plain = torch.nn.Linear(3, 5)
    mixed = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.BatchNorm1d(5))
    mixed[0].to(torch.bfloat16)
    tied = torch.nn.Sequential(torch.nn.Embedding(7, 4), torch.nn.Linear(4, 7))
    tied[1].weight = tied[0].weight
    shared = torch.nn.Sequential(torch.nn.Embedding(7, 4), torch.nn.Linear(4, 7))
    shared[1].weight = torch.nn.Parameter(shared[0].weight.detach())
    deep = torch.nn.Sequential(torch.nn.Sequential(torch.nn.Linear(3, 5)))
    for name, module, want in (
        ("Linear(3, 5)", plain, 80),
        ("the same, deep down and frozen", deep.requires_grad_(False), 80),
        ("a bfloat16 layer and a float32 one with buffers", mixed, 80),
        ("two layers with one weight", tied, 140),
        ("two weights over one memory", shared, 140),
        ("no parameters", torch.nn.ReLU(), 0),
    ):
        got = parameter_bytes(module)
        assert got == want, (
            f"{name}: got {got}, expected {want}. Is every parameter counted in "
            "its own format, frozen or not, shared memory once, and no buffer?"
        )


public_check()
print("parameter_bytes: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_parameter_bytes", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for parameter_bytes are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("parameter_bytes", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# What tells two tensors apart, if not their names, shapes or values?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `model.parameters()` leaves out names that stand for the same object. Two objects over the same memory it does not notice: their address is the same.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# A dict from `p.data_ptr()` to `p.nbytes` keeps one entry per address; add up its values.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The address of a tensor is what memory knows about it, so a dict keyed by address holds each piece once. **A common wrong answer** sums over `state_dict()`: it lists tied weights under every name, and buffers as well.

# %%
for dtype in (torch.float32, torch.bfloat16):
    model.to(dtype)
    size = parameter_bytes(model)
    print(f"{str(dtype):15} {size / 1e6:6.1f} MB, {size / 134_515_008:.1f} each")
model.to(torch.float32)
here = utils.memory_report()
print(here)

# %% [markdown]
# A format with 2 bytes halves the memory. (All parameters lie in memory, but not every model reads them all for a token: *mixtures of experts*, section 8.)
#
# > **Decision.** Bytes first: parameters × bytes per parameter has to fit, with room for what comes next.
#
# ## 2 · What a conversation weighs
#
# While a model writes, it keeps keys and values of every token: the KV cache of notebook 01. *What does a long conversation cost?*
#
# **Predict.** SmolLM2 has 30 layers, 9 attention heads of 64 numbers, and 3 key-value heads. How many KiB per token in 16 bits?

# %%
my_guess = None  # KiB per token

smol_config = config = model.config
print(config.num_hidden_layers, config.num_attention_heads, end=" ")
print(config.num_key_value_heads, config.head_dim)
ids = torch.tensor([tokenizer("The capital of France is").input_ids])
with torch.no_grad():
    cache = model(ids, use_cache=True).past_key_values
print(
    "keys of one layer:",
    tuple(cache.layers[0].keys.shape),
    cache.layers[0].keys.dtype,
)
held = sum(layer.keys.nbytes + layer.values.nbytes for layer in cache.layers)
per_token = held / ids.shape[1] / 2 / 1024  # / 2: from 32 bits to 16
print(f"{per_token:.1f} KiB per token in 16 bits")
cache = None

# %% [markdown]
# **Explain.** Two tensors (keys, values) × 30 layers × 3 heads × 64 numbers × 2 bytes. Nine query heads share three key-value heads (*grouped-query attention*): a third of the
# cache. Some models save more: a layer with a *sliding window* looks only at the last W positions and forgets the rest.
#
# **Predict.** A layer with a window of 8, a text of 20 tokens: how many positions does it keep?

# %%
my_guess = None  # positions

window = transformers.Gemma3TextConfig(
    vocab_size=20,
    hidden_size=16,
    intermediate_size=16,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=1,
    head_dim=6,
    sliding_window=8,
    layer_types=["sliding_attention", "full_attention"],
    bos_token_id=None,
    eos_token_id=None,
    pad_token_id=None,
)
tiny = transformers.Gemma3ForCausalLM(window).eval()
with torch.no_grad():
    kept = tiny(torch.zeros(1, 20, dtype=torch.long), use_cache=True).past_key_values
print([tuple(layer.keys.shape) for layer in kept.layers])

# %% [markdown]
# **Explain.** Seven: with the token that is just being computed, the window is full. What the config says about all this varies from family to family, and a function that is meant for all has to read it with care.
#
# <div class="card" role="note" aria-label="Exercise kv_cache_bytes">
#
# **Exercise `kv_cache_bytes`** · difficulty 4 of 5 · importance 5 of 5 · 16 minutes · 3 points
#
# `kv_cache_bytes(config, batch_size: int, sequence_length: int, dtype: torch.dtype) -> int`
#
# The bytes of all keys and values after `sequence_length` tokens in each of `batch_size` rows, in the format `dtype` (`dtype.itemsize` bytes a number).
#
# - Key-value heads: `num_key_value_heads`; GPT-2, OPT and GPT-Neo have no such entry, and each query head has its own.
# - Numbers per head: `head_dim` where it is there and not None, else `hidden_size // num_attention_heads`.
# - `layer_types`, where there is such a list, says which layers slide (`"sliding_attention"`). Where there is none (Mistral), all slide if `sliding_window` is set and not None. A sliding layer keeps at
#   most `sliding_window - 1` positions, a layer of any other type all of them, those that GPT-Neo calls local included.
# - Windows are 2 or more; rows and tokens are 1 or more. It equals what the `DynamicCache` of the installed transformers holds. Filling one and measuring it is allowed.
#
# Worked example: SmolLM2 (30 layers, 3 key-value heads, `head_dim` 64), 1 row, 1 token, bfloat16: 2 · 30 · 3 · 64 · 2 = 23,040 bytes, which is 22.5 KiB.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "kv_cache_bytes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    """The bytes of the KV cache after `sequence_length` tokens in every row.

    config: of a decoder in transformers. dtype: torch.dtype. Returns int.
    """
    ### BEGIN SOLUTION
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    if types is None:
        kind = "sliding_attention" if window else "full_attention"
        types = [kind] * config.num_hidden_layers
    positions = 0
    for kind in types:
        slides = kind == "sliding_attention"
        positions += min(sequence_length, window - 1) if slides else sequence_length
    return 2 * batch_size * positions * kv_heads * head_dim * dtype.itemsize
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_kv_cache_bytes", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    llama3 = transformers.LlamaConfig(
        hidden_size=4096,
        num_hidden_layers=32,
        num_attention_heads=32,
        num_key_value_heads=8,
    )
    mistral = transformers.MistralConfig(
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        sliding_window=8,
    )
    half, full = torch.bfloat16, torch.float32
    factors = (
        "2 · layers · key-value heads · numbers per head · bytes: which is off?"
    )
    for name, config, batch, tokens, dtype, want, ask in (
        ("SmolLM2", smol_config, 1, 1, half, 23_040, factors),
        ("two rows of 10", smol_config, 2, 10, full, 921_600, "Batch? `dtype`?"),
        ("GPT-2", transformers.GPT2Config(), 1, 1, half, 36_864, "Every head: 64"),
        ("like Llama 3 8B", llama3, 1, 1, half, 131_072, "8 key-value heads"),
        ("a Mistral", mistral, 1, 20, half, 1_792, "Both layers keep 7"),
        ("one of two slides", window, 1, 20, half, 648, "They keep 7 and 20"),
        ("the same, 5 tokens", window, 1, 5, half, 240, "Both keep 5"),
    ):
        try:
            got = kv_cache_bytes(config, batch, tokens, dtype)
        except AttributeError as error:
            got = f"{error} (the card says what holds then)"
        assert got == want, f"{name}: got {got}, expected {want}. {ask}"


public_check()
print("kv_cache_bytes: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_kv_cache_bytes", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for kv_cache_bytes are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("kv_cache_bytes", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Write it for SmolLM2 first: five factors and a 2. Then ask, for each factor, where another family writes it.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `getattr(config, name, None)` copes with entries that are not there. The positions differ from layer to layer: add them up over the layers.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# If `layer_types` is None, make it: all sliding if there is a window, else all full. Sum `min(T, window - 1)` or `T` over the layers; multiply by 2 · batch · key-value heads · head size · `dtype.itemsize`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The cache is one tensor of keys and one of values per layer, so its size is a product, and the only part that differs between layers is how many positions each keeps. **A common wrong answer** multiplies by `hidden_size`: right for GPT-2, three times too much for SmolLM2.

# %% [markdown]
# **Predict.** From which context on does the cache weigh more than the model, both in bfloat16, for one reader? Move the sliders. The black line is half of this machine's memory.

# %%
my_guess = None  # tokens, for the model like Llama 2 7B

machine = utils.memory_report().total // 2
shapes = {}
for name, size, layers, kv, count in (
    ("like Llama 2 7B", 4096, 32, 32, 6_738_000_000),
    ("like Llama 3 8B", 4096, 32, 8, 8_030_000_000),
):
    shape = transformers.LlamaConfig(
        hidden_size=size,
        num_hidden_layers=layers,
        num_attention_heads=32,
        num_key_value_heads=kv,
    )
    shapes[name] = (shape, count)
shapes["SmolLM2 135M"] = (model.config, 134_515_008)
utils.memory_planner(shapes, kv_cache_bytes, machine)

# %%
shape, count = shapes["like Llama 3 8B"]
parts = {
    "weights, bfloat16": 2 * count,
    "KV cache, 8 x 8,192 tokens": kv_cache_bytes(shape, 8, 8192, torch.bfloat16),
}
utils.memory_bar(parts, machine)

# %% [markdown]
# **Explain.** Like Llama 2 7B: from 25,704 tokens on. Like Llama 3 8B, a quarter of the key-value heads: from 122,529. SmolLM2: from 11,677, more than the 8,192 it was trained for, so
# never for one reader (the slider does not know that), soon for eight: weights are shared, every row has a cache of its own.
#
# > **Decision.** Long contexts and many users are paid in cache, not in weights. Look for few key-value heads and sliding layers before you buy memory.
#
# ## 3 · Swapping without a trace
#
# Two models often do not fit side by side. *Is a model gone when you load the next one into the same variable?*
#
# **Predict.** A variable holds a model. You load another *into the same variable*. How many models are in memory while the second one loads?

# %%
my_guess = None  # one or two?

smol.unload()
model = embed = head = tiny = None
utils.release_memory()
with utils.MemoryTimeline() as timeline:
    loaded = load_small("smollm2-135m")
    timeline.mark("the first is loaded")
    loaded = load_small("smollm2-135m")
    timeline.mark("second, same variable")
    kept = loaded.model  # another variable of ours
    loaded.unload()
    timeline.mark("unloaded, but `kept`")
    kept = None
    utils.release_memory()
    timeline.mark("let go of `kept` too")
utils.memory_timeline(timeline)

# %% [markdown]
# **Explain.** Two: the old object lives until the new one takes over its name, and the level at 2 shows that it may stay even longer, until garbage is collected. (The short peaks are the loader's: it holds the
# float32 file beside the bfloat16 copy.) And one forgotten variable (`kept`) keeps a whole model alive, whatever else you do: at 3 the line stays up until it lets go. It need not come back to the dotted line: libraries and the allocator keep a little. Other things that quietly hold on:
#
# - Jupyter's `Out[…]` and `_`, if a cell *ends* in the model; `sys.last_value`, after an error;
# - a stored exception: its traceback holds every variable of every function it came through;
# - a cache you kept: `past_key_values` are tensors too;
# - reference cycles: they go when `gc.collect()` runs, so drop your references *before* it does.
#
# On a GPU, `memory_allocated` is what tensors hold; `memory_reserved` is what PyTorch keeps from the driver for next time, and what `nvidia-smi` shows.
#
# <div class="card" role="note" aria-label="Exercise ModelSlot">
#
# **Exercise `ModelSlot`** · difficulty 4 of 5 · importance 5 of 5 · 15 minutes · 3 points
#
# `ModelSlot(load=utils.load_model)` with `load(name)`, `unload()`, `swap(name)` and `current`
#
# A place for one model. `current` is the name of what is loaded, or `None`.
#
# - `load(name)` calls the loader with the name and returns what it returned, an object with an `.unload()` of its own. On a slot that is full, either unload first or raise; never two at once.
# - `unload()` calls the loaded object's own `.unload()`, then keeps nothing of it. On an empty slot it does nothing.
# - `swap(name)` unloads, then loads, and returns what the loader returned. On an empty slot it just loads.
# - If the loader raises, its exception comes through, the slot is empty, and nothing of the attempt is kept; the next `load` works. The old model stays unloaded.
# - Two slots know nothing of each other. A loaded object's own `.unload()` does not raise.
#
# Worked example: after `slot.load("a")`, `slot.swap("b")` the loader was called for `"b"` when `a.unload()` had been called, and `slot.current` is `"b"`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "ModelSlot", "locked": false, "schema_version": 3, "solution": true, "task": false}
class ModelSlot:
    """A place for one model at a time.

    load: a function from a name to an object with an `unload()`. `current` is the
    name of the loaded model, or None.
    """

    def __init__(self, load=utils.load_model):
        ### BEGIN SOLUTION
        self.loader = load
        self.loaded = None
        self.current = None
        ### END SOLUTION

    def load(self, name):
        """Load a model into the slot, and return it."""
        ### BEGIN SOLUTION
        self.unload()
        self.loaded = self.loader(name)
        self.current = name
        return self.loaded
        ### END SOLUTION

    def unload(self):
        """Empty the slot."""
        ### BEGIN SOLUTION
        loaded, self.loaded, self.current = self.loaded, None, None
        if loaded is not None:
            loaded.unload()
        ### END SOLUTION

    def swap(self, name):
        """Unload what is there, load another, and return it."""
        ### BEGIN SOLUTION
        self.unload()
        return self.load(name)
        ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_ModelSlot", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    said, living = [], weakref.WeakSet()

    class Pretend:
        def __init__(self, name):
            self.name = name
            living.add(self)

        def unload(self):
            said.append(f"unload {self.name}")

    def load(name):
        said.append(f"load {name}")
        model = Pretend(name)
        if name == "broken":
            raise RuntimeError("the weights cannot be had")
        return model

    def expect(slot, current, *wanted):
        assert said == list(wanted), (
            f"loads and unloads so far: {said}, expected {list(wanted)}"
        )
        assert slot.current == current, (
            f"`current` is {slot.current!r}, expected {current!r}"
        )

    slot = ModelSlot(load=load)
    slot.unload()
    expect(slot, None)
    got = slot.load("a")
    assert isinstance(got, Pretend), f"`load` returned {got!r}, not what was loaded"
    expect(slot, "a", "load a")
    got = slot.swap("b")
    assert isinstance(got, Pretend), f"`swap` returned {got!r}, not what was loaded"
    expect(slot, "b", "load a", "unload a", "load b")
    slot.unload()
    slot.unload()
    expect(slot, None, "load a", "unload a", "load b", "unload b")
    said.clear()
    slot.load("a")
    try:
        slot.swap("broken")
    except RuntimeError:
        pass
    else:
        assert False, "the loader raised, and `swap` did not: let the error through"
    expect(slot, None, "load a", "unload a", "load broken")
    slot.load("c")
    expect(slot, "c", "load a", "unload a", "load broken", "load c")
    gc.collect()
    names = sorted(model.name for model in living if model is not got)
    assert names == ["c"], (
        f"the slot holds c, and alive are {names}: what still refers to the others? "
        "(a stored exception holds a half loaded model, too)"
    )
    said.clear()
    try:
        slot.load("d")
    except Exception as error:
        assert "load d" not in said, f"refused too late: {error!r} after {said}"
    else:
        expect(slot, "d", "unload c", "load d")
    got = None
    slot.unload()
    slot.swap("e")  # on an empty slot: it just loads
    slot.unload()
    gc.collect()
    assert not living, "unloaded, and the slot still refers to what it held"


public_check()
print("ModelSlot: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_ModelSlot", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for ModelSlot are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("ModelSlot", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# In which order must the old model go, the new one come, and the name change, so that every step may fail?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Empty the slot first: both attributes to None, then the loaded object's own `unload()`. Set the name only after the loader has returned.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `loaded, self.loaded, self.current = self.loaded, None, None`, then `loaded.unload()` if there is one. `load` begins with `self.unload()`, and `swap` is little more than `load`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The slot is empty before anything can fail, so whatever fails leaves it empty; and it holds one reference, which is dropped before the object's own `unload()` collects garbage. **A common wrong answer** loads into a local variable and unloads the old model afterwards: for a while there are two.

# %%
utils.release_memory()
slot = ModelSlot(load=load_small)
with utils.MemoryTimeline() as timeline:
    slot.load("smollm2-135m")
    timeline.mark("SmolLM2")
    slot.swap("minilm")
    timeline.mark("swapped for MiniLM")
    slot.swap("smollm2-135m")
    timeline.mark("swapped back")
    slot.unload()
    timeline.mark("unloaded")
utils.memory_timeline(timeline)

# %%
if torch.cuda.is_available():
    start = torch.cuda.memory_allocated()
    slot.load("smollm2-135m")
    print("loaded:  ", torch.cuda.memory_allocated() - start, "bytes more")
    slot.unload()
    print("unloaded:", torch.cuda.memory_allocated() - start, "bytes more")
else:
    print("skipped: no CUDA here")

# %% [markdown]
# Peaks that stand on the dotted line, not on each other: one model at a time. The little that stays is the allocator's; a SmolLM2 left behind would be 269 MB.
#
# The disk keeps models too. `utils.clear_cache(name)` gives that room back; the next load downloads again.

# %%
utils.cache_report()

# %% [markdown]
# > **Decision.** One slot, one owner. Whoever holds a second reference to a model is responsible for its memory.
#
# ## 4 · How fast is it?
#
# A reader waits twice: for the first token, while the prompt is read, and then for each next one. *Which number is the speed?*
#
# **Predict.** A model reads a prompt for 2 seconds and then writes 10 tokens, 0.1 seconds apart. How many tokens per second?

# %%
my_guess = None  # tokens per second

first, gap, n = 2.0, 0.1, 10
print("time to first token:  ", first, "s")
print("time per output token:", gap, "s, so", round(1 / gap, 1), "per second")
print(f"over the whole answer: {n / (first + (n - 1) * gap):.1f} per second")

# %% [markdown]
# **Explain.** Ten, or 3.4: both are right. So three numbers are reported: *ttft*, *tpot*, and the rate over the whole answer. Two habits spoil them:
# timing the first run, which also pays for warming up, and reading the clock when the work is only queued (on a GPU, call `torch.cuda.synchronize()` before you read it).
#
# <div class="card" role="note" aria-label="Exercise time_generation">
#
# **Exercise `time_generation`** · difficulty 3 of 5 · importance 4 of 5 · 10 minutes · 3 points
#
# `time_generation(generate, clock, warmup: int = 1) -> dict`
#
# `generate()` gives an iterator over token ids, each one as it is ready; `clock()` gives the time in seconds.
#
# - Call `generate()` `warmup` times without timing it, each run read to its end; then once more, timed.
# - `ttft`: from just before that call to the first token. `tpot`: the mean gap after it, (last − first) / (n − 1), and `0.0` for one token. `tokens_per_s`: n over the time from the call to the last token.
#   `n_tokens`: n. Time that passes after the last token, before the iterator ends, counts nowhere.
# - No token in the timed run: `ValueError`. Before a token time always passes. The clock may be read as often as you like.
#
# Worked example: called at 10.0, tokens at 12.0, 12.5 and 13.0: `{'ttft': 2.0, 'tpot': 0.5, 'tokens_per_s': 1.0, 'n_tokens': 3}`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "time_generation", "locked": false, "schema_version": 3, "solution": true, "task": false}
def time_generation(generate, clock, warmup=1):
    """How long a generation takes, after `warmup` runs that are not timed.

    generate: () -> iterator of token ids; clock: () -> seconds. Returns a dict with
    ttft, tpot (seconds), tokens_per_s and n_tokens.
    """
    ### BEGIN SOLUTION
    for _ in range(warmup):
        for _ in generate():
            pass
    start = clock()
    times = [clock() for _ in generate()]
    if not times:
        raise ValueError("generate() gave no token")
    n = len(times)
    tpot = (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0
    return {
        "ttft": times[0] - start,
        "tpot": tpot,
        "tokens_per_s": n / (times[-1] - start),
        "n_tokens": n,
    }
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_time_generation", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    now, ended = [10.0], []

    def stream(*gaps):
        calls = []

        def generate():
            calls.append(1)
            now[0] += 0.5  # the call itself takes time
            return tokens(4 if len(calls) == 1 else 1)  # the first run is slow

        def tokens(slow):
            for gap in gaps:
                now[0] += slow * gap
                yield 7
            now[0] += 3.0  # and so does the end, which is nobody's
            ended.append(1)

        ended.clear()
        return generate

    asks = {
        "ttft": "Read the clock right before the timed call, and at its first token",
        "tpot": "n tokens have n − 1 gaps; one token has none",
        "tokens_per_s": "All n tokens, from the call to the last token",
        "n_tokens": "The tokens of the timed run alone",
    }
    keys = list(asks)
    for gaps, want in (
        ((1.5, 0.5, 0.5), (2.0, 0.5, 1.0, 3)),
        ((1.5, 0.25, 0.75, 1.0), (2.0, 2 / 3, 1.0, 4)),
        ((3.5,), (4.0, 0.0, 0.25, 1)),
    ):
        got = time_generation(stream(*gaps), lambda: now[0])
        assert isinstance(got, dict) and set(got) >= set(keys), (
            f"got {got!r}, expected a dict with the keys {', '.join(keys)}"
        )
        for key, value in zip(keys, want):
            assert abs(got[key] - value) < 1e-9, (
                f"gaps {gaps}, half a second in the call, three after the end, a "
                f"slow first run: {key} is {got[key]}, expected {value}. {asks[key]}"
            )
        assert len(ended) == 2, (
            f"{len(ended)} runs were read to their end, expected 2: the warm-up too"
        )
    try:
        got = time_generation(stream(), lambda: now[0])
    except Exception as error:
        got = error
    assert isinstance(got, ValueError), f"no token: got {got!r}, expected ValueError"


public_check()
print("time_generation: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_time_generation", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for time_generation are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("time_generation", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which moments do you need? Write them on a line: call, first token, …, last token.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Read the clock just before `generate()`, and once at each token *as it comes*. Everything else is arithmetic on these times.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `start = clock()`, then `times = [clock() for _ in generate()]`: a generator hands over one token at a time, so each reading belongs to its token.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A generator runs only while somebody asks it for the next token, so reading the clock in the loop dates each token, and nothing after the last one is seen. **A common wrong answer** collects the tokens with `list(…)` first: then the first token seems to come with the last.

# %% [markdown]
# Now on the real model. Writing one token means reading *every weight once*, so the bytes of the weights are what limits the speed.
#
# **Predict.** In bfloat16 the weights are half as many bytes as in float32. How many times as fast is writing?

# %%
my_guess = None  # times as fast

smol = utils.load_model("smollm2-135m", dtype=torch.float32, device="cpu")
model, tokenizer = smol.model, smol.tokenizer
ids = torch.tensor([tokenizer(given).input_ids])


def stream_tokens(model, ids, new=12):
    """Which token comes makes no difference to the time: here one comes again."""
    id = ids[:, -1:]

    @torch.inference_mode()
    def generate():
        cache = model(ids, use_cache=True).past_key_values
        yield int(id)
        for _ in range(new - 1):
            model(id, past_key_values=cache, use_cache=True)
            yield int(id)

    return generate


rates, speeds = {}, {}
for dtype in (torch.float32, torch.bfloat16):
    model.to(dtype)
    timing = time_generation(stream_tokens(model, ids), time.perf_counter)
    name = str(dtype).removeprefix("torch.")
    rates[name] = parameter_bytes(model) / timing["tpot"] / 1e9
    speeds[name] = f"{1 / timing['tpot']:.1f} tokens/s"
    print(name, {key: round(value, 4) for key, value in timing.items()})
model.to(torch.float32)
utils.labelled_bars(
    rates, "Bytes of weights read per second", unit="GB/s", notes=speeds
)

# %% [markdown]
# **Explain.** Nearly twice on a quiet machine, which reads its memory at one speed: bytes per token × tokens per second stays the same. This is the *memory roofline*. Measured while this course was
# written, on two quiet cores: float32 538 MB × 27 per second is 14.5 GB/s; bfloat16 269 MB × 51 is 13.7; llama.cpp on the 4-bit file 98 MB × 131 is 12.8. Not every processor is quick in bfloat16: measure yours, and mind that a busy one tells you about its
# neighbours. Two ways lead up: fewer bytes per token (section 7), or more tokens per reading (notebooks 04 and 08).
#
# > **Decision.** For one reader, speed is bytes: halve the bytes before you look for a faster chip.

# %% [markdown]
# ## 5 · How well does it predict?
#
# A model that finds a text less surprising knows its language better. The usual figure is *perplexity*, e to the mean surprise per token. *Can you compare the perplexities of two models?*
#
# **Predict.** SmolLM2 knows 49,152 tokens, Gemma 262,144. Which of the two needs fewer tokens for the same text?

# %%
my_guess = None  # "smollm2-135m" or "gemma-3-270m"

text = (
    "The little boat crossed the river before the storm came.\n"
    "Das kleine Boot überquerte den Fluss, bevor der Sturm kam."
)
# In float32; about a quarter of a minute.
other = utils.load_model(
    second, dtype=torch.float32, device="cpu", accept_terms=True
)
for one in (smol, other):
    pieces = one.tokenizer(text, add_special_tokens=False).input_ids
    bos, eos = one.tokenizer.bos_token, one.tokenizer.eos_token
    print(f"{one.name:13} {len(pieces)} tokens, BOS {bos!r}, EOS {eos!r}")
print(len(text), "characters,", len(text.encode()), "bytes in UTF-8")

# %% [markdown]
# **Explain.** Gemma: its larger vocabulary holds more of the German words whole. Cut differently, the two have perplexities that answer different questions. The bytes of the text are the same for everybody. So add up the surprise of the
# whole text, in bits, and divide by its bytes: *bits per byte*, which is also how small a perfect compressor with this model inside could make the text. So that the first token has a probability too, the text gets one start token.
#
# <div class="card" role="note" aria-label="Exercise bits_per_byte">
#
# **Exercise `bits_per_byte`** · difficulty 3 of 5 · importance 4 of 5 · 10 minutes · 2 points
#
# `bits_per_byte(model, tokenizer, text: str) -> float`
#
# The sum of −log2 p over every token of the text, divided by the number of its UTF-8 bytes.
#
# - The ids of the text come without special tokens (`add_special_tokens=False`); in front stands one start token, `bos_token_id`, or `eos_token_id` where that is `None`. It is not scored, and not counted.
# - Each token is scored given the start token and all before it. Nothing is scored behind the text.
# - One sum over one count: a mean of ratios, over tokens or lines, is another number.
# - The model comes in float32, on the CPU and in eval mode; the text is not empty and fits its context. log2 x = ln x / ln 2.
#
# Worked example: a model that gives every one of 16 tokens the same probability needs 4 bits a token; for a text of 6 tokens and 12 bytes that is 2.0.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "bits_per_byte", "locked": false, "schema_version": 3, "solution": true, "task": false}
def bits_per_byte(model, tokenizer, text):
    """The bits that a model needs for each byte of a text.

    model: causal, in eval mode. Returns float.
    """
    ### BEGIN SOLUTION
    ids = tokenizer(text, add_special_tokens=False).input_ids
    start = tokenizer.bos_token_id
    if start is None:
        start = tokenizer.eos_token_id
    row = torch.tensor([[start, *ids]])
    with torch.no_grad():
        logprobs = model(row).logits[0, :-1].float().log_softmax(dim=-1)
    nats = -logprobs.gather(-1, row[0, 1:, None]).sum().item()
    return nats / math.log(2) / len(text.encode())
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_bits_per_byte", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    no_bos = copy.deepcopy(tokenizer)
    no_bos.bos_token = None
    bos, eos = tokenizer.bos_token, tokenizer.eos_token
    for one, start, text in (
        (tokenizer, bos, "The cat sat."),
        (tokenizer, bos, "Zoë slept.\nThe mat was wide."),
        (no_bos, eos, "The cat sat."),
    ):
        # After the right start this model gives each token of the text the same
        # probability, e^4 / (e^4 + V - 1), and in any other place a small one.
        knows = utils.reciting_model(tokenizer, start + text)
        ids = tokenizer(text, add_special_tokens=False).input_ids
        each = math.log2(math.exp(4) + len(tokenizer) - 1) - 4 / math.log(2)
        want = len(ids) * each / len(text.encode())
        got = bits_per_byte(knows, one, text)
        assert abs(got - want) < 1e-3, (
            f"{text!r} after {start}, {len(ids)} tokens of {each:.3f} bits: got "
            f"{got:.4f}, expected {want:.4f}. Is the start right, and not scored? "
            "Do logits at t score token t + 1? Bits, not nats? Bytes of UTF-8?"
        )


public_check()
print("bits_per_byte: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_bits_per_byte", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for bits_per_byte are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("bits_per_byte", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# It is `sequence_logprob` of notebook 01 with a start token in front, in another unit.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Ids without special tokens; one start id before them; the logits at t score the token at t + 1. Add up, change nats to bits, divide by `len(text.encode())`.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `row = torch.tensor([[start, *ids]])`; `log_softmax` of `logits[0, :-1]`; `gather` the entries of `row[0, 1:]`; `-sum / math.log(2) / len(text.encode())`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Nothing in the result depends on how the text was cut: the bits are those of the whole text, and the bytes too. **A common wrong answer** leaves out the start token: the first token then costs nothing, which helps the model with the longer tokens.

# %%
scores = {}
for one in (smol, other):
    scores[one.name] = bits_per_byte(one.model, one.tokenizer, text)
zipped = 8 * len(__import__("zlib").compress(text.encode(), 9)) / len(text.encode())
scores["zip (zlib)"] = zipped
one = None
utils.labelled_bars(scores, "Bits per byte of the same text (less is better)")

# %% [markdown]
# > **Decision.** Compare models of different families in bits per byte, on text of *your* kind, long enough to mean something.
#
# ## 6 · A fair comparison
#
# *What belongs in a table from which somebody chooses a model?* The same prompts for all, what came out, how long it took, and what it weighs. And one model in memory at a time.

# %%
other.unload()
smol.unload()
model = other = None
prompts = [
    "The river was wide, and the little boat",
    "Three reasons to learn how to swim:",
    "def area(width, height):",
]
# %% [markdown]
# <div class="card" role="note" aria-label="Exercise compare_models">
#
# **Exercise `compare_models`** · difficulty 3 of 5 · importance 4 of 5 · 16 minutes · 3 points
#
# `compare_models(prompts: list[str], names: list[str], max_new_tokens: int = 64, load=utils.load_model) -> pandas.DataFrame`
#
# One row for each model and prompt, with the columns `model` (the name), `prompt`, `text`, `tokens_per_s`, `seconds`, `parameters`, `bytes`.
#
# - `load(name)` gives an object with `.model`, `.tokenizer` and `.unload()`. Each model is unloaded, by its own `.unload()`, before the next is loaded and before you return; no variable of yours keeps it.
# - Prompts are raw text, encoded as `tokenizer(prompt)` does it, one at a time; no chat template. Greedy, at most `max_new_tokens`. `model.generate` is yours to use: `do_sample=False`, because a model's configuration may sample (it sets no beams and no penalties).
# - `text`: the new tokens only, without special ones. `seconds`: this row's generation alone. `tokens_per_s`: new tokens per second of it; an end token may count or not.
# - `parameters` and `bytes`: whole numbers, what is tied counts once, no buffers.
# - The order of rows and columns is free.
#
# Worked example: `compare_models(["Hello"], ["smollm2-135m"], 8)` is a table of one row, whose `parameters` is 134,515,008.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "compare_models", "locked": false, "schema_version": 3, "solution": true, "task": false}
def compare_models(prompts, names, max_new_tokens=64, load=utils.load_model):
    """The same prompts for several models, one model in memory at a time.

    load: name -> object with model, tokenizer and unload(). Returns a DataFrame with
    model, prompt, text, tokens_per_s, seconds, parameters and bytes.
    """
    ### BEGIN SOLUTION
    rows = []
    for name in names:
        with load(name) as loaded:
            weights = {p.data_ptr(): p for p in loaded.model.parameters()}.values()
            count, size = (
                sum(p.numel() for p in weights),
                sum(p.nbytes for p in weights),
            )
            for prompt in prompts:
                ids = loaded.tokenizer(prompt, return_tensors="pt").input_ids
                ids = ids.to(loaded.model.device)
                start = time.perf_counter()
                out = loaded.model.generate(
                    ids,
                    attention_mask=torch.ones_like(ids),
                    do_sample=False,
                    max_new_tokens=max_new_tokens,
                )
                seconds = time.perf_counter() - start
                new = out[0, ids.shape[1] :]
                text = loaded.tokenizer.decode(new, skip_special_tokens=True)
                rate = len(new) / seconds
                rows.append((name, prompt, text, rate, seconds, count, size))
            del weights
    columns = "model prompt text tokens_per_s seconds parameters bytes".split()
    return pd.DataFrame(rows, columns=columns)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_compare_models", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    words = {"short": "The cat sat.", "long": "The cat sat on the wide mat."}
    here, most, models = [], [0], weakref.WeakSet()

    class Pretend:
        def __init__(self, name):
            gc.collect()
            assert here or not models, (
                "a model was unloaded, and at the next load a variable of yours "
                "still refers to it or its weights: let go before `unload()`"
            )
            self.name, self.tokenizer = name, tokenizer
            self.model = utils.reciting_model(tokenizer, words[name])
            self.model.register_buffer("mask", torch.zeros(3))
            self.model.generation_config.update(do_sample=True, temperature=30.0)
            models.add(self.model)
            here.append(name)
            most[0] = max(most[0], len(here))
            time.sleep(0.2)  # a load takes time, which is nobody's

        def unload(self):
            here.remove(self.name)
            self.model = None

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            self.unload()

    asked = ["Tell me.", "Tell me more."]
    start = time.perf_counter()
    got = compare_models(asked, ["short", "long"], max_new_tokens=6, load=Pretend)
    took = time.perf_counter() - start
    assert isinstance(got, pd.DataFrame), (
        f"got a {type(got).__name__}, expected a DataFrame"
    )
    columns = "model prompt text tokens_per_s seconds parameters bytes".split()
    missing = [name for name in columns if name not in got.columns]
    assert not missing, f"missing columns: {missing}"
    assert len(got) == 4, (
        f"{len(got)} rows, expected one for each model and prompt: 4"
    )
    assert most[0] == 1 and not here, (
        f"at most {most[0]} models at once, {here} still loaded at the end: unload "
        "each before the next, and the last too"
    )
    wanted = {"short": "The cat sat.", "long": "The cat sat on the wide"}
    for row in got.itertuples():
        want = wanted[row.model]
        assert row.text.strip() == want, (
            f"{row.model}: text {row.text!r}, expected {want!r}: only what is new, "
            "greedy, no special tokens, 6 at most"
        )
        new = row.tokens_per_s * row.seconds
        count = len(tokenizer(want).input_ids)
        ends = row.model == "short"  # an end token follows, which may count
        assert count - 0.1 < new < count + ends + 0.1, (
            f"{row.model}: tokens_per_s times seconds is {new:.1f}, expected the "
            f"number of new tokens: {count}"
        )
        assert (row.parameters, row.bytes) == (1, 4), (
            f"parameters and bytes are {row.parameters} and {row.bytes}, expected 1 "
            "and 4: this pretended model has one number, and a buffer"
        )
    assert got.seconds.sum() < took - 0.4, (
        f"the rows' seconds add up to {got.seconds.sum():.2f}, in a call of "
        f"{took:.2f}, loading included: time the generation of each row alone"
    )


public_check()
print("compare_models: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_compare_models", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for compare_models are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("compare_models", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which loop is outside, so that each model is loaded once?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Load, count the weights, go through the prompts, unload. Clock readings go right before and right after `generate`.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `out[0, ids.shape[1]:]` is what is new; `len` of it over the seconds is the rate. `with load(name) as loaded:` unloads at its end; so does `loaded.unload()` in a `finally`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The models are in the outer loop, and everything that refers to one ends before the next comes: the list of weights refers to it too. **A common wrong answer** keeps `model = loaded.model` in a variable: while the next model loads, the last one is still there.

# %% [markdown]
# **Predict.** Gemma has twice as many bytes of weights. How many tokens per second will it write, for each of SmolLM2's?

# %%
my_guess = None  # a fraction (two models, three texts each: half a minute)

table = compare_models(
    prompts, ["smollm2-135m", second], max_new_tokens=24, load=load_small
)
pd.set_option("display.max_colwidth", None)  # whole texts
table.round(2)

# %% [markdown]
# **Explain.** About half, by the roofline of section 4; more where neighbours keep the machine busy. Read the rest as a buyer: *coherence* (does the text hold together?), *detail*, *creativity*. And ask what the table does not say: one prompt per kind, greedy only, nobody counted what is true.
#
# > **Decision.** The smallest model that does *your* prompts well enough wins. A larger one costs bytes and seconds with every token.
#
# ## 7 · Smaller: round it, or teach a smaller one
#
# ### Rounding the weights
#
# A weight needs no 32 bits. *Absmax* quantization divides a group of weights by a common *scale*, so that the largest becomes 127 (in 8 bits), and rounds. Stored are small whole numbers and one scale per group. *How much is lost?*
#
# **Predict.** A row has weights around 0.02, and one that is 3.0. One scale for all of them, 8 bits: what happens to the small ones?

# %%
my_guess = None  # what do they become?

row = torch.tensor([0.02, -0.03, 0.011, 3.0, 0.005, -0.017])
step = row.abs().max() / 127
print(f"one step is {step:.4f}")
print("whole numbers:", (row / step).round().int().tolist())
print(
    "they come back as:",
    [round(x, 4) for x in ((row / step).round() * step).tolist()],
)

# %% [markdown]
# **Explain.** Steps of 0.024 are as large as the weights themselves: one outlier costs all others their digits. So weights are quantized in small *groups* of neighbours, each with a scale of its own, and an outlier hurts only its group.
#
# <div class="card" role="note" aria-label="Exercise quantize_absmax">
#
# **Exercise `quantize_absmax`** · difficulty 3 of 5 · importance 4 of 5 · 15 minutes · 3 points
#
# `quantize_absmax(weights: FloatTensor[..., D], bits: int, group_size: int | None = None) -> tuple[Tensor, Tensor]`
#
# and, in the same cell, `dequantize(q, scale) -> FloatTensor[..., D]`.
#
# - Groups are `group_size` neighbours along the last dimension (`None`: the whole row); `group_size` divides D. One scale per group.
# - `q` holds whole numbers in an integer dtype, from −(2^(bits−1) − 1) to 2^(bits−1) − 1: symmetric, so 8 bits go from −127 to 127. 2 ≤ bits ≤ 8.
# - `dequantize` gets the pair and gives weights of the old shape back, each at most half a step off. A group of zeros comes back as zeros; do not divide by its scale of 0, for what NaN becomes as a whole number is up to the processor.
# - The shapes of `q` and `scale` are yours to choose, as long as the pair fits together. The weights are float32, and not changed. torch's own quantizers are off limits.
#
# Worked example: `[7.0, -3.4, 0.0]` in 4 bits has the scale 1.0 and becomes `[7, -3, 0]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "quantize_absmax", "locked": false, "schema_version": 3, "solution": true, "task": false}
def quantize_absmax(weights, bits, group_size=None):
    """Round weights to whole numbers, with one scale per group.

    weights: FloatTensor[..., D]; group_size divides D, None means D. Returns
    (q, scale), from which `dequantize` makes the weights again.
    """
    ### BEGIN SOLUTION
    groups = weights.unflatten(-1, (-1, group_size or weights.shape[-1]))
    scale = groups.abs().amax(dim=-1, keepdim=True) / (2 ** (bits - 1) - 1)
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    return (groups / safe).round().to(torch.int8), scale
    ### END SOLUTION


def dequantize(q, scale):
    """The weights that a pair of `quantize_absmax` stands for."""
    ### BEGIN SOLUTION
    return (q * scale).flatten(-2)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_quantize_absmax", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for weights, bits, group, steps in (
        ([[7.0, -3.4, 0.0, 1.6]], 4, None, [[1.0] * 4]),
        ([[127.0, -63.2, 0.0, 2.0]], 8, None, [[1.0] * 4]),
        ([[70.0, -34.0, 0.7, 0.2]], 4, 2, [[10.0, 10.0, 0.1, 0.1]]),
        ([[-7.0, 3.0], [0.0, 0.0]], 4, None, [[1.0, 1.0], [0.0, 0.0]]),
    ):
        given = torch.tensor(weights)
        q, scale = quantize_absmax(given, bits, group_size=group)
        most = 2 ** (bits - 1) - 1
        assert not q.is_floating_point(), (
            f"q holds {q.dtype}, expected whole numbers"
        )
        assert int(q.abs().max()) <= most, (
            f"{weights}, {bits} bits: q goes up to {int(q.abs().max())} in size, "
            f"allowed is {most}"
        )
        back = dequantize(q, scale)
        assert back.shape == given.shape, (
            f"came back with shape {tuple(back.shape)}, expected "
            f"{tuple(given.shape)}"
        )
        off = (back - given).abs()
        assert bool((off <= 0.501 * torch.tensor(steps)).all()), (
            f"{weights}, {bits} bits, groups of {group}: came back as "
            f"{back.tolist()}, expected at most half a step of {steps} off. Which "
            "scale does each group have, and what if it is 0?"
        )


public_check()
print("quantize_absmax: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_quantize_absmax", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for quantize_absmax are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("quantize_absmax", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which number, divided by what, makes the largest weight of a group the largest whole number?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `weights.unflatten(-1, (-1, group_size))` gives the groups a dimension of their own. The scale is the largest magnitude over 2^(bits−1) − 1; round to the nearest.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `amax(dim=-1, keepdim=True)` keeps a dimension for multiplying later. Where a scale is 0, divide by 1 instead. `dequantize` multiplies and undoes the `unflatten` with `flatten(-2)`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The scale maps the largest magnitude onto the largest whole number, so rounding is off by half a step at most. **A common wrong answer** uses −2^(bits−1) too: the range is then lopsided, and the largest positive weight does not fit.

# %% [markdown]
# On the real model: every matrix of SmolLM2's layers is rounded and restored, and the text from above is scored again.
#
# **Predict.** Which costs more quality: 8 bits with one scale per row, or 4 bits in groups of 32?

# %%
my_guess = None  # 8 bits per row, or 4 bits in groups (it takes half a minute)

smol = utils.load_model("smollm2-135m", dtype=torch.float32, device="cpu")
model = smol.model


def bits_after(bits, group):
    saved = {}
    for name, p in model.named_parameters():
        if "layers" in name and p.dim() == 2:
            saved[name] = p.data
            p.data = dequantize(*quantize_absmax(p.data, bits, group_size=group))
    score = bits_per_byte(model, tokenizer, text)
    for name, old in saved.items():
        model.get_parameter(name).data = old
    return score


quality = {"as it came": bits_per_byte(model, tokenizer, text)}
for bits, group in ((8, None), (4, 32), (4, None), (3, 32)):
    label = f"{bits} bits, " + (f"groups of {group}" if group else "whole rows")
    quality[label] = bits_after(bits, group)
utils.labelled_bars(
    quality, "Bits per byte after rounding the weights (less is better)"
)

# %% [markdown]
# **Explain.** The 4 bits: eight cost next to nothing even in whole rows. But look what groups do for four bits, and what three cost. Two short sentences show the order of such large differences, not of small ones: decide on a long text of your own. (These weights were
# published in 4-bit groups of 32 already, with another rule: rounding them again is not the same as rounding fresh ones.)
#
# ### Teaching a smaller one
#
# The other way: a small *student* learns from a large *teacher*. A label says "the next word is *mat*". The teacher's whole distribution says more: *rug* would have been nearly as good, *seventeen* not at all. A *temperature* T > 1 flattens both
# distributions, so that these small probabilities are seen.
#
# **Predict.** The teacher's probabilities are 0.90, 0.09 and 0.01. What is the second at T = 4: smaller, or larger?

# %%
my_guess = None  # smaller or larger?

teacher = torch.tensor([0.90, 0.09, 0.01]).log()
for T in (1, 2, 4):
    print(f"T = {T}:", [round(p, 2) for p in (teacher / T).softmax(-1).tolist()])

# %% [markdown]
# **Explain.** Larger: the order stays, the differences shrink. With them shrink the gradients, by 1/T², so the loss multiplies the soft part by T²: then T can be changed without retuning everything else.
#
# <div class="card" role="note" aria-label="Exercise distillation_loss">
#
# **Exercise `distillation_loss`** · difficulty 3 of 5 · importance 3 of 5 · 13 minutes · 3 points
#
# `distillation_loss(student_logits: FloatTensor[N, V], teacher_logits: FloatTensor[N, V], labels: LongTensor[N], temperature: float, alpha: float) -> FloatTensor[]`
#
# alpha · T² · KL(teacher ‖ student) + (1 − alpha) · cross-entropy(student, labels)
#
# - In the KL divergence both sides are softened: softmax of logits over T. KL(p ‖ q) = Σ p · (log p − log q), here p the teacher, q the student.
# - The cross-entropy is that of the student as it is, at T = 1.
# - Both are means over the rows whose label is not −100 (at least one). Labels already belong to their rows: nothing is shifted.
# - Logits may be as large as 1e4. The tensors are not changed. `cross_entropy` and `kl_div` are yours to use; mind what `kl_div` takes, and how it averages.
#
# Worked example: student `[[0, 0]]`, teacher `[[ln 3, 0]]`, label `[0]`, T = 1, alpha = 0.5: the KL is 0.1308, the cross-entropy 0.6931, the loss 0.4120.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "distillation_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    """What a student pays for being unlike its teacher, and for missing the labels.

    logits: FloatTensor[N, V]; labels: LongTensor[N], -100 for rows that do not
    count. Returns a scalar tensor, in nats.
    """
    ### BEGIN SOLUTION
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    log_q = (student / temperature).log_softmax(dim=-1)
    log_p = (teacher / temperature).log_softmax(dim=-1)
    soft = (log_p.exp() * (log_p - log_q)).sum(dim=-1).mean()
    hard = torch.nn.functional.cross_entropy(student, labels[counts])
    return alpha * temperature**2 * soft + (1 - alpha) * hard
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_distillation_loss", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    ln3 = math.log(3)
    student = torch.tensor([[0.0, 0.0], [5.0, 1.0], [1e4, 0.0]])
    teacher = torch.tensor([[ln3, 0.0], [-2.0, 2.0], [0.0, 1e4]])
    first = slice(0, 1)
    for rows, labels, T, alpha, want in (
        (first, [0], 1.0, 0.5, 0.4120),
        (first, [0], 1.0, 1.0, 0.1308),
        (first, [0], 2.0, 1.0, 0.1454),
        (first, [0], 2.0, 0.0, 0.6931),
        (slice(1, 2), [1], 2.0, 0.0, 4.0181),
        (slice(0, 2), [0, -100], 2.0, 0.5, 0.4193),
        (slice(0, 2), [0, 1], 1.0, 1.0, 1.9935),
        (slice(2, 3), [0], 2.0, 1.0, 20_000.0),
    ):
        s, t = student[rows], teacher[rows]
        got = float(distillation_loss(s, t, torch.tensor(labels), T, alpha))
        large = want > 100
        ask = (
            "Logits of 1e4: stay with `log_softmax`, a softmax underflows to 0"
            if large
            else "Which way does the KL run, is T² there, who is softened, and by "
            "how many rows do you divide?"
        )
        assert abs(got - want) < (2 if large else 2e-3), (
            f"labels {labels}, T {T}, alpha {alpha}: got {got:.4f}, expected "
            f"{want}. {ask}"
        )


public_check()
print("distillation_loss: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_distillation_loss", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for distillation_loss are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("distillation_loss", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Write the two parts apart, and test each with alpha = 1 and alpha = 0.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Keep the rows that count first. The KL sums over the vocabulary, and is averaged over rows; stay with logarithms (`log_softmax`) all the way.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `log_p` and `log_q` from the logits over T; `(log_p.exp() * (log_p - log_q)).sum(-1).mean()` times T² times alpha; plus (1 − alpha) times `cross_entropy` of the plain student logits.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** After the mask both means run over the same rows, and `log_softmax` keeps large logits finite. **A common wrong answer** calls `kl_div` with its default reduction: it divides by the vocabulary too, and the soft part nearly vanishes.

# %% [markdown]
# **Predict.** A bigram table, a row of logits for each token, learns from what SmolLM2 says at some 100 places of a text. Will its loss reach 0?

# %%
my_guess = None  # yes or no

long_text = continue_text(smol, "Once upon a time", new=96)
row = torch.tensor([tokenizer("Once upon a time" + long_text).input_ids])
with torch.no_grad():
    taught = model(row).logits[0, :-1]
seen = sorted(set(row[0].tolist()))
place = {id: index for index, id in enumerate(seen)}
now = torch.tensor([place[id] for id in row[0].tolist()])
soft = taught[:, seen]  # of the teacher's 49,152 tokens, those of this text
pupil = torch.zeros(len(seen), len(seen), requires_grad=True)
optimizer = torch.optim.Adam([pupil], lr=0.3)
for step in range(40):
    loss = distillation_loss(pupil[now[:-1]], soft, now[1:], 2.0, 0.7)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 13 == 0:
        print(f"step {step:2}: loss {loss.item():.3f}")
for index in now.bincount().topk(3).indices.tolist():
    likely = pupil[index].topk(3).indices.tolist()
    words = [tokenizer.decode([seen[other]]) for other in likely]
    print(f"after {tokenizer.decode([seen[index]])!r} it expects {words}")

# %% [markdown]
# **Explain.** No. The teacher sees the whole text, the table only the last token: where that is the same and the teacher says different things, one row has to serve them all.
#
# > **Decision.** Quantize first: it takes minutes and no data. Distill when the small model must be much smaller, and you have prompts of your kind and a teacher whose licence allows it.
#
# ## 8 · A map of models
#
# Seven short readings. Each ends in a decision, with one question to check yourself.
#
# ### Three families
#
# An *encoder* (BERT, MiniLM) sees the whole text at once and is trained to fill in hidden words: its vectors say what a text means. A *decoder* (GPT, Llama, SmolLM2, Gemma) sees only what stands to the left and is trained to predict the next token: it
# writes. An *encoder-decoder* (T5) reads a whole source and writes a target from it, trained to restore missing spans: translation, summaries. *What does an encoder give you?*
#
# **Predict.** Three sentences, two of them about money. Which pair is nearest, by meaning rather than by words?

# %%
my_guess = None  # which pair?

sentences = [
    "The bank raised its interest rates.",
    "Borrowing money became more expensive.",
    "We sat on the bank of the river.",
]
with utils.load_model("minilm", dtype=torch.float32, device="cpu") as encoder:
    batch = encoder.tokenizer(sentences, padding=True, return_tensors="pt")
    with torch.no_grad():
        states = encoder.model(**batch).last_hidden_state
    print(encoder, "\nhidden states", tuple(states.shape))
mask = batch.attention_mask[..., None]
vectors = (states * mask).sum(1) / mask.sum(1)
vectors = torch.nn.functional.normalize(vectors, dim=-1)
encoder = batch = states = None
pairs = {
    "bank rates, borrowing": (0, 1),
    "bank rates, river bank": (0, 2),
    "borrowing, river bank": (1, 2),
}
likeness = {name: float(vectors[a] @ vectors[b]) for name, (a, b) in pairs.items()}
utils.labelled_bars(
    likeness, "How alike two sentences are (cosine of their vectors)"
)

# %% [markdown]
# **Explain.** The two about money are nearest, though it is the other pair that shares the word *bank*. One vector per sentence, a dot product per pair: searching a million documents is a matrix product. No decoder does that as cheaply. And an encoder-decoder, tiny and untrained, for its mechanics only:

# %%
shape = transformers.T5Config(
    vocab_size=50, d_model=16, d_ff=16, d_kv=8, num_layers=1, num_heads=2
)
both = transformers.T5ForConditionalGeneration(shape).eval()
with torch.no_grad():
    out = both(
        input_ids=torch.tensor([[5, 6, 7, 8]]),  # read at once
        decoder_input_ids=torch.tensor([[0, 9]]),  # written so far
    )
print("encoder states", tuple(out.encoder_last_hidden_state.shape))
print("logits of the next target token", tuple(out.logits.shape))
both = out = None

# %% [markdown]
# > **Decision.** To search, sort or compare: an encoder. To write, chat or continue: a decoder. To turn one text into another with a fixed job: an encoder-decoder, or a decoder you have anyway.
#
# <details><summary>Check: you want to find the ten most similar support tickets. Which family?</summary>An encoder. Each ticket becomes one vector, once; a new ticket is compared with all of them in one product.</details>
#
# ### Phases of training
#
# *Pre-training* predicts the next token of trillions: it gives knowledge and language, and a base model that continues text. *Instruction tuning* shows pairs of request and good answer: it gives the habit of answering. *Preference training* then ranks: people compare two
# answers, a *reward model* learns to score like them, and the model is trained towards higher scores (RLHF). DPO skips the reward model and learns from the pairs directly; GRPO compares several answers to the same prompt with each other. Where another model ranks, one speaks of AI feedback.
# Whoever ranks leaves a mark: answers that flatter are liked, so models learn to agree (*sycophancy*).
#
# > **Decision.** A base model for continuing, scoring and further training; an instruct model for talking. And ask whose preferences it was tuned to.
#
# <details><summary>Check: a base model "answers" your question with three more questions. Broken?</summary>No. A list of questions is a likely continuation of a question. It was never shown that an answer is wanted.</details>
#
# ### Data and its licence
#
# A model is a mixture of what it read: web pages, books, code, other languages, each with a weight in the *mix*. A language's share sets how well the model speaks it, and duplicates are learned by heart. Licences come in layers: of the data, of the weights, of the
# outputs. Apache-2.0 lets you use and sell; OPT's is for research; Gemma's and Llama's add rules on use that you pass on to your users.
#
# > **Decision.** Read the licence of the weights before the first download, and the model card's data section before you trust it with a language or a field.
#
# <details><summary>Check: may you distill a model for a product if its licence forbids training others on its outputs?</summary>No. The teacher's terms reach the student through the outputs that it learns from.</details>
#
# ### Mixtures of experts
#
# In a *mixture of experts* each layer holds many feed-forward blocks and a router that sends every token through a few. All of them lie in memory; only the chosen ones are read and computed. *What does your counter say?*

# %%
router = transformers.MixtralConfig(
    vocab_size=100,
    hidden_size=32,
    intermediate_size=64,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    num_local_experts=8,
    num_experts_per_tok=2,
    bos_token_id=None,
    eos_token_id=None,
)
mixture = transformers.MixtralForCausalLM(router)
total = parameter_bytes(mixture)
experts = sum(p.nbytes for n, p in mixture.named_parameters() if "experts" in n)
active = total - experts + experts * 2 // 8
utils.labelled_bars(
    {"total: in memory": total / 1e3, "active: read per token": active / 1e3},
    "A toy mixture, 2 of 8 experts per token",
    unit="kB",
)

# %% [markdown]
# The active part is more than a quarter: attention and the tables of tokens are read every time, only experts take turns.
#
# > **Decision.** Memory by total parameters, speed by active ones. A mixture suits a server with room and many users; a laptop wants a dense model.
#
# <details><summary>Check: a model has 47 billion parameters, 13 of them active. How much memory in 16 bits?</summary>94 GB: every expert must be there, because the next token may want it.</details>
#
# ### Other machines inside
#
# *Flash attention* computes the same attention without ever writing the T × T table to memory: same numbers, less traffic. *State-space* layers (Mamba) keep a state of fixed size instead of a growing cache; hybrids mix a few attention layers in, to look things up exactly.
# *Diffusion* language models start from masked text and fill in many places at once, round after round, where autoregressive ones write left to right: fewer steps, but no simple probability of a text, and no KV cache in the usual form.
#
# > **Decision.** For very long inputs look at sliding windows and hybrids; for everything else take the plain decoder that your tools support best.
#
# <details><summary>Check: does flash attention change what the model answers?</summary>Only by rounding. It reorders the sums; the function is the same.</details>
#
# ### Open weights, open pipeline
#
# *Open weights* means that you can run and tune the model. An *open pipeline* (SmolLM2, OLMo, Pythia) also shows data, code and training logs, so that somebody can check a claim or repeat it. A hosted model is neither, and may change under your feet.
#
# > **Decision.** Open weights, pinned to a commit, wherever the answer must be the same next year; an open pipeline where you must explain it.
#
# <details><summary>Check: does "open weights" tell you what the model was trained on?</summary>No. Only a published data mix does.</details>
#
# ### Adapting, and deciding
#
# | you need | model | adapt by | integrate as |
# |---|---|---|---|
# | answers from your documents | instruct decoder, encoder | retrieving passages | search, then answer |
# | a fixed format or tone | instruct decoder | examples in the prompt; fine-tuning | one call, output checked |
# | labels for many texts | encoder | a classifier on its vectors | batch job |
# | a field's own language | base decoder | further pre-training | own service |
# | hard, varied questions | the largest you may use | prompting | a chain: small first, large when unsure |
#
# *Retrieve* when facts change or must be cited; *fine-tune* for a habit; *pre-train* only with a budget like section 9's. A *generic* model covers more than a *vertical* one, which knows one field. *One model* is easier to test than a *chain*.
#
# > **Decision.** Walk down: prompt, retrieve, fine-tune, pre-train. Stop at the first that is good enough, by a measurement of your own.
#
# <details><summary>Check: prices change daily, and the model must quote them. Fine-tune every night?</summary>No. Retrieve: facts that change belong into the prompt, not into the weights.</details>
#
# ## 9 · Stretch: four sums that decide projects
#
# Bonus points, and nothing later needs them.
#
# ### How long a conversation fits?
#
# *Weights are in; what is left is for the cache.*
#
# **Predict.** 4 GB left for the cache become 2 GB. Does the longest context halve?

# %%
my_guess = None  # yes or no, for a model without sliding layers?

for left in (4e9, 2e9):
    tokens = left / (2 * 32 * 8 * 128 * 2)
    print(f"{left / 1e9:.0f} GB for the cache of a Llama 3 8B: {tokens:,.0f} tokens")

# %% [markdown]
# **Explain.** Yes: the cache grows by the same amount with every token. With sliding layers it does not: they stop growing.
#
# <div class="card" role="note" aria-label="Exercise longest_context">
#
# **Exercise `longest_context`** · difficulty 3 of 5 · importance 3 of 5 · 8 minutes · 2 bonus points
#
# `longest_context(gpu_bytes: int, config, parameter_bytes: int, dtype: torch.dtype) -> int`
#
# The largest number of tokens, in one row, whose KV cache in `dtype` fits beside `parameter_bytes` bytes of weights.
#
# - At most `config.max_position_embeddings`; 0 where not even one token fits, or the weights do not.
# - Fitting to the byte is fitting. The cache is that of section 2, sliding layers and all; your `kv_cache_bytes` may be called.
#
# Worked example: 23,040 bytes per token, 1,000,000 bytes, weights of 900,000: 4.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "longest_context", "locked": false, "schema_version": 3, "solution": true, "task": false}
def longest_context(gpu_bytes, config, parameter_bytes, dtype):
    """How many tokens of KV cache fit beside the weights.

    config: of a decoder in transformers; parameter_bytes: a number. Returns int.
    """
    ### BEGIN SOLUTION
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    if types is None:
        kind = "sliding_attention" if window else "full_attention"
        types = [kind] * config.num_hidden_layers
    sliding = sum(kind == "sliding_attention" for kind in types)
    one = 2 * kv_heads * head_dim * dtype.itemsize
    low, high = 0, config.max_position_embeddings
    while low < high:
        tokens = (low + high + 1) // 2
        kept = (len(types) - sliding) * tokens
        kept += sliding * min(tokens, window - 1) if sliding else 0
        if parameter_bytes + one * kept <= gpu_bytes:
            low = tokens
        else:
            high = tokens - 1
    return low
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_longest_context", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    small = transformers.LlamaConfig(
        hidden_size=576,
        num_hidden_layers=30,
        num_attention_heads=9,
        num_key_value_heads=3,
        max_position_embeddings=8192,
    )
    each = "23,040 a token"
    slides = "24 a token and layer, and one of two layers stops at 7"
    for config, memory, weights, want, takes in (
        (small, 1_000_000, 900_000, 4, each),
        (small, 23_040 * 7, 0, 7, each),
        (small, 23_040 * 7 - 1, 0, 6, each),
        (small, 10**12, 10**9, 8192, f"{each}, positions for 8,192"),
        (small, 1_000, 2_000, 0, each),
        (window, 1_648, 1_000, 20, slides),
    ):
        got = longest_context(memory, config, weights, torch.bfloat16)
        assert got == want, (
            f"{memory:,} bytes, weights of {weights:,}, {takes}: got {got}, "
            f"expected {want}"
        )


public_check()
print("longest_context: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_longest_context", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for longest_context are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("longest_context", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Without sliding layers it is one division. What changes with them?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# The cache never shrinks when the text grows, so the largest length that fits can be found by halving an interval, from 0 to the cap.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# Keep `low` (fits) and `high` (the cap); while they differ, try the middle rounded up, `(low + high + 1) // 2`; if weights and cache fit, `low = middle`, else `high = middle - 1`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The size grows with the length and never falls, so bisection finds the edge in a few steps, whatever the layers do. **A common wrong answer** forgets the cap: memory for a million tokens does not teach a model positions that it has never seen.

# %%
llama = shapes["like Llama 3 8B"][0]
llama.max_position_embeddings = 131_072
seats = longest_context(24_000_000_000, llama, 16_060_000_000, torch.bfloat16)
print(f"a Llama 3 8B in 16 bits on a card of 24 GB: {seats:,} tokens")

# %% [markdown]
# ### How large a model does a budget train?
#
# Training costs about 6 floating point operations per parameter and token (2 forward, 4 backward). For a given budget there is a best split between size and data, about 20 tokens per parameter (Hoffmann et al. 2022).
#
# **Predict.** Ten times the budget: how many times as large a model?

# %%
my_guess = None  # times as large

for flops in (1e21, 1e22):
    size = (flops / 120) ** 0.5 / 1e9
    print(f"{flops:.0e}: a model of {size:.1f} billion parameters")

# %% [markdown]
# **Explain.** About three times: the budget is spent on size *and* on data. Models meant to be used a lot are trained far beyond this point: smaller ones on more tokens, because every answer is cheaper.
#
# <div class="card" role="note" aria-label="Exercise compute_optimal">
#
# **Exercise `compute_optimal`** · difficulty 2 of 5 · importance 3 of 5 · 5 minutes · 2 bonus points
#
# `compute_optimal(flops: float) -> tuple[float, float]`
#
# `(n_params, n_tokens)` with 6 · n_params · n_tokens = `flops` and n_tokens = 20 · n_params.
#
# Worked example: 5.88e23 gives 7.0e10 parameters and 1.4e12 tokens.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "compute_optimal", "locked": false, "schema_version": 3, "solution": true, "task": false}
def compute_optimal(flops):
    """The split of a training budget: (parameters, tokens), as floats."""
    ### BEGIN SOLUTION
    n_params = (flops / 120) ** 0.5
    return n_params, 20 * n_params
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_compute_optimal", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for flops, want in ((5.88e23, (7.0e10, 1.4e12)), (1.2e20, (1e9, 2e10))):
        got = compute_optimal(flops)
        assert len(got) == 2, f"got {got!r}, expected a pair"
        for mine, right in zip(got, want):
            assert abs(mine - right) < 1e-3 * right, (
                f"{flops:.2e}: got {got}, expected {want}. Parameters first. Put "
                "D = 20 N into C = 6 N D"
            )


public_check()
print("compute_optimal: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_compute_optimal", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for compute_optimal are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("compute_optimal", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two equations, two unknowns.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# With D = 20 N the budget is 6 · N · 20 · N. Solve for N.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** 6 · N · 20 · N = 120 · N², so N is the root of C / 120. **A common wrong answer** forgets the root.

# %%
n_params, n_tokens = compute_optimal(6 * 134.5e6 * 2e12)
print(
    f"SmolLM2's budget (2 trillion tokens) would suit {n_params / 1e9:.1f} billion"
)
print(f"parameters and {n_tokens / 1e9:.0f} billion tokens.")

# %% [markdown]
# ### What do the scales cost?
#
# *4 bits a weight* is never quite 4 bits: each group also stores a scale.
#
# **Predict.** 4 bits, groups of 32, scales of 16 bits. How many bits per weight?

# %%
my_guess = None  # bits per weight

print("per group of 32:", 32 * 4, "bits of weights and", 16, "of scale")

# %% [markdown]
# **Explain.** 144 bits for 32 weights: 4.5 each.
#
# <div class="card" role="note" aria-label="Exercise weight_memory">
#
# **Exercise `weight_memory`** · difficulty 2 of 5 · importance 3 of 5 · 5 minutes · 2 bonus points
#
# `weight_memory(n: int, bits: int, group_size: int, scale_bits: int) -> int`
#
# The bytes of n weights of `bits` bits with one scale of `scale_bits` bits per group of `group_size`.
#
# - A last group that is shorter has a scale too. The bits add up to whole bytes in all cases.
#
# Worked example: 40 weights of 4 bits in groups of 32, scales of 16 bits: 160 + 2 · 16 = 192 bits, 24 bytes.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "weight_memory", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weight_memory(n, bits, group_size, scale_bits):
    """The bytes of n quantized weights and their scales. Returns int."""
    ### BEGIN SOLUTION
    groups = -(-n // group_size)
    return (n * bits + groups * scale_bits) // 8
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_weight_memory", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for given, want in (
        ((40, 4, 32, 16), 24),
        ((64, 8, 64, 16), 66),
        ((1_000_000_000_000, 4, 32, 16), 562_500_000_000),
        ((16, 3, 64, 16), 8),
    ):
        got = weight_memory(*given)
        assert got == want, f"{given}: got {got}, expected {want} bytes"


public_check()
print("weight_memory: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_weight_memory", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for weight_memory are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("weight_memory", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# How many groups are there, if the last one may be short?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `-(-n // group_size)` rounds up. Add the bits of the weights and of the scales, then divide by 8.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Whole numbers all the way keep it exact, for a billion weights too. **A common wrong answer** rounds the number of groups down.

# %%
count = 8_030_000_000 // 128 * 128  # whole groups, so whole bytes
for group in (32, 128):
    size = weight_memory(count, 4, group, 16)
    print(f"an 8B model, 4 bits, groups of {group}: {size / 1e9:.2f} GB")

# %% [markdown]
# ### Learning from a ranked pair
#
# Preference training sees two answers and knows which was liked. The *margin* is how much more probable the model finds the liked one; σ(beta · margin) is read as the probability that it would be preferred.
#
# **Predict.** Both answers have the same log-probability. What is −log σ(0)?

# %%
my_guess = None  # in nats

margins = torch.linspace(-4, 4, 5)
loss = -torch.nn.functional.logsigmoid(margins)
for margin, value in zip(margins.tolist(), loss.tolist()):
    print(f"margin {margin:+.0f}: {value:.3f}")

# %% [markdown]
# **Explain.** log 2: a coin toss. DPO uses this loss on the margin *over a reference model*, so that the model does not run away from what it was; here the caller has taken the reference off already.
#
# <div class="card" role="note" aria-label="Exercise preference_loss">
#
# **Exercise `preference_loss`** · difficulty 2 of 5 · importance 3 of 5 · 6 minutes · 2 bonus points
#
# `preference_loss(chosen_logprob: float, rejected_logprob: float, beta: float) -> float`
#
# −log σ(beta · (chosen − rejected)), with σ(x) = 1 / (1 + e^(−x)).
#
# - Differences may be as large as 5,000: the result stays finite.
#
# Worked example: −4.0, −6.0 and beta 0.5 give −log σ(1) = 0.3133.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "preference_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def preference_loss(chosen_logprob, rejected_logprob, beta):
    """The loss of a ranked pair of answers, in nats. Returns float."""
    ### BEGIN SOLUTION
    margin = beta * (chosen_logprob - rejected_logprob)
    return max(-margin, 0.0) + math.log1p(math.exp(-abs(margin)))
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_preference_loss", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for given, want in (
        ((-4.0, -6.0, 0.5), 0.3133),
        ((-6.0, -4.0, 0.5), 1.3133),
        ((-3.0, -3.0, 0.1), 0.6931),
        ((-5010.0, -10.0, 1.0), 5000.0),
        ((-10.0, -5010.0, 1.0), 0.0),
    ):
        try:
            got = float(preference_loss(*given))
        except (OverflowError, ValueError) as error:
            got = math.inf
            print(f"{given}: {error!r}")
        assert abs(got - want) < 1e-3, (
            f"{given}: got {got}, expected {want}. Which sign, where does beta "
            "stand, and what overflows?"
        )


public_check()
print("preference_loss: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_preference_loss", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for preference_loss are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("preference_loss", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Write −log σ(x) as a logarithm of a sum first.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# −log σ(x) = log(1 + e^(−x)). For a very negative x that is about −x; take the large part out of the logarithm.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** log(1 + e^(−x)) = max(−x, 0) + log(1 + e^(−|x|)), and the last exponential never overflows. **A common wrong answer** computes σ first: it is 0 for a large negative margin, and log 0 is no number.

# %%
pair = ("The capital of France is Paris.", "The capital of France is purple.")
logprobs = []
for answer in pair:
    ids = torch.tensor([tokenizer(answer).input_ids])
    with torch.no_grad():
        logprobs.append(-float(model(ids, labels=ids).loss) * (ids.shape[1] - 1))
print(
    [round(x, 1) for x in logprobs], "→", round(preference_loss(*logprobs, 0.1), 4)
)

# %% [markdown]
# ## Check yourself
#
# Choose first, then open the option.
#
# ### 1 · `nvidia-smi` shows 10 GB after you unloaded the model, `memory_allocated` shows 0. A leak?
#
# <details><summary>Yes: something still holds tensors</summary>No: then `memory_allocated` would show them.</details>
# <details><summary>No: PyTorch keeps what it reserved</summary>Yes. It waits to be used again; `torch.cuda.empty_cache()` gives it to the driver.</details>
# <details><summary>No: the driver is slow</summary>The driver is told at once; PyTorch has not told it.</details>
#
# ### 2 · Model A has perplexity 9, model B 12, on the same text, with different tokenizers. Which predicts better?
#
# <details><summary>A</summary>Only if both cut the text into the same number of tokens.</details>
# <details><summary>B</summary>Not from these figures.</details>
# <details><summary>One cannot say</summary>Yes. Multiply by the tokens each needs, divide by the bytes, and compare those.</details>
#
# ### 3 · You halve the bytes of the weights. What happens to the time per output token for one reader?
#
# <details><summary>It about halves</summary>Yes, while reading the weights is what takes the time: the roofline of section 4.</details>
# <details><summary>Nothing: the same multiplications</summary>The multiplications were waiting for the memory all along.</details>
# <details><summary>It depends on the vocabulary only</summary>The table of tokens is part of the weights, but only part.</details>
#
# ### 4 · A cell ends in the line `loaded.model`. You unload, and the memory stays. Who holds on?
#
# <details><summary>`Out` and `_`</summary>Yes. Jupyter keeps the value of every cell's last line. End the line with `;`, or assign the value: then it is not kept.</details>
# <details><summary>The garbage collector</summary>It frees; it holds nothing.</details>
# <details><summary>The disk cache</summary>Files are not this process's memory.</details>
#
# ### 5 · With temperature 4 in distillation, the soft part of the loss is multiplied by 16. Why?
#
# <details><summary>To make it as large as the cross-entropy</summary>It may be larger or smaller; alpha weighs the two.</details>
# <details><summary>Because its gradients shrink to 1/16</summary>Yes: so that T can be changed without changing how much the teacher counts.</details>
# <details><summary>Because there are 16 labels</summary>The number of labels does not enter.</details>
#
# ## Summary
#
# | question | what you built | remember |
# |---|---|---|
# | does it fit? | `parameter_bytes`, `kv_cache_bytes` | memory, not names; caches grow with every token |
# | does it go again? | `ModelSlot` | unload, then load; one owner |
# | how fast? | `time_generation` | three numbers; bytes set the pace |
# | how good? | `bits_per_byte`, `compare_models` | bits per byte, and your own prompts |
# | smaller? | `quantize_absmax`, `distillation_loss` | groups and scales; soft labels and T² |
#
# **Glossary.** *Tied weights*: one tensor used in two places. *Buffer*: a tensor of a module that is not trained. *Grouped queries*: several query heads share keys and values. *Sliding window*: a layer that looks back a fixed number of positions. *ttft*, *tpot*: time to first token, time
# per output token. *Roofline*: the speed that memory allows. *Perplexity*: e to the mean surprise per token. *Bits per byte*: surprise per byte of text. *Absmax*: scaling by the largest magnitude. *Distillation*: learning from another model's distribution. *KL divergence*: how far one distribution is from another.
# *Base model*: trained to continue only. *Gated*: handed out after a licence was accepted. *Mixture of experts*: many blocks, few used per token. *DPO*: learning from ranked pairs without a reward model.
#
# Now give the memory back.

# %%
print("before:", utils.memory_report())
model = taught = soft = pupil = optimizer = mixture = p = loss = None
smol.unload()
gc.collect()
print("after: ", utils.memory_report())

# %% [markdown]
# ## Before you hand in
#
# Save the notebook (Ctrl+S, on a Mac ⌘S) and run the cell below: it says what is answered, and whether the saved file is whole. That `.ipynb` file is what you hand in.
#
# In Colab, a notebook that came from a link is gone when the session ends. **File → Save a copy in Drive**, best done before you begin, keeps it; **File → Download → Download .ipynb** gives you the file to hand in.

# %%
import utils

utils.hand_in_report()
