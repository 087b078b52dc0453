"""Beam search as a tree that follows its settings, and the ranking that follows the length penalty."""

import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch

from utils.decoding import BeamTree, Traced, lay_out
from utils.plotting import BLUE, VERMILLION, visible
from utils.widgets.panel import bar, legend, page, panel, table

if TYPE_CHECKING:
    from ipywidgets import VBox

_Found = Sequence[tuple[Sequence[int], float]]
_LOOKS = {
    # state of a node: fill, line, its width and dashes, ink
    "gone on with": ("#ddf0fb", BLUE, 1.5, "", "#1a1a1a"),
    "found": ("#fbe7bf", VERMILLION, 2.5, "", "#1a1a1a"),
    "pruned": ("#fff", "#767676", 1.0, "2 2", "#595959"),
}


def beam_explorer(
    search: Callable[[Traced, int, int, float], _Found],
    log_prob_fn: Callable[[torch.Tensor], torch.Tensor],
    names: Sequence[str],
    start: Sequence[int],
) -> "VBox":
    """The tree of a beam search, what it found, and in which order.

    search: (log_prob_fn, number of beams, steps, length penalty) -> (ids, score), best first. log_prob_fn: LongTensor[N, T]
    -> FloatTensor[N, V]. names: the text of each token. start: the ids that every sequence begins with.
    """

    def draw(beams: int, steps: int, length_penalty: float) -> str:
        asked = Traced(log_prob_fn)
        with torch.inference_mode():
            found = search(asked, beams, steps, length_penalty)
        tree = lay_out(asked, found, start)
        texts = [" ".join(names[id] for id in ids[len(start) :]) for ids, _ in found]
        longest = max((abs(score) for _, score in found), default=0) or 1
        rows = [
            [
                f"{rank}. {html.escape(text)}",
                f"{len(ids) - len(start)}",
                f"{tree.totals[tuple(ids)]:.2f}".replace("-", "−"),
                f"{score:.2f}".replace("-", "−"),
                bar(abs(score) / longest, "chosen" if rank == 1 else "kept"),
            ]
            for rank, (text, (ids, score)) in enumerate(zip(texts, found), start=1)
        ]
        pruned = sum(tree.state(node) == "pruned" for layer in tree.layers for node in layer)
        return page(
            f'<p class="headline" role="status">Best of {len(found)}: “{html.escape(texts[0])}”</p>',
            legend(
                {
                    "given": "gone on with",
                    "resampled": "found, with its rank",
                    "later": f"✗ pruned ({pruned} drawn)",
                }
            ),
            _svg(tree, names),
            table(
                "Found; scores are negative, so the shortest bar is the best",
                ("text", "tokens", "sum", "score"),
                rows,
                ["taken"],
            ),
        )

    return panel(
        "beams", draw, beams=(1, 6, 2), steps=(1, 6, 3), length_penalty=(-1.0, 3.0, 1.0, 0.25)
    )


def _svg(tree: BeamTree, names: Sequence[str]) -> str:
    """Nodes as boxes from left to right, the number in each being its sum of log-probabilities."""
    root = tree.layers[0][0]
    pitch, tall, letter = 27, 21, 7.4
    gap = (740 - 120) / max(1, len(tree.layers) - 1)
    parts = []
    ends: dict[tuple[int, ...], float] = {}
    for depth, layer in enumerate(tree.layers):
        for node in layer:
            what = tree.state(node)
            fill, line, width, dashes, ink = _LOOKS[what]
            words = "start"
            if node != root:
                sum_ = f"{tree.totals[node]:.2f}".replace("-", "−")
                mark = {"found": f" #{tree.ranks.get(node, 0) + 1}", "pruned": " ✗"}.get(what, "")
                words = f"{visible(names[node[-1]])}{mark} {sum_}"
            x, y = 2 + depth * gap, pitch * tree.rows[node] + 3
            wide = letter * len(words) + 12
            if depth:
                above = pitch * tree.rows[node[:-1]] + 3 + tall / 2
                middle, from_x = y + tall / 2, ends[node[:-1]]
                bend = (from_x + x) / 2
                parts.append(
                    f'<path d="M{from_x:.0f} {above:.0f}C{bend:.0f} {above:.0f} {bend:.0f} {middle:.0f} {x:.0f} {middle:.0f}" '
                    f'fill="none" stroke="{line if what == "pruned" else "#1a1a1a"}" stroke-width="{min(width, 1.5)}" '
                    f'stroke-dasharray="{dashes or "none"}"/>'
                )
            ends[node] = x + wide
            path = " ".join(names[id] for id in node[len(root) :]) or "start"
            parts.append(
                f"<g><title>{html.escape(path)}: {what}</title>"
                f'<rect x="{x:.0f}" y="{y:.0f}" width="{wide:.0f}" height="{tall}" rx="5" fill="{fill}" stroke="{line}" '
                f'stroke-width="{width}" stroke-dasharray="{dashes or "none"}"/>'
                f'<text x="{x + wide / 2:.0f}" y="{y + 15:.0f}" text-anchor="middle" fill="{ink}">{html.escape(words)}</text></g>'
            )
    deep = len(tree.layers) - 1
    label = f"A tree of {deep} steps: {len(tree.kept)} nodes gone on with, {len(tree.ranks)} sequences found."
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 760 {pitch * tree.height + 4}" width="760" '
        f'font-family="DejaVu Sans Mono, monospace" font-size="12">{"".join(parts)}</svg>'
    )
