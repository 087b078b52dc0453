# wrong: no_bos_token
# Every tokenizer is taken to have a BOS; here it is None.
import math

import torch


def bits_per_byte(model, tokenizer, text):
    ids = tokenizer(text, add_special_tokens=False).input_ids
    input_ids = torch.tensor([[tokenizer.bos_token_id, *ids]])
    with torch.no_grad():
        logprobs = model(input_ids).logits[0, :-1].log_softmax(-1)
    total = logprobs.gather(-1, input_ids[0, 1:, None]).sum().item()
    return -total / math.log(2) / len(text.encode())
