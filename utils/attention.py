"""Pictures of what goes on inside a transformer, in the house style of `utils.plotting`.

Nothing in here computes attention: what is drawn are weights and vectors that somebody else's code gives.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Circle, Rectangle

from utils.plotting import (
    _INK,
    _LINE,
    _MONO,
    _PALE_INK,
    _PAPER,
    _SMALL_SIZE,
    _TEXT_SIZE,
    BLACK,
    BLUE,
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
    _round_steps,
    _shorten,
    _text,
    visible,
)

_SHADES = LinearSegmentedColormap.from_list("attention", ["white", SKY_BLUE, BLUE])
_DARK = 0.6  # from this weight on, what is written on a shade is white

BLOCK = {
    # the stations of a decoder, from ids to logits, and what each of them does to the stream
    "embed": "from ids",
    "norm 1": "rescale",
    "attention": "mix tokens",
    "norm 2": "rescale",
    "feed-forward": "each token alone",
    "last norm": "rescale",
    "logits": "to scores",
}


def block_map(here: str | Sequence[str] = ()) -> Picture:
    """The residual stream from ids to logits, with the station or stations that are being built marked.

    here: one or several keys of `BLOCK`; ValueError for any other.
    """
    marked = [here] if isinstance(here, str) else list(here)
    if unknown := [name for name in marked if name not in BLOCK]:
        raise ValueError(f"no station {unknown[0]!r}; there are {', '.join(BLOCK)}")
    height, stream, lane, tall = 2.5, 0.62, 1.4, 0.5
    figure, axes = _canvas(height)

    def station(name: str, left: float, bottom: float, width: float) -> None:
        is_here = name in marked
        _box(
            axes,
            (left, bottom, width, tall),
            face=ORANGE if is_here else _PAPER,
            edge=BLACK if is_here else _LINE,
            line=2.6 if is_here else 0.9,
        )
        middle, weight = left + width / 2, "bold" if is_here else "normal"
        shown = name.split(" ")[0] if name.startswith("norm") else name
        _text(axes, middle, bottom + tall / 2, shown, weight=weight)
        above = bottom + tall + 0.15
        _text(axes, middle, above, BLOCK[name], size=_SMALL_SIZE, color=_PALE_INK)

    axes.add_patch(
        Rectangle((1.62, 0.14), 3.66, 2.22, fill=False, edgecolor=_PALE_INK, linestyle="--")
    )
    _text(
        axes, 3.45, 2.36, "one block, repeated L times", size=_SMALL_SIZE, background="white",
        color=_PALE_INK,
    )  # fmt: skip
    axes.plot([0.95, 6.3], [stream, stream], color=BLUE, linewidth=5, zorder=0.5)
    _text(axes, 3.45, 0.3, "the residual stream [B, T, H]: read, and added to", size=_SMALL_SIZE)
    for first, second, start, wide in (
        ("norm 1", "attention", 1.72, 0.92),
        ("norm 2", "feed-forward", 3.42, 1.14),
    ):
        _arrow(axes, (start + 0.1, stream), (start + 0.1, lane))
        station(first, start, lane, 0.54)
        _arrow(axes, (start + 0.54, lane + tall / 2), (start + 0.64, lane + tall / 2))
        station(second, start + 0.64, lane, wide)
        x = start + 0.64 + wide - 0.24
        _arrow(axes, (x, lane), (x, stream + 0.13))
        axes.add_patch(
            Circle((x, stream), 0.13, facecolor="white", edgecolor=BLACK, linewidth=1.4, zorder=3)
        )
        _text(axes, x, stream, "+", weight="bold").set_zorder(4)
    station("embed", 0.08, stream - tall / 2, 0.87)
    station("last norm", 5.42, stream - tall / 2, 0.92)
    station("logits", 6.6, stream - tall / 2, 0.82)
    _arrow(axes, (6.34, stream), (6.6, stream))
    where = f" You are at: {', '.join(marked)}." if marked else ""
    return _picture(
        figure,
        "Map of a decoder. From embed to logits runs one line, the residual stream. In each of L blocks two branches leave "
        "it and are added back: norm and attention, which mixes tokens, then norm and feed-forward, which treats each "
        f"token alone. A last norm, then the logits.{where}",
    )


def attention_map(
    weights: Any, tokens: Sequence[str], title: str, sources: Sequence[str] | None = None
) -> Picture:
    """One head as a heat map: a row for each token that looks, a column for each that is looked at.

    weights: [T, S], each row summing to 1 (or to 0). tokens: the text of the T. sources: that of the S, where they are
    others. The largest weight of each row is written out; exact zeros are drawn as dots.
    """
    table = np.asarray(weights, dtype=float)
    seen = tokens if sources is None else sources
    _require_shape(table, len(tokens), len(seen))
    names = [_name(token) for token in tokens]
    heads = [_name(token) for token in seen]
    left = 0.2 + max(map(len, names)) * _character_width(_TEXT_SIZE)
    top = 0.5 + max(map(len, heads)) * _character_width(_TEXT_SIZE) * 0.75
    wide = min((WIDTH - left - 0.5) / len(seen), 0.62)
    tall = min(wide, 0.34)
    height = top + tall * len(tokens) + 0.34
    figure, axes = _canvas(height)
    _headline(figure, axes, height, title)
    floor = height - top - tall * len(tokens)
    _shaded(axes, table, (left, floor, wide * len(seen), tall * len(tokens)))
    for row, name in enumerate(names):
        middle = height - top - tall * (row + 0.5)
        _text(axes, left - 0.08, middle, name, align="right", family=_MONO)
        for column, weight in enumerate(table[row]):
            x = left + wide * (column + 0.5)
            if weight == 0:
                _text(axes, x, middle, "·", color=_PALE_INK)
            elif column == table[row].argmax() and wide >= 0.3:
                color = "white" if weight >= _DARK else _INK
                _text(axes, x, middle, _share(weight), size=_SMALL_SIZE, color=color, weight="bold")
    for column, name in enumerate(heads):
        x = left + wide * (column + 0.5)
        label = _text(axes, x - 0.06, height - top + 0.05, name, align="left", family=_MONO)
        label.set(rotation=45, va="bottom", rotation_mode="anchor")
    _text(
        axes, left, floor - 0.19,
        "rows look at columns; the number is the row's largest weight, a dot an exact 0",
        size=_SMALL_SIZE, align="left", color=_PALE_INK,
    )  # fmt: skip
    told = "; ".join(
        f"{token!r} looks most at {seen[row.argmax()]!r} ({_share(row.max())})"
        for token, row in zip(tokens, table)
    )
    return _picture(figure, _entitled(title, f"Attention weights as a heat map. {told}."))


def head_grid(heads: Mapping[str, Any], tokens: Sequence[str], title: str) -> Picture:
    """Several heads as small heat maps, on the same tokens; a dot on the largest weight of each row.

    heads: name -> weights [T, T].
    """
    columns = min(len(heads), 5)
    rows = math.ceil(len(heads) / columns)
    gap, head = 0.16, 0.5
    side = min((WIDTH - 0.12 - gap * (columns - 1)) / columns, 1.9)
    height = head + rows * (side + 0.32) + 0.06
    figure, axes = _canvas(height)
    _headline(figure, axes, height, title)
    told = []
    for index, (name, weights) in enumerate(heads.items()):
        table = np.asarray(weights, dtype=float)
        _require_shape(table, len(tokens), len(tokens))
        left = 0.06 + (index % columns) * (side + gap)
        floor = height - head - (index // columns + 1) * (side + 0.32) + 0.06
        _text(axes, left + side / 2, floor + side + 0.12, name, size=_SMALL_SIZE)
        _shaded(axes, table, (left, floor, side, side))
        cell = side / len(tokens)
        best = table.argmax(axis=1)
        axes.plot(
            left + cell * (best + 0.5), floor + side - cell * (np.arange(len(table)) + 0.5),
            linestyle="none", marker="o", markersize=3.2, color=ORANGE, markeredgecolor=BLACK,
            markeredgewidth=0.6,
        )  # fmt: skip
        first, itself = (best == 0).mean(), (best == np.arange(len(table))).mean()
        before = (best == np.arange(len(table)) - 1).mean()
        told.append(f"{name}: itself {itself:.0%}, token before {before:.0%}, first {first:.0%}")
    return _picture(
        figure,
        _entitled(
            title,
            f"{_count(len(heads), 'head')} as heat maps over {_count(len(tokens), 'token')}. Where most rows look, "
            f"{'; '.join(told)}.",
        ),
    )


def residual_stream(
    stream: Sequence[float],
    attention: Sequence[float],
    feed_forward: Sequence[float],
    title: str,
    words: Sequence[tuple[str, float]] | None = None,
) -> Picture:
    """One token's way through the layers: how long its vector is, and how long what each layer adds to it.

    stream: norms, the first of the embedding and then one behind each layer; attention, feed_forward: of what is added in
    each layer. words: for each entry of `stream` a token and its probability, to stand at the end of its line.
    """
    if not len(stream) - 1 == len(attention) == len(feed_forward):
        raise ValueError(
            f"{len(stream)} norms of the stream do not fit {len(attention)} and {len(feed_forward)} layers"
        )
    pitch, head = 0.25, 0.92
    height = head + pitch * len(stream) + 0.08
    figure, axes = _canvas(height)
    _headline(figure, axes, height, title)
    start = 1.0
    end = WIDTH - (2.35 if words else 0.3)
    most = max(*stream, *attention, *feed_forward)
    looks: dict[str, dict[str, Any]] = {
        "attention adds": {"facecolor": SKY_BLUE, "edgecolor": BLUE},
        "feed-forward adds": {"facecolor": "#FBE7BF", "edgecolor": VERMILLION, "hatch": "////"},
    }
    x = 0.06
    for label, look in looks.items():
        axes.add_patch(Rectangle((x, height - 0.6), 0.3, 0.16, linewidth=1.0, **look))
        _text(axes, x + 0.38, height - 0.52, label, size=_SMALL_SIZE, align="left")
        x += 1.85
    axes.plot([x + 0.15], [height - 0.52], marker="D", markersize=6, color=BLACK)
    _text(axes, x + 0.38, height - 0.52, "the stream behind it", size=_SMALL_SIZE, align="left")
    if words:
        _text(
            axes,
            end + 0.25,
            height - head + 0.12,
            "what it would say",
            size=_SMALL_SIZE,
            align="left",
        )

    def across(norm: float) -> float:
        return start + (end - start) * norm / most

    for step in _round_steps(most)[1:]:
        axes.plot([across(step)] * 2, [0.06, height - head + 0.02], color="#E4E4E4", zorder=0)
        _text(axes, across(step), height - head + 0.12, f"{step:g}", size=_SMALL_SIZE)
    names = ["embedding", *(f"layer {layer}" for layer in range(len(attention)))]
    for row, norm in enumerate(stream):
        middle = height - head - pitch * (row + 0.5)
        _text(axes, start - 0.08, middle, names[row], size=_SMALL_SIZE, align="right")
        if row:
            for added, look, shift in (
                (attention[row - 1], looks["attention adds"], 0.0),
                (feed_forward[row - 1], looks["feed-forward adds"], -0.09),
            ):
                place = (start, middle + shift)
                axes.add_patch(
                    Rectangle(place, across(added) - start, 0.085, linewidth=0.7, **look)
                )
        axes.plot([across(norm)], [middle], marker="D", markersize=5, color=BLACK, zorder=5)
        if words:
            word, p = words[row]
            shown = _shorten(visible(word, _MONO), 14)
            _text(axes, end + 0.25, middle, shown, size=_SMALL_SIZE, align="left", family=_MONO)
            _text(axes, WIDTH - 0.06, middle, f"{p:.2f}", size=_SMALL_SIZE, align="right")
    axes.plot([start, start], [0.06, height - head], color=_INK, linewidth=1.0)
    told = (
        f"The stream has norm {stream[0]:.1f} after the embedding and {stream[-1]:.1f} after {names[-1]}; "
        f"attention adds {min(attention):.1f} to {max(attention):.1f}, the feed-forward {min(feed_forward):.1f} to "
        f"{max(feed_forward):.1f}."
    )
    if words:
        told += " It would say " + ", ".join(
            f"{w!r} {p:.2f} at {name}" for name, (w, p) in zip(names, words)
        )
        told += "."
    return _picture(figure, _entitled(title, told))


def _shaded(axes: Axes, table: np.ndarray, place: tuple[float, float, float, float]) -> None:
    """A table of weights between 0 and 1 as shades, its first row on top, in a frame."""
    left, floor, wide, tall = place
    axes.imshow(
        table,
        cmap=_SHADES,
        vmin=0,
        vmax=1,
        extent=(left, left + wide, floor, floor + tall),
        aspect="auto",
        interpolation="nearest",
        zorder=0,
    )
    axes.add_patch(Rectangle((left, floor), wide, tall, fill=False, edgecolor=_LINE, linewidth=1))


def _require_shape(table: np.ndarray, rows: int, columns: int) -> None:
    if table.shape != (rows, columns):
        raise ValueError(f"weights of shape {list(table.shape)} for {rows} by {columns} tokens")


def _name(token: str) -> str:
    return _shorten(visible(token, _MONO), 14) or "∅"


def _share(weight: float) -> str:
    """A weight in two digits, without the 0 before the point."""
    return f"{weight:.2f}".removeprefix("0") if weight < 0.995 else "1"
