"""SmolLM2 writes the text that its draft learns from.

A shard is one file with the replies to one batch of prompts. It follows from the seed and
its number alone, so that writing goes on wherever it was stopped.
"""

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from transformers import AttentionInterface, AttentionMaskInterface, StaticCache
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from utils.draft.head import MIDDLE
from utils.draft.prompts import HELD_OUT, KINDS, training_prompt
from utils.models import LoadedModel

NEW_TOKENS = 192  # a reply's length at most
_PROMPTS = 64  # of a training shard; each is answered at both temperatures
_TEMPERATURES = (0.0, 0.7)
_GROUP = 8  # shards whose prompts are sorted by length together: rows need little padding
_COMPACT = 16  # steps after which finished rows are dropped from the batch


@dataclass(frozen=True)
class Reply:
    """One chat as SmolLM2 wrote it.

    kind: of KINDS. temperature: it was written at; 0 is greedy.
    ids: LongTensor [P + R], of the prompt and the reply.
    hidden: bfloat16 [R, 576]; row i is the last hidden state, after the final norm, from
        which token P + i came: times the output matrix it gives that token's logits.
    middle: bfloat16 [R, 2 * 576]; the states after the layers of MIDDLE at the same places.
    """

    kind: str
    temperature: float
    ids: torch.Tensor
    hidden: torch.Tensor
    middle: torch.Tensor

    @property
    def prompt_length(self) -> int:
        """P, in tokens."""
        return len(self.ids) - len(self.hidden)


def write_shard(target: LoadedModel, folder: Path, seed: int, number: int) -> None:
    """Write training shard `number`, unless it is there."""
    path = folder / f"train-{number:04}.safetensors"
    if not path.exists():
        rng = random.Random(f"{seed}/{number // _GROUP}")
        prompts: set[tuple[str, str]] = set()
        while len(prompts) < _GROUP * _PROMPTS:
            prompts.add(training_prompt(rng))
        by_length = sorted(prompts, key=lambda prompt: (len(prompt[1]), prompt))
        first = number % _GROUP * _PROMPTS
        _write(target, path, by_length[first : first + _PROMPTS], _TEMPERATURES)


def write_held_out(target: LoadedModel, folder: Path) -> None:
    """Write the replies to the held-out prompts, also at T = 1, unless they are there."""
    path = folder / "held-out.safetensors"
    if not path.exists():
        prompts = [(kind, text) for kind in KINDS for text in HELD_OUT[kind]]
        _write(target, path, prompts, (*_TEMPERATURES, 1.0))


def read_replies(path: Path) -> Iterator[Reply]:
    """The replies of a shard."""
    shard = load_file(path)
    lengths = shard["prompt_length"] + shard["reply_length"]
    ids = shard["ids"].long().split(lengths.tolist())
    replies = shard["reply_length"].tolist()
    states = zip(shard["hidden"].split(replies), shard["middle"].split(replies))
    for kind, temperature, row_ids, (hidden, middle) in zip(
        shard["kind"].tolist(), shard["temperature"].tolist(), ids, states
    ):
        yield Reply(KINDS[kind], round(temperature, 3), row_ids, hidden, middle)


def _write(
    target: LoadedModel,
    path: Path,
    prompts: list[tuple[str, str]],
    temperatures: tuple[float, ...],
) -> None:
    texts = [
        target.tokenizer.apply_chat_template(
            [{"role": "user", "content": text}], tokenize=False, add_generation_prompt=True
        )
        for _, text in prompts
    ]
    torch.manual_seed(zlib.crc32(path.name.encode()))
    rows = target.tokenizer(texts, padding=True, padding_side="left", return_tensors="pt")
    replies, states = generate(target.model, dict(rows), temperatures)
    middle, hidden = torch.cat(states).split([len(MIDDLE) * 576, 576], -1)
    each = len(temperatures)
    prompt_ids = [ids[mask.bool()] for ids, mask in zip(rows["input_ids"], rows["attention_mask"])]
    shard = {
        "ids": torch.cat([torch.cat([prompt_ids[i // each], r]) for i, r in enumerate(replies)]),
        "hidden": hidden.contiguous(),
        "middle": middle.contiguous(),
        "prompt_length": rows["attention_mask"].sum(1).repeat_interleave(each),
        "reply_length": torch.tensor([len(reply) for reply in replies]),
        "kind": torch.tensor([KINDS.index(kind) for kind, _ in prompts]).repeat_interleave(each),
        "temperature": torch.tensor(temperatures).repeat(len(prompts)),
    }
    unfinished = path.with_suffix(".part")
    save_file(shard, unfinished)
    unfinished.replace(path)


@torch.inference_mode()
def generate(
    model: Any, rows: dict[str, torch.Tensor], temperatures: tuple[float, ...]
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Reply to P prompts at S temperatures at once.

    rows: `input_ids` and `attention_mask`, LongTensor [P, T], padded on the left.
    temperatures: S; 0 is greedy.

    Returns P * S replies, LongTensor [R], a prompt's replies side by side and with the end
    of turn where one was reached, and as many hidden states, [R, 3 * 576]: those after the layers
    of MIDDLE and the last.
    """
    prompts, width = rows["input_ids"].shape
    batch = prompts * len(temperatures)
    temperature = torch.tensor(temperatures).repeat(prompts)
    source = torch.arange(prompts).repeat_interleave(len(temperatures))
    mask = torch.ones(batch, width + NEW_TOKENS).long()
    mask[:, :width] = rows["attention_mask"][source]
    position = mask.cumsum(1) - 1
    cache = StaticCache(config=model.config, max_cache_len=width + NEW_TOKENS)
    ids = torch.full((batch, NEW_TOKENS), model.config.eos_token_id)
    width_of_all = (len(MIDDLE) + 1) * model.config.hidden_size
    states = torch.zeros(batch, NEW_TOKENS, width_of_all, dtype=model.dtype)
    alive = torch.arange(batch)  # rows that still are in the batch
    output = model.model(  # the prompts once, then each for all its replies
        input_ids=rows["input_ids"],
        attention_mask=rows["attention_mask"],
        position_ids=position[:: len(temperatures), :width],
        past_key_values=cache,
        output_hidden_states=True,
    )
    newest = _newest(output)[source]
    _select_rows(cache, source)
    for step in range(NEW_TOKENS):
        states[alive, step] = newest
        last = newest[:, -model.config.hidden_size :]
        ids[alive, step] = _choose(model.lm_head(last), temperature[alive])
        if step % _COMPACT == _COMPACT - 1:
            going = (ids[alive, : step + 1] != model.config.eos_token_id).all(1)
            if not going.any():
                break
            _select_rows(cache, going.nonzero().squeeze(1))
            alive = alive[going]
        output = model.model(
            input_ids=ids[alive, step, None],
            attention_mask=mask[alive, : width + step + 1],
            position_ids=position[alive, width + step, None],
            past_key_values=cache,
            output_hidden_states=True,
        )
        newest = _newest(output)
    ends = (ids == model.config.eos_token_id).int()
    lengths = torch.where(ends.any(1), ends.argmax(1) + 1, NEW_TOKENS).tolist()
    return (
        [row[:length] for row, length in zip(ids, lengths)],
        [row[:length] for row, length in zip(states, lengths)],
    )


def _newest(output: Any) -> torch.Tensor:
    """The newest token's states after the layers of MIDDLE and the last, [B, 3 * 576]."""
    middle = [output.hidden_states[layer][:, -1] for layer in MIDDLE]
    return torch.cat([*middle, output.last_hidden_state[:, -1]], -1)


def _select_rows(cache: Any, rows: torch.Tensor) -> None:
    """Keep the rows numbered `rows`, LongTensor; one named twice is there twice."""
    for layer in cache.layers:
        layer.reorder_cache(rows)


def _choose(logits: torch.Tensor, temperature: torch.Tensor) -> torch.Tensor:
    """One token a row, LongTensor [B], of logits [B, V]; greedy where temperature is 0."""
    tokens = logits.max(-1).indices  # on processors faster than argmax
    drawn = temperature > 0
    if drawn.any():
        scaled = logits[drawn].float() / temperature[drawn, None]
        cumulative = scaled.softmax(-1).cumsum(-1)
        u = torch.rand(len(cumulative), 1) * cumulative[:, -1:]
        tokens[drawn] = torch.searchsorted(cumulative, u, right=True).squeeze(1)
    return tokens


def _grouped_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor,
    scaling: float,
    **options: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of one new token a row as two plain products.

    On a processor this takes half of the time of torch's fused kernel, which is made for many
    queries. Shapes: query [B, H, 1, d], key and value [B, G, T, d], mask bool [B, 1, 1, T].
    """
    batch, heads, queries, width = query.shape
    if queries > 1:
        return sdpa_attention_forward(
            module, query, key, value, attention_mask, scaling=scaling, **options
        )
    scores = (query.view(batch, key.shape[1], -1, width) @ key.mT).float() * scaling
    weights = scores.masked_fill(~attention_mask, -torch.inf).softmax(-1).to(value.dtype)
    return (weights @ value).view(batch, 1, heads, width), None


AttentionInterface.register("grouped", _grouped_attention)
AttentionMaskInterface.register("grouped", sdpa_mask)
