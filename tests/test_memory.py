"""The memory report and the release of what nobody uses."""

import gc
import sys
import threading
import time
import weakref

import psutil
import pytest

from utils import MemoryReport, MemoryTimeline, memory_report, release_memory
from utils.memory import MemorySample, format_bytes


def test_report_is_sane():
    report = memory_report()
    assert 10e6 < report.process < report.total
    assert 0 < report.available <= report.total
    assert report.total == psutil.virtual_memory().total


def test_report_sees_an_allocation():
    before = memory_report().process
    block = bytearray(b"x") * 200_000_000
    assert memory_report().process - before > 150_000_000
    del block


def test_report_reads_well():
    report = MemoryReport(process=350_000_000, available=2 * 10**9, total=8 * 10**9)
    assert repr(report) == "this process 350 MB; machine 2.0 GB free of 8.0 GB"
    with_gpu = MemoryReport(1, 2, 3, 269_000_000, 2 * 10**9)
    assert "GPU 269 MB in tensors, 2.0 GB reserved" in repr(with_gpu)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 kB"),
        (1_500, "2 kB"),
        (538_090_408, "538 MB"),
        (999_900_000, "1.0 GB"),
        (4_411 * 10**9, "4.4 TB"),
    ],
)
def test_format_bytes(count, text):
    assert format_bytes(count) == text


def test_release_breaks_cycles():
    class Node:
        pass

    gc.disable()
    try:
        node = Node()
        node.itself = node
        alive = weakref.ref(node)
        del node
        assert alive() is not None
        release_memory()
        assert alive() is None
    finally:
        gc.enable()


@pytest.mark.skipif(sys.platform != "linux", reason="malloc_trim is glibc's")
def test_release_returns_pages_and_counts_them():
    # Too small for mappings of their own, and the last one on top of the heap keeps
    # the allocator from giving the others back by itself.
    blocks = [bytearray(b"x") * 60_000 for _ in range(3_000)]
    on_top = blocks.pop()
    blocks.clear()
    before = memory_report().process
    given_back = release_memory()
    assert given_back > 100_000_000
    assert before - memory_report().process > 100_000_000
    assert len(on_top) == 60_000


def test_release_never_counts_below_zero():
    assert all(release_memory() >= 0 for _ in range(3))


def test_timeline_sees_a_load_an_unload_and_a_leak():
    with MemoryTimeline(interval=0.01) as timeline:
        block = bytearray(b"x") * 200_000_000
        timeline.mark("loaded")
        leaked = bytearray(b"x") * 60_000_000
        del block
        timeline.mark("unloaded")
    first, last = timeline.samples[0], timeline.samples[-1]
    assert timeline.peak - first.process > 200_000_000
    assert 40_000_000 < last.process - first.process < 150_000_000
    assert [mark.name for mark in timeline.marks] == ["loaded", "unloaded"]
    loaded, unloaded = timeline.marks
    assert first.seconds <= loaded.seconds <= unloaded.seconds <= last.seconds
    assert loaded.process - unloaded.process > 100_000_000
    assert len(leaked) == 60_000_000


def test_timeline_samples_by_itself_and_stops():
    with MemoryTimeline(interval=0.001) as timeline:
        while len(timeline.samples) < 5:  # would hang if nothing came
            time.sleep(0.001)
    taken = len(timeline.samples)
    time.sleep(0.05)
    assert len(timeline.samples) == taken
    assert not any("_run" in t.name for t in threading.enumerate())


def test_timeline_ends_with_an_exception_and_runs_once():
    with pytest.raises(KeyError), MemoryTimeline() as timeline:
        raise KeyError
    assert len(timeline.samples) >= 2
    with pytest.raises(RuntimeError, match="another MemoryTimeline"):
        timeline.__enter__()


def test_timeline_reads_well():
    timeline = MemoryTimeline()
    assert repr(timeline) == "memory timeline, not started"
    timeline.samples = [
        MemorySample(0.0, 10**8),
        MemorySample(1.0, 9 * 10**8, 5 * 10**8),
        MemorySample(2.0, 2 * 10**8, 0),
    ]
    assert (timeline.peak, timeline.peak_cuda) == (9 * 10**8, 5 * 10**8)
    assert repr(timeline) == (
        "memory timeline of 2.0 s: 100 MB at the start, 900 MB at its peak, "
        "200 MB at the end; GPU 500 MB at its peak"
    )


def test_timeline_sees_the_gpu():
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device here")
    torch.zeros(1, device="cuda")
    with MemoryTimeline(interval=0.01) as timeline:
        block = torch.zeros(100_000_000, dtype=torch.uint8, device="cuda")
        timeline.mark("there")
        del block
    assert timeline.peak_cuda - timeline.samples[0].cuda >= 100_000_000
    assert timeline.samples[-1].cuda == timeline.samples[0].cuda
