"""The course's drafts, made from nothing. Each command goes on where it was stopped.

python -m utils.draft write DATA --shards N           SmolLM2 writes N shards of chats
python -m utils.draft train DATA RUN --shards N       train the small model on the first N
python -m utils.draft train-head DATA RUN --shards N  train the head on the target's states
python -m utils.draft measure DATA [WEIGHTS]          figures of either on the held-out chats
"""

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

import torch

from utils.artifacts import find_artifact
from utils.draft.head import is_head, load_head
from utils.draft.measure import Draft, measure, small_model, unrolled
from utils.draft.model import WEIGHTS, load_draft
from utils.draft.train import Recipe, train, train_head
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
    for name, what in (("train", "the small model"), ("train-head", "the head")):
        command = commands.add_parser(name, help=f"train {what} on them")
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
        return
    with load_model(TARGET, dtype=torch.bfloat16) as target:
        model: Any = target.model
        embedding = model.get_input_embeddings().weight.detach()
    with quiet_transformers():  # it would tell of the layers that a draft leaves out
        if options.command == "measure":
            draft = _read(options.weights, folder, embedding)
            replies = read_replies(options.data / "held-out.safetensors")
            print(json.dumps(measure(draft, embedding, replies), indent=1))
            return
        recipe = Recipe(
            **{field.name: getattr(options, field.name) for field in dataclasses.fields(Recipe)}
        )
        if options.command == "train":
            train(folder, options.data, options.run, options.shards, recipe)
        else:
            train_head(embedding, options.data, options.run, options.shards, recipe)


def _read(weights: Path, folder: Path, embedding: torch.Tensor) -> Draft:
    """Either kind of draft, ready to be measured."""
    if is_head(weights):
        return unrolled(load_head(embedding, weights))
    return small_model(load_draft(folder, dtype=torch.bfloat16, weights=weights))


if __name__ == "__main__":
    main()
