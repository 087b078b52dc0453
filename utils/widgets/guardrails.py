"""The three views of the rails, each with its control."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from utils.plotting import Picture, _shorten
from utils.widgets.panel import LABEL, panel, row_of_buttons

if TYPE_CHECKING:
    from ipywidgets import VBox


def guardrail_inspector(
    track: Callable[[str], Picture],
    texts: Sequence[str],
    grid: Callable[[int], Picture],
    steps: int,
    curve: Callable[[float], Picture],
) -> "VBox":
    """The three views of the rails, each with its control: a text on its way, the grid of tokens, the threshold.

    track: draws what becomes of a text; texts: a few to choose from. grid: draws step 0 to `steps`.
    curve: draws the point of a threshold between 0 and 1.
    """
    import ipywidgets as widgets

    text = widgets.Text(
        value=texts[0],
        description="text",
        continuous_update=False,
        layout={"width": "97%"},
        style={"description_width": LABEL},
    )
    example = row_of_buttons(
        "lab-inspector-example", "example", [(_shorten(each, 40), each) for each in texts]
    )
    widgets.dlink((example, "value"), (text, "value"))
    return widgets.VBox(
        [
            widgets.HTML("<h4>A text on its way</h4>"),
            example,
            panel("inspector", lambda text: track(text), text=text),
            widgets.HTML("<h4>Which token may come next</h4>"),
            panel("inspector-grid", lambda step: grid(step), step=(0, steps, 0)),
            widgets.HTML("<h4>How strict</h4>"),
            panel(
                "inspector-curve",
                lambda threshold: curve(threshold),
                threshold=(0.0, 1.0, 0.5, 0.01),
            ),
        ]
    )
