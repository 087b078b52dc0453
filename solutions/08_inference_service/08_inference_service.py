# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 08 · An inference service
#
# *So far one person asked and waited. In this notebook many ask at once: you build the parts of a server that speaks the OpenAI API, put them around SmolLM2, and load it with the real client.*
#
# <!-- badges -->
#
# **Before you start**
#
# | | |
# |---|---|
# | You need | notebooks 01 (generation with a cache) and 03 (sampling); the rails of 05 are nice to have; classes and dicts in Python |
# | Hardware | any laptop with 3 GB of free memory; no GPU |
# | Download | the model of notebook 01, 93 MB, once. After that the notebook works offline: the server and its clients live on your own machine |
# | Time | about two and a half hours: ten exercises (91 minutes, 23 points) and some reading; two stretch exercises at the end (18 minutes, 4 bonus points) |
#
# **After it you can**
#
# - *refuse* what cannot be served, with a reason, and let the rest wait in a line that has an end (`parse_completion_request`, `RequestQueue`);
# - *schedule* requests over the slots of a batch and say what that is worth (`static_schedule`, `continuous_schedule`);
# - *batch* requests that come and go, so that each gets what it would get alone (`ContinuousBatcher`, `sample_per_request`);
# - *stream* text as the OpenAI client reads it, up to a stop string and not a letter further (`StopStrings`, `completion_chunk`, `sse_event`);
# - *measure* a service by its waiting times (`latency_summary`), and run one that survives its clients.
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
import random
import threading
import time
from collections import Counter

import numpy as np
import torch
import torch.nn.functional as F
import transformers


# %% [markdown]
# ## 0 · One model, many readers
#
# *A model writes one token per forward pass. What does it cost to write one token for each of eight people in the same pass?*
#
# **Predict.** Notebook 02 showed that writing a token means reading every weight once. Eight rows in one pass take how many times as long as one row: 1, 2, 4 or 8?

# %%
my_guess = None  # times

smol = utils.load_model("smollm2-135m", dtype=torch.float32, device="cpu")
model, tokenizer = smol.model, smol.tokenizer


def step_seconds(rows, tokens=24, repeats=7):
    """Seconds of one cached step for `rows` rows: the fastest of some."""
    ids = torch.full((rows, tokens), 500)
    seconds = []
    with torch.no_grad():
        cache = model(ids, use_cache=True).past_key_values
        for _ in range(repeats):
            tick = time.perf_counter()
            model(ids[:, :1], past_key_values=cache, use_cache=True)
            seconds.append(time.perf_counter() - tick)
    return min(seconds)  # the others shared the machine with somebody


for rows in (1, 2, 4, 8):
    seconds = step_seconds(rows)
    alone = seconds if rows == 1 else alone
    print(
        f"{rows} rows: {seconds * 1e3:5.0f} ms a step, {rows / seconds:5.0f} "
        f"tokens/s, a step takes {seconds / alone:.1f} times as long as alone"
    )

# %% [markdown]
# **Explain.** The weights are read once for all rows, so a batch is far cheaper than its rows one by one. On a GPU a step hardly gets slower up to dozens of rows; two cores run out of arithmetic earlier. Every server lives off this: it keeps **slots**, one for each row of the batch, and tries never to have an empty one.

# %%
utils.pipeline_map(here=["prompt", "next token", "text"])

# %% [markdown]
# On the left of the map requests now arrive whenever they like, on the right everybody's text flows to its own reader. The way of a request through this notebook: **checked → waits → gets a slot → a token a step → cut at a stop string → streamed → measured**.
#
# ## 1 · At the door
#
# *What may a request ask for?* The JSON of `POST /v1/completions` comes from a stranger. Whatever the engine cannot do has to be refused at the door, with the name of the field, or it fails later, inside a batch that others share.
#
# **Predict.** `isinstance(True, int)`: what does Python say? And which `max_tokens` does `body.get("max_tokens") or 16` give for a request that says 0?

# %%
my_guess = None  # True or False? which number?

body = json.loads('{"model": "smol", "prompt": "Hi", "max_tokens": 0, "seed": true}')
print(isinstance(body["seed"], int), body.get("max_tokens") or 16)

# %% [markdown]
# **Explain.** JSON's `true` is an int to Python, and `or` takes a 0 that was meant for one that is missing. Both pass silently, and somebody gets an answer to a question nobody asked.
#
# <div class="card" role="note" aria-label="Exercise parse_completion_request">
#
# **Exercise `parse_completion_request`** · difficulty 2 of 5 · importance 4 of 5 · 12 minutes · 3 points
#
# `parse_completion_request(body: dict) -> dict`
#
# The request with exactly these fields, or a ValueError whose text names the field that is wrong.
#
# | field | allowed | default |
# |---|---|---|
# | `model` | str | required |
# | `prompt` | str, not empty | required |
# | `max_tokens` | int, at least 1 | 16 |
# | `temperature` | int or float, 0 to 2, both included | 1.0 |
# | `stop` | a str, or a list of at most 4 str, none empty; a list in the result | `[]` |
# | `seed` | int | None |
# | `stream` | bool | False |
#
# - `None` (JSON's null) counts as left out. True and False are no numbers, and nothing is converted: `"5"` is no int. One field at most is wrong at a time; NaN and floats in an int's place that are whole (5.0) do not come.
# - Fields that are not in the table are ignored, since clients send many that change nothing (`user`). The server around your function refuses those that would (`n: 3`), and a seed beyond 64 bits.
#
# Worked example: `{"model": "smol", "prompt": "Hi", "stop": "\n"}` gives `{"model": "smol", "prompt": "Hi", "max_tokens": 16, "temperature": 1.0, "stop": ["\n"], "seed": None, "stream": False}`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "parse_completion_request", "locked": false, "schema_version": 3, "solution": true, "task": false}
def parse_completion_request(body):
    """The seven fields of a request, checked and with their defaults.

    body: the JSON of POST /v1/completions. Raises ValueError, which names the field.
    """

    ### BEGIN SOLUTION
    def is_int(value):
        return isinstance(value, int) and not isinstance(value, bool)

    def is_temperature(value):
        return (is_int(value) or isinstance(value, float)) and 0 <= value <= 2

    def is_stop(value):
        short = isinstance(value, list) and len(value) <= 4
        return short and all(isinstance(one, str) and one for one in value)

    rules = {
        "model": (None, lambda value: isinstance(value, str)),
        "prompt": (None, lambda value: isinstance(value, str) and value != ""),
        "max_tokens": (16, lambda value: is_int(value) and value >= 1),
        "temperature": (1.0, is_temperature),
        "stop": ([], is_stop),
        "seed": (None, lambda value: value is None or is_int(value)),
        "stream": (False, lambda value: isinstance(value, bool)),
    }
    request = {}
    for field, (default, allowed) in rules.items():
        value = default if body.get(field) is None else body[field]
        if field == "stop" and isinstance(value, str):
            value = [value]
        if not allowed(value):
            raise ValueError(f"{field}: {value!r} is not allowed")
        request[field] = value
    return request
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_parse_completion_request", "locked": true, "schema_version": 3, "solution": false, "task": false}
least = {"model": "smol", "prompt": "Hi"}
defaults = {
    "max_tokens": 16,
    "temperature": 1.0,
    "stop": [],
    "seed": None,
    "stream": False,
}
for extra, want in (
    ({}, {}),
    ({"temperature": 0, "seed": 0}, {"temperature": 0, "seed": 0}),
    ({"temperature": 2, "seed": -1}, {"temperature": 2, "seed": -1}),
    ({"stop": "END"}, {"stop": ["END"]}),
    ({"max_tokens": None, "user": "me"}, {}),
):
    got = parse_completion_request(least | extra)
    assert got == least | defaults | want, (
        f"{extra}: got {got}, expected {least | defaults | want}. Is 0 a value, "
        "null a missing one, and everything unknown left out?"
    )
for field, wrong in (
    ("max_tokens", 0),
    ("max_tokens", "5"),
    ("max_tokens", True),
    ("temperature", 2.1),
    ("temperature", -0.1),
    ("temperature", True),
    ("seed", True),
    ("seed", 1.5),
    ("stop", ""),
    ("stop", ["a", ""]),
    ("stop", [*"abcde"]),
    ("stream", "false"),
    ("prompt", ""),
    ("prompt", ["Hi"]),
    ("model", None),
    ("model", 5),
):
    try:
        got = parse_completion_request(least | {field: wrong})
    except ValueError as error:
        assert field in str(error), f"the error does not name {field}: {error}"
    else:
        raise AssertionError(f"{field}={wrong!r} passed, expected a ValueError")
print("parse_completion_request: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_parse_completion_request", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for parse_completion_request are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("parse_completion_request", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# What is the same for all seven fields? Write that once.
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# A table from the field's name to its default and a function that says whether a value is allowed. Then one loop: take the value, or the default where it is `None`; ask; raise or keep.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `isinstance(value, int) and not isinstance(value, bool)` is what an int is here. A single stop string becomes a list of one before it is checked.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The table is the card again, so that the two can be compared line by line; every field goes the same way. **A common wrong answer** checks `isinstance(value, int)` alone: `"seed": true` then seeds with 1, and nobody ever notices.

# %% [markdown]
# ## 2 · The line
#
# *What should happen to the thousandth request that arrives in the same second?* A server that takes everything answers nobody: the line grows, everyone waits longer than they are willing to, and what is finally written has no reader any more. An honest server says no early (**back-pressure**), with status 429, and the client comes again.
#
# **Predict.** A service writes 4 answers a second, 5 a second come in. How long does the newest one wait after ten minutes?

# %%
my_guess = None  # seconds

for minutes in (1, 10, 60):
    line = (5 - 4) * 60 * minutes
    print(
        f"after {minutes:2d} min: {line:4d} in the line, "
        f"the last waits {line / 4:.0f} s"
    )

# %% [markdown]
# **Explain.** Without a bound the waiting time has none either, however small the overload. With a line of 8 it is 2 seconds, and one request in five is refused at once.
#
# There is a second way out of a line: the client hangs up. Its place has to be free at once.
#
# <div class="card" role="note" aria-label="Exercise RequestQueue">
#
# **Exercise `RequestQueue`** · difficulty 2 of 5 · importance 4 of 5 · 8 minutes · 2 points
#
# `RequestQueue(max_size: int)` with `submit(request_id: str) -> bool`, `next() -> str | None`, `cancel(request_id: str) -> bool`
#
# A line with an end, first come, first served.
#
# - `submit`: True, or False where `max_size` requests wait already; then nothing changes. `next` takes out the one that waits longest; None where nobody waits.
# - `cancel`: True if the request was waiting and now is not, else False. It is never handed out, makes room at once, and the others keep their order.
# - An id that was handed out or cancelled may come again, as a new request at the end. One that still waits does not. `max_size` is at least 1.
#
# Worked example: with `RequestQueue(2)`, `submit` of a, b and c gives True, True, False; `cancel` of a True; `submit` of c True; then `next` gives b, c, None.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "RequestQueue", "locked": false, "schema_version": 3, "solution": true, "task": false}
class RequestQueue:
    """Requests that wait: at most `max_size`, first come, first served."""

    def __init__(self, max_size):
        ### BEGIN SOLUTION
        self.max_size = max_size
        self.line = {}  # a dict keeps its order, and finds and drops in one step
        ### END SOLUTION

    def submit(self, request_id):
        """Whether there was room."""
        ### BEGIN SOLUTION
        if len(self.line) >= self.max_size:
            return False
        self.line[request_id] = True
        return True
        ### END SOLUTION

    def next(self):
        """The id that waits longest, taken out; None where nobody waits."""
        ### BEGIN SOLUTION
        first = next(iter(self.line), None)
        self.line.pop(first, None)
        return first
        ### END SOLUTION

    def cancel(self, request_id):
        """Whether it was waiting. Now it is not."""
        ### BEGIN SOLUTION
        return self.line.pop(request_id, False)
        ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_RequestQueue", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    queue = RequestQueue(2)
    got = [queue.submit(id) for id in "abc"]
    assert got == [True, True, False], (
        f"three submits to a queue of two gave {got}: the third finds it full"
    )
    assert queue.cancel("a") is True, "a was waiting: its cancel gives True"
    assert queue.cancel("a") is False, "a does not wait any more: False"
    assert queue.submit("c") is True, "the cancelled one makes room at once"
    got = [queue.next() for _ in range(3)]
    assert got == ["b", "c", None], f"next gave {got}, expected ['b', 'c', None]"
    queue.submit("a")
    assert queue.next() == "a", "an id may come again after its cancel"
    queue = RequestQueue(4)
    for id in "abcd":
        queue.submit(id)
    queue.cancel("b")
    queue.submit("b")
    got = [queue.next() for _ in range(4)]
    assert got == [*"acdb"], (
        f"a b c d, b cancelled and back: next gave {got}, expected a c d b"
    )
    assert queue.submit("a") and queue.next() == "a", (
        "an id that was handed out may come again"
    )


public_check()
print("RequestQueue: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_RequestQueue", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for RequestQueue are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("RequestQueue", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which of Python's containers keeps an order *and* drops any member at once?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `collections.deque` has `remove`, a list has it too. A dict, whose keys keep the order in which they came, needs no search at all.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `next(iter(self.line), None)` is a dict's oldest key; `self.line.pop(request_id, False)` drops one and says whether it was there, if every value is True.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** One container holds exactly those who wait, so its length is the length of the line, and nothing has to be kept in step. **A common wrong answer** notes cancelled ids in a set and skips them later: until then they take room, and an id that comes again is skipped as well.

# %% [markdown]
# ## 3 · Who sits where
#
# *Requests need different numbers of tokens. What happens to a slot whose request is done?* With **static batching** the slots are filled together and emptied together. With **continuous batching** (Orca, 2022) a slot is filled again at the very next step.
#
# **Predict.** Six requests of 9, 3, 5, 6, 4 and 1 tokens, three slots. How many steps does a static batch after another take, and what is the least that any schedule could need?

# %%
my_guess = None  # steps, least

lengths = [9, 3, 5, 6, 4, 1]
print("static:", max(lengths[:3]), "+", max(lengths[3:]), "steps")
print("at least:", -(-sum(lengths) // 3), "steps, for", sum(lengths), "tokens")

# %% [markdown]
# **Explain.** 15 steps for 28 tokens, where 10 steps have room for 30: a batch lasts as long as its longest request, and the others' slots stand empty meanwhile. Nobody knows beforehand how long an answer will be, so sorting them is no way out.
#
# First write both schedules down as data. Then you can look at them.
#
# <div class="card" role="note" aria-label="Exercise static_schedule">
#
# **Exercise `static_schedule`** · difficulty 2 of 5 · importance 3 of 5 · 6 minutes · 2 points
#
# `static_schedule(lengths: list[int], num_slots: int) -> list[list[int | None]]`
#
# A row for each step; in it, for each slot, the number of the request that sits there, or None. Request i needs `lengths[i]` ≥ 1 steps; all wait from the beginning, in order.
#
# - The first `num_slots` requests go into slots 0, 1, … and run together. A slot whose request is done stays empty until all of them are done; then the next ones begin.
# - Every row has `num_slots` entries, and no row is all None. Without requests: `[]`.
#
# Worked example: `static_schedule([1, 3, 2], 2)` gives `[[0, 1], [None, 1], [None, 1], [2, None], [2, None]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "static_schedule", "locked": false, "schema_version": 3, "solution": true, "task": false}
def static_schedule(lengths, num_slots):
    """Batch after batch: a row for each step, an entry for each slot.

    lengths: steps of each request. Entries: its number, or None.
    """
    ### BEGIN SOLUTION
    steps = []
    for first in range(0, len(lengths), num_slots):
        batch = dict(enumerate(lengths[first : first + num_slots], first))
        for step in range(max(batch.values())):
            row = [i if step < length else None for i, length in batch.items()]
            steps.append(row + [None] * (num_slots - len(row)))
    return steps
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_static_schedule", "locked": true, "schema_version": 3, "solution": false, "task": false}
for lengths_, slots, want in (
    ([1, 3, 2], 2, [[0, 1], [None, 1], [None, 1], [2, None], [2, None]]),
    ([2, 1], 3, [[0, 1, None], [0, None, None]]),
    ([2, 1], 1, [[0], [0], [1]]),
    ([], 2, []),
):
    got = static_schedule(lengths_, slots)
    assert [list(row) for row in got or []] == want, (
        f"lengths {lengths_}, {slots} slots: got {got}, expected {want}. A row for "
        "each step, None where a slot is empty, the next batch when all are done."
    )
print("static_schedule: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_static_schedule", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for static_schedule are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("static_schedule", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# How many steps does one batch take?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Cut the requests into batches; for each, a row for every step up to its longest length.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `lengths[first : first + num_slots]` is a batch. A row that is too short gets `[None] * (num_slots - len(row))` behind it.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Within a batch an entry depends on nothing but its own length and the step. **A common wrong answer** stops a batch with its shortest request: the longer answers are cut off.

# %% [markdown]
# Now the other one.
#
# <div class="card" role="note" aria-label="Exercise continuous_schedule">
#
# **Exercise `continuous_schedule`** · difficulty 3 of 5 · importance 5 of 5 · 8 minutes · 2 points
#
# `continuous_schedule(lengths: list[int], num_slots: int) -> list[list[int | None]]`
#
# The same table for continuous batching.
#
# - At the beginning of every step each free slot, the lowest first, gets the request that waits longest. A request stays in its slot until it is done; at the next step the slot is free.
# - No row is all None. Without requests: `[]`.
#
# Worked example: `continuous_schedule([1, 3, 2], 2)` gives `[[0, 1], [2, 1], [2, 1]]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "continuous_schedule", "locked": false, "schema_version": 3, "solution": true, "task": false}
def continuous_schedule(lengths, num_slots):
    """A free slot is filled at the next step: a row a step, an entry for each slot.

    lengths: steps of each request. Entries: its number, or None.
    """
    ### BEGIN SOLUTION
    steps, seats = [], [None] * num_slots
    left, upcoming = list(lengths), iter(range(len(lengths)))
    while True:
        seats = [next(upcoming, None) if seat is None else seat for seat in seats]
        if seats == [None] * num_slots:
            return steps
        steps.append(list(seats))
        for slot, request in enumerate(seats):
            if request is not None:
                left[request] -= 1
                seats[slot] = request if left[request] else None
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_continuous_schedule", "locked": true, "schema_version": 3, "solution": false, "task": false}
for lengths_, slots, want in (
    ([1, 3, 2], 2, [[0, 1], [2, 1], [2, 1]]),
    ([1, 1, 2, 1], 2, [[0, 1], [2, 3], [2, None]]),
    ([2, 1], 1, [[0], [0], [1]]),
    ([], 2, []),
):
    got = continuous_schedule(lengths_, slots)
    assert [list(row) for row in got or []] == want, (
        f"lengths {lengths_}, {slots} slots: got {got}, expected {want}. Fill every "
        "free slot, the lowest first, write the row down, then count one step off."
    )
print("continuous_schedule: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_continuous_schedule", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for continuous_schedule are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("continuous_schedule", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# What happens in one step, and in which order?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Keep the seats of all slots, and how much each request still needs. In a loop: fill the empty seats, stop if all are empty, copy the row, count down, empty the seats of those who are done.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `steps.append(list(seats))`: without the copy every row is the same list.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** A step is: seat, write down, count. Because seats are emptied *after* the row is written, a slot is free at the next step and not earlier. **A common wrong answer** compacts the running requests to the left; in an engine with a cache per slot that would mean copying the caches.

# %%
utils.slot_timelines(
    {
        "static": static_schedule(lengths, 3),
        "continuous": continuous_schedule(lengths, 3),
    },
    "Six requests in three slots",
)

# %% [markdown]
# The same requests, the same slots; the difference is white space. How much it is depends on how different the lengths are:


# %%
def at_spread(longest, slots):
    numbers = random.Random(8)
    lengths = [numbers.randint(1, longest) for _ in range(12)]
    return utils.slot_timelines(
        {
            "static": static_schedule(lengths, slots),
            "continuous": continuous_schedule(lengths, slots),
        },
        f"Twelve requests of 1 to {longest} tokens, {slots} slots",
    )


at_spread(16, 4)

# %%
utils.live(at_spread, longest=(1, 24, 16), slots=(1, 6, 4))

# %% [markdown]
# With equal lengths there is nothing to gain, with one slot neither. Real answers differ far more than these: a yes here, two pages there.
#
# ## 4 · The engine
#
# *How do requests of different ages share one forward pass?* Their texts have different lengths, so the rows are padded, and the model must be told what is padding (`attention_mask`) and where each row's text begins (`position_ids`), as in notebook 01.
#
# **Predict.** The counting model says n + 1 after n, as long as it is not confused by padding. It gets the rows `[3]` and `[5, 6, 7]` in one batch, the short one padded with 0 on the left, and nothing else. Is it right about both rows, about one, about none?

# %%
my_guess = None  # both, the short one, the long one, none?

counting = utils.counting_model(10, eos_token_id=9)
rows = torch.tensor([[0, 0, 3], [5, 6, 7]])
mask = torch.tensor([[0, 0, 1], [1, 1, 1]])
bare = counting(rows).logits[:, -1].argmax(-1)
masked = counting(rows, attention_mask=mask).logits[:, -1].argmax(-1)
places = (mask.cumsum(-1) - 1).clamp(min=0)
both = (
    counting(rows, attention_mask=mask, position_ids=places).logits[:, -1].argmax(-1)
)
print(
    "bare:",
    bare.tolist(),
    "mask:",
    masked.tolist(),
    "mask, positions:",
    both.tolist(),
)

# %% [markdown]
# **Explain.** This toy is strict: only with both is the short row told what it would be told alone (a model with rotary positions, such as SmolLM2, needs the mask above all). To be told the same is the promise of a server: *your answer does not depend on who else is here.*
#
# There are two ways to build the engine. Without caches every step pads all texts and computes everything anew: the shorter way, and the one to begin with. With a cache for each request a step feeds one token per row: more lines (hint 4), and much faster. Both are right answers. The service at the end of the notebook runs with yours.
#
# <div class="card" role="note" aria-label="Exercise ContinuousBatcher">
#
# **Exercise `ContinuousBatcher`** · difficulty 5 of 5 · importance 5 of 5 · 20 minutes · 3 points
#
# `ContinuousBatcher(model, eos_token_id: int, sampler=None)` with `add(request_id: str, prompt_ids: list[int], max_new_tokens: int)`, `remove(request_id: str)`, `step() -> dict[str, int]`
#
# `step` gives every running request its next token: `{request_id: token}`, the very tokens of a loop over its prompt alone.
#
# - Who was added takes part from the next step on, and leaves after its EOS (which is in the result) or after `max_new_tokens` tokens. `remove` takes a request out at once; for an id that does not run it does nothing. An id that has left may be added again, a running one is not. A prompt has at least one token, `max_new_tokens` is at least 1.
# - The next token is the most likely one. With `sampler` it is what `sampler(request_ids, logits)` says: a list of ids and a row of logits for each, FloatTensor[B, V], give LongTensor[B]; each running request is asked for once a step.
# - At most one forward pass for each `step` and one more for each `add`. With nobody running: `{}`, and no pass. Padding on the left or right, caches or none: free. `generate` is what you are building.
#
# Worked example: with `utils.counting_model(10, eos_token_id=9)` add a `[3]` and b `[5, 6, 7]`, 5 tokens each: `step` gives `{"a": 4, "b": 8}`; add c `[1, 2]`; `step` gives `{"a": 5, "b": 9, "c": 3}`; `step` gives `{"a": 6, "c": 4}`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "ContinuousBatcher", "locked": false, "schema_version": 3, "solution": true, "task": false}
class ContinuousBatcher:
    """Requests that join and leave at any step and share its forward pass.

    model: of transformers. sampler: (request_ids, logits[B, V]) -> LongTensor[B].
    """

    def __init__(self, model, eos_token_id, sampler=None):
        ### BEGIN SOLUTION
        self.model, self.eos_token_id = model, eos_token_id
        self.sampler = sampler or (lambda request_ids, logits: logits.argmax(dim=-1))
        self.rows = {}
        ### END SOLUTION

    def add(self, request_id, prompt_ids, max_new_tokens):
        """The request takes part from the next step on."""
        ### BEGIN SOLUTION
        row = {
            "new": list(prompt_ids),
            "past": [],
            "length": 0,
            "left": max_new_tokens,
        }
        self.rows[request_id] = row
        ### END SOLUTION

    def remove(self, request_id):
        """The request is out, if it was in."""
        ### BEGIN SOLUTION
        self.rows.pop(request_id, None)
        ### END SOLUTION

    def step(self):
        """The next token of every running request, by id."""
        ### BEGIN SOLUTION
        # Whoever is new is read in a pass of its own: beside single tokens its
        # prompt would make the others' rows mostly padding.
        passes = [[id] for id, row in self.rows.items() if not row["past"]]
        passes.append([id for id, row in self.rows.items() if row["past"]])
        tokens = {}
        for ids in filter(None, passes):
            logits = self._read([self.rows[id] for id in ids])
            tokens |= zip(ids, self.sampler(ids, logits).tolist())
        for id, token in tokens.items():
            row = self.rows[id]
            row["new"], row["left"] = [token], row["left"] - 1
            if token == self.eos_token_id or row["left"] == 0:
                self.remove(id)
        return tokens
        ### END SOLUTION

    def _read(self, rows):
        """Logits[B, V] behind some rows' new tokens. Want no helper? Delete it."""
        ### BEGIN SOLUTION
        lengths = [row["length"] for row in rows]
        width, new = max(lengths), torch.tensor([row["new"] for row in rows])
        past = transformers.DynamicCache()
        for layer, pairs in enumerate(zip(*(row["past"] for row in rows))):
            padded = [
                [F.pad(x, (0, 0, width - x.shape[2], 0)) for x in p] for p in pairs
            ]
            past.update(*map(torch.cat, zip(*padded)), layer)
        mask = [[0] * (width - n) + [1] * (n + new.shape[1]) for n in lengths]
        places = torch.tensor(lengths)[:, None] + torch.arange(new.shape[1])
        with torch.no_grad():
            out = self.model(
                new, attention_mask=torch.tensor(mask), position_ids=places,
                past_key_values=past, use_cache=True,
            )  # fmt: skip
        for b, (row, n) in enumerate(zip(rows, lengths)):
            mine = slice(b, b + 1), slice(None), slice(width - n, None)
            row["past"] = [(x.keys[mine], x.values[mine]) for x in past.layers]
            row["length"] = n + new.shape[1]
        return out.logits[:, -1]
        ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_ContinuousBatcher", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    passes = []
    counting = utils.counting_model(10, eos_token_id=9)
    counting.register_forward_hook(lambda *_: passes.append(1))
    batcher = ContinuousBatcher(counting, 9)
    assert batcher.step() == {}, "with nobody running a step gives {}"
    batcher.add("a", [3], 5)
    batcher.add("b", [5, 6, 7], 5)
    for joins, want in (
        (None, {"a": 4, "b": 8}),
        ("c", {"a": 5, "b": 9, "c": 3}),
        (None, {"a": 6, "c": 4}),
    ):
        if joins:
            batcher.add(joins, [1, 2], 5)
        got = batcher.step()
        assert got == want, (
            f"got {got}, expected {want}. Is padding masked, do positions begin at "
            "a row's first real token, is the EOS in the result, and then gone?"
        )
    batcher.remove("a")
    batcher.remove("nobody")
    got = [batcher.step() for _ in range(4)]
    assert got == [{"c": 5}, {"c": 6}, {"c": 7}, {}], (
        f"a removed, c with 3 of 5 tokens left: got {got}"
    )
    assert len(passes) <= 6 + 3, (
        f"{len(passes)} forward passes for 6 steps and 3 adds"
    )

    asked, prompt = [], [3, 4]

    def lower(request_ids, logits):
        assert logits.shape == (len(request_ids), 10), (
            "sampler(request_ids, logits) gets a list of ids and logits[B, V]"
        )
        asked.extend(request_ids)
        less = [{"d": 1, "e": 2}[id] for id in request_ids]
        return logits.argmax(dim=-1) - torch.tensor(less)

    batcher = ContinuousBatcher(counting, 9, sampler=lower)
    batcher.add("d", prompt, 3)
    batcher.add("e", [6], 3)
    got = batcher.step()
    assert got == {"d": 4, "e": 5}, (
        f"the sampler said 4 for d and 5 for e, the step gave {got}: "
        "do ids and rows of logits belong together?"
    )
    assert sorted(asked) == ["d", "e"], f"asked for {asked} in a step: each once"
    assert prompt == [3, 4], f"the caller's list of tokens has become {prompt}"


public_check()
print("ContinuousBatcher: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_ContinuousBatcher", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for ContinuousBatcher are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("ContinuousBatcher", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# What has to be remembered of each request between two steps, at the very least?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Without caches: for each id its tokens so far and how many may still come. A step pads all of them on the left to one tensor, makes mask and positions from the lengths, runs the model once, takes the last column, and appends.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `ids = [0] * (width - len(text)) + text`, the mask likewise with 0 and 1, `positions = (mask.cumsum(-1) - 1).clamp(min=0)`; then `logits[:, -1]`. Go over a copy (`list(self.rows.items())`) when requests leave.
# </details>
# <details><summary>Hint 4: only for the way with caches</summary>
#
# Read a new prompt in a pass of its own. `cache.layers[i].keys` and `.values` have the shape [B, heads, T, d]: keep each request's. For a step pad them on the left to the longest, `cat` them, and put them into a new `transformers.DynamicCache()` with `update(keys, values, i)`. The mask covers past and new tokens. Then cut the rows apart again.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Each request owns its cache; a step only lays them side by side, padded on the left, and cuts them apart again. So joining and leaving are a `dict` entry more or less. The price is that keys and values are copied every step, which is what *paged attention* (vLLM, 2023) avoids; its book-keeping is a stretch exercise below. **A common wrong answer** leaves `position_ids` out: rotary positions count distances only, so on SmolLM2 nothing seems wrong, until somebody joins and the padding of the others changes.

# %% [markdown]
# On the real model: three prompts of different lengths, one of which joins late. Beside it what `generate` says to each alone.

# %%
prompts = ["The capital of France is", "Once upon a time", "1, 2, 3, 4, 5,"]
texts = [tokenizer(prompt).input_ids for prompt in prompts]
by_generate = []
for ids in texts:
    out = model.generate(torch.tensor([ids]), max_new_tokens=10, do_sample=False)
    by_generate.append(out[0, len(ids) :].tolist())
    print(tokenizer.decode(out[0]).replace("\n", " "))

# %%
batcher = ContinuousBatcher(model, tokenizer.eos_token_id)
together = {str(i): [] for i in range(3)}
for step in range(14):
    for i, ids in enumerate(texts):
        if step == (0, 0, 4)[i]:
            batcher.add(str(i), ids, 10)
    for id, token in batcher.step().items():
        together[id].append(token)
print("the same ids as alone:", list(together.values()) == by_generate)

# %% [markdown]
# ### A seed of one's own
#
# *Temperature 0.8, seed 7: the client wants the same text tomorrow.* In a batch, that is a promise about the others: who sits beside you must not change your dice.
#
# **Predict.** One generator, seeded with 7, draws for a batch, a number per row. The first row draws the same number, whether one or three rows are there. And the *second* number of that row, a step later?

# %%
my_guess = None  # the same, or not?

for rows in (1, 3):
    shared = torch.Generator().manual_seed(7)
    draws = [torch.rand(rows, generator=shared)[0].item() for _ in range(2)]
    print(f"{rows} rows: the first row draws", [round(u, 3) for u in draws])

# %% [markdown]
# **Explain.** The neighbours have used up numbers, and the second draw is another one. Each request needs a generator of its own.
#
# <div class="card" role="note" aria-label="Exercise sample_per_request">
#
# **Exercise `sample_per_request`** · difficulty 3 of 5 · importance 4 of 5 · 8 minutes · 2 points
#
# `sample_per_request(logits: FloatTensor[B, V], temperatures: list[float], generators: list[torch.Generator]) -> LongTensor[B]`
#
# Row b is drawn from softmax(logits[b] / temperatures[b]) with `generators[b]`, which moves on.
#
# - Temperature 0: the most likely token; take anything below 0.001 for 0 as well, since dividing by 1e-45 overflows. Whether the generator then moves is free. Temperatures may be ints, and differ within a batch. Logits may hold −inf (never drawn; no row is all −inf) and be as large as 1000.
# - The same row, temperature and generator's state give the same token, alone or in any batch. How a row is drawn is free.
#
# Worked example: logits `[[0, 5], [1, 0]]` with temperatures `[0, 0.0]` give `[1, 0]`, whatever the generators.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "sample_per_request", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sample_per_request(logits, temperatures, generators):
    """A token for each row, with its own temperature and generator: LongTensor[B].

    logits: FloatTensor[B, V]. temperatures: 0 for the most likely token.
    """
    ### BEGIN SOLUTION
    chosen = []
    for row, temperature, generator in zip(logits, temperatures, generators):
        if temperature < 1e-3:  # a division by 1e-45 would overflow
            chosen.append(row.argmax())
        else:
            weights = (row / temperature).softmax(dim=-1)
            chosen.append(torch.multinomial(weights, 1, generator=generator)[0])
    return torch.stack(chosen)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_sample_per_request", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    def dice(*seeds):
        return [torch.Generator().manual_seed(seed) for seed in seeds]

    got = sample_per_request(torch.tensor([[0.0, 5], [1, 0]]), [0, 0.0], dice(1, 2))
    assert got.tolist() == [1, 0], (
        f"temperature 0: got {got.tolist()}, expected [1, 0]"
    )
    flat = torch.zeros(3, 1000)
    one = sample_per_request(flat, [1.0, 1, 0.5], dice(1, 2, 3))
    assert one.shape == (3,) and one.dtype == torch.long, (
        f"shape {tuple(one.shape)} of {one.dtype}, expected 3 ids as int64"
    )
    alone = sample_per_request(flat[:1], [1], dice(2))
    assert alone[0] == one[1], (
        "the same row with the same generator drew another token alone than in a "
        "batch: draw each row with its own generator"
    )
    mine = dice(5)
    draws = {sample_per_request(flat[:1], [1], mine).item() for _ in range(3)}
    assert len(draws) > 1, (
        "three draws from one generator are the same: was it reseeded?"
    )
    pair, fifty = torch.tensor([[0.0, 1]]).repeat(50, 1), dice(*range(50))
    cold = sample_per_request(pair, [0.01] * 50, fifty)
    assert cold.tolist() == [1] * 50, (
        "logits 0 and 1 at temperature 0.01: expected token 1 every time"
    )
    hot = sample_per_request(pair, [100] * 50, fifty).tolist()
    assert {*hot} == {0, 1}, f"at temperature 100: expected 0s and 1s, got {hot}"
    far = torch.tensor([[-torch.inf, 1000, 900]])
    got = sample_per_request(far, [1], dice(1)).tolist()
    assert got == [1], f"logits -inf, 1000, 900: got {got}, expected [1]"


public_check()
print("sample_per_request: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_sample_per_request", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for sample_per_request are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("sample_per_request", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Is there any way in which the rows have something in common?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# A loop over the rows: greedy where the temperature is (nearly) 0, else a softmax and one draw.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `torch.multinomial(probs, 1, generator=generator)` draws one; `torch.stack` makes a batch of the tokens.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Nothing of a row's draw passes through anything that the rows share. **A common wrong answer** draws `torch.rand(B, generator=generators[0])`: right for a batch of one. The batch changes the last digits of the logits, too: in fp32 a draw hardly ever falls on the other side of a border for that; in bfloat16, with two digits left, it does, which is why the service runs in fp32.

# %% [markdown]
# ## 5 · On the way out
#
# ### Up to the stop string
#
# `stop=["\n\nUser:"]`: the text ends in front of it. But it comes in pieces of one token, and what was sent cannot be called back.
#
# **Predict.** With the stop string `"User:"`, the pieces `"Us"`, `"e"` and `"ful"` arrive. After which of them may something be sent?

# %%
my_guess = None  # which?

so_far = ""
for piece in ("Us", "e", "ful"):
    so_far += piece
    print(f"{so_far!r} may begin 'User:':", "User:".startswith(so_far))

# %% [markdown]
# **Explain.** `"Us"` has to wait, it may begin `"User:"`. With `"e"` behind it it still may; after `"ful"` all of it can go. What waits is the *longest end of the text that is a beginning of a stop string*, no more: `StreamGuard` in notebook 05 held a fixed number of characters, here the reader waits only when there is a reason.
#
# <div class="card" role="note" aria-label="Exercise StopStrings">
#
# **Exercise `StopStrings`** · difficulty 4 of 5 · importance 4 of 5 · 12 minutes · 3 points
#
# `StopStrings(stop: list[str])` with `push(text: str) -> str`, `flush() -> str` and the attribute `stopped: bool`
#
# `push` takes the next piece of text and gives what may be sent now, `flush` what was held back when the text has ended.
#
# - However the text is cut into pieces, what comes out is the text in front of the stop string that begins first, or all of it where there is none.
# - Held back is exactly the longest end of the text that is the beginning of a stop string. Once one is complete, `stopped` is True, and `push` and `flush` give `""`.
# - No stop string is empty or lies in the middle of another; it may be another's beginning or end (`["b", "ab"]`: the `ab` in `"ab"` begins first). The list may be empty. After `flush` nothing is called.
#
# Worked example: with `["END"]`, `push` of `"one E"` gives `"one "`; of `"N"` `""`; of `"TER E"` `"ENTER "`; of `"ND."` `""`, and `stopped` is True.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "StopStrings", "locked": false, "schema_version": 3, "solution": true, "task": false}
class StopStrings:
    """A stream of text up to the first stop string. `stopped`: it was there."""

    def __init__(self, stop):
        ### BEGIN SOLUTION
        self.stop, self.held, self.stopped = list(stop), "", False
        ### END SOLUTION

    def push(self, text):
        """What may be sent now, after this piece."""
        ### BEGIN SOLUTION
        if self.stopped:
            return ""
        self.held += text
        found = [self.held.find(word) for word in self.stop if word in self.held]
        heads = {word[:n] for word in self.stop for n in range(1, len(word))}
        waits = max((len(h) for h in heads if self.held.endswith(h)), default=0)
        self.stopped = bool(found)
        end = min(found) if found else len(self.held) - waits
        sent, self.held = self.held[:end], self.held[end:]
        return sent
        ### END SOLUTION

    def flush(self):
        """What was held back, now that the text has ended."""
        ### BEGIN SOLUTION
        return "" if self.stopped else self.held
        ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_StopStrings", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    for text, stop, want in (
        ("one ENTER END. more", ["END"], "one ENTER "),
        ("aaab", ["aab"], "a"),
        ("ab", ["b", "ab"], ""),
        ("nothing E", ["END"], "nothing E"),
        ("a.c", ["abc", "a+"], "a.c"),
        ("plain", [], "plain"),
    ):
        for size in (1, 2, 3, 99):
            words = StopStrings(stop)
            pieces = [text[i : i + size] for i in range(0, len(text), size)]
            got = [words.push(piece) for piece in pieces] + [words.flush()]
            assert "".join(got) == want, (
                f"{text!r} in pieces of {size}, stop {stop}: got {got}, expected "
                f"{want!r} when joined"
            )
            assert words.stopped == any(word in text for word in stop), (
                f"{text!r}, stop {stop}: stopped is {words.stopped}"
            )
    words = StopStrings(["END"])
    got = [words.push(piece) for piece in ("one E", "N", "TER E", "ND.")]
    assert got == ["one ", "", "ENTER ", ""], (
        f"got {got}: what waits is the longest end that may begin a stop string"
    )


public_check()
print("StopStrings: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_StopStrings", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# The marks for StopStrings are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("StopStrings", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# When may a character be sent? When can it no longer be part of a stop string?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Keep what was not sent. After each piece: is a stop string complete in it? Then send what is in front and remember that it is over. If not, look for the longest end that is the beginning of any stop string, and send the rest.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `self.held.endswith(word[:n])` for every word and every n from 1 to `len(word) - 1`; the largest such n waits. Of several complete ones the smallest `find` counts.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** What is held back is looked at anew with every piece, so a mismatch never loses a beginning that overlaps it. **A common wrong answer** walks along with a counter of matched characters and sets it to 0 at a mismatch: `aab` is then missed in `aaab`.

# %% [markdown]
# ### As the client reads it
#
# The `openai` client speaks HTTP. A streamed answer is a response that stays open and sends **server-sent events**: a line `data: ` and JSON, an empty line, and so on; at last `data: [DONE]`.
#
# **Predict.** Two chunks hold the texts `"a\n\nb"` and `""`. How many empty lines do these two events hold?

# %%
my_guess = None  # how many?

for text in ("a\n\nb", ""):
    print("as JSON:", json.dumps({"text": text}), " as Python:", str({"text": text}))

# %% [markdown]
# **Explain.** Two, one behind each event: in JSON a line end inside a string is written as `\n`, so that it cannot end the event.
#
# First the dict, then the event. One difference: here the usage rides on the last chunk, OpenAI sends it in one more chunk, without choices, so a client looks whether there are any.
#
# <div class="card" role="note" aria-label="Exercise completion_chunk">
#
# **Exercise `completion_chunk`** · difficulty 1 of 5 · importance 3 of 5 · 5 minutes · 2 points
#
# `completion_chunk(request_id: str, model: str, created: int, text: str, finish_reason: str | None = None, usage: tuple[int, int] | None = None) -> dict`
#
# One chunk of a streamed `/v1/completions` answer: `id`, `object` (`"text_completion"`), `created`, `model`, and `choices`, a list of one dict with `index` 0, `text` and `finish_reason`.
#
# - `finish_reason` is always there: None while the text goes on, `"stop"` or `"length"` on the last chunk.
# - With `usage` (prompt tokens, completion tokens) there is `usage`: `{"prompt_tokens", "completion_tokens", "total_tokens"}`. Without it there is no such key (or None).
#
# Worked example: `completion_chunk("cmpl-1", "smol", 1700000000, " Paris", finish_reason="stop", usage=(7, 2))` gives `{"id": "cmpl-1", "object": "text_completion", "created": 1700000000, "model": "smol", "choices": [{"index": 0, "text": " Paris", "finish_reason": "stop"}], "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}}`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "completion_chunk", "locked": false, "schema_version": 3, "solution": true, "task": false}
def completion_chunk(
    request_id, model, created, text, finish_reason=None, usage=None
):
    """One chunk of a streamed completion, as the OpenAI API has it: a dict.

    created: Unix time, seconds. usage: (prompt tokens, completion tokens), or None.
    """
    ### BEGIN SOLUTION
    choice = {"index": 0, "text": text, "finish_reason": finish_reason}
    chunk = {"id": request_id, "object": "text_completion", "created": created}
    chunk |= {"model": model, "choices": [choice]}
    if usage is not None:
        names = ("prompt_tokens", "completion_tokens", "total_tokens")
        chunk["usage"] = dict(zip(names, (*usage, sum(usage))))
    return chunk
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_completion_chunk", "locked": true, "schema_version": 3, "solution": false, "task": false}
got = completion_chunk(
    "cmpl-1", "smol", 1700000000, " Paris", finish_reason="stop", usage=(7, 2)
)
want = {
    "id": "cmpl-1",
    "object": "text_completion",
    "created": 1700000000,
    "model": "smol",
    "choices": [{"index": 0, "text": " Paris", "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9},
}
for choice in got.get("choices", []):
    choice.pop("logprobs", None)  # the API has it too: None
for key, value in want.items():
    assert got.get(key) == value, f"{key}: got {got.get(key)!r}, expected {value!r}"
got = completion_chunk("cmpl-1", "smol", 1700000000, "a")
assert got["choices"][0].get("finish_reason", "missing") is None, (
    "while the text goes on finish_reason is there, and None: "
    f"got {got['choices'][0]}"
)
assert got.get("usage") is None, "a usage, though none was given"
got = completion_chunk("c", "m", 1, "", finish_reason="length", usage=(0, 0)).get(
    "usage"
)
assert got and got["total_tokens"] == 0, f"a usage of zeros is one: got {got}"
print("completion_chunk: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_completion_chunk", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for completion_chunk are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("completion_chunk", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which of the keys belong to the answer, and which to the choice?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Build the dict; add `usage` only where it is not None (a tuple of zeros is not None).
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `{"index": 0, "text": text, "finish_reason": finish_reason}` is the choice.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** It is a form that is filled in; all that can go wrong is asking for truth where None is meant. **A common wrong answer** writes `"stop"` on every chunk: a client stops reading at the first.

# %% [markdown]
# And the event around it:
#
# <div class="card" role="note" aria-label="Exercise sse_event">
#
# **Exercise `sse_event`** · difficulty 1 of 5 · importance 3 of 5 · 4 minutes · 2 points
#
# `sse_event(chunk: dict | None) -> str`
#
# One server-sent event: `data: `, the chunk as JSON on one line, and an empty line behind it. None is the end of the stream: `data: [DONE]`.
#
# - All of the chunk comes out as it is, line ends, quotes and emoji in its texts included (U+2028 is no line end here, raw or escaped); an empty dict is a chunk.
#
# Worked example: `sse_event({"text": "Hi"})` gives `'data: {"text": "Hi"}\n\n'`, and `sse_event(None)` gives `'data: [DONE]\n\n'`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "sse_event", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sse_event(chunk):
    """A chunk as a server-sent event; None ends the stream. dict | None -> str."""
    ### BEGIN SOLUTION
    data = "[DONE]" if chunk is None else json.dumps(chunk)
    return f"data: {data}\n\n"
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_sse_event", "locked": true, "schema_version": 3, "solution": false, "task": false}
for chunk in ({"text": "Hi"}, {"text": "a\n\nb 'c' \u2028 é", "end": None}, {}):
    got = sse_event(chunk)
    lines = got.replace("\r\n", "\n").split("\n")
    data = [line.removeprefix("data:") for line in lines[:-2]]
    assert lines[-2:] == ["", ""] and all(
        x.startswith("data:") for x in lines[:-2]
    ), f"got {got!r}: every line begins with data:, and an empty one ends the event"
    back = json.loads("\n".join(data))
    assert back == chunk, f"{chunk} came back as {back}"
end = sse_event(None)
assert end.replace(" ", "").strip() == "data:[DONE]", f"the end: got {end!r}"
print("sse_event: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_sse_event", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for sse_event are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("sse_event", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which function of the standard library writes a dict so that every language can read it?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# `json.dumps` writes one line, whatever is in the texts.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `f"data: {data}\n\n"`, where the data is `[DONE]` (no quotes) for None.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** JSON escapes what would end a line. **A common wrong answer** sends `str(chunk)`: single quotes and `None`, which no client reads.

# %% [markdown]
# ## 6 · What waiting is made of
#
# *"The service makes 60 tokens a second." Is that good?* For whom? Those who wait see three things: how long nothing happens (**time to first token**, TTFT), how fast it then flows (**time per output token**, TPOT), and, seldom, that it takes much longer than usual, which an average hides. So one gives the median and the 95th percentile: p50 and p95.
#
# **Predict.** Eighteen requests wait 0.1 s, two wait 10 s. Mean, p50, p95?

# %%
my_guess = None  # three numbers

waits = [0.1] * 18 + [10.0] * 2
print(
    f"mean {np.mean(waits):.2f}",
    *(f"p{p} {np.percentile(waits, p):.2f}" for p in (50, 95)),
)

# %% [markdown]
# **Explain.** The mean is nobody's experience. The median is most people's, and p95 begins to show the tail.
#
# <div class="card" role="note" aria-label="Exercise latency_summary">
#
# **Exercise `latency_summary`** · difficulty 2 of 5 · importance 4 of 5 · 8 minutes · 2 points
#
# `latency_summary(records: list[dict]) -> dict`
#
# A record is `{"arrival": float, "token_times": list[float]}`: when a request came and when each of its tokens was sent, in seconds on one clock, rising. The result has `ttft_p50`, `ttft_p95`, `tpot_p50`, `tpot_p95` and `tokens_per_s`.
#
# - Time to first token: first token − arrival. Time per output token: (last − first) / (tokens − 1). p50 and p95 over the requests, interpolated as `numpy.percentile` does.
# - `tokens_per_s`: all tokens / (last token of all − first arrival of all).
# - A request of one token has no time per output token. One without tokens (cancelled) counts in neither latency, but its arrival counts in `tokens_per_s`. Records come in any order; at least one has two tokens.
#
# Worked example: arrivals 0 and 1, tokens at `[1, 2, 3]` and `[4, 4.5]` give ttft 1 and 3, tpot 1 and 0.5: `ttft_p50` 2, `ttft_p95` 2.9, `tpot_p50` 0.75, `tpot_p95` 0.975, `tokens_per_s` 5 / 4.5.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "latency_summary", "locked": false, "schema_version": 3, "solution": true, "task": false}
def latency_summary(records):
    """Waiting times, in seconds, and throughput of a run: dict of five floats.

    records: {"arrival", "token_times"} of each request.
    """
    ### BEGIN SOLUTION
    times = [record["token_times"] for record in records]
    ttft = [r["token_times"][0] - r["arrival"] for r in records if r["token_times"]]
    tpot = [(t[-1] - t[0]) / (len(t) - 1) for t in times if len(t) > 1]
    begin = min(record["arrival"] for record in records)
    end = max(t[-1] for t in times if t)
    summary = {"tokens_per_s": sum(map(len, times)) / (end - begin)}
    for name, values in (("ttft", ttft), ("tpot", tpot)):
        for p in (50, 95):
            summary[f"{name}_p{p}"] = float(np.percentile(values, p))
    return summary
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_latency_summary", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    records = [
        {"arrival": 0.0, "token_times": [1.0, 2.0, 3.0]},
        {"arrival": 1.0, "token_times": [4.0, 4.5]},
    ]
    want = {
        "ttft_p50": 2,
        "ttft_p95": 2.9,
        "tpot_p50": 0.75,
        "tpot_p95": 0.975,
        "tokens_per_s": 5 / 4.5,
    }
    for run in (records, records[::-1]):
        got = latency_summary(run)
        for name, value in want.items():
            assert name in got, f"{name} is missing"
            assert abs(got[name] - value) < 1e-6, (
                f"{name}: got {got[name]}, expected {value}"
            )
    cancelled = {"arrival": -1.5, "token_times": []}
    got = latency_summary(
        [*records, cancelled, {"arrival": 2, "token_times": [3.0]}]
    )
    assert abs(got["tokens_per_s"] - 1) < 1e-6, (
        f"6 tokens from −1.5 s to 4.5 s: got {got['tokens_per_s']}. Does the "
        "arrival of a cancelled request count?"
    )
    assert abs(got["tpot_p50"] - 0.75) < 1e-6, (
        "one token has no time per output token"
    )
    assert abs(got["ttft_p50"] - 1) < 1e-6, "a cancelled request has no first token"


public_check()
print("latency_summary: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_latency_summary", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The marks for latency_summary are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("latency_summary", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Which requests have a time to first token, and which a time per output token?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Three lists: arrivals, times to first token of those that have any, times per output token of those that have two. Then `np.percentile`.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `(t[-1] - t[0]) / (len(t) - 1)` for a request's times `t`; the whole run lasts from `min` of the arrivals to `max` of the last tokens.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** Percentiles are over *requests*, since a request is what somebody waited for. **A common wrong answer** pools the gaps of all requests: those with long answers then drown the others.

# %% [markdown]
# Your two schedules of section 3, if all twelve requests arrive at once and a step takes 50 ms:


# %%
def of_schedule(table, count, step_seconds=0.05):
    records = [{"arrival": 0.0, "token_times": []} for _ in range(count)]
    for step, row in enumerate(table, 1):
        for request in row:
            if request is not None:
                records[request]["token_times"].append(step * step_seconds)
    return records


draws = random.Random(8)
sizes = [draws.randint(1, 16) for _ in range(12)]
for name, schedule in (
    ("static", static_schedule),
    ("continuous", continuous_schedule),
):
    figures = latency_summary(of_schedule(schedule(sizes, 4), 12))
    print(f"{name:>10}:", ", ".join(f"{key} {x:.2f}" for key, x in figures.items()))

# %% [markdown]
# Continuous batching makes more tokens a second *and* lets people wait less; counted in steps there is no trade-off. (What it costs is the engine of section 4.)
#
# ## 7 · The service
#
# Now all parts go into a server. `utils.serve` is the plumbing around them: sockets, threads, routes, OpenAI's error objects; nothing in it decides what you decided above. It gives the slots out: while the batcher holds fewer than `num_slots` requests, it adds the next of your queue (with static batching only once all have left). It makes text of tokens, too, and waits where a character is only half there; a chat's messages become a prompt by the model's template, and your chunks take a chat's form. It listens on a free port of your own machine, and stops when the `with` block ends. Before it opens it sends one request through all of your parts, so that a stub speaks up here. Left alone, the client tries again by itself after a 429; `max_retries=0` lets you see each one.

# %%
import openai

NAME = "smollm2-135m"
parts = utils.ServiceParts(
    parse_completion_request=parse_completion_request,
    RequestQueue=RequestQueue,
    ContinuousBatcher=ContinuousBatcher,
    sample_per_request=sample_per_request,
    StopStrings=StopStrings,
    completion_chunk=completion_chunk,
    sse_event=sse_event,
)


def running(**options):
    return utils.serve(model, tokenizer, NAME, parts, **options)


def client_of(service):
    return openai.OpenAI(base_url=service.url, api_key="unused", max_retries=0)


with running() as service:
    client = client_of(service)
    print([card.id for card in client.models.list()])
    answer = client.completions.create(
        model=NAME, prompt="The capital of France is", max_tokens=8, temperature=0
    )
print(answer.choices[0], answer.usage, sep="\n")

# %% [markdown]
# That was the real `openai` client, and it took your server for what it says it is. Streaming, and as a chat:

# %%
with running() as service:
    stream = client_of(service).chat.completions.create(
        model=NAME,
        messages=[{"role": "user", "content": "Name three colours."}],
        max_tokens=40,
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
    )
    pieces = [
        (chunk.choices[0].delta.content, chunk.choices[0].finish_reason, chunk.usage)
        for chunk in stream
        if chunk.choices
    ]
print("|".join(text for text, _, _ in pieces if text))
print(pieces[-1][1:])

# %% [markdown]
# ### Two promises
#
# **Predict.** The same request with seed 7 and temperature 0.8, once alone and once among seven others: the same text? And a stop string that no single token holds: is it found?

# %%
my_guess = None  # the same? found?


def ask(client, prompt, results=None, **options):
    options = {"max_tokens": 24, "temperature": 0.8, "seed": 7} | options
    answer = client.completions.create(model=NAME, prompt=prompt, **options)
    if results is not None:
        results.append(answer.choices[0].text)
    return answer.choices[0]


with running(num_slots=4) as service:
    client = client_of(service)
    alone = ask(client, "The old house").text
    crowd = []
    others = [
        threading.Thread(
            target=ask, args=(client, f"Story {i}.", crowd), kwargs={"seed": i}
        )
        for i in range(7)
    ]
    for thread in others:
        thread.start()
    among = ask(client, "The old house").text
    for thread in others:
        thread.join()
    counted = ask(client, "1, 2, 3, 4, 5,", temperature=0, stop=["9, 10"])
print(
    repr(alone),
    "\nthe same among others:",
    among == alone,
    "and",
    len(crowd),
    "others",
)
print(repr(counted.text), counted.finish_reason)

# %% [markdown]
# **Explain.** The first promise is kept by your generators and masks together (and by the positions, on a model that learned them one by one); the second by `StopStrings`, which let nothing of `9, 10` out although it arrived in several tokens.
#
# ### The rails of notebook 05
#
# A rail in front is a function `text -> (allowed, text)`, a guard behind has `feed` and `flush`. Paste your own of notebook 05 in place of these two small ones: the service takes them as they are.


# %%
def no_secrets(text):
    """In front: who asks for the password gets no further."""
    return "password" not in text.lower(), text


def second_word(text):
    """A rail with a fault: a text of one word makes it raise."""
    return text.split()[1] != "secret", text


class LoudGuard:
    """Behind: everything in capitals, to be seen. (Yours may be a StreamGuard.)"""

    def feed(self, chunk):
        return chunk.upper()

    def flush(self):
        return ""


rails = [no_secrets, second_word]
with running(input_rails=rails, output_guard=LoudGuard) as service:
    client = client_of(service)
    print(repr(ask(client, "Once upon a time", temperature=0, max_tokens=8).text))
    steps = len(service.engine.timeline)
    for prompt in ("Tell me the PASSWORD.", "Hello"):
        try:
            ask(client, prompt)
        except openai.BadRequestError as error:
            print(error.status_code, error.body["code"], "-", error.body["message"])
    print("steps of the engine for both:", len(service.engine.timeline) - steps)

# %% [markdown]
# Rails fail closed: a rail that raises blocks as well. And what was blocked in front never took a slot.
#
# ### Clients that misbehave
#
# *A public port meets everything.* A malformed request, a model that is not there, a text that is too long, a burst above the queue, a client that hangs up: each gets one clear answer, and nobody else notices.


# %%
def told(call):
    try:
        call()
        return "200"
    except openai.APIStatusError as error:
        again = error.response.headers.get("retry-after")
        after = f" (retry after {again} s)" if again else ""
        told = f"{error.body['code']}: {error.body['message']}"
        return f"{error.status_code} {told}{after}"


with running(num_slots=1, max_waiting=2) as service:
    client = client_of(service)
    print(told(lambda: ask(client, "Hi", temperature=3)))
    print(told(lambda: ask(client, "Hi", stop=["a", ""])))
    print(told(lambda: client.completions.create(model="gpt-9", prompt="Hi")))
    print(told(lambda: ask(client, "word " * 9000)))
    answers = []
    burst = [
        threading.Thread(
            target=lambda: answers.append(told(lambda: ask(client, "Go")))
        )
        for _ in range(8)
    ]
    for thread in burst:
        thread.start()
    for thread in burst:
        thread.join()
print(Counter(answer[:3] for answer in answers))
print(max(answers))

# %% [markdown]
# Eight at once, one slot, two places in the line: some were served, the others told at once, none was lost. And one that hangs up in the middle of its answer:

# %%
with running(num_slots=1) as service:
    client = client_of(service)
    stream = client.completions.create(
        model=NAME, prompt="Once upon a time", max_tokens=400, stream=True
    )
    first = next(iter(stream)).choices[0].text
    stream.close()  # 399 tokens that nobody will read
    tick = time.perf_counter()
    ask(client, "The next one", max_tokens=2)
    waited = time.perf_counter() - tick
    steps = len(service.engine.timeline)
print(f"the next one was served after {waited:.2f} s; {steps} steps in all")

# %% [markdown]
# ### Static against continuous, measured
#
# The same sixteen requests of different lengths arrive at once, four slots, one engine. The only difference is *when* a free slot is filled. A record is kept at the client's end, and counts chunks: for these plain texts, without stop strings, a chunk is a token. `max_tokens` is the most; an answer may end earlier. It takes some minutes.
#
# **Predict.** From the picture in section 3: how many times as many tokens a second does continuous batching make? And where will it show more, in TTFT or in TPOT?

# %%
my_guess = None  # times; TTFT or TPOT?

numbers = random.Random(3)
orders = [(f"Chapter {i}.", numbers.choice([4, 6, 8, 12, 40])) for i in range(16)]


def load(service):
    """All orders at once, each from a thread of its own: records."""
    client, records = client_of(service), []
    begin = time.perf_counter()

    def order(prompt, count):
        record = {"arrival": time.perf_counter() - begin, "token_times": []}
        records.append(record)
        stream = client.completions.create(
            model=NAME, prompt=prompt, max_tokens=count, temperature=0, stream=True
        )
        for chunk in stream:
            record["token_times"].append(time.perf_counter() - begin)

    threads = [threading.Thread(target=order, args=one) for one in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return records


runs, timelines = {"static": [], "continuous": []}, {}
for name in ("static", "continuous") * 2:  # in turn: neither has the quieter machine
    with running(
        num_slots=4, max_waiting=16, continuous=name == "continuous"
    ) as service:
        runs[name].append(latency_summary(load(service)))
        timelines[name] = list(service.engine.timeline)

for name, summaries in runs.items():
    mean = {key: np.mean([s[key] for s in summaries]) for key in summaries[0]}
    print(
        f"{name:>10}:",
        ", ".join(f"{key} {x:.2f}" for key, x in sorted(mean.items())),
    )

# %%
if not timelines:
    raise NotImplementedError("exercise ContinuousBatcher: the service did not run")
utils.slot_timelines(timelines, "What the engine did: sixteen requests, four slots")

# %% [markdown]
# **Explain.** The picture is no simulation any more: it is your engine's own log. (Requests are numbered as they arrived, so number 6 above need not be number 6 below.) Steps are saved as foreseen, and TTFT falls with them, because the line moves faster. TPOT does not, it rather rises: whoever shares each step with three others, and now and then with the prompt of one who joins, waits a little longer for every token. Trust the count of steps; tokens a second depend on your engine. With caches the gain is smaller than that in steps, because a lonely row's steps are cheap and every request that joins costs a pass for its prompt. Without caches a step costs more the more rows there are and the longer the longest, and there may be no gain at all. On a GPU, where a step costs nearly the same with one row as with four, tokens follow steps much more closely.
#
# ## Stretch
#
# Bonus points, and nothing later needs them.
#
# ### Blocks in place of rows
#
# Copying caches at every step is slow, and a cache that is reserved for the longest possible answer is mostly empty. *Paged attention* cuts the memory into blocks of, say, 16 tokens, and gives each request a **block table**. Requests with the same beginning (a system prompt!) share its blocks.
#
# **Predict.** 100 chats with the same 320-token system prompt and 40 tokens of their own, blocks of 16. How many blocks with sharing, and how many without?

# %%
my_guess = None  # with, without

whole = -(-360 // 16)
print("without:", 100 * whole, " with:", 320 // 16 + 100 * (whole - 320 // 16))

# %% [markdown]
# **Explain.** Only *full* blocks can be shared: into the last one each request goes on writing its own. And a block is the same only if everything *before* it is, too, since its keys and values depend on that.
#
# <div class="card" role="note" aria-label="Exercise BlockAllocator">
#
# **Exercise `BlockAllocator`** · difficulty 4 of 5 · importance 3 of 5 · 12 minutes · 2 bonus points
#
# `BlockAllocator(num_blocks: int, block_size: int)` with `allocate(token_ids: list[int]) -> list[int] | None`, `free(block_table: list[int])` and the attribute `num_free: int`
#
# Blocks are numbered 0 to `num_blocks` − 1; block j of a table holds tokens j · block_size to (j + 1) · block_size − 1.
#
# - A full block is shared with an earlier table that is not freed yet, if all tokens from the beginning to the block's end are the same. All other blocks are new, and held by nobody else.
# - Too few free blocks: None, and nothing changes. What is shared need not be free.
# - A block is free again when the last table that holds it is freed (each table is freed once), and then shared no more. Which free block is taken is free.
#
# Worked example: with `BlockAllocator(4, 2)`, `allocate([5, 6, 7])` gives two blocks; `allocate([5, 6, 8])` the same first block and a new one; `num_free` is 1; after freeing the first table it is 2.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "BlockAllocator", "locked": false, "schema_version": 3, "solution": true, "task": false}
class BlockAllocator:
    """Who holds which block of a paged KV cache."""

    def __init__(self, num_blocks, block_size):
        ### BEGIN SOLUTION
        self.block_size = block_size
        self.unused = list(range(num_blocks))
        self.holders = Counter()  # block -> how many tables hold it
        self.block_of = {}  # all tokens up to the end of a full block -> the block
        ### END SOLUTION

    @property
    def num_free(self):
        """How many blocks nobody holds."""
        ### BEGIN SOLUTION
        return len(self.unused)
        ### END SOLUTION

    def allocate(self, token_ids):
        """A block table, or None where there are too few free blocks."""
        ### BEGIN SOLUTION
        size = self.block_size
        heads = [
            tuple(token_ids[: i + size]) for i in range(0, len(token_ids), size)
        ]
        table = [self.block_of.get(head) for head in heads]
        if table.count(None) > self.num_free:
            return None
        for j, head in enumerate(heads):
            if table[j] is None:
                table[j] = self.unused.pop()
                if len(head) == (j + 1) * size:
                    self.block_of[head] = table[j]
        self.holders.update(table)
        return table
        ### END SOLUTION

    def free(self, block_table):
        """This table is not needed any more."""
        ### BEGIN SOLUTION
        self.holders.subtract(block_table)
        gone = {block for block in block_table if self.holders[block] == 0}
        self.unused.extend(gone)
        kept = self.block_of.items()
        self.block_of = {head: block for head, block in kept if block not in gone}
        ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_BlockAllocator", "locked": true, "schema_version": 3, "solution": false, "task": false}
def public_check():
    blocks = BlockAllocator(4, 2)
    one, two = blocks.allocate([5, 6, 7]), blocks.allocate([5, 6, 8])
    assert len(one) == 2 and len(two) == 2, f"3 tokens, size 2: got {one} and {two}"
    assert one[0] == two[0], "the full block [5, 6] at the beginning is shared"
    assert one[1] != two[1], "a block that is not full is nobody else's"
    assert blocks.num_free == 1, f"num_free is {blocks.num_free}, expected 1"
    assert blocks.allocate([1, 2, 3]) is None and blocks.num_free == 1, (
        "two blocks are needed, one is free: None, and nothing is taken"
    )
    blocks.free(one)
    assert blocks.num_free == 2, "the shared block is still held by the second table"
    other = blocks.allocate([9, 9, 5, 6])
    assert two[0] not in other, (
        "the same tokens behind another beginning: not shared"
    )
    blocks = BlockAllocator(3, 2)
    one, two = blocks.allocate([5, 6, 7]), blocks.allocate([5, 6, 7])
    assert one[0] == two[0] and one[1] != two[1], (
        f"[5, 6, 7] twice: got {one} and {two}: only the full block is shared"
    )
    three = blocks.allocate([5, 6])
    assert three == one[:1], (
        f"[5, 6] is all shared and needs no free block: got {three}, not {one[:1]}"
    )
    for table in (one, two, three):
        blocks.free(table)
    assert blocks.num_free == 3, f"all is freed, num_free is {blocks.num_free}"
    blocks.allocate([5, 6])
    assert blocks.num_free == 2, "what was freed is shared no more: it takes a block"


public_check()
print("BlockAllocator: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_BlockAllocator", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for BlockAllocator are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("BlockAllocator", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# By what would you recognise a block that may be shared?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# A dict from *all* tokens up to the end of a full block to the block, and a count of holders for each block.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# Look all of the table's blocks up first, then count how many are missing, and only then take any. `collections.Counter` has `update` and `subtract`.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** The key is the whole beginning, so equal blocks behind different beginnings have different keys. vLLM hashes block by block with the hash of the one before, which says the same in constant size. **A common wrong answer** keeps the keys of freed blocks: the next owner's tokens are then somebody else's prefix.

# %% [markdown]
# ### A budget of tokens
#
# A long prompt that joins makes everybody's next token late: its pass computes a thousand positions while the others need one each. So a step gets a budget of tokens, and a prompt is computed in pieces (*chunked prefill*: prefill is the pass over a prompt; Sarathi, 2023).
#
# **Predict.** 4 requests run, the budget is 16 tokens, prompts of 5, 3, 8 and 2 tokens wait. What does each get?
#
# **Explain.** Those who run come first, one token each; 12 are left: 5, 3, and 4 of the 8. The last one waits, though it would be small: no overtaking.
#
# <div class="card" role="note" aria-label="Exercise prefill_chunks">
#
# **Exercise `prefill_chunks`** · difficulty 2 of 5 · importance 2 of 5 · 6 minutes · 2 bonus points
#
# `prefill_chunks(waiting: list[int], num_running: int, max_batch_tokens: int) -> list[int]`
#
# How many tokens of each waiting prompt are computed in this step. `waiting[i]` ≥ 1 tokens are still to be computed for request i; each of the `num_running` ≤ `max_batch_tokens` running requests takes one token first.
#
# - In order: each gets all it needs as long as there is enough, the first for whom there is not gets the rest, those behind it 0. One number for each entry of `waiting`.
#
# Worked example: `prefill_chunks([5, 3, 8, 2], 4, 16)` gives `[5, 3, 4, 0]`.
#
# </div>


# %% nbgrader={"grade": false, "grade_id": "prefill_chunks", "locked": false, "schema_version": 3, "solution": true, "task": false}
def prefill_chunks(waiting, num_running, max_batch_tokens):
    """Tokens of each waiting prompt that this step computes: list[int]."""
    ### BEGIN SOLUTION
    room, chunks = max_batch_tokens - num_running, []
    for need in waiting:
        chunks.append(min(need, room))
        room -= chunks[-1]
    return chunks
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "try_prefill_chunks", "locked": true, "schema_version": 3, "solution": false, "task": false}
for waiting, count, budget, want in (
    ([5, 3, 8, 2], 4, 16, [5, 3, 4, 0]),
    ([7, 2], 0, 12, [7, 2]),
    ([9, 1], 8, 8, [0, 0]),
    ([], 3, 8, []),
):
    got = prefill_chunks(waiting, count, budget)
    assert list(got or []) == want, (
        f"{waiting} wait, {count} run, budget {budget}: got {got}, expected {want}. "
        "Those who run first, then the prompts in order."
    )
print("prefill_chunks: public checks passed")

# %% nbgrader={"grade": true, "grade_id": "test_prefill_chunks", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# The marks for prefill_chunks are given here.
### BEGIN HIDDEN TESTS
from autograde import mark

mark("prefill_chunks", globals())
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# How many tokens are left for the prompts?
# </details>
# <details><summary>Hint 2: the approach</summary>
#
# Go along the list with what is left, and give each `min` of what it needs and what there is.
# </details>
# <details><summary>Hint 3: nearly code</summary>
#
# `room -= chunks[-1]` after each; at 0 everybody behind gets 0 by itself.
# </details>

# %% [markdown]
# <!-- solution notebook only -->
# **Why it works.** `min` does the cut and the zeros behind it. **A common wrong answer** lets the small ones behind a cut prompt pass: under load a long prompt then never gets in.

# %% [markdown]
# ## Check yourself
#
# Choose first, then open the option.
#
# ### 1 · Ten requests of exactly 50 tokens each arrive together. What does continuous batching gain over static batching?
#
# <details><summary>About half of the time</summary>Where would it come from? All slots become free at the same step.</details>
# <details><summary>Next to nothing</summary>Yes. The gain comes from lengths that differ (and from arrivals that do).</details>
# <details><summary>It makes them slower</summary>No: with equal lengths both tables are the same.</details>
#
# ### 2 · Your batcher computes everything anew in each step, pads on the left, and passes the mask but no positions. What do you see on SmolLM2?
#
# <details><summary>Nonsense for the short rows</summary>With GPT-2, whose positions are learned one by one, the text would suffer. SmolLM2 has rotary ones.</details>
# <details><summary>An exception</summary>Nothing is wrong with the shapes.</details>
# <details><summary>Nothing at all</summary>Yes, and that is the trap: rotary positions count distances, and all of a row are off by the same number. The mistake waits for another model, or for a cache whose padding changes.</details>
#
# ### 3 · A client gets 429 with `Retry-After: 1`. What has happened to its request?
#
# <details><summary>It waits in the line</summary>No: the line was full.</details>
# <details><summary>It was begun and thrown away</summary>It never got that far.</details>
# <details><summary>Nothing</summary>Yes, and that is the point: it was told at once, and may come again.</details>
#
# ### 4 · The stop strings are `"\n\n"` and `"END"`. The text so far ends in `"\nE"`. What is held back?
#
# <details><summary>`"\nE"`</summary>No: `"\nE"` begins neither; the line end may go.</details>
# <details><summary>`"E"`</summary>Yes: the longest end that begins a stop string.</details>
# <details><summary>Two characters, the longest stop string less one</summary>That is safe, always, but the reader waits without need.</details>
#
# ### 5 · p50 of TTFT is 0.2 s, p95 is 9 s. What do you look at first?
#
# <details><summary>The line: some wait for a slot</summary>Yes. Once in a slot, everybody's first token takes about as long.</details>
# <details><summary>The model: it is slow</summary>Then the median would be high as well.</details>
# <details><summary>Nothing, 0.2 s is good</summary>One in twenty disagrees, every time.</details>
#
# ## Summary
#
# | part | what you built | remember |
# |---|---|---|
# | at the door | `parse_completion_request` | refuse early, name the field; 0 and null are not the same |
# | the line | `RequestQueue` | without a bound on the line there is none on the waiting |
# | who sits where | `static_schedule`, `continuous_schedule` | empty slots are lost tokens |
# | the engine | `ContinuousBatcher`, `sample_per_request` | nobody's text depends on the neighbours: mask, positions, generator |
# | on the way out | `StopStrings`, `completion_chunk`, `sse_event` | what was sent cannot be called back |
# | the figures | `latency_summary` | percentiles over requests |
# | memory and fairness | `BlockAllocator`, `prefill_chunks` | share whole beginnings; those who run come first |
#
# **Glossary.** *Slot*: a place in the batch. *Static batching*: slots are filled together and emptied together. *Continuous batching*: a slot is filled as soon as it is free. *Back-pressure*: saying no at the door in place of an endless line. *Prefill*: the pass that reads a prompt. *Server-sent events*: an HTTP response that goes on, one `data:` line after another. *TTFT*: time to first token. *TPOT*: time per output token. *p95*: what 95 of 100 stay below.
# *Rail*: code in front of or behind the model that may refuse or change a text. *Paged attention*: a KV cache in blocks, found through a table. *Prefix sharing*: one copy of the blocks of a common beginning. *Chunked prefill*: a prompt read in pieces, so that others need not wait.
#
# Last, give the memory back. (No server is left: each stopped with its block.)

# %%
print("before:", utils.memory_report())
model = batcher = counting = service = client = stream = None
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
