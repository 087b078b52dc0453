"""The notebook is a symbolic link to another student's. Links are refused: failed, and nothing of the other's is marked."""

from tests.hostile import FILE, Link, every_exercise

LOSES = every_exercise()
STATUS = "failed"


def files():
    return {FILE: Link(f"../../honest/01_inference_pipeline/{FILE}")}
