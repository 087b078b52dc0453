"""Pictures in the course's house style.

Okabe-Ito colours, always with a second cue beside colour; one width; no text below
9 points; alternative text on every picture. Drawn with matplotlib's object API:
pyplot keeps a figure of its own, which widgets running in threads would share.
"""

import base64
import html
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.text import Text

from utils.memory import MemoryTimeline, format_bytes

if TYPE_CHECKING:
    from utils.explorer import Choice

# Okabe and Ito's palette, told apart under every common form of colour blindness.
BLACK = "#000000"
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"

WIDTH = 7.5  # inches, of every picture; 750 pixels in a notebook
_SCREEN_DPI = 100
_INK, _PALE_INK, _LINE, _PAPER = "#1A1A1A", "#555555", "#8C8C8C", "#F4F4F4"
_TITLE_SIZE, _TEXT_SIZE, _SMALL_SIZE = 12, 10.5, 9  # points
_SANS, _MONO = "DejaVu Sans", "DejaVu Sans Mono"  # these come with matplotlib


@dataclass(frozen=True, repr=False)
class Picture:
    """A PNG image at twice the screen's resolution, with its alternative text.

    Shown as HTML: for an `image/png` output JupyterLab and nbconvert write an <img>
    without alternative text, whatever its metadata say.
    """

    png: bytes
    alt: str
    width: int  # pixels on the screen

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png).decode("ascii")
        return (
            f'<img src="data:image/png;base64,{data}" width="{self.width}" '
            f'alt="{html.escape(self.alt)}" style="max-width: 100%; height: auto">'
        )

    def __repr__(self) -> str:
        return self.alt


STATIONS = {
    # what flows through each station, in the field's own notation
    "prompt": "a string",
    "tokens": "its pieces",
    "ids": "[B, T]",
    "model": "a network",
    "logits": "[B, T, V]",
    "probabilities": "[B, V]",
    "next token": "one id",
    "text": "a string",
}


def pipeline_map(here: str | Sequence[str]) -> Picture:
    """The way from prompt to text, with the current station or stations marked.

    here: one or several keys of `STATIONS`; ValueError for any other.
    """
    marked = [here] if isinstance(here, str) else list(here)
    if unknown := [name for name in marked if name not in STATIONS]:
        raise ValueError(f"no station {unknown[0]!r}; there are {', '.join(STATIONS)}")

    figure, axes = _canvas(height=1.55)
    gap, margin, top, tall = 0.2, 0.06, 1.42, 0.56
    widths = [1.1 if name == "probabilities" else 0.68 for name in STATIONS]
    stretch = (WIDTH - 2 * margin - gap * (len(widths) - 1)) / sum(widths)
    left, centres, previous = margin, {}, None
    for (name, flow), width in zip(STATIONS.items(), widths):
        width *= stretch
        is_here = name in marked
        centre = centres[name] = left + width / 2
        _box(
            axes,
            (left, top - tall, width, tall),
            face=ORANGE if is_here else _PAPER,
            edge=BLACK if is_here else _LINE,
            line=2.6 if is_here else 0.9,
        )
        weight = "bold" if is_here else "normal"
        label = name.replace(" ", "\n")
        if name == "probabilities" and is_here:
            size = _SMALL_SIZE + 0.5
        else:
            size = _TEXT_SIZE
        _text(axes, centre, top - tall / 2, label, size=size, weight=weight)
        _text(axes, centre, top - tall - 0.16, flow, size=_SMALL_SIZE, color=_PALE_INK)
        if previous is not None:
            middle = top - tall / 2
            _arrow(axes, (previous + 0.03, middle), (left - 0.03, middle))
        previous, left = left + width, left + width + gap

    start, end, low = centres["next token"], centres["ids"], 0.26
    floor = top - tall - 0.28
    axes.plot([start, start, end], [floor, low, low], color=_INK, linewidth=1.3)
    _arrow(axes, (end, low - 0.01), (end, floor))
    _text(
        axes,
        (start + end) / 2,
        low,
        "append its id, and go round again",
        size=_SMALL_SIZE,
        background="white",
    )
    alt = (
        f"Map of the pipeline: {', '.join(STATIONS)}. "
        f"From next token a loop leads back to ids. You are at: {', '.join(marked)}."
    )
    return _picture(figure, alt)


def token_strip(
    pieces: Sequence[str],
    ids: Sequence[int] | None = None,
    prompt_length: int | None = None,
) -> Picture:
    """Tokens as boxes in reading order, spaces and line ends made visible.

    pieces: the text of each token. ids: their ids, shown below. prompt_length: how
    many of them are the prompt; the others are drawn as generated.
    """
    if ids is not None and len(ids) != len(pieces):
        raise ValueError(f"{len(pieces)} pieces but {len(ids)} ids")
    tall, pitch, gap, margin = 0.3, 0.62 if ids is not None else 0.42, 0.06, 0.06
    places, rows, left = [], 0, margin
    for index, piece in enumerate(pieces):
        shown = _shorten(visible(piece, _MONO), 60) or "∅"
        longest: float = len(shown)
        if ids is not None:
            longest = max(longest, len(str(int(ids[index]))) * _SMALL_SIZE / _TEXT_SIZE)
        width = longest * _character_width(_TEXT_SIZE) + 0.16
        if left + width > WIDTH - margin and left > margin:
            rows, left = rows + 1, margin
        places.append((shown, left, rows, width))
        left += width + gap

    legend = 0.42 if prompt_length is not None else 0.06
    height = legend + (rows + 1) * pitch + 0.04
    figure, axes = _canvas(height)
    for index, (shown, left, row, width) in enumerate(places):
        generated = prompt_length is not None and index >= prompt_length
        top = height - legend - row * pitch
        _token_box(axes, (left, top - tall, width, tall), generated)
        middle = left + width / 2
        _text(axes, middle, top - tall / 2 - 0.01, shown, family=_MONO)
        if ids is not None:
            label = str(int(ids[index]))
            _text(
                axes,
                middle,
                top - tall - 0.12,
                label,
                size=_SMALL_SIZE,
                family=_MONO,
                color=_PALE_INK,
            )
    if prompt_length is not None:
        counts = {"prompt": prompt_length, "generated": len(pieces) - prompt_length}
        left = margin
        for name, count in counts.items():
            _token_box(axes, (left, height - 0.29, 0.3, 0.2), name == "generated")
            label = f"{name}: {_count(count, 'token')}"
            middle = height - 0.19
            _text(axes, left + 0.4, middle, label, size=_SMALL_SIZE, align="left")
            left += 1.9

    split = ""
    if prompt_length is not None:
        split = f" (the prompt: the first {prompt_length})"
    if ids is not None:
        split += ", each with its id"
    return _picture(figure, f"{_count(len(pieces), 'token')}{split}: {_listed(pieces, ids)}.")


def next_token_bars(
    tokens: Sequence[str],
    probs: Sequence[float],
    chosen: int | None = None,
    title: str | None = None,
) -> Picture:
    """Horizontal bars: how likely each of a few tokens is to come next.

    tokens: text of each. probs: its probability, 0 to 1 (a list or a 1-D tensor).
    chosen: index in `tokens` of the one that was taken. Drawn most likely first.
    """
    values = [float(p) for p in probs]
    if len(values) != len(tokens):
        raise ValueError(f"{len(tokens)} tokens but {len(values)} probabilities")
    order = sorted(range(len(values)), key=lambda i: -values[i])
    shown = {i: _shorten(visible(tokens[i], _MONO), 24) for i in order}

    pitch, tall = 0.3, 0.2
    head = 0.42 if title else 0.08
    height = head + pitch * len(order) + 0.08
    figure, axes = _canvas(height)
    if title:
        _headline(figure, axes, height, title)
    label_width = max((len(s) for s in shown.values()), default=0)
    start = 0.06 + label_width * _character_width(_TEXT_SIZE) + 0.12
    room = WIDTH - start - 1.5  # what is written after the longest bar needs 1.5
    longest = max(values, default=0) or 1
    for row, i in enumerate(order):
        middle = height - head - pitch * (row + 0.5)
        is_chosen = i == chosen
        _text(
            axes,
            start - 0.1,
            middle,
            shown[i],
            align="right",
            family=_MONO,
            weight="bold" if is_chosen else "normal",
        )
        bar = Rectangle(
            (start, middle - tall / 2),
            room * values[i] / longest,
            tall,
            facecolor=ORANGE if is_chosen else SKY_BLUE,
            edgecolor=BLACK if is_chosen else BLUE,
            hatch="////" if is_chosen else None,
            linewidth=1.6 if is_chosen else 0.8,
        )
        axes.add_artist(bar)
        value = _probability(values[i]) + ("  ◀ chosen" if is_chosen else "")
        _text(
            axes,
            start + room * values[i] / longest + 0.08,
            middle,
            value,
            align="left",
            weight="bold" if is_chosen else "normal",
        )
    axes.plot([start, start], [0.04, height - head], color=_INK, linewidth=1.0)
    listed = ", ".join(
        f"{tokens[i]!r} {_probability(values[i])}{' (chosen)' if i == chosen else ''}"
        for i in order
    )
    alt = _entitled(title, f"Bars of next-token probabilities: {listed}.")
    return _picture(figure, alt)


def distribution_with_survivors(
    tokens: Sequence[str],
    probs: Sequence[float],
    survivors: Sequence[bool],
    cumulative: bool = False,
    title: str | None = None,
    limit: float | None = None,
) -> Picture:
    """Sorted bars of a distribution; what a filter keeps is told from what it drops.

    probs: of each token before the filter; they need not sum to 1. survivors: True
    for the tokens that are kept. cumulative: draw the running sum too, on the same
    scale, which then goes from 0 to 1. limit: with the running sum, where a dashed line
    stands for it to cross.
    """
    values, kept = [float(p) for p in probs], [bool(s) for s in survivors]
    if not len(tokens) == len(values) == len(kept):
        raise ValueError(f"{len(tokens)} tokens, {len(values)} probabilities and {len(kept)} marks")
    order = sorted(range(len(values)), key=lambda i: -values[i])
    shown = {i: _shorten(visible(tokens[i], _MONO), 24) for i in order}

    pitch, tall = 0.3, 0.2
    head, foot = 0.76 if title else 0.42, 0.3 if cumulative else 0.08
    height = head + pitch * len(order) + foot
    figure, axes = _canvas(height)
    if title:
        _headline(figure, axes, height, title)
    left = 0.06
    summary = []
    for state in (True, False):
        group = [values[i] for i in order if kept[i] == state]
        name = "kept" if state else "dropped"
        label = f"{name}: {_count(len(group), 'token')}, mass {sum(group):.3f}"
        summary.append(label)
        bottom = height - head + 0.13
        _survivor_bar(axes, (left, bottom, 0.3, 0.18), state)
        _text(axes, left + 0.4, bottom + 0.09, label, size=_SMALL_SIZE, align="left")
        left += 2.75
    label_width = max((len(s) for s in shown.values()), default=0)
    numbers = 0.06 + label_width * _character_width(_TEXT_SIZE) + 0.12
    start = numbers + 0.62
    room = WIDTH - start - 0.3
    scale = room if cumulative else room / (max(values, default=0) or 1)
    floor = height - head - pitch * len(order)
    if cumulative:
        for tick in (0.25, 0.5, 0.75, 1):
            x = start + tick * scale
            line: dict[str, Any] = {"color": "#D8D8D8", "linewidth": 0.8, "zorder": 0}
            axes.plot([x, x], [floor, height - head], **line)
        for tick in (0, 0.25, 0.5, 0.75, 1):
            x = start + tick * scale
            _text(axes, x, floor - 0.14, f"{tick:g}", size=_SMALL_SIZE)
    middles = {}
    for row, i in enumerate(order):
        middle = middles[i] = height - head - pitch * (row + 0.5)
        ink = _INK if kept[i] else _PALE_INK
        look: dict[str, Any] = {"align": "right", "color": ink}
        weight = "bold" if kept[i] else "normal"
        text = shown[i]
        _text(axes, numbers - 0.1, middle, text, family=_MONO, weight=weight, **look)
        _text(axes, start - 0.08, middle, _probability(values[i]), **look)
        bar = (start, middle - tall / 2, scale * values[i], tall)
        _survivor_bar(axes, bar, kept[i])
    if cumulative:
        sums = list(accumulate(values[i] for i in order))
        across = [start + scale * total for total in sums]
        down = [middles[i] for i in order]
        style: dict[str, Any] = {
            "color": VERMILLION,
            "linewidth": 1.6,
            "marker": "o",
            "markersize": 4,
        }
        axes.plot(across, down, **style)
        if limit is not None:
            x = start + scale * limit
            axes.plot([x, x], [floor, height - head], color=_INK, linewidth=1.2, linestyle="--")
        x, y = 5.55, height - head + 0.22
        axes.plot([x, x + 0.15, x + 0.3], [y] * 3, **style)
        _text(axes, x + 0.4, y, "running sum", size=_SMALL_SIZE, align="left")
    axes.plot([start, start], [floor, height - head], color=_INK, linewidth=1.0)
    listed = ", ".join(
        f"{tokens[i]!r} {_probability(values[i])}{'' if kept[i] else ' (dropped)'}" for i in order
    )
    line_at = "" if limit is None else f" A line at {limit:.2f} for the running sum."
    alt = _entitled(title, f"Distribution after a filter; {'; '.join(summary)}: {listed}.{line_at}")
    return _picture(figure, alt)


def token_choices(
    choices: Sequence["Choice"], text: str, logprob: float, chosen: int | None = None
) -> Picture:
    """What may come next: rank, token, probability, its logarithm, the running sum, a bar.

    choices: rows of `utils.Explorer.choices`. text, logprob: of the path so far.
    chosen: the rank of the row that is taken.
    """
    pitch, tall, head = 0.3, 0.2, 1.02
    height = head + pitch * len(choices) + 0.08
    figure, axes = _canvas(height)
    _headline(
        figure, axes, height, f"What comes next after “{text}”?" if text else "What comes next?"
    )
    so_far = f"so far: log-probability {_signed(logprob)}, loss {_signed(-logprob)}"
    _text(axes, 0.06, height - 0.5, so_far, size=_SMALL_SIZE, align="left", color=_PALE_INK)
    columns = {"rank": 0.5, "token": 0.7, "probability": 3.0, "log-prob.": 3.85, "cumulative": 4.75}
    for name, x in columns.items():
        align = "left" if name == "token" else "right"
        _text(axes, x, height - 0.82, name, size=_SMALL_SIZE, align=align, color=_PALE_INK)
    start, room = 4.95, WIDTH - 4.95 - 0.95
    longest = max((choice.prob for choice in choices), default=0) or 1
    for row, choice in enumerate(choices):
        middle = height - head - pitch * (row + 0.5)
        taken = choice.rank == chosen
        weight = "bold" if taken else "normal"
        cells = (
            str(choice.rank),
            _shorten(visible(choice.piece, _MONO) or "∅", 15),
            _probability(choice.prob),
            _signed(choice.logprob),
            f"{choice.cumulative:.3f}",
        )
        for (name, x), cell in zip(columns.items(), cells):
            family = _MONO if name == "token" else _SANS
            align = "left" if name == "token" else "right"
            _text(axes, x, middle, cell, align=align, family=family, weight=weight)
        look: dict[str, Any] = {"facecolor": SKY_BLUE, "edgecolor": BLUE, "linewidth": 0.8}
        if taken:
            look = {"facecolor": ORANGE, "edgecolor": BLACK, "linewidth": 1.6, "hatch": "////"}
        wide = room * choice.prob / longest
        axes.add_artist(Rectangle((start, middle - tall / 2), wide, tall, **look))
        if taken:
            _text(axes, start + wide + 0.06, middle, "◀ taken", align="left", weight="bold")
    axes.plot([start, start], [0.04, height - head], color=_INK, linewidth=1.0)
    rows = "; ".join(
        f"{choice.rank} {choice.piece!r} {_probability(choice.prob)}, log {choice.logprob:.2f}, "
        f"cumulative {choice.cumulative:.3f}{' (taken)' if choice.rank == chosen else ''}"
        for choice in choices
    )
    return _picture(
        figure, f"Next-token table after {text!r}, log-probability so far {logprob:.2f}: {rows}."
    )


def token_tree(branches: Sequence[tuple[int, int, Sequence[str], float, bool]]) -> Picture:
    """The tree of what was tried: a line for each stretch without a fork.

    branches: (depth, number of its last token, its pieces, log-probability of the path
    to its end, whether the path at hand ends there), each below the one that it forks from.
    """
    pitch, head = 0.28, 0.42
    height = head + pitch * max(len(branches), 1) + 0.08
    figure, axes = _canvas(height)
    _text(
        axes,
        0.06,
        height - 0.22,
        "number and tokens",
        size=_SMALL_SIZE,
        align="left",
        color=_PALE_INK,
    )
    _text(
        axes,
        6.6,
        height - 0.22,
        "log-probability",
        size=_SMALL_SIZE,
        align="right",
        color=_PALE_INK,
    )
    above: dict[int, float] = {}  # depth -> where its last line stands
    spoken = []
    for row, (depth, number, pieces, total, here) in enumerate(branches):
        middle = height - head - pitch * (row + 0.5)
        left = 0.55 + 0.24 * depth
        if depth:
            corner = left - 0.14
            axes.plot(
                [corner, corner, left - 0.03],
                [above[depth - 1] - 0.09, middle, middle],
                color=_LINE,
                linewidth=1.0,
            )
        above[depth] = middle
        weight = "bold" if here else "normal"
        room = int((5.75 - left) / _character_width(_TEXT_SIZE))
        shown = "|".join(visible(piece, _MONO) or "∅" for piece in pieces)
        _text(axes, 0.4, middle, f"{number}", size=_SMALL_SIZE, align="right", color=_PALE_INK)
        _text(axes, left, middle, _shorten(shown, room), align="left", family=_MONO, weight=weight)
        _text(axes, 6.6, middle, _signed(total), align="right", weight=weight)
        if here:
            _text(axes, 6.7, middle, "◀ here", align="left", weight="bold")
        spoken.append(
            f"{'  ' * depth}{number}: {'|'.join(pieces)!r} {total:.2f}{' (here)' if here else ''}"
        )
    alt = "; ".join(line.strip() for line in spoken) or "nothing yet"
    return _picture(
        figure, f"Tree of what was tried, with the log-probability of each path: {alt}."
    )


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")


def _survivor_bar(axes: Axes, place: tuple[float, float, float, float], kept: bool) -> None:
    left, bottom, width, tall = place
    if kept:
        look: dict[str, Any] = {"facecolor": SKY_BLUE, "edgecolor": BLUE}
    else:
        look = {"facecolor": "white", "edgecolor": _LINE, "hatch": "//////"}
    axes.add_artist(Rectangle((left, bottom), width, tall, linewidth=0.9, **look))


def kv_cache_strip(
    pieces: Sequence[str],
    prompt_length: int,
    step: int,
    cached: bool = True,
    bytes_per_position: int | None = None,
) -> Picture:
    """Which positions one decoding step computes, and which it finds in the KV cache.

    pieces: the text of each token, prompt first. prompt_length: how many of them are
    the prompt. step: 0 is the pass over the prompt; in step n, n generated tokens
    are part of the input. cached: whether keys and values are kept between steps.
    bytes_per_position: of the keys and values of all layers; when given, the size of
    the cache is printed. The layout is the same at every step: tokens that are not
    there yet are blank.

    Raises ValueError if there are fewer pieces than `step` needs.
    """
    length = prompt_length + step
    if prompt_length < 1 or step < 0 or length > len(pieces):
        raise ValueError(
            f"step {step} after a prompt of {_count(prompt_length, 'token')} needs "
            f"{_count(length, 'piece')}, there are {len(pieces)}"
        )
    read = length - 1 if cached and step > 0 else 0

    tall, strip, pitch, gap, margin = 0.3, 0.17, 0.68, 0.06, 0.06
    places, rows, left = [], 0, margin
    for piece in pieces:
        shown = _shorten(visible(piece, _MONO), 60) or "∅"
        width = max(len(shown), 2) * _character_width(_TEXT_SIZE) + 0.16
        if left + width > WIDTH - margin and left > margin:
            rows, left = rows + 1, margin
        places.append((shown, left, rows, width))
        left += width + gap

    head, foot = 1.12, 0.3
    height = head + (rows + 1) * pitch + foot
    figure, axes = _canvas(height)
    name = "with a KV cache" if cached else "without a cache"
    title = f"Step {step}, {name}: {_count(length - read, 'position')} computed"
    _headline(figure, axes, height, title)
    left, middle = margin, height - 0.54
    later = len(pieces) - length
    tokens = {
        "prompt": f"token of the prompt: {prompt_length}",
        "generated": f"generated token: {step}",
        "later": f"not there yet: {later}",
    }
    for state, label in tokens.items():
        if state == "later" and not later:
            continue  # nothing of the kind is drawn
        place = (left, middle - strip / 2, 0.3, strip)
        if state == "later":
            _box(axes, place, face="white", edge=_LINE, line=0.9, style=":")
        else:
            _token_box(axes, place, generated=state == "generated")
        _text(axes, left + 0.4, middle, label, size=_SMALL_SIZE, align="left")
        left += 2.45
    left, middle = margin, height - 0.82
    cells = {
        "computed": f"keys and values, computed now: {length - read}",
        "read": f"keys and values, from the cache: {read}",
    }
    for state, label in cells.items():
        _cache_cell(axes, (left, middle - strip / 2, 0.3, strip), state)
        _text(axes, left + 0.4, middle, label, size=_SMALL_SIZE, align="left")
        left += 3.2
    for index, (shown, left, row, width) in enumerate(places):
        top = height - head - row * pitch
        place = (left, top - tall, width, tall)
        if index < length:
            _token_box(axes, place, generated=index >= prompt_length)
            middle = top - tall / 2 - 0.01
            _text(axes, left + width / 2, middle, shown, family=_MONO)
            state = "read" if index < read else "computed"
        else:
            _box(axes, place, face="white", edge=_LINE, line=0.9, style=":")
            state = "later"
        _cache_cell(axes, (left, top - tall - 0.06 - strip, width, strip), state)

    memory = f"Afterwards the cache holds {_count(length, 'position')}"
    if bytes_per_position is not None:
        memory += f": {format_bytes(length * bytes_per_position)}"
        memory += f", {format_bytes(bytes_per_position)} each"
    memory = f"{memory}." if cached else "Nothing is kept for the next step."
    _text(axes, margin, 0.15, memory, align="left")
    alt = (
        f"{title}, {read} read from the cache. {memory} "
        f"{_count(length, 'token')} (the prompt: the first {prompt_length}): "
        f"{_listed(pieces[:length])}."
    )
    return _picture(figure, alt)


def _cache_cell(axes: Axes, place: tuple[float, float, float, float], state: str) -> None:
    """Keys and values of one position: `computed`, `read` or `later`."""
    left, bottom, width, tall = place
    look: dict[str, Any] = {
        "computed": {"facecolor": ORANGE, "edgecolor": BLACK, "hatch": "/////"},
        "read": {"facecolor": GREEN, "edgecolor": BLACK},
        "later": {"facecolor": "white", "edgecolor": _LINE, "linestyle": ":"},
    }[state]
    axes.add_artist(Rectangle((left, bottom), width, tall, linewidth=0.9, **look))


def compare(yours: Any, target: Any, labels: Sequence[str] | None = None) -> Picture:
    """Your result beside the one that it should be, with every difference marked.

    yours, target: numbers in a list, an array or a tensor; one dimension is drawn as
    bars, two as heat maps, more as the heat map of their rows. labels: names of the
    entries of the last dimension. Whatever `yours` is, there is a picture: where it
    has another shape or is not numbers, the picture says so. What `expect_close` takes
    for equal, to 1e-4, is not marked; of long results only a part is drawn, the
    differences first.
    """
    mine, right = _table(yours), _table(target)
    if right is None:
        raise ValueError(f"the target must be numbers, not {target!r}")
    differ = np.zeros(right.shape, bool)
    if mine is None:
        shown = _shorten(" ".join(repr(yours).split()), 40)
        verdict = f"yours is not numbers but {type(yours).__name__}: {shown}"
    elif mine.shape != right.shape:
        verdict = f"yours has shape {list(mine.shape)}, the target {list(right.shape)}"
        mine = None if mine.ndim != right.ndim else mine
    else:
        differ = ~np.isclose(mine, right, rtol=1e-4, atol=1e-4, equal_nan=True)
        verdict = f"different in {differ.sum()} of {_count(differ.size, 'value')}"

    if right.ndim == 1:
        figure = _compared_bars(mine, right, differ, labels, verdict)
    else:
        flat = None if mine is None else _rows(mine)
        figure = _compared_maps(flat, _rows(right), _rows(differ), labels, verdict)
    # Differences are only looked for where `mine` has the shape of `right`.
    wrong = [] if mine is None else [tuple(map(int, p)) for p in np.argwhere(differ)]
    listed = "; ".join(
        f"at {list(place)} {_number(mine[place])} instead of {_number(right[place])}"
        for place in wrong[:12]
        if mine is not None
    )
    if len(wrong) > 12:
        listed += f"; and {len(wrong) - 12} more"
    if not wrong:
        listed = "the target is " + ", ".join(map(_number, right.flat[:40]))
    return _picture(figure, f"Yours beside the target: {verdict}; {listed}.")


def _table(value: Any) -> np.ndarray | None:
    """`value` as float64 of at least one dimension; None if it is not numbers."""
    if hasattr(value, "tolist"):  # a tensor or array of whatever device and dtype
        value = value.tolist()
    if isinstance(value, list | tuple):
        value = [v.tolist() if hasattr(v, "tolist") else v for v in value]
    try:
        table = np.array(value, dtype=float)
    except (ValueError, TypeError, OverflowError):
        return None
    if value is None or isinstance(value, str | bytes):
        return None  # numpy makes NaN of None, and 1.0 of "1"
    return np.atleast_1d(table)


def _rows(table: np.ndarray) -> np.ndarray:
    return table.reshape(math.prod(table.shape[:-1]), table.shape[-1])


def _compared_bars(
    mine: np.ndarray | None,
    right: np.ndarray,
    differ: np.ndarray,
    labels: Sequence[str] | None,
    verdict: str,
) -> Figure:
    """Two columns of bars, with a row for each of at most 12 entries."""
    length = max(len(right), 0 if mine is None else len(mine))
    rows = _most_telling(np.resize(differ, length) if differ.any() else [0] * length, 12)
    names = _entry_names(rows, labels)
    drawn = [table for table in (mine, right) if table is not None]
    values = np.concatenate([[0.0], *drawn])
    values = values[np.isfinite(values)]
    low, high = values.min(), values.max()

    pitch, tall = 0.3, 0.2
    head, foot = 0.74, 0.5 if length > len(rows) else 0.28
    height = head + pitch * len(rows) + foot
    figure, axes = _canvas(height)
    _headline(figure, axes, height, _capital(verdict))
    first = 0.06 + max(map(len, names), default=1) * _character_width(_TEXT_SIZE)
    panel = (WIDTH - 0.1 - first) / 2
    room = panel - 1.35
    scale = room / ((high - low) or 1)
    for side, (name, table) in enumerate({"yours": mine, "target": right}.items()):
        left = first + side * panel
        zero = left + 1.2 - low * scale
        top = height - head
        _text(axes, left + 1.2, top + 0.14, name, weight="bold", align="left")
        for row, (i, label) in enumerate(zip(rows, names)):
            middle = top - pitch * (row + 0.5)
            if side == 0:
                _text(axes, first, middle, label, family=_MONO, align="right")
            if table is None or i >= len(table):
                _text(axes, left + 1.1, middle, "–", align="right", color=_PALE_INK)
                continue
            wrong = side == 0 and i < len(differ) and differ[i]
            value = ("✗ " if wrong else "") + _number(table[i])
            weight = "bold" if wrong else "normal"
            _text(axes, left + 1.1, middle, value, align="right", weight=weight)
            if np.isfinite(table[i]):
                width = table[i] * scale
                place = (zero, middle - tall / 2, width, tall)
                _compared_cell(axes, place, wrong, "#DDF0FB" if side == 0 else _PAPER)
        floor = top - pitch * len(rows)
        axes.plot([zero, zero], [floor, top], color=_INK, linewidth=1)
        _text(axes, zero, floor - 0.12, "0", size=_SMALL_SIZE)
        if low * scale < -0.8:  # there is room to say what a bar to the left is
            label = "◀ negative"
            _text(axes, zero - 0.12, floor - 0.12, label, size=_SMALL_SIZE, align="right")
    if length > len(rows):
        text = f"{len(rows)} of {length} entries are drawn"
        _text(axes, 0.06, 0.12, text, size=_SMALL_SIZE, align="left", color=_PALE_INK)
    return figure


def _compared_maps(
    mine: np.ndarray | None,
    right: np.ndarray,
    differ: np.ndarray,
    labels: Sequence[str] | None,
    verdict: str,
) -> Figure:
    """Two heat maps of at most 8 columns, side by side or, if wide, stacked."""
    shape = np.max([t.shape for t in (mine, right) if t is not None], axis=0)
    stacked = shape[1] > 4
    by_row, by_column = (
        differ.any(axis) if differ.any() else [False] * shape[1 - axis] for axis in (1, 0)
    )
    rows = _most_telling(by_row, 6 if stacked else 12)
    columns = _most_telling(by_column, 8)
    names = _entry_names(columns, labels, limit=8)
    values = np.concatenate([t.ravel() for t in (mine, right) if t is not None])
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if values.size else (0, 0)

    wide, tall, above = 0.84, 0.3, 0.56
    whole = (len(rows), len(columns)) == tuple(shape)
    head, foot = 0.4, 0.08 if whole else 0.3
    panel = above + tall * len(rows) + 0.06
    height = head + panel * (2 if stacked else 1) + foot
    figure, axes = _canvas(height)
    _headline(figure, axes, height, _capital(verdict))
    for side, (name, table) in enumerate({"yours": mine, "target": right}.items()):
        left, top = 0.42, height - head - above
        if stacked:
            top -= side * panel
        else:
            left += side * (4 * wide + 0.3)
        _text(axes, left, top + 0.42, name, weight="bold", align="left")
        for column, label in enumerate(names):
            middle = left + wide * (column + 0.5)
            _text(axes, middle, top + 0.14, label, size=_SMALL_SIZE, family=_MONO)
        for row, i in enumerate(rows):
            bottom = top - tall * (row + 1)
            if side == 0 or stacked:
                label = str(i)
                x, y = left - 0.08, bottom + tall / 2
                _text(axes, x, y, label, align="right", family=_MONO)
            for column, j in enumerate(columns):
                place = (left + wide * column, bottom, wide, tall)
                if table is None or i >= table.shape[0] or j >= table.shape[1]:
                    _compared_cell(axes, place, False, "none")
                    continue
                value = table[i, j]
                wrong = side == 0 and bool(differ.any()) and differ[i, j]
                share = (value - low) / ((high - low) or 1) if np.isfinite(value) else 0
                # from white to the palette's sky blue
                face = (1 - 0.66 * share, 1 - 0.29 * share, 1 - 0.09 * share)
                _compared_cell(axes, place, wrong, face)
                text = ("✗ " if wrong else "") + _number(value)
                middle = left + wide * (column + 0.5)
                _text(axes, middle, bottom + tall / 2, text, size=_SMALL_SIZE)
    if not whole:
        text = (
            f"{len(rows)} of {_count(int(shape[0]), 'row')} and "
            f"{len(columns)} of {_count(int(shape[1]), 'column')} are drawn"
        )
        _text(axes, 0.06, 0.14, text, size=_SMALL_SIZE, align="left", color=_PALE_INK)
    return figure


def _compared_cell(
    axes: Axes, place: tuple[float, float, float, float], wrong: bool, face: Any
) -> None:
    left, bottom, width, tall = place
    look: dict[str, Any] = {"facecolor": face, "edgecolor": _LINE, "linewidth": 0.9}
    if wrong:
        look |= {"facecolor": "#FBDCC8", "edgecolor": VERMILLION, "linewidth": 1.8}
        look |= {"zorder": 2}  # its edge lies over its neighbours'
    axes.add_artist(Rectangle((left, bottom), width, tall, **look))


def _most_telling(differ: Any, limit: int) -> list[int]:
    """Up to `limit` indices in order: those of differences, then the first ones."""
    return sorted(sorted(range(len(differ)), key=lambda i: not differ[i])[:limit])


def _entry_names(
    entries: Sequence[int], labels: Sequence[str] | None, limit: int = 16
) -> list[str]:
    if labels is None:
        return [str(i) for i in entries]
    return [
        _shorten(visible(str(labels[i]), _MONO), limit) if i < len(labels) else str(i)
        for i in entries
    ]


def _number(value: float) -> str:
    ordinary = value == 0 or 1e-3 <= abs(value) < 1e5 or not math.isfinite(value)
    text = f"{value:.4g}" if ordinary else re.sub(r"e(.)0?", r"e\1", f"{value:.1e}")
    return text.replace("-", "−")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def memory_bar(parts: Mapping[str, int], limit: int) -> Picture:
    """What is in memory, part upon part, against what the machine has.

    parts: bytes by name, for example of the weights, the KV cache and the
    activations. limit: bytes of the machine's memory.
    """
    total = sum(parts.values())
    line_height, bar_top = 0.27, 0.92
    height = 1.42 + line_height * len(parts)
    figure, axes = _canvas(height)
    left, room, tall = 0.06, WIDTH - 0.12, 0.44
    scale = room / (1.06 * max(total, limit, 1))
    title = f"{format_bytes(total)} of {format_bytes(limit)}: "
    if total <= limit:
        title += f"fits, {format_bytes(limit - total)} left"
    else:
        title += f"✗ too much by {format_bytes(total - limit)}"
    _headline(figure, axes, height, title)
    bottom = height - bar_top - tall / 2 - 0.05
    at = left
    for row, (name, size) in enumerate(parts.items()):
        look = _PART_LOOKS[row % len(_PART_LOOKS)]
        place = (at, bottom, size * scale, tall)
        axes.add_artist(Rectangle(place[:2], *place[2:], linewidth=0.9, **look))
        at += size * scale
        middle = bottom - 0.32 - line_height * row
        swatch = (left, middle - 0.09)
        axes.add_artist(Rectangle(swatch, 0.3, 0.18, linewidth=0.9, **look))
        share = f", {size / total:.0%}" if total else ""
        if 0 < size < total / 200:
            share = ", <1%"
        label = f"{_shorten(visible(name, _SANS, spaces=False), 50)}: "
        label += format_bytes(size) + share
        _text(axes, left + 0.4, middle, label, align="left")
    end = left + limit * scale
    for color, width in (("white", 6.0), (BLACK, 2.4)):
        heights = [bottom - 0.1, bottom + tall + 0.1]
        axes.plot([end, end], heights, color=color, linewidth=width)
    text = f"limit {format_bytes(limit)}"
    side = "right" if end > WIDTH / 2 else "left"
    _text(axes, end, bottom + tall + 0.2, text, size=_SMALL_SIZE, align=side)
    listed = ", ".join(f"{name} {format_bytes(size)}" for name, size in parts.items())
    return _picture(figure, f"Memory, {title}. Parts: {listed}.")


def labelled_bars(
    values: Mapping[str, float],
    title: str,
    unit: str = "",
    notes: Mapping[str, str] | None = None,
) -> Picture:
    """One horizontal bar for each of a few quantities of the same kind, in the order given.

    values: by name; 0 or more. unit: written behind each value. notes: further words
    behind some of them.
    """
    pitch, tall, head = 0.36, 0.22, 0.46
    height = head + pitch * len(values) + 0.1
    figure, axes = _canvas(height)
    _headline(figure, axes, height, title)
    names = [_shorten(visible(name, _SANS, spaces=False), 34) for name in values]
    start = 0.2 + max(map(len, names), default=0) * 0.1
    said = {}
    longest = max(values.values(), default=0) or 1
    # The same decimals for all: three digits for the longest bar.
    decimals = min(max(2 - math.floor(math.log10(abs(longest))), 0), 6)
    for name, value in values.items():
        note = (notes or {}).get(name, "")
        smallest = 10**-decimals
        number = f"< {smallest:g}" if 0 < value < smallest / 2 else f"{value:.{decimals}f}"
        said[name] = f"{number} {unit}".strip() + (f"  ({note})" if note else "")
    widest = max((len(text) for text in said.values()), default=0) * 0.088
    room = WIDTH - start - widest - 0.2
    for row, ((name, value), shown) in enumerate(zip(values.items(), names, strict=True)):
        middle = height - head - pitch * (row + 0.5)
        look = _PART_LOOKS[row % len(_PART_LOOKS)]
        length = room * max(value, 0) / longest
        axes.add_artist(Rectangle((start, middle - tall / 2), length, tall, linewidth=0.9, **look))
        _text(axes, start - 0.1, middle, shown, align="right")
        _text(axes, start + length + 0.08, middle, said[name], align="left")
    axes.plot([start, start], [0.06, height - head], color=_INK, linewidth=1.0)
    listed = ", ".join(f"{name} {text}" for name, text in said.items())
    return _picture(figure, _entitled(title, f"Bars: {listed}."))


# Every part has a colour and a pattern of its own; a sixth starts again.
_PART_LOOKS: list[dict[str, Any]] = [
    {"facecolor": SKY_BLUE, "edgecolor": BLACK},
    {"facecolor": ORANGE, "edgecolor": BLACK, "hatch": "////"},
    {"facecolor": YELLOW, "edgecolor": BLACK, "hatch": "..."},
    {"facecolor": PURPLE, "edgecolor": BLACK, "hatch": "\\\\\\\\"},
    {"facecolor": "white", "edgecolor": BLACK, "hatch": "xxx"},
]


def memory_timeline(timeline: MemoryTimeline) -> Picture:
    """Memory over time: loads rise, unloads fall, what leaked stays above the start.

    timeline: with at least one sample; it may still be running. The process is an
    area, CUDA tensors (where there are any) a dashed line.
    """
    # By time: a mark and the sampling thread may have entered theirs out of turn.
    samples = sorted(timeline.samples, key=lambda sample: sample.seconds)
    if not samples:
        raise ValueError("the timeline has no samples: enter it with `with` first")
    marks = [sample for sample in samples if sample.name]
    first, last = samples[0], samples[-1]
    has_cuda = any(sample.cuda is not None for sample in samples)
    most = max(max(s.process, s.cuda or 0) for s in samples)
    change = last.process - first.process
    direction = "above" if change >= 0 else "below"
    title = f"Ends {format_bytes(abs(change))} {direction} its start"

    left, room, tall, above, below = 0.85, WIDTH - 1.15, 2.1, 0.84, 0.46
    rows = math.ceil(len(marks) / 2)
    height = above + tall + below + 0.26 * rows + 0.06
    figure, axes = _canvas(height)
    _headline(figure, axes, height, title)
    floor = height - above - tall

    def across(seconds: float) -> float:
        return left + room * seconds / (last.seconds or 1)

    def up(count: float) -> float:
        return floor + tall * count / (1.08 * most)

    unit, size = ("GB", 1e9) if most >= 1e9 else ("MB", 1e6)
    for value in _round_steps(most / size):
        y = up(value * size)
        line: dict[str, Any] = {"color": "#D8D8D8", "linewidth": 0.8, "zorder": 0}
        axes.plot([left, left + room], [y, y], **line)
        _text(axes, left - 0.1, y, f"{value:g} {unit}", size=_SMALL_SIZE, align="right")
    for value in _round_steps(last.seconds):
        _text(axes, across(value), floor - 0.16, f"{value:g} s", size=_SMALL_SIZE)
    xs = [across(s.seconds) for s in samples]
    ys = [up(s.process) for s in samples]
    # Between two samples nothing is known: the last one holds, no slope is drawn.
    axes.fill_between(xs, ys, floor, facecolor="#DDF0FB", zorder=0, step="post")
    axes.plot(xs, ys, color=BLUE, linewidth=1.8, drawstyle="steps-post")
    start = up(first.process)
    level: dict[str, Any] = {"color": _INK, "linewidth": 1.1, "linestyle": ":"}
    axes.plot([left, left + room], [start, start], **level)
    legend: list[tuple[str, dict[str, Any]]] = [("this process", {"color": BLUE, "linewidth": 1.8})]
    if has_cuda:
        dashed: dict[str, Any] = {
            "color": VERMILLION,
            "linewidth": 1.8,
            "linestyle": "--",
        }
        axes.plot(xs, [up(s.cuda or 0) for s in samples], **dashed, drawstyle="steps-post")
        legend.append(("tensors on the GPU", dashed))
    legend.append(("where it started", level))
    x = 0.06
    for name, style in legend:
        axes.plot([x, x + 0.3], [height - 0.5] * 2, **style)
        _text(axes, x + 0.4, height - 0.5, name, size=_SMALL_SIZE, align="left")
        x += 2.2

    # Numbers stand apart even where the moments do not; a thin line leads to each.
    spots: list[float] = []
    for mark in marks:
        spots.append(max(across(mark.seconds), spots[-1] + 0.26 if spots else 0))
    for index in reversed(range(len(spots))):
        limit = left + room if index == len(spots) - 1 else spots[index + 1] - 0.26
        spots[index] = min(spots[index], limit)
    for number, (mark, spot) in enumerate(zip(marks, spots, strict=True), 1):
        top, x = floor + tall, across(mark.seconds)
        path = [top + 0.05, top - 0.06, up(mark.process)]
        axes.plot([spot, x, x], path, color=_INK, linewidth=0.8)
        axes.plot([x], [path[-1]], color=_INK, marker="o", markersize=4)
        text = str(number)
        _text(axes, spot, top + 0.13, text, size=_SMALL_SIZE, weight="bold")
        row, column = (number - 1) % rows, (number - 1) // rows
        name = _shorten(visible(mark.name, _SANS, spaces=False), 24)
        label = f"{number}  {name}: {format_bytes(mark.process)}"
        place = (0.06 + 3.75 * column, floor - below - 0.26 * row)
        _text(axes, *place, label, size=_SMALL_SIZE, align="left")
    listed = ", ".join(
        f"{mark.name} {format_bytes(mark.process)} at {mark.seconds:.1f} s" for mark in marks
    )
    marked = f" Marks: {listed}." if marks else ""
    alt = f"Timeline. {title}. {_capital(repr(timeline))}.{marked}"
    return _picture(figure, alt)


def _round_steps(most: float) -> list[float]:
    """Round numbers from 0 to `most`, in four steps or a few more."""
    if most <= 0:
        return [0.0]
    power = 10.0 ** math.floor(math.log10(most / 4))
    step = max(factor * power for factor in (1, 2, 2.5, 5) if factor * power <= most / 4)
    return [round(step * n, 10) for n in range(math.floor(most / step + 1e-9) + 1)]


def visible(text: str, family: str = _MONO, *, spaces: bool = True) -> str:
    """`text` with every character to be seen: spaces as ·, line ends as ↵.

    What the font `family` has no glyph for, or nobody could see, becomes U+XXXX.
    """
    marks = {"\n": "↵", "\t": "⇥"} | ({" ": "·"} if spaces else {})
    glyphs = _glyphs(family)
    return "".join(
        marks[c] if c in marks else c if c.isprintable() and ord(c) in glyphs else f"U+{ord(c):04X}"
        for c in text
    )


@cache
def _glyphs(family: str) -> frozenset[int]:
    return frozenset(FT2Font(findfont(family)).get_charmap())


def _listed(pieces: Sequence[str], ids: Sequence[int] | None = None) -> str:
    """For alternative text: what is longer than 80 tokens nobody listens to."""
    more = f" and {len(pieces) - 80} more" if len(pieces) > 80 else ""
    shown = [repr(piece) for piece in pieces[:80]]
    if ids is not None:
        shown = [f"{piece} {int(id)}" for piece, id in zip(shown, ids)]
    return ", ".join(shown) + more


def _entitled(title: str | None, description: str) -> str:
    """The title and what it stands over, as one sentence or, after a question, two."""
    if not title:
        return description
    if title.endswith(("?", "!", ".", ":")):
        return f"{title} {description}"
    return f"{title}: {description[:1].lower()}{description[1:]}"


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _character_width(points: float) -> float:
    """Inches that one character of the fixed-width font takes."""
    return 0.602 * points / 72


def _probability(value: float) -> str:
    return f"{value:.3f}" if value >= 0.0005 or value == 0 else f"{value:.0e}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _canvas(height: float) -> tuple[Figure, Axes]:
    """An empty picture whose coordinates are inches from the lower left corner."""
    figure = Figure(figsize=(WIDTH, height), dpi=2 * _SCREEN_DPI, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, height))
    axes.axis("off")
    return figure, axes


def _headline(figure: Figure, axes: Axes, height: float, title: str) -> None:
    """The title at the top left, cut where the picture ends."""
    text = visible(title, _SANS, spaces=False)
    line = _text(axes, 0.06, height - 0.2, text, size=_TITLE_SIZE, align="left")
    while line.get_window_extent().x1 > figure.bbox.x1:
        line.set_text(line.get_text()[:-2] + "…")


def _picture(figure: Figure, alt: str) -> Picture:
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="png", metadata={"Software": None}, pil_kwargs={"compress_level": 3}
    )
    return Picture(buffer.getvalue(), alt, width=round(WIDTH * _SCREEN_DPI))


def _text(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float = _TEXT_SIZE,
    family: str = _SANS,
    align: str = "center",
    color: str = _INK,
    weight: str = "normal",
    background: str = "none",
) -> Text:
    return axes.text(
        x,
        y,
        text,
        fontsize=size,
        family=family,
        color=color,
        weight=weight,
        ha=align,
        va="center_baseline" if "\n" not in text else "center",
        parse_math=False,  # a token may be a dollar sign
        # A box that is not seen costs as much as one that is, in every move of a slider.
        bbox=None
        if background == "none"
        else {"facecolor": background, "edgecolor": "none", "pad": 2},
    )


def _box(
    axes: Axes,
    place: tuple[float, float, float, float],
    *,
    face: str,
    edge: str,
    line: float,
    style: str = "-",
) -> None:
    left, bottom, width, tall = place
    axes.add_artist(
        FancyBboxPatch(
            (left, bottom),
            width,
            tall,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=face,
            edgecolor=edge,
            linewidth=line,
            linestyle=style,
        )
    )


def _token_box(axes: Axes, place: tuple[float, float, float, float], generated: bool) -> None:
    if generated:
        _box(axes, place, face="#FBE7BF", edge=VERMILLION, line=1.8, style="--")
    else:
        _box(axes, place, face="#DDF0FB", edge=BLUE, line=0.9)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_artist(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=9,
            shrinkA=0,
            shrinkB=0,
            color=_INK,
            linewidth=1.3,
        )
    )
