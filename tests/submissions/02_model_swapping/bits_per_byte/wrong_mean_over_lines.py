# wrong: mean_of_perplexities
# Every line is measured alone, and the lines' results are averaged.
import math

import torch


def bits_per_byte(model, tokenizer, text):
    start = tokenizer.bos_token_id
    start = tokenizer.eos_token_id if start is None else start
    results = []
    for line in text.splitlines(keepends=True):
        ids = tokenizer(line, add_special_tokens=False).input_ids
        input_ids = torch.tensor([[start, *ids]])
        with torch.no_grad():
            logprobs = model(input_ids).logits[0, :-1].log_softmax(-1)
        total = logprobs.gather(-1, input_ids[0, 1:, None]).sum().item()
        results.append(-total / math.log(2) / len(line.encode()))
    return sum(results) / len(results)
