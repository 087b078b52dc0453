# wrong: raised
# The batch is taken to hold one row, so that item() gives its token.
import torch


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    eos = eos_token_id if isinstance(eos_token_id, list) else [eos_token_id]
    ids = input_ids
    for _ in range(max_new_tokens):
        with torch.no_grad():
            logits = model(ids).logits[:, -1]
        token = logits.argmax(dim=-1).item()
        ids = torch.cat([ids, torch.tensor([[token]])], dim=1)
        if token in eos:
            break
    return ids
