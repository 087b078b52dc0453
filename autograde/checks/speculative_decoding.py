"""Hidden checks of 04_speculative_decoding. The findings are listed in docs/contract.md.

The oracles are written here from the definitions, in float64 and one token at a time; tests hold them against the identity
q·a + (1 − Σq·a)·residual = p. What an answer does with given numbers u is judged exactly; the law of what it draws is rejected
at p < 1e-9, on models whose output shows each biased scheme (tests compute with what power).
"""

import math
import random
from collections.abc import Callable, Mapping
from typing import Any

import torch

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
    require_dtype,
    require_tensor,
    require_type,
)
from autograde.fixtures import Generator, Model, markov, scripted, transformer
from autograde.student.data import KeyValues, same

Mistakes = Mapping[str, tuple[list[Any], str]]
"""id -> (the results that this mistake gives; what to say about it)"""

NO_MASS = 1e-12  # a residual of at most this mass is rounding

RESAMPLE_FROM_P = (
    "a rejected token is replaced by a draw from p itself. What p and q agree on was handed out already, by accepting: the "
    "replacement has to come from what is left, max(0, p − q), normalised."
)
ABSOLUTE = "the residual is made of |p − q|. Where q is above p the target has nothing left to give: those tokens get 0."
AT_LEAST = (
    "a token is accepted for certain where p ≥ q and never where p < q. With p at half of q it has to be kept half of the "
    "time: min(1, p/q)."
)
INVERTED = "the ratio is upside down, q/p. What the draft likes more than the target does has to be thinned out: p/q."
ONE_U = (
    "one random number decides about all tokens of a round. Once the first token has passed, u is known to be small, and the "
    "next one passes too easily: every token needs a u of its own."
)
MISMATCH = (
    "a token y is drawn from p and compared with the draft, and after a mismatch *another* one is drawn. Either emit y itself "
    "(lossless, but it accepts only Σpq), or do not draw y at all: compare u with p/q."
)
EXACT_MATCH = (
    "a draw from p is compared with the drafted token. In law that is right, and no bias: but it accepts only Σpq of the "
    "tokens where min(1, p/q) accepts Σmin(p, q), so it is a slower function than this one."
)


def floats(draw: random.Random, *shape: int) -> torch.Tensor:
    seeded = torch.Generator().manual_seed(draw.getrandbits(48))
    return torch.rand(*shape, generator=seeded, dtype=torch.double)


def laws(draw: random.Random, *shape: int) -> torch.Tensor:
    """Distributions along the last dimension, no probability near 0, in float64."""
    weights = 0.15 + floats(draw, *shape)
    return weights / weights.sum(-1, keepdim=True)


def ratio(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    """min(1, p/q), and at q = 0 whether p > 0."""
    safe = torch.where(q > 0, q, 1.0)
    return torch.where(q > 0, (p / safe).clamp(max=1), (p > 0).to(p.dtype))


def residual(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    """norm(max(0, p − q)) row by row, p where that has no mass."""
    left = (p - q).clamp(min=0)
    mass = left.sum(-1, keepdim=True)
    return torch.where(mass > NO_MASS, left / mass.clamp(min=NO_MASS), p)


def close(got: Any, wanted: torch.Tensor, rtol: float = 1e-5, atol: float = 1e-9) -> bool:
    return (
        type(got) is torch.Tensor
        and got.shape == wanted.shape
        and torch.allclose(got.double(), wanted.double(), rtol=rtol, atol=atol)
    )


def explain(got: torch.Tensor, mistakes: Mistakes, rtol: float = 1e-4, atol: float = 1e-9) -> None:
    """Raise the first finding one of whose results is what the student got."""
    for id, (results, message) in mistakes.items():
        require(not any(close(got, result, rtol, atol) for result in results), id, message)


# --- acceptance_prob ------------------------------------------------------------------------------------------------------


@exercise
def acceptance_prob(student: Student, draw: random.Random) -> None:
    f = student["acceptance_prob"]
    for width, count, dtype in ((6, 9, torch.float32), (9, 4, torch.float32), (7, 7, torch.double)):
        p, q = _pair(draw, width)
        ids = torch.tensor([draw.randrange(width) for _ in range(count)])
        ids[-1] = ids[0]
        _judge_acceptance(f, p.to(dtype), q.to(dtype), ids)
    p, q = _pair(draw, 5)
    _judge_acceptance(f, p.float(), q.float(), torch.tensor([draw.randrange(5)]))
    _judge_acceptance(f, p.float(), p.float(), torch.arange(5))
    _judge_acceptance(f, p.float(), q.float(), torch.tensor([], dtype=torch.long))

    p = torch.tensor([0.5, 0.25, 0.25, 0.0, 0.0, 0.0])
    q = torch.tensor([0.0, 0.0, 0.5, 0.5, 0.0, 0.0])
    ids = torch.tensor([0, 3, 4, 2, 1, 5])[draw.sample(range(6), 6)]
    message = "where q is 0, no u can reject what p likes: 1 if p > 0, and 0 if p is 0 too."
    with blame("q_zero", message):
        got = f(p, q, ids)
    require_tensor(got, (6,), FLOAT, "a FloatTensor[N]")
    require(not got.isnan().any(), "nan_at_zero", "NaN where p and q are both 0. " + message)
    require(close(got, ratio(p, q)[ids]), "q_zero", message)

    p = torch.full((40,), 1 / 40)
    q = p.clone()
    p[:4] = torch.tensor([1e-8, 3e-8, 2e-7, 5e-9])
    q[:4] = torch.tensor([4e-8, 4e-8, 8e-7, 5e-9])
    ids = torch.tensor(draw.sample(range(8), 8))
    require(
        close(f(p, q, ids), ratio(p, q)[ids], rtol=1e-4),
        "epsilon_added",
        "probabilities of 1e-8 give another ratio than p/q. A vocabulary of 49,152 tokens has many of them: an epsilon beside q, "
        "or under it, is not small there. Treat q = 0 by itself.",
    )


def _pair(draw: random.Random, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Two laws of which each is clearly above the other somewhere."""
    while True:
        p, q = laws(draw, 2, width)
        if float((p - q).clamp(min=0).max()) > 0.02 and float((q - p).clamp(min=0).max()) > 0.02:
            return p, q


def _judge_acceptance(f: Callable, p: torch.Tensor, q: torch.Tensor, ids: torch.Tensor) -> None:
    got = f(p, q, ids)
    require_tensor(
        got, tuple(ids.shape), FLOAT, "a FloatTensor[N], one probability for each of token_ids"
    )
    every = ratio(p, q)
    if close(got, every[ids]):
        return
    a, b = p[ids], q[ids]
    soft = (p.softmax(-1) / q.softmax(-1)).clamp(max=1)
    explain(
        got,
        {
            "inverted_ratio": ([(b / a).clamp(max=1)], INVERTED),
            "accept_if_p_at_least_q": ([(a >= b).to(a.dtype)], AT_LEAST),
            "not_clipped": ([a / b], "above 1 where p > q: a probability is at most 1."),
            "p_returned": ([a], "this is p(x): right for a draft that is certain, q(x) = 1."),
            "not_divided": (
                [torch.minimum(a, b)],
                "this is min(p, q), the mass that both give the token. Given that it was drafted, which happens with "
                "probability q, it has to be divided by q.",
            ),
            "softmax_twice": ([soft[ids]], "p and q are probabilities already: no softmax."),
            "log_returned": ([every[ids].log()], "this is the logarithm of the probability."),
            "ids_ignored": (
                [every[torch.arange(len(ids)) % len(p)], every[ids.sort().values]],
                "these are the ratios of other tokens: entry i belongs to token_ids[i].",
            ),
        },
    )
    raise Found("wrong_value", "the result is not min(1, p/q) at token_ids.")


# --- residual_distribution ------------------------------------------------------------------------------------------------


@exercise
def residual_distribution(student: Student, draw: random.Random) -> None:
    f = student["residual_distribution"]
    dimensions = (
        "right for one number of dimensions and not for another: what counts is the last dimension, however many come before "
        "it."
    )
    rows = torch.stack([torch.stack(_pair(draw, 6)) for _ in range(4)], dim=1)
    p, q = rows.float()
    try:
        got = f(p, q)
    except StudentError:
        with_one = None
        try:
            with_one = f(p[0], q[0])
        except StudentError:
            pass
        require(not close(with_one, residual(p[0], q[0])), "leading_dimensions", dimensions)
        raise
    _judge_residual(got, p, q)
    for dtype in (torch.float32, torch.double):
        with blame("leading_dimensions", dimensions):
            one = f(p[0].to(dtype), q[0].to(dtype))
        _judge_residual(one, p[0].to(dtype), q[0].to(dtype), dimensions)
    a, b = (each.reshape(2, 2, 6) for each in (p, q))
    with blame("leading_dimensions", dimensions):
        got = f(a, b)
    _judge_residual(got, a, b, dimensions)

    half = torch.tensor([[0.5, 0.5, 0.0, 0.0], [0.0, 0.25, 0.0, 0.75]])
    far = torch.tensor([[0.0, 0.0, 0.5, 0.5], [0.25, 0.0, 0.75, 0.0]])
    _judge_residual(f(half, far), half, far)

    message = "where p and q are equal nothing is left over, and the residual falls back to p."
    for alike in (p[:1], p):
        with blame("zero_mass", message):
            got = f(alike, alike)
        _judge_fallback(got, alike, message)
    mixed = torch.cat([p[:1], q[1:3], p[3:]])
    got = f(p, mixed)
    require_tensor(got, (4, 6), FLOAT, "one distribution for each row")
    require(
        close(got, residual(p, mixed), atol=1e-6),
        "fallback_for_all_rows",
        "some rows have p = q and others do not: each row falls back, or does not, by itself.",
    )

    p = p[:3].double()
    for mass, id, message in (
        (
            5e-13,
            "fallback_only_at_zero",
            "a mass of 5e-13 is what rounding leaves of equal numbers, and no residual: fall back to p up to 1e-12.",
        ),
        (
            1e-7,
            "fallback_too_early",
            "a mass of 1e-7 is a residual like any other: only up to 1e-12 it counts as none.",
        ),
    ):
        q = p.clone()
        q[1, 0] -= mass
        q[1, 3] += mass
        got = f(p, q)
        require_tensor(got, (3, 6), FLOAT, "one distribution for each row")
        require(close(got, residual(p, q), atol=1e-4), id, message)


def _judge_fallback(got: Any, p: torch.Tensor, message: str) -> None:
    require_tensor(got, tuple(p.shape), FLOAT, "one distribution for each row")
    if close(got, p, atol=1e-6):
        return
    nothing = got.isnan().any() or not torch.allclose(
        got.double().sum(-1), torch.ones(len(p)).double(), atol=1e-3
    )
    require(not nothing, "zero_mass", message + " Your rows are no distributions there.")
    raise Found("fallback_not_p", message + " It is another distribution here.")


def _judge_residual(got: Any, p: torch.Tensor, q: torch.Tensor, dimensions: str = "") -> None:
    require_tensor(got, tuple(p.shape), FLOAT, "a FloatTensor of the shape of p")
    wanted = residual(p, q)
    if close(got, wanted, atol=1e-6):
        return
    require(not dimensions, "leading_dimensions", dimensions)
    d, up = p - q, (p - q).clamp(min=0)
    kept = p * (p > q)
    where = tuple(range(p.dim() - 1))

    def norm(values: torch.Tensor) -> torch.Tensor:
        return values / values.sum(-1, keepdim=True)

    sums = got.double().sum(-1, keepdim=True)
    explain(
        got,
        {
            "resample_from_p": ([p], RESAMPLE_FROM_P),
            "absolute_residual": ([norm(d.abs())], ABSOLUTE),
            "inverted": (
                [norm((-d).clamp(min=0))],
                "this is what q has too much of. The replacement makes up for what it has too little of: p − q.",
            ),
            "p_where_larger": (
                [norm(kept)],
                "where p is larger all of p is taken. The part that q has covered was handed out already: p − q.",
            ),
            "softmax_for_normalising": (
                [d.softmax(-1), up.softmax(-1)],
                "a softmax gives mass to tokens that have none. Divide by the sum.",
            ),
            "rows_mixed": (
                [up / up.sum(), up / up.sum(where, keepdim=True)],
                "each row is a distribution of its own: divide by the sum over the last dimension.",
            ),
        },
        atol=1e-6,
    )
    require(
        not (bool((sums > 0).all()) and close(got.double() / sums, wanted.double(), atol=1e-6)),
        "not_normalised",
        "the entries have the right proportions and do not sum to 1: divide by their own sum.",
    )
    raise Found("wrong_value", "the result is not max(0, p − q), divided by its sum.")


# --- verify ---------------------------------------------------------------------------------------------------------------

Round = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]
"""draft_ids, q, p, u"""


class Verifier:
    """The student's `verify`, called many times in one message, each result as (tokens, n)."""

    def __init__(self, student: Student):
        self.student = student

    def __call__(self, cases: list[Round], generators: list[Generator]) -> list[tuple]:
        inputs = [(*case, generator) for case, generator in zip(cases, generators, strict=True)]
        return [
            self.checked(result, case)
            for result, case in zip(self.student.each("verify", inputs), cases, strict=True)
        ]

    def checked(self, result: Any, case: Round) -> tuple[list[int], int]:
        wanted = "(tokens, n): a LongTensor[n + 1] and an int"
        require(
            type(result) in (tuple, list) and len(result) == 2,
            "wrong_type",
            f"the result is {kind_of(result)}, expected {wanted}.",
        )
        tokens, n = result[0], whole(result[1])
        require_type(tokens, torch.Tensor, wanted)
        require_dtype(tokens, LONG, "token ids, as int64")
        require(
            tokens.dim() == 1,
            "wrong_shape",
            f"the tokens have shape {tuple(tokens.shape)}, expected one dimension, [n + 1].",
        )
        require(n is not None, "wrong_type", f"n is {kind_of(result[1])}, expected an int.")
        assert n is not None
        return tokens.tolist(), n


def whole(value: Any) -> int | None:
    """The value where it is a whole number, also in a tensor without dimensions."""
    if type(value) is torch.Tensor and value.dim() == 0 and not value.is_floating_point():
        value = value.item()
    return value if type(value) is int else None


def decided(case: Round) -> int:
    """How many drafted tokens are accepted."""
    ids, q, p, u = case
    for i, x in enumerate(ids.tolist()):
        if not float(u[i]) < float(ratio(p[i].double(), q[i].double())[x]):
            return i
    return len(ids)


def last_law(case: Round) -> torch.Tensor:
    ids, q, p, u = case
    n = decided(case)
    return residual(p[n], q[n]) if n < len(ids) else p[n]


def one_hot(token: int, width: int) -> torch.Tensor:
    return torch.nn.functional.one_hot(torch.tensor(token), width).float()


@exercise
def verify(student: Student, draw: random.Random) -> None:
    call = Verifier(student)

    def generators(count: int) -> list[Generator]:
        return [Generator(draw.getrandbits(48)) for _ in range(count)]

    order = draw.sample(range(6), 6)
    _judge_use_of_u(call, generators(30), order)
    rounds = _decisive_rounds(order)
    results = [call([case] * 6, generators(6)) for case in rounds]
    _judge_counts([found[0][1] for found in results], rounds)
    for case, found in zip(rounds, results, strict=True):
        for tokens, n in found:
            _judge_round(tokens, n, case, call, draw)
    _judge_last_token(student, call, draw)
    _judge_extreme_rounds(call, generators, order)


def _judge_use_of_u(call: Verifier, generators: list[Generator], order: list[int]) -> None:
    """The numbers u decide, and nothing else: p(x) ≥ q(x) accepts any u, p(x) = q(x)/4 only those below 1/4."""
    a, b, c, d, *_ = order
    width = 6

    def counts(p: dict[int, float], q: dict[int, float], *us: float) -> list[set[int]]:
        """For each u, the counts that the generators lead to; drafted is `a`, the bonus `d`."""
        law, drafted = torch.zeros(2, width)
        for row, masses in ((law, p), (drafted, q)):
            for token, mass in masses.items():
                row[token] = mass
        found = []
        for u in us:
            case = (
                torch.tensor([a]),
                drafted[None],
                torch.stack([law, one_hot(d, width)]),
                torch.tensor([u]),
            )
            results = call([case] * len(generators), generators)
            found.append({n for _, n in results})
            emitted.update(tokens[0] for tokens, n in results if n == 0 and tokens)
        return found

    emitted: set[int] = set()
    likely = counts({a: 0.5, b: 0.25, c: 0.25}, {a: 0.5, b: 0.5}, 0.0625, 0.4375, 0.5625, 0.9375)
    if any(len(each) > 1 for each in likely):
        # Whoever draws y from p accepts p(x) of the time; then y itself is b or c, and the residual is c alone.
        require(emitted != {b, c}, "exact_match", EXACT_MATCH)
        raise Found("resample_after_mismatch", MISMATCH)
    require(likely.count(likely[0]) == 4, "exact_match", EXACT_MATCH)
    thin = counts({a: 0.25, c: 0.75}, {a: 1.0}, 0.125, 0.5)
    require(
        not any(len(each) > 1 for each in thin),
        "u_ignored",
        "with the same u, some generators lead to accepting and others to rejecting. The numbers u decide; the generator serves "
        "the last token alone.",
    )
    if thin[0] == thin[1]:
        most = counts({a: 0.75, c: 0.25}, {a: 1.0}, 0.5)
        minor = counts({a: 0.25, c: 0.75}, {a: 0.125, b: 0.875}, 0.75)
        require((thin[0], most, minor) != ({0}, [{0}], [{1}]), "accept_if_p_at_least_q", AT_LEAST)
        require((thin[0], minor) != ({1}, [{0}]), "inverted_ratio", INVERTED)
        require(
            likely != [{1}] * 4,
            "u_ignored",
            "u has no effect: with p(x) at a quarter of q(x), a u of 0.125 has to accept and one of 0.5 to reject.",
        )


def _decisive_rounds(order: list[int]) -> list[Round]:
    """Rounds whose last token has one possible value, so that everything about them is exact. Ratios are powers of 2."""
    a, b, c, d, e, f = order
    width = 6

    def row(**masses: float) -> torch.Tensor:
        law = torch.zeros(width)
        for token, mass in masses.items():
            law[{"a": a, "b": b, "c": c, "d": d, "e": e, "f": f}[token]] = mass
        return law

    def case(ids: str, q: list, p: list, u: list[float]) -> Round:
        tokens = [{"a": a, "b": b, "c": c, "d": d, "e": e, "f": f}[x] for x in ids]
        return torch.tensor(tokens), torch.stack(q), torch.stack(p), torch.tensor(u)

    qa, qb, qc = row(a=0.5, d=0.5), row(b=0.5, e=0.5), row(c=0.5, f=0.5)
    pa = row(a=0.25, d=0.125, e=0.625)  # ratio 1/2, residual e
    pb = row(b=0.25, e=0.125, f=0.625)  # ratio 1/2, residual f
    pc = row(c=0.25, f=0.125, a=0.625)  # ratio 1/2, residual a
    over = row(b=0.75, d=0.25)  # above q: ratio 1
    bonus = row(d=1.0)
    return [
        case("abc", [qa, qb, qc], [pa, pb, pc, bonus], [0.25, 0.375, 0.4375]),  # all accepted
        case("abc", [qa, qb, qc], [pa, over, pc, bonus], [0.25, 0.875, 0.25]),
        case("abc", [qa, qb, qc], [pa, pb, pc, bonus], [0.75, 0.25, 0.25]),  # the first rejected
        case("abc", [qa, qb, qc], [pa, pb, pc, bonus], [0.25, 0.75, 0.125]),  # the second
        case("abc", [qa, qb, qc], [pa, over, pc, bonus], [0.25, 0.75, 0.75]),  # the third
        case("abc", [qa, qb, qc], [pa, pb, pc, bonus], [0.375, 0.25, 0.625]),
        case("ab", [qa, qb], [pa, row(a=0.5, b=0.5), bonus], [0.75, 0.25]),
    ]


def _judge_round(
    tokens: list[int], n: int, case: Round, call: Verifier, draw: random.Random
) -> None:
    ids, q, p, u = case
    draft, gamma, right = ids.tolist(), len(ids), decided(case)
    law = last_law(case)
    wanted = [*draft[:right], int(law.argmax())]
    if tokens == wanted and n == right:
        return
    kept = [i for i in range(gamma) if float(u[i]) < float(p[i, draft[i]] / q[i, draft[i]])]

    require(
        not (tokens == draft and right == gamma),
        "bonus_missing",
        "all drafted tokens were accepted, and the target's row behind them is ready: draw the bonus token from p[γ].",
    )
    if n == right and len(tokens) == right + 1 and tokens[:-1] == draft[:right]:
        _name_law(call, case, draw)
    require(
        not (tokens == wanted and n != right),
        "count_off_by_one",
        f"the tokens are right, and n is {n}: it counts the accepted drafted tokens, not the last one.",
    )
    require(
        not (
            len(tokens) > right + 1
            and tokens[: right + 1] == draft[: right + 1]
            and (tokens[:-1] == draft or tokens[:-1] == draft[: right + 1])
            and n == right
        ),
        "rejected_token_kept",
        "the rejected token is still there, and its replacement behind it. The replacement takes its place, and the rest goes.",
    )
    shown = f"u = {u.tolist()}, min(1, p/q) = {_ratios(case)}, n = {n}"
    require(n == right or n != len(kept), "accepts_after_rejection", f"{_AFTER} ({shown})")
    require(n == right, "wrong_value", f"another number of tokens is accepted: {shown}.")
    require(len(tokens) == right + 1, "wrong_shape", f"{len(tokens)} tokens for n = {n}.")
    raise Found("accepts_after_rejection", _AFTER)


def _judge_counts(got: list[int], rounds: list[Round]) -> None:
    """Name the mistake that accepts, in all of these rounds, as many tokens as the student does."""
    if got == [decided(case) for case in rounds]:
        return

    def counts(accepts: Callable[[Round, int], bool]) -> list[int]:
        return [
            next((i for i in range(len(case[0])) if not accepts(case, i)), len(case[0]))
            for case in rounds
        ]

    def quotient(case: Round, i: int, shift: int = 0) -> float:
        ids, q, p, _ = case
        return float(p[i + shift, ids[i]] / q[i, ids[i]])

    def product(case: Round, i: int) -> float:
        return math.prod(min(1.0, quotient(case, j)) for j in range(i + 1))

    def soft(case: Round, i: int) -> float:
        ids, q, p, _ = case
        return float(p[i].softmax(-1)[ids[i]] / q[i].softmax(-1)[ids[i]])

    def one_u(k: int, limit: Callable[[Round, int], float]) -> list[int]:
        return counts(lambda case, i: float(case[3][k]) < limit(case, i))

    for k in (0, -1):
        require(got != one_u(k, quotient), "one_u_per_round", ONE_U)
        require(
            got != one_u(k, product),
            "u_ignored",
            "one u decides for the whole round, against the products of the ratios. In law that is right; but u[i] is there to "
            "decide about token i.",
        )
    for id, accepts, message in (
        ("accept_if_p_at_least_q", lambda case, i: quotient(case, i) >= 1, AT_LEAST),
        ("inverted_ratio", lambda case, i: case[3][i] * quotient(case, i) < 1, INVERTED),
        (
            "token_shifted",
            lambda case, i: case[3][i] < quotient(case, i, 1),
            "drafted token i is compared with row i + 1 of p. Row i says what the target thinks of it.",
        ),
        (
            "softmax_twice",
            lambda case, i: case[3][i] < soft(case, i),
            "p and q are probabilities already: no softmax.",
        ),
    ):
        require(got != counts(accepts), id, message)


_AFTER = (
    "a token behind the first rejected one is kept. Everything after it was drafted for another text: it goes, accepted or "
    "not."
)


def _ratios(case: Round) -> list[float]:
    ids, q, p, _ = case
    return [round(float(ratio(p[i], q[i])[x]), 4) for i, x in enumerate(ids.tolist())]


def _last_laws(case: Round) -> dict[str, tuple[list[torch.Tensor], str]]:
    """The laws from which known mistakes draw the last token."""
    ids, q, p, _ = case
    n, gamma = decided(case), len(ids)
    soft = {"softmax_twice": ([p[n].softmax(-1)], "p is a distribution already: no softmax.")}
    if n == gamma:
        rows = [*p[:-1], *q, *(residual(p[n], row) for row in q)]
        message = (
            "the bonus comes from another law. Behind γ accepted tokens the target's own next row is p[γ], and no q has a part "
            "in it."
        )
        return {"bonus_from_wrong_row": (rows, message)} | soft
    less = p[n].clone()
    less[ids[n]] = 0
    others = [residual(a, b) for i, a in enumerate(p) for j, b in enumerate(q) if (i, j) != (n, n)]
    return {
        "resample_from_p": ([p[n]], RESAMPLE_FROM_P),
        "absolute_residual": ([(p[n] - q[n]).abs()], ABSOLUTE),
        "only_drafted_token_removed": (
            [less],
            "p without the rejected token, renormalised. That is the residual of a draft that was certain; in general every "
            "token loses what q has given it.",
        ),
        "replacement_from_q": (
            [q[n]],
            "the replacement is drawn from q. The draft was just overruled: draw from the residual.",
        ),
        "wrong_row": (
            [*others, *(row for i, row in enumerate(p) if i != n)],
            "the replacement comes from another position's row. The rejected token is replaced where it stood.",
        ),
    } | {
        "softmax_twice": ([residual(p[n].softmax(-1), q[n].softmax(-1))], soft["softmax_twice"][1])
    }


def _name_law(call: Verifier, case: Round, draw: random.Random, count: int = 200) -> None:
    """The last token does not follow its law: find the mistake whose law fits best."""
    one = Generator(draw.getrandbits(48)).as_one()
    drawn = [tokens[-1] for tokens, _ in call([case] * count, [one] * count) if tokens]
    width = case[2].shape[1]
    counts = torch.tensor(drawn).bincount(minlength=width)[:width].double()
    best, found = -math.inf, None
    for id, (candidates, message) in _last_laws(case).items():
        for law in candidates:
            law = (law / law.sum()).double()
            likelihood = float(torch.where(counts > 0, counts * law.log(), 0.0).sum())
            if likelihood > best + 1e-6:
                best, found = likelihood, (id, message)
    require(found is None, *(found or ("", "")))
    raise Found(
        "wrong_law",
        "the last token does not follow its law: the residual after a rejection, p[γ] as the bonus.",
    )


def _judge_last_token(student: Student, call: Verifier, draw: random.Random) -> None:
    """How the last token is drawn: with the generator, and by its law."""
    rejected = [_open_round(draw, gamma=2, accepted=i % 2) for i in range(4)]
    bonus = [_open_round(draw, gamma=2, accepted=2) for _ in range(4)]
    cases = [case for case in (*rejected, *bonus) for _ in range(6)]
    drawn = call(cases, [Generator(draw.getrandbits(48)) for _ in cases])
    require(
        any(tokens[-1] != int(last_law(case).argmax()) for (tokens, _), case in zip(drawn, cases)),
        "last_token_greedy",
        "the last token is always the most likely one. It has to be drawn: a round's tokens are a sample from p only if each is.",
    )
    for case in (rejected[0], bonus[0]):

        def some(generator: Generator, case: Round = case) -> torch.Tensor:
            one = generator if generator.shared else generator.as_one()
            return torch.tensor([tokens[-1] for tokens, _ in call([case] * 30, [one] * 30)])

        judge_generator(student, "verify", some, draw)
    for case in (*rejected[:2], bonus[0]):
        one = Generator(draw.getrandbits(48)).as_one()
        tokens = [tokens[-1] for tokens, _ in call([case] * 300, [one] * 300)]
        law = last_law(case).double()
        counts = torch.tensor(tokens).bincount(minlength=len(law))[: len(law)]
        possible = law > 0
        if counts[~possible].sum() or p_value(counts[possible], law[possible]) < SIGNIFICANCE:
            _name_law(call, case, draw)


def _open_round(draw: random.Random, gamma: int, accepted: int) -> Round:
    """A round in which so many are accepted, by wide margins, and whose last token has three values."""
    width = 6
    order = draw.sample(range(width), width)
    ids, q, p, u = [], [], [], []
    for i in range(gamma):
        turned = [*order[i:], *order[:i]]
        a, b = torch.zeros(2, width)
        a[turned] = torch.tensor([0.125, 0.25, 0.3125, 0.1875, 0.125, 0.0])
        b[turned] = torch.tensor([0.5, 0.0625, 0.0625, 0.0625, 0.25, 0.0625])
        ids.append(turned[0])
        p.append(a)
        q.append(b)
        u.append(0.0625 + 0.0625 * draw.random() if i < accepted else 0.5 + 0.4 * draw.random())
    last = torch.zeros(width)
    last[order] = torch.tensor([0.0, 0.25, 0.0, 0.25, 0.125, 0.375])
    return torch.tensor(ids), torch.stack(q), torch.stack([*p, last]), torch.tensor(u)


def _judge_extreme_rounds(
    call: Verifier, generators: Callable[[int], list[Generator]], order: list[int]
) -> None:
    a, b, c, *_ = order
    width = 6

    def row(masses: dict[int, float], dtype: torch.dtype = torch.float32) -> torch.Tensor:
        law = torch.zeros(width, dtype=dtype)
        for token, mass in masses.items():
            law[token] = mass
        return law

    def one(p: torch.Tensor, q: torch.Tensor, u: float) -> Round:
        bonus = row({c: 1.0}, p.dtype)
        us = torch.tensor([u], dtype=p.dtype)
        return torch.tensor([a]), q[None], torch.stack([p, bonus]), us

    boundary = (
        "u < min(1, p/q) accepts, strictly: u = 0 must not let a token of probability 0 pass."
    )
    edge = 1 - 2**-24
    edges: tuple[tuple[dict[int, float], dict[int, float], float, int], ...] = (
        ({a: 0.25, b: 0.75}, {a: 0.5, c: 0.5}, 0.5, 0),
        ({b: 1.0}, {a: 1.0}, 0.0, 0),
        ({a: 0.25, b: 0.75}, {a: 1.0}, 0.0, 1),
        ({a: 0.75, b: 0.25}, {a: 0.5, b: 0.5}, edge, 1),
        ({a: 0.5, b: 0.5}, {a: 0.5, b: 0.5}, edge, 1),
    )
    for masses, drafted, u, n in edges:
        for _, got in call([one(row(masses), row(drafted), u)] * 2, generators(2)):
            require(
                got == n,
                "boundary_accepted" if n == 0 else "wrong_value",
                f"{boundary} (p = {masses.get(a, 0)}, q = {drafted[a]}, u = {u}, n = {got})",
            )

    double = torch.double
    nothing = [
        one(row({a: 0.5 * (1 - 2e-13), b: 0.5}, double), row({a: 0.5, b: 0.5}, double), 1 - 2**-53),
        one(row({a: 0.5 - 2**-25, b: 0.5}), row({a: 0.5, b: 0.5}), edge),
    ]
    message = "a token was rejected where the residual has no mass left (rounding can do that): draw from p itself then."
    for case in nothing:
        with blame("zero_mass", message):
            results = call([case] * 30, generators(30))
        seen = {tuple(tokens) for tokens, n in results if n == 0}
        require(seen == {(a,), (b,)}, "zero_mass", message)

    empty = torch.zeros(0, width)
    without = "γ = 0 is a round too: nothing drafted, and one token drawn from p[0]."
    p = row({a: 0.5, b: 0.25, c: 0.25})
    case = torch.zeros(0, dtype=torch.long), empty, p[None], torch.zeros(0)
    with blame("gamma_zero", without):
        results = call([case] * 120, generators(120))
    require(all(n == 0 and len(tokens) == 1 for tokens, n in results), "gamma_zero", without)
    counts = torch.tensor([tokens[0] for tokens, _ in results]).bincount(minlength=width)[:width]
    require(
        not counts[p == 0].sum() and p_value(counts[p > 0], p[p > 0]) >= SIGNIFICANCE,
        "gamma_zero",
        without,
    )


# --- expected_tokens, speedup, best_gamma ---------------------------------------------------------------------------------


def expected(alpha: float, gamma: int) -> float:
    return math.fsum(alpha**i for i in range(gamma + 1))


def faster(alpha: float, gamma: int, cost: float) -> float:
    return expected(alpha, gamma) / (gamma * cost + 1)


def real(value: Any, wanted: str = "a float") -> float:
    """The value as a float; `wrong_type` where it is no number."""
    if type(value) is torch.Tensor and value.dim() == 0 and value.dtype != torch.bool:
        value = value.item()
    require_type(value, (int, float), wanted)
    return float(value)


def near(got: float, wanted: float, rtol: float = 1e-9) -> bool:
    return math.isclose(got, wanted, rel_tol=rtol, abs_tol=1e-12)


NUMERATORS: dict[str, tuple[Callable[[float, int], float], str]] = {
    "bonus_missing": (
        lambda a, g: math.fsum(a**i for i in range(g)),
        "one token too few. A round ends with one more token that the target gives, a replacement or a bonus: 1 + α + … + α^γ.",
    ),
    "accepted_only": (
        lambda a, g: expected(a, g) - 1,
        "only accepted tokens are counted. Every round gives one more, the replacement or the bonus.",
    ),
    "exponent_too_large": (
        lambda a, g: expected(a, g + 1),
        "one token too many: the last power of α is γ, when all drafted tokens are accepted.",
    ),
    "gamma_ignored": (
        lambda a, g: 1 / (1 - a) if a < 1 else math.inf,
        "this is the limit of a draft without end. A round drafts γ tokens.",
    ),
    "linear": (
        lambda a, g: 1 + a * g,
        "each drafted token counts α. But one rejection ends the round: token i counts only if all before it were accepted, α^i.",
    ),
    "all_or_nothing": (
        lambda a, g: 1 + g * a**g,
        "all γ tokens count or none. A round keeps what was accepted before the first rejection.",
    ),
}


def _judge_number(got: float, wanted: float, mistakes: Mapping[str, tuple[float, str]]) -> None:
    if near(got, wanted):
        return
    for id, (value, message) in mistakes.items():
        require(not near(got, value), id, message)
    digits = [round(wanted, k) for k in range(6)] + [
        math.floor(wanted),
        math.floor(wanted * 100) / 100,
    ]
    require(got not in digits, "rounded", "the number is rounded: return all of its digits.")
    require(
        not near(got, wanted, 1e-5),
        "low_precision",
        "only about seven digits are right: compute in float64, which is what Python's own floats are.",
    )
    raise Found("wrong_value", "the result is another number than the formula's.")


_LIMITS = {
    "alpha_one": "at α = 1 everything is accepted, and a round gives γ + 1 tokens. The closed form divides 0 by 0 there.",
    "limit_too_early": "γ + 1 is returned although α is below 1. It is the value at 1 itself and nowhere else.",
}


def _judge_limits(call: Callable[[float, int], float], cost: float) -> None:
    """Values at and just below α = 1, over a cost per round."""
    for gamma in (4, 16):
        with blame("alpha_one", _LIMITS["alpha_one"]):
            got = call(1.0, gamma)
        require(near(got, (gamma + 1) / (gamma * cost + 1)), "alpha_one", _LIMITS["alpha_one"])
    # Between 1 - 1e-7 and 1 - 5e-12 the closed form loses more digits than an answer may: it is right elsewhere.
    for alpha in (1 - 1e-12, 1 - 1e-15, 0.9995, 1 - 5e-7):
        require(
            near(call(alpha, 16), faster(alpha, 16, cost), 1e-8),
            "limit_too_early",
            _LIMITS["limit_too_early"],
        )


@exercise
def expected_tokens(student: Student, draw: random.Random) -> None:
    f = student["expected_tokens"]

    def call(alpha: float, gamma: int) -> float:
        return real(f(alpha, gamma))

    for gamma in (4, draw.randint(5, 9), 2, 1):
        alpha = 0.3 + 0.5 * draw.random()
        _judge_number(
            call(alpha, gamma),
            expected(alpha, gamma),
            {id: (form(alpha, gamma), message) for id, (form, message) in NUMERATORS.items()},
        )
    _judge_limits(call, 0.0)
    for alpha, gamma in ((0.0, 5), (0.6, 0), (0.0, 0), (1.0, 0), (0.97, 100), (1.0, 100)):
        _judge_number(call(alpha, gamma), expected(alpha, gamma), {})


@exercise
def speedup(student: Student, draw: random.Random) -> None:
    f = student["speedup"]

    def call(alpha: float, gamma: int, cost: float) -> float:
        return real(f(alpha, gamma, cost))

    for gamma, cost in ((4, 0.15), (draw.randint(5, 9), 0.1), (3, 0.35), (5, 0.75), (2, 1.0)):
        alpha = 0.5 + 0.3 * draw.random() if cost < 0.5 else 0.3
        e, wanted = expected(alpha, gamma), faster(alpha, gamma, cost)
        mistakes = {
            "target_pass_free": (
                e / (gamma * cost),
                "the target's own pass is missing in the cost of a round: γ passes of the draft *and* one of the target, γc + 1.",
            ),
            "one_draft_pass": (
                e / (cost + 1),
                "a round pays for one pass of the draft. It makes γ, one after the other: γc + 1.",
            ),
            "one_draft_pass_too_many": (
                e / ((gamma + 1) * cost + 1),
                "γ + 1 passes of the draft are paid for. The bonus comes from the target: γc + 1.",
            ),
            "cost_inverted": (
                e / (gamma / cost + 1),
                "cost_ratio is the time of a draft's pass over the target's: multiply by it.",
            ),
            "cost_ignored": (e, "the draft is taken to be free: divide by γc + 1."),
            "slowdown_not_speedup": (
                1 / wanted,
                "upside down: tokens per time is what gets larger.",
            ),
            "target_pays_per_token": (
                e / (gamma * cost + gamma + 1),
                "verifying is paid for token by token. One pass of the target verifies them all: γc + 1.",
            ),
            "not_below_one": (
                max(1.0, wanted),
                "a slow-down is reported as 1. A poor draft makes it slower, and the number should say so.",
            ),
            "percentages": (100 * (wanted - 1), "a ratio, not a percentage."),
        }
        mistakes["cost_ignored per position"] = (e / (gamma + 1), mistakes["cost_ignored"][1])
        for id, (form, message) in NUMERATORS.items():
            mistakes[id] = (form(alpha, gamma) / (gamma * cost + 1), message)
        got = call(alpha, gamma, cost)
        try:
            _judge_number(got, wanted, mistakes)
        except Found as found:
            raise Found(found.finding.id.split()[0], found.finding.message) from None
    _judge_limits(lambda alpha, gamma: call(alpha, gamma, 0.125), 0.125)
    _judge_limits(lambda alpha, gamma: call(alpha, gamma, 0.0), 0.0)
    for case in ((0.0, 5, 0.1), (0.6, 0, 0.3), (0.8, 3, 0.0), (1.0, 0, 0.5), (0.97, 60, 0.01)):
        _judge_number(call(*case), faster(*case), {})


def best(alpha: float, cost: float, limit: int) -> int:
    return max(range(limit + 1), key=lambda gamma: (faster(alpha, gamma, cost), -gamma))


def _best_mistakes(alpha: float, cost: float, limit: int) -> dict[str, list[float | None]]:
    def most(form: Callable[[int], float], first: int, last: int, ties: int = -1) -> int | None:
        lengths = range(first, last + 1)
        return max(lengths, key=lambda g: (form(g), ties * g)) if lengths else None

    def speed(gamma: int) -> float:
        return faster(alpha, gamma, cost)

    right = best(alpha, cost, limit)
    above = next((g for g in range(limit + 1) if speed(g) > 1), 0)
    from_one = most(speed, 1, limit)
    low = min(range(limit + 1), key=lambda g: (speed(g), g))
    fewer = NUMERATORS["bonus_missing"][0]
    return {
        "starts_at_one": [from_one if from_one is not None else each for each in (0, 1)],
        "max_gamma_excluded": [
            most(speed, 0, limit - 1) if limit else 0,
            most(speed, 0, limit - 1),
        ],
        "max_gamma_ignored": [most(speed, 0, 16), most(speed, 0, 100)],
        "largest_on_ties": [most(speed, 0, limit, 1)],
        "speedup_not_gamma": [speed(right)],
        "cost_ignored": [most(lambda g: expected(alpha, g), 0, limit)],
        "first_above_one": [above],
        "bonus_missing": [most(lambda g: fewer(alpha, g) / (g * cost + 1), 0, limit)],
        "index_shifted": [from_one - 1 if from_one else 0, right + 1, right - 1],
        "worst_gamma": [low],
        "target_pass_free": [
            most(lambda g: expected(alpha, g) / max(g * cost, 1e-9) if g else 1.0, 0, limit)
        ],
    }


BEST_MESSAGES = {
    "starts_at_one": "some speculation is always recommended. Where the draft is poor or dear, γ = 0 (speed-up 1) is the best.",
    "max_gamma_excluded": "max_gamma itself is never tried: 0 to max_gamma, both included.",
    "max_gamma_ignored": "lengths above the given max_gamma are tried, or it has no effect.",
    "largest_on_ties": "of equally fast lengths the smallest is wanted: less to draft for the same.",
    "speedup_not_gamma": "this is the speed-up itself. The question is at which γ.",
    "cost_ignored": "the most tokens per round, whatever a round costs. Compare speed-ups.",
    "first_above_one": "this is the first γ that is faster than none. Look for the fastest.",
    "bonus_missing": "the numerator lacks a token: 1 + α + … + α^γ.",
    "index_shifted": "a position in a list of speeds is not the γ that stands there: mind where the list begins.",
    "worst_gamma": "this is the slowest γ.",
    "target_pass_free": "the target's own pass is missing in the cost of a round: γc + 1.",
}


@exercise
def best_gamma(student: Student, draw: random.Random) -> None:
    f = student["best_gamma"]
    explicit = [
        (0.8, 0.1, 8), (0.6, 0.05, 8), (0.9, 0.3, 12), (0.5, 0.2, 6), (0.3, 0.4, 8), (0.2, 0.9, 8), (0.0, 0.1, 4),
        (0.85, 0.05, 3), (0.7, 0.02, 1), (0.9, 0.1, 0), (0.95, 0.01, 40), (0.75, 0.0, 7), (0.98, 0.02, 20), (0.8, 0.3, 8),
        (0.0, 0.0, 5),
    ]  # fmt: skip
    while len(explicit) < 20:
        case = (round(0.4 + 0.5 * draw.random(), 3), round(0.02 + 0.3 * draw.random(), 3), 9)
        speeds = sorted((faster(case[0], g, case[1]) for g in range(10)), reverse=True)
        if speeds[0] / speeds[1] > 1 + 1e-6:
            explicit.append(case)
    limits = [(1.0, 0.2, 6), (1.0, 1.0, 5), (1 - 1e-12, 0.2, 6), (1.0, 0.0, 3)]
    answers: list[tuple[tuple, float]] = []
    for case in explicit:
        speed = faster(case[0], best(*case), case[1])
        answers.append((case, _length(f(case[0], case[1], max_gamma=case[2]), speed)))
    if any(got != best(*case) for case, got in answers):
        for id in BEST_MESSAGES:
            forms = zip(*(_best_mistakes(*case)[id] for case, _ in answers))
            for values in forms:
                agree = [
                    value is None or math.isclose(got, value, rel_tol=1e-9)
                    for value, (_, got) in zip(values, answers)
                ]
                require(not all(agree), id, BEST_MESSAGES[id])
        wrong = next(case for case, got in answers if got != best(*case))
        raise Found(
            "wrong_value", f"for alpha, cost_ratio, max_gamma = {wrong} another γ is faster."
        )
    for case in limits:
        with blame("alpha_one", _LIMITS["alpha_one"]):
            got = _length(f(case[0], case[1], max_gamma=case[2]), math.nan)
        tie = case[1] == 1.0
        require(
            not tie or got == 0,
            "largest_on_ties" if got == 5 else "alpha_one",
            BEST_MESSAGES["largest_on_ties"],
        )
        require(got == best(*case), "alpha_one", _LIMITS["alpha_one"])
    message = "without the third argument the limit is 16."
    for alpha, cost in ((0.95, 0.01), (0.9, 0.012), (0.5, 0.1)):
        with blame("default_max_gamma", message):
            got = _length(f(alpha, cost), math.nan)
        require(got == best(alpha, cost, 16), "default_max_gamma", message)


def _length(value: Any, speed: float) -> float:
    """The answer as a number: a whole one, or the speed-up itself, which has a finding of its own."""
    got = whole(value)
    if got is None and type(value) is float and near(value, speed):
        return value
    require(got is not None, "wrong_type", f"the result is {kind_of(value)}, expected an int.")
    assert got is not None
    return got


# --- rollback -------------------------------------------------------------------------------------------------------------


def _full_cache(draw: random.Random, layers: int, *shape: int) -> KeyValues:
    keys = list(floats(draw, layers, *shape).float())
    values = list(floats(draw, layers, *shape).float())
    return KeyValues(keys, values)


def cropped(state: KeyValues, n: int) -> KeyValues:
    """The same cache without its last n positions."""
    return KeyValues(
        *([t[:, :, : t.shape[2] - n] for t in half] for half in (state.keys, state.values))
    )


@exercise
def rollback(student: Student, draw: random.Random) -> None:
    for layers, shape, n in (
        (3, (1, 2, 7, 4), 2),
        (2, (2, 3, 6, 5), 1),
        (3, (1, 2, 5, 4), 0),
        (1, (1, 1, 4, 3), 3),
        (2, (1, 2, 9, 6), 5),
        (2, (1, 2, 3, 4), 3),
    ):
        _judge_rollback(student, _full_cache(draw, layers, *shape), n)


def _judge_rollback(student: Student, state: KeyValues, n: int) -> None:
    length = state.keys[0].shape[2]
    try:
        result, (after, _) = student.in_place("rollback", state, n)
    except StudentError as error:
        text = error.finding.message
        require("positive value" not in text or f"(`{n}`)" not in text, "crop_positive", _POSITIVE)
        require(
            "positive value" not in text,
            "crop_to_length",
            "crop once took the length that stays; since transformers 5 it takes the number to remove, as a negative count.",
        )
        raise
    require_type(
        after, KeyValues, "a DynamicCache that still holds keys and values [B, heads, T, d]"
    )
    wanted = cropped(state, n)
    # A layer without positions may have lost its shape.
    emptied = n == length and not any(t.numel() for t in (*after.keys, *after.values))
    if not (emptied or same(after, wanted)):
        if n and same(after, state):
            tried = "crop" in student.identifiers("rollback") and not same(result, wanted)
            require(not tried, "crop_positive", _POSITIVE + " Here the error was silenced.")
            raise Found(
                "not_in_place",
                "the cache that was given is as long as before. Change its own layers (`layer.keys`, `layer.values`), or use its "
                "`crop`: a copy costs the memory that the cache takes.",
            )
        _explain_rollback(state, after, wanted, n)
    require(
        type(result) is KeyValues,
        "cache_not_returned",
        f"the result is {kind_of(result)}, expected the cache itself. (`crop` returns nothing.)",
    )
    require(
        emptied or same(result, after),
        "cache_not_returned",
        "what is returned is not the cache that was given.",
    )


_POSITIVE = "crop takes a negative count: crop(-n) removes the last n positions, and a positive number raises."


def _explain_rollback(state: KeyValues, after: KeyValues, wanted: KeyValues, n: int) -> None:
    length, shape = state.keys[0].shape[2], state.keys[0].shape
    tensors = [*after.keys, *after.values]
    require(
        all(t.shape[:2] == shape[:2] and t.shape[3] == shape[3] for t in tensors),
        "wrong_dimension",
        "another dimension than the positions was cut. Keys and values are [B, heads, T, d].",
    )
    if not any(t.numel() for t in tensors):
        require(
            n > 0,
            "zero_empties",
            "n_rejected = 0 emptied the cache: a slice up to -0 is a slice up to 0. Nothing was rejected, nothing goes.",
        )
        raise Found(
            "cache_emptied",
            "nothing is left in the cache. Only the last n positions go; the rest is what it is for.",
        )
    if len(after.keys) == len(state.keys):
        halves = list(zip(after.keys, wanted.keys)), list(zip(after.values, wanted.values))
        right = [[same(got, want) for got, want in half] for half in halves]
        require(
            not all(right[0]),
            "values_kept",
            "the keys are right and the values are not: both lose their last n positions.",
        )
        layers = list(map(all, zip(*right)))
        require(
            not any(layers),
            "first_layer_only",
            "some layers are cut and others are not: every layer has keys and values of its own.",
        )

    def newest(count: int) -> KeyValues:
        halves = ([t[:, :, length - count :] for t in half] for half in (state.keys, state.values))
        return KeyValues(*halves)

    require(
        not same(after, newest(length - n)),
        "oldest_dropped",
        "the first positions went. What was rejected was computed last, and stands at the end.",
    )
    for other in (n - 1, n + 1):
        cut = 0 <= other <= length and same(after, cropped(state, other))
        require(not cut, "off_by_one", f"{other} positions went in place of {n}.")
    require(
        not (same(after, cropped(state, length - n)) or same(after, newest(n))),
        "keeps_n",
        "n positions are left. n is how many go.",
    )
    require(
        not (after.keys[0].shape[2] == length and same(cropped(after, n), wanted)),
        "zeroed_not_removed",
        "the rejected positions are still there, with other numbers. They have to go, or the model goes on reading them.",
    )
    raise Found("wrong_value", "the cache does not hold what it held, less the last n positions.")


# --- find_candidate_tokens ------------------------------------------------------------------------------------------------


def lookup(ids: list[int], size: int = 3, count: int = 10, mistake: str = "") -> list[int]:
    """What follows the leftmost earlier place of the longest suffix that has one; or what a mistake makes of it."""
    top = min(size, len(ids) - 1)
    sizes = list(range(top, 0, -1))
    if mistake == "shortest_first":
        sizes.reverse()
    if mistake == "only_longest":
        sizes = sizes[:1]
    if mistake == "not_one":
        sizes = [n for n in sizes if n > 1]
    if mistake == "exactly":
        sizes = [size] if size <= top else []
    for n in sizes:
        suffix = ids[:n] if mistake == "prefix_for_suffix" else ids[-n:]
        places = [i for i in range(len(ids) - n + 1) if ids[i : i + n] == suffix]
        if mistake == "prefix_for_suffix":
            places = [i for i in places if 0 < i < len(ids) - n]
        elif mistake != "self_match_last":
            places = [i for i in places if i < len(ids) - n]
        if mistake == "overlap_refused":
            places = [i for i in places if i + n <= len(ids) - n]
        if mistake == "truncated_refused":
            places = [i for i in places if i + n + count <= len(ids)]
        if mistake in ("rightmost_match", "self_match_last"):
            places.reverse()
        for i in places[:1]:
            start, end = i + n, i + n + count
            if mistake == "match_included":
                start = i
            if mistake == "match_included_short":
                start, end = i, i + count
            if mistake == "starts_late":
                start, end = start + 1, end + 1
            if mistake == "starts_late_short":
                start += 1
            if mistake == "one_short":
                end -= 1
            if mistake == "num_tokens_ignored":
                end = len(ids)
            if mistake == "ten_tokens":
                end = start + 10
            if mistake == "stops_at_suffix":
                end = max(start, min(end, len(ids) - n))
            return ids[start:end]
    return []


LOOKUP_MISTAKES = {
    "self_match": (
        ("self_match_last",),
        "the end of the text was found at the end of the text. Nothing follows it: only earlier places count.",
    ),
    "rightmost_match": (("rightmost_match",), "of several places the leftmost is wanted, as in transformers."),
    "shortest_first": (
        ("shortest_first",),
        "one token is looked for before three. A longer match says more: begin with the longest.",
    ),
    "only_longest": (
        ("only_longest", "not_one", "exactly"),
        "where the longest n-gram stands nowhere else, try a shorter one, down to one token. (That it stands at the end of the "
        "text does not count: nothing follows it.)",
    ),
    "truncated_refused": (
        ("truncated_refused",),
        "a match near the end was passed over because fewer than num_tokens follow it. Take what there is.",
    ),
    "overlap_refused": (
        ("overlap_refused",),
        "a match that overlaps the end of the text was passed over: in 5 5 5 it is the only one, and a good one.",
    ),
    "stops_at_suffix": (
        ("stops_at_suffix",),
        "the continuation stops where the last n-gram begins. It may go on to the end of the text.",
    ),
    "match_included": (
        ("match_included", "match_included_short"),
        "the n-gram itself is returned. It is in the text already: what follows it is the guess.",
    ),
    "off_by_one": (
        ("starts_late", "starts_late_short", "one_short"),
        "one token is missing: take num_tokens tokens, from the first behind the match.",
    ),
    "num_tokens_ignored": (("num_tokens_ignored", "ten_tokens"), "more than num_tokens tokens."),
    "prefix_for_suffix": (
        ("prefix_for_suffix",),
        "the beginning of the text is looked for. What comes next is said by its end.",
    ),
}  # fmt: skip


@exercise
def find_candidate_tokens(student: Student, draw: random.Random) -> None:
    f = student["find_candidate_tokens"]
    library = {"PromptLookupCandidateGenerator", "get_candidates"}
    refuse_library(student, library, "transformers' prompt lookup", "find_candidate_tokens")

    def call(ids: list[int], **limits: int) -> list[int]:
        got = f(torch.tensor([ids]), **limits)
        require_type(got, torch.Tensor, "a LongTensor[m]")
        require(
            got.dim() == 1,
            "wrong_shape",
            f"the result has shape {tuple(got.shape)}, expected one dimension, [m].",
        )
        require_dtype(
            got, LONG, "token ids, as int64 (an empty tensor of torch is float unless told)"
        )
        return got.tolist()

    explicit = [(_text(draw), size, count) for _ in range(14) for size, count in ((3, 4), (2, 5))]
    explicit += [
        ([5, 5, 5], 2, 4), ([1, 2, 3, 4], 3, 5), ([7, 8, 9, 1, 2, 7, 8], 3, 3),
        ([1, 2, 3, 9, 1, 2, 4, 1, 2], 2, 2), ([3, 1, 6, 2, 6, 1, 6], 1, 6), ([8, 1, 2, 3, 9, 2, 3], 4, 12),
        ([*range(10, 40), 10, 11], 3, 20), ([2, 3, 9, 1, 2, 3, 8, 1, 2, 3], 2, 3),
    ]  # fmt: skip
    answers: list[tuple[list[int], int, int, list[int]]] = []
    for ids, size, count in explicit:
        answers.append((ids, size, count, call(ids, max_ngram_size=size, num_tokens=count)))
    if any(got != lookup(ids, size, count) for ids, size, count, got in answers):
        for id, (names, message) in LOOKUP_MISTAKES.items():
            for name in names:
                alike = all(
                    got == lookup(ids, size, count, name) for ids, size, count, got in answers
                )
                require(not alike, id, message)
        padded = all(
            len(got) == count and got[: len(right)] == right
            for ids, size, count, got in answers
            if (right := lookup(ids, size, count))
        )
        require(not padded, "wrong_shape", "no padding: as many tokens as follow the match.")
        ids = next(ids for ids, size, count, got in answers if got != lookup(ids, size, count))
        raise Found("wrong_value", f"for a text of {len(ids)} tokens other tokens are returned.")
    message = "a text of up to max_ngram_size tokens is a text too: try what is shorter than it."
    for ids in ([6], [6, 6], [6, 2, 6], [1, 2], [3, 1, 2]):
        with blame("short_prompt", message):
            got = call(ids, max_ngram_size=3, num_tokens=4)
        require(got == lookup(ids, 3, 4), "short_prompt", message)
    repeated = [3, 4, 0, 9, 8, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 6, 5, 4, 8, 7, 2, 3, 4]
    tail = [*range(20, 50), 20]
    longer = [2, 3, 4, 9, 1, 2, 3, 4, 8, 1, 2, 3, 4]
    for ids in (repeated, tail, longer):
        with blame(
            "defaults",
            "by default n-grams of at most 3 tokens are looked for, and 10 tokens returned.",
        ):
            got = call(ids)
        require(
            got == lookup(ids),
            "defaults",
            "by default n-grams of at most 3 tokens are looked for, and 10 tokens returned.",
        )


def _text(draw: random.Random) -> list[int]:
    """A short text over few tokens, so that n-grams come back."""
    return [draw.randrange(4) for _ in range(draw.randint(8, 14))]


# --- ngram_draft (stretch) ------------------------------------------------------------------------------------------------


def ngram_law(counts: dict, key: tuple, width: int, k: float) -> torch.Tensor:
    law = torch.full((width,), float(k), dtype=torch.double)
    for token, count in counts.get(key, {}).items():
        law[token] += count
    return law / law.sum()


def _table(draw: random.Random, n: int, width: int) -> tuple[dict, list[int]]:
    """Counts of a random text, and a context whose end was seen."""
    text = [min(draw.randrange(width), draw.randrange(width)) for _ in range(60)]
    counts: dict[tuple, dict[int, int]] = {}
    for i in range(len(text) - n + 1):
        row = counts.setdefault(tuple(text[i : i + n - 1]), {})
        row[text[i + n - 1]] = row.get(text[i + n - 1], 0) + 1
    return counts, text


@exercise
def ngram_draft(student: Student, draw: random.Random) -> None:
    f = student["ngram_draft"]
    width = 6

    def call(*args: Any, **kwargs: Any) -> tuple[int, torch.Tensor]:
        return _drafted(f(*args, width, **kwargs), width)

    n2 = _skewed(draw, width)
    counts, context = n2
    key: tuple[int, ...] = (context[-1],)
    for k, given in ((1.0, {}), (0.5, {"k": 0.5}), (3.0, {"k": 3.0})):
        drawn = [
            call(counts, context, generator=Generator(draw.getrandbits(48)), **given)
            for _ in range(12)
        ]
        _judge_recorded(drawn, counts, context, key, width, k, bool(given))
    for n in (3, 1):
        counts, text = _table(draw, n, width)
        for cut in (len(text) - 4, len(text) - 9):
            context = text[:cut]
            key = tuple(context[len(context) - n + 1 :])
            wanted = ngram_law(counts, key, width, 0.7)
            generator = Generator(draw.getrandbits(48))
            try:
                token, q = call(counts, context, k=0.7, generator=generator)
            except StudentError:
                if n == 1:
                    raise Found("unigram_context", _UNIGRAM) from None
                raise
            if not close(q, wanted):
                require(n > 1, "unigram_context", _UNIGRAM)
                _explain_recorded(q, counts, context, key, width, 0.7, True)
    _judge_greedy_drafts(call, n2[0], width)
    counts, context = n2
    unseen = [*context, width - 1]
    assert (width - 1,) not in counts
    message = (
        "a context that was never seen has no counts, and its add-k probabilities are all equal."
    )
    with blame("unseen_context", message):
        _, q = call(counts, unseen, generator=Generator(draw.getrandbits(48)))
    require(close(q, ngram_law(counts, (-1,), width, 1.0)), "unseen_context", message)
    with blame("unseen_context", message):
        token, q = call(counts, unseen)
    require(bool(q.sum() == 1) and float(q[token]) == 1, "unseen_context", message)
    _judge_ngram_draws(student, call, n2, width, draw)


_UNIGRAM = "with n = 1 the only context is (): a slice from −0 is the whole list."


def _skewed(draw: random.Random, width: int) -> tuple[dict, list[int]]:
    """Bigram counts in which one follower is ahead of all others, and a context."""
    a, b, c, d, e = draw.sample(range(width - 1), 5)
    counts = {
        (a,): {b: 9, c: 5, d: 3},
        (b,): {c: 4, a: 2},
        (c,): {d: 3, e: 1},
        (d,): {a: 5},
        (e,): {b: 2, d: 1},
    }
    return counts, [b, c, d, a, e, b, a]


def _drafted(result: Any, width: int) -> tuple[int, torch.Tensor]:
    wanted = "(token, q): an int and a FloatTensor[V]"
    require(
        type(result) in (tuple, list) and len(result) == 2,
        "wrong_type",
        f"the result is {kind_of(result)}, expected {wanted}.",
    )
    token, q = whole(result[0]), result[1]
    require(
        token is not None, "wrong_type", f"the token is {kind_of(result[0])}, expected {wanted}."
    )
    assert token is not None
    require_tensor(q, (width,), FLOAT, "q over the whole vocabulary, FloatTensor[V]")
    require(0 <= token < width, "wrong_value", "the token is not in the vocabulary.")
    return token, q


def _judge_greedy_drafts(call: Callable, counts: dict, width: int) -> None:
    """Without a generator: the most likely token behind each context, and a one-hot q."""
    drafted = [(key, call(counts, [width - 1, *key])) for key in counts]
    laws = [ngram_law(counts, key, width, 1.0) for key, _ in drafted]
    require(
        all(token == int(law.argmax()) for (_, (token, _)), law in zip(drafted, laws)),
        "drawn_without_generator",
        "without a generator nothing is drawn: the most likely token.",
    )
    for (_, (token, q)), law in zip(drafted, laws):
        require(
            not close(q, law),
            "softmax_q_for_greedy_draft",
            "without a generator the most likely token is certain, and q says otherwise. q is what the token was *actually* drawn "
            "from: one-hot. With the full distribution beside it, the output would no longer follow p.",
        )
        require(
            close(q, one_hot(token, width)),
            "wrong_value",
            "without a generator q is one-hot at the token.",
        )


def _judge_recorded(
    drawn: list, counts: dict, context: list[int], key: tuple, width: int, k: float, given: bool
) -> None:
    law = ngram_law(counts, key, width, k)
    hot = [close(q, one_hot(token, width)) for token, q in drawn]
    if all(hot):
        require(
            len({token for token, _ in drawn}) == 1,
            "one_hot_for_drawn_token",
            "the token was drawn, and q is one-hot beside it. Of a drawn token the verifier has to know how likely it was.",
        )
        raise Found(
            "greedy_always", "with a generator the token is drawn from the add-k probabilities."
        )
    for _, q in drawn:
        if not close(q, law):
            _explain_recorded(q, counts, context, key, width, k, given)


def _explain_recorded(
    q: torch.Tensor, counts: dict, context: list[int], key: tuple, width: int, k: float, given: bool
) -> None:
    seen = counts.get(key, {})
    total = sum(seen.values())
    numerators = torch.tensor([seen.get(t, 0) + k for t in range(width)], dtype=torch.double)
    plain = torch.tensor([seen.get(t, 0) for t in range(width)], dtype=torch.double)
    n = len(key)
    first = ngram_law(counts, tuple(context[:n]), width, k)
    none = ngram_law(counts, (-1,) * (n + 1), width, k)
    one = ngram_law(counts, key, width, 1.0)
    if not given:
        raise_default = [ngram_law(counts, key, width, other) for other in (0.5, 0.1, 0.01, 2.0)]
        for other in raise_default:
            require(
                not close(q, other), "default_k", "without k the counts are smoothed with k = 1."
            )
    else:
        require(not close(q, one), "k_fixed_at_one", "k has no effect: 1 is added whatever k is.")
    explain(
        q,
        {
            "not_smoothed": ([plain / max(total, 1)], "k was not added to the counts."),
            "seen_tokens_for_vocab_size": (
                [numerators / (total + k * len(seen))],
                "the denominator counts the tokens that were seen. Every token of the vocabulary got k.",
            ),
            "does_not_sum_to_one": (
                [numerators / max(total, 1), numerators],
                "the entries do not sum to 1: k above the line needs k·vocab_size below it.",
            ),
            "first_tokens_for_context": (
                [first],
                "the first ids are looked up. What comes next depends on the last n − 1.",
            ),
            "context_not_cut": (
                [none],
                "this is the distribution of a context that was never seen. The keys have n − 1 ids: look up the last n − 1 of "
                "context, not all of it.",
            ),
        },
    )
    raise Found("wrong_value", "q is not (count + k) / (total + k · vocab_size).")


def _judge_ngram_draws(
    student: Student, call: Callable, table: tuple[dict, list[int]], width: int, draw: random.Random
) -> None:
    counts, context = table
    law = ngram_law(counts, (context[-1],), width, 1.0)

    def some(generator: Generator, count: int = 25) -> torch.Tensor:
        one = generator if generator.shared else generator.as_one()
        inputs = [(counts, context, width, 1.0, one)] * count
        return torch.tensor(
            [_drafted(each, width)[0] for each in student.each("ngram_draft", inputs)]
        )

    judge_generator(student, "ngram_draft", some, draw)
    drawn = some(Generator(draw.getrandbits(48)), 400)
    require(
        p_value(drawn.bincount(minlength=width), law) >= SIGNIFICANCE,
        "wrong_law",
        "the tokens are drawn from another distribution than the q that is recorded beside them.",
    )


# --- diagnose_verifiers (stretch) -----------------------------------------------------------------------------------------

SCHEMES = {
    "resample_from_p",
    "absolute_residual",
    "accept_if_p_at_least_q",
    "inverted_ratio",
    "softmax_q_for_greedy_draft",
    "wrong_temperature_recorded",
    "resample_after_mismatch",
    "one_u_per_round",
}
DIAGNOSES = {
    "verifier_a": "absolute_residual",
    "verifier_b": "one_u_per_round",
    "verifier_c": "inverted_ratio",
    "verifier_d": "resample_from_p",
    "verifier_e": "accept_if_p_at_least_q",
}


@exercise
def diagnose_verifiers(student: Student, draw: random.Random) -> None:
    said = student.value("diagnose_verifiers")
    require_type(said, dict, "a dict from the verifier's name to the scheme's")
    for name in DIAGNOSES:
        require(name in said, "missing_key", f"there is no entry for {name!r}.")
    for name in DIAGNOSES:
        value = said[name]
        require(
            type(value) not in (list, tuple),
            "two_bugs_each",
            f"{name} has several names: each verifier has one bug.",
        )
        require(
            type(value) is str and value in SCHEMES,
            "not_a_scheme",
            f"what stands for {name} is none of the eight names. Copy one from the list.",
        )
    wrong = [name for name, scheme in DIAGNOSES.items() if said[name] != scheme]
    require(
        not wrong,
        "misdiagnosed",
        f"{len(wrong)} of the 5 have another bug than you say. For each, which line of its log could an honest verifier not have "
        "written?",
    )


# --- draft_head (stretch) -------------------------------------------------------------------------------------------------


@exercise
def draft_head(student: Student, draw: random.Random) -> None:
    f = student["draft_head"]
    for length, width, hidden in ((5, 9, 4), (4, 3, 6), (1, 7, 4), (6, 5, 5), (4, 6, 4)):
        states = 2 * floats(draw, length, hidden).float() - 1
        table = 2 * floats(draw, width, hidden).float() - 1
        weight = 2 * floats(draw, hidden, 2 * hidden).float() - 1
        ids = torch.tensor([draw.randrange(width) for _ in range(length + 1)])
        if length > 3:
            ids[3] = ids[1]
        _judge_head(f(states, ids, table, weight), states, ids, table, weight)


def head(
    states: torch.Tensor, tokens: torch.Tensor, table: torch.Tensor, weight: torch.Tensor
) -> torch.Tensor:
    both = torch.cat([table[tokens], states], dim=-1)
    return both @ weight.T @ table.T


def _judge_head(
    got: Any, states: torch.Tensor, ids: torch.Tensor, table: torch.Tensor, weight: torch.Tensor
) -> None:
    length, hidden = states.shape
    right = head(states, ids[1:], table, weight)
    require_type(got, torch.Tensor, "a FloatTensor[T, V]")
    both = torch.cat([table[ids[1:]], states], dim=-1)
    new = both @ weight.T
    require(
        not (close(got, new, 1e-4, 1e-4) and got.shape != right.shape)
        and not (hidden == len(table) and close(got, new, 1e-4, 1e-4)),
        "output_matrix_missing",
        "this is the new hidden state. Logits need one more product, with the (tied) output matrix.",
    )
    require_tensor(
        got, tuple(right.shape), FLOAT, "logits, FloatTensor[T, V], a row for each state"
    )
    if close(got, right, 1e-4, 1e-4):
        return
    e, zeros = table[ids[1:]], torch.zeros_like(states)
    left, back = weight[:, :hidden], weight[:, hidden:]

    def out(values: torch.Tensor) -> torch.Tensor:
        return values @ table.T

    def joined(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return out(torch.cat([a, b], dim=-1) @ weight.T)

    unit = torch.nn.functional.normalize
    layer = torch.nn.functional.layer_norm
    shifted = [table[ids.roll(k)[1:]] for k in (1, -1, -2)] + [
        table[ids.roll(k)[:-1]] for k in (1, 2, -2)
    ]
    explain(
        got,
        {
            "not_shifted": (
                [joined(table[ids[:-1]], states)],
                "state t is paired with token t, which it has read already. What it does not know is the token that was drawn: "
                "input_ids[t + 1].",
            ),
            "shifted_wrong_way": (
                [joined(each, states) for each in shifted],
                "state t is paired with another token than input_ids[t + 1].",
            ),
            "concatenated_in_reverse": (
                [joined(states, e)],
                "the order is embedding first, then hidden.",
            ),
            "embedding_missing": (
                [joined(zeros, states), joined(states, states), out(states @ left.T), out(states @ back.T)],
                "the embedding of the drawn token has no part in it: the head cannot know which token was taken.",
            ),
            "hidden_missing": (
                [joined(e, zeros), joined(e, e), out(e @ left.T)],
                "the hidden state has no part in it: the head knows one token, and nothing before it.",
            ),
            "added_not_concatenated": (
                [out((e + states) @ left.T), out((e + states) @ back.T), joined(e + states, e + states)],
                "embedding and state are added. Side by side each has its own half of weight.",
            ),
            "probabilities_returned": (
                [right.softmax(-1), right.log_softmax(-1)],
                "these are probabilities. Return the logits.",
            ),
            "weight_reshaped": (
                [out(both @ weight.reshape(2 * hidden, hidden))],
                "weight was reshaped. What makes [H, 2H] fit is its transpose.",
            ),
            "normalised": (
                [
                    out(unit(new, dim=-1)), unit(new, dim=-1) @ unit(table, dim=-1).T, new @ unit(table, dim=-1).T,
                    out(layer(new, (hidden,))), joined(e, layer(states, (hidden,))), joined(unit(e, dim=-1), unit(states, dim=-1)),
                    out(layer(both, (2 * hidden,)) @ weight.T), joined(layer(e, (hidden,)), layer(states, (hidden,))),
                    joined(layer(e, (hidden,)), states),
                ],
                "something is normalised on the way. There is no norm in this head.",
            ),
        },
        rtol=1e-3,
        atol=1e-4,
    )  # fmt: skip
    raise Found(
        "wrong_value", "the logits are not embedding · (weight · [embedding of the token; state])."
    )


# --- the laws of a speculative round --------------------------------------------------------------------------------------

Law = dict[tuple[int, ...], float]
"""string of tokens -> its probability"""

VARIANTS: dict[str, tuple[str, str]] = {
    # a way to go wrong -> (the finding, what to say about it)
    "resample_from_p": ("resample_from_p", RESAMPLE_FROM_P),
    "absolute_residual": ("absolute_residual", ABSOLUTE),
    "accept_if_p_at_least_q": ("accept_if_p_at_least_q", AT_LEAST),
    "inverted_ratio": ("inverted_ratio", INVERTED),
    "softmax_q_for_greedy_draft": (
        "softmax_q_for_greedy_draft",
        "the draft's tokens are its favourites, taken for certain, and q is recorded as if they had been drawn. q has to be the "
        "distribution that the token was *actually* drawn from: draw from it, or record a one-hot q.",
    ),
    "recorded_at_one": (
        "wrong_temperature_recorded",
        "the draft draws at the temperature, and q is recorded without it. p/q then compares with a distribution that nothing "
        "was drawn from: record the q that you draw from.",
    ),
    "drawn_at_one": (
        "wrong_temperature_recorded",
        "the draft draws without the temperature, and q is recorded with it. p/q then compares with a distribution that nothing "
        "was drawn from: draw from the q that you record.",
    ),
    "match_then_residual": ("resample_after_mismatch", MISMATCH),
    "match_then_p": ("resample_after_mismatch", MISMATCH),
    "one_u_per_round": ("one_u_per_round", ONE_U),
    "accepts_everything": (
        "accepts_everything",
        "drafted tokens are taken over whatever the target says: this is the draft's text, not the target's.",
    ),
    "only_drafted_token_removed": (
        "only_drafted_token_removed",
        "a rejected token is replaced by a draw from p without it. In general every token loses what q has given it: "
        "max(0, p − q).",
    ),
    "last_token_greedy": (
        "last_token_greedy",
        "the last token of a round is always the most likely one. It has to be drawn.",
    ),
    "at_temperature_one": (
        "temperature_ignored",
        "the temperature has no effect on what is drawn.",
    ),
    "bonus_from_q": (
        "bonus_from_wrong_row",
        "the bonus behind γ accepted tokens follows the draft's law. It is the target's own next token: draw it from p.",
    ),
}


def _pieces(
    target: torch.Tensor, draft: torch.Tensor, temperature: float, variant: str
) -> tuple[torch.Tensor, ...]:
    """For each context, in float64: laws that the draft draws from, that accept, that replace, and of the bonus."""
    eye = torch.eye(len(target), dtype=torch.double)
    p = (target.double() / (1.0 if variant == "at_temperature_one" else temperature)).softmax(-1)
    q = (draft.double() / temperature).softmax(-1)
    drawn = recorded = q
    if variant == "softmax_q_for_greedy_draft":
        drawn = eye[draft.argmax(-1)]
    if variant == "recorded_at_one":
        recorded = draft.double().softmax(-1)
    if variant == "drawn_at_one":
        drawn = draft.double().softmax(-1)
    accepted, replaced, bonus = ratio(p, recorded), residual(p, recorded), p
    if variant == "accept_if_p_at_least_q":
        accepted = (p >= recorded).double()
    if variant == "inverted_ratio":
        accepted = torch.where(p > 0, ratio(recorded, p), 1.0)
    if variant == "accepts_everything":
        accepted = torch.ones_like(p)
    if variant.startswith("match"):
        accepted = p
    if variant in ("resample_from_p", "match_then_p"):
        replaced = p
    if variant == "absolute_residual":
        left = (p - q).abs()
        replaced = left / left.sum(-1, keepdim=True)
    if variant == "last_token_greedy":
        replaced, bonus = eye[replaced.argmax(-1)], eye[p.argmax(-1)]
    if variant == "bonus_from_q":
        bonus = q
    return drawn, accepted, replaced, bonus, p


def round_law(pieces: tuple[torch.Tensor, ...], context: int, gamma: int, variant: str = "") -> Law:
    """What one round emits after a context, with its probability."""
    drawn, accepted, replaced, bonus, p = (each.tolist() for each in pieces)
    tokens = range(len(drawn))
    law: Law = {}

    def emit(string: tuple[int, ...], weight: float) -> None:
        if weight > 0:
            law[string] = law.get(string, 0.0) + weight

    def go(last: int, string: tuple[int, ...], weight: float, below: float) -> None:
        """below: with one u for the round, what u is known to be under."""
        if len(string) == gamma:
            for token in tokens:
                emit((*string, token), weight * bonus[last][token])
            return
        for x in tokens:
            w, a = weight * drawn[last][x], accepted[last][x]
            if not w:
                continue
            if variant == "one_u_per_round":
                a, under = min(a, below) / below if below else 0.0, min(a, below)
            else:
                under = 1.0
            if a:
                go(x, (*string, x), w * a, under)
            if a < 1:
                law_of = replaced[last]
                if variant == "only_drafted_token_removed":
                    rest = 1 - p[last][x]
                    law_of = (
                        [0.0 if t == x else p[last][t] / rest for t in tokens] if rest else p[last]
                    )
                for token in tokens:
                    emit((*string, token), w * (1 - a) * law_of[token])

    go(context, (), 1.0, 1.0)
    return law


def block_law(laws: "Blocks", variant: str = "") -> Law:
    """The law of a whole block, from behind one RESET to the next."""
    pieces = _pieces(laws.target, laws.draft, laws.temperature, variant)
    rounds: dict[int, Law] = {}
    whole: Law = {}
    open_: Law = {(): 1.0}
    while open_:
        string, weight = open_.popitem()
        context = string[-1] if string else RESET
        if context not in rounds:
            rounds[context] = round_law(pieces, context, laws.gamma, variant)
        for emitted, w in rounds[context].items():
            longer = (*string, *emitted)
            if RESET in longer:
                longer = longer[: longer.index(RESET) + 1]
                whole[longer] = whole.get(longer, 0.0) + weight * w
            elif len(longer) < 16 and weight * w > 1e-12:
                open_[longer] = open_.get(longer, 0.0) + weight * w
    return whole


RESET, NEVER = 0, 1
IMPOSSIBLE = -1e4  # a logit whose probability is 0 at any temperature


class Blocks:
    """A target and a draft whose text falls into independent blocks: a few tokens that are drawn, and RESET.

    After the last of them the target is sure of RESET and the draft of NEVER, which the target never says: so a round ends
    there, the next begins with the next block, and blocks are independent samples of their law, whatever the rounds were.
    """

    def __init__(self, temperature: float, gamma: int, target: dict, draft: dict):
        self.temperature, self.gamma = temperature, gamma
        width = 1 + max(token for law in target.values() for token in law)
        last = [token for law in target.values() for token in law if token not in target]
        self.target = self._table(width, target | dict.fromkeys([*last, NEVER], {RESET: 1.0}))
        self.draft = self._table(width, draft | dict.fromkeys([*last, NEVER], {NEVER: 1.0}))

    def _table(self, width: int, laws: dict) -> torch.Tensor:
        """Logits that give these laws at this temperature."""
        table = torch.full((width, width), IMPOSSIBLE)
        for context, law in laws.items():
            for token, mass in law.items():
                table[context, token] = self.temperature * math.log(mass)
        return table

    def read(self, ids: list[int]) -> list[tuple[int, ...]]:
        """The whole blocks in a text that begins behind a RESET, but the last, whose rounds the budget may have cut."""
        blocks, block = [], []
        for token in ids:
            block.append(token)
            if token == RESET:
                blocks.append(tuple(block))
                block = []
        return blocks[:-1]


def _two(token: int, mass: float) -> dict[int, float]:
    return {token: mass, token + 1: 1 - mass}


SHARP = (
    Blocks(  # what the draft likes has half of its probability: replacing wrongly, or one u, shows
        0.2,
        2,
        {0: _two(2, 0.45), 2: _two(4, 0.55), 3: _two(4, 0.45), 4: _two(6, 0.55), 5: _two(6, 0.45)},
        {0: _two(2, 0.95), 2: _two(4, 0.05), 3: _two(4, 0.95), 4: _two(6, 0.05), 5: _two(6, 0.95)},
    )
)
CLOSE = Blocks(  # the draft is nearly right, and nobody is sure: tests that are too strict or too lax show
    2.0,
    2,
    {
        0: {2: 0.36, 3: 0.34, 8: 0.3}, 2: _two(4, 0.5), 3: _two(4, 0.45), 8: _two(4, 0.55), 4: _two(6, 0.5),
        5: _two(6, 0.45),
    },
    {
        0: {2: 0.45, 3: 0.35, 8: 0.2}, 2: _two(4, 0.6), 3: _two(4, 0.36), 8: _two(4, 0.66), 4: _two(6, 0.6),
        5: _two(6, 0.35),
    },
)  # fmt: skip
MANY = Blocks(  # what was rejected says little about what is left: p without it is another law than the residual
    1.0,
    1,
    {0: {2: 0.04, 3: 0.24, 4: 0.24, 5: 0.24, 6: 0.24}},
    {0: {2: 0.52, 3: 0.235, 4: 0.235, 5: 0.005, 6: 0.005}},
)
TEXT = 60  # blocks in one text
RUNS = ((SHARP, 300), (CLOSE, 120), (MANY, 540))  # and how many blocks are drawn
TELLING = Blocks(  # who accepts everything never says token 4, who turns the ratio round does
    1.0,
    1,
    {0: {2: 0.01, 3: 0.4, 4: 0.59}},
    {0: {2: 0.795, 3: 0.2, 4: 0.005}},
)


def spread(law: Law, other: Law) -> float:
    """The expected chi-square per block when `other` is the truth and `law` is believed; infinite where it cannot be."""
    if any(mass > 1e-12 and law.get(string, 0.0) < 1e-12 for string, mass in other.items()):
        return math.inf
    return sum((other.get(s, 0.0) - m) ** 2 / m for s, m in law.items() if m > 1e-12)


# --- speculative_generate -------------------------------------------------------------------------------------------------

VOCABULARY = 60  # of scripted models: words from 1 to 39, EOS and pad ids from 40, and the two last for the lost
KEYS = ("target_calls", "draft_calls", "drafted", "accepted")
LIBRARY = {"_speculative_sampling", "AssistedCandidateGenerator", "generate", "assisted_decoding"}


class Story:
    """A prompt, what the target says after it, and what the draft expects at each place of that."""

    def __init__(self, draw: random.Random, length: int = 24, right: str = "1"):
        """right: a pattern, repeated: 1 where the draft is right."""
        words = draw.sample(range(1, 40), 39)
        self.prompt, self.script = words[:4], [words[4 + i % 16] for i in range(length)]
        wrong = words[20:]
        self.guesses = [
            said if right[i % len(right)] == "1" else wrong[i % len(wrong)]
            for i, said in enumerate(self.script)
        ]

    def end_with(self, eos: int, place: int) -> "Story":
        """The same, with an EOS at a place of the text; a draft that was right there expects it."""
        if self.guesses[place] == self.script[place]:
            self.guesses[place] = eos
        self.script[place] = eos
        return self

    def models(self, **generation: Any) -> tuple[Model, Model]:
        scripts = {tuple(self.prompt): self.script}
        return (
            scripted(scripts, vocab_size=VOCABULARY, **generation),
            scripted(scripts, vocab_size=VOCABULARY, guesses=self.guesses, **generation),
        )


class Speculation:
    """The student's `speculative_generate` and what its calls were seen to do."""

    def __init__(self, student: Student, draw: random.Random):
        self.f = student["speculative_generate"]
        self.student, self.draw = student, draw

    def __call__(
        self,
        target: Model,
        draft: Model,
        ids: list[int],
        gamma: int,
        budget: int,
        eos: Any = None,
        **sampling: Any,
    ) -> tuple[list[int], dict]:
        """The ids of the one row, and the counts."""
        result = self.f(target, draft, torch.tensor([ids]), gamma, budget, eos, **sampling)
        require(
            not (target.library_calls or draft.library_calls),
            "calls_the_library",
            "this exercise builds transformers' assisted generation; your code calls `generate`.",
        )
        wanted = "(ids, stats): a LongTensor[1, T + n] and a dict"
        require(
            type(result) in (tuple, list) and len(result) == 2,
            "wrong_type",
            f"the result is {kind_of(result)}, expected {wanted}.",
        )
        got, stats = result
        require_type(got, torch.Tensor, wanted)
        require_type(stats, dict, wanted)
        require(
            got.dim() == 2 and len(got) == 1,
            "wrong_shape",
            f"the ids have shape {tuple(got.shape)}, expected [1, T + n]: a batch of one row.",
        )
        require_dtype(got, LONG, "token ids, as int64")
        for key in KEYS:
            require(key in stats, "missing_key", f"the statistics have no {key!r}.")
        return got[0].tolist(), stats

    def sampled(self, blocks: Blocks, count: int) -> dict[tuple[int, ...], int]:
        """How often each block stands in texts drawn from the target, about `count` blocks in all."""
        counts: dict[tuple[int, ...], int] = {}
        length = 1 + max(map(len, block_law(blocks)))
        for _ in range(count // TEXT):
            got, _ = self(
                markov(blocks.target),
                markov(blocks.draft),
                [NEVER, RESET],
                blocks.gamma,
                (TEXT + 1) * (length - 1),
                temperature=blocks.temperature,
                generator=Generator(self.draw.getrandbits(40)),
            )
            for block in blocks.read(got[2:]):
                counts[block] = counts.get(block, 0) + 1
        return counts


@exercise
def speculative_generate(student: Student, draw: random.Random) -> None:
    built = "transformers' assisted generation"
    refuse_library(student, LIBRARY, built, "speculative_generate")
    run = Speculation(student, draw)
    _judge_right_draft(run)
    _judge_wrong_drafts(run)
    _judge_budgets(run)
    _judge_eos(run)
    _judge_transformers(run)
    _judge_temperature(run)
    _judge_randomness(run)
    _judge_law(run)
    _judge_bound(run)


def _judge_right_draft(run: Speculation) -> None:
    """Greedy, with a draft that is always right: the ids, and how many passes they take."""
    story, gamma, budget = Story(run.draw), 2, 14
    target, draft = story.models()
    wanted = story.prompt + story.script[:budget]
    try:
        got, stats = run(target, draft, story.prompt, gamma, budget)
    except StudentError as error:
        _blame_zero_temperature(run, story, gamma, budget, error)
        raise
    if got != wanted:
        _explain_length(got, wanted, len(story.prompt))
        _blame_zero_temperature(run, story, gamma, budget, None)
        _explain_greedy(run, got, story, target, gamma)
    require(
        bool(draft.requests),
        "draft_unused",
        "the draft was never asked: this is a loop with the target alone.",
    )
    if len(target.requests) > _bound(budget, gamma):
        _explain_passes(target, draft, got, gamma, budget)
    _judge_stats(stats, target, draft, got, len(story.prompt))
    # The same model in both places, perhaps the same object.
    twin = target.as_one()
    got, _ = run(twin, twin, story.prompt, gamma, budget)
    require(
        got == wanted,
        "wrong_value",
        "with one and the same object as target and as draft other ids come out: their caches must not be one.",
    )


def _bound(budget: int, gamma: int) -> int:
    return -(-budget // (gamma + 1)) + 1


def _blame_zero_temperature(
    run: Speculation, story: Story, gamma: int, budget: int, error: StudentError | None
) -> None:
    """Raise `temperature_zero` where the same call at a temperature just above 0 is right."""
    target, draft = story.models()
    try:
        got, _ = run(
            target, draft, story.prompt, gamma, budget, temperature=0.05, generator=Generator(1)
        )
    except Found:
        return
    require(
        got != story.prompt + story.script[:budget],
        "temperature_zero",
        "a temperature of 0, the default, is greedy decoding: the most likely token each time, of target and draft. Dividing by "
        "it gives no number." + (f" ({error.finding.message})" if error else ""),
    )


def _explain_length(got: list[int], wanted: list[int], prompt: int) -> None:
    new = wanted[prompt:]
    require(
        got != new,
        "prompt_missing",
        "the result should begin with the prompt and go on with the new tokens.",
    )
    require(
        not (len(got) > len(wanted) and got[: len(wanted)] == wanted),
        "budget_exceeded",
        f"{len(got) - prompt} new tokens with max_new_tokens={len(new)}: a round may give γ + 1 tokens, and the last one has to "
        "be cut.",
    )
    require(
        not (len(got) < len(wanted) and got == wanted[: len(got)]),
        "budget_short",
        f"{len(got) - prompt} new tokens with max_new_tokens={len(new)} and no EOS: draft fewer in the last round, or cut what "
        "is too much, but use the budget.",
    )


def _explain_passes(target: Model, draft: Model, got: list[int], gamma: int, budget: int) -> None:
    passes = len(target.requests)
    behind = "".join(
        "x" for history in _histories(draft) if history[: len(got)] != got[: len(history)]
    )
    require(
        all(len(history) >= len(got) - budget for history in _histories(draft)),
        "draft_context_dropped",
        "the draft reads only the newest tokens, without what came before them: hand it the whole text, or a cache of it.",
    )
    require(
        not behind,
        "draft_cache_behind",
        "the draft's cache misses a token. When all γ drafted tokens are accepted the draft has not read its own last one: feed it "
        "that one too, before the bonus.",
    )
    require(
        passes < budget - 1,
        "one_pass_per_token",
        f"{passes} passes of the target for {budget} tokens, all of them drafted right. Feed the drafted tokens together: one pass "
        "gives the target's law at every position.",
    )
    require(
        passes > -(-budget // gamma) + 1,
        "bonus_missing",
        f"{passes} passes of the target for {budget} tokens with γ = {gamma} and a draft that is always right: a round gives "
        "γ tokens. The pass that verified them has also computed what comes next: take that bonus token.",
    )
    raise Found(
        "wrong_value",
        f"{passes} passes of the target for {budget} tokens, expected at most {_bound(budget, gamma)} with a draft that is always right.",
    )


def _histories(model: Model) -> list[list[int]]:
    """All that the model was given, at each forward pass: what its cache stood for, and the new tokens."""
    tokens = model.ledger.tokens
    return [[*tokens[r.tags[0]].tolist(), *r.input_ids[0].tolist()] for r in model.requests]


def _judge_wrong_drafts(run: Speculation) -> None:
    """Greedy, with drafts that are wrong always, or at some places of a round."""
    for right, gamma, budget in (("0", 3, 9), ("11101011011", 3, 20), ("01", 2, 9), ("110", 4, 11)):
        story = Story(run.draw, right=right)
        target, draft = story.models()
        got, stats = run(target, draft, story.prompt, gamma, budget)
        if got != story.prompt + story.script[:budget]:
            _explain_greedy(run, got, story, target, gamma)
        _judge_stats(stats, target, draft, got, len(story.prompt))


def _explain_greedy(
    run: Speculation, got: list[int], story: Story, target: Model, gamma: int
) -> None:
    """The ids differ from the target's own: why?"""
    prompt = len(story.prompt)
    new, script, guesses = got[prompt:], story.script, story.guesses
    at = next((i for i, (a, b) in enumerate(zip(new, script, strict=False)) if a != b), len(new))
    for request, history in zip(target.requests, _histories(target), strict=True):
        cached = request.tags.shape[1]
        shared = min(cached, len(got))
        require(
            history[:shared] == got[:shared],
            "target_cache_not_rolled_back",
            "the target's cache holds tokens that were rejected, and everything after them is computed from a text that does not "
            "exist. Cut the cache back to what was kept.",
        )
    if at == len(new):
        _explain_length(got, story.prompt + script[: len(new) - 1], prompt)
        raise Found("not_greedy", _NOT_GREEDY)
    starts = [len(history) - gamma - prompt for history in _histories(target)]
    if new[at] == guesses[at]:
        require(
            new[at + 1 : at + 2] != [script[at]],
            "rejected_token_kept",
            "the rejected token is still there, in front of its replacement.",
        )
        require(
            at - gamma not in starts,
            "bonus_from_wrong_row",
            "behind γ accepted tokens stands what the draft expects next. The bonus is the target's: the last row of its logits.",
        )
        named = _scheme_of(run)
        if named:
            raise Found(*VARIANTS[named])
        steps = [b - a for a, b in zip(starts[:-1], starts[1:-1], strict=False)]
        require(
            not steps or any(step != gamma + 1 for step in steps),
            *VARIANTS["accepts_everything"],
        )
        raise Found("accepts_after_rejection", _AFTER)
    raise Found("not_greedy", _NOT_GREEDY)


_NOT_GREEDY = (
    "at temperature 0 the ids have to be the target's own greedy ones, whatever the draft says. Which row of the logits belongs to "
    "which drafted token? The row of the last known token speaks about the first drafted one."
)


def _judge_stats(stats: dict, target: Model, draft: Model, got: list[int], prompt: int) -> None:
    numbers = {key: whole(stats[key]) for key in KEYS}
    for key, value in numbers.items():
        require(value is not None, "stats_wrong", f"{key} is {stats[key]!r}, expected an int.")
    for key, model in (("target_calls", target), ("draft_calls", draft)):
        require(
            numbers[key] == len(model.requests),
            "stats_wrong",
            f"{key} is {numbers[key]}, and the model was called {len(model.requests)} times. Count forward passes, prefill included.",
        )
    facts = _rounds(target, got, prompt)
    drafted = {sum(d for d, _, _ in rounds) for rounds in facts}
    accepted = {sum(each[k] for each in rounds) for rounds in facts for k in (1, 2)}
    bonus = {sum(each[k] + 1 for each in rounds) for rounds in facts for k in (1, 2)}
    bonus |= {len(got) - prompt}
    require(
        numbers["accepted"] in accepted or numbers["accepted"] not in bonus,
        "accepted_counts_bonus",
        f"accepted is {numbers['accepted']}: the target's own tokens, replacement or bonus, are counted too. Only drafted ones "
        "can be accepted.",
    )
    for key, right in (("drafted", drafted), ("accepted", accepted)):
        require(
            numbers[key] in right,
            "stats_wrong",
            f"{key} is {numbers[key]}. In this run the target verified {max(drafted)} drafted tokens and kept {max(accepted)}.",
        )


def _rounds(target: Model, got: list[int], prompt: int) -> list[list[tuple[int, int, int]]]:
    """What the target's passes verified: (drafted, accepted, accepted within the budget) of each, read in each way that
    a first pass over the prompt alone can be meant (as one that gives a token, or as one that does not)."""
    found = []
    histories = _histories(target)
    for first in (1, 0):
        known, rounds = prompt, []
        for i, history in enumerate(histories):
            drafted = len(history) - known
            if i == 0 and drafted <= 0:
                known += first
                continue
            kept = 0
            while (
                kept < drafted
                and history[known + kept : known + kept + 1] == got[known + kept : known + kept + 1]
            ):
                kept += 1
            # Behind a text that ends, a drafted token can be right without being in it.
            rounds.append((drafted, kept if known + kept < len(got) else drafted, kept))
            known += kept + 1
        found.append(rounds)
    return found


def _judge_budgets(run: Speculation) -> None:
    message = "with max_new_tokens=0 the result is the prompt, unchanged."
    for right in ("1", "0", "110"):
        for gamma, budget in ((3, 0), (3, 1), (5, 2), (3, 4), (2, 8)):
            story = Story(run.draw, right=right)
            target, draft = story.models()
            if budget == 0:
                with blame("zero_budget", message):
                    got, _ = run(target, draft, story.prompt, gamma, budget)
                require(got == story.prompt, "zero_budget", message)
                continue
            got, _ = run(target, draft, story.prompt, gamma, budget)
            wanted = story.prompt + story.script[:budget]
            if got != wanted:
                _explain_length(got, wanted, len(story.prompt))
                _explain_greedy(run, got, story, target, gamma)


def _judge_eos(run: Speculation) -> None:
    a, b = 40, 41
    inside = "a token inside a round may be the EOS, also an accepted one: look at every new token, and let nothing stand behind it."
    dropped = "the EOS itself is missing. It was generated: it belongs to the result."
    ignored = "an EOS was generated, and generation went on."
    listed = "eos_token_id may be a list, and any id in it ends the text."

    def check(story: Story, place: int, eos: Any, gamma: int, id: str, message: str, **generation):
        target, draft = story.models(**generation)
        budget = place + 7
        end = len(story.prompt) + (place + 1 if eos is not None else budget)
        with blame(id, message):
            got, _ = run(target, draft, story.prompt, gamma, budget, eos)
        wanted = (story.prompt + story.script)[:end]
        require(got != wanted[:-1] or eos is None, "eos_dropped", dropped)
        require(got == wanted, id, message)

    def story(right: str, place: int, eos: int = a) -> Story:
        return Story(run.draw, right=right).end_with(eos, place)

    check(story("0", 4), 4, a, 3, "eos_ignored", ignored)
    check(story("0", 0), 0, a, 3, "eos_ignored", ignored)
    for place in (1, 0, 2, 3, 5):
        check(story("1", place), place, a, 3, "eos_inside_accepted", inside)
    check(story("0", 2, b), 2, [a, b], 3, "eos_list", listed)
    check(story("1", 5, b), 5, [a, b], 3, "eos_list", listed)
    check(story("110", 4, a), 4, [a], 3, "eos_list", listed)
    check(
        story("0", 3, 0),
        3,
        0,
        3,
        "eos_ignored",
        "an EOS id of 0 is an id like any other. " + ignored,
    )
    check(
        story("1", 4, 0),
        4,
        0,
        2,
        "eos_ignored",
        "an EOS id of 0 is an id like any other. " + ignored,
    )
    for place in (1, 3):
        chat = Story(run.draw, right="10")
        chat.prompt[place] = a
        chat.end_with(a, 5)
        message = "an EOS in the prompt is text like any other (every chat prompt has one): only a new one ends it."
        check(chat, 5, a, 3, "eos_in_prompt", message)
    never = "with eos_token_id=None nothing ends the text before the budget, whatever the model's own configuration says."
    check(story("1", 4), 4, None, 3, "wrong_value", never, eos_token_id=a)


def _judge_transformers(run: Speculation) -> None:
    """Greedy on real (tiny) transformers, against their own `generate`."""
    for kind, other in (("llama", "gpt2"), ("gpt2", "gpt2")):
        target, ids, wanted = _free_run(kind, run.draw, 12)
        draft, _ = transformer(other, run.draw.getrandbits(32))
        got, _ = run(target, draft, ids, 3, 12, temperature=0.0)
        require(got == wanted, "not_greedy", _NOT_GREEDY)
        got, _ = run(target, target.as_one(), ids, 4, 12, temperature=0)
        require(got == wanted, "not_greedy", _NOT_GREEDY)


def _free_run(kind: str, draw: random.Random, budget: int) -> tuple[Model, list[int], list[int]]:
    """A real transformer, a prompt, and what its own greedy search makes of it, without near-ties."""
    while True:
        model, reference = transformer(kind, draw.getrandbits(32))
        ids = torch.tensor([[draw.randrange(61) for _ in range(5)]])
        found = reference.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=budget,
            pad_token_id=0,
            output_logits=True,
            return_dict_in_generate=True,
        )
        first = torch.stack(found.logits, dim=1).topk(2, dim=-1).values
        if float((first[..., 0] - first[..., 1]).min()) > 1e-2:
            return model, ids[0].tolist(), found.sequences[0].tolist()


def _favourites(draw: random.Random, width: int, gap: float) -> torch.Tensor:
    """Logits of a chain in which every token has one favourite follower, all others alike."""
    table = torch.zeros(width, width)
    order = draw.sample(range(width), width)
    for token, follower in zip(order, [*order[1:], order[0]]):
        table[token, follower] = gap
    return table


def _judge_temperature(run: Speculation) -> None:
    """Near temperature 0 the text is the greedy one, and at a high one it is not."""
    width, gamma, budget = 8, 3, 30
    table = _favourites(run.draw, width, 2.0)
    follower = table.argmax(-1).tolist()
    ignored = "the temperature has no effect on what is drawn."

    def favourites(temperature: float) -> tuple[int, Model]:
        """How many tokens are the most likely ones; the target that was asked."""
        target, draft = markov(table), markov(table)
        generator = Generator(run.draw.getrandbits(40))
        got, _ = run(
            target, draft, [1, 0], gamma, budget, temperature=temperature, generator=generator
        )
        return sum(b == follower[a] for a, b in zip(got[1:], got[2:], strict=False)), target

    law = "p and q are softmax(logits / temperature): near 0 the most likely token is certain, and at 50 it is not."
    if favourites(50.0)[0] == budget:
        require(favourites(1.0)[0] < budget, "temperature_ignored", ignored)
        raise Found("wrong_law", law)
    cold, target = favourites(0.05)
    if cold == budget:
        return
    named = _scheme_of(run)
    if named and named != "at_temperature_one":
        raise Found(*VARIANTS[named])
    require(
        not all(b == follower[a] for a, b in _drafted_pairs(target, gamma, 2 + budget)),
        "target_temperature_ignored",
        "the draft's tokens follow the temperature and the target's do not. p is softmax(logits / temperature) too: the output is "
        "the target's law at that temperature.",
    )
    require(cold < budget / 4, "temperature_ignored", ignored)
    raise Found("wrong_law", law)


def _drafted_pairs(target: Model, gamma: int, end: int) -> list[tuple[int, int]]:
    """Each drafted token with the one before it, of the rounds that drafted γ."""
    drafted = [each[-gamma - 1 :] for each in _histories(target)[1:] if len(each) < end - 1]
    return [pair for each in drafted for pair in zip(each, each[1:], strict=False)]


def _judge_randomness(run: Speculation) -> None:
    """All of it comes from the generator."""
    width = 10
    table = _favourites(run.draw, width, 1.0)

    def some(generator: Generator, noise: int = 0, budget: int = 24) -> torch.Tensor:
        target, draft = markov(table, noise=noise), markov(table.T, noise=noise)
        return torch.tensor(
            run(target, draft, [1, 0], 2, budget, temperature=1.0, generator=generator)[0]
        )

    judge_generator(run.student, "speculative_generate", some, run.draw)
    seed = run.draw.getrandbits(40)
    # Long ones: with few rounds two streams of u often accept the same tokens.
    long, other = (some(Generator(seed), noise, budget=120) for noise in (0, 3))
    require(
        torch.equal(long, other),
        "generator_ignored",
        "with the same generator two texts come out, because something was drawn from torch's global state. Tokens of the draft, "
        "the numbers u, replacements: all of them are drawn with `generator`.",
    )


def _judge_bound(run: Speculation) -> None:
    """With draft = target nothing is rejected, at any temperature."""
    width, gamma = 14, 3
    table = _favourites(run.draw, width, 0.7)
    for budget, temperature in ((26, 1.5), (17, 0.8)):
        target, draft = markov(table), markov(table)
        got, stats = run(
            target, draft, [1, 0], gamma, budget, temperature=temperature,
            generator=Generator(run.draw.getrandbits(40)),
        )  # fmt: skip
        require(
            len(got) == budget + 2,
            "budget_exceeded" if len(got) > budget + 2 else "budget_short",
            f"{len(got) - 2} new tokens with max_new_tokens={budget}.",
        )
        if len(target.requests) <= _bound(budget, gamma):
            _judge_stats(stats, target, draft, got, 2)
            continue
        best = table.argmax(-1).tolist()
        require(
            not all(b == best[a] for a, b in _drafted_pairs(target, gamma, 2 + budget)),
            "greedy_draft",
            "the draft always proposes its most likely token. With a one-hot q that is right in law, and slower: it is accepted "
            "with probability p(x) alone. Draw from the draft's own distribution, and at any temperature a draft like the target "
            "is never rejected.",
        )
        raise Found("exact_match", EXACT_MATCH)


def _judge_law(run: Speculation) -> None:
    for blocks, count in RUNS:
        counts = run.sampled(blocks, count)
        if _fit(block_law(blocks), counts) >= SIGNIFICANCE:
            continue
        named = _scheme_of(run)
        if named:
            raise Found(*VARIANTS[named])
        raise Found(
            "wrong_law",
            "the text does not follow the target's law: with this draft some strings of tokens come too often, others too rarely. "
            "Where is q·min(1, p/q) plus the replacement not p?",
        )


def _fit(law: Law, counts: Mapping[tuple[int, ...], int]) -> float:
    """The p-value of these counts under a law; 0 where something was seen that it never gives."""
    strings = [string for string, mass in law.items() if mass > 1e-9]
    masses = torch.tensor([law[string] for string in strings], dtype=torch.double)
    seen = torch.tensor([counts.get(string, 0) for string in strings])
    if int(seen.sum()) < sum(counts.values()) or not counts:
        return 0.0
    rare = masses * seen.sum() < 5  # together, so that every expected count is large enough
    if rare.any():
        masses = torch.cat([masses[~rare], masses[rare].sum(0, keepdim=True)])
        seen = torch.cat([seen[~rare], seen[rare].sum(0, keepdim=True)])
    return p_value(seen, masses / masses.sum()) if len(masses) > 1 else 1.0


def _scheme_of(run: Speculation) -> str | None:
    """The variant that explains sampled texts best, if it explains them, and much better than the right law does."""
    likelihood = dict.fromkeys(["", *VARIANTS], 0.0)
    fit = dict.fromkeys(likelihood, 1.0)
    try:
        for blocks in (SHARP, CLOSE, MANY, TELLING):
            counts = run.sampled(blocks, 240)
            for variant in likelihood:
                law = block_law(blocks, variant)
                likelihood[variant] += sum(
                    n * math.log(law.get(string, 0.0) + 1e-30) for string, n in counts.items()
                )
                fit[variant] = min(fit[variant], _fit(law, counts))
    except Found:
        return None
    best = max(likelihood, key=lambda variant: likelihood[variant])
    return best if likelihood[best] > likelihood[""] + 12 and fit[best] > 1e-7 else None
