# wrong: no_bos_token
# What the tokenizer puts in front by default, if anything, is taken to do.
import math

import torch


def bits_per_byte(model, tokenizer, text):
    input_ids = tokenizer(text, return_tensors="pt").input_ids
    with torch.no_grad():
        logprobs = model(input_ids).logits[0, :-1].log_softmax(-1)
    total = logprobs.gather(-1, input_ids[0, 1:, None]).sum().item()
    return -total / math.log(2) / len(text.encode())
