# right: a generator of tokens and a regular expression for the stop strings
import re

import torch


def tokens(model, ids, budget, eos):
    ids = list(ids)
    for _ in range(budget):
        with torch.no_grad():
            out = model(input_ids=torch.tensor([ids]), use_cache=False)
        ids.append(out.logits[0, -1].numpy().argmax().item())
        yield ids[-1]
        if ids[-1] in eos:
            return


def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    if tokenizer.chat_template:
        message = {"role": "user", "content": prompt}
        ids = tokenizer.apply_chat_template(
            [message], add_generation_prompt=True, return_dict=True
        )["input_ids"]
    else:
        ids = tokenizer.encode(prompt)
    eos = model.generation_config.eos_token_id
    if eos is None:
        eos = tokenizer.eos_token_id
    eos = [eos] if not isinstance(eos, list) else eos
    if isinstance(stop, str):
        stop = [stop]
    pattern = "|".join(re.escape(s) for s in stop) if stop else None
    new, text, hit = [], "", None
    for token in tokens(model, ids, max_new_tokens, eos):
        new.append(token)
        text = tokenizer.decode(new, skip_special_tokens=True)
        hit = re.search(pattern, text) if pattern else None
        if hit:
            text = text[:hit.start()]
            break
    stopped = bool(hit) or bool(new and new[-1] in eos)
    return {
        "text": text,
        "prompt_tokens": len(ids),
        "completion_tokens": len(new),
        "finish_reason": "stop" if stopped else "length",
    }
