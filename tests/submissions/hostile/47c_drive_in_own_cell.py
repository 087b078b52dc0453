"""Mounts a Google Drive without a guard in cells of its own, which fail. No exercise lives there: nothing is lost."""

from tests.hostile import HandIn

LOSES: set[str] = set()

MOUNT = """
from google.colab import drive

drive.mount("/content/drive")
%cd /content/drive/MyDrive
"""


def files():
    return HandIn().before("token_table", MOUNT).last(MOUNT).files()
