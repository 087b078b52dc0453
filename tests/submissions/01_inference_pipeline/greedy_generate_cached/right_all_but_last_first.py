# right: prefills all tokens but the last, then one token per forward
import torch


def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    if max_new_tokens == 0:
        return input_ids
    if eos_token_id is None:
        stop = set()
    elif isinstance(eos_token_id, int):
        stop = {eos_token_id}
    else:
        stop = set(eos_token_id)
    pad = model.generation_config.pad_token_id
    if pad is None and stop:
        pad = eos_token_id if isinstance(eos_token_id, int) else eos_token_id[0]
    past = None
    rows = input_ids.tolist()
    ended = [False] * len(rows)
    with torch.no_grad():
        if input_ids.shape[1] > 1:
            past = model(input_ids[:, :-1], use_cache=True).past_key_values
        for _ in range(max_new_tokens):
            last = torch.tensor([[row[-1]] for row in rows])
            out = model(last, past_key_values=past, use_cache=True)
            past = out.past_key_values
            for b, token in enumerate(out.logits[:, -1].argmax(-1).tolist()):
                rows[b].append(pad if ended[b] else token)
                ended[b] = ended[b] or token in stop
            if all(ended):
                break
    return torch.tensor(rows)
