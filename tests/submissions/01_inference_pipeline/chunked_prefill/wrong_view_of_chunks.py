# wrong: raised
# The length of the prompt is taken to be a multiple of the chunk size.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    past = None
    chunks = input_ids.view(input_ids.shape[0], -1, chunk_size)
    for i in range(chunks.shape[1]):
        out = model(chunks[:, i], past_key_values=past, use_cache=True)
        past = out.past_key_values
    return out.logits[:, -1], past
