# wrong: wrong_dtype
# The right ids, in int32.
import torch


def encode_chat(tokenizer, messages):
    ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]
    return torch.tensor([ids], dtype=torch.int32)
