"""A solution cell has become markdown, a test raw text, a public check markdown. By their grade ids they are code: nothing is lost."""

from tests.hostile import FILE, HandIn, as_bytes

LOSES: set[str] = set()
PROBLEMS = {"cell_type_changed"}

KINDS = {"left_pad": "markdown", "test_left_pad": "raw", "try_infer": "markdown", "infer": "raw"}


def files():
    document = HandIn().document()
    for cell in document["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in KINDS:
            cell["cell_type"] = KINDS[name]
            del cell["outputs"], cell["execution_count"]
    return {FILE: as_bytes(document)}
