"""How much memory is in use, and how to give back what is not."""

import ctypes
import gc
import sys
import threading
import time
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
        if self.cuda_allocated is not None and self.cuda_reserved is not None:
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
    if count < 999.5e9:
        return f"{count / 1e9:.1f} GB"
    return f"{count / 1e12:.1f} TB"


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


@dataclass(frozen=True)
class MemorySample:
    """Memory of this process at one moment of a timeline, in bytes.

    seconds: since the timeline began. cuda: allocated by tensors, None without a
    GPU in use. name: of a mark, empty for an ordinary sample.
    """

    seconds: float
    process: int
    cuda: int | None = None
    name: str = ""


class MemoryTimeline:
    """Samples this process's memory in a thread, from its `with` to the block's end.

        with MemoryTimeline() as timeline:
            loaded = load_model("smollm2-135m")
            timeline.mark("loaded")
        memory_timeline(timeline)  # the picture

    interval: seconds between samples. What comes and goes between two of them is
    not seen. samples: all of them so far, marks included.
    """

    def __init__(self, interval: float = 0.05):
        self.interval = interval
        self.samples: list[MemorySample] = []
        self._start = 0.0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def marks(self) -> list[MemorySample]:
        """The samples that were given a name, in order."""
        return [sample for sample in self.samples if sample.name]

    @property
    def peak(self) -> int:
        """Most bytes of the process in any sample."""
        return max(sample.process for sample in self.samples)

    @property
    def peak_cuda(self) -> int | None:
        """Most bytes of CUDA tensors in any sample; None if there was no GPU in use."""
        return max((s.cuda for s in self.samples if s.cuda is not None), default=None)

    def mark(self, name: str) -> None:
        """Sample now, under a name that the picture shows."""
        self._sample(name)

    def __enter__(self) -> "MemoryTimeline":
        if self._thread is not None:
            raise RuntimeError("a timeline runs once: make another MemoryTimeline()")
        self._start = time.perf_counter()
        self._sample()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._sample()

    def _run(self) -> None:
        while not self._stop.wait(self.interval):
            self._sample()

    def _sample(self, name: str = "") -> None:
        now = memory_report()
        seconds = time.perf_counter() - self._start
        self.samples.append(MemorySample(seconds, now.process, now.cuda_allocated, name))

    def __repr__(self) -> str:
        if not self.samples:
            return "memory timeline, not started"
        first, last = self.samples[0], self.samples[-1]
        text = (
            f"memory timeline of {last.seconds:.1f} s: "
            f"{format_bytes(first.process)} at the start, "
            f"{format_bytes(self.peak)} at its peak, "
            f"{format_bytes(last.process)} at the end"
        )
        if self.peak_cuda is not None:
            text += f"; GPU {format_bytes(self.peak_cuda)} at its peak"
        return text


def _cuda_in_use():
    """`torch.cuda` if this process has used it: a report must not import torch,
    nor create the context that alone takes hundreds of megabytes."""
    torch = sys.modules.get("torch")
    return torch.cuda if torch and torch.cuda.is_initialized() else None
