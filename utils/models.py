"""Load a pinned model by name, and let go of it without a trace."""

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
import transformers
from transformers import AutoTokenizer

from utils.artifacts import Trained, find_artifact, find_base, require_terms
from utils.draft.model import load_draft
from utils.hardware import default_device, default_dtype
from utils.memory import format_bytes, release_memory
from utils.prepare import mark_used, prepare


class LoadedModel:
    """A model with its tokenizer; also a context manager that unloads at its end.

    name: as given to `load_model`.
    fingerprint: of the pinned weights, the same whatever dtype and device.
    model: the transformers model, in eval mode.
    tokenizer: its tokenizer.
    """

    def __init__(self, name: str, fingerprint: str, model: Any, tokenizer: Any):
        self.name = name
        self.fingerprint = fingerprint
        self._model = model
        self._tokenizer = tokenizer

    @property
    def model(self) -> transformers.PreTrainedModel:
        self._require_loaded()
        return self._model

    @property
    def tokenizer(self) -> transformers.PreTrainedTokenizerBase:
        self._require_loaded()
        return self._tokenizer

    def unload(self) -> None:
        """Let go of model and tokenizer, and give their memory back.

        Doing it twice is fine. A variable of your own that refers to the model keeps
        it alive: `del` that first.
        """
        self._model = self._tokenizer = None
        release_memory()

    def __enter__(self) -> "LoadedModel":
        return self

    def __exit__(self, *exception: object) -> None:
        self.unload()

    def __repr__(self) -> str:
        if self._model is None:
            return f"{self.name}: unloaded"
        # parameters() counts tied weights once, as memory does.
        parameters = list(self._model.parameters())
        count = sum(p.numel() for p in parameters)
        size = sum(p.nbytes for p in parameters)
        return (
            f"{self.name}: {count / 1e6:.1f} M parameters, "
            f"{str(self._model.dtype).removeprefix('torch.')} on "
            f"{self._model.device}, {format_bytes(size)}"
        )

    def _require_loaded(self) -> None:
        if self._model is None:
            raise RuntimeError(
                f"{self.name} has been unloaded. Load it again: load_model({self.name!r})"
            )


def load_model(
    name: str,
    *,
    dtype: torch.dtype | str | None = None,
    device: torch.device | str | None = None,
    accept_terms: bool = False,
) -> LoadedModel:
    """Load the pinned model called `name`, ready to generate or, an encoder, to read.

    name: `smollm2-135m` (chat), `gemma-3-270m` (continues text; accept_terms=True) or
        `minilm` (an encoder: hidden states, no logits), which come with pip; `draft`
        (drafts for smollm2-135m, whose tokenizer it has). Only from a model hub: `smollm2-360m` (chat), `qwen3-0.6b`, `llama-3.2-1b` (gated),
        `opt-125m`, `opt-1.3b`, `gpt-neo-125m`, and `t5-small` (encoder and decoder).
    dtype: by default the one that decodes faster on this machine, by measurement
        (`default_dtype`). The weights are kept as they were published, those of
        GGUF files in float32, and cast when loaded.
    device: by default a GPU if there is one, else the processor.
    accept_terms: True says that you have read and accept the model's licence, for
        those that ask; so does its name in NEXT_TOKEN_ACCEPT_TERMS.

    The first load of a name downloads and converts it, with progress; later ones
    read the cache (`NEXT_TOKEN_CACHE`, or the system's cache folder), smollm2-135m in
    under 1 s.

    Raises ValueError for a name that is not known, `TermsNotAccepted` when a licence
    has to be accepted first, `ModelUnavailable` when the weights cannot be had; all
    say what to do.
    """
    artifact = find_artifact(name)
    # At every load, so that the same cell does the same wherever it runs, and everybody
    # who shares a cache accepts for themselves.
    require_terms(artifact, accept_terms)
    device = default_device() if device is None else torch.device(device)
    dtype = default_dtype(device) if dtype is None else dtype
    files = find_base(artifact)
    folder = prepare(files)
    with quiet_transformers():
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model: Any
        if isinstance(artifact, Trained):
            model = load_draft(folder, dtype=dtype)
        else:
            auto_class = getattr(transformers, artifact.auto_class)
            model = auto_class.from_pretrained(folder, dtype=dtype, local_files_only=True)
    model = model.to(device).eval()
    mark_used(files)
    return LoadedModel(name, artifact.fingerprint, model, tokenizer)


@contextlib.contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep transformers' progress bars and notices out of a learner's cell."""
    log = transformers.utils.logging
    verbosity, bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity_error()
    log.disable_progress_bar()
    try:
        yield
    finally:
        log.set_verbosity(verbosity)
        if bars:
            log.enable_progress_bar()
