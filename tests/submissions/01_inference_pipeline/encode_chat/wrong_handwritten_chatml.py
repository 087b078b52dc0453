# wrong: template_ignored
# Every chat model is taken to speak ChatML.


def encode_chat(tokenizer, messages):
    text = ""
    for m in messages:
        text += f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n"
    text += "<|im_start|>assistant\n"
    enc = tokenizer(text, add_special_tokens=False, return_tensors="pt")
    return enc.input_ids
