"""Pictures of the notebook on speculative decoding, in the house style of `utils.plotting`, and a model made of a function.

Nothing in here decides about a token: what is drawn is what the learner's own functions gave.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from matplotlib.collections import PatchCollection
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle
from transformers import PreTrainedConfig

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
    SKY_BLUE,
    VERMILLION,
    WIDTH,
    Picture,
    _box,
    _canvas,
    _character_width,
    _headline,
    _picture,
    _shorten,
    _text,
    visible,
)
from utils.toy import Request, ToyModel

_SHARED: dict[str, Any] = {"facecolor": SKY_BLUE, "edgecolor": BLUE}
_WASTED: dict[str, Any] = {"facecolor": "#FBE7BF", "edgecolor": VERMILLION, "hatch": "////"}
_LEFT: dict[str, Any] = {"facecolor": "#D8F0E6", "edgecolor": GREEN, "hatch": "..."}


def overlap_bars(
    tokens: Sequence[str],
    p: Sequence[float],
    q: Sequence[float],
    darts: Sequence[tuple[int, float]] = (),
    title: str | None = None,
) -> Picture:
    """Two distributions on one bar per token: what both give, what only the draft gives, what only the target gives.

    p, q: the target's and the draft's probabilities. darts: (index in `tokens`, u) of drafted tokens, thrown at
    u · q of their bar: in the shared part they are accepted, in the draft's surplus they are not.
    """
    ps, qs = [float(x) for x in p], [float(x) for x in q]
    if not len(tokens) == len(ps) == len(qs):
        raise ValueError(f"{len(tokens)} tokens, {len(ps)} and {len(qs)} probabilities")
    shared = [min(a, b) for a, b in zip(ps, qs)]
    pitch, tall, head, foot = 0.4, 0.22, 0.82 if title else 0.44, 0.3
    height = head + pitch * len(tokens) + foot
    figure, axes = _canvas(height)
    if title:
        _headline(figure, axes, height, title)
    left = 0.06
    masses = (
        ("both, min(p, q)", _SHARED, sum(shared)),
        ("draft only: rejected", _WASTED, sum(b - s for b, s in zip(qs, shared))),
        ("target only: residual", _LEFT, sum(a - s for a, s in zip(ps, shared))),
    )
    for name, look, mass in masses:
        bottom = height - head + 0.14
        axes.add_artist(Rectangle((left, bottom), 0.3, 0.18, linewidth=1.0, **look))
        _text(
            axes, left + 0.38, bottom + 0.09, f"{name} {mass:.2f}", size=_SMALL_SIZE, align="left"
        )
        left += 2.3
    shown = [_shorten(visible(token, _MONO) or "∅", 14) for token in tokens]
    start = 0.2 + max(map(len, shown), default=0) * _character_width(10.5) + 0.1
    room = WIDTH - start - 1.75
    longest = max([*ps, *qs], default=0) or 1
    floor = height - head - pitch * len(tokens)
    for row, (name, a, b, s) in enumerate(zip(shown, ps, qs, shared)):
        middle = height - head - pitch * (row + 0.5)
        scale = room / longest
        _text(axes, start - 0.1, middle, name, align="right", family=_MONO)
        parts = [(0.0, s, _SHARED), (s, max(a, b), _LEFT if a > b else _WASTED)]
        for begin, end, look in parts:
            if end > begin:
                bar = (start + scale * begin, middle - tall / 2)
                axes.add_artist(Rectangle(bar, scale * (end - begin), tall, linewidth=1.0, **look))
        end = start + scale * max(a, b) + 0.1
        _text(axes, end, middle, f"p {a:.2f}  q {b:.2f}", size=_SMALL_SIZE, align="left")
        for index, u in darts:
            if index != row:
                continue
            x, hit = start + scale * u * b, u * b < s
            tip = middle + tall / 2 - 0.02
            color = BLUE if hit else VERMILLION
            axes.add_artist(
                Polygon(
                    [(x, tip), (x - 0.06, tip + 0.13), (x + 0.06, tip + 0.13)],
                    color=color,
                    zorder=5,
                )
            )
            axes.plot([x, x], [middle - tall / 2, tip], color=color, linewidth=1.5, zorder=5)
            _text(axes, x + 0.11, tip + 0.07, "✓" if hit else "✗", size=_SMALL_SIZE, color=color)
    axes.plot([start, start], [floor, height - head], color=_INK, linewidth=1.0)
    for tick in range(int(longest * 10) + 1):
        if tick % 2 == 0:
            x = start + room * tick / 10 / longest
            _text(axes, x, floor - 0.14, f"{tick / 10:g}", size=_SMALL_SIZE, color=_PALE_INK)
    rows = "; ".join(f"{t!r} p {a:.2f}, q {b:.2f}" for t, a, b in zip(tokens, ps, qs))
    thrown = "".join(
        f" A dart at u = {u:.2f} on {tokens[i]!r} {'hits the shared part' if u * qs[i] < shared[i] else 'misses it'}."
        for i, u in darts
    )
    named = ", ".join(f"{name} {mass:.2f}" for name, _, mass in masses)
    alt = f"Two distributions over {len(tokens)} tokens, {named}: {rows}.{thrown}"
    return _picture(figure, f"{title}. {alt}" if title else alt)


_MARKS: dict[str, tuple[str, dict[str, Any]]] = {
    # state of a token: its sign, and its box
    "accepted": ("✓", {"face": "#DDF0FB", "edge": BLUE, "line": 1.0}),
    "rejected": ("✗", {"face": "white", "edge": _LINE, "line": 0.9, "style": ":"}),
    "unjudged": ("–", {"face": "#F4F4F4", "edge": _LINE, "line": 0.5, "style": ":"}),
    "resampled": ("↻", {"face": "#FBE7BF", "edge": VERMILLION, "line": 2.0, "style": "--"}),
    "bonus": ("+", {"face": "#D8F0E6", "edge": GREEN, "line": 2.0}),
}


def fate(place: int, accepted: int) -> str:
    """What becomes of the drafted token at this place of a round in which so many were accepted."""
    if place < accepted:
        return "accepted"
    return "rejected" if place == accepted else "unjudged"


def speculation_stream(
    rounds: Sequence[tuple[Sequence[str], int, str]], title: str | None = None
) -> Picture:
    """The rounds of a speculative generation, a line each: drafted tokens, what became of them, and the last token.

    Behind the first rejected token nothing is judged any more.

    rounds: (texts of the drafted tokens, how many were accepted, text of the target's own token).
    """
    pitch, tall, gap = 0.36, 0.26, 0.05
    head = 0.74 if title else 0.4
    height = head + pitch * len(rounds) + 0.06
    figure, axes = _canvas(height)
    if title:
        _headline(figure, axes, height, title)
    left, made = 0.06, sum(n + 1 for _, n, _ in rounds)
    for name, (sign, look) in _MARKS.items():
        count = {
            "accepted": sum(n for _, n, _ in rounds),
            "rejected": sum(n < len(d) for d, n, _ in rounds),
            "unjudged": sum(max(0, len(d) - n - 1) for d, n, _ in rounds),
            "resampled": sum(n < len(d) for d, n, _ in rounds),
            "bonus": sum(n == len(d) for d, n, _ in rounds),
        }[name]
        _box(axes, (left, height - head + 0.1, 0.3, 0.2), **look)
        _text(axes, left + 0.15, height - head + 0.2, sign, size=_SMALL_SIZE)
        _text(
            axes,
            left + 0.38,
            height - head + 0.2,
            f"{name}: {count}",
            size=_SMALL_SIZE,
            align="left",
        )
        left += 1.45
    for row, (drafted, n, last) in enumerate(rounds):
        middle = height - head - pitch * (row + 0.5)
        _text(axes, 0.06, middle, f"{row + 1}", size=_SMALL_SIZE, align="left", color=_PALE_INK)
        left = 0.34
        states = [(fate(i, n), text) for i, text in enumerate(drafted)]
        states.insert(n, ("bonus" if n == len(drafted) else "resampled", last))
        for state, text in states:
            sign, look = _MARKS[state]
            piece = f"{sign} {_shorten(visible(text, _MONO) or '∅', 12)}"
            wide = len(piece) * _character_width(_SMALL_SIZE) + 0.12
            if left + wide > WIDTH - 0.2:
                _text(axes, left + 0.06, middle, "…", size=_SMALL_SIZE)
                break
            _box(axes, (left, middle - tall / 2, wide, tall), **look)
            ink = _PALE_INK if state in ("rejected", "unjudged") else _INK
            _text(axes, left + wide / 2, middle, piece, size=_SMALL_SIZE, family=_MONO, color=ink)
            left += wide + gap
    told = "; ".join(
        f"{row + 1}: {n} of {len(drafted)} accepted ({', '.join(repr(d) for d in drafted)}), then "
        f"{'bonus' if n == len(drafted) else 'resampled'} {last!r}"
        for row, (drafted, n, last) in enumerate(rounds)
    )
    alt = f"{len(rounds)} rounds give {made} tokens. {told}."
    return _picture(figure, f"{title}. {alt}" if title else alt)


def cache_rulers(steps: Sequence[tuple[str, Mapping[str, tuple[int, int]]]]) -> Picture:
    """How long the caches of target and draft are, step by step: they grow in a round, and snap back.

    steps: (what happened, {name of the model: (positions that stay, positions that the cache held)}).
    """
    names = list(steps[0][1])
    longest = max(held for _, caches in steps for _, held in caches.values())
    tall, pitch, head = 0.17, 0.3, 0.42
    block = pitch * len(names) + 0.34
    height = head + block * len(steps) + 0.04
    figure, axes = _canvas(height)
    left = 0.06
    for label, look in (
        ("kept", _SHARED),
        ("rolled back", {"facecolor": "white", "edgecolor": VERMILLION, "hatch": "////"}),
    ):
        axes.add_artist(Rectangle((left, height - 0.3), 0.3, 0.18, linewidth=1.0, **look))
        _text(axes, left + 0.38, height - 0.21, label, size=_SMALL_SIZE, align="left")
        left += 1.4
    start = 0.1 + max(map(len, names)) * _character_width(_SMALL_SIZE) + 0.2
    unit = (WIDTH - start - 1.1) / max(longest, 1)
    told = []
    for index, (what, caches) in enumerate(steps):
        top = height - head - block * index
        _text(axes, 0.06, top - 0.13, what, align="left", weight="bold", size=_SMALL_SIZE)
        for row, name in enumerate(names):
            kept, held = caches[name]
            middle = top - 0.38 - pitch * row
            _text(axes, start - 0.1, middle, name, align="right", size=_SMALL_SIZE)
            axes.add_artist(
                Rectangle((start, middle - tall / 2), unit * kept, tall, linewidth=1.0, **_SHARED)
            )
            if held > kept:
                axes.add_artist(
                    Rectangle(
                        (start + unit * kept, middle - tall / 2), unit * (held - kept), tall,
                        facecolor="white", edgecolor=VERMILLION, hatch="////", linewidth=1.0,
                    )
                )  # fmt: skip
                axes.add_artist(
                    FancyArrowPatch(
                        (start + unit * held, middle + tall / 2 + 0.02),
                        (start + unit * kept, middle + tall / 2 + 0.02),
                        connectionstyle="arc3,rad=0.25", arrowstyle="-|>", mutation_scale=8,
                        color=VERMILLION, linewidth=1.2, shrinkA=0, shrinkB=0,
                    )
                )  # fmt: skip
            for position in range(kept + 1):
                x = start + unit * position
                axes.plot(
                    [x, x], [middle - tall / 2, middle - tall / 2 + 0.05], color=_INK, linewidth=0.5
                )
            label = f"{held} → {kept}" if held > kept else f"{kept}"
            _text(axes, start + unit * held + 0.1, middle, label, size=_SMALL_SIZE, align="left")
        told.append(
            f"{what}: "
            + ", ".join(
                f"{name} {held} positions, {kept} kept" for name, (kept, held) in caches.items()
            )
        )
    return _picture(figure, f"The caches as rulers. {'; '.join(told)}.")


def speedup_map(
    speedup: Callable[[float, int, float], float],
    cost_ratio: float,
    points: Mapping[str, tuple[float, int]] | None = None,
    max_gamma: int = 12,
) -> Picture:
    """The predicted speed-up over acceptance rate and draft length, at one cost ratio.

    speedup: (alpha, gamma, cost_ratio) -> float, the learner's. points: name -> (alpha, gamma) measured.
    Darker is faster; each cell holds its number, those below 1 are hatched.
    """
    alphas = [i / 10 for i in range(11)]
    gammas = list(range(max_gamma + 1))
    grid = [[float(speedup(alpha, gamma, cost_ratio)) for alpha in alphas] for gamma in gammas]
    tall, head, foot = 0.27, 0.5, 0.5
    left, wide = 0.75, (WIDTH - 0.75 - 0.2) / len(alphas)
    height = head + tall * len(gammas) + foot
    figure, axes = _canvas(height)
    _headline(
        figure,
        axes,
        height,
        f"Predicted speed-up, a draft pass costing {cost_ratio:.2f} of a target pass",
    )
    top = max(2.0, *(value for row in grid for value in row))
    faster: dict[Rectangle, tuple[float, ...]] = {}
    slower: list[Rectangle] = []
    for row, gamma in enumerate(gammas):
        bottom = foot + tall * row
        _text(axes, left - 0.12, bottom + tall / 2, str(gamma), size=_SMALL_SIZE, align="right")
        for column, value in enumerate(grid[row]):
            share = max(0.0, (value - 1) / (top - 1))
            tint = tuple(1 - share * (1 - c) for c in (0.0, 0.447, 0.698))
            cell = Rectangle((left + wide * column, bottom), wide, tall)
            if value < 1 - 1e-9:
                slower.append(cell)
            else:
                faster[cell] = tint
            ink = "white" if share > 0.55 else _INK
            _text(
                axes,
                left + wide * (column + 0.5),
                bottom + tall / 2,
                f"{value:.2f}",
                size=_SMALL_SIZE,
                color=ink,
            )
    # All cells of a kind at once: a slider redraws this map, and a hatch is slow to make.
    tints = list(faster.values())
    kinds = (
        PatchCollection(list(faster), facecolors=tints, edgecolor="white", linewidth=0.8),
        PatchCollection(slower, facecolor=_PAPER, edgecolor="#C8C8C8", hatch="////", linewidth=0.5),
    )
    for cells in kinds:
        axes.add_collection(cells, autolim=False)
    for column, alpha in enumerate(alphas):
        _text(axes, left + wide * (column + 0.5), foot - 0.14, f"{alpha:g}", size=_SMALL_SIZE)
    _text(
        axes,
        left + wide * len(alphas) / 2,
        0.14,
        "acceptance rate α (hatched: slower than without)",
        size=_SMALL_SIZE,
    )
    _text(axes, 0.3, foot + tall * len(gammas) / 2, "γ", size=12)
    told = []
    for number, (name, (alpha, gamma)) in enumerate((points or {}).items()):
        x, y = left + wide * (alpha * 10 + 0.5), foot + tall * (gamma + 0.5)
        style: dict[str, Any] = {"markersize": 15, "markeredgecolor": BLACK, "markeredgewidth": 1.2}
        marker = "o*sD^v"[number % 6]
        axes.plot(
            [x],
            [y],
            marker,
            color=(ORANGE, VERMILLION, GREEN, "white")[number % 4],
            zorder=6,
            **style,
        )
        side = "right" if alpha > 0.7 else "left"
        _text(
            axes, x + (-0.14 if side == "right" else 0.14), y, name, size=_SMALL_SIZE, align=side,
            weight="bold", background="white",
        ).set_zorder(7)  # fmt: skip
        told.append(f"{name} at α {alpha:.2f}, γ {gamma}")
    best = "; ".join(
        f"α {alpha:g}: γ {max(gammas, key=lambda g: (grid[g][i], -g))} with {max(row[i] for row in grid):.2f}"
        for i, alpha in enumerate(alphas)
    )
    measured = f" Measured: {'; '.join(told)}." if told else ""
    return _picture(
        figure,
        f"Map of predicted speed-ups, a draft pass costing {cost_ratio:.2f} of a target pass, γ from 0 to {max_gamma}. "
        f"The best of each acceptance rate: {best}.{measured}",
    )


def bar_race(rows: Mapping[str, float], unit: str, title: str, note: str = "") -> Picture:
    """One bar per name, in the order given, each with its number; the first is what the others are compared with.

    rows: name -> a number above 0. unit: what it counts. note: a line below.
    """
    pitch, tall, head, foot = 0.32, 0.2, 0.44, 0.3 if note else 0.08
    height = head + pitch * len(rows) + foot
    figure, axes = _canvas(height)
    _headline(figure, axes, height, title)
    start = 0.1 + max(map(len, rows)) * 0.078 + 0.15
    longest = max(rows.values())
    room = WIDTH - start - 1.9
    first = next(iter(rows.values()))
    for row, (name, value) in enumerate(rows.items()):
        middle = height - head - pitch * (row + 0.5)
        _text(axes, start - 0.1, middle, name, align="right", size=_SMALL_SIZE + 0.5)
        look: dict[str, Any] = (
            {"facecolor": _PAPER, "edgecolor": _INK}
            if row == 0
            else {**_SHARED, "hatch": "//" if value < first else None}
        )
        axes.add_artist(
            Rectangle(
                (start, middle - tall / 2), room * value / longest, tall, linewidth=1.0, **look
            )
        )
        ratio = "" if row == 0 else f"   × {value / first:.2f}"
        _text(
            axes,
            start + room * value / longest + 0.08,
            middle,
            f"{value:.1f} {unit}{ratio}",
            size=_SMALL_SIZE,
            align="left",
        )
    if note:
        _text(
            axes,
            0.06,
            0.14,
            visible(note, _SANS, spaces=False),
            size=_SMALL_SIZE,
            align="left",
            color=_PALE_INK,
        )
    listed = ", ".join(f"{name} {value:.1f}" for name, value in rows.items())
    return _picture(figure, f"{title}. Bars in {unit}: {listed}.")


def model_of(next_scores: Callable[[list[int]], torch.Tensor], config: Any) -> ToyModel:
    """A model whose scores for the next token come from a function: a table, a search in the text, anything.

    next_scores: all ids so far -> FloatTensor[V]. config: that of the model whose vocabulary it shares.
    It has the face of a transformers model, caches included; only the last position's logits are computed, and those of
    earlier positions repeat them: enough for a draft, which is only ever asked what comes next. B = 1.
    """
    known: list[int] = []  # the token behind each tag that lies in a cache

    def answer(request: Request) -> tuple[torch.Tensor, torch.Tensor]:
        new = request.input_ids[0].tolist()
        history = [known[tag] for tag in request.tags[0].tolist()] + new
        tags = torch.arange(len(known), len(known) + len(new))[None]
        known.extend(new)
        return next_scores(history).expand(1, len(new), -1), tags

    # One layer is enough: what lies in the cache is a tag for each position.
    one = {"num_hidden_layers": 1, "num_attention_heads": 1, "hidden_size": 1}
    small = PreTrainedConfig.from_dict({"vocab_size": config.vocab_size, **one})
    return ToyModel(small, answer)


class Watched:
    """Notes every forward pass of a model inside a `with` block, without changing anything.

    `passes` are (positions in the cache before the pass, the ids that it was given), B = 1.
    """

    def __init__(self, model: torch.nn.Module):
        self.model = model
        self.passes: list[tuple[int, list[int]]] = []

    def __enter__(self) -> "Watched":
        self._hook = self.model.register_forward_pre_hook(self._note, with_kwargs=True)
        return self

    def __exit__(self, *exception: object) -> None:
        self._hook.remove()

    def _note(self, model: torch.nn.Module, args: tuple, kwargs: dict) -> None:
        ids = args[0] if args else kwargs["input_ids"]
        cache = kwargs.get("past_key_values")
        cached = cache.get_seq_length() if cache is not None else 0
        self.passes.append((cached, ids[0].tolist()))

    def rounds(self, ids: Sequence[int], prompt_length: int) -> list[tuple[list[int], int, int]]:
        """What a target's passes say about a text: (drafted ids, how many stand in the text, the id behind them)."""
        known, found = prompt_length, []
        for cached, new in self.passes:
            drafted = new[max(0, known - cached) :]
            n = 0
            while n < len(drafted) and known + n < len(ids) and ids[known + n] == drafted[n]:
                n += 1
            if known + n < len(ids):
                found.append((drafted, n, ids[known + n]))
            known += n + 1
        return found
