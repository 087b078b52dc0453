"""Train a draft to give the target's distribution on the target's own text.

Either of two: the small model (`train`), or the head on the target's states (`train_head`).
"""

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy, linear

from utils.draft.head import DraftHead, save_head
from utils.draft.measure import measure, small_model, unrolled
from utils.draft.model import new_draft, save_draft
from utils.draft.write import Reply, read_replies

_CHECKPOINT = "checkpoint.pt"
_CHECKPOINT_SECONDS = 180
_WARMUP = 20  # steps
_LENS_REPLIES = 640  # about 100,000 tokens, for 577 unknowns each of 576 times
_UNROLL = 4  # tokens that the head drafts one after the other in training
_DISCOUNT = 0.8  # a later token's weight in the loss: it is reached less often


@dataclass(frozen=True)
class Recipe:
    """Everything that the weights follow from, besides the text.

    layers: of the small model, or blocks of the head. vocabulary: tokens that can be drafted.
    batch: replies a step. rate: AdamW's highest learning rate, which falls to 0.
    """

    seed: int = 0
    layers: int = 2
    vocabulary: int = 8192
    batch: int = 8
    epochs: int = 3
    rate: float = 1e-3


def train(folder: Path, data: Path, run: Path, shards: int, recipe: Recipe) -> None:
    """Train the small model on the first `shards` shards in `data`.

    folder: SmolLM2's files. run: see `_fit`.
    """
    torch.manual_seed(recipe.seed)
    replies = _replies(data, shards)
    draft = new_draft(folder, recipe.layers, frequent(replies, recipe.vocabulary))
    if not (run / _CHECKPOINT).exists():
        fit_lens(draft, replies[:_LENS_REPLIES])
    log = _fit(draft, distillation_loss, replies, shards, run, recipe)
    save_draft(draft, run / "draft.safetensors")
    embedding = draft.model.embed_tokens.weight.detach().bfloat16()
    log(figures=measure(small_model(draft.bfloat16()), embedding, _held_out(data)))


def train_head(embedding: torch.Tensor, data: Path, run: Path, shards: int, recipe: Recipe) -> None:
    """Train the head on the first `shards` shards in `data`.

    embedding: [V, d], SmolLM2's. run: see `_fit`.
    """
    torch.manual_seed(recipe.seed)
    replies = _replies(data, shards)
    head = DraftHead(embedding.float(), frequent(replies, recipe.vocabulary), recipe.layers)
    log = _fit(head, unrolled_loss, replies, shards, run, recipe)
    save_head(head, run / "head.safetensors")
    log(figures=measure(unrolled(head.bfloat16()), embedding.bfloat16(), _held_out(data)))


def _replies(data: Path, shards: int) -> list[Reply]:
    paths = (data / f"train-{number:04}.safetensors" for number in range(shards))
    return [reply for path in paths for reply in read_replies(path)]


def _held_out(data: Path) -> Iterator[Reply]:
    return read_replies(data / "held-out.safetensors")


def _fit(
    draft: Any,
    loss_of: Callable[[Any, list[Reply]], torch.Tensor],
    replies: list[Reply],
    shards: int,
    run: Path,
    recipe: Recipe,
) -> Callable[..., None]:
    """Train, and go on from the checkpoint in `run` where there is one.

    With more shards or epochs than before it goes on too, at the rate of the longer schedule.

    Leaves, line by line, `log.jsonl` in `run`; the seconds in it are the processor's.
    Returns what writes a line of it.
    """
    run.mkdir(parents=True, exist_ok=True)
    trained = [p for p in draft.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, betas=(0.9, 0.95), weight_decay=0.05)
    steps = recipe.epochs * (len(replies) // recipe.batch)
    done, seconds = 0, 0.0
    checkpoint = run / _CHECKPOINT
    if checkpoint.exists():
        state = torch.load(checkpoint)
        draft.load_state_dict(state["draft"])
        optimizer.load_state_dict(state["optimizer"])
        done, seconds = state["done"], state["seconds"]

    def log(**figures: Any) -> None:
        with (run / "log.jsonl").open("a") as file:
            file.write(json.dumps(figures) + "\n")

    log(
        recipe=asdict(recipe),
        shards=shards,
        replies=len(replies),
        reply_tokens=sum(len(reply.hidden) for reply in replies),
        steps=steps,
        done=done,
    )
    begun, saved = time.process_time(), time.monotonic()
    recent: list[float] = []
    for step, chats in enumerate(batches(replies, recipe, steps)):
        if step < done:
            continue
        rate = recipe.rate * min((step + 1) / _WARMUP, 1 - step / steps)
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = loss_of(draft, chats)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        recent.append(loss.item())
        if time.monotonic() - saved > _CHECKPOINT_SECONDS or step + 1 == steps:
            now = time.process_time()
            seconds, begun = seconds + now - begun, now
            state = {
                "draft": draft.state_dict(),
                "optimizer": optimizer.state_dict(),
                "done": step + 1,
                "seconds": seconds,
            }
            torch.save(state, run / "checkpoint.part")
            (run / "checkpoint.part").replace(checkpoint)
            log(step=step + 1, seconds=round(seconds), loss=sum(recent) / len(recent))
            recent.clear()
            saved = time.monotonic()
    return log


def frequent(replies: list[Reply], count: int) -> torch.Tensor:
    """The `count` tokens that the target writes most often, LongTensor [count], sorted."""
    written = torch.cat([reply.ids[reply.prompt_length :] for reply in replies])
    return written.bincount().topk(count).indices.sort().values


def batches(replies: list[Reply], recipe: Recipe, steps: int) -> Iterator[list[Reply]]:
    """`steps` batches of replies, shuffled; those of a batch are about equally long."""
    rng = random.Random(recipe.seed)
    while True:
        order = rng.sample(replies, len(replies))
        pool = 32 * recipe.batch
        groups = []
        for start in range(0, len(order), pool):
            near = sorted(order[start : start + pool], key=lambda reply: len(reply.ids))
            groups += [
                near[first : first + recipe.batch] for first in range(0, len(near), recipe.batch)
            ]
        rng.shuffle(groups)
        for group in groups:
            if len(group) == recipe.batch:
                if steps == 0:
                    return
                steps -= 1
                yield group


@torch.no_grad()
def fit_lens(draft: Any, replies: list[Reply]) -> None:
    """Set the lens to the least-squares map from the draft's hidden states to the target's."""
    width = draft.config.hidden_size
    covariance, product = torch.zeros(width + 1, width + 1), torch.zeros(width + 1, width)
    for start in range(0, len(replies), 16):
        chats = replies[start : start + 16]
        hidden = reply_states(draft, chats).float()
        hidden = torch.cat([hidden, torch.ones(len(hidden), 1)], 1)  # the bias's column
        covariance += hidden.T @ hidden
        product += hidden.T @ torch.cat([chat.hidden for chat in chats]).float()
    covariance += 1e-3 * covariance.diagonal().mean() * torch.eye(width + 1)
    *weight, bias = torch.linalg.solve(covariance, product)
    draft.lm_head.lens.weight.copy_(torch.stack(weight).T)
    draft.lm_head.lens.bias.copy_(bias)


def distillation_loss(draft: Any, chats: list[Reply]) -> torch.Tensor:
    """Cross-entropy of the draft under the target's distribution at every reply token, in nats.

    The target's distribution is computed again, over the draft's vocabulary, from its
    last hidden states: they are 14 times smaller than 8,192 probabilities.
    """
    hidden = reply_states(draft, chats)
    with torch.autocast("cpu", torch.bfloat16):
        logits = draft.lm_head.frequent(hidden)
        with torch.no_grad():
            target = linear(torch.cat([chat.hidden for chat in chats]), draft.lm_head.weight)
    return cross_entropy(logits.float(), target.float().softmax(-1))


def unrolled_loss(head: DraftHead, chats: list[Reply]) -> torch.Tensor:
    """Cross-entropy of the head's next `_UNROLL` tokens after every reply token, in nats.

    The first is drafted from the target's state, each other one from the head's own. From the
    second on every other place will do: they cost as much as the first.
    """
    hidden = torch.cat([chat.hidden for chat in chats])
    tokens = torch.cat([chat.ids[chat.prompt_length :] for chat in chats])
    behind = torch.cat([torch.arange(len(chat.hidden)).flip(0) for chat in chats])
    middle = torch.cat([chat.middle for chat in chats])
    places, total = torch.arange(len(tokens)), torch.zeros(())
    with torch.autocast("cpu", torch.bfloat16):
        state = head.hear(middle.float(), hidden.float())
        with torch.no_grad():
            target = linear(hidden, head.lm_head.weight).float().softmax(-1)
        for step in range(_UNROLL):
            kept = behind[places] > step
            if step == 1:
                kept &= places % 2 == 0
            places, state = places[kept], state[kept]
            state = head(state, tokens[places + step])
            logits = head.lm_head.frequent(state).float()
            total = total + _DISCOUNT**step * cross_entropy(logits, target[places + step + 1])
    return total


def reply_states(draft: Any, chats: list[Reply]) -> torch.Tensor:
    """The draft's hidden states, [N, 576], from which the replies' N tokens come."""
    # Padding on the right needs no mask: no token sees what comes after it.
    ids = torch.nn.utils.rnn.pad_sequence([chat.ids for chat in chats], batch_first=True)
    with torch.autocast("cpu", torch.bfloat16):
        hidden = draft.model(ids, use_cache=False).last_hidden_state
    return torch.cat(
        [row[chat.prompt_length - 1 : len(chat.ids) - 1] for row, chat in zip(hidden, chats)]
    )
