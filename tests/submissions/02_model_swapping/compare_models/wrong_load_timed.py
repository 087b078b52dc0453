# wrong: load_time_counted
# Every answer is taken to include the loading of its model.
import time

import pandas as pd
import torch

import utils


def compare_models(prompts, names, max_new_tokens=64, load=utils.load_model):
    rows = []
    for name in names:
        for prompt in prompts:
            start = time.perf_counter()
            loaded = load(name)
            ids = loaded.tokenizer(prompt, return_tensors="pt").input_ids
            output = loaded.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                do_sample=False,
                max_new_tokens=max_new_tokens,
            )
            new = output[0, ids.shape[1] :]
            text = loaded.tokenizer.decode(new, skip_special_tokens=True)
            sizes = [(p.numel(), p.nbytes) for p in loaded.model.parameters()]
            loaded.unload()
            seconds = time.perf_counter() - start
            rows.append(
                {
                    "model": name,
                    "prompt": prompt,
                    "text": text,
                    "tokens_per_s": len(new) / seconds,
                    "seconds": seconds,
                    "parameters": sum(count for count, _ in sizes),
                    "bytes": sum(size for _, size in sizes),
                }
            )
    return pd.DataFrame(rows)
