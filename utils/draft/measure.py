"""How good a draft is, on text that SmolLM2 wrote and the draft has not seen.

One look at a text says all: where the target accepts, its text goes on as the draft
foresaw, so the draft's next guess is the one it makes after the target's own words.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch

from utils.draft.prompts import KINDS
from utils.draft.write import Reply

POSITIONS = 4  # drafted positions whose acceptance is told apart
GAMMAS = (1, 2, 3, 4, 5, 6)

# Of a reply of R tokens the logits [D, R, V] of each token when it is the first, second, …
# of a round to be drafted; D is 1 where that makes no difference.
Draft = Callable[[Reply], torch.Tensor]


def small_model(model: Any) -> Draft:
    """A model that reads the text itself."""

    def logits(reply: Reply) -> torch.Tensor:
        return model(reply.ids[None, :-1], logits_to_keep=len(reply.hidden)).logits.float()

    return logits


def unrolled(head: Any) -> Draft:
    """A draft head that goes on from the target's state; before the reply it knows nothing."""

    def logits(reply: Reply) -> torch.Tensor:
        tokens = reply.ids[reply.prompt_length :]
        found = torch.zeros(max(GAMMAS), len(tokens), head.lm_head.size)
        state = head.hear(reply.middle, reply.hidden)
        for depth in range(min(max(GAMMAS), len(tokens) - 1)):
            ahead = len(tokens) - 1 - depth
            state = head(state[:ahead], tokens[depth : depth + ahead])
            found[depth, depth + 1 :] = head.lm_head(state).float()
        return found

    return logits


@torch.inference_mode()
def measure(draft: Draft, embedding: torch.Tensor, replies: Iterable[Reply]) -> dict[str, Any]:
    """Figures by kind and over `all`.

    embedding: [V, d], the target's output matrix, in the dtype that it wrote in.

    Returns for each kind
    - `agreement`: share of greedy tokens that the draft foresees, each first of its round;
    - `tokens_per_pass`: by draft length, of greedy decoding;
    - `acceptance`: by temperature, the mean of Σmin(p, q) at drafted positions 1 to 4,
      each given that the positions before it were accepted;
    - `tokens`: how many target tokens were looked at.
    """
    hits = defaultdict(list)
    sampled = defaultdict(list)
    for reply in replies:
        logits = draft(reply)
        tokens = reply.ids[reply.prompt_length :]
        names = (reply.kind, "all")
        if reply.temperature == 0:
            for name in names:
                hits[name].append((logits.argmax(-1) == tokens).expand(max(GAMMAS), -1))
        else:
            target = torch.nn.functional.linear(reply.hidden, embedding).float()
            p = (target / reply.temperature).softmax(-1)
            q = (logits / reply.temperature).softmax(-1)
            overlap = torch.minimum(p, q).sum(-1)
            chosen = tokens.expand(len(q), -1)[..., None]
            accepted = (q / p).gather(-1, chosen).squeeze(-1).clamp(max=1)
            for name in names:
                sampled[name, reply.temperature].append(
                    (overlap.expand(max(GAMMAS), -1), accepted.expand(max(GAMMAS), -1))
                )
    temperatures = sorted({temperature for _, temperature in sampled})
    return {
        name: {
            "agreement": torch.cat([reply[0] for reply in hits[name]]).float().mean().item(),
            "tokens_per_pass": {gamma: tokens_per_pass(hits[name], gamma) for gamma in GAMMAS},
            "acceptance": {t: acceptance(sampled[name, t]) for t in temperatures},
            "tokens": sum(reply.shape[1] for reply in hits[name])
            + sum(overlap.shape[1] for t in temperatures for overlap, _ in sampled[name, t]),
        }
        for name in ("all", *KINDS)
        if hits[name]
    }


def tokens_per_pass(hits: list[torch.Tensor], gamma: int) -> float:
    """Tokens per pass of the target when `gamma` tokens are drafted greedily each time.

    hits: per reply bool [D, R]: whether the draft foresees token i as the (d + 1)-th of a round.
    """
    tokens = passes = 0
    for reply in hits:
        known = reply.tolist()
        length = reply.shape[1]
        tokens += length
        position = 0
        while position < length:
            agreed = 0
            while (
                agreed < gamma and position + agreed < length and known[agreed][position + agreed]
            ):
                agreed += 1
            position += agreed + 1
            passes += 1
    return tokens / passes


def acceptance(replies: list[tuple[torch.Tensor, torch.Tensor]]) -> list[float]:
    """Acceptance at drafted positions 1 to POSITIONS.

    replies: per reply Σmin(p, q) [D, R] at each token, and min(1, q/p) [D, R] of the token
        that the target wrote there. Text from p, weighted by the latter, is distributed as
        accepted text is, since p · min(1, q/p) = min(p, q).
    """
    found = []
    for position in range(POSITIONS):
        total = weight = 0.0
        for overlap, accepted in replies:
            starts = overlap.shape[1] - position
            if starts > 0:
                reached = torch.ones(starts)
                for step in range(position):
                    reached = reached * accepted[step, step : step + starts]
                total += (reached * overlap[position, position:]).sum().item()
                weight += reached.sum().item()
        found.append(total / weight)
    return found
