"""Will it fit? Weights and KV cache against a machine's memory."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import torch

from utils.memory import format_bytes
from utils.widgets.panel import bar, figures, legend, page, panel, table

if TYPE_CHECKING:
    from ipywidgets import VBox

_DTYPES = {"bfloat16": torch.bfloat16, "float32": torch.float32, "int8": torch.int8}


def memory_planner(
    models: Mapping[str, tuple[Any, int]],
    cache_bytes: Callable[[Any, int, int, torch.dtype], int],
    limit: int,
) -> "VBox":
    """Weights and KV cache of a model against the machine's line.

    models: name -> (config, number of parameters). cache_bytes: (config, batch size, sequence length, dtype) -> bytes.
    limit: bytes of memory.
    """

    def draw(model: str, weights: str, tokens: int, batch: int) -> str:
        config, count = models[model]
        dtype = _DTYPES[weights]
        # A cache of integers is another story: with int8 weights it stays in bfloat16.
        kept = torch.bfloat16 if dtype == torch.int8 else dtype
        parts = {
            f"weights, {weights}": (count * dtype.itemsize, "kept"),
            f"KV cache, {batch} × {tokens:,} tokens": (
                cache_bytes(config, batch, tokens, kept),
                "computed",
            ),
        }
        total = sum(size for size, _ in parts.values())
        fits = total <= limit
        rows = [
            [name, format_bytes(size), f"{size / total:.1%}", bar(size / max(total, limit), look)]
            for name, (size, look) in parts.items()
        ]
        sizes = [size for size, _ in parts.values()]
        spare = format_bytes(abs(limit - total))
        verdict = f"✓ It fits: {spare} are left" if fits else f"✗ Too much by {spare}"
        return page(
            f'<p class="headline" role="status">{verdict}</p>',
            _scale(parts, limit),
            legend({look: name for name, (_, look) in parts.items()}),
            figures(
                {
                    "in memory": (format_bytes(total), f"of {format_bytes(limit)}"),
                    "cache against weights": (f"× {sizes[1] / sizes[0]:.2f}", "in bytes"),
                    "a token costs": (format_bytes(round(sizes[1] / batch / tokens)), "of cache"),
                }
            ),
            table("Parts", ("part", "bytes", "share"), rows),
        )

    return panel(
        "memory",
        draw,
        model=list(models),
        weights=list(_DTYPES),
        tokens=(1, 131_072, 8192),
        batch=(1, 64, 1),
    )


def _scale(parts: Mapping[str, tuple[int, str]], limit: int) -> str:
    """The parts end to end, and a line where the memory ends."""
    total = sum(size for size, _ in parts.values())
    percent = 96 / max(total, limit)
    at, blocks = 0.0, ""
    for size, look in parts.values():
        blocks += (
            f'<span class="part {look}" style="left:{at:.3f}%;width:{size * percent:.3f}%"></span>'
        )
        at += size * percent
    end = limit * percent
    side = "right:6px" if end > 50 else "left:6px"
    label = f"A bar of {format_bytes(total)}; the line stands at {format_bytes(limit)}."
    return (
        f'<div class="stick" role="img" aria-label="{label}">{blocks}'
        f'<span class="line" style="left:{end:.3f}%"><b style="{side}">limit {format_bytes(limit)}</b></span></div>'
    )
