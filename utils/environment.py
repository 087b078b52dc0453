"""The set-up cell: is this machine ready, and if not, what would mend it?"""

import re
import shutil
import sys
from importlib import metadata

from utils.artifacts import cache_dir, find_artifact, find_base
from utils.hardware import default_device, default_dtype, step_seconds
from utils.memory import format_bytes, memory_report
from utils.prepare import is_ready

PYTHON = ((3, 11), (3, 13))
# What loading a model needs, with the lower bounds of pyproject.toml.
PACKAGES = {
    "torch": "2.6",
    "transformers": "5.10",
    "accelerate": "1.10",
    "gguf": "0.17",
}
MEMORY_BYTES = 2_000_000_000


def check_setup(model: str = "smollm2-135m") -> None:
    """Print one [OK] or [FAIL] line per requirement; a FAIL says what mends it.

    model: the one that the notebook will load. Nothing is downloaded, and a FAIL is
    printed, never raised. In Colab a [NOTE] says how to keep the notebook.
    """
    for check in (_python, _packages, _device, _memory, lambda: _model(model)):
        ok, line = check()
        print(f"{'[OK]  ' if ok else '[FAIL]'} {line}")
    if "google.colab" in sys.modules:
        print("[NOTE] Colab forgets this notebook: choose File → Save a copy in Drive now.")


def _python() -> tuple[bool, str]:
    found = sys.version_info
    low, high = (".".join(map(str, bound)) for bound in PYTHON)
    if PYTHON[0] <= found[:2] <= PYTHON[1]:
        return True, f"Python {found.major}.{found.minor}.{found.micro}"
    return False, (
        f"Python {found.major}.{found.minor}: the course needs {low} to {high}. "
        "Install one of these and choose it as the notebook's kernel."
    )


def _packages() -> tuple[bool, str]:
    found, wanted = {}, []
    for name, minimum in PACKAGES.items():
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "missing"
        if _numbers(found[name]) < _numbers(minimum):
            wanted.append(f'"{name}>={minimum}"')
    seen = ", ".join(f"{name} {version}" for name, version in found.items())
    if wanted:
        command = f"%pip install {' '.join(wanted)}"
        return False, f"Packages: {seen}. Run {command} and restart the kernel."
    return True, f"Packages: {seen}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def _device() -> tuple[bool, str]:
    try:
        device = default_device()
        dtype = str(default_dtype(device)).removeprefix("torch.")
        line = f"Device: {device}, computing in {dtype}"
        if device.type != "cuda":
            measured = step_seconds(device)
            line += " (measured for one step: " + ", ".join(
                f"{name} {seconds * 1e3:.1f} ms" for name, seconds in measured.items()
            )
            line += ")"
        return True, line
    except (ImportError, OSError, RuntimeError) as error:
        return False, (
            f"Device: PyTorch does not work here ({error}). "
            "Run %pip install --force-reinstall torch and restart the kernel."
        )


def _memory() -> tuple[bool, str]:
    report = memory_report()
    line = f"Memory: {format_bytes(report.available)} free of {format_bytes(report.total)}"
    if report.available < MEMORY_BYTES:
        return False, (
            f"{line}; {format_bytes(MEMORY_BYTES)} are needed. Shut down other "
            "notebooks' kernels and close other programs."
        )
    return True, line


def _model(name: str) -> tuple[bool, str]:
    try:
        artifact = find_base(find_artifact(name))
    except ValueError as error:
        return False, f"Model: {error}"
    if is_ready(artifact):
        return True, f"Model: {name} is on disk"
    needed = artifact.needed_bytes
    place = cache_dir()
    while not place.exists():  # it is made by the first load
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < needed:
        return False, (
            f"Model: {name} needs {format_bytes(needed)} of disk, {place} has "
            f"{format_bytes(free)}. Free some, or set NEXT_TOKEN_CACHE to a folder "
            "elsewhere."
        )
    return True, f"Model: {name} is not here yet; its first load is {artifact.download}"
