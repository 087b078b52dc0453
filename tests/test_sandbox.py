"""The walls around a student's kernel: what it sees, what it may use, and that nothing of it is left."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
import torch

from autograde.exercise import Found, StudentTimeout
from autograde.fixtures import Function, transformer
from autograde.sandbox import (
    KernelDied,
    Limits,
    NoSandbox,
    Sandbox,
    prepare_kernels,
    require_sandbox,
    why_not,
)
from autograde.syllabus import ROOT
from tests.processes import descendants

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is a Linux program"),
]
SMALL = Limits(
    call=2, cell=4, memory=768 << 20, processes=64, disk=32 << 20, file=16 << 20, output=20_000
)


@pytest.fixture(scope="module")
def box():
    with Sandbox(SMALL, [ROOT / "LICENSE"]) as box:
        yield box


def text(ran) -> str:
    return "".join(output.get("text", "") for output in ran.outputs)


# --- what it sees


def test_nothing_of_the_course_but_utils_and_the_students_side(box):
    seen = text(
        box.run(
            "import os\n"
            "for top, folders, files in os.walk('/'):\n"
            "    if top.startswith(('/proc', '/dev', '/usr', '/lib')) or 'site-packages' in top:\n"
            "        folders.clear()\n"
            f"    elif top.startswith(({sys.base_prefix!r}, {sys.prefix!r})):\n        folders.clear()\n"
            "    else:\n"
            "        print('\\n'.join(os.path.join(top, file) for file in files))\n"
        )
    )
    ours = [line for line in seen.splitlines() if line.endswith((".py", ".ipynb", ".toml", ".db"))]
    ours = [line for line in ours if not line.startswith(sys.base_prefix)]
    assert any(line.endswith("/utils/toy.py") for line in ours)
    for line in ours:
        assert line.startswith(
            ("/opt/next-token/utils/", "/opt/next-token/autograde/student/", sys.prefix)
        ), line
    for word in ("checks/", "solutions", "submissions", "gradebook", "course.toml"):
        assert word not in seen
    assert "/student/LICENSE" in seen


def test_packages_may_lie_below_tmp():
    """Where each kernel has a disk of its own."""

    def link(source, target):
        try:
            os.link(source, target)
        except OSError:  # another file system
            shutil.copy2(source, target)

    code = "from autograde.sandbox import Limits, Sandbox\nwith Sandbox(Limits(), []) as box: "
    code += "print(box.run('import tarfile, IPython.core.debugger').outputs)"
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        copy = Path(folder, "deep", "venv")
        shutil.copytree(sys.prefix, copy, symlinks=True, copy_function=link)
        command = [copy / "bin" / "python", "-c", code]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_hidden_checks_cannot_be_imported(box):
    ran = box.run("import autograde.student.servant\nimport autograde.checks.inference_pipeline")
    assert ran.outputs[-1].ename == "ModuleNotFoundError"


def test_an_unprivileged_user_without_network_or_secrets(box, monkeypatch):
    assert text(box.run(f"import os; print(os.getuid() not in (0, {os.getuid()}))")) == "True\n"
    assert "CapEff:\t0000000000000000" in text(box.run("print(open('/proc/self/status').read())"))
    for line in (
        "socket.create_connection(('127.0.0.1', 80), 1)",
        "socket.gethostbyname('example.org')",
    ):
        assert box.run(f"import socket\n{line}").outputs[-1].output_type == "error"
    names = text(box.run("print(*os.environ)")).split()
    assert not [
        name
        for name in names
        if "TOKEN" in name.replace("NEXT_TOKEN", "").replace("TOKENIZERS", "") or "SECRET" in name
    ]
    assert (
        text(box.run("print(len([p for p in os.listdir('/proc') if p.isdigit()]) < 8)")) == "True\n"
    )


@pytest.mark.parametrize(
    "place", ["/usr/x", "/opt/next-token/utils/x.py", "/x", sys.prefix + "/x", "LICENSE"]
)
def test_nothing_can_be_written_but_its_own(box, place):
    assert box.run(f"open({place!r}, 'w').write('x')").outputs[-1].output_type == "error"


# --- what it may use


def test_a_disk_of_its_own_with_an_end(box):
    fill = "for n in range(9):\n    open(f'{n}', 'wb').write(bytes(8 << 20))"
    for cell in (fill, "open('large', 'wb').write(bytes(20 << 20))"):
        assert "OSError" in [output.get("ename") for output in box.run(cell).outputs]
    assert box.run("import glob, os\nfor f in glob.glob('[0-9l]*'): os.remove(f)").outputs == []


def test_processes_have_an_end(box):
    forks = (
        "import os, signal\npids = []\ntry:\n    while len(pids) < 70:\n        pid = os.fork()\n"
        "        if pid == 0:\n            signal.pause()\n        pids.append(pid)\n"
        "except OSError:\n    print('enough')\n"
    )
    assert text(box.run(forks)).endswith("enough\n")
    with box.student() as student:  # what a cell has left running is ended first
        assert student.identifiers("len") is not None
    assert (
        text(box.run("print(len([p for p in os.listdir('/proc') if p.isdigit()]) < 8)")) == "True\n"
    )


def test_much_output_is_cut(box):
    ran = box.run("print('x' * 10_000_000)\nfor n in range(3000): print(n)")
    assert 10_000 < len(text(ran)) < 30_000 and "output cut" in text(ran)
    assert text(box.run("print(1)")) == "1\n"


def test_a_cell_that_goes_on_is_interrupted(box):
    start = time.monotonic()
    ran = box.run("while True: pass")
    assert ran.stopped == "time" and ran.outputs[-1].ename == "KeyboardInterrupt"
    assert time.monotonic() - start < 30
    assert text(box.run("print(box_lives := 1)")) == "1\n"


def test_an_interrupt_that_comes_too_late_does_no_harm(box):
    done = threading.Event()

    def interrupt():
        while not done.wait(0.003):
            os.kill(box._pid, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        for _ in range(40):
            box.run("sum(range(100_000))")
    finally:
        done.set()
        thread.join()
    assert text(box.run("print(1)")) == "1\n"


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", "time"),
        ("import itertools\nsum(itertools.count())", "time"),
        ("x = []\nwhile True: x.append(b'x' * (50 << 20))", "memory"),
        ("import os; os._exit(0)", "died"),
        ("exit()", "died"),
        ("import ctypes; ctypes.string_at(0)", "died"),
        ("import os; os.kill(os.getpid(), 19)", "time"),
    ],
    ids=["ignores", "in C", "memory", "exits", "exit()", "segfault", "stopped"],
)
def test_a_cell_that_cannot_be_interrupted_ends_the_kernel_and_no_more(cell, why):
    with Sandbox(SMALL, []) as box:
        assert box.run(cell).stopped == why
        assert not box.alive
        with pytest.raises(KernelDied), box.student():
            pass


def test_nothing_is_left():
    server = prepare_kernels([], isolated=True)
    before, files = set(descendants()), set(server.folder.iterdir())
    daemon = (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        time.sleep(600)\n    os._exit(0)\n"
    )
    with Sandbox(SMALL, []) as box:
        box.run(daemon)
        box.run("def f():\n    " + daemon.replace("\n", "\n    "))
        with box.student() as student:
            student["f"]()
    time.sleep(0.5)
    left = [
        command
        for pid, command in descendants().items()
        if pid not in before and "autograde.student" in command
    ]
    assert left == []
    assert set(server.folder.iterdir()) == files


# --- calls


def test_a_fork_answers_and_what_it_does_is_gone(box):
    box.run("n = 1\ndef f(x):\n    global n\n    n += 1\n    print('noise')\n    return x * n")
    for _ in range(2):
        with box.student() as student:
            assert torch.equal(student["f"](torch.ones(2)), torch.full((2,), 2.0))
            assert student["f"](1) == 3
    assert text(box.run("print(n)")) == "1\n"


def test_a_lent_model_is_answered_by_the_judge(box):
    box.run(
        "def greedy(model, ids):\n    out = model(ids)\n    return out.logits, out.past_key_values\n"
        "def ask(f): return [f(n) for n in range(3)]"
    )
    model, reference = transformer("llama", seed=5)
    ids = torch.tensor([[3, 4, 5]])
    double = Function("double", lambda n: 2 * n)
    with box.student() as student:
        logits, cache = student["greedy"](model, ids)
        assert torch.allclose(logits, reference(ids).logits, atol=1e-5)
        assert model.holds(cache, ids) and not model.holds(cache, ids + 1)
        assert len(model.requests) == 1
        assert student["ask"](double) == [0, 2, 4] and double.calls == [(0,), (1,), (2,)]


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("while True: pass", "timed_out"),
        ("import time; time.sleep(60)", "timed_out"),
        ("import os; os._exit(0)", "crashed"),
        ("import ctypes; ctypes.string_at(0)", "crashed"),
        ("x = []\n    while True: x.append(b'x' * (50 << 20))", "out_of_memory"),
        ("import os\n    if os.fork(): os._exit(0)\n    while True: pass", "crashed"),
    ],
    ids=["loops", "sleeps", "exits", "segfault", "memory", "leaves a child"],
)
def test_a_call_that_does_not_return_costs_only_itself(box, body, finding):
    box.run(f"def bad():\n    {body}\ndef good(): return 1")
    with pytest.raises(Found) as found, box.student() as student:
        student["bad"]()
    assert found.value.finding.id == finding
    with box.student() as student:
        assert student["good"]() == 1


def test_what_a_cell_broke_is_whole_in_a_call(box):
    box.run(
        "import builtins, sys\n"
        "def honest(x):\n    import torch\n    return sum([torch.softmax(x, -1).argmax().item(), 1])\n"
    )
    with Sandbox(SMALL, []) as other:
        other.run(
            "import builtins, sys, torch\nkept = builtins.setattr\n"
            "def honest(x):\n    import torch\n    return sum([torch.softmax(x, -1).argmax().item(), 1])\n"
            "builtins.sum = lambda x: 99\ntorch.softmax = None\ntorch.Tensor.argmax = None\n"
            "torch.Tensor.clone = lambda self: 1 / 0\nsys.modules['torch'] = None\n"
            "torch.set_default_dtype(torch.float64)\ntorch.set_grad_enabled(False)"
        )
        for each in (box, other):
            with each.student() as student:
                assert student["honest"](torch.zeros(3)) == 1


def test_threads_of_the_notebook_do_no_harm(box):
    box.run(
        "import threading, time\nlock = threading.Lock()\n"
        "def hold():\n    while True:\n        with lock: time.sleep(0.01)\n"
        "threading.Thread(target=hold, daemon=True).start()\n"
        "def f(x): return x + 1"
    )
    for n in range(5):
        with box.student() as student:
            assert student["f"](n) == n + 1


def test_cells_can_be_run_in_a_fork(box):
    with box.student() as student:
        student.run(["a = 2", "%matplotlib inline\ndef g(x): return a * x"], 2)
        assert student["g"](4) == 8
    assert box.run("g").outputs[-1].ename == "NameError"


# --- fail closed


def test_without_bubblewrap_nothing_runs(monkeypatch, tmp_path):
    why_not.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    try:
        with pytest.raises(
            NoSandbox, match="apt install bubblewrap.*Nothing was run.*--sandbox none"
        ):
            require_sandbox()
    finally:
        why_not.cache_clear()


def test_off_linux_one_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(NoSandbox, match="on Linux.*the container.*autograde check"):
        require_sandbox(isolated=False)


AS_ANYBODY = """
from pathlib import Path
from autograde.sandbox import Limits, Sandbox
cell = '''
import os
print(os.getuid(), os.listdir("/student"), os.path.exists("/opt/next-token/autograde/checks"))
others = {n for n in os.listdir("/proc") if n.isdigit()} - {os.readlink("/proc/self")}
for place in (*(f"/proc/{n}/mem" for n in others), "/x", "/dev/x", "/opt/next-token/utils/x", "LICENSE"):
    try:
        open(place, "r+b" if place.startswith("/proc") else "w")
        print(place)
    except OSError:
        pass
'''
for _ in range(2):
    with Sandbox(Limits(), [Path("LICENSE")]) as box:
        box.run("open('kept', 'w')\\ndef f(x): return x + 1")
        with box.student() as student:
            assert student["f"](1) == 2
    with Sandbox(Limits(), [Path("LICENSE")]) as box:
        print(box.run(cell).outputs[0].text)
"""


def test_an_ordinary_user_gets_walls_too():
    anybody = ["bwrap", "--unshare-user", "--uid", "1000", "--gid", "1000", "--bind", "/", "/"]
    command = [*anybody, "--dev-bind", "/dev", "/dev", "--proc", "/proc", "--", sys.executable]
    done = subprocess.run([*command, "-c", AS_ANYBODY], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n") == ["65534 ['.ipython', 'LICENSE'] False", ""] * 2 + [""]


def test_without_walls_it_works_the_same():
    with Sandbox(SMALL, [ROOT / "LICENSE"], isolated=False) as box:
        box.run("def f(x): return x + 1")
        with box.student() as student:
            assert student["f"](1) == 2
        assert text(box.run("import os; print(os.path.exists('LICENSE'))")) == "True\n"


def test_limits_are_by_cpu_time_and_a_busy_machine_is_told_apart(box):
    box.run("import time\ndef nap(): time.sleep(100)")
    with pytest.raises(StudentTimeout), box.student() as student:
        try:
            student["nap"]()
        finally:
            assert student.stalled
    box.run("def spin():\n    while True: pass")
    with pytest.raises(StudentTimeout), box.student() as student:
        try:
            student["spin"]()
        finally:
            assert not student.stalled


def test_the_tools_are_there():
    assert shutil.which("bwrap") and why_not() == ""
