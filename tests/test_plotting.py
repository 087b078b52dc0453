"""Pictures: alternative text, legible, unclipped, and no pyplot."""

import html.parser
import io
import itertools
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch
from matplotlib import image

from utils import Picture, next_token_bars, pipeline_map, plotting, token_strip
from utils.plotting import STATIONS, visible

ROOT = Path(__file__).parents[1]
AWKWARD = [
    "$x$",
    " 日本",
    "\N{PARTY POPPER}",
    "\ufffd",
    "\u200d",
    "\n",
    "\t ",
    "",
    "<|im_end|>",
    '"><b>&',
    "$\\frac$",  # not mathematics, whatever matplotlib thinks
    "\x00",
    "w" * 300,
]


def pictures() -> dict[str, Picture]:
    n = len(AWKWARD)
    return {
        "map": pipeline_map("ids"),
        "map, several": pipeline_map(list(STATIONS)),
        "strip": token_strip(["The", " capital"]),
        "strip, ids": token_strip(AWKWARD * 3, range(3 * n), prompt_length=5),
        "strip, only prompt": token_strip(["a"], [1], prompt_length=1),
        "bars": next_token_bars([" Paris", " the"], [0.7, 0.1]),
        "bars, all": next_token_bars(AWKWARD, [1 / n] * n, 3, "After $5 日本\n"),
        "bars, sure": next_token_bars(["a", "b"], torch.tensor([1.0, 0.0]), chosen=0),
        "bars, longest title": next_token_bars(["w" * 99], [1e-9], 0, "W" * 300),
    }


class _Images(html.parser.HTMLParser):
    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


@pytest.fixture(scope="module", params=list(pictures()))
def picture(request) -> Picture:
    return pictures()[request.param]


def test_alt_text_arrives_whole(picture):
    [(tag, attributes)] = _Images(picture._repr_html_()).tags
    assert tag == "img"
    assert attributes["alt"] == picture.alt == repr(picture)
    assert len(picture.alt) > 20
    assert attributes["src"].startswith("data:image/png;base64,")
    assert int(attributes["width"]) == picture.width


def test_png_is_twice_the_screen(picture):
    pixels = image.imread(io.BytesIO(picture.png), format="png")
    assert pixels.shape[1] == 2 * picture.width
    assert pixels.min() < 0.5 < pixels.max()  # something is drawn on something


def test_width_is_the_same_for_all():
    assert len({picture.width for picture in pictures().values()}) == 1


def test_text_is_legible_and_unclipped(monkeypatch):
    figures = []

    def keep(figure, alt, draw=plotting._picture):
        figures.append(figure)
        return draw(figure, alt)

    monkeypatch.setattr(plotting, "_picture", keep)
    for figure, name in zip(figures, pictures(), strict=True):
        [axes] = figure.axes
        canvas = figure.bbox
        boxes = [text.get_window_extent() for text in axes.texts]
        assert boxes
        for text, box in zip(axes.texts, boxes):
            assert text.get_fontsize() >= 9
            inside = canvas.x0 <= box.x0 and box.x1 <= canvas.x1
            inside &= canvas.y0 <= box.y0 and box.y1 <= canvas.y1
            assert inside, (name, text.get_text())
        for (a, one), (b, other) in itertools.combinations(
            zip(axes.texts, boxes), 2
        ):
            if a.get_text() and b.get_text():
                assert not one.overlaps(other), (name, a.get_text(), b.get_text())


def test_no_warning_for_any_text():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pictures()


def test_a_subprocess_draws_silently_and_without_pyplot():
    code = (
        "import sys, utils\n"
        "utils.next_token_bars(['\\u65e5', '$'], [0.5, 0.5], title='\\U0001f389')\n"
        "utils.token_strip(['\\u65e5', '$'])\n"
        "utils.pipeline_map('text')\n"
        "print('matplotlib.figure' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.stdout.strip(), done.stderr) == ("True False", "")


def test_same_picture_same_bytes():
    assert pipeline_map("ids") == pipeline_map("ids")


def test_map_marks_the_station():
    drawn = {pipeline_map(station).png for station in STATIONS}
    assert len(drawn) == len(STATIONS)
    assert "You are at: logits, probabilities." in repr(
        pipeline_map(["logits", "probabilities"])
    )
    with pytest.raises(ValueError, match="'ids'|ids"):
        pipeline_map("id")


def test_strip_tells_prompt_from_generated():
    same = token_strip(["a", "b"], prompt_length=2)
    other = token_strip(["a", "b"], prompt_length=1)
    assert same.png != other.png
    assert repr(other) == "2 tokens (the prompt: the first 1): 'a', 'b'."
    with pytest.raises(ValueError, match="2 pieces but 1 ids"):
        token_strip(["a", "b"], [1])


def test_bars_are_sorted_and_name_the_chosen():
    bars = next_token_bars([" the", " Paris", " a"], [0.2, 0.7, 1e-5], chosen=0)
    assert repr(bars).endswith("' Paris' 0.700, ' the' 0.200 (chosen), ' a' 1e-05.")
    assert bars.png != next_token_bars([" the", " Paris", " a"], [0.2, 0.7, 1e-5]).png
    with pytest.raises(ValueError, match="1 tokens but 2 probabilities"):
        next_token_bars(["a"], [0.5, 0.5])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (" the cat", "·the·cat"),
        ("\n\n", "↵↵"),
        ("\t", "⇥"),
        ("naïve", "naïve"),
        ("日", "U+65E5"),
        ("\u200b", "U+200B"),
        ("\x1b", "U+001B"),
    ],
)
def test_visible(text, shown):
    assert visible(text) == shown
