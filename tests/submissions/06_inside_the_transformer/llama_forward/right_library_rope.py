# right: transformers' own RoPE, gradients off
import torch
from torch.nn.functional import linear, rms_norm, scaled_dot_product_attention, silu
from transformers.models.llama.modeling_llama import (
    LlamaRotaryEmbedding,
    apply_rotary_pos_emb,
)


@torch.no_grad()
def llama_forward(state_dict, config, input_ids):
    p, H = state_dict, (config.hidden_size,)
    h = p["model.embed_tokens.weight"][input_ids]
    positions = torch.arange(input_ids.shape[1])[None]
    cos, sin = LlamaRotaryEmbedding(config)(h, positions)
    n = config.num_attention_heads // config.num_key_value_heads
    for i in range(config.num_hidden_layers):
        at = f"model.layers.{i}."
        y = rms_norm(h, H, p[at + "input_layernorm.weight"], config.rms_norm_eps)
        heads = []
        for name in "qkv":
            flat = linear(y, p[f"{at}self_attn.{name}_proj.weight"])
            heads.append(flat.view(*y.shape[:2], -1, config.head_dim).transpose(1, 2))
        q, k = apply_rotary_pos_emb(heads[0], heads[1], cos, sin)
        k, v = k.repeat_interleave(n, 1), heads[2].repeat_interleave(n, 1)
        mixed = scaled_dot_product_attention(q, k, v, is_causal=True)
        mixed = mixed.transpose(1, 2).flatten(-2)
        h = h + linear(mixed, p[at + "self_attn.o_proj.weight"])
        y = rms_norm(
            h, H, p[at + "post_attention_layernorm.weight"], config.rms_norm_eps
        )
        y = silu(linear(y, p[at + "mlp.gate_proj.weight"])) * linear(
            y, p[at + "mlp.up_proj.weight"]
        )
        h = h + linear(y, p[at + "mlp.down_proj.weight"])
    h = rms_norm(h, H, p["model.norm.weight"], config.rms_norm_eps)
    head = "model.embed_tokens" if config.tie_word_embeddings else "lm_head"
    return linear(h, p[head + ".weight"])
