"""Hidden checks of 03_sampling_parameters. The findings are listed in docs/contract.md.

Every filter is compared with a specification written here in float64, one rank at a time; tests compare that one with
transformers' own processors. What is random is first held against exact facts, then rejected at p < 1e-9.
"""

import math
import random
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

import torch
from transformers.generation import logits_process

from autograde.draws import SIGNIFICANCE, judge_generator, p_value
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
    require_tensor,
    require_type,
)
from autograde.fixtures import Function, Generator

INF = math.inf
LIBRARY = {name for name in vars(logits_process) if name.endswith(("Warper", "Processor"))}
LIBRARY = LIBRARY - {"LogitsProcessor", "LogitsWarper"} | {"generate", "GenerationMixin"}
FILTER = "what transformers' own processors do"

Mistakes = dict[str, tuple[Any, str]]
"""id -> (the result, or results, that this mistake gives; what to say about it)"""


# --- scores ---------------------------------------------------------------------------------------------------------------


def distinct_scores(draw: random.Random, rows: int, width: int) -> torch.Tensor:
    """Scores in tenths between -4 and 4, all of a row different, also in half precision."""
    return torch.tensor([draw.sample(range(-40, 41), width) for _ in range(rows)]) / 10


def with_holes(scores: torch.Tensor, draw: random.Random, holes: int) -> torch.Tensor:
    """The scores with -inf in some places of each row."""
    scores = scores.clone()
    for row in scores:
        row[draw.sample(range(len(row)), holes)] = -INF
    return scores


def layouts(scores: torch.Tensor) -> list[torch.Tensor]:
    """The same scores in the dtypes and the memory layout that an answer has to cope with."""
    return [
        scores.double(),
        scores.half(),
        scores.bfloat16(),
        scores.T.contiguous().T,
        scores[:1],
        scores[:1, :1].contiguous(),
    ]


def ranks(values: torch.Tensor) -> torch.Tensor:
    """For each entry, how many of its row come before it, the largest first; ties by index."""
    order = values.sort(dim=-1, descending=True, stable=True).indices
    return order.argsort(dim=-1)


def exclusive_mass(probs: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
    """For each entry, the mass of those that come before it when `key` is sorted, the largest first."""
    order = key.sort(dim=-1, descending=True, stable=True).indices
    mass = probs.gather(-1, order)
    before = mass.cumsum(-1) - mass
    return torch.empty_like(before).scatter(-1, order, before)


def removed(scores: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    return scores.masked_fill(~keep, -INF)


def far_from(limit: float, values: torch.Tensor, margin: float) -> bool:
    return bool(((values - limit).abs() > margin).all())


def clearest(
    make: Callable[[], tuple], right: Callable[..., Any], mistakes: Callable[..., Mistakes]
) -> tuple:
    """Of some cases, the one on which the fewest mistakes give the right answer, or that of another mistake."""

    def told_apart(case: tuple) -> int:
        found = {key(right(*case))}
        count = 0
        for answers, _ in mistakes(*case).values():
            new = {key(answer) for answer in answers}
            count += len(new - found)
            found |= new
        return count

    def key(answer: Any) -> Any:
        return answer.numpy().tobytes() if isinstance(answer, torch.Tensor) else round(answer, 6)

    return max((make() for _ in range(16)), key=told_apart)


# --- filters --------------------------------------------------------------------------------------------------------------


def judge_filter(
    call: Callable[[torch.Tensor], Any],
    scores: torch.Tensor,
    keeps: Callable[[torch.Tensor], torch.Tensor],
    mistakes: Mapping[str, tuple[Iterable[torch.Tensor], str]],
    divisor: float = 1.0,
) -> None:
    """Judge what `call` makes of the scores: those that `keeps` marks, divided by `divisor`; -inf for all others.

    mistakes: id -> (the masks that this mistake may give, a message).
    """
    base, keep = scores / divisor, keeps(scores)
    got = call(scores)
    require_tensor(
        got,
        tuple(scores.shape),
        (scores.dtype,),
        "a tensor of the same shape and dtype as the scores",
    )
    if _filtered(got, base, keep):
        return
    hole = scores == -INF
    if hole.any():
        _judge_holes(call, scores, keeps, got, divisor)
    if len(scores) > 1 and all(
        _filtered(call(row[None]), base[i : i + 1], keep[i : i + 1]) for i, row in enumerate(scores)
    ):
        raise Found("rows_mixed", _ROWS_MIXED)
    for id, (masks, message) in mistakes.items():
        for mask in masks:
            require(not _filtered(got, base, mask & ~hole), id, message)
    _judge_order(got, base, keep)
    finite = got.isfinite()
    require(
        not torch.equal(finite, keep),
        "survivors_changed",
        "the right tokens survive, but their scores are not what they were: a filter leaves them alone, and the softmax "
        "that comes later takes care of the rest."
        if divisor == 1
        else "the right tokens survive, with other scores than score / temperature.",
    )
    law = removed(base, keep).softmax(-1)
    require(
        not _close(got, law),
        "survivors_changed",
        "these are probabilities. What comes next takes a softmax of scores: return scores.",
    )
    extra = ~keep & (got != -INF)
    other = ~torch.isclose(got.double(), base.double(), rtol=_rtol(base), atol=0)
    require(
        not (extra & other).any(),
        "not_minus_inf",
        "a removed token holds another number than −inf. Only exp(−inf) is exactly 0; anything else can still be drawn.",
    )
    raise Found(
        "wrong_value",
        f"other tokens survive than should: in the {len(scores)} rows of {scores.shape[1]} scores, "
        f"so many did: {finite.sum(-1).tolist()}.",
    )


def _judge_holes(
    call: Callable[[torch.Tensor], Any],
    scores: torch.Tensor,
    keeps: Callable[[torch.Tensor], torch.Tensor],
    got: torch.Tensor,
    divisor: float,
) -> None:
    """What went wrong with scores that hold -inf, if it is the -inf that makes the difference."""
    hole = scores == -INF
    message = (
        "a −inf among the scores spoils the result. An earlier filter leaves such scores, and −inf · 0 or −inf − (−inf) "
        "is no number."
    )
    require(not got.isnan().any(), "nan_from_minus_inf", message)
    require(
        not (got[hole] > -INF).any(),
        "removed_token_revived",
        "a score of −inf came out finite: what an earlier filter removed has to stay removed.",
    )
    filled = scores.masked_fill(hole, -30.0)  # as unlikely as makes no difference, but a number
    require(
        not _filtered(call(filled), filled / divisor, keeps(filled)), "nan_from_minus_inf", message
    )


def judge_far(
    call: Callable[[torch.Tensor], Any],
    scores: torch.Tensor,
    keeps: Callable[[torch.Tensor], torch.Tensor],
) -> None:
    """The same law, far from 0: what is right near 0 is right there too, unless an exponential overflows."""
    for shift in (500.0, -500.0):
        far = scores + shift
        require(
            _filtered(call(far), far, keeps(far)),
            "overflows",
            f"scores near {shift:g} give another result than the same scores near 0: their exponentials do not fit into a "
            "float. Subtract a row's largest score first, or use a softmax that does.",
        )


_ROWS_MIXED = (
    "a row alone gives the right result, the same row in a batch another: each row has to be treated on its own, so "
    "sums, maxima and thresholds go along the last dimension."
)
_NOT_SCATTERED = (
    "the result is in sorted order, or a mask made in sorted order was put on the unsorted scores. Bring it back to the "
    "vocabulary's order with the indices that the sort returned."
)


def shown_rows(scores: torch.Tensor) -> str:
    return f"{scores.shape[0]} rows of {scores.shape[1]} scores"


def _close(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Equal, to what the dtype can tell apart; infinities too."""
    half = b.dtype in (torch.float16, torch.bfloat16)
    return a.shape == b.shape and torch.allclose(
        a.double(), b.double(), rtol=1e-2 if half else 1e-5, atol=1e-3 if half else 1e-6
    )


def _filtered(got: Any, base: torch.Tensor, keep: torch.Tensor) -> bool:
    """Whether `got` is `base` with -inf outside `keep`; which of several equal scores are kept is free."""
    if type(got) is not torch.Tensor or got.shape != base.shape or got.dtype != base.dtype:
        return False
    wanted = removed(base, keep)
    untouched = (got == -INF) | torch.isclose(got.double(), base.double(), rtol=_rtol(base), atol=0)
    return bool(untouched.all()) and _close(got.sort(-1).values, wanted.sort(-1).values)


def _rtol(base: torch.Tensor) -> float:
    return 1e-2 if base.dtype in (torch.float16, torch.bfloat16) else 1e-5


def _judge_order(got: torch.Tensor, base: torch.Tensor, keep: torch.Tensor) -> None:
    count = keep.sum(-1, keepdim=True)
    place = torch.arange(base.shape[1]).expand_as(base)
    for descending in (True, False):
        first = place < count if descending else place >= base.shape[1] - count
        ordered = base.sort(-1, descending=descending).values
        order = base.argsort(-1, descending=descending)
        wrong = (
            removed(base, first),
            removed(ordered, first),
            removed(ordered, keep),
            removed(base, keep.gather(-1, order).gather(-1, order)),
        )
        if not torch.equal(ordered, base):
            for result in wrong:
                require(not _close(got, result), "not_scattered_back", _NOT_SCATTERED)


@exercise
def apply_temperature(student: Student, draw: random.Random) -> None:
    f = student["apply_temperature"]
    refuse_library(student, LIBRARY, FILTER, "apply_temperature")
    scores = distinct_scores(draw, 3, 7)
    for temperature in (0.5, 2.5, 1.0):
        _judge_temperature(f, scores, temperature)
    for temperature in (2, 1):
        with blame(
            "int_refused",
            "the temperature may be an int: 1 is as good as 1.0.",
        ):
            _judge_temperature(f, scores, temperature)
    _judge_temperature(f, with_holes(scores, draw, 3), 0.7)
    for other in layouts(scores):
        _judge_temperature(f, other, 1.5)
    for temperature, id, message in (
        (0.0, "no_error_at_zero", "a temperature of 0 divides by 0."),
        (0, "no_error_at_zero", "a temperature of 0, as an int, divides by 0."),
        (-0.5, "no_error_at_negative", "a negative temperature turns the order round."),
        (-2, "no_error_at_negative", "a negative temperature turns the order round."),
    ):
        try:
            f(scores, temperature)
        except StudentError as error:
            require(
                "ValueError" in error.kinds,
                "wrong_error",
                f"for temperature={temperature} your code raised {error.kinds[0]}, expected ValueError.",
            )
        else:
            raise Found(id, f"{message} Raise ValueError, as transformers does.")


def _judge_temperature(f: Callable, scores: torch.Tensor, temperature: float) -> None:
    got = f(scores, temperature)
    wanted = scores / temperature
    require_tensor(
        got,
        tuple(scores.shape),
        (scores.dtype,),
        "scores of the same shape and dtype as those given",
    )
    if _close(got, wanted):
        return
    hole = scores == -INF
    require(
        not (hole.any() and got.isnan().any()), "nan_from_minus_inf", "NaN where a score is −inf."
    )
    require(
        not (got[hole] > -INF).any(), "removed_token_revived", "a score of −inf came out finite."
    )
    require(
        not _close(got, scores * temperature),
        "multiplied",
        "the scores were multiplied by the temperature: a high one then sharpens the distribution. Divide.",
    )
    if len(scores) > 1 and all(
        _close(f(row[None], temperature), wanted[i : i + 1]) for i, row in enumerate(scores)
    ):
        raise Found("rows_mixed", _ROWS_MIXED)
    same_law = _close(got.softmax(-1), wanted.softmax(-1)) or _close(got, wanted.softmax(-1))
    require(
        not same_law,
        "survivors_changed",
        "the law is right, but these are not the scores divided by the temperature: return scores, not probabilities, "
        "and shift nothing. What comes behind may need them as they are.",
    )
    raise Found(
        "wrong_value", f"with temperature {temperature} each score should be divided by it."
    )


@exercise
def top_k_filter(student: Student, draw: random.Random) -> None:
    f = student["top_k_filter"]
    refuse_library(student, LIBRARY, FILTER, "top_k_filter")
    scores = distinct_scores(draw, 3, 9)
    for top_k in (4, 1, 9):
        _judge_top_k(f, scores, top_k)
    _judge_top_k(f, with_holes(scores, draw, 3), 4)
    _judge_top_k(f, with_holes(scores, draw, 6), 5)
    tied = torch.tensor([[1.0, 3.0, 2.0, 2.0, 0.0, 2.0], [5.0, 5.0, 5.0, 1.0, 0.0, -1.0]])
    tied = tied[:, draw.sample(range(6), 6)]
    for top_k in (2, 1):
        _judge_top_k(f, tied, top_k)
    for more in (10, 60):
        with blame(
            "k_larger_than_vocabulary", "a top_k above the size of the vocabulary keeps everything."
        ):
            _judge_top_k(f, scores, more)
    for other in layouts(scores):
        _judge_top_k(f, other, min(3, other.shape[1]))


def top_k_keeps(scores: torch.Tensor, top_k: int) -> torch.Tensor:
    """What top-k keeps: what has fewer than k strictly larger scores in its row."""
    larger = (scores[:, None, :] > scores[:, :, None]).sum(-1)
    return (larger < top_k) & (scores > -INF)


def _judge_top_k(f: Callable, scores: torch.Tensor, top_k: int) -> None:
    exact = (ranks(scores) < top_k) & (scores > -INF)
    keep = top_k_keeps(scores, top_k)
    last = scores.shape[1] - 1
    ascending = scores.sort(-1).values[:, min(top_k, last + 1) - 1, None]
    columns = scores.sort(0, descending=True).values[min(top_k, len(scores)) - 1, None]
    mistakes: dict[str, tuple[Iterable[torch.Tensor], str]] = {
        "keeps_lowest": (
            [ranks(scores) > last - top_k],
            "the smallest scores survive: sort the other way.",
        ),
        "rows_mixed": ([scores >= columns], _ROWS_MIXED),
    }
    if torch.equal(keep, exact):
        mistakes["off_by_one"] = (
            [top_k_keeps(scores, top_k + 1), top_k_keeps(scores, top_k - 1), scores >= ascending],
            f"too many or too few tokens survive with top_k={top_k}. The threshold is the k-th largest score, and what "
            "equals it stays.",
        )
    else:
        require(
            not _tied_away(f, scores, top_k),
            "ties_dropped",
            "several tokens have the k-th largest score and only some survive. Which ones would be left to the sort: "
            "keep all that are not below it, as transformers does.",
        )
        above = scores > scores.sort(-1, descending=True).values[:, top_k - 1, None]
        mistakes["ties_dropped"] = ([above], "what equals the k-th largest score has to stay.")
    judge_filter(
        lambda given: f(given, top_k), scores, lambda given: top_k_keeps(given, top_k), mistakes
    )


def _tied_away(f: Callable, scores: torch.Tensor, top_k: int) -> bool:
    """Whether exactly the k largest survive, with some that are as large as the smallest of them left out."""
    got = f(scores, top_k)
    if type(got) is not torch.Tensor or got.shape != scores.shape:
        return False
    finite = got.isfinite()
    largest = scores.sort(-1, descending=True).values[:, :top_k]
    return bool((finite.sum(-1) == top_k).all()) and torch.equal(
        got.sort(-1, descending=True).values[:, :top_k], largest
    )


@exercise
def top_p_filter(student: Student, draw: random.Random) -> None:
    f = student["top_p_filter"]
    refuse_library(student, LIBRARY, FILTER, "top_p_filter")
    scores, top_p = clearest(lambda: _nucleus(draw, 3, 9), top_p_keeps, _top_p_mistakes)
    _judge_top_p(f, scores, top_p)
    _judge_top_p(f, *_nucleus(draw, 3, 40))
    _judge_top_p(f, *_nucleus(draw, 2, 12, holes=5))
    judge_far(lambda given: f(given, top_p), scores, lambda given: top_p_keeps(given, top_p))
    got = f(scores, 0.0)
    require(
        type(got) is not torch.Tensor or got.isfinite().any(),
        "empty_at_zero",
        "with top_p=0 nothing survives: the most likely token always stays.",
    )
    require(
        type(got) is not torch.Tensor or not torch.equal(got, scores),
        "top_p_zero_keeps_all",
        "with top_p=0 everything survives. 0 is the smallest mass, not a switch: the most likely token stays, alone.",
    )
    _judge_top_p(f, scores, 0.0)
    even = torch.linspace(-1, 1, 8)[torch.tensor([draw.sample(range(8), 8) for _ in range(3)])]
    _judge_top_p(f, even, 1.0)
    nucleus = int(top_p_keeps(scores, top_p).sum(-1).max())
    for least in (nucleus + 1, 2):
        _judge_top_p(f, scores, top_p, least)
    _judge_top_p(f, scores, 0.0, 3)
    for holes in (0, 4):
        with blame(
            "min_tokens_above_vocabulary",
            "a `min_tokens_to_keep` above the size of the vocabulary keeps everything.",
        ):
            _judge_top_p(f, with_holes(scores, draw, holes), top_p, 30)
    for width, mass in ((4, 0.5), (8, 0.25), (8, 0.875)):
        _judge_top_p(f, torch.zeros(2, width), mass)
    steep = torch.tensor([[0.5, 0.25, 0.15, 0.1], [0.4, 0.3, 0.2, 0.1], [0.7, 0.15, 0.1, 0.05]])
    steep = steep[:, draw.sample(range(4), 4)].log()
    for other in layouts(steep):
        _judge_top_p(f, other, 0.6)


def _nucleus(
    draw: random.Random, rows: int, width: int, holes: int = 0
) -> tuple[torch.Tensor, float]:
    """Scores and a top_p that is no closer than 1e-3 to any cumulative mass, and keeps more than two tokens of a row."""
    while True:
        scores = with_holes(distinct_scores(draw, rows, width), draw, holes)
        top_p = draw.uniform(0.55, 0.92)
        probs = scores.double().softmax(-1)
        most = int(top_p_keeps(scores, top_p).sum(-1).max())
        if 2 < most < width - holes and far_from(top_p, exclusive_mass(probs, scores), 1e-3):
            return scores, top_p


def top_p_keeps(scores: torch.Tensor, top_p: float, min_tokens_to_keep: int = 1) -> torch.Tensor:
    """What top-p keeps, by the exclusive mass in float64. Of equal scores, those of lower index."""
    probs = scores.double().softmax(-1)
    place = ranks(scores)
    nucleus = (exclusive_mass(probs, scores) < top_p) | (top_p >= 1)
    return (nucleus | (place < min_tokens_to_keep)) & (scores > -INF)


def _crossing_dropped(scores: torch.Tensor, top_p: float) -> torch.Tensor:
    probs = scores.double().softmax(-1)
    return (exclusive_mass(probs, scores) + probs <= top_p) | (ranks(scores) < 1)


def _judge_top_p(f: Callable, scores: torch.Tensor, top_p: float, least: int = 1) -> None:
    kwargs = {} if least == 1 else {"min_tokens_to_keep": least}
    judge_filter(
        lambda given: f(given, top_p, **kwargs),
        scores,
        lambda given: top_p_keeps(given, top_p, least),
        _top_p_mistakes(scores, top_p, least),
    )


def _top_p_mistakes(scores: torch.Tensor, top_p: float, least: int = 1) -> Mistakes:
    wide = scores.double()
    probs, place = wide.softmax(-1), ranks(scores)
    before = exclusive_mass(probs, scores)
    up_to = before + probs
    none, most = place < 0, place < least
    twice = probs.softmax(-1)
    flat = probs.cumsum(-1)
    across = wide.softmax(0)
    nucleus = top_p_keeps(scores, top_p)
    count = nucleus.sum(-1, keepdim=True)
    upwards = exclusive_mass(probs, -wide)
    mistakes: Mistakes = {
        "boundary_token_kept": (
            [(before <= top_p) | most],
            "one token too many where the mass before it is exactly top_p: the tokens before it reach top_p already.",
        ),
        "crossing_token_dropped": (
            [keep | extra for keep in (up_to <= top_p, up_to < top_p) for extra in (most, none)],
            "the token with which the mass reaches top_p was removed. The nucleus is the smallest set whose mass reaches "
            "it, so that token belongs to it: ask for the mass *before* a token.",
        ),
        "softmax_twice": (
            [
                (exclusive_mass(weights, scores) + shift < top_p) | most
                for weights in (twice, twice.softmax(-1))
                for shift in (0, weights)
            ],
            "the cumulative mass is that of softmax(softmax(scores)), which is nearly flat. One softmax makes probabilities.",
        ),
        "keeps_unlikely": (
            [(upwards < top_p) | extra for extra in (none, place >= scores.shape[1] - least, most)]
            + [(upwards + probs <= top_p) | most],
            "the mass was gathered from the least likely token upwards. Sort the other way.",
        ),
        "unsorted": (
            [
                keep | extra
                for keep in (flat - probs < top_p, flat <= top_p)
                for extra in (most, none)
            ],
            "the mass was summed in the order of the vocabulary. Rank the tokens first.",
        ),
        "absolute_threshold": (
            [
                keep | extra
                for limit in (top_p, 1 - top_p, top_p * probs.amax(-1, keepdim=True))
                for keep in (probs >= limit, probs > limit)
                for extra in (most, none)
            ],
            "every token was held against a threshold of its own. Top-p is about the mass of the tokens together.",
        ),
        "rows_mixed": (
            [
                (exclusive_mass(across, key) < top_p) | (ranks(key) < least)
                for key in (across, wide)
            ],
            _ROWS_MIXED,
        ),
    }
    if not (scores == -INF).any():
        raw = exclusive_mass(wide, scores)
        mistakes = {
            "no_softmax": (
                [
                    keep | extra
                    for keep in (raw < top_p, raw + wide <= top_p, raw + wide < top_p)
                    for extra in (most, none)
                ],
                "the cumulative sum is one of scores. Only probabilities have a mass: softmax first.",
            )
        } | mistakes
    if least > 1:
        index = torch.arange(scores.shape[1]).expand_as(scores)
        mistakes = {
            "min_tokens_ignored": (
                [nucleus],
                f"fewer than min_tokens_to_keep={least} tokens survive.",
            ),
            "min_tokens_misplaced": (
                [nucleus | (index < least), place < count + least - 1, place < count + least],
                "min_tokens_to_keep is the least number of tokens that survive: the most likely ones, the nucleus among them.",
            ),
        } | mistakes
    return mistakes


@exercise
def min_p_filter(student: Student, draw: random.Random) -> None:
    f = student["min_p_filter"]
    refuse_library(student, LIBRARY, FILTER, "min_p_filter")
    first = clearest(lambda: _min_p_case(draw, 3, 8), min_p_keeps, _min_p_mistakes)
    for scores, min_p in (first, _min_p_case(draw, 2, 30), _min_p_case(draw, 3, 9, holes=4)):
        _judge_min_p(f, scores, min_p)
        _judge_min_p(f, scores - 9.0, min_p)
    judge_far(lambda given: f(given, min_p), scores, lambda given: min_p_keeps(given, min_p))
    _judge_min_p(f, scores, 0.0)
    tied = torch.tensor([[1.0, 3.0, 3.0, 0.0], [2.0, -1.0, 0.0, 1.0]])[:, draw.sample(range(4), 4)]
    _judge_min_p(f, tied, 1.0)
    steep = torch.tensor([[0.5, 0.25, 0.15, 0.1], [0.4, 0.3, 0.2, 0.1], [0.7, 0.2, 0.07, 0.03]])
    steep = steep[:, draw.sample(range(4), 4)].log()
    for other in layouts(steep):
        _judge_min_p(f, other, 0.4)


def _min_p_case(
    draw: random.Random, rows: int, width: int, holes: int = 0
) -> tuple[torch.Tensor, float]:
    """Scores and a min_p that is not close to any ratio, keeps more than one token of a row, and not all."""
    while True:
        scores = with_holes(distinct_scores(draw, rows, width), draw, holes)
        min_p = draw.uniform(0.05, 0.3)
        below = scores - scores.amax(-1, keepdim=True)
        many = min_p_keeps(scores, min_p).sum(-1)
        if far_from(math.log(min_p), below, 0.02) and 1 < int(many.max()) < width - holes:
            return scores, min_p


def min_p_keeps(scores: torch.Tensor, min_p: float) -> torch.Tensor:
    """What min-p keeps, in float64."""
    probs = scores.double().softmax(-1)
    return (probs >= min_p * probs.amax(-1, keepdim=True)) & (scores > -INF)


def _judge_min_p(f: Callable, scores: torch.Tensor, min_p: float) -> None:
    judge_filter(
        lambda given: f(given, min_p),
        scores,
        lambda given: min_p_keeps(given, min_p),
        _min_p_mistakes(scores, min_p),
    )


def _min_p_mistakes(scores: torch.Tensor, min_p: float) -> Mistakes:
    wide = scores.double()
    probs, logs = wide.softmax(-1), wide.log_softmax(-1)
    most = probs.amax(-1, keepdim=True)
    keep = min_p_keeps(scores, min_p)
    across = wide.softmax(0)
    first = ranks(scores) < 1
    before = exclusive_mass(probs, scores)
    return {
        "boundary_token_dropped": (
            [(probs > min_p * most) | extra for extra in (probs < 0, first)],
            "a token exactly at the threshold was removed: keep what is at least min_p · max p. With min_p=1 that is the "
            "most likely token, or several.",
        ),
        "absolute_threshold": (
            [
                mask | extra
                for mask in (probs >= min_p, probs > min_p)
                for extra in (probs < 0, probs == most)
            ],
            "every probability was held against min_p itself. The threshold moves with the most likely token: "
            "min_p · max p.",
        ),
        "threshold_on_scores": (
            [
                mask
                for values in (wide, logs)
                for limit in [min_p * values.amax(-1, keepdim=True)]
                for mask in (values >= limit, values > limit)
            ],
            "the threshold was taken on scores or log-probabilities. A share of a negative number lies above it.",
        ),
        "inverted": (
            [~keep, probs <= min_p * most, probs >= (1 - min_p) * most],
            "what should stay was removed, and the other way round.",
        ),
        "relative_to_mean": (
            [
                probs >= min_p * reference
                for reference in (
                    probs.mean(-1, keepdim=True),
                    probs.median(-1, keepdim=True).values,
                    probs.amin(-1, keepdim=True),
                )
            ],
            "the threshold is relative to something other than the largest probability of the row.",
        ),
        "top_p_instead": (
            [
                (before < limit) | extra
                for limit in (min_p, 1 - min_p)
                for extra in (first, probs < 0)
            ],
            "a mass was added up, as in top-p. Min-p compares each token with the most likely one.",
        ),
        "rows_mixed": (
            [
                across >= min_p * across.amax(-1, keepdim=True),
                across >= min_p * across.amax(0, keepdim=True),
                across >= min_p * across.max(),
                probs >= min_p * probs.amax(0, keepdim=True),
            ],
            _ROWS_MIXED,
        ),
    }


@exercise
def repetition_penalty(student: Student, draw: random.Random) -> None:
    f = student["repetition_penalty"]
    refuse_library(student, LIBRARY, FILTER, "repetition_penalty")
    for penalty in (1.3, 2.0, 0.8):
        scores, ids = _repetitive(draw, 3, 10, 6)
        _judge_penalty(f, ids, scores, penalty)
    scores, ids = _repetitive(draw, 2, 8, 5)
    scores[:, 0], scores[:, 1] = -INF, 0.0
    ids[:, 0], ids[:, 1] = 0, 1
    _judge_penalty(f, ids, scores, 1.5)
    scores, ids = _repetitive(draw, 3, 8, 5)
    _judge_penalty(f, ids, scores, 1.0)
    _judge_penalty(f, ids[:, :1], scores, 1.7)
    for other in layouts(scores):
        _judge_penalty(f, ids[: len(other)] % other.shape[1], other, 1.2)


def _repetitive(
    draw: random.Random, rows: int, width: int, length: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Scores of both signs, and ids of which each row has one positive and one negative token twice."""
    scores, ids = [], []
    for _ in range(rows):
        row = [draw.randrange(5, 40) / 10 * (1 if i % 2 else -1) for i in range(width)]
        up, down = draw.randrange(1, width, 2), draw.randrange(0, width, 2)
        others = draw.sample(sorted(set(range(width)) - {up, down}), length - 4)
        seen = [up, down, down, up, *others]
        draw.shuffle(seen)
        scores.append(row)
        ids.append(seen)
    return torch.tensor(scores), torch.tensor(ids)


def penalised(ids: torch.Tensor, scores: torch.Tensor, penalty: float) -> torch.Tensor:
    """Scores after the penalty, token by token, in float64."""
    result = scores.double()
    for row, seen in zip(result, ids.tolist(), strict=True):
        for token in set(seen):
            row[token] = row[token] / penalty if row[token] > 0 else row[token] * penalty
    return result.to(scores.dtype)


def _judge_penalty(f: Callable, ids: torch.Tensor, scores: torch.Tensor, penalty: float) -> None:
    got = f(ids, scores, penalty)
    require_tensor(
        got,
        tuple(scores.shape),
        (scores.dtype,),
        "scores of the same shape and dtype as those given",
    )
    wanted = penalised(ids, scores, penalty)
    if _close(got, wanted):
        return
    hole = scores == -INF
    require(
        not (hole.any() and got.isnan().any()),
        "nan_from_minus_inf",
        "NaN where a seen token has the score −inf: −inf · 0 and −inf − (−inf) are no numbers.",
    )
    require(
        not (got[hole] > -INF).any(), "removed_token_revived", "a score of −inf came out finite."
    )
    if len(scores) > 1 and all(
        _close(f(ids[i : i + 1], row[None], penalty), wanted[i : i + 1])
        for i, row in enumerate(scores)
    ):
        raise Found(
            "rows_mixed", "a row was punished for tokens of another row: each row has its own."
        )
    explain(got, _penalty_mistakes(ids, scores, penalty))
    seen = torch.zeros_like(scores, dtype=torch.bool).scatter(1, ids, True)
    changed = ~torch.isclose(got.double(), scores.double(), rtol=_rtol(scores))
    require(
        not (changed & ~seen).any(),
        "all_tokens_penalised",
        "scores of tokens that the text does not hold have changed.",
    )
    raise Found(
        "wrong_value",
        "the scores of the tokens already there are not the punished ones: positive ones / penalty, negative ones · penalty.",
    )


def _penalty_mistakes(ids: torch.Tensor, scores: torch.Tensor, penalty: float) -> Mistakes:
    wide = scores.double()
    counts = torch.zeros_like(wide).scatter_add(1, ids, torch.ones(ids.shape, dtype=torch.double))
    seen = counts > 0

    def where(result: torch.Tensor, mask: torch.Tensor = seen) -> torch.Tensor:
        return torch.where(mask, result, wide)

    down = torch.where(wide > 0, wide / penalty, wide * penalty)
    up = torch.where(wide > 0, wide * penalty, wide / penalty)
    powers = penalty**counts
    each = torch.where(wide > 0, wide / powers, wide * powers)
    single = torch.zeros_like(seen)
    everywhere = seen.any(0, keepdim=True).expand_as(seen)
    last = single.scatter(1, ids[:, -1:], True)
    first = single.scatter(1, ids[:, :1], True)
    log = math.log(penalty)
    logs = wide.log_softmax(-1)
    return {
        "negative_divided": (
            where(wide / penalty),
            "negative scores were divided too, and rose: dividing a negative number by more than 1 brings it closer to 0. "
            "Multiply those.",
        ),
        "positive_multiplied": (
            where(wide * penalty),
            "positive scores were multiplied too, and rose. Divide those.",
        ),
        "inverted": (
            where(up),
            "the wrong way round: a penalty above 1 has to make seen tokens less likely.",
        ),
        "applied_per_occurrence": (
            where(each),
            "a token that stands twice in the row was punished twice: once per distinct token.",
        ),
        "once_is_not_penalised": (
            where(down, counts > 1),
            "only tokens that stand twice were punished. Once is enough.",
        ),
        "all_tokens_penalised": (down, "tokens that the text does not hold were punished too."),
        "rows_mixed": (
            where(down, everywhere),
            "a row was punished for tokens of another row: each row has its own.",
        ),
        "subtracted": (
            [
                where(wide - penalty),
                where(wide - log),
                wide - penalty * counts,
                wide - log * counts,
            ],
            "the penalty was subtracted. It is a factor.",
        ),
        "last_token_only": (
            [where(down, last), where(down, first)],
            "only one position of the row was looked at: every token of the row counts.",
        ),
        "seen_tokens_removed": (
            where(torch.full_like(wide, -INF)),
            "seen tokens were forbidden. A penalty makes them less likely, by a factor.",
        ),
        "survivors_changed": (
            [
                torch.where(seen, logs * penalty, logs),
                torch.where(seen, logs / penalty, logs),
                logs,
            ],
            "these are log-probabilities. Return the scores; the softmax comes later.",
        ),
    } | (
        {
            "small_penalty_ignored": (
                wide,
                "a penalty below 1 is valid: it makes seen tokens likelier.",
            )
        }
        if penalty < 1
        else {}
    )


def explain(got: torch.Tensor, mistakes: Mistakes) -> None:
    """Raise the first finding one of whose results is what the student got."""
    for id, (results, message) in mistakes.items():
        for result in results if isinstance(results, list) else [results]:
            same = got.shape == result.shape and torch.allclose(
                got.double(), result.double(), rtol=_rtol(got), atol=_rtol(got) / 10
            )
            require(not same, id, message)


# --- draws ----------------------------------------------------------------------------------------------------------------


def judge_draws(draws: Any, rows: int) -> torch.Tensor:
    return require_tensor(draws, (rows,), LONG, "ids, as int64, one per row: LongTensor[B]")


def judge_law(
    draws: torch.Tensor, probs: torch.Tensor, mistakes: Mapping[str, tuple[torch.Tensor, str]]
) -> None:
    """`wrong_law`, or the mistake whose law fits best, unless the draws look like draws from `probs`."""
    counts = draws.bincount(minlength=len(probs))

    def fits(law: torch.Tensor) -> float:
        possible = law > 0
        if counts[~possible].sum():
            return 0.0
        return p_value(counts[possible], law[possible]) if possible.sum() > 1 else 1.0

    if fits(probs) >= SIGNIFICANCE:
        return
    likely = sorted(mistakes, key=lambda id: -fits(mistakes[id][0]))
    if likely and fits(mistakes[likely[0]][0]) >= 1e-4:
        raise Found(likely[0], mistakes[likely[0]][1])
    raise Found(
        "wrong_law",
        f"of {len(draws)} draws, too many fell on some tokens and too few on others for the law softmax(scores).",
    )


ROWS = 2000
LAW = torch.tensor([0.42, 0.26, 0.16, 0.1, 0.06])


def shuffled_law(draw: random.Random) -> torch.Tensor:
    """LAW in an order that is neither its own nor the reverse."""
    while True:
        law = LAW[draw.sample(range(5), 5)]
        if not torch.equal(law, LAW) and not torch.equal(law, LAW.flip(0)):
            return law


@exercise
def sample(student: Student, draw: random.Random) -> None:
    f = student["sample"]
    refuse_library(student, LIBRARY, FILTER, "sample")
    law = shuffled_law(draw)
    scores = law.log() + 3.5  # all positive
    same = scores.expand(ROWS, 5).contiguous()
    judge_draws(f(same[:4], Generator(1)), 4)
    judge_draws(f(same[:1], Generator(1)), 1)

    def some(generator: Generator) -> torch.Tensor:
        return judge_draws(f(same[:200], generator), 200)

    seed = draw.getrandbits(48)
    _judge_rows(lambda g: judge_draws(f(same[:50], g), 50), scores)
    judge_generator(student, "sample", some, draw)
    draws = judge_draws(f(same, Generator(seed)), ROWS)
    uniform = torch.full((5,), 0.2)
    judge_law(
        draws,
        law,
        {
            "softmax_twice": (
                law.softmax(-1),
                "the draws follow softmax(softmax(scores)): make probabilities once.",
            ),
            "no_softmax": (
                scores / scores.sum(),
                "the draws follow the scores themselves as weights. Scores are logarithms: softmax first.",
            ),
            "not_scattered_back": (
                law.sort(descending=True).values,
                "the draw is a rank, not an id: the most likely token is not token 0. Use the indices of the sort.",
            ),
            "rows_mixed" if _depends_on_rows(f, draw) else "wrong_law": (
                uniform,
                "every token is drawn equally often, whatever its score: softmax and draw along the last dimension.",
            ),
        },
    )
    _judge_pairs(draws, law)
    _judge_mixed_rows(f, draw)
    _judge_removed(f, draw)
    _judge_extremes(f, draw)


def _depends_on_rows(f: Callable, draw: random.Random) -> bool:
    """Whether what a row draws changes with the other rows: the same row, among rows that forbid its favourite elsewhere."""
    scores = torch.zeros(400, 2)
    scores[1::2] = torch.tensor([-20.0, 5.0])
    draws = f(scores, Generator(draw.getrandbits(48)))
    if type(draws) is not torch.Tensor or draws.shape != (400,):
        return False
    return (
        float(draws[::2].double().mean()) < 0.2
    )  # softmax over the batch gives these rows token 0


def _judge_rows(call: Callable[[Generator], torch.Tensor], scores: torch.Tensor) -> None:
    """Equal rows draw several tokens: not the likeliest one always, and not all of them the same."""
    several = [call(Generator(seed)) for seed in range(16)]
    if any(len(draws.unique()) > 1 for draws in several):
        return
    require(
        any(draws[0] != scores.argmax() for draws in several),
        "not_random",
        "every draw is the most likely token: that is greedy decoding.",
    )
    raise Found(
        "rows_share_draw",
        f"{len(several[0])} equal rows all drew the same token: each row needs randomness of its own.",
    )


def _judge_pairs(draws: torch.Tensor, law: torch.Tensor) -> None:
    """Rows are independent: neighbours, and those half a batch apart, follow the product of their laws."""
    half = len(draws) // 2
    # The two most likely tokens, and all others as one: so every pair of groups is expected a hundred times.
    group = ranks(law[None])[0].clamp(max=2)
    shares = torch.zeros(3).scatter_add(0, group, law)
    joint = (shares[:, None] * shares).flatten()
    for a, b in ((draws[0::2], draws[1::2]), (draws[:half], draws[half:])):
        counts = (group[a] * 3 + group[b]).bincount(minlength=9)
        require(
            p_value(counts, joint) >= SIGNIFICANCE,
            "rows_share_draw",
            "each row follows its law, but two rows do not draw independently of each other: each needs randomness of "
            "its own.",
        )


def _judge_removed(f: Callable, draw: random.Random) -> None:
    rows, width = 600, 40
    kept = sorted(draw.sample(range(width), 4))
    scores = torch.full((rows, width), -INF)
    scores[:, kept] = torch.tensor([3.4, 3.3, 3.2, 3.1])
    draws = judge_draws(f(scores, Generator(draw.getrandbits(48))), rows)
    require(
        kept == [0, 1, 2, 3] or int(draws.max()) > 3,
        "not_scattered_back",
        "the draw is a rank, not an id: the most likely token is not token 0. Use the indices of the sort.",
    )
    require(
        bool(torch.isin(draws, torch.tensor(kept)).all()),
        "filtered_token",
        "a token with the score −inf was drawn. Its probability is exactly 0; add nothing to it.",
    )


def _judge_mixed_rows(f: Callable, draw: random.Random) -> None:
    """Rows of two kinds in turn, with scores of both signs, each with its own law."""
    kinds = torch.stack([shuffled_law(draw).log(), torch.tensor([2.0, 1, 0, 1.5, 0.5])])
    for dtype in (torch.float32, torch.bfloat16, torch.float16, torch.float64):
        count = 300 if dtype == torch.float32 else 5
        scores = kinds.repeat(count, 1).to(dtype)
        draws = judge_draws(f(scores, Generator(draw.getrandbits(48))), 2 * count)
        if dtype != torch.float32:
            continue
        for kind in range(2):
            counts = draws[kind::2].bincount(minlength=5)
            require(
                p_value(counts, kinds[kind].softmax(-1)) >= SIGNIFICANCE,
                "rows_mixed",
                "where rows have different scores, a row does not follow its own law: softmax and draw along the last "
                "dimension.",
            )


def _judge_extremes(f: Callable, draw: random.Random) -> None:
    width = 6
    only = torch.tensor([draw.randrange(width) for _ in range(5)])
    single = torch.full((5, width), -INF).scatter(1, only[:, None], -3.0)
    got = judge_draws(f(single, Generator(3)), 5)
    require(
        torch.equal(got, only),
        "filtered_token",
        "a row with one finite score drew another token: −inf means never.",
    )
    message = "scores near ±1000 break the draw: subtract a row's largest score before you exponentiate, or use a softmax that does."
    for size in (1000.0, -1000.0):
        far = torch.full((4, width), size).scatter(1, only[:4, None], size + 100)
        with blame("overflows", message):
            got = judge_draws(f(far, Generator(4)), 4)
        require(torch.equal(got, only[:4]), "overflows", message)
    got = judge_draws(f(torch.zeros(3, 1), Generator(5)), 3)
    require(not got.any(), "wrong_value", "with a vocabulary of one token, that token is drawn.")
    got = judge_draws(f(single.T.contiguous().T, Generator(3)), 5)
    require(torch.equal(got, only), "wrong_value", "non-contiguous scores give other tokens.")


# --- cumulative_table -----------------------------------------------------------------------------------------------------


@exercise
def cumulative_table(student: Student, draw: random.Random) -> None:
    f = student["cumulative_table"]
    eighths = [0.25, 0.125, 0.375, 0.0625, 0.1875]
    draw.shuffle(eighths)
    ties = [0.25, 0.125, 0.25, 0.125, 0.25]
    zeros = [0.5, 0.0, 0.125, 0.0, 0.375]
    for values in (eighths, ties, zeros, [1.0], [0.0, 1.0, 0.0], [0.1] * 10, [1 / 64] * 64):
        if values not in (eighths, [1.0]):
            draw.shuffle(values)
        for dtype in (torch.float32, torch.float64):
            _judge_table(f, torch.tensor(values, dtype=dtype))
    for _ in range(4):
        logits = 2 * torch.randn(30, generator=torch.Generator().manual_seed(draw.getrandbits(40)))
        _judge_table(f, logits.softmax(-1))


def _judge_table(f: Callable, probs: torch.Tensor) -> None:
    got = f(probs)
    require_type(got, (tuple, list), "a tuple (token_ids, cumulative)")
    require(len(got) == 2, "wrong_type", f"the result has {len(got)} parts, expected 2.")
    for part in got:
        require_type(part, torch.Tensor, "two tensors, token_ids and cumulative")
    ids, cumulative = got
    swapped = ids.is_floating_point() and cumulative.dtype == torch.int64
    require(
        not swapped, "swapped", "the parts are the other way round: first the ids, then the mass."
    )
    width = (len(probs),)
    require_tensor(ids, width, LONG, "token ids, LongTensor[V]")
    require_tensor(cumulative, width, FLOAT, "the cumulative mass, FloatTensor[V]")
    order = sorted(range(len(probs)), key=lambda i: (-float(probs[i]), i))
    ordered = probs[order].double()
    if ids.tolist() != order:
        listed = ids.tolist()
        require(sorted(listed) == sorted(order), "wrong_value", "each id stands in the table once.")
        require(
            not torch.equal(probs[ids], probs[order]),
            "ties_by_higher_id",
            "of equally likely tokens, the one with the lower id comes first: a sort is only sure to keep their order when it "
            "is *stable*.",
        )
        require(
            listed != list(range(len(probs))),
            "not_ranked",
            "the ids are in the order of the vocabulary. The most likely token comes first.",
        )
        steps = probs[ids].tolist()
        require(
            any(a > b for a, b in pairwise(steps)),
            "ascending",
            "the least likely token comes first. Rank them the other way.",
        )
        raise Found("not_ranked", "the ids are not ranked by probability, the largest first.")
    wanted = ordered.cumsum(-1)
    there = cumulative.double()
    if not torch.allclose(there, wanted, rtol=0, atol=1e-5):
        back = torch.empty_like(wanted).scatter(0, torch.tensor(order), wanted)
        for id, candidate, message in (
            (
                "exclusive",
                wanted - ordered,
                "the mass of a token itself is missing from its entry.",
            ),
            ("not_cumulative", ordered, "these are the probabilities. Add them up from the top."),
            (
                "cumulative_in_vocabulary_order",
                back,
                "the ids are in rank order, the mass in the order of the vocabulary: entry i belongs to token_ids[i].",
            ),
            (
                "cumulative_in_vocabulary_order",
                probs.double().cumsum(-1),
                "the mass was added up in the order of the vocabulary. Rank first.",
            ),
            (
                "cumulative_in_vocabulary_order",
                probs.double().cumsum(-1)[order],
                "the mass was added up in the order of the vocabulary and ranked afterwards. Rank first.",
            ),
            (
                "cumulative_in_vocabulary_order",
                torch.cat([probs[:-1].double().cumsum(-1), torch.ones(1).double()])[order],
                "the mass was added up in the order of the vocabulary and ranked afterwards. Rank first.",
            ),
            (
                "softmax_twice",
                ordered.softmax(-1).cumsum(-1),
                "these are probabilities already: another softmax flattens them.",
            ),
        ):
            for last in (candidate[-1:], torch.ones(1).double()):
                near = torch.cat([candidate[:-1], last])
                require(
                    len(probs) == 1 or not torch.allclose(there, near, rtol=0, atol=1e-5),
                    id,
                    message,
                )
        require(
            not torch.allclose(there[:-1], wanted[:-1], rtol=0, atol=1e-5),
            "last_not_one",
            "the last entry is not 1.",
        )
        raise Found("wrong_value", "entry i is not the mass of the i + 1 most likely tokens.")
    require(
        float(cumulative[-1]) == 1.0,
        "last_not_one",
        f"the last entry is {float(cumulative[-1])!r}, not exactly 1: sums of floats are rounded. A u between it and 1 would "
        "then fall off the table.",
    )


# --- sample_from_u --------------------------------------------------------------------------------------------------------


@exercise
def sample_from_u(student: Student, draw: random.Random) -> None:
    f = student["sample_from_u"]
    for dtype in (torch.float32, torch.float64):
        for rows, width in ((4, 6), (1, 3), (20, 5), (3, 30)):
            probs, u = _darts(draw, rows, width)
            _judge_darts(f, probs.to(dtype), u.to(dtype))
    halves = torch.tensor(
        [[0.25, 0.5, 0.125, 0.125], [0.5, 0.0, 0.25, 0.25], [0.125, 0.125, 0.25, 0.5]]
    )
    for darts in ([0.25, 0.5, 0.125], [0.75, 0.75, 0.5], [0.0, 0.0, 0.0], [0.875, 0.25, 0.25]):
        _judge_darts(f, halves, torch.tensor(darts))
    zeros = torch.tensor([[0.0, 0.0, 0.5, 0.5], [0.5, 0.0, 0.5, 0.0], [0.0, 1.0, 0.0, 0.0]])
    below_one = 1 - 2.0**-24
    for darts in ([0.0] * 3, [below_one] * 3, [0.5, 0.5, 0.5]):
        _judge_darts(f, zeros, torch.tensor(darts))
    probs, u = _short_of_one(draw, 3, 12), torch.full((3,), below_one)
    with blame("out_of_range", _SHORT_OF_ONE):
        got = judge_draws(f(probs, u), 3)
    wanted = first_above(probs, u)
    if not torch.equal(got, wanted):
        inside = bool(((got > 0) & (got < 12)).all())
        require(inside, "out_of_range", _SHORT_OF_ONE)
        _judge_darts(f, probs, u)
    _judge_darts(f, torch.ones(2, 1), torch.tensor([0.0, 0.7]))
    probs, u = _darts(draw, 4, 6)
    _judge_darts(f, probs.T.contiguous().T, u)


_SHORT_OF_ONE = (
    "u just below 1, where the probabilities, rounded, add up to less than it: no token's cumulative mass exceeds u then. "
    "The last token that is possible at all is meant."
)


def _darts(draw: random.Random, rows: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Probabilities and u, none closer than 1e-4 to a boundary."""
    while True:
        weights = torch.tensor([[draw.random() ** 2 for _ in range(width)] for _ in range(rows)])
        probs = weights.double() / weights.sum(-1, keepdim=True)
        u = torch.tensor([draw.random() for _ in range(rows)]).double()
        if far_from(0, probs.cumsum(-1) - u[:, None], 1e-4):
            return probs, u


def _short_of_one(draw: random.Random, rows: int, width: int) -> torch.Tensor:
    """float32 probabilities whose sum is at most 1 - 2**-24, the last of which are 0."""
    found: list[torch.Tensor] = []
    while len(found) < rows:
        weights = torch.tensor([draw.uniform(0.1, 1) for _ in range(width - 2)] + [0.0, 0.0])
        probs = weights / weights.sum()
        # Also with the sum in float64: no rounding of the answer's own hides that the mass is short.
        if float(probs.cumsum(-1)[-1]) < 1 and float(probs.double().sum()) <= 1 - 2.0**-24:
            found.append(probs)
    return torch.stack(found)


def first_above(probs: torch.Tensor, u: torch.Tensor) -> torch.Tensor:
    """Each row's first id whose inclusive mass exceeds its u, else the last that is possible; by addition in float64."""
    found = []
    for row, limit in zip(probs.tolist(), u.tolist(), strict=True):
        total, chosen = 0.0, -1
        for token, p in enumerate(row):
            if p > 0:
                total, chosen = total + p, token
                if total > limit:
                    break
        found.append(chosen)
    return torch.tensor(found)


def _judge_darts(f: Callable, probs: torch.Tensor, u: torch.Tensor) -> None:
    wanted = first_above(probs, u)
    rows, width = probs.shape
    got = judge_draws(f(probs, u), rows)
    if torch.equal(got, wanted):
        return
    total = probs.double().cumsum(-1)
    if rows > 1 and all(
        same_ids(f(probs[i : i + 1], u[i : i + 1]), wanted[i : i + 1]) for i in range(rows)
    ):
        possible = probs > 0
        last = (possible * torch.arange(width)).amax(-1)
        along = (total <= u.repeat(width)[:width]).sum(-1).minimum(last)
        require(
            not torch.equal(got, first_above(probs, u[:1].expand(rows)))
            and not torch.equal(got, along),
            "one_u_for_all",
            "a row was given another row's u, or all of them: row b has u[b].",
        )
        raise Found("rows_mixed", _ROWS_MIXED)
    require(
        not ((got < 0) | (got >= width)).any(),
        "out_of_range",
        f"an id is not between 0 and {width - 1}: where rounding leaves the whole mass at or below u, the last possible "
        "token is meant.",
    )
    left = torch.searchsorted(total, u.double()[:, None]).squeeze(1).clamp(max=width - 1)
    require(
        not ((total == u[:, None]).any() and torch.equal(got, left)),
        "boundary_goes_left",
        "u on a boundary, for example u = 0.25 with probabilities 0.25, 0.75, belongs to the next token: its mass has to "
        "*exceed* u.",
    )
    require(
        bool((probs.gather(1, got[:, None]) > 0).all()),
        "zero_probability_token",
        "a token of probability 0 was taken. No u may lead to one, not 0 and not the largest below 1.",
    )
    again, moved = f(probs, u), f(probs, (u + 0.4) % 1)
    require(
        same_ids(again, got) and not (rows > 3 and same_ids(moved, got)),
        "draws_anew",
        "the result does not depend on u, or on more than u. All the randomness is in u already.",
    )
    order = probs.sort(dim=-1, descending=True, stable=True)
    walked = order.indices.gather(1, first_above(order.values, u)[:, None]).squeeze(1)
    distance = (total - u[:, None].double()).abs().masked_fill(probs == 0, INF)
    for id, other, message in (
        (
            "rank_order",
            walked,
            "the tokens were walked through by probability. Here they lie on the stick in the vocabulary's order.",
        ),
        (
            "closest_sum",
            distance.argmin(-1),
            "the token whose cumulative mass is closest to u was taken: take the first that exceeds u.",
        ),
        (
            "rows_mixed",
            (probs.double().cumsum(0) <= u[:, None]).sum(-1).clamp(max=width - 1),
            _ROWS_MIXED,
        ),
        (
            "mirrored",
            first_above(probs, 1 - u),
            "the tokens lie on the stick the other way round: 0 is the side of the first id.",
        ),
    ):
        require(not torch.equal(got, other), id, message)
    require(
        not bool(((got - wanted).abs() <= 1).all()),
        "off_by_one",
        "the neighbour of the right token was taken.",
    )
    raise Found("wrong_value", "this is not the first token whose cumulative mass exceeds u.")


def same_ids(got: Any, wanted: torch.Tensor) -> bool:
    return type(got) is torch.Tensor and torch.equal(got, wanted)


# --- beam_search ----------------------------------------------------------------------------------------------------------

Hypothesis = tuple[tuple[int, ...], float]  # generated ids, sum of their log-probabilities
Beams = list[tuple[list[int], float]]  # ids with the start, score


class Markov:
    """Next-token log-probabilities that depend on the last two tokens and on nothing else; `eos` is a likely one."""

    def __init__(self, draw: random.Random, width: int, eos: int):
        seeded = torch.Generator().manual_seed(draw.getrandbits(40))
        logits = 1.3 * torch.randn(width, width, width, generator=seeded)
        logits[:, :, eos] += 0.7
        self.table = logits.log_softmax(-1)
        self.rows = self.table.tolist()
        self.width = width

    def next(self, ids: tuple[int, ...]) -> list[float]:
        return self.rows[ids[-2] if len(ids) > 1 else 0][ids[-1]]

    def answer(self, ids: Any) -> torch.Tensor:
        if type(ids) is not torch.Tensor or ids.dim() != 2 or ids.dtype != torch.int64:
            raise TypeError("log_prob_fn takes a LongTensor[N, T]")
        if not ids.numel() or int(ids.min()) < 0 or int(ids.max()) >= self.width:
            raise IndexError(f"log_prob_fn knows the ids 0 to {self.width - 1}")
        previous = ids[:, -2] if ids.shape[1] > 1 else torch.zeros_like(ids[:, 0])
        return self.table[previous, ids[:, -1]]


BeamCase = tuple[Markov, list[int], int, int, int, float]  # what `best` takes


def search(
    markov: Markov, start: list[int], beams: int, steps: int, eos: int | None, mistake: str = ""
) -> tuple[list[Hypothesis], list[Hypothesis]]:
    """The hypotheses that have ended and those that still run after a beam search, with a mistake if one is named."""
    running: list[Hypothesis] = [((), 0.0)] * (beams if mistake == "all_alike" else 1)
    ended: list[Hypothesis] = []
    beams = 1 if mistake == "one_beam" else beams
    steps += {"step_more": 1, "step_less": -1}.get(mistake, 0)
    for step in range(steps):
        children: list[Hypothesis] = []
        for ids, total in running:
            seen = {"newest": (*start, *ids)[-1:], "no_start": (start[-1], *ids)}
            scored = enumerate(markov.next(seen.get(mistake, (*start, *ids))))
            if mistake == "sum_forgotten":
                total = 0.0
            if mistake == "product":
                grown = [((*ids, t), -abs((total or -1.0) * log_prob)) for t, log_prob in scored]
            else:
                grown = [((*ids, token), total + log_prob) for token, log_prob in scored]
            grown.sort(key=lambda h: -h[1])
            children += grown[:1] if mistake == "own_best" and step > 0 else grown
        children.sort(key=lambda h: -h[1])
        if mistake == "used_up":
            children = children[:beams]
        width = beams - len(ended) if mistake == "stay_in_beam" else beams
        running = []
        for child in children:
            room = len(running) < width
            if child[0][-1] != eos:
                if room:
                    running.append(child)
            elif room or mistake == "every_eos":
                ended.append(child)
                width -= mistake == "stay_in_beam"
        if (mistake == "stops_at_first" and ended) or (
            mistake == "stops_when_full" and len(ended) >= beams
        ):
            break
        if not running:
            break
    return ended, running


def ranked(
    start: list[int],
    hypotheses: list[Hypothesis],
    beams: int,
    score: Callable[[Hypothesis], float],
) -> list[tuple[list[int], float]]:
    found = [([*start, *ids], score((ids, total))) for ids, total in hypotheses]
    return sorted(found, key=lambda pair: -pair[1])[:beams]


def best(
    markov: Markov, start: list[int], beams: int, steps: int, eos: int | None, penalty: float
) -> Beams:
    """What the contract promises."""
    ended, running = search(markov, start, beams, steps, eos)
    return ranked(start, ended + running, beams, lambda h: h[1] / len(h[0]) ** penalty)


@exercise
def beam_search(student: Student, draw: random.Random) -> None:
    f = student["beam_search"]
    library = {"generate", "GenerationMixin", "BeamSearchScorer"}
    refuse_library(student, library, "beam search", "beam_search")
    wrong: list[tuple[Beams, BeamCase]] = []
    for case in beam_cases(draw.getrandbits(64)):
        got = _searched(f, case)
        if not _same_beams(got, best(*case)):
            wrong.append((got, case))
    if wrong:
        _name_beam_mistake(f, wrong[:9])


@lru_cache(maxsize=4)
def beam_cases(seed: int) -> list[BeamCase]:
    """The cases of one gradebook: the same for a whole class."""
    draw = random.Random(seed)
    return [
        case
        for width, beams, steps, penalty in (
            (5, 2, 4, 1.0),
            (5, 3, 5, 1.0),
            (6, 3, 4, 2.0),
            (5, 3, 5, 0.0),
            (5, 4, 4, -0.5),
            (5, 1, 4, 1.0),
            (4, 6, 2, 1.0),
            (3, 40, 3, 1.0),
            (5, 3, 1, 1.0),
        )
        for case in _telling(draw, width, beams, steps, penalty)
    ]


def _searched(f: Callable, case: BeamCase) -> Beams:
    markov, start, beams, steps, eos, penalty = case
    kwargs = {} if penalty == 1.0 else {"length_penalty": penalty}
    table = Function("log_prob_fn", markov.answer)
    return _pairs(f(table, list(start), beams, steps, eos, **kwargs))


def _telling(
    draw: random.Random, width: int, beams: int, steps: int, penalty: float
) -> list[BeamCase]:
    """One table and three starts: one token, several, and several with an EOS among them. No two hypotheses are close, and
    on one of the starts at least it shows what is wrong about a search."""
    telling = ["used_up", "stops_when_full"] if beams > 1 and steps > 3 else []
    telling += ["every_eos"] if telling and penalty <= 0 else []
    for _ in range(100):
        eos = draw.randrange(width)
        markov = Markov(draw, width, eos)
        start = [draw.choice([t for t in range(width) if t != eos]) for _ in range(3)]
        starts = (start[:1], start, [eos, *start])
        cases = [(markov, begin, beams, steps, eos, penalty) for begin in starts]
        longer = [best(markov, begin, beams + 1, steps, eos, penalty) for begin in starts]
        if any(a[1] - b[1] < 1e-3 for answer in longer for a, b in pairwise(answer)):
            continue
        if all(
            any(not _same_beams(_variant(case, name), best(*case)) for case in cases)
            for name in telling
        ):
            break
    return cases


def _variant(case: BeamCase, mistake: str) -> Beams:
    markov, start, beams, steps, eos, penalty = case
    ended, running = search(
        markov, start, beams, steps, None if mistake == "eos_ignored" else eos, mistake
    )
    return ranked(start, ended + running, beams, lambda h: h[1] / max(1, len(h[0])) ** penalty)


SEARCH_MISTAKES: dict[str, tuple[list[str], str]] = {
    "finished_take_a_beam": (
        ["used_up", "stay_in_beam"],
        "a finished hypothesis took the place of a running one, so the search became narrower. Set it aside, and go on "
        "with num_beams unfinished ones.",
    ),
    "stops_early": (
        ["stops_at_first", "stops_when_full"],
        "the search ended before max_new_tokens steps, with hypotheses still running. A longer one may score better in "
        "the end.",
    ),
    "eos_below_the_beam": (
        ["every_eos"],
        "a hypothesis ended although num_beams unfinished continuations were better. Walk down the ranking: an EOS counts "
        "only above the num_beams-th unfinished one.",
    ),
    "greedy_per_beam": (
        ["own_best", "one_beam"],
        "each beam went on with its own best token. All continuations of all beams compete for the places.",
    ),
    "beams_all_alike": (
        ["all_alike"],
        "at the start all beams are alike, so they all stay alike. Begin with one.",
    ),
    "eos_ignored": (
        ["eos_ignored"],
        "the EOS was treated like any other token. A hypothesis that takes it is finished.",
    ),
    "budget_off_by_one": (
        ["step_more", "step_less"],
        "one step too many or too few: max_new_tokens steps, each of which adds one token to every unfinished hypothesis.",
    ),
    "sum_forgotten": (
        ["sum_forgotten"],
        "the beams were ranked by their newest token alone. What competes is the sum over the whole hypothesis.",
    ),
    "context_dropped": (
        ["newest", "no_start"],
        "log_prob_fn was not shown the whole sequence. What comes next depends on all that came before, the start included.",
    ),
}


def _beam_mistakes(case: BeamCase) -> dict[str, tuple[list[Beams], str]]:
    """id -> (the answers that this mistake may give, a message)."""
    markov, start, beams, steps, eos, penalty = case
    ended, running = search(markov, start, beams, steps, eos)
    everything = ended + running

    def normal(h: Hypothesis) -> float:
        return h[1] / len(h[0]) ** penalty

    def rescored(score: Callable[[Hypothesis], float]) -> Beams:
        return ranked(start, everything, beams, score)

    def after_eos(h: Hypothesis) -> int:
        return max(1, len(h[0]) - (h[0][-1] == eos))

    whole = rescored(normal)
    scores = {(*start, *h[0]): normal(h) for h in everything}
    in_turn = [([*start, *ids], normal((ids, total))) for ids, total in everything]
    by_sum = [(ids, scores[tuple(ids)]) for ids, _ in rescored(lambda h: h[1])]
    filled = ended + running[: max(0, beams - len(ended))]
    found: dict[str, tuple[list[Beams], str]] = {
        id: ([_variant(case, name) for name in names], message)
        for id, (names, message) in SEARCH_MISTAKES.items()
    }
    return found | {
        "best_only": ([whole[:1]], "one hypothesis came back. Return the num_beams best."),
        "finished_forgotten": (
            [ranked(start, running, beams, normal)],
            "what had ended is missing from the result: it competes with what still runs.",
        ),
        "running_forgotten": (
            [ranked(start, some, beams, normal) for some in (ended, ended or running, filled)],
            "what was still running after the last step is missing from the result, although it scores better.",
        ),
        "length_penalty_ignored": (
            [rescored(lambda h: h[1]), rescored(lambda h: h[1] / len(h[0]))],
            "the score does not depend on length_penalty: divide the sum by length ** length_penalty.",
        ),
        "length_penalty_inverted": (
            [rescored(lambda h: h[1] * len(h[0]) ** penalty)],
            "the length penalty works the wrong way round: sums are negative, so dividing by a larger number makes *longer* "
            "hypotheses better.",
        ),
        "length_penalty_misapplied": (
            [
                rescored(lambda h: h[1] / ((5 + len(h[0])) / 6) ** penalty),
                rescored(lambda h: h[1] / (len(h[0]) * penalty or 1)),
                rescored(lambda h: h[1] - penalty * len(h[0])),
            ],
            "the score is the sum divided by length ** length_penalty: the penalty is an exponent.",
        ),
        "length_counts_start": (
            [rescored(lambda h: h[1] / (len(start) + len(h[0])) ** penalty)],
            "the start was counted in the length: only what was generated counts.",
        ),
        "eos_not_in_length": (
            [rescored(lambda h: h[1] / after_eos(h) ** penalty)],
            "the EOS was not counted in the length. It was generated, so it counts.",
        ),
        "probabilities_not_logs": (
            [
                _variant(case, "product"),
                rescored(lambda h: math.exp(h[1]) / len(h[0]) ** penalty),
                rescored(lambda h: math.exp(h[1])),
            ],
            "the scores are not sums of log-probabilities. The function gives logarithms: add them as they are.",
        ),
        "ranked_by_sum": (
            [by_sum, sorted(by_sum, key=lambda pair: -pair[1])],
            "the hypotheses were ranked, or the best num_beams chosen, by plain sums. At the end the score with the length "
            "penalty decides.",
        ),
        "not_sorted": (
            [whole[::-1], in_turn[:beams], in_turn[::-1][:beams]]
            + [ranked(start, everything, 999, normal)[::-1][:beams]],
            "the hypotheses are not the best first.",
        ),
        "eos_dropped": (
            [[(ids[:-1] if ids[-1] == eos else ids, score) for ids, score in whole]],
            "the EOS is missing from the ids. It was generated, so it is part of the hypothesis.",
        ),
    }


def _name_beam_mistake(f: Callable, wrong: list[tuple[Beams, BeamCase]]) -> None:
    """Raise the finding that explains most of the wrong answers."""
    explained: dict[str, list[int]] = {}
    messages = {}
    for got, case in wrong:
        for id, (answers, message) in _beam_mistakes(case).items():
            messages[id] = message
            hits = explained.setdefault(id, [0] * len(answers))
            for index, answer in enumerate(answers):
                hits[index] += _same_beams(got, answer)
    id = max(explained, key=lambda id: max(explained[id]))
    if max(explained[id]) == len(wrong):
        raise Found(id, messages[id])
    for got, case in wrong:
        _judge_beams(f, got, case)
    require(2 * max(explained[id]) < len(wrong), id, messages[id])
    raise Found("wrong_value", "other hypotheses come out than a beam search keeps.")


def _judge_beams(f: Callable, got: Beams, case: BeamCase) -> None:
    """Findings that can be seen on an answer."""
    markov, start, beams, steps, eos, penalty = case
    length = len(start)
    listed = [tuple(ids) for ids, _ in got]
    whole = {tuple(ids) for ids, _ in best(*case)}
    require(
        len(got) <= beams, "too_many", f"{len(got)} hypotheses came back with num_beams={beams}."
    )
    require(
        set(listed) != {ids[length:] for ids in whole} or set(listed) == whole,
        "start_missing",
        "the hypotheses lack the start: return the ids from the first one on.",
    )
    if eos in start:
        clean = [token if token != eos else (eos + 1) % markov.width for token in start]
        other = (markov, clean, beams, steps, eos, penalty)
        require(
            not _same_beams(_searched(f, other), best(*other)),
            "eos_in_start",
            "an EOS among the start changed the search. Only a generated EOS ends a hypothesis.",
        )
    require(
        not any(eos in ids[length:-1] for ids in listed),
        "finished_extended",
        "a hypothesis goes on behind its EOS. It is finished: set it aside, and extend only the others.",
    )
    require(
        len(set(listed)) == len(listed),
        "beams_all_alike",
        "the same hypothesis stands in the result several times. At the start all beams are alike: begin with one.",
    )
    values = [score for _, score in got]
    require(
        any(score <= 1e-6 for score in values) or not values,
        "probabilities_not_logs",
        "the scores are above 0: a sum of log-probabilities never is.",
    )
    require(
        all(a >= b - 1e-6 for a, b in pairwise(values)),
        "not_sorted",
        "the hypotheses are not the best first.",
    )


def _pairs(value: Any) -> list[tuple[list[int], float]]:
    require_type(value, list, "a list of (ids, score) pairs")
    found = []
    for pair in value:
        require_type(pair, (tuple, list), "pairs (ids, score)")
        require(
            len(pair) == 2, "wrong_type", f"a pair has {len(pair)} parts: expected (ids, score)."
        )
        ids, score = pair
        require(
            type(ids) is list and all(type(number(token)) is int for token in ids),
            "wrong_type",
            f"the ids of a hypothesis are {kind_of(ids)}, expected a list of ints.",
        )
        require(
            type(number(score)) in (int, float),
            "wrong_type",
            f"the score of a hypothesis is {kind_of(score)}, expected a number.",
        )
        found.append(([number(token) for token in ids], float(number(score))))
    return found


def number(value: Any) -> Any:
    """The number in a scalar tensor; anything else as it is."""
    return value.item() if type(value) is torch.Tensor and value.dim() == 0 else value


def _same_beams(got: list, wanted: list) -> bool:
    return [ids for ids, _ in got] == [ids for ids, _ in wanted] and all(
        abs(a - b) <= 1e-3 * max(1, abs(b)) for (_, a), (_, b) in zip(got, wanted, strict=True)
    )


# --- distinct_n -----------------------------------------------------------------------------------------------------------


@exercise
def distinct_n(student: Student, draw: random.Random) -> None:
    f = student["distinct_n"]
    words = ["the", "cat", "sat", "on", "a", "mat", "rat", "is"]

    def text(length: int) -> str:
        return " ".join(draw.choice(words) for _ in range(length))

    several, _ = clearest(
        lambda: ([text(9), text(5), text(6), text(3)], 2), distinct_ratio, _ratio_mistakes
    )
    spaced = [f"  {text(4)}  {text(3)}\n{text(3)} ", f"{text(2)}\t{text(3)}  "]
    turned = ["the cat the", "cat the cat", "sat on", "on sat"]
    for texts, ns in (
        (several, (2, 1, 3)),
        ([text(12)], (1, 2, 3)),
        (turned, (2,)),
        (["The the THE cat Cat", "the Cat cat"], (1, 2)),
        (["cat cat. the, the", "rat! rat sat."], (1, 2)),
        (["a bc", "ab c", "abc d"], (2,)),
        (spaced, (1, 2)),
        ([text(5), "", text(1), text(2)], (1, 2, 3)),
        ([], (1, 2)),
        (["", "  "], (1, 2)),
        (["one two"], (3,)),
    ):
        for n in ns:
            _judge_ratio(f, texts, n)


def distinct_ratio(texts: list[str], n: int) -> float:
    """What the contract promises."""
    grams = [gram for text in texts for gram in _grams(text.split(), n)]
    return len(set(grams)) / len(grams) if grams else 0.0


def _grams(words: Iterable[str], n: int, step: int = 1) -> list[tuple[str, ...]]:
    listed = list(words)
    return [tuple(listed[i : i + n]) for i in range(0, len(listed) - n + 1, step)]


def _judge_ratio(f: Callable, texts: list[str], n: int) -> None:
    wanted = distinct_ratio(texts, n)
    split = [text.split() for text in texts]
    empty = not any(len(words) >= n for words in split)
    message = f"distinct_n({texts!r}, {n}): there are no {n}-grams, so the result is 0.0."
    if empty:
        with blame("no_ngrams", message):
            got = number(f(list(texts), n))
    else:
        got = number(f(list(texts), n))
    require_type(got, (float, int), "a number between 0 and 1")
    if abs(got - wanted) < 1e-6:
        return
    require(not empty, "no_ngrams", message)
    for id, (values, message) in _ratio_mistakes(texts, n).items():
        require(not any(abs(got - value) < 1e-6 for value in values), id, message)
    raise Found("wrong_value", "this is not distinct n-grams / all n-grams over the whole list.")


def _ratio_mistakes(texts: list[str], n: int) -> Mistakes:
    split = [text.split() for text in texts]
    grams = [_grams(words, n) for words in split]
    everything = [gram for text in grams for gram in text]
    total = len(everything)
    ratios = [len(set(text)) / len(text) for text in grams if text]
    lower = [gram for text in texts for gram in _grams(text.lower().split(), n)]
    singles = [gram for text in texts for gram in _grams(text.split(" "), n)]
    letters = [gram for text in texts for gram in _grams(text, n)]
    apart = [gram for words in split for gram in _grams(words, n, step=n)]
    joined = _grams([word for words in split for word in words], n)
    plain = [gram for text in texts for gram in _grams(re.findall(r"\w+", text), n)]
    stripped = [gram for text in texts for gram in _grams(re.sub(r"[^\w\s]", "", text).split(), n)]
    up_to = [gram for words in split for m in range(1, n + 1) for gram in _grams(words, m)]
    ends = [tuple(words[i : i + n]) for words in split for i in range(len(words))]
    once = [gram for gram in everything if everything.count(gram) == 1]
    short = [gram for text in grams for gram in text[:-1]]
    late = [gram for text in grams for gram in text[1:]]
    words_in_all = sum(map(len, split))

    def ratio(found: list) -> float:
        return len(set(found)) / len(found) if found else 0.0

    return {
        "count_not_ratio": (
            [len(set(everything))],
            "this is a number of n-grams: divide by that of all.",
        ),
        "repeated_share": (
            [1 - distinct_ratio(texts, n)],
            "this is the share of repeated n-grams: 1 − distinct.",
        ),
        "crosses_texts": (
            [
                ratio(joined),
                ratio(_grams(" ".join(texts).split(), n)),
                ratio(_grams("".join(texts).split(), n)),
            ],
            "an n-gram goes from the end of one text into the next. Each text has its own.",
        ),
        "mean_of_texts": (
            [sum(ratios) / len(ratios), sum(ratios) / len(texts)],
            "this is the mean over the texts. Count over the whole list: five copies of one story are not diverse.",
        ),
        "distinct_per_text": (
            [sum(len(set(text)) for text in grams) / total],
            "n-grams were counted as distinct in each text. The same one in two texts is one.",
        ),
        "characters": ([ratio(letters)], "these are n-grams of characters. Split into words."),
        "split_on_single_spaces": (
            [ratio(singles)],
            'splitting at " " makes empty words of double spaces and keeps line ends: `split()` does not.',
        ),
        "divides_by_tokens": (
            [
                len(set(everything)) / words_in_all,
                len(set(everything)) / max(1, words_in_all - n + 1),
            ],
            "divide by the number of n-grams, not by that of words.",
        ),
        "unordered": (
            [
                len(set(map(frozenset, everything))) / total,
                len({tuple(sorted(gram)) for gram in everything}) / total,
            ],
            "the order of the words got lost: 'the cat' and 'cat the' are two bigrams.",
        ),
        "lowercased": ([ratio(lower)], "upper and lower case were taken for the same."),
        "non_overlapping": ([ratio(apart)], "n-grams overlap: one begins at every word."),
        "off_by_one": (
            [ratio(short), ratio(late), ratio(ends)],
            "the last n-gram of a text, or the first, is missing, or the end of a text gives shorter ones.",
        ),
        "words_glued": (
            [len({"".join(gram) for gram in everything}) / total],
            "the words of an n-gram were glued together: ('a', 'bc') and ('ab', 'c') are two bigrams.",
        ),
        "shorter_ngrams_too": (
            [ratio(up_to)],
            "shorter n-grams were counted too: exactly n words.",
        ),
        "counts_singletons": (
            [len(once) / total, len(once) / max(1, len(set(everything)))],
            "only n-grams that occur once were counted. One that occurs three times is one distinct n-gram too.",
        ),
        "punctuation_split": (
            [ratio(plain), ratio(stripped)],
            "punctuation was split off or removed: 'cat.' is a word of its own here.",
        ),
    }


# --- typical_filter (stretch) ---------------------------------------------------------------------------------------------


@exercise
def typical_filter(student: Student, draw: random.Random) -> None:
    f = student["typical_filter"]
    refuse_library(student, LIBRARY, FILTER, "typical_filter")
    first = clearest(lambda: _typical_case(draw, 3, 9), typical_keeps, _typical_mistakes)
    for case in (first, _typical_case(draw, 2, 30), _typical_case(draw, 3, 10, holes=4)):
        _judge_typical(f, *case)
    # The most likely token is not the most typical; in order of that, the mass is 0.2, 0.5, 0.84, 0.94, 1.
    weights = torch.tensor([draw.sample([0.34, 0.3, 0.2, 0.1, 0.06], 5) for _ in range(2)])
    for other in layouts(weights.log()):
        _judge_typical(f, other, 0.35)


def _atypical(scores: torch.Tensor) -> torch.Tensor:
    """How far the information of each token is from the mean, in float64; inf for what is removed."""
    log_probs = scores.double().log_softmax(-1)
    entropy = -(log_probs.exp() * log_probs).nansum(-1, keepdim=True)
    return (-log_probs - entropy).abs()


def typical_keeps(scores: torch.Tensor, typical_p: float) -> torch.Tensor:
    """What locally typical sampling keeps, in float64."""
    probs = scores.double().softmax(-1)
    return (exclusive_mass(probs, -_atypical(scores)) < typical_p) & (scores > -INF)


def _typical_case(
    draw: random.Random, rows: int, width: int, holes: int = 0
) -> tuple[torch.Tensor, float]:
    while True:
        scores = with_holes(distinct_scores(draw, rows, width), draw, holes)
        typical_p = draw.uniform(0.3, 0.9)
        far = _atypical(scores).sort(-1).values
        gaps = far.diff(dim=-1).nan_to_num(nan=1.0)
        mass = exclusive_mass(scores.double().softmax(-1), -_atypical(scores))
        if bool((gaps > 1e-3).all()) and far_from(typical_p, mass, 1e-3):
            return scores, typical_p


def _judge_typical(f: Callable, scores: torch.Tensor, typical_p: float) -> None:
    judge_filter(
        lambda given: f(given, typical_p),
        scores,
        lambda given: typical_keeps(given, typical_p),
        _typical_mistakes(scores, typical_p),
    )


def _typical_mistakes(scores: torch.Tensor, typical_p: float) -> Mistakes:
    probs = scores.double().softmax(-1)
    information = -scores.double().log_softmax(-1)
    entropy = (probs * information).nansum(-1, keepdim=True)
    alive = information < INF
    mean = torch.where(alive, information, 0.0).sum(-1, keepdim=True) / alive.sum(-1, keepdim=True)
    flat = scores.double().softmax(0)
    key = -_atypical(scores)

    def nucleus(order: torch.Tensor, weights: torch.Tensor = probs) -> torch.Tensor:
        return exclusive_mass(weights, order.nan_to_num(nan=-INF, neginf=-INF)) < typical_p

    up_to = exclusive_mass(probs, key) + probs
    return {
        "crossing_token_dropped": (
            [
                keep | extra
                for keep in (up_to < typical_p, up_to <= typical_p)
                for extra in (probs < 0, ranks(key) < 1)
            ],
            "the token with which the mass reaches typical_p was removed; it belongs to the set.",
        ),
        "top_p_instead": (
            [nucleus(probs)],
            "the tokens were ranked by probability: that is top-p. Rank by the *size* of −ln p − H, with H = −Σ p ln p above 0; "
            "without the size, or with another sign of one of the two, likely tokens always come first.",
        ),
        "mean_not_entropy": (
            [nucleus(-(information - mean).abs())],
            "H is the mean of −ln p *weighted by p*, not the plain mean over the vocabulary.",
        ),
        "keeps_untypical": (
            [nucleus(_atypical(scores))],
            "the least typical tokens were kept. Rank the other way.",
        ),
        "no_absolute_value": (
            [nucleus(information - entropy)],
            "the tokens were ranked by H + ln p with its sign. Too likely is as untypical as too unlikely: take the size.",
        ),
        "log_base_mixed": (
            [
                nucleus(-(information - entropy / math.log(2)).abs()),
                nucleus(-(information / math.log(2) - entropy).abs()),
            ],
            "information and entropy are in different units: both in nats, or both in bits.",
        ),
        "rows_mixed": (
            [
                nucleus(key, flat),
                nucleus(-(information - entropy.mean()).abs()),
                nucleus(-(information - entropy.sum()).abs()),
                nucleus(-(-flat.log() + (flat * flat.log()).nansum(-1, keepdim=True)).abs(), flat),
            ],
            _ROWS_MIXED,
        ),
    }


# --- mirostat_step (stretch) ----------------------------------------------------------------------------------------------

STEEP = torch.tensor([0.42, 0.25, 0.14, 0.09, 0.06, 0.04])  # 1.25, 2, 2.84, 3.47, 4.06, 4.64 bits
TAU, ETA, MU = 2.02, 0.3, 3.0


@exercise
def mirostat_step(student: Student, draw: random.Random) -> None:
    f = student["mirostat_step"]
    refuse_library(student, LIBRARY, FILTER, "mirostat_step")
    place = draw.sample(range(6), 6)
    law = STEEP[place]
    scores = law.log() - 2.0
    surprise = -law.log2()

    def step(scores: torch.Tensor, mu: torch.Tensor, generator: Generator) -> tuple:
        got = f(scores, mu, TAU, ETA, generator)
        require_type(got, (tuple, list), "a tuple (token_ids, new_mu)")
        require(len(got) == 2, "wrong_type", f"the result has {len(got)} parts, expected 2.")
        ids = judge_draws(got[0], len(scores))
        new = require_tensor(got[1], tuple(mu.shape), FLOAT, "new_mu, FloatTensor[B]")
        return ids, new

    rows = 1200
    same, mu = scores.expand(rows, 6).contiguous(), torch.full((rows,), MU)
    seed = draw.getrandbits(48)
    step(same[:1], mu[:1], Generator(seed))
    _judge_rows(lambda g: step(same[:50], mu[:50], g)[0], scores)
    judge_generator(student, "mirostat_step", lambda g: step(same[:200], mu[:200], g)[0], draw)
    draws, new = step(same, mu, Generator(seed))
    _judge_support(set(draws.unique().tolist()), surprise)
    left = torch.where(surprise <= MU, law, 0.0)
    judge_law(draws, left / left.sum(), {})
    _judge_mu(draws, new, law, mu)

    each = torch.tensor([1.5, 2.5, 3.2, 9.0]).repeat(150)
    ids, new = step(scores.expand(600, 6).contiguous(), each, Generator(seed + 2))
    mixed = "a row was truncated with the mu of another: each row has its own."
    require(bool((surprise[ids] <= each).all()), "rows_mixed", mixed)
    for kind in range(4):
        allowed = {i for i in range(6) if surprise[i] <= each[kind]}
        drawn = set(ids[kind::4].tolist())
        # Of four tokens or fewer, 150 draws miss none.
        require(drawn == allowed or len(allowed) > 4 < len(drawn), "rows_mixed", mixed)
    _judge_mu(ids, new, law, each)

    low = torch.tensor([-1.0, 0.0, 1.0])
    message = "with a mu below every surprise nothing survives the truncation. The most likely token is drawn then."
    with blame("empty_support", message):
        ids, new = step(scores.expand(3, 6).contiguous(), low, Generator(seed + 3))
    require(bool((ids == law.argmax()).all()) and not new.isnan().any(), "empty_support", message)
    _judge_mu(ids, new, law, low)

    holes = scores.repeat(200, 1)
    holes[:, int(law.argmax())] = -INF
    ids, new = step(holes, torch.full((200,), 20.0), Generator(seed + 4))
    require(
        not (ids == law.argmax()).any(), "filtered_token", "a token with the score −inf was drawn."
    )
    _judge_mu(ids, new, holes[0].softmax(-1), torch.full((200,), 20.0))


def _judge_support(drawn: set[int], surprise: torch.Tensor) -> None:
    """With mu = 3 bits, every way to truncate leaves another set of tokens, and 1,200 draws show all of it."""

    def at_most(limit: float) -> set[int]:
        return {i for i, s in enumerate(surprise.tolist()) if s <= limit}

    if drawn == at_most(MU):
        return
    for id, wrong, message in (
        (
            "not_truncated",
            [at_most(99)],
            "every token can be drawn: remove those with more surprise than mu.",
        ),
        (
            "nats",
            [at_most(MU / math.log(2))],
            "the surprise was measured in nats. mu and tau are in bits: −log2 p.",
        ),
        (
            "tau_as_threshold",
            [at_most(TAU), at_most(2 * TAU)],
            "the tokens were truncated at tau. mu is what the step is given for that, and what it moves.",
        ),
        (
            "truncates_the_wrong_side",
            [at_most(99) - at_most(MU), at_most(99) - at_most(MU) | at_most(1.3)],
            "the surprising tokens were kept, and the others removed.",
        ),
    ):
        require(drawn not in wrong, id, message)
    raise Found("wrong_value", "other tokens are drawn than those with a surprise of at most mu.")


def _judge_mu(ids: torch.Tensor, new: torch.Tensor, law: torch.Tensor, mu: torch.Tensor) -> None:
    law, mu = law.double(), mu.double()
    bits = -law.log2()
    surprise = bits[ids]
    got = new.double()
    if torch.allclose(got, mu - ETA * (surprise - TAU), rtol=0, atol=1e-4):
        return
    kept = torch.where(bits <= mu[:, None], law, 0.0)
    kept = kept / kept.sum(-1, keepdim=True)
    own = kept.gather(1, ids[:, None]).squeeze(1)
    expected = (law * bits).nansum()
    mean_kept = -(kept * kept.log2()).nansum(-1)
    for id, values, message in (
        (
            "nats",
            [mu - ETA * (-law[ids].log() - TAU), mu - ETA * (-own.log() - TAU)],
            "the surprise in the update is in nats. mu and tau are in bits: −log2 p.",
        ),
        (
            "surprise_after_truncation",
            [mu - ETA * (-own.log2() - TAU)],
            "the surprise in the update is that under the truncated distribution. The step corrects what the model itself "
            "thinks: take the one before.",
        ),
        (
            "update_sign",
            [mu + ETA * (surprise - TAU)],
            "mu moves the wrong way: after too much surprise it has to become smaller.",
        ),
        (
            "eta_ignored",
            [mu - (surprise - TAU)],
            "mu moves by the whole error. eta says how much of it.",
        ),
        (
            "mu_not_updated",
            [mu],
            "mu has to move by eta times the error, surprise − tau, at every step.",
        ),
        (
            "rows_mixed",
            [mu - ETA * (surprise.mean() - TAU)],
            "all rows were corrected by one error. Each row has its own.",
        ),
        (
            "expected_surprise",
            [mu - ETA * (expected - TAU), mu - ETA * (mean_kept - TAU)],
            "mu was corrected by the mean surprise. Use that of the token that was drawn.",
        ),
    ):
        for value in values:
            require(not torch.allclose(got, value, rtol=0, atol=1e-4), id, message)
    raise Found("wrong_value", "new_mu is not mu − eta · (surprise of the drawn token − tau).")


# --- contrastive_step (stretch) -------------------------------------------------------------------------------------------


@exercise
def contrastive_step(student: Student, draw: random.Random) -> None:
    f = student["contrastive_step"]
    refuse_library(student, LIBRARY, FILTER, "contrastive_step")
    for alpha in (0.6, 0.4, 0.0, 1.0, 0.6):
        case = _contrast(draw, 24, 12, 5, 6, 7, alpha)
        _judge_contrast(f, case, alpha)
    _judge_contrast(f, _contrast(draw, 1, 8, 4, 5, 1, 0.5), 0.5)
    _judge_contrast(f, _contrast(draw, 3, 8, 1, 5, 4, 0.5), 0.5)


Contrast = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


def _contrast(
    draw: random.Random, rows: int, width: int, k: int, hidden: int, length: int, alpha: float
) -> Contrast:
    """Rows in each of which the best candidate is at least 1e-3 ahead of the next."""
    seeded = torch.Generator().manual_seed(draw.getrandbits(40))
    while True:
        scores = 1.2 * torch.randn(rows, width, generator=seeded)
        ids = torch.stack([torch.randperm(width, generator=seeded)[:k] for _ in range(rows)])
        sizes = 0.5 + 2 * torch.rand(rows, k, 1, generator=seeded)
        shared = torch.randn(rows, 1, hidden, generator=seeded)
        states = sizes * (shared + torch.randn(rows, k, hidden, generator=seeded))
        context = torch.randn(rows, length, hidden, generator=seeded)
        case = scores, ids, states, context
        value = contrast_values(case, alpha)
        first = value.sort(-1, descending=True).values
        if k == 1 or bool((first[:, 0] - first[:, 1] > 1e-3).all()):
            return case
        rows_left = first[:, 0] - first[:, 1] > 1e-3
        if int(rows_left.sum()) >= max(1, rows // 2):
            return scores[rows_left], ids[rows_left], states[rows_left], context[rows_left]


def similarities(states: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
    """The cosine of every candidate with every token of the context, [B, K, T], in float64."""
    a, b = states.double(), context.double()
    return torch.einsum(
        "bkh,bth->bkt", a / a.norm(dim=-1, keepdim=True), b / b.norm(dim=-1, keepdim=True)
    )


def contrast_values(case: Contrast, alpha: float) -> torch.Tensor:
    scores, ids, states, context = case
    probs = scores.double().softmax(-1).gather(1, ids)
    return (1 - alpha) * probs - alpha * similarities(states, context).amax(-1)


def _judge_contrast(f: Callable, case: Contrast, alpha: float) -> None:
    scores, ids, states, context = case
    got = judge_draws(f(scores, ids, states, context, alpha), len(scores))
    value = contrast_values(case, alpha)

    def chosen(value: torch.Tensor, among: torch.Tensor = ids) -> torch.Tensor:
        return among.gather(1, value.argmax(-1, keepdim=True)).squeeze(1)

    wanted = chosen(value)
    if torch.equal(got, wanted):
        return
    wide = scores.double()
    probs = wide.softmax(-1)
    own = probs.gather(1, ids)
    near = similarities(states, context)
    dots = torch.einsum("bkh,bth->bkt", states.double(), context.double())
    over_tokens = torch.einsum(
        "bkh,bth->bkt",
        torch.nn.functional.normalize(states.double(), dim=1),
        torch.nn.functional.normalize(context.double(), dim=1),
    )
    degrees = (
        over_tokens,
        dots / states.double().norm(dim=-1, keepdim=True),
        dots / context.double().norm(dim=-1)[:, None],
    )
    most = near.amax(-1)
    k = ids.shape[1]
    top = wide.topk(k, dim=-1)
    beta = 1 - alpha
    candidates: list[tuple[str, list[torch.Tensor], str]] = [
        (
            "index_not_id",
            [value.argmax(-1)],
            "these are places among the candidates. Return the token's id, candidate_ids at that place.",
        ),
        (
            "alpha_swapped",
            [chosen(alpha * own - beta * most), chosen(own - alpha * most)],
            "alpha is the weight of the penalty, 1 − alpha that of the probability.",
        ),
        (
            "penalty_added",
            [chosen(beta * own + alpha * most)],
            "the similarity was added: what resembles the context should become less attractive.",
        ),
        (
            "dot_product",
            [chosen(beta * own - alpha * d.amax(-1)) for d in (dots, *degrees)],
            "the similarity depends on the lengths of the vectors. Normalise both: the cosine.",
        ),
        (
            "mean_similarity",
            [
                chosen(beta * own - alpha * other)
                for other in (
                    near.mean(-1),
                    near.sum(-1),
                    near[..., -1],
                    near[..., 0],
                    near.amin(-1),
                )
            ],
            "the penalty is the *largest* similarity to any token of the context.",
        ),
        (
            "logits_not_probs",
            [chosen(beta * w.gather(1, ids) - alpha * most) for w in (wide, wide.log_softmax(-1))],
            "scores took the place of probabilities: softmax over the vocabulary first.",
        ),
        (
            "renormalised_over_candidates",
            [
                chosen(beta * w - alpha * most)
                for w in (wide.gather(1, ids).softmax(-1), own / own.sum(-1, keepdim=True))
            ],
            "the probabilities were normalised over the candidates. p is the model's, over the whole vocabulary.",
        ),
        (
            "penalty_ignored",
            [chosen(own), wide.argmax(-1)],
            "the context has no say: the most likely candidate was taken.",
        ),
        (
            "candidates_in_order",
            [
                chosen(beta * w - alpha * most, among)
                for w in (top.values.softmax(-1), probs.gather(1, top.indices), probs[:, :k])
                for among in (ids, top.indices)
            ],
            "the probabilities belong to other tokens than the hidden vectors: take them at candidate_ids.",
        ),
        (
            "rows_mixed",
            [
                chosen(
                    beta * own
                    - alpha
                    * torch.stack(
                        [
                            similarities(states, c[None].expand_as(context)).amax(-1)
                            for c in context[:1]
                        ]
                    ).amax(0)
                ),
                chosen(beta * wide.softmax(0).gather(1, ids) - alpha * most),
            ],
            _ROWS_MIXED,
        ),
    ]
    alone = len(scores) > 1 and all(
        same_ids(f(*(part[i : i + 1] for part in case), alpha), wanted[i : i + 1])
        for i in range(len(scores))
    )
    require(not alone, "rows_mixed", _ROWS_MIXED)
    for id, results, message in candidates:
        require(not any(same_ids(got, result) for result in results), id, message)
    raise Found(
        "wrong_value",
        "this is not the candidate with the largest (1 − alpha) · p − alpha · (largest similarity).",
    )


# --- SamplerProcessor (stretch) -------------------------------------------------------------------------------------------


@exercise
def SamplerProcessor(student: Student, draw: random.Random) -> None:
    name = "SamplerProcessor"
    refuse_library(student, LIBRARY, FILTER, name)
    for rows, width, temperature, length in (
        (3, 8, 2.0, 4),
        (1, 8, 0.5, 6),
        (2, 30, 1.4, 1),
        (3, 9, 0.7, 9),
    ):
        holes = 4 if width == 9 else 0
        while True:
            scores, top_p = _nucleus(draw, rows, width, holes)
            keep = top_p_keeps(scores / temperature, top_p)
            probs = (scores.double() / temperature).softmax(-1)
            if (
                far_from(top_p, exclusive_mass(probs, scores), 1e-3)
                and not torch.equal(keep, top_p_keeps(scores, top_p))
                and not torch.equal(
                    _crossing_dropped(scores / temperature, top_p), top_p_keeps(scores, top_p)
                )
                and bool((keep.sum(-1) > 1).any())
                and not bool((keep == (scores > -INF)).all())
            ):
                break
        ids = torch.tensor([[draw.randrange(width) for _ in range(length)] for _ in range(rows)])
        processor = student.new(name, temperature, top_p)
        _judge_processor(processor, ids, scores, temperature, top_p)
        fewer = min(2, rows)
        for _ in range(2):  # nothing may be left from the call before
            again = processor.__call__(ids[:fewer, :1], scores[:fewer])
            keep = top_p_keeps(scores[:fewer] / temperature, top_p)
            require(
                _filtered(again, scores[:fewer] / temperature, keep),
                "state_between_calls",
                "a second call gives another result than the first: something of the call before was left in the object.",
            )
        turned = scores.flip(-1)
        require(
            _filtered(
                processor.__call__(ids, turned),
                turned / temperature,
                top_p_keeps(turned / temperature, top_p),
            ),
            "state_between_calls",
            "a call with other scores is treated like the one before: something of it was left in the object.",
        )
    steep = torch.tensor([[0.5, 0.25, 0.15, 0.1], [0.4, 0.3, 0.2, 0.1]])[
        :, draw.sample(range(4), 4)
    ]
    for other in layouts(2 * steep.log()):
        processor = student.new(name, 2.0, 0.6)
        ids = torch.zeros(len(other), 3, dtype=torch.long)
        _judge_processor(processor, ids, other, 2.0, 0.6)


def _judge_processor(
    processor: Any, ids: torch.Tensor, scores: torch.Tensor, temperature: float, top_p: float
) -> None:
    keep = top_p_keeps(scores / temperature, top_p)
    wanted = scores / temperature

    def right(call: Callable[[], Any]) -> bool:
        try:
            return _filtered(call(), wanted, keep)
        except Found:
            return False

    def swapped() -> bool:
        return right(lambda: processor.__call__(scores, ids))

    order = "generate calls `processor(input_ids, scores)`, in this order."
    try:
        got = processor.__call__(ids, scores)
    except StudentError as error:
        require(
            not right(lambda: processor.__call__(scores)),
            "input_ids_missing",
            "the processor takes the scores alone. " + order,
        )
        require(not swapped(), "arguments_swapped", order)
        require(
            "NotImplementedError" not in error.kinds,
            "not_defined",
            "`SamplerProcessor` has no method `__call__`: that is what generate calls.",
        )
        raise
    if _filtered(got, wanted, keep):
        return
    require(not swapped(), "arguments_swapped", order)
    if type(got) is torch.Tensor:
        drew = got.dtype == torch.int64 or (
            got.shape == scores.shape
            and bool((got.isfinite().sum(-1) == 1).all() and (keep.sum(-1) > 1).any())
        )
        require(
            not drew,
            "draws_itself",
            "the processor draws a token by itself. It hands scores on; with do_sample=True, generate draws.",
        )
        second = processor.__call__(ids, scores)
        require(
            type(second) is not torch.Tensor or got.shape != second.shape or _alike(got, second),
            "state_between_calls",
            "two calls with the same scores give different results: something of the call before was left in the object.",
        )
    first = top_p_keeps(scores, top_p)
    for id, base, mask, message in (
        (
            "top_p_before_temperature",
            wanted,
            first,
            "top-p came before the temperature. A high temperature flattens the law, and then more tokens are in its nucleus.",
        ),
        ("temperature_ignored", scores, first, "the temperature has no effect."),
        ("top_p_ignored", wanted, scores > -INF, "top_p has no effect."),
        (
            "temperature_multiplied",
            scores * temperature,
            top_p_keeps(scores * temperature, top_p),
            "the scores were multiplied by the temperature. Divide.",
        ),
    ):
        require(not _filtered(got, base, mask), id, message)
    judge_filter(
        lambda given: processor.__call__(ids[: len(given)], given),
        scores,
        lambda given: top_p_keeps(given / temperature, top_p),
        {
            id: mistake
            for id, mistake in _top_p_mistakes(wanted, top_p, 1).items()
            if id in ("crossing_token_dropped", "rows_mixed")
        },
        temperature,
    )


def _alike(a: torch.Tensor, b: torch.Tensor) -> bool:
    return torch.allclose(a.double(), b.double(), equal_nan=True)
