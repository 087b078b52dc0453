"""A login page that was saved under the notebook's name. Not a notebook: failed."""

from tests.hostile import FILE, every_exercise

LOSES = every_exercise()
STATUS = "failed"


def files():
    return {FILE: b"<!DOCTYPE html>\n<html><head><title>Log in</title></head></html>\n"}
