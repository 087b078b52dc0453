# wrong: mean_of_perplexities
# Each token's bits are divided by its own bytes, and the ratios are averaged.
import math

import torch


def bits_per_byte(model, tokenizer, text):
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    start = tokenizer.bos_token_id
    start = tokenizer.eos_token_id if start is None else start
    input_ids = torch.tensor([[start, *encoded.input_ids]])
    with torch.no_grad():
        logprobs = model(input_ids).logits[0, :-1].log_softmax(-1)
    ratios = []
    for t, (begin, end) in enumerate(encoded.offset_mapping):
        bits = -logprobs[t, input_ids[0, t + 1]].item() / math.log(2)
        ratios.append(bits / max(1, len(text[begin:end].encode())))
    return sum(ratios) / len(ratios)
