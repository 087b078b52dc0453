"""Mounts a Google Drive where there is one, with a guard, in an own cell and in right answers. Nothing is lost."""

from tests.hostile import HandIn, honest

LOSES: set[str] = set()

MOUNT = """
try:
    from google.colab import drive

    drive.mount("/content/drive")
except ImportError:
    print("not on Colab")
"""
BY_MODULES = """
import sys

if "google.colab" in sys.modules:
    from google.colab import files

    files.download("notebook.ipynb")
"""


def files():
    return (
        HandIn()
        .before("token_table", MOUNT)
        .answer("left_pad", f"{MOUNT}\n\n{honest('left_pad')}")
        .answer("infer", f"{BY_MODULES}\n\n{honest('infer')}")
        .files()
    )
