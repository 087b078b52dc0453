# right: model.generate for one token at a time, recursion on the rest
import torch


def more(model, tokenizer, ids, new, left, eos, stops):
    text = tokenizer.decode(new, skip_special_tokens=True)
    cuts = sorted(text.find(s) for s in stops if s in text)
    if cuts:
        return new, text[:cuts[0]], "stop"
    if new and new[-1] in eos:
        return new, text, "stop"
    if left == 0:
        return new, text, "length"
    ids = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=1,
        do_sample=False,
        pad_token_id=0,
    )
    token = ids[0, -1].item()
    return more(model, tokenizer, ids, new + [token], left - 1, eos, stops)


def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    if tokenizer.chat_template:
        ids = tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}],
            add_generation_prompt=True,
            return_dict=False,
        )
    else:
        ids = tokenizer(prompt)["input_ids"]
    eos = model.generation_config.eos_token_id
    eos = tokenizer.eos_token_id if eos is None else eos
    eos = eos if isinstance(eos, list) else [eos]
    stops = [] if stop is None else [stop] if isinstance(stop, str) else stop
    start = torch.tensor([ids])
    new, text, why = more(model, tokenizer, start, [], max_new_tokens, eos, stops)
    return dict(
        text=text,
        prompt_tokens=len(ids),
        completion_tokens=len(new),
        finish_reason=why,
    )
