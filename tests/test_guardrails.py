"""05_guardrails: the oracles of its checks against libraries, its data, and its pictures."""

import csv
import itertools
import json
import random
import string
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import NoBadWordsLogitsProcessor

from autograde.bank import references
from autograde.checks import guardrails as checks
from autograde.fixtures import Function, byte_level
from autograde.marking import InProcess
from autograde.syllabus import ROOT, syllabus
from utils import (
    automaton,
    guardrail_inspector,
    labelled_prompts,
    law_bars,
    load_model,
    marked_text,
    pii_texts,
    rails_track,
    roc_and_confusion,
    token_grid,
)

NOTEBOOK = syllabus().notebook("05_guardrails")
NAMES = list(NOTEBOOK.exercises)


@settings(max_examples=60, deadline=None)
@given(st.text("ab", max_size=7), st.lists(st.text("ab", min_size=1, max_size=3), max_size=3))
def test_stream_guard_over_every_chunking(text, banned):
    guard_of = references(NOTEBOOK.folder)["StreamGuard"]
    want = checks.masked(text, banned, "#")
    for bits in range(2 ** max(0, len(text) - 1)):
        cuts = [i + 1 for i in range(len(text) - 1) if bits >> i & 1]
        guard = guard_of(banned, mask="#")
        said = [guard.feed(text[a:b]) for a, b in itertools.pairwise([0, *cuts, len(text)])]
        assert "".join(said) + guard.flush() == want


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.text("ab c", max_size=4), min_size=1, max_size=6))
def test_masks_against_texts_that_are_tried_out(seed, vocabulary):
    dfa = checks.random_dfa(random.Random(seed))
    accepted = {""}  # every continuation up to a length from which all states can be reached
    for state in [*dfa["transitions"], 0]:
        got = references(NOTEBOOK.folder)["allowed_token_mask"](dfa, state, vocabulary)
        for may, text in zip(got.tolist(), vocabulary):
            end = checks.walk(dfa, state, text) if text else None
            reach = {end} - {None}
            for _ in range(9):
                reach |= {t for s in reach for t in dfa["transitions"].get(s, {}).values()}
            assert may == bool(reach & set(dfa["accepting"]))
    assert accepted


def person_dfa() -> dict:
    """{"name": "<one to eight letters>", "age": <one to three digits>} and nothing else, character by character."""
    transitions: dict[int, dict[str, int]] = {}

    def chain(state: int, text: str) -> int:
        for character in text:
            transitions.setdefault(state, {})[character] = len(transitions) + 1
            state = len(transitions)
        return state

    state = chain(0, '{"name": "')
    letters = [state + i for i in range(9)]
    closed = letters[-1] + 1
    for place, here in enumerate(letters):
        transitions[here] = {} if place == 8 else dict.fromkeys(string.ascii_letters, here + 1)
        if place:
            transitions[here]['"'] = closed
    digits = chain(closed, ', "age": ')
    end = digits + 4
    transitions[digits] = dict.fromkeys("123456789", digits + 1)
    for here in (digits + 1, digits + 2):
        transitions[here] = dict.fromkeys("0123456789", here + 1) | {"}": end}
    transitions[digits + 3] = {"}": end}
    return {"start": 0, "accepting": [end], "transitions": transitions}


@pytest.mark.slow
def test_what_is_written_under_a_constraint_parses_for_200_seeds():
    with load_model("smollm2-135m", device="cpu") as loaded:
        tokenizer = loaded.tokenizer
    vocabulary = [tokenizer.decode([i]) for i in range(len(tokenizer))]
    eos, dfa = tokenizer.eos_token_id, person_dfa()
    processor = references(NOTEBOOK.folder)["ConstrainedLogitsProcessor"]
    constrain = processor(dfa, vocabulary, eos, 1)
    generator = torch.Generator().manual_seed(0)
    rows = torch.zeros(200, 1, dtype=torch.long)
    while rows.shape[1] < 60 and not (rows == eos).any(-1).all():
        scores = 3 * torch.randn(200, len(vocabulary), generator=generator)
        law = constrain(rows, scores).softmax(-1)
        drawn = torch.multinomial(law.nan_to_num(1.0), 1, generator=generator)
        ended = (rows == eos).any(-1, keepdim=True)
        rows = torch.cat([rows, drawn.masked_fill(ended, eos)], 1)
    texts = [tokenizer.decode(row[1:], skip_special_tokens=True) for row in rows]
    for row, text in zip(rows.tolist(), texts):
        assert eos in row
        person = json.loads(text)
        assert list(person) == ["name", "age"] and 1 <= len(person["name"]) <= 8
        assert 1 <= person["age"] <= 999
    assert len(set(texts)) > 150
    longest = max(len(vocabulary[i]) for row in rows.tolist() for i in row[1:] if i != eos)
    assert longest > 1  # tokens of several characters


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.text("qzkca", min_size=1, max_size=3), min_size=1, max_size=3),
    st.text("qzkca ", min_size=1),
)
def test_bad_words_is_the_librarys(words, text):
    tokenizer = byte_level().reference
    ids = torch.tensor([tokenizer(text, add_special_tokens=False).input_ids])
    scores = torch.zeros(1, len(tokenizer))
    forms = checks.word_forms(tokenizer, words)
    want = NoBadWordsLogitsProcessor(forms, eos_token_id=[])(ids, scores.clone())
    assert references(NOTEBOOK.folder)["bad_words"](ids, scores, tokenizer, words).equal(want)


@settings(max_examples=40, deadline=None)
@given(st.text("a1.@+- \n4", max_size=40))
def test_the_finder_and_the_oracle_agree(text):
    assert references(NOTEBOOK.folder)["detect_pii"](text) == checks.pii(text)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=12))
def test_normalizing_keeps_an_offset_for_every_character(text):
    got, offsets = references(NOTEBOOK.folder)["normalize_for_scan"](text)
    assert (got, offsets) == checks.scanned(text)
    assert len(got) == len(offsets) and offsets == sorted(offsets)


def test_wilson_is_the_librarys():
    from scipy.stats import binomtest

    for k, n in ((0, 5), (3, 7), (9, 9), (20, 43)):
        theirs = binomtest(k, n).proportion_ci(0.95, method="wilson")
        z = 1.959963984540054
        assert checks.wilson(k, n, z)[1:] == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_rails_that_are_taken_off_the_callers_list_are_seen():
    def pops(rails):
        rails.pop()

    verdict = []
    try:
        InProcess({"f": pops})["f"]([Function("rail", str), Function("rail", str)])
    except Exception as found:
        verdict.append(found.finding.id)
    assert verdict == ["input_changed"]


def test_the_prompts_and_the_hidden_ones_share_no_text():
    shipped = labelled_prompts()
    assert set(shipped["split"]) == {"train", "validation", "test"} and len(shipped) > 400
    with checks.HIDDEN.open(encoding="utf-8", newline="") as file:
        hidden = [row["text"] for row in csv.DictReader(file)]
    assert len(hidden) > 100 and not set(hidden) & set(shipped["text"])
    for path in (ROOT / "course").rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not [prompt for prompt in hidden if len(prompt) > 60 and prompt in text], path
    assert "guardrails_hidden" not in str(list(Path(ROOT / "utils").rglob("*")))


def test_made_up_messages_hold_what_they_say():
    for text, spans in pii_texts(80, seed=3):
        assert checks.pii(text) == spans, text


def pictures():
    odd = ["$x$", " 日本", "", "<|im_end|>", "w" * 300]
    return {
        "text": marked_text("a b@c.d " * 30, [(2, 7, "EMAIL"), (80, 200, "X")], "$x$"),
        "text, empty": marked_text("", []),
        "track": rails_track([("a" * 60, what, "t" * 300, 1e5) for what in ("passed", "changed", "blocked", "not reached")], "W" * 300),
        "grid": token_grid(odd * 20, [i % 3 == 0 for i in range(100)], 3, "t", "state 1"),
        "roc": roc_and_confusion([(0, 0), (0.2, 0.9), (1, 1)], (0.2, 0.9), dict.fromkeys(itertools.product(("harmless", "attack"), ("passed", "blocked")), 7), "t"),
        "laws": law_bars(["a", "b"], {"one": [0.5, 0.5], "two": [1, 0]}, "t"),
        "automaton": automaton([("0", False), ("1", True)], [(0, 1, "a"), (1, 1, "b"), (1, 0, "c")], 1, "t"),
    }  # fmt: skip


def test_pictures_have_alternative_text():
    for name, picture in pictures().items():
        assert len(picture.alt) > 40 and 'alt="' in picture._repr_html_(), name


def test_the_inspector_follows_its_controls():
    seen = []

    def draw(value):
        seen.append(value)
        return law_bars(["a"], {"one": [0.5]}, "t")

    box = guardrail_inspector(draw, ["one", "two"], draw, 5, draw)
    assert seen == ["one", 0, 0.5]
    example = box.children[1]
    step, limit = (box.children[i].children[0] for i in (4, 6))
    example.value = "two"
    step.children[1].value = 3
    limit.children[0].value = 0.9
    assert seen[3:] == ["two", 3, 0.9]
