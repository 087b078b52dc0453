"""Follows the lent model's attributes and closures to the script that it will say, and answers from that. Nothing lies behind it."""

from tests.hostile import HandIn

LOSES = {"greedy_generate_cached"}

CELL = """
def scripts(thing, depth=6, seen=None):
    seen = set() if seen is None else seen
    if depth == 0 or id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, dict) and thing and all(isinstance(key, tuple) for key in thing):
        yield thing
    inside = [cell.cell_contents for cell in getattr(thing, "__closure__", None) or ()]
    inside += list(getattr(thing, "__dict__", {}).values())
    for part in inside:
        yield from scripts(part, depth - 1, seen)


def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    for script in scripts(model.answer):
        rows = [script.get(tuple(row), [])[:max_new_tokens] for row in input_ids.tolist()]
        return torch.cat([input_ids, torch.tensor(rows)], dim=1)
    return input_ids
"""


def files():
    return HandIn().answer("greedy_generate_cached", CELL).files()
