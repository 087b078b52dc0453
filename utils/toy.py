"""Small causal language models whose next token is known by construction.

`ToyModel` has the face of a transformers model (``forward``, ``generate``, caches, train and eval mode), but its logits
come from a plain function of the tokens seen so far. What it stores in the cache are not keys and values but *tags*,
one integer per position, from which the tokens behind a cache can be read back: so a cache that was filled wrongly
gives wrong logits, as with a real model.

The notebooks use two: `counting_model`, which expects n + 1 after token n, and `reciting_model`, which says a given text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import (
    DynamicCache,
    GenerationConfig,
    GenerationMixin,
    LlamaConfig,
    PreTrainedConfig,
    PreTrainedModel,
)
from transformers.loss.loss_utils import ForCausalLMLoss
from transformers.modeling_outputs import CausalLMOutputWithPast

Score = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, bool], torch.Tensor]
"""tokens[B, T], mask[B, T], positions[B, T], training -> logits[B, T, V]"""


@dataclass
class Request:
    """One forward pass as data: the new tokens and the tags of everything before them."""

    input_ids: torch.Tensor  # [B, T]
    attention_mask: torch.Tensor | None  # [B, cached + T]
    position_ids: torch.Tensor | None  # [1 or B, T]
    tags: torch.Tensor  # [B, cached]
    training: bool
    grad: bool


class Ledger:
    """Remembers what each tag stands for, and answers requests with the logits of the whole history."""

    def __init__(self, score: Score):
        self.score = score
        self.tokens = torch.empty(0, dtype=torch.long)
        self.positions = torch.empty(0, dtype=torch.long)

    def __call__(self, request: Request) -> tuple[torch.Tensor, torch.Tensor]:
        """Return (logits[B, T, V] of the new tokens, their tags[B, T])."""
        ids = request.input_ids
        batch, new = ids.shape
        cached = request.tags.shape[1]
        positions = request.position_ids
        if positions is None:
            positions = torch.arange(cached, cached + new)[None]
        positions = positions.expand(batch, new)
        tags = len(self.tokens) + torch.arange(batch * new).view(batch, new)
        tokens = torch.cat([self.tokens[request.tags], ids], dim=1)
        all_positions = torch.cat([self.positions[request.tags], positions], dim=1)
        mask = request.attention_mask
        if mask is None:
            mask = torch.ones_like(tokens)
        if mask.shape != tokens.shape:
            raise ValueError(
                f"attention_mask has shape {tuple(mask.shape)}, but with the cache there "
                f"are {tuple(tokens.shape)} tokens"
            )
        logits = self.score(tokens, mask.long(), all_positions, request.training)
        self.tokens = torch.cat([self.tokens, ids.reshape(-1)])
        self.positions = torch.cat([self.positions, positions.reshape(-1)])
        return logits[:, cached:], tags


class ToyModel(PreTrainedModel, GenerationMixin):
    """A causal language model of transformers whose forward pass is a call of `answer`."""

    config_class = PreTrainedConfig
    _supports_sdpa = True

    def __init__(self, config, answer, generation_config=None):
        super().__init__(config)
        self.answer = answer
        # With one parameter the model has a device, a dtype and, outside no_grad, gradients.
        self.anchor = torch.nn.Parameter(torch.zeros(()))
        self.generation_config = generation_config or GenerationConfig()
        self.eval()

    def forward(
        self,
        input_ids,
        attention_mask=None,
        position_ids=None,
        past_key_values=None,
        use_cache=None,
        logits_to_keep=0,
        labels=None,
        **ignored,  # as in transformers' models: `generate` passes on what it does not know
    ):
        """input_ids LongTensor[B, T] -> logits FloatTensor[B, T, V] and, with `use_cache`, the cache."""
        if input_ids.dim() != 2 or input_ids.is_floating_point():
            raise ValueError(
                f"input_ids must be a LongTensor[B, T], got {tuple(input_ids.shape)} "
                f"of {input_ids.dtype}"
            )
        cache = past_key_values
        if cache is None and use_cache is not False:
            cache = DynamicCache(config=self.config)
        cached = cache.get_seq_length() if cache is not None else 0
        layers = self.config.num_hidden_layers
        tags = (
            _tags_in(cache.layers[:layers])
            if cached
            else torch.empty(len(input_ids), 0, dtype=torch.long)
        )
        logits, new_tags = self.answer(
            Request(
                input_ids.detach(),
                attention_mask,
                position_ids,
                tags,
                self.training,
                torch.is_grad_enabled(),
            )
        )
        if cache is not None:
            for layer in range(layers):
                cache.update(*entries(new_tags, layer), layer)
        if logits_to_keep:
            logits = logits[:, -logits_to_keep:]
        logits = logits + 0 * self.anchor
        loss = None
        if labels is not None:
            loss = ForCausalLMLoss(logits, labels, self.config.vocab_size)
        return CausalLMOutputWithPast(loss=loss, logits=logits, past_key_values=cache)


def entries(tags: torch.Tensor, layer: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The keys and values [B, 1, T, 1] in which a layer stores tags[B, T]: no two layers' and no two tags' are alike."""
    keys = tags[:, None, :, None] + layer
    return keys, 2 * keys + 1


def _tags_in(layers: Sequence[Any]) -> torch.Tensor:
    """The tags[B, T] that lie in a cache's layers; 0, most likely another token's, where they do not fit together."""
    tags = layers[0].keys[:, 0, :, 0].long()
    whole = torch.ones_like(tags, dtype=torch.bool)
    for layer, held in enumerate(layers):
        keys, values = entries(tags, layer)
        whole &= ((held.keys == keys) & (held.values == values))[:, 0, :, 0]
    return torch.where(whole, tags, 0)


def counting_model(vocab_size: int = 10, eos_token_id: int | None = None) -> ToyModel:
    """A model that counts: after 3, 4 it expects 5, and 0 after the last token.

    The favourite has a logit of 4, every other token of 0. Anything else confuses it,
    and it expects 0: a text that does not count, padding that the mask does not hide,
    a token whose position is not its place among the real ones.
    """

    def score(tokens, mask, positions, training):
        real = mask == 1
        place = mask.cumsum(-1) - 1
        # In a text that counts, every token is as far from its place as the first one is.
        start = (tokens - place).gather(-1, mask.argmax(-1, keepdim=True))
        off = (tokens - place - start) % vocab_size != 0
        lost = (real & (off | (positions != place))).int().cummax(dim=-1).values
        best = torch.where(lost == 1, 0, (tokens + 1) % vocab_size)
        best = torch.where(real, best, 0)
        return 4.0 * torch.nn.functional.one_hot(best, vocab_size).float()

    return _toy(score, vocab_size, eos_token_id)


def reciting_model(tokenizer, text: str) -> ToyModel:
    """A model that says `text` and then its EOS, whatever it is asked.

    It looks for the longest beginning of `text` that the tokens so far end in, and goes on from there.
    """
    script = tokenizer(text, add_special_tokens=False).input_ids
    script.append(tokenizer.eos_token_id)

    def score(tokens, mask, positions, training):
        logits = torch.zeros(*tokens.shape, len(tokenizer))
        for row, column in mask.nonzero().tolist():
            seen = tokens[row, : column + 1].tolist()
            said = next(
                n for n in range(len(script) - 1, -1, -1) if seen[len(seen) - n :] == script[:n]
            )
            logits[row, column, script[said]] = 4.0
        return logits

    return _toy(score, len(tokenizer), tokenizer.eos_token_id)


def _toy(score: Score, vocab_size: int, eos_token_id: int | None) -> ToyModel:
    config = LlamaConfig(
        vocab_size=vocab_size,
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        eos_token_id=eos_token_id,
        bos_token_id=None,
    )
    return ToyModel(
        config,
        Ledger(score),
        GenerationConfig(eos_token_id=eos_token_id, pad_token_id=eos_token_id),
    )
