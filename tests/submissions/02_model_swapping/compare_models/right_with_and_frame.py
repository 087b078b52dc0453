# right: with-statement, dict of columns, parameters() without a dict
import time

import pandas as pd
import torch

from utils import load_model

COLUMNS = [
    "model",
    "prompt",
    "text",
    "tokens_per_s",
    "seconds",
    "parameters",
    "bytes",
]


def compare_models(prompts, names, max_new_tokens=64, load=load_model):
    table = {column: [] for column in COLUMNS}
    for name in names:
        with load(name) as loaded:
            count = sum(p.numel() for p in loaded.model.parameters())
            size = sum(
                p.numel() * p.element_size() for p in loaded.model.parameters()
            )
            for prompt in prompts:
                inputs = torch.tensor([loaded.tokenizer.encode(prompt)])
                begin = time.monotonic_ns()
                with torch.inference_mode():
                    ids = loaded.model.generate(
                        inputs, max_new_tokens=max_new_tokens, do_sample=False
                    )
                seconds = (time.monotonic_ns() - begin) / 1e9
                new = ids[0].tolist()[inputs.shape[1] :]
                text = loaded.tokenizer.decode(new, skip_special_tokens=True)
                values = [
                    name,
                    prompt,
                    text,
                    len(new) / seconds,
                    seconds,
                    count,
                    size,
                ]
                for column, value in zip(COLUMNS, values):
                    table[column].append(value)
    return pd.DataFrame(table)
