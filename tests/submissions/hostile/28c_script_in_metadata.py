"""Script in the notebook's and the cells' metadata, in ids, attachments and stored outputs. None of it is the student's to say."""

from tests.hostile import FILE, HandIn, as_bytes

LOSES: set[str] = set()

SCRIPT = "</script><script>hostile_script()</script><img src=x onerror=hostile_script()>"


def files():
    document = HandIn().document()
    document["metadata"] |= {
        "title": SCRIPT,
        "authors": [{"name": SCRIPT}],
        "kernelspec": {"name": SCRIPT, "display_name": SCRIPT, "language": SCRIPT},
        "language_info": {"name": SCRIPT, "mimetype": SCRIPT, "pygments_lexer": SCRIPT},
    }
    for cell in document["cells"]:
        cell["metadata"]["tags"] = [SCRIPT]
        cell["metadata"]["name"] = SCRIPT
        if cell["cell_type"] == "markdown":
            cell["attachments"] = {SCRIPT: {"text/html": SCRIPT}}
        if cell["cell_type"] == "code":
            cell["outputs"] = [
                {"output_type": "display_data", "data": {"text/html": SCRIPT}, "metadata": {}}
            ]
    return {FILE: as_bytes(document)}
