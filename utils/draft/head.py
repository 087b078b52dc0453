"""A draft head: it drafts from what the target has thought, not from the text alone.

One step takes what the target knows, as its last hidden state and those after two middle
layers, and the token that came from it, and gives a state from which the next token is
drafted; with that state in place of the target's it goes on. So did Hydra (Ankner et al.
2024) and the recurrent drafters (Zhang et al. 2024); the middle layers are EAGLE-3's (Li et
al. 2025).
"""

import copy
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from transformers import DynamicCache
from transformers.modeling_outputs import CausalLMOutputWithPast

from utils.draft.model import CutHead

HEAD_WEIGHTS = Path(__file__).with_name("head.safetensors")
MIDDLE = (12, 22)  # layers of the target that are heard beside the last one
_CHAIN = 16  # steps that follow one another in one call at most

# With lookup. On two cores a pass of the target over four tokens takes half as long again as
# one over three, so a third drafted token has to be likelier than the head's mostly are.
_FIRST = 2  # tokens that are drafted without many that agree
_LIKELY = 0.35  # the head goes on behind a token where its first choice had so much
_SURE = 6  # a copy goes on where so many tokens agreed before the first drafted one
_COMPARED = 16


class Block(torch.nn.Module):
    """The gated feed-forward half of a Llama layer."""

    def __init__(self, width: int, inner: int):
        super().__init__()
        self.norm = torch.nn.RMSNorm(width, eps=1e-5)
        self.gate = torch.nn.Linear(width, inner, bias=False)
        self.up = torch.nn.Linear(width, inner, bias=False)
        self.down = torch.nn.Linear(inner, width, bias=False)
        torch.nn.init.zeros_(self.down.weight)

    def forward(self, state: torch.Tensor) -> torch.Tensor:
        normed = self.norm(state)
        gated = torch.nn.functional.silu(self.gate(normed)) * self.up(normed)
        return state + self.down(gated)


class DraftHead(torch.nn.Module):
    """One step: a state [..., d] and the embedding of the token that came from it, [..., d].

    embedding: [V, d], the target's. vocabulary: LongTensor [K], the tokens that are drafted.
    """

    def __init__(self, embedding: torch.Tensor, vocabulary: torch.Tensor, blocks: int = 2):
        super().__init__()
        width = embedding.shape[1]
        self.embedding: torch.Tensor = torch.nn.Buffer(embedding, persistent=False)
        heard = len(MIDDLE) + 1
        self.heard_norms = torch.nn.ModuleList(
            torch.nn.RMSNorm(width, eps=1e-5) for _ in range(heard)
        )
        self.hear_all = torch.nn.Linear(heard * width, width, bias=False)
        self.state_norm = torch.nn.RMSNorm(width, eps=1e-5)
        self.token_norm = torch.nn.RMSNorm(width, eps=1e-5)
        self.join = torch.nn.Linear(2 * width, width, bias=False)
        self.blocks = torch.nn.ModuleList(Block(width, 1536) for _ in range(blocks))
        self.last_norm = torch.nn.RMSNorm(width, eps=1e-5)
        self.lm_head = CutHead(embedding, vocabulary)
        torch.nn.init.eye_(self.lm_head.lens.weight)
        torch.nn.init.zeros_(self.lm_head.lens.bias)
        torch.nn.init.zeros_(self.hear_all.weight)  # of what is heard, the last state to begin with
        torch.nn.init.eye_(self.hear_all.weight.data[:, -width:])

    def hear(self, middle: torch.Tensor, last: torch.Tensor) -> torch.Tensor:
        """What the target knows as a state to start from, [..., d].

        middle: [..., 2 * d], its states after the layers of MIDDLE. last: [..., d], its last ones.
        """
        parts = [*middle.split(last.shape[-1], -1), last]
        return self.hear_all(torch.cat([norm(x) for norm, x in zip(self.heard_norms, parts)], -1))

    def forward(self, state: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """The next state, [N, d]. state: [N, d]. tokens: LongTensor [N], each drawn from its state."""
        embedded = torch.nn.functional.embedding(tokens, self.embedding)
        joined = torch.cat([self.state_norm(state), self.token_norm(embedded)], -1)
        state = self.join(joined)
        for block in self.blocks:
            state = block(state)
        return self.last_norm(state)


class ListeningDraft(torch.nn.Module):
    """A draft head with the face of a causal language model, for the text its target reads.

    It keeps what it hears of the target's passes, a state for each token. Wherever the target
    has read the very text it is asked about, it drafts from that; further on from its own
    states. What it says depends on what the target has done, and the law of speculative
    decoding holds all the same: a token's q is the distribution it was drawn from. B = 1.

    The cache holds the draft's own states as keys and the ids as values, so that it is
    measured and cropped as any other.

    lookup: where the last two tokens stood in the text before, two are copied, and where the
    last six did, as many as are asked for; elsewhere the head drafts one, and where it found
    that likely a second. After that the draft has nothing to say, which it says by being
    certain of the end of the text.
    """

    def __init__(self, head: DraftHead, target: Any, lookup: bool = False):
        super().__init__()
        self.head, self.lookup = head, lookup
        self._doubtful = False  # whether the head was, of what it drafted last
        self._end = target.generation_config.eos_token_id
        self.config = copy.deepcopy(target.config)
        self.config.num_hidden_layers = 1  # of a cache that is made for it
        self._ids: list[int] = []  # that the target has read
        self._passed: list[torch.Tensor] = []  # what was heard of each
        self._states: list[torch.Tensor] = []  # what was made of it, when it was asked for
        self._middle: dict[int, torch.Tensor] = {}  # of the pass that is under way
        self._hooks = [
            target.model.layers[layer - 1].register_forward_hook(partial(self._overhear, layer))
            for layer in MIDDLE
        ]
        self._hooks.append(target.model.register_forward_hook(self._listen, with_kwargs=True))

    def detach(self) -> None:
        """Stop listening to the target, and forget what was heard."""
        for hook in self._hooks:
            hook.remove()
        self._ids, self._passed, self._states = [], [], []

    def _overhear(self, layer: int, _: Any, args: tuple, output: torch.Tensor) -> None:
        self._middle[layer] = output.detach()

    @torch.no_grad()
    def _listen(self, _: Any, args: tuple, options: dict[str, Any], output: Any) -> None:
        overheard, self._middle = self._middle, {}
        ids = args[0] if args else options.get("input_ids")
        if ids is None or len(ids) != 1:
            return
        cache = output.past_key_values
        before = cache.get_seq_length() - ids.shape[1] if cache is not None else 0
        if before > len(self._ids):  # a text whose beginning was not heard
            return
        last = output.last_hidden_state[0].detach()
        self._ids[before:] = ids[0].tolist()
        self._passed[before:] = torch.cat([*(overheard[layer][0] for layer in MIDDLE), last], -1)
        del self._states[before:]

    @torch.no_grad()
    def forward(
        self, input_ids: torch.Tensor, past_key_values: Any = None, **_: Any
    ) -> CausalLMOutputWithPast:
        """Logits [1, n, V] behind each of `input_ids`, LongTensor [1, n], and the longer cache."""
        if len(input_ids) != 1:
            raise ValueError(f"a draft head drafts one text at a time, not {len(input_ids)}")
        cache: Any = DynamicCache() if past_key_values is None else past_key_values
        before, new = cache.get_seq_length(), input_ids[0]
        width = self.head.embedding.shape[1]
        ids, own = new.tolist(), self.head.embedding.new_zeros(1, width)
        if before:
            ids = [int(token) for token in cache.layers[0].values[0, 0, :, 0].tolist()] + ids
            own = cache.layers[0].keys[0, 0, -1:].to(own.dtype)
        # Token t came from the state after token t - 1: the target's, if it has been there.
        pairs = zip(ids, self._ids, strict=False)
        heard = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(ids), len(self._ids)))
        known = min(max(heard + 1 - before, 0), len(new))
        certain = self._looked_up(ids, len(ids) - heard - 1) if self.lookup else None
        if certain is not None and len(new) == 1:  # nobody will go on from its state
            cache.update(own[None, None], new[None, None, :, None].float(), 0)
            return CausalLMOutputWithPast(logits=self._only(certain), past_key_values=cache)
        if len(self._states) < len(self._passed):
            passed = torch.stack(self._passed[len(self._states) :])
            self._states += self.head.hear(*passed.split([len(MIDDLE) * width, width], -1))
        first = max(before, 1)  # token 0 came from no state
        previous = own.new_zeros(len(new), width)
        if sources := self._states[first - 1 : before + known - 1]:
            previous[first - before : known] = torch.stack(sources)
        # What the target has not read goes step by step; of a long text only its end.
        at_once = max(known, len(new) - _CHAIN)
        states = []
        if at_once:
            states.append(self.head(previous[:at_once], new[:at_once]))
        for token in new[at_once:]:
            states.append(self.head(states[-1][-1:] if states else own, token[None]))
        found = torch.cat(states)
        # In float32 every id is a number of its own.
        cache.update(found[None, None].float(), new[None, None, :, None].float(), 0)
        logits = self.head.lm_head(found)[None]
        if self.lookup:
            self._doubtful = bool(logits[0, -1].float().softmax(-1).max() < _LIKELY)
        if certain is not None:
            logits[:, -1:] = self._only(certain)
        return CausalLMOutputWithPast(logits=logits, past_key_values=cache)

    def _looked_up(self, ids: list[int], drafted: int) -> int | None:
        """The token to be certain of, None where the head is to be asked.

        drafted: how many of `ids` the target has yet to read, but for the newest.
        """
        places, length = list(range(1, len(ids))), 0
        while length < _COMPARED:
            agree = [p for p in places if p > length and ids[p - 1 - length] == ids[-1 - length]]
            if not agree:
                break
            places, length = agree, length + 1
        if length >= 2 and (drafted < _FIRST or length >= _SURE + drafted):
            return ids[places[-1]]  # of the longest the newest
        return None if drafted < (1 if self._doubtful else _FIRST) else self._end

    def _only(self, token: int) -> torch.Tensor:
        """Logits [1, 1, V] that leave no doubt."""
        embedding = self.head.embedding
        logits = embedding.new_full((1, 1, len(embedding)), -torch.inf)
        logits[..., token] = 0.0
        return logits


def save_head(head: DraftHead, path: Path) -> None:
    """Keep what was trained, in bfloat16, and the vocabulary."""
    state = {name: p.bfloat16() for name, p in head.named_parameters() if p.requires_grad}
    save_file(state | {"vocabulary": head.lm_head.vocabulary.int()}, path)


def is_head(weights: Path) -> bool:
    """Whether a file of weights is a draft head's."""
    with safe_open(weights, "pt") as file:
        return "join.weight" in file.keys()


def load_head(embedding: torch.Tensor, weights: Path = HEAD_WEIGHTS) -> DraftHead:
    """The trained head. embedding: [V, d], SmolLM2's; it gives the device and the dtype."""
    state = load_file(weights)
    vocabulary = state.pop("vocabulary").long()
    blocks = len([name for name in state if name.endswith("gate.weight")])
    with torch.random.fork_rng(devices=[]):  # what it starts from is overwritten
        head = DraftHead(embedding, vocabulary.to(embedding.device), blocks)
    head.load_state_dict(state, strict=False)
    return head.to(embedding).eval()


def load_draft_head(target: Any, lookup: bool = False) -> ListeningDraft:
    """The trained draft head for SmolLM2, which listens to `target` from now on.

    target: the model of `load_model("smollm2-135m")`; the head takes its device and dtype.
    lookup: copy what the text repeats, and ask the head only elsewhere.
    Give the result to whatever drafts; its `detach()` takes it off the target.

    Raises ValueError for a model of another shape.
    """
    embedding = target.get_input_embeddings().weight.detach()
    if embedding.shape != (49152, 576):
        raise ValueError(
            f"the draft head is for smollm2-135m, not for a {type(target).__name__} of shape {tuple(embedding.shape)}"
        )
    return ListeningDraft(load_head(embedding), target, lookup)
