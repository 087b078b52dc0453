"""Lets nbgrader's own commands work in this clone: `nbgrader generate_assignment`, `autograde`, formgrader, ..."""

from autograde.release import configure

configure(get_config())  # noqa: F821 (nbgrader puts it there)
