# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 04 · Speculative decoding
#
# *A small model guesses, the large one checks several guesses at once, and what comes out follows the large one's law exactly. In this notebook you build that, prove it, and find out when it pays.*
#
# <!-- badges -->
#
# **Before you start**
#
# | | |
# |---|---|
# | You need | PyTorch as in notebook 01: shapes, softmax, KV cache; a generator as in notebook 03 |
# | Hardware | any laptop with 2 GB of free memory; no GPU |
# | Download | the model of notebook 01, 93 MB, once. After that the notebook works offline |
# | Time | about three hours: nine exercises (113 minutes, 21 points), one reflection (marked by hand) and some reading; three stretch exercises at the end (32 minutes, 6 bonus points) |
#
# **After it you can**
#
# - *decide* about a drafted token so that the output's law does not change (`acceptance_prob`, `residual_distribution`, `verify`);
# - *predict* how much a draft is worth, and how long it should be (`expected_tokens`, `speedup`, `best_gamma`);
# - *undo* a part of a KV cache (`rollback`);
# - *generate* with two models, greedily and at a temperature (`speculative_generate`);
# - *draft* without a model (`find_candidate_tokens`).
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
import copy
import time
from collections import Counter

import torch
import transformers

# %% [markdown]
# ## 0 · One pass, many tokens
#
# A model that generates reads all of its weights from memory for every token. The arithmetic is done long before the next weights arrive. *Does it cost more to ask about eight tokens at once?*
#
# **Predict.** One forward pass over 1 new token, with the text before it in the cache, takes some time. How many times as long does it take over 8 new tokens: 8 times, 4 times, or less?

# %%
smol = utils.load_model("smollm2-135m", dtype=torch.float32, device="cpu")
model, tokenizer = smol.model, smol.tokenizer
print(smol)

# %%
my_guess = None  # how many times as long?


def chat(question):
    return tokenizer.apply_chat_template(
        [{"role": "user", "content": question}],
        add_generation_prompt=True,
        return_dict=True,
        return_tensors="pt",
    ).input_ids


def pass_seconds(model, width, rounds=5):
    """The fastest of a few passes over `width` tokens behind a cached prompt."""
    times = []
    for _ in range(rounds):
        with torch.no_grad():
            cache = model(lighthouse).past_key_values
            tick = time.perf_counter()
            model(lighthouse[:, :width], past_key_values=cache)
            times.append(time.perf_counter() - tick)
    return min(times)


lighthouse = chat("Explain in a few sentences what a lighthouse is for.")
seconds = {width: pass_seconds(model, width) for width in (1, 2, 4, 8, 16)}
for width, value in seconds.items():
    print(
        f"{width:2} tokens: {value * 1e3:6.1f} ms, {value / seconds[1]:.2f} of one"
    )

# %% [markdown]
# **Explain.** Much less than 8 times. So if somebody *guessed* the next tokens, one pass could check them all: the logits at each position say what the model would have said there. The large model is the **target**, the guesser the **draft**, the number of guesses γ. A pass that verifies γ guesses gives
# between 1 and γ + 1 tokens. What is left to settle is what to do with a guess that the target would have made only *sometimes*.

# %%
utils.pipeline_map(here=["probabilities", "next token"])

# %% [markdown]
# Throughout, p is the target's distribution of the next token, q the draft's, both over V tokens. The drafted token x was drawn from q.
#
# ## 1 · Keep it or not?
#
# *You wanted a draw from p, and you hold a draw from q. When may you keep it?*
#
# **Predict.** The draft says " ships" with q = 0.25, the target would with p = 0.10. How often may a drafted " ships" stay, if in the end it is to appear as often as the target wants?

# %%
my_guess = None  # a share between 0 and 1

words = [" the", " a", " sea", " ships", " light", "."]
p = torch.tensor([0.35, 0.25, 0.15, 0.10, 0.10, 0.05])
q = torch.tensor([0.10, 0.40, 0.05, 0.25, 0.15, 0.05])
drafted = torch.multinomial(
    q, 100_000, replacement=True, generator=torch.Generator().manual_seed(0)
)
for word in (" the", " ships"):
    share = float((drafted == words.index(word)).float().mean())
    print(f"{word!r}: drafted {share:.3f}, wanted {float(p[words.index(word)]):.3f}")

# %% [markdown]
# **Explain.** 0.4 of the time: 0.25 · 0.4 = 0.10. And " the", which the draft says too rarely, may always stay. The rule: accept x with probability min(1, p(x)/q(x)). In the picture, a dart is thrown at a bar of length q(x), at the place u · q(x) for a u between 0 and 1. If it hits what p covers too, the token stays.

# %%
utils.overlap_bars(
    words, p, q, [(0, 0.5), (3, 0.3), (1, 0.8)], "Three darts: u = 0.5, 0.3 and 0.8"
)

# %% [markdown]
# <div class="card" role="note" aria-label="Exercise acceptance_prob">
#
# **Exercise `acceptance_prob`** · difficulty 2 of 5 · importance 5 of 5 · 6 minutes · 2 points
#
# `acceptance_prob(p: FloatTensor[V], q: FloatTensor[V], token_ids: LongTensor[N]) -> FloatTensor[N]`
#
# For each drafted token, the probability min(1, p(x)/q(x)) that it is accepted.
#
# - `token_ids` may hold an id twice, and may be empty. The inputs are not changed.
# - Where q(x) is 0 the ratio is no number: the result is 1 if p(x) > 0, and 0 if p(x) is 0 as well. Never NaN, and no epsilon: probabilities of 1e-8 are common in a vocabulary of 49,152.
#
# Worked example: p = `[0.5, 0.25, 0.25]`, q = `[0.25, 0.5, 0.25]` and ids `[1, 0, 1]` give `[0.5, 1.0, 0.5]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "acceptance_prob", "locked": false, "schema_version": 3, "solution": true, "task": false}
def acceptance_prob(p, q, token_ids):
    """How likely each drafted token is to be accepted: min(1, p/q).

    p, q: FloatTensor[V]; token_ids: LongTensor[N]. Returns FloatTensor[N]; at q = 0
    it is 1 where p > 0, else 0. Source: Leviathan et al. 2023, Chen et al. 2023.
    """
    ### BEGIN SOLUTION
    p_x, q_x = p[token_ids], q[token_ids]
    possible = q_x > 0
    share = p_x / q_x.where(possible, torch.ones_like(q_x))
    return torch.where(possible, share.clamp(max=1), (p_x > 0).to(p.dtype))
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_acceptance_prob", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    one = torch.tensor([0.5, 0.25, 0.25, 0.0, 0.0, 2e-8])
    other = torch.tensor([0.25, 0.5, 0.0, 0.25, 0.0, 4e-8])
    for ids, want in (
        ([1, 0, 1], [0.5, 1.0, 0.5]),
        ([2], [1.0]),
        ([3, 4], [0.0, 0.0]),
        ([5], [0.5]),
        ([], []),
    ):
        got = acceptance_prob(
            one.clone(), other.clone(), torch.tensor(ids, dtype=torch.long)
        )
        utils.expect_close(
            got,
            want,
            f"token_ids={ids}: got {got}, expected {want}. Is it p over q, at most "
            "1, and is q = 0 treated by itself?",
        )


public_check()
print("acceptance_prob: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_acceptance_prob", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for acceptance_prob are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("acceptance_prob", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# What is the largest value that a probability can have?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Take p and q at `token_ids` first. Then divide, and cut at 1. What does your code do at 0/0?
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `torch.where(q_x > 0, (p_x / q_x).clamp(max=1), (p_x > 0).to(p.dtype))` works: it makes a NaN on the way, and `where` does not choose it.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A token is drafted with probability q and kept with min(1, p/q): together min(q, p). **A common wrong answer** turns the ratio round; then what the draft likes too much is kept for certain.

# %% [markdown]
# How often is *any* drafted token accepted? The mean over the draft, Σ q · min(1, p/q) = Σ min(p, q), is called the **acceptance rate** α.

# %%
accepted = acceptance_prob(p, q, torch.arange(len(p)))
print("α by your function:", float((q * accepted).sum()))
print("Σ min(p, q):       ", float(torch.minimum(p, q).sum()))

# %% [markdown]
# ## 2 · What is left over
#
# A rejected token must be replaced, or nothing comes out. *From which distribution?*
#
# **Predict.** Draw the replacement from p itself: the target's own law, what could be wrong? Will " the" come out too often, too rarely or just right?

# %%
my_guess = None  # too often, too rarely, just right?

mass = torch.minimum(p, q)  # what accepted tokens bring
from_p = mass + (1 - mass.sum()) * p
for word, want, got in zip(words, p.tolist(), from_p.tolist()):
    print(f"{word!r:>9}: wanted {want:.3f}, comes out {got:.3f}")

# %% [markdown]
# **Explain.** Too rarely: 0.22 in place of 0.35, because accepting has handed out all that p and q share, and the replacement hands it out a second time. It has to make up for what is *missing*: p − q where that is positive (the dotted part of the picture), scaled to sum to 1. That is the **residual**. Then each token comes out with min(p, q) + max(0, p − q) = p, exactly.
#
# <div class="card" role="note" aria-label="Exercise residual_distribution">
#
# **Exercise `residual_distribution`** · difficulty 3 of 5 · importance 5 of 5 · 9 minutes · 2 points
#
# `residual_distribution(p: FloatTensor[..., V], q: FloatTensor[..., V]) -> FloatTensor[..., V]`
#
# max(0, p − q) along the last dimension, divided by its sum.
#
# - There may be any number of leading dimensions, or none. Each row stands for itself.
# - Where the sum is at most 1e-12, nothing but rounding is left (p and q agree): that row of the result is p.
# - The inputs are not changed.
#
# Worked example: p = `[0.5, 0.3, 0.2]` and q = `[0.2, 0.7, 0.1]` give `[0.75, 0.0, 0.25]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "residual_distribution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def residual_distribution(p, q):
    """What a rejected token is replaced from: max(0, p - q), normalised.

    p, q: FloatTensor[..., V]. Returns the same shape; rows without mass (at most
    1e-12) are those of p.
    """
    ### BEGIN SOLUTION
    missing = (p - q).clamp(min=0)
    total = missing.sum(dim=-1, keepdim=True)
    return torch.where(total > 1e-12, missing / total.clamp(min=1e-12), p)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_residual_distribution", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    a = torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [1.0, 0.0, 0.0]])
    b = torch.tensor([[0.2, 0.7, 0.1], [0.1, 0.6, 0.3], [0.0, 0.5, 0.5]])
    want = torch.tensor([[0.75, 0.0, 0.25], [0.1, 0.6, 0.3], [1.0, 0.0, 0.0]])
    for first, second, wanted in (
        (a[0], b[0], want[0]),
        (a, b, want),
        (a[None], b[None], want[None]),
    ):
        got = residual_distribution(first.clone(), second.clone())
        utils.expect_close(
            got,
            wanted,
            f"for p of shape {list(first.shape)} the result is not as expected. "
            "Positive part, each row over its own sum, and p where nothing is left?",
        )
    near = a[0] + torch.tensor([2.0, -1.0, -1.0]) * 1e-4
    got = residual_distribution(near, a[0])
    utils.expect_close(
        got,
        [1.0, 0.0, 0.0],
        "p and q differ by 0.0002 only, and all of the residual stands at one token",
    )


public_check()
print("residual_distribution: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_residual_distribution", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for residual_distribution are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("residual_distribution", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# The positive part of a difference, and a division. Which two things can go wrong in the division?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `clamp(min=0)` gives the positive part; `sum(dim=-1, keepdim=True)` the mass of each row. Rows with hardly any mass are chosen with `torch.where`.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `torch.where(mass > 1e-12, left / mass.clamp(min=1e-12), p)`: dividing by a clamped mass keeps NaN out of the branch that is not taken.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Σ max(0, p − q) = 1 − Σ min(p, q) is just the probability of a rejection. **A common wrong answer** is |p − q|: it gives mass to tokens of which the draft has produced too many already.

# %% [markdown]
# The whole law of one speculative token, from your two functions, in double precision. No sampling, no tolerance for luck:

# %%
pd, qd = (x.double() / x.double().sum() for x in (p, q))
kept = qd * acceptance_prob(pd, qd, torch.arange(len(pd)))
law = kept + (1 - kept.sum()) * residual_distribution(pd, qd)
print("largest difference from p:", float((law - pd).abs().max()))

# %% [markdown]
# A draft that is sharper or flatter than the target loses acceptance, and nothing else. Here the draft knows p itself, but speaks at another temperature:


# %%
def at_draft_temperature(temperature):
    q = (p.log() / temperature).softmax(dim=-1)
    alpha = float(torch.minimum(p, q).sum())
    title = f"draft at temperature {temperature:.2f}: α = {alpha:.2f}"
    return utils.overlap_bars(words, p, q, title=title)


at_draft_temperature(0.4)

# %%
utils.live(at_draft_temperature, temperature=(0.1, 3.0, 0.4))

# %% [markdown]
# ## 3 · A whole round
#
# The draft has proposed γ tokens, one after the other; one pass of the target gave its law at each of these places and at the one behind. *Which of them stay?*
#
# **Predict.** Of four drafted tokens the second is rejected; the third and fourth would have been accepted. How many tokens does the round give?

# %%
my_guess = None  # how many tokens?

utils.speculation_stream(
    [
        ([" The", " light", " is", " on"], 1, " sea"),
        ([" is", " calm", " to", "night"], 4, "."),
        ([" We", " sail"], 0, " Ships"),
    ],
    "Three rounds, made up",
)

# %% [markdown]
# **Explain.** Two: the first, and the replacement of the second. What was drafted behind it was drafted for a text that is no longer there. If all γ are accepted, the target's last row is still unused: a draw from it is a **bonus**. So each round gives at least one token, and at most γ + 1.
#
# Every decision needs a number u of its own. Here you are *given* the u's: a function with its randomness handed in can be checked to the last token.
#
# <div class="card" role="note" aria-label="Exercise verify">
#
# **Exercise `verify`** · difficulty 4 of 5 · importance 5 of 5 · 20 minutes · 3 points
#
# `verify(draft_ids: LongTensor[γ], q: FloatTensor[γ, V], p: FloatTensor[γ + 1, V], u: FloatTensor[γ], generator: torch.Generator) -> tuple[LongTensor[n + 1], int]`
#
# The tokens that the round gives, and the number n of accepted drafted ones.
#
# - Row i of `q` is what `draft_ids[i]` was drawn from, row i of `p` the target's law at its place, row γ the one behind all. Token i is accepted if `u[i] < min(1, p/q)`, strictly; the first rejection ends it.
# - After a rejection the last token is drawn from the residual at that place (section 2; from p where the residual has no mass). After γ accepted tokens it is drawn from `p[γ]`. The generator serves this one draw, of one token, and nothing else.
# - γ = 0 is a round too. Drafted tokens have q > 0. The inputs are not changed.
#
# Worked example: two drafted tokens with ratios 0.5 and 0.5, u = `[0.4, 0.7]`: the first stays, the second is replaced, n = 1.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "verify", "locked": false, "schema_version": 3, "solution": true, "task": false}
def verify(draft_ids, q, p, u, generator):
    """Accept drafted tokens up to the first rejection, and add one of the target's.

    draft_ids: LongTensor[g]; q: FloatTensor[g, V]; p: FloatTensor[g + 1, V];
    u: FloatTensor[g], numbers in [0, 1). Returns (LongTensor[n + 1], n).
    """
    ### BEGIN SOLUTION
    n, law = 0, p[len(draft_ids)]
    for i, x in enumerate(draft_ids.tolist()):
        if u[i] >= (p[i, x] / q[i, x]).clamp(max=1):
            missing = (p[i] - q[i]).clamp(min=0)
            law = missing if missing.sum() > 1e-12 else p[i]
            break
        n += 1
    token = torch.multinomial(law, 1, generator=generator)
    return torch.cat([draft_ids[:n], token]), n
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_verify", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    drafted = torch.tensor([0, 1])
    q = torch.tensor([[0.5, 0.5, 0.0, 0.0], [0.0, 0.5, 0.5, 0.0]])
    p = torch.tensor(
        [[0.25, 0.25, 0.0, 0.5], [0.75, 0.25, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    )
    for u, want in (
        ([0.4, 0.4], [0, 1, 3]),
        ([0.4, 0.7], [0, 0]),
        ([0.7, 0.1], [3]),
        ([0.5, 0.1], [3]),
    ):
        generator = torch.Generator().manual_seed(0)
        tokens, n = verify(drafted.clone(), q, p, torch.tensor(u), generator)
        assert tokens.tolist() == want and n == len(want) - 1, (
            f"u={u}: got {tokens.tolist()} and n={n}, expected {want} and "
            f"n={len(want) - 1}. Both ratios are 0.5; where does the round end, and "
            "what stands at its end?"
        )
    tokens, n = verify(drafted[:0], q[:0], p[2:], torch.zeros(0), generator)
    assert tokens.tolist() == [3] and n == 0, f"γ = 0: got {tokens.tolist()}, n={n}"
    spread = torch.tensor([[0.25, 0.25, 0.25, 0.25]])
    last = {
        int(verify(drafted[:0], q[:0], spread, torch.zeros(0), generator)[0])
        for _ in range(40)
    }
    assert len(last) > 1, (
        f"p spreads over four tokens, and 40 rounds all end with {last}: the last "
        "token is drawn, with the generator"
    )
    drafted, u = torch.tensor([3]), torch.tensor([0.5])
    q = torch.tensor([[0.0, 0.0, 0.0, 1.0]])
    p = torch.tensor([[0.5, 0.5, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
    rounds = [
        [int(verify(drafted, q, p, u, generator)[0][-1]) for _ in range(40)]
        for generator in (torch.Generator().manual_seed(1) for _ in range(2))
    ]
    assert rounds[0] == rounds[1], "two generators with one seed, two results"
    assert set(rounds[0]) == {0, 1}, (
        f"the residual spreads over tokens 0 and 1; 40 replacements: {rounds[0]}"
    )


public_check()
print("verify: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_verify", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for verify are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("verify", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Walk along the draft. There are two ways to stop: at a rejection, and at the end. In both cases one token is drawn; only its law differs.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Keep the law of the last token in a variable. It begins as p[γ], and a rejection changes it to the residual at that place.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `if u[i] >= p[i, x] / q[i, x]:` set the law to `max(0, p[i] − q[i])` (`p[i]` where rounding leaves nothing of that), and `break`. At the end `torch.multinomial(law, 1, generator=generator)`, which normalises by itself.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Token by token it is the rule of sections 1 and 2, and the rows of p are conditioned on exactly the tokens in front of them, all of which stay. **A common wrong answer** uses one u for the whole round: once the first token has passed, u is known to be small, and the next one passes too easily.

# %% [markdown]
# Does it hold in numbers? 4,000 rounds of two drafted tokens with your function, and how often each pair of tokens came first. The target's law here depends on the token before:


# %%
def pair_counts(verify, rounds=4000):
    """How often each pair of words begins a round's text, in a language of two."""
    first = torch.tensor([0.5, 0.5])
    after = torch.tensor([[0.4, 0.6], [0.7, 0.3]])
    drawn = torch.tensor([[0.9, 0.1], [0.1, 0.9]])
    dice = torch.Generator().manual_seed(1)
    counts = Counter()
    for _ in range(rounds):
        a = int(torch.multinomial(drawn[0], 1, generator=dice))
        b = int(torch.multinomial(drawn[a], 1, generator=dice))
        q = torch.stack([drawn[0], drawn[a]])
        p = torch.stack([first, after[a], after[b]])
        u = torch.rand(2, generator=dice)
        text = verify(torch.tensor([a, b]), q, p, u, dice)[0].tolist()
        if len(text) == 1:  # the round ended: the target goes on alone
            text += torch.multinomial(after[text[0]], 1, generator=dice).tolist()
        counts[tuple(text[:2])] += 1
    want = first[:, None] * after
    return {
        f"{a}{b}": (counts[a, b] / rounds, float(want[a, b]))
        for a in (0, 1)
        for b in (0, 1)
    }


for pair, (got, want) in pair_counts(verify).items():
    print(f"{pair}: {got:.3f}, wanted {want:.3f}")

# %% [markdown]
# Replace `verify` there by a version with a mistake of your own (one u for both, p in place of the residual) and see which pairs show it.
#
# ## 4 · Is it worth it?
#
# A round costs γ passes of the draft and one of the target. *How many tokens does it give, on average?*
#
# **Predict.** Each drafted token is accepted with probability α = 0.8, independently, and γ = 4. How many tokens per round: 3.2, 3.4, 4.2 or 5?

# %%
my_guess = None  # how many tokens?

dice = torch.Generator().manual_seed(0)
passes = torch.rand(100_000, 4, generator=dice) < 0.8
before_rejection = passes.long().cumprod(dim=1).sum(dim=1)
print("accepted:", float(before_rejection.float().mean()), "and one more each time")

# %% [markdown]
# **Explain.** About 3.36. Token i counts only if all before it were accepted too, which happens with probability α^i, and one token comes in any case: E = 1 + α + … + α^γ = (1 − α^(γ+1)) / (1 − α).
#
# <div class="card" role="note" aria-label="Exercise expected_tokens">
#
# **Exercise `expected_tokens`** · difficulty 1 of 5 · importance 4 of 5 · 6 minutes · 2 points
#
# `expected_tokens(alpha: float, gamma: int) -> float`
#
# The mean number of tokens that a round gives, if every drafted token is accepted with probability `alpha`, independently.
#
# - 0 ≤ alpha ≤ 1, gamma ≥ 0. To nine digits, also at alpha = 1 and just below.
#
# Worked example: `expected_tokens(0.5, 2)` is 1 + 0.5 + 0.25 = 1.75.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "expected_tokens", "locked": false, "schema_version": 3, "solution": true, "task": false}
def expected_tokens(alpha, gamma):
    """Tokens per round: 1 + alpha + ... + alpha ** gamma."""
    ### BEGIN SOLUTION
    return float(sum(alpha**i for i in range(gamma + 1)))
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_expected_tokens", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for alpha, gamma, want in (
        (0.5, 2, 1.75),
        (0.0, 5, 1.0),
        (1.0, 4, 5.0),
        (0.8, 0, 1.0),
        (0.37, 5, 1.5832290057),
    ):
        got = expected_tokens(alpha, gamma)
        assert abs(float(got) - want) < 1e-9, (
            f"alpha={alpha}, gamma={gamma}: got {got}, expected {want}. Does the "
            "token that every round gives count, and what happens at alpha = 1?"
        )


public_check()
print("expected_tokens: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_expected_tokens", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for expected_tokens are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("expected_tokens", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# With γ = 1 there are two cases. What does each give?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Add up the probabilities that token 1, 2, … of the draft counts; then one more.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `sum(alpha**i for i in range(gamma + 1))`: no division, so nothing to fear at 1.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The expectation of a count is the sum of the probabilities of its parts. **A common wrong answer** is the closed form without a look at α = 1.

# %% [markdown]
# <div class="card" role="note" aria-label="Exercise speedup">
#
# **Exercise `speedup`** · difficulty 1 of 5 · importance 4 of 5 · 5 minutes · 2 points
#
# `speedup(alpha: float, gamma: int, cost_ratio: float) -> float`
#
# How many times as fast as the target alone: expected tokens per round, divided by what a round costs, γ · `cost_ratio` + 1 target passes.
#
# - `cost_ratio` ≥ 0 is the time of a draft's pass over that of a target's pass. A result below 1 is a slow-down. To nine digits.
#
# Worked example: `speedup(0.5, 2, 0.125)` is 1.75 / 1.25 = 1.4.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "speedup", "locked": false, "schema_version": 3, "solution": true, "task": false}
def speedup(alpha, gamma, cost_ratio):
    """Tokens per time of speculation, over that of the target alone."""
    ### BEGIN SOLUTION
    tokens = float(sum(alpha**i for i in range(gamma + 1)))
    return tokens / (gamma * cost_ratio + 1)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_speedup", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for alpha, gamma, cost, want in (
        (0.5, 2, 0.125, 1.4),
        (0.7, 0, 0.3, 1.0),
        (1.0, 4, 0.0, 5.0),
        (0.0, 4, 0.25, 0.5),
        (0.5, 1, 0.25, 1.2),
        (0.5, 2, 1.0, 1.75 / 3),
    ):
        got = speedup(alpha, gamma, cost)
        assert abs(float(got) - want) < 1e-9, (
            f"alpha={alpha}, gamma={gamma}, cost_ratio={cost}: got {got}, expected "
            f"{want}. How many passes of each model does a round take?"
        )


public_check()
print("speedup: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_speedup", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for speedup are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("speedup", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# The target alone gives one token per pass. What does a round give per pass-worth of time?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Numerator: the tokens of the last exercise. Denominator: γ draft passes at `cost_ratio` each, one target pass.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `expected_tokens(alpha, gamma) / (gamma * cost_ratio + 1)`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Verifying costs one pass however many tokens it verifies (section 0, roughly). **A common wrong answer** forgets the target's pass and divides by γ · c.

# %% [markdown]
# Longer drafts give more tokens, each less than the one before, and each costs the same. So there is a best length.
#
# <div class="card" role="note" aria-label="Exercise best_gamma">
#
# **Exercise `best_gamma`** · difficulty 2 of 5 · importance 3 of 5 · 5 minutes · 2 points
#
# `best_gamma(alpha: float, cost_ratio: float, max_gamma: int = 16) -> int`
#
# The draft length of 0 … `max_gamma` with the largest speed-up, the smallest if several are equal.
#
# - 0 means: do not speculate (speed-up 1). That is the answer for a poor or dear draft.
#
# Worked example: `best_gamma(0.5, 0.5)` is 0: one drafted token gives 1.5 tokens for 1.5 passes, no gain.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "best_gamma", "locked": false, "schema_version": 3, "solution": true, "task": false}
def best_gamma(alpha, cost_ratio, max_gamma=16):
    """The fastest draft length between 0 and max_gamma; the smallest of equals."""
    ### BEGIN SOLUTION
    best, fastest = 0, 1.0
    for gamma in range(1, max_gamma + 1):
        tokens = sum(alpha**i for i in range(gamma + 1))
        if tokens / (gamma * cost_ratio + 1) > fastest:
            best, fastest = gamma, tokens / (gamma * cost_ratio + 1)
    return best
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_best_gamma", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for arguments, want in (
        ((0.5, 0.5), 0),
        ((0.8, 0.1), 6),
        ((1.0, 0.1), 16),
        ((1.0, 0.1, 3), 3),
        ((1.0, 1.0), 0),
    ):
        got = best_gamma(*arguments)
        assert got == want, (
            f"best_gamma{arguments}: got {got}, expected {want}. Are 0 and "
            "max_gamma both tried, and does the smallest win a tie?"
        )


public_check()
print("best_gamma: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_best_gamma", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for best_gamma are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("best_gamma", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Try them all.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Go through 0 … max_gamma and remember the best so far; replace it only by something strictly better.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `max(range(max_gamma + 1), key=...)` returns the first of several largest.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** There are seventeen candidates; a formula would save nothing. **A common wrong answer** begins at γ = 1 and recommends speculation to everybody.

# %% [markdown]
# The map of it, by your function, for a draft that costs a tenth of the target:

# %%
utils.speedup_map(speedup, 0.1)


# %%
def at_cost(cost_ratio):
    return utils.speedup_map(speedup, cost_ratio, max_gamma=8)


utils.live(at_cost, cost_ratio=(0.0, 1.0, 0.1))

# %% [markdown]
# ## 5 · Caches that snap back
#
# The target's pass over γ drafted tokens leaves γ positions in its KV cache, and those of rejected tokens must go. *How do you take tokens out of a cache?*
#
# **Predict.** The cache holds 12 positions and 3 tokens were rejected. In transformers 4 one wrote `cache.crop(9)`. What does version 5 say to that?

# %%
my_guess = None  # what happens?

with torch.no_grad():
    cache = model(lighthouse[:, :12]).past_key_values
try:
    cache.crop(9)
except ValueError as error:
    print("ValueError:", error)
print("positions in the cache:", cache.get_seq_length())

# %% [markdown]
# **Explain.** It raises: `crop` now takes what is to be *removed*, as a negative count. Beneath it, a cache is one tensor of keys and one of values per layer, `cache.layers[i].keys` and `.values`, each `[B, heads, T, d]`.
#
# <div class="card" role="note" aria-label="Exercise rollback">
#
# **Exercise `rollback`** · difficulty 2 of 5 · importance 4 of 5 · 8 minutes · 2 points
#
# `rollback(cache: DynamicCache, n_rejected: int) -> DynamicCache`
#
# The same cache, without its last `n_rejected` positions.
#
# - In place, in every layer, keys and values; the cache that was given is returned. Rows, heads and features are not touched.
# - 0 changes nothing; `n_rejected` may be as large as the length.
#
# Worked example: 12 positions and `n_rejected=3` leave the first 9.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "rollback", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rollback(cache, n_rejected):
    """Remove the last positions of a cache, in place, and return it.

    cache: a transformers DynamicCache with full attention; 0 <= n_rejected <= T.
    """
    ### BEGIN SOLUTION
    if n_rejected > 0:
        cache.crop(-n_rejected)
    return cache
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_rollback", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for rows, n in ((1, 3), (2, 1), (1, 0), (1, 6)):
        cache = transformers.DynamicCache()
        keys = torch.arange(rows * 2 * 6 * 3).view(rows, 2, 6, 3).float()
        for layer in range(2):
            cache.update(keys, -keys, layer)
        got = rollback(cache, n)
        assert got is cache, (
            f"expected the cache itself back, got a {type(got).__name__}"
        )
        for layer in cache.layers:
            for what, tensor, want in (
                ("keys", layer.keys, keys),
                ("values", layer.values, -keys),
            ):
                assert tensor.equal(want[:, :, : 6 - n]), (
                    f"n_rejected={n}: the {what} have shape {list(tensor.shape)}, "
                    f"expected the first {6 - n} of 6 positions"
                )


public_check()
print("rollback: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_rollback", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for rollback are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("rollback", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# What is a slice up to −0?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `crop` with a negative count does all layers; cutting `layer.keys` and `layer.values` yourself works as well. Mind n_rejected = 0.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `if n_rejected: cache.crop(-n_rejected)`, and do not return what `crop` returns, which is None.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Keys and values of a position depend only on the tokens up to it, so what stays needs no change. **A common wrong answer** slices with `[:-n_rejected]`, which for 0 removes everything.

# %%
with torch.no_grad():
    cache = model(lighthouse[:, :12]).past_key_values
    rollback(cache, 3)
    again = model(lighthouse[:, 9:12], past_key_values=cache).logits[0, -1]
    fresh = model(lighthouse[:, :12]).logits[0, -1]
print("largest difference of logits:", float((again - fresh).abs().max()))

# %% [markdown]
# ## 6 · Two models, one law
#
# Now the loop: draft, verify, roll back, go on. *What can still go wrong, when each part is right?*
#
# **Predict.** Draft and target are the same model, and you sample at temperature 1. How many of the drafted tokens are accepted?

# %%
my_guess = None  # a share

same = torch.softmax(torch.randn(8), dim=-1)
print("α of a draft that is the target:", float(torch.minimum(same, same).sum()))

# %% [markdown]
# **Explain.** All of them, at any temperature: p = q. That is a test of a whole implementation, because n tokens then need at most ⌈n/(γ+1)⌉ + 1 passes of the target (the one more is for a pass of its own over the prompt). Three mistakes take more: a bonus token that is forgotten; a comparison of samples in place of p/q; a draft that misses a token, because nobody fed it its own last one after a round in which everything was accepted.
#
# <div class="card" role="note" aria-label="Exercise speculative_generate">
#
# **Exercise `speculative_generate`** · difficulty 5 of 5 · importance 5 of 5 · 40 minutes · 3 points
#
# `speculative_generate(target, draft, input_ids: LongTensor[1, T], gamma: int, max_new_tokens: int, eos_token_id: int | list[int] | None, temperature: float = 0.0, generator: torch.Generator | None = None) -> tuple[LongTensor[1, T + n], dict]`
#
# The prompt and what the target says after it, with the help of the draft, and the counts.
#
# - The counts are `target_calls` and `draft_calls` (forward passes, the first ones over the prompt included), `drafted` (proposed tokens that a target pass verified) and `accepted` (those of them that were accepted).
# - Temperature 0 is greedy: the ids are those of `generate(do_sample=False)`. Otherwise p and q are softmax(logits / temperature), and all randomness comes from `generator` (None: torch's own).
# - The budget is used exactly; 0 returns the prompt. Any id of `eos_token_id` (an int, a list, or None for never) ends the text wherever in a round it stands; it is the last token. An EOS in the prompt ends nothing.
# - With a draft that is the target: at most ⌈n/(γ+1)⌉ + 1 target passes for n tokens. Caches are not asked for, but you have all you need. `generate` is off limits.
# - Up to you: how many tokens the last round drafts, whether drafting stops where the draft gives an EOS the probability 1 (section 7 says why one might), a pass of its own over the prompt, whether accepted tokens that the end cuts off count. γ ≥ 1; `input_ids` is not changed.
#
# Worked example: a target that counts, with itself as draft, prompt `[[1, 2]]`, γ = 3, 8 tokens: `[[1, 2, 3, …, 10]]`, 2 target passes, 6 drafted and 6 accepted.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "speculative_generate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def speculative_generate(
    target,
    draft,
    input_ids,
    gamma,
    max_new_tokens,
    eos_token_id,
    temperature=0.0,
    generator=None,
):
    """Generate from the target with a draft that guesses gamma tokens ahead.

    target, draft: causal language models over one vocabulary; input_ids:
    LongTensor[1, T]. Returns (LongTensor[1, T + n], counts). The law of the text is
    the target's alone.
    """
    ### BEGIN SOLUTION
    ends = (
        {eos_token_id} if isinstance(eos_token_id, int) else set(eos_token_id or [])
    )
    stats = {"target_calls": 0, "draft_calls": 0, "drafted": 0, "accepted": 0}
    caches = {}

    def laws(model, name, ids):
        if name not in caches:
            caches[name] = transformers.DynamicCache(config=model.config)
        cache = caches[name]
        unread = ids[:, cache.get_seq_length() :]
        with torch.no_grad():
            logits = model(unread, past_key_values=cache, use_cache=True).logits[0]
        stats[f"{name}_calls"] += 1
        if temperature == 0:
            best = logits.max(dim=-1, keepdim=True).indices
            return torch.zeros(logits.shape).scatter_(1, best, 1.0)
        return (logits.float() / temperature).softmax(dim=-1)

    def draw(law):
        # What multinomial does, in a fraction of its time over 49,152 tokens.
        reached = law.cumsum(dim=0)
        dart = torch.rand(1, generator=generator) * reached[-1]
        return torch.searchsorted(reached, dart, right=True)

    ids, length = input_ids, input_ids.shape[1] + max_new_tokens
    while ids.shape[1] < length:
        known, longer, q = ids.shape[1], ids, []
        for _ in range(min(gamma, length - known - 1)):
            law = laws(draft, "draft", longer)[-1]
            if any(law[end] == 1 for end in ends):  # the draft has nothing to say
                break
            q.append(law)
            longer = torch.cat([longer, draw(law)[None]], dim=1)
        p = laws(target, "target", longer)[-len(q) - 1 :]
        n = 0
        for i, x in enumerate(longer[0, known:].tolist()):
            if torch.rand((), generator=generator) >= p[i, x] / q[i][x]:
                break
            n += 1
        law = p[n]
        if n < len(q):
            left = (p[n] - q[n]).clamp(min=0)
            law = left if left.sum() > 1e-12 else law
        ids = torch.cat([longer[:, : known + n], draw(law)[None]], dim=1)
        stats["drafted"] += len(q)
        stats["accepted"] += n
        for place in range(known, ids.shape[1]):
            if int(ids[0, place]) in ends:
                return ids[:, : place + 1], stats
        for cache in caches.values():
            cache.crop(-max(0, cache.get_seq_length() - ids.shape[1] + 1))
    return ids, stats
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_speculative_generate", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    counts = ("target_calls", "draft_calls", "drafted", "accepted")
    target = utils.counting_model(12)
    wrong_after_five = utils.model_of(
        lambda ids: 4.0 * torch.eye(12)[0 if ids[-1] > 5 else ids[-1] + 1],
        target.config,
    )
    for draft, budget, eos, want in (
        (target, 8, None, list(range(1, 11))),
        (target, 6, None, list(range(1, 9))),
        (wrong_after_five, 8, None, list(range(1, 11))),
        (target, 3, 2, [1, 2, 3, 4, 5]),
        (wrong_after_five, 9, 4, [1, 2, 3, 4]),
        (target, 9, [11, 5], [1, 2, 3, 4, 5]),
        (target, 0, None, [1, 2]),
    ):
        prompt = torch.tensor([[1, 2]])
        ids, stats = speculative_generate(target, draft, prompt, 3, budget, eos)
        assert ids.tolist() == [want], (
            f"max_new_tokens={budget}, eos_token_id={eos}: got {ids.tolist()}, "
            f"expected {[want]}. Greedy, the ids are the target's own, whatever the "
            "draft guesses, up to the budget or the first new EOS. If the length is "
            "right: are p the last k + 1 rows of the logits, for k drafted tokens?"
        )
        assert set(counts) <= set(stats), f"the counts have the keys {list(stats)}"
        told = [stats[name] for name in ("accepted", "drafted", "draft_calls")]
        assert told == sorted(told), f"accepted ≤ drafted ≤ draft_calls? got {stats}"
    ids, stats = speculative_generate(target, wrong_after_five, prompt, 3, 8, None)
    assert 0 < stats["accepted"] < stats["drafted"], (
        f"a draft that is right at first and then wrong: got {stats}"
    )
    generator = torch.Generator().manual_seed(0)
    ids, _ = speculative_generate(target, target, prompt, 3, 9, 4, 0.25, generator)
    assert ids.tolist() == [[1, 2, 3, 4]], (
        f"eos_token_id=4 at temperature 0.25: got {ids.tolist()}. An EOS inside a "
        "round ends the text there"
    )
    for temperature in (0.0, 1.0, 3.0):
        generator = torch.Generator().manual_seed(0)
        ids, stats = speculative_generate(
            target, target, prompt, 3, 16, None, temperature, generator
        )
        assert ids.shape == (1, 18) and stats["target_calls"] <= 5, (
            f"temperature {temperature}, the target as its own draft: "
            f"{stats['target_calls']} target passes for {ids.shape[1] - 2} tokens, "
            "expected at most 5. Is a bonus forgotten, does the draft miss a token, "
            "or is one of p and q without its temperature?"
        )
        assert stats["accepted"] >= 11, (
            f"temperature {temperature}, the target as its own draft: of 16 tokens "
            f"at most 5 are not accepted ones, the counts say {stats}"
        )
    first, second = torch.eye(12)[:2]
    rare = -30 * (1 - first - second)
    one = utils.model_of(lambda ids: 2 * first + rare, target.config)
    other = utils.model_of(lambda ids: 2 * second + rare, target.config)
    generator, zeros = torch.Generator().manual_seed(0), 0
    for _ in range(1000):
        ids, _ = speculative_generate(one, other, prompt, 1, 2, None, 2.0, generator)
        zeros += int(ids[0, 2] == 0)
    assert abs(zeros - 731) < 65, (
        f"of 1000 texts at temperature 2, {zeros} begin with token 0, and by the "
        "target's law it is 731. Do p and q have their temperature, is the draft's "
        "token drawn from q, and its replacement from the residual?"
    )
    flat = utils.model_of(lambda ids: torch.arange(12) / 4, target.config)
    texts = set()
    for seed in (1, 1, 2):
        generator = torch.Generator().manual_seed(seed)
        ids, _ = speculative_generate(
            flat, flat, prompt, 3, 12, None, 0.7, generator
        )
        texts.add(tuple(ids[0].tolist()))
    assert len(texts) == 2, (
        f"seeds 1, 1 and 2 gave {len(texts)} different texts: all randomness comes "
        "from the generator, and there is some at temperature 0.7"
    )


public_check()
print("speculative_generate: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_speculative_generate", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for speculative_generate are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("speculative_generate", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Write it without caches first: each call gets the whole text. Which rows of the target's logits belong to the drafted tokens, and which to the bonus?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Per round: draft k = min(γ, what the budget leaves − 1) tokens and keep the distribution of each; one target pass over text and drafts, its last k + 1 rows are p; accept as in `verify`; append; look for an EOS among the new tokens. At temperature 0 a distribution is one-hot, and nothing else changes.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# With caches, start each model with a `transformers.DynamicCache()` and feed it what it has not read: `ids[:, cache.get_seq_length():]`. After a round everything but the newest token may stay: `rollback(cache, max(0, cache.get_seq_length() - ids.shape[1] + 1))`, for both caches. Then the draft reads its own last token by itself.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Every model is fed what it has not read, so no case needs a rule of its own: after full acceptance the draft lacks two tokens and reads both. **A common wrong answer** looks for the EOS in the last token of a round: inside a round it goes unseen, and the text runs on.

# %% [markdown]
# The real thing. The draft must share the target's vocabulary, and be cheap. This one has two layers where the target has thirty, and one task: to predict the target's next token, learnt from texts that the target wrote. It came with the course.

# %%
small = utils.load_model("draft", dtype=torch.float32, device="cpu")
draft = small.model  # any model with the same vocabulary fits here
print(small)


# %%
def shown(rounds):
    """Rounds of ids as rounds of texts."""
    return [
        ([tokenizer.decode([i]) for i in drafted], n, tokenizer.decode([last]))
        for drafted, n, last in rounds
    ]


def new_text(ids, prompt):
    return tokenizer.decode(ids[0, prompt.shape[1] :])


plain = model.generate(
    lighthouse,
    attention_mask=torch.ones_like(lighthouse),
    do_sample=False,
    max_new_tokens=24,
)
with utils.Watched(model) as watched:
    ids, stats = speculative_generate(
        model, draft, lighthouse, 3, 24, tokenizer.eos_token_id
    )
print(repr(new_text(ids, lighthouse)))
print("the same ids as model.generate:", ids.equal(plain))
print(stats)

rounds = watched.rounds(ids[0].tolist(), lighthouse.shape[1])
display(
    utils.speculation_stream(
        shown(rounds[:9]), "The first rounds: a small model drafts"
    )
)
utils.speculation_trace(
    shown(rounds), [tokenizer.decode([id]) for id in lighthouse[0].tolist()]
)

# %% [markdown]
# The ids are the target's own, and some passes gave several of them. Below the picture is the same run to be stepped through: the draft guesses, one pass of the target looks, its own token follows. Watch the tokens per pass.
#
# Is training worth it? The target's own beginning is a small model too: its first layers, with its norm and output matrix behind them, an **early exit**. Nobody trained these layers to speak. α is the mean of Σ min(p, q) along a text of the target's:


# %%
def early_exit(model, layers):
    """The first layers of a Llama-like model as a model; the weights are shared."""
    config = copy.deepcopy(model.config)
    config.num_hidden_layers = layers
    part = type(model)(config)
    part.load_state_dict(model.state_dict(), strict=False, assign=True)
    part.tie_weights()
    return part.eval()


def acceptance_rate(draft, ids, prompt_length):
    with torch.no_grad():
        p, q = (
            m(ids).logits[0, prompt_length - 1 : -1].softmax(dim=-1)
            for m in (model, draft)
        )
    return float(torch.minimum(p, q).sum(dim=-1).mean())


def cost(draft):
    return min(pass_seconds(draft, 1), seconds[1]) / seconds[1]


head = utils.load_draft_head(model)  # more of it below
candidates = {f"{n} layers, untrained": early_exit(model, n) for n in (8, 16, 24)}
for name, guess in (candidates | {"2 layers, trained": draft, "head": head}).items():
    alpha, c = acceptance_rate(guess, plain, lighthouse.shape[1]), cost(guess)
    gamma = best_gamma(alpha, c)
    print(
        f"{name:20} α = {alpha:.2f}, cost ratio {c:.2f}, best γ {gamma}, "
        f"speed-up {speedup(alpha, gamma, c):.2f}"
    )

# %% [markdown]
# More layers are accepted more often, and cost more; your `best_gamma` says what that is worth. A poor draft costs time, not quality. Training buys for two layers what many untrained ones do not reach.
#
# The last line is a draft of another kind, a **head** on the target (as in Hydra and EAGLE). It reads no text of its own. After each pass of the target it takes the target's hidden states, the last one and two from its middle, in which all that the target made of the text is laid down, and guesses from there; `load_draft_head` gave it a model's face, so your loop needs no change:

# %%
with utils.Watched(model) as watched:
    ids, stats = speculative_generate(
        model, head, lighthouse, 3, 24, tokenizer.eos_token_id
    )
print("the same ids as model.generate:", ids.equal(plain))
print(stats)
rounds = watched.rounds(ids[0].tolist(), lighthouse.shape[1])
utils.speculation_stream(shown(rounds[:9]), "The first rounds: a head drafts")

# %% [markdown]
# The two caches of that run, round by round:

# %%
with utils.Watched(model) as watched, utils.Watched(head) as watched_draft:
    ids, stats = speculative_generate(
        model, head, lighthouse, 3, 12, tokenizer.eos_token_id
    )


def held_and_kept(passes):
    """For each pass that follows a roll-back: positions before, positions after."""
    lengths = [(cached, cached + len(new)) for cached, new in passes]
    return [(then, held) for (_, held), (then, _) in zip(lengths, lengths[1:])]


k = 3
of_target = held_and_kept(watched.passes)
of_draft = held_and_kept(watched_draft.passes)[k - 1 :: k]
found = watched.rounds(ids[0].tolist(), lighthouse.shape[1])
steps = [
    (f"round {i + 1}: {n} of {len(drafted)} accepted", {"target": a, "draft": b})
    for i, ((drafted, n, _), a, b) in enumerate(zip(found, of_target, of_draft))
]
if any(cached for cached, _ in watched.passes[1:]):
    display(utils.cache_rulers(steps[:4]))
else:
    print("Your models keep no caches: each pass reads the whole text. See hint 3.")

# %% [markdown]
# And at a temperature? The law is the target's, so no single text can show it. But the same generator gives the same text, and the counts tell what share of the drafted tokens stayed. That share is less than α: behind a rejection the rest of a round is lost, right or wrong.

# %%
for temperature in (0.3, 0.7, 1.3):
    generator = torch.Generator().manual_seed(4)
    ids, stats = speculative_generate(
        model, head, lighthouse, 3, 16, None, temperature, generator
    )
    rate = stats["accepted"] / max(1, stats["drafted"])
    print(f"T = {temperature}: accepted {rate:.2f}", repr(new_text(ids, lighthouse)))

# %% [markdown]
# ## 7 · A draft for nothing
#
# Summaries, corrections, code: such texts repeat what stands in the prompt. *Who needs a model to guess that?*
#
# **Predict.** The text ends in "the old lighthouse keeper climbs the old". You look for the longest end of it that stood there before. What would you guess comes next?

# %%
my_guess = None  # which words?

sentence = "the old lighthouse keeper climbs the old".split()
for n in (3, 2, 1):
    places = [
        i for i in range(len(sentence) - n) if sentence[i : i + n] == sentence[-n:]
    ]
    print(n, sentence[-n:], "stood before at", places)

# %% [markdown]
# **Explain.** "lighthouse keeper climbs the old", from the pair "the old" at the beginning: three words stood nowhere before, two did. This draft is called **prompt lookup**. Its q is one-hot: the token was certain, and is accepted with probability p(x).
#
# <div class="card" role="note" aria-label="Exercise find_candidate_tokens">
#
# **Exercise `find_candidate_tokens`** · difficulty 3 of 5 · importance 4 of 5 · 14 minutes · 3 points
#
# `find_candidate_tokens(input_ids: LongTensor[1, T], max_ngram_size: int = 3, num_tokens: int = 10) -> LongTensor[m]`
#
# What followed the last few ids when they stood in the text before; an empty LongTensor if they never did.
#
# - For n = min(`max_ngram_size`, T − 1) down to 1: look for earlier places of the last n ids. The first n that has one counts, and of several places the leftmost.
# - The result is what follows that place: at most `num_tokens` ids, fewer if the text ends before. The place may overlap the end of the text (in `5 5 5`), but it is not the end itself.
#
# Worked example: `[[7, 8, 9, 1, 2, 7, 8]]` with `num_tokens=3` gives `[9, 1, 2]`: 7 8 stood at the beginning.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "find_candidate_tokens", "locked": false, "schema_version": 3, "solution": true, "task": false}
def find_candidate_tokens(input_ids, max_ngram_size=3, num_tokens=10):
    """What followed the end of the text where it stood before (prompt lookup).

    input_ids: LongTensor[1, T]. Returns LongTensor[m], m <= num_tokens.
    """
    ### BEGIN SOLUTION
    ids = input_ids[0].tolist()
    for n in range(min(max_ngram_size, len(ids) - 1), 0, -1):
        for i in range(len(ids) - n):
            if ids[i : i + n] == ids[-n:]:
                return input_ids[0, i + n : i + n + num_tokens].clone()
    return input_ids.new_empty(0)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_find_candidate_tokens", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for ids, limits, want in (
        ([7, 8, 9, 1, 2, 7, 8], {"num_tokens": 3}, [9, 1, 2]),
        ([7, 8, 9, 1, 2, 7, 8], {}, [9, 1, 2, 7, 8]),
        ([5, 5, 5], {}, [5]),
        ([1, 2, 3, 4], {}, []),
        ([3, 1, 6, 3, 2, 3], {"num_tokens": 1}, [1]),
        ([6], {}, []),
        ([2, 7, 1, 2, 9, 1, 2], {"max_ngram_size": 1, "num_tokens": 1}, [7]),
        ([2, 3, 5, 1, 2, 3, 6, 4, 1, 2, 3], {"num_tokens": 1}, [6]),
    ):
        got = find_candidate_tokens(torch.tensor([ids]), **limits)
        assert got.dtype == torch.int64 and got.dim() == 1, (
            f"{ids}: expected a LongTensor[m], got {got.dtype} of {list(got.shape)}"
        )
        assert got.tolist() == want, (
            f"{ids} with {limits}: got {got.tolist()}, expected {want}. Longest end "
            "first, leftmost place first, and the end itself does not count"
        )


public_check()
print("find_candidate_tokens: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_find_candidate_tokens", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for find_candidate_tokens are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("find_candidate_tokens", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# How many places are there at which n ids can stand and still be followed by something?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Two loops: over n, the longest first, and over the places from the left. Compare lists.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `for i in range(len(ids) - n):` leaves the end itself out; `ids[i : i + n] == ids[-n:]`; return `input_ids[0, i + n : i + n + num_tokens]`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A place i < T − n is always followed by at least one token. **A common wrong answer** lets i run to T − n: the end of the text finds itself, and nothing follows.

# %% [markdown]
# A draft is whatever can be asked what comes next. `utils.model_of` puts the face of a model on a function from ids to scores, so your `speculative_generate` needs no change. Where it finds nothing it is *certain* of EOS, which a loop may read as "I have nothing to say": it then stops drafting, and nothing is verified in vain. (Only at a probability of 1, known before anything is drawn: to drop a token because of how it was drawn would bend the law.)

# %%
vocab_size = model.config.vocab_size


def certain(token):
    """Scores that leave no doubt, at any temperature."""
    scores = torch.full((vocab_size,), -torch.inf)
    scores[token] = 0.0
    return scores


def look_up(ids):
    found = find_candidate_tokens(torch.tensor([ids]), num_tokens=1)
    return certain(int(found[0]) if len(found) else tokenizer.eos_token_id)


lookup = utils.model_of(look_up, model.config)
story = (
    "The lighthouse stands on a rock in the sea. Every evening, the keeper climbs "
    "the stairs and lights the lamp. The ships see the light and turn away from the "
    "rock. In the morning, the keeper puts out the lamp and goes to bed."
)
repeat = chat("Put every sentence of this text on a line of its own:\n\n" + story)
with utils.Watched(model) as watched:
    ids, stats = speculative_generate(
        model, lookup, repeat, 8, 60, tokenizer.eos_token_id
    )
print(repr(new_text(ids, repeat)))
print(stats)
rounds = watched.rounds(ids[0].tolist(), repeat.shape[1])
utils.speculation_stream(shown(rounds[:6]), "Prompt lookup, γ = 8")

# %% [markdown]
# Where the prompt does not help, a table of other text may. The **n-gram model** of notebook 00 was a curiosity there; here it guesses for a transformer. The text it learns from is the target's own, answers to questions of the same kind, because it is the target that it has to imitate.
#
# If you have your `ngram_counts` of notebook 00 at hand, paste it into the next cell and count with it; the cell works without.

# %%
# Paste your ngram_counts here, if you like, and use it below.

topics = ("tower", "harbour", "ship", "bridge", "lamp", "island", "map", "clock")
asked = [chat(f"Explain in a few sentences what a {t} is for.")[0] for t in topics]
width = max(map(len, asked))
rows = torch.full((len(asked), width), tokenizer.eos_token_id)
mask = torch.zeros_like(rows)
for row, prompt in enumerate(asked):
    rows[row, width - len(prompt) :], mask[row, width - len(prompt) :] = prompt, 1
answers = model.generate(
    rows, attention_mask=mask, do_sample=False, max_new_tokens=40
)

followers = {}
for answer in answers[:, width - 4 :].tolist():
    for n in (1, 2, 3):
        for place in range(n, len(answer)):
            context = tuple(answer[place - n : place])
            followers.setdefault(context, Counter())[answer[place]] += 1
print(len(followers), "contexts, for example")
print([tokenizer.decode(list(c)) for c in list(followers)[200:208]])


# %%
def from_table(ids):
    for n in (3, 2, 1):
        seen = followers.get(tuple(ids[-n:]))
        if seen:
            return certain(seen.most_common(1)[0][0])
    return certain(tokenizer.eos_token_id)


table = utils.model_of(from_table, model.config)
both = utils.load_draft_head(model, lookup=True)
drafts = {
    "small model": draft,
    "head": head,
    "prompt lookup": lookup,
    "head and lookup": both,
    "n-gram table": table,
}
prompts = {"explain": lighthouse, "repeat": repeat}
measured = {}
for (name, guess), (task, prompt) in (
    (d, t) for t in prompts.items() for d in drafts.items()
):
    ids, stats = speculative_generate(
        model, guess, prompt, 4, 28, tokenizer.eos_token_id
    )
    per_pass = (ids.shape[1] - prompt.shape[1]) / stats["target_calls"]
    measured[f"{task}: {name}"] = per_pass
utils.labelled_bars(measured, "Tokens per target pass, γ = 4, greedy", "tokens")

# %% [markdown]
# Each draft has its task. Where the target explains, those lead that were trained on its texts; a table of eight answers costs nothing and is seldom right; and where a text is to be repeated, the prompt is the best table there is. *Head and lookup* asks both: where the last two tokens stood before, it copies two, where the last six did, as many as it is asked for; elsewhere the head guesses one, and a second where it gave its first choice 0.35 or more. After that it drafts nothing more in this round. Neither text shows what that is good for: it is no task's best draft, and bad at none.
#
# ## 8 · The formula and the clock
#
# *Does the clock agree with the formula?*
#
# **Predict.** Prompt lookup on the text to repeat: the formula assumes that a draft pass costs nothing and that verifying nine tokens costs as much as one. Will the measured speed-up be above or below the prediction?

# %%
my_guess = None  # above or below?


def timed(run):
    tick = time.perf_counter()
    count = run()
    return count / (time.perf_counter() - tick)


def alone(prompt, budget=60):
    out = model.generate(
        prompt,
        attention_mask=torch.ones_like(prompt),
        do_sample=False,
        max_new_tokens=budget,
    )
    return out.shape[1] - prompt.shape[1]


def together(guess, prompt, gamma, budget=60):
    out, _ = speculative_generate(
        model, guess, prompt, gamma, budget, tokenizer.eos_token_id
    )
    return out.shape[1] - prompt.shape[1]


rates = {"alone": [], "lookup": [], "head": [], "both": []}
for _ in range(3):  # in turn: what else the machine does then touches all alike
    rates["alone"].append(timed(lambda: alone(repeat)))
    rates["head"].append(timed(lambda: together(head, repeat, 2)))
    rates["lookup"].append(timed(lambda: together(lookup, repeat, 8)))
    rates["both"].append(timed(lambda: together(both, repeat, 8)))
speeds = {name: sorted(values)[1] for name, values in rates.items()}
utils.bar_race(
    {
        "generate alone": speeds["alone"],
        "head, γ = 2": speeds["head"],
        "prompt lookup, γ = 8": speeds["lookup"],
        "head and lookup, γ ≤ 8": speeds["both"],
    },
    "tokens/s",
    "The text to repeat, greedy, median of three runs",
)


# %%
def implied_alpha(per_pass, gamma):
    """The acceptance rate at which a round gives this many tokens on average."""
    grid = [i / 1000 for i in range(1001)]
    return min(grid, key=lambda a: abs(expected_tokens(a, gamma) - per_pass))


def point(guess, gamma):
    found = speculative_generate(
        model, guess, repeat, gamma, 60, tokenizer.eos_token_id
    )[1]
    # Each target pass gives what it accepted, and one token of its own.
    return implied_alpha(1 + found["accepted"] / found["target_calls"], gamma)


points = {
    "head": (point(head, 2), 2),
    "lookup": (point(lookup, 8), 8),
}
for name, c in (("head", cost(head)), ("lookup", 0.0)):
    alpha, gamma = points[name]
    print(
        f"{name}: α = {alpha:.2f}, γ = {gamma}, predicted × "
        f"{speedup(alpha, gamma, c):.2f}, measured × "
        f"{speeds[name] / speeds['alone']:.2f}"
    )
utils.speedup_map(speedup, 0.1, points, max_gamma=8)

# %% [markdown]
# **Explain.** Usually below, and α is not to blame: it was taken from the tokens that the passes really gave. What the formula leaves out are costs. A pass over nine positions costs more than one over one (section 0), the bookkeeping between passes costs too, and a loop without caches reads the whole text in each pass (hint 3 mends that). A draft that costs more than it saves makes the text slower, as the head may here, and on a busy machine the timing itself is noisy. (The map is drawn for a draft that costs 0.1 of a pass; a free one like prompt lookup stands higher than its star says.)
#
# ### When it does not pay
#
# **A batch.** The free lunch of section 0 is idle arithmetic. With many rows at once it is no longer idle:


# %%
def batch_seconds(batch, width):
    ids = lighthouse[:, :16].repeat(batch, 1)
    times = []
    for _ in range(3):
        with torch.no_grad():
            cache = model(ids).past_key_values
            tick = time.perf_counter()
            model(ids[:, :width], past_key_values=cache)
            times.append(time.perf_counter() - tick)
    return min(times)


for batch in (1, 4, 16):
    ratio = batch_seconds(batch, 5) / batch_seconds(batch, 1)
    print(f"{batch:2} rows: a pass over 5 tokens costs {ratio:.2f} of one over 1")

# %% [markdown]
# **Hot sampling.** A one-hot guess is accepted with probability p(x), and heat makes a favourite's p smaller. (Each line is one text: another generator, other numbers.)

# %%
for temperature in (0.0, 1.0, 1.5):
    generator = torch.Generator().manual_seed(0)
    ids, stats = speculative_generate(
        model, lookup, repeat, 4, 20, None, temperature, generator
    )
    per_pass = (ids.shape[1] - repeat.shape[1]) / stats["target_calls"]
    print(f"T = {temperature}: {per_pass:.2f} tokens per target pass")

# %% [markdown]
# **A poor draft**, as the untrained layers have shown: below an α that the map names for each cost, every drafted token slows you down.
#
# Figures from others, to set beside your own (their hardware and models are not yours): Leviathan et al. 2023 report 2.6 to 3.4 times on T5-XXL; Chen et al. 2023 1.9 to 2.5 times on Chinchilla 70B; Spec-Bench, for Vicuna-7B on one RTX 3090, 2.25 times with EAGLE-2, 1.83 with a draft model and 1.55 with prompt lookup; the authors of EAGLE-3 up to 6.5 times. What they have in common is a draft that was trained for its target, or a text that repeats itself.
#
# ## Think it over
#
# Answer in a few sentences each; there is no single right answer, and your instructor reads what you write.
#
# 1. A colleague verifies like this: "draw y from p, stop when y differs from the drafted token, always emit y". Is the output's law right? What is lost, if anything?
# 2. You run a service that answers 64 requests at once, in 20 languages, at temperature 1. Would you speculate? What would you measure first?
# 3. Which was for you the most important concept, and which point is still muddy? What does it connect to, what do you wish for, and what are you curious about?

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflect_speculation", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# *A sample answer.* (1) The law is right: every emitted token is a draw from p given what stands before it. What is lost is speed: the draft is accepted with probability Σpq, where min(1, p/q) reaches Σmin(p, q), and at temperature 1 that is far less. (2) Probably not: with 64 rows the arithmetic is busy, so a pass over
# γ + 1 tokens costs nearly γ + 1 passes; at temperature 1 and in 20 languages a small draft is seldom accepted. First measure the cost of a pass over 1 and over 5 tokens at that batch size, and α on real requests. The muddiest point for many is the residual: drawing the replacement from p looks right, and counts twice what p and q share.

# %% [markdown]
# ## Stretch: more drafts, and five patients
#
# Bonus points, and nothing later needs them.
#
# ### Your n-gram model as a draft, at a temperature
#
# A table can be asked for its favourite, or drawn from. The verifier has to know which. *What is q in each case?*
#
# **Predict.** The table has seen "sea" after "the" in 6 of 10 cases, and proposes "sea" *because it is the most frequent*. Is q(sea) 0.6 or 1?

# %%
my_guess = None  # 0.6 or 1?

target_p, table_q = torch.tensor([0.3, 0.7]), torch.tensor([0.6, 0.4])
for recorded in (table_q, torch.tensor([1.0, 0.0])):
    keep = float((target_p[0] / recorded[0]).clamp(max=1))
    print(f"q(sea) = {recorded[0]:.1f}: sea comes out with {keep:.2f}, wanted 0.30")

# %% [markdown]
# **Explain.** 1. It was certain to be proposed, so it must be accepted with probability p, not p/0.6. What counts is the distribution that the token was *actually* drawn from.
#
# <div class="card" role="note" aria-label="Exercise ngram_draft">
#
# **Exercise `ngram_draft`** · difficulty 3 of 5 · importance 3 of 5 · 10 minutes · 2 bonus points
#
# `ngram_draft(counts: dict[tuple[int, ...], dict[int, int]], context: list[int], vocab_size: int, k: float = 1.0, generator: torch.Generator | None = None) -> tuple[int, FloatTensor[V]]`
#
# A drafted token, and the q that it was drawn from.
#
# - `counts` is what `ngram_counts` of notebook 00 gives: a context of n − 1 ids → next id → count; never empty. `context` are all ids so far; its last n − 1 count.
# - With a generator: the token is drawn from the add-k probabilities, (count + k) / (total + k · vocab_size), and these are q. An unseen context makes all tokens equally likely.
# - Without: the token is the most likely one, and q is one-hot. The table is not changed.
#
# Worked example: counts `{(7,): {1: 3}}`, context `[5, 7]`, `vocab_size=3` and no generator give `(1, [0.0, 1.0, 0.0])`; with one, q is `[1/6, 4/6, 1/6]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "ngram_draft", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ngram_draft(counts, context, vocab_size, k=1.0, generator=None):
    """A token of an n-gram table, and the distribution that it was drawn from.

    counts: context of n - 1 ids -> next id -> count. Returns (int, FloatTensor[V]).
    """
    ### BEGIN SOLUTION
    length = len(next(iter(counts)))
    seen = counts.get(tuple(context[len(context) - length :]), {})
    weights = torch.full((vocab_size,), float(k))
    for token, count in seen.items():
        weights[token] += count
    if generator is None:
        best = int(weights.argmax())
        return best, torch.nn.functional.one_hot(
            torch.tensor(best), vocab_size
        ).float()
    q = weights / weights.sum()
    return int(torch.multinomial(q, 1, generator=generator)), q
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_ngram_draft", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    counts = {(7,): {1: 3}, (1,): {0: 1, 2: 1}}
    token, q = ngram_draft(counts, [5, 7], 3)
    assert token == 1, f"without a generator the favourite is drafted, got {token}"
    utils.expect_close(q, [0.0, 1.0, 0.0], "a favourite is certain: q is one-hot")
    for context, k, want in (
        ([5, 7], 1.0, [1 / 6, 4 / 6, 1 / 6]),
        ([7, 1], 0.5, [1.5 / 3.5, 0.5 / 3.5, 1.5 / 3.5]),
        ([1, 4], 1.0, [1 / 3] * 3),
    ):
        generator = torch.Generator().manual_seed(0)
        token, q = ngram_draft(counts, context, 3, k=k, generator=generator)
        utils.expect_close(
            q,
            want,
            f"context {context}, k={k}: a drawn token comes with the add-k "
            f"probabilities after the last id, expected {want}",
        )
    assert ngram_draft({(): {2: 5}}, [1, 2], 3)[0] == 2, "n = 1: the context is ()"
    pairs = {(7, 1): {2: 4}, (1, 1): {0: 4}}
    assert ngram_draft(pairs, [7, 1], 3)[0] == 2, "n = 3: the last two ids count"
    drawn = [
        [ngram_draft(counts, [7], 3, generator=generator)[0] for _ in range(40)]
        for generator in (torch.Generator().manual_seed(1) for _ in range(2))
    ]
    assert drawn[0] == drawn[1], "two generators with one seed, two results"
    assert len(set(drawn[0])) > 1, (
        f"with a generator the token is drawn from q; 40 times: {drawn[0]}"
    )
    assert sorted(counts) == [(1,), (7,)], "the table was changed"


public_check()
print("ngram_draft: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_ngram_draft", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for ngram_draft are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("ngram_draft", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# How long is a key of the table? And what is `context[-0:]`?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# One tensor of V entries, all k; add the counts; then either the largest and one-hot, or normalise and draw.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `counts.get(tuple(context[len(context) - length:]), {})` is right for n = 1 too, and adds no row to the table.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Both kinds of draft are honest about their q. **A common wrong answer** takes the favourite and hands the smoothed frequencies over with it: then the favourite is accepted too often, and the output is no longer the target's.

# %%
pairs = {}
for answer in answers[:, width - 4 :].tolist():
    for a, b in zip(answer, answer[1:]):
        pairs.setdefault((a,), Counter())[b] += 1
dice = torch.Generator().manual_seed(0)
start = lighthouse[0].tolist()
for k in (1.0, 0.001):
    token, q = ngram_draft(pairs, start, vocab_size, k=k, generator=dice)
    with torch.no_grad():
        p_next = model(lighthouse).logits[0, -1].softmax(dim=-1)
    print(f"k = {k}: Σ min(p, q) = {float(torch.minimum(p_next, q).sum()):.3f}")

# %% [markdown]
# With 49,152 tokens, k = 1 gives nearly all mass to what was never seen: a smoothing that was harmless on a toy vocabulary ruins a draft.
#
# ### Five patients
#
# Each of five verifiers has one bug, one of eight famous ones. They worked in the language of section 1 (the six words, p and q as there). From each you have its **log**: rounds with γ = 1 (γ = 2 for b) and what it did with them, and the law of the first token of a round, over very many rounds. *Which line could an honest verifier not have written?*
#
# **Predict.** Before you look at the laws: which of the bugs can a log of single rounds show at once, because an honest verifier would have decided otherwise?

# %%
my_guess = None  # which of the eight?

schemes = (
    "resample_from_p",  # the replacement comes from p
    "absolute_residual",  # the replacement comes from |p - q|
    "accept_if_p_at_least_q",  # kept if p >= q, else not
    "inverted_ratio",  # kept with probability min(1, q/p)
    "softmax_q_for_greedy_draft",  # the favourite drafted, the softmax recorded
    "wrong_temperature_recorded",  # drawn at T, recorded at 1
    "resample_after_mismatch",  # y from p compared, another one drawn
    "one_u_per_round",  # one u for all tokens
)
#          drafted, u, kept; then the first tokens of very many rounds, in %
logs = {
    "verifier_a": (
        [(" a", 0.31, True), (" ships", 0.22, True), (" ships", 0.71, False)],
        [22.5, 32.5, 10.0, 17.5, 12.5, 5.0],
    ),
    "verifier_b": (
        [
            (" a", 0.20, True), (" light", 0.20, True),
            (" ships", 0.39, True), (" a", 0.39, True),
            (" light", 0.81, False),
        ],
        [35.0, 25.0, 15.0, 10.0, 10.0, 5.0],
    ),
    "verifier_c": (
        [(" ships", 0.90, True), (" the", 0.60, False), (" sea", 0.20, True)],
        [10.3, 40.0, 4.7, 25.0, 15.0, 5.0],
    ),
    "verifier_d": (
        [(" a", 0.55, True), (" light", 0.90, False), (" the", 0.99, True)],
        [22.2, 33.8, 10.2, 13.5, 13.5, 6.8],
    ),
    "verifier_e": (
        [(" a", 0.05, False), (" the", 0.97, True), (" ships", 0.01, False)],
        [67.1, 0.0, 27.9, 0.0, 0.0, 5.0],
    ),
}  # fmt: skip
print("min(1, p/q):", dict(zip(words, [1.0, 0.625, 1.0, 0.4, 0.667, 1.0])))
for name, (lines, came_out) in logs.items():
    print(f"\n{name}")
    for word, u, kept in lines:
        print(f"    {word!r} drafted, u = {u:.2f}: {'kept' if kept else 'replaced'}")
    print("    came out %:", dict(zip(words, came_out)))
print("\ntarget, p in %:  ", dict(zip(words, [35, 25, 15, 10, 10, 5])))

# %% [markdown]
# **Explain.** Two of them decide wrongly in front of your eyes. Two decide rightly every time, and only the law of what comes out gives them away: compute what each scheme would give. And one has a law that is right for the first token of a round; look at its u's.
#
# <div class="card" role="note" aria-label="Exercise diagnose_verifiers">
#
# **Exercise `diagnose_verifiers`** · difficulty 3 of 5 · importance 3 of 5 · 12 minutes · 2 bonus points
#
# `diagnose_verifiers: dict[str, str]`
#
# From `"verifier_a"` … `"verifier_e"` to the name of its scheme, one of the eight in `schemes`.
#
# - The names exactly as they stand there; each verifier has one bug.
#
# Worked example: `{"verifier_a": "one_u_per_round", …}` has the form (and is not the diagnosis).
#
# </div>

# %% nbgrader={"grade": false, "grade_id": "diagnose_verifiers", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
diagnose_verifiers = {
    "verifier_a": "absolute_residual",
    "verifier_b": "one_u_per_round",
    "verifier_c": "inverted_ratio",
    "verifier_d": "resample_from_p",
    "verifier_e": "accept_if_p_at_least_q",
}
### END SOLUTION

# %% nbgrader={"grade": false, "grade_id": "try_diagnose_verifiers", "locked": true, "schema_version": 3, "solution": false, "task": false}
if diagnose_verifiers is None:
    raise NotImplementedError("exercise diagnose_verifiers: it is still None")
assert sorted(diagnose_verifiers) == sorted(logs), (
    f"the keys are {list(diagnose_verifiers)}, expected {list(logs)}"
)
assert set(diagnose_verifiers.values()) <= set(schemes), (
    "a diagnosis is none of the eight names in `schemes`: copy it from there"
)
print("diagnose_verifiers: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_diagnose_verifiers", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for diagnose_verifiers are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("diagnose_verifiers", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Compare every decision with u < min(1, p/q) first.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# For those whose decisions are right: the law is min(p, q) plus 0.35 times the law of the replacement. Which replacement gives these percentages?
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# p and q share 0.65. Compute `min(p, q) + 0.35 * p` and `min(p, q) + 0.35 * |p − q| / Σ|p − q|`, and compare. For the last one, look for a u that stands twice.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A biased verifier leaves traces in its decisions, in its replacements or in what its rounds have in common. **A common wrong answer** exchanges the two wrong replacements: |p − q| gives mass to words that the draft says too often, p to all.

# %% [markdown]
# ### A draft head
#
# The best drafts of today do not read the text anew: they read the target's own hidden state, which has been computed anyway, together with the one thing that it does not know, *which token was drawn*. *How small can such a head be?*
#
# **Predict.** SmolLM2 has a hidden size of 576. A head that maps [embedding of the token; hidden state] to a new hidden state by one matrix, and shares the embedding and the output matrix: how many new parameters?

# %%
my_guess = None  # how many?

hidden_size = model.config.hidden_size
whole = sum(x.numel() for x in model.parameters())
print(f"{hidden_size * 2 * hidden_size:,} of {whole:,}")

# %% [markdown]
# **Explain.** 0.66 million, half a percent of the model. The state after token t has read tokens 0 … t and was used to choose token t + 1. So it is paired with the embedding of token t + 1, and what comes out predicts token t + 2.
#
# <div class="card" role="note" aria-label="Exercise draft_head">
#
# **Exercise `draft_head`** · difficulty 3 of 5 · importance 2 of 5 · 10 minutes · 2 bonus points
#
# `draft_head(hidden: FloatTensor[T, H], input_ids: LongTensor[T + 1], embedding: FloatTensor[V, H], weight: FloatTensor[H, 2H]) -> FloatTensor[T, V]`
#
# Row t are logits for the token behind `input_ids[t + 1]`: the vector [embedding of `input_ids[t + 1]`; `hidden[t]`], in this order, times `weight` (transposed, as in a `Linear`), times the output matrix, which is `embedding` itself.
#
# - No bias, no activation, no norm. The inputs are not changed.
#
# Worked example: H = 1, embedding `[[1.0], [2.0]]`, weight `[[1.0, 10.0]]`, hidden `[[3.0]]` and ids `[0, 1]`: the new state is 1 · 2 + 10 · 3 = 32, the logits `[[32.0, 64.0]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "draft_head", "locked": false, "schema_version": 3, "solution": true, "task": false}
def draft_head(hidden, input_ids, embedding, weight):
    """Logits of a one-matrix draft head on the target's hidden states.

    hidden: FloatTensor[T, H]; input_ids: LongTensor[T + 1]; embedding:
    FloatTensor[V, H]; weight: FloatTensor[H, 2H]. Returns FloatTensor[T, V].
    """
    ### BEGIN SOLUTION
    pair = torch.cat([embedding[input_ids[1:]], hidden], dim=-1)
    return pair @ weight.T @ embedding.T
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_draft_head", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    table = torch.tensor([[1.0], [2.0]])
    weight = torch.tensor([[1.0, 10.0]])
    for states, ids, want in (
        ([[3.0]], [0, 1], [[32.0, 64.0]]),
        ([[3.0], [0.0]], [1, 1, 0], [[32.0, 64.0], [1.0, 2.0]]),
    ):
        got = draft_head(torch.tensor(states), torch.tensor(ids), table, weight)
        utils.expect_close(
            got,
            want,
            f"hidden {states}, ids {ids}: expected {want}. Which token belongs to "
            "which state, which comes first, and is the output matrix applied?",
        )


public_check()
print("draft_head: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_draft_head", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for draft_head are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("draft_head", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which of the T + 1 ids has no state before it?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `embedding[input_ids[1:]]` has T rows, as hidden has. Put them side by side, the embedding first.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `torch.cat([…, hidden], dim=-1) @ weight.T @ embedding.T`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Everything but `weight` is the target's own. **A common wrong answer** pairs state t with token t, which the state knows already.

# %% [markdown]
# Untrained it guesses nothing. But a linear head can be *solved for*: the matrix that best maps [token; state] to the next state, by least squares, on the few hundred positions that we have.

# %%
with torch.no_grad():
    out = model(answers, output_hidden_states=True)
    states = out.hidden_states[-1][:, width:]
    embedded = model.get_input_embeddings().weight
    inputs = torch.cat([embedded[answers[:, width + 1 :]], states[:, :-1]], dim=-1)
    x, y = inputs.flatten(0, 1), states[:, 1:].flatten(0, 1)
    ridge = x.T @ x + 1.0 * torch.eye(x.shape[1])
    solved = torch.linalg.solve(ridge, x.T @ y).T
    seen = model(plain, output_hidden_states=True).hidden_states[-1][0]
    guessed = draft_head(seen[:-1], plain[0], embedded, solved)
    best = model(plain).logits[0, 1:].argmax(dim=-1)
begin = lighthouse.shape[1]
agree = (guessed.argmax(dim=-1) == best)[begin:].float().mean()
print(f"{len(x)} positions to learn from")
print(f"share of a new text where its favourite is the target's: {agree:.2f}")

# %% [markdown]
# A few hundred positions for 0.66 million numbers: hardly a training set. Real heads see millions of tokens, and have a layer of attention.
#
# ## Check yourself
#
# Choose first, then open the option.
#
# ### 1 · The draft says x with q(x) = 0.5, the target with p(x) = 0.6. What happens to a drafted x?
#
# <details><summary>It is accepted for certain</summary>Yes: p/q is above 1. What is still missing of x comes through the residual.</details>
# <details><summary>It is accepted with probability 0.6</summary>That would be so for a one-hot q.</details>
# <details><summary>It is accepted with probability 5/6</summary>No: that is q/p.</details>
#
# ### 2 · You replace the draft by one that is much worse. What happens to the text at temperature 1?
#
# <details><summary>Its quality falls</summary>No. The law is the target's, whatever the draft says.</details>
# <details><summary>It takes longer</summary>Yes, and nothing else changes but the random numbers used.</details>
# <details><summary>Greedy text stays the same, sampled text gets worse</summary>No: both follow the target.</details>
#
# ### 3 · α = 0.8, and a draft pass costs as much as a target pass. The best γ is …
#
# <details><summary>0</summary>Yes. Each drafted token costs a whole pass and gives at most 0.8 of a token.</details>
# <details><summary>1</summary>1.8 tokens for 2 passes: slower than not speculating.</details>
# <details><summary>as large as possible</summary>That is the answer for a draft that is free.</details>
#
# ### 4 · With the draft equal to the target, 40 tokens at γ = 4 take 10 target passes. Where do you look?
#
# <details><summary>Nowhere: it is as it should be</summary>⌈40/5⌉ + 1 = 9 are allowed, and a loop without faults needs 8.</details>
# <details><summary>At the bonus token</summary>Yes: 4 tokens per pass are a round without it.</details>
# <details><summary>At the temperature</summary>No: p = q at any temperature, if both are tempered.</details>
#
# ### 5 · Which of these changes the output's law?
#
# <details><summary>Drafting greedily, and recording a one-hot q</summary>No. It is lossless, and accepts p(x).</details>
# <details><summary>Drafting greedily, and recording the softmax</summary>Yes: the favourite is accepted too often.</details>
# <details><summary>Comparing one u with the products of the acceptance probabilities, u < a₁a₂…aᵢ</summary>Surprisingly not: the number of accepted tokens has the right law. Comparing one u with each ratio by itself does.</details>
#
# ## Summary
#
# | question | what you built | remember |
# |---|---|---|
# | keep a drafted token? | `acceptance_prob` | min(1, p/q), with the q that it was drawn from |
# | and if not? | `residual_distribution` | max(0, p − q): what accepting has not yet handed out |
# | how far into the draft? | `verify` | up to the first rejection; one token more in any case |
# | is it worth it? | `expected_tokens`, `speedup`, `best_gamma` | depends on α and on the cost; 0 is a possible answer |
# | what was computed in vain? | `rollback` | the cache forgets it; `crop` takes a negative count |
# | all together | `speculative_generate` | draft = target is the test: nothing may be rejected |
# | a draft for nothing? | `find_candidate_tokens` | the prompt itself; q is one-hot |
#
# **Glossary.** *Target*: the model whose text is wanted. *Draft*: what guesses. *γ*: tokens guessed in a round. *Acceptance rate α*: Σ min(p, q), how often a guess stays. *Residual*: the normalised positive part of p − q. *Bonus token*: the target's own, after a round in which all was accepted.
# *Lossless*: the output's law is the target's. *Cost ratio*: time of a draft pass over a target pass. *Early exit*: the first layers of a model, used as a model. *Draft head*: a small network that guesses from the target's hidden state. *Prompt lookup*: guessing what followed before.
#
# Now give the memory back.

# %%
print("before:", utils.memory_report())
del draft, head, both, candidates, drafts, lookup, table, guess
model = cache = watched = watched_draft = out = embedded = states = None
small.unload()
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
