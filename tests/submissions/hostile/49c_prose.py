"""Prose in place of code in one solution cell, and code pasted with line numbers in another. Each costs its own."""

from tests.hostile import HandIn, honest

LOSES = {"fit_to_budget", "sequence_logprob"}


def files():
    lines = honest("sequence_logprob").splitlines()
    numbered = "\n".join(f"{number:3} {line}" for number, line in enumerate(lines, start=1))
    return (
        HandIn()
        .answer("fit_to_budget", "I would drop the oldest messages until it fits.")
        .answer("sequence_logprob", numbered)
        .files()
    )
