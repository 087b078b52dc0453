"""The course's draft model, made from nothing. Each command goes on where it was stopped.

python -m utils.draft write DATA --shards N      SmolLM2 writes N shards of chats
python -m utils.draft train DATA RUN --shards N  train on the first N of them
python -m utils.draft measure DATA [WEIGHTS]     figures on the held-out chats
"""

import argparse
import dataclasses
import json
from pathlib import Path

import torch

from utils.artifacts import find_artifact
from utils.draft.measure import measure
from utils.draft.model import WEIGHTS, load_draft
from utils.draft.train import Recipe, train
from utils.draft.write import read_replies, write_held_out, write_shard
from utils.models import load_model, quiet_transformers
from utils.prepare import prepare

TARGET = "smollm2-135m"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m utils.draft")
    parser.add_argument("--threads", type=int, default=1)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("write", help="SmolLM2 writes chats")
    command.add_argument("data", type=Path)
    command.add_argument("--shards", type=int, required=True)
    command = commands.add_parser("train", help="train on them")
    command.add_argument("data", type=Path)
    command.add_argument("run", type=Path)
    command.add_argument("--shards", type=int, required=True)
    for field in dataclasses.fields(Recipe):
        default = getattr(Recipe, field.name)
        command.add_argument(f"--{field.name}", default=default, type=type(default))
    command = commands.add_parser("measure", help="figures on the held-out chats")
    command.add_argument("data", type=Path)
    command.add_argument("weights", type=Path, nargs="?", default=WEIGHTS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    folder = prepare(find_artifact(TARGET))
    if options.command == "write":
        options.data.mkdir(parents=True, exist_ok=True)
        with load_model(TARGET, dtype=torch.bfloat16) as target:
            target.model.set_attn_implementation("grouped")
            write_held_out(target, options.data)
            for number in range(options.shards):
                write_shard(target, options.data, Recipe.seed, number)
    elif options.command == "train":
        recipe = {field.name: getattr(options, field.name) for field in dataclasses.fields(Recipe)}
        with quiet_transformers():  # it would tell of the layers that a draft leaves out
            train(folder, options.data, options.run, options.shards, Recipe(**recipe))
    else:
        with quiet_transformers():
            draft = load_draft(folder, dtype=torch.bfloat16, weights=options.weights)
        replies = read_replies(options.data / "held-out.safetensors")
        print(json.dumps(measure(draft, draft.model.embed_tokens.weight, replies), indent=1))


if __name__ == "__main__":
    main()
