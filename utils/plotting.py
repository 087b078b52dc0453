"""Pictures in the course's house style.

Okabe-Ito colours, always with a second cue beside colour; one width; no text below
9 points; alternative text on every picture. Drawn with matplotlib's object API:
pyplot keeps a figure of its own, which widgets running in threads would share.
"""

import base64
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.text import Text

# Okabe and Ito's palette, told apart under every common form of colour blindness.
BLACK = "#000000"
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"

WIDTH = 7.5  # inches, of every picture; 750 pixels in a notebook
_SCREEN_DPI = 100
_INK, _PALE_INK, _LINE, _PAPER = "#1A1A1A", "#555555", "#8C8C8C", "#F4F4F4"
_TITLE_SIZE, _TEXT_SIZE, _SMALL_SIZE = 12, 10.5, 9  # points
_SANS, _MONO = "DejaVu Sans", "DejaVu Sans Mono"  # these come with matplotlib


@dataclass(frozen=True, repr=False)
class Picture:
    """A PNG image at twice the screen's resolution, with its alternative text.

    Shown as HTML: for an `image/png` output JupyterLab and nbconvert write an <img>
    without alternative text, whatever its metadata say.
    """

    png: bytes
    alt: str
    width: int  # pixels on the screen

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png).decode("ascii")
        return (
            f'<img src="data:image/png;base64,{data}" width="{self.width}" '
            f'alt="{html.escape(self.alt)}" style="max-width: 100%; height: auto">'
        )

    def __repr__(self) -> str:
        return self.alt


STATIONS = {
    # what flows through each station, in the field's own notation
    "prompt": "a string",
    "tokens": "its pieces",
    "ids": "[B, T]",
    "model": "a network",
    "logits": "[B, T, V]",
    "probabilities": "[B, V]",
    "next token": "one id",
    "text": "a string",
}


def pipeline_map(here: str | Sequence[str]) -> Picture:
    """The way from prompt to text, with the current station or stations marked.

    here: one or several keys of `STATIONS`; ValueError for any other.
    """
    marked = [here] if isinstance(here, str) else list(here)
    if unknown := [name for name in marked if name not in STATIONS]:
        raise ValueError(f"no station {unknown[0]!r}; there are {', '.join(STATIONS)}")

    figure, axes = _canvas(height=1.55)
    gap, margin, top, tall = 0.2, 0.06, 1.42, 0.56
    widths = [1.1 if name == "probabilities" else 0.68 for name in STATIONS]
    stretch = (WIDTH - 2 * margin - gap * (len(widths) - 1)) / sum(widths)
    left, centres, previous = margin, {}, None
    for (name, flow), width in zip(STATIONS.items(), widths):
        width *= stretch
        is_here = name in marked
        centre = centres[name] = left + width / 2
        _box(
            axes,
            (left, top - tall, width, tall),
            face=ORANGE if is_here else _PAPER,
            edge=BLACK if is_here else _LINE,
            line=2.6 if is_here else 0.9,
        )
        weight = "bold" if is_here else "normal"
        label = name.replace(" ", "\n")
        if name == "probabilities" and is_here:
            size = _SMALL_SIZE + 0.5
        else:
            size = _TEXT_SIZE
        _text(axes, centre, top - tall / 2, label, size=size, weight=weight)
        _text(axes, centre, top - tall - 0.16, flow, size=_SMALL_SIZE, color=_PALE_INK)
        if previous is not None:
            middle = top - tall / 2
            _arrow(axes, (previous + 0.03, middle), (left - 0.03, middle))
        previous, left = left + width, left + width + gap

    start, end, low = centres["next token"], centres["ids"], 0.26
    floor = top - tall - 0.28
    axes.plot([start, start, end], [floor, low, low], color=_INK, linewidth=1.3)
    _arrow(axes, (end, low - 0.01), (end, floor))
    _text(
        axes,
        (start + end) / 2,
        low,
        "append its id, and go round again",
        size=_SMALL_SIZE,
        background="white",
    )
    alt = (
        f"Map of the pipeline: {', '.join(STATIONS)}. "
        f"From next token a loop leads back to ids. You are at: {', '.join(marked)}."
    )
    return _picture(figure, alt)


def token_strip(
    pieces: Sequence[str],
    ids: Sequence[int] | None = None,
    prompt_length: int | None = None,
) -> Picture:
    """Tokens as boxes in reading order, spaces and line ends made visible.

    pieces: the text of each token. ids: their ids, shown below. prompt_length: how
    many of them are the prompt; the others are drawn as generated.
    """
    if ids is not None and len(ids) != len(pieces):
        raise ValueError(f"{len(pieces)} pieces but {len(ids)} ids")
    tall, pitch, gap, margin = 0.3, 0.62 if ids is not None else 0.42, 0.06, 0.06
    places, rows, left = [], 0, margin
    for index, piece in enumerate(pieces):
        shown = _shorten(visible(piece, _MONO), 60) or "∅"
        longest = len(shown)
        if ids is not None:
            longest = max(longest, len(str(int(ids[index]))) * _SMALL_SIZE / _TEXT_SIZE)
        width = longest * _character_width(_TEXT_SIZE) + 0.16
        if left + width > WIDTH - margin and left > margin:
            rows, left = rows + 1, margin
        places.append((shown, left, rows, width))
        left += width + gap

    legend = 0.42 if prompt_length is not None else 0.06
    height = legend + (rows + 1) * pitch + 0.04
    figure, axes = _canvas(height)
    for index, (shown, left, row, width) in enumerate(places):
        generated = prompt_length is not None and index >= prompt_length
        top = height - legend - row * pitch
        _token_box(axes, (left, top - tall, width, tall), generated)
        middle = left + width / 2
        _text(axes, middle, top - tall / 2 - 0.01, shown, family=_MONO)
        if ids is not None:
            label = str(int(ids[index]))
            _text(
                axes,
                middle,
                top - tall - 0.12,
                label,
                size=_SMALL_SIZE,
                family=_MONO,
                color=_PALE_INK,
            )
    if prompt_length is not None:
        counts = {"prompt": prompt_length, "generated": len(pieces) - prompt_length}
        left = margin
        for name, count in counts.items():
            _token_box(axes, (left, height - 0.29, 0.3, 0.2), name == "generated")
            label = f"{name}: {_count(count, 'token')}"
            middle = height - 0.19
            _text(axes, left + 0.4, middle, label, size=_SMALL_SIZE, align="left")
            left += 1.9

    listed = ", ".join(repr(piece) for piece in pieces[:80])
    if len(pieces) > 80:
        listed += f" and {len(pieces) - 80} more"
    split = ""
    if prompt_length is not None:
        split = f" (the prompt: the first {prompt_length})"
    return _picture(figure, f"{_count(len(pieces), 'token')}{split}: {listed}.")


def next_token_bars(
    tokens: Sequence[str],
    probs: Sequence[float],
    chosen: int | None = None,
    title: str | None = None,
) -> Picture:
    """Horizontal bars: how likely each of a few tokens is to come next.

    tokens: text of each. probs: its probability, 0 to 1 (a list or a 1-D tensor).
    chosen: index in `tokens` of the one that was taken. Drawn most likely first.
    """
    values = [float(p) for p in probs]
    if len(values) != len(tokens):
        raise ValueError(f"{len(tokens)} tokens but {len(values)} probabilities")
    order = sorted(range(len(values)), key=lambda i: -values[i])
    shown = {i: _shorten(visible(tokens[i], _MONO), 24) for i in order}

    pitch, tall = 0.3, 0.2
    head = 0.42 if title else 0.08
    height = head + pitch * len(order) + 0.08
    figure, axes = _canvas(height)
    if title:
        text = visible(title, _SANS, spaces=False)
        head_line = _text(
            axes, 0.06, height - 0.2, text, size=_TITLE_SIZE, align="left"
        )
        while head_line.get_window_extent().x1 > figure.bbox.x1:
            head_line.set_text(head_line.get_text()[:-2] + "…")
    label_width = max((len(s) for s in shown.values()), default=0)
    start = 0.06 + label_width * _character_width(_TEXT_SIZE) + 0.12
    room = WIDTH - start - 1.5  # what is written after the longest bar needs 1.5
    longest = max(values, default=0) or 1
    for row, i in enumerate(order):
        middle = height - head - pitch * (row + 0.5)
        is_chosen = i == chosen
        _text(
            axes,
            start - 0.1,
            middle,
            shown[i],
            align="right",
            family=_MONO,
            weight="bold" if is_chosen else "normal",
        )
        bar = Rectangle(
            (start, middle - tall / 2),
            room * values[i] / longest,
            tall,
            facecolor=ORANGE if is_chosen else SKY_BLUE,
            edgecolor=BLACK if is_chosen else BLUE,
            hatch="////" if is_chosen else None,
            linewidth=1.6 if is_chosen else 0.8,
        )
        axes.add_patch(bar)
        value = _probability(values[i]) + ("  ◀ chosen" if is_chosen else "")
        _text(
            axes,
            start + room * values[i] / longest + 0.08,
            middle,
            value,
            align="left",
            weight="bold" if is_chosen else "normal",
        )
    axes.plot([start, start], [0.04, height - head], color=_INK, linewidth=1.0)
    listed = ", ".join(
        f"{tokens[i]!r} {_probability(values[i])}{' (chosen)' if i == chosen else ''}"
        for i in order
    )
    name = f"{title}: b" if title else "B"
    return _picture(figure, f"{name}ars of next-token probabilities: {listed}.")


def visible(text: str, family: str = _MONO, *, spaces: bool = True) -> str:
    """`text` with every character to be seen: spaces as ·, line ends as ↵.

    What the font `family` has no glyph for, or nobody could see, becomes U+XXXX.
    """
    marks = {"\n": "↵", "\t": "⇥"} | ({" ": "·"} if spaces else {})
    glyphs = _glyphs(family)
    return "".join(
        marks[c]
        if c in marks
        else c
        if c.isprintable() and ord(c) in glyphs
        else f"U+{ord(c):04X}"
        for c in text
    )


@cache
def _glyphs(family: str) -> frozenset[int]:
    return frozenset(FT2Font(findfont(family)).get_charmap())


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _character_width(points: float) -> float:
    """Inches that one character of the fixed-width font takes."""
    return 0.602 * points / 72


def _probability(value: float) -> str:
    return f"{value:.3f}" if value >= 0.0005 or value == 0 else f"{value:.0e}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _canvas(height: float) -> tuple[Figure, Axes]:
    """An empty picture whose coordinates are inches from the lower left corner."""
    figure = Figure(figsize=(WIDTH, height), dpi=2 * _SCREEN_DPI, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, height))
    axes.axis("off")
    return figure, axes


def _picture(figure: Figure, alt: str) -> Picture:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return Picture(buffer.getvalue(), alt, width=round(WIDTH * _SCREEN_DPI))


def _text(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float = _TEXT_SIZE,
    family: str = _SANS,
    align: str = "center",
    color: str = _INK,
    weight: str = "normal",
    background: str = "none",
) -> Text:
    return axes.text(
        x,
        y,
        text,
        fontsize=size,
        family=family,
        color=color,
        weight=weight,
        ha=align,
        va="center_baseline" if "\n" not in text else "center",
        parse_math=False,  # a token may be a dollar sign
        bbox={"facecolor": background, "edgecolor": "none", "pad": 2},
    )


def _box(
    axes: Axes,
    place: tuple[float, float, float, float],
    *,
    face: str,
    edge: str,
    line: float,
    style: str = "-",
) -> None:
    left, bottom, width, tall = place
    axes.add_patch(
        FancyBboxPatch(
            (left, bottom),
            width,
            tall,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=face,
            edgecolor=edge,
            linewidth=line,
            linestyle=style,
        )
    )


def _token_box(
    axes: Axes, place: tuple[float, float, float, float], generated: bool
) -> None:
    if generated:
        _box(axes, place, face="#FBE7BF", edge=VERMILLION, line=1.8, style="--")
    else:
        _box(axes, place, face="#DDF0FB", edge=BLUE, line=0.9)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=9,
            shrinkA=0,
            shrinkB=0,
            color=_INK,
            linewidth=1.3,
        )
    )
