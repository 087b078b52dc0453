"""Hidden checks of 00_next_token_by_hand. The findings are listed in docs/contract.md.

Transcripts are replayed on the course's default model, whose scores after PROMPT_IDS this process computes once.
"""

import copy
import math
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import torch

from autograde.exercise import (
    Found,
    NotJudged,
    Student,
    exercise,
    kind_of,
    require,
    require_type,
)
from autograde.fixtures import default_model

# What the notebook gives. A student may have changed these there: the exercises are about these.
PROMPT_IDS = [
    1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28, 7018, 411, 407, 19712, 8182, 2,
    198, 1, 4093, 198, 8241, 12837, 618, 5071, 42, 378, 2644, 2801, 99, 335, 260, 2382, 9192, 1867, 288, 260,
    5700, 30, 2, 198, 1, 520, 9531, 198,
]  # fmt: skip
JOKE_IDS = [
    1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28, 7018, 411, 407, 19712, 8182, 2,
    198, 1, 4093, 198, 31530, 549, 253, 24021, 2, 198, 1, 520, 9531, 198, 4898,
]  # fmt: skip
# What they say, token by token: no model is needed to read them.
JOKE_PIECES = [
    "<|im_start|>", "system", "\n", "You", " are", " a", " helpful", " AI", " assistant", " named", " Sm", "ol",
    "LM", ",", " trained", " by", " H", "ugging", " Face", "<|im_end|>", "\n", "<|im_start|>", "user", "\n",
    "Tell", " me", " a", " joke", "<|im_end|>", "\n", "<|im_start|>", "ass", "istant", "\n", "Why",
]  # fmt: skip
VOCAB_SIZE = 49_152
EOS = 2
STEPS = 12
EARLY = 4  # a forced start shows among the first tokens: "Hey y'all" has four

LOGPROB_TOLERANCE = 1e-2
NEAR_TIE = 1e-3  # nats: machines differ by less than a tenth of it
CUMULATIVE_TOLERANCE = 1e-4


# --- marked_document ------------------------------------------------------------------------------------------------------

SPECIAL = {"<|im_start|>": "\ue000", "<|im_end|>": "\ue001"}  # special tokens hold bars themselves


@exercise
def marked_document(student: Student, draw: random.Random) -> None:
    given = student.value("marked_document")
    require_type(given, str, "one string")
    got = _one_sign_for_each_special_token(given)
    want = _one_sign_for_each_special_token("|".join(JOKE_PIECES))
    if got.strip().removeprefix("|").removesuffix("|").strip() == want:
        return
    require(
        not set("ĠĊ") & set(got),
        "vocabulary_strings",
        "`Ġ` and `Ċ` are how the vocabulary spells a space and a new line. Write the text that each "
        "token decodes to.",
    )
    said = "".join(filter(str.isalnum, got)).lower()
    answer = said.partition("tellmeajoke")[2]
    require(
        "helpfulaiassistantnamedsmollm" in said,
        "system_message_missing",
        "the chat template puts a system message in front, even where you wrote none: it belongs to "
        "what the model is fed.",
    )
    require(
        "assistant" in answer,
        "generation_prompt_missing",
        "behind the user's turn the assistant's is opened, so that the model writes an answer and not "
        "another question. That opening is missing.",
    )
    require(
        answer.partition("assistant")[2],
        "joke_word_missing",
        "the document ends before the first word of the joke. What has been generated is fed again.",
    )
    bars = "|".join(JOKE_PIECES)
    require(
        given.replace("|", "") != bars.replace("|", "") or given.count("|") <= bars.count("|"),
        "boundaries_wrong",
        "bars stand inside a token. `<|im_start|>` is one token, with the bars that are its own.",
    )
    require(
        all(got.count(sign) >= want.count(sign) for sign in SPECIAL.values()),
        "special_tokens_missing",
        "the special tokens `<|im_start|>` and `<|im_end|>` stand where a turn begins and ends. They "
        "are tokens like all others: one of them is missing, or written otherwise.",
    )
    text, right_text = got.replace("|", ""), want.replace("|", "")
    require(
        "|" in got or text.replace(" ", "") != right_text.replace(" ", ""),
        "not_marked",
        "the text is right, but no boundary is marked: put a `|` between any two tokens.",
    )
    require(
        got.replace(" ", "").strip("|") != want.replace(" ", ""),
        "spaces_misplaced",
        "the bars are in place, but spaces are not. A space belongs to the token that it stands in, "
        "mostly the beginning of a word, and nothing is written around a bar.",
    )
    require(
        text.strip() == right_text or _without_newlines(text) != _without_newlines(right_text),
        "newlines_differ",
        "new lines are tokens too. Where the document has one there must be a real one, which a string "
        r"in quotes writes as \n with one backslash.",
    )
    require(
        text.strip() != right_text,
        "boundaries_wrong",
        "the text is right, but bars do not stand where tokens end. A token need not be a word: look at "
        "the pieces of the ids, one by one.",
    )
    raise Found(
        "text_differs",
        "the text between the bars is not what these ids say. Compare it piece by piece.",
    )


def _one_sign_for_each_special_token(text: str) -> str:
    for token, sign in SPECIAL.items():
        text = text.replace(token, sign)
    return text


def _without_newlines(text: str) -> str:
    for sign in ("\\n", "\n", "\r", "↵", "⏎", "¶", "<newline>", "<br>", " "):
        text = text.replace(sign, "")
    return text


# --- next_token_table -----------------------------------------------------------------------------------------------------


@cache
def _texts_of_tokens() -> frozenset[str]:
    tokenizer = default_model().tokenizer
    return frozenset(tokenizer.batch_decode([[id] for id in range(VOCAB_SIZE)]))


@exercise
def next_token_table(student: Student, draw: random.Random) -> None:
    table = student.value("next_token_table")
    require_type(table, dict, "a dict from token to probability")
    for token, probability in table.items():
        require(
            type(token) is not int,
            "ids_for_tokens",
            "a key of the table is a number. Write the token's text, in quotes.",
        )
        require(
            type(token) is str, "wrong_type", f"a key is {kind_of(token)}, expected a token's text."
        )
        require(
            type(probability) in (int, float),
            "wrong_type",
            f"the value of {token!r} is {kind_of(probability)}, expected a number.",
        )
    values = list(table.values())
    total = sum(values) if all(map(math.isfinite, values)) else math.nan
    require(
        not (98 <= total <= 102 and min(values) >= 0 and max(values) > 1),
        "percentages",
        "the values add up to about 100. A probability lies between 0 and 1: 60 % is 0.6.",
    )
    require(
        all(0 <= value <= 1 for value in values),
        "not_probabilities",
        "a value lies outside 0 to 1, so it is no probability.",
    )
    for token in table:
        require(
            token in _texts_of_tokens(),
            "not_a_token",
            f"{token!r} is no single token of this model. Mind the space in front: ' did' is one.",
        )
    require(
        abs(total - 1) <= 0.01 + 1e-9,
        "does_not_sum_to_one",
        "the values do not add up to 1 (0.01 more or less is fine). One token comes next, and "
        "something has to.",
    )


# --- transcripts ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def replay(token_ids: tuple[int, ...]) -> torch.Tensor:
    """FloatTensor[n + 1, V] in float64: log p of every token at each step along `token_ids`, and after them."""
    model = default_model().model
    with torch.no_grad():
        first, prompt = _after_prompt()
        logits = first
        if token_ids:
            # The prompt is read once; each replay goes on from a copy of its cache.
            out = model(torch.tensor([token_ids]), past_key_values=copy.deepcopy(prompt))
            logits = torch.cat([first, out.logits[0]])
    return logits.double().log_softmax(-1)


@cache
def _after_prompt() -> tuple[torch.Tensor, Any]:
    with torch.no_grad():
        out = default_model().model(torch.tensor([PROMPT_IDS]), use_cache=True)
    return out.logits[0, -1:], out.past_key_values


@exercise
def greedy_transcript(student: Student, draw: random.Random) -> None:
    one = _transcript(student.value("greedy_transcript"), "the transcript")
    with _on_these_weights(student, [one]):
        for step, id in enumerate(one.token_ids):
            require(
                _is_best(one, step),
                "not_greedy",
                f"token {step + 1} ({_shown(id)}) is not the most likely one there. Take rank 1 at every "
                "step, in the explorer of the notebook's own prompt.",
            )
        _require_logprob(one)


@exercise
def sampled_transcripts(student: Student, draw: random.Random) -> None:
    two = _two_transcripts(student.value("sampled_transcripts"), drawn=True)
    require(
        two[0].token_ids != two[1].token_ids,
        "transcripts_alike",
        "both transcripts hold the same tokens. Roll new numbers for the second.",
    )
    with _on_these_weights(student, two):
        for one in two:
            _require_drawn(one)
            _require_logprob(one)


@exercise
def informal_transcript(student: Student, draw: random.Random) -> None:
    one = _transcript(student.value("informal_transcript"), "the transcript")
    with _on_these_weights(student, [one]):
        require(
            not all(_is_best(one, step) for step in range(min(EARLY, len(one.token_ids)))),
            "nothing_forced",
            f"the first {EARLY} tokens are the model's own favourites. Force the start that you want, "
            "then let it go on from there.",
        )
        _require_logprob(one, forced=True)


@exercise
def beam_transcripts(student: Student, draw: random.Random) -> None:
    two = _two_transcripts(student.value("beam_transcripts"))
    found = {one.token_ids for one in two}
    require(
        len(found) == 2,
        "beams_alike",
        "both beams hold the same tokens. Two different candidates are kept at every step.",
    )
    with _on_these_weights(student, two):
        if found != beams():
            for rule, message in BEAM_MISTAKES.items():
                require(found != beams(rule), rule, message)
            raise Found(
                "not_beam_search",
                "these are not the two paths that two beams end with. At every step each beam offers its "
                "two most likely tokens; of these four candidates, the two with the largest total "
                "log-probability go on.",
            )
        for one in two:
            _require_logprob(one)


BEAM_MISTAKES = {
    "one_candidate_per_beam": "each beam went on alone with its most likely token. Both offer two candidates, and the two "
    "best of the four go on: they may come from the same beam.",
    "last_step_decides": "the candidates were compared by their last token. What counts is the total log-probability of "
    "the whole path.",
    "only_best_beam_extended": "both candidates were taken from the better beam at every step. The other beam offers two "
    "as well, and one of those may have the larger total.",
}


@cache
def beams(rule: str = "") -> set[tuple[int, ...]]:
    """The paths that two beams end with; by one of the BEAM_MISTAKES if it is named.

    No path of this prompt ends before the last step, so a beam that has ended need not be held.
    """
    row, cache = _after_prompt()
    kept = [_Beam((), 0.0, row[-1].double().log_softmax(-1), cache)]
    for _ in range(STEPS):
        candidates: list[tuple[_Beam, int, float, float]] = []  # beam, token, total, last step
        for beam in kept[:1] if rule == "only_best_beam_extended" else kept:
            best = beam.scores.topk(1 if rule == "one_candidate_per_beam" and beam.path else 2)
            for last, id in zip(best.values.tolist(), best.indices.tolist(), strict=True):
                candidates.append((beam, id, beam.total + last, last))
        by_last = rule == "last_step_decides"
        candidates.sort(key=lambda candidate: -candidate[3] if by_last else -candidate[2])
        kept = [beam.onward(id, total) for beam, id, total, _ in candidates[:2]]
    return {beam.path for beam in kept}


@dataclass
class _Beam:
    path: tuple[int, ...]
    total: float
    scores: torch.Tensor  # log p of what may come next
    cache: Any

    def onward(self, id: int, total: float) -> "_Beam":
        with torch.no_grad():
            # Both candidates may come from this beam: the cache stays as it is.
            out = default_model().model(
                torch.tensor([[id]]), past_key_values=copy.deepcopy(self.cache)
            )
        scores = out.logits[0, -1].double().log_softmax(-1)
        return _Beam((*self.path, id), total, scores, out.past_key_values)


class _Transcript:
    def __init__(self, name: str, token_ids: tuple[int, ...], u: Any, logprob: float, weights: Any):
        self.name = name
        self.token_ids, self.u, self.logprob, self.weights = token_ids, u, logprob, weights

    @property
    def scores(self) -> torch.Tensor:
        return replay(self.token_ids)

    @property
    def steps(self) -> list[float]:
        """log p of each of its tokens."""
        return self.scores[torch.arange(len(self.token_ids)), list(self.token_ids)].tolist()


def _two_transcripts(value: Any, drawn: bool = False) -> list[_Transcript]:
    require_type(value, (list, tuple), "a list of two transcripts")
    require(
        all(type(one) is dict for one in value),
        "wrong_type",
        "an entry of the list is no transcript: each is a dict, as the explorer prints it.",
    )
    require(
        len(value) == 2,
        "two_transcripts_needed",
        f"the list holds {len(value)} transcript{'' if len(value) == 1 else 's'}, expected two.",
    )
    names = ("the first transcript", "the second transcript")
    return [_transcript(one, name, drawn) for one, name in zip(value, names, strict=True)]


def _transcript(value: Any, name: str, drawn: bool = False) -> _Transcript:
    """A transcript whose form is right."""
    require_type(value, dict, "a transcript: a dict, as the explorer prints it")
    for key in ("token_ids", "u", "logprob", "weights"):
        require(
            key in value,
            "missing_key",
            f"{name} has no {key!r}. Paste all of what the explorer prints.",
        )
    ids, u, logprob = value["token_ids"], value["u"], value["logprob"]
    require(
        type(ids) in (list, tuple) and all(type(id) is int for id in ids),
        "wrong_type",
        f"in {name}, 'token_ids' is no list of whole numbers.",
    )
    require(
        type(logprob) in (int, float) and math.isfinite(logprob),
        "wrong_type",
        f"in {name}, 'logprob' is {kind_of(logprob)}, expected a number.",
    )
    require(
        type(value["weights"]) is str,
        "wrong_type",
        f"in {name}, 'weights' is {kind_of(value['weights'])}, expected the text that the explorer prints.",
    )
    require(
        u is None or type(u) in (list, tuple) and all(type(one) in (int, float) for one in u),
        "wrong_type",
        f"in {name}, 'u' is neither None nor a list of numbers.",
    )
    require(
        all(0 <= id < VOCAB_SIZE for id in ids),
        "not_a_token",
        f"{name} holds an id that is in no vocabulary of {VOCAB_SIZE} tokens.",
    )
    require(
        list(ids[: len(PROMPT_IDS)]) != PROMPT_IDS,
        "prompt_included",
        f"{name} begins with the prompt. Only what comes after it belongs into 'token_ids'.",
    )
    require(
        EOS not in ids[:-1],
        "goes_on_after_eos",
        f"{name} goes on behind the token that ends the answer.",
    )
    require(
        len(ids) == STEPS or len(ids) < STEPS and ids[-1:] in ([EOS], (EOS,)),
        "wrong_length",
        f"{name} has {len(ids)} tokens. It ends after {STEPS}, or before with the token that ends the answer.",
    )
    if drawn:
        _require_draws(u, len(ids), name)
    else:
        require(
            u is None,
            "draws_given",
            f"{name} has numbers in 'u', but no token of it is to be drawn: None belongs there.",
        )
    return _Transcript(name, tuple(ids), u, float(logprob), value["weights"])


def _require_draws(u: Any, count: int, name: str) -> None:
    require(
        u is not None,
        "draws_missing",
        f"'u' of {name} is None. Every token is drawn with a number.",
    )
    require(
        len(u) == count,
        "draws_count",
        f"{name} has {len(u)} draws for {count} tokens. Each token has one, the last included.",
    )
    require(
        all(0 <= one < 1 for one in u),
        "draws_out_of_range",
        f"a draw of {name} lies outside [0, 1). Nothing reaches beyond the whole probability.",
    )


class _on_these_weights:
    """What fails inside is the student's fault only if the transcript was made with the judge's weights."""

    def __init__(self, student: Student, transcripts: Sequence[_Transcript]):
        self.ours = default_model().fingerprint
        self.other = [one for one in transcripts if one.weights != self.ours]
        if self.other:
            student.remark(
                "other_weights",
                f"{self.other[0].name} was made with other weights than the grader has ({self.ours}).",
            )

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        if isinstance(error, Found) and self.other:
            raise NotJudged(
                f"{self.other[0].name} was made with other weights than the grader has, and does not hold "
                f"on these ({error.finding.id}): a person has to look."
            ) from None


def _shown(token_id: int) -> str:
    return repr(default_model().tokenizer.decode([token_id]))


def _is_best(one: _Transcript, step: int) -> bool:
    scores = one.scores[step]
    return bool(scores[one.token_ids[step]] >= scores.max() - NEAR_TIE)


def _require_logprob(one: _Transcript, forced: bool = False) -> None:
    steps = one.steps
    total, got = sum(steps), one.logprob

    def near(value: float) -> bool:
        return abs(got - value) <= LOGPROB_TOLERANCE

    if near(total):
        return
    wrong = f"'logprob' of {one.name} is "
    require(
        not near(-total),
        "loss_not_logprob",
        wrong
        + "the loss. A log-probability is never positive: the sum itself, without the minus sign.",
    )
    require(
        not any(near(sign * total / len(steps)) for sign in (1, -1)),
        "mean_not_sum",
        wrong + "divided by the number of tokens. The whole path's is the sum.",
    )
    require(
        not (got >= 0 and (near(math.exp(total)) or near(sum(map(math.exp, steps))))),
        "probability_not_logprob",
        wrong + "made of probabilities. Take the logarithm of each, and add.",
    )
    require(
        not any(near(total / math.log(base)) for base in (2, 10)),
        "wrong_log_base",
        wrong + "in another base. The natural logarithm is meant, with base e.",
    )
    require(
        not (one.token_ids[-1] == EOS and near(sum(steps[:-1]))),
        "eos_not_scored",
        wrong + "without the token that ends the answer, which the model had to choose as well.",
    )
    early = range(min(EARLY, len(steps)))
    # What was forced reaches at least to the last early token that is not the model's favourite.
    free = 1 + max((step for step in early if not _is_best(one, step)), default=0)
    require(
        not (forced and any(near(sum(steps[start:])) for start in range(free, len(steps)))),
        "forced_not_scored",
        wrong
        + "without the tokens that you forced. The model finds them likely or not, whoever wrote them.",
    )
    raise Found(
        "logprob_differs",
        wrong
        + "not the sum over its tokens. Add the log-probability of each, the first and the last too.",
    )


def _require_drawn(one: _Transcript) -> None:
    places = list(zip(one.scores.exp(), one.token_ids, one.u, strict=False))
    for step, (probs, id, u) in enumerate(places):
        if not _falls_on(probs, id, u):
            for rule, (wrong, message) in DRAWING_MISTAKES.items():
                require(
                    not all(wrong(*place) for place in places), rule, f"in {one.name} {message}"
                )
            raise Found(
                "not_drawn",
                f"in {one.name}, draw {step + 1} does not lead to token {step + 1} ({_shown(id)}). Go down the "
                "list, most likely first: the first token whose cumulative probability exceeds u is taken.",
            )


def _falls_on(probs: torch.Tensor, id: int, u: float) -> bool:
    """Whether u falls on this token, tokens of almost the same probability taken in either order."""
    own = probs[id]
    low = float(probs[probs > own * (1 + NEAR_TIE)].sum())
    high = float(probs[probs >= own * (1 - NEAR_TIE)].sum())
    return low - CUMULATIVE_TOLERANCE <= u < high + CUMULATIVE_TOLERANCE


def _first_exceeding(probs: torch.Tensor, u: float) -> int:
    """The place of the first entry whose cumulative probability exceeds u."""
    return min(int(torch.searchsorted(probs.cumsum(0), u, right=True)), len(probs) - 1)


def _rank(probs: torch.Tensor, id: int) -> int:
    """0 for the most likely."""
    return int((probs > probs[id]).sum() + (probs[:id] == probs[id]).sum())


def _by_vocabulary(probs: torch.Tensor, id: int, u: float) -> bool:
    return _first_exceeding(probs, u) == id


def _ascending(probs: torch.Tensor, id: int, u: float) -> bool:
    return int(probs.argsort()[_first_exceeding(probs.sort().values, u)]) == id


def _off_by(shift: int) -> Callable[[torch.Tensor, int, float], bool]:
    def wrong(probs: torch.Tensor, id: int, u: float) -> bool:
        right = _first_exceeding(probs.sort(descending=True).values, u)
        return _rank(probs, id) == max(right + shift, 0)

    return wrong


DRAWING_MISTAKES = {
    "vocabulary_order": (
        _by_vocabulary,
        "the probabilities were added up in the order of the ids. Begin with the most likely token.",
    ),
    "ascending_order": (
        _ascending,
        "the probabilities were added up from the least likely token on. Begin with the most likely one.",
    ),
    "one_rank_off": (
        lambda *place: _off_by(-1)(*place) or _off_by(1)(*place),
        "the tokens are one rank away from those that u falls on. It is the first whose cumulative probability, "
        "its own included, exceeds u.",
    ),
}


# --- ngram_counts ---------------------------------------------------------------------------------------------------------

Counts = dict[tuple[int, ...], dict[int, int]]


def counted(ngrams: Iterator[tuple[tuple[int, ...], int]]) -> Counts:
    """The table of (context, next token) pairs."""
    table: Counts = {}
    for context, token in ngrams:
        row = table.setdefault(context, {})
        row[token] = row.get(token, 0) + 1
    return table


def ngrams(ids: Sequence[int], n: int) -> Iterator[tuple[tuple[int, ...], int]]:
    for start in range(len(ids) - n + 1):
        *context, token = ids[start : start + n]
        yield tuple(context), token


def _mapped(table: Counts, change: Callable[[tuple[int, ...]], tuple[int, ...]]) -> Counts:
    """The table with its contexts changed; those that become one are added up."""
    return counted(
        (change(context), token)
        for context, row in table.items()
        for token, count in row.items()
        for _ in range(count)
    )


def _counts_of(ids: Sequence[int], n: int) -> Counts:
    return counted(ngrams(ids, n))


def _overwriting(ids: Sequence[int], n: int) -> Counts:
    table: Counts = {}
    for context, token in ngrams(ids, n):
        table[context] = {token: table.get(context, {}).get(token, 0) + 1}
    return table


# Known wrong ways: the finding of the first that gives all that the student's function gave.
COUNTING_MISTAKES: list[tuple[str, Callable[[list[int], int], Any], str]] = [
    (
        "counts_once",
        lambda ids, n: {c: dict.fromkeys(row, 1) for c, row in _counts_of(ids, n).items()},
        "every pair has the count 1, however often it occurs.",
    ),
    (
        "first_sight_not_counted",
        lambda ids, n: {
            c: {t: count - 1 for t, count in row.items()} for c, row in _counts_of(ids, n).items()
        },
        "every count is one too small. When a pair is seen for the first time, that is once.",
    ),
    (
        "followers_overwritten",
        _overwriting,
        "where a context comes again, the tokens that followed it before are lost. Add to its row.",
    ),
    (
        "relative_frequencies",
        lambda ids, n: {
            c: {t: count / sum(row.values()) for t, count in row.items()}
            for c, row in _counts_of(ids, n).items()
        },
        "the table holds fractions. Count first; probabilities come from the counts later.",
    ),
    (
        "last_ngram_missing",
        lambda ids, n: _counts_of(ids[:-1], n),
        "the last n-gram is missing. How many n-grams does a list of n ids hold?",
    ),
    (
        "first_ngram_missing",
        lambda ids, n: _counts_of(ids[1:], n),
        "the first n-gram is missing. Where does the first window begin?",
    ),
    (
        "wraps_around",
        lambda ids, n: counted(
            (tuple((ids * n)[i : i + n - 1]), (ids * n)[i + n - 1]) for i in range(len(ids))
        ),
        "the end of the list is continued with its beginning.",
    ),
    (
        "windows_do_not_overlap",
        lambda ids, n: counted(
            (tuple(ids[i : i + n - 1]), ids[i + n - 1]) for i in range(0, len(ids) - n + 1, n)
        ),
        "the windows stand side by side. The next n-gram begins one id further, not n.",
    ),
    (
        "context_reversed",
        lambda ids, n: _mapped(_counts_of(ids, n), lambda context: context[::-1]),
        "the ids of a context come in reverse. Keep the order of the text.",
    ),
    (
        "context_order_lost",
        lambda ids, n: _mapped(_counts_of(ids, n), lambda context: tuple(sorted(context))),
        "two contexts with the same ids in another order are one in the table. Order matters.",
    ),
    (
        "context_after_token",
        lambda ids, n: counted(
            (tuple(ids[i + 1 : i + n]), ids[i]) for i in range(len(ids) - n + 1)
        ),
        "the context is what follows the token. The model reads forwards: it is what stands before.",
    ),
    (
        "context_after_token",
        lambda ids, n: _counts_of(ids[::-1], n),
        "the context is what follows the token. The model reads forwards: it is what stands before.",
    ),
]


@exercise
def ngram_counts(student: Student, draw: random.Random) -> None:
    few = [draw.randrange(10, 14) for _ in range(24)]
    many = [draw.randrange(40_000, 40_006) for _ in range(30)]
    cases = [
        ([7, 8, 7, 8, 9], 2),
        (few, 2),
        ([7, 8, 7, 8, 9], 2),
        (few, 3),
        (many, 2),
        (few, 4),
        (few[:3], 3),
        (few[:2], 3),
        ([], 2),
        (few, 1),
        ([], 1),
    ]
    tables = student.each("ngram_counts", cases)
    for table in tables:
        require_type(table, dict, "a dict of dicts")
    wanted = [_counts_of(ids, n) for ids, n in cases]
    longer = [case for case in zip(cases, tables, wanted, strict=True) if case[0][1] > 1]
    unigrams = [case for case in zip(cases, tables, wanted, strict=True) if case[0][1] == 1]
    for (ids, n), table, _ in longer:
        _require_form(table, n, f"ngram_counts({ids[:5]}{' …' if ids[5:] else ''}, {n})")
    if all(table == want for _, table, want in longer):
        with _as_finding(
            "unigram_context",
            "n = 2 and more are right, n = 1 is not: there the only context is the empty tuple, (). Mind "
            "that `ids[-0:]` is the whole list.",
        ):
            for (ids, n), table, want in unigrams:
                _require_form(table, n, f"ngram_counts({ids[:5]} …, {n})")
                require(table == want, "wrong_value", "other counts")
        return
    require(
        tables[0] == tables[2] or tables[0] != wanted[0],
        "state_shared",
        "the same call, made twice, gives two tables. Begin each call with an empty one: a default "
        "argument or a global lives on between calls.",
    )
    for id, wrong, message in COUNTING_MISTAKES:
        require(not _explains(wrong, longer), id, message)
    for (ids, n), table, want in longer:
        _require_known_entries(table, want, ids, n)
    raise Found(
        "wrong_value",
        "the counts are not those of the n-grams in the list. For [7, 8, 7, 8, 9] and n = 2: which pairs "
        "of neighbours are there, and how often?",
    )


def _explains(wrong: Callable, cases: list[tuple]) -> bool:
    """Whether a wrong way gives all of these tables, and not by giving the right ones."""
    telling = 0
    for (ids, n), table, want in cases:
        candidate = wrong(list(ids), n)
        if candidate != table:
            return False
        telling += candidate != want
    return telling > 0


@contextmanager
def _as_finding(id: str, message: str) -> Iterator[None]:
    """Whatever is found inside is this finding."""
    try:
        yield
    except Found:
        raise Found(id, message) from None


def _require_form(table: dict, n: int, call: str) -> None:
    for context, row in table.items():
        if type(row) is not dict:
            require(
                type(context) is not tuple or len(context) != n,
                "flat_counts",
                f"{call} gives whole n-grams with a count. Nest them: context → next id → count.",
            )
            require_type(row, dict, "a dict of dicts: context → next id → count")
        require(
            type(context) is tuple,
            "context_not_a_tuple",
            f"a context in {call} is {kind_of(context)}, expected a tuple of n−1 ids, also for n = 2.",
        )
        require(
            None not in context and None not in row,
            "padding_added",
            f"{call} holds None. Sentence marks are the caller's to add, and an n-gram has n ids.",
        )
        require(
            all(type(id) is int for id in context)
            and all(type(token) is int for token in row)
            and all(type(count) in (int, float) for count in row.values()),
            "wrong_type",
            f"{call} holds something else than whole numbers.",
        )


def _require_known_entries(table: Counts, want: Counts, ids: list[int], n: int) -> None:
    """A finding for what a table has too much, or has in another form, at least in this case."""
    lengths = {len(context) for context in table}
    require(
        not any(set(context) - set(ids) or set(row) - set(ids) for context, row in table.items()),
        "padding_added",
        "the table holds ids that are not in the list. Sentence marks are the caller's to add.",
    )
    require(
        not (lengths and len(lengths) == 1 and lengths != {n - 1}),
        "context_length",
        "a context has another length than n−1. With n ids in a window, the last is the next token.",
    )
    require(
        not (lengths - {n - 1}),
        "short_contexts",
        "the table holds contexts of several lengths. Count only where n−1 ids stand before.",
    )
    real = {c: {t: k for t, k in row.items() if k} for c, row in table.items()}
    real = {c: row for c, row in real.items() if row}
    require(
        real != want or table == want,
        "context_without_next",
        "the table holds a context without a next token, or a count of 0. Only what occurs is counted.",
    )


# --- ngram_prob -----------------------------------------------------------------------------------------------------------


def add_k(counts: Counts, context: tuple[int, ...], token: int, vocab_size: int, k: float) -> float:
    row = counts.get(context, {})
    return (row.get(token, 0) + k) / (sum(row.values()) + k * vocab_size)


def _row(counts: Counts, context: tuple[int, ...]) -> dict[int, int]:
    return counts.get(context, {})


def _ratio(above: float, below: float) -> float:
    return above / below if below else 0.0


PROB_MISTAKES: list[tuple[str, Callable[..., float], str]] = [
    (
        "logprob_returned",
        lambda c, x, t, v, k: math.log(add_k(c, x, t, v, k)),
        "the result is the logarithm. The probability itself is asked for.",
    ),
    (
        "not_smoothed",
        lambda c, x, t, v, k: _ratio(_row(c, x).get(t, 0), sum(_row(c, x).values())),
        "k is not used: what was never seen would be impossible. Add k to every count.",
    ),
    (
        "k_fixed_at_one",
        lambda c, x, t, v, k: add_k(c, x, t, v, 1),
        "the result is that of k = 1, whatever k is.",
    ),
    (
        "k_not_in_denominator",
        lambda c, x, t, v, k: _ratio(_row(c, x).get(t, 0) + k, sum(_row(c, x).values()) + v),
        "every one of the vocab_size counts grows by k, so the total grows by k·vocab_size.",
    ),
    (
        "k_not_in_denominator",
        lambda c, x, t, v, k: _ratio(_row(c, x).get(t, 0) + k, sum(_row(c, x).values())),
        "every one of the vocab_size counts grows by k, so the total grows by k·vocab_size.",
    ),
    (
        "k_not_in_denominator",
        lambda c, x, t, v, k: (_row(c, x).get(t, 0) + k) / (sum(_row(c, x).values()) + v + k),
        "every one of the vocab_size counts grows by k, so the total grows by k·vocab_size.",
    ),
    (
        "k_not_in_denominator",
        lambda c, x, t, v, k: (_row(c, x).get(t, 0) + k) / (sum(_row(c, x).values()) + k),
        "every one of the vocab_size counts grows by k, so the total grows by k·vocab_size.",
    ),
    (
        "k_fixed_at_one",
        lambda c, x, t, v, k: add_k(c, x, t, v, max(1, int(k))),
        "k is made a whole number. It may be any positive number, also one below 1.",
    ),
    (
        "precedence",
        lambda c, x, t, v, k: _row(c, x).get(t, 0) + k / (sum(_row(c, x).values()) + k * v),
        "only k is divided. Put count + k in parentheses.",
    ),
    (
        "percentages",
        lambda c, x, t, v, k: 100 * add_k(c, x, t, v, k),
        "the result is 100 times the probability, which lies between 0 and 1.",
    ),
    (
        "context_ignored",
        lambda c, x, t, v, k: (
            (sum(row.get(t, 0) for row in c.values()) + k)
            / (sum(sum(row.values()) for row in c.values()) + k * v)
        ),
        "the context makes no difference. Only the counts after this context matter.",
    ),
    (
        "key_is_whole_ngram",
        lambda c, x, t, v, k: k / (sum(_row(c, x).values()) + k * v),
        "the count is never found. The table's keys are contexts; the token is a key of the context's row.",
    ),
    (
        "seen_tokens_for_vocab_size",
        lambda c, x, t, v, k: (
            (_row(c, x).get(t, 0) + k)
            / (sum(_row(c, x).values()) + k * len({seen for row in c.values() for seen in row}))
        ),
        "k is added once for each token seen anywhere. It is added for every token of the vocabulary.",
    ),
    (
        "seen_tokens_for_vocab_size",
        lambda c, x, t, v, k: (_row(c, x).get(t, 0) + k) / (sum(_row(c, x).values()) + k * len(c)),
        "k is added once for each context. It is added for every token of the vocabulary.",
    ),
    (
        "k_not_in_numerator",
        lambda c, x, t, v, k: _row(c, x).get(t, 0) / (sum(_row(c, x).values()) + k * v),
        "the total has grown by k for every token, but this token's own count has not.",
    ),
    (
        "k_not_in_numerator",
        lambda c, x, t, v, k: (_row(c, x).get(t, 0) + 1) / (sum(_row(c, x).values()) + k * v),
        "the total has grown by k for every token, but this token's own count by 1.",
    ),
    (
        "seen_tokens_for_vocab_size",
        lambda c, x, t, v, k: _ratio(
            _row(c, x).get(t, 0) + k, sum(_row(c, x).values()) + k * len(_row(c, x))
        ),
        "k is added once for each token seen after the context. It is added for every token of the vocabulary.",
    ),
    (
        "total_of_all_contexts",
        lambda c, x, t, v, k: (
            (_row(c, x).get(t, 0) + k) / (sum(sum(row.values()) for row in c.values()) + k * v)
        ),
        "the total goes over the whole table. Only what followed this context counts.",
    ),
    (
        "distinct_for_total",
        lambda c, x, t, v, k: (_row(c, x).get(t, 0) + k) / (len(_row(c, x)) + k * v),
        "the total is the number of different tokens. It is the sum of their counts.",
    ),
    (
        "only_unseen_smoothed",
        lambda c, x, t, v, k: (
            _row(c, x)[t] / sum(_row(c, x).values()) if t in _row(c, x) else add_k(c, x, t, v, k)
        ),
        "seen tokens keep their plain share, so the whole is more than 1. Smoothing changes all of them.",
    ),
]


@exercise
def ngram_prob(student: Student, draw: random.Random) -> None:
    a, b, c, d = draw.sample(range(1, 40), 4)
    bigrams: Counts = {
        (a,): {b: draw.randrange(2, 6), c: 1},
        (b,): {a: draw.randrange(6, 9)},
        (c,): {d: 3, a: 2},
    }
    trigrams: Counts = {(a, b): {c: 4, a: 2, b: 1}, (b, c): {d: draw.randrange(2, 5)}}
    unigrams: Counts = {(): {a: draw.randrange(3, 7), b: 2, d: 1}}
    seen: list[tuple[Counts, tuple[int, ...], int, int, float]] = [
        (bigrams, (a,), b, 50, 0.5),
        (bigrams, (a,), c, 50, 0.01),
        (bigrams, (a,), d, 50, 0.5),
        (bigrams, (c,), d, 1000, 2),
        (trigrams, (a, b), c, 50, 0.5),
        (trigrams, (a, b), d, 50, 2),
        (unigrams, (), a, 45, 0.5),
        (unigrams, (), c, 45, 0.3),
        ({(0,): {0: 3}}, (0,), 0, 1, 0.5),
        *((bigrams, (a,), token, 40, 0.7) for token in range(40)),
    ]
    unseen: list[tuple[Counts, tuple[int, ...], int, int, float]] = [
        (bigrams, (d,), a, 50, 0.5),
        (trigrams, (d, b), c, 50, 2),
        ({}, (), a, 45, 0.5),
        ({}, (a, b), c, 45, 0.01),
    ]
    call = student["ngram_prob"]

    def given(case: tuple) -> float:
        return _number(call(*case[:4], k=case[4]))

    got, got_unseen = [given(case) for case in seen], [given(case) for case in unseen]
    wanted, wanted_unseen = [add_k(*case) for case in seen], [add_k(*case) for case in unseen]
    if _close(got, wanted) and not _close(got_unseen, wanted_unseen):
        # Where nothing was ever seen there is nothing to back off to.
        require(
            not (
                all(value > 0 for value in got_unseen) and _close(got_unseen[2:], wanted_unseen[2:])
            ),
            "backs_off",
            "for a context that was never seen, the counts of other contexts were used. Without counts of its "
            "own, every token of the vocabulary is equally likely.",
        )
        raise Found(
            "unseen_context",
            "a context that was never seen has no counts, so all that is left is k: every token of the "
            "vocabulary is equally likely then.",
        )
    alone = [number for number, (_, context, *_) in enumerate(seen) if context == ()]
    others = [number for number in range(len(seen)) if number not in alone]
    require(
        _close([got[i] for i in alone], [wanted[i] for i in alone])
        or not _close([got[i] for i in others], [wanted[i] for i in others]),
        "unigram_context",
        "for n = 1 the result is wrong: the context is then (), which is a key of the table like any "
        "other, although `if context` takes it for nothing.",
    )
    for id, wrong, message in PROB_MISTAKES:
        require(
            _close(got, wanted) or not _close(got, [wrong(*case) for case in seen]), id, message
        )
    if not _close(got, wanted):
        require(
            not _rounded(got, wanted),
            "rounded",
            "the result is rounded, or cut to a whole number somewhere. Give it as it is.",
        )
        raise Found(
            "wrong_value",
            "the result is not (count + k) / (total + k·vocab_size), where total is the sum of the counts "
            "after this context.",
        )
    by_default = [_number(call(*case[:4])) for case in seen[:3]]
    require(
        _close(by_default, [add_k(*case[:4], 1.0) for case in seen[:3]]),
        "default_k",
        "without k the result should be that of k = 1.0: is that the parameter's default?",
    )


def _close(values: Sequence[float], wanted: Sequence[float]) -> bool:
    return all(
        math.isclose(x, y, rel_tol=1e-6, abs_tol=1e-12) for x, y in zip(values, wanted, strict=True)
    )


def _number(value: Any) -> float:
    if type(value) is torch.Tensor and value.dim() == 0:
        value = value.item()
    require(
        type(value) in (float, int),
        "wrong_type",
        f"the result is {kind_of(value)}, expected a number.",
    )
    return float(value)


def _rounded(values: list[float], wanted: list[float]) -> bool:
    return any(
        all(abs(x - y) <= 0.5001 * 10**-digits for x, y in zip(values, wanted, strict=True))
        and all(math.isclose(x, round(x, digits), abs_tol=1e-12) for x in values)
        for digits in range(9)
    ) or all(math.isfinite(x) and x == int(x) for x in values)
