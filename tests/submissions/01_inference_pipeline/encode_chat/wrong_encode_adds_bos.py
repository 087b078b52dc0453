# wrong: second_bos
# encode() is taken to add nothing to a text that is already templated.
import torch


def encode_chat(tokenizer, messages):
    text = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, tokenize=False
    )
    ids = tokenizer.encode(text)
    return torch.tensor([ids])
