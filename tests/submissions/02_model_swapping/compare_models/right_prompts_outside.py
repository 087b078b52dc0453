# right: one prompt after another, each model loaded anew, columns in another order
import time

import pandas as pd
import torch

import utils


def compare_models(prompts, names, max_new_tokens=64, load=utils.load_model):
    records = []
    for prompt in prompts:
        for name in names:
            loaded = load(name)
            records.append(answer(loaded, prompt, max_new_tokens) | {"model": name})
            loaded.unload()
    return pd.DataFrame.from_records(records)


@torch.no_grad()
def answer(loaded, prompt, max_new_tokens):
    prompt_ids = loaded.tokenizer(prompt).input_ids
    begin = time.time_ns()
    output = loaded.model.generate(
        torch.tensor(prompt_ids)[None],
        do_sample=False,
        num_beams=1,
        max_new_tokens=max_new_tokens,
        return_dict_in_generate=True,
    )
    seconds = max(time.time_ns() - begin, 1) / 1e9
    new = output.sequences[0, len(prompt_ids) :]
    shapes = {p.data_ptr(): p for p in loaded.model.parameters()}
    return {
        "bytes": sum(p.nelement() * p.element_size() for p in shapes.values()),
        "parameters": sum(p.nelement() for p in shapes.values()),
        "seconds": seconds,
        "tokens_per_s": new.shape[0] / seconds,
        "text": loaded.tokenizer.decode(new, skip_special_tokens=True),
        "prompt": prompt,
    }
