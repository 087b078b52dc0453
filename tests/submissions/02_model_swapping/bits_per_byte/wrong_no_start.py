# wrong: first_token_not_scored
# The text's first token is taken to need no probability.
import math

import torch


def bits_per_byte(model, tokenizer, text):
    ids = tokenizer(text, add_special_tokens=False).input_ids
    input_ids = torch.tensor([ids])
    with torch.no_grad():
        logprobs = model(input_ids).logits[0, :-1].log_softmax(-1)
    total = logprobs.gather(-1, input_ids[0, 1:, None]).sum().item()
    return -total / math.log(2) / len(text.encode())
