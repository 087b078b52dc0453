"""The KV cache, step by step: what is computed, what is kept, what it weighs, and what comes next."""

from typing import TYPE_CHECKING

import torch

from utils.memory import format_bytes
from utils.widgets.panel import bar, code, figures, legend, page, panel, strip, table, token

if TYPE_CHECKING:
    from ipywidgets import VBox
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_TOP = 6  # rows of the table of next tokens


def cache_stepper(
    model: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerBase",
    input_ids: torch.Tensor,
    prompt_length: int,
) -> "VBox":
    """A generation that is over, to be walked through: its tokens, their keys and values, and what was likely next.

    input_ids: LongTensor[1, T], the prompt and what was generated behind it. Step 0 reads the prompt; in step n, n
    generated tokens are there, and the model is asked for the next. The model is asked once, now, about all steps.

    Raises ValueError where nothing was generated.
    """
    text_ids = [int(id) for id in input_ids[0]]
    if not 0 < prompt_length < len(text_ids):
        raise ValueError(
            f"a prompt of {prompt_length} in {len(text_ids)} tokens leaves nothing to walk through"
        )
    with torch.inference_mode():
        out = model(input_ids, use_cache=True)
    layers = out.past_key_values.layers
    each = sum(layer.keys.nbytes + layer.values.nbytes for layer in layers) // len(text_ids)
    # The last token was never fed: no step asks what comes behind it.
    top = out.logits[0, prompt_length - 1 : -1].float().softmax(dim=-1).topk(_TOP)
    likely, chances = top.indices.tolist(), top.values.tolist()
    pieces = [str(tokenizer.decode([id])) for id in text_ids]
    steps = len(text_ids) - prompt_length - 1

    def draw(step: int, keep_keys_and_values: bool) -> str:
        length = prompt_length + step
        again = sum(range(prompt_length, length + 1))  # without a cache, every step computes all
        read = length - 1 if keep_keys_and_values and step else 0
        computed = length - read
        so_far = length if keep_keys_and_values else again
        boxes = []
        for i, piece in enumerate(pieces):
            look = "later" if i >= length else "generated" if i >= prompt_length else "given"
            boxes.append(
                token(piece, look, "none" if i >= length else "read" if i < read else "computed")
            )
        label = (
            f"{length} tokens are there, {prompt_length} of them the prompt: {''.join(pieces[:length])!r}. "
            f"Keys and values of {read} come from the cache, those of {computed} are computed."
        )
        rows = [
            [code(str(tokenizer.decode([id]))), f"{p:.3f}", bar(p, *_taken(id == text_ids[length]))]
            for id, p in zip(likely[step], chances[step])
        ]
        kept = format_bytes(length * each) if keep_keys_and_values else "0 bytes"
        remark = f"{format_bytes(each)} a position" if keep_keys_and_values else "nothing is kept"
        return page(
            f'<p class="headline" role="status">Step {step}: {_positions(computed)} computed, '
            f"{read} read from the cache</p>",
            strip(boxes, label),
            legend(
                {
                    "computed": "keys and values: computed now",
                    "read": "from the cache",
                    "none": "not there yet",
                }
            ),
            figures(
                {
                    "computed in this step": (f"{computed}", "of " + _positions(length)),
                    "computed so far": (
                        f"{so_far:,}",
                        f"without a cache {again:,}"
                        if keep_keys_and_values
                        else f"with a cache {length:,}",
                    ),
                    "the cache holds": (kept, remark),
                }
            ),
            table(
                "What may come next",
                ("token", "probability"),
                rows,
                ["taken" if id == text_ids[length] else "" for id in likely[step]],
            ),
        )

    return panel("cache", draw, step=(0, steps, 0), keep_keys_and_values=True)


def _taken(is_next: bool) -> tuple[str, str]:
    return ("chosen", "◀ taken") if is_next else ("kept", "")


def _positions(number: int) -> str:
    return f"{number} position" if number == 1 else f"{number} positions"
