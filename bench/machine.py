"""What a figure depends on besides the code: the machine and the versions."""

import os
import platform
from importlib.metadata import version

PACKAGES = ("torch", "transformers", "tokenizers", "safetensors", "gguf", "nbgrader")


def facts() -> dict[str, object]:
    """This machine in words and numbers, for the JSON of a benchmark."""
    import torch

    return {
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "load": os.getloadavg() if hasattr(os, "getloadavg") else None,  # over 1, 5, 15 minutes
        "cuda": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
    }
