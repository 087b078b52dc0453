# wrong: calls_the_library
# transformers' own model with these weights.
import torch
from transformers import LlamaForCausalLM


@torch.no_grad()
def llama_forward(state_dict, config, input_ids):
    model = LlamaForCausalLM(config).eval()
    model.load_state_dict(state_dict, strict=False)
    return model(input_ids).logits
