"""Models and tokenizers for hidden checks: tiny, seeded, and chosen to tell right answers from nearly right ones.

The student's code holds a `ToyModel` whose forward pass is answered here, so how often, with what and with which cache the
model was called are facts of the judge's, not claims of the student's.
"""

import copy
import functools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers import Tokenizer as Backend
from tokenizers import decoders, models, pre_tokenizers, processors
from transformers import (
    GenerationConfig,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

from autograde.exercise import Lendable, NotJudged
from autograde.student import lent
from autograde.student.data import KeyValues, plain, same
from autograde.syllabus import syllabus
from utils.artifacts import ModelUnavailable
from utils.models import LoadedModel, load_model
from utils.toy import Ledger, Request, Score, entries

# --- models ---------------------------------------------------------------------------------------------------------------


class Model(Lendable):
    """A causal language model that the student's code calls and the judge answers.

    `requests` are the forward passes of the last call; `library_calls` the transformers methods that were used on it
    (a claim of the student's side); `ledger` knows the token behind each tag in a cache.
    noise: how many random numbers of torch's own a forward pass uses up, as one with dropout does.
    """

    kind = "model"
    MAX_TOKENS = 100_000  # in one forward pass: the judge answers it, on its own time

    def __init__(self, score: Score, config, generation_config, training=False, noise=0):
        self.score = score
        self.noise = noise
        self.config = config
        self.generation_config = generation_config
        self.training = training
        self.library_calls: list[str] = []

    def describe(self) -> dict:
        self.requests: list[Request] = []
        self.ledger = Ledger(self.score)
        return self._description

    @functools.cached_property
    def _description(self) -> dict:
        return {
            "config_class": type(self.config).__name__,
            "config": plain(self.config.to_diff_dict()),
            "generation_config": plain(self.generation_config.to_diff_dict()),
            "training": self.training,
            "noise": self.noise,
        }

    def answer(self, method: str, *args: Any) -> Any:
        if method == "library_call":
            self.library_calls += map(str, args)
            return None
        request = Request(*args)
        if request.input_ids.numel() + request.tags.numel() > self.MAX_TOKENS:
            raise ValueError("more tokens than this model takes at once")
        self.requests.append(request)
        return self.ledger(request)

    def holds(self, cache: KeyValues, ids: torch.Tensor) -> bool:
        """Whether the cache is what this model has stored for ids[B, T], and nothing else."""
        if not cache.keys or cache.keys[0].shape != (len(ids), 1, ids.shape[1], 1):
            return False
        tags = cache.keys[0].long()[:, 0, :, 0]
        stored = [entries(tags, layer) for layer in range(self.config.num_hidden_layers)]
        known = (tags >= 0) & (tags < len(self.ledger.tokens))
        return (
            same(cache, KeyValues(*map(list, zip(*stored))))
            and bool(known.all())
            and torch.equal(self.ledger.tokens[tags], ids)
        )


def transformer(
    kind: str, seed: int, *, vocab_size: int = 61, dropout: float = 0.0, **generation
) -> tuple[Model, Any]:
    """A tiny real transformer and, for oracles, its transformers model: 'gpt2' (learned positions) or 'llama' (rotary)."""
    made = _reference(kind, seed, vocab_size, dropout, json.dumps(generation, sort_keys=True))
    reference = copy.deepcopy(made)  # checks may change its weights

    def score(tokens, mask, positions, training):
        reference.train(training)
        with torch.no_grad():
            return reference(
                input_ids=tokens,
                attention_mask=mask,
                position_ids=positions,
                use_cache=False,
            ).logits.float()

    model = Model(score, reference.config, reference.generation_config, training=dropout > 0)
    return model, reference.eval()


@functools.lru_cache(maxsize=256)  # a class is judged on the same models
def _reference(kind: str, seed: int, vocab_size: int, dropout: float, generation: str) -> Any:
    torch_seed = torch.random.get_rng_state()
    torch.manual_seed(seed)
    reference: Any
    if kind == "gpt2":
        reference = GPT2LMHeadModel(
            GPT2Config(
                vocab_size=vocab_size,
                n_positions=160,
                n_embd=32,
                n_layer=2,
                n_head=2,
                resid_pdrop=dropout,
                embd_pdrop=dropout,
                attn_pdrop=dropout,
                initializer_range=0.25,
                bos_token_id=None,
                eos_token_id=None,
            )
        )
    else:
        reference = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=vocab_size,
                hidden_size=32,
                intermediate_size=48,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=160,
                attention_dropout=dropout,
                initializer_range=0.3,
                bos_token_id=None,
                eos_token_id=None,
            )
        )
    torch.random.set_rng_state(torch_seed)
    reference.generation_config = GenerationConfig(**json.loads(generation))
    return reference


def scripted(
    scripts: dict[tuple[int, ...], list[int]],
    *,
    vocab_size: int,
    guesses: list[int] | None = None,
    **generation,
) -> Model:
    """A model that continues each prompt of `scripts` with the tokens written there, then with token `vocab_size - 1`.

    guesses: where given, what it expects in place of the tokens of the (one) script, whose text it goes on to follow.
    A history that is not on any script, or whose positions are not 0, 1, 2, ..., gets token `vocab_size - 2`.
    """
    end, lost = vocab_size - 1, vocab_size - 2

    def next_token(history: list[int]) -> int:
        for prompt, script in scripts.items():
            whole = [*prompt, *script]
            if (
                len(history) >= len(prompt)
                and history == (whole + [end] * (len(history) - len(whole)))[: len(history)]
            ):
                said = whole if guesses is None else [*prompt, *guesses]
                return said[len(history)] if len(history) < len(said) else end
        return lost

    def score(tokens, mask, positions, training):
        logits = torch.zeros(*tokens.shape, vocab_size)
        for row in range(len(tokens)):
            seen: list[int] = []
            in_place = True
            for column in range(tokens.shape[1]):
                if mask[row, column]:
                    in_place &= int(positions[row, column]) == len(seen)
                    seen.append(int(tokens[row, column]))
                best = next_token(seen) if in_place else lost
                logits[row, column, best] = 6.0
                logits[row, column, (best + 1) % vocab_size] = 3.0
        return logits

    return Model(score, _small_config(vocab_size, **generation), GenerationConfig(**generation))


def markov(logits: torch.Tensor, *, noise: int = 0) -> Model:
    """A model whose logits for the next token depend on the last one alone: row i of [V, V] after token i."""

    def score(tokens, mask, positions, training):
        return logits[tokens]

    return Model(score, _small_config(len(logits)), GenerationConfig(), noise=noise)


def _small_config(vocab_size: int, eos_token_id: Any = None, **ignored) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=vocab_size,
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=2,
        num_attention_heads=1,
        bos_token_id=None,
        eos_token_id=eos_token_id,
    )


@functools.cache
def default_model() -> LoadedModel:
    """The course's default model as its notebooks run it, for answers that are replayed on it.

    Loaded once by each process that judges: a second or two, and 0.6 GB for as long as it lives.
    Raises NotJudged where the model cannot be had.
    """
    try:
        return load_model(syllabus().default_model, dtype=torch.float32, device="cpu")
    except ModelUnavailable as error:
        raise NotJudged(f"the model cannot be loaded here: {error}") from None


# --- functions ------------------------------------------------------------------------------------------------------------


class Function(Lendable):
    """A function of the judge's that the student's code calls. `calls` are the arguments of each call so far."""

    kind = "function"

    def __init__(self, name: str, function: Callable):
        self.name = name
        self.function = function
        self.calls: list[tuple] = []

    def describe(self) -> dict:
        return {"name": self.name}

    def answer(self, method: str, *args: Any) -> Any:
        args, kwargs = args
        self.calls.append(args)
        return self.function(*args, **kwargs)


class Generator(Lendable):
    """A `torch.Generator` in a state that only its seed and the draws skipped since decide."""

    kind = "generator"

    def __init__(self, seed: int, skip: int = 0):
        self.description = seed, skip
        self.generator = lent.generator(self.description)

    def describe(self) -> tuple[int, int]:
        return self.description


# --- configurations, real modules, clocks, loaders ------------------------------------------------------------------------


class Config(Lendable):
    """A configuration of transformers. `reference` is the judge's own."""

    kind = "config"

    def __init__(self, name: str, **arguments: Any):
        self.description = (name, arguments)
        self.reference = lent.config(self.description)

    def describe(self) -> tuple:
        return self.description


class Module(Lendable):
    """A real module in the student's process (`autograde.student.lent.module`). `reference` is the judge's own."""

    kind = "module"

    def __init__(self, **description: Any):
        empty: dict = {"seed": 0, "dtypes": {}, "tied": [], "buffers": {}, "frozen": []}
        self.description = empty | description
        self.reference = lent.module(self.description)

    def describe(self) -> dict:
        return self.description


class Stream(Lendable):
    """A `generate()` of the judge's whose tokens take time by the judge's `clock`, which nothing else moves.

    runs: for each call, the seconds before each of its tokens; calls beyond the last are as the last.
    start: seconds that the call itself takes. end: seconds that pass after the last token. now: where the clock begins.
    `pulled` is how many tokens were taken in each call, `ended` which calls were read to their end.
    """

    kind = "stream"

    def __init__(
        self, runs: list[list[float]], *, start: float = 0.0, end: float = 0.0, now: float = 0.0
    ):
        self.runs, self.start, self.end, self.now = runs, start, end, now
        self.clock = Function("clock", lambda: self.now)
        self.pulled: list[int] = []
        self.ended: set[int] = set()

    def describe(self) -> None:
        return None

    def answer(self, method: str, *args: Any) -> Any:
        if method == "start":
            self.now += self.start
            self.pulled.append(0)
            return len(self.pulled) - 1
        [call] = args
        gaps = self.runs[min(call, len(self.runs) - 1)]
        place = self.pulled[call]
        if place == len(gaps):
            self.now += self.end if call not in self.ended else 0.0
            self.ended.add(call)
            return None
        self.now += gaps[place]
        self.pulled[call] += 1
        return 7 + place


@dataclass
class Loadable:
    """A model that a lent loader can load: what answers its forward pass, its tokenizer, and weights to be counted."""

    model: Model
    tokenizer: "Tokenizer"
    weights: dict[str, tuple[list[int], str]]  # parameter -> shape, name of its dtype
    tied: list[tuple[str, str]]  # parameters, and further names of theirs
    buffer: list[int]  # the shape of a buffer


@dataclass
class Event:
    """What happened to the `number`th model of a lent loader: it was loaded, could not be, was asked, or unloaded."""

    what: str  # "load", "failed", "forward", "unload"
    number: int
    begin: float
    end: float


class Loader(Lendable):
    """A `load_model` of the judge's.

    models: name -> what is loaded, or None for something that can be held but not used. A name that is not there
    raises RuntimeError. seconds: how long a load takes.
    `events` are in order. `kept` and `waiting` are models that were unloaded, or had failed to load, and lived when the
    next was loaded, whatever the collector does, or until it did; `shells` those whose emptied object lived; `dropped`
    those that nobody holds, though they were not unloaded (claims of the student's side).
    """

    kind = "loader"

    def __init__(self, models: dict[str, Loadable | None], seconds: float = 0.0):
        self.models, self.seconds = models, seconds
        self.names: list[str] = []  # of every attempt
        self.events: list[Event] = []
        self.loaded: set[int] = set()
        self.most = 0  # models loaded at the same time
        self.kept: set[int] = set()
        self.kept_tokenizers: set[int] = set()
        self.waiting: set[int] = set()
        self.shells: set[int] = set()
        self.dropped: set[int] = set()

    def describe(self) -> None:
        return None

    def answer(self, method: str, *args: Any) -> Any:
        begin = time.perf_counter()
        if method == "load":
            return self._load(begin, *args)
        number = int(args[0])
        if method == "unload":
            self.loaded.discard(number)
            self.events.append(Event("unload", number, begin, begin))
            return None
        loadable = self.models[self.names[number]]
        assert loadable is not None
        answer = loadable.model.answer(*args[1:])
        if args[1] == "forward":
            self.events.append(Event("forward", number, begin, time.perf_counter()))
        return answer

    def _load(self, begin: float, name: str, _: dict, waiting: list, kept: list) -> Any:
        number = len(self.names)
        self.names.append(name)
        parts = [{n for n, p in kept if p == part} - self.loaded for part in range(3)]
        self.kept |= parts[0]
        self.kept_tokenizers |= parts[1]
        self.shells = parts[2]
        self.waiting |= {n for n, part in waiting if part == 0} - self.loaded
        self.dropped |= self.loaded - {n for n, _ in kept}
        self.most = max(self.most, len(self.loaded) + 1)
        if name not in self.models:
            self.events.append(Event("failed", number, begin, begin))
            raise RuntimeError(f"the weights of {name} cannot be had")
        time.sleep(self.seconds)
        self.loaded.add(number)
        loadable = self.models[name]
        self.events.append(Event("load", number, begin, time.perf_counter()))
        if loadable is None:
            return None
        return {
            "model": loadable.model.describe(),
            "tokenizer": loadable.tokenizer.describe(),
            "weights": loadable.weights,
            "tied": loadable.tied,
            "buffer": loadable.buffer,
        }


# --- tokenizers -----------------------------------------------------------------------------------------------------------


class Tokenizer(Lendable):
    """A fast tokenizer of transformers, built anew for every call. `reference` is the judge's own."""

    kind = "tokenizer"

    def __init__(self, backend: Backend, **options: Any):
        self.description = {"json": backend.to_str(), "options": options}
        self.reference = PreTrainedTokenizerFast(tokenizer_object=backend, **options)

    def describe(self) -> dict:
        return self.description


CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
BRACKETS = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}[/INST] {{ message['content'] }}{{ eos_token }}"
    "{% elif message['role'] == 'system' %}<<SYS>>{{ message['content'] }}<</SYS>>"
    "{% else %}[INST] {{ message['content'] }} {% endif %}{% endfor %}"
    "{% if add_generation_prompt %}[/INST]{% endif %}"
)
WORDS = ["the", " the", " cat", " sat", "He", "llo", " you", " me", " joke", "\n\n", "  "]


def byte_level(*, chat_template: str | None = CHATML, bos_token: str | None = None) -> Tokenizer:
    """A byte-level vocabulary, as GPT-2's and SmolLM2's: every byte a token, with a few merged words. It writes no BOS,
    even where it is given one."""
    # Byte-level BPE writes each byte as one printable character.
    spell = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    words = ["".join(part for part, _ in spell.pre_tokenize_str(word)) for word in WORDS]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())

    vocabulary, merges = _merge(alphabet, words)
    backend = Backend(models.BPE(vocabulary, merges))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.post_processor = processors.ByteLevel(trim_offsets=True)
    backend.decoder = decoders.ByteLevel()
    return Tokenizer(
        backend,
        eos_token="<|im_end|>",
        pad_token="<|im_end|>",
        additional_special_tokens=["<|im_start|>"],
        chat_template=chat_template,
        **({"bos_token": bos_token} if bos_token else {}),
    )


def byte_fallback(*, chat_template: str | None = BRACKETS) -> Tokenizer:
    """A vocabulary in the manner of Llama 2: words begin with '▁', the first gets one too, unknown characters fall
    back to bytes, and a BOS is written before every text (the template writes one as well)."""
    special = ["<unk>", "<s>", "</s>"]
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    letters = sorted({*"▁abcdefghijklmnopqrstuvwxyzABCDEHILNSTUVWY.,!?'[]/<>é\n"})
    words = [word.replace(" ", "▁") for word in WORDS if "\n" not in word] + ["▁He", "▁the"]

    vocabulary, merges = _merge(special + bytes_ + letters, words)
    backend = Backend(models.BPE(vocabulary, merges, unk_token="<unk>", byte_fallback=True))
    backend.pre_tokenizer = pre_tokenizers.Metaspace(
        replacement="▁", prepend_scheme="first", split=False
    )
    backend.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    backend.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", vocabulary["<s>"])]
    )
    return Tokenizer(
        backend,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        chat_template=chat_template,
    )


def _merge(symbols: list[str], words: list[str]) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """A BPE vocabulary and its merges that build each word letter by letter."""
    vocabulary = {symbol: index for index, symbol in enumerate(symbols)}
    merges = []
    for word in words:
        for end in range(2, len(word) + 1):
            pair = (word[: end - 1], word[end - 1])
            if pair not in merges:
                merges.append(pair)
            vocabulary.setdefault(word[:end], len(vocabulary))
    return vocabulary, merges
