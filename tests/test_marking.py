"""How a check talks to a student's code: data only, arguments watched, exceptions and endless loops told apart."""

import copy
import random
import sys
import time
import warnings

import pytest
import torch
import transformers
from hypothesis import given
from hypothesis import strategies as st

import autograde
import autograde.checks.inference_pipeline  # registers its checks, which tests replace
from autograde import marking
from autograde.exercise import (
    CHECKS,
    Found,
    Lending,
    NoAnswer,
    StudentError,
    StudentTimeout,
    require,
)
from autograde.fixtures import Function, Generator, byte_fallback, byte_level, scripted, transformer
from autograde.marking import InProcess, judge
from autograde.student import lent
from autograde.student.data import Foreign, KeyValues, plain, same
from utils.toy import ToyModel


class FakeTensor(torch.Tensor):
    pass


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_plain_data_crosses_unchanged(value):
    assert same(plain(value), value)


def test_plain_makes_copies_and_keeps_what_a_result_is():
    tensor = torch.zeros(2, requires_grad=True)
    copy = plain(tensor)
    assert copy.requires_grad and copy is not tensor
    nested = {"a": [tensor, (1, 2.5)]}
    assert same(plain(nested), nested) and plain(nested)["a"] is not nested["a"]


@pytest.mark.parametrize(
    "value",
    [object(), FakeTensor([1.0]), {1, 2}, type("str2", (str,), {})("x"), b"x", 1j, iter([])],
    ids=lambda v: type(v).__name__,
)
def test_other_types_cross_as_their_names_only(value):
    assert plain(value) == Foreign(type(value).__name__)
    assert plain([value]) == [Foreign(type(value).__name__)]


def test_numpy_and_torch_scalars():
    import numpy as np

    assert type(plain(np.float32(1.5))) is float and type(plain(np.int64(3))) is int
    assert plain(np.zeros(3)) == Foreign("ndarray")


def test_too_large_or_too_deep_is_refused_not_followed():
    endless = []
    endless.append(endless)
    assert isinstance(plain(endless), list)  # ends, with a Foreign at the bottom
    assert plain("x" * 10_000_001) == Foreign("a string too large")
    assert isinstance(plain(torch.zeros(10_000_001, dtype=torch.bool)), Foreign)


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (1, 1.0, False),
        (True, 1, False),
        (float("nan"), float("nan"), True),
        ([1, (2,)], [1, (2,)], True),
        ([1, (2,)], [1, [2]], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, False),
        (torch.zeros(2), torch.zeros(2, dtype=torch.float64), False),
        (torch.zeros(2), torch.zeros(1), False),
        (torch.tensor([float("nan")]), torch.tensor([float("nan")]), True),
    ],
)
def test_same(a, b, equal):
    assert same(a, b) is equal


def student(function):
    return InProcess({"f": function})["f"]


def test_results_are_data_and_arguments_are_copies():
    given_list = [1, 2]
    assert student(lambda x: (x, torch.ones(1)))(given_list)[0] == [1, 2]
    with pytest.raises(Found) as found:
        student(lambda x: x.append(3))(given_list)
    assert found.value.finding.id == "input_changed"
    assert given_list == [1, 2]
    with pytest.raises(Found) as found:
        student(lambda x: x.add_(1))(torch.zeros(2))
    assert found.value.finding.id == "input_changed"


def test_exceptions_cross_as_names_and_text():
    def f(x):
        raise KeyError("left")

    with pytest.raises(StudentError) as error:
        student(f)(torch.zeros(2, 3))
    assert error.value.kinds[:2] == ("KeyError", "LookupError")
    assert "f(FloatTensor[2, 3]) raised KeyError" in error.value.finding.message
    with pytest.raises(StudentError):
        student(lambda x: sys.exit(0))(1)
    with pytest.raises(StudentError):  # not the stub's: the learner's own
        student(lambda x: (_ for _ in ()).throw(NotImplementedError("later")))(1)


@pytest.mark.parametrize("swallow", [False, True])
def test_an_endless_loop_is_stopped(monkeypatch, swallow):
    monkeypatch.setattr(marking, "CALL_SECONDS", 0.2)

    def forever(x):
        while True:
            try:
                time.perf_counter()
            except Exception:
                if not swallow:
                    raise

    with pytest.raises(StudentTimeout):
        student(forever)(1)
    time.sleep(0.3)  # no timer is left behind


def test_a_sleeping_call_is_stopped(monkeypatch):
    monkeypatch.setattr(marking, "CALL_SECONDS", 0.1)
    with pytest.raises(StudentTimeout):
        student(lambda x: time.sleep(30))(1)


def test_a_notebooks_global_settings_do_not_reach_the_check():
    dtype, grad = torch.get_default_dtype(), torch.is_grad_enabled()
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    try:
        result = student(lambda x: torch.zeros(1, requires_grad=True) + torch.rand(1))(1)
        assert result.dtype == torch.float32 and result.requires_grad
        assert torch.get_default_dtype() == torch.float64 and not torch.is_grad_enabled()
        state = torch.random.get_rng_state()
        student(lambda x: torch.manual_seed(5))(1)
        assert torch.equal(state, torch.random.get_rng_state())
    finally:
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)


def test_a_fault_of_the_check_is_a_problem_not_a_zero(monkeypatch):
    monkeypatch.setitem(CHECKS, "left_pad", lambda student, draw: 1 / 0)
    verdict = judge("left_pad", InProcess({}))
    assert "ZeroDivisionError" in verdict.problem and not verdict.passed
    with pytest.raises(RuntimeError, match="could not be judged"):
        autograde.mark("left_pad", {})


def test_the_same_secret_gives_the_same_inputs_and_another_gives_others(monkeypatch):
    seen = []
    monkeypatch.setitem(CHECKS, "left_pad", lambda student, draw: seen.append(draw.random()))
    for secret in ("a", "a", "b"):
        judge("left_pad", InProcess({}), secret)
    assert seen[0] == seen[1] != seen[2]


def test_mark_returns_a_plain_float_prints_findings_and_keeps_stderr_silent(monkeypatch, capsys):
    def check(student, draw):
        student["left_pad"]()
        require(False, "some_finding", "what to do next")

    def noisy():
        print("warning", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        transformers.logging.get_logger("transformers").error("oh")

    monkeypatch.setitem(CHECKS, "left_pad", check)
    score = autograde.mark("left_pad", {"left_pad": noisy})
    assert type(score) is float and score == 0.0
    captured = capsys.readouterr()
    assert "what to do next [some_finding]" in captured.out and captured.err == ""


def test_many_calls_in_one_message():
    student = InProcess({"f": lambda x, y: x // y})
    assert student.each("f", [(4, 2), (9, 3)]) == [2, 3]
    assert student.each("f", []) == []
    with pytest.raises(StudentError) as error:
        student.each("f", [(4, 2), (1, 0), (6, 3)])
    assert "f(1, 0) raised ZeroDivisionError" in error.value.finding.message


def test_many_calls_with_one_generator():
    def f(count, generator):
        return torch.rand(count, generator=generator)

    one = Generator(3).as_one()
    first, second = InProcess({"f": f}).each("f", [(2, one), (3, one)])
    whole = torch.rand(5, generator=torch.Generator().manual_seed(3))
    assert torch.equal(torch.cat([first, second]), whole)


def test_a_cache_is_changed_in_place_and_both_are_seen():
    state = KeyValues([torch.rand(1, 2, 5, 3)], [torch.rand(1, 2, 5, 3)])

    def crop(cache, count):
        cache.crop(-count)
        return cache

    names = {"f": crop, "copies": lambda cache, count: crop(copy.deepcopy(cache), count)}
    result, (after, count) = InProcess(names).in_place("f", state, 2)
    assert count == 2 and same(result, after) and result.keys[0].shape == (1, 2, 3, 3)
    assert torch.equal(result.values[0], state.values[0][:, :, :3])
    result, (after, _) = InProcess(names).in_place("copies", state, 2)
    assert same(after, state) and result.keys[0].shape == (1, 2, 3, 3)
    with pytest.raises(StudentError):
        InProcess(names).in_place("f", 3, 2)


def test_generators_are_fetched_one_by_one_and_closed():
    seen = []

    def count(start):
        try:
            for n in range(start, start + 5):
                seen.append(n)
                yield n
        finally:
            seen.append("closed")

    stream = InProcess({"count": count}).iterate("count", 3)
    assert seen == [] and next(stream) == 3 and seen == [3]
    stream.close()
    assert seen == [3, "closed"]
    assert list(InProcess({"count": count}).iterate("count", 0)) == [0, 1, 2, 3, 4]


def test_lent_functions_are_answered_here_and_only_during_the_call():
    kept = []

    def f(ask, items):
        kept.append(ask)
        return [ask(item) for item in items]

    student = InProcess({"f": f, "later": lambda: kept[0](1)})
    double = Function("double", lambda x: 2 * x)
    assert student["f"](double, [1, 2]) == [2, 4] and double.calls == [(1,), (2,)]
    assert student["f"]([double][0], [1]) == [2]
    with pytest.raises(StudentError):  # what was lent for a call is gone after it
        student["later"]()
    with pytest.raises(StudentError) as error:
        student["f"](Function("fails", lambda x: [][x]), [1])
    assert error.value.kinds[0] == "IndexError"


def test_nothing_can_be_asked_without_end(monkeypatch):
    monkeypatch.setattr(Lending, "MAX_ASKS", 10)
    with pytest.raises(StudentError, match="asked too often"):
        InProcess({"f": lambda ask: [ask(i) for i in range(11)]})["f"](Function("f", lambda x: x))


def test_an_answer_that_is_none_is_a_finding():
    class Liar(InProcess):
        reply: object = None

        def exchange(self, request, shown, lending):
            return self.reply

    liar = Liar({})
    for liar.reply in (
        None,
        [],
        {},
        {"result": 1},
        {"result": 1, "args": (), "kwargs": {}},
        {"raised": 3},
    ):
        with pytest.raises(NoAnswer):
            liar["f"](1)
        with pytest.raises(NoAnswer):
            liar.new("f", 1)
        with pytest.raises(NoAnswer):
            liar.each("f", [(1,)])


# --- fixtures -----------------------------------------------------------------------------------------------------


def lend(thing):
    """The student's end of a lent thing."""
    lending = Lending()
    description = lending.lend(thing)

    def ask(method, *args):
        return lending.answer(description.number, method, plain(args))

    return lent.build(description.kind, description.data, ask)


@pytest.mark.parametrize("kind", ["gpt2", "llama"])
@pytest.mark.parametrize("use_cache", [False, True])
def test_a_lent_model_answers_as_the_real_one(kind, use_cache):
    model, reference = transformer(kind, seed=3)
    lent = lend(model)
    ids = torch.tensor([[1, 2, 3, 4], [9, 8, 7, 6]])
    mask = torch.tensor([[0, 0, 1, 1], [1, 1, 1, 1]])
    kwargs = {"max_new_tokens": 12, "do_sample": False, "pad_token_id": 0, "use_cache": use_cache}
    for given_mask in (torch.ones_like(ids), mask):
        ours = lent.generate(ids, attention_mask=given_mask, **kwargs)
        assert torch.equal(ours, reference.generate(ids, attention_mask=given_mask, **kwargs))
    assert "generate" in model.library_calls
    assert torch.allclose(lent(ids).logits, reference(ids).logits, atol=1e-5)


def test_a_lent_models_cache_holds_what_was_fed():
    model, reference = transformer("gpt2", seed=1)
    lent = lend(model)
    ids = torch.tensor([[5, 6, 7]])
    cache = lent(ids).past_key_values
    again = lent(ids, past_key_values=cache).logits  # silently wrong, as with a real model
    real = reference(ids, use_cache=True)
    assert torch.allclose(
        again, reference(ids, past_key_values=real.past_key_values).logits, atol=1e-4
    )
    cache.crop(-3)
    assert torch.allclose(
        lent(ids[:, :1], past_key_values=cache).logits[0, -1],
        reference(torch.tensor([[5, 6, 7, 5]])).logits[0, -1],
        atol=1e-4,
    )
    assert [(r.tags.shape[1], r.input_ids.shape[1]) for r in model.requests] == [
        (0, 3), (3, 3), (3, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "muddled", ["no", "keys as values", "layers reversed", "one layer for all"]
)
def test_a_lent_models_cache_is_read_whole(muddled):
    model, reference = transformer("llama", seed=1)
    lent = lend(model)
    ids = torch.tensor([[5, 6, 7]])
    pairs = [(layer.keys, layer.values) for layer in lent(ids).past_key_values.layers]
    order = {
        "no": pairs,
        "keys as values": [pair[::-1] for pair in pairs],
        "layers reversed": pairs[::-1],
        "one layer for all": [pairs[0]] * len(pairs),
    }
    cache = transformers.DynamicCache()
    for layer, pair in enumerate(order[muddled]):
        cache.update(*pair, layer)
    assert model.holds(plain(cache), ids) == (muddled == "no")
    logits = lent(torch.tensor([[8]]), past_key_values=cache).logits[0, -1]
    right = reference(torch.tensor([[5, 6, 7, 8]])).logits[0, -1]
    assert torch.allclose(logits, right, atol=1e-4) == (muddled == "no")


def test_a_scripted_model_follows_its_script_and_only_that():
    model = scripted({(1, 2): [3, 4, 5]}, vocab_size=10)
    lent = lend(model)
    assert isinstance(lent, ToyModel)
    follow = lent(torch.tensor([[1, 2, 3, 4, 5]])).logits[0].argmax(-1).tolist()
    assert follow == [8, 3, 4, 5, 9]
    assert lent(torch.tensor([[1, 2, 4]])).logits[0, -1].argmax() == 8
    moved = lent(torch.tensor([[1, 2]]), position_ids=torch.tensor([[1, 2]]))
    assert moved.logits[0, -1].argmax() == 8


@pytest.mark.parametrize("build", [byte_level, byte_fallback])
def test_tokenizers_write_back_what_they_read(build):
    tokenizer = build()
    draw = random.Random(0)
    for _ in range(50):
        text = "x" + "".join(draw.choice("ab é😀日.,") for _ in range(12))
        ids = tokenizer.reference(text).input_ids
        assert tokenizer.reference.decode(ids, skip_special_tokens=True) == text
    assert lend(tokenizer) is not lend(tokenizer)


def test_a_generator_is_lent_in_its_state_and_moves_on_where_it_is_shared():
    draws = student(lambda generator: torch.rand(3, generator=generator))
    assert torch.equal(draws(Generator(1, skip=2)), draws(Generator(1, skip=2)))
    assert not torch.equal(draws(Generator(1)), draws(Generator(1, skip=2)))
    ours = Generator(1).as_one()
    names = InProcess({"f": lambda generator: torch.rand(3, generator=generator)})
    assert not torch.equal(names["f"](ours), names["f"](ours))
