# wrong: padding_mixed_in
# All prompts go through in one batch, padded on the right as if it did not matter.
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
        every = [tokenizer(prompt).input_ids for prompt in prompts]
        longest = max(map(len, every))
        end = tokenizer.eos_token_id
        ids = torch.tensor([row + [end] * (longest - len(row)) for row in every])
        start = time.perf_counter()
        outputs = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=max_new_tokens,
        )
        seconds = (time.perf_counter() - start) / len(prompts)
        for prompt in prompts:
            row = prompts.index(prompt)
            new = outputs[row, ids.shape[1] :]
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
