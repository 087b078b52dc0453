# wrong: embeddings_scaled
# Embeddings times the root of the size, as in Gemma.
import torch
import torch.nn.functional as F


def turn(x, cos, sin):
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-second, first], dim=-1) * sin


def llama_forward(state_dict, config, input_ids):
    B, T = input_ids.shape
    H, d, eps = config.hidden_size, config.head_dim, config.rms_norm_eps
    heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
    theta = config.rope_parameters["rope_theta"]
    angle = torch.outer(torch.arange(T), theta ** (-torch.arange(0, d, 2) / d))
    cos, sin = angle.cos().repeat(1, 2), angle.sin().repeat(1, 2)
    x = state_dict["model.embed_tokens.weight"][input_ids] * H**0.5
    for i in range(config.num_hidden_layers):
        layer = f"model.layers.{i}"
        h = F.rms_norm(x, (H,), state_dict[f"{layer}.input_layernorm.weight"], eps)
        q = F.linear(h, state_dict[f"{layer}.self_attn.q_proj.weight"])
        k = F.linear(h, state_dict[f"{layer}.self_attn.k_proj.weight"])
        v = F.linear(h, state_dict[f"{layer}.self_attn.v_proj.weight"])
        q = q.view(B, T, heads, d).transpose(1, 2)
        k = k.view(B, T, kv_heads, d).transpose(1, 2)
        v = v.view(B, T, kv_heads, d).transpose(1, 2)
        q, k = turn(q, cos, sin), turn(k, cos, sin)
        k = k.repeat_interleave(heads // kv_heads, dim=1)
        v = v.repeat_interleave(heads // kv_heads, dim=1)
        h = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        h = h.transpose(1, 2).reshape(B, T, heads * d)
        x = x + F.linear(h, state_dict[f"{layer}.self_attn.o_proj.weight"])
        weight = state_dict[f"{layer}.post_attention_layernorm.weight"]
        h = F.rms_norm(x, (H,), weight, eps)
        gate = F.linear(h, state_dict[f"{layer}.mlp.gate_proj.weight"])
        up = F.linear(h, state_dict[f"{layer}.mlp.up_proj.weight"])
        h = F.silu(gate) * up
        x = x + F.linear(h, state_dict[f"{layer}.mlp.down_proj.weight"])
    x = F.rms_norm(x, (H,), state_dict["model.norm.weight"], eps)
    tied = config.tie_word_embeddings
    head = state_dict["model.embed_tokens.weight" if tied else "lm_head.weight"]
    return F.linear(x, head)
