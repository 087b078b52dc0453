# wrong: first_token_not_scored
# The BOS is there, but the sum begins behind the text's first token.
import math

import torch


def bits_per_byte(model, tokenizer, text):
    ids = tokenizer(text, add_special_tokens=False).input_ids
    start = tokenizer.bos_token_id
    start = tokenizer.eos_token_id if start is None else start
    input_ids = torch.tensor([[start, *ids]])
    with torch.no_grad():
        logprobs = model(input_ids).logits[0].log_softmax(-1)
    total = 0.0
    for t in range(2, input_ids.shape[1]):
        total += logprobs[t - 1, input_ids[0, t]].item()
    return -total / math.log(2) / len(text.encode())
