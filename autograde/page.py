"""Pages that stand alone: one HTML file with its style in it, no script, nothing fetched from anywhere.

What students made comes through `plain_text`, `code` and `picture` only. The page's own policy (CSP) forbids the rest a
second time: should a tag of theirs ever get through, it neither runs nor loads.
"""

import base64
import functools
import hashlib
import io
import re
import warnings
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup, escape
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

COLOURED = 8_000  # characters: longer code stays in one colour
CODE = 20_000  # characters of a cell that are shown
TEXT = 4_000  # characters of an output that are shown
PICTURE_PIXELS = 4_000_000
PICTURE_WIDTH = 1_000  # pixels
PICTURE_BYTES = 400_000

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,4000}(?:\x07|\x1b\\)?|[@-_])")
# Marks that turn or hide the text around them, and control characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_ABSOLUTE_PATH = re.compile(
    r"(?<![\w:/.\\<])(?:[A-Za-z]:)?[/\\](?:[\w.+@-]{1,80}[/\\]){1,40}(?=[\w.+@-])"
)


def plain_text(text: object, limit: int = TEXT) -> str:
    """A student's text, cut and without what a terminal or a bidirectional mark would do; not yet escaped."""
    cut = str(text)[: limit + 1]
    cut = cut.encode("utf-8", "replace").decode("utf-8")  # half surrogates
    cut = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", _ANSI.sub("", cut.replace("\r\n", "\n")))
    if len(str(text)) <= limit:
        return cut
    return f"{cut[:limit]}\n… {len(str(text)) - limit:,} more characters are not shown."


def without_paths(text: str) -> str:
    """The same without the folders of the machine that it was made on."""
    return _ABSOLUTE_PATH.sub("…/", text)


def code(source: str) -> Markup:
    """Python source as escaped HTML, in colours where it is not too long for that."""
    shown = plain_text(source, CODE)
    if len(shown) > COLOURED:
        return Markup("<code>{}</code>").format(shown)
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    return Markup(f"<code>{highlight(shown, lexer, HtmlFormatter(nowrap=True))}</code>")


def sentence(message: str) -> Markup:
    """A message as escaped HTML: with a capital where it begins with a word, `code` and *emphasis* as such."""
    if re.match(r"[a-z]+(?: |,)", message):
        message = message[0].upper() + message[1:]
    text = re.sub(r"`([^`\n]{1,200})`", r"<code>\1</code>", str(escape(message)))
    return Markup(re.sub(r"(?<![\w*])\*(\w[^*<>\n]{0,100})\*(?![\w*])", r"<em>\1</em>", text))


def picture(data: object) -> str | None:
    """A data URL of a PNG made anew from the pixels of a base64 PNG or JPEG; None for anything else or too large."""
    if not isinstance(data, str) or len(data) > 20 * PICTURE_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raw = base64.b64decode("".join(data.split()), validate=True)
            with Image.open(io.BytesIO(raw), formats=["PNG", "JPEG"]) as image:
                if image.width * image.height > PICTURE_PIXELS:
                    return None
                pixels = image.convert("RGBA")
        pixels.thumbnail((PICTURE_WIDTH, 4 * PICTURE_WIDTH))
        # On white, as a notebook shows it: figures with dark letters are read on a dark page, too.
        page = Image.new("RGB", pixels.size, "white")
        page.paste(pixels, mask=pixels.getchannel("A"))
        file = io.BytesIO()
        page.save(file, "PNG", optimize=True)
    except Exception:  # whatever the bytes provoke in a decoder, it is no picture
        return None
    if file.tell() > PICTURE_BYTES:
        return None
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def points(value: float) -> str:
    """A mark as people write it: 2, 1.5, 0.33."""
    return f"{round(value, 2):g}".replace("-", "\N{MINUS SIGN}")


def words(identifier: str) -> str:
    """The id of a finding or problem as words."""
    return identifier.replace("_", " ")


def render(template: str, **content: Any) -> str:
    """The page that a template in `autograde/templates` makes of plain data."""
    return _templates().get_template(template).render(content)


@functools.cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autograde"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (resources.files("autograde") / "templates" / "page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    environment.globals |= {
        "style": Markup(style),
        "policy": f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'",
    }
    environment.filters |= {
        "points": points,
        "words": words,
        "code": code,
        "text": plain_text,
        "sentence": sentence,
    }
    return environment
