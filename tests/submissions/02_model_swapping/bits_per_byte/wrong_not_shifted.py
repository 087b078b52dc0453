# wrong: shifted_by_one
# The logits at a position are taken to score the token at that position.
import math

import torch


def bits_per_byte(model, tokenizer, text):
    ids = tokenizer(text, add_special_tokens=False).input_ids
    start = tokenizer.bos_token_id
    start = tokenizer.eos_token_id if start is None else start
    input_ids = torch.tensor([[start, *ids]])
    with torch.no_grad():
        logprobs = model(input_ids).logits[0, 1:].log_softmax(-1)
    total = logprobs.gather(-1, input_ids[0, 1:, None]).sum().item()
    return -total / math.log(2) / len(text.encode())
