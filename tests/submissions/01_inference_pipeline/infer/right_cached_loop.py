# right: own loop with a cache and helper functions
import torch


def encode(tokenizer, prompt):
    if tokenizer.chat_template is None:
        return torch.tensor([tokenizer.encode(prompt)])
    text = tokenizer.apply_chat_template(
        [dict(role="user", content=prompt)],
        tokenize=False,
        add_generation_prompt=True,
    )
    return torch.tensor([tokenizer.encode(text, add_special_tokens=False)])


def first_stop(text, stops):
    """Where the earliest stop string begins, or None."""
    places = [text.find(s) for s in stops]
    return min((p for p in places if p >= 0), default=None)


@torch.inference_mode()
def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    eos = model.generation_config.eos_token_id
    if eos is None:
        eos = tokenizer.eos_token_id
    eos = set(eos) if isinstance(eos, (list, tuple)) else {eos}
    stops = [stop] if isinstance(stop, str) else list(stop or ())
    feed, cache, new = encode(tokenizer, prompt), None, []
    result = {
        "text": "",
        "prompt_tokens": feed.shape[1],
        "completion_tokens": 0,
        "finish_reason": "length",
    }
    for _ in range(max_new_tokens):
        out = model(feed, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        feed = out.logits[:, -1:].argmax(dim=-1)
        new.append(int(feed))
        text = tokenizer.decode(new, skip_special_tokens=True)
        cut = first_stop(text, stops)
        result["text"] = text if cut is None else text[:cut]
        result["completion_tokens"] += 1
        if cut is not None or new[-1] in eos:
            result["finish_reason"] = "stop"
            break
    return result
