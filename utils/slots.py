"""The picture of the notebook on serving: which request sits in which slot of the batch, step by step.

Nothing in here schedules anything: what is drawn is the timeline that the learner's own functions gave.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from utils.plotting import (
    _INK,
    _LINE,
    _PALE_INK,
    _PAPER,
    _SANS,
    _SMALL_SIZE,
    BLACK,
    BLUE,
    GREEN,
    VERMILLION,
    WIDTH,
    Picture,
    _canvas,
    _character_width,
    _count,
    _entitled,
    _headline,
    _picture,
    _round_steps,
    _shorten,
    _text,
    visible,
)

Timeline = Sequence[Sequence[int | None]]
"""A row for each step of the model; in it, for each slot, the number of the request that sits there, or None."""

# Neighbours differ in colour and in pattern, and each box carries its request's number.
_LOOKS: list[dict[str, Any]] = [
    {"facecolor": "#CFE8F9", "edgecolor": BLUE},
    {"facecolor": "#FBE7BF", "edgecolor": VERMILLION, "hatch": "///"},
    {"facecolor": "#D8F0E6", "edgecolor": GREEN, "hatch": "..."},
    {"facecolor": "#F3DDEA", "edgecolor": BLACK, "hatch": "\\\\\\"},
    {"facecolor": "#FBF7C8", "edgecolor": BLACK, "hatch": "---"},
]


def slot_timelines(timelines: Mapping[str, Timeline], title: str | None = None) -> Picture:
    """Timelines of a batch on one scale: a line for each slot, a box for each stay of a request.

    timelines: name -> which request (a number from 0) sits in which slot at every step, None where the slot is
    empty. One or two of them: side by side, or, where there are more than 40 steps, one below the other.
    ValueError for more, and where steps differ in their number of slots.
    """
    if not 1 <= len(timelines) <= 2:
        raise ValueError(f"{len(timelines)} timelines: there is room for one or two")
    for name, steps in timelines.items():
        if len({len(row) for row in steps}) > 1:
            raise ValueError(f"{name}: not every step has the same number of slots")
    longest = max(1, *(len(steps) for steps in timelines.values()))
    lines = max(1, *(len(row) for steps in timelines.values() for row in steps[:1]), 1)
    beside = len(timelines) if longest <= 40 else 1
    pitch, above, below, head = 0.36, 0.36, 0.6, 0.4 if title else 0.08
    panel, tall = (WIDTH - 0.12) / beside, above + pitch * lines + below
    height = head + tall * (len(timelines) // beside)
    figure, axes = _canvas(height)
    if title:
        _headline(figure, axes, height, title)
    wide = (panel - 0.8) / longest
    told = []
    for place, (name, steps) in enumerate(timelines.items()):
        left = 0.06 + panel * (place % beside)
        start, top = left + 0.58, height - head - above - tall * (place // beside)
        floor = top - pitch * lines
        heading = _shorten(visible(name, _SANS, spaces=False), int(panel / 0.1))
        _text(axes, left, top + 0.18, heading, align="left", weight="bold")
        for slot in range(len(steps[0]) if steps else 0):
            middle = top - pitch * (slot + 0.5)
            _text(axes, start - 0.08, middle, f"slot {slot}", size=_SMALL_SIZE, align="right")
            before = None
            for request, begin, end in _stays(steps, slot):
                look = None if request is None else request % len(_LOOKS)
                if look is not None and look == before:  # two boxes would read as one
                    look = (look + 1) % len(_LOOKS)
                _stay(axes, start + begin * wide, middle, (end - begin) * wide, request, look)
                before = look
        last = start + len(steps) * wide
        axes.plot([last, last], [floor, top], color=_INK, linewidth=1.8)
        for tick in filter(float.is_integer, _round_steps(longest)):
            x = start + tick * wide
            axes.plot([x, x], [floor, floor - 0.05], color=_LINE, linewidth=0.8)
            _text(axes, x, floor - 0.14, f"{tick:g}", size=_SMALL_SIZE, color=_PALE_INK)
        _text(axes, left, floor - 0.14, "step", size=_SMALL_SIZE, align="left", color=_PALE_INK)
        summary = _summary(steps)
        _text(axes, left, floor - 0.4, summary, size=_SMALL_SIZE, align="left")
        told.append(f"{name}: {summary}. {_listing(steps)}")
    return _picture(figure, _entitled(title, f"Timelines of batch slots. {' '.join(told)}"))


def _stays(steps: Timeline, slot: int) -> list[tuple[int | None, int, int]]:
    """(request or None, first step, step behind the last) for each stretch of a slot."""
    stays, begin = [], 0
    for request, group in groupby(row[slot] for row in steps):
        end = begin + sum(1 for _ in group)
        stays.append((request, begin, end))
        begin = end
    return stays


def _stay(
    axes: Axes, left: float, middle: float, wide: float, request: int | None, number: int | None
) -> None:
    if number is None:
        look: dict[str, Any] = {"facecolor": _PAPER, "edgecolor": _LINE, "linestyle": ":"}
        label, ink, weight = "empty", _PALE_INK, "normal"
    else:
        look = _LOOKS[number] | {"linewidth": 1.1}
        label, ink, weight = str(request), _INK, "bold"
    axes.add_patch(Rectangle((left, middle - 0.145), wide, 0.29, **look))
    if len(label) * _character_width(_SMALL_SIZE) > wide - (0.1 if request is None else 0):
        return  # a number over its neighbours would be nobody's
    _text(
        axes, left + wide / 2, middle, label, size=_SMALL_SIZE, color=ink, weight=weight,
        background=look["facecolor"] if "hatch" in look else "none",
    )  # fmt: skip


def _summary(steps: Timeline) -> str:
    cells = [request for row in steps for request in row]
    tokens = sum(request is not None for request in cells)
    if not steps:
        return "no steps"
    return (
        f"{_count(len(steps), 'step')}, {_count(tokens, 'token')}: {tokens / len(steps):.1f} a step, "
        f"{tokens / max(1, len(cells)):.0%} of the places used"
    )


def _listing(steps: Timeline) -> str:
    slots = []
    for slot in range(len(steps[0]) if steps else 0):
        stays = [
            f"{'empty' if request is None else f'request {request}'} {begin}–{end - 1}"
            for request, begin, end in _stays(steps, slot)
        ]
        slots.append(f"Slot {slot}: {', '.join(stays)}.")
    return " ".join(slots)
