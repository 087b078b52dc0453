"""A Python file in place of a notebook, with all the right answers. It is no notebook: failed, with a sentence for the instructor."""

from tests.hostile import every_exercise, honest

LOSES = every_exercise()
STATUS = "failed"


def files():
    return {"01_inference_pipeline.py": "\n\n\n".join(map(honest, sorted(LOSES))).encode()}
