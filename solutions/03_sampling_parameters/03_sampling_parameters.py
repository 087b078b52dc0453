# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 03 · Sampling parameters
#
# *A model gives scores; somebody has to choose. Temperature, top-k, top-p, min-p, penalties, beams: in this notebook you build every knob of that choice, and
# hear what each one does to a story.*
#
# <!-- badges -->
#
# **Before you start**
#
# | | |
# |---|---|
# | You need | PyTorch as in notebook 01: indexing, shapes, softmax; what a logit is |
# | Hardware | any laptop with 2 GB of free memory; no GPU |
# | Download | the model of notebook 01, 93 MB, once. After that the notebook works offline |
# | Time | about two hours: ten exercises (76 minutes, 25 points), one reflection (marked by hand) and some reading; four stretch exercises at the end (33 minutes, 8 bonus points). Cells that write long texts need a moment |
#
# **After it you can**
#
# - *reshape* a distribution and cut its tail in three ways (`apply_temperature`, `top_k_filter`, `top_p_filter`, `min_p_filter`);
# - *discourage* a text from repeating itself (`repetition_penalty`);
# - *draw* from a distribution, with a generator or with one number u (`sample`, `cumulative_table`, `sample_from_u`);
# - *search* for a likely text instead of drawing one (`beam_search`);
# - *measure* how much of a text is new (`distinct_n`).
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
import torch
import transformers

# %% [markdown]
# ## 0 · Which would you hire as your writer?
#
# Five settings, one prompt, twenty tokens each. *What changes, if the model stays the same?*
#
# **Predict.** One of the five cannot surprise you: run twice, it writes the same. Which? And which will stop making sense first?

# %%
smol = utils.load_model("smollm2-135m", dtype=torch.float32, device="cpu")
model, tokenizer = smol.model, smol.tokenizer
print(smol)

# %%
my_guess = None  # which one is always the same? which one falls apart?

opening = "Once upon a time, there was a lighthouse"
prompt = tokenizer(opening, return_tensors="pt")
begin = prompt.input_ids.shape[1]  # where the new tokens begin
writers = {
    "greedy": {"do_sample": False},
    "temperature 0.3": {"do_sample": True, "temperature": 0.3, "top_k": 0},
    "temperature 1.3": {"do_sample": True, "temperature": 1.3, "top_k": 0},
    "top-k 5": {"do_sample": True, "top_k": 5},
    "top-p 0.7": {"do_sample": True, "top_k": 0, "top_p": 0.7},
}
for name, settings in writers.items():
    torch.manual_seed(3)
    story = model.generate(**prompt, max_new_tokens=20, **settings)
    text = tokenizer.decode(story[0, begin:])
    print(f"{name:>16}: …{text!r}")

# %% [markdown]
# **Explain.** Greedy decoding has no choice to make, so it always writes the same. A high temperature makes unlikely tokens likelier, and sooner or later one of
# them derails the sentence. The model gave the same scores each time: what differs is only what happens *between* the scores and the token.

# %%
utils.pipeline_map(here=["logits", "probabilities", "next token"])

# %% [markdown]
# Throughout, **scores** are a tensor `[B, V]`: one row per text, one number per token of the vocabulary. A function of scores gives new scores back and never changes its input;
# a *removed* token has the score `-inf`, because exp(−inf) is exactly 0. B is the number of rows, V the size of the vocabulary. Scores may come in any float dtype, and what goes out has
# the same one. They may already hold `-inf` from an earlier filter; those remain `-inf`.
#
# Two prompts will go with us: after the first the model is sure, after the second it is not.


# %%
def next_scores(text):
    with torch.no_grad():
        return model(**tokenizer(text, return_tensors="pt")).logits[:, -1]


sure = next_scores("The capital of France is")
unsure = next_scores("Once upon a time, there was a")


def likeliest(scores, count=8):
    """Texts and probabilities of the likeliest tokens of one row, and their ids."""
    probs, ids = scores[0].softmax(dim=-1).topk(count)
    return [tokenizer.decode([i]) for i in ids.tolist()], probs.tolist(), ids


def panel(scores, filtered):
    """What `utils.survivors_side_by_side` draws of a filter on one row."""
    texts, probs, ids = likeliest(scores, 12)
    return texts, probs, (filtered[0, ids] > -torch.inf).tolist()


for name, scores in {"sure": sure, "unsure": unsure}.items():
    texts, probs, _ = likeliest(scores, 4)
    print(name, [f"{text} {p:.3f}" for text, p in zip(texts, probs)])

# %% [markdown]
# ## 1 · Temperature
#
# *How do you make a model bolder, without teaching it anything?*
#
# **Predict.** Two tokens have probabilities 0.8 and 0.2. You divide both scores by 2. Is the second now likelier, less likely or as likely as before?

# %%
my_guess = None  # likelier, less likely, the same?

two = torch.tensor([[0.8, 0.2]]).log()
for divisor in (0.3, 1.0, 2.0, 1000.0):
    shown = (two / divisor).softmax(dim=-1)[0].tolist()
    print(f"divided by {divisor:6}:", [f"{p:.3f}" for p in shown])

# %% [markdown]
# **Explain.** Likelier: 0.333. What counts in a softmax are differences of scores. Divided by a number above 1 they shrink, and the distribution becomes flatter; divided by one below 1 they grow,
# until the largest takes everything. That number is the *temperature*. Infinitely hot is uniform, and 0, where the division fails, would be greedy.
#
# <div class="card" role="note" aria-label="Exercise apply_temperature">
#
# **Exercise `apply_temperature`** · difficulty 1 of 5 · importance 5 of 5 · 4 minutes · 2 points
#
# `apply_temperature(scores: FloatTensor[B, V], temperature: float) -> FloatTensor[B, V]`
#
# The scores, each divided by `temperature`, in their own dtype.
#
# - A temperature of 0 or below raises `ValueError` (who wants greedy decoding takes the argmax); an int is as good as a float.
# - The input is not changed.
#
# Worked example: scores `[[2.0, -1.0]]` at temperature 2 give `[[1.0, -0.5]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "apply_temperature", "locked": false, "schema_version": 3, "solution": true, "task": false}
def apply_temperature(scores, temperature):
    """Scores at a temperature: flatter above 1, sharper below.

    scores: FloatTensor[B, V]. Returns a new tensor like it. Raises ValueError for a
    temperature of 0 or below.
    """
    ### BEGIN SOLUTION
    if temperature <= 0:
        raise ValueError(f"temperature must be above 0, not {temperature}")
    return scores / temperature
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_apply_temperature", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    given = torch.tensor([[2.0, -1.0], [0.0, -torch.inf]])
    for temperature, want in (
        (2, [[1.0, -0.5], [0.0, -torch.inf]]),
        (0.5, [[4.0, -2.0], [0.0, -torch.inf]]),
    ):
        scores = given.clone()
        got = apply_temperature(scores, temperature)
        assert isinstance(got, torch.Tensor), (
            f"got a {type(got).__name__}, expected a tensor: is there a return?"
        )
        utils.expect_close(
            got,
            want,
            f"temperature {temperature}: got {got.tolist()}, expected {want}. "
            "Divide the scores themselves; no softmax is needed.",
        )
        assert scores.equal(given), "the scores that you were given have changed"
    assert apply_temperature(given.half(), 2.0).dtype == torch.float16, (
        "float16 scores came back in another dtype: let torch divide, nothing else"
    )
    for wrong in (0.0, -1.0):
        try:
            got = apply_temperature(given, wrong).tolist()
        except ValueError:
            continue
        except AssertionError as error:
            got = repr(error)
        raise AssertionError(
            f"temperature {wrong} gave {got}, expected a ValueError: "
            "what does dividing by it do to the order of the tokens?"
        )


public_check()
print("apply_temperature: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_apply_temperature", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for apply_temperature are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("apply_temperature", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# What is left of a score of 3 at temperature 1.5?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# One line computes it. One line before it refuses what makes no sense.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `raise ValueError(...)` if `temperature <= 0`; then `scores / temperature`, which makes a new tensor.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Division keeps the order of the tokens and scales all differences. **A common wrong answer** returns the softmax as well: the next filter would then take a softmax of probabilities.

# %% [markdown]
# Your function at 0.3 and 1.3, on the unsure prompt. Each picture has a scale of its own, so read the numbers:


# %%
def at_temperature(temperature):
    texts, _, ids = likeliest(unsure)
    probs = apply_temperature(unsure, temperature).softmax(dim=-1)[0, ids]
    title = f"temperature {temperature:.2f}: eight tokens share {probs.sum():.3f}"
    return utils.next_token_bars(texts, probs.tolist(), title=title)


at_temperature(0.3)

# %%
at_temperature(1.3)

# %% [markdown]
# The same with a slider. Hands on: at which temperature do the eight tokens share half of the mass? (Near 0.8.)

# %%
utils.live(at_temperature, temperature=(0.1, 2.0, 1.0))

# %% [markdown]
# ## 2 · Top-k: a list of fixed length
#
# At temperature 1.3 the tail of thousands of unlikely tokens has real weight. The simplest cure is to cut it off: keep the k likeliest. *Which k?*
#
# **Predict.** `generate(do_sample=True)`, and nothing else: how many different tokens can come first after "Once upon a time, there was a"?

# %%
my_guess = None  # how many?

flat_prompt = tokenizer("Once upon a time, there was a", return_tensors="pt")
order = unsure[0].argsort(descending=True)
for settings in ({}, {"top_k": 0}):
    torch.manual_seed(0)
    drawn = model.generate(
        **flat_prompt,
        do_sample=True,
        max_new_tokens=1,
        num_return_sequences=50,
        **settings,
    )[:, -1]
    beyond = int((~torch.isin(drawn, order[:50])).sum())
    print(settings, "→ from beyond rank 50:", beyond, "of 50 draws")

# %% [markdown]
# **Explain.** Fifty, whatever the seed. Transformers applies `top_k=50` to whoever samples and says nothing. It is a default of the library, not of the model, and a comparison of samplers that forgets it compares something else.
#
# Where two tokens tie for place k, a sort keeps one of them by accident. Transformers keeps both, and so do we.
#
# <div class="card" role="note" aria-label="Exercise top_k_filter">
#
# **Exercise `top_k_filter`** · difficulty 2 of 5 · importance 4 of 5 · 6 minutes · 2 points
#
# `top_k_filter(scores: FloatTensor[B, V], top_k: int) -> FloatTensor[B, V]`
#
# The scores, with `-inf` for every token whose score is below the k-th largest of its row.
#
# - What equals the k-th largest score stays, even if that makes more than k.
# - A `top_k` above V keeps everything; it is at least 1. Survivors keep their scores, dtype included. The input is not changed.
#
# Worked example: `[[3.0, 1.0, 2.0, 2.0]]` with `top_k=2` gives `[[3.0, -inf, 2.0, 2.0]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "top_k_filter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_k_filter(scores, top_k):
    """Keep the k largest scores of each row, ties included; -inf for the others.

    scores: FloatTensor[B, V]; top_k >= 1. Returns a tensor like scores.
    """
    ### BEGIN SOLUTION
    k = min(top_k, scores.shape[-1])
    smallest = scores.topk(k, dim=-1).values[:, -1:]
    return scores.masked_fill(scores < smallest, -torch.inf)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_top_k_filter", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    off = -torch.inf
    given = torch.tensor([[3.0, 1.0, 2.0, 2.0], [0.0, 5.0, 4.0, -1.0]])
    one, two = "Is each row on its own?", "Do both that tie for place 2 stay?"
    for top_k, want, ask in (
        (1, [[3.0, off, off, off], [off, 5.0, off, off]], one),
        (2, [[3.0, off, 2.0, 2.0], [off, 5.0, 4.0, off]], two),
        (9, given.tolist(), "A top_k above V keeps everything."),
    ):
        scores = given.clone()
        got = top_k_filter(scores, top_k)
        utils.expect_close(
            got,
            want,
            f"top_k={top_k}: got another result than expected. {ask} Removed tokens "
            "have -inf.",
        )
        assert scores.equal(given), "the scores that you were given have changed"


public_check()
print("top_k_filter: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_top_k_filter", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for top_k_filter are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("top_k_filter", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# You need one number per row: the score that is just good enough.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `torch.topk` sorts the k largest of each row. The last of them is the threshold; compare every score with it.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `k = min(top_k, V)`; `scores.topk(k).values[:, -1:]` has shape [B, 1], so `scores < …` works row by row; `masked_fill` makes a new tensor.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Comparing with a threshold, not with a list of ids, keeps ties by itself. **A common wrong answer** scatters the k scores into a tensor of −inf: of equal scores it drops some at random.

# %%
filtered = {
    name: top_k_filter(s, 5) for name, s in (("sure", sure), ("unsure", unsure))
}
utils.survivors_side_by_side(
    {
        "The capital of France is (k = 5)": panel(sure, filtered["sure"]),
        "…, there was a (k = 5)": panel(unsure, filtered["unsure"]),
    }
)

# %% [markdown]
# The picture draws and counts the twelve likeliest, their mass in brackets; the filter sees all 49,152. Five are more than the left needs, and far too few on the right. With k = 50 there are 45 more on the left that nobody needs, and 40 % of the mass is still cut off on the right. No k is right for both.
#
# ## 3 · Top-p: a list of fixed mass
#
# *What if we fix not how many tokens stay, but how much probability?*
#
# **Predict.** Probabilities 0.5, 0.3, 0.15, 0.05 and p = 0.7. The *nucleus* is the smallest set that has at least this mass. How many tokens?

# %%
my_guess = None  # how many tokens?

probs = torch.tensor([0.5, 0.3, 0.15, 0.05])
print("mass up to and including each token:", probs.cumsum(0))
print("mass before each token:             ", probs.cumsum(0) - probs)

# %% [markdown]
# **Explain.** Two: one has 0.5, which is not enough; two have 0.8. The token that *crosses* p belongs to the nucleus, so asking whether the mass *up to* a token is at most p loses it. Ask for the mass *before* it:
# a token stays as long as that is still below p.
#
# <div class="card" role="note" aria-label="Exercise top_p_filter">
#
# **Exercise `top_p_filter`** · difficulty 4 of 5 · importance 5 of 5 · 10 minutes · 3 points
#
# `top_p_filter(scores: FloatTensor[B, V], top_p: float, min_tokens_to_keep: int = 1) -> FloatTensor[B, V]`
#
# The scores, with `-inf` outside the nucleus of each row: with the tokens of a row ranked by probability, a token stays if the mass of those before it is below `top_p`.
#
# - The first `min_tokens_to_keep` stay in any case (all, if that is more than V). With `top_p=0` one token stays, with `top_p=1` all that a sum of floats can see: in a large vocabulary it reaches 1 before the last tokens. In which dtype you sum is free; no mark depends on a mass that rounding decides.
# - Survivors keep their scores; tokens keep their places. Which of several equal tokens stay is yours to choose.
#
# Worked example: the logarithms of `[[0.15, 0.5, 0.05, 0.3]]` with `top_p=0.7` keep their second and fourth entry.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "top_p_filter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    """Keep the smallest set of tokens whose mass reaches top_p; -inf for the others.

    scores: FloatTensor[B, V]; 0 <= top_p <= 1. Returns a tensor like scores.
    """
    ### BEGIN SOLUTION
    ordered, ids = scores.sort(dim=-1, descending=True)
    probs = ordered.softmax(dim=-1)
    before = probs.cumsum(dim=-1) - probs
    remove = before >= top_p
    remove[:, :min_tokens_to_keep] = False
    remove = torch.zeros_like(remove).scatter(-1, ids, remove)
    return scores.masked_fill(remove, -torch.inf)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_top_p_filter", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    given = torch.tensor([[0.15, 0.5, 0.05, 0.3], [0.02, 0.03, 0.9, 0.05]]).log()
    crossing = (
        "Does the token that crosses p stay, and is the mask out of sorted order?"
    )
    least_one = "At least min_tokens_to_keep stay, the likeliest."
    for top_p, least, keep, ask in (
        (0.7, 1, [[0, 1, 0, 1], [0, 0, 1, 0]], crossing),
        (0.0, 1, [[0, 1, 0, 0], [0, 0, 1, 0]], least_one),
        (1.0, 1, [[1, 1, 1, 1], [1, 1, 1, 1]], "All mass is needed for 1."),
        (0.7, 3, [[1, 1, 0, 1], [0, 1, 1, 1]], least_one),
        (0.7, 9, [[1, 1, 1, 1], [1, 1, 1, 1]], least_one),
    ):
        scores = given.clone()
        got = top_p_filter(scores, top_p, min_tokens_to_keep=least)
        want = given.masked_fill(torch.tensor(keep) == 0, -torch.inf)
        utils.expect_close(
            got,
            want,
            f"top_p={top_p}, min_tokens_to_keep={least}: other tokens stay than "
            f"{keep}, or with other scores. {ask}",
        )
        assert scores.equal(given), "the scores that you were given have changed"
    even = top_p_filter(torch.zeros(1, 4), 0.5)
    assert int((even > -torch.inf).sum()) == 2, (
        "four equal tokens and top_p=0.5: two of them have exactly that mass, but "
        f"{int((even > -torch.inf).sum())} stay. Below p, or at most p?"
    )


public_check()
print("top_p_filter: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_top_p_filter", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for top_p_filter are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("top_p_filter", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Sort first. In sorted order the mask is easy; the work is to find which places it means.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Softmax the sorted scores, take the cumulative sum, subtract each token's own probability. Then `scatter` carries the mask from rank i to token `ids[i]`.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `ordered, ids = scores.sort(dim=-1, descending=True)`; `remove = (cumsum − probs) >= top_p`; `remove[:, :min_tokens_to_keep] = False`; `torch.zeros_like(remove).scatter(-1, ids, remove)`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The mass before the first token is 0, so something always stays, and it grows along the ranks, so what stays is a beginning of the list. **A common wrong answer** applies the sorted mask to the unsorted scores: right only for rows that
# happen to be sorted.

# %%
filtered = {
    name: top_p_filter(s, 0.7) for name, s in (("sure", sure), ("unsure", unsure))
}
for name, scores in filtered.items():
    print(
        name,
        "→",
        int((scores > -torch.inf).sum()),
        "tokens stay of",
        scores.shape[1],
    )
utils.survivors_side_by_side(
    {
        "The capital of France is (p = 0.7)": panel(sure, filtered["sure"]),
        "…, there was a (p = 0.7)": panel(unsure, filtered["unsure"]),
    }
)

# %% [markdown]
# One token on the left, 105 on the right (twelve are drawn), from one p. Now the twelve likeliest as if there were no others, so that they sum to 1. The token with which the running sum crosses the dashed line, p, is the last that stays:


# %%
def nucleus(temperature, top_p):
    texts, _, ids = likeliest(unsure, 12)
    hot = apply_temperature(unsure[:, ids], temperature)
    kept = top_p_filter(hot, top_p)[0] > -torch.inf
    probs = hot.softmax(dim=-1)[0].tolist()
    title = f"temperature {temperature:.2f}, then top-p {top_p:.2f}"
    return utils.distribution_with_survivors(
        texts, probs, kept.tolist(), True, title, limit=top_p
    )


nucleus(1.0, 0.7)

# %%
utils.live(nucleus, temperature=(0.1, 2.0, 1.0), top_p=(0.0, 1.0, 0.7))

# %% [markdown]
# ### Order matters
#
# **Predict.** Probabilities 0.6, 0.25, 0.1, 0.05; temperature 2 and p = 0.8. Does it matter which comes first?

# %%
my_guess = None  # the same tokens, or others?

four = torch.tensor([[0.6, 0.25, 0.1, 0.05]]).log()
hot_first = top_p_filter(apply_temperature(four, 2.0), 0.8)
cut_first = apply_temperature(top_p_filter(four, 0.8), 2.0)
print("temperature, then top-p:", hot_first.softmax(-1)[0])
print("top-p, then temperature:", cut_first.softmax(-1)[0])

# %% [markdown]
# **Explain.** Three tokens stay in the first order, two in the second: heat flattens the distribution, so it takes more tokens to reach p. Transformers applies the temperature first. When two programs with "the same settings" write differently, look here.
#
# ## 4 · Min-p: as good as the best, nearly
#
# *Can the model itself say how many candidates it takes seriously?*
#
# **Predict.** Keep every token with at least a tenth of the best one's probability. After "The capital of France is" the best has 0.773. How many stay?

# %%
my_guess = None  # how many?

texts, probs, _ = likeliest(sure, 5)
for text, p in zip(texts, probs):
    print(f"{text!r:>10}: {p:.3f}, that is {p / probs[0]:.3f} of the best")

# %% [markdown]
# **Explain.** One: the second has 0.084 of the best. Where the model is unsure the best token is weak, the threshold falls with it, and many stay. Unlike top-p, min-p never keeps a token just because the mass is not yet full.
#
# <div class="card" role="note" aria-label="Exercise min_p_filter">
#
# **Exercise `min_p_filter`** · difficulty 2 of 5 · importance 3 of 5 · 4 minutes · 2 points
#
# `min_p_filter(scores: FloatTensor[B, V], min_p: float) -> FloatTensor[B, V]`
#
# The scores, with `-inf` for every token whose probability is below `min_p` times the largest probability of its row.
#
# - 0 ≤ `min_p` ≤ 1; what equals the threshold, as floats compare, stays, so `min_p=1` keeps the likeliest, all of them if there are several, and `min_p=0` keeps everything.
#
# Worked example: the logarithms of `[[0.5, 0.3, 0.15, 0.05]]` with `min_p=0.2` lose the last entry: 0.05 is below 0.1.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "min_p_filter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def min_p_filter(scores, min_p):
    """Keep what is at least min_p times as likely as the likeliest.

    scores: FloatTensor[B, V]. Returns a tensor like scores, with -inf elsewhere.
    """
    ### BEGIN SOLUTION
    probs = scores.softmax(dim=-1)
    threshold = min_p * probs.amax(dim=-1, keepdim=True)
    return scores.masked_fill(probs < threshold, -torch.inf)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_min_p_filter", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    given = torch.tensor([[0.5, 0.3, 0.15, 0.05], [0.02, 0.04, 0.9, 0.04]]).log()
    for min_p, keep in (
        (0.2, [[1, 1, 1, 0], [0, 0, 1, 0]]),
        (0.03, [[1, 1, 1, 1], [0, 1, 1, 1]]),
        (0.0, [[1, 1, 1, 1], [1, 1, 1, 1]]),
        (1.0, [[1, 0, 0, 0], [0, 0, 1, 0]]),
    ):
        scores = given.clone()
        got = min_p_filter(scores, min_p)
        want = given.masked_fill(torch.tensor(keep) == 0, -torch.inf)
        utils.expect_close(
            got,
            want,
            f"min_p={min_p}: other tokens stay than {keep}. Is the threshold min_p "
            "times the largest *probability* of the same row, and does what equals "
            "it stay?",
        )
        assert scores.equal(given), "the scores that you were given have changed"


public_check()
print("min_p_filter: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_min_p_filter", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for min_p_filter are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("min_p_filter", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# It is top-k with another threshold.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# One threshold per row: `min_p` times the largest probability. Keep the dimension, so that it compares row by row.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `probs = scores.softmax(dim=-1)`; `probs.amax(dim=-1, keepdim=True)`; then `masked_fill` as before.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A ratio of probabilities is a difference of scores, so the threshold lies −ln(min_p) below the best score, whatever the rest of the row does. **A common wrong answer** compares with `min_p` itself: on the unsure prompt nothing reaches 0.1.

# %%
utils.survivors_side_by_side(
    {
        "The capital of France is (min-p 0.3)": panel(sure, min_p_filter(sure, 0.3)),
        "…, there was a (min-p 0.3)": panel(unsure, min_p_filter(unsure, 0.3)),
    }
)

# %% [markdown]
# ## 5 · Repetition penalty
#
# Now the other disease: not too much surprise, but none. *What does greedy decoding write if you let it go on?*
#
# **Predict.** You have seen its first 20 tokens. Will the tokens 100 to 200 be new?

# %%
my_guess = None  # new, or not?

long = model.generate(**prompt, max_new_tokens=200, do_sample=False)
long_story = tokenizer.decode(long[0])
print("20 tokens: ", repr(tokenizer.decode(long[0, : begin + 20])))
print("200 tokens:", long_story)

# %% [markdown]
# **Explain.** It falls into a loop. Each round makes the next one likelier, because the model has just seen the pattern work. The oldest remedy punishes every token that is already there: a positive score is divided by the penalty, a negative one
# multiplied, so that both go *down*.
#
# <div class="card" role="note" aria-label="Exercise repetition_penalty">
#
# **Exercise `repetition_penalty`** · difficulty 3 of 5 · importance 3 of 5 · 8 minutes · 3 points
#
# `repetition_penalty(input_ids: LongTensor[B, T], scores: FloatTensor[B, V], penalty: float) -> FloatTensor[B, V]`
#
# The scores, where each token that stands in the same row of `input_ids` (the text so far, prompt included) has a score > 0 divided by `penalty`, or a score < 0 multiplied by it.
#
# - Once per distinct token, however often it stands there. Rows have nothing to do with each other.
# - `penalty` > 0; below 1 it is a reward. The inputs are not changed, and a score of `-inf` stays `-inf`.
#
# Worked example: `input_ids=[[0, 1, 0]]`, scores `[[3.0, -1.0, 2.0]]` and penalty 2 give `[[1.5, -2.0, 2.0]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "repetition_penalty", "locked": false, "schema_version": 3, "solution": true, "task": false}
def repetition_penalty(input_ids, scores, penalty):
    """Scores with those of tokens that are already there made smaller.

    input_ids: LongTensor[B, T]; scores: FloatTensor[B, V]; penalty > 0. Returns a
    tensor like scores.
    """
    ### BEGIN SOLUTION
    seen = scores.gather(1, input_ids)
    punished = torch.where(seen > 0, seen / penalty, seen * penalty)
    return scores.scatter(1, input_ids, punished)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_repetition_penalty", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    given = torch.tensor([[3.0, -1.0, 2.0], [4.0, 4.0, -3.0]])
    for ids, penalty, want in (
        ([[0, 1, 0], [2, 2, 2]], 2.0, [[1.5, -2.0, 2.0], [4.0, 4.0, -6.0]]),
        ([[2], [1]], 0.5, [[3.0, -1.0, 4.0], [4.0, 8.0, -3.0]]),
    ):
        scores = given.clone()
        got = repetition_penalty(torch.tensor(ids), scores, penalty)
        utils.expect_close(
            got,
            want,
            f"ids {ids}, penalty {penalty}: got {got.tolist()}, expected {want}. "
            "Do negative scores go down too, a repeated token once, and only "
            "tokens of the same row?",
        )
        assert scores.equal(given), "the scores that you were given have changed"


public_check()
print("repetition_penalty: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_repetition_penalty", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for repetition_penalty are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("repetition_penalty", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which direction is "less likely" for a score of −1?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Fetch the scores of the tokens in the row, compute their new values, and put them back into a copy. A token that stands there twice is fetched twice with the *old* score, so it is punished once.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `seen = scores.gather(1, input_ids)`; `torch.where(seen > 0, seen / penalty, seen * penalty)`; `scores.scatter(1, input_ids, …)` without the underscore makes a new tensor.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** `gather` reads all old scores before anything is written, so the same value is written for each repetition. **A common wrong answer** loops over the tokens and punishes in place: a token that stands there five times is divided five times.


# %%
def write(choose, new_tokens, rows=1):
    """Texts that grow by the token that choose(ids, scores) names, row by row."""
    ids, cache = prompt.input_ids.repeat(rows, 1), None
    feed = ids
    for _ in range(new_tokens):
        with torch.no_grad():
            out = model(feed, past_key_values=cache, use_cache=True)
        cache, feed = out.past_key_values, choose(ids, out.logits[:, -1])[:, None]
        ids = torch.cat([ids, feed], dim=1)
    return tokenizer.batch_decode(ids[:, begin:])


print(write(lambda ids, s: repetition_penalty(ids, s, 1.2).argmax(-1), 100)[0])

# %% [markdown]
# No loop in 100 tokens; the greedy text above was in its loop by then. The penalty is blunt, though: it also punishes every comma, every "the" and the words of the prompt.
#
# ## 6 · The draw
#
# All of this only prepared scores. *How is a token drawn from them?*
#
# **Predict.** Rows b = 0 and 1 of a batch have the same scores. Should they draw the same token?

# %%
my_guess = None  # the same, or not?

generator = torch.Generator().manual_seed(0)
one_number = torch.rand(1, generator=generator)
print("one random number for 6 rows: ", one_number.expand(6).tolist())
print("a random number for each row: ", torch.rand(6, generator=generator).tolist())

# %% [markdown]
# **Explain.** Not necessarily: the rows are different texts, and each needs randomness of its own. All of it comes from a *generator*, an object with a state that every draw moves on. The same state gives the same draw, which is what makes a story repeatable;
# a function that seeds the generator itself would draw the same token for ever.
#
# <div class="card" role="note" aria-label="Exercise sample">
#
# **Exercise `sample`** · difficulty 3 of 5 · importance 5 of 5 · 8 minutes · 3 points
#
# `sample(scores: FloatTensor[B, V], generator: torch.Generator) -> LongTensor[B]`
#
# One token id per row, drawn from the softmax of the row's scores.
#
# - All randomness comes from `generator`, as it stands: the same state, the same draw. You do not seed it.
# - A token with `-inf` is never drawn. Rows draw independently of each other. Scores may be 1000.
#
# Worked example: scores `[[0.0, -inf], [-inf, 5.0]]` give `[0, 1]`, whatever the generator says.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "sample", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sample(scores, generator):
    """One draw per row from softmax(scores).

    scores: FloatTensor[B, V], -inf for what may not be drawn. Returns LongTensor[B].
    """
    ### BEGIN SOLUTION
    probs = scores.softmax(dim=-1)
    return torch.multinomial(probs, num_samples=1, generator=generator).squeeze(1)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_sample", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    def seeded(seed):
        return torch.Generator().manual_seed(seed)

    forced = torch.tensor([[1000.0, -torch.inf], [-torch.inf, -1000.0]])
    got = sample(forced, seeded(0))
    assert isinstance(got, torch.Tensor) and got.shape == (2,), (
        f"got {got!r}, expected one id per row: LongTensor[2]"
    )
    assert got.dtype == torch.int64 and got.tolist() == [0, 1], (
        f"got {got.tolist()} in {got.dtype}, expected [0, 1] in torch.int64: "
        "the other tokens are removed"
    )
    many = torch.tensor([[0.5, 0.3, 0.2]]).log().repeat(3000, 1)
    first = sample(many, seeded(1))
    assert len(first.unique()) > 1, (
        "3000 equal rows all drew the same token: does each row have a random "
        "number of its own, and is it a draw, not the likeliest token?"
    )
    assert first.equal(sample(many, seeded(1))), (
        "the same generator state gave two different draws: where does your other "
        "randomness come from?"
    )
    assert not first.equal(sample(many, seeded(2))), (
        "two different seeds gave the same draws: is the generator used?"
    )
    shares = (first.bincount(minlength=3) / 3000).tolist()
    assert all(abs(s - p) < 0.06 for s, p in zip(shares, (0.5, 0.3, 0.2))), (
        f"of 3000 draws the shares are {shares}, expected about 0.5, 0.3 and 0.2. "
        "Scores are logarithms, and each row draws for itself."
    )


public_check()
print("sample: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_sample", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for sample are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("sample", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Scores are not probabilities yet.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Torch has a function that draws indices from rows of weights and takes a generator.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `torch.multinomial(probs, num_samples=1, generator=generator)` has shape [B, 1]; the contract wants [B].
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The softmax makes −inf exactly 0, and `multinomial` never draws a weight of 0. **A common wrong answer** forgets to pass the generator on: the draws look right and cannot be repeated.


# %%
def writer(temperature=1.0, top_k=0, top_p=1.0, seed=0):
    """Your functions in transformers' order, as one choice."""
    generator = torch.Generator().manual_seed(seed)

    def choose(ids, scores):
        scores = apply_temperature(scores, temperature)
        scores = top_k_filter(scores, top_k) if top_k else scores
        scores = top_p_filter(scores, top_p) if top_p < 1 else scores
        return sample(scores, generator)

    return choose


for story in write(writer(temperature=0.8, top_p=0.9), 20, rows=5):
    print("…", repr(story))

# %% [markdown]
# Five stories from one prompt, and every step between scores and token is yours.
#
# ## 7 · One number decides
#
# *What does `multinomial` do inside?*
#
# Lay the probabilities end to end on a stick of length 1 and throw a dart at it. Where it lands, u, decides.
#
# **Predict.** Tokens with 0.2, 0.5 and 0.3 lie there in this order. Which one does u = 0.7 hit: the second, or the third?

# %%
my_guess = None  # second or third?

stick = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64)
print("the tokens end at", stick.cumsum(0).tolist())
tenths = torch.full((10,), 0.1, dtype=torch.float64)
print("ten times 0.1 ends at", tenths.cumsum(0)[-1].item())

# %% [markdown]
# **Explain.** The third: u = 0.7 lies on the boundary, and the second token owns the numbers from 0.2 up to, but not including, 0.7. So a token is hit if its cumulative mass *exceeds* u. That way u = 0 hits the first token that has any mass, and each token is
# hit with exactly its probability.
#
# The second line shows what goes wrong in practice: sums of floats are not exact. First a table in which a person can look things up: which tokens make up the first half of the mass?
#
# <div class="card" role="note" aria-label="Exercise cumulative_table">
#
# **Exercise `cumulative_table`** · difficulty 2 of 5 · importance 3 of 5 · 6 minutes · 2 points
#
# `cumulative_table(probs: FloatTensor[V]) -> tuple[LongTensor[V], FloatTensor[V]]`
#
# `(token_ids, cumulative)`: the ids ranked by probability, the largest first, and for each the mass of all tokens up to and including it.
#
# - Of equally likely tokens the one with the lower id comes first.
# - The last entry of `cumulative` is exactly 1, whatever rounding says; the others to 0.00001. Clamping the sums or dividing them is free.
#
# Worked example: `[0.25, 0.5, 0.25]` gives ids `[1, 0, 2]` and cumulative `[0.5, 0.75, 1.0]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "cumulative_table", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cumulative_table(probs):
    """The tokens by rank, with the mass up to and including each.

    probs: FloatTensor[V]. Returns (token_ids, cumulative), LongTensor[V] and
    FloatTensor[V].
    """
    ### BEGIN SOLUTION
    ordered, token_ids = probs.sort(descending=True, stable=True)
    cumulative = ordered.cumsum(dim=0).clamp(max=1.0)
    cumulative[-1] = 1.0
    return token_ids, cumulative
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_cumulative_table", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for probs, want_ids, want_mass in (
        ([0.25, 0.5, 0.25], [1, 0, 2], [0.5, 0.75, 1.0]),
        ([0.0, 0.75, 0.0, 0.25], [1, 3, 0, 2], [0.75, 1.0, 1.0, 1.0]),
    ):
        given = torch.tensor(probs)
        result = cumulative_table(given)
        assert isinstance(result, (tuple, list)) and len(result) == 2, (
            f"got a {type(result).__name__}, expected two things: ids and masses"
        )
        ids, mass = result
        assert ids.tolist() == want_ids, (
            f"{probs}: got ids {ids.tolist()}, expected {want_ids}. Likeliest "
            "first, and of equals the lower id first?"
        )
        utils.expect_close(
            mass,
            want_mass,
            f"{probs}: got masses {mass.tolist()}, expected {want_mass}. Is a "
            "token's own mass in its entry, and does it belong to the id beside it?",
        )
        assert given.tolist() == probs, "the probabilities you were given changed"
    ids = cumulative_table(torch.full((64,), 1 / 64))[0]
    assert ids.tolist() == list(range(64)), (
        f"64 equal tokens came out as {ids.tolist()}: is your sort sure to leave "
        "equals in their order?"
    )
    tenths = torch.full((10,), 0.1, dtype=torch.float64)
    last = float(cumulative_table(tenths)[1][-1])
    assert last == 1.0, (
        f"the last entry is {last!r}, expected exactly 1.0: sums of floats are "
        "rounded, and nothing may lie beyond the end of the stick"
    )


public_check()
print("cumulative_table: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_cumulative_table", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for cumulative_table are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("cumulative_table", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two steps: rank, then add up.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# An ordinary sort may turn equals round. There is a flag that promises not to.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `probs.sort(descending=True, stable=True)`; `cumsum(…).clamp(max=1.0)` makes a new tensor, so its last entry may be set to 1.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A stable sort leaves equals in their old order, that of the ids. Rounded sums may end above 1 or below; dividing all by the last is as good as clamping and setting. **A common wrong answer** only clamps: a last sum just below 1 stays there.

# %%
ids, mass = cumulative_table(unsure[0].softmax(dim=-1))
for rank in range(6):
    text = tokenizer.decode([int(ids[rank])])
    print(f"rank {rank}: {text!r:>10} up to {mass[rank]:.3f}")
print("tokens before the mass reaches one half:", int((mass < 0.5).sum()))

# %% [markdown]
# That table is for reading. To draw, nobody needs the ranks: the stick may hold the tokens in any order, and that of the vocabulary costs no sort.
#
# <div class="card" role="note" aria-label="Exercise sample_from_u">
#
# **Exercise `sample_from_u`** · difficulty 4 of 5 · importance 4 of 5 · 10 minutes · 3 points
#
# `sample_from_u(probs: FloatTensor[B, V], u: FloatTensor[B]) -> LongTensor[B]`
#
# For each row, the first id, in the order of the vocabulary, whose cumulative mass exceeds the row's u.
#
# - 0 ≤ u < 1. A u on a boundary belongs to the next token. Row b has `u[b]`.
# - An id of probability 0 is never returned, not even at u = 0.
# - For a u just below 1, rounding may leave every mass at or below u. Then it is the last id whose probability is above 0.
#
# Worked example: probabilities `[[0.25, 0.75], [0.25, 0.75]]` and u `[0.2, 0.25]` give `[0, 1]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "sample_from_u", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sample_from_u(probs, u):
    """The token that u hits when a row's probabilities lie end to end, by id.

    probs: FloatTensor[B, V]; u: FloatTensor[B], 0 <= u < 1. Returns LongTensor[B].
    """
    ### BEGIN SOLUTION
    ids = (probs.cumsum(dim=-1) <= u[:, None]).sum(dim=-1)
    places = torch.arange(probs.shape[-1])
    last_possible = torch.where(probs > 0, places, 0).amax(dim=-1)
    return torch.minimum(ids, last_possible)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_sample_from_u", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for probs, u, want in (
        ([[0.25, 0.75], [0.25, 0.75]], [0.2, 0.25], [0, 1]),
        ([[0.0, 0.5, 0.5], [0.5, 0.25, 0.25]], [0.0, 0.75], [1, 2]),
        ([[0.5, 0.5, 0.0], [0.125, 0.125, 0.75]], [1 - 2**-24, 0.1], [1, 0]),
    ):
        got = sample_from_u(torch.tensor(probs), torch.tensor(u))
        assert isinstance(got, torch.Tensor) and got.shape == (2,), (
            f"got {got!r}, expected one id per row: LongTensor[2]"
        )
        assert got.tolist() == want, (
            f"probabilities {probs}, u {u}: got {got.tolist()}, expected {want}. "
            "In the order of the ids, u[b] for row b, the first mass above u? And "
            "can a token of probability 0 be hit?"
        )
    short = torch.tensor([[0.1] * 10 + [0.0, 0.0]], dtype=torch.float64)
    got = sample_from_u(short, torch.tensor([1 - 2**-53], dtype=torch.float64))
    assert got.tolist() == [9], (
        f"ten tokens of 0.1 and two of 0, u just below 1: got {got.tolist()}, "
        "expected [9]. The rounded sums do not exceed u: which token is meant?"
    )


public_check()
print("sample_from_u: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_sample_from_u", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for sample_from_u are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("sample_from_u", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# How many tokens does the dart fly over before it lands?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Count, per row, the cumulative masses that are at most u: that count is the id. Then think about u just below 1 with zeros at the end.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `(probs.cumsum(-1) <= u[:, None]).sum(-1)`, and no more than the last index with `probs > 0`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The masses never decrease, so those at most u are a beginning of the row, and their number is the index of the first above. A leading zero has mass 0 ≤ u, so it is flown over. **A common wrong answer** uses `searchsorted` with its default side: a u on a boundary then goes to
# the left, and u = 0 to a token of probability 0.


# %%
def throw(u):
    texts = ["cat", "dog", "owl", "fox", "bee"]
    probs = torch.tensor([[0.25, 0.125, 0.375, 0.125, 0.125]])  # exact in floats
    hit = int(sample_from_u(probs, torch.tensor([u])))
    return utils.stick(texts, probs[0].tolist(), u, hit)


throw(0.62)

# %%
utils.live(throw, u=(0.0, 0.99, 0.62))

# %% [markdown]
# All of it together: your functions, one after the other, on the sure and the unsure prompt, and your dart at the end. First as a picture, temperature 1.3 and then top-p 0.9:

# %%
hot = {
    "The capital of France is": apply_temperature(sure, 1.3),
    "Once upon a time, there was a": apply_temperature(unsure, 1.3),
}
utils.survivors_side_by_side(
    {text: panel(scores, top_p_filter(scores, 0.9)) for text, scores in hot.items()}
)

# %% [markdown]
# Then with sliders. Which settings leave the unsure prompt about ten tokens, and what do the same settings do to the sure one?

# %%
utils.sampling_dashboard(
    tokenizer,
    {"The capital of France is": sure, "Once upon a time, there was a": unsure},
    {
        "temperature": (apply_temperature, (0.1, 2.0, 1.0)),
        "top_k": (top_k_filter, (1, 200, 200)),
        "top_p": (top_p_filter, (0.0, 1.0, 0.9)),
        "min_p": (min_p_filter, (0.0, 0.5, 0.0)),
    },
    sample_from_u,
)

# %% [markdown]
# ## 8 · Beams: search instead of luck
#
# *What if we want the likeliest text, not a likely one?*
#
# Greedy decoding takes the likeliest token each time. That is not the likeliest *text*: a weak first word may open the way to strong ones.
#
# **Predict.** The cell below holds a tiny language of seven tokens: row by row, the probabilities of what comes next. From "a", greedy decoding goes to "ship". Which three tokens, the last a ".", are the likeliest after "a"?

# %%
my_guess = None  # which sentence?

words = [".", "a", "ship", "storm", "calm", "sails", "sinks"]
table = torch.tensor(
    [
        # .     a    ship storm calm sails sinks   … come after
        [0.16, 0.14, 0.14, 0.14, 0.14, 0.14, 0.14],  # .
        [0.015, 0.015, 0.34, 0.32, 0.28, 0.015, 0.015],  # a
        [0.10, 0.10, 0.05, 0.05, 0.05, 0.33, 0.32],  # ship
        [0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.70],  # storm
        [0.02, 0.02, 0.02, 0.02, 0.02, 0.88, 0.02],  # calm
        [0.88, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02],  # sails
        [0.82, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03],  # sinks
    ]
)


def tiny(ids):
    """The tiny language as a log_prob_fn: LongTensor[N, T] -> FloatTensor[N, 7]."""
    return table[ids[:, -1]].log()


for path in (
    ["ship", "sails", "."],
    ["storm", "sinks", "."],
    ["calm", "sails", "."],
):
    p, last = 1.0, "a"
    for word in path:
        p, last = p * float(table[words.index(last), words.index(word)]), word
    print(f"a {' '.join(path):14} {p:.3f}")

# %% [markdown]
# **Explain.** The one that begins with the third-best word. *Beam search* keeps not one but `num_beams` unfinished texts, *hypotheses*, and at every step lets all their continuations compete. With two beams it keeps "ship" and "storm" and misses the best; with three it finds it.
#
# What ends is set aside: a hypothesis that takes the EOS is finished, and `num_beams` unfinished ones go on. At the end, longer texts have lower sums simply because they are longer. The score therefore divides by length to the power of a *length penalty*: as the sums are negative, a larger
# one favours *longer* texts, in spite of its name.
#
# <div class="card" role="note" aria-label="Exercise beam_search">
#
# **Exercise `beam_search`** · difficulty 5 of 5 · importance 4 of 5 · 16 minutes · 3 points
#
# `beam_search(log_prob_fn, start_ids: list[int], num_beams: int, max_new_tokens: int, eos_token_id: int, length_penalty: float = 1.0) -> list[tuple[list[int], float]]`
#
# The best `num_beams` hypotheses, best first, each as `(ids with the start, score)`.
#
# - `log_prob_fn(ids: LongTensor[N, T]) -> FloatTensor[N, V]` gives the log-probabilities of what comes next, for N sequences of one length at once.
# - Begin with one hypothesis, the start. At each step rank all continuations of all unfinished hypotheses by the plain sum of log-probabilities, and walk down: one that ends in `eos_token_id` is set aside as finished, any other becomes one of the new unfinished ones. Stop as soon as there are `num_beams` of those.
# - Do this `max_new_tokens` times. Then finished and unfinished ones compete: score = sum / (number of generated tokens, EOS included) ** `length_penalty`.
# - An EOS in the start ends nothing. Where no hypothesis is unfinished, the search is over; where there are fewer than `num_beams`, all are returned.
# - `max_new_tokens` is at least 1, and log-probabilities are finite. A real vocabulary has 49,152 tokens: let `topk` rank them, not a Python list.
#
# Worked example: in the tiny language, `beam_search(tiny, [1], 2, 3, 0)` finds `[1, 3, 6, 0]` ("a storm sinks.") first, with the score −0.565, which is −1.694 / 3.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "beam_search", "locked": false, "schema_version": 3, "solution": true, "task": false}
def beam_search(
    log_prob_fn,
    start_ids,
    num_beams,
    max_new_tokens,
    eos_token_id,
    length_penalty=1.0,
):
    """The likeliest continuations that a search with num_beams beams finds.

    log_prob_fn: LongTensor[N, T] -> FloatTensor[N, V]. Returns (ids, score) pairs,
    best first.
    """
    ### BEGIN SOLUTION
    running, ended = [(list(start_ids), 0.0)], []
    for _ in range(max_new_tokens):
        log_probs = log_prob_fn(torch.tensor([ids for ids, _ in running]))
        totals = log_probs + torch.tensor([[total] for _, total in running])
        # A parent has one child that ends: twice the beams hold enough that do not.
        ranked = totals.flatten().topk(min(2 * num_beams, totals.numel()))
        parents, running = running, []
        for total, place in zip(ranked.values.tolist(), ranked.indices.tolist()):
            row, token = divmod(place, totals.shape[1])
            child = (parents[row][0] + [token], total)
            (ended if token == eos_token_id else running).append(child)
            if len(running) == num_beams:
                break
        if not running:
            break
    found = []
    for ids, total in ended + running:
        length = len(ids) - len(start_ids)
        found.append((ids, total / length**length_penalty))
    return sorted(found, key=lambda pair: pair[1], reverse=True)[:num_beams]
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_beam_search", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for start, beams, penalty, want in (
        (1, 1, 1.0, [([1, 2, 5, 0], -0.7717)]),
        (1, 2, 1.0, [([1, 3, 6, 0], -0.5648), ([1, 2, 5, 0], -0.7717)]),
        (1, 3, 1.0, [([1, 4, 5, 0], -0.5095), ([1, 3, 6, 0], -0.5648)]),
        (1, 3, 0.0, [([1, 4, 5, 0], -1.5286), ([1, 3, 6, 0], -1.6944)]),
        (
            2,
            3,
            2.0,
            [([2, 5, 0], -0.3091), ([2, 6, 0], -0.3345), ([2, 1, 4, 5], -0.4115)],
        ),
    ):
        got = beam_search(tiny, [start], beams, 3, 0, length_penalty=penalty)
        case = f"start [{start}], {beams} beams, 3 steps, penalty {penalty}"
        assert isinstance(got, list) and all(len(pair) == 2 for pair in got), (
            f"got {got!r}, expected a list of (ids, score) pairs"
        )
        assert len(got) == beams, f"{case}: {len(got)} hypotheses came back"
        assert all(list(ids)[:1] == [start] for ids, _ in got), (
            f"{case}: got {got}. The ids begin with the start"
        )
        order = [float(score) for _, score in got]
        assert order == sorted(order, reverse=True), (
            f"{case}: got the scores {order}. The best, closest to 0, comes first"
        )
        for place, (ids, score) in enumerate(want):
            assert list(got[place][0]) == ids, (
                f"{case}: place {place + 1} is {got[place][0]}, expected {ids}. Do "
                "all continuations compete, is what has ended set aside without "
                "taking a beam, do the others go on for all steps, and do both "
                "kinds compete in the end?"
            )
            assert abs(float(got[place][1]) - score) < 1e-3, (
                f"{case}: the score of {ids} is {got[place][1]}, expected {score}: "
                "sum / length ** penalty, with the length of what was generated"
            )


public_check()
print("beam_search: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_beam_search", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for beam_search are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("beam_search", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Write one step first: from a list of (ids, sum) to a longer list of (ids, sum), sorted. Everything else is bookkeeping.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Two lists: unfinished and finished. In each step make all children, sort them by sum, and walk down until you have `num_beams` unfinished ones; children that end go to the other list as you pass them.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `totals = log_probs + sums[:, None]`; flatten, then `topk` of `2 * num_beams` (each parent has one EOS child, so that is enough) or of all, if there are fewer; `row, token = divmod(place, V)`. After the last step compute `total / (len(ids) - len(start_ids)) ** length_penalty` for both lists together and sort by that.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Within a step all unfinished hypotheses have the same length, so plain sums are fair; only at the end, where lengths differ, does the penalty matter. **A common wrong answer** starts with `num_beams` copies of the start: they have the same children, and the search is `num_beams` times the same one.


# %% [markdown]
# The search as a tree. The numbers are plain sums, not yet divided by the length; of what was pruned, at most the three likeliest children of a node are drawn.


# %%
def tree(num_beams):
    asked = utils.Traced(tiny)
    found = beam_search(asked, [1], num_beams, 3, 0)
    return utils.beam_tree(asked, found, words, [1])


tree(2)

# %%
tree(3)

# %% [markdown]
# Two beams prune "calm" in the first step, and with it the best sentence. How strongly the length counts is for you to say. Scores are negative, so the shortest bar is the best:


# %%
def ranking(length_penalty):
    found = beam_search(tiny, [1], 6, 6, 0, length_penalty=length_penalty)
    texts = [" ".join(words[i] for i in ids) for ids, _ in found]
    sizes = {text: -score for text, (_, score) in zip(texts, found)}
    title = f"length penalty {length_penalty:.2f}: −score of six, the best first"
    return utils.labelled_bars(sizes, title)


ranking(1.0)

# %%
utils.beam_explorer(
    lambda asked, beams, steps, penalty: beam_search(
        asked, [1], beams, steps, 0, length_penalty=penalty
    ),
    tiny,
    words,
    [1],
)

# %% [markdown]
# With six beams and six steps, at −1 the shortest sentence comes first, "a."; at 2.5 longer ones lead (the tiny language has ties, so yours may be others than your neighbour's). On the real model:


# %%
def smol_log_probs(ids):
    with torch.no_grad():
        return model(ids).logits[:, -1].log_softmax(dim=-1)


start = prompt.input_ids[0].tolist()
for ids, score in beam_search(smol_log_probs, start, 3, 12, tokenizer.eos_token_id):
    print(f"{score:.3f}", repr(tokenizer.decode(ids[len(start) :])))

# %% [markdown]
# Three texts, and hardly three ideas: the likeliest continuations resemble each other. For a translation that is what one wants; for a story it is not.
#
# ## 9 · How much of it is new?
#
# "It repeats itself" can be measured. *How many of a text's word pairs are different from each other?*
#
# **Predict.** Of the pairs of neighbouring words in the first 20 tokens of the greedy story, nearly all are different. And in all 200?

# %%
my_guess = None  # a share between 0 and 1

for text in ("the cat sat on the mat", "the cat the cat the cat"):
    pairs = list(zip(text.split(), text.split()[1:]))
    print(len(set(pairs)), "of", len(pairs), "pairs are different in", repr(text))

# %% [markdown]
# **Explain.** *Distinct-n* is that share: different n-grams divided by all n-grams. Over several texts it is taken over the whole list at once, so that five copies of one good story count as repetition too.
#
# <div class="card" role="note" aria-label="Exercise distinct_n">
#
# **Exercise `distinct_n`** · difficulty 2 of 5 · importance 3 of 5 · 4 minutes · 2 points
#
# `distinct_n(texts: list[str], n: int) -> float`
#
# Different n-grams of words in all texts together, divided by the number of all n-grams.
#
# - Words are what `text.split()` gives. An n-gram never goes from one text into the next, and the same one in two texts is one.
# - Without any n-gram (no texts, or all too short) the result is 0.0.
#
# Worked example: `distinct_n(["a b a b"], 2)` is 2/3: of the pairs (a, b), (b, a), (a, b) two are different.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "distinct_n", "locked": false, "schema_version": 3, "solution": true, "task": false}
def distinct_n(texts, n):
    """The share of n-grams that are different, over a whole list of texts.

    texts: list of str; n >= 1. Returns a float between 0 and 1.
    """
    ### BEGIN SOLUTION
    grams = []
    for text in texts:
        tokens = text.split()
        grams += [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_distinct_n", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for texts, n, want in (
        (["a b a b"], 2, 2 / 3),
        (["a b", "a b"], 1, 0.5),
        (["a  b", "b\na"], 1, 0.5),
        (["a b", "a b"], 2, 0.5),
        (["Cat cat, cat"], 1, 1.0),
        (["a"], 2, 0.0),
        ([], 1, 0.0),
    ):
        got = distinct_n(list(texts), n)
        assert abs(float(got) - want) < 1e-6, (
            f"distinct_n({texts}, {n}) is {got}, expected {want:.4f}. Is everything "
            "counted over the whole list, no n-gram across two texts, and are words "
            "what text.split() gives?"
        )


public_check()
print("distinct_n: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_distinct_n", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for distinct_n are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("distinct_n", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Collect all n-grams of all texts in one list. The rest is a division.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# A text of w words has w − n + 1 n-grams. Make each a tuple, so that a set can hold it.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `tuple(words[i : i + n]) for i in range(len(words) - n + 1)`; `len(set(grams)) / len(grams)`, and 0.0 if there are none.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A set holds each n-gram once. **A common wrong answer** averages the share per text: five identical stories then score as five good ones.

# %%
torch.manual_seed(1)
free = model.generate(
    **prompt, max_new_tokens=200, do_sample=True, top_k=0, temperature=0.8
)
lengths = [20, 50, 100, 150, 200]
shares = {
    name: [
        distinct_n([tokenizer.decode(ids[begin : begin + n])], 2) for n in lengths
    ]
    for name, ids in (("greedy", long[0]), ("temperature 0.8", free[0]))
}
utils.share_lines(
    lengths, shares, "Different word pairs, by length", "generated tokens"
)

# %% [markdown]
# At twenty tokens greedy even looks better, at two hundred there is no doubt. Whoever compares decoding methods on short texts compares little.
#
# ## 10 · Hire one
#
# Now with your own functions: three candidates, five stories each. *Which would you hire as your writer?*
#
# **Predict.** Which of the three has the highest distinct-2 over its five stories? And is that the one you would like to read?

# %%
my_guess = None  # cautious, balanced or wild?

candidates = {
    "cautious": {"temperature": 0.3, "top_k": 5},
    "balanced": {"temperature": 0.8, "top_k": 50, "top_p": 0.9},
    "wild": {"temperature": 1.3},
}
for name, settings in candidates.items():
    stories = write(writer(**settings, seed=5), 50, rows=5)
    cut = [" ".join(story.split()[:25]) for story in stories[:2]]
    print(f"{name}: distinct-2 = {distinct_n(stories, 2):.2f}")
    for story in cut:
        print("    …", repr(story), "…")

# %% [markdown]
# The balanced writer at 20, 50 and 100 tokens. A limit cuts a story, it does not shorten it.

# %%
for budget in (20, 50, 100):
    story = write(writer(**candidates["balanced"], seed=8), budget)[0]
    print(f"{budget} tokens: …{story}\n")

# %% [markdown]
# **Explain.** The wild one has the most different word pairs, and the least sense: a measure of novelty is no measure of quality. The balanced one goes round in circles by 100 tokens: what is good for a sentence need not be for a page. What you want is a text that is new *and* likely, and every parameter of this notebook is a way to trade one for the other.
#
# ## Think it over
#
# Answer in a few sentences each; there is no single right answer, and your instructor reads what you write.
#
# 1. You build (a) a translator, (b) a story writer, (c) a program that fills in forms. Which settings would you begin with for each, and what would make you change them?
# 2. A colleague says: "I set temperature 0.7 and top-p 0.9, and got other results than you with the same model." Name two reasons from this notebook.
# 3. Which was for you the most important concept, and which point is still muddy? What does it connect to, what do you wish for, and what are you curious about?

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflect_decoding", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# *A sample answer.* (a) Beam search or greedy: one good answer is wanted and variety is a fault; if it loops, a light penalty. (b) Temperature about 0.8 with top-p 0.9; less heat if it loses the thread. (c) Greedy, within a grammar: there is a right answer. Two
# reasons: another order of temperature and top-p, and a top-k of 50 that one library applies silently; another seed is a third. The muddiest point for many is why the token that crosses p stays: without it, a p below the largest probability would leave nothing.

# %% [markdown]
# ## Stretch: four more ways to choose
#
# Bonus points, and nothing later needs them.
#
# ### Typical sampling: neither dull nor mad
#
# The *information* of a token is −ln p: how surprising it would be. Its mean over the distribution, weighted by p, is the *entropy* H. People rarely say the most predictable word, nor a very surprising one: their words carry about as much information as expected. *Which tokens are typical?*
#
# **Predict.** Probabilities 0.34, 0.3, 0.2, 0.1, 0.06. Is the likeliest token the most typical one?

# %%
my_guess = None  # yes or no?

p = torch.tensor([0.34, 0.3, 0.2, 0.1, 0.06])
information = -p.log()
entropy = (p * information).sum()
for value, nats in zip(p.tolist(), information.tolist()):
    distance = abs(nats - entropy)
    print(f"p {value:.2f}: {nats:.2f} nats, {distance:.2f} from H = {entropy:.2f}")

# %% [markdown]
# **Explain.** No: the third is. Locally typical sampling (Meister et al. 2023) ranks the tokens by |−ln p − H| and keeps the beginning of *that* list whose mass reaches `typical_p`.
#
# <div class="card" role="note" aria-label="Exercise typical_filter">
#
# **Exercise `typical_filter`** · difficulty 3 of 5 · importance 2 of 5 · 9 minutes · 2 bonus points
#
# `typical_filter(scores: FloatTensor[B, V], typical_p: float) -> FloatTensor[B, V]`
#
# The scores, with `-inf` for what is not typical: with the tokens of a row ranked by |−ln p − H|, the smallest first, a token stays if the mass of those before it is below `typical_p`.
#
# - 0 < `typical_p` < 1. Scores may hold `-inf`; such tokens add nothing to H and stay removed.
#
# Worked example: the logarithms of `[[0.34, 0.3, 0.2, 0.1, 0.06]]` with `typical_p=0.35` keep the second and the third.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "typical_filter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def typical_filter(scores, typical_p):
    """Keep the tokens whose information is closest to the entropy of their row.

    scores: FloatTensor[B, V]; 0 < typical_p < 1. Returns a tensor like scores.
    """
    ### BEGIN SOLUTION
    log_probs = scores.log_softmax(dim=-1)
    entropy = -(log_probs.exp() * log_probs).nansum(dim=-1, keepdim=True)
    ids = (-log_probs - entropy).abs().argsort(dim=-1)
    probs = log_probs.exp().gather(-1, ids)
    remove = probs.cumsum(dim=-1) - probs >= typical_p
    remove = torch.zeros_like(remove).scatter(-1, ids, remove)
    return scores.masked_fill(remove, -torch.inf)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_typical_filter", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    given = torch.tensor(
        [[0.34, 0.3, 0.2, 0.1, 0.06, 0.0], [0.06, 0.1, 0.0, 0.2, 0.34, 0.3]]
    ).log()
    for typical_p, keep in (
        (0.1, [[0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0]]),
        (0.35, [[0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 0, 1]]),
        (0.9, [[1, 1, 1, 1, 0, 0], [0, 1, 0, 1, 1, 1]]),
    ):
        got = typical_filter(given.clone(), typical_p)
        want = given.masked_fill(torch.tensor(keep) == 0, -torch.inf)
        utils.expect_close(
            got,
            want,
            f"typical_p={typical_p}: other tokens stay than {keep}. Ranked by the "
            "size of −ln p − H, 0 · ln 0 counted as 0, the mass *before* a token?",
        )


public_check()
print("typical_filter: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_typical_filter", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for typical_filter are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("typical_filter", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# It is top-p, with another order.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Compute log-probabilities, the entropy (0 · −inf is not a number: `nansum` skips it), the distance; then sort by distance and go on as in top-p.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `ids = (-log_probs - entropy).abs().argsort(-1)`, gather the probabilities in that order, and scatter the mask back.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The set still has mass `typical_p`, but from the middle of the information scale. **A common wrong answer** leaves the size out: −ln p − H then ranks by probability, and the result is top-p.

# %%
shown = {
    "…, there was a (top-p 0.3)": panel(unsure, top_p_filter(unsure, 0.3)),
    "…, there was a (typical 0.3)": panel(unsure, typical_filter(unsure, 0.3)),
}
stay = likeliest(typical_filter(unsure, 0.3), 6)[0]
print("the likeliest of the typical ones:", stay)
utils.survivors_side_by_side(shown)

# %% [markdown]
# Where the model is this unsure, none of its twelve likeliest tokens is typical: each is too predictable, compared with what is to be expected.

# %% [markdown]
# ### Mirostat: a thermostat for surprise
#
# All filters so far have a fixed setting. Mirostat (Basu et al. 2021) has a goal: a mean surprise of τ bits per token. It truncates at μ bits, draws, looks how surprising the draw was, and corrects μ. *In which direction?*
#
# **Predict.** The last token had 6 bits of surprise, the goal is 3. Should μ rise or fall?

# %%
my_guess = None  # rise or fall?

p = torch.tensor([0.5, 0.25, 0.125, 0.125])
print("surprise in bits:", (-p.log2()).tolist())
mu, tau, eta = 4.0, 3.0, 0.5
print("after a surprise of 6 bits:", mu - eta * (6.0 - tau))

# %% [markdown]
# **Explain.** It falls, from 4 to 2.5, and the next draw comes from likelier tokens. The surprise is measured in the distribution before the truncation: that is what the model thinks of the token.
#
# <div class="card" role="note" aria-label="Exercise mirostat_step">
#
# **Exercise `mirostat_step`** · difficulty 4 of 5 · importance 2 of 5 · 9 minutes · 2 bonus points
#
# `mirostat_step(scores: FloatTensor[B, V], mu: FloatTensor[B], tau: float, eta: float, generator: torch.Generator) -> tuple[LongTensor[B], FloatTensor[B]]`
#
# `(token_ids, new_mu)`. The surprise of a token is −log2 p under softmax(scores).
#
# - Remove what has more surprise than the row's `mu`; if nothing is left, the likeliest token stays. Draw one token per row from the rest, renormalised, with `generator`.
# - `new_mu = mu − eta · (surprise of the token drawn − tau)`. Inputs are not changed.
#
# Worked example: probabilities `[[0.5, 0.25, 0.25]]` and `mu=[1.5]` leave only token 0, with 1 bit; with `tau=3.0` and `eta=0.5` the new mu is `[2.5]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "mirostat_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mirostat_step(scores, mu, tau, eta, generator):
    """One token per row, and the mu for the next step.

    scores: FloatTensor[B, V]; mu: FloatTensor[B], in bits. Returns (LongTensor[B],
    FloatTensor[B]).
    """
    ### BEGIN SOLUTION
    probs = scores.softmax(dim=-1)
    surprise = -probs.log2()
    keep = surprise <= mu[:, None]
    keep = keep | (surprise == surprise.amin(dim=-1, keepdim=True))
    token = torch.multinomial(probs * keep, 1, generator=generator)
    error = surprise.gather(1, token).squeeze(1) - tau
    return token.squeeze(1), mu - eta * error
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_mirostat_step", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    scores = torch.tensor([[0.5, 0.25, 0.25, 0.0]]).log().repeat(200, 1)
    for mu, drawn in ((1.5, {0}), (0.0, {0}), (5.0, {0, 1, 2})):
        generator = torch.Generator().manual_seed(0)
        given = torch.full((200,), mu)
        ids, new = mirostat_step(scores, given, 3.0, 0.5, generator)
        assert set(ids.tolist()) == drawn, (
            f"mu={mu}: tokens {set(ids.tolist())} were drawn, expected {drawn}. "
            "Surprise in bits, at most mu, and at least one token?"
        )
        bits = torch.tensor([1.0, 2.0, 2.0])[ids]
        utils.expect_close(
            new,
            mu - 0.5 * (bits - 3.0),
            f"mu={mu}: the new mu is wrong. It falls after too much surprise, by "
            "eta times the excess of the token that was drawn",
        )
        assert given.eq(mu).all(), "the mu that you were given has changed"


public_check()
print("mirostat_step: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_mirostat_step", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for mirostat_step are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("mirostat_step", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# It is `sample` with a filter before it and one subtraction behind it.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Surprise for all tokens; a mask of those at most mu, and of the likeliest; draw with `multinomial` from the masked probabilities (it renormalises).
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `surprise.gather(1, token)` is the surprise of the draw; `mu - eta * (that - tau)` is new, `mu -=` would change the caller's.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** It is a controller: too much surprise lowers the limit, too little raises it. **A common wrong answer** takes the surprise after the truncation: it is smaller, so mu creeps upwards.

# %%
mu, tau, generator = torch.tensor([3.0]), 1.5, torch.Generator().manual_seed(0)
surprises = []


def with_mirostat(ids, scores):
    global mu
    token, mu = mirostat_step(scores, mu, tau, 0.3, generator)
    surprises.append(-float(scores[0].log_softmax(-1)[token]) / 0.6931)
    return token


print("…", write(with_mirostat, 60)[0])
print(f"mean surprise {sum(surprises) / len(surprises):.2f} bits, goal {tau}")

# %% [markdown]
# ### Contrastive search: likely, and unlike what was said
#
# Loops can be seen inside the model: in a loop, the hidden state of the next token resembles those of tokens before. Contrastive search (Su et al. 2022) takes the few likeliest candidates and subtracts how much each resembles the text so far. Transformers moved it out of the library, so here is your chance. *What does it weigh?*
#
# **Predict.** Two candidates: p = 0.6, very similar to a token before (cosine 0.9); p = 0.3, hardly similar (0.1). With equal weights, which wins?

# %%
my_guess = None  # the first or the second?

for p, similarity in ((0.6, 0.9), (0.3, 0.1)):
    print(f"0.5 · {p} − 0.5 · {similarity} = {0.5 * p - 0.5 * similarity:+.2f}")

# %% [markdown]
# **Explain.** The second. The weight of the penalty, alpha, goes from 0 (greedy among the candidates) to 1 (only unlikeness counts).
#
# <div class="card" role="note" aria-label="Exercise contrastive_step">
#
# **Exercise `contrastive_step`** · difficulty 3 of 5 · importance 2 of 5 · 8 minutes · 2 bonus points
#
# `contrastive_step(scores: FloatTensor[B, V], candidate_ids: LongTensor[B, K], candidate_hidden: FloatTensor[B, K, H], context_hidden: FloatTensor[B, T, H], penalty_alpha: float) -> LongTensor[B]`
#
# Per row, the *id* of the candidate with the largest (1 − alpha) · p − alpha · (its largest cosine similarity to any token of the context).
#
# - p is the softmax over the whole vocabulary, at the candidate's id. Candidates come in any order.
#
# Worked example: scores `[[0.0, 0.0]]`, candidates `[[1, 0]]` with hidden `[[[1.0, 0.0], [0.0, 1.0]]]`, context `[[[2.0, 0.0]]]` and alpha 0.5 give `[0]`: both have p = 0.5, and token 1 points where the context does.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "contrastive_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def contrastive_step(
    scores, candidate_ids, candidate_hidden, context_hidden, penalty_alpha
):
    """The candidate that is likely and unlike the context, for each row.

    Shapes: [B, V], [B, K], [B, K, H], [B, T, H]. Returns LongTensor[B].
    """
    ### BEGIN SOLUTION
    probs = scores.softmax(dim=-1).gather(1, candidate_ids)
    a = torch.nn.functional.normalize(candidate_hidden, dim=-1)
    b = torch.nn.functional.normalize(context_hidden, dim=-1)
    similarity = (a @ b.transpose(1, 2)).amax(dim=-1)
    value = (1 - penalty_alpha) * probs - penalty_alpha * similarity
    best = value.argmax(dim=-1, keepdim=True)
    return candidate_ids.gather(1, best).squeeze(1)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_contrastive_step", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    scores = torch.tensor([[0.6, 0.1, 0.3]]).log()
    candidates = torch.tensor([[2, 0]])
    hidden = torch.tensor([[[0.0, 5.0], [3.0, 0.0]]])
    for context, alpha, want in (
        ([[[1.0, 0.0]]], 0.5, 2),
        ([[[1.0, 0.0]]], 0.0, 0),
        ([[[0.0, 1.0], [0.0, 2.0], [0.1, 0.0]]], 0.1, 0),
        ([[[0.0, 1.0], [-1.0, 0.0]]], 0.5, 0),
    ):
        got = contrastive_step(
            scores, candidates, hidden, torch.tensor(context), alpha
        )
        assert got.shape == (1,) and got.tolist() == [want], (
            f"context {context}, alpha {alpha}: got {got.tolist()}, expected "
            f"[{want}]. An id, the largest cosine, p over the vocabulary, and which "
            "part has the weight alpha?"
        )
    scores = torch.tensor([[0.5, 0.1, 0.2, 0.2]]).log() + 3
    candidates = torch.tensor([[2, 0, 1]])
    for hidden, context, alpha in (
        ([[0.0, -1.0], [2.0, 4.0], [5.0, 4.0]], [[0.0, 4.0], [0.0, -1.0]], 0.7),
        ([[1.0, -2.0], [1.0, 0.0], [-1.0, 1.0]], [[5.0, 4.0], [3.0, 0.0]], 0.3),
    ):
        states, text = torch.tensor([hidden]), torch.tensor([context])
        got = contrastive_step(scores, candidates, states, text, alpha)
        assert got.tolist() == [1], (
            f"hidden {hidden}, context {context}, alpha {alpha}: got "
            f"{got.tolist()}, expected [1]. A cosine divides by both lengths and "
            "keeps its sign, the largest counts, and p is the softmax of the row."
        )


public_check()
print("contrastive_step: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_contrastive_step", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for contrastive_step are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("contrastive_step", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Everything is there but the cosine: the product of two vectors of length 1.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Normalise along the last dimension, multiply `[B, K, H]` with `[B, H, T]`, take the largest over T. Probabilities at the candidates come with `gather`.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `value.argmax(-1, keepdim=True)` is a place among the candidates; `candidate_ids.gather(1, place)` is the id.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Cosines do not depend on lengths, which differ a lot between tokens. **A common wrong answer** returns the place among the candidates: right whenever they happen to be numbered 0 to K − 1.


# %%
def contrastive(ids, scores, count=4, alpha=0.6):
    top = scores.topk(count).indices
    longer = torch.cat([ids.repeat(count, 1), top.T], dim=1)
    with torch.no_grad():
        out = model(longer, output_hidden_states=True)
    hidden = out.hidden_states[-1]
    return contrastive_step(scores, top, hidden[None, :, -1], hidden[:1, :-1], alpha)


print("…", write(contrastive, 15)[0])

# %% [markdown]
# ### Your sampler inside `generate`
#
# `generate` takes *logits processors*: objects that are called at every step as `processor(input_ids, scores)` and give scores back. *Can your functions move in?*
#
# **Predict.** With your processor inside, which of the library's own settings must be switched off, so that nothing is filtered twice?

# %%
my_guess = None  # which setting?

defaults = transformers.GenerationConfig()._get_default_generation_params()
print({name: defaults[name] for name in ("temperature", "top_k", "top_p")})

# %% [markdown]
# **Explain.** `top_k`, the silent 50 of section 2. Temperature 1 and top-p 1 change nothing.
#
# <div class="card" role="note" aria-label="Exercise SamplerProcessor">
#
# **Exercise `SamplerProcessor`** · difficulty 2 of 5 · importance 3 of 5 · 7 minutes · 2 bonus points
#
# `SamplerProcessor(temperature: float, top_p: float)` with `__call__(input_ids: LongTensor[B, T], scores: FloatTensor[B, V]) -> FloatTensor[B, V]`
#
# The scores divided by the temperature, then filtered by top-p as in section 3. `generate` draws from them.
#
# - Nothing is kept from one call to the next. It may use your functions, or stand alone; deriving it from `transformers.LogitsProcessor` is usual, not necessary.
#
# Worked example: `SamplerProcessor(2.0, 0.8)` keeps three of the tokens with probabilities 0.6, 0.25, 0.1, 0.05, as in "Order matters".
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "SamplerProcessor", "locked": false, "schema_version": 3, "solution": true, "task": false}
class SamplerProcessor(transformers.LogitsProcessor):
    """Temperature, then top-p, for `generate(logits_processor=...)`."""

    def __init__(self, temperature, top_p):
        ### BEGIN SOLUTION
        self.temperature = temperature
        self.top_p = top_p
        ### END SOLUTION

    def __call__(self, input_ids, scores):
        """Scores for the next token, given the ids so far."""
        ### BEGIN SOLUTION
        scores = scores / self.temperature
        ordered, ids = scores.sort(dim=-1, descending=True)
        probs = ordered.softmax(dim=-1)
        remove = probs.cumsum(dim=-1) - probs >= self.top_p
        remove[:, 0] = False
        remove = torch.zeros_like(remove).scatter(-1, ids, remove)
        return scores.masked_fill(remove, -torch.inf)
        ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_SamplerProcessor", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    ids = torch.tensor([[1, 2], [3, 4]])
    given = torch.tensor([[0.6, 0.25, 0.1, 0.05], [0.05, 0.1, 0.6, 0.25]]).log()
    processor = SamplerProcessor(2.0, 0.8)
    want = (given / 2).masked_fill(given < -2.9, -torch.inf)
    for scores, wanted in ((given, want), (given[:1], want[:1]), (given, want)):
        got = processor(ids[: len(scores)], scores.clone())
        utils.expect_close(
            got,
            wanted,
            "temperature 2, then top-p 0.8: three tokens stay in each row, with "
            "score / 2. Which comes first, and is anything left of the last call?",
        )


public_check()
print("SamplerProcessor: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_SamplerProcessor", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for SamplerProcessor are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("SamplerProcessor", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# You have written both halves already.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Keep the two numbers in `__init__`; the rest happens in `__call__`, whose first argument you do not need.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `top_p_filter(apply_temperature(scores, self.temperature), self.top_p)`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** `generate` calls every processor with the ids and the scores, and samples from what the last one returns. **A common wrong answer** draws the token itself: `generate` then draws again.

# %%
inside = transformers.LogitsProcessorList([SamplerProcessor(0.8, 0.9)])
torch.manual_seed(2)
mine = model.generate(
    **prompt, do_sample=True, top_k=0, max_new_tokens=30, logits_processor=inside
)
torch.manual_seed(2)
theirs = model.generate(
    **prompt, do_sample=True, top_k=0, max_new_tokens=30, temperature=0.8, top_p=0.9
)
print("…", tokenizer.decode(mine[0, begin:]))
print("the same ids as the library's own:", mine.equal(theirs))

# %% [markdown]
# ## Check yourself
#
# Choose first, then open the option.
#
# ### 1 · You want bolder stories. At temperature 1.3 they fall apart. What do you try first?
#
# <details><summary>Top-p or min-p in addition</summary>Yes. Heat flattens the head, the filter keeps the tail out.</details>
# <details><summary>A temperature of 2</summary>No: the tail gets even heavier, and it is the tail that derails them.</details>
# <details><summary>More tokens</summary>No: a longer text has more occasions to fall apart.</details>
#
# ### 2 · With p = 0.7 and probabilities 0.8, 0.1, 0.1, how many tokens does top-p keep?
#
# <details><summary>None: 0.8 is already above 0.7</summary>No. The token that crosses p stays, so there is always one.</details>
# <details><summary>One</summary>Yes: the mass before the second is 0.8, no longer below 0.7.</details>
# <details><summary>Two</summary>No: the first alone reaches p.</details>
#
# ### 3 · A repetition penalty of 1.3, and every score divided by it. What happens to a token with the score −2?
#
# <details><summary>It becomes likelier</summary>Yes, and that is why negative scores are multiplied.</details>
# <details><summary>It becomes less likely</summary>No: −2 / 1.3 is −1.54, which is larger.</details>
# <details><summary>Nothing</summary>It would be so for a score of 0.</details>
#
# ### 4 · Two rows of a batch always draw the same token. Where do you look?
#
# <details><summary>At the seed</summary>No: one seed still gives many different numbers in a row.</details>
# <details><summary>At the temperature</summary>No: a low one makes them alike, but not always, and not in flat rows.</details>
# <details><summary>At how many random numbers are drawn</summary>Yes: one for the batch, where each row needs its own.</details>
#
# ### 5 · A larger length penalty in beam search favours …
#
# <details><summary>neither</summary>No: only a penalty of 0 leaves the length out.</details>
# <details><summary>shorter texts</summary>The name suggests it. But sums are negative: dividing by more brings them closer to 0.</details>
# <details><summary>longer texts</summary>Yes.</details>

# %% [markdown]
# ## Summary
#
# | question | what you built | remember |
# |---|---|---|
# | how bold? | `apply_temperature` | divides scores; refuses 0 |
# | how long a list? | `top_k_filter` | ties stay; transformers' silent default is 50 |
# | how much mass? | `top_p_filter` | the token that crosses p stays |
# | how much worse than the best? | `min_p_filter` | the threshold moves with the best |
# | again? | `repetition_penalty` | negative scores are multiplied |
# | which one? | `sample`, `cumulative_table`, `sample_from_u` | one random number per row; u on a boundary goes on |
# | the likeliest text? | `beam_search` | what has ended is set aside; a length penalty favours length |
# | anything new? | `distinct_n` | over the whole list, on long texts |
#
# **Glossary.** *Score*: a number per token before the softmax. *Temperature*: what scores are divided by. *Top-k, top-p (nucleus), min-p*: filters by rank, by mass, by ratio to the best. *Filter*: gives −inf to what may not be drawn. *Generator*: the state from which random numbers come.
# *Inverse CDF*: from a number u to the token whose share of the stick holds it. *Hypothesis*: a text in a beam search. *Length penalty*: the exponent of the length that a sum is divided by. *Distinct-n*: different n-grams / all n-grams. *Information* or *surprise*: −log p. *Entropy*: its mean.
#
# Now give the memory back.

# %%
print("before:", utils.memory_report())
model = long = free = mine = theirs = None
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
