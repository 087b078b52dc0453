"""04_speculative_decoding: the identity and the power behind its checks, transformers as oracle, its pictures."""

import math
import random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.generation.candidate_generator import PromptLookupCandidateGenerator

from autograde.bank import references
from autograde.checks import speculative_decoding as checks
from autograde.draws import SIGNIFICANCE, p_value
from autograde.syllabus import syllabus
from utils import (
    Watched,
    bar_race,
    cache_rulers,
    counting_model,
    live,
    model_of,
    overlap_bars,
    speculation_stream,
    speedup_map,
)

NOTEBOOK = syllabus().notebook("04_speculative_decoding")
NAMES = list(NOTEBOOK.exercises)


def reference(name):
    return references(NOTEBOOK.folder)[name]


# --- the identity -------------------------------------------------------------------------------------------------


@st.composite
def two_laws(draw):
    """Two distributions in float64 over up to 8 tokens, zeros and equal entries among them."""
    width = draw(st.integers(1, 8))
    weights = st.lists(st.integers(0, 9), min_size=width, max_size=width).filter(any)
    p, q = (torch.tensor(draw(weights), dtype=torch.double) for _ in range(2))
    return p / p.sum(), q / q.sum()


@settings(max_examples=60, deadline=None)
@given(two_laws())
def test_accepting_and_replacing_give_the_targets_law_exactly(laws):
    p, q = laws
    ids = torch.arange(len(p))
    for accept, replace in (
        (checks.ratio(p, q), checks.residual(p, q)),
        (reference("acceptance_prob")(p, q, ids), reference("residual_distribution")(p, q)),
    ):
        kept = q * accept
        assert torch.allclose(kept + (1 - kept.sum()) * replace, p, rtol=0, atol=1e-12)
        assert float(kept.sum()) == pytest.approx(float(torch.minimum(p, q).sum()), abs=1e-12)


def test_a_round_of_the_oracle_gives_the_targets_joint_law():
    for blocks, _ in checks.RUNS:
        law = checks.block_law(blocks)
        p = (blocks.target.double() / blocks.temperature).softmax(-1)
        for string, mass in law.items():
            path = [checks.RESET, *string]
            steps = zip(path, path[1:], strict=False)
            assert mass == pytest.approx(math.prod(float(p[a, b]) for a, b in steps), abs=1e-9)
        assert sum(law.values()) == pytest.approx(1)


def quantile(level: float, freedom: int) -> float:
    low, high = 0.0, 1e4
    for _ in range(100):
        middle = (low + high) / 2
        tail = torch.special.gammaincc(
            torch.tensor(freedom / 2, dtype=torch.double),
            torch.tensor(middle / 2, dtype=torch.double),
        )
        low, high = (middle, high) if float(tail) > level else (low, middle)
    return low


@pytest.mark.parametrize("variant", checks.VARIANTS)
def test_power(variant, figures):
    """The law of the text under each mistake is so far off that a test at p < 1e-9 misses it less than once in 1,000.

    Two are found before: a draft that draws at temperature 1, and a temperature that is ignored, near temperature 0.
    """
    if variant in ("drawn_at_one", "at_temperature_one"):
        return
    power = 0.0
    for blocks, count in checks.RUNS:
        law = checks.block_law(blocks)
        spread = checks.spread(law, checks.block_law(blocks, variant))
        freedom = sum(mass > 1e-9 for mass in law.values()) - 1
        limit = quantile(SIGNIFICANCE, freedom)
        if math.isinf(spread):
            power = 1.0
            continue
        # A chi-square with noncentrality count * spread, as a normal one: mean and variance are exact.
        mean, variance = freedom + count * spread, 2 * (freedom + 2 * count * spread)
        power = max(power, 0.5 * math.erfc((limit - mean) / math.sqrt(2 * variance)))
    figures.append(f"speculative_generate, {variant}: found with probability {power:.6f}")
    assert power > 0.999


def test_an_honest_text_is_not_refused():
    draw, smallest = random.Random(0), 1.0
    for blocks, count in checks.RUNS:
        law = checks.block_law(blocks)
        strings = [string for string, mass in law.items() if mass > 1e-9]
        masses = torch.tensor([law[string] for string in strings], dtype=torch.double)
        assert float(masses.min()) * count > 7  # expected counts: chi-square may be trusted
        seeded = torch.Generator().manual_seed(draw.getrandbits(40))
        for _ in range(300):
            seen = torch.multinomial(masses, count, True, generator=seeded).bincount(
                minlength=len(masses)
            )
            smallest = min(smallest, p_value(seen, masses / masses.sum()))
    assert smallest > 1e-6


# --- other oracles ------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=2, max_size=14), st.integers(1, 4), st.integers(1, 6))
def test_prompt_lookup_is_the_librarys(ids, size, count):
    text = torch.tensor([ids])
    library = PromptLookupCandidateGenerator(
        num_output_tokens=count, max_matching_ngram_size=size, max_length=1000
    )
    wanted = library.get_candidates(text)[0][0, len(ids) :].tolist()
    assert checks.lookup(ids, size, count) == wanted
    got = reference("find_candidate_tokens")(text, max_ngram_size=size, num_tokens=count)
    assert got.tolist() == wanted


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.integers(0, 12), st.floats(0, 2))
def test_the_formulas_against_a_walk_over_all_outcomes(alpha, gamma, cost):
    lengths = [alpha**n * (1 - alpha) * (n + 1) for n in range(gamma)]
    wanted = math.fsum([*lengths, alpha**gamma * (gamma + 1)])
    assert checks.expected(alpha, gamma) == pytest.approx(wanted, rel=1e-9)
    assert reference("expected_tokens")(alpha, gamma) == pytest.approx(wanted, rel=1e-9)
    assert reference("speedup")(alpha, gamma, cost) == pytest.approx(wanted / (gamma * cost + 1))
    best = reference("best_gamma")(alpha, cost, max_gamma=gamma)
    fastest = max(checks.faster(alpha, g, cost) for g in range(gamma + 1))
    assert checks.faster(alpha, best, cost) == pytest.approx(fastest, rel=1e-12)


def test_the_logs_of_the_five_patients_are_what_their_schemes_give():
    from autograde.build import read_source

    [source] = [cell.source for cell in read_source(NOTEBOOK).cells if "\nlogs = {" in cell.source]
    names = {"torch": torch, "words": [" the", " a", " sea", " ships", " light", "."]}
    exec(source, names)
    p = torch.tensor([0.35, 0.25, 0.15, 0.10, 0.10, 0.05]).double()
    q = torch.tensor([0.10, 0.40, 0.05, 0.25, 0.15, 0.05]).double()
    for name, scheme in checks.DIAGNOSES.items():
        lines, percent = names["logs"][name]
        accept, replace = checks.ratio(p, q), checks.residual(p, q)
        if scheme == "accept_if_p_at_least_q":
            accept = (p >= q).double()
        if scheme == "inverted_ratio":
            accept = checks.ratio(q, p)
        if scheme == "absolute_residual":
            replace = (p - q).abs() / (p - q).abs().sum()
        if scheme == "resample_from_p":
            replace = p
        law = q * accept + (1 - (q * accept).sum()) * replace
        assert torch.allclose(100 * law, torch.tensor(percent).double(), atol=0.06), name
        for word, u, kept in lines:
            assert kept == (u < float(accept[names["words"].index(word)])), (name, word, u)


# --- pictures and the model made of a function ---------------------------------------------------------------------


def test_pictures_say_what_they_show():
    bars = overlap_bars(
        ["a", "$b$"], [0.75, 0.25], torch.tensor([0.25, 0.75]), [(1, 0.9), (1, 0.1)]
    )
    assert "both, min(p, q) 0.50" in bars.alt and "'$b$' p 0.25, q 0.75" in bars.alt
    assert "u = 0.90 on '$b$' misses it" in bars.alt and "u = 0.10 on '$b$' hits" in bars.alt
    with pytest.raises(ValueError, match="2 tokens"):
        overlap_bars(["a", "b"], [1.0], [1.0])
    stream = speculation_stream([(["a", "\n"], 1, "c"), ([], 0, "d"), (["w" * 99] * 30, 30, "e")])
    assert "1: 1 of 2 accepted ('a', '\\n'), then resampled 'c'; 2: 0 of 0 accepted" in stream.alt
    rulers = cache_rulers([("round 1", {"target": (5, 8), "draft": (5, 5)})])
    assert "round 1: target 8 positions, 5 kept, draft 5 positions, 5 kept" in rulers.alt
    race = bar_race({"alone": 10.0, "together": 25.0}, "tokens/s", "A race", "note")
    assert "alone 10.0, together 25.0" in race.alt
    surface = speedup_map(checks.faster, 0.1, {"mine": (0.6, 5)}, max_gamma=6)
    assert "mine at α 0.60, γ 5" in surface.alt and "α 0: γ 0 with 1.00" in surface.alt
    for picture in (bars, stream, rulers, race, surface):
        assert picture.png.startswith(b"\x89PNG") and picture.width == 750


def test_the_map_redraws_with_its_slider():
    box = live(
        lambda cost_ratio: speedup_map(checks.faster, cost_ratio, max_gamma=2),
        cost_ratio=(0.0, 1.0, 0.1),
    )
    slider, shown = box.children
    before = shown.value
    slider.children[1].value = 0.9
    assert shown.value != before and "costing 0.90" in shown.value


def test_a_function_as_a_draft_and_the_rounds_that_were_watched():
    target = counting_model(12)
    draft = model_of(lambda ids: 4.0 * torch.eye(12)[min(ids[-1] + 1, 6)], target.config)
    ids = torch.tensor([[1, 2]])
    assert draft(ids).logits[0, -1].argmax() == 3
    with Watched(target) as watched:
        text, stats = reference("speculative_generate")(target, draft, ids, 3, 7, None)
    assert text[0].tolist() == list(range(1, 10)) and stats["target_calls"] == len(watched.passes)
    assert watched.rounds(text[0].tolist(), 2) == [
        ([3, 4, 5], 3, 6),
        ([6, 6], 0, 7),
        ([6], 0, 8),
        ([], 0, 9),
    ]
    target(ids)
    assert len(watched.passes) == stats["target_calls"]
