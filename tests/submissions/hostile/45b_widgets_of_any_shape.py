"""Widget state that is a text, a list, a script or two megabytes long, and views of widgets that do not exist. Nothing is lost."""

from tests.hostile import FILE, HandIn, as_bytes

LOSES: set[str] = set()

VIEW = "application/vnd.jupyter.widget-view+json"


def files():
    document = HandIn().document()
    document["metadata"]["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {
            "state": {"</script><script>hostile_script()</script>": "x" * 2_000_000},
            "version_major": "two",
        },
        "other": ["text"],
    }
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            data = {VIEW: {"model_id": ["gone"], "version_major": -1}}
            cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    return {FILE: as_bytes(document)}
