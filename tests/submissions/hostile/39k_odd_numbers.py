"""Numbers of 10,000 digits, NaN, infinity and repeated keys where nobody needs them. The cells can be read: nothing is lost."""

from tests.hostile import FILE, HandIn

LOSES: set[str] = set()


def files():
    text = HandIn().to_bytes().decode()
    text = text.replace('"execution_count": null', f'"execution_count": 1{"0" * 10_000}', 1)
    text = text.replace('"execution_count": null', '"execution_count": NaN', 1)
    text = text.replace('"execution_count": null', '"execution_count": -Infinity', 1)
    text = text.replace('"nbformat": 4', '"nbformat": 3, "nbformat": 4')
    text = text.replace('"nbformat_minor": 5', '"nbformat_minor": 1e999')
    return {FILE: text.encode()}
