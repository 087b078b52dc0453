# wrong: calls_the_library
# transformers' own layers, one after another.
import torch
import torch.nn.functional as F
from transformers.models.llama.modeling_llama import (
    LlamaDecoderLayer,
    LlamaRotaryEmbedding,
)


@torch.no_grad()
def llama_forward(state_dict, config, input_ids):
    config._attn_implementation = "sdpa"
    x = state_dict["model.embed_tokens.weight"][input_ids]
    positions = torch.arange(input_ids.shape[1])[None]
    angles = LlamaRotaryEmbedding(config)(x, positions)
    for i in range(config.num_hidden_layers):
        at = f"model.layers.{i}."
        layer = LlamaDecoderLayer(config, i).eval()
        layer.load_state_dict(
            {k.removeprefix(at): v for k, v in state_dict.items() if k.startswith(at)}
        )
        x = layer(x, position_ids=positions, position_embeddings=angles)
    x = F.rms_norm(
        x, x.shape[-1:], state_dict["model.norm.weight"], config.rms_norm_eps
    )
    table = state_dict["model.embed_tokens.weight"]
    return F.linear(x, state_dict.get("lm_head.weight", table))
