"""A solution cell is deleted and nothing defines its function: 0, for that exercise alone."""

from tests.hostile import HandIn

LOSES = {"sequence_logprob"}
PROBLEMS = {"solution_missing"}
FINDINGS = {"sequence_logprob": "not_defined"}


def files():
    return HandIn().delete("sequence_logprob").files()
