# wrong: wrong_value
# The tokenizer's EOS is not asked for where the model names none.
import torch


def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    if tokenizer.chat_template:
        chat = [{"role": "user", "content": prompt}]
        ids = tokenizer.apply_chat_template(chat, add_generation_prompt=True)["input_ids"]
    else:
        ids = tokenizer(prompt)["input_ids"]
    eos = model.generation_config.eos_token_id
    eos = [] if eos is None else eos
    eos = eos if isinstance(eos, list) else [eos]
    stops = [stop] if isinstance(stop, str) else stop or []
    row, new, text, reason = list(ids), [], "", "length"
    for _ in range(max_new_tokens):
        with torch.no_grad():
            new.append(int(model(torch.tensor([row + new])).logits[0, -1].argmax()))
        text = tokenizer.decode(new, skip_special_tokens=True)
        cuts = [text.find(s) for s in stops if s in text]
        if cuts:
            text, reason = text[: min(cuts)], "stop"
            break
        if new[-1] in eos:
            reason = "stop"
            break
    return {
        "text": text,
        "prompt_tokens": len(ids),
        "completion_tokens": len(new),
        "finish_reason": reason,
    }
