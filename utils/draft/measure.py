"""How good a draft is, on text that SmolLM2 wrote and the draft has not seen.

One pass over a text says all: where the target accepts, its text goes on as the draft
foresaw, so the draft's next guess is the one it makes after the target's own words.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch

from utils.draft.prompts import KINDS
from utils.draft.write import Reply

POSITIONS = 4  # drafted positions whose acceptance is told apart
GAMMAS = (1, 2, 3, 4, 5, 6)


@torch.inference_mode()
def measure(draft: Any, embedding: torch.Tensor, replies: Iterable[Reply]) -> dict[str, Any]:
    """Figures by kind and over `all`.

    embedding: [V, d], the target's output matrix, in the dtype that it wrote in.

    Returns for each kind
    - `agreement`: share of greedy tokens that the draft foresees;
    - `tokens_per_pass`: by draft length, of greedy decoding;
    - `acceptance`: by temperature, the mean of Σmin(p, q) at drafted positions 1 to 4,
      each given that the positions before it were accepted;
    - `tokens`: how many target tokens were looked at.
    """
    hits = defaultdict(list)
    sampled = defaultdict(list)
    for reply in replies:
        first = reply.prompt_length - 1
        logits = draft(reply.ids[None, :-1], logits_to_keep=len(reply.hidden)).logits[0].float()
        tokens = reply.ids[first + 1 :]
        names = (reply.kind, "all")
        if reply.temperature == 0:
            for name in names:
                hits[name].append(logits.argmax(-1) == tokens)
        else:
            target = torch.nn.functional.linear(reply.hidden, embedding).float()
            p = (target / reply.temperature).softmax(-1)
            q = (logits / reply.temperature).softmax(-1)
            overlap = torch.minimum(p, q).sum(-1)
            accepted = (q / p).gather(-1, tokens[:, None]).squeeze(1).clamp(max=1)
            for name in names:
                sampled[name, reply.temperature].append((overlap, accepted))
    temperatures = sorted({temperature for _, temperature in sampled})
    return {
        name: {
            "agreement": torch.cat(hits[name]).float().mean().item(),
            "tokens_per_pass": {gamma: tokens_per_pass(hits[name], gamma) for gamma in GAMMAS},
            "acceptance": {t: acceptance(sampled[name, t]) for t in temperatures},
            "tokens": sum(map(len, hits[name]))
            + sum(len(overlap) for t in temperatures for overlap, _ in sampled[name, t]),
        }
        for name in ("all", *KINDS)
        if hits[name]
    }


def tokens_per_pass(hits: list[torch.Tensor], gamma: int) -> float:
    """Tokens per pass of the target when `gamma` tokens are drafted greedily each time.

    hits: per reply bool [R], whether the draft foresees that token.
    """
    tokens = passes = 0
    for reply in hits:
        known = reply.tolist()
        tokens += len(known)
        position = 0
        while position < len(known):
            drafted = known[position : position + gamma]
            agreed = drafted.index(False) if False in drafted else len(drafted)
            position += agreed + 1
            passes += 1
    return tokens / passes


def acceptance(replies: list[tuple[torch.Tensor, torch.Tensor]]) -> list[float]:
    """Acceptance at drafted positions 1 to POSITIONS.

    replies: per reply Σmin(p, q) [R] at each token, and min(1, q/p) [R] of the token that
        the target wrote there. Text from p, weighted by the latter, is distributed as
        accepted text is, since p · min(1, q/p) = min(p, q).
    """
    found = []
    for position in range(POSITIONS):
        total = weight = 0.0
        for overlap, accepted in replies:
            starts = len(overlap) - position
            if starts > 0:
                reached = torch.ones(starts)
                for step in range(position):
                    reached = reached * accepted[step : step + starts]
                total += (reached * overlap[position:]).sum().item()
                weight += reached.sum().item()
        found.append(total / weight)
    return found
