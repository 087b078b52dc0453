"""Pictures of the notebook on guard rails, in the house style of `utils.plotting`.

Nothing in here decides about a text: what is drawn is what the learner's own rails found.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.patches import Circle, Rectangle

from utils.plotting import (
    _INK,
    _LINE,
    _MONO,
    _PALE_INK,
    _PAPER,
    _SANS,
    _SMALL_SIZE,
    _TEXT_SIZE,
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    SKY_BLUE,
    VERMILLION,
    WIDTH,
    Picture,
    _arrow,
    _box,
    _canvas,
    _character_width,
    _count,
    _entitled,
    _headline,
    _picture,
    _shorten,
    _text,
    visible,
)

_SPAN_LOOKS: list[dict[str, Any]] = [
    {"facecolor": "#CFE8F9", "edgecolor": BLUE, "linestyle": "-"},
    {"facecolor": "#FBE7BF", "edgecolor": VERMILLION, "linestyle": "--"},
    {"facecolor": "#D8F0E6", "edgecolor": GREEN, "linestyle": ":"},
    {"facecolor": "#F3DDEA", "edgecolor": BLACK, "linestyle": "-."},
]


def marked_text(
    text: str, spans: Sequence[tuple[int, int, str]], title: str | None = None
) -> Picture:
    """A text with marked spans, the name of each under its first character.

    spans: (start, end, name), character offsets, end exclusive. Names get a colour and a border of their own.
    """
    at, left = _character_width(_TEXT_SIZE), 0.1
    room = int((WIDTH - 2 * left) / at)
    lines: list[tuple[int, str]] = []
    start = 0
    while start < len(text) or not lines:
        end = min(start + room, len(text))
        if end < len(text) and " " in text[start:end]:
            end = text.rindex(" ", start, end) + 1  # no word is cut that fits a line
        lines.append((start, text[start:end]))
        start = end
    pitch, head = 0.5, 0.42 if title else 0.06
    height = head + pitch * len(lines) + 0.08
    figure, axes = _canvas(height)
    if title:
        _headline(figure, axes, height, title)
    looks = {name: _SPAN_LOOKS[i % 4] for i, name in enumerate(dict.fromkeys(s[2] for s in spans))}
    for row, (begin, line) in enumerate(lines):
        middle = height - head - pitch * row - 0.17
        for start, end, name in spans:
            first, last = max(start, begin), min(end, begin + len(line))
            if first >= last:
                continue
            place = (left + at * (first - begin) - 0.015, middle - 0.13)
            wide = at * (last - first) + 0.03
            axes.add_patch(Rectangle(place, wide, 0.25, linewidth=1.4, **looks[name]))
            if first == start:
                _text(
                    axes,
                    place[0],
                    middle - 0.24,
                    name,
                    size=_SMALL_SIZE,
                    align="left",
                    weight="bold",
                )
        for column, sign in enumerate(line):
            shown = sign if sign == " " else visible(sign, _MONO)
            shown = shown if len(shown) == 1 else "□"
            _text(axes, left + at * (column + 0.5), middle, shown, family=_MONO)
    told = "; ".join(f"{name}: {text[start:end]!r}" for start, end, name in spans) or "none"
    return _picture(
        figure, _entitled(title, f"A text of {len(text)} characters. Marked spans: {told}.")
    )


_VERDICTS: dict[str, tuple[str, dict[str, Any]]] = {
    # what a rail did: its sign, and its box
    "passed": ("✓", {"face": "#DDF0FB", "edge": BLUE, "line": 1.0}),
    "changed": ("✎", {"face": "#D8F0E6", "edge": GREEN, "line": 1.6, "style": "-."}),
    "blocked": ("✗", {"face": "#FBE7BF", "edge": VERMILLION, "line": 2.6, "style": "--"}),
    "not reached": ("–", {"face": "white", "edge": _LINE, "line": 0.9, "style": ":"}),
}


def rails_track(
    stations: Sequence[tuple[str, str, str, float | None]], title: str | None = None
) -> Picture:
    """The way of a text through its rails, a line for each station from top to bottom.

    stations: (name, what happened: "passed", "changed", "blocked" or "not reached", a text to show, milliseconds or None).
    """
    pitch, tall, head = 0.44, 0.32, 0.5 if title else 0.1
    height = head + pitch * len(stations) + 0.06
    figure, axes = _canvas(height)
    if title:
        _headline(figure, axes, height, title)
    wide, start = 1.75, 0.1
    previous = None
    for row, (name, what, text, milliseconds) in enumerate(stations):
        sign, look = _VERDICTS[what]
        top = height - head - pitch * row
        middle = top - tall / 2
        _box(axes, (start, top - tall, wide, tall), **look)
        _text(
            axes,
            start + 0.14,
            middle,
            _shorten(visible(name, _SANS, spaces=False), 24),
            align="left",
        )
        if previous is not None and what != "not reached":
            _arrow(axes, (start + wide / 2, previous), (start + wide / 2, top))
        previous = top - tall
        label = f"{sign} {what}"
        if milliseconds is not None:
            label += f", {milliseconds:.{0 if milliseconds >= 10 else 2}f} ms"
        pale = _PALE_INK if what == "not reached" else _INK
        weight = "bold" if what in ("blocked", "changed") else "normal"
        _text(
            axes,
            start + wide + 0.12,
            middle,
            label,
            size=_SMALL_SIZE,
            align="left",
            color=pale,
            weight=weight,
        )
        x = start + wide + 1.75
        shown = _shorten(
            visible(text, _MONO, spaces=False),
            int((WIDTH - x - 0.05) / _character_width(_SMALL_SIZE)),
        )
        _text(axes, x, middle, shown, size=_SMALL_SIZE, align="left", family=_MONO, color=pale)
    told = "; ".join(
        f"{name}: {what}" + (f", {text!r}" if text else "") for name, what, text, _ in stations
    )
    return _picture(
        figure,
        _entitled(title, f"A text on its way through {_count(len(stations), 'station')}: {told}."),
    )


def token_grid(
    tokens: Sequence[str],
    allowed: Sequence[bool],
    chosen: int | None = None,
    title: str | None = None,
    state: str = "",
) -> Picture:
    """Tokens in a grid, those that may not come next struck out.

    chosen: the index of the one that is taken. state: a line of text, where the automaton stands.
    """
    if len(tokens) != len(allowed):
        raise ValueError(f"{len(tokens)} tokens but {len(allowed)} marks")
    tall, gap, left, head = 0.27, 0.06, 0.06, (0.42 if title else 0.06) + (0.26 if state else 0)
    places, row, x = [], 0, left
    for token in tokens:
        shown = _shorten(visible(token, _MONO) or "∅", 24)
        wide = max(2, len(shown)) * _character_width(_TEXT_SIZE) + 0.14
        if x + wide > WIDTH - left and x > left:
            row, x = row + 1, left
        places.append((shown, x, row, wide))
        x += wide + gap
    height = head + (row + 1) * (tall + gap) + 0.04
    figure, axes = _canvas(height)
    if title:
        _headline(figure, axes, height, title)
    if state:
        _text(
            axes, 0.06, height - head + 0.12, state, size=_SMALL_SIZE, align="left", color=_PALE_INK
        )
    for index, (shown, x, row, wide) in enumerate(places):
        bottom = height - head - (row + 1) * (tall + gap) + gap
        if index == chosen:
            look: dict[str, Any] = {"face": ORANGE, "edge": BLACK, "line": 2.4}
        elif allowed[index]:
            look = {"face": "#DDF0FB", "edge": BLUE, "line": 1.2}
        else:
            look = {"face": "white", "edge": _LINE, "line": 0.8, "style": ":"}
        _box(axes, (x, bottom, wide, tall), **look)
        middle = bottom + tall / 2
        ink = _INK if allowed[index] else _PALE_INK
        weight = "bold" if index == chosen else "normal"
        _text(axes, x + wide / 2, middle, shown, family=_MONO, color=ink, weight=weight)
        if not allowed[index]:
            axes.plot(
                [x + 0.05, x + wide - 0.05],
                [middle, middle],
                color=VERMILLION,
                linewidth=1.0,  # the token stays readable below it
                zorder=5,
            )
    names = [repr(token) for token, may in zip(tokens, allowed) if may]
    taken = "" if chosen is None else f" Taken: {tokens[chosen]!r}."
    alt = (
        f"A grid of {_count(len(tokens), 'token')}{': ' + state if state else ''}. "
        f"Allowed: {', '.join(names[:40]) or 'none'}; the other {len(tokens) - len(names)} are struck out.{taken}"
    )
    return _picture(figure, _entitled(title, alt))


def roc_and_confusion(
    curve: Sequence[tuple[float, float]],
    at: tuple[float, float],
    counts: Mapping[tuple[str, str], int],
    title: str,
) -> Picture:
    """An ROC curve with the point of a threshold, and beside it the confusion matrix there.

    curve: (false-positive rate, true-positive rate) from (0, 0) to (1, 1). at: the point of the threshold.
    counts: (what it is: "harmless" or "attack", what was done: "passed" or "blocked") -> how many.
    """
    height, left, floor, side = 3.45, 0.75, 0.58, 2.15
    figure, axes = _canvas(height)
    _headline(figure, axes, height, title)
    for tick in (0, 0.25, 0.5, 0.75, 1):
        for xs, ys in (([0, 1], [tick] * 2), ([tick] * 2, [0, 1])):
            line: dict[str, Any] = {"color": "#D8D8D8", "linewidth": 0.8, "zorder": 0}
            axes.plot([left + side * x for x in xs], [floor + side * y for y in ys], **line)
        _text(axes, left + side * tick, floor - 0.15, f"{tick:g}", size=_SMALL_SIZE)
        _text(axes, left - 0.1, floor + side * tick, f"{tick:g}", size=_SMALL_SIZE, align="right")
    axes.plot([left, left + side], [floor, floor + side], color=_LINE, linewidth=1.0, linestyle=":")
    axes.plot(
        [left + side * x for x, _ in curve], [floor + side * y for _, y in curve],
        color=BLUE, linewidth=1.8, drawstyle="steps-post",
    )  # fmt: skip
    spot = left + side * at[0], floor + side * at[1]
    axes.plot([spot[0]], [spot[1]], color=VERMILLION, marker="D", markersize=8, zorder=5)
    _text(axes, left + side / 2, floor - 0.36, "harmless prompts blocked", size=_SMALL_SIZE)
    _text(axes, 0.06, floor + side + 0.2, "attacks blocked", size=_SMALL_SIZE, align="left")
    _text(
        axes,
        left + side - 0.05,
        floor + 0.15,
        "◆ this threshold",
        size=_SMALL_SIZE,
        align="right",
        color=VERMILLION,
        background="white",
    )
    x, wide, tall, top = 4.35, 1.45, 0.62, floor + side - 0.3
    for column, done in enumerate(("passed", "blocked")):
        _text(axes, x + 0.1 + wide * (column + 0.5), top + 0.2, done, weight="bold")
    for row, kind in enumerate(("harmless", "attack")):
        y = top - (row + 0.5) * tall
        _text(axes, x, y, kind, align="right", weight="bold")
        total = sum(counts[kind, done] for done in ("passed", "blocked")) or 1
        for column, done in enumerate(("passed", "blocked")):
            good = (kind, done) in (("harmless", "passed"), ("attack", "blocked"))
            look: dict[str, Any] = (
                {"facecolor": "#DDF0FB", "edgecolor": BLUE}
                if good
                else {"facecolor": "#FBE7BF", "edgecolor": VERMILLION, "hatch": "////"}
            )
            place = (x + 0.1 + wide * column, y - tall / 2)
            axes.add_patch(Rectangle(place, wide - 0.06, tall - 0.06, linewidth=1.2, **look))
            number = counts[kind, done]
            shown = f"{'✓' if good else '✗'} {number} ({number / total:.0%})"
            _text(
                axes,
                place[0] + wide / 2 - 0.03,
                y - 0.03,
                shown,
                weight="bold",
                background="#DDF0FB" if good else "#FBE7BF",
            )
    told = ", ".join(f"{kind} {done} {counts[kind, done]}" for kind, done in counts)
    return _picture(
        figure,
        f"{title}. An ROC curve; at this threshold {at[0]:.1%} of the harmless prompts and {at[1]:.1%} of the attacks "
        f"are blocked. Confusion matrix: {told}.",
    )


_LAW_LOOKS: list[dict[str, Any]] = [
    {"facecolor": SKY_BLUE, "edgecolor": BLUE},
    {"facecolor": "#FBE7BF", "edgecolor": VERMILLION, "hatch": "////"},
    {"facecolor": "#D8F0E6", "edgecolor": GREEN, "hatch": "..."},
]


def law_bars(names: Sequence[str], laws: Mapping[str, Sequence[float]], title: str) -> Picture:
    """A few laws over the same outcomes, for each outcome a bar of each, on one scale from 0 to 1."""
    thin, gap, head = 0.2, 0.16, 0.8
    pitch = thin * len(laws) + gap
    height = head + pitch * len(names) + 0.06
    figure, axes = _canvas(height)
    _headline(figure, axes, height, title)
    x = 0.06
    for label, look in zip(laws, _LAW_LOOKS):
        axes.add_patch(Rectangle((x, height - 0.6), 0.3, 0.17, linewidth=1.0, **look))
        _text(axes, x + 0.38, height - 0.52, label, size=_SMALL_SIZE, align="left")
        x += 2.4
    start = 0.2 + max(len(visible(name, _MONO)) for name in names) * _character_width(_TEXT_SIZE)
    room = WIDTH - start - 0.7
    for row, name in enumerate(names):
        top = height - head - pitch * row
        _text(
            axes,
            start - 0.1,
            top - pitch / 2 + gap / 2,
            visible(name, _MONO),
            align="right",
            family=_MONO,
        )
        for line, (values, look) in enumerate(zip(laws.values(), _LAW_LOOKS)):
            bottom, p = top - thin * (line + 1), float(values[row])
            axes.add_patch(Rectangle((start, bottom), room * p, thin - 0.03, linewidth=1.0, **look))
            _text(
                axes,
                start + room * p + 0.08,
                bottom + thin / 2 - 0.01,
                f"{p:.3f}",
                size=_SMALL_SIZE,
                align="left",
            )
    axes.plot([start, start], [0.04, height - head], color=_INK, linewidth=1.0)
    told = "; ".join(
        f"{label}: " + ", ".join(f"{name!r} {float(p):.3f}" for name, p in zip(names, values))
        for label, values in laws.items()
    )
    return _picture(
        figure, _entitled(title, f"Probabilities of {_count(len(names), 'outcome')}. {told}.")
    )


def automaton(
    states: Sequence[tuple[str, bool]],
    edges: Sequence[tuple[int, int, str]],
    here: int | None = None,
    title: str | None = None,
) -> Picture:
    """A small automaton: its states in a row, the first at the left, and what leads from one to another.

    states: (name, whether it accepts: drawn as two circles). edges: (from, to, label); here: where it stands.
    """
    head, foot, radius = 0.42 if title else 0.06, 0.12, 0.24
    arcs = [(a, b, label) for a, b, label in edges if b != a and b != a + 1]
    lift = 0.3 + 0.24 * max((abs(b - a) for a, b, _ in arcs), default=0)
    height = head + 0.62 + lift + foot + 0.3
    figure, axes = _canvas(height)
    if title:
        _headline(figure, axes, height, title)
    gap = (WIDTH - 1.6) / max(1, len(states) - 1)
    y = foot + 0.3 + lift - 0.1
    xs = [0.8 + gap * i for i in range(len(states))]
    for a, b, label in edges:
        if a == b:  # a loop over its head
            x = xs[a]
            axes.plot(
                [x - 0.12, x - 0.2, x, x + 0.2, x + 0.12],
                [y + 0.2, y + 0.42, y + 0.5, y + 0.42, y + 0.22],
                color=_INK, linewidth=1.3,
            )  # fmt: skip
            _arrow(axes, (x + 0.16, y + 0.34), (x + 0.11, y + 0.2))
            _text(axes, x, y + 0.6, label, size=_SMALL_SIZE, family=_MONO)
        elif b == a + 1:
            _arrow(axes, (xs[a] + radius, y), (xs[b] - radius, y))
            _text(axes, (xs[a] + xs[b]) / 2, y + 0.12, label, size=_SMALL_SIZE, family=_MONO)
        else:
            low = y - radius - 0.22 * abs(b - a)
            axes.plot(
                [xs[a], xs[a], xs[b], xs[b]],
                [y - radius, low, low, y - radius - 0.05],
                color=_INK,
                linewidth=1.3,
            )
            _arrow(axes, (xs[b], low), (xs[b], y - radius))
            _text(
                axes,
                (xs[a] + xs[b]) / 2,
                low,
                label,
                size=_SMALL_SIZE,
                family=_MONO,
                background="white",
            )
    _arrow(axes, (xs[0] - radius - 0.32, y), (xs[0] - radius, y))
    for index, (name, accepts) in enumerate(states):
        marked = index == here
        axes.add_patch(
            Circle(
                (xs[index], y), radius, facecolor=ORANGE if marked else _PAPER,
                edgecolor=BLACK if marked else _INK, linewidth=2.6 if marked else 1.2, zorder=3,
            )
        )  # fmt: skip
        if accepts:
            axes.add_patch(
                Circle(
                    (xs[index], y),
                    radius - 0.05,
                    fill=False,
                    edgecolor=_INK,
                    linewidth=1.0,
                    zorder=4,
                )
            )
        weight = "bold" if marked else "normal"
        _text(axes, xs[index], y, name, size=_SMALL_SIZE, weight=weight).set_zorder(5)
    listed = ", ".join(f"{name}{' (accepting)' if accepts else ''}" for name, accepts in states)
    led = "; ".join(f"from {states[a][0]} by {label} to {states[b][0]}" for a, b, label in edges)
    stands = "" if here is None else f" It stands in {states[here][0]}."
    return _picture(
        figure, _entitled(title, f"An automaton with the states {listed}; {led}.{stands}")
    )
