# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 01 · The inference pipeline
#
# *A language model does one thing: given some tokens, it scores every possible next one. In this notebook you build everything
# around that one thing, until it answers a question.*
#
# <!-- badges -->
#
# **Before you start**
#
# | | |
# |---|---|
# | You need | Python functions and lists; PyTorch's tensors (indexing, shapes, `torch.cat`, `softmax`, `torch.no_grad`, `model.eval`). The hints name the rest: `cumsum`, `gather`, `isin`, `cross_entropy` |
# | Hardware | any laptop with 2 GB of free memory; no GPU |
# | Download | 93 MB, once, most weights at 4 bits; unpacked to float32, which takes 542 MB on disk. After that the notebook works offline |
# | Time | about two and a half hours: ten exercises (112 minutes, 25 points) and some reading; two stretch exercises at the end (20 minutes, 4 bonus points) |
#
# **After it you can**
#
# - *read* text the way a model does (`token_table`, `encode_chat`);
# - *turn* a model's scores into the probability of the next token, also in a padded batch (`next_token_probs`, `left_pad`);
# - *write* the generation loop, and make it fast with a cache (`greedy_generate`, `greedy_generate_cached`);
# - *measure* how likely a model finds a text (`sequence_logprob`, `next_token_loss`);
# - *wrap* it all in the interface that services offer, within a budget (`fit_to_budget`, `infer`).
#
# **An exercise** is a card that says what to build, a cell for your code, a public check (run it as often as you like: it counts nothing, and it tries only a few inputs), a cell where
# the marks are given, for all that the card says, and hints that open one by one. You may skip one: only its check and the cells that show it off then stop, with its name.

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
import time

import torch
import transformers

from utils import counting_model, reciting_model

# %% [markdown]
# ## 0 · The whole thing in five lines
#
# Here is the complete pipeline, as most people use it. *How long an answer do you get for 4, 10, 20 and 40 new tokens?*
#
# **Predict.** Write your guess into each cell that begins with `my_guess`, before you run it. Here: how many of the four answers are cut off?

# %%
# On the processor, in float32, the same ids come out everywhere.
smol = utils.load_model("smollm2-135m", dtype=torch.float32, device="cpu")
model, tokenizer = smol.model, smol.tokenizer
print(smol)

# %%
my_guess = None  # how many of the four answers are cut off?

chat = transformers.pipeline(
    "text-generation", model=model, tokenizer=tokenizer, device="cpu"
)
question = [{"role": "user", "content": "What is the capital of France?"}]
for budget in (4, 10, 20, 40):
    answer = chat(question, max_new_tokens=budget, do_sample=False)
    print(budget, "→", answer[0]["generated_text"][-1]["content"])

# %% [markdown]
# **Explain.** One: the first. The budget is an upper limit, not a length. The model ends its answer by itself, with a token that means "I am done";
# where the budget allows it to get there, a larger one changes nothing.
#
# Five lines hide the eight stations of this map. The rest of this notebook opens them one after another.
#
# Below each station stands what you find there ("one id" means one in each row). B is the number of rows in a batch, T the number of tokens per row, V the size of the vocabulary.
# The cards use the same letters: `LongTensor[B, T]` is a tensor of int64 with that shape, `FloatTensor[B, V]` one of float32.

# %%
utils.pipeline_map(here="prompt")

# %% [markdown]
# ## 1 · From text to tokens
#
# A model reads numbers. The tokenizer cuts text into pieces from a fixed vocabulary and gives each piece's number, its *id*.
# *What does one token look like?*
#
# **Predict.** `"The cat sat. 😀"`: three words, a full stop and an emoji. How many tokens?

# %%
utils.pipeline_map(here="tokens")

# %%
my_guess = None  # how many tokens?

text = "The cat sat. 😀"
ids = tokenizer(text, add_special_tokens=False).input_ids
print(len(ids), "tokens:", ids)
print("each decoded alone:", [tokenizer.decode([id]) for id in ids])
print("in the vocabulary: ", tokenizer.convert_ids_to_tokens(ids))

# %% [markdown]
# **Explain.** Many tokens are words *with the space before them*. The vocabulary writes that space as `Ġ`, because it spells
# every *byte* of a text with one printable character. This emoji is four bytes, here spread over two tokens. One of them alone
# is not valid text, so decoding it gives `�` (the character U+FFFD, "something was broken here").
#
# Some tokenizers also add a *special token* of their own, an id that stands for no piece of your text. Ours does not. Here it is once more, as if it had come with a
# model that wants "the text begins here" (*BOS*, beginning of sequence) before every text.

# %%
other = copy.deepcopy(tokenizer)
other.bos_token, other.add_bos_token = "<|endoftext|>", True
print("ours: ", tokenizer("The cat").input_ids)
print("other:", other("The cat").input_ids, repr(other.decode(0)))

# %% [markdown]
# To show people what a model reads, you need the exact piece of text behind each token that they wrote.
#
# <div class="card" role="note" aria-label="Exercise token_table">
#
# **Exercise `token_table`** · difficulty 3 of 5 · importance 4 of 5 · 12 minutes · 2 points
#
# `token_table(tokenizer, text: str) -> list[tuple[int, str]]`
#
# One pair `(id, piece)` per token of `text`, in order.
#
# - The pieces, joined, give `text` back, spaces and newlines included, and no piece holds U+FFFD.
# - Where a character is spread over several tokens, one of them carries it (you choose which) and the others carry `""`.
# - No special tokens: some tokenizers add one, like `other`, unless they are told not to.
# - The empty text gives `[]`. The function has to work with every tokenizer whose `decode` gives the text back, not only with this one. The text itself holds no U+FFFD and spells no special token.
#
# Worked example: `token_table(tokenizer, "The cat")` gives `[(504, 'The'), (2644, ' cat')]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "token_table", "locked": false, "schema_version": 3, "solution": true, "task": false}
def token_table(tokenizer, text):
    """The tokens of a text, each with the piece of the text that it stands for.

    tokenizer: a tokenizer of transformers. Returns a list of (id, piece);
    the pieces join to `text`.
    """
    ### BEGIN SOLUTION
    ids = tokenizer(text, add_special_tokens=False).input_ids
    table, done = [], 0
    for end, token_id in enumerate(ids, start=1):
        decoded = tokenizer.decode(ids[:end])
        # U+FFFD at the end: we are in the middle of a character, wait for its rest.
        piece = "" if decoded.endswith("\ufffd") else decoded[done:]
        done += len(piece)
        table.append((token_id, piece))
    return table
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_token_table", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for text, want in (
        ("", []),
        ("The cat", [(504, "The"), (2644, " cat")]),
    ):
        got = token_table(other, text)
        assert isinstance(got, list), f"got a {type(got).__name__}, expected a list"
        assert [tuple(row) for row in got] == want, (
            f"{text!r}: got {got}, expected {want}. Is each piece beside its own "
            "token? Was a special token added (the tokenizer here is `other`)?"
        )
    for text in ("Two  spaces,\na newline", "naïve 😀"):
        table = token_table(tokenizer, text)
        got = [id for id, _ in table]
        want = tokenizer(text, add_special_tokens=False).input_ids
        assert got == want, f"{text!r}: got ids {got}, expected {want}"
        joined = "".join(piece for _, piece in table)
        assert "\ufffd" not in joined, (
            f"{text!r}: the pieces join to {joined!r}. A character is spread over "
            "several tokens here: which token could carry it whole?"
        )
        assert joined == text, (
            f"{text!r}: the pieces join to {joined!r}. Where do they differ first?"
        )


public_check()
print("token_table: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_token_table", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for token_table are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("token_table", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# One token alone may be half a character. What else could you decode, so that nothing but its end can be broken?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Decode the first 1, 2, 3, … ids. Each time, what is new at the end of the text is the piece of the last token. While a character
# is incomplete, the decoded text ends in `"\ufffd"`. (Decoding runs no model: doing it again for each token is cheap enough here.)
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# Keep the number of characters handed out so far. For each `end`: `decoded = tokenizer.decode(ids[:end])`; if it ends in
# `"\ufffd"` the piece is `""`, otherwise it is `decoded[handed_out:]`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A prefix of the ids decodes to a prefix of the text, except that its last character may be unfinished, which shows
# as U+FFFD. Decoding every prefix costs quadratic time; for a table that people read, that does not matter. **A common wrong answer** takes
# `tokenizer.convert_ids_to_tokens`: it spells the vocabulary's alphabet (`Ġcat`), not the text.

# %% [markdown]
# Your table, as a picture. `·` is a space, `↵` a new line, `∅` an empty piece; a character that the picture's font lacks is shown by its number.

# %%
text = "The capital of France is Paris. Naïve? 😀\n"
table = token_table(tokenizer, text)
utils.token_strip([piece for _, piece in table], ids=[id for id, _ in table])

# %% [markdown]
# ## 2 · From messages to ids
#
# A chat has roles: system, user, assistant. The model has none of them; it sees one row of ids. *How is a conversation flattened?* The text that is cut into tokens
# has to be written first, so this happens before section 1, between prompt and tokens.
#
# **Predict.** The question has 7 tokens. How many does the model read?

# %%
utils.pipeline_map(here="ids")

# %%
my_guess = None  # how many tokens?

flat = tokenizer.apply_chat_template(
    question, tokenize=False, add_generation_prompt=True
)
print(flat)
print(len(tokenizer(flat).input_ids), "tokens")

# %% [markdown]
# **Explain.** Every chat model was trained on conversations in a format of its own, and its tokenizer carries that format
# as a small program, the *chat template*. This one puts `<|im_start|>` and `<|im_end|>` round each message, and adds a system message where you
# give none. At the end comes the *generation prompt*, the opening of the assistant's turn. What happens without it?

# %%
unopened = tokenizer.apply_chat_template(question, tokenize=False)
encoded = tokenizer(unopened, return_tensors="pt")
continued = model.generate(**encoded, max_new_tokens=10, do_sample=False)
new_ids = continued[0, encoded.input_ids.shape[1] :]
print(repr(tokenizer.decode(new_ids)))
print(repr(tokenizer.decode(new_ids, skip_special_tokens=True)))

# %% [markdown]
# SmolLM2 writes the opening itself. Four of its ten tokens are gone before the answer begins, the full stop is cut off, and a reader who is spared the special tokens
# (`skip_special_tokens=True`) finds the word `assistant` in front of every answer.
#
# Another model comes with another template, and its template may write the BOS too. Here `other` gets one like that.

# %%
other.chat_template = (
    "{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}\n"
    "{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}"
)
flat = other.apply_chat_template(
    question, tokenize=False, add_generation_prompt=True
)
print(flat)
print(
    "as a text of its own:", other(flat).input_ids[:4], "…: BOS stands there twice"
)

# %% [markdown]
# Nothing of the first format is left. So never write such markers by hand, and mind who adds the BOS.
#
# <div class="card" role="note" aria-label="Exercise encode_chat">
#
# **Exercise `encode_chat`** · difficulty 2 of 5 · importance 5 of 5 · 5 minutes · 2 points
#
# `encode_chat(tokenizer, messages: list[dict]) -> LongTensor[1, T]`
#
# The ids that the model is fed to answer `messages` (dicts with `role` and `content`).
#
# - They are the ids of the tokenizer's own chat template, with the generation prompt.
# - A plain tensor with a batch dimension, not a dictionary: transformers 5 hands out a `BatchEncoding`, a dictionary with the ids in one entry, unless told otherwise.
# - Some templates write a BOS, and their tokenizers add one to every text, as `other` does. The result has it once.
#
# Worked example: `encode_chat(tokenizer, [{"role": "user", "content": "Hi"}])` decodes to a text that ends in
# `<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "encode_chat", "locked": false, "schema_version": 3, "solution": true, "task": false}
def encode_chat(tokenizer, messages):
    """The ids that a chat model is fed to answer `messages`.

    messages: dicts with "role" and "content". Returns LongTensor[1, T].
    """
    ### BEGIN SOLUTION
    encoded = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    return encoded["input_ids"]
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_encode_chat", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    got = encode_chat(tokenizer, [{"role": "user", "content": "Hi"}])
    assert isinstance(got, torch.Tensor), (
        f"got a {type(got).__name__}, expected a tensor. The template can return "
        "tensors (return_tensors); in a dictionary, the ids are one entry."
    )
    assert got.dtype == torch.int64, f"got {got.dtype}, expected ids as torch.int64"
    assert got.dim() == 2 and len(got) == 1, (
        f"got shape {tuple(got.shape)}, expected (1, T): a batch of one row"
    )
    decoded = tokenizer.decode(got[0])
    begin = "<|im_start|>system\nYou are a helpful AI assistant named SmolLM"
    end = "<|im_start|>user\nHi<|im_end|>\n"
    assert decoded.startswith(begin), (
        f"the ids decode to {decoded!r}, but the template begins with {begin!r}: "
        "did the tokenizer's own template write this?"
    )
    assert not decoded.endswith(end), (
        f"the ids decode to {decoded!r}: whose turn is it after the user's message?"
    )
    assert decoded.endswith(end + "<|im_start|>assistant\n"), (
        f"the ids decode to {decoded!r}. Compare its end with the text above."
    )
    brief = {"role": "system", "content": "Be brief."}
    got = encode_chat(other, [brief, {"role": "user", "content": "Hi"}])
    decoded = other.decode(got[0])
    want = "<|endoftext|>[system] Be brief.\n[user] Hi\n[assistant]"
    assert decoded == want, (
        f"with `other` the ids decode to {decoded!r}, expected {want!r}: whose "
        "template is it, is every message there, and BOS once?"
    )


public_check()
print("encode_chat: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_encode_chat", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for encode_chat are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("encode_chat", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# The tokenizer has a method that runs its template. Read its signature: `tokenizer.apply_chat_template?`
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Let that method produce the ids itself. If you first make a text and then tokenize it, the tokenizer may add a second BOS.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `apply_chat_template(messages, …)` with the arguments `add_generation_prompt` and `return_tensors`; from the dictionary that it
# gives, take one entry.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** `apply_chat_template` fills in the template and tokenizes the result without adding special tokens of its own, so whatever the
# template wrote stands there once. **A common wrong answer** renders the text first and calls `tokenizer(text)`: right for SmolLM2, whose
# tokenizer adds nothing, and a second BOS for Llama 2 and many others.

# %%
mine = encode_chat(tokenizer, question)
print(tuple(mine.shape))
utils.token_strip([tokenizer.decode([id]) for id in mine[0].tolist()])

# %% [markdown]
# ## 3 · From ids to probabilities
#
# Now the model itself. It gives every token of the vocabulary a score, a *logit*. *What comes out when the prompt goes in?*
#
# **Predict.** The logits are one tensor. Which shape does it have, for a prompt of 5 tokens and a vocabulary of 49,152?

# %%
utils.pipeline_map(here=["model", "logits", "probabilities"])

# %%
my_guess = None  # the shape of the logits

given_ids = torch.tensor([tokenizer("The capital of France is").input_ids])
with torch.no_grad():
    logits = model(given_ids).logits
print("ids", tuple(given_ids.shape), "→ logits", tuple(logits.shape))
for position in range(given_ids.shape[1]):
    best = int(logits[0, position].argmax())
    seen = tokenizer.decode(given_ids[0, : position + 1])
    print(f"after {seen!r:30} the favourite is {tokenizer.decode([best])!r}")

# %% [markdown]
# **Explain.** The model predicts at *every* position at once: the logits at position t score the token at t + 1, knowing only what is
# at t and before. What follows the whole prompt stands at the last position, and `softmax` turns it into probabilities.
#
# That is simple for one prompt. A *batch* is a rectangle: shorter prompts are filled up with *padding*, ids that mean nothing, and the *attention
# mask* says which tokens are real (1) and which are padding (0). Two things then go wrong quietly. The last column
# may be padding. And padding on the left pushes the real tokens to later *positions*. Models number positions in two ways: *absolute*, with a vector for
# each place (GPT-2), or *relative*, where only the distance between two tokens counts (SmolLM2).
#
# **Predict.** "The cat", alone and behind two pads, in SmolLM2 and in a tiny GPT-2: in which of them is a mask enough for the same probabilities?

# %%
my_guess = None  # in which of the two?

# "The cat", and the same with two pads before it.
alone, padded = torch.tensor([[504, 2644]]), torch.tensor([[2, 2, 504, 2644]])
mask = {"attention_mask": torch.tensor([[0, 0, 1, 1]])}
places = {"position_ids": torch.tensor([[0, 0, 0, 1]])}
torch.manual_seed(0)  # random weights: enough to see whether positions matter
config = transformers.GPT2Config(
    vocab_size=3000,
    n_embd=32,
    n_layer=2,
    n_head=2,
    initializer_range=0.5,
    bos_token_id=None,
    eos_token_id=None,
)
gpt2 = transformers.GPT2LMHeadModel(config).eval()
for name, net in (("SmolLM2", model), ("a tiny GPT-2", gpt2)):
    for given, kwargs in (
        ("ids only", {}),
        ("ids and mask", mask),
        ("ids, mask and positions", mask | places),
    ):
        with torch.no_grad():
            want = net(alone).logits[0, -1].softmax(-1)
            got = net(padded, **kwargs).logits[0, -1].softmax(-1)
        # Half the sum of all differences: the share that moved to other tokens.
        moved = (got - want).abs().sum() / 2
        print(f"{name:13} {given:24} {moved:8.3%} of the probability moved")

# %% [markdown]
# **Explain.** In SmolLM2. Without the mask both models read the padding as text. With it SmolLM2 is right: the pads shift all its tokens alike, and no distance
# changes. For GPT-2 the mask alone does not help; it needs `position_ids` that count real tokens only, too. Give both, and both models are right.
#
# The checks use a toy model with ten tokens. `counting_model()` expects n + 1 after n, and 0 after 9. Whatever does not count confuses it, and it expects 0 from then on: a text like
# 1, 2, 9, padding that the mask does not hide, a token whose position is not its place among the real ones.
#
# <div class="card" role="note" aria-label="Exercise next_token_probs">
#
# **Exercise `next_token_probs`** · difficulty 4 of 5 · importance 5 of 5 · 20 minutes · 3 points
#
# `next_token_probs(model, input_ids: LongTensor[B, T], attention_mask: LongTensor[B, T] | None = None) -> FloatTensor[B, V]`
#
# Row b is the distribution of the token that follows the last *real* token of row b.
#
# - Padding may be on the left or on the right, in one row never on both; without a mask every token is real. Each row has at least one real token.
# - Each row equals what the row gives alone, without padding, to 1e-4. How is up to you; one forward pass for all rows needs the mask *and* the positions: a row's first real
#   token is at position 0 (what you write at padded places does not matter, as long as it is a valid position).
# - The model may come in train mode, where dropout makes its answer random: switch it to eval mode (you need not switch back). The result carries no gradient.
#
# Worked example: with `counting_model()` and the prompt `[[3, 4]]` the result has shape (1, 10) and its largest entry at 5: 0.858.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "next_token_probs", "locked": false, "schema_version": 3, "solution": true, "task": false}
def next_token_probs(model, input_ids, attention_mask=None):
    """The distribution of the token that follows each row's last real token.

    input_ids: LongTensor[B, T]; attention_mask: LongTensor[B, T], 1 for real tokens,
    0 for padding, or None. Returns FloatTensor[B, V], without gradients.
    """
    ### BEGIN SOLUTION
    if attention_mask is None:
        attention_mask = torch.ones_like(input_ids)
    position_ids = (attention_mask.cumsum(dim=-1) - 1).clamp(min=0)
    model.eval()
    with torch.no_grad():
        logits = model(
            input_ids, attention_mask=attention_mask, position_ids=position_ids
        ).logits
    columns = torch.arange(input_ids.shape[1])
    last = (attention_mask * columns).argmax(dim=-1)  # of each row's real tokens
    rows = torch.arange(len(input_ids))
    return logits[rows, last].softmax(dim=-1)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_next_token_probs", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    counter, seen = counting_model(), []

    def note(model, args, kwargs):
        places = kwargs.get("position_ids")
        seen.append((model.training, 0 if places is None else int(places.min())))

    counter.register_forward_pre_hook(note, with_kwargs=True)
    counter.train()
    probs = next_token_probs(counter, torch.tensor([[3, 4], [6, 7]]))
    assert isinstance(probs, torch.Tensor) and probs.shape == (2, 10), (
        f"got {getattr(probs, 'shape', type(probs).__name__)}, expected a tensor of "
        "shape (2, 10): one row per prompt, one column per token of the vocabulary"
    )
    assert not any(training for training, _ in seen), (
        "the model computed in train mode, where dropout is at work: put it into "
        "eval mode first"
    )
    sums = probs.sum(dim=-1)
    assert torch.allclose(sums, torch.ones(2)), (
        f"the rows sum to {sums.tolist()}, expected 1: are these still logits?"
    )
    want = torch.full((2, 10), 0.0157)
    want[0, 5] = want[1, 8] = 0.8585
    best = probs.argmax(dim=-1).tolist()
    utils.expect_close(
        probs.detach(),
        want,
        f"after 3, 4 and after 6, 7 the favourites are {best}, expected [5, 8] with "
        "0.8585. At which column is the token after the prompt predicted? (Twice 0: "
        "the model is confused. Does the first token get position 0?)",
    )
    assert not probs.requires_grad, "it carries gradients: nothing is trained here"
    for side, ids, mask in (
        ("left", [[0, 0, 4], [5, 6, 7]], [[0, 0, 1], [1, 1, 1]]),
        ("right", [[4, 0, 0], [5, 6, 7]], [[1, 0, 0], [1, 1, 1]]),
    ):
        mask = torch.tensor(mask)
        probs = next_token_probs(counter, torch.tensor(ids), attention_mask=mask)
        best = probs.argmax(dim=-1).tolist()
        assert best == [5, 8], (
            f"padding on the {side}: the favourites are {best}, expected [5, 8]. "
            "Did the model see the mask, and a position 0 for each row's first real "
            "token? Is each row read at its own last real token?"
        )
    lowest = min(place for _, place in seen)
    assert lowest >= 0, (
        f"the model got position {lowest}, and a model with learned positions has "
        "none below 0: what do padded places on the left get?"
    )


public_check()
print("next_token_probs: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_next_token_probs", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for next_token_probs are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("next_token_probs", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# First get it right without a mask. Then ask, for each row of a padded batch: in which column is its last real token, and which position
# should its first real token have?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# A cumulative sum of the mask numbers the real tokens 1, 2, 3, …, wherever the padding is; a position is that number less one. The last real
# token is where the mask times the column's number is largest.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `positions = (mask.cumsum(dim=-1) - 1).clamp(min=0)`; then `model(ids, attention_mask=…, position_ids=…)` in eval mode under `torch.no_grad()`;
# `last = (mask * torch.arange(T)).argmax(dim=-1)`; then index the logits with a row number and `last`, and softmax.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The mask hides padding from attention, the positions undo its shift, and indexing with `last` reads each row where it
# really ends. **A common wrong answer** passes only the mask. With rotary positions (SmolLM2) nothing changes, because only differences of positions
# count there; with GPT-2's learned positions the rows come out wrong.

# %%
# What your encode_chat gives, made without it, so that you may skip it.
asked = tokenizer.apply_chat_template(question, add_generation_prompt=True)
chat_ids = torch.tensor([asked["input_ids"]])
probs = next_token_probs(model, chat_ids)
top = probs[0].topk(8)
utils.next_token_bars(
    [tokenizer.decode([id]) for id in top.indices.tolist()],
    top.values.tolist(),
    chosen=0,
    title="What comes after the question?",
)

# %% [markdown]
# The model is not sure how to begin: the eight tokens share 64 %. The most likely one needs no majority, and once it is chosen, the rest follows from it.
#
# With your function under it: type a text of your own and watch its tokens and what may come next; the field and the slider choose a rank, the button appends that token. (A `�` is half a character, as in section 1.)
# What happens if you always take rank 1? And rank 3?

# %%
utils.next_token_explorer(
    tokenizer,
    lambda input_ids: next_token_probs(model, input_ids),
    "The capital of France is",
)

# %% [markdown]
# **Explain.** Rank 1 each time gives " Paris." and so on: that is the next section. Rank 3 each time gives "London and it has 312 million people": fluent, and wrong.
#
# ## 4 · The loop
#
# One distribution gives one token. *How does it become a sentence?* Choose a token, append it, ask again. Choosing the most likely one each
# time is called *greedy* decoding.
#
# **Predict.** A loop that stops only at its budget: what would the answer look like with 30 tokens?

# %%
utils.pipeline_map(here="next token")

# %%
my_guess = None  # what comes after the answer?

row = chat_ids[0].tolist()
for _ in range(30):
    with torch.no_grad():
        row.append(int(model(torch.tensor([row])).logits[0, -1].argmax()))
print(repr(tokenizer.decode(row[chat_ids.shape[1] :])))

# %% [markdown]
# **Explain.** The answer is there, and behind it the token `<|im_end|>`, by which the model says that it is done (its *EOS*, end of sequence). A loop
# has to listen to it. In a batch, each row ends in its own time: a row that is done is filled up with a *pad* id while the others go on.
#
# <div class="card" role="note" aria-label="Exercise greedy_generate">
#
# **Exercise `greedy_generate`** · difficulty 4 of 5 · importance 5 of 5 · 18 minutes · 3 points
#
# `greedy_generate(model, input_ids: LongTensor[B, T], max_new_tokens: int, eos_token_id: int | list[int] | None) -> LongTensor[B, T + n]`
#
# The prompt, followed by n ≤ `max_new_tokens` tokens, each the most likely one. The ids equal those of `model.generate(do_sample=False)` with the same EOS.
#
# - The EOS is part of the result and counts against the budget. `eos_token_id` may be one id, a list of at least one (any of them ends a row), or `None`
#   (never stop, even where the model's own configuration names an EOS).
# - A finished row is filled with `model.generation_config.pad_token_id`, or where that is `None`, with the first EOS id. Generation ends when all rows have ended.
# - An EOS *in the prompt* ends nothing: every chat prompt has one. `max_new_tokens=0` gives the prompt back (where `generate` raises). The prompt has no padding.
# - From this exercise on, models come in eval mode and in float32. Whether a result carries gradients is not judged; without them (`torch.no_grad()`) it takes less memory.
# - `model.generate` itself is off limits here: you are building it.
#
# Worked example: `counting_model()` after `[[1, 2], [4, 5]]` with `max_new_tokens=4` and `eos_token_id=7` gives `[[1, 2, 3, 4, 5, 6], [4, 5, 6, 7, 7, 7]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "greedy_generate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    """Append the most likely token, again and again, until every row has ended.

    input_ids: LongTensor[B, T], no padding; eos_token_id: int, list of int or None.
    Returns LongTensor[B, T + n], the prompt included, n <= max_new_tokens.
    """
    ### BEGIN SOLUTION
    ends = [eos_token_id] if isinstance(eos_token_id, int) else eos_token_id or []
    pad = model.generation_config.pad_token_id
    if pad is None and ends:
        pad = ends[0]
    ended = torch.zeros(len(input_ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        with torch.no_grad():
            token = model(input_ids).logits[:, -1].argmax(dim=-1)
        if ended.any():
            token[ended] = pad
        input_ids = torch.cat([input_ids, token[:, None]], dim=1)
        ended |= torch.isin(token, torch.tensor(ends, dtype=torch.long))
        if ended.all():
            break
    return input_ids
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_greedy_generate", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    def refuse(*args, **kwargs):
        raise AssertionError("model.generate is off limits: you are building it")

    counter = counting_model(eos_token_id=4)  # the EOS of its configuration
    counter.generate = refuse
    for prompt, budget, eos, pad, want in (
        ([[1, 2]], 3, None, None, [[1, 2, 3, 4, 5]]),
        ([[1, 2]], 0, None, None, [[1, 2]]),
        ([[1, 2]], 5, 4, None, [[1, 2, 3, 4]]),
        ([[1, 2]], 5, [9, 4], None, [[1, 2, 3, 4]]),
        ([[8, 9]], 3, 0, None, [[8, 9, 0]]),
        ([[4, 5]], 3, 5, None, [[4, 5, 6, 7, 8]]),  # this EOS stands in the prompt
        ([[1, 2], [4, 5]], 3, [7, 9], None, [[1, 2, 3, 4, 5], [4, 5, 6, 7, 7]]),
        ([[4, 5], [1, 2]], 4, 7, 3, [[4, 5, 6, 7, 3, 3], [1, 2, 3, 4, 5, 6]]),
        ([[4, 5], [1, 2]], 4, 7, 0, [[4, 5, 6, 7, 0, 0], [1, 2, 3, 4, 5, 6]]),
    ):
        counter.generation_config.pad_token_id = pad
        got = greedy_generate(counter, torch.tensor(prompt), budget, eos)
        assert isinstance(got, torch.Tensor), (
            f"got a {type(got).__name__}, expected a tensor: prompt and new tokens"
        )
        assert got.tolist() == want, (
            f"prompt {prompt}, max_new_tokens={budget}, eos_token_id={eos}, pad id "
            f"{pad}: got {got.tolist()}, expected {want}. Where do they differ "
            "first: before a new EOS, at it, or after it (what fills a row that has "
            "ended)?"
        )


public_check()
print("greedy_generate: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_greedy_generate", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for greedy_generate are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("greedy_generate", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Write it for one row and no EOS first: four lines. In a batch, what does the loop have to remember about each row?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# In each step: the argmax at the last position; replace it by the pad id in rows that had ended *before* this step; append; then note which rows end
# *with* this token. Stop when all have.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `ended = torch.zeros(B, dtype=torch.bool)`, `token[ended] = pad`, `torch.cat([ids, token[:, None]], dim=1)`,
# `ended |= torch.isin(token, torch.tensor(ends, dtype=torch.long))`, `if ended.all(): break`. With `eos_token_id=None` no row ever ends: `ends = []`, and
# the pad may be any id, for example 0.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** `ended` is updated after the token is appended, so the EOS itself stays in the result, and only newly generated tokens are
# looked at, so an EOS in the prompt ends nothing. **A common wrong answer** searches the whole row for the EOS id: a chat prompt
# holds it, and nothing is ever generated.

# %%
eos = model.generation_config.eos_token_id
mine = greedy_generate(model, chat_ids, 40, eos)
theirs = model.generate(
    chat_ids,
    attention_mask=torch.ones_like(chat_ids),
    max_new_tokens=40,
    do_sample=False,
)
print("the same ids as model.generate:", torch.equal(mine, theirs))
pieces = [tokenizer.decode([id]) for id in mine[0].tolist()]
utils.token_strip(pieces, prompt_length=chat_ids.shape[1])

# %% [markdown]
# ## 5 · Never compute twice
#
# Your loop feeds the whole row again for every token. *How much of that work is new?*
#
# **Predict.** A prompt of 40 tokens and 60 new ones: how many token positions does the plain loop compute in all? And how many are needed?

# %%
my_guess = None  # positions computed, positions needed

prompt, new = 40, 60
print("plain loop:", sum(prompt + step for step in range(new)), "positions")
print("needed:    ", prompt + new - 1)

# %% [markdown]
# **Explain.** A token looks only backwards, so what the model computes for it (in each layer, a *key* and a *value*: two vectors by which later tokens find it, and what they read there) never changes
# when more tokens follow. Keep them, and each new token costs one position instead of all of them: that is the *KV cache*. The last new token
# is never fed, hence the − 1.
#
# In the pictures, step 0 reads the prompt; in step n, n new tokens are there, and the model is asked for the next one.

# %%
pieces = ["The", " capital", " of", " France", " is", " Paris", "."]
with torch.no_grad():
    layers = model(given_ids, use_cache=True).past_key_values.layers
size = sum(layer.keys.nbytes + layer.values.nbytes for layer in layers)
display(utils.kv_cache_strip(pieces, prompt_length=5, step=2, cached=False))
utils.kv_cache_strip(pieces, prompt_length=5, step=2, bytes_per_position=size // 5)

# %% [markdown]
# Now step through a whole answer: forward with the slider (or the arrow keys on it), with the cache and without. How many positions did the loop compute in all by the last step, and what does the cache weigh then?

# %%
written = model.generate(
    given_ids,
    attention_mask=torch.ones_like(given_ids),
    do_sample=False,
    max_new_tokens=12,
)
utils.cache_stepper(model, tokenizer, written, prompt_length=given_ids.shape[1])

# %% [markdown]
# **Explain.** 16 positions with the cache, 126 without; the cache then weighs 737 kB, 46 kB a position. (That the text goes on to "The answer is: 201" is no accident of the cache: without a chat
# template the model goes on as it would in any text.)
#
# So it costs memory instead: all those keys and values have to be kept. In transformers a forward pass returns the cache, a `DynamicCache`, as `past_key_values`, and takes it back:
#
# ```python
# out = model(prompt_ids, use_cache=True)                      # the prompt, once ("prefill")
# out = model(token, past_key_values=out.past_key_values)      # one new token, shape [B, 1]
# ```
#
# The cache changes *in place*: the pass appends what you feed, so for a second try you need a fresh one. With a warm cache, feed *only the new token*. Feeding the full
# row again raises no error; the model then reads the text twice, and may answer something else.

# %%
days = torch.tensor([tokenizer("Monday, Tuesday, Wednesday,").input_ids])
with torch.no_grad():
    favourite = model(days).logits[0, -1].argmax()
print(f"without cache     → {tokenizer.decode([favourite])!r}")
for name, feed in (("the new token", days[:, -1:]), ("the full row", days)):
    with torch.no_grad():
        cache = model(days[:, :-1], use_cache=True).past_key_values
        favourite = model(feed, past_key_values=cache).logits[0, -1].argmax()
    print(f"fed {name:13} → {tokenizer.decode([favourite])!r}")

# %% [markdown]
# <div class="card" role="note" aria-label="Exercise greedy_generate_cached">
#
# **Exercise `greedy_generate_cached`** · difficulty 3 of 5 · importance 5 of 5 · 8 minutes · 3 points
#
# `greedy_generate_cached(model, input_ids: LongTensor[B, T], max_new_tokens: int, eos_token_id: int | list[int] | None) -> LongTensor[B, T + n]`
#
# The same ids as `greedy_generate`, under the same rules.
#
# - After the prompt has been computed, every forward pass gets exactly one new token per row, and the cache of all before it.
# - You need no `position_ids` here: without them the model counts on from the length of the cache.
# - `model.generate` is off limits again.
#
# Worked example: as in `greedy_generate`; for `max_new_tokens=4` the forward passes get 2, 1, 1 and 1 tokens per row.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "greedy_generate_cached", "locked": false, "schema_version": 3, "solution": true, "task": false}
def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    """As greedy_generate, but every token passes through the model only once.

    input_ids: LongTensor[B, T], no padding; eos_token_id: int, list of int or None.
    Returns LongTensor[B, T + n], the prompt included, n <= max_new_tokens.
    """
    ### BEGIN SOLUTION
    ends = [eos_token_id] if isinstance(eos_token_id, int) else eos_token_id or []
    pad = model.generation_config.pad_token_id
    if pad is None and ends:
        pad = ends[0]
    ended = torch.zeros(len(input_ids), dtype=torch.bool)
    feed, cache = input_ids, None
    for _ in range(max_new_tokens):
        with torch.no_grad():
            out = model(feed, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        token = out.logits[:, -1].argmax(dim=-1)
        if ended.any():
            token[ended] = pad
        feed = token[:, None]
        input_ids = torch.cat([input_ids, feed], dim=1)
        ended |= torch.isin(token, torch.tensor(ends, dtype=torch.long))
        if ended.all():
            break
    return input_ids
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_greedy_generate_cached", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    def refuse(*args, **kwargs):
        raise AssertionError("model.generate is off limits: you are building it")

    counter, steps = counting_model(eos_token_id=4), []
    counter.generate = refuse

    def note(model, args, kwargs):
        ids = args[0] if args else kwargs["input_ids"]
        cache = kwargs.get("past_key_values")
        steps.append(
            (cache.get_seq_length() if cache is not None else 0, ids.shape[1])
        )

    counter.register_forward_pre_hook(note, with_kwargs=True)
    for prompt, budget, eos, pad, want in (
        ([[1, 2]], 3, None, None, [[1, 2, 3, 4, 5]]),
        ([[1, 2]], 0, None, None, [[1, 2]]),
        ([[1, 2]], 5, [9, 4], None, [[1, 2, 3, 4]]),
        ([[8, 9]], 3, 0, None, [[8, 9, 0]]),
        ([[4, 5]], 3, 5, None, [[4, 5, 6, 7, 8]]),  # this EOS stands in the prompt
        ([[1, 2], [4, 5]], 3, [7, 9], None, [[1, 2, 3, 4, 5], [4, 5, 6, 7, 7]]),
        ([[4, 5], [1, 2]], 4, 7, 3, [[4, 5, 6, 7, 3, 3], [1, 2, 3, 4, 5, 6]]),
        ([[4, 5], [1, 2]], 4, 7, 0, [[4, 5, 6, 7, 0, 0], [1, 2, 3, 4, 5, 6]]),
    ):
        counter.generation_config.pad_token_id = pad
        steps.clear()
        got = greedy_generate_cached(counter, torch.tensor(prompt), budget, eos)
        case = f"prompt {prompt}, max_new_tokens={budget}, eos_token_id={eos}"
        assert isinstance(got, torch.Tensor), (
            f"got a {type(got).__name__}, expected a tensor: prompt and new tokens"
        )
        once = len({cached for cached, _ in steps}) == len(steps)
        assert once and all(
            fed == 1 or cached + fed <= 2 for cached, fed in steps
        ), (
            f"{case}: tokens (in the cache, fed) of each forward pass: {steps}, "
            "expected (0, 2), (2, 1), (3, 1), …: the prompt once, then one new "
            "token at a time, with all before it in the cache"
        )
        assert got.tolist() == want, (
            f"{case}, pad id {pad}: got {got.tolist()}, expected {want}. Where do "
            "they differ first: before a new EOS, at it, or after it (what fills a "
            "row that has ended)?"
        )


public_check()
print("greedy_generate_cached: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_greedy_generate_cached", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for greedy_generate_cached are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("greedy_generate_cached", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two things change from step to step: what you feed, and the cache that you pass. What are they in the first step, and what afterwards?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Start with `feed` as the whole prompt and `cache` as `None`. After each pass keep the cache that came back, and let `feed` be the new token alone. The result is
# still built by appending to the row.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `out = model(feed, past_key_values=cache, use_cache=True)`; `cache = out.past_key_values`; choose the token as before; `feed = token[:, None]`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The cache has exactly the tokens before `feed`, so positions and attention come out as in the plain loop. Finished rows keep
# feeding their pad id; nobody reads what follows. **A common wrong answer** keeps feeding the full row with a warm cache: the model
# then reads the text twice, and only the ids show it.

# %%
# A busy machine can be several times slower: compare the lines, not the seconds.
rain = [{"role": "user", "content": "Write a poem about rain."}]
asked = tokenizer.apply_chat_template(rain, add_generation_prompt=True)
poem = torch.tensor([asked["input_ids"]])
answers = []
for loop in (greedy_generate, greedy_generate_cached):
    began = time.perf_counter()
    answers.append(loop(model, poem, 40, eos))
    seconds = time.perf_counter() - began
    new = answers[-1].shape[1] - poem.shape[1]
    print(f"{loop.__name__:24} {new} tokens in {seconds:5.2f} s")
print("the same ids:", torch.equal(*answers))
print(tokenizer.decode(answers[0][0, poem.shape[1] :]))

# %% [markdown]
# ## 6 · How likely was that?
#
# The model gives every next token a probability. *What probability does it give to a whole text?* The product of all of them, each given what came before. A product
# of many small numbers soon underflows to 0 in float32, so one adds logarithms.
#
# **Predict.** "The capital of France is" may go on with " Paris", " Lyon", " the" or " purple". Which of them does the model find most likely, and is any of them impossible?

# %%
my_guess = None  # which one, and is any impossible?

start, endings = "The capital of France is", [" Paris", " Lyon", " the", " purple"]
with torch.no_grad():
    at_end = model(torch.tensor([tokenizer(start).input_ids])).logits[0, -1]
for ending in endings:
    first = tokenizer(ending).input_ids[0]
    print(f"{start}{ending:8} log p = {at_end.log_softmax(-1)[first]:7.2f}")
print("sixty times 0.1, multiplied:", float(torch.tensor([0.1] * 60).prod()))
print("sixty times ln 0.1, added: ", float(torch.tensor([0.1] * 60).log().sum()))

# %% [markdown]
# **Explain.** A log-probability is 0 for certainty and more negative the less likely a token is; −2.3 is a probability of 0.1. No token here gets minus infinity: after a softmax, every one is possible. (The natural logarithm's unit is called *nat*.)
#
# <div class="card" role="note" aria-label="Exercise sequence_logprob">
#
# **Exercise `sequence_logprob`** · difficulty 3 of 5 · importance 4 of 5 · 10 minutes · 2 points
#
# `sequence_logprob(model, input_ids: LongTensor[B, T], prompt_length: int) -> FloatTensor[B]`
#
# For each row, the sum of log p(token | everything before it) over the tokens at positions `prompt_length` … T − 1: all that is not prompt.
#
# - Natural logarithm; rows have no padding; 1 ≤ `prompt_length` < T. Within 1e-3, also for continuations of 60 tokens and more.
# - An EOS is a token like any other and is counted.
#
# Worked example: `counting_model()` gives the right next token 0.8585. For `[[1, 2, 3, 4]]` with `prompt_length=2` the result is 2 · ln 0.8585 = −0.305.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "sequence_logprob", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sequence_logprob(model, input_ids, prompt_length):
    """The log-probability that the model gives to what follows the prompt.

    input_ids: LongTensor[B, T], no padding; 1 <= prompt_length < T.
    Returns FloatTensor[B], in nats.
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        logits = model(input_ids).logits
    # The logits at position t - 1 score the token at position t.
    logprobs = logits[:, :-1].float().log_softmax(dim=-1)
    of_tokens = logprobs.gather(-1, input_ids[:, 1:, None])[..., 0]
    return of_tokens[:, prompt_length - 1 :].sum(dim=-1)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_sequence_logprob", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for rows, want in (
        ([[1, 2, 3, 4], [1, 2, 9, 8]], [-0.3052, -8.3052]),
        ([[1, 2, 3, 4, 5]], [-0.4578]),  # the 4 is the model's EOS
        ([[1, 2] + [9, 8] * 30], [-249.1551]),  # 60 tokens, all of them unlikely
    ):
        counter = counting_model(eos_token_id=4)
        got = sequence_logprob(counter, torch.tensor(rows), 2)
        assert isinstance(got, torch.Tensor) and got.shape == (len(rows),), (
            f"got {getattr(got, 'shape', type(got).__name__)}, expected a tensor of "
            f"shape ({len(rows)},): one number per row"
        )
        utils.expect_close(
            got.detach(),
            want,
            f"got {[round(x, 4) for x in got.tolist()]}, expected {want}. Here a "
            "right token has log-probability -0.1526, a wrong one -4.1526: which "
            "tokens did you add up, scored by which position's logits? (-inf: a "
            "product has underflowed.)",
        )


public_check()
print("sequence_logprob: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_sequence_logprob", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for sequence_logprob are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("sequence_logprob", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# One forward pass scores all tokens. Which position's logits belong to which token?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `log_softmax` over the vocabulary; drop the last position's logits and the first token, so that the two line up; pick each token's entry;
# keep those after the prompt; sum over each row.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `logits[:, :-1].log_softmax(dim=-1).gather(-1, input_ids[:, 1:, None])` has shape [B, T − 1, 1], and its entry i is the log-probability of token i + 1. The first
# new token is at `prompt_length`, so it is entry `prompt_length - 1`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The shift by one lines every token up with the logits that predicted it. **A common wrong answer** multiplies probabilities and takes the
# logarithm at the end: for 60 tokens the product is 0 in fp32, and its logarithm is minus infinity.

# %%
prompt_length = len(tokenizer(start).input_ids)
for ending in (" Paris.", " a city called Paris.", " purple."):
    ids = torch.tensor([tokenizer(start + ending).input_ids])
    score = sequence_logprob(model, ids, prompt_length).item()
    new = ids.shape[1] - prompt_length
    print(f"{ending:24} {score:7.2f} in all, {score / new:6.2f} per token")

# %% [markdown]
# A total answers "how probable is exactly this text?", and it falls with every token. To ask how *predictable* texts of different lengths are, compare them per token.
#
# ## 7 · The budget
#
# A model can read a fixed number of tokens, its *context length*, and the answer has to fit in as well. *What do you drop when a conversation grows too long?*
#
# **Predict.** The conversation in the next cell has six messages. How many tokens does the model read?

# %%
my_guess = None  # how many tokens?

talk = [
    {
        "role": "system",
        "content": "You are a helpful guide. Answer in one sentence.",
    },
    {"role": "user", "content": "I have a day in Paris. What should I see?"},
    {"role": "assistant", "content": "See the Louvre, then walk along the Seine."},
    {"role": "user", "content": "And where can I eat?"},
    {"role": "assistant", "content": "Try a small bistro in the Marais."},
    {"role": "user", "content": "How do I get there from the Louvre?"},
]
words = sum(len(tokenizer(message["content"]).input_ids) for message in talk)
whole = len(
    tokenizer.apply_chat_template(talk, add_generation_prompt=True)["input_ids"]
)
print(f"{words} tokens of text, {whole} tokens of prompt")
print("SmolLM2 can read", model.config.max_position_embeddings, "tokens")

# %% [markdown]
# **Explain.** The template's markers count too, so count *after* the template. The system message holds the instructions: it stays. Old turns go first,
# and whole: an answer without its question only confuses.
#
# <div class="card" role="note" aria-label="Exercise fit_to_budget">
#
# **Exercise `fit_to_budget`** · difficulty 3 of 5 · importance 3 of 5 · 10 minutes · 3 points
#
# `fit_to_budget(tokenizer, messages: list[dict], context_length: int, max_new_tokens: int) -> list[dict]`
#
# The system message, where there is one, and as many of the newest whole turns as fit.
#
# - You are given a system message or none, then at least one turn: a user message with the assistant messages after it. Drop whole turns, the oldest first. The last turn always stays.
# - It fits when the tokens of the templated prompt (generation prompt included) plus `max_new_tokens` are at most `context_length`.
# - When not even the last turn fits: `ValueError`. The list you are given is not changed, nor are its messages.
#
# Worked example: `talk` above is 98 tokens of prompt. With `max_new_tokens=20` and `context_length=118` nothing has to go; with `context_length=117` the first turn does.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "fit_to_budget", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    """Drop the oldest turns until prompt and answer fit into the context.

    messages: dicts with "role" and "content", a system message at most first.
    Returns a new list. Raises ValueError when not even the last turn fits.
    """
    ### BEGIN SOLUTION
    system = [message for message in messages[:1] if message["role"] == "system"]
    for start, message in enumerate(messages):
        if message["role"] != "user":
            continue
        kept = system + messages[start:]
        prompt = tokenizer.apply_chat_template(kept, add_generation_prompt=True)
        if len(prompt["input_ids"]) + max_new_tokens <= context_length:
            return kept
    raise ValueError(f"the last turn does not fit into {context_length} tokens")
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_fit_to_budget", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    more = talk[:3] + [{"role": "assistant", "content": "Or sail it."}] + talk[3:]
    for messages, context_length, want in (
        (talk, 118, talk),
        (talk, 117, talk[:1] + talk[3:]),
        (talk[1:], 117, talk[3:]),  # no system message
        (more, 117, talk[:1] + talk[3:]),  # a turn with two answers
    ):
        given = [dict(message) for message in messages]
        got = fit_to_budget(tokenizer, given, context_length, 20)
        assert isinstance(got, list), (
            f"got a {type(got).__name__}, expected a list of messages"
        )
        roles = [[message["role"] for message in each] for each in (got, want)]
        assert got == want, (
            f"context_length={context_length}, max_new_tokens=20: kept {roles[0]}, "
            f"expected {roles[1]}, the newest. Is a turn cut in half? Does the "
            "count include template, generation prompt and answer?"
        )
        assert given == messages, (
            "the list that you were given was changed: build a new one"
        )
    for context_length in (40, 30):  # room for the system message, and not even that
        try:
            got = fit_to_budget(tokenizer, talk, context_length, 20)
        except ValueError:
            continue
        raise AssertionError(
            f"not even the last turn fits into {context_length}: got {got}, "
            "expected a ValueError"
        )


public_check()
print("fit_to_budget: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_fit_to_budget", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for fit_to_budget are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("fit_to_budget", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# There are only as many candidates as there are turns. Try the longest first.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# A turn begins at a user message. For each of those, from the first to the last: system message plus everything from there on. Return the
# first candidate that fits.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `kept = system + messages[start:]`; its size is the length of `apply_chat_template(kept, add_generation_prompt=True)["input_ids"]`; compare
# size plus `max_new_tokens` with `context_length`, equality included; after the loop, `raise ValueError(...)`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Slicing makes new lists, so the caller's stays as it was, and starting only at user messages keeps turns whole. **A common wrong answer**
# counts the tokens of the contents: the template's share is missing, and the prompt overflows in production, not in the test.

# %%
for context_length in (118, 117, 70):
    kept = fit_to_budget(tokenizer, talk, context_length, max_new_tokens=20)
    print(context_length, "→", [message["content"][:24] for message in kept])

# %% [markdown]
# ## 8 · Many texts at once
#
# A batch is one tensor, and a tensor is a rectangle. *How do texts of different lengths fit into it?*
#
# **Predict.** Generation appends at the right end of every row. On which side does the padding have to go?

# %%
my_guess = None  # left or right?

sentences = ["Paris is", "The capital of France is"]
print("pad id", tokenizer.pad_token_id, "=", repr(tokenizer.pad_token))
for side in ("left", "right"):
    rows = tokenizer(sentences, padding=True, padding_side=side).input_ids
    print(side)
    for row in rows:
        print("   ", tokenizer.decode(row), "← the next token goes here")

# %% [markdown]
# **Explain.** On the left: then the next token comes right behind the last real one in every row. The mask cannot be read off
# the ids, because the pad token is often a real token too; here it is the one that ends every message of a chat.
#
# <div class="card" role="note" aria-label="Exercise left_pad">
#
# **Exercise `left_pad`** · difficulty 1 of 5 · importance 4 of 5 · 5 minutes · 2 points
#
# `left_pad(sequences: list[list[int]], pad_token_id: int) -> tuple[LongTensor[B, T], LongTensor[B, T]]`
#
# `(input_ids, attention_mask)`; T is the length of the longest sequence.
#
# - The mask is 1 on real tokens and 0 on padding (a mask of bools is fine too); a real token may have the same id as the padding.
# - A sequence may be empty (a row of padding only), as long as another is not. The lists are not changed.
#
# Worked example: `left_pad([[5], [6, 7]], 0)` gives ids `[[0, 5], [6, 7]]` and mask `[[0, 1], [1, 1]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "left_pad", "locked": false, "schema_version": 3, "solution": true, "task": false}
def left_pad(sequences, pad_token_id):
    """One batch of sequences of different lengths, padded on the left.

    sequences: lists of ids. Returns (input_ids, attention_mask), both
    LongTensor[B, T].
    """
    ### BEGIN SOLUTION
    width = max(len(sequence) for sequence in sequences)
    gaps = [width - len(sequence) for sequence in sequences]
    ids = [[pad_token_id] * gap + row for gap, row in zip(gaps, sequences)]
    mask = [[0] * gap + [1] * len(row) for gap, row in zip(gaps, sequences)]
    return torch.tensor(ids), torch.tensor(mask)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_left_pad", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for sequences, pad, want_ids, want_mask in (
        ([[5], [6, 7]], 0, [[0, 5], [6, 7]], [[0, 1], [1, 1]]),
        ([[8, 9], [9]], 9, [[8, 9], [9, 9]], [[1, 1], [0, 1]]),
        ([[3, 4], [5, 6]], 0, [[3, 4], [5, 6]], [[1, 1], [1, 1]]),
        ([[], [5, 6]], 0, [[0, 0], [5, 6]], [[0, 0], [1, 1]]),
    ):
        given = [list(sequence) for sequence in sequences]
        result = left_pad(given, pad)
        assert isinstance(result, (tuple, list)) and len(result) == 2, (
            f"got a {type(result).__name__}, expected two tensors: ids and mask"
        )
        for part in result:
            kind = getattr(part, "dtype", type(part).__name__)
            assert kind in (torch.int64, torch.bool), (
                f"ids or mask are {kind}, expected tensors of torch.int64 (the mask "
                "may be torch.bool)"
            )
        ids, mask = result
        utils.expect_close(
            ids,
            want_ids,
            f"{sequences}, pad id {pad}: got ids {ids.tolist()}, expected "
            f"{want_ids}. On which side does the padding go, and which id?",
        )
        utils.expect_close(
            mask,
            want_mask,
            f"{sequences}, pad id {pad}: got mask {mask.tolist()}, expected "
            f"{want_mask}. 1 is a real token, even one with the pad id: what tells "
            "them apart?",
        )
        assert given == sequences, (
            f"the lists that you were given are now {given}: build new ones"
        )


public_check()
print("left_pad: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_left_pad", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for left_pad are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("left_pad", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Everything follows from the lengths. You never need to look at an id.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# For each row: how many pads are missing? Build the row and its mask as plain lists, then make two tensors.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `[pad_token_id] * gap + sequence` and `[0] * gap + [1] * len(sequence)`, with `gap = width - len(sequence)`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Lists make the layout visible, and `torch.tensor` of Python ints is int64. **A common wrong answer** computes the mask as `input_ids != pad_token_id`: it hides
# every real token that happens to be the pad id, in chat prompts each `<|im_end|>`.

# %%
rows = [tokenizer(sentence).input_ids for sentence in sentences]
ids, mask = left_pad(rows, tokenizer.pad_token_id)
favourites = next_token_probs(model, ids, attention_mask=mask).argmax(dim=-1)
for sentence, favourite in zip(sentences, favourites.tolist()):
    print(f"{sentence} →{tokenizer.decode([favourite])}")

# %% [markdown]
# ## 9 · The same numbers, as a loss
#
# Training reads texts too, and asks for one number: how surprised was the model, per token? *What is the loss of a model that knows nothing?*
#
# **Predict.** With a vocabulary of 49,152 and equal probabilities, what is −log p of every token?

# %%
my_guess = None  # in nats

print(f"{torch.tensor(49152.0).log():.2f} nats for a guess among 49,152")
given = torch.tensor([tokenizer("The capital of France is Paris.").input_ids])
with torch.no_grad():
    out = model(given, labels=given)
for position, id in enumerate(given[0, 1:].tolist()):
    logprobs = out.logits[0, position].log_softmax(-1)
    best = int(logprobs.argmax())
    print(
        f"   {-logprobs[id]:5.2f} for {tokenizer.decode([id])!r:10} favourite: "
        f"{logprobs[best].exp():4.0%} for {tokenizer.decode([best])!r}"
    )
print(f"{out.loss:.2f} nats per token for SmolLM2: the mean")

# %% [markdown]
# **Explain.** After "The" the model puts 42 % on '-' and next to nothing on ' capital': there it does worse than
# a blind guess. ' France' costs it something too, the rest is little of a surprise. The *loss* is the mean of −log p over the tokens that count.
# `labels` are the ids themselves; the shift by one happens inside. A label of −100 says "do not count this one", for padding or for the user's part of a chat:
# it is left out of the sum *and* of the count.
#
# <div class="card" role="note" aria-label="Exercise next_token_loss">
#
# **Exercise `next_token_loss`** · difficulty 3 of 5 · importance 4 of 5 · 8 minutes · 2 points
#
# `next_token_loss(logits: FloatTensor[B, T, V], labels: LongTensor[B, T]) -> FloatTensor[]`
#
# The mean of −log p(`labels[b, t]` | `logits[b, t - 1]`) over all labels that count, in nats: what `model(ids, labels=labels).loss` says.
#
# - Labels of −100 do not count. After the shift at least one label does. It is one mean over the whole batch.
# - Logits may be as large as 1e4 in size. The tensors are not changed. `cross_entropy` is yours to use; a plain float is fine as well.
#
# Worked example: two tokens, `V = 2`, `logits[0, 0] = [0, ln 3]` and `labels = [[0, 1]]` give −ln 0.75 = 0.288.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "next_token_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def next_token_loss(logits, labels):
    """The mean surprise per token that counts, in nats.

    logits: FloatTensor[B, T, V]; labels: LongTensor[B, T], not shifted, -100 for
    what does not count. Returns a scalar tensor.
    """
    ### BEGIN SOLUTION
    predictions = logits[:, :-1].flatten(0, 1)
    targets = labels[:, 1:].flatten()
    return torch.nn.functional.cross_entropy(predictions, targets, ignore_index=-100)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_next_token_loss", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    ln3 = torch.tensor(3.0).log().item()
    row = [[0.0, ln3], [ln3, 0.0], [9.0, 9.0]]
    for size, labels, want in (
        (1, [[0, 1, 0]], 0.2877),
        (1, [[0, 1, 1]], 0.8370),
        (1, [[0, -100, 1]], 1.3863),
        (1, [[0, 1, 1], [0, 1, -100]], 0.6539),
        (10_000, [[0, 1, 1]], 5493.06),  # the same logits, very large
    ):
        logits = size * torch.tensor([row] * len(labels))
        given = torch.tensor(labels)
        before = logits.clone()
        got = float(next_token_loss(logits, given))
        assert abs(got - want) < 1e-3 * max(1, want), (
            f"labels {labels}, logits times {size}: got {got:.4f}, expected {want}. "
            "Which position's logits predict which label, which labels count, by "
            "how many do you divide in all, and can an exp overflow?"
        )
        assert given.tolist() == labels, (
            f"the labels you were given are now {given.tolist()}: work on a copy"
        )
        assert logits.equal(before), (
            "the logits you were given were changed: work on a copy"
        )


public_check()
print("next_token_loss: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_next_token_loss", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for next_token_loss are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("next_token_loss", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# It is `sequence_logprob` again, with another sign, a mean for the sum, and some tokens left out.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Cut the last position off the logits and the first one off the labels. Then every remaining pair counts unless its label is −100.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `cross_entropy` wants [N, V] and [N], so flatten the first two dimensions; its `ignore_index` is −100 already, and its mean is over the labels that count.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** After the shift every row of `predictions` stands beside its target, and `cross_entropy` divides by the number of targets that are not ignored. **A common wrong answer** averages each row
# and then the rows: a row with one label then weighs as much as a row with a hundred.

# %% [markdown]
# On a padded batch, mind the first real token of each row: nothing real stands before it, so it must not count either. (SmolLM2 needs no positions here, as section 3 has shown.) Then the batch's loss is the mean over the
# tokens of both sentences, as if each had been alone.

# %%
batch = tokenizer(sentences, padding=True, padding_side="left", return_tensors="pt")
first = batch.attention_mask.cumsum(dim=-1) == 1
labels = batch.input_ids.masked_fill((batch.attention_mask == 0) | first, -100)
with torch.no_grad():
    out = model(**batch, labels=labels)
mine = next_token_loss(out.logits, labels)
print(f"yours {mine:.4f}, the model's own {out.loss:.4f}")
total = count = 0
for sentence in sentences:
    ids = tokenizer(sentence, return_tensors="pt").input_ids
    with torch.no_grad():
        total += float(model(ids, labels=ids).loss) * (ids.shape[1] - 1)
    count += ids.shape[1] - 1
print(f"the two sentences alone, per token: {total / count:.4f}")

# %% [markdown]
# ## 10 · A service of your own
#
# A hosted model offers this pipeline behind one call. In goes a text; back come a text, the numbers of tokens, and the reason why it ended. *What does the caller need to know?*
#
# **Predict.** The answer to our question has 8 tokens, its EOS counted. With `max_new_tokens=8`, did it stop by itself or was it cut?

# %%
utils.pipeline_map(here="text")

# %%
my_guess = None  # by itself, or cut?

eight = model.generate(
    chat_ids,
    attention_mask=torch.ones_like(chat_ids),
    max_new_tokens=8,
    do_sample=False,
)
print(repr(tokenizer.decode(eight[0, chat_ids.shape[1] :])))

# %% [markdown]
# **Explain.** It stopped by itself: its eighth token is the EOS, so nothing is missing. Many services call that `finish_reason: "stop"`, and `"length"` when the budget ran out. Callers can also give
# *stop strings*: text that ends the answer where it appears. A stop string knows nothing of tokens; it may begin in one and end in the middle of another, so it is looked for in the decoded text.
#
# The check's toy, `reciting_model(tokenizer, text)`, says `text` and then its EOS, whatever it is asked.
#
# <div class="card" role="note" aria-label="Exercise infer">
#
# **Exercise `infer`** · difficulty 4 of 5 · importance 4 of 5 · 16 minutes · 3 points
#
# `infer(model, tokenizer, prompt: str, max_new_tokens: int = 64, stop: str | list[str] | None = None) -> dict`
#
# A greedy answer, with the keys `text`, `prompt_tokens`, `completion_tokens` and `finish_reason`.
#
# - Where the tokenizer has a `chat_template`, the prompt is one user message (with the generation prompt); where it has none, it is plain text, encoded as `tokenizer(prompt)` does. Either way it is at least one token.
# - `text` is the new text as `tokenizer.decode` gives it, spaces at its ends included (a character that the budget cuts in two is not judged): no prompt, no special tokens, cut before a stop string. Of several, the one that comes first *in the text*
#   counts; none is empty.
# - Generation ends with an EOS (`model.generation_config.eos_token_id`, one id or a list; where that is `None`, the tokenizer's; one of the two is there), with the token that completes a stop string, or with the budget.
# - `completion_tokens` counts every generated token, the EOS included. `finish_reason` is `"stop"` for an EOS, even as the last token of the budget, and for a stop string; else `"length"`. With `max_new_tokens=0` the text is `""` and the reason `"length"`.
# - You may use `model.generate` or your own loops here.
#
# Worked example: `infer(model, tokenizer, "What is the capital of France?")` gives `{'text': 'The capital of France is Paris.', 'prompt_tokens': 37, 'completion_tokens': 8, 'finish_reason': 'stop'}`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "infer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    """Answer a prompt as a completion service does.

    stop: a string, a list of strings or None. Returns a dict with text,
    prompt_tokens, completion_tokens and finish_reason ("stop" or "length").
    """
    ### BEGIN SOLUTION
    ids = tokenizer(prompt).input_ids
    if tokenizer.chat_template:
        ids = tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}], add_generation_prompt=True
        )["input_ids"]
    ends = model.generation_config.eos_token_id
    ends = tokenizer.eos_token_id if ends is None else ends
    stops = [stop] if isinstance(stop, str) else stop or []
    feed, cache = torch.tensor([ids]), None
    new, text, reason = [], "", "length"
    while len(new) < max_new_tokens and reason == "length":
        with torch.no_grad():
            out = model(feed, past_key_values=cache, use_cache=True)
        feed, cache = out.logits[:, -1:].argmax(dim=-1), out.past_key_values
        new.append(feed.item())
        text = tokenizer.decode(new, skip_special_tokens=True)
        found = [text.index(s) for s in stops if s in text]
        text = text[: min(found, default=len(text))]
        if found or new[-1] in (ends if isinstance(ends, list) else [ends]):
            reason = "stop"
    return {
        "text": text,
        "prompt_tokens": len(ids),
        "completion_tokens": len(new),
        "finish_reason": reason,
    }
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_infer", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    reciter = reciting_model(tokenizer, "The cat sat on the mat.")
    for kwargs, text, tokens, reason in (
        ({}, "The cat sat on the mat.", 8, "stop"),
        ({"max_new_tokens": 8}, "The cat sat on the mat.", 8, "stop"),
        ({"max_new_tokens": 3}, "The cat sat", 3, "length"),
        ({"max_new_tokens": 0}, "", 0, "length"),
        ({"stop": " on"}, "The cat sat", 4, "stop"),
        ({"stop": ["mat", "t o"]}, "The cat sa", 4, "stop"),
        ({"stop": ["t", "a"]}, "The c", 2, "stop"),
    ):
        got = infer(reciter, tokenizer, "Tell me about the cat.", **kwargs)
        want = {
            "text": text,
            "prompt_tokens": 36,
            "completion_tokens": tokens,
            "finish_reason": reason,
        }
        assert isinstance(got, dict) and got.keys() >= want.keys(), (
            f"got {got!r}, expected a dict with the keys {list(want)}"
        )
        ask = {
            "text": "Only the new tokens, cut before the first stop string?",
            "prompt_tokens": "What is the model fed before it generates?",
            "completion_tokens": "Is the EOS counted, and what ended the loop?",
            "finish_reason": "What ended the loop: EOS, stop string or budget?",
        }
        for key in want:
            assert got[key] == want[key], (
                f"with {kwargs or 'no further arguments'}, {key} is {got[key]!r}, "
                f"expected {want[key]!r}. {ask[key]}"
            )
    said = " naïve 🦊<|im_start|>!\n"
    reciter = reciting_model(tokenizer, said)
    for eos, text in (([0, 1], " naïve 🦊"), (None, " naïve 🦊!\n")):
        reciter.generation_config.eos_token_id = eos
        got = infer(reciter, tokenizer, "Who?", max_new_tokens=20)
        assert got["text"] == text and got["finish_reason"] == "stop", (
            f"the model said {said!r} and its EOS, `generation_config` names the "
            f"EOS {eos}: got {got}, expected the text {text!r} and 'stop'. Is all "
            "decoded together, without special tokens, nothing stripped? Does any "
            "EOS of a list, or else the tokenizer's, end it?"
        )
    plain = copy.deepcopy(other)
    plain.chat_template = None
    for name, chosen, want in (("with", other, 15), ("without", plain, 7)):
        got = infer(reciter, chosen, "Tell me about the cat.", max_new_tokens=1)
        assert got["prompt_tokens"] == want, (
            f"`other`, {name} its chat template: prompt_tokens is "
            f"{got['prompt_tokens']}, expected {want}. With a template the BOS is "
            "there once; without, the prompt is what `tokenizer(prompt)` makes of it"
        )


public_check()
print("infer: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_infer", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for infer are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("infer", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# You have all the parts: encode, loop with a cache, decode. New is only when to stop, and why.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Generate token by token. After each one decode *all* new tokens and look for stop strings in that text; then look whether the token is an EOS.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `stops = [stop] if isinstance(stop, str) else stop or []`; `text = tokenizer.decode(new, skip_special_tokens=True)`; `found = [text.index(s) for s in stops if s in text]`; if any, `text = text[:min(found)]` and stop.
# The reason is `"length"` unless something else ended the loop.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Decoding everything new after each token finds a stop string wherever its pieces lie, and characters of several tokens come out whole. **A common wrong answer** encodes the stop string and looks for its ids:
# `" on"` at the end of one word and in front of another is not the same token.

# %%
print(infer(model, tokenizer, "What is the capital of France?"))
print(infer(model, tokenizer, "What is the capital of France?", max_new_tokens=8))
print(infer(model, tokenizer, "What is the capital of France?", max_new_tokens=4))
print(infer(model, tokenizer, "Count from one to ten.", stop=["five", "5"]))

# %% [markdown]
# ## Stretch: two things that real servers do
#
# Bonus points, and nothing later needs them.
#
# ### A long prompt in pieces
#
# Prefilling a long prompt in one forward pass takes memory, and while it runs nobody else gets an answer. Servers feed it in *chunks*. *What has to pass from one chunk to the next?*
#
# **Predict.** A prompt of 10 tokens in chunks of 4: how many tokens are in the cache when each chunk is fed?

# %%
my_guess = None  # three numbers

chunks = torch.arange(10).split(4)
for index, chunk in enumerate(chunks):
    before = sum(len(earlier) for earlier in chunks[:index])
    print(f"chunk {index}: tokens {chunk.tolist()}, with {before} in the cache")

# %% [markdown]
# **Explain.** Only the cache: it holds keys and values of all tokens before the chunk, so the chunk sees what it would have seen in one pass (up to rounding: sums are taken in another order).
#
# <div class="card" role="note" aria-label="Exercise chunked_prefill">
#
# **Exercise `chunked_prefill`** · difficulty 2 of 5 · importance 3 of 5 · 8 minutes · 2 bonus points
#
# `chunked_prefill(model, input_ids: LongTensor[B, T], chunk_size: int) -> tuple[FloatTensor[B, V], DynamicCache]`
#
# The logits at the last position, and the cache that holds all T tokens.
#
# - No forward pass gets more than `chunk_size` tokens; every token is fed once, in order, with the cache of all before it.
# - The last chunk may be shorter; `chunk_size` may be larger than T. No padding.
#
# Worked example: for the prompt `[[1, 2, 9, 4, 5]]` and `chunk_size=2` the forward passes may get 2, 2 and 1 tokens. `counting_model()` then expects 0, because the 9
# has confused it. Without the cache it would see the 5 alone, and expect 6.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "chunked_prefill", "locked": false, "schema_version": 3, "solution": true, "task": false}
def chunked_prefill(model, input_ids, chunk_size):
    """Read a prompt into a cache, at most `chunk_size` tokens per forward pass.

    input_ids: LongTensor[B, T]. Returns (logits of the last position
    FloatTensor[B, V], the cache of all T tokens).
    """
    ### BEGIN SOLUTION
    cache = None
    for chunk in input_ids.split(chunk_size, dim=1):
        with torch.no_grad():
            out = model(chunk, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
    return out.logits[:, -1], cache
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_chunked_prefill", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    def refuse(*args, **kwargs):
        raise AssertionError("model.generate is off limits: you are building it")

    counter, fed = counting_model(), []
    counter.generate = refuse

    def note(model, args, kwargs):
        fed.append((args[0] if args else kwargs["input_ids"]).shape[1])

    counter.register_forward_pre_hook(note, with_kwargs=True)
    for prompt, expected in (([1, 2, 9, 4, 5], 0), ([1, 2, 3, 4, 5, 6], 7)):
        fed.clear()
        result = chunked_prefill(counter, torch.tensor([prompt]), 2)
        assert isinstance(result, (tuple, list)) and len(result) == 2, (
            f"got a {type(result).__name__}, expected two things: logits and cache"
        )
        logits, cache = result
        length = len(prompt)
        assert fed and max(fed) <= 2 and sum(fed) == length, (
            f"the forward passes got {fed} tokens, expected at most 2 each and "
            f"{length} in all. Is a shorter last chunk fed too, and nothing twice?"
        )
        assert logits.shape == (1, 10), (
            f"got logits of shape {tuple(logits.shape)}, expected (1, 10): those "
            "of one position"
        )
        assert int(logits.argmax()) == expected, (
            f"after {prompt} the favourite is {int(logits.argmax())}, expected "
            f"{expected}: did each chunk get the cache of the one before, and are "
            "these the logits of the last token?"
        )
        utils.expect_close(
            logits.detach(),
            [[4.0 * (token == expected) for token in range(10)]],
            f"after {prompt}: expected the logits, just as the model gives them",
        )
        held = cache.get_seq_length() if cache is not None else 0
        assert held == length, (
            f"the cache holds {held} of {length} tokens: is it what the last "
            "forward gave, and did each chunk get the cache of the one before?"
        )


public_check()
print("chunked_prefill: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_chunked_prefill", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for chunked_prefill are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("chunked_prefill", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# It is the prefill of your cached loop, several times.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Cut the ids along the token dimension. Feed each piece with the cache that came back from the piece before; the first has none.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `for chunk in input_ids.split(chunk_size, dim=1)`; keep `out.past_key_values`; after the loop `out.logits[:, -1]` belongs to the last token.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Attention looks only backwards, so a chunk with the right cache computes the same numbers as the whole. **A common wrong answer** counts `T // chunk_size` chunks and
# loses the rest.

# %%
logits, cache = chunked_prefill(model, chat_ids, 8)
with torch.no_grad():
    whole = model(chat_ids).logits[:, -1]
print("largest difference from one pass:", f"{(logits - whole).abs().max():.1e}")
print("tokens in the cache:", cache.get_seq_length(), "of", chat_ids.shape[1])

# %% [markdown]
# ### Text as it comes
#
# A chat window shows words while they are generated. *When is a piece of text certain enough to be shown?*
#
# **Predict.** You decode each token alone and print it at once. What does a reader of `"naïve 😀!"` see?

# %%
my_guess = None  # what appears?

for id in tokenizer("naïve 😀!").input_ids:
    print(tokenizer.decode([id]), end="|")

# %% [markdown]
# **Explain.** Broken characters, which no later token can mend. A stream has to hold an unfinished character back until it is whole, and give everything then.
#
# <div class="card" role="note" aria-label="Exercise StreamDecoder">
#
# **Exercise `StreamDecoder`** · difficulty 4 of 5 · importance 3 of 5 · 12 minutes · 2 bonus points
#
# `StreamDecoder(tokenizer)` with `put(token_id: int) -> str` and `flush() -> str`
#
# `put` takes the next id and gives the text that has become certain, `""` where there is none; `flush` ends the stream and gives what was still held back.
#
# - All pieces, joined, are `tokenizer.decode(ids, skip_special_tokens=True)`.
# - Whenever the tokens so far decode to a text that does not end in U+FFFD, all of it has been given. What stands before an unfinished character may come at once or with it.
# - No piece of `put` holds U+FFFD. The streams are made of whole characters, but one may stop inside its last: `flush` then gives what `decode` makes of the rest,
#   U+FFFD and all. After `flush` the decoder is not used again.
# - Several decoders may run at once. The libraries' own (`DecodeStream`, `TextStreamer`) are off limits.
#
# Worked example: for the two ids of `" 😀"` the first `put` gives `""`, the second `" 😀"` (or `" "`, then `"😀"`).
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "StreamDecoder", "locked": false, "schema_version": 3, "solution": true, "task": false}
class StreamDecoder:
    """Turns a stream of token ids into a stream of text.

    tokenizer: a tokenizer of transformers. `put` and `flush` return str.
    """

    def __init__(self, tokenizer):
        ### BEGIN SOLUTION
        self.tokenizer = tokenizer
        self.ids = []
        self.given = 0  # characters handed out so far
        ### END SOLUTION

    def put(self, token_id):
        """The text that has become certain with this token."""
        ### BEGIN SOLUTION
        self.ids.append(token_id)
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        if text.endswith("\ufffd"):
            return ""
        piece, self.given = text[self.given :], len(text)
        return piece
        ### END SOLUTION

    def flush(self):
        """What is still held back at the end of the stream."""
        ### BEGIN SOLUTION
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        piece, self.given = text[self.given :], len(text)
        return piece
        ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_StreamDecoder", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for text in (
        "The cat sat.",
        "naïve 🦊!<|im_end|>",
        " two\n lines<|im_start|> é",
        "cut 😀",
    ):
        ids = tokenizer(text).input_ids
        if text == "cut 😀":
            ids.pop()  # this stream stops inside a character
        decoder, neighbour = StreamDecoder(tokenizer), StreamDecoder(tokenizer)
        pieces, whole = [], ""
        for end, id in enumerate(ids, start=1):
            neighbour.put(ids[0])  # another stream, at the same time
            pieces.append(decoder.put(id))
            whole = tokenizer.decode(ids[:end], skip_special_tokens=True)
            assert "\ufffd" not in "".join(pieces), (
                f"{whole!r} came as {pieces}: wait until a character is whole"
            )
            assert "".join(pieces) == whole or whole.endswith("\ufffd"), (
                f"{whole!r} came as {pieces}. What is missing, held back though it "
                "is whole, or too much (another decoder runs at the same time)?"
            )
        pieces.append(decoder.flush())
        assert "".join(pieces) == whole, (
            f"{whole!r} came as {pieces}, the last from `flush`. What is missing, "
            "or too much?"
        )


public_check()
print("StreamDecoder: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_StreamDecoder", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for StreamDecoder are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("StreamDecoder", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# You have met the problem in `token_table`. What has a decoder to remember between two tokens?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Keep all ids, and how many characters you have given. Decode everything each time (cheap: no model runs); give what is new, unless the text ends in the middle of a character.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# In `put`: append the id, `text = decode(ids, skip_special_tokens=True)`; if it ends in `"\ufffd"` give `""`; else give `text[given:]` and set `given = len(text)`. `flush` does the same without asking.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The decoded prefix is certain except for an unfinished last character. Decoding everything again costs quadratic time; real streamers decode only from the last safe place on. **A common wrong answer**
# keeps the ids in a class attribute: two streams at once then mix.

# %%
decoder = StreamDecoder(tokenizer)
for id in tokenizer("naïve 😀!").input_ids:
    print(decoder.put(id), end="|")
print(decoder.flush())

# %% [markdown]
# ## Check yourself
#
# Choose first, then open the option.
#
# ### 1 · Every answer of your chat model begins with the word `assistant`. What is missing?
#
# <details><summary>A larger budget</summary>No: a budget only decides when to cut. The first token was wrong already.</details>
# <details><summary>The generation prompt</summary>Yes. Without the opening of the assistant's turn the model writes it itself, as in section 2.</details>
# <details><summary>An attention mask</summary>No: for one prompt without padding, a mask of ones changes nothing.</details>
#
# ### 2 · Your cached loop gives other ids than the plain one, without an error. Where do you look first?
#
# <details><summary>At what is fed after the first step</summary>Yes. With a warm cache, the full row is read as new text behind the old.</details>
# <details><summary>At the softmax</summary>No: greedy decoding takes the argmax, which a softmax does not change.</details>
# <details><summary>At the pad id</summary>Only if the ids differ in rows that had already ended.</details>
#
# ### 3 · Two continuations have log-probabilities −12 (4 tokens) and −15 (10 tokens). Which is the more probable text?
#
# <details><summary>The first</summary>Yes: as a whole text it is more probable. Per token the second is more predictable, −1.5 against −3: another question.</details>
# <details><summary>The second</summary>No: that compares per token, and answers which is more predictable.</details>
# <details><summary>One cannot say</summary>One can: each number is the log-probability of exactly that text.</details>
#
# ### 4 · A batch is padded on the left, and you pass the mask but no positions. Who notices?
#
# <details><summary>Every model</summary>No: where only distances between positions count, a common shift changes nothing.</details>
# <details><summary>A model with absolute positions</summary>Yes, GPT-2 for example. Its first real token then stands at the wrong place.</details>
# <details><summary>None: the mask hides the padding</summary>It hides the padding's content, not the room it takes.</details>
#
# ### 5 · In training, the prompt's labels are set to −100 and the loss becomes larger. Why can that be?
#
# <details><summary>The sum has fewer terms</summary>No: it is a mean, and the count shrinks with the sum.</details>
# <details><summary>The remaining tokens are harder on average</summary>Yes. A mean over other tokens is another mean.</details>
# <details><summary>−100 is added to the loss</summary>No: it is a mark, never a number to compute with.</details>

# %% [markdown]
# ## Summary
#
# | station | what you built | remember |
# |---|---|---|
# | text → tokens | `token_table` | a token is not a word, nor always a character |
# | messages → ids | `encode_chat` | the template belongs to the tokenizer |
# | ids → probabilities | `next_token_probs`, `left_pad` | last real position; mask and positions |
# | the loop | `greedy_generate`, `greedy_generate_cached` | EOS counts; with a cache, one token at a time |
# | scoring | `sequence_logprob`, `next_token_loss` | logits at t − 1 score the token at t |
# | the service | `fit_to_budget`, `infer` | count after the template; stop strings live in text |
#
# **Glossary.** *Token*: a piece of text in the vocabulary. *Id*: its number. *Chat template*: the program that writes a conversation as one text. *Generation prompt*: its end, the opening of the assistant's turn.
# *Logit*: a score before the softmax. *Softmax*: scores to probabilities. *EOS*, *BOS*: end and beginning of sequence. *Padding*: what fills up the shorter rows of a batch. *Attention mask*: which tokens are real. *Prefill*: computing the prompt.
# *KV cache*: keys and values kept for tokens already read. *Greedy*: always the most likely token. *Context length*: how many tokens the model can read. *Nat*: the unit of a natural logarithm.
# *Loss*: the mean of −log p over the tokens that count. *Stop string*: a text that ends the answer where it appears.
#
# Now give the memory back. Your own variables hold on to the model, so they let go first. (So may an error above, with what stood in its function: where one is left, only a restart of the kernel frees everything.)

# %%
print("before:", utils.memory_report())
chat = model = out = None
smol.unload()
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
