"""Nothing was handed in but an empty folder. Failed, with a sentence for the instructor."""

from tests.hostile import every_exercise

LOSES = every_exercise()
STATUS = "failed"


def files():
    return {}
