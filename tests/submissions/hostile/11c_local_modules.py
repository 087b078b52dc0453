"""Files named like the modules that a notebook imports lie beside an honest one. They are not there when it runs: nothing is lost."""

from tests.hostile import FILE, Folder, HandIn

LOSES: set[str] = set()

BREAK = b"raise SystemExit('a local file was imported')\n"


def files():
    return {
        "torch.py": BREAK,
        "transformers.py": BREAK,
        "json.py": BREAK,
        "sitecustomize.py": BREAK,
        "usercustomize.py": BREAK,
        "ipython_config.py": b"c.InteractiveShellApp.exec_lines = ['raise SystemExit']\n",
        "ipython_kernel_config.py": b"c.IPKernelApp.exec_lines = ['raise SystemExit']\n",
        "nbgrader_config.py": b"c = get_config()\nc.CourseDirectory.root = '/'\n",
        "course.toml": b"[course]\ntitle = 'mine'\n[[notebook]]\n",
        "kernel.json": b'{"argv": ["/bin/false"], "display_name": "Python 3", "language": "python"}',
        "utils": Folder({"__init__.py": BREAK, "toy.py": BREAK}),
        "autograde": Folder({"__init__.py": b"def mark(name, namespace):\n    return 3.0\n"}),
        ".ipython": Folder({"profile_default": Folder({"startup": Folder({"0.py": BREAK})})}),
        FILE: HandIn().to_bytes(),
    }
