"""JSON that is nested half a million times, to exhaust the stack of whoever reads it. Failed."""

from tests.hostile import FILE, every_exercise

LOSES = every_exercise()
STATUS = "failed"


def files():
    return {FILE: b'{"cells": ' + b"[" * 500_000 + b"]" * 500_000 + b"}"}
