"""The memory report and the release of what nobody uses."""

import gc
import sys
import weakref

import psutil
import pytest

from utils import MemoryReport, memory_report, release_memory
from utils.memory import format_bytes


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
    [(0, "0 kB"), (1_500, "2 kB"), (538_090_408, "538 MB"), (999_900_000, "1.0 GB")],
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
