# right: a function for every part, nothing of torch.nn.functional
import torch


def norm(x, weight, eps):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight


def rope(x, theta):
    half = x.shape[-1] // 2
    position = torch.arange(x.shape[-2], dtype=torch.float64)
    angle = position[:, None] / theta ** (torch.arange(half).double() / half)
    z = torch.complex(x[..., :half].double(), x[..., half:].double())
    z = z * torch.polar(torch.ones_like(angle), angle)
    return torch.cat([z.real, z.imag], dim=-1).float()


def attend(x, weights, config):
    B, T, _ = x.shape
    heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
    theta = config.rope_parameters["rope_theta"]
    q = (x @ weights["self_attn.q_proj"].T).view(B, T, heads, -1).transpose(1, 2)
    k = (x @ weights["self_attn.k_proj"].T).view(B, T, kv_heads, -1).transpose(1, 2)
    v = (x @ weights["self_attn.v_proj"].T).view(B, T, kv_heads, -1).transpose(1, 2)
    q, k = rope(q, theta), rope(k, theta)
    k = k.repeat_interleave(heads // kv_heads, dim=1)
    v = v.repeat_interleave(heads // kv_heads, dim=1)
    scores = q @ k.mT / q.shape[-1] ** 0.5
    later = torch.ones(T, T).triu(1).bool()
    out = scores.masked_fill(later, -torch.inf).softmax(-1) @ v
    return out.transpose(1, 2).reshape(B, T, -1) @ weights["self_attn.o_proj"].T


def feed(x, weights):
    gate = x @ weights["mlp.gate_proj"].T
    up = x @ weights["mlp.up_proj"].T
    return (gate * gate.sigmoid() * up) @ weights["mlp.down_proj"].T


def llama_forward(state_dict, config, input_ids):
    table = state_dict["model.embed_tokens.weight"]
    x = table[input_ids]
    for layer in range(config.num_hidden_layers):
        prefix = f"model.layers.{layer}."
        weights = {
            name.removeprefix(prefix).removesuffix(".weight"): value
            for name, value in state_dict.items()
            if name.startswith(prefix)
        }
        x = x + attend(
            norm(x, weights["input_layernorm"], config.rms_norm_eps), weights, config
        )
        x = x + feed(
            norm(x, weights["post_attention_layernorm"], config.rms_norm_eps), weights
        )
    x = norm(x, state_dict["model.norm.weight"], config.rms_norm_eps)
    return x @ (table if config.tie_word_embeddings else state_dict["lm_head.weight"]).T
