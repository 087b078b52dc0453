# right: every row alone with python lists, padded together at the end
import torch


def continue_row(model, row, max_new_tokens, eos):
    row = list(row)
    for _ in range(max_new_tokens):
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([row])).logits[0, -1]
        row.append(int(logits.argmax()))
        if row[-1] in eos:
            break
    return row


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    if eos_token_id is None:
        eos = []
    else:
        eos = eos_token_id if isinstance(eos_token_id, list) else [eos_token_id]
    pad = model.generation_config.pad_token_id
    if pad is None:
        pad = eos[0] if eos else 0
    rows = [continue_row(model, r, max_new_tokens, eos) for r in input_ids.tolist()]
    longest = max(len(r) for r in rows)
    return torch.tensor([r + [pad] * (longest - len(r)) for r in rows])
