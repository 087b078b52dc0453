# wrong: calls_the_library
# transformers' own layer.
import torch
from transformers.models.llama.modeling_llama import LlamaRMSNorm


def rms_norm(x, weight, eps=1e-5):
    layer = LlamaRMSNorm(x.shape[-1], eps=eps)
    layer.weight = torch.nn.Parameter(weight.clone())
    return layer(x).detach()
