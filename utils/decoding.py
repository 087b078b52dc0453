"""Pictures of the notebook on sampling, in the house style of `utils.plotting`.

Nothing in here chooses a token: what is drawn is what the learner's own functions gave.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from matplotlib.patches import Polygon, Rectangle

from utils.plotting import (
    _INK,
    _LINE,
    _MONO,
    _PALE_INK,
    _PAPER,
    _SANS,
    _SMALL_SIZE,
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SKY_BLUE,
    VERMILLION,
    WIDTH,
    YELLOW,
    Picture,
    _box,
    _canvas,
    _character_width,
    _headline,
    _picture,
    _probability,
    _shorten,
    _survivor_bar,
    _text,
    visible,
)


def survivors_side_by_side(
    panels: Mapping[str, tuple[Sequence[str], Sequence[float], Sequence[bool]]],
) -> Picture:
    """Two distributions beside each other: sorted bars, what a filter keeps told from what it drops.

    panels: title -> (tokens, probabilities before the filter, True for those that are kept), two of them,
    the most likely token first. Both have the same scale, 0 to 1.
    """
    if len(panels) != 2:
        raise ValueError(f"{len(panels)} panels: there is room for two")
    rows = max(len(tokens) for tokens, _, _ in panels.values())
    pitch, tall, head, panel = 0.27, 0.18, 0.95, WIDTH / 2
    height = head + pitch * rows + 0.1
    figure, axes = _canvas(height)
    told = []
    for side, (title, (tokens, probs, kept)) in enumerate(panels.items()):
        left = side * panel
        _text(
            axes, left + 0.06, height - 0.2, _shorten(visible(title, _SANS, spaces=False), 44),
            align="left", weight="bold",
        )  # fmt: skip
        for place, state in ((left + 0.06, True), (left + 1.85, False)):
            group = [float(p) for p, keep in zip(probs, kept) if bool(keep) == state]
            name = "kept" if state else "dropped"  # of those drawn: the filter sees many more
            label = f"{name}: {len(group)} of {len(tokens)} ({sum(group):.2f})"
            _survivor_bar(axes, (place, height - 0.62, 0.26, 0.17), state)
            _text(axes, place + 0.34, height - 0.54, label, size=_SMALL_SIZE, align="left")
        start = left + 1.62
        room = panel - 1.62 - 0.12
        for row, (token, p, keep) in enumerate(zip(tokens, probs, kept)):
            middle = height - head - pitch * (row + 0.5)
            look: dict[str, Any] = {"align": "right", "color": _INK if keep else _PALE_INK}
            shown = _shorten(visible(token, _MONO), 10)
            weight = "bold" if keep else "normal"
            _text(axes, start - 0.6, middle, shown, family=_MONO, weight=weight, **look)
            _text(axes, start - 0.08, middle, _probability(float(p)), size=_SMALL_SIZE, **look)
            bar = (start, middle - tall / 2, room * float(p), tall)
            _survivor_bar(axes, bar, bool(keep))
        floor = height - head - pitch * len(tokens)
        axes.plot([start, start], [floor, height - head], color=_INK, linewidth=1.0)
        told.append(
            f"{title}: "
            + ", ".join(
                f"{token!r} {_probability(float(p))}{'' if keep else ' (dropped)'}"
                for token, p, keep in zip(tokens, probs, kept)
            )
        )
    return _picture(figure, f"Two distributions side by side. {'; '.join(told)}.")


_STICK_LOOKS: list[dict[str, Any]] = [
    {"facecolor": SKY_BLUE},
    {"facecolor": ORANGE, "hatch": "////"},
    {"facecolor": YELLOW, "hatch": "..."},
    {"facecolor": "white", "hatch": "\\\\\\\\"},
    {"facecolor": PURPLE, "hatch": "xxx"},
    {"facecolor": _PAPER, "hatch": "---"},
]


def stick(tokens: Sequence[str], probs: Sequence[float], u: float, hit: int) -> Picture:
    """Probabilities laid end to end on a stick from 0 to 1, and a dart that lands at u.

    tokens, probs: in the order in which they lie. hit: the index of the token that was found for u.
    """
    values = [float(p) for p in probs]
    if len(values) != len(tokens):
        raise ValueError(f"{len(tokens)} tokens but {len(values)} probabilities")
    height, left, room, floor, tall = 1.75, 0.2, WIDTH - 0.4, 0.55, 0.42
    figure, axes = _canvas(height)
    _headline(figure, axes, height, f"u = {u:.3f} lands on {tokens[hit]!r}")
    at = 0.0
    for index, (token, p) in enumerate(zip(tokens, values)):
        look = _STICK_LOOKS[index % len(_STICK_LOOKS)]
        wide = room * p
        place = (left + room * at, floor)
        line = 2.6 if index == hit else 0.9
        axes.add_patch(
            Rectangle(place, wide, tall, edgecolor=BLACK, linewidth=line, zorder=2 + (index == hit), **look)
        )  # fmt: skip
        shown = visible(token, _MONO)
        if wide > len(shown) * _character_width(_SMALL_SIZE) + 0.14:
            _text(
                axes, place[0] + wide / 2, floor + tall / 2, shown, size=_SMALL_SIZE, family=_MONO,
                weight="bold" if index == hit else "normal", background="white",
            ).set_zorder(5)  # fmt: skip
        at += p
        axes.plot([left + room * at] * 2, [floor - 0.08, floor], color=_INK, linewidth=0.9)
        if wide > 0.45:
            _text(
                axes,
                left + room * at,
                floor - 0.2,
                f"{at:.2f}" if round(at, 2) == round(at, 4) else f"{at:.3f}",
                size=_SMALL_SIZE,
            )
    _text(axes, left, floor - 0.2, "0", size=_SMALL_SIZE)
    x = left + room * u
    tip = floor + tall
    axes.add_patch(
        Polygon(
            [(x, tip), (x - 0.08, tip + 0.2), (x + 0.08, tip + 0.2)], color=VERMILLION, zorder=6
        )
    )
    axes.plot([x, x], [floor, tip], color=VERMILLION, linewidth=1.8, linestyle="--", zorder=4)
    _text(axes, min(max(x, 0.3), WIDTH - 0.3), tip + 0.32, "u", color=VERMILLION, weight="bold")
    listed = ", ".join(f"{token!r} {_probability(p)}" for token, p in zip(tokens, values))
    return _picture(
        figure, f"A stick from 0 to 1: {listed}. A dart at u = {u:.3f} lands on {tokens[hit]!r}."
    )


_LINE_LOOKS: list[dict[str, Any]] = [
    {"color": BLUE, "linestyle": "-", "marker": "o"},
    {"color": VERMILLION, "linestyle": "--", "marker": "s"},
    {"color": GREEN, "linestyle": ":", "marker": "^"},
    {"color": BLACK, "linestyle": "-.", "marker": "D"},
]


def share_lines(
    lengths: Sequence[int],
    shares: Mapping[str, Sequence[float]],
    title: str,
    across: str = "tokens",
) -> Picture:
    """Lines of shares between 0 and 1 over a length, each with a colour, a dash and a marker of its own.

    shares: name -> one share for each of `lengths`. across: what the lengths count.
    """
    height, left, floor = 3.0, 0.55, 0.5
    room, tall = WIDTH - left - 2.1, height - floor - 0.55
    figure, axes = _canvas(height)
    _headline(figure, axes, height, title)
    most = max(lengths)
    for tick in (0, 0.25, 0.5, 0.75, 1):
        y = floor + tall * tick
        axes.plot([left, left + room], [y, y], color="#D8D8D8", linewidth=0.8, zorder=0)
        _text(axes, left - 0.1, y, f"{tick:g}", size=_SMALL_SIZE, align="right")
    for length in lengths:
        _text(axes, left + room * length / most, floor - 0.16, str(length), size=_SMALL_SIZE)
    _text(axes, left + room / 2, floor - 0.36, across, size=_SMALL_SIZE)
    ends = sorted(((float(values[-1]), name) for name, values in shares.items()), reverse=True)
    y_of: dict[str, float] = {}
    above = height
    for end, name in ends:  # names at the ends of the lines, a line of text apart
        above = y_of[name] = min(floor + tall * end, above - 0.2)
    for (name, values), look in zip(shares.items(), _LINE_LOOKS, strict=False):
        xs = [left + room * length / most for length in lengths]
        ys = [floor + tall * float(value) for value in values]
        axes.plot(xs, ys, linewidth=1.8, markersize=5, **look)
        x = left + room + 0.15
        axes.plot([xs[-1], x], [ys[-1], y_of[name]], color=_LINE, linewidth=0.8)
        _text(axes, x + 0.05, y_of[name], name, size=_SMALL_SIZE, align="left", color=look["color"])
    listed = "; ".join(
        f"{name}: " + ", ".join(f"{float(v):.2f} at {n}" for n, v in zip(lengths, values))
        for name, values in shares.items()
    )
    return _picture(figure, f"{title}. Lines over the number of {across}. {listed}.")


class Traced:
    """A `log_prob_fn` that remembers which sequences it was asked about, and what it said."""

    def __init__(self, log_prob_fn: Callable[[torch.Tensor], torch.Tensor]):
        self.log_prob_fn = log_prob_fn
        self.said: dict[tuple[int, ...], list[float]] = {}

    def __call__(self, ids: torch.Tensor) -> torch.Tensor:
        log_probs = self.log_prob_fn(ids)
        for row, said in zip(ids.tolist(), log_probs.tolist()):
            self.said[tuple(row)] = said
        return log_probs


@dataclass(frozen=True)
class BeamTree:
    """Where the nodes of a beam search stand; a node is its sequence, from the start on.

    layers: the nodes of each step, the start first. rows: node -> its row, leaves one each from top to bottom, others
    in the middle of their children. totals: node -> its sum of log-probabilities. ranks: what was found -> 0 for the
    best. kept: the nodes that the search went on with.
    """

    layers: list[list[tuple[int, ...]]]
    rows: dict[tuple[int, ...], float]
    totals: dict[tuple[int, ...], float]
    ranks: dict[tuple[int, ...], int]
    kept: set[tuple[int, ...]]

    def state(self, node: tuple[int, ...]) -> str:
        """`found`, `gone on with` or `pruned`."""
        return "found" if node in self.ranks else "gone on with" if node in self.kept else "pruned"

    @property
    def height(self) -> int:
        """How many rows there are."""
        return int(max(self.rows.values())) + 1


def lay_out(
    traced: Traced,
    found: Sequence[tuple[Sequence[int], float]],
    start: Sequence[int],
    branches: int = 3,
) -> BeamTree:
    """The tree of what a beam search went on with, found and pruned.

    traced: the function that the search asked. found: its result, (ids, score), best first. branches: of what was
    pruned, the likeliest this many children of a node are in the tree.
    """
    root = tuple(start)
    ranks = {tuple(ids): rank for rank, (ids, _) in enumerate(found)}
    # Behind a start of a length, every sequence asked about is a node that the search went on with.
    kept = set(traced.said)
    totals: dict[tuple[int, ...], float] = {root: 0.0}
    layers: list[list[tuple[int, ...]]] = [[root]]
    children: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    while layers[-1]:
        layer = []
        for node in layers[-1]:
            if node not in kept:
                continue
            said = traced.said[node]
            likely = sorted(range(len(said)), key=lambda t: -said[t])
            for rank, token in enumerate(likely):
                child = (*node, token)
                totals[child] = totals[node] + said[token]
                if child in kept or child in ranks or rank < branches:
                    layer.append(child)
                    children.setdefault(node, []).append(child)
        layers.append(layer)
    rows: dict[tuple[int, ...], float] = {}
    leaves = 0
    for node in _leaves_first(root, children):
        below = [rows[child] for child in children.get(node, ())]
        rows[node] = (below[0] + below[-1]) / 2 if below else leaves
        leaves += not below
    return BeamTree(layers[:-1], rows, totals, ranks, kept)


def _leaves_first(
    node: tuple[int, ...], children: Mapping[tuple[int, ...], Sequence[tuple[int, ...]]]
) -> Iterator[tuple[int, ...]]:
    for child in children.get(node, ()):
        yield from _leaves_first(child, children)
    yield node


def beam_tree(
    traced: Traced,
    found: Sequence[tuple[Sequence[int], float]],
    names: Sequence[str],
    start: Sequence[int],
    branches: int = 3,
) -> Picture:
    """The tree of a beam search: what it went on with, what it found, and what it pruned.

    names: the text of each token. For the others see `lay_out`.
    """
    tree = lay_out(traced, found, start, branches)
    root = tree.layers[0][0]
    pitch, head = 0.26, 0.62
    height = head + pitch * tree.height + 0.1
    figure, axes = _canvas(height)
    gap = (WIDTH - 1.6) / max(1, len(tree.layers) - 1)
    states: dict[str, dict[str, Any]] = {
        "gone on with": {"face": "#DDF0FB", "edge": BLUE, "line": 1.2},
        "found": {"face": "#FBE7BF", "edge": VERMILLION, "line": 2.4},
        "pruned": {"face": "white", "edge": _LINE, "line": 0.9, "style": ":"},
    }

    left = 0.06
    for name, look in states.items():
        _box(axes, (left, height - 0.3, 0.3, 0.18), **look)
        label = {"found": "found, with its rank", "pruned": "✗ pruned"}.get(name, name)
        _text(axes, left + 0.4, height - 0.21, label, size=_SMALL_SIZE, align="left")
        left += 1.9
    edges: dict[tuple[int, ...], float] = {}  # node -> where its box ends
    for depth, layer in enumerate(tree.layers):
        for node in layer:
            x, y = 0.06 + depth * gap, height - head - pitch * (tree.rows[node] + 0.5)
            what = tree.state(node)
            if depth:
                end = height - head - pitch * (tree.rows[node[:-1]] + 0.5)
                dotted = what == "pruned"
                axes.plot(
                    [edges[node[:-1]], x], [end, y], zorder=0,
                    color=_LINE if dotted else _INK, linewidth=0.8 if dotted else 1.3,
                    linestyle=":" if dotted else "-",
                )  # fmt: skip
            text = "start" if node == root else visible(names[node[-1]], _MONO)
            text = {"found": f"{text} #{tree.ranks.get(node, 0) + 1}", "pruned": f"{text} ✗"}.get(
                what, text
            )
            if node != root:
                text += f" {tree.totals[node]:.2f}".replace("-", "−")
            wide = len(text) * _character_width(_SMALL_SIZE) + 0.12
            _box(axes, (x, y - 0.1, wide, 0.2), **states[what])
            ink = _PALE_INK if what == "pruned" else _INK
            _text(axes, x + wide / 2, y, text, size=_SMALL_SIZE, family=_MONO, color=ink)
            edges[node] = x + wide
    told = "; ".join(
        f"{rank + 1}: {' '.join(names[t] for t in ids[len(root) :])} ({score:.2f})"
        for rank, (ids, score) in enumerate(found)
    )
    asked = len(tree.kept) - (root in tree.kept)
    return _picture(
        figure,
        f"Tree of a beam search over {len(tree.layers) - 1} steps: {asked} nodes gone on with after the start, the others pruned. "
        f"Found, best first: {told}.",
    )
