# right: a plain list of ids, made a tensor by hand
import torch


def encode_chat(tokenizer, messages):
    ids = tokenizer.apply_chat_template(
        messages, tokenize=True, add_generation_prompt=True, return_dict=False
    )
    out = torch.zeros(1, len(ids), dtype=torch.long)
    for t, token_id in enumerate(ids):
        out[0, t] = token_id
    return out
