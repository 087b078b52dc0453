"""How much memory is in use, and how to give back what is not."""

import ctypes
import gc
import sys
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class MemoryReport:
    """Memory at one moment, in bytes. The CUDA figures are None without a GPU.

    `process` is the resident set of this process: pages of a memory-mapped file
    count from the moment they are read. `cuda_allocated` is held by tensors,
    `cuda_reserved` is what PyTorch keeps from the driver, used or not.
    """

    process: int
    available: int
    total: int
    cuda_allocated: int | None = None
    cuda_reserved: int | None = None

    def __repr__(self) -> str:
        text = (
            f"this process {format_bytes(self.process)}; "
            f"machine {format_bytes(self.available)} free "
            f"of {format_bytes(self.total)}"
        )
        if self.cuda_allocated is not None:
            text += (
                f"; GPU {format_bytes(self.cuda_allocated)} in tensors, "
                f"{format_bytes(self.cuda_reserved)} reserved"
            )
        return text


def format_bytes(count: int) -> str:
    """`count` bytes as a person writes it: decimal units, three digits at most."""
    if count < 1e6:
        return f"{count / 1e3:.0f} kB"
    if count < 999.5e6:
        return f"{count / 1e6:.0f} MB"
    return f"{count / 1e9:.1f} GB"


def memory_report() -> MemoryReport:
    """The memory that this process, the machine and its GPU use now."""
    machine = psutil.virtual_memory()
    cuda = _cuda_in_use()
    return MemoryReport(
        process=psutil.Process().memory_info().rss,
        available=machine.available,
        total=machine.total,
        cuda_allocated=cuda.memory_allocated() if cuda else None,
        cuda_reserved=cuda.memory_reserved() if cuda else None,
    )


def release_memory() -> int:
    """Free what nothing refers to any more; return the bytes given back.

    Python's garbage collector breaks reference cycles, PyTorch returns its unused
    GPU blocks to the driver, and on Linux the C library returns its unused pages to
    the system. What a variable still refers to stays.
    """
    before = memory_report()
    gc.collect()
    if cuda := _cuda_in_use():
        cuda.empty_cache()
    if sys.platform == "linux":
        try:
            ctypes.CDLL("libc.so.6").malloc_trim(0)
        except (OSError, AttributeError):
            pass  # another C library (musl) has no such call and needs none
    after = memory_report()
    gpu = (before.cuda_reserved or 0) - (after.cuda_reserved or 0)
    return max(0, before.process - after.process) + max(0, gpu)


def _cuda_in_use():
    """`torch.cuda` if this process has used it: a report must not import torch,
    nor create the context that alone takes hundreds of megabytes."""
    torch = sys.modules.get("torch")
    return torch.cuda if torch and torch.cuda.is_initialized() else None
