"""Colab's `metadata.widgets` without `state`, its ids and its own metadata. Marks and feedback must both come: nothing is lost."""

from tests.hostile import FILE, HandIn, as_bytes

LOSES: set[str] = set()


def files():
    document = HandIn().document()
    model = {"model_name": "FloatProgressModel", "model_module": "@jupyter-widgets/controls"}
    document["metadata"] |= {
        "accelerator": "GPU",
        "colab": {"provenance": [], "toc_visible": True, "gpuType": "T4"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"a1b2": model}},
    }
    for number, cell in enumerate(document["cells"]):
        cell["id"] = f"{number:012d}"
        cell["metadata"]["colab"] = {"base_uri": "https://localhost:8080/"}
        cell["metadata"] |= {"id": f"{number:012d}", "cellView": "form"}
        if cell["cell_type"] == "code":
            ran = {"status": "ok", "elapsed": 12, "timestamp": 1790000000000, "user_tz": 0}
            cell["metadata"] |= {"outputId": "a1b2", "executionInfo": ran}
    return {FILE: as_bytes(document)}
