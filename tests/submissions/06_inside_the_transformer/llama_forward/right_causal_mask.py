# right: a boolean mask, key-value heads expanded, weights popped from a copy
import torch
import torch.nn.functional as F


def llama_forward(state_dict, config, input_ids):
    w = dict(state_dict)
    B, T = input_ids.size()
    h, g, d = (
        config.num_attention_heads,
        config.num_key_value_heads,
        config.head_dim,
    )
    inverse = 1.0 / config.rope_parameters["rope_theta"] ** (torch.arange(0, d, 2) / d)
    angle = torch.arange(T).float()[:, None] * inverse
    angle = torch.cat((angle, angle), dim=1)
    sign = torch.tensor([-1.0] * (d // 2) + [1.0] * (d // 2))

    def rotate(x):
        return x * angle.cos() + x.roll(d // 2, dims=-1) * sign * angle.sin()

    def norm(x, name):
        return F.rms_norm(x, (x.size(-1),), w.pop(name), config.rms_norm_eps)

    table = w.pop("model.embed_tokens.weight")
    stream = F.embedding(input_ids, table)
    allowed = torch.arange(T)[:, None] >= torch.arange(T)
    for i in range(config.num_hidden_layers):
        at = f"model.layers.{i}"
        x = norm(stream, f"{at}.input_layernorm.weight")
        q = F.linear(x, w.pop(f"{at}.self_attn.q_proj.weight")).view(B, T, h, d)
        k = F.linear(x, w.pop(f"{at}.self_attn.k_proj.weight")).view(B, T, g, d)
        v = F.linear(x, w.pop(f"{at}.self_attn.v_proj.weight")).view(B, T, g, d)
        q, k, v = (
            rotate(q.transpose(1, 2)),
            rotate(k.transpose(1, 2)),
            v.transpose(1, 2),
        )
        k, v = (
            y[:, :, None].expand(B, g, h // g, T, d).reshape(B, h, T, d) for y in (k, v)
        )
        out = F.scaled_dot_product_attention(q, k, v, allowed)
        out = out.transpose(1, 2).reshape(B, T, h * d)
        stream = stream + F.linear(out, w.pop(f"{at}.self_attn.o_proj.weight"))
        x = norm(stream, f"{at}.post_attention_layernorm.weight")
        inner = F.silu(F.linear(x, w.pop(f"{at}.mlp.gate_proj.weight")))
        inner = inner * F.linear(x, w.pop(f"{at}.mlp.up_proj.weight"))
        stream = stream + F.linear(inner, w.pop(f"{at}.mlp.down_proj.weight"))
    return F.linear(norm(stream, "model.norm.weight"), w.pop("lm_head.weight", table))
