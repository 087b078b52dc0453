"""Pictures with controls. The numbers come from the functions that they are given, usually the learner's own."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from utils.plotting import Picture, memory_bar

# JupyterLab runs callbacks in threads, side by side: who draws last has to see the last values.
DRAWING = threading.Lock()


def live(draw: Callable[..., Picture], **ranges: tuple[float, float, float]) -> Any:
    """Sliders, and under them the picture that `draw` makes of their values.

    ranges: for each argument of `draw`, (smallest, largest, first value); ints make a slider of ints.
    Returns an ipywidgets box.
    """
    import ipywidgets as widgets

    def slider(name: str, low: float, high: float, value: float) -> Any:
        whole = all(isinstance(number, int) for number in (low, high, value))
        kind = widgets.IntSlider if whole else widgets.FloatSlider
        return kind(
            value=value,
            min=low,
            max=high,
            step=1 if whole else 0.05,
            description=name.replace("_", " "),
            continuous_update=False,
            style={"description_width": "8em"},
            layout={"width": "30em"},
        )

    sliders = {name: slider(name, *limits) for name, limits in ranges.items()}
    shown = widgets.HTML()

    def redraw(change: Any = None) -> None:
        with DRAWING:
            values = {name: slider.value for name, slider in sliders.items()}
            shown.value = draw(**values)._repr_html_()

    redraw()
    for each in sliders.values():
        each.observe(redraw, names="value")
    return widgets.VBox([*sliders.values(), shown])


def memory_explorer(
    models: Mapping[str, tuple[Any, int]],
    cache_bytes: Callable[[Any, int, int, Any], int],
    limit: int,
) -> Any:
    """Weights and KV cache of a model as a bar against the machine's line, with controls.

    models: name -> (config, number of parameters). cache_bytes: (config, batch size,
    sequence length, dtype) -> bytes. limit: bytes of memory. Returns a widget of
    ipywidgets; it draws anew when a control moves.
    """
    import ipywidgets as widgets
    import torch

    wide = {"style": {"description_width": "initial"}}
    dtypes = {"float32": torch.float32, "bfloat16": torch.bfloat16, "int8": torch.int8}
    name = widgets.Dropdown(options=list(models), description="model", **wide)
    dtype = widgets.Dropdown(options=list(dtypes), value="bfloat16", description="weights", **wide)
    rows: list[Any] = []
    numbers = {}
    for label, value, low, high in (
        ("tokens", 8192, 1, 131_072),
        ("batch", 1, 1, 64),
    ):
        slider = widgets.IntSlider(
            value=value, min=low, max=high, description=label, readout=False, **wide
        )
        box = widgets.BoundedIntText(
            value=value, min=low, max=high, description=f"{label}:", **wide
        )
        widgets.link((slider, "value"), (box, "value"))
        slider.add_class(f"lab-memory-{label}")
        box.add_class(f"lab-memory-{label}-number")
        numbers[label] = slider
        rows.append(widgets.HBox([slider, box]))
    name.add_class("lab-memory-model")
    dtype.add_class("lab-memory-dtype")
    picture = widgets.HTML()
    picture.add_class("lab-memory-picture")

    def draw(change: object = None) -> None:
        with DRAWING:
            config, count = models[name.value]
            weights = count * dtypes[dtype.value].itemsize
            # A cache of integers is another story: with int8 weights it stays in bfloat16.
            kept = torch.bfloat16 if dtype.value == "int8" else dtypes[dtype.value]
            batch, tokens = numbers["batch"].value, numbers["tokens"].value
            parts = {
                f"weights, {dtype.value}": weights,
                f"KV cache, {batch} x {tokens:,} tokens": cache_bytes(config, batch, tokens, kept),
            }
            picture.value = memory_bar(parts, limit)._repr_html_()

    for control in (name, dtype, *numbers.values()):
        control.observe(draw, names="value")
    draw()
    return widgets.VBox([widgets.HBox([name, dtype]), *rows, picture])
