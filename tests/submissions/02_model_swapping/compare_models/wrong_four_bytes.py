# wrong: dtype_ignored
# A parameter is taken to be a float32.
import time

import pandas as pd
import torch

import utils


def compare_models(prompts, names, max_new_tokens=64, load=utils.load_model):
    rows = []
    for name in names:
        loaded = load(name)
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
                    "bytes": 4 * sum(p.numel() for p in weights),
                }
            )
        del model, weights
        loaded.unload()
    return pd.DataFrame(rows)
