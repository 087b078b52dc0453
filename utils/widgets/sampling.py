"""Temperature, filters and the draw at once, on a sure and an unsure distribution side by side."""

import html
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import torch

from utils.plotting import visible
from utils.widgets.panel import bar, code, legend, page, panel, table

if TYPE_CHECKING:
    from ipywidgets import VBox
    from transformers import PreTrainedTokenizerBase

_ROWS = 10  # of each table


def sampling_dashboard(
    tokenizer: "PreTrainedTokenizerBase",
    prompts: Mapping[str, torch.Tensor],
    settings: Mapping[str, tuple[Callable[[torch.Tensor, float], torch.Tensor], tuple]],
    draw_from_u: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
) -> "VBox":
    """What settings make of a distribution, and which token a number u draws from what is left.

    prompts: text -> scores FloatTensor[1, V] of the next token. settings: name -> (function of scores and a value that
    gives scores, its slider as in `live`), applied in this order. draw_from_u: (probs FloatTensor[1, V], u FloatTensor[1])
    -> LongTensor[1], the first id in vocabulary order whose cumulative mass exceeds u.
    """
    before = {text: scores.double().softmax(dim=-1)[0] for text, scores in prompts.items()}
    rows = {text: probs.topk(_ROWS).indices.tolist() for text, probs in before.items()}

    def piece(id: int) -> str:
        return str(tokenizer.decode([id]))

    def side(text: str, values: Mapping[str, float], u: float) -> str:
        scores = prompts[text]
        for name, (function, _) in settings.items():
            scores = function(scores, values[name])
        after = scores.float().softmax(dim=-1)
        hit = int(draw_from_u(after, torch.tensor([u]))[0])
        law = after[0].double()
        kept = int((law > 0).sum())
        listed, looks, total = [], [], 0.0
        shown = rows[text] if hit in rows[text] else [*rows[text][:-1], hit]
        for id in shown:
            was, now = float(before[text][id]), float(law[id])
            total += now
            look = "chosen" if id == hit else "kept" if now > 0 else "dropped"
            looks.append({"chosen": "taken", "dropped": "gone"}.get(look, ""))
            words = {"chosen": "◀ u", "dropped": "dropped"}.get(look, "")
            share = bar(now if now > 0 else was, look, words)
            listed.append([code(piece(id)), f"{was:.3f}", f"{now:.3f}", f"{total:.2f}", share])
        count = "1 token" if kept == 1 else f"{kept:,} tokens"
        return (
            f'<div><p class="headline" role="status">{html.escape(_end(text))} '
            f"<code>{html.escape(visible(piece(hit)))}</code></p>"
            f"<p>{count} of {len(law):,} left</p>"
            + _stick(law, hit, u, piece)
            + table(
                f"The likeliest tokens after “{text}”",
                ("token", "before", "after", "sum"),
                listed,
                looks,
            )
            + "</div>"
        )

    def draw(u: float, **values: float) -> str:
        with torch.inference_mode():
            sides = "".join(side(text, values, u) for text in prompts)
        looks = {"kept": "kept", "dropped": "dropped, as it was", "chosen": "drawn by u"}
        return page(legend(looks), f'<div class="side">{sides}</div>')

    sliders = {name: limits for name, (_, limits) in settings.items()}
    return panel("sampling", draw, **sliders, u=(0.0, 0.99, 0.62))


def _end(text: str) -> str:
    """The last words of a text, as many as a line has room for."""
    return text if len(text) <= 28 else "…" + text[-28:].partition(" ")[2]


def _stick(law: torch.Tensor, hit: int, u: float, piece: Callable[[int], str]) -> str:
    """What is left, end to end from 0 to 1 in the order of the vocabulary, and the dart."""
    ends = law.cumsum(0)
    large = set(law.topk(min(12, len(law))).indices.tolist()) | {hit}
    parts = ""
    for id in sorted(id for id in large if law[id] > 0.002 or id == hit):
        wide, left = 100 * float(law[id]), 100 * float(ends[id] - law[id])
        words = html.escape(visible(piece(id)))
        shown = f"<code>{words}</code>" if wide > 2.6 * len(visible(piece(id))) else ""
        look = "chosen" if id == hit else "kept"
        back = "background:#fff;padding:0 4px" if id == hit and shown else ""
        parts += (
            f'<span class="part {look}" style="left:{left:.2f}%;width:{max(wide, 0.3):.2f}%">'
            f'<span style="{back}">{shown}</span></span>'
        )
    label = f"All that is left, end to end from 0 to 1. The dart u = {u:.2f} hits {piece(hit)!r}."
    return (
        f'<div class="stick dropped" role="img" aria-label="{html.escape(label)}">{parts}'
        f'<span class="dart" style="left:{100 * u:.2f}%"><b>▼</b></span></div>'
    )
