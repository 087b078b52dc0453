# wrong: missing_key
# Why the text ends is taken to be of no interest to the caller.
import torch


def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    if tokenizer.chat_template:
        ids = tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}],
            add_generation_prompt=True,
            return_tensors="pt",
            return_dict=True,
        )["input_ids"]
    else:
        ids = tokenizer(prompt, return_tensors="pt").input_ids
    prompt_tokens = ids.shape[1]
    eos = model.generation_config.eos_token_id
    if eos is None:
        eos = tokenizer.eos_token_id
    if not isinstance(eos, list):
        eos = [eos]
    stops = [stop] if isinstance(stop, str) else stop or []

    new, text, reason = [], "", "length"
    while len(new) < max_new_tokens and reason == "length":
        with torch.no_grad():
            token = model(ids).logits[0, -1].argmax().item()
        new.append(token)
        ids = torch.cat([ids, torch.tensor([[token]])], dim=1)
        text = tokenizer.decode(new, skip_special_tokens=True)
        found = [text.find(s) for s in stops if s in text]
        if found:
            text = text[:min(found)]
        if found or token in eos:
            reason = "stop"
    return {
        "text": text,
        "prompt_tokens": prompt_tokens,
        "completion_tokens": len(new),
    }
