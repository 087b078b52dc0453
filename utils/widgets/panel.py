"""Controls above a view that follows them: what every explorer is made of, and the looks that they share.

A view is HTML (tables, tokens as boxes, inline SVG) or a `Picture`, written into `ipywidgets.HTML`: that works alike in
ipywidgets 7.7.1 and 8, and a screen reader can walk through it.
"""

import html
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from utils.plotting import BLUE, GREEN, ORANGE, SKY_BLUE, VERMILLION, Picture, visible

if TYPE_CHECKING:
    from ipywidgets import VBox, Widget

# JupyterLab runs callbacks in threads, side by side, and a model is shared by all explorers of a notebook.
DRAWING = threading.RLock()
LABEL = "120px"  # room for the name of a control
INDENT = "130px"  # where fields begin: behind the name, and the margins that ipywidgets has there


def live(draw: Callable[..., Picture | str], /, **controls: Any) -> "VBox":
    """A picture that follows its controls.

    controls: one for each argument of `draw`, in the short forms of `ipywidgets.interact`: (smallest, largest, first
    value), which may end in a step, is a slider with a field for the number, of whole numbers if these are; a list is a
    row of buttons, a bool a box to tick, a text a line to type in. A widget is taken as it is.
    """
    return panel("live", draw, **controls)


def panel(name: str, draw: Callable[..., Picture | str], /, **controls: Any) -> "VBox":
    """`live`, with the classes `lab-<name>-<control>` on its controls and `lab-<name>-view` on its view.

    What `draw` raises at first, is raised; what it raises later, stands in the view.
    """
    import ipywidgets as widgets

    rows, values = [], {}
    for label, control in controls.items():
        row, values[label] = _control(f"lab-{name}-{label.replace('_', '-')}", label, control)
        rows.append(row)
    view = widgets.HTML()
    view.add_class(f"lab-{name}-view")

    def drawn() -> str:
        shown = draw(**{label: control.value for label, control in values.items()})
        return shown if isinstance(shown, str) else shown._repr_html_()

    newest: object = None

    def redraw(change: object) -> None:
        nonlocal newest
        newest = change
        with DRAWING:
            if newest is not change:
                return  # a later move waits behind this one, and will be drawn
            try:
                view.value = drawn()
            except Exception as error:  # a callback's traceback would be seen by nobody
                words = html.escape(f"{type(error).__name__}: {error}")
                view.value = page(f'<p role="alert"><b>✗ {words}</b></p>')

    with DRAWING:
        view.value = drawn()
    for control in values.values():
        control.observe(redraw, names="value")
    return widgets.VBox([*rows, view])


def _control(css: str, label: str, control: Any) -> tuple["Widget", "Widget"]:
    """What is shown for a control, and the widget that has its value."""
    import ipywidgets as widgets

    words = label.replace("_", " ")
    style = {"description_width": LABEL}
    if isinstance(control, tuple):
        return slider_with_field(css, words, *control)
    if isinstance(control, widgets.Widget):
        made = control
    elif isinstance(control, bool):
        made = widgets.Checkbox(
            value=control,
            description=words,
            indent=False,
            layout={"margin": f"2px 2px 2px {INDENT}"},
        )
    elif isinstance(control, str):
        made = widgets.Text(value=control, description=words, style=style, layout={"width": "97%"})
    else:
        # No menu: JupyterLab takes the arrow keys of whatever is not a field of text.
        made = row_of_buttons(css, words, control)
        return made, made
    made.add_class(css)
    return made, made


def row_of_buttons(css: str, label: str, options: Any) -> "Widget":
    """One of several to choose, the name before them."""
    import ipywidgets as widgets

    made = widgets.ToggleButtons(
        options=options,
        description=label,
        style={"description_width": LABEL, "button_width": "auto"},
    )
    made.add_class(css)
    made.add_class("widget-inline-hbox")  # ipywidgets 8 puts the name above the buttons
    return made


def slider_with_field(
    css: str, label: str, low: float, high: float, value: float, step: float | None = None
) -> tuple["Widget", "Widget"]:
    """A field for the number, which carries the name, and beside it the slider."""
    import ipywidgets as widgets

    whole = all(isinstance(number, int) for number in (low, high, value))
    # One step for both: a browser's slider pulls what is typed between its steps to one of them.
    limits = {"value": value, "min": low, "max": high, "step": step or (1 if whole else 0.01)}
    slider = (widgets.IntSlider if whole else widgets.FloatSlider)(
        **limits, readout=False, layout={"width": "24em"}
    )
    field = (widgets.BoundedIntText if whole else widgets.BoundedFloatText)(
        **limits,
        description=label,
        style={"description_width": LABEL},
        layout={"width": "16em"},
    )
    # A browser counts the steps in floats: what it calls 0.9999999999999999 is 1.
    to_step = (lambda number: number) if whole else (lambda number: round(number, 6))
    widgets.link((slider, "value"), (field, "value"), transform=(to_step, to_step))
    slider.add_class(css)
    field.add_class(f"{css}-number")
    return widgets.HBox([field, slider]), slider


# --- the looks: HTML for the views ----------------------------------------------------

_HATCH = "repeating-linear-gradient(135deg,{0} 0 2px,{1} 2px 6px)"
# Notebook 6 has looks of its own for `lead`, `prompt`, `cell` and more, also here: a test knows which are taken.
_STYLE = f"""
.nt{{background:#fff;color:#1a1a1a;font:14px/1.5 system-ui,"DejaVu Sans",sans-serif;max-width:780px;padding:14px 18px;
  border:1px solid #d0d0d0;border-radius:10px;print-color-adjust:exact}}
.nt *{{box-sizing:border-box}}
.nt p{{margin:0 0 10px}}
.nt .headline{{font-size:17px;font-weight:600}}
.nt .soft{{color:#555}}
.nt code,.nt .token{{font-family:"DejaVu Sans Mono",ui-monospace,monospace;font-size:13px;background:none;color:inherit;
  white-space:pre}}
.nt .strip{{display:flex;flex-wrap:wrap;gap:6px 5px;margin:0 0 12px}}
.nt .token{{display:inline-block;padding:2px 7px;border-radius:6px;border:1.5px solid #8c8c8c;background:#f4f4f4;
  height:27px;line-height:19px}}
.nt .position{{display:inline-flex;flex-direction:column;gap:3px}}
.nt .under{{height:14px;border-radius:3px}}
.nt .key{{display:inline-block;width:26px;height:14px;margin-right:7px;vertical-align:-2px;border-radius:3px;border:1.5px solid #8c8c8c}}
.nt .given{{background:#ddf0fb;border-color:{BLUE}}}
.nt .generated{{background:#fbe7bf;border:2px dashed {VERMILLION}}}
.nt .later{{background:#fff;border:1.5px dotted #767676;color:#595959}}
.nt .accepted{{background:#ddf0fb;border-color:{BLUE}}}
.nt .rejected{{background:#fff;border:1.5px dotted #767676;color:#595959;text-decoration:line-through}}
.nt .unjudged{{background:#f4f4f4;border:1.5px dotted #767676;color:#595959}}
.nt .resampled{{background:#fbe7bf;border:2px dashed {VERMILLION}}}
.nt .bonus{{background:#d8f0e6;border:2.5px double {GREEN}}}
.nt .legend{{display:flex;flex-wrap:wrap;gap:4px 20px;margin:0 0 12px;font-size:13px}}
.nt .figures{{display:flex;flex-wrap:wrap;gap:10px;margin:0 0 14px}}
.nt .figures div{{flex:1 1 150px;padding:8px 12px;border-radius:8px;background:#f4f4f4}}
.nt .figures dt,.nt .figures dd{{float:none;width:auto}}
.nt .figures dt{{font-size:12.5px;color:#4a4a4a;font-weight:400}}
.nt .figures dd{{margin:0;font-size:20px;line-height:1.25;font-weight:600;font-variant-numeric:tabular-nums}}
.nt .figures dd small{{font-size:12.5px;font-weight:400;color:#4a4a4a}}
.nt table{{border-collapse:collapse;width:100%;margin:0 0 12px;font-variant-numeric:tabular-nums;border:0;color:inherit}}
.nt caption{{text-align:left;font-weight:600;padding:0 0 6px;color:inherit;caption-side:top}}
.nt th,.nt td{{padding:3px 8px;border:0;text-align:right;background:none;white-space:nowrap;color:inherit;font-size:14px}}
.nt thead th{{font-weight:400;font-size:12.5px;color:#555;vertical-align:bottom}}
.nt thead th,.nt thead td{{border-bottom:1px solid #d0d0d0}}
.nt th[scope=row]{{font-weight:400}}
.nt th[scope=row],.nt .words{{text-align:left}}
.nt tr.taken th,.nt tr.taken td{{font-weight:700;background:#fff6e0}}
.nt tr.gone th,.nt tr.gone td{{color:#666}}
.nt tr.gone th code{{text-decoration:line-through}}
.nt td.room{{width:46%;text-align:left;padding-right:0}}
.nt .bar{{display:inline-block;height:15px;min-width:1px;border:1px solid;vertical-align:-3px;border-radius:2px}}
.nt .kept,.nt .read{{background:{SKY_BLUE};border:1px solid {BLUE}}}
.nt .chosen,.nt .computed{{background:{_HATCH.format("#000", ORANGE)};border:1px solid #000}}
.nt .dropped{{background:{_HATCH.format("#b5b5b5", "#fff")};border:1px solid #8c8c8c}}
.nt .read{{background:{GREEN};border-color:#000}}
.nt .none{{background:#fff;border:1px dotted #8c8c8c}}
.nt .side{{display:flex;flex-wrap:wrap;gap:12px 28px}}
.nt .side>div{{flex:1 1 330px;min-width:0}}
.nt .stick{{position:relative;height:34px;margin:26px 0 6px}}
.nt .stick>.part{{position:absolute;top:0;height:34px;overflow:hidden;text-align:center;line-height:32px}}
.nt .dart{{position:absolute;top:-20px;height:56px;border-left:2px dashed {VERMILLION};z-index:3}}
.nt .dart b{{position:absolute;left:-6px;top:-6px;color:{VERMILLION};background:#fff;padding:0 2px;line-height:1.2}}
.nt .line{{position:absolute;top:-8px;height:50px;border-left:3px solid #000;z-index:3}}
.nt .line b{{position:absolute;top:-16px;white-space:nowrap;font-size:12.5px;font-weight:600}}
.nt svg{{display:block;max-width:100%;height:auto;margin:0 0 10px}}
.nt>:last-child,.nt .side>div>:last-child{{margin-bottom:0}}
"""


def page(*parts: str) -> str:
    """A view of these parts, in the colours of a page whatever the theme of the notebook."""
    return f'<style>{_STYLE}</style><div class="nt">{"".join(parts)}</div>'


def code(piece: str) -> str:
    """The text of a token, everything in it to be seen."""
    return f"<code>{html.escape(visible(piece) or '∅')}</code>"


def token(piece: str, look: str, below: str = "") -> str:
    """A token as a box, everything in it to be seen.

    look: a class of the style sheet. below: the look of a cell below it, for what belongs to the token's position.
    """
    box = f'<span class="token {look}">{html.escape(visible(piece) or "∅")}</span>'
    return (
        f'<span class="position">{box}<span class="under {below}"></span></span>' if below else box
    )


def strip(boxes: Iterable[str], label: str) -> str:
    """Tokens in reading order. label: what a screen reader says of all of them."""
    return f'<div class="strip" role="img" aria-label="{html.escape(label)}">{"".join(boxes)}</div>'


def legend(looks: Mapping[str, str]) -> str:
    """Words for looks. looks: class of the style sheet -> what it stands for."""
    entries = "".join(
        f'<span><span class="key {look}" aria-hidden="true"></span>{html.escape(words)}</span>'
        for look, words in looks.items()
    )
    return f'<div class="legend">{entries}</div>'


def figures(values: Mapping[str, tuple[str, str]]) -> str:
    """A few numbers to be seen at a glance. values: name -> (number, a remark)."""
    entries = "".join(
        f"<div><dt>{html.escape(name)}</dt>"
        f"<dd>{html.escape(number)} <small>{html.escape(remark)}</small></dd></div>"
        for name, (number, remark) in values.items()
    )
    return f'<dl class="figures">{entries}</dl>'


def bar(share: float, look: str, words: str = "") -> str:
    """A bar of this share of its room, and words behind it. A table says its number."""
    return (
        f'<span class="bar {look}" style="width:{70 * min(max(share, 0), 1):.2f}%" aria-hidden="true"></span>'
        f" {html.escape(words)}"
    )


def table(
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    looks: Sequence[str] = (),
    bars: bool = True,
) -> str:
    """A real table. rows: cells as HTML, the first of each naming its row. looks: a class for each row.

    bars: whether the last cell of a row is a bar; such a column has no heading.
    """
    rows = list(rows)
    words = [i == 0 or (bool(rows) and "<code>" in rows[0][i]) for i in range(len(columns))]
    side = [' class="words"' if each else "" for each in words]
    head = "".join(
        f'<th scope="col"{at}>{html.escape(name)}</th>' for name, at in zip(columns, side)
    )
    if bars:
        head += '<td class="room"></td>'
    body = ""
    for number, cells in enumerate(rows):
        look = f' class="{looks[number]}"' if number < len(looks) and looks[number] else ""
        first, *others = cells
        last = f'<td class="room">{others.pop()}</td>' if bars else ""
        body += f'<tr{look}><th scope="row">{first}</th>'
        body += (
            "".join(f"<td{at}>{cell}</td>" for cell, at in zip(others, side[1:])) + f"{last}</tr>"
        )
    return (
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
