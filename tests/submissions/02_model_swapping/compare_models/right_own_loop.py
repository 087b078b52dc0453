# right: an own greedy loop, try and finally, a small frame per model
import time

import pandas as pd
import torch

import utils


def greedy(model, ids, max_new_tokens):
    ends = model.generation_config.eos_token_id
    ends = [] if ends is None else ends if isinstance(ends, list) else [ends]
    new, cache, fed = [], None, ids
    with torch.no_grad():
        while len(new) < max_new_tokens:
            output = model(fed, past_key_values=cache, use_cache=True)
            cache = output.past_key_values
            new.append(int(output.logits[0, -1].argmax()))
            if new[-1] in ends:
                break
            fed = torch.tensor([[new[-1]]])
    return new


def compare_models(prompts, names, max_new_tokens=64, load=utils.load_model):
    frames = []
    for name in names:
        loaded = load(name)
        try:
            frames.append(answers(loaded, name, prompts, max_new_tokens))
        finally:
            loaded.unload()
    return pd.concat(frames, ignore_index=True)


def answers(loaded, name, prompts, max_new_tokens):
    rows = []
    for prompt in prompts:
        ids = loaded.tokenizer(prompt, return_tensors="pt")["input_ids"]
        begin = time.perf_counter()
        new = greedy(loaded.model, ids, max_new_tokens)
        seconds = time.perf_counter() - begin
        text = loaded.tokenizer.decode(new, skip_special_tokens=True)
        rows.append([name, prompt, text.strip(), len(new) / seconds, seconds])
    columns = ["model", "prompt", "text", "tokens_per_s", "seconds"]
    frame = pd.DataFrame(rows, columns=columns)
    sizes = {p.data_ptr(): (p.numel(), p.nbytes) for p in loaded.model.parameters()}
    frame["parameters"] = sum(count for count, _ in sizes.values())
    frame["bytes"] = sum(size for _, size in sizes.values())
    return frame
