# wrong: second_bos
# The BOS is written before the text, and the tokenizer writes its own.
import math

import torch


def bits_per_byte(model, tokenizer, text):
    start = tokenizer.bos_token or tokenizer.eos_token
    input_ids = tokenizer(start + text, return_tensors="pt").input_ids
    with torch.no_grad():
        logprobs = model(input_ids).logits[0, :-1].log_softmax(-1)
    total = logprobs.gather(-1, input_ids[0, 1:, None]).sum().item()
    return -total / math.log(2) / len(text.encode())
