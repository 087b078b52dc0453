# wrong: calls_the_library
# transformers' own module with these weights.
import torch
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaMLP


@torch.no_grad()
def feed_forward(x, weights):
    inner, hidden = weights["gate_proj"].shape
    config = LlamaConfig(
        hidden_size=hidden, intermediate_size=inner, num_attention_heads=1
    )
    mlp = LlamaMLP(config)
    mlp.load_state_dict({f"{name}.weight": weight for name, weight in weights.items()})
    return mlp(x)
