# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 00 · The next token, by hand
#
# *A language model never writes a sentence. It says how likely each possible next piece of text is, and somebody else takes one.
# In this notebook that somebody is you.*
#
# <!-- badges -->
#
# **Before you start**
#
# | | |
# |---|---|
# | You need | nothing but curiosity; a little Python (a loop, a dictionary) for the last two exercises |
# | Hardware | any laptop with 2 GB of free memory; no GPU |
# | Download | 93 MB, once; unpacked, the model takes 542 MB on disk. After that the notebook works offline |
# | Time | about 60 minutes: eight exercises (42 minutes, 20 points) and two short reflections (2 points, graded by a person) |
#
# **After it you can**
#
# - *spell* out exactly what a chat model is fed, token by token (`marked_document`);
# - *read* a distribution of next tokens, and compare it with your own guess (`next_token_table`);
# - *decode* by hand: the most likely token, a drawn one, a forced start, two beams (`greedy_transcript`, `sampled_transcripts`, `informal_transcript`, `beam_transcripts`);
# - *build* a small language model out of nothing but counts (`ngram_counts`, `ngram_prob`).
#
# **An exercise** is a card that says what is asked, a cell for your answer, a public check, a cell where
# the marks are given, and hints that open one by one. In this notebook most answers are not programs but texts and numbers that you write down, or paste.
# To run a cell, click into it and press Shift and Enter. Run a public check as often as you like: it counts nothing. It looks at the form of an answer and at a little of what is in it; the marks look at all of it.

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

import torch

# %% [markdown]
# ## 0 · Where we are
#
# This map shows the whole way from a prompt to a text. The model stands in the middle; it is a fixed function, and everybody who downloads it gets the same one.
# The marked station is the only place where anybody *decides* anything. Today it is yours. (The signs below the boxes are for notebook 01, which opens each of them.)

# %%
utils.pipeline_map(here="next token")

# %%
# In float32 the same numbers come out everywhere.
smol = utils.load_model("smollm2-135m", dtype=torch.float32, device="cpu")
model, tokenizer = smol.model, smol.tokenizer
print(smol)

# %% [markdown]
# ## 1 · What the model is fed
#
# Somebody types *Tell me a joke* into a chat window, and the first word of the answer, *Why*, has just appeared. *What exactly does the model read, to find the word after it?*
#
# **Predict.** Guess before you look; where a cell begins with `my_guess`, write it there before you run it. Here: how many pieces does the model read? (The question has four words, the answer one.)

# %%
my_guess = None  # how many pieces?

# fmt: off
joke_ids = [
    1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308,
    34519, 28, 7018, 411, 407, 19712, 8182, 2, 198, 1, 4093, 198,
    31530, 549, 253, 24021, 2, 198, 1, 520, 9531, 198, 4898,
]
# fmt: on
print(len(joke_ids), "tokens")
utils.token_strip([tokenizer.decode([id]) for id in joke_ids], ids=joke_ids)

# %% [markdown]
# **Explain.** 35. A model reads *tokens*: pieces from a fixed vocabulary of 49,152, each with a number, its *id*. In the picture `·` is a space and `↵` a new line. Four things are worth a second look.
#
# - A token is not a word. Most words here are one token with *the space before them*, but `assistant` right after `<|im_start|>` is two, and so is `Hugging`.
# - `<|im_start|>` and `<|im_end|>` are *special tokens*. The program around the model puts them in; each is a single token, and they open and close a turn.
# - Nobody wrote the first turn, the *system message*. The *chat template*, a small program that turns messages into one text, puts it there.
# - The last turn is open: `<|im_start|>`, `assistant`, a new line, and then the answer so far. The model goes on from there. What it has written itself is fed to it like everything else.
#
# <div class="card" role="note" aria-label="Exercise marked_document">
#
# **Exercise `marked_document`** · difficulty 1 of 5 · importance 4 of 5 · 4 minutes · 2 points
#
# `marked_document: str`
#
# The document of `joke_ids` as one string, with a bar `|` between any two tokens.
#
# - Every token stands there as it is, special tokens included. A space belongs to the token that it stands in: `Tell| me| a| joke`.
# - A new line is a token like any other. In a string in quotes it is written `\n`.
# - A bar before the first token or after the last is fine, and so is a string in several parts: `("<|im_start|>|user|\n|" "Tell| me")`.
# - The cell has to hold the text itself. If a program writes it for you, print it, and paste what is printed.
#
# Worked example: the ids `[1, 4093, 198, 31530, 549]` would be `"<|im_start|>|user|\n|Tell| me"`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "marked_document", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
marked_document = (
    "<|im_start|>|system|\n|"
    "You| are| a| helpful| AI| assistant| named| Sm|ol|LM|,"
    "| trained| by| H|ugging| Face|<|im_end|>|\n|"
    "<|im_start|>|user|\n|Tell| me| a| joke|<|im_end|>|\n|"
    "<|im_start|>|ass|istant|\n|Why"
)
### END SOLUTION

# %% nbgrader={"grade": false, "grade_id": "try_marked_document", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Public check: run it as often as you like. It costs nothing and counts nothing.
utils.expect_literal("marked_document", marked_document, In)
assert isinstance(marked_document, str), (
    f"got a {type(marked_document).__name__}, expected one string, in quotes"
)
assert not set("·↵") & set(marked_document), (
    "· and ↵ are how the picture shows a space and a new line: write ' ' and \\n"
)
assert "Tell| me| a| joke" in marked_document, (
    "'Tell| me| a| joke' is not in your document: it has the whole document, a bar "
    "between any two tokens, and each space in front of the word that it belongs to"
)
for special, times in (("<|im_start|>", 3), ("<|im_end|>", 2)):
    found = marked_document.count(special)
    assert found == times, (
        f"{special} stands {found} times in your document, expected {times} times"
    )
lines = marked_document.count("\n")
assert lines == 5, (
    f"got {lines} new lines, expected 5: each is a token, written \\n in quotes. "
    "(In a text in three quotes, the ends of its lines count too.)"
)
pieces = marked_document.replace("<|", "<").replace("|>", ">").strip("|").split("|")
assert len(pieces) == 35, (
    f"your document has {len(pieces)} pieces, expected 35: one for each id"
)
assert marked_document.strip().strip("|").endswith("Why"), (
    "the document should end with the first word of the joke"
)
print("marked_document: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_marked_document", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for marked_document are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("marked_document", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# The picture above has one box for each token. Between any two boxes goes one bar.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Go from box to box. Write a `·` as a space and a `↵` as `\n`. Where special tokens meet, bars stand close together: `|<|im_end|>|\n|<|im_start|>|`.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# The second turn is `"<|im_start|>|user|\n|Tell| me| a| joke|<|im_end|>|\n|"`. The first one has the same form, with other words; the third is not closed.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** One bar for each boundary between ids: 34 bars of our own, and two more in each of the five special tokens. A program writes `"|".join(tokenizer.decode([id]) for id in joke_ids)`.
# **A common wrong answer** leaves out the system message, because nobody typed it. The model reads it all the same, and it changes the answer.

# %% [markdown]
# ## 2 · What may come next
#
# The document ends in *Why*. *Which token comes next, and how sure can one be?*
#
# **Predict.** This time the prediction is the exercise. There is no right answer to it: you write down what *you* expect, as a distribution.
#
# <div class="card" role="note" aria-label="Exercise next_token_table">
#
# **Exercise `next_token_table`** · difficulty 1 of 5 · importance 4 of 5 · 3 minutes · 2 points
#
# `next_token_table: dict[str, float]`
#
# Your guess: the text of a token and the probability that it comes next, for as many tokens as you like.
#
# - Each key is the text of *one* token of this model. Mind the space in front: `" did"`, not `"did"`.
# - Each value lies between 0 and 1, and together they make 1 (0.01 more or less is fine): one token comes next, and no other.
# - Any distribution of this kind gets the points. How close it is to the model's is shown below, and never marked.
#
# Worked example: `{" not": 0.5, " me": 0.3, "?": 0.2}` is a valid table.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "next_token_table", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
next_token_table = {" did": 0.6, " do": 0.2, " don": 0.1, " was": 0.1}
### END SOLUTION

# %% nbgrader={"grade": false, "grade_id": "try_next_token_table", "locked": true, "schema_version": 3, "solution": false, "task": false}
utils.expect_literal("next_token_table", next_token_table, In)
assert isinstance(next_token_table, dict), (
    f"got a {type(next_token_table).__name__}, expected a dict: "
    "{token: probability, …}"
)
for token, probability in next_token_table.items():
    assert isinstance(token, str), f"{token!r} is no text: put it in quotes"
    pieces = [tokenizer.decode([id]) for id in tokenizer(token).input_ids]
    assert len(pieces) == 1, (
        f"{token!r} is {len(pieces)} tokens for this model: {pieces}. Is a space "
        "missing in front? Else take its first piece, or another word"
    )
    if token[:1].isalpha():
        print(f"note: {token!r} has no space in front, so it goes on the word 'Why'")
    assert isinstance(probability, (int, float)) and 0 <= probability <= 1, (
        f"{token!r} has {probability!r}, expected a number from 0 to 1"
    )
total = sum(next_token_table.values())
assert abs(total - 1) < 0.0101, (
    f"the probabilities add up to {total:.3f}, expected 1: what is missing, or too "
    "much?"
)
print("next_token_table: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_next_token_table", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for next_token_table are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("next_token_table", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# How do jokes begin that you know? What comes after *Why* in them?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Start with two or three tokens that you find likely. Give each a share of 1, and look whether all shares together make 1.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Any table of real tokens whose values make 1 is a distribution; this one is a guess like any other. **A common wrong answer** gives each token a probability on its own,
# 0.9 and 0.8 and 0.5. But they compete: what one gets, another loses.

# %% [markdown]
# Here is the model's distribution after *Why*, and yours below it, if you have written one down.

# %%
joke = utils.Explorer(smol, joke_ids)
rows = joke.choices(8)
utils.next_token_bars(
    [row.piece for row in rows], [row.prob for row in rows], title="The model"
)

# %%
guess = next_token_table or {"(no guess yet)": 0.0}
overlap = sum(
    min(row.prob, guess.get(row.piece, 0.0)) for row in joke.choices(49152)
)
print(f"shared by both distributions: {overlap:.2f} (0: nothing, 1: all)")
utils.next_token_bars(list(guess), list(guess.values()), title="Your guess")

# %% [markdown]
# **Explain.** The model is less sure than most people. Its favourite has a probability below one quarter, and the rest is spread over a long list.
# All 49,152 tokens have a probability above 0; most of them are tiny.
#
# ## 3 · Always the most likely token
#
# From here on you are the decoder. The prompt is *Translate into Spanish: The cat sleeps on the red chair next to the window.* The model is small, and its Spanish is poor: that makes it interesting.
#
# Below is the **explorer**. For every possible next token it shows
#
# | column | what it says |
# |---|---|
# | rank | 1 is the most likely token |
# | probability | how likely it is, between 0 and 1 |
# | log-probability | the natural logarithm of that, never above 0: 0 is certain, −2.3 is one in ten, −4.6 one in a hundred |
# | cumulative | the probability of this token and all above it together |
# | path's total | the log-probabilities of all tokens taken so far and of this one, added up |
#
# When you take a token, it is appended, and the model is asked again. The *total log-probability* of what you took says how likely the model finds the
# whole path. With the other sign it is called the *loss*. Nothing gets lost when you go back: everything that you tried stays in a tree, and *Go there* takes you to any place of it.
#
# First the picture of what it shows for the joke, where the token of rank 2 is being taken. The widget is in the next cell.

# %%
joke.picture(8, chosen=2)

# %%
# fmt: off
prompt_ids = [
    1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308,
    34519, 28, 7018, 411, 407, 19712, 8182, 2, 198, 1, 4093, 198,
    8241, 12837, 618, 5071, 42, 378, 2644, 2801, 99, 335, 260, 2382,
    9192, 1867, 288, 260, 5700, 30, 2, 198, 1, 520, 9531, 198,
]
# fmt: on
explorer = utils.Explorer(smol, prompt_ids)
utils.explorer_widget(explorer)

# %% [markdown]
# Every button is reached with the Tab key and pressed with Space; in the fields and on the slider, the arrow keys count. Where widgets do not work, call the same things as methods, each in a cell of its own:
# `explorer.picture()` shows the table, `explorer.pick(1)` takes rank 1, `explorer.draw()` draws, `explorer.force("Hey")` appends a text, `explorer.undo()` goes back, `explorer.restart()` begins again,
# `explorer.tree()` shows the tree, `explorer.go(5)` goes to its number 5, and `print(explorer.literal())` prints the *transcript*.
#
# **Predict.** Take the most likely token, again and again. What do you get: a good translation, a bad one, something else?
#
# <div class="card" role="note" aria-label="Exercise greedy_transcript">
#
# **Exercise `greedy_transcript`** · difficulty 1 of 5 · importance 5 of 5 · 5 minutes · 3 points
#
# `greedy_transcript: dict`
#
# The transcript of the path that takes rank 1 at every step, from the explorer's prompt. This is called *greedy* decoding.
#
# - A path ends after 12 tokens, or before with `<|im_end|>`, the *EOS* (end of sequence), which is a token like the others.
# - Copy what stands under *To paste*, and paste it after `greedy_transcript = `: `token_ids` (after the prompt), `u` (None: nothing was drawn), `logprob` (the total log-probability) and `weights` (which model it was).
# - Paste the text itself. The widget's memory is not handed in; only what stands in the cell is.
#
# Worked example: a path of two tokens with probabilities 0.5 and 0.1 has `"logprob": -2.9957`, which is −0.6931 − 2.3026.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "greedy_transcript", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
greedy_transcript = {
    "token_ids": [
        13793, 265, 956, 95, 1264, 5415,
        430, 2618, 265, 956, 81, 28,
    ],
    "u": None,
    "logprob": -15.7365,
    "weights": "b179c9523d0e6a0f",
}  # fmt: skip
### END SOLUTION

# %% nbgrader={"grade": false, "grade_id": "try_greedy_transcript", "locked": true, "schema_version": 3, "solution": false, "task": false}
utils.expect_literal("greedy_transcript", greedy_transcript, In)
utils.expect_transcript(greedy_transcript, explorer)
first = explorer.tokens_of(greedy_transcript)[0]
assert first == "El", (
    f"the first token is {first!r}, expected 'El', which has rank 1 after the prompt"
)
print(tokenizer.decode(greedy_transcript["token_ids"]))
print("greedy_transcript: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_greedy_transcript", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for greedy_transcript are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("greedy_transcript", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# The list of tokens is in order: the first is the most likely one.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# *Start again*, then *Take it* with the first token of the list, twelve times. The line above the table counts.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# Without the widget: `explorer.restart()`, then twelve times `explorer.pick(1)`, then `print(explorer.literal())`. Copy what is printed.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Each step is the best one *at that step*. The whole path need not be: section 6 finds one that is four nats more likely. **A common wrong answer** is the loss, 15.7, without the minus sign.
# The next cell does by method calls what the buttons do.

# %%
# <!-- solution notebook only -->
explorer.restart()
while not explorer.done:
    explorer.pick(1)
print(explorer.text)
print(explorer.literal())

# %% [markdown]
# **Explain.** *El cielo está en la …*: "The sky is in the …". The cat is gone. Nothing in the loop knows where a sentence is going; it takes what is likely now, and then has to live with it.
# Greedy decoding gives the same path every time. That is handy for tests, and dull for jokes.
#
# ## 4 · Drawing
#
# A probability of 0.17 should mean: in 17 of 100 runs. *How does one draw a token from a list of probabilities?*
#
# Lay the tokens end to end on a ruler from 0 to 1, the most likely first, each as long as its probability. Roll a number `u` between 0 and 1. The token that it falls on is taken: the first one whose
# *cumulative* probability exceeds `u`.
#
# **Predict.** Go back to the joke's table in section 3, and look at its cumulative column. Which token does `u = 0.5` fall on?

# %%
my_guess = None  # which token?

joke.restart()
drawn = joke.draw(0.5)
print(f"u = 0.5 falls on {joke.piece(drawn.token_id)!r}")
joke.restart()
joke.picture(8, chosen=3)

# %% [markdown]
# **Explain.** Down to rank 2 the cumulative probability is 0.448, which does not exceed 0.5; with rank 3 it is 0.608, which does. With `u = 0` you always get rank 1.
#
# <div class="card" role="note" aria-label="Exercise sampled_transcripts">
#
# **Exercise `sampled_transcripts`** · difficulty 2 of 5 · importance 5 of 5 · 6 minutes · 3 points
#
# `sampled_transcripts: list[dict]`
#
# Two transcripts whose tokens were all drawn, from the explorer's prompt.
#
# - For every token: press *New u*, find in the table on which token it falls, then *Draw with u* and see whether you were right.
# - `u` lists the numbers, one for each token. The explorer writes them down.
# - The two transcripts must differ in their tokens. As before, a path ends after 12 tokens or with `<|im_end|>`.
# - *Keep this path* collects transcripts under *Kept*: a list that you can paste whole.
#
# Worked example: if four tokens have probabilities 0.4, 0.3, 0.2 and 0.1, then `u = 0.75` falls on the third: 0.4 and 0.7 do not exceed it, 0.9 does.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "sampled_transcripts", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
sampled_transcripts = [
    {
        "token_ids": [
            15319, 263, 7463, 1831, 3335, 1347,
            8459, 20191, 427, 1570, 101, 293,
        ],
        "u": [
            0.3127, 0.6541, 0.1093, 0.4478, 0.2236, 0.5912,
            0.0367, 0.7305, 0.3889, 0.1754, 0.5046, 0.2618,
        ],
        "logprob": -29.2164,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [
            13793, 265, 956, 95, 273, 2055,
            85, 1236, 2434, 387, 5572, 430,
        ],
        "u": [
            0.0471, 0.2395, 0.5163, 0.1287, 0.3614, 0.0852,
            0.4429, 0.1976, 0.3058, 0.0233, 0.4181, 0.1509,
        ],
        "logprob": -14.4276,
        "weights": "b179c9523d0e6a0f",
    },
]  # fmt: skip
### END SOLUTION

# %% nbgrader={"grade": false, "grade_id": "try_sampled_transcripts", "locked": true, "schema_version": 3, "solution": false, "task": false}
utils.expect_literal("sampled_transcripts", sampled_transcripts, In)
assert (
    isinstance(sampled_transcripts, (list, tuple)) and len(sampled_transcripts) == 2
), "expected a list of two transcripts: [ one, the other ]"
for one in sampled_transcripts:
    utils.expect_transcript(one, explorer, drawn=True)
    print(tokenizer.decode(one["token_ids"]))
one, other = sampled_transcripts
assert one["token_ids"] != other["token_ids"], (
    "both hold the same tokens: roll new numbers for the second"
)
print("sampled_transcripts: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_sampled_transcripts", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for sampled_transcripts are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("sampled_transcripts", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which column of the table grows from 0 to 1?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Go down the cumulative column until a number is larger than `u`. That row is the token. A `u` close to 1 falls on a token far below the ten that you see: *Draw with u* finds it.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# *Start again*; twelve times *New u* and *Draw with u*; *Keep this path*. All of it once more. Then copy the list. Without the widget: `explorer.draw()` rolls and takes, `explorer.keep()` keeps, `print(explorer.literal(kept=True))` prints.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A uniform `u` falls into a stretch of length p with probability p. The order of the tokens does not matter for that, but it has to be the same for everybody who wants to replay the draws. **A common wrong answer**
# takes the first token whose *own* probability exceeds `u`: that is rank 1 or nothing.

# %%
# <!-- solution notebook only -->
for transcript in sampled_transcripts:
    explorer.restart()
    for u in transcript["u"]:
        explorer.draw(u)
    assert explorer.transcript() == transcript
    explorer.keep()
print(explorer.literal(kept=True))

# %% [markdown]
# **Explain.** Two runs, two texts, and most likely neither is a translation. Now and then a step takes an unlikely token; once it stands there, the model goes on from it as if it had been meant. Notebook 03 shapes the
# distribution before it draws, and this is why.
#
# ## 5 · A start of your own
#
# Nobody has to ask the model first. *What does it do when you put words into its mouth?*
#
# **Predict.** You start its translation with *Hey y'all*. Does it go on in Spanish?
#
# <div class="card" role="note" aria-label="Exercise informal_transcript">
#
# **Exercise `informal_transcript`** · difficulty 1 of 5 · importance 3 of 5 · 3 minutes · 2 points
#
# `informal_transcript: dict`
#
# A transcript that begins with an informal start which you force, for example `Hey y'all`, and goes on as you like.
#
# - Among the first four tokens, at least one must be other than rank 1 where it stands. After that, pick what you like. `u` is None, because a forced token is not drawn.
# - Forced tokens belong to `token_ids`, and they are scored: `logprob` has them too.
#
# Worked example: if `Hey` has a log-probability of −10.0 and the next token, your pick, one of −0.5, the two have `"logprob": -10.5`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "informal_transcript", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
informal_transcript = {
    "token_ids": [
        22234, 329, 23, 449, 28, 339,
        5248, 18948, 288, 724, 346, 351,
    ],
    "u": None,
    "logprob": -24.0285,
    "weights": "b179c9523d0e6a0f",
}  # fmt: skip
### END SOLUTION

# %% nbgrader={"grade": false, "grade_id": "try_informal_transcript", "locked": true, "schema_version": 3, "solution": false, "task": false}
utils.expect_literal("informal_transcript", informal_transcript, In)
utils.expect_transcript(informal_transcript, explorer)
print(tokenizer.decode(informal_transcript["token_ids"]))
assert explorer.tokens_of(informal_transcript)[:4] != ["El", " c", "iel", "o"], (
    "it begins like the greedy path: force a start of your own"
)
print("informal_transcript: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_informal_transcript", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for informal_transcript are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("informal_transcript", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# The explorer has a field for text of your own.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# *Start again*, type the start, press *Force*, then go on with *Take it* until the path ends.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `explorer.restart()`, `explorer.force("Hey y'all")`, eight times `explorer.pick(1)`, `print(explorer.literal())`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The model scores every token, whoever wrote it. *Hey* is a rare beginning for a Spanish sentence, so most of the loss stands in the first tokens; after them English is the likely thing, and the
# model follows. **A common wrong answer** is the log-probability of the continuation alone.

# %%
# <!-- solution notebook only -->
explorer.restart()
explorer.force("Hey y'all")
print("the forced start alone:", round(explorer.logprob, 2))
while not explorer.done:
    explorer.pick(1)
assert explorer.transcript() == informal_transcript
print(explorer.text)

# %% [markdown]
# **Explain.** After *Hey y'all*, English is the likely thing: continued with rank 1, it says *Hey y'all, I'm glad to help you with*. The model cannot tell its own words from yours: a document is a document. To *prefill* an answer in this way is useful (a service that begins the answer for the model gets the form it wants) and dangerous (so does an attacker, see notebook 05).
#
# ## 6 · Two paths at once
#
# Greedy decoding never looks back. *Is there a path that begins worse and ends better?*
#
# **Beam search** keeps several paths, the *beams*. With two of them:
#
# 1. The two most likely first tokens are the two beams.
# 2. Each beam offers its two most likely next tokens: four candidates.
# 3. The two candidates with the largest *total* log-probability are the new beams. They may both come from the same old beam; the other one then dies out.
# 4. Go on with step 2, until the paths have 12 tokens.
#
# **Predict.** The next cell prints the first two rounds for the joke: two beams, four candidates and their totals. Before you read on: which two of the four go on? The first beam is the more likely one; does that help?

# %%
joke = utils.Explorer(smol, joke_ids)
for first in joke.choices(2):
    for second in (1, 2):
        joke.restart()
        joke.pick(first.rank)
        joke.pick(second)
        print(f"{joke.text!r:>15}  total {joke.logprob:.3f}")
joke.tree()

# %% [markdown]
# **Explain.** *Why did the* (−1.58) and *Why does the* (−2.20). *Why did* was ahead after one token, but its second candidate (−5.87) is the worst of the four: what counts is the total, not where it comes from. The next round begins with these two.
#
# Here is an explorer for your own beams. Its tree is empty: whatever stands in *Tried* will be a beam, or one that has died out.

# %%
beams = utils.Explorer(smol, prompt_ids)
utils.explorer_widget(beams)

# %% [markdown]
# <div class="card" role="note" aria-label="Exercise beam_transcripts">
#
# **Exercise `beam_transcripts`** · difficulty 3 of 5 · importance 4 of 5 · 12 minutes · 3 points
#
# `beam_transcripts: list[dict]`
#
# The transcripts of the two beams after 12 steps, from the explorer's prompt, in either order.
#
# - At each step: go to the one beam, note the totals of ranks 1 and 2; go to the other, likewise; keep the two largest of the four.
# - *Path's total* in the table is the number to compare. *Tried* remembers where your beams are.
# - `u` is None. No beam of this prompt ends before step 12.
#
# Worked example: beams at −1.0 and −1.2 offer −1.5, −3.0 and −1.4, −2.9. The new beams are −1.4 and −1.5. If the second offered −3.1 and −3.2 instead, they would be −1.5 and −3.0, both from the first.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "beam_transcripts", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
beam_transcripts = [
    {
        "token_ids": [
            5056, 1264, 85, 8828, 95, 28,
            1102, 265, 956, 95, 1264, 5415,
        ],
        "u": None,
        "logprob": -11.8827,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [
            5056, 1264, 85, 8828, 95, 28,
            1102, 265, 956, 95, 1264, 85,
        ],
        "u": None,
        "logprob": -11.9934,
        "weights": "b179c9523d0e6a0f",
    },
]  # fmt: skip
### END SOLUTION

# %% nbgrader={"grade": false, "grade_id": "try_beam_transcripts", "locked": true, "schema_version": 3, "solution": false, "task": false}
utils.expect_literal("beam_transcripts", beam_transcripts, In)
assert isinstance(beam_transcripts, (list, tuple)) and len(beam_transcripts) == 2, (
    "expected a list of two transcripts: [ one, the other ]"
)
for one in beam_transcripts:
    utils.expect_transcript(one, explorer)
    print(f"{one['logprob']:.2f}", tokenizer.decode(one["token_ids"]))
    assert one["logprob"] > -12.5, (
        f"a total of {one['logprob']}: both beams end above −12.5. Was a "
        "candidate compared by its last token, or a beam followed alone?"
    )
one, other = beam_transcripts
assert one["token_ids"] != other["token_ids"], "both beams hold the same tokens"
print("beam_transcripts: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_beam_transcripts", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for beam_transcripts are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("beam_transcripts", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Four numbers at each step, of which you keep the two largest. The largest negative number is the one closest to 0.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Use the list *Tried*: *Go there* to the one beam, write down two totals, *Go there* to the other, write down two totals. Then take the two winners: go to the beam that each belongs to, and *Take it*. At the end, *Keep this path* at both.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# Without the widget: `beams.go(number)` and `beams.choices(2)`, which shows `total` for both; then `beams.pick(rank)`, which says the new number. Write the two numbers down, and go on. At the end `beams.keep()` at both, and `print(beams.literal(kept=True))`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A larger total means a more likely text, and the best first token need not begin the best text: *En* has a third of the probability of *El*, but *En este caso,* flows on with little loss.
# **A common wrong answer** follows each beam alone with its best token. Then nothing is ever compared, and the weaker beam never dies. The next cell does it by method calls, and shows the tree of all beams that lived.

# %%
# <!-- solution notebook only -->
beams.restart()
two = [beams.root]
for step in range(12):
    candidates = []
    for beam in two:
        beams.go(beam)
        candidates += [(row.total, beam, row.rank) for row in beams.choices(2)]
    candidates.sort(key=lambda candidate: -candidate[0])
    two = []
    for _, beam, rank in candidates[:2]:
        beams.go(beam)
        two.append(beams.pick(rank))
for beam in two:
    beams.go(beam)
    beams.keep()
assert beams.kept == beam_transcripts
beams.tree()

# %% [markdown]
# **Explain.** Two beams found a text that the model likes better by almost 4 *nats* (units of the natural logarithm), that is, about fifty times as likely as the greedy one. Is it a better translation? *In this case, the sky is …*: no.
# Likely and good are two things, and a search only finds the first.
#
# ## 7 · A model of your own
#
# Where do such probabilities come from? SmolLM2 computes them with 134.5 million numbers. The oldest way needs none: *count*. How often did which token follow, in a text that one has?
#
# Take the last n−1 tokens as *context*, and count the next token. That is an *n-gram* model: n = 2 looks at one token back, n = 3 (a *trigram* model) at two. Now you program; a little.
#
# **Predict.** In `7 8 7 8 9`, what follows an 8, and how often?

# %%
my_guess = None  # token: how often, token: how often

ids = [7, 8, 7, 8, 9]
print([(ids[i], ids[i + 1]) for i in range(len(ids) - 1)])

# %% [markdown]
# **Explain.** Four pairs of neighbours. After an 8 comes once a 7 and once a 9; after a 7, twice an 8. The 9 is the last token: nothing follows it.
#
# <div class="card" role="note" aria-label="Exercise ngram_counts">
#
# **Exercise `ngram_counts`** · difficulty 2 of 5 · importance 4 of 5 · 5 minutes · 3 points
#
# `ngram_counts(token_ids: list[int], n: int) -> dict[tuple[int, ...], dict[int, int]]`
#
# For every context of n−1 ids that something follows: which id follows it, and how often.
#
# - A context is a tuple, also for n = 2: `(7,)`. For n = 1 the only context is the empty tuple, `()`.
# - Windows overlap: the next n-gram begins one id further. Fewer than n ids give `{}`.
# - Only what occurs is in the table. The list of ids is not changed.
#
# Worked example: `ngram_counts([7, 8, 7, 8, 9], 2)` gives `{(7,): {8: 2}, (8,): {7: 1, 9: 1}}`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "ngram_counts", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ngram_counts(token_ids, n):
    """Count which id follows each context of n - 1 ids.

    token_ids: list of int; n: 1 or more. Returns context (a tuple) -> id -> count.
    """
    ### BEGIN SOLUTION
    counts = {}
    for start in range(len(token_ids) - n + 1):
        *context, token = token_ids[start : start + n]
        row = counts.setdefault(tuple(context), {})
        row[token] = row.get(token, 0) + 1
    return counts
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_ngram_counts", "locked": true, "schema_version": 3, "solution": false, "task": false}
for ids, n, want in (
    ([7, 8, 7, 8, 9], 2, {(7,): {8: 2}, (8,): {7: 1, 9: 1}}),
    ([7, 8, 7, 8, 9], 3, {(7, 8): {7: 1, 9: 1}, (8, 7): {8: 1}}),
    ([7, 8, 7], 1, {(): {7: 2, 8: 1}}),
    ([7], 2, {}),
):
    got = ngram_counts(list(ids), n)
    assert isinstance(got, dict), (
        f"got a {type(got).__name__}, expected a dict. Is the `return` missing?"
    )
    assert got == want, (
        f"n = {n}, ids {ids}: got {got}, expected {want}. Where does the first "
        "window begin, where the last, and what is its context?"
    )
print("ngram_counts: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_ngram_counts", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for ngram_counts are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("ngram_counts", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# A window of n ids slides over the list. Its last id is the next token; what is the rest?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# A list of T ids has T − n + 1 windows. For each: find the row of its context in the table (or make an empty one), and add 1 to the token's entry there.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `window = token_ids[start : start + n]`; its context is `tuple(window[:-1])`. `counts.setdefault(context, {})` finds the row of a context, or makes it.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** With n = 1 the context is the empty rest of a window of one, so `()` needs no case of its own. **A common wrong answer** takes the context as `token_ids[i - n + 1 : i]` from the start of the list on: with a negative
# start, Python counts from the end.

# %% [markdown]
# From counts to probabilities: after an 8 came two tokens, one of them a 9, so p(9 | 8) = 1/2. But then whatever never followed an 8 in this text would be impossible for ever. *Add-k smoothing* pretends that every token of the vocabulary was
# seen k times more often.
#
# <div class="card" role="note" aria-label="Exercise ngram_prob">
#
# **Exercise `ngram_prob`** · difficulty 2 of 5 · importance 3 of 5 · 4 minutes · 2 points
#
# `ngram_prob(counts: dict[tuple[int, ...], dict[int, int]], context: tuple[int, ...], token: int, vocab_size: int, k: float = 1.0) -> float`
#
# The probability of `token` after `context`: (count + k) / (total + k · vocab_size), where count is how often the token followed this context, and total how often anything did.
#
# - `counts` is a table as `ngram_counts` gives it (the check brings its own). It is not changed.
# - A context or token that is not in the table has the count 0. Over the whole vocabulary, the probabilities sum to 1.
# - k is any positive number.
#
# Worked example: with the table above and a vocabulary of 10, `ngram_prob(counts, (8,), 9, 10)` is (1 + 1) / (2 + 10) = 0.1667.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "ngram_prob", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ngram_prob(counts, context, token, vocab_size, k=1.0):
    """The probability of `token` after `context`, with add-k smoothing.

    counts: context -> id -> count. Returns a float; sums to 1 over the vocabulary.
    """
    ### BEGIN SOLUTION
    row = counts.get(context, {})
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_ngram_prob", "locked": true, "schema_version": 3, "solution": false, "task": false}
table = {(7,): {8: 2}, (8,): {7: 1, 9: 1}}
for context, token, k, want in (
    ((8,), 9, 1.0, 2 / 12),
    ((7,), 8, 0.5, 2.5 / 7),
    ((7,), 3, 0.5, 0.5 / 7),
    ((4,), 3, 1.0, 1 / 10),
):
    got = ngram_prob(table, context, token, 10, k=k)
    assert abs(got - want) < 1e-6, (
        f"context {context}, token {token}, k = {k}: got {got}, expected "
        f"{want:.6f}. It is (count + k) / (total + k · vocab_size), in parentheses"
    )
total = sum(ngram_prob(table, (8,), token, 10) for token in range(10))
assert abs(total - 1) < 1e-6, (
    f"over the vocabulary the probabilities sum to {total}, expected 1"
)
assert table == {(7,): {8: 2}, (8,): {7: 1, 9: 1}}, (
    "the table was changed: `setdefault` would add a row to it, `get` does not"
)
print("ngram_prob: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_ngram_prob", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for ngram_prob are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("ngram_prob", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# First find the row of the context. What do you use where there is none?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `counts.get(context, {})` gives the row, or an empty one. Count and total both come from it; the rest is the formula, with parentheses round the top and the bottom.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `row = counts.get(context, {})`; the count is `row.get(token, 0)`, the total `sum(row.values())`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Each of the vocab_size tokens gets k more, so the total grows by k · vocab_size, and all shares still make 1. A context without a row leaves k / (k · vocab_size): the same for every token. **A common wrong answer**
# reads `counts[context]` and stops with a KeyError at the first context that is new.

# %% [markdown]
# ### Your model beside the large one
#
# Here is a text of eight sentences, your counts of its tokens, and what both models expect after *The cat sees the*. k is added for each of the 49,152 tokens, so only a very small one leaves the counts anything to say. (SmolLM2 gets the bare text here, without a chat template.)

# %%
story = (
    "The cat sleeps on the chair. The dog sleeps on the floor. "
    "The cat sees the dog. The dog sees the cat. "
    "The cat sits next to the window. The dog sits next to the cat. "
    "The red chair is next to the window. The cat likes the red chair. "
)
story_ids = tokenizer(story).input_ids
seen = tokenizer("The cat sees the").input_ids

counts = ngram_counts(story_ids, 3)
print(len(story_ids), "tokens,", len(counts), "contexts of two tokens")
mine = {
    id: ngram_prob(counts, tuple(seen[-2:]), id, len(tokenizer), k=1e-5)
    for id in set(story_ids)
}
best = sorted(mine, key=mine.get, reverse=True)[:5]
utils.next_token_bars(
    [tokenizer.decode([id]) for id in best],
    [mine[id] for id in best],
    title="Trigram counts: after “The cat sees the”",
)

# %%
large = utils.Explorer(smol, seen)
rows = large.choices(5)
utils.next_token_bars(
    [row.piece for row in rows],
    [row.prob for row in rows],
    title="SmolLM2: after “The cat sees the”",
)

# %% [markdown]
# Both are distributions over the same 49,152 tokens. The small one has read 61 tokens and looks two back; the large one was trained on a large part of the web and looks back thousands. Which of them finds which text likely? Here is the total log-probability of two sentences, after *The cat sees the*.

# %%
counts = ngram_counts(story_ids, 3)
for text in (" dog. The cat likes the red chair.", " rain through the window."):
    ids = seen + tokenizer(text).input_ids
    ours = sum(
        math.log(
            ngram_prob(counts, tuple(ids[i - 2 : i]), ids[i], len(tokenizer), 1e-5)
        )
        for i in range(len(seen), len(ids))
    )
    large.restart()
    large.force(text)
    print(f"{text!r}: counts {ours:.1f}, SmolLM2 {large.logprob:.1f}")

# %% [markdown]
# What the counts have seen, they know by heart, and better than the large model; what they have not seen, they find almost impossible. In notebook 04 a model like yours becomes useful again: it guesses ahead, quickly, and the large one only checks.
#
# ## 8 · Looking back
#
# Two short reflections, a few sentences each. A person reads and grades them. The first is about the second of these five; for the other, choose one of the rest:
#
# - the *most important* concept, in your own words;
# - the *muddiest* point: what is still unclear, as exactly as you can say it;
# - a *connection* to something else that you know;
# - a *wish*: what this notebook should have had, or left out;
# - a *curiosity*: a question that it has raised.
#
# **`reflect_muddiest`** · 1 point, graded by hand. What was the muddiest point of this notebook? Say what you do understand up to there.

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflect_muddiest", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}
# *One possible answer.* I see why the log-probabilities of a path are added, and why beam search finds a path with a larger sum. What is muddy to me is why we would want the most likely text at all: the best translation was not even among the likely ones. Is that
# the fault of the small model, or of looking for likely texts?

# %% [markdown]
# **`reflect_connection`** · 1 point, graded by hand. Choose one of the other four (most important concept, connection, wish, curiosity) and write a few sentences.

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflect_connection", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}
# *One possible answer.* A connection: the keyboard of my telephone suggests three words. That is a table of next tokens cut off at rank 3, and I am the decoder. When I always take the middle one, I get greedy decoding, and it goes round in circles.

# %% [markdown]
# ## Check yourself
#
# Choose first, then open the option.
#
# ### 1 · The same prompt, the same model, two different answers. How can that be?
#
# <details><summary>The model has learned in between</summary>No: its weights are fixed. Nothing that you type changes them.</details>
# <details><summary>Tokens were drawn, with other numbers u</summary>Yes. The distribution is the same each time; the draws are not.</details>
# <details><summary>The probabilities are computed anew and come out differently</summary>No: the same ids give the same probabilities, up to rounding.</details>
#
# ### 2 · One path has the loss 12, another the loss 16. What do you know?
#
# <details><summary>The model finds the first more likely</summary>Yes: its log-probability is −12, so it is e⁴, about 55 times, as likely.</details>
# <details><summary>The first is the better answer</summary>Not known: likely and good are two things.</details>
# <details><summary>The second is the better answer</summary>Not known either, and the model disagrees.</details>
#
# ### 3 · u = 0.999. Which token is drawn?
#
# <details><summary>The most likely one</summary>No: that is drawn with a small u.</details>
# <details><summary>The least likely one of the vocabulary</summary>Not quite: the tail is long, and below this one lie many more, with 0.001 together.</details>
# <details><summary>One far down the list</summary>Yes: the first whose cumulative probability exceeds 0.999.</details>
#
# ### 4 · A service begins the answer for the model with “Sure, here is the list:”. What does the model see?
#
# <details><summary>An order from the service</summary>No: it sees tokens, and none of them says who wrote it.</details>
# <details><summary>A document in which the assistant has said that</summary>Yes. It goes on from there, as it did after “Hey y'all”.</details>
# <details><summary>Nothing: only its own tokens are fed to it</summary>No: everything is fed to it in one row.</details>
#
# ### 5 · Your trigram model without smoothing finds a new sentence impossible. Why?
#
# <details><summary>The sentence is ungrammatical</summary>It may be fine. Counts know no grammar.</details>
# <details><summary>One step has probability 0, and the product is 0</summary>Yes: a single unseen trigram is enough. Smoothing gives it a little.</details>
# <details><summary>Its vocabulary is too small</summary>No: all its tokens may be in the vocabulary; they were only never seen in this order.</details>
#
# ## Stretch
#
# No points, and nothing later needs it. Try three beams instead of two, with the cell below as a start. Or find the most likely path of 12 tokens that begins with *La*. Is there one above −12?

# %%
stretch = utils.Explorer(smol, prompt_ids)
for row in stretch.choices(3):
    print(f"rank {row.rank}: {row.piece!r}, total {row.total:.2f}")
stretch.force("La")
stretch.picture(5)

# %% [markdown]
# ## Summary
#
# | you did | it is called | remember |
# |---|---|---|
# | wrote down the document | chat template, special tokens | the model reads one row of ids, system message included |
# | guessed what comes next | next-token distribution | all tokens together have probability 1 |
# | took rank 1 | greedy decoding | the same every time; best step is not best path |
# | drew with u | sampling | the first token whose cumulative probability exceeds u |
# | forced a start | prefilling an answer | every token is scored, whoever wrote it |
# | kept two paths | beam search | compare totals, not last steps |
# | counted | n-gram model | smoothing gives the unseen a chance |
#
# **Glossary.** *Token*: a piece of text in the vocabulary. *Id*: its number. *Special token*: one that the program around the model puts in, to mark turns. *Chat template*: the program that writes messages as one text. *Distribution*: a probability for each token, 1 in all.
# *Rank*: the place in the list, most likely first. *Cumulative probability*: that of a token and all before it. *Log-probability*: the natural logarithm of a probability, 0 or less. *Loss*: the same with the other sign. *Nat*: its unit. *Decoding*: taking tokens, one after another.
# *Greedy*: rank 1 each time. *Sampling*: drawing. *Beam*: one of several paths that are kept. *EOS*: the token that ends the answer, here `<|im_end|>`. *n-gram*: n tokens in a row; a *trigram* has three. *Smoothing*: giving the unseen a little probability.
#
# Next, notebook 01 opens the stations before and behind yours, and you write the loop that you have been today. Before that, give the memory back: your own variables hold on to the model, so they let go first. After that the checks above need the notebook to be run anew.

# %%
print("before:", utils.memory_report())
model = joke = explorer = beams = large = stretch = None
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
