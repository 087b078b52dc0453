"""An OpenAI-compatible HTTP service on loopback, around the parts that a learner writes.

What is here is plumbing: sockets, threads, routes, the API's error objects. What a request may ask for, who is served
when, which token comes next and where a text stops is decided by the `ServiceParts`: the learner's own functions and classes.

Two threads work side by side. uvicorn's event loop talks to clients and never touches the model; the engine thread steps
the batch while anybody waits and never touches a socket. Between them every request has a mailbox without a bound (what
goes into it is bounded by max_tokens), so that a client that reads slowly costs nobody else a step.
"""

import asyncio
import contextlib
import json
import math
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import torch
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from tokenizers.decoders import DecodeStream

MAX_BODY_BYTES = 1_000_000
BATCH_SECONDS = 0.05  # how long a static batch waits until it is full
CHAT_TOKENS = 64  # what a chat request gets that does not say how much it wants

Rail = Callable[[str], tuple[bool, str]]
"""text -> (may it pass, the text that passes), as in notebook 05."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class ServiceParts:
    """What the learner writes. The field's names are those of the exercises."""

    parse_completion_request: Callable[[dict], dict]
    RequestQueue: Callable[[int], Any]
    ContinuousBatcher: Callable[..., Any]
    sample_per_request: Callable[..., torch.Tensor]
    StopStrings: Callable[[list[str]], Any]
    completion_chunk: Callable[..., dict]
    sse_event: Callable[[dict | None], str]


class Refusal(Exception):
    """An answer that is no completion: an HTTP status and the API's error object."""

    def __init__(self, status: int, code: str, message: str, param: str | None = None):
        super().__init__(message)
        kinds = {429: "rate_limit_error", 500: "server_error", 503: "server_error"}
        kind = kinds.get(status, "invalid_request_error")
        self.status = status
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}

    def response(self) -> Response:
        """The JSON response; of a full queue it says when to come again."""
        again = {"Retry-After": "1"} if self.status == 429 else None
        return JSONResponse(self.body, self.status, again)


class Piece(NamedTuple):
    """Some text of an answer, and with the last one why it ended."""

    text: str
    reason: str | None


@dataclass(eq=False)
class _Job:
    """A request on its way."""

    number: int
    id: str
    chat: bool
    asked: dict  # what parse_completion_request made of it
    usage_wanted: bool
    prompt_ids: list[int]
    generator: torch.Generator
    decoder: DecodeStream
    stop: Any
    guard: Any
    loop: asyncio.AbstractEventLoop | None = None
    mailbox: "asyncio.Queue[Piece | Refusal]" = field(default_factory=asyncio.Queue)
    ids: list[int] = field(default_factory=list)  # what was generated
    decoded: str = ""
    gone: bool = False  # nobody wants the answer any more
    created: int = field(default_factory=lambda: int(time.time()))

    def post(self, event: "Piece | Refusal") -> None:
        """Put something into the mailbox, from whatever thread."""
        if self.loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has been closed: nobody reads
                self.loop.call_soon_threadsafe(self.mailbox.put_nowait, event)

    @property
    def usage(self) -> tuple[int, int]:
        return len(self.prompt_ids), len(self.ids)


class Engine:
    """Requests in, pieces of text out: the learner's queue and batcher, stepped by one thread.

    continuous: a free slot is filled at the next step; else only when all slots are free (static batching).
    `timeline` is what happened: for each step, the number of the request in each slot, or None.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        name: str,
        parts: ServiceParts,
        *,
        num_slots: int = 4,
        max_waiting: int = 16,
        continuous: bool = True,
        input_rails: Sequence[Rail] = (),
        output_guard: Callable[[], Any] | None = None,
    ):
        self.model, self.tokenizer, self.name, self.parts = model, tokenizer, name, parts
        self.continuous = continuous
        self.input_rails, self.output_guard = input_rails, output_guard
        self.context_length = getattr(model.config, "max_position_embeddings", math.inf)
        self.timeline: deque[list[int | None]] = deque(maxlen=10_000)
        self._queue = parts.RequestQueue(max_waiting)
        self._slots: list[_Job | None] = [None] * num_slots
        self._waiting: dict[str, _Job] = {}
        self._count = 0
        self._closed = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._batcher: Any = None
        self._renew()

    @property
    def running(self) -> int:
        """How many requests have a slot."""
        return sum(job is not None for job in self._slots)

    @property
    def waiting(self) -> int:
        """How many requests wait for a slot."""
        return len(self._waiting)

    def rehearse(self) -> None:
        """One request through every part, in the caller's thread: a part that does not work yet speaks here."""
        rails, self.input_rails = self.input_rails, ()  # they may well stop a prompt like this one
        job = self.admit({"model": self.name, "prompt": "Hi", "max_tokens": 1}, None)
        self.input_rails = rails
        self._advance()
        usage = job.usage
        chunk = self.parts.completion_chunk(
            "id", self.name, 0, "", finish_reason="stop", usage=usage
        )
        self.parts.sse_event(chunk)
        self.parts.sse_event(None)
        self.timeline.clear()
        self._count = 0

    def start(self) -> None:
        """Begin to step in a thread of its own."""
        self._thread.start()

    def close(self) -> None:
        """End the thread. Whoever has no answer yet is told that the service has stopped."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join()
        self._fail(Refusal(503, "shutting_down", "the service has stopped"), waiting=True)

    def admit(self, body: dict, loop: asyncio.AbstractEventLoop | None, chat: bool = False) -> _Job:
        """The request in the queue. Raises Refusal: what is wrong with it, or that there is no room."""
        job = self._job(body, chat)
        job.loop = loop
        with self._wake:
            if self._closed:
                raise Refusal(503, "shutting_down", "the service has stopped")
            if not self._queue.submit(job.id):
                raise Refusal(429, "queue_full", "too many requests wait already; try again later")
            job.number = self._count
            self._count += 1
            self._waiting[job.id] = job
            self._wake.notify()
        return job

    def cancel(self, job: _Job) -> None:
        """Nobody wants this answer any more: its place in the line, or its slot, is free."""
        with self._wake:
            job.gone = True
            if job.id in self._waiting and self._queue.cancel(job.id):
                del self._waiting[job.id]
            self._wake.notify()

    # --- what a request asks for -----------------------------------------------------------------

    def _job(self, body: dict, chat: bool) -> _Job:
        messages = self._messages(body) if chat else []
        options = body.get("stream_options") or {}
        if body.get("n") not in (None, 1):
            raise Refusal(400, "unsupported_value", "n: one answer for each request", "n")
        if chat:
            body = self._as_completion(body, messages)
        try:
            asked = self.parts.parse_completion_request(body)
        except ValueError as error:
            fields = ("model", "prompt", "max_tokens", "temperature", "stop", "seed", "stream")
            named = next((field for field in fields if field in str(error)), None)
            raise Refusal(400, "invalid_value", str(error), named) from None
        if asked["model"] != self.name:
            message = f"there is no model {asked['model']!r} here, only {self.name!r}"
            raise Refusal(404, "model_not_found", message, "model")
        if not chat:
            asked["prompt"] = self._railed(asked["prompt"])
        try:
            prompt_ids = self.tokenizer(asked["prompt"], add_special_tokens=not chat).input_ids
        except (UnicodeError, TypeError):  # half of a surrogate pair
            message = "prompt: not a text that can be encoded"
            raise Refusal(400, "invalid_value", message, "prompt") from None
        if len(prompt_ids) + asked["max_tokens"] > self.context_length:
            message = (
                f"{len(prompt_ids)} tokens of prompt and {asked['max_tokens']} new ones are more than "
                f"the model's {self.context_length}"
            )
            raise Refusal(400, "context_length_exceeded", message, "max_tokens")
        generator = torch.Generator()
        try:
            if asked["seed"] is None:
                generator.seed()
            else:
                generator.manual_seed(asked["seed"])
        except (RuntimeError, OverflowError, ValueError):
            raise Refusal(400, "invalid_value", "seed: not a 64-bit integer", "seed") from None
        return _Job(
            number=-1,
            id=f"{'chatcmpl' if chat else 'cmpl'}-{secrets.token_hex(8)}",
            chat=chat,
            asked=asked,
            usage_wanted=bool(isinstance(options, dict) and options.get("include_usage")),
            prompt_ids=list(prompt_ids),
            generator=generator,
            decoder=DecodeStream(skip_special_tokens=True),
            stop=self.parts.StopStrings(asked["stop"]),
            guard=self.output_guard() if self.output_guard else None,
        )

    def _messages(self, body: dict) -> list[dict]:
        """The turns of a chat, each through the rails."""
        messages = body.get("messages")
        if not isinstance(messages, list) or not messages:
            raise Refusal(400, "invalid_value", "messages: a list of at least one", "messages")
        for message in messages:
            right = (
                isinstance(message, dict)
                and message.get("role") in ("system", "user", "assistant")
                and isinstance(message.get("content"), str)
            )
            if not right:
                told = "messages: each has a role (system, user, assistant) and a text as content"
                raise Refusal(400, "invalid_value", told, "messages")
        return [{"role": m["role"], "content": self._railed(m["content"])} for m in messages]

    def _as_completion(self, body: dict, messages: list[dict]) -> dict:
        """A chat as the completion of the text that its template makes of it."""
        prompt = self.tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True
        )
        limits = (body.get("max_completion_tokens"), body.get("max_tokens"), CHAT_TOKENS)
        budget = next(limit for limit in limits if limit is not None)
        return body | {"prompt": prompt, "max_tokens": budget}

    def _railed(self, text: str) -> str:
        """The text behind the rails in front of the model. They fail closed."""
        for rail in self.input_rails:
            try:
                allowed, text = rail(text)
            except Exception:
                allowed = False
            if allowed is not True or not isinstance(text, str):
                raise Refusal(400, "content_filter", "the prompt was stopped by a guard rail")
        return text

    # --- the engine's own thread -----------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._closed or self._waiting or self.running)
                if not self.continuous and not self.running:
                    # A batch that began with whoever is first would be a batch of one.
                    self._wake.wait_for(
                        lambda: self._closed or len(self._waiting) >= len(self._slots),
                        BATCH_SECONDS,
                    )
                if self._closed:
                    return
            self._advance()

    def _advance(self) -> None:
        """Who is gone leaves, who waits joins, one step of the model, and its tokens on their way."""
        try:
            self._leave()
            self._join()
            self.timeline.append([job.number if job else None for job in self._slots])
            with torch.inference_mode():
                tokens = self._batcher.step() if self.running else {}
            for job in list(self._slots):
                if job is not None and job.id in tokens:
                    self._take(job, int(tokens[job.id]))
        except Exception as error:
            # Nobody is left without an answer, and the next ones find an engine that is new.
            if not self._thread.is_alive():
                raise  # the rehearsal
            told = f"the engine failed: {type(error).__name__}: {error}"
            self._fail(Refusal(500, "engine_error", told))
            self._renew()

    def _leave(self) -> None:
        for job in self._slots:
            if job is not None and job.gone:
                self._batcher.remove(job.id)
                self._slots[self._slots.index(job)] = None

    def _join(self) -> None:
        if not self.continuous and self.running:
            return
        for slot, seated in enumerate(self._slots):
            if seated is not None:
                continue
            with self._wake:
                id = self._queue.next()
                job = None if id is None else self._waiting.pop(id, None)
                lost = id is None and not self.running and self._waiting
            if lost:
                raise RuntimeError("requests wait, and the queue hands none of them out")
            if job is not None:
                self._slots[slot] = job  # first: should `add` fail, it is among those who are told
                self._batcher.add(job.id, job.prompt_ids, job.asked["max_tokens"])

    def _choose(self, request_ids: Sequence[str], logits: torch.Tensor) -> torch.Tensor:
        """The batcher's sampler: each request with its own temperature and generator."""
        jobs = {job.id: job for job in self._slots if job is not None}
        asked = [jobs[id] for id in request_ids]
        return self.parts.sample_per_request(
            logits.float(),
            [job.asked["temperature"] for job in asked],
            [job.generator for job in asked],
        )

    def _take(self, job: _Job, token: int) -> None:
        """A token of a request: its text through stop strings and guard, and into the mailbox."""
        job.ids.append(token)
        piece = job.decoder.step(self.tokenizer.backend_tokenizer, token) or ""
        job.decoded += piece
        text = job.stop.push(piece) if piece else ""
        ended = token == self.model.generation_config.eos_token_id
        full = len(job.ids) >= job.asked["max_tokens"]
        reason = "stop" if ended or job.stop.stopped else "length" if full else None
        if reason and not job.stop.stopped:
            # What the decoder waits for (half a character) will not come any more.
            whole = self.tokenizer.decode(job.ids, skip_special_tokens=True)
            text += job.stop.push(whole[len(job.decoded) :]) + job.stop.flush()
            reason = "stop" if job.stop.stopped else reason
        if job.guard is not None:
            text, reason = self._guarded(job, text, reason)
        if reason:
            if job.stop.stopped or reason == "content_filter":
                self._batcher.remove(job.id)
            self._slots[self._slots.index(job)] = None
        if text or reason:
            job.post(Piece(text, reason))

    def _guarded(self, job: _Job, text: str, reason: str | None) -> tuple[str, str | None]:
        try:
            text = "".join([job.guard.feed(text), job.guard.flush() if reason else ""])
        except Exception:
            return "", "content_filter"
        return text, reason

    def _fail(self, refusal: Refusal, waiting: bool = False) -> None:
        """All who run (and all who wait) get this answer."""
        with self._wake:
            jobs = [job for job in self._slots if job is not None]
            self._slots = [None] * len(self._slots)
            if waiting or not jobs:
                jobs += self._waiting.values()
                for id in list(self._waiting):
                    self._queue.cancel(id)
                self._waiting.clear()
        for job in jobs:
            job.post(refusal)

    def _renew(self) -> None:
        eos = self.model.generation_config.eos_token_id
        self._batcher = self.parts.ContinuousBatcher(self.model, eos, sampler=self._choose)


# --- HTTP -----------------------------------------------------------------------------------------


class _Stream(StreamingResponse):
    """A streamed answer that frees its request however it ends, also before its first byte."""

    def __init__(self, events: AsyncIterator[str], end: Callable[[], None]):
        super().__init__(
            events, media_type="text/event-stream", headers={"Cache-Control": "no-cache"}
        )
        self.end = end

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.end()


def application(engine: Engine, body_seconds: float = 10.0) -> Starlette:
    """The routes of the API around an engine.

    body_seconds: how long a client may take to send its request; then the answer is 408.
    """

    async def completions(request: Request) -> Response:
        return await answer(request, chat=False)

    async def chat_completions(request: Request) -> Response:
        return await answer(request, chat=True)

    async def answer(request: Request, chat: bool) -> Response:
        body = await _json(request, body_seconds)
        job = engine.admit(body, asyncio.get_running_loop(), chat)
        ended = False
        try:
            # With the first event it is known whether this is an answer or a refusal.
            event = await _unless_gone(request, job.mailbox.get())
            if isinstance(event, Refusal):
                ended = True
                raise event
            if job.asked["stream"]:
                ended = True
                return _Stream(_events(engine, job, event), lambda: engine.cancel(job))
            text, reason = event
            while reason is None:
                event = await _unless_gone(request, job.mailbox.get())
                if isinstance(event, Refusal):
                    ended = True
                    raise event
                text, reason = text + event.text, event.reason
            ended = True
            return JSONResponse(_whole(engine, job, text, reason))
        except ClientDisconnect:
            return Response(status_code=499)  # nobody reads it
        finally:
            if not ended:
                engine.cancel(job)

    async def models(request: Request) -> Response:
        card = {"id": engine.name, "object": "model", "created": 0, "owned_by": "next-token"}
        return JSONResponse({"object": "list", "data": [card]})

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "running": engine.running, "waiting": engine.waiting})

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return error.response()

    async def not_routed(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        codes = {404: "not_found", 405: "method_not_allowed"}
        code = codes.get(error.status_code, "http_error")
        told = f"{request.method} {request.url.path}: {error.detail}"
        return Refusal(error.status_code, code, told).response()

    async def failed(request: Request, error: Exception) -> Response:
        told = f"{type(error).__name__}: {error}"
        return Refusal(500, "server_error", told).response()

    return Starlette(
        routes=[
            Route("/v1/completions", completions, methods=["POST"]),
            Route("/v1/chat/completions", chat_completions, methods=["POST"]),
            Route("/v1/models", models),
            Route("/health", health),
        ],
        exception_handlers={Refusal: refused, HTTPException: not_routed, Exception: failed},
    )


async def _json(request: Request, seconds: float) -> dict:
    """The body of a request, a JSON object. Raises Refusal."""
    data = b""
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                data += chunk
                if len(data) > MAX_BODY_BYTES:
                    raise Refusal(413, "too_large", f"more than {MAX_BODY_BYTES} bytes of request")
    except TimeoutError:
        raise Refusal(408, "timeout", f"the request did not arrive within {seconds:g} s") from None

    def no_constant(text: str) -> None:
        raise ValueError(f"{text} is no JSON")

    try:
        body = json.loads(data, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "invalid_json", f"the body is not JSON: {error}") from None
    if not isinstance(body, dict):
        raise Refusal(400, "invalid_json", "the body is not a JSON object")
    return body


async def _unless_gone(request: Request, work: Coroutine[Any, Any, Answer]) -> Answer:
    """The result of `work`. Raises ClientDisconnect as soon as the client hangs up."""

    async def hang_up() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    task, watch = asyncio.ensure_future(work), asyncio.ensure_future(hang_up())
    try:
        await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        task.cancel()
        watch.cancel()


async def _events(engine: Engine, job: _Job, event: Piece | Refusal) -> AsyncIterator[str]:
    """The server-sent events of a streamed answer, of which the first piece is there."""
    if job.chat:
        yield engine.parts.sse_event(_delta(engine, job, {"role": "assistant", "content": ""}))
    while True:
        if isinstance(event, Refusal):  # too late for a status: the stream says it
            yield engine.parts.sse_event(event.body)
            break
        usage = job.usage if event.reason and job.usage_wanted else None
        if job.chat:
            chunk = _delta(engine, job, {"content": event.text}, event.reason, usage)
        else:
            chunk = engine.parts.completion_chunk(
                job.id,
                engine.name,
                job.created,
                event.text,
                finish_reason=event.reason,
                usage=usage,
            )
        yield engine.parts.sse_event(chunk)
        if event.reason:
            break
        event = await job.mailbox.get()
    yield engine.parts.sse_event(None)


def _whole(engine: Engine, job: _Job, text: str, reason: str) -> dict:
    """An answer in one piece: for completions it has the form of a last chunk."""
    made = engine.parts.completion_chunk(
        job.id, engine.name, job.created, text, finish_reason=reason, usage=job.usage
    )
    if job.chat:
        message = {"role": "assistant", "content": text}
        made["object"] = "chat.completion"
        made["choices"] = [{"index": 0, "message": message, "finish_reason": reason}]
    return made


def _delta(
    engine: Engine,
    job: _Job,
    delta: dict,
    reason: str | None = None,
    usage: tuple[int, int] | None = None,
) -> dict:
    """A chunk of a chat."""
    made = engine.parts.completion_chunk(job.id, engine.name, job.created, "", usage=usage)
    made["object"] = "chat.completion.chunk"
    made["choices"] = [{"index": 0, "delta": delta, "finish_reason": reason}]
    return made


class Served(NamedTuple):
    """A service that runs: where it is found, and its engine."""

    url: str
    engine: Engine


@contextlib.contextmanager
def serve(
    model: Any,
    tokenizer: Any,
    name: str,
    parts: ServiceParts,
    *,
    body_seconds: float = 10.0,
    **options: Any,
) -> Iterator[Served]:
    """Serve a model under `name` on loopback, on a free port, until the block ends.

    model, tokenizer: of transformers. options: those of `Engine` (num_slots, max_waiting, continuous, input_rails,
    output_guard). Before the door opens one request goes through all parts: a part that still raises raises here.
    When the block ends, whoever has no answer yet gets 503; threads and port are given back.
    """
    engine = Engine(model, tokenizer, name, parts, **options)
    engine.rehearse()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            application(engine, body_seconds),
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        front = threading.Thread(target=server.run, args=([listening],), name="http", daemon=True)
        engine.start()
        front.start()
        try:
            while not server.started and front.is_alive():
                time.sleep(0.005)
            host, port = listening.getsockname()
            yield Served(f"http://{host}:{port}/v1", engine)
        finally:
            engine.close()
            server.should_exit = True
            front.join()
