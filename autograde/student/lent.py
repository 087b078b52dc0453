"""Builds, on the student's side, the things that a check lends for a call: models, tokenizers, functions.

Each comes as plain data and asks the check's side back through `ask(method, *args)`: what happened to it are facts of
the check's side, not claims of the student's.
"""

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer
from transformers import DynamicCache, GenerationConfig, PreTrainedTokenizerFast

from autograde.student.data import DTYPES, KeyValues, Loaded, plain
from utils.toy import Request, ToyModel

Ask = Callable[..., Any]


def build(kind: str, data: Any, ask: Ask) -> object:
    """The object that the student's code is given."""
    return {
        "model": _model,
        "tokenizer": _tokenizer,
        "function": _function,
        "generator": lambda data, ask: generator(data),
        "config": lambda data, ask: config(data),
        "module": lambda data, ask: module(data),
        "stream": _stream,
        "loader": _loader,
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

    def use_up(*_: Any) -> None:
        torch.rand(data["noise"])  # what a generator draws does not depend on torch's own numbers

    if data["noise"]:
        model.register_forward_pre_hook(use_up)
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


def generator(data: tuple[int, int]) -> torch.Generator:
    """A generator in the state that its seed and the numbers drawn since have left."""
    seed, skip = data
    made = torch.Generator().manual_seed(seed)
    torch.rand(skip, generator=made)
    return made


def cache(state: KeyValues) -> DynamicCache:
    """A real cache that holds these keys and values."""
    made = DynamicCache()
    for layer, (keys, values) in enumerate(zip(state.keys, state.values, strict=True)):
        made.update(keys.clone(), values.clone(), layer)
    return made


def config(data: tuple[str, dict]) -> Any:
    """A configuration of transformers: the name of its class and what it is called with."""
    name, arguments = data
    return getattr(transformers, name)(**arguments)


def module(data: dict) -> torch.nn.Module:
    """A real module, the same on both sides.

    parts: attribute -> (kind, arguments): a layer of torch.nn; "Parameter" or "ParameterList" with shapes; "Modules" with
    parts of its own; a model of transformers with a `config`. dtypes: parameter -> the name of its dtype. tied: pairs of
    parameters, of which the second becomes another parameter over the first one's memory. buffers: name -> shape.
    frozen: parameters that carry no gradients.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(data["seed"])
        whole = _modules(data["parts"])
    for path, dtype in data["dtypes"].items():
        _set(whole, path, whole.get_parameter(path).detach().to(DTYPES[dtype]))
    for first, second in data["tied"]:
        _set(whole, second, whole.get_parameter(first).detach())
    for name, shape in data["buffers"].items():
        whole.register_buffer(name, torch.zeros(shape))
    for path in data["frozen"]:
        whole.get_parameter(path).requires_grad_(False)
    return whole.eval()


def _modules(parts: dict) -> torch.nn.Module:
    whole = torch.nn.Module()
    for name, (kind, arguments) in parts.items():
        part: Any
        if kind == "Modules":
            part = _modules(arguments)
        elif kind == "Parameter":
            part = torch.nn.Parameter(torch.randn(arguments))
        elif kind == "ParameterList":
            part = torch.nn.ParameterList([torch.randn(shape) for shape in arguments])
        elif hasattr(torch.nn, kind):
            part = getattr(torch.nn, kind)(*arguments)
        else:
            part = getattr(transformers, kind)(config(arguments))
        setattr(whole, name, part)
    return whole


def _set(whole: torch.nn.Module, path: str, values: torch.Tensor) -> None:
    owner, _, name = path.rpartition(".")
    shape = whole.get_parameter(path).shape
    parameter = torch.nn.Parameter(values.view(shape), requires_grad=values.is_floating_point())
    setattr(whole.get_submodule(owner), name, parameter)


def _stream(data: None, ask: Ask) -> Callable[[], Iterator[int]]:
    def generate() -> Iterator[int]:
        run = ask("start")

        def tokens() -> Iterator[int]:
            while (token := ask("next", run)) is not None:
                yield token

        return tokens()

    return generate


class _Something:
    """Stands for a tokenizer that nobody uses."""


def _loader(data: None, ask: Ask) -> Callable[..., Loaded]:
    """A `load_model` that tells of every load and unload, and which earlier models still live when it is called."""
    made: list[list[weakref.ref]] = []  # by number: the model, its tokenizer, and what holds them

    def alive() -> list[tuple[int, int]]:
        return [
            (number, part)
            for number, refs in enumerate(made)
            for part, ref in enumerate(refs)
            if ref() is not None
        ]

    def load(name: str, **kwargs: Any) -> Loaded:
        waiting = alive()
        if waiting:
            gc.collect()
        kept = alive()
        number = len(made)
        model: Any = torch.nn.Linear(2, 2, bias=False)
        refs = [weakref.ref(model)]
        made.append(refs)
        # Where it fails, the traceback holds this frame, and with it the half-loaded model.
        given = ask("load", name, plain(kwargs), waiting, kept)
        tokenizer: Any = _Something()
        if given is None:
            model.__dict__["itself"] = model  # as in many a real model: only the collector ends it
        else:

            def ask_model(method: str, *args: Any) -> Any:
                return ask("model", number, method, *args)

            model = _model(given["model"], ask_model)
            for path, (shape, dtype) in given["weights"].items():
                model.register_parameter(
                    path, torch.nn.Parameter(torch.zeros(shape, dtype=DTYPES[dtype]))
                )
            for first, second in given["tied"]:
                model.register_parameter(second, model.get_parameter(first))
            model.register_buffer("table", torch.zeros(given["buffer"]))
            tokenizer = _tokenizer(given["tokenizer"], ask)
        loaded = Loaded(number, name, model, tokenizer, lambda: ask("unload", number))
        refs[:] = [weakref.ref(thing) for thing in (model, tokenizer, loaded)]
        return loaded

    load.__name__ = "load_model"
    return load
