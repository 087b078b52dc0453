# wrong: calls_the_library
# Asking generate for prefill_chunk_size is taken for building the loop.
import torch


def chunked_prefill(model, input_ids, chunk_size):
    out = model.generate(
        input_ids,
        attention_mask=torch.ones_like(input_ids),
        max_new_tokens=1,
        do_sample=False,
        prefill_chunk_size=chunk_size,
        return_dict_in_generate=True,
        output_logits=True,
    )
    return out.logits[0], out.past_key_values
