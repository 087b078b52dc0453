# right: everything in double precision, row by row and head by head
import torch


def normed(x, weight, eps):
    return x / (x.square().mean(dim=-1, keepdim=True) + eps).sqrt() * weight


def turned(x, theta):
    y = x.clone()
    T, d = x.shape
    position = torch.arange(T, dtype=torch.float64)
    for i in range(d // 2):
        c = torch.cos(position * theta ** (-2 * i / d))
        s = torch.sin(position * theta ** (-2 * i / d))
        y[:, i] = x[:, i] * c - x[:, i + d // 2] * s
        y[:, i + d // 2] = x[:, i + d // 2] * c + x[:, i] * s
    return y


def one_sequence(w, config, ids):
    d, theta = config.head_dim, config.rope_parameters["rope_theta"]
    shared = config.num_attention_heads // config.num_key_value_heads
    eps = config.rms_norm_eps
    x = w["model.embed_tokens.weight"][ids]
    seen = torch.ones(len(ids), len(ids)).tril() == 1
    for i in range(config.num_hidden_layers):
        at = f"model.layers.{i}."
        y = normed(x, w[at + "input_layernorm.weight"], eps)
        q, k, v = (y @ w[f"{at}self_attn.{p}_proj.weight"].T for p in "qkv")
        heads = []
        for j in range(config.num_attention_heads):
            own = slice(j * d, (j + 1) * d)
            kv = slice(j // shared * d, (j // shared + 1) * d)
            scores = turned(q[:, own], theta) @ turned(k[:, kv], theta).T / d**0.5
            heads.append(torch.where(seen, scores, -1e300).softmax(-1) @ v[:, kv])
        x = x + torch.cat(heads, dim=-1) @ w[at + "self_attn.o_proj.weight"].T
        y = normed(x, w[at + "post_attention_layernorm.weight"], eps)
        gate = y @ w[at + "mlp.gate_proj.weight"].T
        up = y @ w[at + "mlp.up_proj.weight"].T
        x = x + (gate / (1 + (-gate).exp()) * up) @ w[at + "mlp.down_proj.weight"].T
    x = normed(x, w["model.norm.weight"], eps)
    tied = config.tie_word_embeddings or "lm_head.weight" not in w
    return x @ w["model.embed_tokens.weight" if tied else "lm_head.weight"].T


def llama_forward(state_dict, config, input_ids):
    w = {name: weight.detach().double() for name, weight in state_dict.items()}
    return torch.stack([one_sequence(w, config, ids) for ids in input_ids])
