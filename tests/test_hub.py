"""Models from a hub: a small one, served here, that answers as the real one does.

The models are tiny ones under the real names and commits, so that nothing of the registry
has to be replaced; loading is tried in processes of their own, because huggingface_hub reads
where the hub is when it is imported. No real hub was asked when this was written.
"""

import hashlib
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch

from utils import cache_report, clear_cache, load_model
from utils.artifacts import OnHub, find_artifact
from utils.packages import tensor_digest
from utils.prepare import is_ready, prepare

ROOT = Path(__file__).parents[1]
INVITED, STRANGER = "hf_invited", "hf_stranger"  # tokens that the hub knows
LARGE = 10_000  # bytes; the hub keeps files above in LFS


def artifact(name: str) -> OnHub:
    found = find_artifact(name)
    assert isinstance(found, OnHub)
    return found


# ------------------------------------------------------------------- the small hub


@dataclass
class Request:
    """What the hub was asked. start: of the range, if any. token: if any was sent."""

    path: str
    start: int | None
    token: str | None


@dataclass
class Hub:
    """repositories: by `owner/name`, their folders, all at the pinned commit.
    gated: those that only INVITED may read. faults: how a file is served badly.
    log_in_page: what a hotel's network answers instead, whatever it is asked.
    resume: lets the files go on that are served with the fault "stop"."""

    address: str = ""
    repositories: dict[str, Path] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    faults: dict[str, str] = field(default_factory=dict)
    log_in_page: Path | None = None
    requests: list[Request] = field(default_factory=list)
    resume: threading.Event = field(default_factory=threading.Event)

    def offer(self, name: str, folder: Path) -> None:
        repository = artifact(name).repository
        self.repositories[repository] = folder
        self.commits[repository] = artifact(name).pin

    def asked_for(self, file: str) -> list[Request]:
        """The requests for the bytes of a file."""
        return [r for r in self.requests if r.path.startswith("/cdn/") and r.path.endswith(file)]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        hub = self.hub
        path = self.path.partition("?")[0]
        token = self.headers.get("Authorization", "").removeprefix("Bearer ") or None
        start = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        hub.requests.append(Request(path, int(start[1]) if start else None, token))
        if large := re.fullmatch(r"/cdn/(.+)/([^/]+)", path):  # no account is known there
            return self.send_file(hub.repositories[large[1]] / large[2])
        if hub.log_in_page:
            return self.send_file(hub.log_in_page)
        api = re.fullmatch(r"/api/models/(.+)/revision/(.+)", path)
        resolve = re.fullmatch(r"/(.+)/resolve/([^/]+)/(.+)", path)
        if not (match := api or resolve):
            return self.refuse(404, None, "no such page")
        repository, commit = match[1], match[2]
        if token not in (None, INVITED, STRANGER):
            return self.refuse(401, None, "Invalid credentials in Authorization header")
        if repository not in hub.repositories:
            status = 404 if token else 401  # it does not tell a stranger what is private
            return self.refuse(status, "RepoNotFound", "Repository not found")
        if commit != hub.commits[repository]:
            return self.refuse(404, "RevisionNotFound", f"Invalid rev id: {commit}")
        folder = hub.repositories[repository]
        if api:  # of a gated one too: only its files are kept back
            return self.send_json(folder, commit)
        if repository in hub.gated and token is None:
            return self.refuse(401, "GatedRepo", f"Access to model {repository} is restricted.")
        if repository in hub.gated and token != INVITED:
            return self.refuse(403, "GatedRepo", f"Access to model {repository} is restricted.")
        file = folder / match[3]
        if file.stat().st_size <= LARGE:
            return self.send_file(file)
        self.send_response(302)  # to another host, as on the real hub
        port = self.server.server_address[1]
        self.send_header("Location", f"http://localhost:{port}/cdn/{repository}/{match[3]}")
        self.send_header("X-Repo-Commit", commit)
        self.send_header("X-Linked-Etag", f'"{hashlib.sha256(file.read_bytes()).hexdigest()}"')
        self.send_header("X-Linked-Size", str(file.stat().st_size))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def refuse(self, status: int, code: str | None, message: str) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", message)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send_json(self, folder: Path, commit: str) -> None:
        siblings = []
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            content = path.read_bytes()
            entry = {"rfilename": path.relative_to(folder).as_posix(), "size": len(content)}
            if len(content) > LARGE:
                digest = hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 130}
                content = b"version https://git-lfs.github.com/spec/v1\n"
            entry["blobId"] = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            siblings.append(entry)
        body = json.dumps({"id": "x/y", "sha": commit, "siblings": siblings}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_file(self, path: Path) -> None:
        content = path.read_bytes()
        fault = self.hub.faults.get(path.name)
        start = self.hub.requests[-1].start or 0
        if fault == "changed":
            content = content[:-1] + bytes([content[-1] ^ 1])
        if fault == "short":
            content = content[: len(content) // 2]
        half = len(content) // 2
        if fault == "no ranges":
            start = 0
        if start >= len(content) > 0:
            self.send_response(416)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        ranged = "Range" in self.headers and fault != "no ranges"
        self.send_response(206 if ranged else 200)
        self.send_header("ETag", '"x"')
        self.send_header("Content-Length", str(len(content) - start))
        if ranged:
            last = len(content) - 1
            self.send_header("Content-Range", f"bytes {start}-{last}/{len(content)}")
        self.end_headers()
        if fault == "cut":  # the first half arrives, then nothing more, ever
            self.wfile.write(content[start:half])
            self.close_connection = True
        elif fault == "stop" and start < half:
            self.wfile.write(content[start:half])
            self.wfile.flush()
            self.hub.resume.wait(60)
            self.close_connection = True
        else:
            self.wfile.write(content[start:])


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # a client that was killed


@pytest.fixture
def hub():
    started = Hub()
    server = Server(("127.0.0.1", 0), type("HubHandler", (Handler,), {"hub": started}))
    started.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield started
    started.resume.set()
    server.shutdown()
    server.server_close()


# ------------------------------------------------------------------ the tiny models


def byte_vocabulary() -> dict[str, int]:
    from tokenizers import pre_tokenizers

    special = ["<s>", "<pad>", "</s>", "<unk>"]
    return {t: i for i, t in enumerate(special + sorted(pre_tokenizers.ByteLevel.alphabet()))}


@pytest.fixture(scope="session")
def opt(tmp_path_factory) -> Path:
    """As facebook/opt-125m: pickled fp16 weights, and a tokenizer in two files."""
    from transformers import OPTConfig, OPTForCausalLM

    folder = tmp_path_factory.mktemp("opt")
    torch.manual_seed(1)
    config = OPTConfig(
        vocab_size=260,
        hidden_size=64,
        ffn_dim=256,
        num_hidden_layers=2,
        num_attention_heads=4,
        word_embed_proj_dim=64,
        max_position_embeddings=128,
    )
    model = OPTForCausalLM(config).half()
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    config.save_pretrained(folder)
    (folder / "vocab.json").write_text(json.dumps(byte_vocabulary()), "utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\nt h\n", "utf-8")
    vocabulary = byte_vocabulary() | {"th": 260 - 1}
    del vocabulary[next(t for t, i in byte_vocabulary().items() if i == 259)]
    (folder / "vocab.json").write_text(json.dumps(vocabulary), "utf-8")
    settings = {
        "tokenizer_class": "GPT2Tokenizer",
        "add_bos_token": True,
        "add_prefix_space": False,
        "bos_token": "</s>",
        "eos_token": "</s>",
        "unk_token": "</s>",
        "pad_token": "<pad>",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    (folder / "modeling_evil.py").write_text("raise SystemExit")  # never to be fetched
    (folder / "tf_model.h5").write_bytes(bytes(100))
    return folder


def save_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer(models.BPE(byte_vocabulary(), []))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="</s>").save_pretrained(folder)


@pytest.fixture(scope="session")
def llama(tmp_path_factory) -> Path:
    """As meta-llama/Llama-3.2-1B: safetensors; and another copy in a folder."""
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("llama")
    torch.manual_seed(2)
    config = LlamaConfig(
        vocab_size=260,
        hidden_size=128,
        intermediate_size=512,
        num_hidden_layers=2,
        num_attention_heads=4,
    )
    LlamaForCausalLM(config).bfloat16().save_pretrained(folder)
    save_tokenizer(folder)
    (folder / "original").mkdir()
    (folder / "original" / "model.safetensors").write_bytes(b"not this one")
    return folder


@pytest.fixture(scope="session")
def t5(tmp_path_factory) -> Path:
    """An encoder with a decoder, its weights in several files."""
    from transformers import T5Config, T5ForConditionalGeneration

    folder = tmp_path_factory.mktemp("t5")
    torch.manual_seed(3)
    config = T5Config(vocab_size=260, d_model=64, d_kv=16, d_ff=128, num_layers=2, num_heads=4)
    model = T5ForConditionalGeneration(config)
    model.save_pretrained(folder, max_shard_size="300KB")
    save_tokenizer(folder)
    assert len(list(folder.glob("model-*.safetensors"))) > 1
    return folder


# --------------------------------------------------------------------- trying it


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def start(hub: Hub, cache: Path, *command: str, **variables: str) -> subprocess.Popen:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGING"))}
    settings = {
        "HF_ENDPOINT": hub.address,
        "HF_HOME": str(cache.parent / "hf-home"),
        "HF_HUB_DOWNLOAD_TIMEOUT": "10",
        "NO_PROXY": "*",
        "NEXT_TOKEN_CACHE": str(cache),
    }
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=clean | settings | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def finish(process: subprocess.Popen) -> tuple[int, str, str]:
    with process:
        output, errors = process.communicate(timeout=300)
    return process.returncode, output, errors


def fetch(hub: Hub, cache: Path, name: str, **variables: str) -> str:
    """Prepare a model that is to be had; what it printed."""
    code, output, errors = finish(start(hub, cache, "-m", "utils", "prepare", name, **variables))
    assert (code, errors) == (0, "")
    assert "Downloading" in output
    found = artifact(name)
    assert is_ready(found)
    names = {p.name for p in (cache / "models").iterdir()}
    assert names == {found.folder.name, f"{found.folder.name}.lock"}
    return output


def refusal(hub: Hub, cache: Path, name: str, **variables: str) -> str:
    """The one line that a refused preparation ends with; nothing passes for a model."""
    code, output, errors = finish(start(hub, cache, "-m", "utils", "prepare", name, **variables))
    assert code == 1
    assert errors.count("\n") == 1 and "Traceback" not in errors + output
    assert INVITED not in errors + output and STRANGER not in errors + output
    assert f"python -m utils prepare {name}" in errors or "another model" in errors
    found = artifact(name)
    assert not found.folder.exists() and not is_ready(found)
    return errors


def test_safetensors_are_the_hub_s_own_and_asked_for_once(hub, llama, cache):
    from transformers import LlamaForCausalLM

    hub.offer("llama-3.2-1b", llama)
    fetch(hub, cache, "llama-3.2-1b")
    folder = artifact("llama-3.2-1b").folder
    for file in ("config.json", "model.safetensors", "tokenizer.json"):
        assert (folder / file).read_bytes() == (llama / file).read_bytes()
    assert not (folder / "original").exists()
    with load_model("llama-3.2-1b", dtype="auto", device="cpu") as loaded:
        assert loaded.fingerprint == "4e20de362430cd3b"
        assert loaded.model.dtype == torch.bfloat16
        original = LlamaForCausalLM.from_pretrained(llama).state_dict()
        for name, tensor in loaded.model.state_dict().items():
            assert torch.equal(tensor, original[name]), name
    asked = len(hub.requests)
    code = "from utils import load_model\nload_model('llama-3.2-1b').tokenizer('x')"
    for offline in ("0", "1"):
        done = finish(start(hub, cache, "-c", code, HF_HUB_OFFLINE=offline))
        assert done == (0, "", "")
    assert len(hub.requests) == asked


def test_pickled_weights_are_converted_once(hub, opt, cache):
    from transformers import OPTForCausalLM

    hub.offer("opt-125m", opt)
    output = fetch(hub, cache, "opt-125m")
    assert output.count("Converting opt-125m, once") == 1
    folder = artifact("opt-125m").folder
    names = {p.name for p in folder.iterdir()}
    assert {"model.safetensors", "vocab.json", "merges.txt", "config.json"} <= names
    assert not names & {"pytorch_model.bin", "modeling_evil.py", "tf_model.h5"}
    assert not any("evil" in r.path or "h5" in r.path for r in hub.requests)
    original = torch.load(opt / "pytorch_model.bin", weights_only=True)
    with load_model("opt-125m", dtype="auto", device="cpu") as loaded:
        assert isinstance(loaded.model, OPTForCausalLM)
        assert loaded.model.dtype == torch.float16
        for name, tensor in loaded.model.state_dict().items():
            assert torch.equal(tensor, original[name]), name
        # The tokenizer of its two files, with the start token that OPT was trained with.
        ids = loaded.tokenizer("the").input_ids
        assert loaded.tokenizer.convert_ids_to_tokens(ids) == ["</s>", "th", "e"]


def test_pickles_that_run_code_are_refused(hub, opt, cache, tmp_path):
    evil = tmp_path / "evil"
    shutil.copytree(opt, evil)

    class Evil:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "ran",))

    torch.save({"weight": Evil()}, evil / "pytorch_model.bin")
    hub.offer("opt-125m", evil)
    found = finish(start(hub, cache, "-m", "utils", "prepare", "opt-125m"))
    assert found[0] == 1 and "could not be converted" in found[2]
    assert not (tmp_path / "ran").exists() and not artifact("opt-125m").folder.exists()


def test_an_encoder_with_a_decoder_in_shards(hub, t5, cache):
    from transformers import T5ForConditionalGeneration

    hub.offer("t5-small", t5)
    fetch(hub, cache, "t5-small")
    original = T5ForConditionalGeneration.from_pretrained(t5).state_dict()
    with load_model("t5-small", dtype=torch.float32, device="cpu") as loaded:
        assert isinstance(loaded.model, T5ForConditionalGeneration)
        for name, tensor in loaded.model.state_dict().items():
            assert torch.equal(tensor, original[name]), name


@pytest.mark.slow
def test_the_real_weights_of_another_name(hub, cache, monkeypatch, tmp_path):
    with monkeypatch.context() as users:
        users.delenv("NEXT_TOKEN_CACHE")
        ready = prepare(find_artifact("smollm2-135m"))
    served = tmp_path / "served"
    shutil.copytree(ready, served, ignore=shutil.ignore_patterns("manifest.json"))
    hub.offer("smollm2-360m", served)
    fetch(hub, cache, "smollm2-360m")
    digest = find_artifact("smollm2-135m").tensors
    assert tensor_digest(artifact("smollm2-360m").folder / "model.safetensors") == digest
    with load_model("smollm2-360m", dtype=torch.float32) as loaded:
        ids = loaded.tokenizer("The capital of France is", return_tensors="pt")
        best = loaded.model(**ids.to(loaded.model.device)).logits[0, -1].argmax()
        assert loaded.tokenizer.decode([best]) == " Paris"


# --------------------------------------------------------------------- refusals


def test_gated(hub, llama, cache):
    hub.offer("llama-3.2-1b", llama)
    hub.gated.add("meta-llama/Llama-3.2-1B")
    page = "https://huggingface.co/meta-llama/Llama-3.2-1B"

    message = refusal(hub, cache, "llama-3.2-1b")
    assert "Accept it at " + page in message
    assert "hf auth login" in message and "HF_TOKEN" in message

    message = refusal(hub, cache, "llama-3.2-1b", HF_TOKEN=STRANGER)
    assert page in message and "no access" in message and "approval" in message

    message = refusal(hub, cache, "llama-3.2-1b", HF_TOKEN="hf_outdated")
    assert "does not accept your token" in message and "hf auth login" in message
    assert "hf_outdated" not in message

    fetch(hub, cache, "llama-3.2-1b", HF_TOKEN=INVITED)
    assert {r.token for r in hub.requests if "/resolve/" in r.path} >= {INVITED}
    assert {r.token for r in hub.requests if r.path.startswith("/cdn/")} == {None}


def test_a_token_that_was_logged_in(hub, llama, cache):
    hub.offer("llama-3.2-1b", llama)
    hub.gated.add("meta-llama/Llama-3.2-1B")
    (cache.parent / "hf-home").mkdir(parents=True)
    (cache.parent / "hf-home" / "token").write_text(INVITED)
    fetch(hub, cache, "llama-3.2-1b")


@pytest.mark.parametrize("token", [{}, {"HF_TOKEN": INVITED}], ids=["nobody", "somebody"])
def test_no_such_repository(hub, cache, token):
    message = refusal(hub, cache, "opt-125m", **token)
    assert "no facebook/opt-125m on the hub" in message
    assert "https://huggingface.co/facebook/opt-125m" in message


def test_no_such_commit(hub, llama, cache):
    hub.offer("qwen3-0.6b", llama)
    hub.commits["Qwen/Qwen3-0.6B"] = "0" * 40
    message = refusal(hub, cache, "qwen3-0.6b")
    assert "no commit c1899de2" in message and "another model" in message


def test_no_weights(hub, cache, llama, tmp_path):
    bare = tmp_path / "bare"
    shutil.copytree(llama, bare)
    (bare / "model.safetensors").unlink()
    hub.offer("qwen3-0.6b", bare)
    assert "no weights" in refusal(hub, cache, "qwen3-0.6b")


def test_no_hub(cache):
    message = refusal(Hub("http://127.0.0.1:9"), cache, "opt-125m")
    assert "No model hub can be reached at http://127.0.0.1:9" in message
    assert "smollm2-135m, gemma-3-270m" in message and "need no hub" in message


def test_a_network_that_wants_a_log_in_first(hub, cache, tmp_path):
    hub.log_in_page = tmp_path / "welcome.html"
    hub.log_in_page.write_text("<html>Room number?</html>")
    assert "No model hub can be reached" in refusal(hub, cache, "opt-125m")


@pytest.mark.parametrize("variable", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_offline(hub, llama, cache, variable):
    hub.offer("qwen3-0.6b", llama)
    message = refusal(hub, cache, "qwen3-0.6b", **{variable: "1"})
    assert variable in message and "not in the cache" in message
    assert hub.requests == []


def test_a_full_disk_is_noticed_before(hub, llama, cache):
    hub.offer("qwen3-0.6b", llama)
    code = (
        "import shutil, sys\n"
        "usage = shutil.disk_usage('.')._replace(free=100_000)\n"
        "shutil.disk_usage = lambda path: usage\n"
        "from utils.__main__ import main\n"
        "sys.exit(main(['prepare', 'qwen3-0.6b']))"
    )
    code, _, errors = finish(start(hub, cache, "-c", code))
    assert code == 1 and errors.count("\n") == 1
    assert "too full for qwen3-0.6b, which needs 1 MB" in errors
    assert "NEXT_TOKEN_CACHE" in errors and not hub.asked_for("model.safetensors")


def test_a_cache_that_cannot_be_made(hub, tmp_path):
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "cache"
    code, _, errors = finish(start(hub, place, "-m", "utils", "prepare", "opt-125m"))
    assert code == 1 and errors.count("\n") == 1
    assert "cannot be kept in" in errors and str(place) in errors


# ----------------------------------------------------------- downloads gone wrong


@pytest.mark.parametrize("fault", ["changed", "short"])
@pytest.mark.parametrize("file", ["model.safetensors", "config.json"])
def test_what_is_not_as_listed_is_deleted(hub, llama, cache, fault, file):
    hub.offer("qwen3-0.6b", llama)
    hub.faults[file] = fault
    message = refusal(hub, cache, "qwen3-0.6b")
    assert f"{file} of qwen3-0.6b did not arrive as the hub lists it" in message
    assert "deleted" in message
    assert not list(cache.rglob(f"{file}*"))
    hub.faults.clear()
    fetch(hub, cache, "qwen3-0.6b")


@pytest.mark.parametrize("ranges", [True, False])
def test_a_cut_download_is_gone_on_with(hub, llama, cache, ranges):
    hub.offer("qwen3-0.6b", llama)
    hub.faults["model.safetensors"] = "cut"
    message = refusal(hub, cache, "qwen3-0.6b")
    assert "interrupted" in message and "kB of it are kept" in message
    # It tried again by itself, once, and that brought nothing.
    size = (llama / "model.safetensors").stat().st_size
    assert [r.start for r in hub.asked_for("model.safetensors")] == [0, size // 2]
    [model] = cache_report().models
    assert model.name == "qwen3-0.6b" and model.size > size // 2

    hub.requests.clear()
    hub.faults["model.safetensors"] = "" if ranges else "no ranges"
    fetch(hub, cache, "qwen3-0.6b")
    assert [r.start for r in hub.asked_for("model.safetensors")] == [size // 2]
    assert not [r for r in hub.requests if "config.json" in r.path]
    stored = artifact("qwen3-0.6b").folder / "model.safetensors"
    assert stored.read_bytes() == (llama / "model.safetensors").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
def test_killed_in_the_middle(hub, llama, cache):
    hub.offer("qwen3-0.6b", llama)
    hub.faults["model.safetensors"] = "stop"
    process = start(hub, cache, "-m", "utils", "prepare", "qwen3-0.6b")
    deadline = time.monotonic() + 60
    while not any(p.stat().st_size > 100_000 for p in cache.rglob("model.safetensors.part")):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    finish(process)
    assert not is_ready(artifact("qwen3-0.6b"))
    hub.resume.set()
    hub.faults.clear()
    hub.requests.clear()
    fetch(hub, cache, "qwen3-0.6b")
    [request] = hub.asked_for("model.safetensors")
    assert request.start > 100_000


def test_what_is_left_can_be_cleared(hub, llama, cache):
    hub.offer("qwen3-0.6b", llama)
    hub.faults["model.safetensors"] = "cut"
    refusal(hub, cache, "qwen3-0.6b")
    assert clear_cache("qwen3-0.6b") > 100_000
    assert cache_report().models == ()


def test_two_at_once_download_once(hub, llama, cache):
    hub.offer("qwen3-0.6b", llama)
    hub.faults["model.safetensors"] = "stop"
    both = [start(hub, cache, "-m", "utils", "prepare", "qwen3-0.6b") for _ in range(2)]
    time.sleep(3)  # until both are there
    hub.resume.set()
    results = [finish(process) for process in both]
    assert [(code, errors) for code, _, errors in results] == [(0, "")] * 2
    assert sorted("waiting for it" in output for _, output, _ in results) == [False, True]
    assert len([r for r in hub.requests if r.path.endswith("/config.json")]) == 1
