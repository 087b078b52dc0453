"""The distribution of the next token: decode by hand, or type a text and watch."""

import functools
import html
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from utils.explorer import Explorer, Node
from utils.plotting import visible
from utils.widgets.panel import (
    DRAWING,
    INDENT,
    LABEL,
    bar,
    code,
    figures,
    page,
    panel,
    slider_with_field,
    strip,
    table,
    token,
)

if TYPE_CHECKING:
    from ipywidgets import Widget
    from transformers import PreTrainedTokenizerBase


def explorer_widget(explorer: Explorer, count: int = 10) -> "Widget":
    """Buttons in front of an explorer. All of them are reached with Tab and pressed with
    Space; the arrow keys count in the fields.

    count: how many tokens the table shows.
    """
    import ipywidgets as w

    wide, whole = w.Layout(width="100%"), w.Layout(width="auto", flex="0 0 auto")
    named, short = {"description_width": LABEL}, w.Layout(width="16em")
    view, said = w.HTML(), w.HTML()
    ranks, rank = slider_with_field("lab-explorer-rank", "rank", 1, count, 1)
    u = w.BoundedFloatText(
        value=0.5, min=0.0, max=0.9999, step=0.0001, description="u", layout=short, style=named
    )
    text = w.Text(
        description="Text", placeholder="any text, spaces count", layout=wide, style=named
    )
    number = w.BoundedIntText(
        value=0, min=0, max=0, description="number", layout=short, style=named
    )
    paste = w.Textarea(description="To paste", rows=8, layout=wide, style=named)
    kept = w.Textarea(
        description="Kept", rows=3, placeholder="(nothing yet)", layout=wide, style=named
    )
    controls = {"view": view, "said": said, "u": u, "text": text}
    for name, control in (controls | {"number": number, "to-paste": paste, "kept": kept}).items():
        control.add_class(f"lab-explorer-{name}")

    def mark(change: object = None) -> None:
        with DRAWING:
            view.value = _view(explorer, count, rank.value)

    def show() -> None:
        number.max = len(explorer.nodes) - 1
        number.value = explorer.here.number
        rank.value = 1
        paste.value = explorer.literal()
        kept.value = explorer.literal(kept=True) if explorer.kept else ""
        mark()

    def button(name: str, act: "Callable[[], str]", help: str) -> Any:
        def pressed(_: Any) -> None:
            with DRAWING:
                try:
                    words = act()
                except (ValueError, RuntimeError) as error:  # RuntimeError: the model was unloaded
                    words = f"Not possible: {error}."
                else:
                    show()
                said.value = f'<p role="status" style="margin: .4em 0">{html.escape(words)}</p>'

        made = w.Button(description=name, tooltip=help, layout=whole)
        made.add_class("lab-explorer-" + name.lower().replace(" ", "-"))
        made.on_click(pressed)
        return made

    def told(node: Node) -> str:
        piece = visible(explorer.piece(node.token_id)) if node.token_id is not None else ""
        return f"Now after “{piece}”." if piece else "Back at the prompt."

    def roll() -> str:
        u.value = random.randrange(10_000) / 10_000
        return f"u is {u.value}. Which is the first token whose cumulative probability exceeds it?"

    def keep() -> str:
        return f"{len(explorer.keep())} kept, in a list to paste."

    def forget() -> str:
        explorer.forget()
        return "The list of kept transcripts is empty."

    rows = [
        [
            ranks,
            button("Take it", lambda: told(explorer.pick(rank.value)), "take this token"),
        ],
        [
            u,
            button("New u", roll, "roll a number between 0 and 1"),
            button(
                "Draw with u",
                lambda: told(explorer.draw(u.value)),
                "take the token that u falls on",
            ),
        ],
        [text, button("Force", lambda: told(explorer.force(text.value)), "append this text")],
        [
            button("Undo", lambda: told(explorer.undo()), "one token back"),
            button("Start again", lambda: told(explorer.restart()), "back to the prompt"),
        ],
        [
            number,
            button(
                "Go there", lambda: told(explorer.go(number.value)), "to this place of the tree"
            ),
        ],
        [
            button("Keep this path", keep, "put its transcript on the list of kept ones"),
            button("Forget the kept", forget, "empty the list"),
        ],
        [paste],
        [kept],
    ]
    show()
    rank.observe(mark, names="value")
    # A row of nothing but buttons begins where fields do.
    indented = w.Layout(margin=f"0 0 0 calc({INDENT} - 2px)")
    lines = [
        w.HBox(row, layout=indented) if isinstance(row[0], w.Button) else w.HBox(row)
        for row in rows
    ]
    return w.VBox([view, said, *lines])


def _view(explorer: Explorer, count: int, chosen: int | None) -> str:
    """The path, and what may come next as a table, the row of the chosen rank marked."""
    length = len(explorer.token_ids)
    path = [explorer.piece(id) for id in explorer.token_ids]
    said = f"The path: {''.join(path)!r}." if path else "The path is empty."
    head = strip(
        [token(piece, "generated") for piece in path] or [token("(nothing yet)", "later")], said
    ) + figures(
        {
            "tokens": (f"{length}", f"of {explorer.max_new_tokens}"),
            "log-probability": (f"{explorer.logprob:.4f}".replace("-", "−"), "of the path"),
            "loss": (
                f"{explorer.loss:.4f}".replace("-0.0000", "0.0000"),
                "without the minus",
            ),
        }
    )
    tried = _tried(explorer)
    if explorer.done:
        return page(
            head, "<p>The path has ended. Copy its transcript, go back, or start again.</p>", tried
        )
    choices = explorer.choices(count)
    rows = [
        [
            f"{row.rank}",
            code(row.piece),
            f"{row.prob:.4f}",
            f"{row.logprob:.4f}".replace("-", "−"),
            f"{row.cumulative:.4f}",
            f"{row.total:.4f}".replace("-", "−"),
            bar(row.prob, "chosen" if row.rank == chosen else "kept"),
        ]
        for row in choices
    ]
    columns = ("rank", "token", "probability", "log-probability", "cumulative", "path's total")
    looks = ["taken" if row.rank == chosen else "" for row in choices]
    caption = "The most likely next tokens; · is a space, ↵ a new line"
    return page(head, table(caption, columns, rows, looks), tried)


def _tried(explorer: Explorer) -> str:
    """The tree of all that was tried as a table, a row for each stretch without a fork."""
    branches = explorer.branches()
    if not branches:
        return ""
    rows = [
        [
            f"{nodes[-1].number}",
            f"{'– ' * depth}{'|'.join(map(code, explorer.pieces(nodes)))}",
            f"{nodes[-1].total:.2f}".replace("-", "−"),
        ]
        for depth, nodes in branches
    ]
    looks = ["taken" if nodes[-1] is explorer.here else "" for _, nodes in branches]
    columns = ("number", "tokens", "log-probability")
    return table("Tried; number 0 is the prompt", columns, rows, looks, bars=False)


def next_token_explorer(
    tokenizer: "PreTrainedTokenizerBase",
    probs_of: Callable[[torch.Tensor], torch.Tensor],
    text: str,
    count: int = 10,
) -> "Widget":
    """Type a text, and see its tokens and what may come next; append a token of your choice, and look again.

    probs_of: LongTensor[1, T] -> FloatTensor[1, V], probabilities of the next token. text: to begin with.
    count: how many tokens the table shows.
    """
    import ipywidgets as widgets

    field = widgets.Text(
        value=text, description="text", layout={"width": "97%"}, style={"description_width": LABEL}
    )

    @functools.lru_cache(maxsize=1)  # the rank changes nothing that the model says
    def ask(text: str) -> tuple[list[str], list[tuple[str, float]]]:
        """The tokens of a text, and the likeliest behind it with their probabilities."""
        ids = tokenizer(text, return_tensors="pt").input_ids.long()
        if not ids.numel():
            return [], []
        with torch.inference_mode():
            top = probs_of(ids)[0].float().topk(count)
        read, likely = (
            [str(tokenizer.decode([id])) for id in row.tolist()] for row in (ids[0], top.indices)
        )
        return read, list(zip(likely, top.values.tolist()))

    def draw(text: str, rank: int) -> str:
        read, likely = ask(text)
        if not read:
            return page('<p class="headline" role="status">Type a few words.</p>')
        rows = [
            [f"{i}", code(piece), f"{p:.3f}", bar(p, "chosen" if i == rank else "kept")]
            for i, (piece, p) in enumerate(likely, start=1)
        ]
        share = sum(p for _, p in likely)
        return page(
            f'<p class="headline" role="status">{len(read)} tokens read; the likeliest next is {code(likely[0][0])}</p>',
            strip([token(piece, "given") for piece in read], f"{len(read)} tokens: {text!r}"),
            table(
                f"What may come next: these {count} share {share:.3f}",
                ("rank", "token", "probability"),
                rows,
                ["taken" if i == rank else "" for i in range(1, count + 1)],
            ),
        )

    made = panel("next", draw, text=field, rank=(1, count, 1))
    button = widgets.Button(
        description="Append the token of this rank",
        layout={"width": "auto", "align_self": "flex-start", "margin": f"2px 2px 2px {INDENT}"},
    )
    button.add_class("lab-next-append")
    [rank] = [row.children[1] for row in made.children if isinstance(row, widgets.HBox)]

    def append(pressed: object) -> None:
        with DRAWING:
            _, likely = ask(field.value)
        if likely:
            field.value += likely[rank.value - 1][0]

    button.on_click(append)
    made.children = (*made.children[:-1], button, made.children[-1])
    return made
