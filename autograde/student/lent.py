"""Builds, on the student's side, the things that a check lends for a call: models, tokenizers, functions.

Each comes as plain data and asks the check's side back through `ask(method, *args)`: what happened to it are facts of
the check's side, not claims of the student's.
"""

from collections.abc import Callable
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer
from transformers import GenerationConfig, PreTrainedTokenizerFast

from autograde.student.data import plain
from utils.toy import Request, ToyModel

Ask = Callable[..., Any]


def build(kind: str, data: Any, ask: Ask) -> object:
    """The object that the student's code is given."""
    return {
        "model": _model,
        "tokenizer": _tokenizer,
        "function": _function,
        "generator": _generator,
    }[kind](data, ask)


class _LentModel(ToyModel):
    """A model whose forward pass is answered elsewhere; it tells when the library's own loop is used on it."""

    ask: Ask

    def generate(self, *args, **kwargs):
        self.ask("library_call", "generate")
        return super().generate(*args, **kwargs)  # type: ignore[misc]

    def prepare_inputs_for_generation(self, *args, **kwargs):
        # `GenerationMixin.generate(model, ...)` passes by the method above, but not by this one.
        self.ask("library_call", "generate")
        return super().prepare_inputs_for_generation(*args, **kwargs)  # type: ignore[misc]

    def compute_transition_scores(self, *args, **kwargs):
        self.ask("library_call", "compute_transition_scores")
        return super().compute_transition_scores(*args, **kwargs)  # type: ignore[misc]


def _model(data: dict, ask: Ask) -> torch.nn.Module:
    def answer(request: Request) -> tuple[torch.Tensor, torch.Tensor]:
        return ask("forward", *vars(request).values())

    config = getattr(transformers, data["config_class"])(**data["config"])
    model = _LentModel(config, answer, GenerationConfig(**data["generation_config"]))
    model.ask = ask
    return model.train(data["training"])


def _tokenizer(data: dict, ask: Ask) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(data["json"]), **data["options"]
    )


def _function(data: dict, ask: Ask) -> Callable:
    def function(*args, **kwargs):
        return ask("call", plain(args), plain(kwargs))

    function.__name__ = data["name"]
    return function


def _generator(data: dict, ask: Ask) -> torch.Generator:
    generator = torch.Generator()
    generator.set_state(data["state"])
    return generator
