"""Cell ids that are twice there, too long, numbers, lists, paths and script. Grade ids tell the cells apart: nothing is lost."""

from tests.hostile import FILE, HandIn, as_bytes

LOSES: set[str] = set()


def files():
    bad = ["same", "x" * 1_000, 7, None, ["a"], {"b": 1}, "../../etc", "", "<script>", "\n", True]
    document = HandIn().document()
    for number, cell in enumerate(document["cells"]):
        cell["id"] = bad[number % len(bad)]
    return {FILE: as_bytes(document)}
