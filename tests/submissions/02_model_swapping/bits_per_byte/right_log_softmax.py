# right: log_softmax, gather and one sum
import math

import torch


def bits_per_byte(model, tokenizer, text):
    ids = tokenizer(text, add_special_tokens=False).input_ids
    start = tokenizer.bos_token_id
    if start is None:
        start = tokenizer.eos_token_id
    input_ids = torch.tensor([[start, *ids]], device=model.device)
    with torch.no_grad():
        logits = model(input_ids).logits[0, :-1]
    logprobs = logits.float().log_softmax(dim=-1)
    total = logprobs.gather(-1, input_ids[0, 1:, None]).sum().item()
    return -total / math.log(2) / len(text.encode("utf-8"))
