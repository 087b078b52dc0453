"""Be the decoder: look at the distribution of the next token, take one, look again.

`Explorer` is the thing itself, without a widget: it holds the path, the tree of all
that was tried and the running log-probability, and it writes a path down as a
transcript. `utils.widgets.next_token` puts buttons in front of it. Everything that a button
does is one method, so a test, or a person without widgets, does the same by calls.
"""

import copy
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from utils.plotting import Picture, token_choices, token_tree

if TYPE_CHECKING:
    from utils.models import LoadedModel


@dataclass(frozen=True)
class Choice:
    """One row of the table: a token that may come next.

    rank: 1 is the most likely. cumulative: the probability of this row and all rows
    above it. total: the path's log-probability if this token is taken.
    """

    rank: int
    token_id: int
    piece: str
    prob: float
    logprob: float
    cumulative: float
    total: float


@dataclass(eq=False, repr=False)
class Node:
    """A token that was tried, or (token_id None) the prompt that all paths begin with.

    number: in the order in which tokens were tried; the prompt is 0.
    logprob: of this token alone; total: of the path down to it.
    u: the number it was last drawn with, None where it was picked or forced.
    """

    number: int
    token_id: int | None = None
    parent: "Node | None" = None
    logprob: float = 0.0
    u: float | None = None
    children: list["Node"] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"number {self.number} of the tree, total {self.total:.4f}"

    @property
    def path(self) -> list["Node"]:
        """The tokens from the prompt down to this one, the prompt not among them."""
        return [*self.parent.path, self] if self.parent else []

    @property
    def total(self) -> float:
        return sum(node.logprob for node in self.path)


class Explorer:
    """Decoding by hand, one token at a time, after a fixed prompt.

    loaded: what `load_model` returns. prompt_ids: the prompt's ids.
    max_new_tokens: a path ends there, or with the token that ends the answer.

    Probabilities are those of the model as it is (temperature 1), over the whole
    vocabulary; of equally likely tokens, the one with the smaller id comes first.
    """

    def __init__(self, loaded: "LoadedModel", prompt_ids: Sequence[int], max_new_tokens: int = 12):
        self._loaded = loaded
        self.prompt_ids = list(prompt_ids)
        self.max_new_tokens = max_new_tokens
        ends = loaded.model.generation_config.eos_token_id
        self.ends = set(ends if isinstance(ends, list) else [ends])
        self.root = self.here = Node(0)
        self.nodes = [self.root]
        self.weights = loaded.fingerprint
        self.kept: list[dict] = []
        self._prompt: Any = None  # what the model says after the prompt, with its cache
        self._ranked: dict[Node, tuple[torch.Tensor, torch.Tensor]] = {}

    # ----- what one sees

    @property
    def token_ids(self) -> list[int]:
        """The ids after the prompt."""
        return [node.token_id for node in self.here.path if node.token_id is not None]

    @property
    def text(self) -> str:
        """What they say."""
        return str(self._loaded.tokenizer.decode(self.token_ids))

    @property
    def logprob(self) -> float:
        """The log-probability of the path: a sum over its tokens, forced ones included."""
        return self.here.total

    @property
    def loss(self) -> float:
        """The same with the other sign: 0 is certain, more is more surprising."""
        return -self.logprob

    @property
    def done(self) -> bool:
        """Whether the path has ended, by its last token or by its length."""
        path = self.here.path
        return bool(path) and (len(path) >= self.max_new_tokens or path[-1].token_id in self.ends)

    def choices(self, count: int = 10) -> list[Choice]:
        """The `count` most likely next tokens, in order."""
        ids, logprobs = self._distribution()
        probs = logprobs[:count].exp()
        rows = zip(
            ids[:count].tolist(),
            probs.tolist(),
            logprobs[:count].tolist(),
            probs.cumsum(0).tolist(),
        )
        return [
            Choice(rank, id, self.piece(id), prob, logprob, cumulative, self.logprob + logprob)
            for rank, (id, prob, logprob, cumulative) in enumerate(rows, start=1)
        ]

    def piece(self, token_id: int) -> str:
        """The text of one token; `\\ufffd` in it stands for a part of a character."""
        return str(self._loaded.tokenizer.decode([token_id]))

    # ----- what one does

    def pick(self, rank: int) -> Node:
        """Take the token of this rank; 1 is the most likely."""
        ids, logprobs = self._distribution()
        if not 1 <= rank <= len(ids):
            raise ValueError(f"ranks go from 1 to {len(ids)}")
        return self._step(int(ids[rank - 1]), float(logprobs[rank - 1]))

    def draw(self, u: float | None = None) -> Node:
        """Take the first token, in rank order, whose cumulative probability exceeds `u`.

        u: in [0, 1); None rolls one, with four digits, so that it can be written down.
        """
        u = random.randrange(10_000) / 10_000 if u is None else float(u)
        if not 0 <= u < 1:
            raise ValueError("u lies between 0 and 1, and is not 1 itself")
        ids, logprobs = self._distribution()
        cumulative = logprobs.exp().cumsum(0)
        # Rounding may leave the last sum a little below 1.
        index = min(int(torch.searchsorted(cumulative, u, right=True)), len(ids) - 1)
        return self._step(int(ids[index]), float(logprobs[index]), u)

    def force(self, text: str) -> Node:
        """Append the tokens of `text`, whatever the model thinks of them: each is scored."""
        if not text:
            raise ValueError("there is no text")
        ids = self._loaded.tokenizer(text, add_special_tokens=False).input_ids
        room = self.max_new_tokens - len(self.here.path)
        if len(ids) > room:
            raise ValueError(f"{text!r} has {len(ids)} tokens; there is room for {room}")
        for id in ids:
            order, logprobs = self._distribution()
            self._step(id, float(logprobs[order == id][0]))
        return self.here

    def undo(self) -> Node:
        """One token back. What was tried stays in the tree."""
        return self.go(self.here.parent or self.root)

    def restart(self) -> Node:
        """Back to the prompt. What was tried stays in the tree."""
        return self.go(self.root)

    def go(self, node: "Node | int") -> Node:
        """To a token that was tried, or to its number."""
        if isinstance(node, int):
            if not 0 <= node < len(self.nodes):
                raise ValueError(f"the tree has the numbers 0 to {len(self.nodes) - 1}")
            node = self.nodes[node]
        self.here = node
        return self.here

    # ----- what one writes down

    def transcript(self) -> dict:
        """The path as the exercises want it: ids, draws, log-probability, weights.

        `u` lists the draws where every token was drawn, and is None elsewhere.
        """
        draws = [node.u for node in self.here.path]
        return {
            "token_ids": self.token_ids,
            "u": None if None in draws or not draws else draws,
            "logprob": round(self.logprob, 4),
            "weights": self.weights,
        }

    def keep(self) -> list[dict]:
        """Put the path on the list of kept transcripts; returns the list."""
        self.kept.append(self.transcript())
        return self.kept

    def forget(self) -> None:
        """Empty the list of kept transcripts."""
        self.kept.clear()

    def literal(self, kept: bool = False) -> str:
        """The path's transcript (or the list of kept ones) as text to paste into a cell."""
        if not kept:
            return _literal(self.transcript())
        inner = "".join(f"    {_literal(one, '    ')},\n" for one in self.kept)
        return f"[\n{inner}]"

    def tokens_of(self, transcript: dict) -> list[str]:
        """The text of each token of a transcript."""
        return [self.piece(id) for id in transcript["token_ids"]]

    def pieces(self, nodes: Sequence[Node]) -> list[str]:
        """The text of each of these tokens."""
        return [self.piece(node.token_id) for node in nodes if node.token_id is not None]

    # ----- pictures

    def picture(self, count: int = 10, chosen: int | None = None) -> Picture:
        """The table with bars, as a static picture. chosen: a rank to be marked."""
        return token_choices(self.choices(count), self.text, self.logprob, chosen)

    def tree(self) -> Picture:
        """All that was tried, as a static picture."""
        return token_tree(
            [
                (depth, nodes[-1].number, self.pieces(nodes), nodes[-1].total, self.here in nodes)
                for depth, nodes in self.branches()
            ]
        )

    def branches(self) -> list[tuple[int, list[Node]]]:
        """The tree, cut where it forks: (depth, nodes), each below the one that it forks from.

        A stretch also ends at the token where we are, so that its number stands there.
        """
        found: list[tuple[int, list[Node]]] = []
        waiting = [(0, child) for child in reversed(self.root.children)]
        while waiting:
            depth, node = waiting.pop()
            nodes = [node]
            while len(nodes[-1].children) == 1 and nodes[-1] is not self.here:
                nodes.append(nodes[-1].children[0])
            found.append((depth, nodes))
            waiting += [(depth + 1, child) for child in reversed(nodes[-1].children)]
        return found

    # ----- inside

    def _distribution(self) -> tuple[torch.Tensor, torch.Tensor]:
        """All ids in rank order, and their log-probabilities, after the path."""
        if self.done:
            raise ValueError("this path has ended: undo a token, or start again")
        if self.here not in self._ranked:
            logits = self._logits(self.token_ids)
            logprobs = logits.cpu().double().log_softmax(-1)
            order = logprobs.sort(descending=True, stable=True)
            self._ranked[self.here] = (order.indices, order.values)
        return self._ranked[self.here]

    def _logits(self, token_ids: list[int]) -> torch.Tensor:
        """FloatTensor[V] after the prompt and `token_ids`. The prompt is read once."""
        model = self._loaded.model
        with torch.no_grad():
            if self._prompt is None:
                ids = torch.tensor([self.prompt_ids], device=model.device)
                self._prompt = model(ids, use_cache=True)
            if not token_ids:
                return self._prompt.logits[0, -1]
            ids = torch.tensor([token_ids], device=model.device)
            cache = copy.deepcopy(self._prompt.past_key_values)
            return model(ids, past_key_values=cache).logits[0, -1]

    def _step(self, token_id: int, logprob: float, u: float | None = None) -> Node:
        for child in self.here.children:
            if child.token_id == token_id:
                child.u = u
                return self.go(child)
        node = Node(len(self.nodes), token_id, self.here, logprob, u)
        self.here.children.append(node)
        self.nodes.append(node)
        return self.go(node)


def _literal(transcript: dict, indent: str = "") -> str:
    """A transcript as Python, a line for each entry; long lists are broken."""
    lines = []
    for key, value in transcript.items():
        if isinstance(value, list):
            text = "[\n"
            for start in range(0, len(value), 6):
                part = ", ".join(map(repr, value[start : start + 6]))
                text += f"{indent}        {part},\n"
            text += f"{indent}    ]"
        else:
            text = f'"{value}"' if isinstance(value, str) else repr(value)
        lines.append(f'{indent}    "{key}": {text},\n')
    return "{\n" + "".join(lines) + indent + "}"


def expect_transcript(value: Any, explorer: Explorer, drawn: bool = False) -> None:
    """Return where `value` has the form of a transcript of this explorer's, for public checks.

    drawn: whether its tokens have to be drawn. Nothing is asked of the model. Raises AssertionError.
    """
    assert isinstance(value, dict), (
        f"got a {type(value).__name__}, expected a transcript as the explorer prints it: "
        "{'token_ids': …}"
    )
    for key in ("token_ids", "u", "logprob", "weights"):
        assert key in value, f"{key!r} is missing: paste all of what the explorer prints"
    ids, draws, most = value["token_ids"], value["u"], explorer.max_new_tokens
    ended = bool(ids) and ids[-1] in explorer.ends
    assert len(ids) == most or (len(ids) < most and ended), (
        f"got {len(ids)} tokens, expected {most}, or fewer with the token that ends the answer: "
        "go on until the path has ended"
    )
    if drawn:
        assert isinstance(draws, list | tuple) and len(draws) == len(ids), (
            f"'u' is {draws}, expected a number for each of the {len(ids)} tokens: draw every token"
        )
        assert all(0 <= u < 1 for u in draws), (
            f"got u = {draws}, expected numbers from 0 to below 1"
        )
    else:
        assert draws is None, (
            f"'u' is {draws}, expected None: not every token of this path is to be drawn"
        )
    assert value["logprob"] < 0, (
        f"got 'logprob' {value['logprob']}, expected a negative number: the loss has the other sign"
    )
    assert value["weights"] == explorer.weights, (
        f"got weights {value['weights']!r}, expected {explorer.weights!r}: was it made with this "
        "model?"
    )
