# wrong: product_underflows
# A small number is added so that the logarithm of the product exists.
import math

import torch


def bits_per_byte(model, tokenizer, text):
    ids = tokenizer(text, add_special_tokens=False).input_ids
    start = tokenizer.bos_token_id
    start = tokenizer.eos_token_id if start is None else start
    input_ids = torch.tensor([[start, *ids]])
    with torch.no_grad():
        probs = model(input_ids).logits[0, :-1].softmax(-1)
    product = probs.gather(-1, input_ids[0, 1:, None]).prod().item()
    return -math.log2(product + 1e-12) / len(text.encode())
