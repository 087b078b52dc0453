"""The draft: a few layers of SmolLM2's shape between its own embedding and output matrix.

Only the layers that were trained are kept in this repository. The embedding and the rows
of the output matrix that the draft uses are SmolLM2's, taken from its artefact.
"""

import re
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch.nn.utils import skip_init
from transformers import LlamaForCausalLM

WEIGHTS = Path(__file__).with_name("draft.safetensors")


class CutHead(torch.nn.Module):
    """A linear map, then the output matrix of the frequent tokens; the rest's logits are -inf.

    The map (a "tuned lens", Belrose et al. 2023) turns the hidden state after two layers into
    the target's after thirty, as well as a linear map can. To read the whole output matrix
    would take longer than all layers of the draft.

    embedding: [V, d], whose rows are those of the output matrix.
    vocabulary: LongTensor [K], the frequent tokens.
    """

    def __init__(self, embedding: torch.Tensor, vocabulary: torch.Tensor):
        super().__init__()
        size, width = embedding.shape
        self.size = size
        # Its values come later; arbitrary ones would move torch's random numbers on.
        self.lens = skip_init(torch.nn.Linear, width, width, dtype=embedding.dtype)
        self.weight = torch.nn.Parameter(embedding[vocabulary], requires_grad=False)
        self.vocabulary = torch.nn.Buffer(vocabulary)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Hidden states [..., d] to logits [..., V]."""
        frequent = self.frequent(hidden)
        logits = frequent.new_full((*frequent.shape[:-1], self.size), -torch.inf)
        return logits.index_copy_(-1, self.vocabulary, frequent)

    def frequent(self, hidden: torch.Tensor) -> torch.Tensor:
        """Hidden states [..., d] to the logits of the frequent tokens alone, [..., K]."""
        return torch.nn.functional.linear(self.lens(hidden), self.weight)


def new_draft(folder: Path, layers: int, vocabulary: torch.Tensor) -> LlamaForCausalLM:
    """A draft to be trained, in float32: SmolLM2's first layers, an arbitrary lens.

    folder: SmolLM2's files. vocabulary: LongTensor [K], the tokens that it can draft.
    """
    draft = _first_layers(folder, layers, vocabulary, torch.float32)
    # The last norm's own gains suit the thirtieth layer; the lens has its own.
    torch.nn.init.ones_(draft.model.norm.weight)
    draft.model.embed_tokens.requires_grad_(False)
    return draft


def save_draft(draft: LlamaForCausalLM, path: Path) -> None:
    """Keep what was trained, in bfloat16, and the vocabulary."""
    state = {
        name: parameter.bfloat16()
        for name, parameter in draft.named_parameters()
        if parameter.requires_grad
    }
    save_file(state | {"vocabulary": draft.lm_head.vocabulary.int()}, path)


def load_draft(
    folder: Path, *, dtype: torch.dtype | str, weights: Path = WEIGHTS
) -> LlamaForCausalLM:
    """The trained draft. folder: SmolLM2's files."""
    state = load_file(weights)
    vocabulary = state.pop("vocabulary").long()
    layers = {int(found[1]) for name in state if (found := re.search(r"layers\.(\d+)", name))}
    draft = _first_layers(folder, len(layers), vocabulary, dtype)
    draft.load_state_dict(state, strict=False)
    return draft


def _first_layers(
    folder: Path, count: int, vocabulary: torch.Tensor, dtype: torch.dtype | str
) -> LlamaForCausalLM:
    """SmolLM2 with its first layers only, and a cut head."""
    model = LlamaForCausalLM.from_pretrained(
        folder, num_hidden_layers=count, dtype=dtype, local_files_only=True
    )
    model.config.tie_word_embeddings = False
    model.lm_head = CutHead(model.model.embed_tokens.weight.detach(), vocabulary)
    return model
