# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 06 · Inside the transformer
#
# *So far the model was a box. In this notebook you build the box: vectors, positions, attention, norms, blocks. Then you pour SmolLM2's real weights into your own code, and it answers as the original does.*
#
# <!-- badges -->
#
# **Before you start**
#
# | | |
# |---|---|
# | You need | notebook 01; matrix products and shapes in PyTorch, `view`, `transpose`, broadcasting |
# | Hardware | any laptop with 3 GB of free memory; no GPU |
# | Download | the model of notebook 01, 93 MB, and the encoder of notebook 02, 91 MB, once. After that the notebook works offline |
# | Time | about three and a half hours: fifteen exercises (147 minutes, 34 points) and some reading; one stretch exercise at the end (8 minutes, 2 bonus points) |
#
# **After it you can**
#
# - *turn* a text into vectors that know where they stand (`normalize_text`, `embed`, `sinusoidal_positions`, `rope`);
# - *build* attention, from one softmax to heads that share keys and values (`attention`, `causal_mask`, `multi_head_attention`);
# - *wire* a block of norms, attention and feed-forward (`layer_norm`, `rms_norm`, `feed_forward`, `transformer_block`);
# - *run* a real model in your own code (`llama_forward`), and look inside it;
# - *tell* encoders, decoders and encoder-decoders apart by mask and objective (`span_corrupt`, `cross_attention`, `encoder_decoder_greedy`).
#
# **An exercise** is a card, a cell for your code, a public check (run it as often as you like), a cell where the marks are given, and hints that open one by one. You may skip
# one: only its check and the cells that show it off then stop, with its name.

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
import math
import time
import unicodedata

import torch
import torch.nn.functional as F
import transformers

# %% [markdown]
# ## 0 · Where it came from
#
# *Why did everybody change to one architecture within three years?*
#
# - **1948.** Shannon writes English by counting which letters and words follow which: an n-gram model, like yours in notebook 00. What it has not counted it does not know.
# - **2003.** Bengio and others give every word a vector and let a small network predict the next word from the last few vectors. Words that are used alike get vectors that are alike, so what is learned about one helps the other.
# - **2013.** Mikolov's word2vec keeps the vectors and drops nearly all of the network. They become everybody's first layer.
# - **2014.** Sutskever and others translate with two recurrent networks: one reads the sentence into a single vector, the other writes it out again. In the same year Bahdanau and others let the writer look back at every word that was read, with weights that are computed on the spot: *attention*.
# - **2017.** Vaswani and others keep the attention and drop the recurrence: the *transformer*, an encoder and a decoder, for translation.
# - **2018.** GPT keeps only the decoder and predicts the next token. BERT keeps only the encoder and fills gaps. T5, a year later, keeps both.
# - **Since then** the block has changed in details: the norm moved in front and became simpler (RMSNorm, 2019), the feed-forward got a gate (2020), positions became rotations (2021), heads share keys and values (2023). SmolLM2 has all four, and you will build all four.
#
# The reason for 2017 can be measured. A recurrent network carries one state from token to token, so token 500 has to wait for the 499 before it. In a transformer nothing waits: while it reads, every position is worked out at once.
#
# **Predict.** Two small networks read the same 512 vectors: one recurrent cell, stepped along; one layer of a transformer. Which is faster on your machine, and by how much? And which of them does more arithmetic?

# %%
my_guess = None  # faster: which, and how many times? more arithmetic: which?

torch.manual_seed(0)
wide, length = 256, 512
cell = torch.nn.GRUCell(wide, wide).eval()
layer = torch.nn.TransformerEncoderLayer(wide, 4, 4 * wide, batch_first=True).eval()
sequence = torch.randn(1, length, wide)


def step_through(sequence):
    state = torch.zeros(1, wide)
    for position in range(sequence.shape[1]):
        state = cell(sequence[:, position], state)  # waits for the state before it
    return state


def seconds(run, rounds=5):
    """The fastest of a few rounds: the others shared the machine with somebody."""
    best = math.inf
    with torch.no_grad():
        run(sequence)  # warm-up
        for _ in range(rounds):
            tick = time.perf_counter()
            run(sequence)
            best = min(best, time.perf_counter() - tick)
    return best


stepped, at_once = seconds(step_through), seconds(layer)
weights = {"cell": cell, "layer": layer}
for name, network in weights.items():
    weights[name] = sum(p.numel() for p in network.parameters())
print(f"recurrent: {length} steps, one after another: {stepped * 1e3:.1f} ms")
print(f"transformer: all at once: {at_once * 1e3:.1f} ms, × {stepped / at_once:.1f}")
print("weights, each used once per token:", weights)

# %% [markdown]
# **Explain.** The layer has twice the weights, compares every token with every other one on top, and is still the faster one: its work is a few large matrix products, and those are what machines are good at. On a GPU, with thousands of arithmetic units to fill, the gap is far wider. That is why one could train on the whole web, and it explains notebook 01, too: the prompt is *read* at once,
# but an answer is *written* token by token, because there each token really does depend on the one before.

# %%
utils.pipeline_map(here=["ids", "model", "logits"])

# %% [markdown]
# The box between ids and logits is made of five kinds of parts: a table, norms, attention, feed-forward networks and an output matrix. Each token gets a vector, and that vector travels through the whole model on a line of its own, the **residual stream**. Blocks read from it and *add* to it; none replaces what is there. The same map will show you where you are:

# %%
utils.block_map("embed")

# %% [markdown]
# Throughout, B is the number of rows, T the number of tokens, H the width of the stream (`hidden_size`, 576 in SmolLM2), h the number of heads and d the width of one head (`head_dim`, 64). Layers and heads are counted from 0, as torch counts them: layer 29 is SmolLM2's thirtieth and last.

# %%
smol = utils.load_model("smollm2-135m", dtype=torch.float32, device="cpu")
model, tokenizer = smol.model, smol.tokenizer
config = model.config
print(smol)
for name in (
    "vocab_size",
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "head_dim",
    "intermediate_size",
    "hidden_act",
    "rms_norm_eps",
    "tie_word_embeddings",
):
    print(f"{name:>20}: {getattr(config, name)}")

# %% [markdown]
# ## 1 · From text to vectors
#
# ### Before the tokens
#
# Some tokenizers tidy the text up before they cut it. SmolLM2's leaves every character as it is; that of MiniLM, an *uncased* encoder, wants `Café` and `cafe` to be the same word. *What does "the same" mean to a computer?*
#
# **Predict.** `"caf\u00e9"` and `"cafe\u0301"` look alike on your screen: café. What does `==` say, and how long is each?

# %%
my_guess = None  # equal? how long?

one, two = "caf\u00e9", "cafe\u0301"
print(one, two, one == two, len(one), len(two))
print([unicodedata.name(c) for c in two[3:]])
print("SmolLM2's ids:", tokenizer.encode(one), tokenizer.encode(two))

# %% [markdown]
# **Explain.** Unicode can write é as one code point or as two, a letter and a *combining mark*. The normal form NFD takes everything apart, NFC puts it together. Once it is apart, accents can be dropped: they are characters of category Mn.
#
# <div class="card" role="note" aria-label="Exercise normalize_text">
#
# **Exercise `normalize_text`** · difficulty 2 of 5 · importance 2 of 5 · 8 minutes · 2 points
#
# `normalize_text(text: str) -> str`
#
# What an uncased encoder does to a text before it is cut into tokens, or nearly: MiniLM's also sets spaces around Chinese characters, and knows a few more that it drops.
#
# - White space of every kind (`str.isspace`) is a space. Any other character of category Cc or Cf (control characters, zero-width ones) is dropped, with nothing in its place.
# - NFD; then marks (Mn) are dropped; then lower case. A run of spaces becomes one space, and both ends have none.
# - All else stays: punctuation, digits, other scripts, `²`, `ø`. What NFD took apart stays apart.
#
# Worked example: `"  Café\tNo\u200b. 5 "` gives `"cafe no. 5"`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "normalize_text", "locked": false, "schema_version": 3, "solution": true, "task": false}
def normalize_text(text):
    """A text as an uncased encoder reads it: str -> str, decomposed (NFD)."""
    ### BEGIN SOLUTION
    spaced = "".join(" " if c.isspace() else c for c in text)
    unseen = ("Cc", "Cf", "Mn")
    decomposed = unicodedata.normalize("NFD", spaced)
    seen = [c for c in decomposed if unicodedata.category(c) not in unseen]
    return " ".join("".join(seen).lower().split())
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_normalize_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
for text, want in {
    "  Café\tNo\u200b. 5 ": "cafe no. 5",
    "ZU\u0308RICH": "zurich",
    "a\r\n\u00a0b": "a b",
    "soft\u00adhyphen": "softhyphen",
    "Øre, 10 m²!": "øre, 10 m²!",
    "ÉΛ": "eλ",
    "한": "\u1112\u1161\u11ab",
    "की": "की",
    "": "",
}.items():
    got = normalize_text(text)
    assert got == want, (
        f"{text!r}: got {got!r}, expected {want!r}. Is white space turned into "
        "spaces "
        "before control characters go, is the text apart before marks are dropped "
        "(and stays so), and are only Cc, Cf and Mn dropped?"
    )
print("normalize_text: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_normalize_text", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for normalize_text are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("normalize_text", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# `unicodedata.category(c)` knows what a character is. In which order do the steps have to come?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# A tab is white space *and* of category Cc: make spaces first. `unicodedata.normalize("NFD", text)` takes letters apart.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# Three passes: `" " if c.isspace() else c`; NFD; keep what is in none of Cc, Cf, Mn. `" ".join(text.lower().split())` does the rest.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** After NFD an accent is a character of its own, so that dropping a category drops it. **A common wrong answer** encodes to ASCII and ignores what does not fit: it loses Moscow and Seoul together with the accents.

# %% [markdown]
# MiniLM's own normaliser lies in its tokenizer. Yours beside it:

# %%
mini = utils.load_model("minilm", dtype=torch.float32, device="cpu")
encoder, encoder_tokenizer = mini.model, mini.tokenizer
theirs = encoder_tokenizer.backend_tokenizer.normalizer
title = "Où est la CRÈME brûlée?"
print(theirs.normalize_str(title))

# %%
print("the same:", normalize_text(title) == theirs.normalize_str(title))

# %% [markdown]
# ### One row per token
#
# The first matrix of every language model is a table: a row for each token of the vocabulary.
#
# **Predict.** SmolLM2's vocabulary has 49,152 tokens, a row has 576 numbers. Which share of its 134.5 million parameters is this one table?

# %%
my_guess = None  # a share

table = model.get_input_embeddings().weight.detach()
everything = sum(p.numel() for p in model.parameters())
print(tuple(table.shape), f"{table.numel() / everything:.0%}")

# %% [markdown]
# **Explain.** A fifth, and it would be a third if the output had a table of its own: `tie_word_embeddings` says that the same matrix reads tokens in and scores them at the end.
#
# <div class="card" role="note" aria-label="Exercise embed">
#
# **Exercise `embed`** · difficulty 1 of 5 · importance 5 of 5 · 3 minutes · 2 points
#
# `embed(table: FloatTensor[V, H], input_ids: LongTensor[B, T]) -> FloatTensor[B, T, H]`
#
# For every id its row of the table, exactly and in the table's dtype.
#
# - An id may come several times. Nothing is scaled, and nothing is added. `F.embedding` and `nn.Embedding` are what you are building.
#
# Worked example: the table `[[1.0, 2.0], [3.0, 4.0]]` and ids `[[1, 1, 0]]` give `[[[3.0, 4.0], [3.0, 4.0], [1.0, 2.0]]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "embed", "locked": false, "schema_version": 3, "solution": true, "task": false}
def embed(table, input_ids):
    """Rows of a table [V, H], for ids LongTensor[B, T]: FloatTensor[B, T, H]."""
    ### BEGIN SOLUTION
    return table[input_ids]
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_embed", "locked": true, "schema_version": 3, "solution": false, "task": false}
small = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
for ids, want in (
    ([[1, 1, 0]], [[[3.0, 4.0], [3.0, 4.0], [1.0, 2.0]]]),
    ([[2], [0]], [[[5.0, 6.0]], [[1.0, 2.0]]]),
):
    got = embed(small, torch.tensor(ids))
    utils.expect_close(
        got,
        want,
        f"ids {ids}: expected the rows {want}. One row of the table per id.",
    )
assert embed(small.bfloat16(), torch.tensor([[0]])).dtype == torch.bfloat16, (
    "rows of a bfloat16 table came out in another dtype: take them as they are"
)
print("embed: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_embed", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for embed are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("embed", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# It is shorter than you think.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# A tensor may be indexed with a tensor of ids, of whatever shape.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `table[input_ids]` has the shape of `input_ids` with H behind it.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Indexing with a tensor replaces every id by its row. It is the same as a product with one-hot vectors, without the 49,151 multiplications by zero. **A common wrong answer** multiplies by √H: the transformer of 2017 and Gemma do, Llama does not.

# %% [markdown]
# ### Meaning as a direction
#
# Tokens that are used alike get rows that point alike. The cosine of two vectors says how alike: 1 for the same direction, 0 for nothing in common. *What is near a word?*
#
# **Predict.** Which tokens of SmolLM2's whole table are nearest to " Paris"? And which of the words in the list below would *you* put next to Paris, doctor, twelve and run?

# %%
my_guess = None  # a few tokens


def nearest(vector, vectors, count):
    """Places and cosines of the vectors that point most like `vector`."""
    cosines = F.cosine_similarity(vector, vectors, dim=-1)
    best = cosines.topk(count)
    return list(zip(best.indices.tolist(), best.values.tolist()))


for word in (" Paris", " doctor", " twelve", " run"):
    [token] = tokenizer.encode(word)
    found = nearest(table[token], table, 7)[1:]  # the first is the token itself
    print(word, "→", *(f"{tokenizer.decode([i])!r} {c:.2f}," for i, c in found))

# %%
words = (
    "Paris London Rome France city doctor nurse physician hospital lawyer twelve "
    "eleven dozen six run running walk jog happy glad joyful sad bank river money "
    "loan"
).split()


def sentence_vectors(texts):
    """MiniLM's vectors: the mean of its last hidden states over real tokens."""
    batch = encoder_tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        states = encoder(**batch).last_hidden_state
    real = batch.attention_mask[..., None]
    return (states * real).sum(dim=1) / real.sum(dim=1)


spaced = [tokenizer.encode(" " + word)[0] for word in words]
by_model = {"SmolLM2's table": table[spaced], "MiniLM": sentence_vectors(words)}
for word in ("Paris", "doctor", "twelve", "run"):
    for name, vectors in by_model.items():
        found = nearest(vectors[words.index(word)], vectors, 5)[1:]
        print(f"{word:>7} · {name:<15}", *(f"{words[i]} {c:.2f}," for i, c in found))

# %% [markdown]
# **Explain.** Nobody told the table what a city or a number is; predicting the next token was enough. But it sorts by *use*: the nearest to " Paris" is "Paris" without its space, and the nearest to " run" are its other forms. MiniLM was trained to put sentences of one meaning side by side, so among the same words its neighbours are more like a thesaurus: twelve is a dozen, and a runner may jog. There is one more difference:
# a row of the table is the same in every sentence. What becomes of it in context is the work of all the layers behind it.

# %%
places = ["the bank of the river", "money in the bank", "the bank raised its rates"]
batch = encoder_tokenizer(places, padding=True, return_tensors="pt")
bank = batch.input_ids == encoder_tokenizer.convert_tokens_to_ids("bank")
with torch.no_grad():
    in_context = encoder(**batch).last_hidden_state[bank]
alone = encoder.get_input_embeddings().weight[batch.input_ids[bank]].detach()
for name, vectors in {
    "in the table": alone,
    "behind the layers": in_context,
}.items():
    print(name)
    for place, vector in zip(places, vectors):
        cosines = F.cosine_similarity(vector, vectors, dim=-1).tolist()
        print(f"{place:>28}", [f"{c:.2f}" for c in cosines])

# %% [markdown]
# One row, three vectors: behind the layers, the two banks that hold money are closer to each other than to the river's.
#
# ## 2 · Where a token stands
#
# Without a mask, a layer that mixes tokens treats them as a *set*: "dog bites man" and "man bites dog" are the same to them. Somebody has to say who stands where. *How does one write a position into a vector?*
#
# **Predict.** The idea of 2017: a position is a handful of clock hands, each slower than the one before. The fastest turns by one radian per token; the slowest needs about 60,000 tokens for one turn. How do you know from the hands that two tokens are five apart?

# %%
my_guess = None  # how?

hands = 10000.0 ** (-torch.arange(0, 576, 96) / 576)
for place in (0, 5, 10, 105):
    print(
        f"{place:>4}", [f"{a:.2f}" for a in (place * hands % (2 * math.pi)).tolist()]
    )

# %% [markdown]
# **Explain.** By the angle between the hands at both tokens: five apart means the same angles, wherever in the text. A pair (sine, cosine) is one hand.
#
# <div class="card" role="note" aria-label="Exercise sinusoidal_positions">
#
# **Exercise `sinusoidal_positions`** · difficulty 2 of 5 · importance 3 of 5 · 10 minutes · 2 points
#
# `sinusoidal_positions(num_positions: int, hidden_size: int) -> FloatTensor[T, H]`
#
# A row for each position p, from 0: with i = 0, 1, …, entry 2i is sin(p / 10000^(2i/H)) and entry 2i + 1 the cosine of the *same* angle.
#
# - `hidden_size` is even.
#
# Worked example: `sinusoidal_positions(2, 4)` is `[[0, 1, 0, 1], [0.8415, 0.5403, 0.0100, 0.9999]]`, rounded.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "sinusoidal_positions", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sinusoidal_positions(num_positions, hidden_size):
    """The position vectors of 2017: FloatTensor[T, H], sine and cosine in turn."""
    ### BEGIN SOLUTION
    places = torch.arange(num_positions)[:, None]
    frequencies = 10000.0 ** (-torch.arange(0, hidden_size, 2) / hidden_size)
    angles = places * frequencies
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_sinusoidal_positions", "locked": true, "schema_version": 3, "solution": false, "task": false}
want = [[0.0, 1.0, 0.0, 1.0], [0.841471, 0.540302, 0.01, 0.99995]]
utils.expect_close(
    sinusoidal_positions(2, 4),
    want,
    "expected [2, 4]: a row per position, sine and cosine in turn, positions from 0",
)
got = sinusoidal_positions(4, 6)[3]
want = [0.14112, -0.989992, 0.138798, 0.990321, 0.006463, 0.999979]
utils.expect_close(
    got,
    want,
    f"position 3 of size 6: got {got.tolist()}, expected {want}. "
    "The exponent of pair i is 2i/H.",
)
print("sinusoidal_positions: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_sinusoidal_positions", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for sinusoidal_positions are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("sinusoidal_positions", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# How many different frequencies are there, and what is multiplied with what?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Angles are a table [T, H/2]: positions down, frequencies across. Then sines and cosines have to take turns.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `torch.arange(0, H, 2)` are the numbers 2i. `torch.stack([sin, cos], dim=-1)` is [T, H/2, 2]; `flatten(1)` makes pairs neighbours.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** `stack` puts the sine and the cosine of one angle side by side, and flattening keeps them so. **A common wrong answer** concatenates all sines and all cosines: an order that is as good for a model that is trained with it, and useless for one that was not.

# %%
similar = sinusoidal_positions(128, 64)
similar = F.cosine_similarity(similar[:, None], similar[None], dim=-1)
for start in (0, 20, 90):
    row = [f"{similar[start, start + far]:.2f}" for far in (0, 1, 2, 5, 10, 30)]
    print(f"from position {start:>2}, 0 1 2 5 10 30 further:", *row)

# %% [markdown]
# How alike two positions are depends on their distance alone. These vectors were *added* to the embeddings once, at the bottom.
#
# ### Turned, not added
#
# Rotary positions (RoPE) use the same hands, in another place: in every layer, queries and keys are cut into pairs of numbers, and each pair is *turned* by the hand of its position. The product of a query and a key then depends on the angle between their hands, which is their distance.
#
# **Predict.** A query at position 3 and a key at position 1 have the product s. Both move on by 100. Is the product larger, smaller, or s?

# %%
my_guess = None  # larger, smaller, the same?

query, key = torch.tensor([1.0, 0.5]), torch.tensor([0.3, 0.8])


def turn(pair, angle):
    (a, b), cos, sin = pair, math.cos(angle), math.sin(angle)
    return torch.stack([a * cos - b * sin, b * cos + a * sin])


for shift in (0, 100):
    product = turn(query, 3 + shift) @ turn(key, 1 + shift)
    print(f"positions {3 + shift} and {1 + shift}: {product:.4f}")

# %% [markdown]
# **Explain.** The same. Turning both by the same angle changes no product. So the model learns "two tokens back", not "token 103".
#
# Which numbers form a pair is a matter of storage. The paper takes neighbours, 0 with 1, 2 with 3. Llama's weights, and SmolLM2's, are stored for the pairs i and i + d/2.
#
# <div class="card" role="note" aria-label="Exercise rope">
#
# **Exercise `rope`** · difficulty 4 of 5 · importance 5 of 5 · 14 minutes · 3 points
#
# `rope(x: FloatTensor[B, h, T, d], position_ids: LongTensor[B, T], theta: float = 10000.0) -> FloatTensor[B, h, T, d]`
#
# With i < d/2, (x[i], x[i + d/2]) is a point, turned counter-clockwise by the angle position · theta^(−2i/d): y[i] = x[i]·cos − x[i + d/2]·sin and y[i + d/2] = x[i + d/2]·cos + x[i]·sin.
#
# - `position_ids` has a row for each row of the batch; positions may begin anywhere, have gaps, or fall. All heads of a token turn alike.
# - d is even. x is not changed. Transformers' `apply_rotary_pos_emb` is what you are building.
#
# Worked example: x `[[[[1.0, 0.0]]]]` at position `[[1]]` gives `[[[[0.5403, 0.8415]]]]`, cos 1 and sin 1.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "rope", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rope(x, position_ids, theta=10000.0):
    """Rotary positions: x FloatTensor[B, h, T, d], position_ids LongTensor[B, T].

    Entry i is paired with entry i + d/2. Returns a tensor like x.
    """
    ### BEGIN SOLUTION
    half = x.shape[-1] // 2
    speeds = theta ** (-torch.arange(half) / half)
    turns = position_ids[:, None, :, None] * speeds
    a, b = x[..., :half], x[..., half:]
    cos, sin = turns.cos(), turns.sin()
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_rope", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    one = torch.tensor([[[[1.0, 0.0]]]])
    for place, want in (
        (0, [1.0, 0.0]),
        (1, [0.540302, 0.841471]),
        (3, [-0.989992, 0.14112]),
    ):
        got = rope(one.clone(), torch.tensor([[place]]))[0, 0, 0]
        utils.expect_close(
            got,
            want,
            f"(1, 0) at position {place}: got {got.tolist()}, expected {want}",
        )
    x = torch.arange(16.0).view(1, 2, 2, 4) / 10
    given, places = x.clone(), torch.tensor([[7, 2]])  # they may fall
    got = rope(x, places, theta=100.0)
    assert x.equal(given), "x was changed"
    turned = got
    for entry, other, place, angle in (
        (0, 2, 0, 7.0),
        (1, 3, 1, 2 * 0.1),
        (2, 0, 0, 7.0),
        (3, 1, 1, 2 * 0.1),
    ):
        got = turned[0, 1, place, entry]
        a, b = x[0, 1, place, entry], x[0, 1, place, other]
        sine = math.sin(angle) if entry > other else -math.sin(angle)
        want = a * math.cos(angle) + b * sine
        utils.expect_close(
            got,
            want,
            f"entry {entry} at position {int(places[0, place])}, theta 100: got "
            f"{got:.4f}, expected {want:.4f}. Entry {entry} is paired with "
            f"{other}, and "
            f"turned by {angle:.2f}.",
        )
    rows = rope(one.expand(2, 1, 1, 2), torch.tensor([[0], [1]]))
    assert not torch.allclose(rows[0], rows[1]), (
        "two rows with different positions came out alike: each row has its own"
    )


public_check()
print("rope: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_rope", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for rope are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("rope", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# First make the angles: how many are there for one token, and what shape lets them meet x?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Angles [B, 1, T, d/2]: positions `[:, None, :, None]` times d/2 frequencies. Then both halves of x, and four products.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `a, b = x[..., :half], x[..., half:]`; `torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)`. Frequencies are `theta ** (-torch.arange(half) / half)`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** −2i/d is −i/(d/2), and the 1 in the angles' shape lets all heads share them. **A common wrong answer** pairs neighbours, as the paper does: every test on lengths and distances passes, and the model talks nonsense, because its weights expect the other pairs.

# %%
places = torch.arange(200)[None]
many = torch.ones(1, 1, 200, 64)
turned = rope(many, places, theta=config.rope_parameters["rope_theta"])[0, 0]
products = turned @ turned.T / 64
for start in (0, 20, 150):
    row = [f"{products[start, start + far]:.2f}" for far in (0, 1, 5, 20, 49)]
    print(f"from position {start:>3}, 0 1 5 20 49 further:", *row)

# %% [markdown]
# ## 3 · Attention
#
# *How does a token find out what it needs to know from the others?*
#
# Every token asks a question (its **query**), wears a label (its **key**) and has something to say (its **value**). A query is compared with every key; the better the match, the more of that token's value it takes home.

# %%
utils.block_map("attention")

# %% [markdown]
# **Predict.** Queries and keys are 64 numbers wide, each drawn at random with variance 1. What is the variance of their product? And what does a softmax make of such scores?

# %%
my_guess = None  # the variance

torch.manual_seed(0)
queries, keys = torch.randn(2, 1000, 64)
products = (queries * keys).sum(dim=-1)
print(f"variance: {products.var():.0f}")
for name, scores in (
    ("as they are", products[:6]),
    ("divided by 8", products[:6] / 8),
):
    print(f"{name:>13}:", [f"{w:.2f}" for w in scores.softmax(dim=-1).tolist()])

# %% [markdown]
# **Explain.** 64, the width: so products of wide vectors are large, and the softmax puts nearly everything on one of them. Divided by √64 their variance is 1 again.
#
# A **mask** says which keys a query may attend to. What is hidden gets the score −inf before the softmax, so that its weight is exactly 0 and the others still sum to 1.
#
# <div class="card" role="note" aria-label="Exercise attention">
#
# **Exercise `attention`** · difficulty 4 of 5 · importance 5 of 5 · 12 minutes · 3 points
#
# `attention(q: FloatTensor[B, h, T, d], k: FloatTensor[B, h, S, d], v: FloatTensor[B, h, S, d], mask: BoolTensor | None = None) -> FloatTensor[B, h, T, d]`
#
# For each query the mean of the values, weighted by the softmax of q·k/√d over the keys that it may attend to.
#
# - `mask`: True may attend. It broadcasts to [B, h, T, S]: it may come as [T, S] or [B, 1, T, S]. None: everything may be attended to, later tokens too.
# - A query that may attend to nothing gets zeros. Scores may be in the thousands.
# - `F.scaled_dot_product_attention` and its relatives are what you are building; `softmax` is free.
#
# Worked example: q `[[[[0.0]]]]`, k `[[[[1.0], [5.0]]]]`, v `[[[[2.0], [4.0]]]]` give `[[[[3.0]]]]`: both scores are 0, so both values count half. With the mask `[[True, False]]` it is `[[[[2.0]]]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "attention", "locked": false, "schema_version": 3, "solution": true, "task": false}
def attention(q, k, v, mask=None):
    """Scaled dot-product attention: FloatTensor[B, h, T, d].

    q: [B, h, T, d]; k, v: [B, h, S, d].

    mask: True may attend; broadcasts to [B, h, T, S].
    """
    ### BEGIN SOLUTION
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    shares = scores.softmax(dim=-1).nan_to_num(0.0)  # 0/0 where nothing is left
    return shares @ v
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_attention", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    torch.manual_seed(1)
    q, k, v = (torch.randn(2, 3, n, 4) for n in (5, 6, 6))
    some = torch.rand(5, 6) < 0.6
    some[:, 2] = True
    each = torch.rand(2, 1, 5, 6) < 0.6
    each[..., 0] = True
    library = F.scaled_dot_product_attention
    for name, mask in {"no": None, "a [T, S]": some, "a [B, 1, T, S]": each}.items():
        got = attention(q, k, v, mask=mask)
        utils.expect_close(
            got,
            library(q, k, v, attn_mask=mask),
            f"{name} mask: another result than the library's. Is the scale 1/√d, "
            "the "
            "softmax over the keys, and what is hidden −inf before it?",
        )
    some[1] = False
    got = attention(q, k, v, mask=some)[:, :, 1]
    assert not got.isnan().any(), (
        "a query that may attend to nothing came out NaN: softmax of nothing but "
        "−inf "
        "is 0/0. Make it zeros."
    )
    utils.expect_close(
        got, torch.zeros(2, 3, 4), "a query that may attend to nothing gets zeros"
    )
    for mask in (None, each):
        utils.expect_close(
            attention(q * 100, k * 100, v, mask=mask),
            library(q * 100, k * 100, v, attn_mask=mask),
            "another result than the library's where scores are in the thousands",
        )


public_check()
print("attention: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_attention", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for attention are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("attention", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Three steps: compare, turn scores into shares, mix. Which dimension do the shares of one query run along?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `q @ k.transpose(-1, -2)` is [B, h, T, S]. Scale, `masked_fill(~mask, -inf)`, softmax over the last dimension, `@ v`.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# A row of nothing but −inf gives NaN in the softmax: `nan_to_num(0.0)` on the shares, before the product.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Everything that depends on the mask happens before the softmax, so that shares always sum to 1. **A common wrong answer** multiplies the shares with the mask: hidden tokens no longer speak, but they still take their share away from the others.

# %% [markdown]
# A mask in the form of a staircase makes a model that can predict: no token sees the ones after it, so all T positions of a text are exercises in prediction at once. That is why section 0 could work them all out at once.
#
# **Predict.** With a KV cache, the last 2 of 6 tokens are the queries, all 6 are keys. What is the first row of the mask?

# %%
my_guess = None  # six times 0 or 1


def staircase(queries, keys):
    return torch.ones(queries, keys).tril().int().tolist()


print("the upper left staircase:", staircase(2, 6))

# %% [markdown]
# **Explain.** Not what was printed. The first query is token 5 of 6, so its row is `[1, 1, 1, 1, 1, 0]`; a staircase that begins at the upper left would hide its whole past from it. Torch's `is_causal=True` draws exactly that one.
#
# <div class="card" role="note" aria-label="Exercise causal_mask">
#
# **Exercise `causal_mask`** · difficulty 2 of 5 · importance 4 of 5 · 6 minutes · 2 points
#
# `causal_mask(query_length: int, key_length: int) -> BoolTensor[T, S]`
#
# True where a query may attend: to itself and to everything before it.
#
# - The queries are the *last* T of the S positions (T ≤ S); the others lie in a cache.
#
# Worked example: `causal_mask(2, 3)` is `[[True, True, False], [True, True, True]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "causal_mask", "locked": false, "schema_version": 3, "solution": true, "task": false}
def causal_mask(query_length, key_length):
    """Who may look at whom: BoolTensor[T, S]; queries are the last T positions."""
    ### BEGIN SOLUTION
    cached = key_length - query_length
    return torch.ones(query_length, key_length, dtype=torch.bool).tril(cached)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_causal_mask", "locked": true, "schema_version": 3, "solution": false, "task": false}
for size, want in {
    (2, 3): [[1, 1, 0], [1, 1, 1]],
    (3, 3): [[1, 0, 0], [1, 1, 0], [1, 1, 1]],
    (1, 4): [[1, 1, 1, 1]],
    (2, 6): [[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1]],
}.items():
    got = causal_mask(*size)
    assert got.dtype == torch.bool, f"got {got.dtype}, expected True and False"
    utils.expect_close(
        got.int(),
        want,
        f"causal_mask{size}: got {got.int().tolist()}, expected {want}. The last "
        "query "
        "is the last key, and True means that it may look.",
    )
print("causal_mask: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_causal_mask", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for causal_mask are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("causal_mask", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which query may see all the keys? Begin there.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Query t stands at position t + (S − T). It sees the positions up to its own.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `tril(diagonal)` keeps what lies on and below a diagonal, which need not be the main one. Or compare two `arange`s.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The diagonal is shifted by what lies in the cache. **A common wrong answer** is `tril()` alone: right while a prompt is read, wrong for every token that is written with a cache.

# %%
tokens = ["The", " dog", " bit", " the", " man"]
torch.manual_seed(5)
lookup = torch.randn(1, 1, 5, 8)


def weights_of(mask):
    """What attention does with values that are one-hot is to show its weights."""
    return attention(lookup / 2, lookup, torch.eye(5)[None, None], mask=mask)[0, 0]


def look(title, mask):
    return utils.attention_map(weights_of(mask), tokens, title)


look("Random vectors, no mask: everybody looks at everybody", None)

# %%
look("The same vectors, with your causal mask", causal_mask(5, 5))

# %% [markdown]
# ### Many heads
#
# One softmax can look at one thing at a time. So the stream is projected into several smaller queries, keys and values, each **head** looks for itself, and a last matrix mixes what they found. SmolLM2 has nine heads for queries but only three for keys and values: three neighbouring query heads share each, because keys and values are what a KV cache has to store.
#
# **Predict.** Nine query heads share 3 sets of keys and values, in place of 9. How much smaller is the cache? And how much smaller is the layer?

# %%
my_guess = None  # the cache? the layer?

first = model.model.layers[0]
for name, matrix in first.self_attn.named_parameters():
    print(f"{name:<15} {list(matrix.shape)}, {matrix.numel() / 1e3:.0f} k")

# %% [markdown]
# **Explain.** The cache shrinks to a third. The layer only to two thirds: `q_proj` and `o_proj` are as large as ever. Weights are stored as `[out, in]`, so a projection is `x @ weight.T`.
#
# <div class="card" role="note" aria-label="Exercise multi_head_attention">
#
# **Exercise `multi_head_attention`** · difficulty 4 of 5 · importance 5 of 5 · 15 minutes · 3 points
#
# `multi_head_attention(x: FloatTensor[B, T, H], weights: dict[str, FloatTensor], num_heads: int, num_key_value_heads: int, mask: BoolTensor | None = None) -> FloatTensor[B, T, H]`
#
# - `weights` holds `q_proj` [h·d, H], `k_proj` and `v_proj` [g·d, H], `o_proj` [H, h·d]; h and g are the two numbers of heads, and g divides h. d is what `q_proj` says, not always H/h.
# - Head j has the entries from j·d to (j + 1)·d of its projection, and uses key-value head ⌊j·g/h⌋: with h = 4 and g = 2 that is 0 0 1 1. Results lie side by side in the order of the heads, then comes `o_proj`.
# - No positions. No mask unless one is given; it broadcasts to [B, h, T, T], True may be looked at, and each query has a key. `F.scaled_dot_product_attention` is free here, and so is your `attention`.
#
# Worked example: with T = 1 there is nothing to choose from, so the result is o_proj(v_proj(x)), each key-value head repeated h/g times.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "multi_head_attention", "locked": false, "schema_version": 3, "solution": true, "task": false}
def multi_head_attention(x, weights, num_heads, num_key_value_heads, mask=None):
    """Attention with h query heads that share g key-value heads: [B, T, H].

    weights: q_proj, k_proj, v_proj, o_proj, each [out, in].
    """
    ### BEGIN SOLUTION
    rows, length, _ = x.shape
    head_dim = weights["q_proj"].shape[0] // num_heads
    sharing = num_heads // num_key_value_heads

    def heads(name):
        flat = x @ weights[name].T
        return flat.view(rows, length, -1, head_dim).transpose(1, 2)

    q = heads("q_proj")
    k = heads("k_proj").repeat_interleave(sharing, dim=1)
    v = heads("v_proj").repeat_interleave(sharing, dim=1)
    found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return found.transpose(1, 2).reshape(rows, length, -1) @ weights["o_proj"].T
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_multi_head_attention", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    torch.manual_seed(2)
    for width, h, g, d in ((8, 4, 4, 2), (8, 4, 2, 2), (6, 2, 1, 4)):
        sizes = {"q": (h * d, width), "k": (g * d, width), "v": (g * d, width)}
        weights = {f"{n}_proj": torch.randn(size) / 2 for n, size in sizes.items()}
        weights["o_proj"] = torch.randn(width, h * d) / 2
        llama = transformers.LlamaConfig(
            hidden_size=width,
            num_attention_heads=h,
            num_key_value_heads=g,
            head_dim=d,
        )
        block = transformers.models.llama.modeling_llama.LlamaAttention(llama, 0)
        block.load_state_dict({f"{n}.weight": w for n, w in weights.items()})
        x, still = torch.randn(2, 5, width), torch.zeros(2, 5, d)
        shown = torch.rand(5, 5) < 0.6
        shown |= torch.eye(5, dtype=torch.bool)
        llama._attn_implementation = "sdpa"
        with torch.no_grad():
            # Positions that turn nothing: cosine 1, sine 0.
            want, _ = block(x, (still + 1, still), shown.expand(2, 1, 5, 5))
        got = multi_head_attention(x, weights, h, g, mask=shown)
        utils.expect_close(
            got,
            want,
            f"{h} heads, {g} for keys and values, each {d} wide: another result "
            "than "
            "Llama's own layer. View as [B, T, heads, d] before you transpose; "
            "repeat "
            "key-value heads 0 0 1 1; transpose back before o_proj.",
        )
    with torch.no_grad():
        want, _ = block(x, (still + 1, still), torch.ones(2, 1, 5, 5) > 0)
    utils.expect_close(
        multi_head_attention(x, weights, h, g),
        want,
        "no mask is given, so every token sees every other",
    )
    each = torch.rand(2, 1, 5, 5) < 0.6
    each |= torch.eye(5, dtype=torch.bool)
    with torch.no_grad():
        want, _ = block(x, (still + 1, still), each)
    utils.expect_close(
        multi_head_attention(x, weights, h, g, mask=each),
        want,
        "a mask [B, 1, T, T]: each row of the batch has its own",
    )


public_check()
print("multi_head_attention: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_multi_head_attention", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for multi_head_attention are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("multi_head_attention", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Follow the shapes: [B, T, H] → [B, T, h·d] → [B, h, T, d] → attention → and all the way back.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `(x @ w.T).view(B, T, heads, d).transpose(1, 2)` cuts into heads. `repeat_interleave(h // g, dim=1)` gives each query head its key-value head.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `found.transpose(1, 2).reshape(B, T, -1) @ weights["o_proj"].T`. d is `weights["q_proj"].shape[0] // num_heads`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A view cuts the last dimension where the heads meet, and the transposed heads are a batch dimension like any other. **A common wrong answer** views as [B, h, T, d] at once: the shapes fit, and tokens and heads are stirred together. `repeat` in place of `repeat_interleave` is the other one: 0 1 0 1.

# %% [markdown]
# ### What real heads look at
#
# **Predict.** SmolLM2 has 30 layers of 9 heads. You ask for `output_attentions=True`. What does the model give back, if nobody has said how it is to compute attention?

# %%
my_guess = None  # weights, or something else?

text = "The capital of France is Paris. The capital of Italy is"
inputs = tokenizer(text, return_tensors="pt")
pieces = [tokenizer.decode([i]) for i in inputs.input_ids[0].tolist()]
print("before:", model.config._attn_implementation)
model.set_attn_implementation("eager")
with torch.no_grad():
    seen = model(**inputs, output_attentions=True, output_hidden_states=True)
model.set_attn_implementation("sdpa")
heads = [layer[0] for layer in seen.attentions]  # of each layer [h, T, T]
print("with eager:", len(heads), "layers of weights", tuple(heads[0].shape))

# %% [markdown]
# **Explain.** Nothing: under `sdpa`, the fast default, the weights are never written down, and the output is empty. `eager` computes them in the open. Here are the nine heads of one layer:

# %%
layer = 16
utils.head_grid(
    {f"head {i}": weights for i, weights in enumerate(heads[layer])},
    pieces,
    f"Layer {layer} reads “…France is Paris. The capital of Italy is”",
)

# %% [markdown]
# Dots mark where each row looks most. Some kinds of heads come back in every model. In SmolLM2, on this sentence:

# %%
stack = torch.stack(heads)  # [L, h, T, T]
length = len(pieces)
rows = torch.arange(1, length)
kinds = {
    "the token before": stack[:, :, rows, rows - 1].mean(dim=-1),
    "the token itself": stack[:, :, rows, rows].mean(dim=-1),
    "the first token": stack[:, :, rows, 0].mean(dim=-1),
    "from the last “is” to “ Paris”": stack[:, :, -1, pieces.index(" Paris")],
    "from the last “is” to “ Italy”": stack[:, :, -1, pieces.index(" Italy")],
}
for kind, score in kinds.items():
    best = int(score.argmax())
    where = f"layer {best // 9}, head {best % 9}"
    print(f"{kind:<32} {where:<18} weight {score.max():.2f}")
print(f"the first token, over all heads: {kinds['the first token'].mean():.2f}")


# %%
def head_map(layer, head, title):
    name = f"{title}: layer {layer}, head {head}"
    return utils.attention_map(heads[layer][head], pieces, name)


head_map(16, 0, "The token before")

# %%
head_map(18, 6, "What came next, the last time")

# %% [markdown]
# The second map shows an *induction head*: it finds the earlier place that looks like this one and looks at what came *after* it. It is how a model copies a pattern out of its prompt, and one reason why examples in a prompt work at all (Olsson et al. 2022).
#
# Most heads, most of the time, look at the first token. A softmax has to put its weight somewhere; a head with nothing to look for puts it there, and takes home a value that says nothing (Xiao et al. 2023 call it an *attention sink*).
#
# Choose for yourself: a layer, a head, and the token that looks. Under the pointer each cell says what it is; the table lists the same in words. The maps above show the same without the pointer. (Here a dot is a weight of exactly 0; in words it is a space.)

# %%
utils.attention_inspector(heads, pieces)

# %% [markdown]
# ## 4 · Norms, and the part that thinks alone

# %%
utils.block_map(["norm 1", "norm 2", "feed-forward", "last norm"])

# %% [markdown]
# *What keeps the numbers in bounds, when thirty layers only ever add?*
#
# **Predict.** The stream of the last token, "is", begins with a vector of length 2.6. When the last layer reads it, it has been added to 58 times. How long is it? And the stream of the first token?

# %%
my_guess = None  # the last token's length? the first one's?

for name, place in (("last", -1), ("first", 0)):
    lengths = [
        seen.hidden_states[i][0, place].norm().item() for i in (0, 1, 6, 13, 29)
    ]
    print(f"{name:>6} token:", [f"{n:.0f}" for n in lengths])

# %% [markdown]
# **Explain.** More than two hundred times as long, and the first token, where so many heads park their attention, reaches the tens of thousands in the middle of the stack (an added vector may also point the other way, so that a length can shrink again). Nothing is wrong with it: every layer reads a *normed* copy. The stream itself is left alone.
#
# The norm of 2016 (Ba et al.) brings the entries of a token to mean 0 and variance 1, then stretches and shifts each by what was learned.
#
# <div class="card" role="note" aria-label="Exercise layer_norm">
#
# **Exercise `layer_norm`** · difficulty 3 of 5 · importance 4 of 5 · 8 minutes · 2 points
#
# `layer_norm(x: FloatTensor[..., H], weight: FloatTensor[H], bias: FloatTensor[H], eps: float = 1e-5) -> FloatTensor[..., H]`
#
# (x − mean) / √(variance + eps) · weight + bias, for each token alone.
#
# - The variance is the biased one: divided by H, not H − 1. eps stands inside the root.
# - Any float dtype, which the result has too. Squares of float16 numbers above 255 are too large for float16: compute in float32, or better.
# - One, two or three dimensions. Torch's own norms are what you are building.
#
# Worked example: x `[1.0, 3.0]` with weight `[1.0, 1.0]` and bias `[0.0, 0.5]` gives `[-1.0, 1.5]`, nearly: mean 2, variance 1.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "layer_norm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def layer_norm(x, weight, bias, eps=1e-5):
    """Mean 0 and variance 1 over the last dimension, then weight and bias.

    x: FloatTensor[..., H]; weight, bias: [H]. Returns a tensor like x.
    """
    ### BEGIN SOLUTION
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    centred = wide - wide.mean(dim=-1, keepdim=True)
    variance = centred.square().mean(dim=-1, keepdim=True)
    normed = centred / torch.sqrt(variance + eps)
    return (normed * weight + bias).to(x.dtype)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_layer_norm", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    torch.manual_seed(3)
    weight, bias = torch.randn(2, 6)
    for shape, eps in (((6,), 1e-5), ((2, 3, 6), 0.5), ((4, 6), 1e-5)):
        x = torch.randn(shape) * 3 + 1
        got = layer_norm(x, weight, bias, eps=eps)
        utils.expect_close(
            got,
            F.layer_norm(x, (6,), weight, bias, eps),
            f"x of shape {shape}, eps {eps}: another result than the library's. Is "
            "the "
            "variance divided by H, eps inside the root, and each token on its own?",
        )
    flat = layer_norm(torch.full((6,), 7.0), weight, bias)
    utils.expect_close(flat, bias, "equal entries: expected the bias")
    half = layer_norm((x * 100).half(), weight.half(), bias.half())
    assert half.dtype == torch.float16, f"float16 came out as {half.dtype}"
    want = F.layer_norm(x * 100, (6,), weight, bias)
    assert torch.allclose(half.float(), want, atol=0.02), (
        "float16 numbers of several hundred: their squares overflow. Compute in "
        "float32"
    )


public_check()
print("layer_norm: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_layer_norm", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for layer_norm are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("layer_norm", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which of the four numbers (mean, variance, weight, bias) belong to the token, and which to the entry?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Mean and mean square over `dim=-1` with `keepdim=True`. Torch's `var` divides by H − 1 unless it is told otherwise.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `centred.square().mean(dim=-1, keepdim=True)` is the biased variance. `x.to(torch.promote_types(x.dtype, torch.float32))` first, `.to(x.dtype)` last.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Centring before squaring keeps the digits, also where the mean is large; E[x²] − E[x]² loses them. **A common wrong answer** is `x.std()`: it divides by H − 1, and eps then stands outside.

# %% [markdown]
# Llama's models leave out the mean and the bias (RMSNorm, Zhang and Sennrich 2019): it works as well and costs less.
#
# **Predict.** You double a vector. What does its RMS norm do? And its layer norm, if you add 5 to every entry?

# %%
my_guess = None  # two answers

x = torch.tensor([1.0, -2.0, 4.0])
for name, y in (("x", x), ("2x", 2 * x), ("x + 5", x + 5)):
    rms, centred = F.rms_norm(y, (3,)), F.layer_norm(y, (3,))
    print(f"{name:>6}: rms {rms.tolist()}, layer {centred.tolist()}")

# %% [markdown]
# **Explain.** Both forget the length; only layer norm forgets a common shift.
#
# <div class="card" role="note" aria-label="Exercise rms_norm">
#
# **Exercise `rms_norm`** · difficulty 2 of 5 · importance 5 of 5 · 5 minutes · 2 points
#
# `rms_norm(x: FloatTensor[..., H], weight: FloatTensor[H], eps: float = 1e-5) -> FloatTensor[..., H]`
#
# x / √(mean(x²) + eps) · weight, for each token alone; dtypes and shapes as in `layer_norm`.
#
# - Nothing is subtracted. A token of zeros gives zeros. `F.rms_norm` is what you are building.
#
# Worked example: x `[3.0, 4.0]` with weight `[1.0, 2.0]` gives `[0.8485, 2.2627]`: the mean square is 12.5, its root 3.5355.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "rms_norm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rms_norm(x, weight, eps=1e-5):
    """x over its root mean square, times weight: FloatTensor[..., H] -> the same."""
    ### BEGIN SOLUTION
    single = x.to(torch.promote_types(x.dtype, torch.float32))
    mean_square = single.square().mean(dim=-1, keepdim=True)
    return (single * torch.rsqrt(mean_square + eps) * weight).to(x.dtype)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_rms_norm", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    torch.manual_seed(4)
    weight = torch.randn(6)
    for shape, eps in (((6,), 1e-5), ((2, 3, 6), 0.5), ((4, 6), 1e-5)):
        x = torch.randn(shape) * 2 + 1
        utils.expect_close(
            rms_norm(x, weight, eps=eps),
            F.rms_norm(x, (6,), weight, eps),
            f"x of shape {shape}, eps {eps}: another result than the library's. "
            "Divide "
            "by the root of the mean square plus eps; subtract nothing.",
        )
    utils.expect_close(
        rms_norm(torch.zeros(6), weight), [0.0] * 6, "a token of zeros gives zeros"
    )
    half = rms_norm((x * 200).half(), weight.half())
    assert half.dtype == torch.float16, f"float16 came out as {half.dtype}"
    assert torch.allclose(half.float(), F.rms_norm(x, (6,), weight), atol=0.02), (
        "float16 numbers of several hundred: their squares overflow. Compute in "
        "float32"
    )


public_check()
print("rms_norm: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_rms_norm", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for rms_norm are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("rms_norm", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# It is `layer_norm` with two things left out.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# The mean of the squares over the last dimension, plus eps, then the root.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `torch.rsqrt(y)` is 1/√y. `keepdim=True` lets it meet x.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A mean, not a sum, makes the result independent of H. **A common wrong answer** is `F.normalize`: it divides by the length, which is √H times as much.

# %%
w = first.input_layernorm.weight.detach()
stream = seen.hidden_states[0]
with torch.no_grad():
    theirs = first.input_layernorm(stream)
print("SmolLM2's first norm, weights between", f"{w.min():.2f} and {w.max():.2f}")

# %%
mine = rms_norm(stream, w, eps=config.rms_norm_eps)
print(f"largest difference to yours: {(mine - theirs).abs().max():.1e}")

# %% [markdown]
# ### The feed-forward network
#
# Attention moves things between tokens. What happens to them *within* a token is the work of two wide matrices and a gate: one projection says what could be written, the other, through silu(z) = z·σ(z), how much of it. In SmolLM2 three quarters of a block's weights are here.
#
# **Predict.** silu of −20, 0 and 20? And of −1?

# %%
my_guess = None  # four numbers

print(F.silu(torch.tensor([-20.0, 0.0, 20.0, -1.0])).tolist())

# %% [markdown]
# **Explain.** Nearly 0, exactly 0, nearly 20, and −0.27: a soft switch that dips below zero. What is "off" for this token is not written.
#
# <div class="card" role="note" aria-label="Exercise feed_forward">
#
# **Exercise `feed_forward`** · difficulty 2 of 5 · importance 4 of 5 · 6 minutes · 2 points
#
# `feed_forward(x: FloatTensor[B, T, H], weights: dict[str, FloatTensor]) -> FloatTensor[B, T, H]`
#
# down_proj(silu(gate_proj(x)) · up_proj(x)).
#
# - `weights` holds `gate_proj` and `up_proj` [I, H] and `down_proj` [H, I], stored `[out, in]`; no biases. Gates may be in the hundreds. `F.silu` is free.
#
# Worked example: x `[[[1.0]]]`, all three weights `[[2.0]]`: gate and up are 2, silu(2) = 1.7616, so the result is `[[[7.0464]]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "feed_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def feed_forward(x, weights):
    """Llama's gated feed-forward: FloatTensor[B, T, H] -> the same.

    weights: gate_proj, up_proj [I, H] and down_proj [H, I].
    """
    ### BEGIN SOLUTION
    gate = F.silu(x @ weights["gate_proj"].T)
    up = x @ weights["up_proj"].T
    return (gate * up) @ weights["down_proj"].T
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_feed_forward", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    two = {
        name: torch.tensor([[2.0]]) for name in ("gate_proj", "up_proj", "down_proj")
    }
    utils.expect_close(
        feed_forward(torch.tensor([[[1.0]]]), two),
        [[[7.046377]]],
        "expected [[[7.0464]]]",
    )
    torch.manual_seed(6)
    for width, inner in ((4, 7), (5, 5)):
        config = transformers.LlamaConfig(
            hidden_size=width,
            intermediate_size=inner,
            num_attention_heads=1,
            head_dim=2,
        )
        mlp = transformers.models.llama.modeling_llama.LlamaMLP(config)
        weights = {}
        for name, part in mlp.named_children():
            if name != "act_fn":
                weights[name] = torch.randn_like(part.weight)
                part.weight.data = weights[name]
        x = torch.randn(2, 3, width)
        utils.expect_close(
            feed_forward(x, weights),
            mlp(x).detach(),
            f"width {width}, inside {inner}: another result than Llama's. silu on "
            "the "
            "gate alone, times up, then down; weights are [out, in].",
        )
    got = feed_forward(torch.tensor([[[150.0]]]), two)
    assert not got.isnan().any(), "NaN where a gate is 300: let the library do silu"


public_check()
print("feed_forward: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_feed_forward", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for feed_forward are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("feed_forward", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two ways up, one way down. Where do they meet?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `x @ weight.T` for each projection; silu on one of the two; an element-wise product.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `(F.silu(x @ gate.T) * (x @ up.T)) @ down.T`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** No token appears twice in the formula: each is treated alone. **A common wrong answer** puts silu on `up_proj`: as a design it would do as well, with these weights it does not.

# %% [markdown]
# ### The block
#
# Now wire it: two sublayers, and around each the same three moves. *Where does the norm go?*
#
# **Predict.** In 2017 the norm stood on the stream, behind each sum. Now it stands in front of each sublayer, on a copy. With sublayers that return zeros: what does a block of each kind do to x?

# %%
my_guess = None  # the block of 2017? the one of today?

x = torch.tensor([[[1.0, 2.0, 9.0]]])
print("2017: ", F.rms_norm(x + 0, (3,)).tolist())
print("today:", (x + 0).tolist())

# %% [markdown]
# **Explain.** Today's leaves it as it is: whatever a layer has not learned yet, the stream gets past it. That is why deep models of this kind train without a careful warm-up (Xiong et al. 2020).
#
# <div class="card" role="note" aria-label="Exercise transformer_block">
#
# **Exercise `transformer_block`** · difficulty 3 of 5 · importance 5 of 5 · 6 minutes · 2 points
#
# `transformer_block(x: FloatTensor[B, T, H], attention: Callable, feed_forward: Callable, attention_norm: FloatTensor[H], feed_forward_norm: FloatTensor[H], eps: float = 1e-5) -> FloatTensor[B, T, H]`
#
# The stream behind one pre-norm block: attention reads an RMS-normed copy of x, and what it says is added to x; then the feed-forward network reads a normed copy of *that*, and what it says is added too.
#
# - `attention` and `feed_forward` take a [B, T, H] and give one; call each once. Each has a norm weight of its own. `F.rms_norm` is free, and so is your `rms_norm`.
#
# Worked example: attention that returns its input, feed-forward that returns zeros, weights 1: x `[[[3.0, 4.0]]]` gives `[[[3.8485, 5.1314]]]`, x plus its norm.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "transformer_block", "locked": false, "schema_version": 3, "solution": true, "task": false}
def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    """One pre-norm block around two functions: FloatTensor[B, T, H] -> the same.

    attention_norm, feed_forward_norm: FloatTensor[H], the weights of RMS norms.
    """
    ### BEGIN SOLUTION
    size = x.shape[-1:]
    x = x + attention(F.rms_norm(x, size, attention_norm, eps))
    return x + feed_forward(F.rms_norm(x, size, feed_forward_norm, eps))
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_transformer_block", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    x, one = torch.tensor([[[3.0, 4.0]]]), torch.ones(2)
    same, turned, nothing = (lambda y: y), (lambda y: y.flip(-1)), torch.zeros_like
    for attend, feed, norms, eps, want, ask in (
        (nothing, nothing, (one, one), 1e-5, [3.0, 4.0], "Does the stream pass?"),
        (
            same,
            nothing,
            (one, one),
            1e-5,
            [3.848528, 5.131371],
            "Here it is x plus its norm.",
        ),
        (
            nothing,
            same,
            (one, 2 * one),
            1e-5,
            [4.697056, 6.262742],
            "The second norm has its own weight.",
        ),
        (
            same,
            nothing,
            (3 * one, one),
            12.5,
            [4.8, 6.4],
            "eps stands inside the root.",
        ),
        (
            turned,
            torch.square,
            (one, one),
            1e-5,
            [4.972657, 6.00724],
            "The feed-forward reads the sum behind attention.",
        ),
    ):
        given, asked = x.clone(), []
        got = transformer_block(
            given,
            lambda y: asked.append("attention") or attend(y),
            lambda y: asked.append("feed_forward") or feed(y),
            *norms,
            eps=eps,
        )
        utils.expect_close(
            got, [[want]], f"got {got.tolist()}, expected [[{want}]]. {ask}"
        )
        assert asked == ["attention", "feed_forward"], f"called were {asked}"


public_check()
print("transformer_block: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_transformer_block", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for transformer_block are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("transformer_block", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# The answer is two lines that look very much alike.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Norm a copy, ask the sublayer, add what it says to the stream. The second time the stream is what the first line left.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `x = x + attention(F.rms_norm(x, x.shape[-1:], attention_norm, eps))`, and the same again.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The stream appears on both sides of each line, unnormed. **A common wrong answer** adds what a sublayer says to the *normed* copy: the stream is then cut, and thirty layers lose what the first one knew.

# %%
with torch.no_grad():
    places = torch.arange(length)[None]
    hands = model.model.rotary_emb(stream, places)
    behind_first = seen.hidden_states[1]


def their_attention(y):
    return first.self_attn(y, position_embeddings=hands, attention_mask=None)[0]


norms = first.input_layernorm.weight, first.post_attention_layernorm.weight
print("the stream behind SmolLM2's first block:", tuple(behind_first.shape))

# %%
with torch.no_grad():
    mine = transformer_block(stream, their_attention, first.mlp, *norms)
off = (mine - behind_first).abs().max()
print(f"largest difference to your wiring of its parts: {off:.1e}")

# %% [markdown]
# ## 5 · The whole model
#
# Everything is on the table. What is left is to walk through a dict of real weights in the right order.

# %%
weights = {name: w.detach() for name, w in model.state_dict().items()}
for name, w in weights.items():
    if not name.startswith("model.layers.") or ".layers.0." in name:
        print(f"{name:<50} {list(w.shape)}")

# %% [markdown]
# **Predict.** `post_attention_layernorm`: behind attention, as its name says? Where does today's block have its second norm?

# %%
my_guess = None  # on attention's result, or before the feed-forward network?

print([name for name, _ in first.named_children()])

# %% [markdown]
# **Explain.** Before the feed-forward network. The name comes from a time when that was the same place, and has misled many.
#
# <div class="card" role="note" aria-label="Exercise llama_forward">
#
# **Exercise `llama_forward`** · difficulty 5 of 5 · importance 5 of 5 · 28 minutes · 3 points
#
# `llama_forward(state_dict: dict[str, FloatTensor], config: LlamaConfig, input_ids: LongTensor[B, T]) -> FloatTensor[B, T, V]`
#
# The logits at every position: embedding; `config.num_hidden_layers` blocks; the last norm, `model.norm`; the output matrix.
#
# - Of the config you need `num_hidden_layers`, `num_attention_heads`, `num_key_value_heads`, `head_dim`, `rms_norm_eps` and `rope_parameters["rope_theta"]`. Heads may be wider or narrower than H/h.
# - Positions are 0 to T − 1, attention is causal, there is no padding. RoPE turns queries and keys, not values.
# - The output matrix is `lm_head.weight`; where `config.tie_word_embeddings` holds it may be missing, and the embedding takes its place.
# - Your own functions of this notebook are welcome, and so is all of `torch.nn.functional`. Transformers' models and layers are what you are building.
#
# Worked example: see the public check; a model of two layers is built there, and your logits are laid beside its own.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "llama_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def llama_forward(state_dict, config, input_ids):
    """Logits of a Llama from its weights: LongTensor[B, T] -> FloatTensor[B, T, V].

    state_dict: weights by transformers' names; config: LlamaConfig.
    """
    ### BEGIN SOLUTION
    rows, length = input_ids.shape
    half, eps = config.head_dim // 2, config.rms_norm_eps
    theta = config.rope_parameters["rope_theta"]
    angles = torch.arange(length)[:, None] * theta ** (-torch.arange(half) / half)
    cosines, sines = angles.cos(), angles.sin()

    def normed(x, name):
        return F.rms_norm(x, x.shape[-1:], state_dict[f"{name}.weight"], eps)

    def project(x, name):
        return x @ state_dict[f"{name}.weight"].T

    def turned(x):
        a, b = x.chunk(2, dim=-1)
        return torch.cat([a * cosines - b * sines, b * cosines + a * sines], dim=-1)

    def attend(x, layer):
        q, k, v = (
            project(x, f"{layer}.self_attn.{name}_proj")
            .view(rows, length, -1, config.head_dim)
            .transpose(1, 2)
            for name in "qkv"
        )
        sharing = q.shape[1] // k.shape[1]
        k = turned(k).repeat_interleave(sharing, dim=1)
        v = v.repeat_interleave(sharing, dim=1)
        found = F.scaled_dot_product_attention(turned(q), k, v, is_causal=True)
        found = found.transpose(1, 2).reshape(rows, length, -1)
        return project(found, f"{layer}.self_attn.o_proj")

    def feed(x, layer):
        gate = F.silu(project(x, f"{layer}.mlp.gate_proj"))
        return project(
            gate * project(x, f"{layer}.mlp.up_proj"), f"{layer}.mlp.down_proj"
        )

    x = state_dict["model.embed_tokens.weight"][input_ids]
    for index in range(config.num_hidden_layers):
        layer = f"model.layers.{index}"
        x = x + attend(normed(x, f"{layer}.input_layernorm"), layer)
        x = x + feed(normed(x, f"{layer}.post_attention_layernorm"), layer)
    tied = "lm_head.weight" not in state_dict
    return project(
        normed(x, "model.norm"), "model.embed_tokens" if tied else "lm_head"
    )
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_llama_forward", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    more = {"head_dim": 6, "num_hidden_layers": 3}
    for seed, tied, changes in ((0, False, {}), (1, True, more)):
        sizes = {
            "vocab_size": 19,
            "hidden_size": 16,
            "intermediate_size": 24,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
        }
        tiny = transformers.LlamaConfig(
            rms_norm_eps=1e-3,
            rope_parameters={"rope_type": "default", "rope_theta": 500.0},
            tie_word_embeddings=tied,
            initializer_range=0.4,
            **sizes | changes,
        )
        torch.manual_seed(seed)
        reference = transformers.LlamaForCausalLM(tiny).eval()
        state = {name: w.detach() for name, w in reference.state_dict().items()}
        for name in state:
            if "norm" in name:
                state[name].add_(torch.randn(16) / 3)
        if tied:
            del state["lm_head.weight"]
        ids = torch.randint(19, (2, 7))
        with torch.no_grad():
            want = reference(ids).logits
        got = llama_forward(state, tiny, ids)
        utils.expect_close(
            got,
            want,
            f"a model with {'tied' if tied else 'its own'} output matrix, head_dim "
            f"{tiny.head_dim}, {tiny.num_hidden_layers} layers: other logits than "
            "transformers'. With SmolLM2, compare the stream behind each layer with "
            "`model(ids, output_hidden_states=True).hidden_states`: the first that "
            "differs is the culprit (the last of them is normed already).",
        )


public_check()
print("llama_forward: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_llama_forward", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for llama_forward are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("llama_forward", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# You have built every part. Write the loop first, with the names of the weights, then fill in attention and the feed-forward network.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Small inner functions help: one that norms with a weight's name, one that projects. Queries and keys: project, cut into heads of `config.head_dim`, turn. Then share, attend causally, put back together, project, add.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `x = x + attend(normed(x, f"{layer}.input_layernorm"), layer)`, then the feed-forward network in the same way with `post_attention_layernorm`; `normed(x, "model.norm")` at the end. `state_dict.get("lm_head.weight", state_dict["model.embed_tokens.weight"])` is the output matrix.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** It is the map: read a normed copy, add to the stream, thirty times over. **A common wrong answer** forgets one detail (the pairs of RoPE, theta, the last norm) and still gives logits of the right size. That is why the check compares them all: half-right models write fluent nonsense.

# %% [markdown]
# Now with the real weights. The question is that of notebook 01:

# %%
question = tokenizer("The capital of France is", return_tensors="pt").input_ids
with torch.no_grad():
    theirs = model(question).logits
print("SmolLM2's logits:", tuple(theirs.shape), f"up to {theirs.abs().max():.1f}")

# %%
with torch.no_grad():
    mine = llama_forward(weights, config, question)
print(f"largest difference: {(mine - theirs).abs().max():.1e}")
probs, best = mine[0, -1].softmax(dim=-1).topk(5)
best = [tokenizer.decode([i]) for i in best.tolist()]
utils.next_token_bars(
    best, probs, 0, title="The capital of France is, says your code"
)

# %% [markdown]
# ### The residual stream
#
# What did the thirty layers add? Hooks on the model listen to every sublayer, at the last token of the sentence about Italy.

# %%
said = {"attention": [], "feed-forward": []}
hooks = []
for block in model.model.layers:
    for name, part in (("attention", block.self_attn), ("feed-forward", block.mlp)):

        def listen(part, inputs, output, name=name):
            output = output[0] if isinstance(output, tuple) else output
            said[name].append(output[0, -1])

        hooks.append(part.register_forward_hook(listen))
with torch.no_grad():
    model(**inputs)
for hook in hooks:
    hook.remove()
flow = [seen.hidden_states[0][0, -1]]
for one, other in zip(*said.values()):
    flow.append(flow[-1] + one + other)
off = (flow[29] - seen.hidden_states[29][0, -1]).abs().max()
print(f"embedding + 29 layers of sums = the stream, up to {off:.0e}")

# %%
norms_of = {name: [v.norm().item() for v in each] for name, each in said.items()}
utils.residual_stream(
    [v.norm().item() for v in flow],
    norms_of["attention"],
    norms_of["feed-forward"],
    "What each layer adds to the last token, “is” (length of the vector)",
)

# %% [markdown]
# The stream *is* the sum of what was said: embedding plus sixty contributions. The last layers speak loudest, the feed-forward network at the very end loudest of all; the last layer even takes some of the length back, by adding what points the other way.

# %% [markdown]
# ## 6 · Readers, writers, and both
#
# The same block makes three families. What differs is who may look at whom, and what the model is trained to guess:
#
# | | mask | it is trained to | good for |
# |---|---|---|---|
# | decoder (GPT, SmolLM2) | causal | predict every next token | writing |
# | encoder (BERT, MiniLM) | none: both directions | fill in hidden tokens | reading: vectors, labels |
# | encoder-decoder (T5, BART) | none, then causal | write out hidden spans | rewriting: translation, summaries |
#
# **Predict.** In MiniLM, may "The" look at "river"? Which half of the heat map below will be empty?

# %%
my_guess = None  # which half?

encoder.set_attn_implementation("eager")
batch = encoder_tokenizer("the bank of the river", return_tensors="pt")
with torch.no_grad():
    both_ways = encoder(**batch, output_attentions=True).attentions
encoder.set_attn_implementation("sdpa")
read = encoder_tokenizer.convert_ids_to_tokens(batch.input_ids[0])
utils.attention_map(both_ways[0][0, 0], read, "MiniLM, layer 0, head 0: no mask")

# %% [markdown]
# **Explain.** None. An encoder sees the whole text, so "bank" can know about "river" behind it. It cannot be trained to predict the next token, for it sees it. Instead, some tokens are hidden (**masked language modelling**), and only those count in the loss:

# %%
sentence = ["The", " capital", " of", " France", " is", " Paris", "."]
hidden = {3, 5}
asked = {
    "causal": (sentence, sentence[1:] + ["–"]),
    "masked": (
        ["[MASK]" if i in hidden else piece for i, piece in enumerate(sentence)],
        [piece if i in hidden else "–" for i, piece in enumerate(sentence)],
    ),
}
for name, (shown, wanted) in asked.items():
    print(f"{name:>7} sees  ", *(f"{piece:<9}" for piece in shown))
    print("        guesses", *(f"{piece:<9}" for piece in wanted))

# %% [markdown]
# A causal model guesses at all positions but the last, a masked one at two of seven, but sees both sides of each.
#
# ### Span corruption
#
# T5 hides whole spans. A *sentinel*, a token of its own, stands in the place of each, and the decoder writes out what was hidden, each span behind its sentinel; one more sentinel says that nothing follows.
#
# **Predict.** Fifteen tokens in a hundred are hidden, in spans of three. How many tokens does the decoder have to write, where one that repeats the whole text would write a hundred?

# %%
my_guess = None  # how many tokens?

spans = 15 // 3
print("hidden:", 15, "sentinels:", spans + 1, "in all:", 15 + spans + 1)

# %% [markdown]
# **Explain.** 21, so a training step is cheaper than with a hundred. Inputs shrink too: to 85 tokens and 5 sentinels.
#
# <div class="card" role="note" aria-label="Exercise span_corrupt">
#
# **Exercise `span_corrupt`** · difficulty 3 of 5 · importance 3 of 5 · 9 minutes · 2 points
#
# `span_corrupt(input_ids: list[int], spans: list[tuple[int, int]], sentinels: list[int]) -> tuple[list[int], list[int]]`
#
# `(inputs, targets)`: in the inputs, span number i is replaced by `sentinels[i]`; the targets are, for each span, its sentinel and its tokens, and at the end the next sentinel.
#
# - Spans are `(start, end)`, end exclusive, in order, and never touch. Without spans the targets are the first sentinel. No EOS. The lists are not changed.
#
# Worked example: ids `[5, 6, 7, 8]`, spans `[(1, 3)]`, sentinels `[99, 98]` give `([5, 99, 8], [99, 6, 7, 98])`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "span_corrupt", "locked": false, "schema_version": 3, "solution": true, "task": false}
def span_corrupt(input_ids, spans, sentinels):
    """T5's objective: (inputs, targets), two lists of ids.

    spans: (start, end), end exclusive, in order; one more sentinel than spans.
    """
    ### BEGIN SOLUTION
    inputs, targets, done = [], [], 0
    for sentinel, (start, end) in zip(sentinels, spans):
        inputs += [*input_ids[done:start], sentinel]
        targets += [sentinel, *input_ids[start:end]]
        done = end
    return inputs + input_ids[done:], [*targets, sentinels[len(spans)]]
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_span_corrupt", "locked": true, "schema_version": 3, "solution": false, "task": false}
marks = [99, 98, 97, 96]
for given, spans, want in (
    ([5, 6, 7, 8], [(1, 3)], ([5, 99, 8], [99, 6, 7, 98])),
    ([5, 6, 7, 8], [], ([5, 6, 7, 8], [99])),
    ([5, 6, 7, 8], [(0, 1), (3, 4)], ([99, 6, 7, 98], [99, 5, 98, 8, 97])),
    ([5, 6, 5, 6, 7], [(2, 4)], ([5, 6, 99, 7], [99, 5, 6, 98])),
):
    ids = list(given)
    inputs_, targets_ = span_corrupt(ids, spans, marks)
    assert (list(inputs_), list(targets_)) == want, (
        f"ids {given}, spans {spans}: got {(inputs_, targets_)}, expected {want}. "
        "Offsets are those of the original, and the next sentinel ends the targets."
    )
    assert ids == given, "input_ids was changed"
print("span_corrupt: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_span_corrupt", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for span_corrupt are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("span_corrupt", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Walk from span to span and build two lists. What lies between the spans?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Keep the place up to which the text is done. Copy what comes before the span to the inputs, then the sentinel; sentinel and span to the targets.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `inputs += [*input_ids[done:start], sentinel]`, `targets += [sentinel, *input_ids[start:end]]`, `done = end`. Behind the loop the rest of the text, and one more sentinel.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** New lists are built, so no offset ever moves. **A common wrong answer** replaces in the text from left to right: the second span is then cut a few tokens too late.

# %%
ids = tokenizer.encode("".join(sentence))
spans = [(1, 3), (5, 6)]
sentinels = [tokenizer.vocab_size + i for i in range(3)]
names = {s: f"<{i}>" for i, s in enumerate(sentinels)}


def readable(ids):
    return "".join(names.get(i) or tokenizer.decode([i]) for i in ids)


print("text:   ", readable(ids))

# %%
for name, part in zip(("inputs:", "targets:"), span_corrupt(ids, spans, sentinels)):
    print(f"{name:<8}", readable(part))

# %% [markdown]
# ### Listening: cross-attention
#
# How does the decoder see what the encoder read? In a third sublayer: its *queries* come from the decoder, its *keys and values* from the encoder. That was the attention of 2014.
#
# **Predict.** The decoder has written 3 tokens, the source has 5. What shape are the weights of one head? Does it need a causal mask?

# %%
my_guess = None  # a shape; yes or no

asking, listening = torch.randn(3, 8), torch.randn(5, 8)
print(tuple((asking @ listening.T).shape))

# %% [markdown]
# **Explain.** [3, 5], and no: the source is known as a whole, nothing of it lies in the future. What has to be hidden is *padding*, where sources of different length share a batch.
#
# <div class="card" role="note" aria-label="Exercise cross_attention">
#
# **Exercise `cross_attention`** · difficulty 3 of 5 · importance 3 of 5 · 9 minutes · 2 points
#
# `cross_attention(decoder_states: FloatTensor[B, T, H], encoder_states: FloatTensor[B, S, H], weights: dict[str, FloatTensor], num_heads: int, encoder_mask: BoolTensor[B, S] | None = None) -> FloatTensor[B, T, H]`
#
# Attention with several heads, queries from the decoder, keys and values from the encoder; the scale is 1/√d, d = H/h.
#
# - `weights` holds `q_proj`, `k_proj`, `v_proj` and `o_proj`, all [H, H], stored `[out, in]`.
# - `encoder_mask` is True at real tokens of the source; padding may stand anywhere in a row. `F.scaled_dot_product_attention` is free.
#
# Worked example: with S = 1 every decoder token brings home the same: o_proj(v_proj(encoder_states)).
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "cross_attention", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cross_attention(
    decoder_states, encoder_states, weights, num_heads, encoder_mask=None
):
    """What decoder tokens [B, T, H] fetch from encoder tokens [B, S, H].

    weights: q_proj, k_proj, v_proj, o_proj, [H, H]; encoder_mask: BoolTensor[B, S].
    Returns FloatTensor[B, T, H].
    """
    ### BEGIN SOLUTION
    batch_size, _, width = decoder_states.shape

    def in_heads(states, name):
        flat = states @ weights[name].T
        return flat.view(batch_size, -1, num_heads, width // num_heads).transpose(
            1, 2
        )

    asked = in_heads(decoder_states, "q_proj")
    labels = in_heads(encoder_states, "k_proj")
    told = in_heads(encoder_states, "v_proj")
    real = None if encoder_mask is None else encoder_mask[:, None, None, :]
    heard = F.scaled_dot_product_attention(asked, labels, told, attn_mask=real)
    heard = heard.transpose(1, 2).reshape(batch_size, -1, width)
    return heard @ weights["o_proj"].T
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_cross_attention", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    torch.manual_seed(8)
    library = torch.nn.MultiheadAttention(8, 2, bias=False, batch_first=True)
    joint = library.in_proj_weight.detach()
    weights = {f"{n}_proj": joint[8 * i : 8 * i + 8] for i, n in enumerate("qkv")}
    weights["o_proj"] = library.out_proj.weight.detach()
    source = torch.randn(2, 5, 8)
    real = torch.tensor([[1, 1, 1, 0, 0], [0, 1, 1, 1, 1]]) > 0
    for length, mask in ((5, None), (3, None), (3, real)):
        target = torch.randn(2, length, 8)
        padding = None if mask is None else ~mask
        with torch.no_grad():
            want, _ = library(target, source, source, key_padding_mask=padding)
        got = cross_attention(target, source, weights, 2, encoder_mask=mask)
        masked = "no mask" if mask is None else "a mask"
        utils.expect_close(
            got,
            want,
            f"{length} decoder tokens, 5 of the source, {masked}: another result "
            "than "
            "the library's. Who asks, and who answers? Is every decoder token "
            "allowed "
            "to see every real one?",
        )


public_check()
print("cross_attention: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_cross_attention", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for cross_attention are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("cross_attention", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# It is `multi_head_attention` with two sources. Which of the projections read which?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# q from the decoder, k and v from the encoder: T and S may differ, so let `view` find them with −1. The mask has to become [B, 1, 1, S].
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `encoder_mask[:, None, None, :]`; the rest is project, cut into heads, attend, put together, `o_proj`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The result has a row for each query, so it fits the decoder's stream. **A common wrong answer** leaves the causal mask on: the first word of a translation then sees only the first word of the source.

# %% [markdown]
# ### The loop of an encoder-decoder
#
# It differs from that of notebook 01 in three points: the source is read *once*, by the encoder; the decoder's text begins with a *start token*, not with the prompt; and every step of the decoder gets the encoder's states as well. No trained model of this family comes without a hub, so you will drive a tiny T5 with random weights: nonsense, by the right mechanics.
#
# **Predict.** For T5 the start token is the padding token, id 0. For BART it is the EOS. What happens in a loop that stops as soon as an EOS is *in* the text?

# %%
my_guess = None  # what happens?

t5 = transformers.T5Config(
    vocab_size=60, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4,
    decoder_start_token_id=0, pad_token_id=0, eos_token_id=1, initializer_factor=3.0,
)  # fmt: skip
torch.manual_seed(11)
tiny = transformers.T5ForConditionalGeneration(t5).eval()
print(f"{sum(p.numel() for p in tiny.parameters()) / 1e3:.0f} k parameters")

# %% [markdown]
# **Explain.** With BART it stops before it has begun. Only a *new* EOS ends a text.
#
# <div class="card" role="note" aria-label="Exercise encoder_decoder_greedy">
#
# **Exercise `encoder_decoder_greedy`** · difficulty 3 of 5 · importance 3 of 5 · 8 minutes · 2 points
#
# `encoder_decoder_greedy(encode: Callable, decode: Callable, input_ids: LongTensor[1, S], decoder_start_token_id: int, eos_token_id: int, max_new_tokens: int) -> LongTensor[1, 1 + n]`
#
# The start token, then greedily up to `max_new_tokens` new ones, an EOS included.
#
# - `encode(input_ids)` gives states [1, S, H]; call it once. `decode(encoder_states, decoder_ids)` gives logits [1, t, V]; it keeps no cache, so it wants *all* ids so far.
# - A new EOS ends the text and stays in it; the start token ends nothing, whatever its id. `max_new_tokens=0` gives the start token alone.
#
# Worked example: start token 0, EOS 1, and a decoder that says 7, then 4, then 1: `[[0, 7, 4, 1]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "encoder_decoder_greedy", "locked": false, "schema_version": 3, "solution": true, "task": false}
def encoder_decoder_greedy(
    encode, decode, input_ids, decoder_start_token_id, eos_token_id, max_new_tokens
):
    """Greedy text of an encoder-decoder: LongTensor[1, 1 + n], start token first.

    encode: ids -> states; decode: (states, ids so far) -> logits [1, t, V].
    """
    ### BEGIN SOLUTION
    source_states = encode(input_ids)
    written = torch.tensor([[decoder_start_token_id]])
    for _ in range(max_new_tokens):
        likeliest = decode(source_states, written)[:, -1].argmax(dim=-1)
        written = torch.cat([written, likeliest[:, None]], dim=1)
        if likeliest.item() == eos_token_id:
            break
    return written
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_encoder_decoder_greedy", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    read = []

    def encode(ids):
        read.append(ids.tolist())
        return torch.full((1, ids.shape[1], 2), 3.0)

    def decode(states, ids):
        assert states.shape == (1, 3, 2), "decode wants what encode returned"
        logits = torch.zeros(1, ids.shape[1], 9)
        for place, answer in enumerate([7, 4, 1, 5, 6][: ids.shape[1]]):
            logits[0, place, answer] = 1.0
        return logits

    source = torch.tensor([[5, 1, 6]])
    for start, budget, want in (
        (0, 9, [0, 7, 4, 1]),
        (0, 2, [0, 7, 4]),
        (1, 9, [1, 7, 4, 1]),
        (0, 0, [0]),
    ):
        read.clear()
        got = encoder_decoder_greedy(encode, decode, source, start, 1, budget)
        assert got.tolist() == [want], (
            f"start token {start}, {budget} new tokens: got {got.tolist()}, "
            "expected "
            f"[{want}]. All ids so far, the last position, and only a new EOS stops."
        )
        assert len(read) <= 1, f"encode was called {len(read)} times: once is enough"
        assert read in ([], [source.tolist()]), f"encode was given {read[0]}"
        assert got.dtype == torch.int64, f"ids came out as {got.dtype}"
    got = encoder_decoder_greedy(encode, decode, source, 7, 4, 9)
    assert got.tolist() == [[7, 7, 4]], (
        f"start token 7, EOS 4: got {got.tolist()}, expected [[7, 7, 4]]: only the "
        "EOS ends the text, a new start token does not"
    )


public_check()
print("encoder_decoder_greedy: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_encoder_decoder_greedy", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for encoder_decoder_greedy are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("encoder_decoder_greedy", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# What of this happens once, and what in every step?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Before the loop: the states, and a [1, 1] tensor with the start token. In it: logits, the last position's argmax, append, stop at EOS.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `written = torch.cat([written, token[:, None]], dim=1)`; compare only the *new* token with the EOS.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The loop looks at the new token alone, so a start token that is the EOS does no harm. **A common wrong answer** hands the source to the decoder as a prompt: right for SmolLM2, meaningless here.

# %%
source = torch.tensor([[17, 4, 33, 8, 1]])
with torch.no_grad():
    theirs = tiny.generate(source, max_new_tokens=12, do_sample=False)
print("generate:", theirs[0].tolist())


def encode(ids):
    return tiny.encoder(ids).last_hidden_state


def decode(states, ids):
    return tiny(encoder_outputs=(states,), decoder_input_ids=ids).logits


# %%
with torch.no_grad():
    mine = encoder_decoder_greedy(encode, decode, source, 0, 1, 12)
print("yours:   ", mine[0].tolist(), "the same:", mine.equal(theirs))

# %% [markdown]
# ## Stretch: what would it say halfway?
#
# Bonus points, and nothing later needs it. All layers write into one stream, and the output matrix can read that stream *anywhere*. What would the model say if it ended after twelve layers (the *logit lens*, nostalgebraist 2020)?
#
# **Predict.** "… The capital of Italy is": from which of the layers 0 to 29 on is the answer on top? And what does the lens read from the bare embedding?

# %%
my_guess = None  # a layer; a token

states = seen.hidden_states
print(len(states), "states; the last has length", f"{states[-1][0, -1].norm():.0f}")
print("before the last norm it was", f"{flow[-1].norm():.0f}")

# %% [markdown]
# **Explain.** (You will see both below.) There are 31 states, the embedding's and one behind each layer, and a trap: transformers hands out the last one *after* the final norm. The others still need it.
#
# <div class="card" role="note" aria-label="Exercise logit_lens">
#
# **Exercise `logit_lens`** · difficulty 3 of 5 · importance 2 of 5 · 8 minutes · 2 bonus points
#
# `logit_lens(hidden_states: tuple[FloatTensor[B, T, H], ...], norm_weight: FloatTensor[H], output_matrix: FloatTensor[V, H], eps: float = 1e-5) -> FloatTensor[L + 1, B, T, V]`
#
# Logits behind the embedding and behind every layer: the final RMS norm, then the output matrix.
#
# - The last state has had its norm already: its logits are the model's own. `F.rms_norm` is free.
#
# Worked example: states `([[[3.0, 4.0]]], [[[1.0, 0.0]]])`, weight `[1.0, 1.0]` and the matrix `[[1.0, 0.0], [0.0, 1.0]]` give `[[[[0.8485, 1.1314]]], [[[1.0, 0.0]]]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "logit_lens", "locked": false, "schema_version": 3, "solution": true, "task": false}
def logit_lens(hidden_states, norm_weight, output_matrix, eps=1e-5):
    """Logits behind every layer: FloatTensor[L + 1, B, T, V].

    hidden_states: L + 1 tensors [B, T, H].

    The last state has been through the final norm already.
    """
    ### BEGIN SOLUTION
    *inner, last = hidden_states
    normed = [F.rms_norm(h, norm_weight.shape, norm_weight, eps) for h in inner]
    return torch.stack([*normed, last]) @ output_matrix.T
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_logit_lens", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    torch.manual_seed(9)
    tiny = transformers.LlamaConfig(
        vocab_size=11, hidden_size=8, intermediate_size=8, num_hidden_layers=2,
        num_attention_heads=2, rms_norm_eps=1e-2,
    )  # fmt: skip
    reference = transformers.LlamaForCausalLM(tiny).eval()
    weight = reference.model.norm.weight.data.uniform_(0.5, 2)
    matrix = reference.lm_head.weight.detach()
    with torch.no_grad():
        out = reference(torch.tensor([[1, 5, 3]]), output_hidden_states=True)
    got = logit_lens(out.hidden_states, weight, matrix, eps=1e-2)
    assert got.shape == (3, 1, 3, 11), (
        f"shape {tuple(got.shape)}, expected (3, 1, 3, 11): embedding and two layers"
    )
    utils.expect_close(
        got[-1, 0].detach(), out.logits[0], "the last entry: the model's own logits"
    )
    for place, name in ((0, "the embedding"), (1, "layer 1")):
        x = out.hidden_states[place]
        want = x / (x.square().mean(-1, keepdim=True) + 1e-2).sqrt()
        utils.expect_close(
            got[place, 0].detach(),
            (want * weight @ matrix.T)[0],
            f"{name}: norm, weight, matrix",
        )


public_check()
print("logit_lens: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_logit_lens", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for logit_lens are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("logit_lens", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which of the states must not be normed again?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `*inner, last = hidden_states`. Norm the inner ones, put all together, multiply once.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `torch.stack([...]) @ output_matrix.T`, with `F.rms_norm(h, norm_weight.shape, norm_weight, eps)` for the inner states.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** `stack` makes the layers a dimension, and one product reads them all. **A common wrong answer** norms the last state twice: with weights far from 1 the model then seems to change its mind at the very end.

# %%
with torch.no_grad():
    logits = logit_lens(
        seen.hidden_states,
        model.model.norm.weight,
        model.get_output_embeddings().weight,
        eps=config.rms_norm_eps,
    )
probs, best = logits[:, 0, -1].softmax(dim=-1).max(dim=-1)
utils.residual_stream(
    [v.norm().item() for v in flow],
    norms_of["attention"],
    norms_of["feed-forward"],
    "What the stream of the last “is” would say, layer by layer",
    [(tokenizer.decode([i]), p) for i, p in zip(best.tolist(), probs.tolist())],
)

# %% [markdown]
# (A dot is a space.) The bare embedding says the token itself, " is": input and output share one matrix. The answer appears in the very last layer. A larger model settles earlier; this one is busy to the end.
#
# ## Check yourself
#
# Choose first, then open the option.
#
# ### 1 · Attention without any positions. Two words of the prompt are exchanged. What changes at the last token?
#
# <details><summary>Its query</summary>No: the query comes from the last token's own vector.</details>
# <details><summary>The weights change places, the result stays</summary>Yes: a weighted mean does not know an order. That is why positions exist.</details>
# <details><summary>Everything</summary>No: the same values get the same weights.</details>
#
# ### 2 · You hide tokens by setting their weights to 0 *after* the softmax. What is wrong?
#
# <details><summary>The other weights no longer sum to 1</summary>Yes: hidden tokens have already taken their share.</details>
# <details><summary>Nothing, the hidden ones are gone</summary>Their values are. Their share of the softmax is not.</details>
# <details><summary>It costs more</summary>It does not, and that is not the point.</details>
#
# ### 3 · Nine query heads share three key-value heads. What gets smaller?
#
# <details><summary>The number of scores</summary>No: each query head still looks at every token.</details>
# <details><summary>The vocabulary</summary>It has nothing to do with heads.</details>
# <details><summary>The KV cache, to a third</summary>Yes, and with it what must be read for every new token.</details>
#
# ### 4 · What does a pre-norm block do whose sublayers have learned nothing and return zeros?
#
# <details><summary>It passes the stream on unchanged</summary>Yes. The norm is on a copy.</details>
# <details><summary>It norms the stream</summary>That was the block of 2017.</details>
# <details><summary>It returns zeros</summary>Without the sums it would.</details>
#
# ### 5 · Your llama_forward gives logits of the right shape, and the model writes nonsense. Which is the likeliest?
#
# <details><summary>The name of a weight, misspelt</summary>The dict would complain first.</details>
# <details><summary>The pairs of RoPE</summary>Yes: it fits every shape, keeps every length, and turns the wrong numbers.</details>
# <details><summary>float32</summary>No: rounding costs you digits, not sense.</details>
#
# ## Summary
#
# | part | what you built | remember |
# |---|---|---|
# | in | `normalize_text`, `embed` | a row per token; the same in every sentence |
# | where | `sinusoidal_positions`, `rope` | distances are angles; pairs i and i + d/2 |
# | who listens to whom | `attention`, `causal_mask`, `multi_head_attention` | 1/√d; −inf before the softmax; 0 0 1 1 |
# | in bounds | `layer_norm`, `rms_norm` | eps inside the root; each token alone |
# | alone | `feed_forward` | silu on the gate |
# | together | `transformer_block`, `llama_forward` | read a normed copy, add to the stream |
# | both directions | `span_corrupt`, `cross_attention`, `encoder_decoder_greedy` | the source is read once; a start token begins |
# | halfway | `logit_lens` | the last state is normed already |
#
# **Glossary.** *Embedding*: a token's row in a table. *Residual stream*: the vector of a token on its way through the layers, to which every sublayer adds. *Query, key, value*: what a token asks, what it is found by, what it gives. *Head*: one attention with projections of its own. *Grouped queries*: query heads that share keys and values. *Causal mask*: nobody sees the future.
# *RoPE*: positions as rotations of queries and keys. *RMS norm*: division by the root mean square. *SwiGLU*: the feed-forward with a silu gate. *Pre-norm*: the norm stands before the sublayer, on a copy. *Attention sink*: a token that takes weight nobody needs. *Induction head*: a head that finds an earlier similar place and looks at what followed. *Masked language modelling*: guessing hidden tokens. *Sentinel*: a token that stands for a hidden span. *Cross-attention*: queries from one text, keys and values from another.
#
# Now give the memory back.

# %%
print("before:", utils.memory_report())
model = encoder = tiny = first = table = weights = None
seen = heads = stack = states = stream = flow = said = hooks = None
by_model = spaced = behind_first = block = part = matrix = w = norms = None
smol.unload()
mini.unload()
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
