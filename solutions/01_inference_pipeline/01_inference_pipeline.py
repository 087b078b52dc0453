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
# | You need | Python functions and lists; a little PyTorch (indexing, shapes) |
# | Hardware | any laptop with 2 GB of free memory; no GPU |
# | Download | 98 MB, once; after that the notebook works offline |
# | Time | about 90 minutes, ten exercises, 25 points |
#
# **After it you can**
#
# - *read* text the way a model does (`token_table`, `encode_chat`);
# - *turn* a model's scores into the probability of the next token, also in a padded batch (`next_token_probs`, `left_pad`);
# - *write* the generation loop, and make it fast with a cache (`greedy_generate`, `greedy_generate_cached`);
# - *measure* how likely a model finds a text (`sequence_logprob`, `next_token_loss`);
# - *wrap* it all in the interface that services offer, within a budget (`fit_to_budget`, `infer`).

# %%
import time

import torch
import transformers

import utils
from utils import counting_model, reciting_model

utils.check_setup()

# %% [markdown]
# ## 0 · The whole thing in five lines
#
# Here is the complete pipeline, as most people use it. *How long an answer do you get for 10, 20 and 40 new tokens?*
#
# **Predict.** Write down how many of the three answers will be cut off, before you run the cell after this one.

# %%
cut_off = None  # your guess: 0, 1, 2 or 3

smol = utils.load_model("smollm2-135m", dtype=torch.float32)
model, tokenizer = smol.model, smol.tokenizer
print(smol)

# %%
chat = transformers.pipeline("text-generation", model=model, tokenizer=tokenizer)
question = [{"role": "user", "content": "What is the capital of France?"}]
for budget in (10, 20, 40):
    answer = chat(question, max_new_tokens=budget, do_sample=False)
    print(budget, "→", answer[0]["generated_text"][-1]["content"])

# %% [markdown]
# **Explain.** The budget is an upper limit, not a length. The model ends its answer by itself, with a token that means "I am done";
# where the budget allows it to get there, a larger one changes nothing.
#
# Five lines hide the eight stations of this map. The rest of this notebook opens them one after another.

# %%
utils.pipeline_map(here="prompt")

# %% [markdown]
# ## 1 · From text to tokens
#
# A model reads numbers. The tokenizer cuts text into pieces from a fixed vocabulary and gives each piece's number, its *id*.
# *What does one token look like?*
#
# **Predict.** `"The cat sat."` has 12 characters and 3 words. How many tokens?

# %%
text = "The cat sat. 😀"
ids = tokenizer(text, add_special_tokens=False).input_ids
print(len(ids), "tokens:", ids)
print("each decoded alone:", [tokenizer.decode([id]) for id in ids])
print("in the vocabulary: ", tokenizer.convert_ids_to_tokens(ids))

# %% [markdown]
# **Explain.** Most tokens are words *with the space before them*. The vocabulary writes that space as `Ġ`, because it spells
# every *byte* of a text with one printable character. An emoji is four bytes, here spread over several tokens. One of them alone
# is not valid text, so decoding it gives `�` (the character U+FFFD, "something was broken here").
#
# To show people what a model reads, you need the exact piece of text behind each token.
#
# <div class="card" role="note" aria-label="Exercise card">
#
# **Exercise `token_table`** · difficulty 3 of 5 · importance 4 of 5 · 12 minutes · 2 points
#
# `token_table(tokenizer, text: str) -> list[tuple[int, str]]`
# One pair `(id, piece)` per token of `text`, in order.
#
# - The pieces, joined, give `text` back, spaces and newlines included, and no piece holds U+FFFD.
# - Where a character is spread over several tokens, one of them carries it (you choose which) and the others carry `""`.
# - No special tokens: some tokenizers add one at the start unless they are told not to.
# - The empty text gives `[]`. Your function has to work with *any* fast tokenizer, not only with this one.
#
# Worked example: `token_table(tokenizer, "The cat")` gives `[(504, 'The'), (2644, ' cat')]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "token_table", "locked": false, "schema_version": 3, "solution": true, "task": false}
def token_table(tokenizer, text):
    """The tokens of a text, each with the piece of the text that it stands for.

    tokenizer: a fast tokenizer of transformers. Returns a list of (id, piece);
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
# Public check: run it as often as you like. It costs nothing and counts nothing.
for text in ("The cat", "Two  spaces,\na newline", "naïve 😀"):
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
        f"{text!r}: the pieces join to {joined!r}. Compare where they differ first."
    )
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
# One token alone may be half a character. What about all tokens up to this one?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Decode the first 1, 2, 3, … ids. Each time, what is new at the end of the text is the piece of the last token. While a character
# is incomplete, the decoded text ends in `"\ufffd"`.
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

# %%
text = "The capital of France is Paris. Naïve? 😀\n"
table = token_table(tokenizer, text)
utils.token_strip([piece for _, piece in table], ids=[id for id, _ in table])

# %% [markdown]
# ## 2 · From messages to ids
#
# A chat has roles: system, user, assistant. The model has none of them; it sees one row of ids. *How is a conversation flattened?*
#
# **Predict.** How many more tokens than the question itself does the model read?

# %%
print(tokenizer.chat_template)

# %% [markdown]
# **Explain.** Every chat model was trained on conversations written in *one* format, and its tokenizer carries that format
# as a small program, the *chat template*. This one puts `<|im_start|>` and `<|im_end|>` round each message (and adds a system message where you
# give none). At the end comes the *generation prompt*, the opening of the assistant's turn. Without it, the model
# may go on writing the user's message.
#
# Another model's template looks quite different. Never write such markers by hand.
#
# <div class="card" role="note" aria-label="Exercise card">
#
# **Exercise `encode_chat`** · difficulty 2 of 5 · importance 5 of 5 · 6 minutes · 2 points
#
# `encode_chat(tokenizer, messages: list[dict]) -> LongTensor[1, T]`
# The ids that the model is fed to answer `messages` (dicts with `role` and `content`).
#
# - They are the ids of the tokenizer's own chat template, with the generation prompt.
# - A plain tensor with a batch dimension, not a dictionary: transformers 5 hands out a `BatchEncoding` unless told otherwise.
# - Some templates write a beginning-of-sequence token (BOS), and their tokenizers add one to every text. The result has it once.
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
# Public check: run it as often as you like. It costs nothing and counts nothing.
got = encode_chat(tokenizer, [{"role": "user", "content": "Hi"}])
assert isinstance(got, torch.Tensor), (
    f"got a {type(got).__name__}, expected a tensor: the ids are one entry of it"
)
assert got.dim() == 2 and len(got) == 1, (
    f"got shape {tuple(got.shape)}, expected (1, T): a batch of one row"
)
end = "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
decoded = tokenizer.decode(got[0])
assert decoded.endswith(end), (
    f"the ids decode to {decoded!r}, which should end in {end!r}: "
    "whose turn is it after the user's message?"
)
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
question = [{"role": "user", "content": "What is the capital of France?"}]
input_ids = encode_chat(tokenizer, question)
prompt_length = input_ids.shape[1]
alone = len(tokenizer(question[0]["content"]).input_ids)
print(f"{alone} tokens of question, {prompt_length} tokens of prompt")
utils.token_strip([tokenizer.decode([id]) for id in input_ids[0].tolist()])

# %% [markdown]
# ## 3 · From ids to probabilities
#
# Now the model itself. *What comes out when the prompt goes in?*
#
# **Predict.** Which shape do the logits have, for a prompt of T tokens and a vocabulary of 49,152?

# %%
utils.pipeline_map(here="logits")

# %%
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
# That is simple for one prompt. In a *batch*, prompts of different lengths are filled up with padding, and the *attention
# mask* says which tokens are real (1) and which are padding (0). Two things then go wrong quietly. The last column
# may be padding. And padding on the left pushes the real tokens to later *positions*, which the model notices unless you
# pass `position_ids` that count real tokens only.
#
# <div class="card" role="note" aria-label="Exercise card">
#
# **Exercise `next_token_probs`** · difficulty 4 of 5 · importance 5 of 5 · 15 minutes · 3 points
#
# `next_token_probs(model, input_ids: LongTensor[B, T], attention_mask: LongTensor[B, T] | None = None) -> FloatTensor[B, V]`
# Row b is the distribution of the token that follows the last *real* token of row b.
#
# - Padding may be on the left or on the right; without a mask every token is real.
# - Each row equals what the row gives alone, without padding, to 1e-4: pass the mask *and* the positions. A row's first real token is at position 0
#   (what you write at padded places does not matter, as long as it is a valid position).
# - The model may come in train mode, where dropout makes its answer random; the result carries no gradient.
#
# Worked example: `counting_model()` expects n + 1 after token n. For the prompt `[[3, 4]]` the result has shape (1, 10) and its largest entry at 5: 0.858.
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
# Public check: run it as often as you like. It costs nothing and counts nothing.
counter = counting_model()
probs = next_token_probs(counter, torch.tensor([[3, 4], [6, 7]]))
assert probs.shape == (2, 10), f"got shape {tuple(probs.shape)}, expected (2, 10)"
assert torch.allclose(probs.sum(dim=-1), torch.ones(2)), (
    f"the rows sum to {probs.sum(dim=-1).tolist()}, expected 1: "
    "are these still logits?"
)
assert probs.argmax(dim=-1).tolist() == [5, 8], (
    f"after 3, 4 and after 6, 7 the favourites are {probs.argmax(dim=-1).tolist()}, "
    "expected [5, 8]: at which position is the token after the prompt predicted?"
)
for side, ids, mask in (
    ("left", [[0, 0, 4], [5, 6, 7]], [[0, 0, 1], [1, 1, 1]]),
    ("right", [[4, 0, 0], [5, 6, 7]], [[1, 0, 0], [1, 1, 1]]),
):
    probs = next_token_probs(
        counter, torch.tensor(ids), attention_mask=torch.tensor(mask)
    )
    assert probs.argmax(dim=-1).tolist() == [5, 8], (
        f"with padding on the {side} the favourites are "
        f"{probs.argmax(dim=-1).tolist()}, expected [5, 8]"
    )
assert not probs.requires_grad, (
    "the result carries gradients: nothing is trained here"
)
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
# count there; with GPT-2's learned positions it is off by up to 0.6.

# %%
probs = next_token_probs(model, input_ids)
top = probs[0].topk(8)
utils.next_token_bars(
    [tokenizer.decode([id]) for id in top.indices.tolist()],
    top.values.tolist(),
    chosen=0,
    title="What comes after the question?",
)

# %% [markdown]
# ## 4 · The loop
#
# One distribution gives one token. *How does a sentence come of it?* Choose a token, append it, ask again. Choosing the most likely one each
# time is called *greedy* decoding.
#
# **Predict.** A loop that stops only at its budget: what would the answer look like with 30 tokens?

# %%
utils.pipeline_map(here="next token")

# %%
asked = tokenizer.apply_chat_template(question, add_generation_prompt=True)
row = list(asked["input_ids"])
for _ in range(30):
    with torch.no_grad():
        row.append(int(model(torch.tensor([row])).logits[0, -1].argmax()))
print(repr(tokenizer.decode(row[len(asked["input_ids"]) :])))

# %% [markdown]
# **Explain.** The answer is there, and behind it the token `<|im_end|>`, by which the model says that it is done (its *EOS*, end of sequence). A loop
# has to listen to it. In a batch, each row ends in its own time: a row that is done is filled up with a *pad* id while the others go on.
#
# <div class="card" role="note" aria-label="Exercise card">
#
# **Exercise `greedy_generate`** · difficulty 4 of 5 · importance 5 of 5 · 15 minutes · 3 points
#
# `greedy_generate(model, input_ids: LongTensor[B, T], max_new_tokens: int, eos_token_id: int | list[int] | None) -> LongTensor[B, T + n]`
# The prompt, followed by n ≤ `max_new_tokens` tokens, each the most likely one. The ids equal those of `model.generate(do_sample=False)` in fp32.
#
# - The EOS is part of the result and counts against the budget. `eos_token_id` may be one id, a list (any of them ends a row), or `None` (never stop).
# - A finished row is filled with `model.generation_config.pad_token_id`, or where that is `None`, with the first EOS id. Generation ends when all rows have ended.
# - An EOS *in the prompt* ends nothing: every chat prompt has one. `max_new_tokens=0` gives the prompt back. The prompt has no padding.
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
# Public check: run it as often as you like. It costs nothing and counts nothing.
counter = counting_model()
for prompt, budget, eos, want in (
    ([[1, 2]], 3, None, [[1, 2, 3, 4, 5]]),
    ([[1, 2]], 5, 4, [[1, 2, 3, 4]]),
    ([[1, 2], [4, 5]], 4, 7, [[1, 2, 3, 4, 5, 6], [4, 5, 6, 7, 7, 7]]),
):
    got = greedy_generate(counter, torch.tensor(prompt), budget, eos).tolist()
    assert got == want, (
        f"prompt {prompt}, max_new_tokens={budget}, eos_token_id={eos}: "
        f"got {got}, expected {want}. Count the new tokens of each row first."
    )
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
# Write it for one row and no EOS: four lines. Then add a list of booleans, one per row: has it ended?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# In each step: the argmax at the last position; replace it by the pad id in rows that had ended *before* this step; append; then note which rows end
# *with* this token. Stop when all have.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `ended = torch.zeros(B, dtype=torch.bool)`, `token[ended] = pad`, `torch.cat([ids, token[:, None]], dim=1)`,
# `ended |= torch.isin(token, torch.tensor(ends, dtype=torch.long))`, `if ended.all(): break`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** `ended` is updated after the token is appended, so the EOS itself stays in the result, and only newly generated tokens are
# looked at, so an EOS in the prompt ends nothing. **A common wrong answer** searches the whole row for the EOS id: a chat prompt
# holds it, and nothing is ever generated.

# %%
eos = model.generation_config.eos_token_id
mine = greedy_generate(model, input_ids, 40, eos)
theirs = model.generate(
    input_ids,
    attention_mask=torch.ones_like(input_ids),
    max_new_tokens=40,
    do_sample=False,
)
print("the same ids as model.generate:", torch.equal(mine, theirs))
pieces = [piece for _, piece in token_table(tokenizer, tokenizer.decode(mine[0]))]
utils.token_strip(pieces, prompt_length=input_ids.shape[1])

# %% [markdown]
# ## 5 · Never compute twice
#
# Your loop feeds the whole row again for every token. *What of that work is new?*
#
# **Predict.** A prompt of 40 tokens and 60 new ones: how many token positions does the plain loop compute in all? And how many are needed?

# %%
prompt, new = 40, 60
print("plain loop:", sum(prompt + step for step in range(new)), "positions")
print("needed:    ", prompt + new - 1)

# %% [markdown]
# **Explain.** A token looks only backwards, so what the model computes for it (in each layer, a *key* and a *value*) never changes
# when more tokens follow. Keep them, and each new token costs one position instead of all of them: that is the *KV cache*. In transformers a forward pass
# returns it as `past_key_values`, and takes it back:
#
# ```python
# out = model(prompt_ids, use_cache=True)                      # the prompt, once ("prefill")
# out = model(token, past_key_values=out.past_key_values)      # one new token, shape [B, 1]
# ```
#
# With a warm cache, feed *only the new token*. Feeding the full row again raises no error; it is silently wrong.
#
# <div class="card" role="note" aria-label="Exercise card">
#
# **Exercise `greedy_generate_cached`** · difficulty 3 of 5 · importance 5 of 5 · 10 minutes · 3 points
#
# `greedy_generate_cached(model, input_ids: LongTensor[B, T], max_new_tokens: int, eos_token_id: int | list[int] | None) -> LongTensor[B, T + n]`
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
# Public check: run it as often as you like. It costs nothing and counts nothing.
counter, fed = counting_model(), []
counter.register_forward_pre_hook(lambda _, args: fed.append(args[0].shape[1]))
prompt = torch.tensor([[1, 2], [4, 5]])
got = greedy_generate_cached(counter, prompt, 4, 7).tolist()
want = [[1, 2, 3, 4, 5, 6], [4, 5, 6, 7, 7, 7]]
assert got == want, (
    f"got {got}, expected {want}. Tokens per forward pass: {fed}. "
    "With a warm cache, what should a forward pass get?"
)
assert fed in ([2, 1, 1, 1], [1, 1, 1, 1, 1]), (
    f"tokens per forward pass: {fed}, expected [2, 1, 1, 1]: the prompt once, "
    "then one new token at a time"
)
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
poem = encode_chat(
    tokenizer, [{"role": "user", "content": "Write a poem about rain."}]
)
for loop in (greedy_generate, greedy_generate_cached):
    start = time.perf_counter()
    ids = loop(model, poem, 40, eos)
    seconds = time.perf_counter() - start
    new = ids.shape[1] - poem.shape[1]
    print(f"{loop.__name__:24} {new} tokens in {seconds:5.2f} s")
print(tokenizer.decode(ids[0, poem.shape[1] :]))

# %% [markdown]
# ## 6 · How likely was that?
#
# The model gives every next token a probability. *What probability does it give to a whole text?* The product of all of them, each given what came before. A product
# of many small numbers soon underflows to 0, so we add logarithms.
#
# **Predict.** Which of these continuations does the model find most likely, and is any of them impossible?

# %%
start, endings = "The capital of France is", [" Paris", " Lyon", " the", " purple"]
with torch.no_grad():
    at_end = model(torch.tensor([tokenizer(start).input_ids])).logits[0, -1]
for ending in endings:
    first = tokenizer(ending).input_ids[0]
    print(f"{start}{ending:8} log p = {at_end.log_softmax(-1)[first]:7.2f}")

# %% [markdown]
# **Explain.** A log-probability is 0 for certainty and more negative the less likely a token is; −2.3 is a probability of 0.1. Nothing gets minus infinity: after a softmax, every token is possible.
#
# <div class="card" role="note" aria-label="Exercise card">
#
# **Exercise `sequence_logprob`** · difficulty 3 of 5 · importance 4 of 5 · 10 minutes · 2 points
#
# `sequence_logprob(model, input_ids: LongTensor[B, T], prompt_length: int) -> FloatTensor[B]`
# For each row, the sum of log p(token | everything before it) over the tokens at positions `prompt_length` … T − 1: all that is not prompt.
#
# - Natural logarithm; rows have no padding; 1 ≤ `prompt_length` < T. Within 1e-3, also for continuations of 60 tokens and more.
# - An EOS is a token like any other and is counted.
#
# Worked example: `counting_model()` gives the right next token 0.858. For `[[1, 2, 3, 4]]` with `prompt_length=2` the result is 2 · ln 0.858 = −0.305.
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
# Public check: run it as often as you like. It costs nothing and counts nothing.
rows = torch.tensor([[1, 2, 3, 4], [1, 2, 3, 9]])
got = sequence_logprob(counting_model(), rows, 2)
want = torch.tensor([-0.3051, -4.3051])
assert got.shape == (2,), f"got shape {tuple(got.shape)}, expected (2,): one per row"
assert torch.allclose(got, want, atol=1e-3), (
    f"got {[round(x, 4) for x in got.tolist()]}, expected {want.tolist()}. "
    "Try one row and prompt_length=3: which logits score the last token?"
)
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
# The longer a text, the smaller its probability: totals compare texts of one length only, or different beginnings of the same one.
#
# ## 7 · The budget
#
# A model can read a fixed number of tokens, its *context length*, and the answer has to fit in as well. *What do you drop when a conversation grows too long?*
#
# **Predict.** This conversation, in tokens: nearer to 30 or to 100?

# %%
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

# %% [markdown]
# **Explain.** The template's markers count too, so count *after* the template. The system message holds the instructions: it stays. Old turns go first,
# and whole: an answer without its question only confuses.
#
# <div class="card" role="note" aria-label="Exercise card">
#
# **Exercise `fit_to_budget`** · difficulty 3 of 5 · importance 3 of 5 · 10 minutes · 3 points
#
# `fit_to_budget(tokenizer, messages: list[dict], context_length: int, max_new_tokens: int) -> list[dict]`
# The system message, where there is one, and as many of the newest whole turns as fit.
#
# - A turn is a user message with the assistant messages after it. Drop whole turns, the oldest first. The last turn always stays.
# - It fits when the tokens of the templated prompt (generation prompt included) plus `max_new_tokens` are at most `context_length`.
# - When not even the last turn fits: `ValueError`. The list you are given is not changed.
#
# Worked example: for `talk` above, `context_length=130` and `max_new_tokens=20` nothing has to go; with `context_length=100` the first turn does.
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
# Public check: run it as often as you like. It costs nothing and counts nothing.
for context_length, want in ((130, talk), (100, talk[:1] + talk[3:])):
    got = fit_to_budget(tokenizer, talk, context_length, 20)
    assert got == want, (
        f"context_length={context_length}, max_new_tokens=20: got the roles "
        f"{[m['role'] for m in got]}, expected {[m['role'] for m in want]}"
    )
try:
    got = fit_to_budget(tokenizer, talk, 30, 20)
except ValueError:
    pass
else:
    raise AssertionError(
        f"nothing fits into 30 tokens: got {got}, expected a ValueError"
    )
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
for context_length in (130, 100, 70):
    kept = fit_to_budget(tokenizer, talk, context_length, max_new_tokens=20)
    print(context_length, "→", [message["content"][:24] for message in kept])

# %% [markdown]
# ## 8 · Many texts at once
#
# A forward pass for four rows costs little more than for one. *How do texts of different lengths become one tensor?*
#
# **Predict.** Generation appends at the right end of every row. On which side does the padding have to go?

# %%
sentences = ["Paris is", "The capital of France is"]
lengths = [len(tokenizer(sentence).input_ids) for sentence in sentences]
print(
    "lengths:",
    lengths,
    "→ the shorter row needs",
    max(lengths) - min(lengths),
    "pads",
)
print("pad id", tokenizer.pad_token_id, "=", repr(tokenizer.pad_token))

# %% [markdown]
# **Explain.** On the left, so that every row's last real token is in the last column, and the next one comes right behind it. The mask cannot be read off
# the ids: in many models the pad token is also a real token, often the EOS.
#
# <div class="card" role="note" aria-label="Exercise card">
#
# **Exercise `left_pad`** · difficulty 1 of 5 · importance 4 of 5 · 6 minutes · 2 points
#
# `left_pad(sequences: list[list[int]], pad_token_id: int) -> tuple[LongTensor[B, T], LongTensor[B, T]]`
# `(input_ids, attention_mask)`; T is the length of the longest sequence.
#
# - The mask is 1 on real tokens and 0 on padding; a real token may have the same id as the padding.
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
# Public check: run it as often as you like. It costs nothing and counts nothing.
got_ids, got_mask = left_pad([[5], [6, 7]], 0)
assert got_ids.tolist() == [[0, 5], [6, 7]], (
    f"ids: got {got_ids.tolist()}, expected [[0, 5], [6, 7]]"
)
assert got_mask.tolist() == [[0, 1], [1, 1]], (
    f"mask: got {got_mask.tolist()}, expected [[0, 1], [1, 1]]: 1 for a real token"
)
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
batch, mask = left_pad(
    [tokenizer(s).input_ids for s in sentences], tokenizer.pad_token_id
)
favourites = next_token_probs(model, batch, attention_mask=mask).argmax(dim=-1)
for sentence, favourite in zip(sentences, favourites.tolist()):
    print(f"{sentence} →{tokenizer.decode([favourite])}")

# %% [markdown]
# ### The same numbers, as a loss
#
# Training reads texts too, and asks for one number: how surprised was the model, per token? *What is the loss of a model that knows nothing?*
#
# **Predict.** For a vocabulary of 49,152 and equal probabilities, −log p of every token is …

# %%
print(f"{torch.tensor(49152.0).log():.2f} nats for a guess among 49,152")
given = torch.tensor([tokenizer("The capital of France is Paris.").input_ids])
with torch.no_grad():
    loss = model(given, labels=given).loss
print(f"{loss:.2f} nats for SmolLM2 on a sentence it knows")

# %% [markdown]
# **Explain.** The loss is the mean of −log p over the tokens that count. The labels are the ids themselves; the shift by one happens inside the loss. Positions that should
# not be learned (padding, the user's part of a chat) get the label −100 and are left out, of the sum *and* of the count.
#
# <div class="card" role="note" aria-label="Exercise card">
#
# **Exercise `next_token_loss`** · difficulty 3 of 5 · importance 4 of 5 · 10 minutes · 2 points
#
# `next_token_loss(logits: FloatTensor[B, T, V], labels: LongTensor[B, T]) -> FloatTensor[]`
# The mean of −log p(`labels[b, t]` | `logits[b, t - 1]`) over all labels that count, in nats: what `model(ids, labels=labels).loss` says.
#
# - Labels of −100 do not count. After the shift at least one label does. It is one mean over the whole batch.
# - Logits may be as large as 1e4 in size. The tensors are not changed. `cross_entropy` is yours to use.
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
# Public check: run it as often as you like. It costs nothing and counts nothing.
example = torch.tensor(
    [[[0.0, 3.0], [5.0, 1.0]]]
).log1p()  # logits[0, 0] = [0, ln 4]
for labels, want in (([[0, 1]], 0.2231), ([[0, 0]], 1.6094)):
    got = float(next_token_loss(example, torch.tensor(labels)))
    assert abs(got - want) < 1e-3, (
        f"labels {labels}: got {got:.4f}, expected {want}. "
        "Which of the two positions predicts the second token?"
    )
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

# %%
labels = batch.masked_fill(mask == 0, -100)
with torch.no_grad():
    out = model(batch, attention_mask=mask, labels=labels)
mine = next_token_loss(out.logits, labels)
print(f"yours {mine:.4f}, the model's own {out.loss:.4f}")

# %% [markdown]
# ## 9 · A service of your own
#
# What a hosted model offers is this pipeline behind one call: text in; text, token counts and a reason for stopping out. *What does the caller need to know?*
#
# **Predict.** The answer to our question has 8 tokens, its EOS counted. With `max_new_tokens=8`, did it stop by itself or was it cut?

# %%
utils.pipeline_map(here="text")

# %% [markdown]
# **Explain.** It stopped by itself: the last token was the EOS, so nothing is missing. Services call that `finish_reason: "stop"`, and `"length"` when the budget ran out. Callers can also give
# *stop strings*: text that ends the answer where it appears. A stop string knows nothing of tokens; it may begin in one and end in the middle of another, so it is looked for in the decoded text.
#
# <div class="card" role="note" aria-label="Exercise card">
#
# **Exercise `infer`** · difficulty 4 of 5 · importance 4 of 5 · 15 minutes · 3 points
#
# `infer(model, tokenizer, prompt: str, max_new_tokens: int = 64, stop: str | list[str] | None = None) -> dict`
# A greedy answer, with the keys `text`, `prompt_tokens`, `completion_tokens` and `finish_reason`.
#
# - Where the tokenizer has a `chat_template`, the prompt is one user message (with the generation prompt); where it has none, it is plain text, encoded as `tokenizer(prompt)` does.
# - `text` is the new text: no prompt, no special tokens, cut before the first stop string that appears in it.
# - Generation ends with an EOS (`model.generation_config.eos_token_id`, one id or a list; where that is `None`, the tokenizer's), with the token that completes a stop string, or with the budget.
# - `completion_tokens` counts every generated token, the EOS included. `finish_reason` is `"stop"` for an EOS, even as the last token of the budget, and for a stop string; else `"length"`.
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
# Public check: run it as often as you like. It costs nothing and counts nothing.
reciter = reciting_model(tokenizer, "The cat sat on the mat.")
for kwargs, text, tokens, reason in (
    ({}, "The cat sat on the mat.", 8, "stop"),
    ({"max_new_tokens": 3}, "The cat sat", 3, "length"),
    ({"stop": " on"}, "The cat sat", 4, "stop"),
):
    got = infer(reciter, tokenizer, "Tell me about the cat.", **kwargs)
    for key, want in (
        ("text", text),
        ("completion_tokens", tokens),
        ("finish_reason", reason),
    ):
        assert got[key] == want, (
            f"{kwargs}: {key} is {got[key]!r}, expected {want!r}"
        )
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
# `text = tokenizer.decode(new, skip_special_tokens=True)`; `found = [text.index(s) for s in stops if s in text]`; if any, `text = text[:min(found)]` and stop.
# The reason is `"length"` unless something else ended the loop.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Decoding everything new after each token finds a stop string wherever its pieces lie, and characters of several tokens come out whole. **A common wrong answer** encodes the stop string and looks for its ids:
# `" on"` at the end of one word and in front of another is not the same token.

# %%
print(infer(model, tokenizer, "What is the capital of France?"))
print(infer(model, tokenizer, "What is the capital of France?", max_new_tokens=4))
print(infer(model, tokenizer, "Count from one to ten.", stop=["five", "5"]))

# %% [markdown]
# ## Check yourself
#
# **1. A chat model goes on writing the user's message instead of answering. What is missing?**
#
# <details><summary>A larger budget</summary>No: a budget only decides when to cut. The first token was wrong already.</details>
# <details><summary>The generation prompt</summary>Yes. Without the opening of the assistant's turn, the most likely next text is more of the user's.</details>
# <details><summary>An attention mask</summary>No: for one prompt without padding, a mask of ones changes nothing.</details>
#
# **2. Your cached loop gives other ids than the plain one, without an error. Where do you look first?**
#
# <details><summary>At what is fed after the first step</summary>Yes. With a warm cache, the full row is read as new text behind the old.</details>
# <details><summary>At the softmax</summary>No: greedy decoding takes the argmax, which a softmax does not change.</details>
# <details><summary>At the pad id</summary>Only if the difference is confined to rows that had ended.</details>
#
# **3. Two continuations have log-probabilities −12 (4 tokens) and −15 (10 tokens). Which does the model find more likely?**
#
# <details><summary>The first, as a whole text</summary>Yes: its total is larger. Per token it is the other way round, −3 against −1.5, so say which you mean.</details>
# <details><summary>The second</summary>Per token, yes; as a whole text, no.</details>
# <details><summary>They cannot be compared</summary>They can, as totals. What one cannot do is read a total as quality.</details>

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
# **Glossary.** *Token*: a piece of text in the vocabulary. *Id*: its number. *Logit*: a score before the softmax. *Softmax*: scores to probabilities. *EOS*, *BOS*: end and beginning of sequence. *Prefill*: computing the prompt.
# *KV cache*: keys and values kept for tokens already read. *Greedy*: always the most likely token. *Context length*: how many tokens the model can read. *Nat*: the unit of a natural logarithm.
#
# Last, give the memory back.

# %%
del chat, model
smol.unload()
print(utils.memory_report())
