"""Pictures: alternative text, legible, unclipped, and no pyplot."""

import html.parser
import io
import itertools
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path

import pytest
import torch
from matplotlib import image

from utils import (
    MemoryTimeline,
    Picture,
    compare,
    distribution_with_survivors,
    kv_cache_strip,
    memory_bar,
    memory_timeline,
    next_token_bars,
    pipeline_map,
    plotting,
    token_strip,
)
from utils.memory import MemorySample
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


@cache
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
        "survivors": distribution_with_survivors(
            AWKWARD, [1 / n] * n, [i % 2 for i in range(n)], title="W" * 300
        ),
        "survivors, sum": distribution_with_survivors(
            ["a", "b"], torch.tensor([0.25, 0.75]), torch.tensor([True, False]), True
        ),
        "survivors, of nothing": distribution_with_survivors([], [], []),
        "cache": kv_cache_strip(AWKWARD * 3, 5, 3, bytes_per_position=10**12),
        "cache, none": kv_cache_strip(["a"] * 200, 100, 100, cached=False),
        "memory": memory_bar({"weights": 2 * 10**9, "KV cache": 10**9}, 4 * 10**9),
        "memory, too much": memory_bar({"w" * 300: 3, "$": 1, "": 0}, 1),
        "memory, of nothing": memory_bar({}, 0),
        "memory, many parts": memory_bar(dict.fromkeys(AWKWARD, 10**9), 10**12),
        "timeline": memory_timeline(timeline(False)),
        "timeline, all": memory_timeline(timeline(True, *AWKWARD)),
        "timeline, names": memory_timeline(timeline(True, "W" * 99, "w" * 99)),
        "compare": compare([1.0, -2.0, float("-inf")], [1.0, 2.0, 3.0], ["a", " b", "$"]),
        "compare, long": compare(torch.arange(99), torch.ones(99), AWKWARD * 9),
        "compare, tiny": compare([-1.23456e-300] * 3, [-1.23456e300] * 3),
        "compare, map": compare(-torch.rand(3, 4) / 1e3, torch.zeros(3, 4)),
        "compare, wide map": compare(torch.rand(30, 70), -torch.rand(30, 70) / 1e9),
        "compare, cube": compare(torch.rand(2, 3, 4), torch.rand(2, 3, 4)),
        "compare, shapes": compare([1.0, 2.0], [1.0, 2.0, 3.0], ["a"]),
        "compare, map shapes": compare([[1.0, 2.0]], torch.rand(3, 5)),
        "compare, no numbers": compare("$x$\n" * 99, [1.0, 2.0]),
    }


def timeline(gpu: bool, *names: str) -> MemoryTimeline:
    made = MemoryTimeline()
    levels = [1, 6, 9, 9, 4]
    for i, level in enumerate(levels):
        cuda = level * 10**7 if gpu else None
        made.samples.append(MemorySample(float(i), level * 10**8, cuda))
    made.samples += [
        MemorySample(2 + i / 1000, 9 * 10**8, None, name) for i, name in enumerate(names)
    ]
    return made


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
    for figure, name in zip(figures, pictures.__wrapped__(), strict=True):
        [axes] = figure.axes
        canvas = figure.bbox
        boxes = [text.get_window_extent() for text in axes.texts]
        assert boxes
        for text, box in zip(axes.texts, boxes):
            assert text.get_fontsize() >= 9
            inside = canvas.x0 <= box.x0 and box.x1 <= canvas.x1
            inside &= canvas.y0 <= box.y0 and box.y1 <= canvas.y1
            assert inside, (name, text.get_text())
        for (a, one), (b, other) in itertools.combinations(zip(axes.texts, boxes), 2):
            if a.get_text() and b.get_text():
                assert not one.overlaps(other), (name, a.get_text(), b.get_text())


def test_no_warning_for_any_text():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pictures.__wrapped__()


def test_a_subprocess_draws_silently_and_without_pyplot():
    code = (
        "import sys, utils\n"
        "utils.next_token_bars(['\\u65e5', '$'], [0.5, 0.5], title='\\U0001f389')\n"
        "utils.token_strip(['\\u65e5', '$'])\n"
        "utils.pipeline_map('text')\n"
        "print('matplotlib.figure' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("True False", "")


def test_same_picture_same_bytes():
    assert pipeline_map("ids") == pipeline_map("ids")


def test_map_marks_the_station():
    drawn = {pipeline_map(station).png for station in STATIONS}
    assert len(drawn) == len(STATIONS)
    assert "You are at: logits, probabilities." in repr(pipeline_map(["logits", "probabilities"]))
    with pytest.raises(ValueError, match="'ids'|ids"):
        pipeline_map("id")


def test_strip_tells_prompt_from_generated():
    same = token_strip(["a", "b"], prompt_length=2)
    other = token_strip(["a", "b"], prompt_length=1)
    assert same.png != other.png
    assert repr(other) == "2 tokens (the prompt: the first 1): 'a', 'b'."
    with_ids = token_strip(["a", " b"], [7, 8])
    assert repr(with_ids) == "2 tokens, each with its id: 'a' 7, ' b' 8."
    with pytest.raises(ValueError, match="2 pieces but 1 ids"):
        token_strip(["a", "b"], [1])


def test_bars_are_sorted_and_name_the_chosen():
    bars = next_token_bars([" the", " Paris", " a"], [0.2, 0.7, 1e-5], chosen=0)
    assert repr(bars).endswith("' Paris' 0.700, ' the' 0.200 (chosen), ' a' 1e-05.")
    titled = [repr(next_token_bars(["a"], [1], title=title)) for title in ("What?", "After a")]
    assert titled[0] == "What? Bars of next-token probabilities: 'a' 1.000."
    assert titled[1] == "After a: bars of next-token probabilities: 'a' 1.000."
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


def test_survivors_are_told_and_their_mass_is_summed():
    tokens, probs = ["a", " b", "c"], [0.25, 0.5, 0.125]
    picture = distribution_with_survivors(tokens, probs, [True, True, False])
    assert "kept: 2 tokens, mass 0.750; dropped: 1 token, mass 0.125" in repr(picture)
    assert repr(picture).endswith("' b' 0.500, 'a' 0.250, 'c' 0.125 (dropped).")
    other = distribution_with_survivors(tokens, probs, [True, False, True])
    summed = distribution_with_survivors(tokens, probs, [True, True, False], True)
    assert len({picture.png, other.png, summed.png}) == 3
    with pytest.raises(ValueError, match="3 tokens, 3 probabilities and 1 marks"):
        distribution_with_survivors(tokens, probs, [True])


@pytest.mark.parametrize(
    ("step", "cached", "computed", "read", "held"),
    [
        (0, True, 3, 0, "the cache holds 3 positions: 3 kB, 1 kB each."),
        (1, True, 1, 3, "the cache holds 4 positions: 4 kB, 1 kB each."),
        (2, True, 1, 4, "the cache holds 5 positions: 5 kB, 1 kB each."),
        (0, False, 3, 0, "Nothing is kept for the next step."),
        (2, False, 5, 0, "Nothing is kept for the next step."),
    ],
)
def test_cache_strip_counts(step, cached, computed, read, held):
    alt = repr(kv_cache_strip("abcdef", 3, step, cached, bytes_per_position=1000))
    assert f"Step {step}, with" in alt and held in alt
    noun = "position" if computed == 1 else "positions"
    assert f"{computed} {noun} computed, {read} read from the cache." in alt
    assert alt.endswith(", ".join(map(repr, "abcdef"[: 3 + step])) + ".")


def test_cache_strip_of_every_step_has_one_layout():
    pictures = [kv_cache_strip(["token"] * 20, 10, step) for step in range(11)]
    sizes = {image.imread(io.BytesIO(p.png), format="png").shape for p in pictures}
    assert len(sizes) == 1
    assert len({p.png for p in pictures}) == 11


@pytest.mark.parametrize(("prompt_length", "step"), [(3, 4), (0, 1), (7, 0), (3, -1)])
def test_cache_strip_refuses_steps_that_are_not_there(prompt_length, step):
    with pytest.raises(ValueError, match=f"step {step} .* there are 6"):
        kv_cache_strip("abcdef", prompt_length, step)


def test_memory_bar_says_whether_it_fits():
    parts = {"weights": 538_000_000, "KV cache": 462_000_000}
    fits, full, over = (memory_bar(parts, n * 10**8) for n in (12, 10, 8))
    assert repr(fits).startswith("Memory, 1.0 GB of 1.2 GB: fits, 200 MB left.")
    assert repr(full).startswith("Memory, 1.0 GB of 1.0 GB: fits, 0 kB left.")
    assert "too much by 200 MB" in repr(over)
    assert repr(over).endswith("Parts: weights 538 MB, KV cache 462 MB.")


@pytest.mark.parametrize(
    ("yours", "target", "said"),
    [
        ([1, 2], torch.tensor([1.0, 3.0]), "different in 1 of 2 values; at [1] 2 inst"),
        (torch.ones(2), [1.0, 1 + 18e-5], "different in 0 of 2 values"),
        (
            torch.ones(2),
            [1.0, 1 + 4e-4],
            "different in 1 of 2 values; at [1] 1 instead",
        ),
        ([float("nan"), float("-inf")], [float("nan"), float("-inf")], "in 0 of 2"),
        ([float("inf")], [float("-inf")], "at [0] inf instead of −inf"),
        (
            torch.zeros(2, 3, dtype=torch.bfloat16),
            [[0, 0, 0], [0, 0, 5]],
            "at [1, 2] 0",
        ),
        ([torch.tensor(1.0), torch.tensor(2.0)], [1, 2], "in 0 of 2"),
        (
            0.5,
            torch.tensor(0.25),
            "different in 1 of 1 value; at [0] 0.5 instead of 0.25",
        ),
        ([0.01572, 0.5], [0.0157, 0.8585], "different in 1 of 2 values; at [1]"),
        (torch.ones(1, requires_grad=True), [1], "in 0 of 1"),
        ([1, 2], [1, 2, 3], "yours has shape [2], the target [3]"),
        ([[1, 2]], [1, 2], "yours has shape [1, 2], the target [2]"),
        (torch.ones(0), [1.0], "yours has shape [0], the target [1]"),
        (
            None,
            [1.0, 2.0],
            "yours is not numbers but NoneType: None; the target is 1, 2",
        ),
        ("1.0", [1.0], "yours is not numbers but str"),
        ([[1], [1, 2]], [1.0], "yours is not numbers but list"),
        ({"a": 1}, [1.0], "yours is not numbers but dict"),
        (print, [[1.0]], "yours is not numbers but builtin_function_or_method"),
    ],
)
def test_compare_says_what_differs(yours, target, said):
    assert said in repr(compare(yours, target))


def test_compare_marks_the_difference():
    same, other = (compare([value, 2.0], [1.0, 2.0]) for value in (1.0, 1.5))
    assert same.png != other.png
    with pytest.raises(ValueError, match="target must be numbers"):
        compare([1.0], None)


def test_long_alt_texts_stay_readable():
    assert "and 120 more" in repr(token_strip(["a"] * 200))
    assert "and 121 more" in repr(kv_cache_strip(["a"] * 201, 200, 1))
    assert len(repr(compare(torch.ones(9999), torch.zeros(9999)))) < 1000


def test_timeline_shows_what_stayed():
    picture = memory_timeline(timeline(False, "loaded"))
    assert repr(picture).startswith("Timeline. Ends 300 MB above its start.")
    assert "900 MB at its peak" in repr(picture)
    assert repr(picture).endswith("Marks: loaded 900 MB at 2.0 s.")
    assert picture.png != memory_timeline(timeline(True, "loaded")).png
    with pytest.raises(ValueError, match="no samples"):
        memory_timeline(MemoryTimeline())
