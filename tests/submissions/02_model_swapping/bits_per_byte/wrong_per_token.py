# wrong: per_token
# The loss in bits is taken to be comparable as it is.
import math

import torch


def bits_per_byte(model, tokenizer, text):
    ids = tokenizer(text, add_special_tokens=False).input_ids
    start = tokenizer.bos_token_id
    start = tokenizer.eos_token_id if start is None else start
    input_ids = torch.tensor([[start, *ids]])
    with torch.no_grad():
        loss = model(input_ids, labels=input_ids).loss
    return loss.item() / math.log(2)
