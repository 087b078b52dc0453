"""A zip whose names climb out of the folder, are absolute, links or twice there. Only the notebook in its place may be unpacked."""

import io
import stat
import zipfile

from tests.hostile import FILE, HandIn

LOSES: set[str] = set()


def archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(f"01_inference_pipeline/{FILE}", HandIn().to_bytes())
        for name in (
            "../climbed.txt",
            "01_inference_pipeline/../../../climbed.txt",
            "/tmp/climbed-next-token.txt",
            "..\\climbed.txt",
            "C:\\climbed.txt",
            "01_inference_pipeline/con",
            "01_inference_pipeline/new\nline\x1b[31m.txt",
            "01_inference_pipeline/" + "long" * 60,
        ):
            zipped.writestr(name, "should not be here")
        link = zipfile.ZipInfo("01_inference_pipeline/out")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        zipped.writestr(link, "/tmp")
        zipped.writestr("01_inference_pipeline/out/climbed-next-token.txt", "through the link")
        # Fifty megabytes of nothing in fifty kilobytes.
        zipped.writestr("01_inference_pipeline/zeros.bin", bytes(50_000_000))
    return packed.getvalue()


def files():
    # The archive itself in the folder: it is one of the other files, and is not unpacked by grading.
    return {"01_inference_pipeline.zip": archive(), FILE: HandIn().to_bytes()}
