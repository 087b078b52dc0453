# right: token by token with the cache, numpy for the logarithms
import numpy as np
import torch


def bits_per_byte(model, tokenizer, text):
    ids = tokenizer.encode(text, add_special_tokens=False)
    previous = tokenizer.bos_token_id
    if previous is None:
        previous = tokenizer.eos_token_id
    bits, cache = 0.0, None
    for token in ids:
        with torch.no_grad():
            output = model(
                torch.tensor([[previous]]), past_key_values=cache, use_cache=True
            )
        cache = output.past_key_values
        scores = output.logits[0, -1].detach().numpy().astype(np.float64)
        scores = scores - scores.max()
        bits += np.log2(np.exp(scores).sum()) - scores[token] / np.log(2)
        previous = token
    return bits / len(text.encode())
