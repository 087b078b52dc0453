# right: a batch of one conversation, so that the result has two dimensions
import torch


def encode_chat(tokenizer, messages):
    rows = tokenizer.apply_chat_template(
        [messages], add_generation_prompt=True, return_dict=True
    )["input_ids"]
    return torch.tensor(rows, dtype=torch.int64)
