# right: only the rows that are still open are run, with an explicit mask
import torch


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    if eos_token_id is None or isinstance(eos_token_id, int):
        eos_token_id = [eos_token_id]
    pad = model.generation_config.pad_token_id
    if pad is None:
        pad = eos_token_id[0]
    result = input_ids.clone()
    open_rows = list(range(len(result)))
    for _ in range(max_new_tokens):
        if not open_rows:
            break
        part = result[open_rows]
        with torch.no_grad():
            logits = model(part, attention_mask=torch.ones_like(part)).logits
        best = torch.topk(logits[:, -1].log_softmax(-1), k=1).indices.flatten()
        column = [pad] * len(result)
        for b, token in zip(open_rows, best.tolist()):
            column[b] = token
        open_rows = [b for b in open_rows if column[b] not in eos_token_id]
        result = torch.cat((result, torch.tensor(column).unsqueeze(1)), dim=-1)
    return result
