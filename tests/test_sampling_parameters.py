"""03_sampling_parameters: the oracles of its checks against transformers and brute force, and its pictures."""

import itertools
import random
from functools import cache

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from transformers.generation import logits_process as library

from autograde.bank import references
from autograde.checks import sampling_parameters as checks
from autograde.fixtures import Generator
from autograde.syllabus import syllabus
from utils import Traced, beam_tree, live, share_lines, stick, survivors_side_by_side

NOTEBOOK = syllabus().notebook("03_sampling_parameters")
NAMES = list(NOTEBOOK.exercises)


# --- parity with transformers' own processors -----------------------------------------------------------------------------


@st.composite
def scores(draw, low=-60, high=60, holes=True):
    """Scores of up to 3 rows and 12 tokens, in tenths, with some -inf, no row without a number."""
    width, rows = draw(st.integers(1, 12)), draw(st.integers(1, 3))
    cell = st.integers(low, high).map(lambda tenth: tenth / 10)
    cell = cell | st.just(-torch.inf) if holes else cell
    row = st.lists(cell, min_size=width, max_size=width).filter(lambda r: max(r) > -torch.inf)
    return torch.tensor(draw(st.lists(row, min_size=rows, max_size=rows)))


def same_law(got, wanted, given):
    """Equal as filters: each score as it was or -inf, and of every row the same scores."""
    assert ((got == -torch.inf) | (got == given)).all()
    assert torch.equal(got.sort(-1).values, wanted.sort(-1).values), (got, wanted)


def away(limit, masses, margin=1e-4):
    return bool(((masses - limit).abs() > margin).all())


@cache
def reference(name):
    return references(NOTEBOOK.folder)[name]


@settings(max_examples=30, deadline=None)
@given(scores(), st.floats(0.1, 5))
def test_temperature_is_the_librarys(given, temperature):
    wanted = library.TemperatureLogitsWarper(temperature)(None, given)
    assert torch.equal(reference("apply_temperature")(given, temperature), wanted)


@settings(max_examples=30, deadline=None)
@given(scores(), st.integers(1, 15))
def test_top_k_is_the_librarys(given, top_k):
    wanted = library.TopKLogitsWarper(top_k)(None, given)
    assert torch.equal(checks.removed(given, checks.top_k_keeps(given, top_k)), wanted)
    assert torch.equal(reference("top_k_filter")(given, top_k), wanted)


@settings(max_examples=30, deadline=None)
@given(scores(-30, 30), st.floats(0, 0.999), st.integers(1, 14))
def test_top_p_is_the_librarys(given, top_p, least):
    assume(away(top_p, checks.exclusive_mass(given.double().softmax(-1), given)))
    wanted = library.TopPLogitsWarper(top_p, min_tokens_to_keep=least)(None, given)
    keep = checks.top_p_keeps(given, top_p, least)
    same_law(checks.removed(given, keep), wanted, given)
    same_law(reference("top_p_filter")(given, top_p, min_tokens_to_keep=least), wanted, given)


@settings(max_examples=30, deadline=None)
@given(scores(-30, 30), st.floats(0, 1))
def test_min_p_is_the_librarys(given, min_p):
    probs = given.double().softmax(-1)
    assume(away(0, min_p * probs.amax(-1, keepdim=True) - probs[probs > 0].min()))
    assume(all(away(min_p, (row / row.max())[row < row.max()]) for row in probs))
    wanted = library.MinPLogitsWarper(min_p)(None, given)
    assert torch.equal(checks.removed(given, checks.min_p_keeps(given, min_p)), wanted)
    assert torch.equal(reference("min_p_filter")(given, min_p), wanted)


@settings(max_examples=30, deadline=None)
@given(scores(), st.floats(0.2, 4), st.data())
def test_repetition_penalty_is_the_librarys(given, penalty, data):
    rows, width = given.shape
    row = st.lists(st.integers(0, width - 1), min_size=4, max_size=4)
    ids = torch.tensor(data.draw(st.lists(row, min_size=rows, max_size=rows)))
    wanted = library.RepetitionPenaltyLogitsProcessor(penalty)(ids, given)
    assert torch.allclose(checks.penalised(ids, given, penalty), wanted)
    assert torch.allclose(reference("repetition_penalty")(ids, given, penalty), wanted)


@settings(max_examples=30, deadline=None)
@given(scores(-30, 30), st.floats(0.05, 0.95))
def test_typical_is_the_librarys(given, typical_p):
    far = checks._atypical(given)
    gaps = far.sort(-1).values.diff(dim=-1).nan_to_num(nan=1.0)
    assume(bool((gaps > 1e-3).all()))
    assume(away(typical_p, checks.exclusive_mass(given.double().softmax(-1), -far)))
    wanted = library.TypicalLogitsWarper(typical_p)(None, given)
    assert torch.equal(checks.removed(given, checks.typical_keeps(given, typical_p)), wanted)
    assert torch.equal(reference("typical_filter")(given, typical_p), wanted)


@settings(max_examples=30, deadline=None)
@given(scores(-30, 30), st.floats(0.3, 3), st.floats(0.05, 0.95))
def test_the_processor_is_the_librarys_two_in_order(given, temperature, top_p):
    hot = given / temperature
    assume(away(top_p, checks.exclusive_mass(hot.double().softmax(-1), hot)))
    ids = torch.zeros(len(given), 1, dtype=torch.long)
    wanted = library.TopPLogitsWarper(top_p)(
        ids, library.TemperatureLogitsWarper(temperature)(ids, given)
    )
    same_law(reference("SamplerProcessor")(temperature, top_p)(ids, given), wanted, hot)


# --- draws ----------------------------------------------------------------------------------------------------------------


def test_power():
    """With the expected counts of a wrong law, the tests of the law are far beyond their limit of 1e-9."""
    law = checks.LAW
    wrong = {
        "softmax twice": law.softmax(-1),
        "uniform": torch.full((5,), 0.2),
        "scores as weights": (law.log() + 3.5) / (law.log() + 3.5).sum(),
        "squared": law**2 / (law**2).sum(),
        "temperature 2": law**0.5 / (law**0.5).sum(),
        "ranks": law.flip(0),
    }
    for name, other in wrong.items():
        assert checks.p_value(other * checks.ROWS, law) < 1e-12, name


def test_an_honest_draw_is_not_refused():
    smallest = 1.0
    for seed in range(300):
        draws = torch.multinomial(
            checks.LAW, checks.ROWS, True, generator=Generator(seed).generator
        )
        smallest = min(smallest, checks.p_value(draws.bincount(minlength=5), checks.LAW))
    assert smallest > 1e-5


# --- beams ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("penalty", [0.0, 1.0, 2.0])
def test_enough_beams_find_what_an_exhaustive_search_finds(seed, penalty):
    markov, eos, steps, start = checks.Markov(random.Random(seed), 3, 1), 1, 4, [2]
    everything = {}
    for length in range(1, steps + 1):
        for ids in itertools.product(range(3), repeat=length):
            whole = eos not in ids[:-1] and (ids[-1] == eos or length == steps)
            if whole:
                total = sum(markov.next((*start, *ids[:i]))[ids[i]] for i in range(length))
                everything[ids] = total / length**penalty
    scores = sorted(everything.values(), reverse=True)
    for found in (
        checks.best(markov, start, 100, steps, eos, penalty),
        reference("beam_search")(markov.answer, start, 100, steps, eos, length_penalty=penalty),
    ):
        # Sums of the same terms in another order tie: the scores say whether the order is right.
        assert {tuple(ids[1:]) for ids, _ in found} == set(everything)
        assert [score for _, score in found] == pytest.approx(scores, abs=1e-4)
        assert all(abs(score - everything[tuple(ids[1:])]) < 1e-4 for ids, score in found)


def test_no_seed_gives_ties_or_tables_that_tell_nothing():
    for seed in range(3):
        cases = checks.beam_cases(seed)
        assert len(cases) == 27
        for case in cases:
            longer = checks.best(case[0], case[1], case[2] + 1, *case[3:])
            assert all(a[1] - b[1] >= 1e-3 for a, b in itertools.pairwise(longer))
        for names, _ in checks.SEARCH_MISTAKES.values():
            for name in names:
                wrong = [
                    checks._same_beams(checks._variant(c, name), checks.best(*c)) for c in cases
                ]
                assert not all(wrong), name


def test_the_tiny_language_tells_greedy_beams_and_exhaustive_search_apart():
    names = {"torch": torch}
    cell = next(
        cell.source
        for cell in cells()
        if cell.source.startswith("my_guess") and "def tiny" in cell.source
    )
    exec(cell, names)
    search = reference("beam_search")
    best = [search(names["tiny"], [1], beams, 3, 0)[0][0] for beams in (1, 2, 3, 7**3)]
    assert best[0] != best[1] != best[2] == best[3] and best[0] != best[2]


def cells():
    from autograde.build import read_source

    return read_source(NOTEBOOK).cells


# --- pictures -------------------------------------------------------------------------------------------------------------


def test_pictures_say_what_they_show():
    both = survivors_side_by_side(
        {"sure": ([" Paris", "\n"], [0.9, 0.1], [True, False]), "not": (["$x$"], [0.2], [True])}
    )
    assert "sure: ' Paris' 0.900, '\\n' 0.100 (dropped); not: '$x$' 0.200" in both.alt
    with pytest.raises(ValueError, match="room for two"):
        survivors_side_by_side({})
    dart = stick(["a", "b"], torch.tensor([0.25, 0.75]), 0.25, 1)
    assert "u = 0.250 lands on 'b'" in dart.alt
    lines = share_lines([1, 2], {"greedy": [1.0, 0.5], "warm": [1.0, 1.0]}, "Pairs")
    assert "greedy: 1.00 at 1, 0.50 at 2; warm" in lines.alt
    for picture in (both, dart, lines):
        assert picture.png.startswith(b"\x89PNG") and picture.width == 750


def test_the_tree_is_drawn_from_what_the_search_asked():
    markov = checks.Markov(random.Random(0), 4, 0)
    traced = Traced(markov.answer)
    found = reference("beam_search")(traced, [2], 2, 3, 0)
    assert (2,) in traced.said and len(traced.said) == 1 + 2 + 2
    tree = beam_tree(traced, found, list("abcd"), [2])
    assert tree.alt.startswith("Tree of a beam search over 3 steps: 4 nodes gone on with")


def test_a_slider_redraws():
    drawn = []

    def draw(u, k):
        drawn.append((u, k))
        return stick(["a", "b"], [0.5, 0.5], u, int(u >= 0.5))

    box = live(draw, u=(0.0, 0.99, 0.25), k=(1, 5, 2))
    first, second, shown = box.children
    before = shown.value
    first.children[1].value = 0.75
    second.children[1].value = 4
    assert drawn == [(0.25, 2), (0.75, 2), (0.75, 4)]
    assert shown.value != before and "lands on &#x27;b&#x27;" in shown.value
