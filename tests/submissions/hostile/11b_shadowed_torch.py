"""Replaces torch, json, copy and socket in `sys.modules` and refuses all further imports. Its own exercise pays, the honest ones do not."""

from tests.hostile import HandIn

LOSES = {"token_table"}

CELL = """
import sys
import types


class Refuse:
    def find_spec(self, name, path=None, target=None):
        raise ImportError(f"no {name} for you")


for name in ("torch", "json", "copy", "socket", "struct", "pickle", "transformers", "utils"):
    sys.modules[name] = types.ModuleType(name)
sys.meta_path.insert(0, Refuse())
sys.path[:] = []


def token_table(tokenizer, text):
    return None
"""


def files():
    return HandIn().answer("token_table", CELL).files()
