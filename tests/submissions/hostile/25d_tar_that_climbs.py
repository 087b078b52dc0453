"""A tar whose members climb out of the folder, are links, pipes or devices. Only the notebook in its place may be unpacked."""

import io
import tarfile

from tests.hostile import FILE, HandIn

LOSES: set[str] = set()


def archive() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:

        def add(name: str, content: bytes = b"should not be here", kind=tarfile.REGTYPE, to=""):
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.mode = kind, to, 0o4777
            member.size = len(content) if kind == tarfile.REGTYPE else 0
            tar.addfile(member, io.BytesIO(content))

        add("../climbed.txt")
        add("/tmp/climbed-next-token.txt")
        add("01_inference_pipeline/out", kind=tarfile.SYMTYPE, to="/tmp")
        add("01_inference_pipeline/out/climbed-next-token.txt")
        add("01_inference_pipeline/hard", kind=tarfile.LNKTYPE, to="../../../etc/passwd")
        add("01_inference_pipeline/pipe", kind=tarfile.FIFOTYPE)
        add("01_inference_pipeline/zero", kind=tarfile.CHRTYPE)
        add(f"01_inference_pipeline/{FILE}", HandIn().to_bytes())
    return packed.getvalue()


def files():
    return {"01_inference_pipeline.tar.gz": archive(), FILE: HandIn().to_bytes()}
