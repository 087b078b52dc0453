"""Hidden checks of 07_prompting_and_evaluation. The findings are listed in docs/contract.md.

Every figure is compared with a specification written here; tests compare that one with sacrebleu, scipy, scikit-learn and
transformers. Mistakes are played through beside it, so that an answer that makes one of them is told so by name.
"""

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np
import torch
from scipy import stats

from autograde.draws import judge_generator
from autograde.exercise import (
    FLOAT,
    Found,
    Student,
    StudentError,
    exercise,
    refuse_library,
    require,
    require_tensor,
    require_type,
)
from autograde.fixtures import Function, Generator, Model, transformer

Mistakes = dict[str, tuple[Sequence[Callable], str]]
"""id -> (functions that make this mistake, what to say about it)"""

NO_ROOM = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)
"""What the function of a mistake may raise on a case that it has no room for."""


# --- how answers are judged -------------------------------------------------------------------------------------------


@dataclass
class Case:
    """One call. oracle: the arguments for the functions of this module, where they are others.

    edge: id and message where the answer fails here, was right before, and makes no mistake that has a name of its own.
    """

    args: tuple
    kwargs: dict = field(default_factory=dict)
    edge: tuple[str, str] | None = None
    oracle: tuple | None = None

    def by(self, function: Callable) -> Any:
        """What a function of this module makes of the case."""
        return function(*(self.args if self.oracle is None else self.oracle), **self.kwargs)


def judge_cases(
    student: Student,
    name: str,
    cases: Sequence[Case],
    right: Callable,
    mistakes: Mistakes,
    read: Callable[[Any, Any], Any],
    agree: Callable[[Any, Any], bool],
    wanted: str,
    explain: Callable[[Case, Any], None] = lambda case, got: None,
) -> None:
    """Judge what function `name` makes of the cases by what `right` makes of them.

    read: takes a result and what is right, gives what is compared, or raises Found. agree: compares two of these.
    explain: raises Found for a wrong result whose mistake can be seen without playing it through.
    """
    seen: list[tuple[Case, Any, Any]] = []
    failed: Found | None = None
    for case in cases:
        target = case.by(right)
        try:
            got = read(student[name](*case.args, **case.kwargs), target)
        except StudentError as error:
            failed = error
            if case.edge:
                failed = Found(case.edge[0], f"{case.edge[1]} ({error.finding.message})")
            break
        except Found as found:
            failed = found
            break
        seen.append((case, got, target))
    wrong = next((i for i, (_, got, target) in enumerate(seen) if not agree(got, target)), None)
    if wrong is None:
        if failed:
            raise failed
        return
    case, got, _ = seen[wrong]
    # A mistake may fail in a way of its own later on: if none explains everything, the first wrong result decides.
    for explained in (seen, seen[: wrong + 1]):
        for id, (functions, message) in mistakes.items():
            for function in functions:
                makes = all(_makes(function, each, said, agree) for each, said, _ in explained)
                require(not makes, id, message)
        if explained is seen:
            explain(case, got)
            if case.edge:
                raise Found(*case.edge)
    raise Found("wrong_value", f"the result is not {wanted}.")


def _makes(function: Callable, case: Case, got: Any, agree: Callable[[Any, Any], bool]) -> bool:
    try:
        with np.errstate(all="ignore"):
            return agree(got, case.by(function))
    except NO_ROOM:
        return False


def number(value: Any, target: Any = None) -> float:
    """A Python number, or a tensor of no dimension, as a float."""
    if type(value) is torch.Tensor and value.dim() == 0 and value.dtype is not torch.bool:
        value = value.item()
    require_type(value, (float, int), "a number")
    return float(value)


def near(tolerance: float) -> Callable[[float, float], bool]:
    """Whether two numbers differ by at most `tolerance`; NaN is near nothing."""
    return lambda got, target: abs(got - target) <= tolerance


def table(value: Any, target: torch.Tensor) -> torch.Tensor:
    """A float tensor of the target's shape."""
    shape = tuple(target.shape)
    value = require_tensor(value, shape, FLOAT, f"a float tensor of shape {shape}")
    return value.detach().double()


def close(tolerance: float) -> Callable[[torch.Tensor, torch.Tensor], bool]:
    """Whether two tensors differ by at most `tolerance`; NaN is close to nothing."""
    return lambda got, target: bool(
        torch.isclose(got, target.double(), rtol=0, atol=tolerance).all()
    )


def twisted(function: Callable, *twists: Any) -> list[Callable]:
    """The function with one mistake each."""
    return [partial(function, twist=twist) for twist in twists]


# --- prompts ------------------------------------------------------------------------------------------------------------


def prompt(examples: Sequence[tuple[str, str]], query: str, template: str, twist: str = "") -> str:
    """A few-shot prompt. twist: one mistake."""
    head, _, tail = template.partition("{output}")
    before, _, between = head.partition("{input}")

    def block(text: str, output: str) -> str:
        return f"{before}{text}{between}{output}{tail}"

    if twist == "swapped":
        examples = [(y, x) for x, y in examples]
    shown = {"first": examples[:1], "last": examples[-1:], "none": []}.get(twist, examples)
    blocks = [block(x, y) for x, y in shown]
    question = f"{before}{query}{between}"
    question += {"slot": "{output}", "none as text": f"None{tail}", "tail": tail}.get(twist, "")
    if twist == "query first":
        return "\n\n".join([question.rstrip(), *blocks]).rstrip()
    if twist != "no query":
        blocks.append(question)
    whole = "\n\n".join(blocks)
    if twist in ("kept", "line end"):
        return whole if twist == "kept" else whole.rstrip() + "\n"
    return whole.rstrip("\n" if twist == "line ends stripped" else None)


def _shots(draw: random.Random, count: int) -> list[tuple[str, str]]:
    """Examples that are sorted neither upwards nor downwards, from three on."""
    words = "amber birch cedar delta ember fjord grove haven inlet juniper".split()
    while True:
        texts = draw.sample(words, count)
        if count < 3 or (texts != sorted(texts) and texts != sorted(texts)[::-1]):
            break
    outputs = [f"{draw.choice(['low', 'mid', 'top'])}{n}" for n in range(count)]
    return [(f"the {x} was {draw.choice(['old', 'new'])}", y) for x, y in zip(texts, outputs)]


@exercise
def few_shot_prompt(student: Student, draw: random.Random) -> None:
    libraries = {"langchain", "langchain_core", "FewShotPromptTemplate", "PromptTemplate", "jinja2"}
    refuse_library(student, libraries, "the prompt", "few_shot_prompt")
    first, second = draw.sample(["Note", "Entry", "Report", "Line", "Remark"], 2)
    kind = draw.choice(["Level", "Grade", "Verdict"])
    plain = f"{first}: {{input}}\n{kind}: {{output}}"
    framed = f"{second}: {{input}}\n{kind}: {{output}} (end)"
    below = f"{second}:\n{{input}}\n{kind}:\n{{output}}"
    as_json = '{"text": "{input}", "label": "{output}"}'
    query = f"was it {draw.choice(['warm', 'cold'])} today"
    zero = (
        "zero_shot",
        "without examples the prompt is the query's block alone, filled in as always: no exception, no empty line in front.",
    )
    braces = (
        "braces_in_template",
        "a template with braces of its own (JSON) is not filled in well: replace `{input}` and `{output}`, and nothing else.",
    )
    again = (
        "placeholder_in_text",
        "a text that holds `{input}`, `{output}` or a back-slash was changed: fill in each place once, and never look into "
        "what was filled in.",
    )
    cases = [
        Case((_shots(draw, 3), query, plain)),
        Case((_shots(draw, 1), query, plain)),
        Case((_shots(draw, 5), f"{query}\nand after", below)),
        Case(([], query, plain), edge=zero),
        Case((_shots(draw, 2), "", plain)),
        Case((_shots(draw, 3), query, framed)),
        Case((_shots(draw, 3), query, as_json), edge=braces),
        Case(([("{output} here", "low"), ("x", "top")], query, plain), edge=again),
        Case(([("here", "{input}"), ("x", "top")], query, plain), edge=again),
        Case(([("x", "top")], "a {output} b {input} c", framed), edge=again),
        Case(([(r"a\1b\g<0>", r"\n"), ("50 %s {x}", "{}")], r"c:\temp \2", plain), edge=again),
    ]
    twist = partial(twisted, prompt)
    mistakes: Mistakes = {
        "trailing_space": (
            twist("kept", "line end", "line ends stripped"),
            "the prompt ends in white space. The model's tokens begin with their blank: strip the end.",
        ),
        "query_missing": (twist("no query"), "the query's block is missing: it comes last."),
        "query_first": (
            twist("query first"),
            "the query's block stands in front of the examples. The model writes on at the end: put it there.",
        ),
        "answer_slot_left": (
            twist("slot", "none as text"),
            "something stands where the model is to write its answer: cut the query's block in front of `{output}`.",
        ),
        "text_after_slot_kept": (
            twist("tail"),
            "what the template has behind `{output}` stands behind the query as well: cut it off there.",
        ),
        "inputs_and_outputs_swapped": (
            twist("swapped"),
            "inputs and outputs are the wrong way round: an example is (input, output).",
        ),
        "one_example_only": (twist("first", "last"), "only one example is shown: show all of them."),
    }  # fmt: skip

    def explain(case: Case, got: str) -> None:
        examples, query, template = case.args
        require(
            got
            not in {prompt(order, query, template) for order in list(permutations(examples))[:120]},
            "examples_reversed",
            "the examples come in another order: keep the one that is given, the last one counts most.",
        )
        blocks = prompt(examples, query, template).split("\n\n")
        between = r"(?:\s|-)*"
        if len(blocks) == len(examples) + 1:
            require(
                len(blocks) == 1
                or not re.fullmatch(between.join(map(re.escape, blocks)) + r"\s*", got),
                "blocks_run_together",
                "between two blocks there is exactly one empty line: join them with two line ends, and nothing else.",
            )
        words = re.findall(r"[A-Z]\w+", template)
        require(
            case.edge is not None or any(word in got for word in words),
            "template_ignored",
            "the words of the template do not occur: it says how a block looks.",
        )
        if case.edge is None:
            require(
                prompt(examples, query, template) not in got,
                "instruction_added",
                "the prompt holds words that neither the template nor the texts have.",
            )

    judge_cases(
        student, "few_shot_prompt", cases, prompt, mistakes, _text, _same, "the prompt", explain
    )


def _text(value: Any, target: Any) -> str:
    require_type(value, str, "a string")
    return value


def _same(got: Any, target: Any) -> bool:
    return type(got) is type(target) and got == target


# --- labels -------------------------------------------------------------------------------------------------------------


def _logprobs(reference: Any, ids: Sequence[int]) -> torch.Tensor:
    """Next-token log-probabilities [T, V] of a transformers model."""
    with torch.no_grad():
        return reference(torch.tensor([list(ids)])).logits[0].double().log_softmax(-1)


def label_scores(
    reference: Any,
    prompt_ids: list[int],
    labels: list[list[int]],
    length_normalized: bool = False,
    twist: str = "",
) -> torch.Tensor:
    """Log-probabilities of labels behind a prompt, float64 [K]. twist: one mistake."""
    start = len(prompt_ids)
    longest = max(map(len, labels))
    scores = []
    history = list(prompt_ids)
    for label in labels:
        scored = label + [0] * (longest - len(label)) if twist == "padding" else label
        ids = [*prompt_ids, *scored]
        if twist == "chained":
            ids, start = [*history, *label], len(history)
            history = ids
        logprobs = _logprobs(reference, ids)
        if twist == "raw":
            with torch.no_grad():
                logprobs = reference(torch.tensor([ids])).logits[0].double()
        places = torch.arange(start - 1, len(ids) - 1)
        if twist == "shifted":
            places = places + 1
        elif twist == "one position":
            places = torch.full_like(places, start - 1)
        each = logprobs[places, torch.tensor(ids[start:])]
        if twist in ("no prompt", "last only"):
            kept = prompt_ids[-1:] if twist == "last only" else []
            own = _logprobs(reference, [*kept, *label])
            each = own[torch.arange(len(own) - 1), torch.tensor([*kept, *label][1:])]
        elif twist in ("prompt", "last of prompt"):
            first = 0 if twist == "prompt" else max(start - 2, 0)
            each = logprobs[torch.arange(first, len(ids) - 1), torch.tensor(ids[first + 1 :])]
        elif twist == "shared cache":
            behind, history = _logprobs(reference, [*history, *label]), [*history, *label]
            each = behind[-len(label) - 1 : -1].gather(1, torch.tensor(label)[:, None])[:, 0]
            each[0] = logprobs[start - 1, label[0]]
        elif twist == "first":
            each = each[:1]
        elif twist == "first dropped":
            each = each[1:]
        elif twist == "last dropped":
            each = each[:-1]
        elif twist in ("zeros", "zeros counted"):
            each = each * torch.tensor([float(token != 0) for token in label])
        size = {"whole": start + len(label), "longest": longest, "less one": len(label) - 1,
                "squared": len(label) ** 2, "padding": longest, "first mean": 1,
                "zeros": sum(token != 0 for token in label)}.get(twist, len(label))  # fmt: skip
        divided = (length_normalized and twist != "never") or twist == "always"
        scores.append(each.sum() / size if divided else each.sum())
    result = torch.stack(scores)
    if twist == "probability":
        return result.exp()
    if twist == "loss":
        return -result
    return result.log_softmax(0) if twist == "over labels" else result


@exercise
def label_logprobs(student: Student, draw: random.Random) -> None:
    library = {"generate", "compute_transition_scores"}
    refuse_library(student, library, "the score of a text", "label_logprobs")
    models: list[tuple[Model, Any]] = []
    for kind in ("gpt2", "llama"):
        models.append(transformer(kind, draw.randrange(20), eos_token_id=5))

    def tokens(count: int) -> list[int]:
        return [draw.randrange(6, 61) for _ in range(count)]

    def case(which: int, ids: list[int], labels: list[list[int]], **more: Any) -> Case:
        model, reference = models[which]
        edge = more.pop("edge", None)
        return Case((model, torch.tensor([ids]), labels), more, edge, (reference, ids, labels))

    common = tokens(2)
    mixed = [tokens(1), tokens(3), tokens(2), [draw.randrange(6, 61), 0, 5, 0]]
    cases = [
        case(0, tokens(5), mixed),
        case(0, tokens(4), mixed, length_normalized=True),
        case(1, tokens(6), mixed, length_normalized=True),
        case(1, tokens(3), [[*common, 7], common, [*common, 9, 11], common]),
        case(0, tokens(1), [tokens(2), tokens(1)]),
        case(1, tokens(4), [[5, *tokens(1)]], length_normalized=False),
        case(
            0, tokens(4), [tokens(60), tokens(2)],
            edge=("product_underflows", "a label of 60 tokens has no finite score: a product of probabilities falls to 0. Sum logarithms."),
        ),
    ]  # fmt: skip
    twist = partial(twisted, label_scores)
    mistakes: Mistakes = {
        "negative_loss_sign": (twist("loss"), "the sign is turned: a loss is small for what is likely, a log-probability large."),
        "probabilities_returned": (twist("probability"), "the results are probabilities: return their logarithms."),
        "always_normalized": (twist("always"), "scores are divided by the length though `length_normalized` is False. (A model's loss is a mean already.)"),
        "length_ignored": (twist("never"), "`length_normalized=True` changes nothing: divide each label's sum by its number of tokens."),
        "wrong_length": (twist("whole", "longest", "squared", "less one"), "with `length_normalized` the sum is divided by something else than the label's own number of tokens."),
        "shifted_by_one": (twist("shifted"), "a token is scored by the logits at its own place: those one place earlier predict it."),
        "first_token_only": (twist("first", "first mean"), "only the first token of a label counts: sum over all of them."),
        "first_token_dropped": (twist("first dropped"), "the first token of a label is not scored: the prompt's last position predicts it."),
        "last_token_dropped": (twist("last dropped"), "the last token of a label is not scored."),
        "prompt_counted": (twist("prompt", "last of prompt"), "the prompt's tokens are scored as well: it is given, only the label is scored."),
        "labels_chained": (twist("chained", "shared cache"), "a label sees the labels before it: each is scored behind the prompt alone. (A cache that was used once holds the label.)"),
        "label_without_prompt": (twist("no prompt", "last only"), "the label is scored without the prompt in front of it."),
        "earlier_tokens_unseen": (twist("one position"), "all tokens of a label are scored at the prompt's last position: later ones come behind the label's earlier ones."),
        "padding_counted": (twist("padding", "zeros", "zeros counted"), "padding is scored, or a real token (id 0, the EOS) is taken for padding: go by the labels' lengths."),
        "not_normalised": (twist("raw"), "logits are summed as they are: take log_softmax over the vocabulary first."),
        "normalised_over_labels": (twist("over labels"), "the labels share a probability of 1: normalise over the vocabulary, not over the labels."),
    }  # fmt: skip
    # Padded labels divided by their own lengths.
    mistakes["padding_counted"][0].append(_padded_by_length)  # type: ignore[attr-defined]
    judge_cases(
        student, "label_logprobs", cases, label_scores, mistakes, table, close(1e-3),
        "the sum of the label's log-probabilities, for each label",
    )  # fmt: skip
    require(
        not any(model.library_calls for model, _ in models),
        "calls_the_library",
        "this exercise builds the score of a text; your code uses the model's `generate` or `compute_transition_scores`.",
    )


def _padded_by_length(
    reference: Any, prompt_ids: list[int], labels: list[list[int]], length_normalized: bool = False
) -> torch.Tensor:
    total = label_scores(reference, prompt_ids, labels, twist="padding")
    return total / torch.tensor([len(label) for label in labels]) if length_normalized else total


def calibrated(
    logprobs: torch.Tensor, prior_logprobs: torch.Tensor, twist: str = ""
) -> torch.Tensor:
    """Contextual calibration in float64, [N, K]. twist: one mistake."""
    logs, prior = logprobs.double(), prior_logprobs.double()
    if twist == "difference clamped":
        left = (logs.exp() - prior.exp()).clamp(min=0)
        return left / left.sum(1, keepdim=True)
    if twist == "difference":
        left = logs.exp() - prior.exp()
        return left / left.sum(1, keepdim=True)
    if twist == "normalised difference":
        left = (logs.softmax(1) - prior.softmax(0)).clamp(min=0)
        return left / left.sum(1, keepdim=True)
    ratio = logs - {"along N": prior[:, None] if len(prior) == len(logs) else prior,
                    "batch": logs.logsumexp(0) - math.log(len(logs)),
                    "batch of logs": logs.mean(0), "batch softmax": logs.softmax(1).mean(0).log(),
                    "bias": prior.exp(), "ignored": torch.zeros_like(prior),
                    "added": -prior}.get(twist, prior)  # fmt: skip
    return {
        "plain difference": lambda: logs.exp() - prior.exp(),
        "softmax of difference": lambda: (logs.exp() - prior.exp()).softmax(1),
        "ratio": lambda: ratio.exp(),
        "ratio of normalised": lambda: logs.softmax(1) / prior.softmax(0),
        "over questions": lambda: ratio.softmax(0),
        "over all": lambda: ratio.flatten().softmax(0).view(ratio.shape),
        "logs": lambda: ratio,
        "log": lambda: ratio.log_softmax(1),
        "divided logs": lambda: (logs / prior).softmax(1),
        "divided logs bare": lambda: logs / prior,
        "twice": lambda: ratio.softmax(1).softmax(1),
        "softmax of ratio": lambda: ratio.exp().softmax(1),
        "softmax of normalised ratio": lambda: (logs.softmax(1) / prior.softmax(0)).softmax(1),
    }.get(twist, lambda: ratio.softmax(1))()


@exercise
def calibrate(student: Student, draw: random.Random) -> None:
    def logs(*shape: int, scale: float = 1.5, shift: float = 4.0) -> torch.Tensor:
        made = torch.tensor([draw.gauss(0, scale) for _ in range(math.prod(shape))]).view(shape)
        return made - shift

    under = (
        "underflows",
        "where logprobs are −1000 and less, exp gives 0, and 0/0 says nothing: subtract the logarithms, and shift each row before exp (softmax does).",
    )
    thousand = logs(4, 3) - torch.tensor([[1000.0], [2000.0], [5.0], [1500.0]])
    cases = [
        Case((logs(4, 3), logs(3))),
        Case((logs(2, 4), logs(4))),
        Case((logs(3, 3), logs(3))),
        Case((torch.tensor([[0.6, 0.3]]).log(), torch.tensor([0.8, 0.2]).log())),
        Case((logs(3, 2), torch.full((2,), -1.0))),
        Case((logs(5, 1), logs(1))),
        Case((logs(2, 3) * torch.tensor([[1.0], [150.0]]), logs(3)), edge=under),
        Case((thousand, logs(3)), edge=under),
    ]
    twist = partial(twisted, calibrated)
    mistakes: Mistakes = {
        "prior_ignored": (twist("ignored"), "the result is that of no prior at all: divide by what the model says of the labels where there is nothing to judge."),
        "prior_multiplied": (twist("added"), "the prior was multiplied in: it is there already, divide it out."),
        "not_renormalised": (twist("ratio", "ratio of normalised"), "the rows do not sum to 1: divide each by its own sum."),
        "renormalised_over_questions": (twist("over questions", "over all"), "normalised over the questions: each row sums to 1 by itself."),
        "logprobs_returned": (twist("logs", "log"), "the results are logarithms: return probabilities."),
        "prior_subtracted_as_probability": (twist("difference", "difference clamped", "normalised difference", "plain difference", "softmax of difference", "bias"), "a probability was subtracted: the prior is divided out, which subtracts logarithm from logarithm."),
        "ratio_of_logs": (twist("divided logs", "divided logs bare"), "logarithms were divided: a ratio of probabilities is a difference of logarithms."),
        "prior_per_question": (twist("along N", "batch", "batch of logs", "batch softmax"), "the prior has one entry for each label, the same for all questions; take the one that is given."),
        "softmax_twice": (twist("twice", "softmax of ratio", "softmax of normalised ratio"), "softmax was taken of something that is no logarithm: once, of the difference of the logarithms."),
    }  # fmt: skip

    def read(value: Any, target: torch.Tensor) -> torch.Tensor:
        indices = type(value) is torch.Tensor and value.dtype is torch.int64
        listed = type(value) in (list, tuple) and all(type(item) is int for item in value)
        require(
            not (indices or listed),
            "labels_returned",
            "the result says which label is best: return the probabilities of all of them, [N, K].",
        )
        return table(value, target)

    judge_cases(
        student, "calibrate", cases, calibrated, mistakes, read, close(1e-4),
        "p(label | question) / p(label | nothing), each row divided by its sum",
    )  # fmt: skip


# --- votes --------------------------------------------------------------------------------------------------------------


def voted(answers: Sequence[str | None], twist: str = "") -> str | None:
    """The most frequent answer. twist: one mistake."""
    if twist == "folded":
        answers = [None if a is None else a.strip().lower() for a in answers]
    elif twist == "numbers":
        answers = [None if a is None else _as_number(a) for a in answers]
    counts = Counter(a for a in answers if a is not None or twist in ("None votes", "None blocks"))
    if twist == "empty dropped":
        counts.pop("", None)
    if not counts:
        return None
    most = max(counts.values())
    if twist == "more than half" and most <= sum(counts.values()) / 2:
        return None
    if twist == "half of all" and most < len(answers) / 2:
        return None
    best = [a for a in counts if counts[a] == most]
    if twist == "None blocks":
        return best[0]
    if twist == "tie none" and len(best) > 1:
        return None
    if twist == "rarest":
        return min(counts, key=lambda a: counts[a])
    if twist in ("smallest", "largest"):
        return (min if twist == "smallest" else max)(a for a in best if a is not None)
    if twist == "last":
        return best[-1]
    if twist == "newest":
        return next(a for a in reversed(answers) if a in best)
    if twist == "first to reach":
        so_far: Counter = Counter()
        for a in answers:
            so_far[a] += a is not None
            if so_far[a] == most:
                return a
    kept = [a for a in answers if a is not None]
    return {"first answer": kept[0], "last answer": kept[-1]}.get(twist, best[0])


def _as_number(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text


def _vote(value: Any, target: Any) -> str | None:
    kind = type(value)
    pair = kind in (tuple, list) and any(type(item) in (int, float) for item in value)
    require(
        kind not in (int, float) and not pair,
        "count_returned",
        "the result holds a count: return the answer alone.",
    )
    require_type(value, (str, type(None)), "an answer, or None")
    return value


NO_VOTES = "without a single answer (an empty list, nothing but None) the result is None."


@exercise
def majority_vote(student: Student, draw: random.Random) -> None:
    library = {"mode", "multimode"}
    used = student.identifiers("majority_vote")
    require(
        not (used & library and used & {"statistics", "stats", "scipy"})
        and "multimode" not in used,
        "calls_the_library",
        "this exercise builds the vote; your code uses a library's `mode`.",
    )
    names = draw.sample([str(n) for n in range(10, 99)], 6)
    a, b, c, d = names[:4]
    low, high = sorted(draw.sample(names, 2))
    none = ("no_votes", NO_VOTES)
    lists: list[tuple[list[str | None], Any]] = [
        ([a, b, None, b, c, b, a, d, c], None),
        ([c, None, a, None, a, None, d], None),
        ([None, None, low, high, high, None, low, None], None),
        ([high, low, low, high], None),
        ([low, high, high, low, None], None),
        ([b, a, a, b, c, c], None),
        ([a, b, b, a, a, b], None),
        ([d, c, b, a], None),
        ([c], None),
        (["Yes", "no", "yes", "no", "yes ", "YES"], None),
        (["4.0", "7", "4", "7", "4.00"], ("answers_normalised", "\"4\" and \"4.0\" were taken for one answer: compare answers as they are.")),
        ([a, b, f" {a}", b, f"{a} "], ("answers_normalised", "\"4\" and \" 4\" were taken for one answer: compare answers as they are.")),
        (["", a, "", b, ""], ("empty_string_dropped", "the empty string is an answer like any other: only None does not vote.")),
        ([], none),
        ([None, None, None], none),
    ]  # fmt: skip
    cases = [Case((answers,), edge=edge) for answers, edge in lists]
    twist = partial(twisted, voted)
    mistakes: Mistakes = {
        "none_votes": (twist("None votes", "None blocks"), "None won: where nothing could be extracted, there is no vote."),
        "first_answer": (twist("first answer", "last answer"), "the first (or last) answer came out, whatever the others say."),
        "least_frequent": (twist("rarest"), "the rarest answer came out."),
        "absolute_majority": (twist("more than half", "half of all"), "None came out though one answer is the most frequent: it need not be more than half."),
        "tie_is_none": (twist("tie none"), "None came out for a tie: of equally frequent answers the one seen first wins."),
        "tie_by_value": (twist("smallest", "largest"), "of equally frequent answers the smaller (or larger) string won: the one seen first does."),
        "tie_first_to_reach": (twist("first to reach"), "of equally frequent answers the one that reached the count first won: the one whose first occurrence is earliest does."),
        "tie_to_last": (twist("last", "newest"), "of equally frequent answers the last won: the one seen first does."),
        "answers_normalised": (twist("folded", "numbers"), "answers were changed before they were counted: compare them as they are."),
        "empty_string_dropped": (twist("empty dropped"), "the empty string is an answer like any other: only None does not vote."),
    }  # fmt: skip

    def explain(case: Case, got: Any) -> None:
        [answers] = case.args
        require(
            got is not None or None not in answers or voted(answers) is None,
            "none_votes",
            "None won: where nothing could be extracted, there is no vote.",
        )
        require(
            got in answers or not answers or got is None,
            "none_votes" if got == "None" else "answers_normalised",
            "the result is none of the answers: compare and return them as they are, None aside.",
        )

    judge_cases(
        student, "majority_vote", cases, voted, mistakes, _vote, _same,
        "the most frequent answer", explain,
    )  # fmt: skip


def weighed(
    answers: Sequence[str | None], logprobs: Sequence[float], twist: str = ""
) -> str | None:
    """The answer whose chains have the most probability together. twist: one mistake."""
    chains: dict[str | None, list[float]] = {}
    for answer, logprob in zip(answers, logprobs):
        if twist == "empty" and not answer or answer is None and twist != "None":
            continue
        chains.setdefault(answer, []).append(logprob)
    if not chains:
        return None

    def log_sum(logs: list[float]) -> float:
        return max(logs) + math.log(sum(math.exp(each - max(logs)) for each in logs))

    weigh: dict[str, Callable[[list[float]], float]] = {
        "count": len,
        "best": max,
        "sum of logs": sum,
        "size": lambda logs: -sum(logs),
        "mean": lambda logs: log_sum(logs) - math.log(len(logs)),
        "mean log": lambda logs: sum(logs) / len(logs),
        "lightest": lambda logs: -log_sum(logs),
        "last": lambda logs: logs[-1],
    }
    weight = weigh.get(twist, log_sum)
    return max(chains, key=lambda answer: weight(chains[answer]))


@exercise
def weighted_vote(student: Student, draw: random.Random) -> None:
    a, b, c = draw.sample([str(n) for n in range(10, 99)], 3)
    shift = draw.uniform(0, 2)
    none = ("no_votes", NO_VOTES)
    under = (
        "underflows",
        "logprobs of −1000 and less: exp makes all weights 0. Take off the largest logprob of the chains that vote first, or use logsumexp.",
    )
    drop = ("empty_string_dropped", "the empty string is an answer like any other: only None does not vote.")  # fmt: skip
    raw: list[tuple[list[str | None], list[float], Any]] = [
        # c is the most frequent, b has the best chain and the best mean; a has the most weight.
        ([c, b, a, a, c, c, c, None], [.02, .50, .30, .28, .03, .02, .01, .05], None),
        ([a, a, b, c, c, c, c], [.30, .28, .50, .02, .03, .02, .01], None),
        ([b, a, None, None, a], [.4, .3, .9, .9, .25], None),
        ([a, b, a], [.4, .5, .2], None),
        ([a, b, a, b], [.45, .2, .02, .15], None),
        ([b, *[a] * 12], [.3, *[.04] * 12], None),
        ([a], [.2], None),
        (["", b, ""], [.3, .5, .4], drop),
        ([], [], none),
        ([None, None], [.5, .2], none),
    ]  # fmt: skip
    for _ in range(10):
        answers = [a, b, c, *draw.choices([a, b, c], k=4)]
        draw.shuffle(answers)
        while True:
            probs = [round(draw.uniform(0.01, 0.5), 3) for _ in answers]
            weights = [sum(p for x, p in zip(answers, probs) if x == each) for each in (a, b, c)]
            if max(weights) > 1.05 * sorted(weights)[1]:
                break
        raw.insert(3, ([*answers], probs, None))
    cases = [
        Case((answers, [math.log(p) - shift for p in probs]), edge=edge)
        for answers, probs, edge in raw
    ]
    for answers in ([b, a, a, c], [a, a, b, c]):
        logs = {a: -1000.2, b: -1000.0, c: -1003.0}
        cases.append(Case((answers, [logs[x] for x in answers]), edge=under))
    cases.append(Case(([c, a, b, a], [-2300.0, -1400.3, -1400.0, -1400.3]), edge=under))
    twist = partial(twisted, weighed)
    mistakes: Mistakes = {
        "none_votes": (twist("None"), "None won: where nothing could be extracted, there is no vote."),
        "weights_ignored": (twist("count"), "the most frequent answer came out: chains weigh by their probability."),
        "best_chain": (twist("best"), "the answer of the most likely chain came out: add up the chains of each answer."),
        "logprobs_summed": (twist("sum of logs"), "logprobs were summed, which multiplies probabilities, and each further chain counts against its answer. Sum probabilities."),
        "smallest_sum_of_logprobs": (twist("size"), "the most negative sum of logprobs won: many and unlikely chains. Sum probabilities."),
        "mean_weight": (twist("mean"), "chains were averaged: each further chain adds weight."),
        "mean_logprob": (twist("mean log"), "logprobs were averaged: sum probabilities."),
        "lightest": (twist("lightest"), "the answer with the smallest weight came out."),
        "last_chain_only": (twist("last"), "a later chain overwrites its answer's weight: add it."),
        "empty_string_dropped": (twist("empty"), drop[1]),
    }  # fmt: skip

    def read(value: Any, target: Any) -> str | None:
        pair = type(value) in (tuple, list) and any(type(item) is not str for item in value)
        weight = type(value) in (int, float, torch.Tensor)
        require(
            not (weight or pair),
            "weight_returned",
            "the result holds a weight: return the answer alone.",
        )
        require_type(value, (str, type(None)), "an answer, or None")
        return value

    # A chain that is likely and has no answer: behind the rest, whose mistakes have names of their own.
    logs_of = {None: -1.0, a: -1000.0, b: -990.0}
    silent = [
        Case((answers, [logs_of[x] for x in answers]), edge=under)
        for answers in ([None, a, b], [b, a, None])
    ]
    for asked, named in ((cases, mistakes), (silent, {})):
        judge_cases(
            student, "weighted_vote", asked, weighed, named, read, _same,
            "the answer with the most probability",
        )  # fmt: skip


def passes(n: int, c: int, k: int, twist: str = "") -> float:
    """The unbiased estimate of pass@k. twist: one mistake."""

    def product(terms: Iterable[tuple[int, int]]) -> float:
        return float(math.prod((Fraction(top, bottom) for top, bottom in terms), start=Fraction(1)))

    none = Fraction(math.comb(n - c, k), math.comb(n, k))
    if not twist:
        return float(1 - none)
    return {
        "biased": lambda: 1 - (1 - c / n) ** k,
        "failure": lambda: float(none),
        "all": lambda: math.comb(c, k) / math.comb(n, k),
        "power": lambda: (c / n) ** k,
        "one": lambda: c * math.comb(n - c, k - 1) / math.comb(n, k),
        "one power": lambda: k * c / n * (1 - c / n) ** (k - 1),
        "rate": lambda: c / n,
        "scaled": lambda: min(1, k * c / n),
        "solved": lambda: float(c > 0),
        "k solved": lambda: float(c >= k),
        "falling top": lambda: 1 - product((max(n - c - i, 0), n) for i in range(k)),
        "less": lambda: 1 - product((max(n - c - i, 0), n - i) for i in range(k - 1)),
        "less behind": lambda: 1 - product((max(n - c - i, 0), n - i) for i in range(1, k)),
        "more": lambda: 1 - product((max(n - c - i, 0), max(n - i, 1)) for i in range(k + 1)),
        "range": lambda: 1 - product((max(i - k, 0), i) for i in range(n - c + 1, n)),
        "per cent": lambda: float(100 * (1 - none)),
    }[twist]()


@exercise
def pass_at_k(student: Student, draw: random.Random) -> None:
    library = {"hypergeom", "evaluate", "estimate_pass_at_k"}
    refuse_library(student, library, "the estimate", "pass_at_k")
    few = ("too_few_wrong", "where fewer than k samples are wrong, every draw of k holds a right one: 1. Where exactly k are wrong it is below 1.")  # fmt: skip
    large = ("overflows", "10,000 samples are too many for floats, factorials or recursion: divide whole numbers, or multiply the factors (n−c−i)/(n−i).")  # fmt: skip
    n, c = draw.randrange(11, 18), draw.randrange(3, 5)
    k = draw.randrange(3, 5)
    triples: list[tuple[int, int, int, Any]] = [
        (n, c, k, None), (n + 3, c + 2, 2, None), (n + 2, 2, 4, None), (9, 3, 1, None),
        (12, 0, 3, None), (10, 6, 4, few), (10, 7, 4, few), (8, 8, 3, few), (6, 4, 6, few), (5, 1, 5, few),
        (1, 1, 1, None), (10_000, 1, 5_000, large), (10_000, 9_000, 2_000, large),
    ]  # fmt: skip
    cases = [Case(triple[:3], edge=triple[3]) for triple in triples]
    twist = partial(twisted, passes)
    mistakes: Mistakes = {
        "biased_estimate": (twist("biased"), "1 − (1 − c/n)^k draws with replacement and falls short on average: samples are not put back."),
        "chance_of_failure": (twist("failure"), "that is the chance that none of k is right: take it from 1."),
        "all_correct": (twist("all", "power"), "that is the chance that all k are right: one is enough."),
        "exactly_one": (twist("one", "one power"), "that is the chance that exactly one of k is right: one or more are wanted."),
        "pass_at_one": (twist("rate"), "c/n is pass@1: k makes a difference."),
        "scaled_by_k": (twist("scaled"), "k times the rate counts draws in which several are right several times."),
        "solved_or_not": (twist("solved", "k solved"), "the result is 1 or 0: estimate the chance that a draw of k holds a right one."),
        "with_replacement_terms": (twist("falling top"), "in the product the number of all samples falls with each draw too: (n−c−i)/(n−i)."),
        "range_off_by_one": (twist("less", "less behind", "more", "range"), "the product has one factor too many or too few: i runs from 0 to k − 1."),
        "percentage": (twist("per cent"), "the result is a percentage: return a number between 0 and 1."),
    }  # fmt: skip
    judge_cases(
        student, "pass_at_k", cases, passes, mistakes, number, near(1e-6),
        "the chance that a draw of k of the samples holds a right one",
    )  # fmt: skip


# --- perplexity ---------------------------------------------------------------------------------------------------------


def windows(length: int, window: int, stride: int) -> list[tuple[int, int]]:
    """The windows (begin, end) of a text: the first that reaches its end is the last."""
    begins = range(0, max(1, length - window + stride), stride)
    return [(begin, min(begin + window, length)) for begin in begins]


def strided(reference: Any, ids: list[int], window: int, stride: int, twist: str = "") -> float:
    """Perplexity with a strided window. twist: one mistake."""
    total = len(ids)
    shown = windows(total, window, stride)
    if twist == "chunks":
        shown = [(begin, min(begin + window, total)) for begin in range(0, total, window)]
    elif twist == "stride chunks":
        shown = [(begin, min(begin + stride, total)) for begin in range(0, total, stride)]
    elif twist == "half overlap":
        shown = windows(total, window, max(1, window // 2))
    elif twist == "stride of one":
        shown = windows(total, window, 1)
    elif twist == "tail":
        shown = [(begin, end) for begin, end in shown if end - begin == window]
    elif twist == "moved":
        shown = [(max(0, end - window), end) for _, end in shown]
    elif twist == "after":
        shown = [(begin, min(begin + window, total)) for begin in range(0, total - 1, stride)]
    elif twist == "ends":
        ends = [min(end, total) for end in range(stride, total + stride, stride)]
        shown = [(max(0, end - window), end) for end in ends]
    elif twist == "one longer":
        shown = [(begin, min(end + 1, total)) for begin, end in shown]
        shown = shown[: 1 + [end for _, end in shown].index(total)]
    pieces, done = [], 1
    for begin, end in shown:
        if twist == "new only":
            begin = max(done - 1, 0)
        elif twist == "new alone":
            begin = done if done > 1 else 0
        logprobs = _logprobs(reference, ids[begin:end])
        places, tokens = torch.arange(end - begin - 1), torch.tensor(ids[begin:end])
        each = (
            logprobs[places, tokens[1:]] if twist != "shifted" else logprobs[places + 1, tokens[1:]]
        )
        skip = {"all": 0, "chunks": 0, "stride chunks": 0, "new alone": 0,
                "after": max(0, len(each) - stride) if begin else 0}.get(twist, done - begin - 1)  # fmt: skip
        if twist in ("dropped", "dropped and counted") and begin:
            skip += 1
        pieces.append(-each[skip:])
        done = end
    if twist == "perplexities":
        return float(torch.stack([piece.mean().exp() for piece in pieces]).mean())
    if twist == "means":
        return math.exp(torch.stack([piece.mean() for piece in pieces]).mean())
    if twist == "first weight":
        return math.exp((sum(float(p.sum()) for p in pieces) + float(pieces[0].mean())) / total)
    losses = torch.cat(pieces)
    count = {"all tokens": total, "dropped and counted": total - 1}.get(twist, len(losses))
    mean = float(losses.sum()) / count
    return {"loss": mean, "bits": mean / math.log(2), "two": 2**mean,
            "exp of bits": math.exp(mean / math.log(2))}.get(twist, math.exp(mean))  # fmt: skip


@exercise
def perplexity(student: Student, draw: random.Random) -> None:
    refuse_library(student, {"evaluate", "lm_eval"}, "the perplexity", "perplexity")
    after = (
        "windows_after_the_end",
        "there are windows behind the first one that reached the end of the text: nothing new is left for them.",
    )
    product = (
        "product_underflows",
        "for a long text the result is not finite: a product of probabilities falls to 0. Sum logarithms.",
    )
    sizes: list[tuple[str, int, int, int, Any]] = [
        ("llama", 12, 5, 4, None), ("gpt2", 20, 8, 5, None), ("gpt2", 9, 8, 4, None), ("llama", 13, 8, 3, None), ("gpt2", 9, 6, 1, None), ("gpt2", 7, 2, 1, None), ("gpt2", 2, 4, 2, None), ("gpt2", 5, 12, 3, after), ("llama", 8, 8, 4, after),
        ("gpt2", 120, 40, 25, product),
    ]  # fmt: skip
    seed = draw.randrange(20)
    cases = []
    for kind, length, window, stride, edge in sizes:
        model, reference = transformer(kind, seed)
        ids = [draw.randrange(61) for _ in range(length)]
        given = (_Watched(model, window), torch.tensor([ids]), window, stride)
        cases.append(Case(given, edge=edge, oracle=(reference, ids, window, stride)))
    twist = partial(twisted, strided)
    mistakes: Mistakes = {
        "loss_returned": (twist("loss"), "that is the mean loss: perplexity is its exponential."),
        "bits_per_token": (twist("bits", "two", "exp of bits"), "logarithm and exponential have different bases: both natural, or both 2."),
        "shifted_by_one": (twist("shifted"), "a token is scored by the logits at its own place: those one place earlier predict it."),
        "context_counted_again": (twist("all"), "tokens that an earlier window has scored are scored again: in later windows they are context only."),
        "context_lost": (twist("chunks", "stride chunks", "half overlap", "new only", "new alone"), "later windows do not see the context that `stride` leaves them: they begin `stride` tokens behind the one before, and hold `window` tokens."),
        "tail_dropped": (twist("tail"), "the last, shorter window is not scored."),
        "last_window_moved": (twist("moved"), "the last window was moved back to be full: it begins at a multiple of the stride and may be shorter."),
        "mean_of_perplexities": (twist("perplexities"), "perplexities of windows were averaged: average losses over tokens, and take exp once."),
        "mean_of_means": (twist("means"), "windows' mean losses were averaged, and a window with few new tokens counted as much as one with many. Sum over tokens."),
        "first_token_counted": (twist("all tokens", "first weight"), "the text's first token has no prediction: divide by T − 1."),
        "first_new_token_dropped": (twist("dropped", "dropped and counted"), "the first new token of each later window is not scored: the context's last position predicts it."),
        "windows_after_the_end": (twist("after"), after[1]),
        "window_misplaced": (twist("stride of one", "ends", "one longer"), "tokens are scored with another context than their first window gives: windows begin at 0, stride, 2·stride, …"),
    }  # fmt: skip

    def explain(case: Case, got: float) -> None:
        model, _, window, stride = case.args
        require(not math.isnan(got), *after)
        require(math.isfinite(got) and got > 0, *product)
        if case.edge is None:
            places = _looked_at(model, case.oracle[1] if case.oracle else [])
            expected = set(windows(len(case.args[1][0]), window, stride))
            require(
                not places or places <= expected,
                "window_misplaced",
                "tokens are scored with another context than their first window gives: windows begin at 0, stride, 2·stride, …",
            )

    def read(value: Any, target: float) -> float:
        for case in cases:
            require(
                case.args[0].longest <= case.args[0].window,
                "window_exceeded",
                "the model was given more than `window` tokens at once, cached ones included: it must not see further back.",
            )
        return number(value)

    judge_cases(
        student, "perplexity", cases, strided, mistakes, read,
        lambda got, target: abs(got - target) <= 1e-3 * abs(target),
        "exp of the mean loss, each token scored once in the first window that holds it", explain,
    )  # fmt: skip


class _Watched(Model):
    """A lent model that notes the longest history of any forward pass: `longest`, in tokens."""

    def __init__(self, model: Model, window: int):
        super().__init__(model.score, model.config, model.generation_config)
        self.window, self.longest = window, 0

    def answer(self, method: str, *args: Any) -> Any:
        answer = super().answer(method, *args)
        if method == "forward":
            last = self.requests[-1]
            mask = last.attention_mask
            seen = last.tags.shape[1] + last.input_ids.shape[1]
            self.longest = max(self.longest, int(mask.sum(1).max()) if mask is not None else seen)
        return answer


def _looked_at(model: Model, ids: list[int]) -> set[tuple[int, int]]:
    """Which parts (begin, end) of the text the model was shown, where that can be told."""
    found = set()
    for request in model.requests:
        for row in request.input_ids.tolist():
            for begin in range(len(ids) - len(row) + 1):
                if ids[begin : begin + len(row)] == row:
                    found.add((begin, begin + len(row)))
    return found


# --- BLEU ---------------------------------------------------------------------------------------------------------------

Sentence = list[str]


def grams(tokens: Sequence[str], order: int) -> Counter:
    return Counter(tuple(tokens[i : i + order]) for i in range(len(tokens) - order + 1))


def _matches(
    hypothesis: Sentence, references: list[Sentence], order: int, twist: str
) -> tuple[int, int]:
    """How many n-grams of a hypothesis match, and how many it has."""
    said = grams(hypothesis, order)
    known = [grams(reference, order) for reference in references]
    total = sum(said.values())
    joined = {"sum": sum(known, Counter()), "first": known[0]}.get(twist)
    if twist == "joined":
        said = Counter("".join(gram) for gram in said.elements())  # type: ignore[assignment]
        known = [Counter("".join(gram) for gram in each.elements()) for each in known]
    if joined is None:
        joined = Counter()
        for each in known:
            joined |= each
    if twist == "not clipped":
        return sum(count for gram, count in said.items() if gram in joined), total
    if twist in ("sets", "set matches"):
        return len(set(said) & set(joined)), len(said) if twist == "sets" else total
    if twist == "best":
        return max(sum((said & each).values()) for each in known), total
    if twist == "recall":
        closest = _closest(len(hypothesis), [len(each) for each in references])
        total = max(int(closest) - order + 1, 0)
    if twist == "recall all":
        total = sum(joined.values())
    return sum((said & joined).values()), total


def _closest(length: int, lengths: list[int], twist: str = "") -> float:
    if twist in ("shortest", "longest", "mean"):
        mean = sum(lengths) / len(lengths)
        return {"shortest": min(lengths), "longest": max(lengths), "mean": mean}[twist]
    if twist == "first length" or twist == "first":
        return lengths[0]
    rank = {"tie first": lambda n: 0, "tie longer": lambda n: -n}.get(twist, lambda n: n)
    return min(lengths, key=lambda n: (abs(n - length), rank(n)))


def corpus_bleu(
    hypotheses: list[Sentence], references: list[list[Sentence]], twist: str = ""
) -> float:
    """BLEU-4 of a corpus, unsmoothed, between 0 and 100. twist: one mistake."""
    if twist == "lower":
        hypotheses = [[token.lower() for token in each] for each in hypotheses]
        references = [[[t.lower() for t in each] for each in group] for group in references]
    elif twist == "split again":
        hypotheses = [" ".join(each).split() for each in hypotheses]
        references = [[" ".join(each).split() for each in group] for group in references]
    elif twist == "characters":
        hypotheses = [list("".join(each)) for each in hypotheses]
        references = [[list("".join(each)) for each in group] for group in references]
    elif twist == "crossing":
        count = max(map(len, references))
        padded = [(group + [group[-1]] * count)[:count] for group in references]
        hypotheses = [[token for each in hypotheses for token in each]]
        references = [[[t for each in stream for t in each] for stream in zip(*padded)]]
    elif twist == "crossing fewest":
        hypotheses = [[token for each in hypotheses for token in each]]
        references = [[[t for each in stream for t in each] for stream in zip(*references)]]
    elif twist == "short skipped":
        kept = [i for i, each in enumerate(hypotheses) if len(each) >= 4]
        hypotheses, references = [hypotheses[i] for i in kept], [references[i] for i in kept]
    elif twist == "best sentence":
        references = [
            [max(group, key=lambda each: corpus_bleu([hypothesis], [[each]], "unpunished"))]
            for hypothesis, group in zip(hypotheses, references)
        ]
    if twist in ("sentences", "weighted sentences", "sentences effective"):
        inner = "effective" if twist == "sentences effective" else ""
        scores = [corpus_bleu([h], [r], inner) for h, r in zip(hypotheses, references)]
        weights = [len(h) if twist == "weighted sentences" else 1 for h in hypotheses]
        return sum(w * s for w, s in zip(weights, scores)) / sum(weights)
    orders = {"bigrams": (1, 2), "trigrams": (1, 2, 3), "unigrams": (1,), "fourgrams": (4,)}.get(
        twist, (1, 2, 3, 4)
    )
    counts = []
    for order in orders:
        pairs = [_matches(h, r, order, twist) for h, r in zip(hypotheses, references)]
        matched, total = sum(m for m, _ in pairs), sum(t for _, t in pairs)
        if twist == "over corpus":
            said = sum((grams(h, order) for h in hypotheses), Counter())
            known: Counter = Counter()
            for group in references:
                own: Counter = Counter()
                for each in group:
                    own |= grams(each, order)
                known += own
            matched = sum((said & known).values())
        counts.append((matched, total))
        if twist.startswith("mean of precisions"):
            shares = [m / t if t else 0.0 for m, t in pairs if t or "all" in twist]
            counts[-1] = (sum(shares) / len(shares), 1)  # type: ignore[assignment]
    c = sum(map(len, hypotheses))
    lengths = [_closest(len(h), [len(each) for each in r], twist) for h, r in zip(hypotheses, references)]  # fmt: skip
    r = sum(lengths)
    if not c:
        return 0.0
    penalty = math.exp(min(0.0, 1 - r / c))
    own_penalties = [
        math.exp(min(0.0, 1 - n / len(h))) if h else 0.0 for h, n in zip(hypotheses, lengths)
    ]
    penalty = {"unpunished": 1.0, "mean of precisions bare": 1.0, "mean of precisions all bare": 1.0,
               "ratio": min(1.0, c / r), "bonus": math.exp(1 - r / c),
               "long": math.exp(min(0.0, 1 - c / r)), "both": math.exp(-abs(1 - r / c)),
               "mean penalty": sum(own_penalties) / len(own_penalties), "product penalty": math.prod(own_penalties)}.get(twist, penalty)  # fmt: skip
    precisions = []
    fills = 1
    for order, (matched, total) in zip(orders, counts):
        if twist == "add one" and order > 1 or twist == "add one to all":
            matched, total = matched + 1, total + 1
        if twist == "exponential" and not matched and total:
            fills *= 2
            precisions.append(1 / (fills * total))
        elif twist == "floor" and not matched and total:
            precisions.append(0.1 / total)
        elif twist != "effective" or matched:
            precisions.append(matched / total if total else 0.0)
    if not precisions:
        return 0.0
    if twist == "arithmetic":
        return 100 * penalty * sum(precisions) / len(precisions)
    if min(precisions) <= 0:
        return 0.0
    score = penalty * math.exp(sum(map(math.log, precisions)) / len(precisions))
    return score if twist == "fraction" else 100 * score


@exercise
def bleu(student: Student, draw: random.Random) -> None:
    library = {"sacrebleu", "nltk", "evaluate", "torchmetrics", "torchtext", "corpus_bleu", "sentence_bleu", "BLEU", "bleu_score"}  # fmt: skip
    refuse_library(student, library, "BLEU", "bleu")
    words = "stone river cloud field light house train voice paper green table north clock shore bread lamp".split()
    draw.shuffle(words)
    a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p = words  # noqa: E741
    empty = (
        "no_match",
        "where an order has no match, or nothing was said at all, the score is 0: no logarithm of 0 and no division by 0.",
    )
    smooth = ("smoothed", "where an order has no match the score is 0: orders are neither filled up nor left out.")  # fmt: skip
    one = [a, b, c, d, a, e, b, f, p]  # a and b twice, in the reference once (a) and twice (b)
    ref = [a, b, c, d, g, e, b, f, h]
    long = [i, j, k, l, m, n, o, p, a, b, c]
    corpus = (
        [[a, b, c, d, e, f, g], [h, i, k, j, l, m], [n, o], long],
        [[[a, b, c, d, e, f, g, h]], [[h, i, j, k, l]], [[n, p, o]], [[i, j, k, l, m, n, o, d, a, c, n, o]]],
    )  # fmt: skip
    several = (
        [[a, b, c, d, e, f], [g, h, i, j, k, l, m], [n, o, p, a, b]],
        [
            [[a, b, c, d, k, l, m, n, o], [p, c, d, e, f, g, h]],
            [[g, h, i, j, a, k], [j, k, l, m, g, h, i, j], [b, g, h, i, j, k, n, m, d, c]],
            [[n, o, p, a, c, d]],
        ],
    )
    tied = ([[a, b, c, d, e, f, g]], [[[a, b, c, d, e], [a, b, c, d, e, f, h, i, g]]])
    turned = ([[a, b, c, d, e, f, g]], [[[a, b, c, d, e, f, h, i, g], [a, b, c, d, e]]])
    repeated = ([[a, a, b, c, d, e, a]], [[[a, b, c, d, e], [b, c, d, e, a, f], [a, b, c, d, e]]])
    marks = (
        [[a + " " + b, c, d, e, f, "1", "11"], [a, "11", "1", b, c, d, e]],
        [[[a, b, c, d, e, f, "11", "1"]], [[a, "1", "11", b, c, d, e]]],
    )
    cased = ([[a, b, c.upper(), d, e, f, g]], [[[a, b, c, d, e, f, g]]])
    cases = [
        Case(([one], [[ref]])),
        Case(([long], [[[*long[:6], p, a, b, c]]])),
        Case(([[a, b, c, d, e]], [[[a, b, c, d, e, f, g, h]]])),
        Case(corpus),
        Case(several),
        Case(tied),
        Case(turned),
        Case(repeated),
        Case(
            (
                [[a, b, c, d, e, f, g]],
                [[[*[a, b, c, d, h] * 2, i, j, k], [a, b, c, d, e, f, h, g], [a, b, c, d]]],
            )
        ),
        Case(([[a, b, c, d, e], []], [[[a, b, c, d, f]], [[g, h]]])),
        Case(marks),
        Case(cased),
        Case(([[a, b, c, d, e]], [[[a, b, c, d, e]]])),
        Case(([[a, b, c, h, e, f]], [[[a, b, c, d, e, f]]]), edge=empty),
        Case(([[e, d, c, b, a]], [[[a, b, c, d, e]]]), edge=empty),
        Case(([[a, b, c]], [[[a, b, c]]]), edge=empty),
        Case(([[], []], [[[a, b]], [[c]]]), edge=empty),
    ]
    twist = partial(twisted, corpus_bleu)
    mistakes: Mistakes = {
        "fraction": (twist("fraction"), "the score is between 0 and 1: BLEU is given between 0 and 100."),
        "not_clipped": (twist("not clipped"), "an n-gram matches as often as the hypothesis says it: at most as often as a reference has it."),
        "clipped_to_one": (twist("sets", "set matches"), "a repeated n-gram counts once: it matches as often as a reference has it."),
        "clipped_over_sum": (twist("sum"), "counts of several references were added up: the reference that has the n-gram most often is the limit."),
        "clipped_over_corpus": (twist("over corpus"), "n-grams of one sentence matched the references of another: clip sentence by sentence, then sum."),
        "mean_of_sentences": (twist("sentences", "weighted sentences", "sentences effective"), "scores of sentences were averaged: sum matches and totals over the corpus, and take one score."),
        "mean_of_precisions": (twist("mean of precisions", "mean of precisions all", "mean of precisions bare", "mean of precisions all bare"), "precisions of sentences were averaged: sum matches and totals over the corpus first."),
        "no_brevity_penalty": (twist("unpunished"), "a short translation costs nothing: where c < r the score is multiplied by exp(1 − r/c)."),
        "penalty_per_sentence": (twist("mean penalty", "product penalty"), "the penalty was taken for each sentence: there is one, from the sums of the lengths."),
        "penalty_wrong_way": (twist("bonus", "long", "both"), "a long translation gains or loses by its length: the penalty is for c < r alone, exp(1 − r/c)."),
        "penalty_is_ratio": (twist("ratio"), "the penalty is c/r: it is exp(1 − r/c)."),
        "reference_length": (twist("shortest", "longest", "mean", "first length"), "another reference length than the closest one was taken."),
        "tie_to_longer": (twist("tie longer", "tie first"), "of two references equally close in length the shorter counts, wherever it stands in the list."),
        "first_reference_only": (twist("first"), "only the first reference was read."),
        "best_reference_only": (twist("best", "best sentence"), "each hypothesis was compared with one reference: every n-gram may find its match in another one."),
        "arithmetic_mean": (twist("arithmetic"), "precisions were added up: take their geometric mean."),
        "orders_missing": (twist("bigrams", "trigrams", "unigrams", "fourgrams"), "not all of the orders 1 to 4 count."),
        "smoothed": (twist("add one", "add one to all", "exponential", "floor", "effective"), smooth[1]),
        "recall": (twist("recall", "recall all"), "matches are divided by the reference's n-grams: BLEU is a precision, divide by the hypothesis'."),
        "crosses_sentences": (twist("crossing", "crossing fewest"), "n-grams run over from one sentence into the next."),
        "tokens_joined": (twist("joined", "lower", "split again", "characters"), "tokens were joined, split again or lower-cased: compare tuples of the tokens as they are."),
        "short_sentences_skipped": (twist("short skipped"), "a sentence of fewer than four tokens counts nowhere: its shorter n-grams and its length do count."),
    }  # fmt: skip

    def explain(case: Case, got: float) -> None:
        require(not (got > 0 and case.by(corpus_bleu) == 0), *smooth)

    judge_cases(
        student, "bleu", cases, corpus_bleu, mistakes, number, near(1e-4), "BLEU-4 of the corpus",
        explain,
    )  # fmt: skip


# --- intervals and tests ------------------------------------------------------------------------------------------------


class MeanLaw:
    """The exact law of the mean of `size` draws with replacement from whole numbers."""

    def __init__(self, scores: Sequence[int], size: int):
        lowest = min(scores)
        own = np.bincount([score - lowest for score in scores]) / len(scores)
        law = np.ones(1)
        for _ in range(size):
            law = np.convolve(law, own)
        self.values = lowest + np.arange(len(law)) / size
        self.cumulative = law.cumsum()

    def quantile(self, level: float) -> float:
        place = int(np.searchsorted(self.cumulative, min(max(level, 0.0), 1 - 1e-12)))
        return float(self.values[min(place, len(self.values) - 1)])

    def band(self, level: float, resamples: int) -> tuple[float, float]:
        """Where the quantile of so many resamples lies, but for one in 1e9, however it is interpolated."""
        reach = 6.2 * math.sqrt(level * (1 - level) / resamples) + 1.5 / resamples
        return self.quantile(level - reach) - 1e-5, self.quantile(level + reach) + 1e-5


Band = tuple[float, float]


@dataclass
class Resampling:
    """One call of `bootstrap_interval`, and where the ends of its interval may lie."""

    scores: list[int]
    resamples: int
    confidence: float

    def __post_init__(self) -> None:
        self.mean = float(np.mean(self.scores))
        self.deviation = float(np.std(self.scores))
        self.tail = (1 - self.confidence) / 2
        self.law = MeanLaw(self.scores, len(self.scores))

    def quantiles(self, law: MeanLaw | None = None, tail: float | None = None, resamples: int | None = None) -> tuple[Band, Band]:  # fmt: skip
        law, tail = law or self.law, self.tail if tail is None else tail
        count = resamples or self.resamples
        return law.band(tail, count), law.band(1 - tail, count)

    def around(self, reach: float, slack: float = 0.08) -> tuple[Band, Band]:
        """Mean ± reach, each end to a share of the reach."""
        off = slack * reach + 1e-5
        return (
            (self.mean - reach - off, self.mean - reach + off),
            (self.mean + reach - off, self.mean + reach + off),
        )

    def extremes(self) -> tuple[Band, Band]:
        rare = 21 / self.resamples  # no extreme of the resamples lies within but one in 1e9
        low = self.law.quantile(1e-13) - 1e-5, self.law.quantile(rare) + 1e-5
        return low, (self.law.quantile(1 - rare) - 1e-5, float(self.law.values[-1]) + 1e-5)

    def median_bands(self) -> tuple[Band, Band]:
        n, values = len(self.scores), sorted(self.scores)
        share = np.array([sum(s <= v for s in values) / n for v in values])
        reach = 0.02

        def quantile(rank: int, level: float) -> float:
            reached = stats.binom.sf(rank - 1, n, share)  # that at least `rank` draws are as small
            return float(values[int(np.searchsorted(reached, min(max(level, 0.0), 1 - 1e-12)))])

        lower, upper = (n + 1) // 2, n // 2 + 1
        return (
            (quantile(lower, self.tail - reach) - 1e-5, quantile(upper, self.tail + reach) + 1e-5),
            (
                quantile(lower, 1 - self.tail - reach) - 1e-5,
                quantile(upper, 1 - self.tail + reach) + 1e-5,
            ),
        )


def _lies(pair: tuple[float, float], bands: tuple[Band, Band]) -> bool:
    return all(low <= end <= high for end, (low, high) in zip(pair, bands))


def _point(value: float) -> Band:
    return value - 1e-4, value + 1e-4


def _interval_mistakes() -> dict[
    str, tuple[Sequence[Callable[[Resampling, float, float], bool]], str]
]:
    """id -> (whether an interval is one that this mistake makes, what to say about it)"""

    def z(s: Resampling) -> float:
        return float(stats.norm.ppf((1 + s.confidence) / 2)) * s.deviation

    def root(s: Resampling) -> float:
        return math.sqrt(len(s.scores))

    def of_size(size: Callable[[Resampling], int]) -> Callable[[Resampling, float, float], bool]:
        return lambda s, lo, hi: _lies((lo, hi), s.quantiles(MeanLaw(s.scores, size(s))))

    def one_side(s: Resampling, lo: float, hi: float) -> bool:
        """One end is a quantile, the other the mean or an extreme."""
        (least, most), mean = s.extremes(), _point(s.mean)
        near_mean = mean[0] - 0.1 * s.deviation / root(s), mean[1] + 0.1 * s.deviation / root(s)
        for tail in (s.tail, 2 * s.tail):
            low, high = s.quantiles(tail=tail)
            for bands in ((low, near_mean), (near_mean, high), (low, most), (least, high)):
                if _lies((lo, hi), bands):
                    return True
        return False

    def reflected(s: Resampling, lo: float, hi: float) -> bool:
        return _lies((2 * s.mean - hi, 2 * s.mean - lo), s.quantiles())

    def crowded(s: Resampling, lo: float, hi: float) -> bool:
        """Means of very many draws each."""
        return lo <= hi and max(abs(lo - s.mean), abs(hi - s.mean)) < 7 * s.deviation / math.sqrt(s.resamples)  # fmt: skip

    def offsets(s: Resampling, lo: float, hi: float) -> bool:
        low, high = s.quantiles()
        half = (high[0] - low[1]) / 2 - 1e-5, (high[1] - low[0]) / 2 + 1e-5
        return _lies((lo + s.mean, hi + s.mean), (low, high)) or _lies((lo, hi), (_point(s.mean), half))  # fmt: skip

    def narrower(s: Resampling, lo: float, hi: float) -> bool:
        """Near the mean, and much too narrow."""
        width = s.law.quantile(1 - s.tail) - s.law.quantile(s.tail)
        if s.confidence < 0.9:
            return lo <= hi
        return lo <= hi and hi - lo < 0.7 * width and abs((lo + hi) / 2 - s.mean) < width

    def spread(s: Resampling, lo: float, hi: float) -> bool:
        bands = s.quantiles(MeanLaw(s.scores, 1), resamples=len(s.scores) ** 2)
        own = np.quantile(s.scores, [s.tail, 1 - s.tail])
        return _lies((lo, hi), bands) or _lies((lo, hi), (_point(own[0]), _point(own[1])))

    def scaled(s: Resampling, lo: float, hi: float) -> bool:
        return _lies((lo / len(s.scores), hi / len(s.scores)), s.quantiles())

    return {
        "bounds_swapped": ([lambda s, lo, hi: lo > hi and _lies((hi, lo), s.quantiles())], "the upper end comes first: return (low, high)."),
        "half_width_returned": ([offsets], "the ends are given as distances from the mean: return the ends themselves."),
        "sums_not_means": ([scaled], "these are quantiles of sums: take each resample's mean."),
        "without_replacement": ([lambda s, lo, hi: abs(lo - s.mean) + abs(hi - s.mean) < 1e-4], "the interval has no width: each resample holds every score once. Draw with replacement."),
        "one_resample": ([lambda s, lo, hi: abs(lo - hi) < 1e-6], "the interval has no width: the same resample was used every time."),
        "confidence_ignored": ([lambda s, lo, hi: _lies((lo, hi), s.quantiles(tail=0.025))], "the interval is one of 95 % whatever is asked."),
        "confidence_not_halved": ([lambda s, lo, hi: _lies((lo, hi), s.quantiles(tail=min(2 * s.tail, 1 - 2 * s.tail)))], "too much was cut off: of what the confidence leaves over, one half on each side."),
        "one_sided": ([one_side], "only one end is a quantile of the resamples' means: both should be."),
        "range_of_resamples": ([lambda s, lo, hi: _lies((lo, hi), s.extremes())], "the ends are the smallest and the largest mean: take quantiles."),
        "standard_error": ([lambda s, lo, hi: _lies((lo, hi), s.around(s.deviation / root(s)))], "that is the mean ± one standard error: take quantiles of the resamples' means."),
        "normal_approximation": ([lambda s, lo, hi: _lies((lo, hi), s.around(z(s) / root(s)))], "that is a symmetric interval from the normal law: take quantiles of the resamples' means."),
        "width_of_scores": ([lambda s, lo, hi: _lies((lo, hi), s.around(z(s)))], "the interval is that of the scores, √N times too wide: a mean of N scores varies less than one of them."),
        "basic_bootstrap": ([reflected], "the quantiles were reflected at the mean (the basic bootstrap): return them as they are."),
        "spread_of_scores": ([spread], "these are quantiles of scores: take the mean of each resample first."),
        "wrong_resample_size": ([of_size(lambda s: len(s.scores) - 1), of_size(lambda s: max(1, len(s.scores) // 2)), crowded], "a resample has another size than the scores: draw as many as there are."),
        "medians_not_means": ([lambda s, lo, hi: _lies((lo, hi), s.median_bands())], "these are quantiles of medians: take means."),
        "without_replacement ": ([narrower], "the interval is too narrow: do resamples hold no score twice? Draw with replacement, as many as there are."),
        "num_resamples_ignored": ([lambda s, lo, hi: _lies((lo, hi), s.quantiles(resamples=20))], "the interval is rougher than `num_resamples` resamples make it: draw that many."),
    }  # fmt: skip


def _pair(value: Any) -> tuple[float, float]:
    require_type(value, (tuple, list), "(low, high)")
    require(len(value) == 2, "wrong_type", f"the result has {len(value)} entries: (low, high).")
    return number(value[0]), number(value[1])


@exercise
def bootstrap_interval(student: Student, draw: random.Random) -> None:
    refuse_library(student, {"bootstrap"}, "the bootstrap", "bootstrap_interval")
    call = student["bootstrap_interval"]
    skewed = [0, 0, 1, 0, 2, 1, 0, 3, 1, 40, 0, 9]
    wide = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3]
    asked = [
        Resampling([1] * 14 + [0] * 6, 10_000, 0.95),
        Resampling(skewed, 10_000, 0.95),
        Resampling(skewed, 10_000, 0.5),
        Resampling(wide, 10_000, 0.99),
        Resampling(wide, 2_000, 0.95),
    ]
    seen = []
    for each in asked:
        kwargs: dict = {"num_resamples": each.resamples, "confidence": each.confidence}
        if each is asked[-1]:
            kwargs = {}  # the defaults
        scores = [float(score) for score in each.scores]
        draw.shuffle(scores)
        low, high = _pair(call(scores, Generator(draw.getrandbits(48)), **kwargs))
        seen.append((each, low, high))
    wrong = [(s, lo, hi) for s, lo, hi in seen if not _lies((lo, hi), s.quantiles())]
    if wrong:
        for id, (functions, message) in _interval_mistakes().items():
            for makes in functions:
                require(not all(makes(*each) for each in seen), id.strip(), message)
        raise Found("wrong_value", "an end is no quantile of the means of resamples.")
    for scores in ([0.5] * 7, [3.25]):
        low, high = _pair(call(scores, Generator(draw.getrandbits(48)), num_resamples=50))
        require(
            abs(low - scores[0]) + abs(high - scores[0]) < 1e-5,
            "wrong_value",
            "where all scores are equal, both ends are that score.",
        )
    untied = [round(draw.uniform(0, 100), 6) for _ in range(30)]

    def drawn(generator: Generator) -> torch.Tensor:
        return torch.tensor(_pair(call(untied, generator, num_resamples=200)), dtype=torch.double)

    judge_generator(student, "bootstrap_interval", drawn, draw)


def mcnemar(correct_a: Sequence[bool], correct_b: Sequence[bool], twist: str = "") -> float:
    """The exact two-sided McNemar test. twist: one mistake."""
    b = sum(x and not y for x, y in zip(correct_a, correct_b))
    c = sum(y and not x for x, y in zip(correct_a, correct_b))
    n, cases = b + c, len(correct_a)
    few = min(b, c)
    if twist == "order":
        right_a, right_b = sum(correct_a), sum(correct_b)
        b, c = max(right_a - right_b, 0), max(right_b - right_a, 0)
        return mcnemar([True] * b + [False] * c, [False] * b + [True] * c) if b + c else 1.0
    if twist == "totals":
        return float(stats.binomtest(sum(correct_a), sum(correct_a) + sum(correct_b)).pvalue)
    if twist in ("proportions", "proportions bare", "fisher", "contingency", "t"):
        x, y = sum(correct_a), sum(correct_b)
        square = [[x, cases - x], [y, cases - y]]
        if twist == "fisher":
            return float(stats.fisher_exact(square)[1])
        if twist == "contingency":
            return float(stats.chi2_contingency(square)[1])
        if twist == "t":
            return float(stats.ttest_ind([*map(float, correct_a)], [*map(float, correct_b)]).pvalue)
        pooled = (x + y) / (2 * cases)
        own = (x * (cases - x) + y * (cases - y)) / cases**2
        variance = 2 * pooled * (1 - pooled) if twist == "proportions" else own
        return float(2 * stats.norm.sf(abs(x - y) / cases / math.sqrt(variance / cases)))
    if twist in ("chi", "corrected"):
        off = max(abs(b - c) - (twist == "corrected"), 0)
        return float(stats.chi2.sf(off**2 / n, 1))
    if twist == "all cases":
        return min(1.0, 2 * float(stats.binom.cdf(few, cases, 0.5)))
    if twist == "shared":
        shared = cases - n
        return min(1.0, 2 * float(stats.binom.cdf(few + shared // 2, cases, 0.5)))
    tail = float(stats.binom.cdf(few, n, 0.5)) if n else 1.0
    point = float(stats.binom.pmf(few, n, 0.5)) if n else 1.0
    right = min(1.0, 2 * tail)
    return {
        "": lambda: right,
        "one": lambda: tail,
        "b": lambda: min(1.0, 2 * float(stats.binom.cdf(b, n, 0.5))),
        "c": lambda: min(1.0, 2 * float(stats.binom.cdf(c, n, 0.5))),
        "one b": lambda: float(stats.binom.cdf(b, n, 0.5)),
        "one c": lambda: float(stats.binom.cdf(c, n, 0.5)),
        "uncapped": lambda: 2 * tail,
        "exclusive": lambda: min(1.0, 2 * (tail - point)),
        "exclusive above": lambda: min(1.0, 2 * float(stats.binom.sf(max(b, c), n, 0.5))),
        "point": lambda: point,
        "two points": lambda: min(1.0, 2 * point),
        "mid": lambda: min(1.0, 2 * tail - point),
        "complement": lambda: 1 - right,
        "complement of tail": lambda: 1 - tail,
        "difference": lambda: (b - c) / cases,
        "difference turned": lambda: (c - b) / cases,
        "size": lambda: abs(b - c) / cases,
        "statistic": lambda: (b - c) ** 2 / n,
        "corrected statistic": lambda: (abs(b - c) - 1) ** 2 / n,
    }[twist]()


@exercise
def mcnemar_p_value(student: Student, draw: random.Random) -> None:
    library = {"statsmodels", "mcnemar"}
    refuse_library(student, library, "McNemar's test", "mcnemar_p_value")
    none = ("no_disagreement", "where the two never disagree the p-value is 1.")
    large = ("overflows", "thousands of disagreements: coefficients leave the range of floats, and the first terms fall to 0. Divide whole numbers, add logarithms, or let scipy's binomial do it.")  # fmt: skip

    def case(b: int, c: int, both: int, neither: int, edge: Any = None) -> Case:
        pairs = [(True, False)] * b + [(False, True)] * c
        pairs += [(True, True)] * both + [(False, False)] * neither
        draw.shuffle(pairs)
        return Case(([x for x, _ in pairs], [y for _, y in pairs]), edge=edge)

    r = draw.randrange
    cases = [
        case(r(8, 10), r(2, 4), r(8, 14), r(5, 9)),
        case(r(2, 4), r(9, 12), r(15, 25), r(3, 7)),
        case(6, 2, 90, 40),
        case(0, 5, 3, 4),
        case(7, 0, 2, 5),
        case(1, 0, 4, 1),
        case(4, 4, 6, 7),
        case(1, 1, 3, 0),
        case(0, 0, 5, 3, none),
        case(0, 0, 0, 4, none),
        case(1560, 1440, 0, 0, large),
    ]
    twist = partial(twisted, mcnemar)
    mistakes: Mistakes = {
        "pairs_ignored": (twist("proportions", "proportions bare", "fisher", "contingency", "t"), "that test compares two different sets of cases. These are pairs: look at the cases on which the two disagree."),
        "agreements_counted": (twist("all cases", "shared"), "cases on which the two agree were counted: they say nothing about which is better."),
        "one_sided": (twist("one"), "that is one tail: before looking, either could have been better. Double it."),
        "direction_fixed": (twist("b", "c", "one b", "one c"), "the tail is that of one side whichever is better: take the smaller of b and c."),
        "above_one": (twist("uncapped"), "twice the tail can exceed 1: a p-value is at most 1."),
        "tail_exclusive": (twist("exclusive", "exclusive above"), "the tail leaves out what was observed: it is min(b, c) or fewer."),
        "point_probability": (twist("point", "two points"), "that is the probability of this one outcome: add all those as far off or farther."),
        "chi_square": (twist("chi", "corrected"), "that is the chi-square approximation: the exact test asks the binomial law."),
        "mid_p": (twist("mid"), "half of the observed outcome's probability was left out (the mid-p value): count all of it."),
        "complement": (twist("complement", "complement of tail"), "that is 1 minus the p-value."),
        "difference_returned": (twist("difference", "difference turned", "size", "statistic", "corrected statistic"), "that is the difference or the statistic: return its p-value."),
        "order_ignored": (twist("order", "totals"), "only how many each gets right was looked at: compare case by case."),
    }  # fmt: skip
    judge_cases(
        student, "mcnemar_p_value", cases, mcnemar, mistakes, number, near(1e-6),
        "the exact two-sided p-value",
    )  # fmt: skip


# --- scores of a system -------------------------------------------------------------------------------------------------


Card = dict[str, tuple[float, float]]


def carded(cases: list[dict], outputs: list[str | None], twist: str = "") -> Card:
    """For each persona, and overall, the cases and the share that is right. outputs: None where `run` raised."""

    def right(case: dict, text: str | None, stale: str | None) -> bool:
        if text is None:
            if twist == "stale" and stale is not None:
                text = stale
            else:
                return twist == "doubt"
        said, answer = text.strip().lower(), case["answer"].strip().lower()
        return {
            "case": text.strip() == case["answer"].strip(),
            "text lowered": text.strip().lower() == case["answer"].strip(),
            "blanks": text.lower() == case["answer"].lower(),
            "contains": answer in said,
            "contained": said in answer,
            "either": answer in said or said in answer,
            "starts": said.startswith(answer),
            "starts the answer": answer.startswith(said),
        }.get(twist, said == answer)

    marks: dict[str, list[bool]] = {}
    before: str | None = None
    last_persona = None
    for case, text in zip(cases, outputs):
        if text is None and twist == "stops":
            break
        if text is None and twist == "skips":
            continue
        mark = right(case, text, before)
        before = text if text is not None else before
        if twist == "overwritten":
            marks[case["persona"]] = [mark]
        elif twist == "neighbours" and case["persona"] != last_persona:
            marks[case["persona"]] = [mark]
        else:
            marks.setdefault(case["persona"], []).append(mark)
        last_persona = case["persona"]
    everything = [mark for each in marks.values() for mark in each]
    if twist in ("overwritten", "neighbours"):
        everything = [right(case, text, None) for case, text in zip(cases, outputs)]
    card: Card = {who: (len(each), sum(each) / len(each)) for who, each in marks.items()}
    if twist == "counts":
        card = {who: (len(each), sum(each)) for who, each in marks.items()}
    elif twist == "share":
        card = {who: (len(each), sum(each) / len(cases)) for who, each in marks.items()}
    share = sum(everything) / len(everything) if everything else 0.0
    if twist == "macro":
        share = sum(each for _, each in card.values()) / len(card)
    elif twist == "counts":
        share = sum(everything)
    card["overall"] = (len(everything), share)
    if twist == "winners":
        card = {who: each for who, each in card.items() if each[1] > 0 or who == "overall"}
    if twist == "per cent":
        card = {who: (n, 100 * each) for who, (n, each) in card.items()}
    return card


@exercise
def scorecard(student: Student, draw: random.Random) -> None:
    first, second, third, fourth = draw.sample(["nurse", "pilot", "cook", "clerk", "guide", "baker"], 4)  # fmt: skip
    words = draw.sample("Lisbon Oslo Quito Turin Cairo Delhi Accra Minsk Sofia Dakar".split(), 9)

    def case(persona: str, place: int, answer: str) -> dict:
        return {"prompt": f"question {place}?", "answer": answer, "persona": persona}

    w = words
    plain = [
        (case(first, 0, w[0]), w[0]), (case(second, 1, w[1]), w[2]), (case(first, 2, w[2]), w[2]), (case(third, 3, w[3]), w[4]),
        (case(first, 4, w[4]), w[5]), (case(second, 5, w[5]), w[5]), (case(third, 6, w[6]), w[0]), (case(fourth, 7, w[7]), w[7]),
        (case(first, 8, w[8]), w[8]),
    ]  # fmt: skip
    spelt = [
        (case(first, 0, w[0]), w[0].upper()), (case(second, 1, w[1].lower()), w[1]), (case(first, 2, w[2]), w[2]),
        (case(second, 3, w[3]), w[4]),
    ]  # fmt: skip
    spaced = [
        (case(first, 0, w[0]), f" {w[0]}\n"), (case(second, 1, f"{w[1]} "), w[1]), (case(first, 2, w[2]), f"\t{w[2]}"),
        (case(second, 3, w[3]), w[4]),
    ]  # fmt: skip
    longer = [
        (case(first, 0, w[0]), f"It is {w[0]}."), (case(second, 1, w[1]), w[1]), (case(first, 2, w[2]), f"{w[2]} it is"),
        (case(second, 3, w[3]), ""), (case(second, 4, w[4]), w[4][:3]),
    ]  # fmt: skip
    twice = [
        (case(first, 0, w[0]), w[0]), (case(second, 1, w[1]), w[1]), (case(first, 0, w[0]), w[3]),
        (case(second, 4, w[4]), w[2]),
    ]  # fmt: skip
    failing: list[tuple[dict, Any]] = [
        (case(first, 0, w[0]), w[0]), (case(second, 4, w[4]), w[4]), (case(second, 1, w[1]), ValueError),
        (case(first, 2, w[2]), w[2]), (case(first, 3, w[2]), RuntimeError), (case(first, 5, w[5]), KeyError),
        (case(second, 6, w[6]), ZeroDivisionError), (case(first, 7, w[7]), w[7]),
    ]  # fmt: skip

    def function(script: list[tuple[dict, Any]]) -> Function:
        waiting: dict[str, list] = {}
        for each, output in script:
            waiting.setdefault(each["prompt"], []).append(output)

        def run(prompt: Any, *rest: Any, **kwargs: Any) -> str:
            outputs = waiting.get(prompt if type(prompt) is str else "", ["?"])
            output = outputs.pop(0) if len(outputs) > 1 else outputs[0]
            if isinstance(output, type):
                raise output("the system fails")
            return output

        return Function("run", run)

    stops = (
        "error_stops",
        "an exception of `run` went through: that case is wrong, and the others still have to be run. Any kind of exception.",
    )
    none = ("no_cases", 'without cases the card is {"overall": {"n": 0, "accuracy": 0.0}}.')
    cases = []
    scripts: list[tuple[list[tuple[dict, Any]], Any]] = [
        (plain, None), (spelt, None), (spaced, None), (longer, None), (twice, None), (failing, stops), ([], none),
    ]  # fmt: skip
    for script, edge in scripts:
        given = [each for each, _ in script]
        outputs = [None if isinstance(output, type) else output for _, output in script]
        cases.append(Case((given, function(script)), edge=edge, oracle=(given, outputs)))
    twist = partial(twisted, carded)
    mistakes: Mistakes = {
        "persona_overwritten": (twist("overwritten", "neighbours"), "only a persona's last case (or last run of cases) counts: add each case to what is there."),
        "share_of_all_cases": (twist("share"), "a persona's right cases are divided by all cases: divide by its own."),
        "mean_of_personas": (twist("macro"), "overall is the mean of the personas' accuracies: it is over cases, so that large groups count more."),
        "counts_not_accuracy": (twist("counts"), "`accuracy` is a number of cases: divide by n."),
        "percentage": (twist("per cent"), "`accuracy` is a percentage: return a number between 0 and 1."),
        "personas_missing": (twist("winners"), "a persona is missing: also one with nothing right has its entry."),
        "error_not_counted": (twist("skips", "stops"), "cases whose `run` raised (or all behind them) are left out of n: they are wrong, and the others are still run."),
        "error_counts_as_right": (twist("doubt", "stale"), "a case whose `run` raised counts as right: it has no text, so it is wrong. (Is the text of the case before still there?)"),
        "case_sensitive": (twist("case", "text lowered"), "upper and lower case count: ignore them on both sides."),
        "white_space_counts": (twist("blanks"), "white space at the ends counts: strip both sides."),
        "substring_match": (twist("contains", "contained", "either", "starts", "starts the answer"), "an answer that is only a part of the text (or the other way round) counts as right: the whole text has to equal it."),
    }  # fmt: skip

    def read(value: Any, target: Card) -> Card:
        for each in cases:
            prompts = [item["prompt"] for item in each.args[0]]
            calls = each.args[1].calls
            require(
                all(len(call) == 1 and call[0] in prompts for call in calls),
                "wrong_prompt",
                "`run` was called with something else than the case's prompt.",
            )
            said = Counter(call[0] for call in calls)
            require(
                all(said[prompt] <= prompts.count(prompt) for prompt in prompts),
                "run_twice",
                "`run` was called more often than there are cases: each call costs, and a second one may answer otherwise.",
            )
        require_type(value, dict, "a dict of dicts")
        require("overall" in value, "overall_missing" if value or target["overall"][0] else "no_cases", 'there is no entry "overall".')  # fmt: skip
        require(
            set(value) >= set(target),
            "personas_missing",
            "a persona is missing: also one with nothing right, or with one case, has its entry.",
        )
        card = {}
        for who in target:
            entry = value[who]
            require_type(entry, dict, 'for each persona a dict with "n" and "accuracy"')
            require(
                {"n", "accuracy"} <= set(entry),
                "wrong_type",
                'for each persona a dict with "n" and "accuracy" is expected.',
            )
            card[who] = number(entry["n"]), number(entry["accuracy"])
        return card

    def agree(got: Card, target: Card) -> bool:
        return got.keys() == target.keys() and all(
            near(1e-6)(x, y) for who in target for x, y in zip(got[who], target[who])
        )

    def explain(case: Case, got: Card) -> None:
        prompts = [item["prompt"] for item in case.args[0]]
        require(
            len(set(prompts)) == len(prompts) or len(case.args[1].calls) >= len(prompts),
            "prompts_cached",
            "`run` was not called again for a prompt that occurs twice: each case is a run of its own.",
        )

    judge_cases(
        student, "scorecard", cases, carded, mistakes, read, agree,
        "n and accuracy for each persona and overall", explain,
    )  # fmt: skip


def hallucinated(
    logprobs: torch.Tensor, answers: torch.Tensor, threshold: float = 0.9, twist: str = ""
) -> float:
    """The share of questions with a confident wrong answer. twist: one mistake."""
    logs = logprobs.double()
    probs = logs.softmax(0 if twist.startswith("questions") else 1)
    if twist == "raw":
        probs = logs.exp()
    elif twist == "log":
        probs = logs.log_softmax(1)
    confidence, best = probs.max(1)
    if twist == "questions":
        best = logs.argmax(1)
    wrong = best != answers
    sure = confidence >= (0.9 if twist == "fixed" else threshold)
    both = wrong & sure
    if twist == "raw log":
        both = wrong & (logs.amax(1) >= threshold)
    elif twist == "log of threshold":
        both = wrong & (logs.amax(1) >= math.log(threshold))
    own = probs.gather(1, answers[:, None])[:, 0]
    others = probs.scatter(1, answers[:, None], 0.0)
    n = len(answers)
    shares: dict[str, Callable[[], Any]] = {
        "of wrong": lambda: both.sum() / wrong.sum() if wrong.any() else 0.0,
        "of sure": lambda: both.sum() / sure.sum() if sure.any() else 0.0,
        "wrong": lambda: wrong.double().mean(),
        "sure": lambda: sure.double().mean(),
        "sure and right": lambda: (sure & ~wrong).double().mean(),
        "doubt": lambda: (own <= 1 - threshold).double().mean(),
        "doubt and wrong": lambda: ((own <= 1 - threshold) & wrong).double().mean(),
        "others": lambda: (others.sum(1) >= threshold).double().mean(),
        "others and wrong": lambda: ((others.sum(1) >= threshold) & wrong).double().mean(),
        "unsure": lambda: (wrong & ~sure).double().mean(),
        "any": lambda: (others.amax(1) >= threshold).double().mean(),
        "count": lambda: both.sum(),
        "count of sure": lambda: sure.sum(),
    }
    return float(shares.get(twist, lambda: both.sum() / n)())


@exercise
def hallucination_rate(student: Student, draw: random.Random) -> None:
    under = ("underflows", "logprobs of −1000 and less: exp makes all of them 0. Normalise over the labels with log_softmax or softmax.")  # fmt: skip
    # Each row: probabilities over the labels, and the right one.
    rows = [
        ([.95, .03, .02], 1), ([.04, .93, .03], 0), ([.02, .97, .01], 1), ([.56, .40, .04], 1), ([.34, .28, .38], 0),
        ([.60, .25, .15], 1), ([.05, .55, .40], 1), ([.45, .08, .47], 1), ([.992, .005, .003], 2), ([.10, .25, .65], 2),
        ([.48, .44, .08], 0), ([.014, .004, .982], 0),
    ]  # fmt: skip

    def case(rows: list, threshold: float | None = None, shift: float = -8.0, edge: Any = None) -> Case:  # fmt: skip
        rows = draw.sample(rows, len(rows))
        turned = []
        for probs, answer in rows:
            order = draw.sample(range(len(probs)), len(probs))
            turned.append(([probs[i] for i in order], order.index(answer)))
        logs = torch.tensor([probs for probs, _ in turned]).double().log() + shift
        logs = logs + torch.tensor([[draw.uniform(-2, 2)] for _ in rows])
        answers = torch.tensor([answer for _, answer in turned])
        kwargs = {} if threshold is None else {"threshold": threshold}
        return Case((logs.float(), answers), kwargs, edge)

    confident_wrong = [([.97, .03], 1), ([.06, .94], 0)]  # fmt: skip
    right = [([0.97, 0.03], 0), ([0.2, 0.8], 1), ([0.45, 0.55], 0)]
    two = [([0.96, 0.04], 1), ([0.3, 0.7], 1)]
    cases = [
        case(rows, 0.55), case(rows), case(rows, 0.3), case(rows, 0.99), case(rows, 0.5), case(rows[:3], 0.9),
        case(rows, 0.0), case(two), case(confident_wrong), case(right), case(rows[:1]), case(right[:1]),
        case(rows, 0.55, -1000.0, under), case(rows, None, -1200.0, under),
    ]  # fmt: skip
    twist = partial(twisted, hallucinated)
    mistakes: Mistakes = {
        "count_returned": (twist("count", "count of sure"), "that is a number of questions: divide by all of them."),
        "share_of_wrong": (twist("of wrong"), "that is a share of the wrong answers: divide by all questions."),
        "share_of_confident": (twist("of sure"), "that is a share of the confident answers: divide by all questions."),
        "confidence_ignored": (twist("wrong"), "every wrong answer counts: only confident ones should."),
        "right_ones_counted": (twist("sure"), "every confident answer counts: only wrong ones should."),
        "confident_and_right": (twist("sure and right"), "confident right answers were counted: the wrong ones are asked for."),
        "threshold_ignored": (twist("fixed"), "the threshold is 0.9 whatever is asked."),
        "not_renormalised": (twist("raw", "log of threshold"), "the label's probability among all texts was compared with the threshold: among the K labels they sum to 1 first."),
        "logprob_against_threshold": (twist("log", "raw log"), "a logarithm was compared with the threshold: it is never above 0."),
        "doubt_in_right_label": (twist("doubt", "doubt and wrong", "others", "others and wrong"), "a question counts because the right label has little: the one wrong label that wins has to reach the threshold."),
        "below_threshold": (twist("unsure"), "unsure wrong answers were counted: the confident ones are asked for."),
        "any_wrong_label": (twist("any"), "a wrong label above the threshold counts although the right one is the favourite: look at the favourite alone."),
        "softmax_over_questions": (twist("questions", "questions throughout"), "normalised over the questions: for each question the labels sum to 1."),
    }  # fmt: skip
    judge_cases(
        student, "hallucination_rate", cases, hallucinated, mistakes, number, near(1e-6),
        "the share of all questions with a confident wrong answer",
    )  # fmt: skip


def calibration_error(
    confidences: torch.Tensor, correct: torch.Tensor, num_bins: int = 10, twist: str = ""
) -> float:
    """The expected calibration error. twist: one mistake."""
    sure, right = confidences.double(), correct.double()
    if twist == "ten":
        num_bins = 10
    n = len(sure)
    if twist == "one gap":
        return float((right.mean() - sure.mean()).abs())
    if twist == "items":
        return float((sure - right).abs().mean())
    if twist == "brier":
        return float(((sure - right) ** 2).mean())
    place = (sure * num_bins).long()
    if twist == "range":
        span = sure.max() - sure.min()
        place = ((sure - sure.min()) / span * num_bins).long()
    elif twist == "mass":
        order = sure.argsort().argsort()
        place = order * num_bins // n
    elif twist == "chunks":
        size = math.ceil(n / num_bins)
        place = sure.argsort().argsort() // size
    elif twist == "split":
        place = torch.empty(n, dtype=torch.long)
        for number_of, part in enumerate(sure.argsort().tensor_split(num_bins)):
            place[part] = number_of
    elif twist == "ceil":
        place = (sure * num_bins).ceil().long() - 1
        place = place.where(place >= 0, torch.tensor(num_bins - 1))
    elif twist == "zero out":
        place = place.where(sure > 0, torch.tensor(-1))
    elif twist == "one out":
        place = place.where(sure < 1, torch.tensor(-1))
    if twist != "one out":
        place = place.clamp(max=num_bins - 1)
    gaps, weights = [], []
    for bin_ in range(num_bins):
        inside = place == bin_
        if not inside.any():
            if twist == "all bins":
                gaps.append(0.0)
                weights.append(0.0)
            continue
        middle = (bin_ + 0.5) / num_bins
        said = middle if twist == "middle" else float(sure[inside].mean())
        gaps.append(float(right[inside].mean()) - said)
        weights.append(float(inside.sum()) / n)
    sizes = [abs(gap) for gap in gaps]
    if not gaps:
        return 0.0
    return {
        "bins": lambda: sum(sizes) / len(sizes),
        "all bins": lambda: sum(sizes) / len(sizes),
        "signed": lambda: sum(w * g for w, g in zip(weights, gaps)),
        "turned": lambda: -sum(w * g for w, g in zip(weights, gaps)),
        "squares": lambda: sum(w * g * g for w, g in zip(weights, gaps)),
        "root": lambda: math.sqrt(sum(w * g * g for w, g in zip(weights, gaps))),
        "largest": lambda: max(sizes),
        "per cent": lambda: 100 * sum(w * g for w, g in zip(weights, sizes)),
    }.get(twist, lambda: sum(w * g for w, g in zip(weights, sizes)))()


@exercise
def expected_calibration_error(student: Student, draw: random.Random) -> None:
    library = {"torchmetrics", "CalibrationError", "calibration_error", "binary_calibration_error", "calibration_curve"}  # fmt: skip
    refuse_library(student, library, "the calibration error", "expected_calibration_error")

    def inside(low: float, high: float) -> float:
        """A confidence that is on no edge of 5, 10 or 15 bins."""
        while True:
            made = draw.uniform(low, high)
            if all(abs(made * bins - round(made * bins)) > 0.02 for bins in (1, 2, 5, 10, 15)):
                return made

    def case(parts: list[tuple[float, float, int, int]], extra: Sequence[tuple[float, bool]] = (), edge: Any = None, **more: int) -> Case:  # fmt: skip
        """parts: (lowest and highest confidence, items, right ones)."""
        items = [(inside(low, high), i < right) for low, high, n, right in parts for i in range(n)]
        items += extra
        draw.shuffle(items)
        sure = torch.tensor([s for s, _ in items])
        return Case((sure, torch.tensor([r for _, r in items])), more, edge)

    one = ("one_falls_out", "a confidence of exactly 1 is in no bin: it belongs to the last.")
    zero = ("zero_falls_out", "a confidence of exactly 0 is in no bin: it belongs to the first.")
    empty = ("empty_bins", "a bin without items brings an exception or NaN: it adds nothing.")
    full = [((i + 0.02) / 10, (i + 0.98) / 10, 2 + i % 4, (2 + i % 4) * (i % 3) // 2) for i in range(10)]  # fmt: skip
    parts = [(.22, .29, 6, 4), (.51, .59, 3, 0), (.61, .69, 5, 5), (.92, .99, 9, 6)]  # fmt: skip
    cases = [
        case(full),
        case(full, num_bins=5),
        case(parts, edge=empty),
        case(parts, edge=empty, num_bins=15),
        case(parts, num_bins=1),
        case([(.61, .69, 1, 0)], edge=empty),
        case([(.61, .69, 4, 3), (.85, .89, 5, 1)], [(1.0, True), (1.0, False), (1.0, False)], one),
        case([(.03, .08, 3, 2), (.92, .97, 5, 1)], [(0.0, True), (0.0, True), (0.0, False)], zero),
        case([], [(1.0, False), (0.0, True)], one),
    ]  # fmt: skip
    twist = partial(twisted, calibration_error)
    mistakes: Mistakes = {
        "percentage": (twist("per cent"), "the result is a percentage: return a number between 0 and 1."),
        "unweighted_bins": (twist("bins", "all bins"), "bins were averaged: each weighs as much as it has items."),
        "no_absolute_value": (twist("signed", "turned"), "gaps of bins cancel: take the absolute value of each."),
        "one_gap": (twist("one gap"), "that is one gap over all items: bin by bin, over- and underconfidence do not cancel."),
        "per_item": (twist("items"), "that is each item's distance from 0 or 1: compare accuracy and mean confidence of each bin."),
        "squared": (twist("brier", "squares", "root"), "gaps were squared: take their absolute values."),
        "maximum": (twist("largest"), "that is the largest gap: take the mean, weighed by items."),
        "one_falls_out": (twist("one out"), one[1]),
        "zero_falls_out": (twist("ceil", "zero out"), zero[1]),
        "num_bins_ignored": (twist("ten"), "there are ten bins whatever is asked."),
        "equal_mass_bins": (twist("mass", "chunks", "split"), "bins hold equally many items: they are equally wide."),
        "bin_middle": (twist("middle"), "the middle of the bin was taken: take the mean confidence of its items."),
        "range_of_confidences": (twist("range"), "bins span the confidences that there are: they span [0, 1]."),
    }  # fmt: skip

    def explain(case: Case, got: float) -> None:
        require(not math.isnan(got), *empty)

    judge_cases(
        student, "expected_calibration_error", cases, calibration_error, mistakes, number, near(1e-5),
        "the gaps between accuracy and confidence, weighed by items", explain,
    )  # fmt: skip
