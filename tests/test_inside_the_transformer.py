"""06_inside_the_transformer: the oracles of its checks against torch and transformers, and its pictures."""

import math

import pytest
import torch
import torch.nn.functional as F
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.models.llama import modeling_llama

from autograde.checks import inside_the_transformer as checks
from autograde.marking import InProcess, judge
from autograde.student.servant import identifiers
from autograde.syllabus import syllabus
from utils import attention_inspector, attention_map, block_map, head_grid, residual_stream

NOTEBOOK = syllabus().notebook("06_inside_the_transformer")
NAMES = list(NOTEBOOK.exercises)


def test_a_function_that_calls_back_with_nonsense_is_a_finding():
    def encoder_decoder_greedy(encode, decode, input_ids, *rest):
        for states, ids in ((encode(input_ids), None), ("states", input_ids[0])):
            with pytest.raises(ValueError):
                decode(states, ids)
        return torch.tensor([[0]])

    def transformer_block(x, attention, feed_forward, *norms, eps=1e-5):
        attention(x[0, 0])
        return x

    for answer in (encoder_decoder_greedy, transformer_block):
        verdict = judge(answer.__name__, InProcess({answer.__name__: answer}))
        assert verdict.problem is None and verdict.findings, verdict


def test_what_stands_behind_a_dot_is_not_the_students():
    source = "import torch\ndef layer_norm(x):\n    return help(x)\ndef help(x):\n    return torch.nn.functional.layer_norm(x, (3,))\ndef plain(x):\n    return layer_norm(x)\n"
    namespace = {"__name__": "__main__"}
    exec(source, namespace)
    assert "layer_norm" in identifiers(namespace, "layer_norm")
    own = {"__name__": "__main__"}
    exec("def norm(x):\n    return x\ndef layer_norm(x):\n    return norm(x)\n", own)
    assert not {"norm", "layer_norm"} & identifiers(own, "layer_norm")


# --- oracles --------------------------------------------------------------------------------------------------------------


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_rotated_is_transformers_own():
    config = LlamaConfig(
        hidden_size=32, num_attention_heads=4, head_dim=8,
        rope_parameters={"rope_type": "default", "rope_theta": 300.0},
    )  # fmt: skip
    q, places = draw(2, 4, 5, 8), torch.tensor([[0, 1, 2, 3, 4], [7, 9, 11, 40, 3]])
    cos, sin = modeling_llama.LlamaRotaryEmbedding(config)(q, places)
    wanted, _ = modeling_llama.apply_rotary_pos_emb(q, q, cos, sin)
    assert checks.close(wanted, checks.rotated(q, places, 300.0), 1e-4)


def test_attended_is_the_librarys():
    q, k, v = draw(2, 3, 4, 6), draw(2, 3, 5, 6, seed=1), draw(2, 3, 5, 6, seed=2)
    mask = draw(4, 5, seed=3) > 0
    mask[0] = False
    for given in (None, mask):
        wanted = F.scaled_dot_product_attention(q, k, v, attn_mask=given)
        assert checks.close(wanted, checks.attended(q, k, v, given))


def test_many_heads_and_cross_attention_are_the_librarys():
    library = torch.nn.MultiheadAttention(8, 4, bias=False, batch_first=True)
    joint = library.in_proj_weight.detach()
    weights = {f"{name}_proj": joint[8 * i : 8 * i + 8] for i, name in enumerate("qkv")}
    weights["o_proj"] = library.out_proj.weight.detach()
    x, source = draw(2, 5, 8), draw(2, 3, 8, seed=1)
    real = torch.tensor([[True, True, False], [True, False, True]])
    with torch.no_grad():
        same, _ = library(x, x, x)
        cross, _ = library(x, source, source, key_padding_mask=~real)
    assert checks.close(same, checks.many_heads(x, weights, 4, 4))
    assert checks.close(cross, checks.listened(x, source, weights, 4, real))


def test_grouped_heads_norms_and_gates_are_llamas():
    config = LlamaConfig(
        hidden_size=8,
        intermediate_size=12,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=4,
    )
    config._attn_implementation = "sdpa"
    layer, mlp = modeling_llama.LlamaAttention(config, 0), modeling_llama.LlamaMLP(config)
    x, still = draw(2, 5, 8), torch.zeros(2, 5, 4)
    mask = torch.ones(5, 5, dtype=torch.bool).tril()
    with torch.no_grad():
        wanted, _ = layer(x, (still + 1, still), mask.expand(2, 1, 5, 5))
    heads = {name.split(".")[0]: w.detach() for name, w in layer.named_parameters()}
    assert checks.close(wanted, checks.many_heads(x, heads, 4, 2, mask))
    gates = {name.split(".")[0]: w.detach() for name, w in mlp.named_parameters()}
    assert checks.close(mlp(x), checks.gated(x, gates))
    weight, bias = draw(8, seed=1), draw(8, seed=2)
    assert checks.close(F.rms_norm(x, (8,), weight, 0.1), checks.rms_normed(x, weight, 0.1))
    wanted = F.layer_norm(x, (8,), weight, bias, 0.1)
    assert checks.close(wanted, checks.layer_normed(x, weight, bias, 0.1))


def test_llama_logits_are_transformers_own_and_so_is_the_last_entry_of_the_lens():
    config = LlamaConfig(
        vocab_size=17, hidden_size=8, intermediate_size=12, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, head_dim=4, initializer_range=0.5,
    )  # fmt: skip
    torch.manual_seed(0)
    model = LlamaForCausalLM(config).eval()
    ids = torch.tensor([[3, 1, 4, 1, 5]])
    with torch.no_grad():
        out = model(ids, output_hidden_states=True)
    state = model.state_dict()
    assert checks.close(out.logits, checks.llama_logits(state, config, ids))
    weight, matrix = state["model.norm.weight"], state["lm_head.weight"]
    eps = config.rms_norm_eps
    assert checks.close(out.logits, checks.lens(out.hidden_states, weight, matrix, eps)[-1])


def test_every_twist_of_a_spec_is_a_mistake():
    """A twist that changed nothing would name right answers."""
    x, places = draw(2, 2, 5, 8), torch.tensor([[3, 4, 5, 6, 9], [9, 7, 5, 3, 1]])
    for twist in (
        "interleaved",
        "backwards",
        "counted",
        "first row",
        "plus 1",
        "theta",
        "i/d",
        "heads",
    ):
        right = checks.rotated(x, places, 100.0)
        assert not checks.close(checks.rotated(x, places, 100.0, twist), right), twist
    for twist in ("halves", "swapped", "i/H", "own", "from 1", "times", "base 1000"):
        assert not checks.close(checks.sinusoids(7, 20, twist), checks.sinusoids(7, 20)), twist


def test_sinusoids_are_clock_hands():
    table = checks.sinusoids(50, 8)
    assert table[7, 0] == pytest.approx(math.sin(7)) and table[7, 1] == pytest.approx(math.cos(7))
    assert table[30, 6] == pytest.approx(math.sin(30 / 10000 ** (6 / 8)))


# --- pictures -------------------------------------------------------------------------------------------------------------

TOKENS = ["The", " <b>", "\n", "$x$"]
WEIGHTS = torch.tensor(
    [[1.0, 0, 0, 0], [0.25, 0.75, 0, 0], [0.5, 0.3, 0.2, 0], [0.1, 0.2, 0.3, 0.4]]
)


def test_pictures_say_what_they_show():
    one = attention_map(WEIGHTS, TOKENS, "Layer 1, head 2")
    assert "Layer 1, head 2" in one.alt and "' <b>' looks most at ' <b>' (.75)" in one.alt
    cross = attention_map(WEIGHTS[:2], TOKENS[:2], "Cross", sources=TOKENS)
    assert "'The' looks most at 'The' (1)" in cross.alt
    grid = head_grid({"head 0": WEIGHTS, "head 1": torch.eye(4)}, TOKENS, "All")
    assert "head 1: itself 100%" in grid.alt and "head 0: itself 75%" in grid.alt
    words = [(" is", 1.0), (" Rome", 0.5), ("\n", 0.25)]
    stream = residual_stream([1, 4, 9], [2, 3], [3, 4], "One token", words)
    assert "9.0 after layer 1" in stream.alt and "' Rome' 0.50 at layer 0" in stream.alt
    here = block_map("attention")
    assert here.alt.endswith("You are at: attention.")
    for picture in (one, cross, grid, stream, here):
        assert picture.png.startswith(b"\x89PNG") and picture.width == 750


def test_pictures_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match=r"shape \[4, 4\] for 3 by 3"):
        attention_map(WEIGHTS, TOKENS[:3], "t")
    with pytest.raises(ValueError, match="no station 'mixer'"):
        block_map("mixer")
    with pytest.raises(ValueError, match="do not fit"):
        residual_stream([1, 2], [1, 2], [1], "t")


def test_the_inspector_follows_its_controls_and_escapes_tokens():
    layers = [torch.stack([WEIGHTS, torch.eye(4)]), torch.stack([torch.eye(4), WEIGHTS])]
    box = attention_inspector(layers, TOKENS)
    (layer, _), (_, head) = (row.children for row in box.children[:2])
    (token, _), view = box.children[2].children, box.children[3]
    assert "Layer 0, head 0" in view.value and "<caption>" in view.value
    assert '<svg role="img" aria-label=' in view.value and "<b>" not in view.value
    layer.value, head.value, token.value = 1, 1, 1
    assert "Layer 1, head 1" in view.value
    assert "&#x27; &lt;b&gt;&#x27; looks most at &#x27; &lt;b&gt;&#x27;, .75" in view.value
    assert '<th scope="row">1: <code>·&lt;b&gt;</code></th><td>.75</td>' in view.value
