"""Each notebook from top to bottom on the real model: solved, nothing fails; released, only its exercises do."""

import sys
import time

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from autograde.syllabus import syllabus
from tests.notebooks import released, solved

pytestmark = pytest.mark.slow
NOTEBOOKS = syllabus().notebooks
# What getrusage says begins with the memory of the process that started the kernel.
PEAK = "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"


def run(nb, folder):
    NotebookClient(
        nb,
        timeout=600,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    outputs = [o for cell in nb.cells for o in cell.get("outputs", [])]
    errors = [o for o in outputs if o.output_type == "error"]
    warnings = [o.text for o in outputs if o.get("name") == "stderr"]
    assert not warnings, warnings
    return errors, "".join(o.text for o in outputs if o.get("name") == "stdout")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda n: n.folder)
def test_solved(notebook, tmp_path, figures):
    nb = solved(notebook)
    if sys.platform == "linux":
        nb.cells.append(new_code_cell(PEAK))
    start = time.monotonic()
    errors, said = run(nb, tmp_path)
    seconds = time.monotonic() - start
    assert not errors, errors
    for exercise in notebook.exercises:
        assert f"{exercise}: public checks passed" in said
    if notebook.folder == "01_inference_pipeline":
        assert "40 → The capital of France is Paris." in said
        assert "the same ids as model.generate: True" in said
    figure = f"{notebook.folder}: solved and run in {seconds:.0f} s"
    if sys.platform == "linux":
        figure += f", peak memory {int(nb.cells[-1].outputs[0].text.split()[1]) / 1e6:.1f} GB"
    figures.append(figure)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda n: n.folder)
def test_released(notebook, tmp_path):
    errors, said = run(released(notebook), tmp_path)
    assert errors and "public checks passed" not in said
    for error in errors:
        assert error.ename == "NotImplementedError", error.traceback
        name = error.evalue.removeprefix("exercise ").partition(":")[0]
        assert name in notebook.exercises
