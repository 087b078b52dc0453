"""Hidden checks of 06_inside_the_transformer. The findings are listed in docs/contract.md.

Every part is compared with a specification written here in float64; tests compare that one with torch's and transformers'
own modules. Mistakes are played through beside it, so that an answer that makes one of them is told so by name.
"""

import math
import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import torch
import torch.nn.functional as F
from tokenizers.normalizers import BertNormalizer
from transformers import LlamaForCausalLM

from autograde.exercise import (
    FLOAT,
    LONG,
    Found,
    Student,
    StudentError,
    blame,
    exercise,
    refuse_library,
    require,
    require_tensor,
    require_type,
)
from autograde.fixtures import Config, Function

Weights = dict[str, torch.Tensor]
Mistakes = dict[str, tuple[Sequence[Callable], str]]
"""id -> (functions that make this mistake, what to say about it)"""


# --- how answers are judged -------------------------------------------------------------------------------------------


@dataclass
class Case:
    """One call. blames: id and message where the answer raises here and was right before."""

    args: tuple
    kwargs: dict = field(default_factory=dict)
    blames: tuple[str, str] | None = None

    def put_to(self, function: Callable) -> Any:
        return function(*self.args, **self.kwargs)


def judge_cases(
    student: Student,
    name: str,
    cases: Sequence[Case],
    right: Callable,
    mistakes: Mistakes,
    wanted: str,
    *,
    dtypes: tuple[torch.dtype, ...] | None = FLOAT,
    tolerance: float = 1e-4,
) -> None:
    """Judge what function `name` makes of the cases by what `right` makes of them.

    wanted: in words. dtypes: of the result; None: that of the first argument.
    """
    seen: list[tuple[Case, torch.Tensor, torch.Tensor]] = []
    failed: Found | None = None
    for case in cases:
        target = case.put_to(right)
        try:
            got = case.put_to(student[name])
            require_tensor(got, tuple(target.shape), dtypes or (case.args[0].dtype,), wanted)
        except StudentError as error:
            failed = error
            if case.blames:
                failed = Found(case.blames[0], f"{case.blames[1]} ({error.finding.message})")
            break
        except Found as found:
            failed = found
            break
        seen.append((case, got, target))
    first = next((i for i, (_, got, to) in enumerate(seen) if not close(got, to, tolerance)), None)
    if first is None:
        if failed:
            raise failed
        return
    # A mistake may be mixed with a way of failing of its own: if none explains everything, the first case decides.
    for explained in (seen, seen[: first + 1]):
        for id, (functions, message) in mistakes.items():
            for function in functions:
                require(
                    not all(_makes(function, case, got, tolerance) for case, got, _ in explained),
                    id,
                    message,
                )
    if failed and failed.finding.id in ("wrong_shape", "wrong_dtype", "wrong_type"):
        raise failed
    _, got, target = seen[first]
    off = int((~_near(got, target, tolerance)).sum())
    raise Found("wrong_value", f"{off} of {target.numel()} values differ from {wanted}.")


def _makes(function: Callable, case: Case, got: torch.Tensor, tolerance: float) -> bool:
    try:
        return close(got, case.put_to(function), tolerance)
    except (
        RuntimeError,
        IndexError,
        KeyError,
        ValueError,
    ):  # a mistake that this case has no room for
        return False


def close(got: torch.Tensor, target: torch.Tensor, tolerance: float = 1e-4) -> bool:
    """Equal to `tolerance` times the largest target (at least 1); in half precision to a hundredth of it."""
    return got.shape == target.shape and bool(_near(got, target, tolerance).all())


def _near(got: torch.Tensor, target: torch.Tensor, tolerance: float) -> torch.Tensor:
    got, half = got.detach(), got.dtype in (torch.float16, torch.bfloat16)
    target = target.detach().double()
    finite = target[target.isfinite()].abs()
    size = max(1.0, float(finite.max())) if finite.numel() else 1.0
    limit = (max(tolerance, 1e-2) if half else tolerance) * size
    return torch.isclose(got.double(), target, rtol=0, atol=limit, equal_nan=True)


def normal(draw: random.Random, *shape: int) -> torch.Tensor:
    """Seeded normal numbers, float32."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(draw.randrange(2**31)))


def _twisted(function: Callable, *twists: str) -> list[Callable]:
    return [partial(function, twist=twist) for twist in twists]


# --- from text to vectors -----------------------------------------------------------------------------------------------


NORMALIZER = BertNormalizer(
    clean_text=True, handle_chinese_chars=False, strip_accents=True, lowercase=True
)
TOKENIZERS = {
    "BertNormalizer", "normalizers", "normalize_str", "AutoTokenizer", "BertTokenizer",
    "BertTokenizerFast", "BasicTokenizer", "tokenizers", "transformers",
}  # fmt: skip


def normalized(text: str) -> str:
    return " ".join(NORMALIZER.normalize_str(text).split())


def _without_marks(text: str, form: Literal["NFD", "NFKD"] = "NFD") -> str:
    return "".join(c for c in unicodedata.normalize(form, text) if unicodedata.category(c) != "Mn")


def _cleaned(text: str, control: str | None = "", kinds: Sequence[str] = ("Cc", "Cf")) -> str:
    """White space as blanks, control characters as `control`; None leaves them."""
    parts = []
    for c in text:
        hidden = not c.isspace() and unicodedata.category(c) in kinds
        parts.append(" " if c.isspace() else control if hidden and control is not None else c)
    return " ".join(_without_marks("".join(parts)).lower().split())


def _texts(draw: random.Random) -> list[str]:
    words = ["Café", "Zürich", "naïve", "Señor", "résumé", "Øre", "Łódź", "ÀÉÎ", "GARÇON"]
    draw.shuffle(words)
    first, second, third = (unicodedata.normalize("NFC", word) for word in words[:3])
    return [
        f"{first} {second}",
        unicodedata.normalize("NFD", f"{third} {first}"),
        f"  {second}\t{third}\r\n\u00a0{first}\u2009x \u3000 ",
        f"{first}, {second}! (A-B_c) 3.5% $7",
        "m\u00b2 \uff21\uff22 A\u2460 \u2126m wait\u2026",
        "\ud55c\uae00 \u041c\u043e\u0441\u043a\u0432\u0430 \u6771\u4eac \u0395\u03bb\u03bb\u03ac\u03b4\u03b1",
        f"z\u200bero w\u00adidth \ufeff{second}\u200d be\x07ll",
        "a \u200b b",
        "\U0001f600 \U0001f680Up",
        "",
        " \n\t ",
        "plain words here",
    ]


@exercise
def normalize_text(student: Student, draw: random.Random) -> None:
    refuse_library(student, TOKENIZERS, "a normaliser", "normalize_text")
    texts = _texts(draw)
    got = student.each("normalize_text", [(text,) for text in texts])
    for value in got:
        require_type(value, str, "a string")
    right = [normalized(text) for text in texts]
    if got == right:
        return
    squeezed = [" ".join(text.split()) for text in got]

    def becomes(change: Callable[[str], str]) -> bool:
        """Whether the change mends every result."""
        return [change(text) for text in got] == right

    plain = [i for i, text in enumerate(texts) if text.isascii()]
    require(
        not (all(text.isascii() for text in got) and all(got[i] == right[i] for i in plain)),
        "other_scripts_lost",
        "nothing outside ASCII is left. A letter of another script is a letter: only marks and control characters go.",
    )
    require(
        not becomes(lambda text: unicodedata.normalize("NFD", text)),
        "result_composed",
        "the result is composed again (NFC): it should stay decomposed, or two spellings of a word differ once more.",
    )
    require(
        not becomes(lambda text: _without_marks(text).lower()) or not becomes(_without_marks),
        "accents_kept",
        "accents are left. As one code point é has no mark that could be dropped: decompose (NFD) first, then drop "
        "category Mn.",
    )
    require(
        not becomes(str.lower),
        "case_kept",
        "upper-case letters are left: lower-case all of them, not only A to Z.",
    )
    require(
        not becomes(lambda text: _without_marks(text).lower()),
        "accents_kept",
        "accents are left: decompose (NFD) first, then drop category Mn.",
    )
    spaced: tuple[tuple[str, ...], ...] = (("Cc", "Cf"), ("Cc",), ("Cf",))
    for kinds in spaced:
        replaced = [_cleaned(text, " ", kinds) for text in texts]
        require(
            squeezed != replaced,
            "control_characters_replaced",
            "an invisible character became a space, which cuts a word in two. Put nothing in its place.",
        )
    require(
        squeezed != right,
        "white_space_kept",
        "white space is left: every run of it is one space (no-break and thin ones too), with none at either end.",
    )
    bare = ["".join(text.split()) for text in right]
    require(
        ["".join(text.split()) for text in got] != bare,
        "white_space_removed",
        "two words became one. A tab or a line end is white space before it is a control character: make it a space.",
    )
    left: tuple[tuple[str, ...], ...] = ((), ("Cc",), ("Cf",))
    for kinds in left:
        require(
            squeezed != [_cleaned(text, "", kinds) for text in texts],
            "control_characters_kept",
            "characters that nobody sees are left: drop all of the categories Cc and Cf that are no white space.",
        )
    require(
        [_without_marks(text, "NFKD").lower() for text in got]
        != [_without_marks(text, "NFKD").lower() for text in right],
        "compatibility_folded",
        "characters changed into others that look alike (² into 2, ① into 1). That is NFKD; here it is NFD.",
    )
    letters = [["".join(filter(str.isalnum, text)) for text in side] for side in (got, right)]
    require(
        letters[0] != letters[1],
        "punctuation_lost",
        "punctuation or symbols are gone: they are tokens of their own later, and stay.",
    )
    place = next(i for i, text in enumerate(right) if got[i] != text)
    raise Found("wrong_value", f"a text of {len(texts[place])} characters comes out otherwise.")


@exercise
def embed(student: Student, draw: random.Random) -> None:
    library = {"embedding", "Embedding", "EmbeddingBag", "embedding_bag"}
    refuse_library(student, library, "the look-up", "embed")
    cases = []
    for vocab, width, rows, length in ((6, 6, 2, 3), (9, 4, 2, 2), (5, 8, 1, 1), (7, 1, 3, 6)):
        ids = torch.tensor([[draw.randrange(vocab) for _ in range(length)] for _ in range(rows)])
        ids.view(-1)[0], ids.view(-1)[-1] = 0, vocab - 1
        if rows > 1:
            ids[1, 0] = ids[0, -1]
        cases.append(Case((normal(draw, vocab, width), ids)))
    cases.append(Case((cases[1].args[0].bfloat16(), cases[1].args[1])))
    huge = cases[1].args[0].clone()
    huge[2] = 1e30
    cases.append(Case((huge, cases[1].args[1])))
    mistakes: Mistakes = {
        "columns_taken": (
            [lambda t, i: t.T[i]],
            "the ids picked columns of the table. It has a row for each token.",
        ),
        "scaled": (
            [lambda t, i: t[i] * math.sqrt(t.shape[1])],
            "the vectors are multiplied by √H. The transformer of 2017 did that, SmolLM2 does not: return the rows as they are.",
        ),
        "padding_zeroed": (
            [lambda t, i: torch.where((i == 0)[..., None], 0, t[i])],
            "id 0 came out as zeros. It is a token like all others.",
        ),
        "normalised": (
            [lambda t, i: F.normalize(t[i].float(), dim=-1).to(t.dtype)],
            "the vectors were brought to length 1: return the rows as they are.",
        ),
        "first_row_only": (
            [lambda t, i: t[i[0]].expand(*i.shape, -1)],
            "all rows of the batch are like the first: look up every id of input_ids.",
        ),
    }
    wanted = "the table's rows, [B, T, H] in its dtype"
    try:
        judge_cases(
            student, "embed", cases, lambda t, i: t[i], mistakes, wanted, dtypes=None, tolerance=0
        )
    except Found as found:
        if found.finding.id == "wrong_value":
            _positions_added(student, draw)
        raise


def _positions_added(student: Student, draw: random.Random) -> None:
    table = normal(draw, 5, 4)
    alike = student["embed"](table, torch.tensor([[3, 3, 3]]))[0]
    message = (
        "the same id gets another vector at another place. Positions come later, and not from here."
    )
    require(
        torch.equal(alike[0], alike[1]) and torch.equal(alike[1], alike[2]),
        "positions_added",
        message,
    )


# --- positions ------------------------------------------------------------------------------------------------------------


def sinusoids(num_positions: int, hidden_size: int, twist: str = "") -> torch.Tensor:
    """The sinusoidal positions of 2017, [T, H]; twist: one mistake."""
    base = {"base e": math.e, "base 2": 2.0, "base 1000": 1000.0}.get(twist, 10000.0)
    index = torch.arange(hidden_size).double()
    power = {"i/H": index // 2 / hidden_size, "4i/H": 4 * (index // 2) / hidden_size,
             "own": index / hidden_size}.get(twist, 2 * (index // 2) / hidden_size)  # fmt: skip
    places = torch.arange(num_positions).double()[:, None] + (twist == "from 1")
    angles = places * base ** (power if twist == "times" else -power)
    even = index % 2 == (1 if twist == "swapped" else 0)
    table = torch.where(even, angles.sin(), angles.cos())
    if twist == "halves":
        table = torch.cat([angles[:, ::2].sin(), angles[:, ::2].cos()], dim=1)
    elif twist == "halves swapped":
        table = torch.cat([angles[:, ::2].cos(), angles[:, ::2].sin()], dim=1)
    return table


@exercise
def sinusoidal_positions(student: Student, draw: random.Random) -> None:
    # The first is small: whatever a mistake multiplies, float32 still tells its angles.
    square = 2 * draw.randrange(6, 12)
    sizes = [(2, 6), (7, 20), (square, square), (50, 6), (1, 8), (9, 2), (512, 16)]
    mistakes: Mistakes = {
        "halves_not_interleaved": (
            _twisted(sinusoids, "halves", "halves swapped"),
            "all sines come first, then all cosines: here they take turns, sine in the even places, cosine in the odd ones.",
        ),
        "sin_cos_swapped": (
            _twisted(sinusoids, "swapped"),
            "the cosine stands in the even places, the sine in the odd ones: change them over.",
        ),
        "exponent_wrong": (
            _twisted(sinusoids, "i/H", "4i/H"),
            "the frequencies fall at another rate: the exponent of pair i is 2i/H.",
        ),
        "angle_per_dimension": (
            _twisted(sinusoids, "own"),
            "the cosine has another angle than the sine of its pair: 2i and 2i + 1 share one.",
        ),
        "starts_at_one": (_twisted(sinusoids, "from 1"), "the first position is 0, not 1."),
        "not_divided": (
            _twisted(sinusoids, "times"),
            "positions are multiplied by 10000^(2i/H): the waves get faster with i, they should get slower. Divide.",
        ),
        "log_base": (
            _twisted(sinusoids, "base e", "base 2", "base 1000"),
            "the base of the powers is another than 10000.",
        ),
    }
    judge_cases(
        student, "sinusoidal_positions", [Case(size) for size in sizes], sinusoids, mistakes,
        "the table [T, H] of sines and cosines",
    )  # fmt: skip


def rotated(
    x: torch.Tensor, position_ids: torch.Tensor, theta: float = 10000.0, twist: str = ""
) -> torch.Tensor:
    """Rotary positions, as transformers pairs them: i with i + d/2. twist: one mistake."""
    x, places, d = x.double(), position_ids.double(), x.shape[-1]
    theta = 10000.0 if twist == "theta" else theta
    index = torch.arange(d // 2).double()
    power = {"i/d": index / d, "from 1": 2 * (index + 1) / d, "4i/d": 4 * index / d,
             "one": index * 0}.get(twist, 2 * index / d)  # fmt: skip
    if twist == "counted":
        places = torch.arange(x.shape[2]).double().expand(len(x), -1)
    elif twist == "first row":
        places = places[:1].expand(len(x), -1)
    elif twist == "plus 1":
        places = places + 1
    angles = (places[..., None] * theta**-power)[:, None]
    if twist == "heads":
        angles = (torch.arange(x.shape[1]).double()[:, None] * theta**-power)[None, :, None]
    if twist == "angles interleaved":
        angles = angles.repeat_interleave(2, -1)
        turned = torch.cat([-x[..., d // 2 :], x[..., : d // 2]], dim=-1)
        return x * angles.cos() + turned * angles.sin()
    cos, sin = angles.cos(), angles.sin() * (-1 if twist == "backwards" else 1)
    if twist == "interleaved":
        a, b = x[..., ::2], x[..., 1::2]
        return torch.stack([a * cos - b * sin, b * cos + a * sin], dim=-1).flatten(-2)
    a, b = x.chunk(2, dim=-1)
    new_a, new_b = a * cos - b * sin, b * cos + a * sin
    if twist == "added":
        new_a, new_b = a + sin, b + cos
    elif twist == "added swapped":
        new_a, new_b = a + cos, b + sin
    elif twist == "added interleaved":
        return x + torch.stack([sin, cos], dim=-1).flatten(-2)
    elif twist == "first half":
        new_b = b.expand_as(new_a)
    elif twist == "cosine only":
        new_a, new_b = a * cos, b * cos
    elif twist == "overwritten":
        new_b = b * cos + new_a * sin
    elif twist == "not negated":
        new_a = a * cos + b * sin
    elif twist == "not swapped":
        new_a, new_b = a * cos - a * sin, b * cos + b * sin
    return torch.cat([new_a, new_b], dim=-1)


@exercise
def rope(student: Student, draw: random.Random) -> None:
    library = {"apply_rotary_pos_emb", "LlamaRotaryEmbedding"}
    refuse_library(student, library, "the rotation", "rope")
    rotation = student.identifiers("rope")
    require(
        not ("rotate_half" in rotation and "modeling_llama" in rotation),
        "calls_the_library",
        "this exercise builds the rotation; your code takes `rotate_half` from transformers.",
    )
    falling = sorted(draw.sample(range(40), 5), reverse=True)
    rising = [draw.randrange(3, 9) + 2 * i for i in range(5)]
    both = torch.tensor([falling, rising])
    cases = [
        Case((normal(draw, 1, 3, 4, 8), torch.tensor([[0, 1, 2, 3]]))),
        Case((normal(draw, 2, 2, 5, 8), both)),
        Case((normal(draw, 2, 2, 5, 8), both), {"theta": 100.0}),
        Case((normal(draw, 1, 4, 4, 6), torch.tensor([[5, 6, 7, 9]])), {"theta": 100000.0}),
        Case((normal(draw, 1, 1, 1, 2), torch.tensor([[draw.randrange(2, 9)]]))),
        Case((normal(draw, 1, 2, 2, 16), torch.tensor([[1990, 0]]))),
    ]
    mistakes: Mistakes = {
        "pairs_interleaved": (
            _twisted(rotated, "interleaved", "angles interleaved"),
            "entries 2i and 2i + 1 are paired, as in the paper. SmolLM2's weights are stored for the other pairing: i and "
            "i + d/2.",
        ),
        "turned_backwards": (
            _twisted(rotated, "backwards"),
            "the points turn clockwise: the minus belongs to the first coordinate, y[i] = x[i]·cos − x[i + d/2]·sin.",
        ),
        "positions_ignored": (
            _twisted(rotated, "counted"),
            "the angles come from 0, 1, 2, … and not from position_ids: with a cache, or with padding, the tokens given "
            "are not the first ones.",
        ),
        "rows_mixed": (
            _twisted(rotated, "first row"),
            "all rows are turned by the positions of the first: position_ids has a row for each.",
        ),
        "starts_at_one": (
            _twisted(rotated, "plus 1"),
            "position 0 is turned. Take position_ids as they are.",
        ),
        "theta_ignored": (
            _twisted(rotated, "theta"),
            "theta makes no difference: it is the base of the frequencies.",
        ),
        "exponent_wrong": (
            _twisted(rotated, "i/d", "from 1", "4i/d"),
            "the frequencies are others: pair i, counted from 0, turns by theta^(−2i/d) per position.",
        ),
        "added_not_rotated": (
            _twisted(rotated, "added", "added swapped", "added interleaved"),
            "sines and cosines are added to x. Rotary positions multiply: a rotation keeps every length.",
        ),
        "half_rotated": (
            _twisted(
                rotated, "first half", "cosine only", "not swapped", "not negated", "overwritten"
            ),
            "this is only a part of a rotation: both coordinates change, and each needs the sine and the cosine.",
        ),
        "one_frequency": (
            _twisted(rotated, "one"),
            "every pair turns by the same angle: each has a frequency of its own.",
        ),
        "heads_not_positions": (
            _twisted(rotated, "heads"),
            "the angle grows with the head, not with the position: x is [B, h, T, d].",
        ),
    }
    judge_cases(
        student, "rope", cases, rotated, mistakes, "x with every pair turned, [B, h, T, d]", tolerance=1e-3
    )  # fmt: skip


# --- attention ------------------------------------------------------------------------------------------------------------


def attended(
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    mask: torch.Tensor | None = None,
    twist: str = "",
) -> torch.Tensor:
    """Scaled dot-product attention, zeros for queries that may attend to nothing; twist: one mistake."""
    if twist == "overflows":
        weights = (q @ k.mT / math.sqrt(q.shape[-1])).exp()
        weights = weights if mask is None else weights * mask
        return weights / weights.sum(-1, keepdim=True) @ v
    q, k, v = q.double(), k.double(), v.double()
    d, size = q.shape[-1], q.shape[-2]
    scale = {
        "not scaled": 1.0, "1/d": 1 / d, "S": k.shape[-2] ** -0.5, "T": size**-0.5,
        "hd": (q.shape[1] * d) ** -0.5, "times": d**0.5, "h": q.shape[1] ** -0.5, "B": len(q) ** -0.5,
    }.get(twist, d**-0.5)  # fmt: skip
    scores = q @ k.mT * scale
    if twist == "causal":
        causal = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
        mask = causal if mask is None else mask & causal
    if twist == "ignored":
        mask = None
    allowed = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask.expand_as(scores)
    if twist == "inverted" and mask is not None:
        allowed = ~allowed
    elif twist == "first of batch":
        allowed = allowed[:1].expand_as(scores)
    elif twist == "first head":
        allowed = allowed[:, :1].expand_as(scores)
    if mask is not None and twist in ("added", "added first", "multiplied", "filled with 0"):
        scores = {
            "added": scores + allowed, "added first": scores + allowed * scale,
            "multiplied": scores * allowed, "filled with 0": scores * allowed,
        }[twist]  # fmt: skip
        allowed = torch.ones_like(allowed)
    if twist == "after":
        return scores.softmax(-1) * allowed @ v
    if twist == "raw":
        return scores.masked_fill(~allowed, 0) @ v
    if twist == "shares":
        scores = scores.masked_fill(~allowed, 0)
        return scores / scores.sum(-1, keepdim=True) @ v
    hidden = scores.masked_fill(~allowed, -math.inf)
    if twist == "over queries":
        return hidden.softmax(-2).nan_to_num() @ v
    weights = hidden.softmax(-1).nan_to_num()
    return weights if twist == "weights" else weights @ v


def _mask(draw: random.Random, *shape: int) -> torch.Tensor:
    """A random mask whose rows hold both values (from two keys on)."""
    mask = torch.rand(shape, generator=torch.Generator().manual_seed(draw.randrange(2**31))) < 0.5
    rows = mask.view(-1, shape[-1])
    for row in rows:
        seen, hidden = draw.sample(range(shape[-1]), 2)
        row[seen], row[hidden] = True, False
    return mask


_UNSCALED = (
    "the scores are not divided by √d: with wide heads the softmax then puts everything on one key."
)
_INVERTED = "the mask is read the other way round: True means *may attend*."
_CAUSAL = "later tokens are hidden although no mask says so: only the mask decides."
_IGNORED = "the mask has no effect on the result."


@exercise
def attention(student: Student, draw: random.Random) -> None:
    library = {
        "scaled_dot_product_attention", "MultiheadAttention", "multi_head_attention_forward",
        "flex_attention", "sdpa_attention_forward", "eager_attention_forward",
    }  # fmt: skip
    refuse_library(student, library, "attention", "attention")

    def qkv(rows: int, heads: int, queries: int, keys: int, d: int) -> tuple:
        return tuple(normal(draw, rows, heads, n, d) for n in (queries, keys, keys))

    broadcast = (
        "mask_not_broadcast",
        "a mask of another shape fails: it only has to broadcast to [B, h, T, S].",
    )
    cases = [
        Case(qkv(2, 3, 5, 8, 8)),
        Case(qkv(2, 3, 4, 6, 8), {"mask": _mask(draw, 4, 6)}),
        Case(qkv(2, 4, 4, 4, 4), {"mask": _mask(draw, 2, 1, 4, 4)}, broadcast),
        Case(qkv(2, 2, 3, 5, 4), {"mask": _mask(draw, 2, 2, 3, 5)}, broadcast),
        Case(qkv(1, 1, 1, 1, 2)),
        Case(qkv(1, 2, 3, 1, 4), {"mask": torch.ones(3, 1, dtype=torch.bool)}),
    ]
    equal = qkv(1, 2, 3, 4, 6)
    cases.append(Case((equal[0], equal[1][:, :, :1].expand(-1, -1, 4, -1).clone(), equal[2])))
    mistakes: Mistakes = {
        "not_scaled": (_twisted(attended, "not scaled"), _UNSCALED),
        "wrong_scale": (
            _twisted(attended, "1/d", "S", "T", "hd", "times", "h", "B"),
            "the scores are scaled by something else than 1/√d, d being the last dimension of q.",
        ),
        "causal_always": (_twisted(attended, "causal"), _CAUSAL),
        "softmax_over_queries": (
            _twisted(attended, "over queries"),
            "the softmax runs over the queries: it is the weights of one query, over all keys, that sum to 1.",
        ),
        "softmax_missing": (
            _twisted(attended, "raw", "shares"),
            "the values are weighed with scores, not with their softmax.",
        ),
        "weights_returned": (
            _twisted(attended, "weights"),
            "these are the weights: what is asked for is the values' mean under them.",
        ),
        "mask_ignored": (_twisted(attended, "ignored"), _IGNORED),
        "mask_inverted": (_twisted(attended, "inverted"), _INVERTED),
        "mask_after_softmax": (
            _twisted(attended, "after"),
            "the weights are masked after the softmax: they no longer sum to 1. Mask the scores, with −inf.",
        ),
        "mask_added": (
            _twisted(attended, "added", "added first", "multiplied", "filled with 0"),
            "a hidden key still has a weight: a score of 0 is no lack of a score. Fill with −inf.",
        ),
        "mask_not_broadcast": (_twisted(attended, "first of batch", "first head"), broadcast[1]),
    }
    wanted = "the mean of the values under each query's weights, [B, h, T, d]"
    try:
        judge_cases(student, "attention", cases, attended, mistakes, wanted)
    except StudentError:
        try:
            cases[1].put_to(student["attention"])
        except StudentError:
            pass
        else:
            raise Found(
                "mask_none", "without a mask it fails: then every query attends to all keys."
            ) from None
        raise
    _judge_masked_rows(student, draw, qkv(1, 2, 3, 4, 5))
    q, k, v = qkv(1, 2, 3, 4, 4)
    large = Case((q * 200, k * 200, v), {"mask": _mask(draw, 3, 4)})
    got = large.put_to(student["attention"])
    require_tensor(got, (1, 2, 3, 4), FLOAT, wanted)
    require(
        not got.isnan().any() and close(got, large.put_to(attended)),
        "overflows",
        "scores of several thousand give another result: exp of them does not fit into a float. Subtract a row's largest "
        "score first, or use torch.softmax.",
    )


def _judge_masked_rows(student: Student, draw: random.Random, qkv: tuple) -> None:
    mask = _mask(draw, 3, 4)
    row = draw.randrange(3)
    mask[row] = False
    got = student["attention"](*qkv, mask=mask)
    require_tensor(got, (1, 2, 3, 5), FLOAT, "[B, h, T, d]")
    q, k, v = qkv
    target = attended(q, k, v, mask)
    none = "a query that may attend to nothing"
    require(
        not got[:, :, row].isnan().any(),
        "masked_row_nan",
        f"{none} comes out NaN: a softmax over nothing but −inf is 0/0. Its result should be zeros.",
    )
    mean = qkv[2].double().mean(2)
    require(
        not close(got[:, :, row], mean),
        "masked_row_mean",
        f"{none} gets the mean of all values: a large negative number is the same for all keys. It should get zeros.",
    )
    require(close(got, target), "wrong_value", f"{none} should get zeros, and change nothing else.")


@exercise
def causal_mask(student: Student, draw: random.Random) -> None:
    library = {
        "create_causal_mask", "generate_square_subsequent_mask", "causal_lower_right",
        "causal_upper_left",
    }  # fmt: skip
    refuse_library(student, library, "the mask", "causal_mask")
    cached = draw.randrange(2, 5)
    sizes = [(5, 5), (3, 3 + cached), (1, 1), (1, 6), (2, 7)]

    def right(queries: int, keys: int, shift: int = 0) -> torch.Tensor:
        return torch.ones(queries, keys).tril(keys - queries + shift).bool()

    def block_only(queries: int, keys: int) -> torch.Tensor:
        mask = right(queries, keys)
        mask[:, : keys - queries] = False
        return mask

    mistakes: Mistakes = {
        "bidirectional": (
            [lambda t, s: torch.ones(t, s).bool()],
            "everything is True: every token sees the ones that come after it.",
        ),
        "mask_inverted": (
            [lambda t, s: ~right(t, s)],
            "it is the other way round: True where a query may attend.",
        ),
        "looks_ahead": (
            [lambda t, s: torch.ones(t, s).triu(s - t).bool(), lambda t, s: torch.ones(t, s).triu().bool()],
            "this is the other triangle: each token sees itself and what comes after it.",
        ),
        "diagonal_hidden": (
            [lambda t, s: right(t, s, -1)],
            "a token does not see itself. It may: what it predicts is the one after it.",
        ),
        "sees_next": (
            [lambda t, s: right(t, s, 1)],
            "a token sees the one after it, which is the one to be predicted.",
        ),
        "upper_left": (
            [lambda t, s: torch.ones(t, s).tril().bool()],
            "with fewer queries than keys the first query sees only the first key. The queries are the *last* positions: "
            "all keys before them lie in the cache, and are seen.",
        ),
        "cache_hidden": (
            [block_only],
            "the cached positions are hidden: they come before every query.",
        ),
    }  # fmt: skip
    judge_cases(
        student, "causal_mask", [Case(size) for size in sizes], right, mistakes,
        "a mask [T, S] of True and False", dtypes=(torch.bool,), tolerance=0,
    )  # fmt: skip


def many_heads(
    x: torch.Tensor,
    weights: Weights,
    num_heads: int,
    num_key_value_heads: int,
    mask: torch.Tensor | None = None,
    twist: str = "",
) -> torch.Tensor:
    """Multi-head attention with grouped queries; twist: one mistake."""
    x = x.double()
    w = {name: weight.double() for name, weight in weights.items()}
    h, g, (b, t, width) = num_heads, num_key_value_heads, x.shape
    d = len(w["q_proj"]) // h
    names = {"k": "k_proj", "v": "v_proj"}
    if twist in ("keys as values", "swapped kv"):
        names["v"] = "k_proj"
    if twist in ("values as keys", "swapped kv"):
        names["k"] = "v_proj"
    flat = {"q": x @ w["q_proj"].T, "k": x @ w[names["k"]].T, "v": x @ w[names["v"]].T}
    if twist == "not transposed":
        flat = {"q": x @ w["q_proj"], "k": x @ w["k_proj"], "v": x @ w["v_proj"]}

    def split(y: torch.Tensor, count: int) -> torch.Tensor:
        if twist.startswith("viewed"):
            return y.reshape(b, count, t, d)
        if twist.startswith("interleaved"):
            return y.view(b, t, d, count).permute(0, 3, 1, 2)
        return y.view(b, t, count, d).transpose(1, 2)

    q, k, v = split(flat["q"], h), split(flat["k"], g), split(flat["v"], g)
    if twist == "tiled":
        k, v = k.repeat(1, h // g, 1, 1), v.repeat(1, h // g, 1, 1)
    elif twist == "first shared":
        k, v = k[:, :1].expand(-1, h, -1, -1), v[:, :1].expand(-1, h, -1, -1)
    elif twist == "last shared":
        shared = [min(j, g - 1) for j in range(h)]
        k, v = k[:, shared], v[:, shared]
    elif twist == "fewer queries":
        q = q[:, :g]
    else:
        k, v = k.repeat_interleave(h // g, 1), v.repeat_interleave(h // g, 1)
    if twist in ("unscaled", "width scaled", "assumed"):
        wrong = {"unscaled": d, "width scaled": d / width, "assumed": d * h / width}[twist]
        q = q * math.sqrt(wrong)
    inner = {"ignored": "ignored", "causal": "causal", "inverted": "inverted"}.get(twist, "")
    out = attended(q, k, v, mask, inner)
    if twist in ("scrambled", "viewed, reshaped"):
        out = out.reshape(b, t, -1)
    elif twist in ("interleaved, merged alike", "merged by entry"):
        out = out.permute(0, 2, 3, 1).reshape(b, t, -1)
    else:
        out = out.transpose(1, 2).reshape(b, t, -1)
    if twist == "no output":
        return out
    if twist == "not transposed" or twist == "output not transposed":
        return out @ w["o_proj"]
    out = out @ w["o_proj"][:, : out.shape[-1]].T
    return out + x if twist == "residual" else out


def _projections(draw: random.Random, width: int, h: int, g: int, d: int) -> Weights:
    sizes = {"q_proj": (h * d, width), "k_proj": (g * d, width), "v_proj": (g * d, width)}
    sizes["o_proj"] = (width, h * d)
    return {name: normal(draw, *size) / math.sqrt(size[1]) * 1.5 for name, size in sizes.items()}


@exercise
def multi_head_attention(student: Student, draw: random.Random) -> None:
    library = {"MultiheadAttention", "multi_head_attention_forward", "LlamaAttention"}
    refuse_library(student, library, "attention with several heads", "multi_head_attention")

    def case(
        rows: int,
        length: int,
        width: int,
        h: int,
        g: int,
        d: int,
        mask: Any = None,
        blames: Any = None,
    ) -> Case:
        args = (normal(draw, rows, length, width), _projections(draw, width, h, g, d), h, g)
        return Case(args, {} if mask is None else {"mask": mask}, blames)

    assumed = (
        "head_dim_assumed",
        "it fails where a head is not H/h wide: a head's width is the number of q_proj's rows over h.",
    )
    cases = [
        case(2, 5, 8, 4, 4, 2),
        case(2, 5, 8, 4, 2, 2),
        case(2, 5, 8, 4, 2, 2, _mask(draw, 5, 5)),
        case(2, 4, 6, 4, 2, 4, None, assumed),
        case(2, 4, 6, 2, 1, 5, _mask(draw, 2, 1, 1, 4), assumed),
        case(1, 3, 6, 6, 3, 1),
        case(1, 1, 4, 1, 1, 4),
        case(1, 4, 12, 6, 2, 2),
    ]
    mistakes: Mistakes = {
        "kv_heads_tiled": (
            _twisted(many_heads, "tiled"),
            "key-value heads are dealt out in turn, 0 1 0 1. Neighbouring query heads share one: 0 0 1 1.",
        ),
        "kv_heads_not_shared": (
            _twisted(many_heads, "first shared", "last shared", "fewer queries"),
            "not every query head, or not every key-value head, is used: h/g query heads share each key-value head.",
        ),
        "heads_not_transposed": (
            _twisted(many_heads, "viewed", "viewed, reshaped"),
            "[B, T, h·d] was viewed as [B, h, T, d], which mixes tokens and heads. View as [B, T, h, d], then transpose.",
        ),
        "heads_interleaved": (
            _twisted(many_heads, "interleaved", "interleaved, merged alike"),
            "a head got every h-th entry. Head j has the entries from j·d to (j + 1)·d.",
        ),
        "merge_scrambled": (
            _twisted(many_heads, "scrambled", "merged by entry"),
            "the heads' results were put together without moving T in front of the heads: transpose back before you reshape.",
        ),
        "weight_not_transposed": (
            _twisted(many_heads, "not transposed", "output not transposed"),
            "weights are stored as [out, in]: multiply with the transposed one.",
        ),
        "output_projection_missing": (
            _twisted(many_heads, "no output"),
            "o_proj is not used: it mixes what the heads found.",
        ),
        "head_dim_assumed": (_twisted(many_heads, "assumed"), assumed[1]),
        "wrong_scale": (
            _twisted(many_heads, "unscaled", "width scaled"),
            "scores are scaled by something else than 1/√d, d being the width of one head.",
        ),
        "mask_ignored": (_twisted(many_heads, "ignored"), _IGNORED),
        "causal_always": (_twisted(many_heads, "causal"), _CAUSAL),
        "mask_inverted": (_twisted(many_heads, "inverted"), _INVERTED),
        "keys_for_values": (
            _twisted(many_heads, "keys as values", "values as keys", "swapped kv"),
            "keys and values come from each other's projection.",
        ),
        "residual_added": (
            _twisted(many_heads, "residual"),
            "x is added to the result: that is the block's business.",
        ),
    }  # fmt: skip
    judge_cases(
        student, "multi_head_attention", cases, many_heads, mistakes, "the attention's result, [B, T, H]"
    )  # fmt: skip


# --- norms and the feed-forward -----------------------------------------------------------------------------------------


def layer_normed(
    x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float = 1e-5, twist: str = ""
) -> torch.Tensor:
    """Layer norm over the last dimension, in float64; twist: one mistake."""
    y, w, b = x.double(), weight.double(), bias.double()
    dims: Any = {"tokens": 0, "first": 0, "all": tuple(range(x.dim()))}.get(twist, -1)
    if twist == "tokens" and x.dim() == 3:
        dims = 1
    mean = y.mean(dims, keepdim=True)
    var = y.var(dims, unbiased=twist == "unbiased", keepdim=True)
    if twist == "uncentred":
        mean, var = mean * 0, y.square().mean(dims, keepdim=True)
    elif twist == "uncentred, spread kept":
        mean = mean * 0
    eps = {"missing": 0.0, "fixed": 1e-5, "fixed 6": 1e-6, "fixed 12": 1e-12}.get(twist, eps)
    spread = (var + eps).sqrt()
    if twist == "outside":
        spread = var.sqrt() + eps
    elif twist == "no root":
        spread = var + eps
    normed = (y - mean) / spread
    if twist == "bias first":
        return (normed + b) * w
    return normed * (1 if twist == "no weight" else w) + (0 if twist == "no bias" else b)


def rms_normed(
    x: torch.Tensor, weight: torch.Tensor, eps: float = 1e-5, twist: str = ""
) -> torch.Tensor:
    """RMS norm over the last dimension, in float64; twist: one mistake."""
    y, w = x.double(), weight.double()
    dims: Any = {"tokens": 0, "first": 0, "all": tuple(range(x.dim()))}.get(twist, -1)
    if twist == "tokens" and x.dim() == 3:
        dims = 1
    if twist == "centred":
        y = y - y.mean(-1, keepdim=True)
    square = y.square().mean(dims, keepdim=True)
    if twist == "deviation":
        square = y.var(-1, unbiased=False, keepdim=True)
    elif twist == "unbiased deviation":
        square = y.var(-1, keepdim=True)
    elif twist == "sum":
        square = y.square().sum(-1, keepdim=True)
    eps = {"missing": 0.0, "fixed": 1e-5, "fixed 6": 1e-6}.get(twist, eps)
    size = (square + eps).sqrt()
    if twist == "outside":
        size = square.sqrt() + eps
    elif twist == "no root":
        size = square + eps
    elif twist == "absolute":
        size = y.abs().mean(-1, keepdim=True) + eps
    return y / size * {"no weight": torch.ones_like(w), "plus 1": w + 1}.get(twist, w)


_EPS = "another eps makes no difference: use the one that is given."
_OTHER_DIMENSION = (
    "the mean runs over tokens too: each token is normed alone, over the last dimension."
)


@exercise
def layer_norm(student: Student, draw: random.Random) -> None:
    library = {
        "layer_norm", "LayerNorm", "native_layer_norm", "group_norm", "GroupNorm", "instance_norm",
        "batch_norm",
    }  # fmt: skip
    refuse_library(student, library, "the norm", "layer_norm")

    def given(*shape: int) -> tuple[torch.Tensor, ...]:
        return (*_uneven(draw, *shape), normal(draw, shape[-1]))

    small, wide, level = given(2, 3, 5), given(3, 8), given(3, 6)
    # Equal entries, of few bits: else float32 misses their mean, and eps turns that into 1e-4.
    level[0].copy_(level[0][:, :1].mul(4).round().div(4).expand(-1, 6))
    main = [
        Case(given(2, 3, 5), {"eps": 1e-5}),
        Case(given(4, 6), {"eps": 0.5}),
        Case(given(7)),
        Case(given(5, 5), {"eps": 1e-12}),
        Case((small[0] * 3e-3, *small[1:])),
        Case((small[0] * 3e-3, *small[1:]), {"eps": 0.5}),
        Case(given(1, 1, 2)),
        Case(level),
    ]
    mistakes: Mistakes = {
        "unbiased_variance": (
            _twisted(layer_normed, "unbiased"),
            "the variance is divided by H − 1, torch's default: here it is divided by H.",
        ),
        "eps_outside_root": (
            _twisted(layer_normed, "outside"),
            "eps is added to the root: it stands inside, √(var + eps).",
        ),
        "eps_missing": (
            _twisted(layer_normed, "missing"),
            "equal entries give NaN, or eps has no effect: √(var + eps) is never 0.",
        ),
        "default_eps": (
            _with_other_defaults(layer_normed),
            "without eps the default is another than 1e-5.",
        ),
        "eps_ignored": (_twisted(layer_normed, "fixed", "fixed 6", "fixed 12"), _EPS),
        "variance_for_deviation": (
            _twisted(layer_normed, "no root"),
            "the difference is divided by the variance: take its root.",
        ),
        "mean_not_subtracted": (
            _twisted(layer_normed, "uncentred", "uncentred, spread kept"),
            "the mean is not subtracted: that is an RMS norm with a bias.",
        ),
        "wrong_dimension": (_twisted(layer_normed, "tokens", "first", "all"), _OTHER_DIMENSION),
        "weight_missing": (_twisted(layer_normed, "no weight"), "the weight is not used."),
        "bias_missing": (_twisted(layer_normed, "no bias"), "the bias is not used."),
        "bias_before_weight": (
            _twisted(layer_normed, "bias first"),
            "the bias is added before the weight: multiply first.",
        ),
    }
    high = torch.tensor([[999.0, 1001.0, 1000.0, 1000.5], [1000.0, 999.5, 1001.0, 1000.0]])
    others = [
        (Case(tuple(part.double() for part in wide)), 1e-4, ""),
        (Case((high, *given(4)[1:])), 1e-3, "cancellation"),
        (
            Case(tuple(part.half() for part in (wide[0] * 300, *wide[1:]))),
            1e-2,
            "half_precision_overflow",
        ),
        (Case(tuple(part.bfloat16() for part in wide)), 5e-2, ""),
    ]
    _judge_norm(student, "layer_norm", layer_normed, main, mistakes, others)


@exercise
def rms_norm(student: Student, draw: random.Random) -> None:
    refuse_library(student, {"rms_norm", "RMSNorm", "LlamaRMSNorm"}, "the norm", "rms_norm")
    given = partial(_uneven, draw)
    small, wide = given(2, 3, 5), given(3, 8)
    main = [
        Case(given(2, 3, 5), {"eps": 1e-5}),
        Case(given(4, 6), {"eps": 0.5}),
        Case(given(7)),
        Case(given(5, 5)),
        Case((small[0] * 1e-3, small[1])),
        Case((small[0] * 1e-3, small[1]), {"eps": 0.5}),
        Case(given(1, 1, 2)),
        Case((torch.zeros(2, 4), given(4)[1])),
    ]
    mistakes: Mistakes = {
        "mean_subtracted": (
            _twisted(rms_normed, "centred", "deviation", "unbiased deviation"),
            "the mean is subtracted: that is layer norm. RMS norm only divides.",
        ),
        "sum_not_mean": (
            _twisted(rms_normed, "sum"),
            "divided by the vector's length √Σx²: it is the root of the *mean* square.",
        ),
        "eps_outside_root": (
            _twisted(rms_normed, "outside"),
            "eps is added to the root: it stands inside, √(mean(x²) + eps).",
        ),
        "eps_missing": (
            _twisted(rms_normed, "missing"),
            "a row of zeros gives NaN, or eps has no effect: √(mean(x²) + eps) is never 0.",
        ),
        "default_eps": (
            _with_other_defaults(rms_normed),
            "without eps the default is another than 1e-5, SmolLM2's.",
        ),
        "eps_ignored": (_twisted(rms_normed, "fixed", "fixed 6"), _EPS),
        "root_missing": (
            _twisted(rms_normed, "no root"),
            "divided by the mean square: take its root.",
        ),
        "absolute_mean": (
            _twisted(rms_normed, "absolute"),
            "divided by the mean of |x|: square, take the mean, take the root.",
        ),
        "wrong_dimension": (_twisted(rms_normed, "tokens", "first", "all"), _OTHER_DIMENSION),
        "weight_missing": (_twisted(rms_normed, "no weight"), "the weight is not used."),
        "one_plus_weight": (
            _twisted(rms_normed, "plus 1"),
            "multiplied by 1 + weight: Gemma stores its weights so, SmolLM2 does not.",
        ),
    }
    others = [
        (Case(tuple(part.double() for part in wide)), 1e-4, ""),
        (Case(((wide[0] * 300).half(), wide[1].half())), 1e-2, "half_precision_overflow"),
        (Case(tuple(part.bfloat16() for part in wide)), 5e-2, ""),
    ]
    _judge_norm(student, "rms_norm", rms_normed, main, mistakes, others)


def _uneven(draw: random.Random, *shape: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens of different size and mean, and a weight."""
    size, mean = normal(draw, *shape[:-1], 1).abs() + 0.5, normal(draw, *shape[:-1], 1)
    return normal(draw, *shape) * size + mean, 1 + normal(draw, shape[-1]) / 2


def _with_other_defaults(norm: Callable) -> list[Callable]:
    def with_default(default: float) -> Callable:
        return lambda *args, eps=default: norm(*args, eps)

    return [with_default(default) for default in (1e-6, 1e-12, 1e-8, 1e-3, 0.0)]


def _judge_norm(
    student: Student,
    name: str,
    right: Callable,
    main: Sequence[Case],
    mistakes: Mistakes,
    others: Sequence[tuple[Case, float, str]],
) -> None:
    """others: (a case of another kind, its tolerance, the finding if what was right so far is wrong there)."""
    wanted = "the norm of every token, in the shape and dtype of x"
    judge_cases(student, name, main, right, mistakes, wanted, dtypes=None)
    for case, tolerance, id in others:
        try:
            judge_cases(student, name, [case], right, {}, wanted, dtypes=None, tolerance=tolerance)
        except Found as found:
            if found.finding.id != "wrong_value" or not id:
                raise
            raise Found(id, _OUT_OF_RANGE[id]) from None


_OUT_OF_RANGE = {
    "half_precision_overflow": "in float16 the result is zeros, NaN or far off: squares of several hundred do not fit into "
    "it. Compute in float32 and cast at the end.",
    "cancellation": "with a large mean the result is off: E[x²] − E[x]² subtracts two large numbers. Subtract the mean "
    "first, then square.",
}


def gated(x: torch.Tensor, weights: Weights, twist: str = "") -> torch.Tensor:
    """The gated feed-forward of Llama, in float64; twist: one mistake."""
    x = x.double()
    w = {name: weight.double().T for name, weight in weights.items()}
    if twist == "not transposed":
        w = {name: weight.T for name, weight in w.items()}
    elif twist == "down not transposed":
        w["down_proj"] = w["down_proj"].T
    gate, up = x @ w["gate_proj"], x @ w["up_proj"]
    inner = {
        "swapped": lambda: gate * F.silu(up),
        "only up": lambda: F.silu(up),
        "only gate": lambda: F.silu(gate),
        "plain up": lambda: up,
        "no silu": lambda: gate * up,
        "sigmoid": lambda: gate.sigmoid() * up,
        "gelu": lambda: F.gelu(gate) * up,
        "gelu tanh": lambda: F.gelu(gate, approximate="tanh") * up,
        "relu": lambda: gate.relu() * up,
        "tanh": lambda: gate.tanh() * up,
        "of product": lambda: F.silu(gate * up),
        "both": lambda: F.silu(gate) * F.silu(up),
        "sum": lambda: F.silu(gate) + up,
        "softmax": lambda: gate.softmax(-1) * gate * up,
        "softmax alone": lambda: gate.softmax(-1) * up,
        "of result": lambda: gate * up,
    }.get(twist, lambda: F.silu(gate) * up)()
    out = inner @ w["down_proj"]
    if twist == "of result":
        return F.silu(out)
    return out + x if twist == "residual" else out


@exercise
def feed_forward(student: Student, draw: random.Random) -> None:
    refuse_library(student, {"LlamaMLP"}, "the feed-forward network", "feed_forward")

    def case(rows: int, length: int, width: int, inner: int, size: float = 1.0) -> Case:
        weights = {
            "gate_proj": normal(draw, inner, width),
            "up_proj": normal(draw, inner, width),
            "down_proj": normal(draw, width, inner) / math.sqrt(inner),
        }
        return Case((normal(draw, rows, length, width) * size, weights))

    cases = [case(2, 3, 6, 6), case(2, 3, 4, 9), case(1, 4, 8, 5), case(1, 1, 6, 6)]
    mistakes: Mistakes = {
        "gate_and_up_swapped": (
            _twisted(gated, "swapped"),
            "silu is on the up projection: it belongs on the gate.",
        ),
        "gate_missing": (
            _twisted(gated, "only up", "only gate", "plain up"),
            "only one of the two projections goes down: gate and up are multiplied.",
        ),
        "activation_missing": (
            _twisted(gated, "no silu"),
            "there is no silu: gate · up alone is a product, and nothing decides.",
        ),
        "sigmoid_gate": (
            _twisted(gated, "sigmoid"),
            "the gate is σ(z): silu is z·σ(z).",
        ),
        "wrong_activation": (
            _twisted(gated, "gelu", "gelu tanh", "relu", "tanh"),
            "the activation is another than silu(z) = z·σ(z).",
        ),
        "activation_misplaced": (
            _twisted(gated, "of product", "both", "of result"),
            "silu is taken of something else than the gate alone.",
        ),
        "added_not_multiplied": (
            _twisted(gated, "sum"),
            "silu(gate) and up are added: a gate multiplies.",
        ),
        "weight_not_transposed": (
            _twisted(gated, "not transposed", "down not transposed"),
            "weights are stored as [out, in]: multiply with the transposed one.",
        ),
        "residual_added": (
            _twisted(gated, "residual"),
            "x is added to the result: that is the block's business.",
        ),
        "softmax_gate": (
            _twisted(gated, "softmax", "softmax alone"),
            "the gate is a softmax over all of them: each has a sigmoid of its own.",
        ),
    }
    wanted = "down_proj(silu(gate_proj(x)) · up_proj(x)), [B, T, H]"
    judge_cases(student, "feed_forward", cases, gated, mistakes, wanted)
    large = case(2, 3, 6, 6, 1.0)
    large.args[1]["gate_proj"] *= 100
    got = large.put_to(student["feed_forward"])
    require_tensor(got, (2, 3, 6), FLOAT, wanted)
    require(
        bool(got.isfinite().all()) and close(got, large.put_to(gated)),
        "overflows",
        "with gates of some hundreds the result is off: exp of them does not fit into a float. torch.sigmoid copes.",
    )


# --- the block and the model ----------------------------------------------------------------------------------------------


def wired(
    x: torch.Tensor,
    attention: Callable,
    feed_forward: Callable,
    attention_norm: torch.Tensor,
    feed_forward_norm: torch.Tensor,
    eps: float = 1e-5,
    twist: str = "",
) -> torch.Tensor:
    """A pre-norm block; twist: one mistake."""
    x, first, second = x.double(), attention_norm.double(), feed_forward_norm.double()
    if twist == "weights swapped":
        first, second = second, first
    elif twist == "first shared":
        second = first
    elif twist == "second shared":
        first = second
    eps = {"fixed": 1e-5, "fixed 6": 1e-6}.get(twist, eps)

    def norm(y: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        if twist == "layer norm":
            y = y - y.mean(-1, keepdim=True)
        return rms_normed(y, weight, eps)

    if twist == "post":
        y = norm(x + attention(x), first)
        return norm(y + feed_forward(y), second)
    if twist == "post, inside":
        y = x + norm(attention(x), first)
        return y + norm(feed_forward(y), second)
    if twist == "parallel":
        return x + attention(norm(x, first)) + feed_forward(norm(x, second))
    if twist == "order swapped":
        y = x + feed_forward(norm(x, second))
        return y + attention(norm(y, first))
    if twist == "order and weights swapped":
        y = x + feed_forward(norm(x, first))
        return y + attention(norm(y, second))
    normed = x if twist in ("no first norm", "no norm") else norm(x, first)
    base = {"normed added": normed, "first normed added": normed, "no first sum": 0, "no sum": 0}
    y = base.get(twist, x) + attention(normed)
    normed = y if twist in ("no second norm", "no norm") else norm(y, second)
    base = {
        "normed added": normed, "second normed added": normed, "no second sum": 0, "no sum": 0,
        "first input": x, "first input too": x + y,
    }  # fmt: skip
    z = base.get(twist, y) + feed_forward(normed)
    if twist == "last norm":
        return norm(z, second)
    if twist == "last norm, first weight":
        return norm(z, first)
    return z


def _sublayers(draw: random.Random, width: int, zeros: bool) -> tuple[Callable, Callable]:
    """An attention that mixes tokens and a feed-forward that does not, neither of them linear."""
    a, b = normal(draw, width, width).double(), normal(draw, width, width).double()

    def attention(x: torch.Tensor) -> torch.Tensor:
        mixed = x.double().cumsum(1).tanh() @ a + 0.3
        return mixed * (not zeros)

    def feed_forward(x: torch.Tensor) -> torch.Tensor:
        return (x.double() @ b).sin() * (not zeros) + 0.2 * (not zeros)

    return attention, feed_forward


@exercise
def transformer_block(student: Student, draw: random.Random) -> None:
    library = {"LlamaDecoderLayer", "TransformerEncoderLayer"}
    refuse_library(student, library, "the block", "transformer_block")
    mistakes: dict[str, tuple[tuple[str, ...], str]] = {
        "order_swapped": (
            ("order swapped", "order and weights swapped"),
            "the feed-forward network comes first: attention does.",
        ),
        "norm_missing": (
            ("no first norm", "no second norm", "no norm"),
            "a sublayer gets the stream as it is: norm a copy of it for each.",
        ),
        "norm_weights_swapped": (
            ("weights swapped",),
            "attention_norm and feed_forward_norm are exchanged.",
        ),
        "norm_shared": (
            ("first shared", "second shared"),
            "both norms use the same weight: each sublayer has its own.",
        ),
        "layer_norm_for_rms": (
            ("layer norm",),
            "the mean is subtracted: these are RMS norms.",
        ),
        "eps_ignored": (("fixed", "fixed 6"), _EPS),
        "post_norm": (
            ("post", "post, inside"),
            "the norm comes after a sublayer, as in 2017. Here each sublayer reads a normed copy, and the stream itself is "
            "never normed.",
        ),
        "parallel_block": (
            ("parallel",),
            "both sublayers read x: the feed-forward network reads what attention has already added to.",
        ),
        "residual_of_first_input": (
            ("first input", "first input too"),
            "behind the feed-forward network x is added again: add to the stream as attention left it.",
        ),
        "residual_of_normed": (
            ("normed added", "first normed added", "second normed added"),
            "the normed copy is added in place of the stream.",
        ),
        "residual_missing": (
            ("no first sum", "no second sum", "no sum"),
            "a sum is missing: what a sublayer says is *added* to the stream.",
        ),
        "final_norm_added": (
            ("last norm", "last norm, first weight"),
            "there is a norm behind the second sum: the model has one at its end, not the block.",
        ),
    }
    wanted = "the stream behind the block, [B, T, H]"
    for shape, zeros, kwargs in (
        ((2, 4, 6), False, {}),
        ((1, 3, 5), False, {"eps": 0.5}),
        ((1, 1, 4), False, {}),
        ((2, 3, 4), True, {}),
    ):
        x, width = normal(draw, *shape) * 1.5, shape[-1]
        norms = 1 + normal(draw, width) / 2, 1 + normal(draw, width) / 2
        lent = _sublayers(draw, width, zeros)
        given: dict[str, list[torch.Tensor]] = {"attention": [], "feed_forward": []}
        functions = [
            _noting(name, function, seen)
            for (name, seen), function in zip(given.items(), lent, strict=True)
        ]
        got = student["transformer_block"](x, *functions, *norms, **kwargs)
        require_tensor(got, shape, FLOAT, wanted)
        for name, calls in given.items():
            require(
                len(calls) < 2,
                "called_twice",
                f"`{name}` is run {len(calls)} times for one call: once is enough, and costs half.",
            )
        played = partial(_played_block, x, lent, norms, kwargs)
        seen = [*given["attention"], *given["feed_forward"], got]
        if _all_close(seen, played()):
            continue
        for id, (twists, message) in mistakes.items():
            for twist in twists:
                require(not _all_close(seen, played(twist)), id, message)
        raise Found("wrong_value", f"the result is not {wanted}.")


def _noting(name: str, function: Callable, seen: list[torch.Tensor]) -> Function:
    """The function as one of the student's, which notes what it is given, once it can do something with it."""

    def noting(x: torch.Tensor) -> torch.Tensor:
        result = function(x).float()
        seen.append(x)
        return result

    return Function(name, noting)


def _played_block(
    x: torch.Tensor,
    lent: tuple,
    norms: tuple[torch.Tensor, torch.Tensor],
    kwargs: dict[str, float],
    twist: str = "",
) -> list[torch.Tensor]:
    """What attention and the feed-forward get in a block with this mistake, then its result."""
    got: list[Any] = [None, None]

    def watched(place: int) -> Callable:
        def call(x: torch.Tensor) -> torch.Tensor:
            got[place] = x
            return lent[place](x)

        return call

    first, second = norms
    eps = kwargs.get("eps", 1e-5)
    result = wired(x, watched(0), watched(1), first, second, eps, twist)
    return [*got, result]


def _all_close(got: list[torch.Tensor], target: list[torch.Tensor]) -> bool:
    return len(got) == len(target) and all(map(close, got, target))


def _llama_config(draw: random.Random, **changes: Any) -> Config:
    settings: dict[str, Any] = {
        "vocab_size": 23, "hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 3,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 4, "rms_norm_eps": 1e-2,
        "rope_parameters": {"rope_type": "default", "rope_theta": 100.0},
        "max_position_embeddings": 64, "tie_word_embeddings": False, "initializer_range": 0.4,
        "bos_token_id": None, "eos_token_id": None,
    }  # fmt: skip
    return Config("LlamaConfig", **(settings | changes))


def _llama_weights(draw: random.Random, config: Config) -> tuple[Any, Weights]:
    """A tiny Llama of transformers and its weights, no norm's weight being 1."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(draw.randrange(2**31))
        reference = LlamaForCausalLM(config.reference).eval()
        with torch.no_grad():
            for name, weight in reference.named_parameters():
                if "norm" in name:
                    weight.copy_(1 + torch.randn_like(weight) / 2)
    state = {name: weight.detach().clone() for name, weight in reference.state_dict().items()}
    return reference, state


def llama_logits(
    state: Weights, config: Any, input_ids: torch.Tensor, twist: str = ""
) -> torch.Tensor:
    """Llama's forward pass in float64; twist: one mistake."""
    w = {name: weight.double() for name, weight in state.items()}
    h, g = config.num_attention_heads, config.num_key_value_heads
    eps = {"eps 5": 1e-5, "eps 6": 1e-6, "no eps": 0.0}.get(twist, config.rms_norm_eps)
    theta = 10000.0 if twist == "theta" else config.rope_parameters["rope_theta"]
    embeddings = w["model.embed_tokens.weight"]
    x = embeddings[input_ids]
    b, t, width = x.shape
    if twist == "scaled":
        x = x * math.sqrt(width)
    places = torch.arange(t)[None].expand(b, -1)
    turn = partial(rotated, position_ids=places, theta=theta)
    if twist == "interleaved":
        turn = partial(turn, twist="interleaved")
    causal = None if twist == "not causal" else torch.ones(t, t, dtype=torch.bool).tril()
    count = {"two layers": 2, "one layer": 1}.get(twist, config.num_hidden_layers)

    for layer in range(count):
        part = f"model.layers.{0 if twist == 'first layer' else layer}."
        norms = [w[f"{part}{name}_layernorm.weight"] for name in ("input", "post_attention")]
        if twist == "norms swapped":
            norms.reverse()
        elif twist == "first norm twice":
            norms[1] = norms[0]

        mask = None if twist == "causal in the first" and layer else causal

        def attention(y: torch.Tensor, part: str = part, mask: Any = mask) -> torch.Tensor:
            q, k, v = (
                (y @ w[f"{part}self_attn.{n}_proj.weight"].T).view(b, t, c, -1).transpose(1, 2)
                for n, c in (("q", h), ("k", g), ("v", g))
            )
            q, k = (q if twist in ("no rope", "keys only") else turn(q),
                    k if twist in ("no rope", "queries only") else turn(k))  # fmt: skip
            v = turn(v) if twist == "values too" else v
            if twist == "tiled":
                k, v = k.repeat(1, h // g, 1, 1), v.repeat(1, h // g, 1, 1)
            else:
                k, v = k.repeat_interleave(h // g, 1), v.repeat_interleave(h // g, 1)
            if twist == "head dim assumed":
                q = q * math.sqrt(q.shape[-1] * h / width)
            out = attended(q, k, v, mask).transpose(1, 2).reshape(b, t, -1)
            return out @ w[f"{part}self_attn.o_proj.weight"].T

        def mlp(y: torch.Tensor, part: str = part) -> torch.Tensor:
            inner = {
                name: w[f"{part}mlp.{name}.weight"]
                for name in ("gate_proj", "up_proj", "down_proj")
            }
            how = {"gate swapped": "swapped"}.get(twist, twist if twist in _ACTIVATIONS else "")
            return gated(y, inner, how)

        if twist.startswith("post"):
            x = x + rms_normed(attention(rms_normed(x, norms[0], eps)), norms[1], eps)
            x = x + mlp(rms_normed(x, norms[1], eps) if twist == "post and before" else x)
            continue
        block = _BLOCK_TWISTS.get(twist, "")
        x = wired(x, attention, mlp, norms[0], norms[1], eps, block)
    if twist != "no last norm":
        x = rms_normed(x, w["model.norm.weight"], eps)
    head = w.get("lm_head.weight", embeddings)
    logits = x @ (embeddings if twist == "always tied" else head).T
    return (
        logits.softmax(-1)
        if twist == "softmax"
        else logits.log_softmax(-1)
        if twist == "log softmax"
        else logits
    )


_ACTIVATIONS = ("gelu", "gelu tanh", "relu", "sigmoid", "no silu")
_BLOCK_TWISTS = {
    "no sums": "no sum",
    "no first sum": "no first sum",
    "no second sum": "no second sum",
}


@exercise
def llama_forward(student: Student, draw: random.Random) -> None:
    library = {
        "LlamaModel", "LlamaForCausalLM", "LlamaDecoderLayer", "LlamaAttention", "LlamaMLP",
        "AutoModel", "AutoModelForCausalLM", "functional_call",
    }  # fmt: skip
    refuse_library(student, library, "the model", "llama_forward")
    mistakes: Mistakes = {
        "not_causal": (
            _twisted(llama_logits, "not causal", "causal in the first"),
            "a token's logits depend on later tokens: use a causal mask.",
        ),
        "rope_missing": (
            _twisted(llama_logits, "no rope"),
            "without positions the order of earlier tokens makes no difference: turn queries and keys.",
        ),
        "rope_pairs_interleaved": (
            _twisted(llama_logits, "interleaved"),
            "entries 2i and 2i + 1 are turned together: the weights are stored for i and i + d/2.",
        ),
        "rope_on_values": (
            _twisted(llama_logits, "values too"),
            "the values are turned too: positions decide who looks where, not what is seen.",
        ),
        "rope_keys_only": (
            _twisted(llama_logits, "keys only", "queries only"),
            "only queries or only keys are turned: what counts is the angle between the two.",
        ),
        "rope_theta": (
            _twisted(llama_logits, "theta"),
            'theta stands in config.rope_parameters["rope_theta"]: it is not always 10000.',
        ),
        "kv_heads_tiled": (
            _twisted(llama_logits, "tiled"),
            "key-value heads are dealt out in turn, 0 1 0 1. Neighbouring query heads share one: 0 0 1 1.",
        ),
        "head_dim_assumed": (
            _twisted(llama_logits, "head dim assumed"),
            "a head is config.head_dim wide, not always H/h.",
        ),
        "final_norm_missing": (
            _twisted(llama_logits, "no last norm"),
            "`model.norm` is not used: it stands between the last block and the output matrix.",
        ),
        "norm_eps": (
            _twisted(llama_logits, "eps 5", "eps 6", "no eps"),
            "the norms use another eps than config.rms_norm_eps.",
        ),
        "norm_weights_swapped": (
            _twisted(llama_logits, "norms swapped", "first norm twice"),
            "`input_layernorm` belongs before attention and `post_attention_layernorm` before the feed-forward network.",
        ),
        "post_norm": (
            _twisted(llama_logits, "post", "post and before"),
            "`post_attention_layernorm` norms attention's result. Its name misleads: it stands before the feed-forward "
            "network.",
        ),
        "residual_missing": (
            _twisted(llama_logits, "no sums", "no first sum", "no second sum"),
            "a sum is missing: what attention and the feed-forward network say is added to the stream.",
        ),
        "gate_and_up_swapped": (
            _twisted(llama_logits, "gate swapped"),
            "silu is on the up projection: it belongs on the gate.",
        ),
        "wrong_activation": (
            _twisted(llama_logits, *_ACTIVATIONS),
            "the feed-forward network has another activation than silu on the gate.",
        ),
        "head_always_tied": (
            _twisted(llama_logits, "always tied"),
            "the embedding serves as output matrix though `lm_head.weight` is one of its own.",
        ),
        "layers_fixed": (
            _twisted(llama_logits, "two layers", "one layer", "first layer"),
            "not every layer is used with its own weights: there are config.num_hidden_layers.",
        ),
        "probabilities_returned": (
            _twisted(llama_logits, "softmax", "log softmax"),
            "these are probabilities: return the logits.",
        ),
        "embeddings_scaled": (
            _twisted(llama_logits, "scaled"),
            "the embeddings are multiplied by √H: Gemma does that, Llama does not.",
        ),
    }  # fmt: skip
    layers = ("layers_fixed", "it fails with one layer: there are config.num_hidden_layers.")
    heads = ("head_dim_assumed", "it fails where head_dim is not H/h: read config.head_dim.")
    tied = (
        "tied_head_missing",
        "it fails without `lm_head.weight`: where config.tie_word_embeddings holds, the embedding is the output matrix.",
    )
    sizes: list[tuple[dict, tuple[int, int], tuple[str, str] | None]] = [
        ({}, (2, 12), None),
        ({"num_hidden_layers": 1}, (1, 7), layers),
        ({"num_hidden_layers": 1, "num_key_value_heads": 1, "head_dim": 6}, (2, 5), heads),
        ({"num_hidden_layers": 1, "num_key_value_heads": 4, "tie_word_embeddings": True}, (1, 6), tied),
        ({"num_hidden_layers": 1, "tie_word_embeddings": True}, (1, 1), None),
    ]  # fmt: skip
    cases, references = [], {}
    for number, (changes, (rows, length), blames) in enumerate(sizes):
        config = _llama_config(draw, **changes)
        reference, state = _llama_weights(draw, config)
        if blames is tied:
            del state["lm_head.weight"]
        ids = torch.tensor([[draw.randrange(23) for _ in range(length)] for _ in range(rows)])
        with torch.no_grad():
            references[id(state)] = reference(ids, use_cache=False).logits
        cases.append(Case((state, config, ids), {}, blames))
        if number == 0:
            _judge_shape(student, cases[0], references[id(state)])

    def right(state: Weights, config: Config, ids: torch.Tensor) -> torch.Tensor:
        return references[id(state)]

    named: Mistakes = {
        key: (
            [
                lambda state, config, ids, f=f: f(state, config.reference, ids)  # type: ignore[misc]
                for f in functions
            ],
            message,
        )
        for key, (functions, message) in mistakes.items()
    }
    judge_cases(student, "llama_forward", cases, right, named, "the logits, [B, T, V]")


def _judge_shape(student: Student, case: Case, target: torch.Tensor) -> None:
    got = case.put_to(student["llama_forward"])
    require_type(got, torch.Tensor, "the logits, [B, T, V]")
    if tuple(got.shape) != tuple(target.shape):
        one = {tuple(target[:, -1].shape), tuple(target[:, -1:].shape)}
        require(
            tuple(got.shape) not in one,
            "last_position_only",
            "only the last position's logits came back: return those of every position.",
        )


# --- seeing layers from outside -------------------------------------------------------------------------------------------


def lens(
    hidden_states: tuple,
    norm_weight: torch.Tensor,
    output_matrix: torch.Tensor,
    eps: float = 1e-5,
    twist: str = "",
) -> torch.Tensor:
    """Logits after every layer; twist: one mistake."""
    *inner, last = (h.double() for h in hidden_states)
    matrix = output_matrix.double()
    weight = torch.ones_like(norm_weight) if twist == "no weight" else norm_weight
    eps = {"fixed": 1e-5, "fixed 6": 1e-6}.get(twist, eps)

    def norm(h: torch.Tensor) -> torch.Tensor:
        if twist == "no norm":
            return h
        if twist == "centred":
            h = h - h.mean(-1, keepdim=True)
        return rms_normed(h, weight, eps)

    normed = [norm(h) for h in inner] + [norm(last) if twist == "twice" else last]
    if twist == "last everywhere":
        normed = [last] * len(normed)
    elif twist == "embedding dropped":
        normed = normed[1:]
    elif twist == "last dropped":
        normed = normed[:-1]
    elif twist == "reversed":
        normed = normed[::-1]
    elif twist == "differences":
        steps = [inner[0], *(b - a for a, b in zip(inner, [*inner[1:], last]))]
        normed = [norm(h) for h in steps]
    elif twist == "differences, last as it is":
        steps = [inner[0], *(b - a for a, b in zip(inner, inner[1:]))]
        normed = [norm(h) for h in steps] + [last]
    elif twist == "differences of normed":
        normed = [normed[0], *(b - a for a, b in zip(normed, normed[1:]))]
    stacked = torch.stack(normed)
    logits = stacked @ (matrix if twist == "not transposed" else matrix.T)
    return {
        "softmax": lambda: logits.softmax(-1), "log softmax": lambda: logits.log_softmax(-1),
        "tokens": lambda: logits.argmax(-1), "last alone": lambda: logits[-1],
        "last alone, one entry": lambda: logits[-1:],
        "logit differences": lambda: torch.cat([logits[:1], logits.diff(dim=0)]),
    }.get(twist, lambda: logits)()  # fmt: skip


@exercise
def logit_lens(student: Student, draw: random.Random) -> None:
    def case(layers: int, rows: int, length: int, width: int, vocab: int, **kwargs: Any) -> Case:
        states = [normal(draw, rows, length, width) for _ in range(layers + 1)]
        weight = 1 + normal(draw, width) / 2
        states[-1] = rms_normed(states[-1] * 3, weight).float()
        return Case((tuple(states), weight, normal(draw, vocab, width)), kwargs)

    cases = [
        case(3, 2, 3, 6, 6),
        case(2, 1, 4, 5, 9, eps=0.5),
        case(1, 1, 1, 4, 7),
    ]
    mistakes: Mistakes = {
        "last_normed_twice": (
            _twisted(lens, "twice"),
            "the last state is normed once more: transformers has already put the final norm on it.",
        ),
        "norm_missing": (
            _twisted(lens, "no norm"),
            "the states are not normed: the output matrix reads what the final norm gives.",
        ),
        "norm_weight_missing": (_twisted(lens, "no weight"), "the norm's weight is not used."),
        "mean_subtracted": (
            _twisted(lens, "centred"),
            "the mean is subtracted: the final norm is an RMS norm.",
        ),
        "eps_ignored": (_twisted(lens, "fixed", "fixed 6"), _EPS),
        "order_reversed": (
            _twisted(lens, "reversed"),
            "the last layer comes first: keep the order of hidden_states.",
        ),
        "matrix_not_transposed": (
            _twisted(lens, "not transposed"),
            "output_matrix is [V, H]: multiply with the transposed one.",
        ),
        "probabilities_returned": (
            _twisted(lens, "softmax", "log softmax"),
            "these are probabilities: return the logits.",
        ),
        "differences": (
            _twisted(
                lens, "differences", "differences, last as it is", "differences of normed",
                "logit differences",
            ),
            "this is what each layer adds: the lens looks at the stream as it is there, the sum so far.",
        ),
        "last_only": (
            _twisted(lens, "last everywhere", "last alone", "last alone, one entry"),
            "only the last state is looked at: there is an entry for each of them.",
        ),
        "embedding_dropped": (
            _twisted(lens, "embedding dropped", "last dropped"),
            "there is an entry less than there are states: the embedding counts too.",
        ),
        "tokens_returned": (
            _twisted(lens, "tokens"),
            "these are ids of tokens: return the logits, and let others take the largest.",
        ),
    }  # fmt: skip
    got = cases[0].put_to(student["logit_lens"])
    require_type(got, torch.Tensor, "a tensor [L + 1, B, T, V]")
    for id in ("last_only", "embedding_dropped", "tokens_returned"):
        functions, message = mistakes[id]
        require(not any(_makes(f, cases[0], got, 1e-4) for f in functions), id, message)
    judge_cases(
        student, "logit_lens", cases, lens, mistakes, "logits after every layer, [L + 1, B, T, V]"
    )  # fmt: skip


# --- encoders, and decoders that listen to them ---------------------------------------------------------------------------


def corrupted(
    input_ids: Sequence[int],
    spans: Sequence[tuple[int, int]],
    sentinels: Sequence[int],
    twist: str = "",
) -> tuple[list[int], list[int]]:
    """Span corruption as T5 does it; twist: one mistake."""
    inputs: list[int] = []
    targets: list[int] = []
    place, text = 0, list(input_ids)
    if twist == "shift":
        for i, (start, end) in enumerate(spans):
            targets += [sentinels[i], *text[start:end]]
            text[start:end] = [sentinels[i]]
        return text, [*targets, sentinels[len(spans)]]
    if twist == "shift, targets right":
        for i, (start, end) in enumerate(spans):
            targets += [sentinels[i], *input_ids[start:end]]
            text[start:end] = [sentinels[i]]
        return text, [*targets, sentinels[len(spans)]]
    if twist == "by value":
        hidden = {token: i for i, (a, b) in enumerate(spans) for token in text[a:b]}
        _, targets = corrupted(text, spans, sentinels)
        for token in text:
            if token not in hidden:
                inputs.append(token)
            elif not inputs or inputs[-1] != sentinels[hidden[token]]:
                inputs.append(sentinels[hidden[token]])
        return inputs, targets
    if twist == "by value, at its place":
        values = {token for a, b in spans for token in text[a:b]}
        starts = {start: i for i, (start, _) in enumerate(spans)}
        for i, token in enumerate(text):
            inputs += [sentinels[starts[i]]] if i in starts else []
            inputs += [token] if token not in values else []
        return inputs, corrupted(text, spans, sentinels)[1]
    if twist in ("one in inputs", "one in targets"):
        both = corrupted(text, spans, sentinels)
        same = corrupted(text, spans, sentinels, "one sentinel")
        return (same[0], both[1]) if twist == "one in inputs" else (both[0], same[1])
    mine = list(sentinels)
    if twist == "one sentinel":
        mine = [sentinels[0]] * len(sentinels)
    elif twist in ("minus i", "plus i"):
        step = -1 if twist == "minus i" else 1
        mine = [sentinels[0] + step * i for i in range(len(sentinels))]
    used = 0
    for i, (start, end) in enumerate(spans):
        end = {"inclusive": min(end + 1, len(text)), "length": min(start + end, len(text))}.get(
            twist, end
        )
        inputs += text[place:start]
        if twist == "per token":
            for token in text[start:end]:
                inputs.append(mine[min(used, len(mine) - 1)])
                targets += [mine[min(used, len(mine) - 1)], token]
                used += 1
        elif twist == "repeated":
            inputs += [mine[i]] * (end - start)
            targets += [mine[i], *text[start:end]]
        else:
            inputs += [] if twist == "dropped" else [mine[i]]
            before = [] if twist in ("tokens only", "behind") else [mine[i]]
            targets += [*before, *text[start:end], *([mine[i]] if twist == "behind" else [])]
        place = end
    inputs += text[place:]
    last = mine[min(used, len(mine) - 1)] if twist == "per token" else mine[len(spans)]
    if twist == "last of all":
        last = mine[-1]
    if twist not in ("no last", "tokens only"):
        targets.append(last)
    if twist == "swapped":
        return targets, inputs
    return inputs, targets


@exercise
def span_corrupt(student: Student, draw: random.Random) -> None:
    def tokens(length: int) -> list[int]:
        return [draw.randrange(10, 40) for _ in range(length)]

    mixed = draw.sample(range(100, 200), 6)
    falling, rising = list(range(99, 92, -1)), list(range(200, 206))
    again = tokens(12)
    again[9] = again[2]
    cases = [
        (tokens(12), [(2, 4), (6, 7)], mixed),
        (again, [(1, 3), (5, 8)], mixed[::-1]),
        (tokens(10), [(0, 2), (3, 4), (7, 10)], falling),
        (tokens(9), [(4, 5), (6, 8)], rising),
        (tokens(8), [(1, 2), (3, 6)], mixed[:3]),
        (tokens(5), [(0, 5)], mixed),
        (tokens(7), [(1, 2), (3, 4), (5, 6)], mixed),
    ]
    got = [_pair(value) for value in student.each("span_corrupt", cases)]
    if got != [corrupted(*case) for case in cases]:
        _name_corruption(cases, got)
    message = "without spans the inputs are the text, and the targets the first sentinel."
    with blame("no_spans", message):
        ids = tokens(4)
        value = student["span_corrupt"](ids, [], mixed)
    require(_pair(value) == (ids, [mixed[0]]), "no_spans", message)


def _pair(value: Any) -> tuple[list[int], list[int]]:
    """(inputs, targets), which must be two lists of whole numbers."""
    require_type(value, (tuple, list), "a pair (inputs, targets) of lists")
    require(len(value) == 2, "wrong_type", f"the result has {len(value)} parts, expected two.")
    for part in value:
        require_type(part, (list, tuple), "two lists of ids")
        require(
            all(type(i) is int for i in part), "wrong_type", "the lists hold other things than ids."
        )
    inputs, targets = value
    return list(inputs), list(targets)


def _name_corruption(cases: list[tuple], got: list[tuple[list[int], list[int]]]) -> None:
    mistakes: dict[str, tuple[tuple[str, ...], str]] = {
        "final_sentinel_missing": (
            ("no last",), "the targets end with the last span: one more sentinel says that nothing follows.",
        ),
        "sentinel_per_token": (
            ("per token", "repeated"), "every hidden token got a sentinel: a span has one, however long it is.",
        ),
        "one_sentinel": (
            ("one sentinel", "one in inputs", "one in targets"), "all spans have the same sentinel: then nobody knows which one is meant.",
        ),
        "offsets_shift": (
            ("shift", "shift, targets right"),
            "later spans are cut in the wrong place: replacing one moves everything behind it.",
        ),
        "end_inclusive": (("inclusive",), "the token at `end` is hidden too: the end is exclusive."),
        "length_for_end": (("length",), "a span's second number is its end, not its length."),
        "sentinels_not_in_targets": (
            ("tokens only",), "the targets are the hidden tokens alone: a sentinel says which span comes next.",
        ),
        "sentinel_behind_span": (("behind",), "in the targets each sentinel comes before its span."),
        "pair_swapped": (("swapped",), "inputs come first, then targets."),
        "tokens_dropped": (
            ("dropped",), "the hidden tokens leave nothing behind in the inputs: put the sentinel in their place.",
        ),
        "last_sentinel_fixed": (
            ("last of all",), "the targets end with the last sentinel of the list: it is the next one that ends them.",
        ),
        "sentinels_computed": (
            ("minus i", "plus i"), "sentinels are counted from the first: take them from the list.",
        ),
        "replaced_by_value": (
            ("by value", "by value, at its place"), "tokens outside the spans are hidden, because the same id occurs in one: go by place.",
        ),
    }  # fmt: skip
    for id, (twists, message) in mistakes.items():
        for twist in twists:
            require(got != [corrupted(i, s, m, twist) for i, s, m in cases], id, message)
    whole = [(inputs, list(case[0])) for case, (inputs, _) in zip(cases, got)]
    lengths = [len(targets) == len(case[0]) for case, (_, targets) in zip(cases, got)]
    require(
        got != whole and not all(lengths),
        "targets_are_the_text",
        "the targets are as long as the text. That is masked language modelling: here they hold what is hidden, and no more.",
    )
    right = [corrupted(*case) for case in cases]
    require(
        not all(
            a == c and b[: len(d)] == d and len(b) > len(d) for (a, b), (c, d) in zip(got, right)
        ),
        "eos_added",
        "something follows the last sentinel of the targets.",
    )
    require(
        not all(a[: len(c)] == c and b[: len(d)] == d for (a, b), (c, d) in zip(got, right)),
        "eos_added",
        "something follows the inputs or the targets.",
    )
    raise Found("wrong_value", "inputs or targets are others than the spans ask for.")


def listened(
    decoder_states: torch.Tensor,
    encoder_states: torch.Tensor,
    weights: Weights,
    num_heads: int,
    encoder_mask: torch.Tensor | None = None,
    twist: str = "",
) -> torch.Tensor:
    """Cross-attention; twist: one mistake."""
    x, y = decoder_states.double(), encoder_states.double()
    w = {name: weight.double() for name, weight in weights.items()}
    if twist == "not transposed":
        w = {name: weight.T for name, weight in w.items()}
    h = 1 if twist == "one head" else num_heads
    if twist == "swapped":
        x, y = y, x
    elif twist == "all decoder":
        y = x
    elif twist == "all encoder":
        x = y
    mask = encoder_mask
    if twist == "zeroed" and mask is not None:
        y, mask = y * mask[..., None], None
    elif twist == "ignored":
        mask = None
    elif twist == "inverted" and mask is not None:
        mask = ~mask
    elif twist == "first row" and mask is not None:
        mask = mask[:1].expand_as(mask)
    b, t, width = x.shape

    def split(z: torch.Tensor, name: str) -> torch.Tensor:
        return (z @ w[name].T).view(b, -1, h, width // h).transpose(1, 2)

    q = split(x, "q_proj")
    k = split(x if twist == "keys from decoder" else y, "k_proj")
    v = split(x if twist == "values from decoder" else y, "v_proj")
    if twist == "unscaled":
        q = q * math.sqrt(width // h)
    elif twist == "width scaled":
        q = q * math.sqrt(width // h / width)
    broad = None if mask is None else mask[:, None, None, :]
    if twist == "on queries" and mask is not None:
        broad = mask[:, None, :, None].expand(-1, -1, -1, y.shape[1])
    elif twist == "batch as heads" and mask is not None:
        broad = mask[None, :, None, :]
    if twist == "causal":
        causal = torch.ones(t, y.shape[1], dtype=torch.bool).tril()
        broad = causal if broad is None else broad & causal
    out = attended(q, k, v, broad, "after" if twist == "after" else "")
    out = (out if twist == "scrambled" else out.transpose(1, 2)).reshape(b, t, width)
    if twist == "output not transposed":
        return out @ w["o_proj"]
    return out if twist == "no output" else out @ w["o_proj"].T


@exercise
def cross_attention(student: Student, draw: random.Random) -> None:
    library = {"MultiheadAttention", "multi_head_attention_forward", "T5Attention"}
    refuse_library(student, library, "cross-attention", "cross_attention")

    def case(
        rows: int,
        target: int,
        source: int,
        width: int,
        h: int,
        real: list | None = None,
        blames: Any = None,
    ) -> Case:
        weights = _projections(draw, width, h, h, width // h)
        states = normal(draw, rows, target, width), normal(draw, rows, source, width)
        mask = {} if real is None else {"encoder_mask": torch.tensor(real) > 0}
        return Case((*states, weights, h), mask, blames)

    broadcast = (
        "mask_not_broadcast",
        "the mask [B, S] is laid on wrongly: every head and every decoder token of row b uses row b of it.",
    )
    cases = [
        case(2, 4, 4, 6, 3),
        case(2, 4, 4, 6, 2, [[1, 1, 1, 1], [1, 1, 0, 0]], broadcast),
        case(2, 3, 5, 8, 2, [[1, 1, 1, 0, 0], [0, 1, 0, 1, 1]], broadcast),
        case(3, 5, 4, 8, 4, [[1, 0, 1, 1], [0, 0, 1, 1], [1, 1, 1, 1]], broadcast),
        case(1, 1, 3, 4, 2),
        case(1, 3, 1, 4, 1),
    ]
    mistakes: Mistakes = {
        "roles_swapped": (
            _twisted(listened, "swapped"),
            "queries come from the encoder: it is the decoder that asks.",
        ),
        "self_attention": (
            _twisted(listened, "all decoder", "all encoder"),
            "queries, keys and values all come from one side: keys and values come from the encoder, queries from the decoder.",
        ),
        "keys_from_decoder": (
            _twisted(listened, "keys from decoder"),
            "the keys come from the decoder: they belong to the values, and come from the encoder.",
        ),
        "values_from_decoder": (
            _twisted(listened, "values from decoder"),
            "the values come from the decoder: what is fetched is the encoder's.",
        ),
        "causal_mask_applied": (
            _twisted(listened, "causal"),
            "the first decoder tokens do not see all of the source: it is known as a whole, so nothing of it is hidden.",
        ),
        "output_projection_missing": (_twisted(listened, "no output"), "o_proj is not used."),
        "wrong_scale": (
            _twisted(listened, "unscaled", "width scaled"),
            "scores are scaled by something else than 1/√d, d being the width of one head.",
        ),
        "one_head": (
            _twisted(listened, "one head"),
            "there is one wide head in place of num_heads.",
        ),
        "merge_scrambled": (
            _twisted(listened, "scrambled"),
            "the heads' results were put together without moving T in front of the heads: transpose back before you reshape.",
        ),
        "weight_not_transposed": (
            _twisted(listened, "not transposed", "output not transposed"),
            "weights are stored as [out, in]: multiply with the transposed one.",
        ),
        "padding_attended": (
            _twisted(listened, "ignored"),
            "padding of the source is attended to.",
        ),
        "mask_inverted": (
            _twisted(listened, "inverted"),
            "the mask is read the other way round: True is a real token.",
        ),
        "padding_zeroed": (
            _twisted(listened, "zeroed", "after"),
            "padding is set to zero before or behind the softmax, and still takes its share of the weights. Hide its scores, with −inf.",
        ),
        "mask_on_queries": (
            _twisted(listened, "on queries"),
            "the mask is laid on the decoder's tokens: it speaks of the encoder's.",
        ),
        "mask_not_broadcast": (_twisted(listened, "first row", "batch as heads"), broadcast[1]),
    }
    judge_cases(
        student, "cross_attention", cases, listened, mistakes, "what the decoder's tokens fetched, [B, T, H]"
    )  # fmt: skip


@dataclass
class Talk:
    """An encoder and a decoder that are told from others by what they are asked: a pseudo-random law over histories.

    stop: behind so many tokens, the start counted, the most likely one is the EOS.
    """

    seed: int
    source: torch.Tensor
    start: int
    eos: int
    budget: int
    stop: int
    vocab: int = 12

    def __post_init__(self) -> None:
        draw = random.Random(self.seed)
        self.states = normal(draw, 1, self.source.shape[1], 4)

    def scores(self, history: Sequence[int]) -> torch.Tensor:
        """Logits [V] behind a history; the largest is clear."""
        draw = random.Random(f"{self.seed} {list(history)}")
        scores = torch.tensor([draw.uniform(-1, 1) for _ in range(self.vocab)])
        best = self.eos
        if len(history) != self.stop:
            best = draw.choice([i for i in range(self.vocab) if i not in (self.eos, self.start)])
        scores[best] = 2.0
        return scores

    def logits(self, ids: Sequence[int]) -> torch.Tensor:
        return torch.stack([self.scores(ids[: i + 1]) for i in range(len(ids))])

    def __call__(self, twist: str = "") -> list[int]:
        """The ids that are right, or those of one mistake."""
        first = {"eos start": self.eos, "zero start": 0, "prompt's last": int(self.source[0, -1])}
        begin = first.get(twist, self.start)
        ids = [begin]
        if twist == "prompt":
            ids = self.source[0].tolist()
        elif twist == "start and prompt":
            ids = [begin, *self.source[0].tolist()]
        before = len(ids)
        if twist == "stops at start" and begin == self.eos:
            return ids
        count = {"less": -1, "more": 1}.get(twist, 0) + self.budget
        while count > 0 or (twist == "at least one" and len(ids) == before):
            count -= 1
            logits = self.logits(ids)
            if twist == "all positions":
                ids += logits.argmax(-1).tolist()
                continue
            place = {"first position": 0, "one before": max(len(logits) - 2, 0)}.get(twist, -1)
            scores = logits[place]
            ids.append(int(scores.argmax()))
            if ids[-1] == self.eos and twist != "goes on":
                if twist in ("eos dropped", "eos and start dropped"):
                    ids.pop()
                break
        if twist in ("start dropped", "eos and start dropped"):
            return ids[1:]
        return ids[before:] if twist == "new only" else ids


@exercise
def encoder_decoder_greedy(student: Student, draw: random.Random) -> None:
    def talk(start: int, eos: int, budget: int, stop: int, source: int = 4) -> Talk:
        ids = [draw.choice([i for i in range(12) if i not in (start, eos)]) for _ in range(source)]
        return Talk(draw.randrange(2**31), torch.tensor([ids]), start, eos, budget, stop)

    talks = [
        talk(0, 1, 8, 5),
        talk(3, 1, 5, 99),
        talk(2, 2, 6, 4),
        talk(0, 1, 6, 1),
        talk(4, 7, 1, 99),
        talk(5, 9, 7, 6),
    ]
    talks[5].source[0, 1] = 9  # an EOS in the source stops nothing
    seen = []
    for each in talks:
        seen.append((each, _converse(student, each)))
    if any(got != each() for each, got in seen):
        _name_talk(seen)
    none = talk(0, 1, 0, 99)
    message = (
        "with max_new_tokens=0 there is still a new token: the result is the start token alone."
    )
    require(_converse(student, none) == [0], "zero_budget", message)


def _converse(student: Student, talk: Talk) -> list[int]:
    """The ids that the student's loop gives, once what it asked has been judged."""

    encoded: list[Any] = []
    decoded: list[tuple[Any, list[int]]] = []

    def encode(input_ids: Any) -> torch.Tensor:
        encoded.append(input_ids)
        return talk.states

    def decode(encoder_states: Any, decoder_input_ids: torch.Tensor) -> torch.Tensor:
        ids = decoder_input_ids
        if not isinstance(ids, torch.Tensor) or ids.dim() != 2 or len(ids) != 1:
            raise ValueError("decoder_input_ids must be a LongTensor[1, t]")
        decoded.append((encoder_states, ids[0].tolist()))
        return talk.logits([int(i) for i in ids[0, :64]])[None]

    encoder, decoder = Function("encode", encode), Function("decode", decode)
    got = student["encoder_decoder_greedy"](
        encoder, decoder, talk.source, talk.start, talk.eos, talk.budget
    )
    require_type(got, torch.Tensor, "a LongTensor [1, 1 + n]")
    require(
        got.dim() == 2 and len(got) == 1,
        "wrong_shape",
        f"the result has shape {tuple(got.shape)}, expected one row [1, 1 + n].",
    )
    require_tensor(got, tuple(got.shape), LONG, "ids, a LongTensor [1, 1 + n]")
    require(
        len(encoded) <= 1,
        "encoder_run_every_step",
        "`encode` is called more than once: the source does not change while the answer is written.",
    )
    if talk.budget and decoded:
        first = decoded[0][1]
        source = talk.source[0].tolist()
        require(
            first not in (source, [talk.start, *source], [*source, talk.start]),
            "prompt_in_decoder",
            "the decoder starts from input_ids: they belong to the encoder. The decoder starts from decoder_start_token_id.",
        )
        require(
            first == [talk.start],
            "starts_with_eos",
            "the decoder's first token is another than decoder_start_token_id.",
        )
        require(
            all(same_states(states, talk.states) for states, _ in decoded)
            and [same_states(ids, talk.source) for ids in encoded] == [True],
            "encoder_states_ignored",
            "`decode` has to get what `encode(input_ids)` returned, every time.",
        )
        require(
            all(len(ids) > 1 for _, ids in decoded[1:]),
            "history_dropped",
            "the decoder gets one token only: it keeps no cache, so give it all ids so far.",
        )
    return got[0].tolist()


def same_states(given: Any, states: torch.Tensor) -> bool:
    return (
        type(given) is torch.Tensor
        and given.shape == states.shape
        and bool((given == states).all())
    )


def _name_talk(seen: list[tuple[Talk, list[int]]]) -> None:
    mistakes: dict[str, tuple[tuple[str, ...], str]] = {
        "start_missing": (
            ("start dropped", "eos and start dropped"),
            "the start token is not in the result: it is the decoder's first id, and stays.",
        ),
        "starts_with_eos": (
            ("eos start", "zero start", "prompt's last"),
            "the decoder's first token is another than decoder_start_token_id.",
        ),
        "prompt_in_decoder": (
            ("prompt", "start and prompt", "new only"),
            "the decoder starts from input_ids: they belong to the encoder.",
        ),
        "wrong_position": (
            ("first position", "one before", "all positions"),
            "a token is taken from another position than the last: that one says what comes next.",
        ),
        "eos_ignored": (("goes on",), "it goes on after the EOS."),
        "eos_dropped": (("eos dropped",), "the EOS is not in the result: it was generated too."),
        "eos_in_start": (
            ("stops at start",),
            "it ends at once where the start token is the EOS: only a *new* EOS stops.",
        ),
        "budget_off_by_one": (
            ("less", "more"),
            "the number of new tokens is off by one: max_new_tokens does not count the start token.",
        ),
    }  # fmt: skip
    for id, (twists, message) in mistakes.items():
        for twist in twists:
            require(any(got != talk(twist) for talk, got in seen), id, message)
    greedy = [
        all(int(talk.scores(got[:i]).argmax()) == got[i] for i in range(1, len(got)))
        for talk, got in seen
    ]
    require(
        all(greedy) or any(got[0] != talk.start for talk, got in seen if got),
        "not_greedy",
        "a token is not the most likely one behind those before it.",
    )
    raise Found("wrong_value", "the ids are others than the greedy ones.")
