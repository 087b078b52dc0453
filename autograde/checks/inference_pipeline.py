"""Hidden checks of 01_inference_pipeline. The findings are listed in docs/contract.md."""

import random
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from autograde.exercise import (
    FLOAT,
    LONG,
    Found,
    Student,
    StudentError,
    blame,
    exercise,
    kind_of,
    refuse_library,
    require,
    require_dtype,
    require_tensor,
    require_type,
)
from autograde.fixtures import (
    Model,
    Tokenizer,
    byte_fallback,
    byte_level,
    scripted,
    transformer,
)
from autograde.student.data import KeyValues

WORDS = ["the", "cat", "sat", "Hello", "you", "me", "joke", "tell", "a"]
SPLIT = ["😀", "日本", "é", "🦊"]  # each character is several tokens of a byte-level vocabulary


def explain(
    got: torch.Tensor, candidates: dict[str, tuple[torch.Tensor, str]], tolerance: float
) -> None:
    """Raise the first finding whose candidate, a known wrong computation, gives what the student got."""
    for id, (candidate, message) in candidates.items():
        if candidate.shape == got.shape and torch.allclose(
            got.double(), candidate.double(), rtol=1e-4, atol=tolerance
        ):
            raise Found(id, message)


def sentence(draw: random.Random, words: int) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(words))


def random_ids(draw: random.Random, *shape: int, vocab_size: int = 61) -> torch.Tensor:
    generator = torch.Generator().manual_seed(draw.getrandbits(32))
    return torch.randint(0, vocab_size, shape, generator=generator)


# --- token_table ----------------------------------------------------------------------------------------------------------


@exercise
def token_table(student: Student, draw: random.Random) -> None:
    f = student["token_table"]
    plain = sentence(draw, 5)
    spaced = f"{sentence(draw, 2)}  {sentence(draw, 2)}  \n {sentence(draw, 1)} \n "
    split = "".join(f"{draw.choice(SPLIT)} {draw.choice(WORDS)}" for _ in range(3))
    cases = [
        (byte_level(), plain),
        (byte_level(), split + SPLIT[0] * 2),
        (byte_fallback(), plain),
        (byte_level(), spaced),
        (byte_level(), f"  {plain}"),
        (byte_fallback(), sentence(draw, 1) + split),
        (byte_level(), ""),
        (byte_fallback(), ""),
    ]
    for tokenizer, text in cases:
        rows = f(tokenizer, text)
        require_type(rows, list, "a list of (id, piece) pairs")
        for row in rows:
            require(
                type(row) in (tuple, list) and [type(part) for part in row] == [int, str],
                "wrong_type",
                f"a row of the table is {_row_in_words(row)}, expected a pair (id, piece) "
                "of an int and a str.",
            )
        ids, joined = [row[0] for row in rows], "".join(row[1] for row in rows)
        reference = tokenizer.reference
        wanted = reference(text, add_special_tokens=False).input_ids
        require(
            ids == wanted or not set(ids) & set(reference.all_special_ids),
            "special_tokens_added",
            "the table holds a special token that is not in the text: some tokenizers add a "
            "beginning-of-sequence token by themselves unless told not to.",
        )
        require(
            ids == wanted,
            "ids_differ",
            "the ids are not those that the tokenizer gives for this text.",
        )
        require(
            "\ufffd" not in joined,
            "broken_characters",
            "a piece holds '\ufffd', the mark of a broken character. A character such as 😀 "
            "can be spread over several tokens; one token alone is then not valid text.",
        )
        require(
            joined == text or _letters(joined) != _letters(text),
            "spaces_lost",
            "the pieces hold the right letters, but spaces or newlines went missing or were "
            "added. In many vocabularies a token carries the space before its word.",
        )
        require(
            joined == text,
            "pieces_do_not_join",
            f"the pieces, joined, give {joined[:40]!r}, which is not the text. The vocabulary's "
            "own spelling of a token ('Ġcat', '▁cat', '<0xF0>') is not the text it stands for.",
        )

    # Words that are one token each leave no doubt which piece belongs to which token.
    tokenizer = byte_level()
    text = "the" + "".join(draw.choice([" cat", " sat", " you", " me"]) for _ in range(5))
    require(
        [row[1] for row in f(tokenizer, text)] == _pieces_of_words(text),
        "pieces_misplaced",
        "the pieces join to the text, but some stand beside the wrong token: where a token is a "
        "word by itself, that word is its piece.",
    )


def _pieces_of_words(text: str) -> list[str]:
    first, *others = text.split(" ")
    return [first, *(f" {word}" for word in others)]


def _row_in_words(row: Any) -> str:
    if type(row) in (tuple, list):
        return f"{kind_of(row)} of {', '.join(kind_of(part) for part in row)}"
    return kind_of(row)


def _letters(text: str) -> str:
    return "".join(text.split())


# --- encode_chat ----------------------------------------------------------------------------------------------------------


@exercise
def encode_chat(student: Student, draw: random.Random) -> None:
    f = student["encode_chat"]
    user = {"role": "user", "content": sentence(draw, 4)}
    system = {"role": "system", "content": sentence(draw, 3)}
    reply = {"role": "assistant", "content": sentence(draw, 3)}
    conversations = [[user], [system, user], [system, user, reply, user]]
    for tokenizer in (byte_level(), byte_fallback()):
        for messages in conversations:
            if tokenizer.reference.bos_token is None:
                got = f(tokenizer, messages)
            else:
                with blame("template_ignored", _TEMPLATE_IGNORED):
                    got = f(tokenizer, messages)
            require_type(got, torch.Tensor, "a LongTensor[1, T]")
            require(
                got.dim() == 2 and len(got) == 1,
                "wrong_shape",
                f"the result has shape {tuple(got.shape)}, expected (1, T): a batch of one row.",
            )
            require_dtype(got, LONG, "ids, as int64")
            wanted = _templated(tokenizer, messages)
            ids = got[0].tolist()
            bos = tokenizer.reference.bos_token_id
            require(
                bos is None or ids.count(bos) <= wanted.count(bos),
                "second_bos",
                "the sequence begins with two beginning-of-sequence tokens: the template wrote "
                "one, and the tokenizer added another.",
            )
            require(
                ids != _templated(tokenizer, messages, generation_prompt=False),
                "generation_prompt_missing",
                "the sequence ends with the user's message. The model has to be told that it "
                "is the assistant's turn: the template has a generation prompt for that.",
            )
            special = set(tokenizer.reference.all_special_ids)
            nearly = _text(tokenizer, ids) == _text(tokenizer, wanted) or (
                bos is None and special & set(ids)
            )
            require(ids == wanted or nearly, "template_ignored", _TEMPLATE_IGNORED)
            require(
                ids == wanted,
                "ids_differ",
                "the ids are not those of the tokenizer's template with its generation prompt: "
                "a special token, a message or a space is missing or too many.",
            )


_TEMPLATE_IGNORED = (
    "right for one model's chat format, wrong for another's. Every tokenizer brings its own "
    "template; use that one, whatever it looks like."
)


def _text(tokenizer: Tokenizer, ids: list[int]) -> str:
    return str(tokenizer.reference.decode(ids, skip_special_tokens=True)).strip()


def _templated(
    tokenizer: Tokenizer, messages: list[dict], generation_prompt: bool = True
) -> list[int]:
    encoded: Any = tokenizer.reference.apply_chat_template(
        messages, add_generation_prompt=generation_prompt, return_dict=True
    )
    return encoded["input_ids"]


# --- next_token_probs -----------------------------------------------------------------------------------------------------


@exercise
def next_token_probs(student: Student, draw: random.Random) -> None:
    f = student["next_token_probs"]
    for kind in ("gpt2", "llama"):
        model, reference = transformer(kind, draw.getrandbits(32))
        ids = random_ids(draw, 2, 6)
        for kwargs in ({}, {"attention_mask": torch.ones_like(ids)}):
            _check_probs(f(model, ids, **kwargs), reference, ids)
    model, reference = transformer("gpt2", draw.getrandbits(32), dropout=0.3)
    got = f(model, ids)
    require(
        _close(got, _probs(reference, ids)),
        "train_mode",
        "the model was handed over in train mode, where dropout changes its answer at random. "
        "Put it into eval mode first.",
    )
    _check_padding(f, draw)


def _check_probs(got: Any, reference: Any, ids: torch.Tensor) -> None:
    with torch.no_grad():
        logits = reference(ids).logits
    wanted_shape = (len(ids), logits.shape[-1])
    require_tensor(got, wanted_shape, FLOAT, "a FloatTensor[B, V], one row per prompt")
    require(
        bool((got >= 0).all()) and _close(got.sum(-1), torch.ones(len(ids))),
        "not_probabilities",
        "the rows are not probabilities: each should be non-negative and sum to 1. Logits need "
        "a softmax over the vocabulary.",
    )
    everywhere = logits.softmax(-1)
    for position in range(ids.shape[1] - 1):
        require(
            not _close(got, everywhere[:, position]),
            "wrong_position",
            "this is the distribution after an earlier token. The logits at position t predict "
            "token t + 1; what follows the prompt is predicted at its last position.",
        )
    require(
        _close(got, everywhere[:, -1]),
        "wrong_value",
        "the rows are distributions, but not the model's. Softmax the logits of the last "
        "position, over the vocabulary, and nothing else.",
    )
    require(
        not got.requires_grad,
        "keeps_gradients",
        "the result still carries gradients, and with them the memory of the whole forward "
        "pass. Nothing is trained here: compute without them.",
    )


def _check_padding(f: Callable, draw: random.Random) -> None:
    model, reference = transformer("gpt2", draw.getrandbits(32))
    rows = [random_ids(draw, length) for length in (6, 3, 5)]
    alone = torch.cat([_probs(reference, row[None]) for row in rows])
    for side in ("left", "right"):
        ids, mask = _pad(rows, side, pad=draw.randrange(61))
        got = f(model, ids, attention_mask=mask)
        require_tensor(got, tuple(alone.shape), FLOAT, "a FloatTensor[B, V]")
        if _close(got, alone):
            continue
        if side == "right":
            raise Found(
                "right_padding",
                "with padding on the right, the last column is padding for the shorter rows. "
                "Take each row's distribution at its own last real token.",
            )
        ignored = (
            "the padding changes the result as if it were text: the model has to see the "
            "attention mask."
        )
        places = (mask.cumsum(-1) - 1).clamp(min=0)
        with torch.no_grad():
            unmasked = reference(ids, position_ids=places).logits[:, -1].softmax(-1)
            everywhere = reference(ids, attention_mask=mask, position_ids=places).logits.softmax(-1)
        by_count = everywhere[torch.arange(len(ids)), mask.sum(-1) - 1]
        for variant in (_probs(reference, ids), unmasked):
            explain(got, {"mask_ignored": (variant, ignored)}, 1e-4)
        explain(
            got,
            {
                "wrong_position": (
                    by_count,
                    "with padding on the left, the number of real tokens is not the index of "
                    "the last one.",
                )
            },
            1e-4,
        )
        raise Found(
            "position_ids",
            "rows with padding on the left differ from the same rows alone. The mask hides the "
            "padding, but the positions still count it: each row's first real token is at "
            "position 0, and a model with learned positions notices.",
        )


def _pad(rows: list[torch.Tensor], side: str, pad: int) -> tuple:
    width = max(map(len, rows))
    ids = torch.full((len(rows), width), pad)
    mask = torch.zeros_like(ids)
    for index, row in enumerate(rows):
        place = slice(width - len(row), None) if side == "left" else slice(len(row))
        ids[index, place], mask[index, place] = row, 1
    return ids, mask


def _probs(reference: Any, ids: torch.Tensor) -> torch.Tensor:
    reference.eval()
    with torch.no_grad():
        return reference(ids).logits[:, -1].softmax(-1)


def _close(a: torch.Tensor, b: torch.Tensor, tolerance: float = 1e-4) -> bool:
    return torch.allclose(a.double(), b.double(), rtol=0, atol=tolerance)


# --- greedy_generate, with and without a cache ----------------------------------------------------------------------------


@exercise
def greedy_generate(student: Student, draw: random.Random) -> None:
    _check_greedy(student["greedy_generate"], draw, cached=False)
    _require_own_loop(student, "greedy_generate")


@exercise
def greedy_generate_cached(student: Student, draw: random.Random) -> None:
    _check_greedy(student["greedy_generate_cached"], draw, cached=True)
    _require_own_loop(student, "greedy_generate_cached")


def _require_own_loop(student: Student, name: str) -> None:
    """A model of the student's own around the lent one does not tell when `generate` is called on it."""
    library = {"generate", "prepare_inputs_for_generation"}
    refuse_library(student, library, "the loop inside `model.generate`", name)


def _check_greedy(f: Callable, draw: random.Random, cached: bool) -> None:
    def run(model: Model, ids: torch.Tensor, budget: int, eos) -> torch.Tensor:
        got = f(model, ids, budget, eos)
        require(
            not model.library_calls,
            "calls_the_library",
            "this exercise builds the loop inside `model.generate`; your code calls it.",
        )
        require_type(got, torch.Tensor, "a LongTensor[B, T + n]")
        require_dtype(got, LONG, "ids, as int64")
        require(
            got.dim() == 2 and len(got) == len(ids),
            "wrong_shape",
            f"the result has shape {tuple(got.shape)}, expected [B, T + n] with B = {len(ids)}.",
        )
        if cached:
            _require_cache(model, ids.shape[1], budget)
        return got

    # Never an EOS: what the loop itself does, on real transformers.
    for kind, batch in (("gpt2", 1), ("llama", 3)):
        model, ids, wanted = _free_run(kind, draw, batch, budget=9)
        _require_ids(run(model, ids, 9, None), ids, wanted)

    a, b, pad, end = 40, 41, 42, 49  # two EOS ids, a pad id, what a script says after its end
    vocabulary = list(range(1, 40))  # 0 is kept for an EOS and a pad id that are 0
    draw.shuffle(vocabulary)
    prompts = torch.tensor([vocabulary[0:4], vocabulary[4:8]])
    words = vocabulary[8:]

    def model_saying(*scripts: list[int], **generation) -> Model:
        return scripted(
            {
                tuple(prompt): script
                for prompt, script in zip(prompts.tolist(), scripts, strict=False)
            },
            vocab_size=end + 1,
            **generation,
        )

    one = prompts[:1]
    with blame("zero_budget", _ZERO_BUDGET):
        got = run(model_saying(words[:5]), one, 0, a)
    require(torch.equal(got, one), "zero_budget", _ZERO_BUDGET)

    # One row that ends: in the middle, at once, exactly at the budget, and with id 0.
    for length, budget, eos in ((3, 8, a), (0, 5, a), (4, 5, a), (3, 8, 0)):
        script = words[:length] + [eos] + words[10:20]
        got = run(model_saying(script, pad_token_id=pad), one, budget, eos)
        _require_end(got, one, script[: length + 1], budget)

    # None never stops, whatever the model's own configuration says.
    script = [words[0], a, *words[1:5]]
    got = run(model_saying(script, eos_token_id=a, pad_token_id=pad), one, 6, None)
    require(
        got.tolist() == [one[0].tolist() + script],
        "wrong_value",
        "with `eos_token_id=None` generation never stops early, even where the model's own "
        "configuration names an EOS.",
    )

    # The second entry of a list; an EOS in the prompt.
    script = [*words[:2], b, *words[2:8]]
    with blame("eos_list", _EOS_LIST):
        got = run(model_saying(script, pad_token_id=pad), one, 7, [a, b])
    require(got.tolist() == [one[0].tolist() + script[:3]], "eos_list", _EOS_LIST)
    script = [*words[:3], a, *words[3:8]]
    for place in (1, 3):
        chat = one.clone()
        chat[0, place] = a
        model = scripted({tuple(chat[0].tolist()): script}, vocab_size=50, pad_token_id=pad)
        require(
            run(model, chat, 8, a).tolist() == [chat[0].tolist() + script[:4]],
            "eos_in_prompt",
            "an EOS id in the prompt, even at its end, is text like any other (every chat "
            "prompt has one): only a newly generated EOS ends a row.",
        )

    # Rows that end apart: the first early, the second later; then neither pads with its own EOS.
    early, late = [words[0], a, *words[1:9]], [*words[9:13], a, *words[13:18]]
    first = [words[0], a, pad, pad, pad]
    for scripts, rows in (
        ((early, late), [first, late[:5]]),
        ((late, early), [late[:5], first]),
    ):
        got = run(model_saying(*scripts, pad_token_id=pad), prompts, 9, a)
        _require_rows(got, prompts, rows, finished=first, pad=pad)
    got = run(model_saying(early, late, pad_token_id=0), prompts, 9, a)
    rows = [[words[0], a, 0, 0, 0], late[:5]]
    _require_rows(got, prompts, rows, finished=rows[0], pad=0)
    got = run(model_saying(early, late, eos_token_id=a), prompts, 9, [b, a])
    rows = [[words[0], a, b, b, b], late[:5]]
    _require_rows(got, prompts, rows, finished=rows[0], pad=b)
    # One row ends, the other uses the whole budget.
    got = run(model_saying(early, late, pad_token_id=pad), prompts, 3, a)
    rows = [[words[0], a, pad], late[:3]]
    _require_rows(got, prompts, rows, finished=rows[0], pad=pad)


_ZERO_BUDGET = "with `max_new_tokens=0` the result is the prompt, unchanged."
_EOS_LIST = (
    "`eos_token_id` may be a list, and any id in it ends a row; here the second one did not."
)


def _free_run(kind: str, draw: random.Random, batch: int, budget: int) -> tuple:
    """A real transformer, prompts, and what transformers' own greedy search continues them with, without near-ties."""
    while True:
        model, reference = transformer(kind, draw.getrandbits(32))
        ids = random_ids(draw, batch, 5)
        run = reference.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=budget,
            pad_token_id=0,
            output_logits=True,
            return_dict_in_generate=True,
        )
        best = torch.stack(run.logits, dim=1).topk(2, dim=-1).values
        varied = len(set(run.sequences[0, 5:].tolist())) > 3
        if varied and float((best[..., 0] - best[..., 1]).min()) > 1e-2:
            return model, ids, run.sequences


def _require_cache(model: Model, prompt_length: int, budget: int) -> None:
    """After the prompt, every forward sees one new token and a cache of all before it."""
    requests = model.requests
    steps = [(r.tags.shape[1], r.input_ids.shape[1]) for r in requests]
    require(
        len(steps) < 3 or any(cached for cached, _ in steps),
        "no_cache",
        "every forward pass started from an empty cache. Pass the cache that the last forward "
        "returned (`past_key_values`) to the next one.",
    )
    for cached, new in steps:
        require(
            cached < prompt_length or new == 1,
            "refeeds_ids",
            f"with {cached} tokens in the cache, {new} tokens were fed again. The cache holds "
            "them already: after the prompt, each forward gets the one newest token.",
        )
    require(
        all(cached + new <= prompt_length or new == 1 for cached, new in steps),
        "no_cache",
        "the prompt was computed again for a later token. Compute it once, keep the cache, and "
        "feed one token at a time.",
    )
    for request, (cached, new) in zip(requests, steps, strict=True):
        if request.position_ids is not None:
            place = torch.arange(cached, cached + new)
            require(
                bool((request.position_ids == place).all()),
                "positions_wrong",
                "a token was given the wrong position. With c tokens in the cache the next one "
                "is at position c.",
            )
    require(
        len({cached for cached, new in steps}) == len(steps),
        "no_cache",
        "two forward passes started from the same cache length: the cache does not grow.",
    )


def _require_ids(got: torch.Tensor, ids: torch.Tensor, wanted: torch.Tensor) -> None:
    """Without EOS: prompt kept, budget exact, tokens greedy."""
    new = wanted.shape[1] - ids.shape[1]
    require(
        not torch.equal(got, wanted[:, ids.shape[1] :])
        and torch.equal(got[:, : ids.shape[1]], ids),
        "prompt_missing",
        "the result should begin with the prompt and go on with the new tokens.",
    )
    require(
        got.shape[1] == wanted.shape[1],
        "budget_off_by_one",
        f"max_new_tokens={new} and no EOS: expected {new} new tokens, got "
        f"{got.shape[1] - ids.shape[1]}.",
    )
    require(
        torch.equal(got, wanted),
        "not_greedy",
        "a token differs from the most likely one. Take the argmax of the logits at the last "
        "position, append it, and ask the model again with everything so far.",
    )


def _require_end(got: torch.Tensor, ids: torch.Tensor, wanted: list[int], budget: int) -> None:
    """One row that ends with an EOS."""
    new = got[0, ids.shape[1] :].tolist()
    require(
        new != wanted[:-1]
        and (len(new) != len(wanted) or new[:-1] != wanted[:-1] or new == wanted),
        "eos_dropped",
        "the EOS itself is missing. It is a token that the model generated: it belongs to the "
        "result and counts against the budget.",
    )
    require(
        len(new) <= len(wanted),
        "eos_ignored",
        f"the model generated its EOS, but generation went on: {len(new)} new tokens with a "
        f"budget of {budget}. Stop when every row has ended.",
    )
    require(
        new == wanted,
        "wrong_value",
        "a single row that ends with an EOS came out wrong. The result is the prompt, the new "
        "tokens and the EOS, nothing else.",
    )


def _require_rows(
    got: torch.Tensor,
    ids: torch.Tensor,
    rows: list[list[int]],
    finished: list[int],
    pad: int,
) -> None:
    """Two rows that end at different steps; `finished` is the one that is filled up with `pad`."""
    new = got[:, ids.shape[1] :].tolist()
    if new == rows:
        return
    require(
        len(new[0]) >= len(rows[0]),
        "stops_with_first_row",
        "generation ended with the first row that ended. The other row was not finished.",
    )
    short = new[rows.index(finished)]
    end = finished.index(pad)
    tail = short[end:]
    require(
        not (short[:end] == finished[:end] and len(set(tail)) == 1 and tail[0] != pad)
        or len(tail) < 2,
        "wrong_pad_id",
        "the finished row is filled with the wrong id. Padding is "
        "`model.generation_config.pad_token_id`, or the first EOS id where there is none.",
    )
    require(
        short[: len(finished)] == finished,
        "row_goes_on",
        "a row that had ended kept generating while another row was not finished. Once a row "
        "has its EOS, fill it with the pad id.",
    )
    require(
        len(new[0]) == len(rows[0]),
        "eos_ignored",
        "generation went on after all rows had ended.",
    )
    raise Found(
        "wrong_value",
        "of two rows that end at different steps, the one that goes on came out wrong.",
    )


# --- sequence_logprob -----------------------------------------------------------------------------------------------------


@exercise
def sequence_logprob(student: Student, draw: random.Random) -> None:
    f = student["sequence_logprob"]
    eos = draw.randrange(61)
    for kind, batch, length, prompt in (
        ("llama", 1, 9, 4),
        ("gpt2", 3, 9, 1),
        ("gpt2", 2, 7, 6),
    ):
        model, reference = transformer(kind, draw.getrandbits(32), eos_token_id=eos)
        ids = random_ids(draw, batch, length)
        ids[ids == eos] = (eos + 1) % 61
        got = f(model, ids, prompt)
        if not _logprob_is_right(got, reference, ids, prompt):
            alone = [f(model, row[None], prompt) for row in ids]
            _explain_logprob(got, alone, reference, ids, prompt)

    ids[:, -1] = eos
    wanted = _logprobs(reference, ids)[:, prompt - 1 :].sum(-1)
    got = f(model, ids, prompt)
    require(_close(got, wanted, 1e-3), "eos_dropped", _EOS_DROPPED)
    ids = random_ids(draw, 2, 9)
    ids[:, 5], ids[:, 8] = eos, eos
    wanted = _logprobs(reference, ids)[:, 2:].sum(-1)
    require(_close(f(model, ids, 3), wanted, 1e-3), "eos_dropped", _EOS_DROPPED)

    ids = random_ids(draw, 2, 70)
    got = f(model, ids, 5)
    wanted = _logprobs(reference, ids)[:, 4:].sum(-1)
    require(
        bool(got.isfinite().all()),
        "product_underflows",
        "65 tokens, and the result is infinite or NaN: a product of many probabilities "
        "underflows to 0. Add logarithms instead, from `log_softmax`.",
    )
    require(
        bool(((got - wanted).abs() < 1e-2).all()),
        "product_underflows",
        "over 65 tokens the result drifts away. Add logarithms from `log_softmax`; a product "
        "of probabilities, or a probability pushed away from 0, loses them.",
    )


_EOS_DROPPED = (
    "a token is missing from the sum. The EOS is a token like any other, in the middle and at "
    "the end: its log-probability counts."
)


def _logprob_is_right(got: Any, reference: Any, ids: torch.Tensor, prompt: int) -> bool:
    require_tensor(got, (len(ids),), FLOAT, "a FloatTensor[B], one number per row")
    return _close(got, _logprobs(reference, ids)[:, prompt - 1 :].sum(-1), 1e-3)


def _explain_logprob(
    got: torch.Tensor,
    alone: list[Any],
    reference: Any,
    ids: torch.Tensor,
    prompt: int,
) -> None:
    batch, length = ids.shape
    logprobs = _logprobs(reference, ids)  # [B, T - 1], of tokens 1 … T - 1
    wanted = logprobs[:, prompt - 1 :].sum(-1)
    require(
        not all(
            _logprob_is_right(one, reference, row[None], prompt)
            for one, row in zip(alone, ids, strict=True)
        ),
        "rows_mixed",
        "each row alone comes out right, but in a batch the rows are mixed up: sum over the "
        "tokens of a row, not over rows.",
    )
    with torch.no_grad():
        logits = reference(ids).logits
    raw = logits[:, :-1].gather(-1, ids[:, 1:, None])[..., 0]
    unshifted = logits.log_softmax(-1).gather(-1, ids[..., None])[..., 0]
    new = length - prompt
    shifted = (
        "each token was scored with the logits at a wrong position. The logits at position "
        "t − 1 predict token t."
    )
    explain(
        got,
        {
            "mean_not_sum": (
                wanted / new,
                "this is the mean per token; asked is the log-probability of the whole "
                "continuation, the sum.",
            ),
            "prompt_counted": (
                logprobs.sum(-1) if prompt > 1 else wanted + torch.inf,
                "the prompt's own tokens are in the sum. Score only what comes after it.",
            ),
            "not_normalised": (
                raw[:, prompt - 1 :].sum(-1),
                "these are sums of raw logits. A log-probability comes from `log_softmax` over "
                "the vocabulary.",
            ),
            "shifted_by_one": (unshifted[:, prompt:].sum(-1), shifted),
            "eos_dropped": (logprobs[:, prompt - 1 : -1].sum(-1), _EOS_DROPPED),
        },
        1e-3,
    )
    for variant in (
        logprobs[:, prompt:].sum(-1),
        logprobs[:, max(prompt - 2, 0) :].sum(-1),
        unshifted[:, prompt - 1 : -1].sum(-1),
        unshifted[:, prompt - 1 :].sum(-1),
    ):
        explain(got, {"shifted_by_one": (variant, shifted)}, 1e-3)
    raise Found(
        "wrong_value",
        "the sum of log p(token | all before it) over the tokens after the prompt is another "
        "number. Check it by hand with a continuation of one token.",
    )


def _logprobs(reference: Any, ids: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        logits = reference(ids).logits[:, :-1].double()
    return logits.log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]


# --- fit_to_budget --------------------------------------------------------------------------------------------------------


@exercise
def fit_to_budget(student: Student, draw: random.Random) -> None:
    f = student["fit_to_budget"]
    for tokenizer, with_system in (
        (byte_level(), True),
        (byte_fallback(), True),
        (byte_level(), False),
    ):
        messages = _conversation(draw, with_system)
        reserve = draw.randrange(14, 18)  # more than a generation prompt's tokens
        contexts = _telling_contexts(tokenizer, messages, reserve)
        outcomes = [_fit_outcome(f, tokenizer, messages, context, reserve) for context in contexts]
        wanted = [_fit(tokenizer, messages, context, reserve) for context in contexts]
        if outcomes != wanted:
            _explain_fit(tokenizer, messages, reserve, contexts, outcomes, wanted)


def _conversation(draw: random.Random, with_system: bool) -> list[dict]:
    messages: list[dict] = []

    def say(role: str, words: int) -> None:
        # Numbered, so that no two messages are alike and each can be recognised.
        content = f"{sentence(draw, words)} {len(messages)}"
        messages.append({"role": role, "content": content})

    if with_system:
        say("system", 3)
    for turn in range(4):
        say("user", 2 + turn % 3)
        if turn < 3:
            say("assistant", 4)
        if turn == 1:  # two assistant messages belong to one turn
            say("assistant", 2)
    return messages


def _telling_contexts(tokenizer: Tokenizer, messages: list[dict], reserve: int) -> list[int]:
    """Context lengths at which each way of miscounting shows: just enough for k turns, a token less, clearly less."""
    contexts = [10_000]
    costs = [len(_templated(tokenizer, kept)) + reserve for kept in _suffixes(messages)]
    for cost in costs:
        contexts += [cost, cost - 1, cost - 6, cost - 12]
    return contexts + [min(costs) - reserve - 1]


def _fit_outcome(f, tokenizer, messages, context, reserve) -> Any:
    try:
        result = f(tokenizer, messages, context, reserve)
    except StudentError as error:
        if "ValueError" in error.kinds:
            return "ValueError"
        raise
    require_type(result, list, "a list of messages")
    for message in result:
        require_type(message, dict, "a list of messages, each a dict")
    return result


def _suffixes(messages: list[dict]) -> list[list[dict]]:
    """The system message with the newest k turns, longest first."""
    system = [m for m in messages[:1] if m["role"] == "system"]
    starts = [i for i, m in enumerate(messages) if m["role"] == "user"]
    return [system + messages[start:] for start in starts]


def _fit(
    tokenizer: Tokenizer,
    messages: list[dict],
    context: int,
    reserve: int,
    count: Callable | None = None,
) -> list[dict] | str:
    """The reference; `count` replaces how a prompt's tokens are counted, to name a miscount."""
    count = count or (lambda kept: len(_templated(tokenizer, kept)))
    for kept in _suffixes(messages):
        if count(kept) + reserve <= context:
            return kept
    return "ValueError"


def _explain_fit(tokenizer, messages, reserve, contexts, outcomes, wanted) -> None:
    """Name the way of counting that explains every outcome, or else the first property that is broken."""
    reference = tokenizer.reference

    def contents_only(kept: list[dict]) -> int:
        return sum(len(reference(m["content"], add_special_tokens=False).input_ids) for m in kept)

    def contents_joined(kept: list[dict]) -> int:
        text = "\n".join(m["content"] for m in kept)
        return len(reference(text, add_special_tokens=False).input_ids)

    def no_generation_prompt(kept: list[dict]) -> int:
        return len(_templated(tokenizer, kept, generation_prompt=False))

    def exact(kept: list[dict]) -> int:
        return len(_templated(tokenizer, kept))

    without_template = (
        "the tokens were counted without the chat template. Its markers and role names are "
        "tokens of the prompt: count after the template."
    )
    off_by_one = (
        "right but for one token: prompt plus `max_new_tokens` may be equal to "
        "`context_length`, and not more."
    )
    miscounts = (
        (
            "output_not_reserved",
            lambda kept: exact(kept) - reserve,
            "the answer has to fit too: prompt tokens plus `max_new_tokens` may be at most "
            "`context_length`.",
        ),
        ("counted_without_template", contents_only, without_template),
        ("counted_without_template", contents_joined, without_template),
        (
            "generation_prompt_not_counted",
            no_generation_prompt,
            "the generation prompt was not counted. It is part of what the model is fed.",
        ),
        (
            "counts_the_keys",
            lambda kept: 2,
            "nothing is ever dropped. In transformers 5 `apply_chat_template` returns a "
            "dictionary: its `len` is its number of keys, the tokens are in `input_ids`.",
        ),
        ("budget_off_by_one", lambda kept: exact(kept) + 1, off_by_one),
        ("budget_off_by_one", lambda kept: exact(kept) - 1, off_by_one),
    )
    for id, count, message in miscounts:
        if outcomes == [_fit(tokenizer, messages, context, reserve, count) for context in contexts]:
            raise Found(id, message)
    system = [m for m in messages[:1] if m["role"] == "system"]
    for outcome, right in zip(outcomes, wanted, strict=True):
        if outcome == right:
            continue
        if right == "ValueError":
            continue  # looked at last: most mistakes show better where something fits
        require(
            outcome != "ValueError" and outcome,
            "dropped_too_much",
            "a conversation whose newest turn fits was refused or came back empty.",
        )
        require(
            outcome[: len(system)] == system,
            "system_dropped",
            "the system message is gone. It holds the instructions for the whole conversation "
            "and is kept while old turns are dropped.",
        )
        rest = outcome[len(system) :]
        oldest = messages[len(system)]
        require(
            outcome[-1] == messages[-1] and (oldest not in rest or len(outcome) == len(messages)),
            "drops_newest",
            "something newer was dropped while an older turn was kept. The oldest turns go "
            "first; the last one is what the model is to answer.",
        )
        require(
            rest[0]["role"] == "user" and rest == messages[len(messages) - len(rest) :],
            "turn_split",
            "a turn was cut in two. A user message and all assistant messages after it go "
            "together: drop whole turns, the oldest first.",
        )
        require(
            len(outcome) > len(right),
            "dropped_too_much",
            "more was dropped than needed: one more whole turn would have fitted.",
        )
        raise Found(
            "wrong_value",
            "the result does not fit: with `max_new_tokens` it is longer than the context.",
        )
    for outcome, right in zip(outcomes, wanted, strict=True):
        require(
            right != "ValueError" or outcome == "ValueError",
            "no_error_when_nothing_fits",
            "even the last turn does not fit here. That is a ValueError: a prompt that is too "
            "long, or an empty one, must not go on silently.",
        )


# --- left_pad -------------------------------------------------------------------------------------------------------------


@exercise
def left_pad(student: Student, draw: random.Random) -> None:
    f = student["left_pad"]
    pad = draw.randrange(2, 50)

    def rows(*lengths: int) -> list[list[int]]:
        others = [token for token in range(1, 60) if token != pad]
        return [[draw.choice(others) for _ in range(length)] for length in lengths]

    holds_pad = rows(4, 6)
    holds_pad[0][1] = holds_pad[1][0] = pad
    for sequences in (rows(3, 5, 1), rows(4), rows(3, 3), holds_pad, rows(0, 2)):
        got = f(sequences, pad)
        require(
            type(got) is not torch.Tensor,
            "mask_missing",
            "the result is one tensor; expected are two, `(input_ids, attention_mask)`.",
        )
        require_type(got, (tuple, list), "a tuple (input_ids, attention_mask)")
        require(
            len(got) == 2,
            "wrong_type",
            f"the result has {len(got)} parts, expected (input_ids, attention_mask).",
        )
        width = max(map(len, sequences))
        for part in got:
            require_type(part, torch.Tensor, "two tensors")
        ids, mask = got
        columns = ids.shape[1] if ids.dim() == 2 else width
        require(
            columns >= width,
            "truncates",
            f"the longest sequence has {width} tokens, the result {columns} columns: tokens were "
            "cut off.",
        )
        shape = (len(sequences), width)
        require_tensor(ids, shape, LONG, "input_ids as int64, [B, longest]")
        require_tensor(
            mask, shape, (torch.int64, torch.bool), "attention_mask as int64, [B, longest]"
        )
        _check_padded(ids, mask.long(), sequences, pad, width)


def _check_padded(ids, mask, sequences, pad, width) -> None:
    wanted_ids = torch.tensor([[pad] * (width - len(s)) + s for s in sequences])
    wanted_mask = torch.tensor([[0] * (width - len(s)) + [1] * len(s) for s in sequences])
    on_right = torch.tensor([s + [pad] * (width - len(s)) for s in sequences])
    real = wanted_mask == 1
    require(
        torch.equal(ids, wanted_ids) or not torch.equal(ids, on_right),
        "pads_on_the_right",
        "the padding is on the right. Generation goes on at the right end, so padding belongs "
        "on the left.",
    )
    require(
        not torch.equal(ids[real], wanted_ids[real]) or bool((ids[~real] == pad).all()),
        "wrong_pad_id",
        "the padding is not `pad_token_id`. Every tokenizer has its own.",
    )
    require(
        torch.equal(ids, wanted_ids),
        "wrong_value",
        "the ids differ: each row is padding, then the sequence in its own order.",
    )
    require(
        not torch.equal(mask, 1 - wanted_mask),
        "mask_inverted",
        "the mask is the wrong way round: 1 means a real token, 0 padding.",
    )
    require(
        torch.equal(mask, wanted_mask)
        or not any(
            torch.equal(mask, guess.long()) for guess in (ids != pad, (ids != pad).cumsum(-1) > 0)
        ),
        "mask_from_ids",
        "a real token that happens to be the pad id was masked out. (In many models pad and "
        "EOS are the same id.) Make the mask from the lengths, not from the ids.",
    )
    require(
        torch.equal(mask, wanted_mask),
        "wrong_value",
        "the mask differs: 0 for every padded place, 1 for every real token.",
    )


# --- next_token_loss ------------------------------------------------------------------------------------------------------


@exercise
def next_token_loss(student: Student, draw: random.Random) -> None:
    f = student["next_token_loss"]
    generator = torch.Generator().manual_seed(draw.getrandbits(32))

    def logits(*shape: int, size: float = 2.0) -> torch.Tensor:
        return size * torch.randn(*shape, generator=generator)

    for batch in (1, 2):
        _check_loss(f, logits(batch, 6, 11), random_ids(draw, batch, 6, vocab_size=11))
    scores, labels = logits(3, 8, 11), random_ids(draw, 3, 8, vocab_size=11)
    labels[0, 5:], labels[1, 2:], labels[2, :2] = -100, -100, -100
    with blame("ignored_labels_counted", _IGNORED):
        _check_loss(f, scores, labels)
    scores, labels = logits(2, 5, 11, size=1e4), random_ids(draw, 2, 5, vocab_size=11)
    got = _number(f(scores, labels))
    require(
        got == got and abs(got) != float("inf"),
        "overflows",
        "logits of size 1e4 give infinity or NaN. `exp` overflows there; `log_softmax` and "
        "`cross_entropy` do not.",
    )
    _check_loss(f, scores, labels)


_NOT_SHIFTED = (
    "each position was scored against its own token. The logits at position t predict the "
    "token at t + 1: shift one against the other."
)
_IGNORED = (
    "labels of −100 were counted. They mark what is not to be learned, padding or the prompt: "
    "leave them out of the sum and of the count."
)


def _number(value: Any) -> float:
    require_type(value, (torch.Tensor, float, int), "a scalar tensor")
    if isinstance(value, torch.Tensor):
        require_tensor(value, (), FLOAT, "a scalar: one number for the whole batch")
    return float(value)


def _check_loss(f: Callable, scores: torch.Tensor, labels: torch.Tensor) -> None:
    got = torch.tensor(_number(f(scores, labels)), dtype=torch.float64)

    def each(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        losses = F.cross_entropy(logits.double().transpose(1, 2), targets, reduction="none")
        return losses  # [B, T], 0 where ignored

    right, targets = each(scores[:, :-1], labels[:, 1:]), labels[:, 1:]
    counts = (targets != -100).sum()
    wanted = right.sum() / counts
    if torch.allclose(got, wanted, rtol=1e-4, atol=1e-4):
        return
    rows = (targets != -100).sum(-1)
    as_zero = each(scores[:, :-1], targets.clamp(min=0))
    backwards = each(scores[:, 1:], labels[:, :-1])
    unshifted = each(scores, labels)
    for part in (slice(None), slice(None, -1), slice(1, None)):
        counted = (labels[:, part] != -100).sum()
        explain(got, {"not_shifted": (unshifted[:, part].sum() / counted, _NOT_SHIFTED)}, 1e-4)
    explain(
        got,
        {
            "shifted_wrong_way": (
                backwards.sum() / (labels[:, :-1] != -100).sum(),
                "the shift goes the wrong way: logits at t belong with the label at t + 1.",
            ),
            "sum_not_mean": (
                right.sum(),
                "this is the sum over all labels; asked is the mean over those that count.",
            ),
            "mean_of_row_means": (
                (right.sum(-1) / rows)[rows > 0].mean(),
                "this is the mean of the rows' means. Rows with few labels then weigh as much "
                "as rows with many; take one mean over all labels that count.",
            ),
        },
        1e-4,
    )
    for variant in (
        right.mean(),
        right.sum() / labels.numel(),
        right.sum() / (labels != -100).sum(),
        as_zero.mean(),
        as_zero.sum() / counts,
        unshifted.mean(),
    ):
        if counts < targets.numel():
            explain(got, {"ignored_labels_counted": (variant, _IGNORED)}, 1e-4)
    require(counts == targets.numel(), "ignored_labels_counted", _IGNORED)
    raise Found(
        "wrong_value",
        "the loss is another number: the mean over all counted labels of −log p(label | logits "
        "one position before), in nats.",
    )


# --- infer ----------------------------------------------------------------------------------------------------------------

KEYS = {"text": str, "prompt_tokens": int, "completion_tokens": int, "finish_reason": str}


@exercise
def infer(student: Student, draw: random.Random) -> None:
    chat = _Service(student["infer"], byte_level(), draw)
    answer = "the cat sat" + draw.choice([" the cat", " the joke", " you", " me"])
    eos = chat.eos

    chat.ask([*chat.ids(answer), eos], text=answer, reason="stop")
    tokens = len(chat.ids(answer)) + 1
    # The budget ends in the middle, on the EOS, and at once; the EOS comes first.
    chat.ask(chat.ids(answer), text="the cat", reason="length", max_new_tokens=2)
    chat.ask([*chat.ids(answer), eos], text=answer, reason="stop", max_new_tokens=tokens)
    chat.ask([eos], text="", reason="stop")
    chat.ask(chat.ids(answer), text="", reason="length", max_new_tokens=0)
    # The text is what `decode` makes of all tokens together, from end to end.
    for text in ("the cat\n\n", f"the {draw.choice(SPLIT)} cat"):
        chat.ask([*chat.ids(text), eos], text=text, reason="stop")
    # Other ids end the text too, and where the model names none, the tokenizer does.
    other = chat.special
    chat.ask([*chat.ids(answer), other], text=answer, reason="stop", eos=[eos, other])
    chat.ask([*chat.ids(answer), eos], text=answer, reason="stop", eos=None)

    # Without a budget it is 64.
    endless = chat.ids("the" + " cat" * 79)
    chat.ask(endless, text="the" + " cat" * 63, reason="length")

    # Stop strings: one token; across tokens and ending inside one; a list, the earliest in the text wins.
    tail = [*chat.ids("Hello you"), eos]
    chat.ask(chat.ids("the cat\n\n") + tail, text="the cat", reason="stop", stop="\n\n")
    chat.ask(chat.ids("the cat sat") + tail, text="the c", reason="stop", stop="at s")
    chat.ask([*chat.ids(answer), eos], text=answer, reason="stop", stop="zebra")
    for stop in ([" sat", " cat"], ["zebra", " cat", " sat"]):
        chat.ask(chat.ids("the cat sat") + tail, text="the", reason="stop", stop=stop)
    # It may stand twice in one token: the first counts.
    chat.ask(chat.ids("the cat\n\n") + tail, text="the cat", reason="stop", stop="\n")
    # Two of them appear with the same token.
    both = ["ou", "yo"]
    chat.ask(chat.ids("the cat you") + tail, text="the cat ", reason="stop", stop=both)

    for tokenizer in (byte_level(chat_template=None), byte_fallback(chat_template=None)):
        base = _Service(student["infer"], tokenizer, draw)
        base.ask([*base.ids("the cat sat"), base.eos], text="the cat sat", reason="stop")
    other_chat = _Service(student["infer"], byte_fallback(), draw)
    other_chat.ask([*other_chat.ids("the cat"), other_chat.eos], text="the cat", reason="stop")


class _Service:
    """Asks the student's `infer` with a model that continues the right prompt with a script, and judges the answer."""

    def __init__(self, f: Callable, tokenizer: Tokenizer, draw: random.Random):
        self.f, self.tokenizer, self.draw = f, tokenizer, draw
        reference = tokenizer.reference
        self.eos = reference.eos_token_id
        self.special = max(reference.all_special_ids)
        self.vocab_size = len(reference) + 2

    def ids(self, text: str) -> list[int]:
        """Token ids of a continuation that decode to exactly `text`."""
        reference = self.tokenizer.reference
        ids = reference(text, add_special_tokens=False).input_ids
        assert reference.decode(ids) == text
        return ids

    def prompt_ids(self, prompt: str) -> list[int]:
        reference = self.tokenizer.reference
        if reference.chat_template is None:
            return reference(prompt).input_ids
        return _templated(self.tokenizer, [{"role": "user", "content": prompt}])

    def ask(self, script, *, text, reason, eos="tokenizer", **kwargs) -> None:
        prompt = sentence(self.draw, 3)
        prompt_ids = self.prompt_ids(prompt)
        eos = self.eos if eos == "tokenizer" else eos
        model = scripted(
            {tuple(prompt_ids): script},
            vocab_size=self.vocab_size,
            eos_token_id=eos,
            pad_token_id=self.eos,
        )
        template = self.tokenizer.reference.chat_template
        if template is None:
            with blame("raw_prompt", _RAW_PROMPT):
                got = self.f(model, self.tokenizer, prompt, **kwargs)
        else:
            got = self.f(model, self.tokenizer, prompt, **kwargs)
        require_type(got, dict, "a dict")
        for key, kind in KEYS.items():
            require(
                key in got,
                "missing_key",
                f"the result has no {key!r}; its keys are {', '.join(KEYS)}.",
            )
            require(
                type(got[key]) is kind,
                "wrong_type",
                f"{key!r} is {kind_of(got[key])}, expected {kind.__name__}.",
            )
        budget = kwargs.get("max_new_tokens", 64)
        require(
            got["completion_tokens"] <= budget,
            "budget_ignored",
            f"{got['completion_tokens']} tokens were generated with max_new_tokens={budget}.",
        )
        self._judge_prompt(model, got, prompt_ids, prompt)
        require(
            type(eos) is not list or got["completion_tokens"] <= len(script),
            "eos_list",
            "the model names several EOS ids in its `generation_config`, and the text ended "
            "with the second: any of them ends it.",
        )
        self._judge_text(got, text, kwargs.get("stop"), prompt)
        self._judge_counts(model, got, script, text, reason, budget, kwargs.get("stop"))

    def _judge_prompt(self, model, got, prompt_ids, prompt) -> None:
        fed = model.requests[0].input_ids[0].tolist() if model.requests else prompt_ids
        # A loop may feed the prompt in two parts: what counts is how it begins.
        right = fed == prompt_ids[: len(fed)]
        if self.tokenizer.reference.chat_template is None:
            require(right, "raw_prompt", _RAW_PROMPT)
        require(
            right,
            "template_not_used",
            "the model was not fed the templated prompt. Where the tokenizer has a chat "
            "template, the prompt is one user message, followed by the generation prompt.",
        )
        require(
            got["prompt_tokens"] == len(prompt_ids),
            "prompt_tokens",
            "`prompt_tokens` is the number of ids that the model is fed before it generates, "
            "the template's included.",
        )

    def _judge_text(self, got, text, stop, prompt) -> None:
        if got["text"] == text:
            return
        special = self.tokenizer.reference.all_special_tokens
        require(
            not (prompt in got["text"] and got["text"].endswith(text)),
            "prompt_in_text",
            "`text` repeats the prompt. Decode only the new tokens.",
        )
        require(
            not any(token in got["text"] for token in special),
            "special_tokens_in_text",
            "`text` holds a special token such as the EOS. A reader should never see one.",
        )
        if stop is not None:
            require(
                isinstance(stop, str),
                "stop_list",
                "of several stop strings, the one that comes first in the text ends it, "
                "wherever it stands in the list.",
            )
            require(
                got["text"] != text + stop,
                "stop_string_kept",
                "`text` still ends with the stop string: cut before it.",
            )
            if text == "the c":
                raise Found(
                    "stop_across_tokens",
                    "a stop string that spans two tokens and ends inside one was missed or cut "
                    "wrongly. Look for it in the decoded text so far, not in single tokens.",
                )
        raise Found(
            "wrong_value",
            "`text` is not the greedy continuation, up to the EOS, the budget or the stop string: "
            "what `decode` gives for all new tokens together, spaces and newlines included.",
        )

    def _judge_counts(self, model, got, script, text, reason, budget, stop) -> None:
        wanted = self._completion_tokens(script, budget, stop)
        count = got["completion_tokens"]
        ended = reason == "stop" and stop is None
        require(
            not (ended and count == wanted - 1),
            "eos_not_counted",
            "`completion_tokens` leaves out the EOS. The model generated it, so it counts.",
        )
        require(
            stop is None or count <= wanted,
            "runs_on_after_stop",
            "tokens after the stop string were generated and counted. Stop as soon as the "
            "text so far holds it.",
        )
        require(
            count == wanted,
            "wrong_value",
            "`completion_tokens` is the number of all tokens that the model generated.",
        )
        require(
            got["finish_reason"] == reason,
            "finish_reason",
            f"`finish_reason` is {got['finish_reason']!r}, expected {reason!r}: 'stop' for an "
            "EOS (even as the last token of the budget) or a stop string, 'length' when the "
            "budget ran out.",
        )
        generated = max((r.tags.shape[1] + r.input_ids.shape[1] for r in model.requests), default=0)
        prompt = got["prompt_tokens"]
        require(
            generated <= prompt + wanted,
            "runs_on_after_stop" if stop is not None else "budget_ignored",
            "the model was asked for more tokens than the answer needs. Generation ends with "
            "the EOS, the budget or the stop string.",
        )

    def _completion_tokens(self, script: list[int], budget: int, stop) -> int:
        reference = self.tokenizer.reference
        stops = [stop] if isinstance(stop, str) else stop or []
        for count in range(1, min(budget, len(script)) + 1):
            decoded = reference.decode(script[:count], skip_special_tokens=True)
            if any(s in decoded for s in stops):
                return count
        return min(budget, len(script))


_RAW_PROMPT = (
    "a base model's tokenizer has no chat template. The prompt is then plain text, encoded as "
    "the tokenizer does by default."
)


# --- chunked_prefill (stretch) --------------------------------------------------------------------------------------------


@exercise
def chunked_prefill(student: Student, draw: random.Random) -> None:
    f = student["chunked_prefill"]
    for kind, batch, length, size in (
        ("gpt2", 1, 10, 4),
        ("llama", 2, 12, 4),
        ("gpt2", 1, 5, 1),
        ("llama", 1, 5, 8),
        ("gpt2", 3, 7, 6),
    ):
        model, reference = transformer(kind, draw.getrandbits(32))
        ids = random_ids(draw, batch, length)
        got = f(model, ids, size)
        require(
            not model.library_calls,
            "calls_the_library",
            "this exercise builds what `model.generate` does with `prefill_chunk_size`; your "
            "code calls it.",
        )
        _check_chunks(model, length, size)
        require(
            type(got) is not torch.Tensor,
            "cache_missing",
            "the result is one tensor; expected are two things, `(logits, cache)`.",
        )
        require_type(got, (tuple, list), "a tuple (logits, cache)")
        require(len(got) == 2, "wrong_type", f"the result has {len(got)} parts, expected 2.")
        logits, cache = got
        require(
            cache is not None,
            "cache_missing",
            "the second part is None: return the cache that the last forward pass gave.",
        )
        require_type(cache, KeyValues, "a DynamicCache, as the model returns it")
        require_tensor(logits, (batch, 61), FLOAT, "the logits of the last position, [B, V]")
        require(
            model.holds(cache, ids),
            "cache_incomplete",
            "the returned cache does not hold all tokens of the prompt, in order.",
        )
        with torch.no_grad():
            everywhere = reference(ids).logits
        for position in range(length - 1):
            require(
                not _close(logits, everywhere[:, position]),
                "wrong_position",
                "these are the logits of an earlier position. What comes after the prompt is "
                "predicted at the last one, in the last chunk.",
            )
        require(
            _close(logits, everywhere[:, -1]),
            "wrong_value",
            "the logits are not those of one forward over the whole prompt.",
        )


def _check_chunks(model: Model, length: int, size: int) -> None:
    """Every token once, in order, at most `size` at a time, with the cache of all before them."""
    steps = [(r.tags.shape[1], r.input_ids.shape[1]) for r in model.requests]
    fed = sum(new for _, new in steps)
    largest = max((new for _, new in steps), default=0)
    require(
        len(steps) > 1 or length <= size,
        "one_big_forward",
        f"the whole prompt of {length} tokens went through in one forward; with "
        f"chunk_size={size} none may get more than {size}.",
    )
    require(
        all(cached for cached, _ in steps[1:]),
        "cache_not_passed",
        "a later chunk started from an empty cache, so it does not know what came before it.",
    )
    require(
        fed <= length,
        "tokens_fed_twice",
        f"{fed} tokens were fed for a prompt of {length}: some went through the model twice.",
    )
    require(
        largest <= size,
        "chunk_too_large",
        f"a forward got {largest} tokens with chunk_size={size}.",
    )
    require(
        fed == length,
        "last_chunk_dropped",
        f"only {fed} of {length} tokens were fed. The last chunk may be shorter than the others.",
    )
    for request, (cached, new) in zip(model.requests, steps, strict=True):
        place = torch.arange(cached, cached + new)
        require(
            request.position_ids is None or bool((request.position_ids == place).all()),
            "positions_wrong",
            "a chunk was given the wrong positions. With c tokens in the cache, its first token "
            "is at position c.",
        )


# --- StreamDecoder (stretch) ----------------------------------------------------------------------------------------------

STREAMERS = {"DecodeStream", "TextStreamer", "TextIteratorStreamer", "AsyncTextIteratorStreamer"}


@exercise
def StreamDecoder(student: Student, draw: random.Random) -> None:
    refuse_library(student, STREAMERS, "a stream decoder", "StreamDecoder")
    for build in (byte_level, byte_fallback):
        tokenizer = build()
        streams = [
            _ids(tokenizer, f"{sentence(draw, 2)} {draw.choice('😀🦊')} {sentence(draw, 1)}"),
            _ids(tokenizer, f"{sentence(draw, 1)}  \n {sentence(draw, 2)} "),
            _with_special_tokens(tokenizer, draw),
            _ids(tokenizer, f"{draw.choice(SPLIT)}{sentence(draw, 2)} {''.join(SPLIT)} x"),
            _ids(tokenizer, sentence(draw, 1) + " 😀")[:-1],
            _ids(tokenizer, sentence(draw, 1) + " 😀")[:-2],
            [],
        ]
        if build is byte_level:
            streams.append(_ids(tokenizer, "  " + sentence(draw, 2)))
        for ids in streams:
            decoder = student.new("StreamDecoder", tokenizer)
            pieces = [decoder.put(token_id) for token_id in ids]
            pieces.append(decoder.flush())
            _check_stream(tokenizer.reference, ids, pieces)
            if ids is streams[0]:
                _check_two_streams(student, tokenizer, ids, _ids(tokenizer, "😀🦊 é"))


def _ids(tokenizer: Tokenizer, text: str) -> list[int]:
    return tokenizer.reference(text, add_special_tokens=False).input_ids


def _with_special_tokens(tokenizer: Tokenizer, draw: random.Random) -> list[int]:
    """A stream with special tokens around and between two words, whose space must not get lost."""
    reference = tokenizer.reference
    others = sorted(reference.all_special_ids)
    whole = _ids(tokenizer, f"{draw.choice(WORDS)} cat")
    assert _text(tokenizer, whole[-1:]) == "cat"  # the last token is " cat"
    return [reference.eos_token_id, *whole[:-1], others[0], whole[-1], others[-1]]


def _check_stream(reference: Any, ids: list[int], pieces: list[Any]) -> None:
    """Judge the pieces of one stream: one from `put` for each id, and the one from `flush`."""
    for piece in pieces:
        require_type(piece, str, "a string from `put` and `flush`, which may be empty")
    whole = str(reference.decode(ids, skip_special_tokens=True))
    total = "".join(pieces)
    require(
        "\ufffd" not in "".join(pieces[:-1]),
        "broken_characters",
        "a piece holds '\ufffd'. A character can be spread over several tokens: hold the text "
        "back until it is whole.",
    )
    require(
        not any(token in total for token in reference.all_special_tokens),
        "special_tokens_shown",
        "a piece holds a special token such as the EOS. Skip them.",
    )
    if total != whole:
        require(
            _letters(total) != _letters(whole),
            "spaces_lost",
            "spaces or newlines went missing or were added. They belong to the text, and a token "
            "decoded alone may lose the one before its word.",
        )
        require(
            not whole.startswith(total),
            "flush_missing",
            "the stream ended in the middle of a character, and what was held back never came: "
            "`flush` gives what decoding makes of it.",
        )
        require(
            len(total) <= len(whole) or not set(total) <= set(whole),
            "repeats_text",
            "text comes twice: `put` gives only what is new with this token, and `flush` only "
            "what `put` has held back.",
        )
        raise Found("text_differs", "the pieces, joined, are not what the tokens decode to.")
    given = ""
    for end, piece in enumerate(pieces[:-1], start=1):
        given += piece
        so_far = str(reference.decode(ids[:end], skip_special_tokens=True))
        require(
            given == so_far or so_far.endswith("\ufffd"),
            "holds_back",
            "text is held back although it was certain: after every token, give all of it that "
            "can no longer change.",
        )


def _check_two_streams(
    student: Student, tokenizer: Tokenizer, first: list[int], second: list[int]
) -> None:
    server = tokenizer.as_one()  # many streams over one tokenizer
    decoders = [student.new("StreamDecoder", server) for _ in range(2)]
    given = ["", ""]
    for step in range(max(len(first), len(second))):
        for index, ids in enumerate((first, second)):
            if step < len(ids):
                given[index] += decoders[index].put(ids[step])
    for index, ids in enumerate((first, second)):
        given[index] += decoders[index].flush()
        whole = str(tokenizer.reference.decode(ids, skip_special_tokens=True))
        require(
            given[index] == whole,
            "state_shared",
            "two decoders used at the same time disturb each other. What belongs to one stream "
            "belongs to the instance: set it in `__init__`, on `self`.",
        )
