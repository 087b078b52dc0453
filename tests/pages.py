"""What every page that this project writes must keep: it stands alone, runs nothing and can be read by everybody."""

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

TAGS = set(
    "html head meta title style body a header main footer nav section div p h1 h2 h3 h4 ul li b strong em span bdi code pre "
    "table caption thead tbody tr th td details summary figure img svg rect line text br".split()
)
URLS = {
    "href",
    "src",
    "srcset",
    "action",
    "formaction",
    "poster",
    "data",
    "xlink:href",
    "background",
}
EMPTY = {"meta", "img", "br"}


class Page(HTMLParser):
    """A page as its elements: (tag, attributes, text)."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self.open: list[int] = []
        self.source = text
        self.feed(text)
        self.close()
        assert not self.open, "an element is not closed"

    def handle_starttag(self, tag, attributes):
        assert len(dict(attributes)) == len(attributes), "an attribute stands twice"
        self.elements.append((tag, {k: v or "" for k, v in attributes}, []))
        if tag not in EMPTY and not self.get_starttag_text().endswith("/>"):
            self.open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        assert self.elements[self.open.pop()][0] == tag, f"</{tag}> closes something else"
        if tag in ("th", "td"):
            self.handle_data(" ")

    def handle_data(self, data):
        for index in self.open:
            self.elements[index][2].append(data)

    def all(self, *tags: str) -> list[tuple[dict[str, str], str]]:
        """Attributes and text of the elements of these names."""
        return [(a, "".join(text)) for tag, a, text in self.elements if tag in tags]

    @property
    def text(self) -> str:
        [(_, text)] = self.all("main")
        return re.sub(r"\s+", " ", text)


def check(text: str, links: tuple[str, ...] = ("#",)) -> Page:
    """The page, if it keeps what every page must. links: how the addresses of links may begin."""
    page = Page(text)
    _stands_alone(page, links)
    _can_be_read(page)
    return page


def _stands_alone(page: Page, links: tuple[str, ...]) -> None:
    for tag, attributes, _ in page.elements:
        assert tag in TAGS, tag
        for name, value in attributes.items():
            assert not name.startswith("on") and name != "style", name
            if name in URLS:
                picture = tag == "img" and name == "src"
                assert value.startswith("data:image/png;base64," if picture else links), value
    for attributes, _ in page.all("img"):
        data = base64.b64decode(attributes["src"].partition(",")[2], validate=True)
        assert Image.open(io.BytesIO(data)).format == "PNG"
    [(_, style)] = page.all("style")
    assert not re.search(r"url\(|@import|@font-face|expression", style)
    policies = [
        a["content"]
        for a, _ in page.all("meta")
        if a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 1 and policies[0].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policies[0]


def _can_be_read(page: Page) -> None:
    [(root, _)] = page.all("html")
    assert root["lang"] == "en"
    assert page.all("title")[0][1].strip()
    for landmark in ("header", "main", "footer", "h1"):
        assert len(page.all(landmark)) == 1, landmark
    levels = [int(tag[1]) for tag, _, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), levels
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes, _text in page.elements:
        for target in attributes.get("aria-labelledby", "").split():
            assert target in ids
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids
        if attributes.get("role") == "region":
            assert attributes["aria-label"] and attributes["tabindex"] == "0"
    assert all(attributes["alt"].strip() for attributes, _ in page.all("img"))
    assert all(attributes.get("scope") in ("row", "col") for attributes, _ in page.all("th"))
    assert all(text.strip() for _, text in page.all("a", "summary", "th", "h1", "h2", "h3", "h4"))
    for attributes, _ in page.all("svg"):
        assert attributes.get("aria-hidden") == "true" or attributes["role"] == "img"


def browse(browser: Browser, path: Path, width: int) -> None:
    """Opens a page: it fetches nothing, breaks no policy, scrolls no way but down and is dark where its reader wants that.

    axe-core finds nothing serious in it, light or dark.
    """
    said: list[str] = []
    fetched: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme="dark")
    tab = context.new_page()
    tab.on("console", lambda message: said.append(message.text))  # a policy that was broken
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: fetched.append(request.url))
    tab.goto(path.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert said == []
    assert [url for url in fetched if not url.startswith("data:")] == [path.as_uri()]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 28)"
    context.close()
    # The page's own policy would keep axe out.
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    tab = context.new_page()
    tab.goto(path.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    for scheme in ("dark", "light"):
        tab.emulate_media(color_scheme=scheme)
        assert barriers(tab) == []
    context.close()


def barriers(tab: Tab, within: str | None = None) -> list[str]:
    """What axe-core calls serious or critical on a page, or in what a CSS selector finds there, with the elements."""
    return [
        f"{found['id']}: {found['help']} {[node['target'] for node in found['nodes'][:3]]}"
        for found in Axe().run(tab, within).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


def contrasts(style: str) -> dict[str, float]:
    """The contrast of each pair of text and ground in the light, dark and printed colours, by WCAG 2."""
    light, dark, printed = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block))
        for block in re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)
    )
    pairs = [
        (text, ground)
        for ground in ("paper", "card", "code")
        for text in ("ink", "soft", "link", "keyword", "string", "comment", "number", "name")
    ]
    pairs += [(kind, f"{kind}-paper") for kind in ("good", "bad", "wait")]
    pairs += [("ink", f"{kind}-paper") for kind in ("good", "bad", "wait")]
    pairs += [(kind, ground) for kind in ("good", "bad", "wait") for ground in ("paper", "card")]
    found = {}
    for name, colours in (("light", light), ("dark", dark), ("printed", light | printed)):
        for text, ground in pairs:
            a, b = sorted((_luminance(colours[text]), _luminance(colours[ground])))
            found[f"{name}: {text} on {ground}"] = (b + 0.05) / (a + 0.05)
    return found


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear))
