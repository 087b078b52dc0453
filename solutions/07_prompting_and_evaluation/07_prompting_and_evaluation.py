# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 07 · Prompting and evaluation
#
# *The same model answers well or badly, depending on how it is asked. In this notebook you write prompts, and measure every one of them: with an interval, against another prompt, on cases that are not your own.*
#
# <!-- badges -->
#
# **Before you start**
#
# | | |
# |---|---|
# | You need | notebook 01; temperature and loops (notebook 03); log-probabilities; what a mean and a quantile are |
# | Hardware | any laptop with 2 GB of free memory; no GPU |
# | Download | the model of notebook 01, 93 MB, once. After that the notebook works offline |
# | Time | about three hours: eleven exercises (112 minutes, 26 points) and some reading; two stretch exercises at the end (16 minutes, 4 bonus points) |
#
# **After it you can**
#
# - *write* prompts with none, one or many examples and see what role, format and context change (`few_shot_prompt`);
# - *measure* a prompt with an interval and compare two on the same cases (`bootstrap_interval`, `mcnemar_p_value`);
# - *score* fixed answers by their log-probabilities, and take out what the model says anyway (`label_logprobs`, `calibrate`, `hallucination_rate`);
# - *spend* more computation on an answer, and say what that bought (`majority_vote`, `pass_at_k`);
# - *evaluate* texts and systems with the field's own measures (`perplexity`, `bleu`, `scorecard`).
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
import json
import math
import re
import time
from collections import Counter

import sacrebleu
import torch
from scipy import stats


# %% [markdown]
# ## 0 · One model, several ways to ask
#
# *How good is a prompt?* Most advice about prompts rests on one good answer. This notebook has small sets of cases instead, written for it: 64 short reviews with their mood, half of them good, from four kinds of people (their card is `utils/data/TASKS.md`). A set of 64 is small. You will see how small.

# %%
smol = utils.load_model("smollm2-135m", dtype=torch.float32, device="cpu")
model, tokenizer = smol.model, smol.tokenizer

reviews = utils.tasks("mood")
print(len(reviews), "reviews,", Counter(case["persona"] for case in reviews))
for case in reviews[0], reviews[17], reviews[33], reviews[48]:
    print(f"{case['persona']:>10} | {case['answer']} | {case['text']}")

# %% [markdown]
# The model is to choose one of two words. That needs no sampling: one forward pass gives every token a probability, and the larger of two decides. `utils.next_token_logprobs` does it for many prompts at once.
#
# **Predict.** Six ways to ask. A bare format with the word *Mood*; the same with *Sentiment*; a question behind the text; the chat template; the chat template with a role; with some context. Which is best, which worst, and how far apart are they?

# %%
my_guess = None  # best, worst, and the gap in cases out of 64

question = (
    "Is the mood of this review positive or negative? Answer with one word.\n\n"
)
background = (
    "Guests, viewers and readers leave reviews. A positive review recommends, a "
    "negative one complains.\n"
)


def chat(text, system=None):
    turns = [{"role": "user", "content": text}]
    if system:
        turns.insert(0, {"role": "system", "content": system})
    return tokenizer.apply_chat_template(
        turns, add_generation_prompt=True, tokenize=False
    )


ways = {
    "format: Mood": lambda text: f"Review: {text}\nMood:",
    "format: Sentiment": lambda text: f"Review: {text}\nSentiment:",
    "a question behind": lambda text: f"Text: {text}\nIs this positive or negative?",
    "chat": lambda text: chat(question + text),
    "chat, role": lambda text: chat(question + text, "You are a grumpy pirate."),
    "chat, context": lambda text: chat(background + question + text),
}
moods = ("positive", "negative")
gold = torch.tensor([moods.index(case["answer"]) for case in reviews])


def mood_logprobs(way):
    """Log-probabilities [64, 2] of the two words behind every review."""
    prompts = [way(case["text"]) for case in reviews]
    # Behind a colon the word has a blank in front; the chat template ends a line.
    blank = "" if prompts[0].endswith("\n") else " "
    words = [blank + mood for mood in moods]
    return utils.next_token_logprobs(model, tokenizer, prompts, words)


runs = {}  # name -> for each review 1.0 (right) or 0.0
for name, way in ways.items():
    logprobs = mood_logprobs(way)
    runs[name] = (logprobs.argmax(dim=1) == gold).float().tolist()
    said = (logprobs.argmax(dim=1) == 0).float().mean()
    print(f"{name:>18}: {sum(runs[name]):.0f} of 64 right, says positive {said:.0%}")

# %%
utils.pipeline_map(here=["prompt", "logits", "text"])

# %% [markdown]
# **Explain.** Nothing about the model has changed, only the text in front of the answer. One *word* of the format, *Sentiment* for *Mood*, is worth several reviews, perhaps because texts of the training data say "Sentiment: positive" more often. A role that has nothing to do with the task is not harmless: the pirate hardly ever says positive. And context, which sounds helpful, made it worse: with it the model says positive far too often. With a larger model the order may be another one. That is the point: a prompt is good *for a model and a task*, and only measuring tells.
#
# Which of these gaps are real, and which are luck? Sections 2 and 3 answer that.
#
# ## 1 · Examples in the prompt
#
# *Can the model learn a task from the prompt alone, without a change of weights?* That is **in-context learning**. With no example that is **zero-shot**, with one **one-shot**, with several **few-shot** prompting. GPT-3 made it famous in 2020: the examples show the format, the words that may be answered, and what they go with.
#
# **Predict.** The prompt below ends once in "Mood:" and once in "Mood: " with a blank. What does the model want to write next?

# %%
my_guess = None  # behind the colon, and behind the blank?

for ending, word in (("Mood:", " positive"), ("Mood: ", "positive")):
    prompt = f"Review: We slept well.\n{ending}"
    ids = tokenizer(prompt, return_tensors="pt").input_ids
    with torch.inference_mode():
        best = model(ids).logits[0, -1].softmax(dim=-1).topk(4)
    shown = [(tokenizer.decode([i]), round(p.item(), 3)) for p, i in zip(*best)]
    print(f"{ending!r:>9}", shown)
    wanted = utils.next_token_logprobs(model, tokenizer, [prompt], [word]).exp()
    print(f"{'':>9} {word!r}: {wanted.item():.7f}")

# %% [markdown]
# **Explain.** Words carry their blank in front (notebook 01). Behind a blank that is there already the next token would be "positive" without one, and that is some fifty times less likely than " positive" was: the model is pushed off its own tokens, and writes digits. So a prompt ends where the model is to write, and not one blank later.
#
# <div class="card" role="note" aria-label="Exercise few_shot_prompt">
#
# **Exercise `few_shot_prompt`** · difficulty 2 of 5 · importance 5 of 5 · 10 minutes · 2 points
#
# `few_shot_prompt(examples: list[tuple[str, str]], query: str, template: str) -> str`
#
# A prompt that shows examples `(input, output)` and ends where the model is to write.
#
# - `template` is one block and holds `{input}` once and, behind it, `{output}` once. For each example, in order, both are filled in.
# - Then comes the query's block: `{input}` filled in, and cut in front of `{output}`.
# - Blocks are joined with one empty line. White space at the end of the whole is removed.
# - Nothing else is changed: a template may be JSON, with other braces; a text may hold `{output}` itself.
#
# Worked example: `few_shot_prompt([("great", "positive")], "dull", "Review: {input}\nMood: {output}")` is `"Review: great\nMood: positive\n\nReview: dull\nMood:"`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "few_shot_prompt", "locked": false, "schema_version": 3, "solution": true, "task": false}
def few_shot_prompt(examples, query, template):
    """A prompt with examples; returns a string that ends where the model writes.

    examples: list of (input, output). query: str. template: one block with {input}
    and, behind it, {output}.
    """
    ### BEGIN SOLUTION
    head, tail = template.split("{output}")
    before, between = head.split("{input}")
    blocks = [before + text + between + label + tail for text, label in examples]
    return "\n\n".join([*blocks, before + query + between]).rstrip()
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_few_shot_prompt", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    mood, arrow = "Review: {input}\nMood: {output}", "{input} -> {output}."
    for examples, query, template, want in (
        ([("great", "positive")], "dull", mood,
         "Review: great\nMood: positive\n\nReview: dull\nMood:"),
        ([], "dull", mood, "Review: dull\nMood:"),
        ([("3", "9"), ("2", "4")], "5", '{"x": "{input}", "y": "{output}"}',
         '{"x": "3", "y": "9"}\n\n{"x": "2", "y": "4"}\n\n{"x": "5", "y": "'),
        # What was filled in is text, whatever it looks like.
        ([("a {output}", "b")], "c", arrow, "a {output} -> b.\n\nc ->"),
        ([("a", "{input}")], "c", arrow, "a -> {input}.\n\nc ->"),
        ([(r"a\1", "b")], "c {output}", arrow, "a\\1 -> b.\n\nc {output} ->"),
    ):  # fmt: skip
        try:
            got = few_shot_prompt(examples, query, template)
        except KeyError as error:
            raise AssertionError(
                "`str.format` reads every brace: fill in {input} and {output} alone"
            ) from error
        assert got == want, (
            f"got {got!r}, expected {want!r}. Do blocks stand one empty line apart, "
            "in order, the query last, and does the prompt end in front of the "
            "answer? Is what was filled in never searched again?"
        )


public_check()
print("few_shot_prompt: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_few_shot_prompt", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for few_shot_prompt are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("few_shot_prompt", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Where does the text of the last block end, and what of the template is never shown for the query?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Cut the template into three pieces at its two places, and put blocks together from the pieces. What was filled in is then never looked at again.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `head, tail = template.split("{output}")`, `before, between = head.split("{input}")`; a block is `before + text + between + label + tail`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Pieces are joined, nothing is searched in filled text, so braces and placeholders in texts are plain characters. **A common wrong answer** is `template.format(input=…, output=…)`: it stops at the first brace of a JSON template.

# %% [markdown]
# Now ask your model, with more and more examples.
#
# **Predict.** One example (a good review, "positive"), two, four, eight. Does each further one help?

# %%
my_guess = None  # right out of 64 with 1, 2, 4 and 8 examples?

shown = [(each["text"], each["answer"]) for each in utils.tasks("mood", "example")]
print("shown, in this order:", *(mood for _, mood in shown))
print(f"none (format: Mood): {sum(runs['format: Mood']):.0f} of 64 right")
template = "Review: {input}\nMood: {output}"
for count in (1, 2, 4, 8):
    logprobs = mood_logprobs(
        lambda text, count=count: few_shot_prompt(shown[:count], text, template)
    )
    name = f"{count}-shot"
    runs[name] = (logprobs.argmax(dim=1) == gold).float().tolist()
    said = (logprobs.argmax(dim=1) == 0).float().mean()
    print(f"{name}: {sum(runs[name]):.0f} of 64 right, says positive {said:.0%}")

# %% [markdown]
# **Explain.** One example made it *worse*: the model repeats the one answer that it has seen. Two, and it leans to the second, the last one shown. With eight, four of each kind, it does best. An example teaches the format and the words at once, but it also says how often each answer comes and which came last. Balance them, mix their order, and measure.
#
# Examples are best at what is hard to say: a format. Below, an order is to become JSON.

# %%
orders = utils.tasks("order")
shown_orders = [(e["text"], e["answer"]) for e in utils.tasks("order", "example")]


def write(prompts, max_new_tokens, **sampling):
    return utils.complete(model, tokenizer, prompts, max_new_tokens, **sampling)


told = (
    'Write the order as JSON with the keys "item" (singular) and "count" '
    '(a number), like {"item": "pie", "count": 1}. Write nothing else.\n\n'
)


def read_order(text):
    """The first JSON object in a text, however it is laid out; None without one."""
    try:
        return json.loads(re.search(r"\{.*?\}", text, re.DOTALL).group())
    except (AttributeError, ValueError):
        return None


wanted_orders = [json.loads(each["answer"]) for each in orders]
written = write([chat(told + each["text"]) for each in orders], 28)
read = [read_order(text) for text in written]
right = [order == want for order, want in zip(read, wanted_orders)]
readable = sum(order is not None for order in read)
print(f"told in words: {readable} of 24 are JSON, {sum(right)} are the order")
print(Counter(map(str, read)).most_common(3))

# %%
template = "Order: {input}\nJSON: {output}"
for count in (1, 4):
    prompts = [
        few_shot_prompt(shown_orders[:count], each["text"], template)
        for each in orders
    ]
    written = write(prompts, 20)
    read = [read_order(text) for text in written]
    right = [order == want for order, want in zip(read, wanted_orders)]
    readable = sum(order is not None for order in read)
    print(f"{count} shown: {readable} of 24 are JSON, {sum(right)} are the order")
    print(repr(written[3].strip().partition("\n")[0]), "for", orders[3]["text"])

# %% [markdown]
# **Explain.** A format is easier shown than told. Told in words (in a chat), the model copied the order that stood in the instruction, every time. With one order shown the model keeps to the form every time, and with four shown most contents are right too. What is still wrong is the *item*, as in the last line: examples teach the form sooner than the task. The same experiment is the reason for notebook 05's rails: where the form must hold, do not ask for it, enforce it.
#
# ## 2 · How sure is a score?
#
# *Had you written 64 other reviews, what would you have found?* The score of a prompt is a mean over cases, and other cases would give another mean. You cannot draw new cases, but you can draw from those you have: the **bootstrap** (Efron, 1979) takes as many cases as there are, *with* replacement, again and again, and looks at how the mean moves.
#
# **Predict.** A prompt gets 14 of 20 cases right. Between which two numbers would you expect the score on 20 new cases of the same kind to lie, nineteen times in twenty?

# %%
my_guess = None  # from, to

scores = torch.tensor([1.0] * 14 + [0.0] * 6)
for seed in range(6):
    generator = torch.Generator().manual_seed(seed)
    picks = torch.randint(20, (20,), generator=generator)
    print(f"resample {seed}: {scores[picks].mean():.2f}", picks.tolist())

# %% [markdown]
# **Explain.** Some cases come twice, others not at all, and the mean moves by a tenth and more. The middle 95 % of very many such means are the **percentile interval**. For 14 of 20 it runs from about 0.50 to 0.90: twenty cases say little.
#
# <div class="card" role="note" aria-label="Exercise bootstrap_interval">
#
# **Exercise `bootstrap_interval`** · difficulty 3 of 5 · importance 5 of 5 · 12 minutes · 3 points
#
# `bootstrap_interval(scores: list[float], generator: torch.Generator, num_resamples: int = 2000, confidence: float = 0.95) -> tuple[float, float]`
#
# The percentile bootstrap interval `(low, high)` of the mean.
#
# - A resample has as many scores as `scores`, drawn with replacement. All randomness comes from `generator`, used as it is handed over.
# - The ends are the (1 − confidence)/2 and the (1 + confidence)/2 quantile of the resamples' means.
# - How quantiles are interpolated is free. Scores are any floats, at least one. The list is not changed.
#
# Worked example: fourteen 1.0 and six 0.0 give about `(0.50, 0.90)`; seven times 0.5 gives `(0.5, 0.5)`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "bootstrap_interval", "locked": false, "schema_version": 3, "solution": true, "task": false}
def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    """The percentile bootstrap interval of a mean: two floats, low and high.

    scores: list of floats. generator: torch.Generator, the only source of chance.
    """
    ### BEGIN SOLUTION
    values = torch.tensor(scores, dtype=torch.float64)
    shape = (num_resamples, len(values))
    means = values[torch.randint(len(values), shape, generator=generator)].mean(
        dim=1
    )
    tail = (1 - confidence) / 2
    return means.quantile(tail).item(), means.quantile(1 - tail).item()
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_bootstrap_interval", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    def ask(scores, seed=1, **more):
        generator = torch.Generator().manual_seed(seed)
        got = bootstrap_interval(scores, generator, **more)
        assert isinstance(got, tuple | list), f"expected (low, high), got {got}"
        return tuple(got)

    got = ask([0.5] * 7)
    assert got == (0.5, 0.5), f"got {got}, expected (0.5, 0.5): all are equal"
    low, high = ask([1.0] * 14 + [0.0] * 6)
    assert 0.44 < low < 0.56 and 0.84 < high < 0.96, (
        f"got ({low:.2f}, {high:.2f}), expected about (0.50, 0.90). Are there as "
        "many draws in a resample as scores, with replacement?"
    )
    low, high = ask([1.0] * 14 + [0.0] * 6, confidence=0.5)
    assert 0.05 < high - low < 0.25, (
        f"50 %: got ({low:.2f}, {high:.2f}), expected about (0.65, 0.75). A quarter "
        "of the means lies below, a quarter above."
    )
    low, high = ask([0.0] * 9 + [10.0])
    assert abs(low) < 1e-6 and abs(high - 3) < 1e-6, (
        f"nine 0.0 and a 10.0: got ({low:.2f}, {high:.2f}), expected (0.00, 3.00): "
        "quantiles of the means of resamples, of ten scores each."
    )
    uneven = [math.sin(i) for i in range(30)]
    low, high = ask(uneven, num_resamples=1)
    assert low == high, "num_resamples=1: one mean, so both ends are that mean"
    generator = torch.Generator().manual_seed(1)
    first, second = (bootstrap_interval(uneven, generator) for _ in range(2))
    assert tuple(first) == ask(uneven), (
        "the same generator, and another interval: draw from `generator` alone"
    )
    assert tuple(first) != tuple(second), (
        "twice the same interval: draw from `generator` as it is, without a new seed"
    )
    assert uneven == [math.sin(i) for i in range(30)], "the list was changed"


public_check()
print("bootstrap_interval: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_bootstrap_interval", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for bootstrap_interval are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("bootstrap_interval", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# What is random in a resample: which scores are in it, and how often.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Draw indices, all resamples in one table `[num_resamples, N]`. Take the mean of each row, then two quantiles of those means.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `torch.randint(N, (num_resamples, N), generator=generator)` indexes a tensor of the scores; `means.quantile(tail)` with `tail = (1 - confidence) / 2`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The cases at hand stand for all the cases that could have been, so drawing from them imitates drawing a new set. **A common wrong answer** takes quantiles of the scores, not of means: for right and wrong that is always (0, 1).


# %%
def wilson(count, n):
    """(share, low, high): Wilson's interval for `count` right of `n`."""
    interval = stats.binomtest(count, n).proportion_ci(method="wilson")
    return count / n, interval.low, interval.high


def measured(right):
    generator = torch.Generator().manual_seed(7)
    return sum(right) / len(right), *bootstrap_interval(right, generator)


utils.interval_chart(
    {name: measured(right) for name, right in runs.items()},
    "The same 64 reviews, asked in different ways: share right, 95 % interval",
    chance=0.5,
)

# %% [markdown]
# **Explain.** The intervals are 0.15 to 0.25 wide, and most of the gaps that looked like lessons lie within them. Some prompts stand clear of guessing, the one with context by a hair; which of two good prompts is the better one is not clear, at least not yet.
#
# The bootstrap has a blind spot: where all cases are right, so are all resamples, and the interval has no width. That is not certainty. Charts of counts, from section 4 on, use **Wilson's interval** (`wilson` above), a formula of the count and n that has no such gap.
#
# A rule to take along: four times the cases halve the width. And do not choose the best of twenty prompts on the cases that you then report: the luckiest one wins. Keep some cases back.
#
# ## 3 · Two prompts, the same cases
#
# *When intervals overlap, is there nothing to say?* There is, because both prompts saw the *same* reviews. An easy review is right for both, a hard one wrong for both: these tell nothing. What counts are the cases on which the two **disagree**.
#
# **Predict.** Two prompts disagree on 9 of 64 cases: 8 times A alone is right, once B alone. If both were equally good, each disagreement would be the toss of a coin. How likely is a split as uneven as 8 to 1, in either direction?

# %%
my_guess = None  # a probability

ways_to_split = [math.comb(9, b) for b in range(10)]
print("ways to split 9 tosses:", ways_to_split, "of", sum(ways_to_split))

# %% [markdown]
# **Explain.** 1 + 9 ways on one side, as many on the other: 20 of 512, that is 0.039. So rarely would luck alone do it. This is the exact **McNemar test**.
#
# <div class="card" role="note" aria-label="Exercise mcnemar_p_value">
#
# **Exercise `mcnemar_p_value`** · difficulty 3 of 5 · importance 4 of 5 · 8 minutes · 2 points
#
# `mcnemar_p_value(correct_a: list[bool], correct_b: list[bool]) -> float`
#
# The exact two-sided p-value; entry i of both lists is about case i.
#
# - b cases only A has right, c cases only B. With X binomial(b + c, ½) the p-value is min(1, 2·P(X ≤ min(b, c))).
# - 1.0 where they never disagree. There may be thousands of disagreements.
#
# Worked example: 8 cases that only A has right and 1 that only B has: 2·(1 + 9)/512 = 0.0391, however many both have right.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "mcnemar_p_value", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mcnemar_p_value(correct_a, correct_b):
    """The exact two-sided McNemar test on paired outcomes; returns a float.

    correct_a, correct_b: lists of bools of one length.
    """
    ### BEGIN SOLUTION
    only_a = sum(a and not b for a, b in zip(correct_a, correct_b))
    only_b = sum(b and not a for a, b in zip(correct_a, correct_b))
    tail = stats.binom.cdf(min(only_a, only_b), only_a + only_b, 0.5)
    return min(1.0, 2 * float(tail))
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_mcnemar_p_value", "locked": true, "schema_version": 3, "solution": false, "task": false}
def pairs(only_a, only_b, both=0):
    a = [True] * only_a + [False] * only_b + [True] * both
    return a, [False] * only_a + [True] * only_b + [True] * both


for counts, want in {
    (8, 1): 20 / 512, (1, 8): 20 / 512, (8, 1, 50): 20 / 512, (3, 3): 1.0,
    (0, 5): 2 / 32, (0, 0, 4): 1.0, (600, 560): 0.2521657,
}.items():  # fmt: skip
    got = mcnemar_p_value(*pairs(*counts))
    assert abs(got - want) < 1e-6, (
        f"only A, only B, both = {counts}: got {got}, expected {want:.4f}. Do only "
        "disagreements count, are both directions in it, and is it 1 at most?"
    )
print("mcnemar_p_value: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_mcnemar_p_value", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for mcnemar_p_value are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("mcnemar_p_value", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which pairs of outcomes could go either way if the prompts were equally good?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Count b and c. Add the probabilities of min(b, c) or fewer heads in b + c tosses, and double.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `stats.binom.cdf(min(b, c), b + c, 0.5)` is the tail; `min(1.0, 2 * tail)`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** If both are equally good, each disagreement falls to either side like a coin, whatever the cases are. **A common wrong answer** compares two shares as if they came from different cases (Fisher, two proportions): it throws the pairing away, and with it most of the power.

# %%
pairs_of_ways = [
    ("format: Sentiment", "format: Mood"),
    ("format: Sentiment", "chat"),
    ("format: Mood", "a question behind"),
    ("chat", "chat, role"),
    ("8-shot", "format: Mood"),
    ("format: Mood", "1-shot"),
]
for one, other in pairs_of_ways:
    if one in runs and other in runs:
        a, b = ([bool(mark) for mark in runs[name]] for name in (one, other))
        only_a = sum(x and not y for x, y in zip(a, b))
        only_b = sum(y and not x for x, y in zip(a, b))
        p = mcnemar_p_value(a, b)
        print(f"{one:>18} {only_a:2} : {only_b:2} {other:<18} p = {p:.4f}")

# %% [markdown]
# **Explain.** Pairing sees more than two intervals do: those of no example (*format: Mood*) and of eight overlap, and yet the cases on which they disagree fall 2 to 11. But beware of many tests. Among twenty comparisons of equal prompts one comes out below 0.05 by luck; Bonferroni's cure is to ask each for 0.05/20. Of the six above, asked for 0.05/6, only the harm of the pirate is left.
#
# ## 4 · Answers as log-probabilities
#
# *What if the answer is longer than a token?* " positive" and " negative" are one token each. Others need several. The probability of a text is the product over its tokens, each given those before it: a sum of logarithms.
#
# **Predict.** How many tokens has each of these labels, and which is at a disadvantage if sums are compared?

# %%
my_guess = None

for label in (" lion", " crocodile", " rhinoceros", " hippopotamus"):
    ids = tokenizer(label, add_special_tokens=False).input_ids
    print(f"{label!r:>18}", [tokenizer.decode([i]) for i in ids])

# %% [markdown]
# **Explain.** Every further token multiplies by a number below 1, so long labels lose, all else equal. Even long words may be one token, if they are common enough. Dividing by the number of tokens, as GPT-3's authors did, takes that out, and brings in a bias of its own: the later pieces of a rare word are nearly certain once it has begun, and lift its mean. The public harness lm-eval reports sums (`acc`) and sums divided by the answer's length as *text* (`acc_norm`), so that models with different tokenizers compare.
#
# <div class="card" role="note" aria-label="Exercise label_logprobs">
#
# **Exercise `label_logprobs`** · difficulty 3 of 5 · importance 5 of 5 · 14 minutes · 3 points
#
# `label_logprobs(model, prompt_ids: LongTensor[1, T], label_ids: list[list[int]], length_normalized: bool = False) -> FloatTensor[K]`
#
# The natural logarithm of the probability of each label behind the prompt.
#
# - Entry k: the sum of log p(token | prompt, earlier tokens of label k) over the label's tokens.
# - With `length_normalized=True`, that sum divided by the label's own number of tokens.
# - Labels have one token or more, of different lengths; any id may occur, 0 and the EOS too. Every label is scored behind the prompt alone.
# - `model(ids).logits` is FloatTensor[1, T, V]. Nothing is trained here: call it under `torch.inference_mode()` or `torch.no_grad()`.
#
# Worked example: where the model gives a label's two tokens 0.5 and 0.25, its score is ln 0.125 = −2.079; normalised −1.040.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "label_logprobs", "locked": false, "schema_version": 3, "solution": true, "task": false}
def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    """Log-probabilities of labels behind a prompt: FloatTensor[K].

    prompt_ids: LongTensor[1, T]. label_ids: a list of token ids for each label.
    """
    ### BEGIN SOLUTION
    scores = []
    for label in label_ids:
        ids = torch.cat([prompt_ids, torch.tensor([label])], dim=1)
        with torch.no_grad():
            logits = model(ids).logits[0, -len(label) - 1 : -1]
        logprobs = logits.float().log_softmax(dim=-1)
        each = logprobs.gather(1, torch.tensor(label)[:, None])
        scores.append(each.mean() if length_normalized else each.sum())
    return torch.stack(scores)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_label_logprobs", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    toy = utils.counting_model(vocab_size=10)  # expects n + 1 after n, logit 4
    hit = 4 - math.log(math.exp(4) + 9)
    miss = hit - 4
    prompt = torch.tensor([[2, 3]])
    labels = [[4], [4, 5, 6], [7], [4, 5]]
    got = label_logprobs(toy, prompt, labels)
    assert isinstance(got, torch.Tensor), f"expected a tensor, got {type(got)}"
    assert got.shape == (4,), f"shape {tuple(got.shape)}, expected (4,)"
    utils.expect_close(
        got.detach(),
        [hit, 3 * hit, miss, 2 * hit],
        "The sum over the label's tokens, each predicted by the position before it",
        ["4", "4 5 6", "7", "4 5"],
    )
    got = label_logprobs(toy, prompt, labels, length_normalized=True)
    utils.expect_close(
        got.detach(), [hit, hit, miss, hit], "Divided by the label's own length"
    )
    got = label_logprobs(toy, torch.tensor([[8, 9]]), [[0], [0, 1]])
    utils.expect_close(got.detach(), [hit, 2 * hit], "Token 0 is a token like any")
    got = label_logprobs(toy, torch.tensor([[7, 3]]), [[4], [4] * 30])
    utils.expect_close(
        got.detach(),
        [miss, 30 * miss],
        "Behind 7, 3 a 4 is unlikely: read the whole prompt, and add logarithms",
    )


public_check()
print("label_logprobs: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_label_logprobs", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for label_logprobs are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("label_logprobs", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which position's logits predict the first token of the label?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# One forward pass over prompt and label. The logits of the last len(label) + 1 positions but the very last predict the label's tokens.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# Inside `with torch.no_grad():` the forward pass keeps nothing for gradients. `logits[0, -len(label) - 1 : -1].log_softmax(-1)`, then `gather` with the label's ids, then `sum` or `mean`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Position t predicts token t + 1, so the prompt's last position scores the label's first token. **A common wrong answer** pads the labels to one length and scores the padding too, or takes a real token with id 0 for padding.

# %% [markdown]
# Forty facts that any child knows, four labels each (`utils.tasks("fact", "seen")`), asked by completing a sentence:

# %%
seen_facts = utils.tasks("fact", "seen")
tally = Counter()
for fact in seen_facts:
    labels = fact["labels"].split("|")
    prompt_ids = tokenizer(fact["text"], return_tensors="pt").input_ids
    ids = [
        tokenizer(f" {each}", add_special_tokens=False).input_ids for each in labels
    ]
    for name, mean in (("sum", False), ("mean", True)):
        scored = label_logprobs(model, prompt_ids, ids, length_normalized=mean)
        tally[name] += labels[scored.argmax()] == fact["answer"]
print({name: f"{count} of {len(seen_facts)} right" for name, count in tally.items()})


animals = (" lion", " crocodile", " rhinoceros", " hippopotamus")
asked = "A large grey animal that lives in rivers in Africa is the"
prompt_ids = tokenizer(asked, return_tensors="pt").input_ids
for animal in animals:
    ids = tokenizer(animal, add_special_tokens=False).input_ids
    so_far = [ids[:n] for n in range(1, len(ids) + 1)]
    grown = label_logprobs(model, prompt_ids, so_far)
    mean = label_logprobs(model, prompt_ids, [ids], length_normalized=True)
    steps = " → ".join(f"{value:.2f}" for value in grown)
    print(f"{animal:>13}: mean {mean.item():.2f}, sum {steps}")

# %% [markdown]
# **Explain.** Sums and means agree on the facts, because 154 of these 160 labels are one token. On the animals they do not: by sums the lion wins, by means the hippopotamus. The arrows show a sum grow token by token: the last piece of a long word costs nothing.
#
# ### What the model says anyway
#
# *In section 1 one example spoiled the prompt: it made one word likelier whatever the review said. Can that be taken out again?* Ask the same prompt about nothing at all, and see which label the model prefers. That is its **prior**; dividing it out is *contextual calibration* (Zhao and others, 2021).
#
# **Predict.** Here is a prompt with one example, a good review. What does it say about three texts that say nothing: an empty one, "[MASK]" and "N/A"?

# %%
my_guess = None  # p(positive) for nothing?

words = [" positive", " negative"]
# The first of the examples of section 1.
shot = "Review: A warm welcome and a perfect meal.\nMood: positive\n\n"
asked_by = {
    "no example": ways["format: Mood"],
    "one example": lambda text: f"{shot}Review: {text}\nMood:",
}
priors = {}  # (prompt, text without content) -> log-probabilities [2]
for name, way in asked_by.items():
    for nothing in ("", "[MASK]", "N/A"):
        found = utils.next_token_logprobs(model, tokenizer, [way(nothing)], words)
        priors[name, nothing] = found[0]
        share = found.softmax(dim=1)[0, 0]
        print(f"{name:>11}, {nothing!r:>8}: positive {share:.2f} of the two")

# %% [markdown]
# **Explain.** With the example the prompt is all but decided before it has read anything. Only "N/A" is another matter: a review that says "N/A" is no praise, and the model knows. It has content.
#
# <div class="card" role="note" aria-label="Exercise calibrate">
#
# **Exercise `calibrate`** · difficulty 2 of 5 · importance 4 of 5 · 6 minutes · 2 points
#
# `calibrate(logprobs: FloatTensor[N, K], prior_logprobs: FloatTensor[K]) -> FloatTensor[N, K]`
#
# Probabilities of the labels with the prior divided out.
#
# - Both are natural logarithms as `label_logprobs` gives them: neither sums to 1 over the labels.
# - Row n is p(label | question n) / p(label | nothing), divided by the row's own sum.
# - Logprobs may be −1000 and less, where exp gives 0. No input is changed.
#
# Worked example: logprobs `[[ln 0.6, ln 0.3]]` and prior `[ln 0.8, ln 0.2]` give the ratios 0.75 and 1.5, so `[[1/3, 2/3]]`: the favourite has changed.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "calibrate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def calibrate(logprobs, prior_logprobs):
    """Contextual calibration: probabilities FloatTensor[N, K], rows sum to 1.

    logprobs: FloatTensor[N, K]; prior_logprobs: FloatTensor[K], of no question.
    """
    ### BEGIN SOLUTION
    return (logprobs - prior_logprobs).softmax(dim=-1)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_calibrate", "locked": true, "schema_version": 3, "solution": false, "task": false}
asked, prior = torch.tensor([[0.6, 0.3]]).log(), torch.tensor([0.8, 0.2]).log()
kept = asked.clone()
got = calibrate(asked, prior)
utils.expect_close(
    got, [[1 / 3, 2 / 3]], "Divide by the prior, then by the row's sum"
)
assert torch.equal(asked, kept), "the input was changed: `a - b`, not `a -= b`"
far = torch.tensor([[-1000.0, -1001.0], [-3.0, -2.0]])
got = calibrate(far, torch.tensor([-1.0, -1.3]))
utils.expect_close(
    got,
    [[0.66819, 0.33181], [0.21417, 0.78583]],
    "The prior is one for each label, and −1000 is no reason for 0/0",
)
print("calibrate: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_calibrate", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for calibrate are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("calibrate", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# A ratio of probabilities is what of their logarithms?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Subtract the prior from every row. Then each row has to become probabilities, without an exp of −1000 alone.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `softmax` over the last dimension shifts, exponentiates and divides by the row's sum.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** softmax exponentiates a difference of logarithms, which is the ratio, and divides by its sum; a constant in a row cancels, so labels need not sum to 1. **A common wrong answer** normalises along the questions: it only shows where N equals K.

# %%
rows = {}
for name, way in asked_by.items():
    logprobs = mood_logprobs(way)
    divided = {"": logprobs.softmax(dim=1)} | {
        f"÷ {nothing!r}": calibrate(logprobs, priors[name, nothing])
        for nothing in ("", "[MASK]", "N/A")
    }
    for how, probs in divided.items():
        count = int((probs.argmax(dim=1) == gold).sum())
        rows[f"{name} {how}"] = wilson(count, 64)
utils.interval_chart(rows, "Share right, with and without calibration", 0.5)

# %% [markdown]
# **Explain.** Divided by an empty text or by "[MASK]", the prompt with one example wins back all that the example had cost. Divided by "N/A" it gains nothing, because "N/A" is not without content: as a review it is a complaint. The best of the eight rows has no example at all, and nearly all their intervals overlap. So calibration is a tool with a choice in it, and the choice has to be measured as well, in pairs, and on cases other than those you report.
#
# ## 5 · Fast and slow
#
# *Does a model answer better if it thinks first?* A forward pass costs the same whether the question is easy or hard. What a model can do to spend more when it answers (**test-time compute**) is to *write* more: each token is one more pass, and what it wrote is there to be read. People call quick judgement fast thinking and working it out slow thinking; here fast is "the answer at once", slow is a **chain of thought** (Wei and others, 2022): examples show the working before the answer.
#
# **Predict.** 24 small sums in words, such as "A box holds 6 eggs. How many eggs are in 3 boxes?". How many does the model get right fast, how many slow, and what does slow cost?

# %%
my_guess = None  # right out of 24: fast, slow? tokens: how many times?

fast = """Question: A tray holds 5 cups. How many cups are on 4 trays?
Answer: 20

Question: There are 9 pears in a bowl. 2 are eaten. How many are left?
Answer: 7

Question: 28 cards are dealt to 4 players. How many cards does each get?
Answer: 7

"""
slow = """Question: A tray holds 5 cups. How many cups are on 4 trays?
Answer: 4 trays of 5 cups are 4 * 5 = 20 cups. The answer is 20.

Question: There are 9 pears in a bowl. 2 are eaten. How many are left?
Answer: 9 pears less 2 are 9 - 2 = 7 pears. The answer is 7.

Question: 28 cards are dealt to 4 players. How many cards does each get?
Answer: 28 cards for 4 players are 28 / 4 = 7 cards. The answer is 7.

"""
sums = utils.tasks("sum")
LENGTH = {"fast": 5, "slow": 30}  # new tokens


def last_number(text):
    """The last number of a text; None without one."""
    numbers = re.findall(r"\d+", text)
    return numbers[-1] if numbers else None


def chains(shots, how, times=1, **sampling):
    """What is written for all sums, each asked so many times in a row."""
    prompts = [
        f"{shots}Question: {each['text']}\nAnswer:"
        for each in sums
        for _ in range(times)
    ]
    written = write(prompts, LENGTH[how], **sampling)
    return [text.strip().partition("\n")[0] for text in written]


thought = {}
for how, shots in (("fast", fast), ("slow", slow)):
    tick = time.perf_counter()
    texts = chains(shots, how)
    thought[how] = sum(
        last_number(text) == each["answer"] for text, each in zip(texts, sums)
    )
    print(
        f"{how}: {thought[how]} of {len(sums)} right, at most {LENGTH[how]} tokens "
        f"each, {time.perf_counter() - tick:.1f} s"
    )
    for each, text in zip(sums[1:6], texts[1:6]):
        print(f"    {each['text']}  {text}  ({each['answer']})")

# %%
utils.interval_chart(
    {
        f"{how}, up to {LENGTH[how]} tokens": wilson(thought[how], 24)
        for how in thought
    },
    "Share right of 24 sums in words: fast and slow",
)

# %% [markdown]
# **Explain.** One forward pass does not work out 7 less 4: fast, the model writes a favourite, such as 12, or a number out of the question. Slow, it writes the operation first, and then the result has something to follow from. It also shows *where* it goes wrong: with the apples the operation is right and the result is not, with the bus the operation is wrong. Here the two intervals hardly overlap: the gain is real, and the result is still poor. The price is up to six times the tokens. In the paper of 2022 chains of thought paid only near 100 billion parameters; this model, 700 times smaller, gets nothing right without them, so to be shown an operation helps already.
#
# ### Several chains, one answer
#
# *If one chain of thought often goes astray, why not write several, and let them vote?* That is **self-consistency** (Wang and others, 2022): sample chains at a temperature above 0, take the answer out of each, and count.
#
# **Predict.** Of seven chains two say 12, two say 7 and three end without a number. Who wins?

# %%
my_guess = None

print(Counter(["12", None, "7", "7", "12", None, None]).most_common())

# %% [markdown]
# **Explain.** `Counter` counts None like any answer, and it would win. A chain without an answer has no vote.
#
# <div class="card" role="note" aria-label="Exercise majority_vote">
#
# **Exercise `majority_vote`** · difficulty 2 of 5 · importance 4 of 5 · 6 minutes · 2 points
#
# `majority_vote(answers: list[str | None]) -> str | None`
#
# The most frequent answer.
#
# - None (no answer found) does not vote. Without any vote the result is None.
# - Of equally frequent answers, the one whose *first* occurrence is earliest.
# - Answers are compared as they are: "4" and "4.0" are two, and the empty string is an answer.
#
# Worked example: `["12", None, "7", "7", "12", None, None]` → `"12"`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "majority_vote", "locked": false, "schema_version": 3, "solution": true, "task": false}
def majority_vote(answers):
    """The most frequent answer (str), the first seen of equals; None without one.

    answers: list of str or None.
    """
    ### BEGIN SOLUTION
    votes = Counter(answer for answer in answers if answer is not None)
    return votes.most_common(1)[0][0] if votes else None
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_majority_vote", "locked": true, "schema_version": 3, "solution": false, "task": false}
for answers, want in (
    (["12", None, "7", "7", "12", None, None], "12"),
    (["3", "5", "5", "3", "5"], "5"),
    (["b", "a", "a", "b"], "b"),
    (["a", "b", "a", "b"], "a"),
    (["4", "4.0", " 4", "4.0"], "4.0"),
    (["Yes", "no", "yes", "no"], "no"),
    ([], None),
    ([None, None], None),
    (["", "x", ""], ""),
):
    got = majority_vote(answers)
    assert got == want, (
        f"{answers}: got {got!r}, expected {want!r}. None does not vote, and of "
        "equals the one seen first wins. Answers are compared as they are."
    )
print("majority_vote: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_majority_vote", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for majority_vote are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("majority_vote", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Who may vote? Drop the others first.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `Counter` keeps the order in which it met its keys, and `most_common` does not change it among equals.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `Counter(...).most_common(1)`, and think of an empty list.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** `most_common` sorts stably by count, so the first seen of equals comes first. **A common wrong answer** sorts pairs (count, answer) and lets the larger *string* win a tie.

# %%
# 240 chains: one to three minutes on two cores. (top_k=0 switches top-k off.)
torch.manual_seed(0)
SAMPLES = 5
samples = {}  # how -> for each sum, the answers of all chains
for how, shots in (("fast", fast), ("slow", slow)):
    tick = time.perf_counter()
    sampling = {"do_sample": True, "temperature": 0.7, "top_k": 0}
    drawn = [last_number(text) for text in chains(shots, how, SAMPLES, **sampling)]
    samples[how] = [drawn[i : i + SAMPLES] for i in range(0, len(drawn), SAMPLES)]
    print(f"{how}: {len(drawn)} chains in {time.perf_counter() - tick:.0f} s")
print("one sum:", sums[0]["text"], samples["slow"][0])

# %%
rows = {}
for how in samples:
    rows[f"{how}, one greedy chain"] = wilson(thought[how], 24)
    single = [a == s["answer"] for c, s in zip(samples[how], sums) for a in c]
    rows[f"{how}, one sample (mean of {SAMPLES})"] = wilson(sum(single), len(single))
    elected = [majority_vote(answers) for answers in samples[how]]
    voted = [a == each["answer"] for a, each in zip(elected, sums)]
    rows[f"{how}, vote of {SAMPLES}"] = wilson(sum(voted), 24)
utils.interval_chart(rows, "Share right: one chain against the vote of five")

# %% [markdown]
# (The intervals of single samples are too narrow: five samples of one sum are no five independent cases.)
#
# **Explain.** A vote helps where right answers agree and wrong ones scatter, and does nothing where all chains make the same mistake. For slow chains the vote looks twice as good as one *sample*; but the one *greedy* chain, for a fifth of the tokens, is a single sum behind it. With 24 sums the honest sentence is that the vote's gain is not shown. Fast answers have nothing to vote for.
#
# ### Would one of k have been right?
#
# *A vote needs right answers to be the most frequent. What if a program can check answers, as unit tests do for code?* Then one right among k is enough: **pass@k** (Chen and others, 2021).
#
# **Predict.** Of n = 10 samples c = 3 are right. You show k = 2 of them. What is the chance that one is right: 1 − 0.7², or something else?

# %%
my_guess = None

draws = [i < 3 or j < 3 for i in range(10) for j in range(i)]
print(f"all pairs of two different samples: {sum(draws) / len(draws):.4f}")
print(f"1 - 0.7 ** 2:                       {1 - 0.7**2:.4f}")

# %% [markdown]
# **Explain.** Two *different* samples are shown, so the second is drawn from nine, not from ten. Plugging c/n into 1 − (1 − p)^k is biased downwards.
#
# <div class="card" role="note" aria-label="Exercise pass_at_k">
#
# **Exercise `pass_at_k`** · difficulty 2 of 5 · importance 4 of 5 · 6 minutes · 2 points
#
# `pass_at_k(num_samples: int, num_correct: int, k: int) -> float`
#
# The unbiased estimate of the chance that one of k samples is right: 1 − C(n − c, k)/C(n, k).
#
# - 0 ≤ c ≤ n and 1 ≤ k ≤ n.
# - Fewer than k wrong samples: 1.0. No right one: 0.0.
# - n may be 10,000: within 1e-6 there too.
#
# Worked example: `pass_at_k(10, 3, 2)` = 1 − 21/45 = 0.5333.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "pass_at_k", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pass_at_k(num_samples, num_correct, k):
    """Unbiased chance (float) that one of k of the samples is right.

    num_samples, num_correct, k: ints; num_correct of num_samples are right.
    """
    ### BEGIN SOLUTION
    wrong = math.comb(num_samples - num_correct, k)
    return 1 - wrong / math.comb(num_samples, k)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_pass_at_k", "locked": true, "schema_version": 3, "solution": false, "task": false}
for (n, c, k), want in {
    (10, 3, 2): 24 / 45, (10, 3, 1): 0.3, (10, 0, 5): 0.0, (10, 8, 3): 1.0,
    (5, 5, 5): 1.0, (4, 1, 3): 0.75, (10_000, 1, 5_000): 0.5,
}.items():  # fmt: skip
    got = pass_at_k(n, c, k)
    assert abs(got - want) < 1e-6, (
        f"n={n}, c={c}, k={k}: got {got}, expected {want:.4f}. Of all ways to draw "
        "k of n, how many hold no right one?"
    )
print("pass_at_k: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_pass_at_k", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for pass_at_k are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("pass_at_k", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Count draws that hold *no* right sample.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# C(n − c, k) of C(n, k) draws miss. Python's whole numbers are exact at any size.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `1 - math.comb(n - c, k) / math.comb(n, k)`; `math.comb` gives 0 where k is larger.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** All C(n, k) draws are equally likely, and those of wrong samples alone are C(n − c, k). Python divides huge whole numbers exactly enough. **A common wrong answer** is 1 − (1 − c/n)^k, which puts samples back.

# %%
ks = list(range(1, SAMPLES + 1))
curves = {}
for how in samples:
    counts = [
        sum(answer == each["answer"] for answer in answers)
        for answers, each in zip(samples[how], sums)
    ]
    curves[how] = [
        sum(pass_at_k(SAMPLES, c, k) for c in counts) / len(counts) for k in ks
    ]
utils.share_lines(ks, curves, "pass@k, mean over 24 sums", across="samples k")

# %% [markdown]
# **Explain.** pass@k only rises with k: that is how much a good *chooser* could gain from the same model. The vote is one chooser, a unit test a better one, a reward model something between. Compare systems at the same number of *tokens*, not of samples: five slow chains cost as much as thirty fast answers.
#
# ## 6 · How surprised is it by a text?
#
# *Can a model be evaluated without any question?* On a text, yes: by the probability it gives it. **Perplexity** is exp of the mean loss per token: 20 means as unsure as between 20 equally likely tokens. (To compare models with different tokenizers, use bits per byte, notebook 02.)
#
# A text longer than the context has to be cut into windows, and a token at the beginning of a window has little to go by. So windows overlap: each begins `stride` tokens after the one before, and scores only what no earlier window has scored.
#
# **Predict.** Six tokens, windows of four, a stride of two. Which tokens does the second window score?

# %%
my_guess = None

utils.window_chart([(0, 1, 4), (2, 4, 6)], "Six tokens, window 4, stride 2")

# %% [markdown]
# **Explain.** The first token of the text is predicted by nothing. In the second window tokens 2 and 3 are read again, as context, and only 4 and 5 are scored.
#
# <div class="card" role="note" aria-label="Exercise perplexity">
#
# **Exercise `perplexity`** · difficulty 4 of 5 · importance 4 of 5 · 18 minutes · 3 points
#
# `perplexity(model, input_ids: LongTensor[1, T], window: int, stride: int) -> float`
#
# exp of the mean loss over the text's T − 1 predicted tokens.
#
# - Windows begin at 0, stride, 2·stride, … and hold the next `window` tokens; the first one that reaches the end is the last, and may be shorter.
# - Every token but the first is scored exactly once, in the first window that holds it.
# - `model(ids).logits` is FloatTensor[1, T, V], best under `torch.inference_mode()`. No forward pass gets more than `window` tokens. T ≥ 2, window ≥ 2, 1 ≤ stride < window.
#
# Worked example: T = 6, window 4, stride 2: tokens 1 to 3 are scored in window 0–3, tokens 4 and 5 in window 2–5.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "perplexity", "locked": false, "schema_version": 3, "solution": true, "task": false}
def perplexity(model, input_ids, window, stride):
    """Perplexity of a text with a strided window: a float.

    input_ids: LongTensor[1, T], T >= 2. window, stride: ints, stride < window.
    """
    ### BEGIN SOLUTION
    total, done, length = 0.0, 1, input_ids.shape[1]
    for begin in range(0, length, stride):
        end = min(begin + window, length)
        ids = input_ids[:, begin:end]
        with torch.no_grad():
            logprobs = model(ids).logits[0, :-1].float().log_softmax(dim=-1)
        scores = logprobs.gather(1, ids[0, 1:, None])
        total -= scores[done - begin - 1 :].sum().item()
        done = end
        if end == length:
            break
    return math.exp(total / (length - 1))
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_perplexity", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    toy = utils.counting_model(vocab_size=10)
    hit = math.log(math.exp(4) + 9) - 4  # the loss where the text counts on
    counts_on = torch.tensor([[1, 2, 3, 4, 5, 6]])
    got = perplexity(toy, counts_on, 4, 2)
    want = math.exp(hit)
    assert abs(got - want) < 1e-3, (
        f"a text that counts: got {got:.4f}, expected {want:.4f}: exp of the mean "
        "of T - 1 losses, as nothing predicts the first token"
    )
    # The toy expects n + 1 after n. From the jump from 2 to 7 on it is lost, and
    # expects 0; in a window that begins behind the jump it is not.
    jumps = torch.tensor([[1, 2, 7, 8, 9, 0, 1, 2]])
    for window, stride, misses in (
        (8, 4, 5), (3, 1, 2), (3, 2, 1), (4, 2, 2), (5, 2, 3), (7, 4, 4),
    ):  # fmt: skip
        got = perplexity(toy, jumps, window, stride)
        want = math.exp((7 * hit + 4 * misses) / 7)
        assert abs(got - want) < 1e-3 * want, (
            f"window {window}, stride {stride}: got {got:.3f}, expected {want:.3f}. "
            "Is each token scored once, in the first window that holds it, and do "
            "windows begin at multiples of the stride?"
        )
    got, want = perplexity(toy, torch.full((1, 200), 5), 40, 20), math.exp(hit + 4)
    assert abs(got - want) < 1e-3 * want, (
        f"200 unlikely tokens: got {got:.3f}, expected {want:.3f}. Add logarithms."
    )


public_check()
print("perplexity: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_perplexity", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for perplexity are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("perplexity", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Keep a note of how far you have scored. What of a new window lies behind it?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# For each begin: the ids of the window, log-probabilities of all tokens but its first, and of these only those from position `done` on. Stop at the first window that reaches the end.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# Token `begin + 1 + i` of the text has entry i among the window's scores, so new ones start at `done - begin - 1`. Begin with `done = 1`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** `done` is the first position not yet scored; each window adds exactly those from there to its end. **A common wrong answer** takes the mean of the windows' losses: the last, short window then weighs as much as a full one.

# %%
passage = (
    "The tide mill stands where the creek meets the bay. Twice a day the sea comes "
    "in, lifts a wooden gate and fills the pond behind the wall. When the tide "
    "turns, the weight of the water pushes the gate shut, and the miller waits. "
    "After two or three hours the level outside has fallen far enough, and he opens "
    "the sluice. The wheel turns, first slowly, then at a steady walk, and the "
    "stones begin to grind. There is no need for wind, and no drought has ever "
    "stopped the mill; but the miller has to work when the moon says so, at noon in "
    "one week and at midnight in the next. Old account books show it: the hours of "
    "work wander around the clock, and the price of a night's grinding is the same "
    "as that of a day's. In winter the gate froze now and then, and boys were paid "
    "to break the ice with poles. When the railway came, flour from the plains was "
    "cheaper than the grain alone had been, and the mill was used as a store for "
    "nets. Today the wheel turns again. A few families of the village repaired the "
    "gate, board by board, and on the first Sunday of each month they grind a sack "
    "of wheat, sell the bread, and explain to visitors why lunch hangs on the moon."
)
ids = tokenizer(passage, return_tensors="pt").input_ids
print(ids.shape[1], "tokens; all six together take up to a minute on two cores")
for window, stride in ((16, 15), (16, 8), (64, 63), (64, 32), (64, 16), (280, 140)):
    tick = time.perf_counter()
    value = perplexity(model, ids, window, stride)
    seconds = time.perf_counter() - tick
    print(f"window {window:3}, stride {stride:3}: {value:6.2f}  ({seconds:.1f} s)")

# %% [markdown]
# **Explain.** More context, less surprise: the same model and the same text give quite different perplexities. A long stride is cheap and makes the model look worse than it is, a short one costs a pass every few tokens. So a perplexity without its window and stride is half a number. And low is not good as such: the text that this model finds least surprising is its own, loops included (notebook 03).
#
# ## 7 · Against references
#
# *How do you score a translation?* No two translators write the same sentence. **BLEU** (Papineni and others, 2002) counts how many of the output's n-grams, for n = 1 to 4, occur in a reference: a precision. Two guards make it honest. **Clipping**: "the the the the" does not match four times. The **brevity penalty**: saying only what is safe costs.
#
# **Predict.** A corpus of two sentences, one perfect, one without any common 4-gram. Is the score of the corpus the mean of the two scores?

# %%
my_guess = None

said = ["the cat sat on the mat today", "he reads a red book"]
wanted = [["the cat sat on the mat today", "he is reading the red book"]]
metric = sacrebleu.BLEU(tokenize="none", smooth_method="none", force=True)
each = [metric.corpus_score([s], [[w]]).score for s, w in zip(said, wanted[0])]
print("sentences:", [round(score, 2) for score in each])
print("corpus:   ", round(metric.corpus_score(said, wanted).score, 2))

# %% [markdown]
# **Explain.** It is not: matches and totals are *summed over the corpus* first, and one score is made of the sums.
#
# <div class="card" role="note" aria-label="Exercise bleu">
#
# **Exercise `bleu`** · difficulty 4 of 5 · importance 4 of 5 · 18 minutes · 3 points
#
# `bleu(hypotheses: list[list[str]], references: list[list[list[str]]]) -> float`
#
# Corpus BLEU-4, without smoothing, between 0 and 100. Tokens are given: nothing is split or lower-cased. `references[i]` are the references of `hypotheses[i]`, one or more.
#
# - For each order n from 1 to 4: matches and totals are summed over all hypotheses. An n-gram matches at most as often as in that one of its references that has it most often.
# - Brevity penalty exp(1 − r/c) where c < r: c the hypotheses' tokens, r the sum of each one's *closest* reference length (of two equally close the shorter).
# - The score is 100 · penalty · geometric mean of the four precisions; 0.0 where an order has no match (so too where nothing was said).
#
# Worked example: "the cat sat on the mat" against "the cat sat on a mat": 5/6, 3/5, 2/4, 1/3, no penalty: 53.73.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "bleu", "locked": false, "schema_version": 3, "solution": true, "task": false}
def bleu(hypotheses, references):
    """Corpus BLEU-4 without smoothing: a float between 0 and 100.

    hypotheses: a list of tokens each; references: for each a list of such lists.
    """

    ### BEGIN SOLUTION
    def grams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    logs = []
    for n in range(1, 5):
        matches = total = 0
        for hypothesis, group in zip(hypotheses, references):
            said, limit = grams(hypothesis, n), Counter()
            for reference in group:
                limit |= grams(reference, n)
            matches += sum((said & limit).values())
            total += sum(said.values())
        if matches == 0:
            return 0.0
        logs.append(math.log(matches / total))
    c = sum(map(len, hypotheses))
    r = sum(
        min(map(len, group), key=lambda n: (abs(n - len(hypothesis)), n))
        for hypothesis, group in zip(hypotheses, references)
    )
    return 100 * math.exp(min(0.0, 1 - r / c) + sum(logs) / 4)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_bleu", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for said, refs, want, hint in (
        (["the cat sat on the mat"], [["the cat sat on a mat"]], 53.73,
         "The worked example."),
        (["the cat sat on"], [["the cat sat on the mat"]], 60.65,
         "Four tokens of six: the brevity penalty."),
        (["a b c d e"], [["e d c b a"]], 0.0, "An order has no match."),
        ([""], [["a b"]], 0.0, "Nothing was said: no match."),
        (["a b c d e"], [["A b c d e"]], 66.87, "Nothing is lower-cased."),
        (["a b c d a b c d"], [["a b c d a b c d x"]], 88.25,
         "What the reference has twice matches twice."),
        (["the a b c d the"], [["the a b c d", "x the a b c d"]], 75.98,
         'No reference has "the" twice.'),
        (["a b c d w x y z"], [["a b c d q r s t", "m n o p w x y z"]], 69.14,
         "One half is in one reference, the other in the other."),
        (["a b c d e"], [["a b", "a b c d e f"]], 81.87,
         "The closest reference has six tokens."),
        (["a b c d e"], [["a b c d e f", "a b c d"]], 100.0,
         "Two lengths are equally close: the shorter."),
        (["a b c d e f", "g h i j"], [["a b c d x f"], ["g h i j k", "g h i j"]],
         68.87, "Matches and totals are summed over the corpus, then divided."),
        (["b c d e", "x a"], [["b c d e a"], ["x y z"]], 63.71,
         "Each against its own references; one penalty, from sums of lengths."),
    ):  # fmt: skip
        got = bleu(
            [line.split() for line in said],
            [[line.split() for line in group] for group in refs],
        )
        assert abs(got - want) < 0.01, (
            f"{said} against {refs}: got {got}, expected {want}. {hint}"
        )


public_check()
print("bleu: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_bleu", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for bleu are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("bleu", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Write down numerators and denominators for the worked example first. What is summed over sentences, and what is computed once?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `Counter`s of tuples. `|` takes the larger count of two references, `&` the smaller one of hypothesis and reference: that is clipping.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# For each order sum `(said & limit).values()` and `said.values()` over the corpus, return 0.0 for no match, collect logarithms; at the end the penalty from two sums of lengths.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** `limit` is the maximum over references, `said & limit` the minimum with it: clipping without a loop over n-grams. **A common wrong answer** adds the references' counts up (`+=`): two references that say "the" once then allow it twice.

# %% [markdown]
# SmolLM2 was trained on English. How well does it translate from French?

# %%
french = utils.tasks("french")
shots = (
    "French: Le chien est dans le jardin.\nEnglish: The dog is in the garden.\n\n"
    "French: Je mange une pomme.\nEnglish: I am eating an apple.\n\n"
)
asked = {
    "told": [chat("Translate into English: " + each["text"]) for each in french],
    "shown": [f"{shots}French: {each['text']}\nEnglish:" for each in french],
}
translated = {
    name: [text.strip().partition("\n")[0] for text in write(prompts, 16)]
    for name, prompts in asked.items()
}
for i in range(5):
    print(french[i]["text"])
    for name, lines in translated.items():
        print(f"    {name}: {lines[i]}")


# %%
def split(text):
    return re.findall(r"\w+|[^\w\s]", text)


# Two references for each: `answer`, and in `labels` a second translation.
streams = [[each["answer"] for each in french], [each["labels"] for each in french]]
for name, lines in translated.items():
    ours = bleu(
        [split(line) for line in lines],
        [[split(stream[i]) for stream in streams] for i in range(len(french))],
    )
    spaced = [[" ".join(split(line)) for line in stream] for stream in streams]
    theirs = metric.corpus_score([" ".join(split(line)) for line in lines], spaced)
    print(
        f"{name}: yours {ours:.2f}, sacrebleu on the same tokens {theirs.score:.2f}"
    )
    print(
        "       sacrebleu as people use it:", sacrebleu.corpus_bleu(lines, streams)
    )
print("signature on the same tokens:", metric.get_signature())

text = "She does not want to go to the market today because it is raining ."
for lost in ("not", "market"):
    left = [token for token in text.split() if token != lost]
    print(f"without {lost!r}: {bleu([left], [[text.split()]]):.1f}")

# %% [markdown]
# **Explain.** On the same tokens the two agree to the last digit, and two shown translations do far more than an instruction. Read the translations beside the score: some are right, some are fluent and about something else, and what was told chats on until it is cut; one number covers all that. (For an interval, resample the 16 sentences and compute BLEU anew each time; with 16 it is wide.) Sacrebleu exists (Post, 2018) because with another tokenizer or another smoothing the score is another one: publish the signature with it. And BLEU reads nothing: a lost "not" costs no more than any other word.
#
# ## 8 · Confident and wrong
#
# *When does a model invent?* A **hallucination** is a wrong answer that sounds sure. To measure it you need questions whose answer the model *cannot* know. Here are forty about places that do not exist; their right answers were drawn by lot (`utils/data/TASKS.md`). Nobody can do better than one in four on average, and somebody honest would be sure of none.
#
# **Predict.** On how many of them will the model give one of the four labels more than 0.5? On how many of the forty easy facts?

# %%
my_guess = None

facts = {
    "seen": utils.tasks("fact", "seen"),
    "unseen": utils.tasks("fact", "unseen"),
}
logprobs_of, answers_of = {}, {}
for kind, rows in facts.items():
    scored, indices = [], []
    for row in rows:
        labels = row["labels"].split("|")
        words = [f" {label}" for label in labels]
        firsts = {tokenizer(w, add_special_tokens=False).input_ids[0] for w in words}
        assert len(firsts) == 4, "the labels differ in their first token"
        prompts = [row["text"]]
        scored.append(utils.next_token_logprobs(model, tokenizer, prompts, words)[0])
        indices.append(labels.index(row["answer"]))
    logprobs_of[kind], answers_of[kind] = torch.stack(scored), torch.tensor(indices)
    sure, best = logprobs_of[kind].softmax(dim=1).max(dim=1)
    right = (best == answers_of[kind]).float().mean()
    print(f"{kind:>6}: {right:.0%} right, above 0.5: {(sure > 0.5).sum()} of 40")
    held = logprobs_of[kind].exp().sum(dim=1).median()
    print(f"        of all tokens, the four labels hold {held:.1%} (median)")

# %% [markdown]
# **Explain.** Where it knows nothing it still has favourites. Some words are simply likelier than others, and part of it is the measure: of all tokens the four labels hold about one percent here, and "sure" is said of the choice *among the four*, not of a sentence that the model wrote by itself. How sure is *too* sure is your decision: a threshold.
#
# <div class="card" role="note" aria-label="Exercise hallucination_rate">
#
# **Exercise `hallucination_rate`** · difficulty 2 of 5 · importance 4 of 5 · 6 minutes · 2 points
#
# `hallucination_rate(logprobs: FloatTensor[N, K], answers: LongTensor[N], threshold: float = 0.9) -> float`
#
# The share of *all* questions that get a confident wrong answer.
#
# - `logprobs` as `label_logprobs` gives them, not normalised over the labels; they may be −1000 and less. `answers[n]` is the index of the right label.
# - A question counts where its most likely label is wrong *and* has a probability of at least `threshold`, among the K labels (which sum to 1). None lies on the threshold.
#
# Worked example: the favourites have 0.95, 0.95 and 0.6; the second and the third are wrong: 1/3.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "hallucination_rate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def hallucination_rate(logprobs, answers, threshold=0.9):
    """The share (float) of questions with a confident wrong answer.

    logprobs: FloatTensor[N, K]; answers: LongTensor[N], indices of right labels.
    """
    ### BEGIN SOLUTION
    confidence, best = logprobs.softmax(dim=-1).max(dim=-1)
    return ((best != answers) & (confidence >= threshold)).double().mean().item()
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_hallucination_rate", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    probs = torch.tensor([[0.95, 0.03, 0.02], [0.95, 0.03, 0.02], [0.38, 0.6, 0.02]])
    right = torch.tensor([0, 1, 2])
    for shift, given, want in (
        (0, {}, 1 / 3),
        (-5, {"threshold": 0.9}, 1 / 3),
        (-1000, {"threshold": 0.5}, 2 / 3),
        (0, {"threshold": 0.025}, 2 / 3),
    ):
        got = hallucination_rate(probs.log() + shift, right, **given)
        assert abs(got - want) < 1e-6, (
            f"all logprobs {shift:+}, {given or 'no threshold given'}: got {got}, "
            f"expected {want:.4f}. Do the labels sum to 1 first, does only a wrong "
            "favourite count, and is the share one of all questions?"
        )


public_check()
print("hallucination_rate: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_hallucination_rate", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for hallucination_rate are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("hallucination_rate", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which label does the model choose, and how sure is it among the labels alone?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Normalise each row, take its maximum and where that is. Two conditions have to hold at once, and the share is of all questions.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `logprobs.softmax(-1).max(-1)` gives both; `(wrong & sure).double().mean()`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** softmax over the labels asks what the model believes *given* that it is one of these. **A common wrong answer** compares exp(logprob) with the threshold: the labels share their belief with all other texts, so nothing is ever confident.


# %%
def rates(threshold):
    shares = {}
    for kind in facts:
        rate = hallucination_rate(
            logprobs_of[kind], answers_of[kind], threshold=threshold
        )
        shares[f"{kind} facts"] = wilson(round(rate * 40), 40)
    return utils.interval_chart(shares, f"Wrong, and at least {threshold:.2f} sure")


rates(0.5)

# %%
utils.live(rates, threshold=(0.25, 1.0, 0.5))

# %% [markdown]
# **Explain.** On the easy facts the model is seldom sure and wrong. On the facts that nobody can know it is no better than a lottery ticket, and yet about one answer in three gets more than half of the belief, although all four labels are equally good. Being *often right* and *knowing when* are two abilities. Move the slider. A rail can be made of it: below a threshold say "I do not know", and pay with answers that would have been right.
#
# ## 9 · A scorecard
#
# *Good on average: for whom?* A system meets different people, and a mean hides them. Tag every case with the kind of user it stands for, a **persona**, and report each beside the whole. The reviews have four: a traveller who writes plainly, a teenager, a critic with irony, somebody who is learning English.
#
# **Predict.** For whom will the prompt with *Sentiment* work best, for whom worst?

# %%
my_guess = None  # traveller, teenager, critic, learner?

for persona in ("traveller", "teenager", "critic", "learner"):
    own = [case for case in reviews if case["persona"] == persona]
    for case in own[2:4]:
        print(f"{persona:>10}: {case['text']} ({case['answer']})")

# %% [markdown]
# **Explain.** Write your guess down; the scorecard will tell. A real system also fails now and then (a time-out, a filter, a full queue). For the user that is a wrong answer, and it must not end the evaluation.
#
# <div class="card" role="note" aria-label="Exercise scorecard">
#
# **Exercise `scorecard`** · difficulty 2 of 5 · importance 4 of 5 · 8 minutes · 2 points
#
# `scorecard(cases: list[dict], run: Callable[[str], str]) -> dict[str, dict]`
#
# For each persona, and for `"overall"`: `{"n": int, "accuracy": float}`.
#
# - A case has `prompt`, `answer` and `persona`. `run(prompt)` is called once for each case, also where a prompt occurs twice.
# - Right is a text that equals `answer`, white space at both ends and upper or lower case aside.
# - `run` returns a string, or raises: after any `Exception` the case is wrong, and the others are still run.
# - Overall is over cases; no persona has that name. Without cases: `{"overall": {"n": 0, "accuracy": 0.0}}`.
#
# Worked example: two cases of "nurse" (one right), one of "pilot" (right): nurse 0.5, pilot 1.0, overall 2/3.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "scorecard", "locked": false, "schema_version": 3, "solution": true, "task": false}
def scorecard(cases, run):
    """Accuracy by persona and overall: dict of {"n": int, "accuracy": float}.

    cases: dicts with prompt, answer, persona. run: prompt -> text, may raise.
    """
    ### BEGIN SOLUTION
    marks = {}
    for case in cases:
        try:
            text = run(case["prompt"])
            right = text.strip().lower() == case["answer"].strip().lower()
        except Exception:
            right = False
        marks.setdefault(case["persona"], []).append(right)
    marks["overall"] = [mark for each in marks.values() for mark in each]
    return {
        who: {"n": len(each), "accuracy": sum(each) / len(each) if each else 0.0}
        for who, each in marks.items()
    }
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_scorecard", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    script = [  # prompt, answer, persona, and what `run` gives
        ("2+2", "4 ", "nurse", " 4\n"),
        ("1+3", "4", "nurse", ValueError("time-out")),
        ("toss", "heads", "pilot", "heads"),
        ("toss", "heads", "pilot", "tails"),
        ("3+3", "6", "nurse", "6, I think"),
        ("7+7", "14", "cook", ""),
        ("8+8", "16", "cook", KeyError("full")),
        ("capital of France", "Paris", "judge", "PARIS"),
    ]
    keys = ("prompt", "answer", "persona")
    calls = []

    def run(prompt):
        calls.append(prompt)
        told = [said for asked, *_, said in script if asked == prompt]
        said = told[min(calls.count(prompt), len(told)) - 1]
        if isinstance(said, Exception):
            raise said
        return said

    got = scorecard([dict(zip(keys, row)) for row in script], run)
    assert sorted(map(str, calls)) == sorted(row[0] for row in script), (
        f"`run` was called with {calls}: once for each case, with its prompt"
    )
    for who, n, right in (
        ("nurse", 3, 1),
        ("pilot", 2, 1),
        ("cook", 2, 0),
        ("judge", 1, 1),
        ("overall", 8, 3),
    ):
        assert who in got, f"no entry {who!r}, only {sorted(got)}"
        entry = got[who]
        assert entry["n"] == n and abs(entry["accuracy"] - right / n) < 1e-6, (
            f"{who}: got {entry}, expected {right} of {n}. Strip and lower both "
            "sides; what raises is wrong, and part of n; overall is over cases."
        )
    none = scorecard([], run).get("overall")
    assert none and (none["n"], none["accuracy"]) == (0, 0.0), f"no cases: {none}"


public_check()
print("scorecard: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_scorecard", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for scorecard are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("scorecard", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# What has to be inside the `try`, and what must not be left over from the case before?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Collect right and wrong in a list for each persona, and make the numbers at the end. Overall is all the lists together.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `marks.setdefault(persona, []).append(right)`; `except Exception: right = False`; mind the division for no cases.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Each case adds exactly one mark, whatever happens to it. **A common wrong answer** averages the personas' accuracies for the overall score: a persona with two cases then weighs as much as one with two hundred.


# %%
def run(text):
    words = [" positive", " negative"]
    prompts = [ways["format: Sentiment"](text)]
    found = utils.next_token_logprobs(model, tokenizer, prompts, words)
    return moods[found.argmax()]


cases = [
    {"prompt": each["text"], "answer": each["answer"], "persona": each["persona"]}
    for each in reviews
]
card = scorecard(cases, run)
rows = {}
for who, entry in card.items():
    count = round(entry["n"] * entry["accuracy"])
    rows[f"{who} ({entry['n']})"] = wilson(count, entry["n"])
utils.interval_chart(rows, "Share right, by who writes", chance=0.5)

# %% [markdown]
# **Explain.** Nearly everything that learners of English and plain travellers write is read rightly; of what critics and teenagers write, five in 16 are not. The overall score belongs to nobody. With 16 cases a persona's interval is wide, so this card says where to look, not how bad it is: the next step is more cases of the worst ones.
#
# ### Eight cases, sixty-four, ten thousand
#
# *How far does a spot check carry?* Draw eight of the reviews, as one does by hand, and look at the score; then again.

# %%
right = torch.tensor(runs["format: Sentiment"])
generator = torch.Generator().manual_seed(3)
spot_checks = [
    right[torch.randperm(64, generator=generator)[:8]].mean().item()
    for _ in range(200)
]
tally = Counter(round(8 * value) for value in spot_checks)
print(f"all 64: {right.mean():.2f}")
print("right of 8, in 200 spot checks:", dict(sorted(tally.items())))
print("the same share, measured on as many cases as")
for name, n in (
    ("a spot check", 8),
    ("our reviews", 64),
    ("GSM8K's test set", 1_319),
    ("HellaSwag's validation", 10_042),
):
    _, low, high = wilson(round(right.mean().item() * n), n)
    print(f"{name:>22}: n = {n:6}, {low:.3f} to {high:.3f}")

# %% [markdown]
# **Explain.** The same prompt passes one spot check with 8 of 8 and fails another. A spot check finds *kinds* of mistakes; a rate needs cases.
#
# Why then not use a public benchmark, with its ten thousand? Use both:
#
# | | your own set | a public benchmark |
# |---|---|---|
# | asks about | your task, your users | somebody's idea of ability |
# | size | tens to hundreds: wide intervals | thousands: narrow ones |
# | compares with | your last version | everybody's models |
# | danger | tuned on until it is learned by heart | in the training data already (**contamination**); a score without the prompt it was measured with |
#
# For this very model, a community run of the public harness (lm-eval, no examples; on the model card of one of its descendants) gives 0.43 on HellaSwag (`acc_norm`, section 4), where guessing gives 0.25, and 0.004 on GSM8K, the school sums. It would tell you that the model is weak at sums, as section 5 did. It would not tell you that critics and teenagers may be served worse, and they may be your users.
#
# ## Stretch: chains that weigh
#
# In a plain vote every chain counts the same. But the model says how likely each chain was: let it weigh them. (A long chain is less likely than a short one, as long labels are in section 4: a weight is no proof.)

# %% [markdown]
# **Predict.** "4" comes from one chain of probability 0.5, "5" from two of 0.3 each. Who should win?
#
# <div class="card" role="note" aria-label="Exercise weighted_vote">
#
# **Exercise `weighted_vote`** · difficulty 3 of 5 · importance 2 of 5 · 7 minutes · 2 bonus points
#
# `weighted_vote(answers: list[str | None], logprobs: list[float]) -> str | None`
#
# The answer whose chains have the largest probability together.
#
# - `logprobs[i]` is the natural logarithm of the probability of chain i, finite, at most 0; it may be −1000 and less, where exp gives 0.
# - None does not vote; without any answer the result is None. There are no ties.
#
# Worked example: `["4", "5", "5"]` with `[ln 0.5, ln 0.3, ln 0.3]` → `"5"`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "weighted_vote", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weighted_vote(answers, logprobs):
    """The answer (str) with the largest sum of its chains' probabilities, or None.

    answers: list of str or None; logprobs: list of floats, one for each chain.
    """
    ### BEGIN SOLUTION
    chains = [(a, logprob) for a, logprob in zip(answers, logprobs) if a is not None]
    if not chains:
        return None
    most = max(logprob for _, logprob in chains)
    weights = Counter()
    for answer, logprob in chains:
        weights[answer] += math.exp(logprob - most)
    return weights.most_common(1)[0][0]
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_weighted_vote", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    ln = math.log
    for chains, logprobs, want in (
        (["4", "5", "5"], [ln(0.5), ln(0.3), ln(0.3)], "5"),
        (["4", "5", "5"], [ln(0.5), ln(0.2), ln(0.2)], "4"),
        ([None, "7"], [ln(0.9), ln(0.1)], "7"),
        (["a", "b", "b"], [-1000.0, -1000.3, -1000.3], "b"),
        ([None, "a", "b"], [-1.0, -1000.0, -990.0], "b"),
        ([None], [-1.0], None),
        ([], [], None),
    ):
        got = weighted_vote(chains, logprobs)
        assert got == want, (
            f"{chains} with {[round(x, 2) for x in logprobs]}: got {got!r}, "
            f"expected {want!r}. Probabilities are summed, None has no part in "
            "anything, and exp(-1000) must not be all there is."
        )


public_check()
print("weighted_vote: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_weighted_vote", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for weighted_vote are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("weighted_vote", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# What may be taken off all logarithms without changing who wins?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Subtract the largest logprob before exp, then add up by answer.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `weights[answer] += math.exp(logprob - most)` over the chains that have an answer, `most` being the largest logprob among these.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Taking off the largest logarithm multiplies all weights by the same number, so the winner stays and nothing underflows that matters. **A common wrong answer** adds logprobs: that multiplies probabilities, and every further chain counts *against* its answer.

# %% [markdown]
# ## Stretch: does 0.8 mean 0.8?
#
# A model is **calibrated** if of all answers that it is 80 % sure of, 80 % are right. The *expected calibration error* sorts answers into bins by confidence and compares.
#
# <div class="card" role="note" aria-label="Exercise expected_calibration_error">
#
# **Exercise `expected_calibration_error`** · difficulty 3 of 5 · importance 3 of 5 · 9 minutes · 2 bonus points
#
# `expected_calibration_error(confidences: FloatTensor[N], correct: BoolTensor[N], num_bins: int = 10) -> float`
#
# Σ over bins of (items in it / N) · |accuracy − mean confidence|.
#
# - Bins have equal width over [0, 1]; a confidence of 1 is in the last. An empty bin adds nothing.
# - Confidences lie in [0, 1], N ≥ 1; no other confidence lies on an edge.
#
# Worked example: 0.95, 0.95 and 0.55, right only the first: 2/3·|0.5 − 0.95| + 1/3·|0 − 0.55| = 0.4833.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "expected_calibration_error", "locked": false, "schema_version": 3, "solution": true, "task": false}
def expected_calibration_error(confidences, correct, num_bins=10):
    """The expected calibration error: a float.

    confidences: FloatTensor[N] in [0, 1]; correct: BoolTensor[N].
    """
    ### BEGIN SOLUTION
    bins = (confidences * num_bins).long().clamp(max=num_bins - 1)
    gaps = torch.zeros(num_bins, dtype=torch.float64)
    # In each bin n · |accuracy - confidence| is the size of a sum of differences.
    gaps.index_add_(0, bins, correct.double() - confidences.double())
    return (gaps.abs().sum() / len(confidences)).item()
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_expected_calibration_error", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for sure, right, bins, want in (
        ([0.95, 0.95, 0.55], [True, False, False], 10, 0.48333),
        ([0.95, 0.55], [False, True], 1, 0.25),
        ([1.0, 0.0], [False, True], 10, 1.0),
        ([0.62, 0.68], [True, False], 10, 0.15),
    ):
        got = expected_calibration_error(
            torch.tensor(sure), torch.tensor(right), num_bins=bins
        )
        assert abs(got - want) < 1e-4, (
            f"{sure}, right {right}, {bins} bins: got {got}, expected {want:.4f}. "
            "Weigh bins by their items, and take each gap's size before adding. "
            "Bins cut [0, 1], both ends in it."
        )


public_check()
print("expected_calibration_error: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_expected_calibration_error", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for expected_calibration_error are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("expected_calibration_error", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# In which bin is a confidence of 0.37, and in which 1.0?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `(confidences * num_bins).long()`, with the last bin for 1.0. For each bin that is not empty: accuracy, mean confidence, share of the items.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# The share times the gap is |sum of (correct − confidence)| / N, so one sum for each bin is enough: `index_add_`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** n/N · |Σcorrect/n − Σconfidence/n| is |Σ(correct − confidence)|/N: the size of the bin cancels, and an empty bin adds 0 without a special case. **A common wrong answer** averages the bins' gaps: a bin with one item then weighs as much as one with a hundred.

# %%
for kind in facts:
    sure, best = logprobs_of[kind].softmax(dim=1).max(dim=1)
    right = best == answers_of[kind]
    error = expected_calibration_error(sure, right, num_bins=5)
    print(
        f"{kind:>6}: {right.float().mean():.2f} right, {sure.mean():.2f} sure, "
        f"calibration error {error:.2f}"
    )

# %% [markdown]
# **Explain.** On what it knows the model is about as sure as it is right; on what it cannot know it is sure all the same, and the error is that gap. There are five bins because of 40 answers ten would hold too few each.

# %% [markdown]
# ## Check yourself
#
# Choose first, then open the option.
#
# ### 1 · A prompt scores 0.80 on 20 cases, another 0.75 on the same 20. What do you do?
#
# <details><summary>Take the first</summary>The gap is one case, and the interval of 0.80 on 20 cases is 0.35 wide.</details>
# <details><summary>Look at the cases on which they differ, and write more</summary>Yes: the pairs tell more than the means, and 20 cases tell little.</details>
# <details><summary>Neither can be used</summary>Both may be good. You do not know yet which is better.</details>
#
# ### 2 · Why does a one-shot prompt often do worse than no example?
#
# <details><summary>It is longer</summary>By a line. That is not it.</details>
# <details><summary>The model has read too little</summary>It has read more than before.</details>
# <details><summary>It repeats the one answer that it was shown</summary>Yes: an example also says which answers come, and how often.</details>
#
# ### 3 · A label has three tokens, another one. You compare sums. Who is favoured?
#
# <details><summary>The short one</summary>Yes: each further token multiplies by a number below 1.</details>
# <details><summary>The long one</summary>That can happen with means, whose later tokens are easy.</details>
# <details><summary>Nobody</summary>Sums are the right probabilities, of texts of different length.</details>
#
# ### 4 · You halve the stride. What happens to the perplexity?
#
# <details><summary>It doubles</summary>No: every token is still scored once.</details>
# <details><summary>It falls, as a rule, and takes twice the passes</summary>Yes: tokens are scored with more context.</details>
# <details><summary>Nothing</summary>Each token now sees other context than before.</details>
#
# ### 5 · Your pass@10 is 0.9, your vote of 10 is right half of the time. What does it mean?
#
# <details><summary>One of the two is miscounted</summary>Both can be right.</details>
# <details><summary>The model is calibrated</summary>Neither number says how sure it was.</details>
# <details><summary>The right answer is nearly always among the ten, but seldom the most frequent</summary>Yes: a better chooser would gain much.</details>
#
# ## Summary
#
# | part | what you built | remember |
# |---|---|---|
# | ask | `few_shot_prompt` | end where the model writes; balance the examples |
# | how sure | `bootstrap_interval`, `mcnemar_p_value` | resample cases; count disagreements |
# | labels | `label_logprobs`, `calibrate` | sum logarithms; divide out what it says anyway |
# | think longer | `majority_vote`, `pass_at_k` | who does not answer does not vote; samples are not put back |
# | texts | `perplexity`, `bleu` | state window and stride; sum first, divide once |
# | trust | `hallucination_rate`, `scorecard` | all questions are the base; a mean belongs to nobody |
# | stretch | `weighted_vote`, `expected_calibration_error` | sum probabilities, not logarithms; weigh the bins |
#
# **Glossary.** *Zero-, one-, few-shot*: a prompt with no, one, several examples. *In-context learning*: doing a task from examples in the prompt. *Role, format, context*: what the prompt says of the speaker, the shape and the background. *Chain of thought*: working written before the answer. *Test-time compute*: computation spent when answering. *Self-consistency*: a vote over sampled chains. *pass@k*: the chance that one of k samples is right. *Bootstrap*: resampling the cases at hand. *McNemar's test*: a coin toss for each disagreement. *Contextual calibration*: dividing by what the model says of nothing. *Perplexity*: exp of the mean loss per token. *Stride*: how far a window moves. *BLEU*: clipped n-gram precision with a brevity penalty. *Hallucination*: a confident wrong answer. *Persona*: a kind of user that a case stands for. *Spot check*: a handful of cases looked at by hand. *Contamination*: a test that was in the training data.
#
# Last, give the memory back.

# %%
print("before:", utils.memory_report())
model = best = logprobs = None
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
