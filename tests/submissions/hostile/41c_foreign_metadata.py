"""Grade ids of locked cells that are unknown, a path or no text. The release knows its own cells: nothing is lost."""

from tests.hostile import HandIn

LOSES: set[str] = set()
PROBLEMS = {"unknown_grade_id", "metadata_changed"}


def files():
    return (
        HandIn()
        .metadata("test_left_pad", grade_id="test_of_my_own")
        .metadata("try_left_pad", grade_id=7)
        .metadata("try_infer", grade_id=["infer"])
        .metadata("test_infer", grade_id="../../../etc/passwd")
        .metadata("try_encode_chat", schema_version="<script>", checksum={"a": [1]})
        .files()
    )
