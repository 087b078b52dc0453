"""The course's drafts, a small model and a head: they load, their caches are right, and drafting with them loses nothing."""

import hashlib

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from autograde.bank import references
from autograde.draws import p_value
from utils import load_draft_head, load_model
from utils.artifacts import find_artifact
from utils.draft.head import HEAD_WEIGHTS, MIDDLE, DraftHead, is_head
from utils.draft.measure import acceptance, tokens_per_pass, unrolled
from utils.draft.model import WEIGHTS
from utils.draft.prompts import HELD_OUT
from utils.draft.train import unrolled_loss
from utils.draft.write import Reply

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
    hits = torch.tensor([1, 1, 1, 0, 1, 0, 1]).bool().expand(2, -1)
    assert tokens_per_pass([hits], 2) == 7 / 4
    assert tokens_per_pass([~hits], 1) == 7 / 5
    # A head that foresees nothing as the second of a round: 1 +, 1 +, 1 +, 1.
    assert tokens_per_pass([torch.stack([torch.ones(7), torch.zeros(7)]).bool()], 2) == 7 / 4


def test_acceptance_weighs_by_what_was_accepted():
    overlap, accepted = torch.tensor([[0.5, 0.8, 0.2, 0.4, 0.6], [1, 0.5, 1, 0.5, 1]])
    first, second, *_ = acceptance([(overlap.expand(4, -1), accepted.expand(4, -1))])
    assert first == pytest.approx(overlap.mean().item())
    # Position 2 is reached after tokens 1 to 4, by the chance that each was accepted.
    assert second == pytest.approx((1 * 0.8 + 0.5 * 0.2 + 1 * 0.4 + 0.5 * 0.6) / 3)


# --- the head ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def target():
    with load_model("smollm2-135m", dtype=torch.float32, device="cpu") as loaded:
        yield loaded


@pytest.fixture
def head(target):
    listening = load_draft_head(target.model)
    yield listening
    listening.detach()


def test_the_heads_weights_are_small_and_known_as_a_heads():
    assert HEAD_WEIGHTS.stat().st_size <= 16_000_000
    assert is_head(HEAD_WEIGHTS) and not is_head(WEIGHTS)


def test_to_load_the_head_leaves_torchs_random_numbers_alone(target):
    torch.manual_seed(3)
    load_draft_head(target.model).detach()
    drawn = torch.rand(1)
    torch.manual_seed(3)
    assert torch.rand(1) == drawn


@torch.inference_mode()
def test_the_head_drafts_from_the_targets_states_where_it_has_read(target, head):
    ids = torch.arange(200, 212)[None]
    read = target.model.model(ids, output_hidden_states=True)
    middle = torch.cat([read.hidden_states[layer][0] for layer in MIDDLE], -1)
    states = head.head.hear(middle, read.last_hidden_state[0])
    found = head(torch.cat([ids, torch.tensor([[7, 8]])], 1)).logits[0]
    known = head.head(states, torch.tensor([*range(201, 212), 7]))  # token 7 came from the last one
    own = head.head(known[-1:], torch.tensor([8]))
    expected = head.head.lm_head(torch.cat([known, own]))
    torch.testing.assert_close(found[1:], expected, atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_the_head_forgets_what_the_target_read_of_another_text(target, head):
    """The states of rejected tokens are there, and are no good."""
    ids, other = torch.arange(200, 212)[None], torch.arange(200, 212)[None].clone()
    other[0, 8:] = torch.tensor([3, 4, 5, 6])
    target.model(ids)
    mixed = head(other).logits
    head.detach()
    fresh = load_draft_head(target.model)
    target.model(other[:, :8])
    torch.testing.assert_close(mixed[:, 1:], fresh(other).logits[:, 1:], atol=1e-4, rtol=1e-4)
    fresh.detach()


@torch.inference_mode()
def test_the_heads_cache_is_cropped_as_any_other(target, head):
    ids = torch.arange(200, 206)[None]
    target.model(ids)
    text = torch.cat([ids, torch.tensor([[9, 10, 11, 12]])], 1)
    whole = head(text).logits[:, -3:]
    cache = head(torch.cat([ids, torch.tensor([[9, 40, 41]])], 1)).past_key_values
    cache.crop(-2)
    assert cache.get_seq_length() == 7
    rest = torch.cat([head(text[:, i : i + 1], past_key_values=cache).logits for i in (7, 8, 9)], 1)
    torch.testing.assert_close(rest, whole, atol=1e-4, rtol=1e-4)


def test_the_head_follows_a_target_that_keeps_a_cache_and_rolls_back(target, head):
    with torch.inference_mode():
        cache = target.model(torch.arange(200, 208)[None]).past_key_values
        cache.crop(-3)
        target.model(torch.tensor([[30, 31]]), past_key_values=cache)
        text = torch.tensor([[200, 201, 202, 203, 204, 30, 31, 32]])
        after = head(text).logits
        target.model(text[:, :7])
        torch.testing.assert_close(head(text).logits, after, atol=1e-4, rtol=1e-4)


def test_a_head_without_its_target_says_so(target, head):
    with pytest.raises(ValueError, match="one text at a time"):
        head(torch.ones(2, 3).long())
    other = LlamaForCausalLM(
        LlamaConfig(vocab_size=50, hidden_size=8, num_hidden_layers=0, num_attention_heads=1)
    )
    with pytest.raises(ValueError, match="smollm2-135m"):
        load_draft_head(other)


@torch.inference_mode()
def drafted(draft, target, text, count):
    """What a draft is certain of behind a text that the target has read but for its last token; None where it is not."""
    target.model(torch.tensor([text[:-1]]))
    cache, unread, said = None, torch.tensor([text]), []
    for _ in range(count):
        output = draft(unread, past_key_values=cache)
        cache, law = output.past_key_values, output.logits[0, -1].softmax(-1)
        unread = law.argmax()[None, None]
        said.append(int(unread) if law.max() == 1 else None)
    return said


def test_a_head_with_lookup_copies_as_far_as_the_text_agrees(target):
    end = target.tokenizer.eos_token_id
    both = load_draft_head(target.model, lookup=True)
    long = list(range(300, 320))
    # Two tokens agree: two are copied. Ten agree: as many as are asked for.
    assert drafted(both, target, [*long, 7, 305, 306], 4) == [307, 308, end, end]
    assert drafted(both, target, [*long, 7, *range(300, 310)], 9) == [*range(310, 319)]
    assert drafted(both, target, [*long[:12], 7, *range(300, 303)], 4) == [303, 304, end, end]
    # The newest of two places, but a longer agreement before a newer one.
    assert drafted(both, target, [5, 6, 300, 5, 6, 301, 5, 6], 1) == [301]
    assert drafted(both, target, [4, 5, 6, 300, 5, 6, 301, 4, 5, 6], 1) == [300]
    # One token is no agreement: the head says two, and then nothing.
    assert drafted(both, target, [*long, 7, 305], 3) == [None, None, end]
    both.detach()


@torch.inference_mode()
def test_a_head_with_lookup_goes_on_only_behind_a_likely_token(target, head):
    end = target.tokenizer.eos_token_id
    both = load_draft_head(target.model, lookup=True)
    seen = set()
    for text in ("The capital of France is", "My favourite", "One, two, three, four", "It was"):
        ids = target.tokenizer(text).input_ids
        target.model(torch.tensor([ids]))
        likely = bool(head(torch.tensor([ids])).logits[0, -1].softmax(-1).max() >= 0.35)
        seen.add(likely)
        assert drafted(both, target, ids, 3)[1:] == [None if likely else end, end]
    assert seen == {True, False}
    both.detach()


@torch.inference_mode()
def test_a_head_with_lookup_says_what_the_head_says_where_nothing_agrees(target, head):
    both = load_draft_head(target.model, lookup=True)
    text = torch.tensor([[*range(200, 212), 7]])
    target.model(text[:, :-1])
    assert both(text).logits.equal(head(text).logits)
    both.detach()


@pytest.mark.slow
@pytest.mark.parametrize("temperature", [0.0, 0.8])
def test_speculative_decoding_with_head_and_lookup_is_exact(target, temperature):
    """Greedily the target's own tokens; at a temperature the law of the first, which a copy proposes."""
    speculate = references("04_speculative_decoding")["speculative_generate"]
    both = load_draft_head(target.model, lookup=True)
    prompt = "One line: the sun rises over the hill. The same line again: the sun rises"
    ids = target.tokenizer(prompt, return_tensors="pt").input_ids
    if temperature == 0:
        out, counts = speculate(target.model, both, ids, 8, 40, None)
        alone = target.model.generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=False,
            min_new_tokens=40, max_new_tokens=40, eos_token_id=None,
        )  # fmt: skip
        assert out.equal(alone) and counts["target_calls"] < 30
    else:
        generator = torch.Generator().manual_seed(0)
        with torch.inference_mode():
            law = (target.model(ids).logits[0, -1] / temperature).softmax(-1)
        top = law.topk(3).indices
        seen = torch.tensor(
            [
                int(
                    speculate(target.model, both, ids, 2, 2, None, temperature, generator)[0][0, -2]
                )
                for _ in range(200)
            ]
        )
        counts = torch.tensor([*((seen == t).sum() for t in top), (~torch.isin(seen, top)).sum()])
        shares = torch.cat([law[top], (1 - law[top].sum())[None]])
        assert p_value(counts.double(), shares.double()) > 1e-4
    both.detach()


@pytest.mark.slow
def test_speculative_decoding_with_the_head_gives_the_targets_own_tokens(target, head):
    speculate = references("04_speculative_decoding")["speculative_generate"]
    for prompt in PROMPTS:
        inputs = target.tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}], add_generation_prompt=True, return_tensors="pt"
        )
        alone = target.model.generate(**inputs, max_new_tokens=32, do_sample=False)
        ids, stats = speculate(
            target.model, head, inputs["input_ids"], 3, 32, target.tokenizer.eos_token_id
        )
        assert ids.tolist() == alone.tolist()
        assert stats["accepted"] > 0 and stats["target_calls"] < ids.shape[1]


@pytest.fixture
def small_head():
    torch.manual_seed(0)
    head = DraftHead(torch.randn(40, 32), torch.arange(40), blocks=1)
    torch.nn.init.normal_(head.blocks[0].down.weight, std=0.1)
    return head


REPLY = Reply(
    "chat",
    0.0,
    torch.tensor([1, 2, 3, 4, 5, 6, 7, 8, 9]),
    torch.randn(6, 32),
    torch.randn(6, 2 * 32),
)


@torch.inference_mode()
def test_the_measure_unrolls_the_head_from_every_place(small_head):
    found = unrolled(small_head)(REPLY)
    for place in range(5):
        state = small_head.hear(REPLY.middle[place, None], REPLY.hidden[place, None])
        for depth in range(5 - place):
            state = small_head(state, REPLY.ids[3 + place + depth, None])
            expected = small_head.lm_head(state)[0]
            torch.testing.assert_close(
                found[depth, place + depth + 1], expected, atol=1e-4, rtol=1e-4
            )


def test_the_head_learns_what_the_target_gives(small_head):
    trained = [p for p in small_head.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-2)
    losses = []
    for _ in range(40):
        losses.append(unrolled_loss(small_head, [REPLY, REPLY]))
        optimizer.zero_grad()
        losses[-1].backward()
        optimizer.step()
    assert losses[-1] < 0.7 * losses[0]
