# right: text to token strings to ids, through numpy
import numpy as np
import torch


def encode_chat(tokenizer, messages):
    text = tokenizer.apply_chat_template(
        list(messages), add_generation_prompt=True, tokenize=False
    )
    ids = tokenizer.convert_tokens_to_ids(tokenizer.tokenize(text))
    return torch.from_numpy(np.array(ids, dtype=np.int64)).unsqueeze(0)
