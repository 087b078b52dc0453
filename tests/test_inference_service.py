"""08_inference_service: the service that its solution makes, and what clients can do to it."""

import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import openai
import pytest
import torch
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

from autograde.bank import references
from autograde.checks import inference_service as checks
from autograde.fixtures import byte_level
from autograde.syllabus import ROOT, syllabus
from utils import ServiceParts, load_model, serve, slot_timelines
from utils.toy import reciting_model

NOTEBOOK = syllabus().notebook("08_inference_service")
NAMES = list(NOTEBOOK.exercises)
TOKENIZER = byte_level().reference
NAME = "toy"


def test_every_schedule_that_stands_for_a_mistake_is_another_one():
    """A twist that changed nothing would name right answers."""
    given = [2, 5, 2, 4, 1, 3, 2], 3
    right = checks.simulate(*given)
    for how in (
        {"static": True}, {"delay": 1}, {"at_once": 1}, {"extra": 1}, {"order": lambda waiting: -1}, {"slots": lambda free: free[::-1]},
    ):  # fmt: skip
        assert checks.simulate(*given, **how) != right, how
    assert checks.fixed_slots(*given) != right


def test_percentiles_are_numpys():
    import numpy as np

    values = [3.0, 1.0, 4.0, 1.5, 9.0]
    for share in (0.5, 0.95):
        assert checks.percentile(values, share) == pytest.approx(np.percentile(values, 100 * share))


# --- the engine -----------------------------------------------------------------------------------


def tiny(seed=0):
    """A random Llama over the byte-level vocabulary, without an EOS that it would meet."""
    config = LlamaConfig(
        vocab_size=len(TOKENIZER), hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=512, initializer_range=0.3, bos_token_id=None, eos_token_id=TOKENIZER.eos_token_id,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = LlamaForCausalLM(config).eval()
    model.generation_config = GenerationConfig(
        eos_token_id=TOKENIZER.eos_token_id, pad_token_id=TOKENIZER.eos_token_id
    )
    return model


def test_the_solutions_engine_gives_the_ids_of_generate():
    model = tiny()
    batcher = references(NOTEBOOK.folder)["ContinuousBatcher"](model, TOKENIZER.eos_token_id)
    generator = torch.Generator().manual_seed(1)
    texts = [torch.randint(0, 200, (n,), generator=generator).tolist() for n in (1, 17, 4, 9, 30)]
    got = {str(i): [] for i in range(5)}
    for step in range(40):
        if step % 3 == 0 and step // 3 < 5:
            batcher.add(str(step // 3), texts[step // 3], 12 + step)
        for id, token in batcher.step().items():
            got[id].append(token)
    for i, ids in enumerate(texts):
        new = 12 + 3 * i
        wanted = model.generate(torch.tensor([ids]), max_new_tokens=new, do_sample=False)
        assert got[str(i)] == wanted[0, len(ids) :].tolist(), i


# --- the service ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def parts():
    names = references(NOTEBOOK.folder)
    return ServiceParts(**{name: names[name] for name in ServiceParts.__dataclass_fields__})


@contextmanager
def running(parts, model=None, tokenizer=TOKENIZER, name=NAME, **options):
    """A service, and the proof that nothing of it is left."""
    before = set(threading.enumerate())
    with serve(model or tiny(), tokenizer, name, parts, **options) as service:
        service_port = int(service.url.split(":")[2].split("/")[0])
        yield service
    assert not {t for t in threading.enumerate() if t.name in ("engine", "http")} - before
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", service_port)) != 0, "the port still answers"
    assert service.engine.running == service.engine.waiting == 0


def client_of(service):
    return openai.OpenAI(base_url=service.url, api_key="x", max_retries=0)


def slowed(model, seconds=0.02):
    """The model, each of whose forward passes takes a while."""
    model.register_forward_pre_hook(lambda *_: time.sleep(seconds))
    return model


def eventually(holds, seconds=10.0):
    """Whether this becomes true, soon."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.01)
    return False


def post(service, body, path="/v1/completions"):
    """(status, headers, JSON) of a bare POST of bytes or of a dict."""
    host = service.url.split("/")[2]
    connection = http.client.HTTPConnection(host, timeout=30)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request("POST", path, data, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    got = answer.status, dict(answer.getheaders()), json.loads(answer.read())
    connection.close()
    return got


def test_the_openai_client_gets_the_models_own_greedy_text_streaming_and_not(parts):
    model = tiny()
    with running(parts, model) as service:
        client = client_of(service)
        assert [card.id for card in client.models.list()] == [NAME]
        ask = {"model": NAME, "prompt": "He sat", "max_tokens": 20, "temperature": 0}
        whole = client.completions.create(**ask)
        ids = TOKENIZER("He sat", return_tensors="pt").input_ids
        wanted = model.generate(ids, max_new_tokens=20, do_sample=False)[0, ids.shape[1] :]
        assert whole.choices[0].text == TOKENIZER.decode(wanted, skip_special_tokens=True)
        assert whole.choices[0].finish_reason == "length"
        usage = whole.usage
        assert (usage.prompt_tokens, usage.completion_tokens) == (ids.shape[1], 20)
        chunks = list(
            client.completions.create(**ask, stream=True, stream_options={"include_usage": True})
        )
        assert "".join(chunk.choices[0].text for chunk in chunks) == whole.choices[0].text
        assert [c.choices[0].finish_reason for c in chunks[:-1]] == [None] * (len(chunks) - 1)
        assert chunks[-1].choices[0].finish_reason == "length" and chunks[-1].usage == usage
        assert len({chunk.id for chunk in chunks}) == 1
        bare = list(client.completions.create(**ask, stream=True))
        assert all(chunk.usage is None for chunk in bare)


def test_the_openai_client_chats_streaming_and_not(parts):
    with running(parts, reciting_model(TOKENIZER, "Hello you")) as service:
        client = client_of(service)
        ask = {"model": NAME, "messages": [{"role": "user", "content": "hi"}], "temperature": 0}
        whole = client.chat.completions.create(**ask)
        assert whole.object == "chat.completion"
        assert whole.choices[0].message.content == "Hello you"
        assert whole.choices[0].finish_reason == "stop"
        chunks = list(
            client.chat.completions.create(
                **ask, max_completion_tokens=3, stream=True, stream_options={"include_usage": True}
            )
        )
        assert chunks[0].choices[0].delta.role == "assistant"
        assert whole.choices[0].message.content.startswith(
            "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        )
        assert chunks[-1].choices[0].finish_reason == "length"
        assert chunks[-1].usage.completion_tokens == 3


@pytest.mark.parametrize("stop", ["cat sat", ["x", "the cat s"], [" me"]], ids=str)
def test_a_stop_string_over_several_tokens_ends_the_text_and_frees_the_slot(parts, stop):
    text = "He said: the cat sat me"
    with running(parts, reciting_model(TOKENIZER, text), num_slots=1) as service:
        client = client_of(service)
        ask = {"model": NAME, "prompt": "?", "max_tokens": 60, "temperature": 0, "stop": stop}
        words = [stop] if isinstance(stop, str) else stop
        wanted = text[: min(text.find(word) for word in words if word in text)]
        got = client.completions.create(**ask).choices[0]
        assert (got.text, got.finish_reason) == (wanted, "stop")
        chunks = list(client.completions.create(**ask, stream=True))
        assert "".join(chunk.choices[0].text for chunk in chunks) == wanted
        assert eventually(lambda: service.engine.running == 0)


def test_the_same_seed_gives_the_same_text_alone_and_in_a_full_batch(parts):
    with running(parts, num_slots=4, max_waiting=32) as service:
        client = client_of(service)

        def ask(seed):
            return (
                client.completions.create(
                    model=NAME, prompt=f"{seed % 3 * 'He '}sat", max_tokens=15 + seed % 5, temperature=0.9, seed=seed
                )
                .choices[0]
                .text
            )  # fmt: skip

        alone = {seed: ask(seed) for seed in range(12)}
        together = {}
        threads = [
            threading.Thread(target=lambda seed=seed: together.update({seed: ask(seed)}))
            for seed in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert together == alone
        assert len(set(alone.values())) > 6, "the seeds make no difference"
        full = [row for row in service.engine.timeline if None not in row]
        assert full, "the batch was never full"


MALFORMED = {
    "no JSON": (b"{", 400, "invalid_json"),
    "no UTF-8": (b'{"prompt": "\xff"}', 400, "invalid_json"),
    "no object": (b"[1]", 400, "invalid_json"),
    "NaN": (b'{"model": "toy", "prompt": "a", "temperature": NaN}', 400, "invalid_json"),
    "nested": (b"[" * 100_000, 400, "invalid_json"),
    "empty": (b"", 400, "invalid_json"),
    "no prompt": ({"model": NAME}, 400, "prompt"),
    "half a character": ({"model": NAME, "prompt": "\ud800"}, 400, "prompt"),
    "another type": ({"model": NAME, "prompt": "a", "max_tokens": "5"}, 400, "max_tokens"),
    "out of range": ({"model": NAME, "prompt": "a", "temperature": 9}, 400, "temperature"),
    "a huge seed": ({"model": NAME, "prompt": "a", "seed": 10**30}, 400, "seed"),
    "too many tokens": ({"model": NAME, "prompt": "a", "max_tokens": 10**30}, 400, "512"),
    "a long prompt": ({"model": NAME, "prompt": "a" * 600}, 400, "512"),
    "a large body": ({"model": NAME, "prompt": "a" * 1_100_000}, 413, "bytes"),
    "another model": ({"model": "gpt-9", "prompt": "a"}, 404, "gpt-9"),
    "two answers": ({"model": NAME, "prompt": "a", "n": 2}, 400, "n:"),
    "options that are none": ({"model": NAME, "prompt": "a", "stream_options": 7}, 200, ""),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_request_gets_one_clear_answer_and_takes_no_slot(parts, case):
    body, status, told = MALFORMED[case]
    with running(parts) as service:
        got, _, answer = post(service, body)
        assert got == status, answer
        if status != 200:
            error = answer["error"]
            assert told in error["message"] or told == error["code"], error
            assert error["type"] == "invalid_request_error"
            assert len(service.engine.timeline) == 0
        assert post(service, {"model": NAME, "prompt": "a"})[0] == 200  # it lives on


@pytest.mark.parametrize(
    "messages",
    [None, [], "hi", [{"role": "user"}], [{"role": "root", "content": "hi"}], [7]],
    ids=str,
)
def test_a_malformed_chat_is_told_so(parts, messages):
    with running(parts) as service:
        body = {"model": NAME, "messages": messages}
        status, _, answer = post(service, body, "/v1/chat/completions")
        assert status == 400 and answer["error"]["param"] == "messages"


def test_unknown_roads_are_error_objects_and_health_tells_who_is_there(parts):
    with running(parts) as service:
        host = service.url.split("/")[2]
        for method, path, status in (
            ("GET", "/v1/nothing", 404),
            ("GET", "/v1/completions", 405),
            ("GET", "/health", 200),
        ):
            connection = http.client.HTTPConnection(host, timeout=10)
            connection.request(method, path)
            answer = connection.getresponse()
            body = json.loads(answer.read())
            assert answer.status == status
            assert "error" in body if status != 200 else body["running"] == body["waiting"] == 0
            connection.close()


def test_of_a_burst_above_the_queue_some_are_told_to_come_again_and_none_is_lost(parts):
    with running(parts, slowed(tiny()), num_slots=2, max_waiting=3) as service:
        client, told = client_of(service), []

        def ask():
            try:
                answer = client.completions.create(
                    model=NAME, prompt="a", max_tokens=10, temperature=0
                )
                told.append(answer.usage.completion_tokens)
            except openai.RateLimitError as error:
                assert error.response.headers["retry-after"] and error.body["code"] == "queue_full"
                told.append("full")

        threads = [threading.Thread(target=ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(told) == 20 and set(told) == {10, "full"}
        assert 5 <= told.count(10) < 20
        again = client.completions.create(model=NAME, prompt="a", max_tokens=2)
        assert again.usage.completion_tokens == 2


def open_stream(service, **body):
    """A socket on which a streamed answer comes."""
    host, port = service.url.split("/")[2].split(":")
    wire = socket.create_connection((host, int(port)), timeout=20)
    data = json.dumps({"model": NAME, "prompt": "a", "stream": True} | body).encode()
    head = f"POST /v1/completions HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    wire.sendall(head.encode() + data)
    return wire


@pytest.mark.parametrize("stream", [True, False])
def test_a_dropped_connection_frees_its_slot_and_its_place_in_the_line(parts, stream):
    with running(parts, slowed(tiny()), num_slots=1, max_waiting=4) as service:
        engine = service.engine
        running_one = open_stream(service, max_tokens=400, stream=stream)
        assert eventually(lambda: engine.running == 1)
        waiting_one = open_stream(service, max_tokens=400, stream=stream)
        assert eventually(lambda: engine.waiting == 1)
        waiting_one.close()
        assert eventually(lambda: engine.waiting == 0)
        running_one.close()
        assert eventually(lambda: engine.running == 0)
        assert len(engine.timeline) < 300
        assert client_of(service).completions.create(model=NAME, prompt="a", max_tokens=2).usage


def test_a_client_that_does_not_read_holds_up_nobody(parts):
    with running(parts, num_slots=2) as service:
        stuck = open_stream(service, max_tokens=400, temperature=0)  # never read
        answer = client_of(service).completions.create(model=NAME, prompt="b", max_tokens=5)
        assert answer.usage.completion_tokens == 5
        # Its text waits in its mailbox, its slot does not wait for it.
        assert eventually(lambda: service.engine.running == 0, 30)
        read = b""
        while b"[DONE]" not in read:
            read += stuck.recv(65536)
        stuck.close()
    assert b'"finish_reason": "length"' in read


def test_a_client_that_never_ends_its_request_is_not_waited_for(parts):
    with running(parts, body_seconds=0.3) as service:
        host, port = service.url.split("/")[2].split(":")
        with socket.create_connection((host, int(port)), timeout=20) as wire:
            wire.sendall(b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
            assert client_of(service).completions.create(model=NAME, prompt="b", max_tokens=2)
            assert b" 408 " in wire.recv(65536).splitlines()[0]


def test_who_waits_when_the_service_stops_is_told(parts):
    told = []

    def ask(service, **options):
        try:
            answer = client_of(service).completions.create(
                model=NAME, prompt="a", max_tokens=400, **options
            )
            told.append([chunk.id for chunk in answer] if options else "served")
        except openai.APIStatusError as error:
            told.append(error.status_code)
        except openai.APIError as error:  # in a stream that had begun
            told.append(error.body["code"])

    with running(parts, slowed(tiny()), num_slots=2) as service:
        engine = service.engine
        threads = [threading.Thread(target=ask, args=(service,), kwargs={"stream": True})]
        threads += [threading.Thread(target=ask, args=(service,)) for _ in range(3)]
        threads[0].start()
        assert eventually(lambda: engine.running == 1 and len(engine.timeline) > 3)
        for thread in threads[1:]:
            thread.start()
        assert eventually(lambda: engine.running + engine.waiting == 4)
    for thread in threads:
        thread.join(20)
    assert sorted(map(str, told)) == ["503", "503", "503", "shutting_down"]


def test_rails_refuse_in_front_and_change_behind_and_fail_closed(parts):
    asked = []

    def rail(text):
        asked.append(text)
        if "boom" in text:
            raise RuntimeError("broken")
        return "secret" not in text, text.replace("a", "b")

    class Guard:
        def __init__(self):
            self.held = ""

        def feed(self, chunk):
            if "t" in chunk:
                raise RuntimeError("broken")
            return chunk.replace("a", "*")

        def flush(self):
            return "!"

    with running(
        parts, reciting_model(TOKENIZER, "a b a"), input_rails=[rail], output_guard=Guard
    ) as service:
        client = client_of(service)
        ask = {"model": NAME, "max_tokens": 20, "temperature": 0}
        assert client.completions.create(prompt="hi", **ask).choices[0].text == "* b *!"
        for prompt in ("the secret", "boom"):
            steps = len(service.engine.timeline)
            with pytest.raises(openai.BadRequestError) as refused:
                client.completions.create(prompt=prompt, **ask)
            assert refused.value.body["code"] == "content_filter"
            assert len(service.engine.timeline) == steps, "the prompt reached the model"
        chat = [{"role": "user", "content": "fine"}, {"role": "user", "content": "secret"}]
        with pytest.raises(openai.BadRequestError):
            client.chat.completions.create(messages=chat, **ask)
    with running(parts, reciting_model(TOKENIZER, "a t a"), output_guard=Guard) as service:
        choice = client_of(service).completions.create(prompt="hi", **ask).choices[0]
        assert choice.finish_reason == "content_filter" and "t" not in choice.text


def test_a_rail_that_stops_everything_stops_no_start(parts):
    with running(parts, tiny(), input_rails=[lambda text: (False, text)]) as service:
        with pytest.raises(openai.BadRequestError):
            client_of(service).completions.create(model=NAME, prompt="hi", max_tokens=1)


def test_an_engine_that_fails_answers_all_and_is_made_anew(parts):
    model = slowed(tiny())
    broken = threading.Event()

    def fail(*_):
        if broken.is_set():
            broken.clear()
            raise RuntimeError("no more memory")

    model.register_forward_pre_hook(fail)
    with running(parts, model, num_slots=2) as service:
        client, told = client_of(service), []

        def ask():
            try:
                told.append(client.completions.create(model=NAME, prompt="a", max_tokens=30))
            except openai.InternalServerError as error:
                told.append(error.body["message"])

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        assert eventually(lambda: service.engine.running == 2)
        broken.set()
        for thread in threads:
            thread.join(20)
        assert told == ["the engine failed: RuntimeError: no more memory"] * 2
        assert client.completions.create(model=NAME, prompt="a", max_tokens=3)


def test_a_stub_speaks_before_the_door_opens(parts):
    import dataclasses

    def stub(*args, **kwargs):
        raise NotImplementedError("exercise sse_event: your code goes here")

    before = threading.active_count()
    with (
        pytest.raises(NotImplementedError, match="sse_event"),
        serve(tiny(), TOKENIZER, NAME, dataclasses.replace(parts, sse_event=stub)),
    ):
        pass
    assert threading.active_count() == before


def test_static_batches_fill_slots_only_when_all_are_free(parts):
    timelines = {}
    for continuous in (True, False):
        with running(parts, num_slots=2, max_waiting=9, continuous=continuous) as service:
            client = client_of(service)
            threads = [
                threading.Thread(
                    target=client.completions.create,
                    kwargs={"model": NAME, "prompt": "a", "max_tokens": n, "temperature": 0},
                )
                for n in (3, 30, 3, 3, 30, 3)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            timelines[continuous] = list(service.engine.timeline)
    batches = [{r for r in row if r is not None} for row in timelines[False]]
    assert all(a == b or b < a or not a & b for a, b in zip(batches, batches[1:])), batches
    assert len(timelines[True]) < len(timelines[False])


LOAD = """
import asyncio, sys, openai

async def main(url, count):
    client = openai.AsyncOpenAI(base_url=url, api_key="x", max_retries=0)

    async def ask(number):
        try:
            answer = await client.completions.create(
                model="toy", prompt="a" * (1 + number % 9), max_tokens=1 + number % 20, seed=number
            )
            return answer.usage.completion_tokens == 1 + number % 20 or answer.choices[0].finish_reason == "stop"
        except openai.RateLimitError:
            await asyncio.sleep(0.05)
            return await ask(number)

    print(sum(await asyncio.gather(*map(ask, range(count)))))

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


def test_a_load_from_another_process_is_served_to_the_last_request(parts):
    with running(parts, num_slots=4, max_waiting=8) as service:
        done = subprocess.run(
            [sys.executable, "-c", LOAD, service.url, "60"],
            cwd=ROOT, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert (done.returncode, done.stdout.strip()) == (0, "60"), done.stderr


@pytest.mark.slow
def test_the_openai_client_and_the_real_model(parts):
    with load_model("smollm2-135m", dtype=torch.float32, device="cpu") as smol:
        options = {"model": smol.model, "tokenizer": smol.tokenizer, "name": "smollm2-135m"}
        with running(parts, **options) as service:
            client = client_of(service)
            question = [{"role": "user", "content": "What is the capital of France?"}]
            ask = {"model": "smollm2-135m", "messages": question, "temperature": 0}
            whole = client.chat.completions.create(**ask).choices[0]
            assert whole.message.content == "The capital of France is Paris."
            assert whole.finish_reason == "stop"
            pieces = client.chat.completions.create(**ask, stream=True)
            text = "".join(chunk.choices[0].delta.content or "" for chunk in pieces)
            assert text == whole.message.content
            seeded = {"model": "smollm2-135m", "prompt": "The old house", "max_tokens": 12, "seed": 7}  # fmt: skip
            texts = [client.completions.create(**seeded).choices[0].text for _ in range(2)]
            assert texts[0] == texts[1]


# --- the picture ----------------------------------------------------------------------------------


def test_the_picture_says_what_it_shows():
    names = references(NOTEBOOK.folder)
    lengths = [9, 3, 5, 6, 4, 1]
    picture = slot_timelines(
        {
            "static": names["static_schedule"](lengths, 3),
            "continuous": names["continuous_schedule"](lengths, 3),
        },
        "Six requests",
    )
    assert "static: 15 steps, 28 tokens: 1.9 a step, 62% of the places used" in picture.alt
    assert "continuous: 10 steps" in picture.alt and "request 3 3–8" in picture.alt
    assert picture.png.startswith(b"\x89PNG") and picture.width == 750
    assert "no steps" in slot_timelines({"nobody": []}).alt


def test_the_picture_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="3 timelines"):
        slot_timelines({"a": [], "b": [], "c": []})
    with pytest.raises(ValueError, match="same number of slots"):
        slot_timelines({"a": [[0, 1], [0]]})
