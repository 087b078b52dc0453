"""Asks the environment, the arguments and the loaded modules whether it is being graded, and then answers at random. 0 either way."""

from tests.hostile import HandIn

LOSES = {"fit_to_budget"}

CELL = """
import os
import sys


def graded():
    words = ("nbgrader", "autograde", "grading", "judge")
    places = [*os.environ, *os.environ.values(), *sys.argv, *sys.modules, os.getcwd()]
    return any(word in place.lower() for place in places for word in words)


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    if graded():
        return messages[-1:]
    return messages if context_length > 110 else messages[:1] + messages[3:]
"""


def files():
    return HandIn().answer("fit_to_budget", CELL).files()
