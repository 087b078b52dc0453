# wrong: eos_ignored
# The budget alone is taken to end the generation.
import torch


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    ids = input_ids
    for _ in range(max_new_tokens):
        with torch.no_grad():
            logits = model(ids).logits[:, -1]
        token = logits.argmax(dim=-1)
        ids = torch.cat([ids, token[:, None]], dim=1)
    return ids
