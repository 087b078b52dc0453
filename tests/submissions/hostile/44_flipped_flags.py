"""Flags, points and checksums in the metadata are the student's wishes. The release's are used: the stub gets 0, nothing else changes."""

from tests.hostile import HandIn, own_cell, stub

LOSES = {"infer"}
PROBLEMS = {"metadata_changed", "unknown_grade_id"}
FINDINGS = {"infer": "not_implemented"}


def files():
    hand_in = (
        HandIn()
        .answer("infer", stub("infer"))
        .metadata("test_infer", points=0, grade=False, locked=False, solution=True)
        .metadata("test_left_pad", points=999, checksum="0" * 32)
        .metadata("test_token_table", points=-5, schema_version=1)
        .metadata("test_encode_chat", points=float("1e300"), task=True)
        .metadata("left_pad", grade=True, points=100)
        .metadata("infer", locked=True, solution=False, grade=True, points="3")
    )
    more = own_cell("1000.0")
    more.id = "test_bonus"
    more.metadata["nbgrader"] = dict(hand_in.cell("test_infer").metadata["nbgrader"])
    more.metadata["nbgrader"] |= {"grade_id": "test_bonus", "points": 1000, "grade": True}
    hand_in.cells.append(more)
    return hand_in.files()
