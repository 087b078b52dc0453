# wrong: calls_the_library
# torch's own layer; key-value heads are repeated in the weights.
import torch.nn.functional as F


def multi_head_attention(x, weights, num_heads, num_key_value_heads, mask=None):
    B, T, H = x.shape
    group = num_heads // num_key_value_heads
    if weights["q_proj"].shape[0] != H:
        raise ValueError("the heads must be as wide as H / h")
    wide = [weights["q_proj"]]
    for name in ("k_proj", "v_proj"):
        heads = weights[name].view(num_key_value_heads, -1, H)
        wide.append(heads.repeat_interleave(group, dim=0).flatten(0, 1))
    hidden = None
    if mask is not None:
        hidden = ~mask.expand(B, num_heads, T, T).flatten(0, 1)
    result, _ = F.multi_head_attention_forward(
        x.transpose(0, 1),
        x.transpose(0, 1),
        x.transpose(0, 1),
        H,
        num_heads,
        None,
        None,
        None,
        None,
        False,
        0.0,
        weights["o_proj"],
        None,
        attn_mask=hidden,
        need_weights=False,
        use_separate_proj_weight=True,
        q_proj_weight=wide[0],
        k_proj_weight=wide[1],
        v_proj_weight=wide[2],
    )
    return result.transpose(0, 1)
