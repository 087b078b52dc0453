"""Pairs of near-identical submissions: a hint where to look, never a proof.

Compared is what students wrote in the solution cells: tokens without comments and layout, names of their own all alike, in
overlapping runs of RUN. Runs that the release gives, or that most of the class has, say nothing and are left out.
"""

import builtins
import functools
import io
import keyword
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

RUN = 6  # tokens
ALIKE = 0.75  # of the runs of two students, the share that both have
ENOUGH = 25  # runs of a student's own: below, there is too little to compare
_LAYOUT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENCODING, tokenize.ENDMARKER,
}  # fmt: skip
_KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins))


@dataclass(frozen=True)
class Pair:
    """Two students, the share of their runs that both have (0 to 1), and the number of those runs."""

    one: str
    other: str
    share: float
    common: int


def similar_pairs(
    answers: Mapping[str, Mapping[str, str]], release: Mapping[str, str]
) -> list[Pair]:
    """The pairs of students whose answers are alike, the most alike first.

    answers: student -> exercise -> source. release: exercise -> source of the cell as it was given out.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    students = sorted(answers)
    if len(students) < 2:
        return []
    given = {run for source in release.values() for run in runs(source)}
    own = [
        {run for source in answers[student].values() for run in runs(source)} - given
        for student in students
    ]
    # In a class of two, what both have is all there is to see.
    most = max(2, len(students) // 2)
    try:
        table = CountVectorizer(analyzer=lambda one: one, binary=True, max_df=most)
        has = table.fit_transform(own).tocsr()
    except ValueError:  # nobody has any run of their own
        return []
    count = np.asarray(has.sum(axis=1)).ravel()
    common = (has @ has.T).tocoo()
    pairs = []
    for i, j, both in zip(common.row, common.col, common.data):
        if i < j and min(count[i], count[j]) >= ENOUGH:
            share = both / (count[i] + count[j] - both)
            if share >= ALIKE:
                pairs.append(Pair(students[i], students[j], float(share), int(both)))
    return sorted(pairs, key=lambda pair: (-pair.share, -pair.common, pair.one, pair.other))


@functools.lru_cache(maxsize=50_000)  # a class writes many cells alike
def runs(source: str) -> frozenset[tuple[str, ...]]:
    """The runs of RUN tokens in a source; one shorter run where it has fewer."""
    tokens = list(_tokens(source))
    last = max(1, len(tokens) - RUN + 1)
    return frozenset(tuple(tokens[at : at + RUN]) for at in range(last) if tokens)


def _tokens(source: str) -> Iterator[str]:
    before = ""
    start = True  # of a statement, where a string alone is a docstring
    try:
        for token in tokenize.generate_tokens(io.StringIO(source[:50_000]).readline):
            if token.type in _LAYOUT:
                start = start or token.type == tokenize.NEWLINE
                continue
            if token.type == tokenize.STRING:
                if not start:
                    yield "text"
            elif token.type == tokenize.NAME and token.string not in _KEPT and before != ".":
                yield "name"
            else:
                yield token.string
            before, start = token.string, False
    except (tokenize.TokenError, SyntaxError):  # no Python: whatever it is, word by word
        yield from re.findall(r"\w+|[^\w\s]", source[:50_000])
