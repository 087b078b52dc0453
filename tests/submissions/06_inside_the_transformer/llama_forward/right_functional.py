# right: torch's functionals, RoPE by halves
import torch
import torch.nn.functional as F


def turn(x, cos, sin):
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-second, first], dim=-1) * sin


def llama_forward(state_dict, config, input_ids):
    d, eps = config.head_dim, config.rms_norm_eps
    theta = config.rope_parameters["rope_theta"]
    T = input_ids.shape[1]
    angle = torch.outer(torch.arange(T), theta ** (-torch.arange(0, d, 2) / d))
    cos, sin = angle.cos().repeat(1, 2), angle.sin().repeat(1, 2)
    embedding = state_dict["model.embed_tokens.weight"]
    x = embedding[input_ids]
    for i in range(config.num_hidden_layers):

        def w(name):
            return state_dict[f"model.layers.{i}.{name}.weight"]

        h = F.rms_norm(x, x.shape[-1:], w("input_layernorm"), eps)
        q, k, v = (
            F.linear(h, w(f"self_attn.{p}_proj")).unflatten(-1, (-1, d)).transpose(1, 2)
            for p in "qkv"
        )
        q, k = turn(q, cos, sin), turn(k, cos, sin)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        x = x + F.linear(a.transpose(1, 2).flatten(2), w("self_attn.o_proj"))
        h = F.rms_norm(x, x.shape[-1:], w("post_attention_layernorm"), eps)
        gate = F.silu(F.linear(h, w("mlp.gate_proj")))
        x = x + F.linear(gate * F.linear(h, w("mlp.up_proj")), w("mlp.down_proj"))
    x = F.rms_norm(x, x.shape[-1:], state_dict["model.norm.weight"], eps)
    return F.linear(x, state_dict.get("lm_head.weight", embedding))
