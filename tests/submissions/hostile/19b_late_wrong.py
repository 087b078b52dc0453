"""Right answers that later cells redefine, delete and overwrite after their tests. What was judged stands: nothing is lost."""

from tests.hostile import HandIn, stub

LOSES: set[str] = set()


def files():
    return (
        HandIn()
        .after("test_token_table", "del token_table")
        .after("test_encode_chat", stub("encode_chat"))
        .after("test_greedy_generate", "greedy_generate = None")
        .last("from types import SimpleNamespace as left_pad, SimpleNamespace as infer")
        .last(
            "for name in list(globals()):\n    if not name.startswith('_'):\n        del globals()[name]"
        )
        .files()
    )
