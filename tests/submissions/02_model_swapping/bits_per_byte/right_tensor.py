# right: the mean of the bits per token times tokens over bytes, as a tensor
import torch


def bits_per_byte(model, tokenizer, text):
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    has_bos = tokenizer.bos_token_id is not None
    ids.insert(0, tokenizer.bos_token_id if has_bos else tokenizer.eos_token_id)
    ids = torch.tensor(ids)[None]
    logits = model(ids).logits
    norm = logits.logsumexp(dim=-1)
    scores = logits[0, torch.arange(ids.shape[1] - 1), ids[0, 1:]]
    nats_per_token = (norm[0, :-1] - scores).mean()
    tokens_per_byte = (ids.shape[1] - 1) / len(text.encode())
    return nats_per_token * tokens_per_byte / torch.tensor(2.0).log()
