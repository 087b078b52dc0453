# wrong: runs_on_after_stop
# Only the count has to look as if generation had ended at the stop string.
import torch


def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    if tokenizer.chat_template:
        chat = [{"role": "user", "content": prompt}]
        enc = tokenizer.apply_chat_template(
            chat, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
    else:
        enc = tokenizer(prompt, return_tensors="pt")
    ids = enc["input_ids"]
    n = ids.shape[1]
    eos = model.generation_config.eos_token_id
    if eos is None:
        eos = tokenizer.eos_token_id
    eos = eos if isinstance(eos, list) else [eos]
    new = []
    if max_new_tokens > 0:
        out = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=max_new_tokens,
            do_sample=False,
            eos_token_id=eos,
            pad_token_id=eos[0],
        )
        new = out[0, n:].tolist()
    reason = "stop" if new and new[-1] in eos else "length"
    text = tokenizer.decode(new, skip_special_tokens=True)
    stops = [stop] if isinstance(stop, str) else stop or []
    for k in range(1, len(new) + 1):
        part = tokenizer.decode(new[:k], skip_special_tokens=True)
        found = [part.find(s) for s in stops if s in part]
        if found:
            text, new, reason = part[:min(found)], new[:k], "stop"
            break
    return {
        "text": text,
        "prompt_tokens": n,
        "completion_tokens": len(new),
        "finish_reason": reason,
    }
