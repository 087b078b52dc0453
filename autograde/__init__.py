"""The grader: build, release, check and mark the notebooks. Students never receive this package."""


def mark(name: str, namespace: dict) -> float:
    """Points for exercise `name`, judged on the functions in `namespace` (a notebook's `globals()`).

    The one line of every hidden test cell. The result is a plain float, which stock nbgrader reads as the score.
    """
    from autograde.marking import mark_in_notebook

    return mark_in_notebook(name, namespace)
