# wrong: calls_the_library
# transformers' own function turns.
import torch
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb


def rope(x, position_ids, theta=10000.0):
    d = x.shape[-1]
    frequencies = theta ** (-torch.arange(0, d, 2).float() / d)
    angle = position_ids[:, :, None].float() * frequencies
    angle = torch.cat([angle, angle], dim=-1)
    return apply_rotary_pos_emb(x, x, angle.cos(), angle.sin())[0]
