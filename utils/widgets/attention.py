"""Every head of a model on one text: a heat map and, in words, what one token looks at."""

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from utils.attention import _DARK, _SHADES, _name, _require_shape, _share
from utils.plotting import _INK, BLACK
from utils.widgets.panel import bar, code, page, panel, table

if TYPE_CHECKING:
    from ipywidgets import VBox


def attention_inspector(layers: Sequence[Any], tokens: Sequence[str]) -> "VBox":
    """Every head of a model on one text: choose a layer, a head and the token that looks.

    layers: weights [H, T, T] of each layer. Shows the head as a heat map, whose cells name themselves under the pointer,
    and what the chosen token looks at as a table.
    """
    weights = [np.asarray(layer, dtype=float) for layer in layers]
    for heads in weights:
        _require_shape(heads[0], len(tokens), len(tokens))

    def draw(layer: int, head: int, token_that_looks: int) -> str:
        shown, chosen = weights[layer][head], token_that_looks
        label = f"Layer {layer}, head {head}"
        order = sorted(range(len(tokens)), key=lambda i: -shown[chosen][i])[:8]
        return page(
            f'<p class="headline" role="status">{label}: {code(tokens[chosen])} looks most at '
            f"{code(tokens[order[0]])}</p>",
            _svg(shown, tokens, chosen, label),
            table(
                f"What “{tokens[chosen].strip()}” looks at",
                ("token", "weight"),
                [
                    [
                        f"{i}: {code(tokens[i])}",
                        _share(shown[chosen][i]),
                        bar(shown[chosen][i], "kept"),
                    ]
                    for i in order
                ],
            ),
        )

    return panel(
        "attention",
        draw,
        layer=(0, len(weights) - 1, 0),
        head=(0, len(weights[0]) - 1, 0),
        token_that_looks=(0, len(tokens) - 1, len(tokens) - 1),
    )


def _svg(table: np.ndarray, tokens: Sequence[str], chosen: int, label: str) -> str:
    """A head as inline SVG: cells with titles of their own, the chosen row in a frame."""
    names = [f"{i}: {html.escape(_name(token))}" for i, token in enumerate(tokens)]
    left, top = 44 + 8 * max(map(len, map(_name, tokens))), 22
    side = max(8, min(34, (740 - left) // len(tokens)))
    across = side * len(tokens)
    parts = []
    for row, weights in enumerate(table):
        y = top + side * row
        parts.append(
            f'<text x="{left - 6}" y="{y + side / 2 + 4:g}" text-anchor="end">{names[row]}</text>'
        )
        for column, weight in enumerate(weights):
            red, green, blue, _ = _SHADES(float(weight), bytes=True)
            parts.append(
                f'<rect x="{left + side * column}" y="{y}" width="{side}" height="{side}" '
                f'fill="rgb({red},{green},{blue})" stroke="#D8D8D8">'
                f"<title>{names[row]} looks at {names[column]}: {_share(weight)}</title></rect>"
            )
            if column == weights.argmax() and side >= 24:
                ink = "white" if weight >= _DARK else _INK
                parts.append(
                    f'<text x="{left + side * (column + 0.5):g}" y="{y + side / 2 + 4:g}" fill="{ink}" '
                    f'text-anchor="middle" font-size="11" pointer-events="none">{_share(weight)}</text>'
                )
    parts.append(
        f'<rect x="{left}" y="{top + side * chosen}" width="{across}" height="{side}" fill="none" '
        f'stroke="{BLACK}" stroke-width="3" pointer-events="none"/>'
    )
    place = left, top - 8
    parts.append(f'<text x="{place[0]}" y="{place[1]}">looks at, in the order of the text →</text>')
    best = table[chosen].argmax()
    told = html.escape(
        f"{label}: a heat map of {len(tokens)} by {len(tokens)} weights. {tokens[chosen]!r} looks most at "
        f"{tokens[best]!r}, {_share(table[chosen][best])}."
    )
    return (
        f'<svg role="img" aria-label="{told}" width="{left + max(across, 260) + 4}" height="{top + across + 4}" '
        f'font-family="DejaVu Sans Mono, monospace" font-size="12" fill="{_INK}" '
        f'style="max-width: 100%; background: white">{"".join(parts)}</svg>'
    )
