"""What the notebook on prompting and evaluation is given: small tasks, a fast way to put many prompts to a model, and its pictures.

There is no answer in here: prompts are written, labels are scored, votes are counted and intervals are drawn by resampling
in the learner's code.
"""

import copy
import csv
from collections.abc import Mapping, Sequence
from os.path import commonprefix
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.patches import Rectangle

from utils.plotting import (
    _INK,
    _LINE,
    _PALE_INK,
    _PAPER,
    _SMALL_SIZE,
    BLACK,
    BLUE,
    ORANGE,
    SKY_BLUE,
    VERMILLION,
    WIDTH,
    Picture,
    _canvas,
    _entitled,
    _headline,
    _picture,
    _shorten,
    _text,
)

if TYPE_CHECKING:
    import torch

DATA = Path(__file__).with_name("data") / "tasks.csv"
AT_ONCE = 32  # prompts in one forward pass


def tasks(task: str, split: str = "case") -> list[dict[str, str]]:
    """The rows of one small task, in order: dicts with text, answer, persona and labels.

    task: "mood", "order", "sum", "fact" or "french". split: "case", "example", or, for facts, "seen" and "unseen".
    The card of the data is data/TASKS.md. Raises ValueError where there are no such rows.
    """
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["task"], row["split"]) == (task, split)]
    if not rows:
        raise ValueError(f"no task {task!r} with a split {split!r}; see {DATA.name}")
    return [{key: row[key] for key in ("text", "answer", "persona", "labels")} for row in rows]


def next_token_logprobs(
    model: Any, tokenizer: Any, prompts: Sequence[str], words: Sequence[str]
) -> "torch.Tensor":
    """FloatTensor[N, K]: the natural logarithm of the probability of each word's first token behind each prompt.

    What all prompts begin with (the examples of a few-shot prompt) is read once, and its cache is used for all of them.
    """
    import torch

    rows = [tokenizer(prompt, add_special_tokens=False).input_ids for prompt in prompts]
    firsts = [tokenizer(word, add_special_tokens=False).input_ids[0] for word in words]
    common = commonprefix([row[:-1] for row in rows])
    read = _read_once(model, common)
    found = []
    with torch.inference_mode():
        for start in range(0, len(rows), AT_ONCE):
            tails = [row[len(common) :] for row in rows[start : start + AT_ONCE]]
            longest = max(map(len, tails))
            # Padding on the right, behind what is asked for, is seen by nobody.
            ids = torch.tensor([tail + [0] * (longest - len(tail)) for tail in tails])
            logits = model(ids.to(model.device), past_key_values=_copies(read, len(tails))).logits
            last = torch.tensor([len(tail) - 1 for tail in tails])
            picked = logits[torch.arange(len(tails)), last].float().log_softmax(-1)
            found.append(picked[:, firsts].cpu())
    return torch.cat(found)


def complete(
    model: Any, tokenizer: Any, prompts: Sequence[str], max_new_tokens: int, **sampling: Any
) -> list[str]:
    """What `model.generate` writes behind each prompt: greedy, unless `sampling` says otherwise.

    sampling: arguments of `generate`, such as do_sample and temperature. As in `next_token_logprobs`, what all prompts
    begin with is read once.
    """
    import torch

    rows = [tokenizer(prompt, add_special_tokens=False).input_ids for prompt in prompts]
    common = commonprefix([row[:-1] for row in rows])
    read = _read_once(model, common)
    options = {"do_sample": False, "max_new_tokens": max_new_tokens} | sampling
    texts: list[str] = []
    for start in range(0, len(rows), AT_ONCE):
        tails = [row[len(common) :] for row in rows[start : start + AT_ONCE]]
        longest = max(map(len, tails))
        gaps = [longest - len(tail) for tail in tails]
        # Padding stands between the common part and the rest; the mask hides it, and positions go on behind it.
        ids = torch.tensor([common + [0] * gap + tail for gap, tail in zip(gaps, tails)])
        mask = torch.ones_like(ids)
        for row, gap in enumerate(gaps):
            mask[row, len(common) : len(common) + gap] = 0
        with torch.inference_mode():
            out = model.generate(
                input_ids=ids.to(model.device), attention_mask=mask.to(model.device),
                past_key_values=_copies(read, len(tails)), **options,
            )  # fmt: skip
        texts += tokenizer.batch_decode(out[:, ids.shape[1] :], skip_special_tokens=True)
    return texts


def _read_once(model: Any, ids: list[int]) -> Any:
    """The cache of a model that has read these ids; None where there are none."""
    import torch

    if not ids:
        return None
    with torch.inference_mode():
        given = torch.tensor([ids], device=model.device)
        return model(given, use_cache=True, logits_to_keep=1).past_key_values


def _copies(cache: Any, rows: int) -> Any:
    """The cache for so many rows, free to be written on."""
    if cache is None:
        return None
    copied = copy.deepcopy(cache)
    copied.batch_repeat_interleave(rows)
    return copied


def interval_chart(
    rows: Mapping[str, tuple[float, float, float]], title: str, chance: float | None = None
) -> Picture:
    """A dot with its interval for each of a few measurements between 0 and 1.

    rows: name -> (value, low, high). chance: where guessing would land, as a dashed line.
    """
    pitch, head, foot, left = 0.34, 0.5, 0.55, 2.65
    height = head + pitch * len(rows) + foot
    room = WIDTH - left - 1.45
    figure, axes = _canvas(height)
    _headline(figure, axes, height, title)
    top = height - head
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x = left + room * tick
        axes.plot([x, x], [foot, top], color="#D8D8D8", linewidth=0.8, zorder=0)
        _text(axes, x, foot - 0.16, f"{tick:g}", size=_SMALL_SIZE)
    if chance is not None:
        x = left + room * chance
        axes.plot([x, x], [foot, top], color=VERMILLION, linewidth=1.4, linestyle="--", zorder=1)
        _text(axes, x, foot - 0.37, f"guessing: {chance:g}", size=_SMALL_SIZE, color=VERMILLION)
    for row, (name, (value, low, high)) in enumerate(rows.items()):
        y = top - pitch * (row + 0.5)
        _text(axes, left - 0.15, y, _shorten(name, 30), align="right")
        ends = [left + room * low, left + room * high]
        axes.plot(ends, [y, y], color=BLUE, linewidth=2.2, zorder=2)
        for end in ends:
            axes.plot([end, end], [y - 0.07, y + 0.07], color=BLUE, linewidth=2.2, zorder=2)
        axes.plot(
            [left + room * value], [y], marker="o", markersize=7, color=ORANGE,
            markeredgecolor=BLACK, zorder=3,
        )  # fmt: skip
        shown = f"{value:.2f}  ({low:.2f}–{high:.2f})"
        _text(axes, left + room + 0.12, y, shown, align="left", size=_SMALL_SIZE)
    listed = "; ".join(
        f"{name} {value:.2f}, from {low:.2f} to {high:.2f}"
        for name, (value, low, high) in rows.items()
    )
    guess = f" Guessing gives {chance:g}." if chance is not None else ""
    return _picture(figure, _entitled(title, f"Dots with intervals: {listed}.{guess}"))


def window_chart(windows: Sequence[tuple[int, int, int]], title: str) -> Picture:
    """Windows over a text, one under the other: what each only reads, and what it scores.

    windows: (begin, first scored position, end) of each; `end` is exclusive.
    """
    length = max(end for _, _, end in windows)
    head, foot, left, tall = 0.72, 0.5, 1.15, 0.3
    height = head + tall * len(windows) + foot
    figure, axes = _canvas(height)
    _headline(figure, axes, height, title)
    cell = (WIDTH - left - 0.15) / length
    top = height - head
    for place in range(length):
        _text(axes, left + cell * (place + 0.5), top + 0.13, str(place), size=_SMALL_SIZE)
    for row, (begin, scored, end) in enumerate(windows):
        floor = top - tall * (row + 1)
        _text(axes, left - 0.12, floor + tall / 2, f"window {begin}–{end - 1}", align="right")
        for place in range(begin, end):
            new = place >= scored
            look: dict[str, Any] = {"facecolor": SKY_BLUE if new else _PAPER}
            if not new:
                look["hatch"] = "////"
            box = (left + cell * place + 0.02, floor + 0.03)
            axes.add_patch(
                Rectangle(box, cell - 0.04, tall - 0.06, edgecolor=BLACK if new else _LINE, **look)
            )
            if new:
                middle = left + cell * (place + 0.5)
                _text(axes, middle, floor + tall / 2, "✓", size=_SMALL_SIZE, color=_INK)
    _text(
        axes, left, 0.2, "blue with a tick: scored here; hatched: context only",
        size=_SMALL_SIZE, align="left", color=_PALE_INK,
    )  # fmt: skip
    listed = "; ".join(
        f"window {row + 1} reads {begin} to {end - 1} and scores {scored} to {end - 1}"
        for row, (begin, scored, end) in enumerate(windows)
    )
    return _picture(figure, _entitled(title, f"Windows over a text: {listed}."))
