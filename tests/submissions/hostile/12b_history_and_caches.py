"""Searches `In`, `Out`, linecache, the history database and all objects in memory for tests and checks. It prints what it finds."""

from tests.hostile import REPORT, HandIn

LOSES = {"token_table"}
FINDINGS = {"token_table": "wrong_type"}

CELL = (
    REPORT
    + """
import gc
import linecache
import types

MARKS = ("BEGIN HIDDEN" + " TESTS", "autograde" + ".mark(", "@" + "exercise\\n", "require" + "_tensor(")


def hidden_text():
    ip = get_ipython()
    texts = [*ip.user_ns.get("In", []), *map(str, ip.user_ns.get("Out", {}).values())]
    texts += ["".join(lines) for _, _, lines, _ in filter(lambda e: len(e) == 4, linecache.cache.values())]
    if ip.history_manager is not None:
        texts += [line for _, _, line in ip.history_manager.get_range()]
    for text in texts:
        for mark in MARKS:
            if mark in text:
                yield f"text with {mark}"


def hidden_functions():
    for thing in gc.get_objects():
        if type(thing) is types.FunctionType:
            if str(thing.__module__).startswith(("autograde.checks", "autograde.fixtures", "autograde.bank")):
                yield f"{thing.__module__}.{thing.__name__}"


report([*hidden_text(), *hidden_functions()])


def token_table(tokenizer, text):
    report([*hidden_text(), *hidden_functions()])
"""
)


def files():
    return HandIn().answer("token_table", CELL).files()
