"""Weights from a model hub: listed at the pinned commit, downloaded, each file checked.

A stopped download is gone on with. That is why the bytes are fetched here and not by
`hf_hub_download`, which in version 2.4 of huggingface_hub keeps nothing of it.
"""

import contextlib
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from huggingface_hub import HfApi, constants, get_session, hf_hub_url
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HTTPError,  # of httpx, in the version that huggingface_hub uses
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

from utils.artifacts import ARTIFACTS, ModelUnavailable, OnHub
from utils.memory import format_bytes
from utils.prepare import convert, download_bar, folder_bytes, require_space

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling
    from tqdm import tqdm

# What a model needs beside its weights. Never code: nothing else is downloaded.
_BESIDE = {
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "spiece.model",
    "tokenizer.model",
    "chat_template.jinja",
}
# In the order in which they are looked for; only the last kind has to be converted.
_WEIGHTS = [
    r"model\.safetensors",
    r"model-\d{5}-of-\d{5}\.safetensors|model\.safetensors\.index\.json",
    r"pytorch_model\.bin",
]


def fetch(artifact: OnHub, work: Path) -> Path:
    """A folder under `work` that holds the model, ready to load.

    What an earlier call left in `work` is not downloaded again. The token is
    huggingface_hub's own: HF_TOKEN, or that of `hf auth login`.

    Raises ModelUnavailable, and OSError of the disk.
    """
    pinned = work / "pinned"
    pinned.mkdir(parents=True, exist_ok=True)
    with _refusals_explained(artifact, pinned):
        listing = HfApi().model_info(
            artifact.repository,
            revision=artifact.pin,
            files_metadata=True,
            timeout=constants.HF_HUB_DOWNLOAD_TIMEOUT,
        )
        files = _choose(artifact, listing.siblings or [])
        total = sum(_size(file) for file in files)
        pickled = any(file.rfilename.endswith(".bin") for file in files)
        here = folder_bytes(pinned)
        require_space(artifact, (2 if pickled else 1) * total - here)
        with download_bar(artifact, total) as bar:
            bar.update(here)
            for file in files:
                if not (pinned / file.rfilename).exists():
                    _download(artifact, file, pinned, bar)
    if not pickled:
        return pinned
    converted = work / "converted"
    shutil.rmtree(converted, ignore_errors=True)  # of a run that was killed
    convert(artifact, pinned / "pytorch_model.bin", converted)
    for file in files:  # rather the hub's own configuration than a rewritten one
        if file.rfilename in _BESIDE:
            (pinned / file.rfilename).replace(converted / file.rfilename)
    return converted


def _choose(artifact: OnHub, files: "list[RepoSibling]") -> "list[RepoSibling]":
    """Configuration, tokenizer and one kind of weights, small files first."""
    for pattern in _WEIGHTS:
        weights = [file for file in files if re.fullmatch(pattern, file.rfilename)]
        if weights:
            return sorted([f for f in files if f.rfilename in _BESIDE] + weights, key=_size)
    raise ModelUnavailable(
        f"{artifact.repository} has no weights that this course can load at the commit "
        f"{artifact.pin[:8]}. Please report it; until then, use another model."
    )


def _size(file: "RepoSibling") -> int:
    return file.size or 0


def _download(artifact: OnHub, file: "RepoSibling", folder: Path, bar: "tqdm") -> None:
    """One file into `folder`, from where an earlier try stopped; checked, then named."""
    url = hf_hub_url(artifact.repository, file.rfilename, revision=artifact.pin)
    partial = folder / f"{file.rfilename}.part"
    partial.touch()
    reached = partial.stat().st_size
    while (start := partial.stat().st_size) < _size(file):
        # Never compressed: a range of that would be other bytes.
        headers = build_hf_headers() | {"Accept-Encoding": "identity", "Range": f"bytes={start}-"}
        timeout = constants.HF_HUB_DOWNLOAD_TIMEOUT
        try:
            with get_session().stream("GET", url, headers=headers, timeout=timeout) as response:
                hf_raise_for_status(response)
                if response.status_code != 206:  # all of it again
                    bar.update(-start)
                    start = 0
                with partial.open("ab" if start else "wb") as out:
                    for piece in response.iter_bytes():
                        out.write(piece)
                        bar.update(len(piece))
            break
        except HfHubHTTPError:
            raise
        except HTTPError:
            # A connection that breaks is made anew as long as that brings something.
            if partial.stat().st_size <= reached:
                raise
            reached = partial.stat().st_size
    if not _is_as_listed(file, partial):
        partial.unlink()
        raise ModelUnavailable(
            f"{file.rfilename} of {artifact.name} did not arrive as the hub lists it, so it was "
            f"deleted. Run again: python -m utils prepare {artifact.name}"
        )
    partial.replace(folder / file.rfilename)


def _is_as_listed(file: "RepoSibling", path: Path) -> bool:
    """Whether the file has the digest that the hub lists: SHA-256 of a large one, git's
    SHA-1 of a small one."""
    with path.open("rb") as content:
        if file.lfs:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.lfs.sha256
        blob = b"blob %d\0" % path.stat().st_size + content.read()
        return hashlib.sha1(blob).hexdigest() == file.blob_id


@contextlib.contextmanager
def _refusals_explained(artifact: OnHub, pinned: Path) -> Iterator[None]:
    """Turn what the hub says into a sentence with the next step.

    Its exceptions are OSErrors: they must not pass for the disk's.
    """
    page = f"https://huggingface.co/{artifact.repository}"
    again = f"python -m utils prepare {artifact.name}"
    log_in = "run `hf auth login` or set HF_TOKEN"
    try:
        yield
        return
    except OfflineModeIsEnabled as error:
        cause: Exception = error
        message = (
            f"{artifact.name} is not in the cache, and HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE "
            f"forbids asking a model hub for it. Unset these, then run: {again}"
        )
    except GatedRepoError as error:
        cause = error
        if error.response.status_code == 401:
            message = (
                f"The hub gives {artifact.name} only to accounts that accepted its licence. "
                f"Accept it at {page}, then {log_in}, and run again: {again}"
            )
        else:
            message = (
                f"The account of your token has no access to {artifact.name}. Ask for it at "
                f"{page} with that account, wait for the approval, and run again: {again}"
            )
    except RevisionNotFoundError as error:
        cause = error
        message = (
            f"{artifact.repository} has no commit {artifact.pin[:8]} (any more), the one that "
            f"{artifact.name} is pinned to. Please report it; until then, use another model."
        )
    except RepositoryNotFoundError as error:
        cause = error
        message = (
            f"There is no {artifact.repository} on the hub, or it is private. Look at {page}; "
            f"if you can see it only when logged in, {log_in}, and run again: {again}"
        )
    except HfHubHTTPError as error:
        cause = error
        status = error.response.status_code
        if status == 401:
            message = f"The hub does not accept your token. To get another, {log_in}; then: {again}"
        else:
            message = f"The hub answered {artifact.name} with error {status}. Try later: {again}"
    except (HTTPError, json.JSONDecodeError) as error:  # or a network's log-in page answered
        cause = error
        if kept := folder_bytes(pinned):
            message = (
                f"The download of {artifact.name} was interrupted; {format_bytes(kept)} of it "
                f"are kept. Check the internet connection; this goes on from there: {again}"
            )
        else:
            without = [a.name for a in ARTIFACTS.values() if not isinstance(a, OnHub)]
            message = (
                f"No model hub can be reached at {constants.ENDPOINT}, and {artifact.name} is "
                f"nowhere else. Check the internet connection, then run: {again} "
                f"({', '.join(without)} need no hub)"
            )
    raise ModelUnavailable(message) from cause
