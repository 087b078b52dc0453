"""A recorded speculative generation, to be walked through: draft, verify, go on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from utils.speculation import fate
from utils.widgets.panel import code, figures, legend, page, panel, strip, table, token

if TYPE_CHECKING:
    from ipywidgets import VBox

_SHOWN = 8  # tokens of a long prompt, the last
_SIGNS = {
    "given": "",
    "accepted": "✓",
    "rejected": "✗",
    "unjudged": "–",
    "resampled": "↻",
    "bonus": "+",
    "later": "?",
}


def speculation_trace(
    rounds: Sequence[tuple[Sequence[str], int, str]], prompt: Sequence[str]
) -> "VBox":
    """A generation that is over, round by round in three steps: the draft guesses, the target looks, its own token follows.

    rounds: (texts of the drafted tokens, how many were accepted, text of the target's own token), as for
    `speculation_stream`. prompt: the text of each of its tokens.
    """

    def draw(step: int) -> str:
        number, phase = divmod(step, 3)
        drafted, n, own = rounds[number]
        text = [(piece, "given") for piece in prompt]
        for past, kept, last in rounds[:number]:
            text += [(piece, "accepted") for piece in past[:kept]]
            text.append((last, "bonus" if kept == len(past) else "resampled"))
        known = len(text)
        last = "bonus" if n == len(drafted) else "resampled"
        if phase == 0:
            now = [(piece, "later") for piece in drafted]
            lead = f"The draft guesses {_tokens(len(drafted))}"
        else:
            now = [(piece, fate(i, n)) for i, piece in enumerate(drafted)]
            lead = f"One pass of the target: {n} of {len(drafted)} accepted"
        if phase == 2:
            now = [*now[:n], (own, last)]
            gone = len(drafted) - n
            lead = (
                "All accepted: the pass gives a bonus token"
                if last == "bonus"
                else f"The target's own token follows; {'1 guess' if gone == 1 else f'{gone} guesses'} thrown away"
            )
        made = known - len(prompt) + (n + 1 if phase == 2 else 0)
        passes = number + (phase > 0)
        speed = f"{made / passes:.2f}" if passes else "–"
        # What the target has read: all but the newest token, and in its pass that one and the guesses.
        held = known - 1 + (0, len(drafted) + 1, n + 1)[phase] if step else 0
        begin = max(0, len(prompt) - _SHOWN)
        boxes = [token("…", "given")] if begin else []
        boxes += [token(_SIGNS[look] + piece, look) for piece, look in text[begin:] + now]
        told = ", ".join(
            f"{look if look != 'later' else 'guessed'} {piece!r}" for piece, look in now
        )
        return page(
            f'<p class="headline" role="status">Round {number + 1} of {len(rounds)}. {lead}</p>',
            strip(boxes, f"The text so far has {known} tokens. In this round: {told}."),
            legend(
                {
                    "given": "prompt",
                    "later": "? guessed",
                    "accepted": "✓ accepted",
                    "rejected": "✗ rejected",
                    "unjudged": "– not judged",
                    "resampled": "↻ the target's own instead",
                    "bonus": "+ bonus",
                }
            ),
            figures(
                {
                    "passes of the target": (f"{passes}", "one a round"),
                    "new tokens": (f"{made}", "in the text"),
                    "tokens a pass": (speed, "without a draft 1.00"),
                    "the target's cache": (
                        f"{held}",
                        "positions" + (", rolled back" if phase == 2 and n < len(drafted) else ""),
                    ),
                }
            ),
            _rounds(rounds[: number + (phase > 0)]),
        )

    return panel("speculation", draw, step=(0, 3 * len(rounds) - 1, 0))


def _rounds(rounds: Sequence[tuple[Sequence[str], int, str]]) -> str:
    """The rounds so far as a table: the same for those who do not see boxes."""
    if not rounds:
        return ""
    return table(
        "Rounds the target has looked at",
        ("round", "drafted", "accepted", "the target's own"),
        [
            [
                f"{i}",
                f"{len(drafted)}",
                f"{n}",
                ("bonus " if n == len(drafted) else "resampled ") + code(own),
            ]
            for i, (drafted, n, own) in enumerate(rounds, start=1)
        ],
        bars=False,
    )


def _tokens(number: int) -> str:
    return f"{number} token" if number == 1 else f"{number} tokens"
