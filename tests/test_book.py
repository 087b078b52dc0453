"""The book as a reader opens it, from the disk and without a network: figures, formulas, search, and no barrier of ours."""

import re
from pathlib import Path

import pytest

from autograde.book import CannotBuild, build_book
from autograde.build import STILL_WIDGET
from autograde.syllabus import syllabus
from tests.pages import barriers

NOTEBOOKS = syllabus().notebooks
PAGES = ["index", *(notebook.folder for notebook in NOTEBOOKS), "formulas"]
pytestmark = pytest.mark.slow  # jupyter-book builds it once for all of these


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    first = build_book(tmp_path_factory.mktemp("book") / "_site")
    assert first.name == "index.html"
    return first.parent


@pytest.fixture
def tab(browser):
    """A tab that keeps what it was asked to fetch and what it complained of."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    tab = context.new_page()
    tab.asked, tab.said = [], []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.on("pageerror", lambda error: tab.said.append(str(error)))
    yield tab
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_from_the_disk_alone(book, tab, name):
    tab.goto((book / f"{name}.html").as_uri(), wait_until="networkidle")
    outside = [url for url in tab.asked if not url.startswith(("file:", "data:", "blob:"))]
    assert outside == [] and tab.said == []
    pictures = tab.eval_on_selector_all(
        "main img", "all => all.map(img => [img.alt.trim().length, img.naturalWidth])"
    )
    assert all(words > 0 and width > 0 for words, width in pictures)
    assert barriers(tab) == []


def test_no_page_loads_anything_from_elsewhere(book):
    loads = re.compile(
        r"""<(?:script|img|iframe|link|source)\b[^>]*\b(?:src|href)=["']?(?:https?:)?//"""
    )
    for path in book.rglob("*.html"):
        found = [m[0] for m in loads.finditer(path.read_text(encoding="utf-8"))]
        assert [each for each in found if 'rel="canonical"' not in each] == [], path


def test_there_is_one_field_to_search_in(book, tab):
    tab.goto((book / "index.html").as_uri())
    assert tab.locator("button.search-button-field:visible").count() == 1


def test_formulas_are_drawn(book, tab):
    tab.goto((book / "formulas.html").as_uri())
    tab.wait_for_selector("mjx-container svg, mjx-container mjx-math")
    assert tab.locator("mjx-container").count() > 30
    assert tab.locator("mjx-merror, [data-mjx-error]").count() == 0


def test_the_search_finds_a_word_and_leads_to_its_page(book, tab):
    tab.goto((book / "search.html").as_uri() + "?q=homoglyphs")
    tab.wait_for_selector("#search-results li a")
    links = tab.eval_on_selector_all("#search-results li a", "all => all.map(a => a.href)")
    assert any("05_guardrails.html" in link for link in links)
    assert all(url.startswith(("file:", "data:", "blob:")) for url in tab.asked)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda n: n.folder)
def test_a_walkthrough_is_there_with_its_outputs(book, notebook):
    text = (book / f"{notebook.folder}.html").read_text(encoding="utf-8")
    assert "Why it works." in text and "<img" in text
    for word in ("HIDDEN TESTS", "END SOLUTION", STILL_WIDGET, "hand_in_report"):
        assert word not in text


def test_a_book_that_fails_leaves_the_old_one(tmp_path, monkeypatch):
    monkeypatch.setattr("autograde.book.sys.executable", "/bin/false")
    (tmp_path / "index.html").write_text("old")
    with pytest.raises(CannotBuild):
        build_book(tmp_path)
    assert (tmp_path / "index.html").read_text() == "old"
