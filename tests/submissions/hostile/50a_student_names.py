"""The same honest notebook handed in under hostile names of students. Each is graded under its own name or refused by name."""

import os

from tests.hostile import HandIn

LOSES: set[str] = set()

# Names like these are real, or harmless where they are escaped: each is graded.
KEPT = [
    "anna",
    "Żółć Łukasz",
    "王小明",
    "محمد",
    "O'Brien",
    "von der Leyen, U.",
    "jose\u0301",  # in NFD; its key is in NFC
    "🦊",
    "a&b",
    "50%",
    "name.with.dots",
    "student@example.org",
    "x" * 100,
]
# Formulas for a spreadsheet, shell, SQL and HTML: graded, and defused in every export.
FORMULAS = [
    "=1+1",
    "=cmd|' C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    '=HYPERLINK("javascript:hostile_script()")',
    "<script>hostile_script()<script>",
    "'; DROP TABLE student; --",
    "$(touch hostile)",
    "`touch hostile`",
    "{{7*7}}",
    "%s%n",
]
# Nobody can tell these apart from something else, or show them safely.
REFUSED = {
    "new\nline",
    "tab\tbed",
    "red\x1b[31m",
    "bell\x07",
    os.fsdecode(b"not-utf8-\xe9"),
}
# These may be graded under exactly this name or refused; they must not be taken for anything else.
EITHER = {
    "*",
    "[ab]",
    "?",
    "-rf",
    "--help",
    " space",
    "space ",
    "..hidden",
    "a\\b",
    "CON",
    "gnp\u202egnitrats",  # turns the text around
    "zero\u200bwidth",
    "ａｎｎａ",  # wide letters; NFKC would make it anna
    "__MACOSX",
    "a:b",
    "x" * 200,
}
STUDENTS = [*KEPT, *FORMULAS, *sorted(REFUSED), *sorted(EITHER)]


def files():
    return HandIn().files()
