# right: the model's own loss, times the tokens it is the mean of
import numpy as np
import torch


@torch.inference_mode()
def bits_per_byte(model, tokenizer, text):
    bos = tokenizer.eos_token if tokenizer.bos_token is None else tokenizer.bos_token
    tokens = [bos] + tokenizer.tokenize(text, add_special_tokens=False)
    ids = torch.tensor([tokenizer.convert_tokens_to_ids(tokens)])
    nats = model(ids, labels=ids).loss.item() * (ids.shape[1] - 1)
    return nats / np.log(2.0) / len(bytes(text, "utf-8"))
