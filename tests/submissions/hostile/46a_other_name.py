"""The only notebook has another name, as a browser gives it to a second download. It is taken and flagged: nothing is lost."""

from tests.hostile import HandIn

LOSES: set[str] = set()
PROBLEMS = {"other_name"}


def files():
    return {"01_inference_pipeline (1).ipynb": HandIn().to_bytes()}
