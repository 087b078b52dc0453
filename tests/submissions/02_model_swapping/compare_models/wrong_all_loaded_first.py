# wrong: two_at_once
# All models are loaded before the first is asked.
import time

import pandas as pd
import torch

import utils


def compare_models(prompts, names, max_new_tokens=64, load=utils.load_model):
    rows = []
    for name, loaded in [(name, load(name)) for name in names]:
        model, tokenizer = loaded.model, loaded.tokenizer
        weights = {p.data_ptr(): p for p in model.parameters()}.values()
        for prompt in prompts:
            ids = tokenizer(prompt, return_tensors="pt").input_ids
            start = time.perf_counter()
            output = model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                do_sample=False,
                max_new_tokens=max_new_tokens,
            )
            seconds = time.perf_counter() - start
            new = output[0, ids.shape[1] :]
            rows.append(
                {
                    "model": name,
                    "prompt": prompt,
                    "text": tokenizer.decode(new, skip_special_tokens=True),
                    "tokens_per_s": len(new) / seconds,
                    "seconds": seconds,
                    "parameters": sum(p.numel() for p in weights),
                    "bytes": sum(p.nbytes for p in weights),
                }
            )
        del model, weights
        loaded.unload()
    return pd.DataFrame(rows)
