"""The course's draft model: it loads, its cache is right, and drafting with it loses nothing."""

import hashlib

import pytest
import torch

from utils import load_model
from utils.artifacts import find_artifact
from utils.draft.measure import acceptance, tokens_per_pass
from utils.draft.model import WEIGHTS
from utils.draft.prompts import HELD_OUT

PROMPTS = [HELD_OUT["chat"][0], HELD_OUT["code"][0], HELD_OUT["copy"][0]]


@pytest.fixture(scope="module")
def draft():
    with load_model("draft", dtype=torch.float32, device="cpu") as loaded:
        yield loaded


def test_the_weights_are_the_pinned_ones_and_small():
    weights = WEIGHTS.read_bytes()
    assert hashlib.sha256(weights).hexdigest() == find_artifact("draft").pin
    assert len(weights) <= 16_000_000


def test_it_gives_logits_over_the_targets_vocabulary(draft):
    ids = draft.tokenizer("The capital of France is", return_tensors="pt")["input_ids"]
    logits = draft.model(ids).logits
    assert logits.shape == (1, ids.shape[1], len(draft.tokenizer))
    assert logits.shape[-1] == draft.model.config.vocab_size == 49152
    assert (logits > -torch.inf).sum(-1).unique().tolist() == [len(draft.model.lm_head.weight)]
    assert logits.softmax(-1).isfinite().all()


@torch.inference_mode()
def test_its_cache_can_be_cropped(draft):
    ids = torch.arange(100, 112)[None]
    whole = draft.model(ids).logits
    first = draft.model(ids[:, :9])
    cache = first.past_key_values
    cache.crop(-4)
    rest = draft.model(ids[:, 5:], past_key_values=cache).logits
    torch.testing.assert_close(first.logits, whole[:, :9], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(rest, whole[:, 5:], atol=1e-4, rtol=1e-4)


@pytest.mark.slow
def test_assisted_generation_gives_the_targets_own_tokens(draft):
    options = {"max_new_tokens": 32, "do_sample": False}
    with load_model("smollm2-135m", dtype=torch.float32, device="cpu") as target:
        for prompt in PROMPTS:
            inputs = target.tokenizer.apply_chat_template(
                [{"role": "user", "content": prompt}],
                add_generation_prompt=True,
                return_tensors="pt",
            )
            alone = target.model.generate(**inputs, **options)
            assisted = target.model.generate(**inputs, **options, assistant_model=draft.model)
            assert assisted.tolist() == alone.tolist()


def test_tokens_per_pass_by_hand():
    # Two drafted a pass: 1 1 +, 0, 1 0, 1 (the text ends there): 7 tokens in 4 passes.
    hits = [torch.tensor([1, 1, 1, 0, 1, 0, 1]).bool()]
    assert tokens_per_pass(hits, 2) == 7 / 4
    assert tokens_per_pass([~reply for reply in hits], 1) == 7 / 5


def test_acceptance_weighs_by_what_was_accepted():
    overlap, accepted = torch.tensor([[0.5, 0.8, 0.2, 0.4, 0.6], [1, 0.5, 1, 0.5, 1]])
    first, second, *_ = acceptance([(overlap, accepted)])
    assert first == pytest.approx(overlap.mean().item())
    # Position 2 is reached after tokens 1 to 4, by the chance that each was accepted.
    assert second == pytest.approx((1 * 0.8 + 0.5 * 0.2 + 1 * 0.4 + 0.5 * 0.6) / 3)
