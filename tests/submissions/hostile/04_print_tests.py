"""Input transformers print every later cell before it runs, to see hidden tests. Only the student's own cells may appear."""

from tests.hostile import REPORT, HandIn

LOSES = {"token_table"}

CELL = (
    REPORT
    + """
HIDDEN = ("autograde" + ".mark(", "mark" + "_in_notebook", "show" + "_verdict(", "BEGIN HIDDEN" + " TESTS")
seen = []


def print_cell(lines):
    text = "".join(lines)
    seen.append(text)
    report(mark for mark in HIDDEN if mark in text)
    return lines


get_ipython().input_transformers_cleanup.append(print_cell)
get_ipython().input_transformers_post.append(print_cell)


def token_table(tokenizer, text):
    return [(0, cell) for cell in seen]
"""
)


def files():
    return HandIn().answer("token_table", CELL).files()
