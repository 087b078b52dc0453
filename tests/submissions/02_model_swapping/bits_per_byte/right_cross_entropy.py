# right: cross entropy summed, in base 2 and double precision
import torch
import torch.nn.functional as F


def bits_per_byte(model, tokenizer, text):
    encoded = tokenizer(text, return_tensors="pt", add_special_tokens=False)
    targets = encoded.input_ids
    start = tokenizer.bos_token_id
    start = tokenizer.eos_token_id if start is None else start
    first = torch.full((1, 1), start, dtype=targets.dtype)
    with torch.no_grad():
        output = model(torch.cat([first, targets[:, :-1]], dim=1))
    logits = output.logits.double().flatten(0, 1)
    nats = F.cross_entropy(logits, targets.flatten(), reduction="sum")
    return float(nats / torch.tensor(2.0).double().log() / len(text.encode()))
