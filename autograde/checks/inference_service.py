"""Hidden checks of 08_inference_service. The findings are listed in docs/contract.md.

Queues, filters and schedules are compared with plain simulations, the engine with a greedy loop over each prompt alone.
How often the model was called, and with what, is observed, not asked.
"""

import functools
import json
import math
import random
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import torch

from autograde.draws import SIGNIFICANCE, p_value
from autograde.exercise import (
    LONG,
    Found,
    Instance,
    OutOfMemory,
    Student,
    StudentError,
    blame,
    exercise,
    refuse_library,
    require,
    require_tensor,
    require_type,
)
from autograde.fixtures import Function, Generator, Model, scripted, transformer

INF = math.inf
Row = list[int | None]


def finding(messages: dict[str, str], id: str, shown: str = "") -> Found:
    return Found(id, shown + messages[id])


# --- parse_completion_request ---------------------------------------------------------------------------------------------

FIELDS = ("model", "prompt", "max_tokens", "temperature", "stop", "seed", "stream")
DEFAULTS = {"max_tokens": 16, "temperature": 1.0, "stop": [], "seed": None, "stream": False}

PARSE = {
    "missing_accepted": "a request without a model or a prompt (or with null there) is a ValueError.",
    "wrong_default": "a field that is left out gets the default of the table, and every field of the table is in the result.",
    "zero_taken_for_missing": "0 is a value: `or` takes it for a missing one. Ask whether the field is None.",
    "null_refused": "null counts as left out: the field gets its default.",
    "unknown_refused": "fields that are not in the table are ignored: clients send many.",
    "unknown_kept": "a field that is not in the table stands in the result.",
    "wrong_error": "what is wrong with a request is told by a ValueError, nothing else.",
    "field_not_named": "the text of the ValueError names the field, or the client does not know what to mend.",
    "wrong_type_accepted": "a value of another type than the table's is a ValueError.",
    "bool_for_number": "true is no number, though Python's `isinstance(True, int)` says so.",
    "converted": "nothing is converted: a value of another type is a ValueError, not a guess at what was meant.",
    "range_unchecked": "a value outside the table's range is a ValueError.",
    "range_excludes_ends": "the ends of a range belong to it.",
    "int_temperature_refused": "1 is as good a temperature as 1.0.",
    "stop_not_a_list": "a single stop string comes out as a list of one.",
    "empty_stop_accepted": "an empty stop string is in every text: a ValueError.",
    "too_many_stops_accepted": "at most 4 stop strings.",
    "stop_items_unchecked": "each of the stop strings has to be a string.",
    "empty_prompt_accepted": "an empty prompt is a ValueError: there is nothing to go on from.",
    "clamped": "a value outside its range is a ValueError. Whoever moves it to the end answers another request.",
    "wrong_value": "the result is not what the table says.",
}  # fmt: skip


@exercise
def parse_completion_request(student: Student, draw: random.Random) -> None:
    f = student["parse_completion_request"]
    base = {"model": f"smol-{draw.randint(2, 99)}", "prompt": f"Say {draw.randint(2, 99)} "}

    def fail(id: str, body: dict) -> Found:
        return finding(PARSE, id, f"{_body(body)}: ")

    def accepted(id: str, refused: str = "", **fields: Any) -> dict:
        """The result for these fields beside the base; `refused` is the finding where it raises."""
        body = base | fields
        with blame(refused or id, f"{_body(body)}: {PARSE[refused or id]}"):
            got = f(body)
        require_type(got, dict, "a dict")
        given = {key: value for key, value in body.items() if value is not None and key in FIELDS}
        right = DEFAULTS | given
        if isinstance(right["stop"], str):
            right["stop"] = [right["stop"]]
        for key, value in right.items():
            same = key in got and type(got[key]) is not bool and got[key] == value
            if not (same or key in got and got[key] is value):
                raise fail(id if key in fields or id == "wrong_default" else "wrong_value", body)
        if extra := set(got) - set(right):
            raise fail("unknown_kept" if extra <= set(fields) else "wrong_value", body)
        return got

    def refused(id: str, field: str, *told: tuple[Any, str], **fields: Any) -> None:
        """A ValueError that names `field`; told: what an accepted value's finding is where it came out as this."""
        body = {k: v for k, v in (base | fields).items() if v is not ...}
        try:
            got = f(body)
        except StudentError as error:
            if "NotImplementedError" in error.kinds or "ValueError" not in error.kinds:
                raise fail("wrong_error", body) from None
            if not re.search(rf"\b{field}\b", error.finding.message.split("raised", 1)[1]):
                raise fail("field_not_named", body) from None
            return
        require_type(got, dict, "a dict, or a ValueError")
        out = got.get(field)
        for value, other in told:
            if type(out) is type(value) and out == value:
                raise fail(other, body)
        raise fail(id, body)

    accepted("wrong_default")
    full: dict[str, Any] = {"max_tokens": draw.randint(20, 90), "temperature": 0.5, "stop": ["b", "a c"], "seed": 41, "stream": True}  # fmt: skip
    accepted("wrong_value", **full)
    for key, value in full.items():
        accepted("wrong_value", **{key: value})
    accepted("stop_not_a_list", stop="a b")
    accepted("wrong_value", "too_many_stops_accepted", stop=[*"abcd"])
    accepted("wrong_value", stop=[])
    accepted("wrong_value", seed=-draw.randint(2, 99))
    accepted("int_temperature_refused", temperature=1)
    accepted("zero_taken_for_missing", "range_excludes_ends", temperature=0)
    accepted("zero_taken_for_missing", "range_excludes_ends", temperature=0.0)
    accepted("zero_taken_for_missing", seed=0)
    accepted("clamped", "range_excludes_ends", temperature=2)
    accepted("clamped", "range_excludes_ends", temperature=2.0)
    accepted("clamped", "range_excludes_ends", max_tokens=1)
    accepted("unknown_kept", "unknown_refused", user="u-1", top_p=0.5, n=1)
    for key in DEFAULTS:
        nothing: dict[str, Any] = {key: None}
        accepted("null_refused", **nothing)
    for key in ("model", "prompt"):
        refused("missing_accepted", key, **{key: ...})
        refused("missing_accepted", key, **{key: None})
    sixteen = (16, "zero_taken_for_missing")
    refused("range_unchecked", "max_tokens", sixteen, (1, "clamped"), max_tokens=0)
    refused("range_unchecked", "max_tokens", (1, "clamped"), max_tokens=-3)
    for outside, end in ((-0.1, 0), (2.1, 2), (-1, 0), (3, 2)):
        ends = [(end, "clamped"), (float(end), "clamped")]
        refused("range_unchecked", "temperature", *ends, temperature=outside)
    refused("empty_prompt_accepted", "prompt", prompt="")
    refused("empty_stop_accepted", "stop", stop="")
    refused("empty_stop_accepted", "stop", stop=["a", ""])
    refused("too_many_stops_accepted", "stop", stop=[*"abcde"])
    refused("stop_items_unchecked", "stop", (["a", "3"], "converted"), stop=["a", 3])
    wrong = "wrong_type_accepted"
    yes, no = (True, "converted"), (False, "converted")
    refused(wrong, "max_tokens", (5, "converted"), max_tokens="5")
    refused(wrong, "max_tokens", (2, "converted"), (3, "converted"), max_tokens=2.5)
    refused(wrong, "temperature", (0.5, "converted"), temperature="0.5")
    refused(wrong, "seed", (1, "converted"), (2, "converted"), seed=1.5)
    refused(wrong, "seed", (7, "converted"), seed="7")
    refused(wrong, "stream", yes, no, stream="false")
    refused(wrong, "stream", yes, stream=1)
    refused(wrong, "stream", no, stream=0)
    refused(wrong, "stop", (["7"], "converted"), stop=7)
    refused(wrong, "prompt", ("7", "converted"), prompt=7)
    refused(wrong, "prompt", ("a b", "converted"), ("ab", "converted"), ("['a', 'b']", "converted"), prompt=["a", "b"])  # fmt: skip
    refused(wrong, "model", ("7", "converted"), model=7)
    for key in ("max_tokens", "temperature", "seed"):
        refused("bool_for_number", key, **{key: True})


def _body(body: dict) -> str:
    """The fields that make a request special, in short."""
    shown = {key: value for key, value in body.items() if key not in ("model", "prompt")}
    for key in ("model", "prompt"):
        if not (type(body.get(key)) is str and body[key]):
            shown[key] = body.get(key)
    return f"a request with {json.dumps(shown)[:80]}" if shown else "a model and a prompt alone"


# --- RequestQueue ---------------------------------------------------------------------------------------------------------

QUEUE = {
    "last_come_first_served": "`next` gives the one that came last: a queue gives the one that waits longest.",
    "not_bounded": "the queue takes any number of requests: where `max_size` wait already, `submit` says False.",
    "bound_off_by_one": "the queue is full one request too early or too late.",
    "oldest_dropped": "to make room, somebody who waited was thrown out. Whoever comes to a full queue is refused.",
    "full_raises": "where the queue is full, `submit` gives False: no exception, and not None.",
    "submit_returns_nothing": "`submit` gives True for a request that it takes.",
    "empty_raises": "where nobody waits, `next` gives None.",
    "next_keeps_it": "a request is handed out once: `next` takes it out of the line.",
    "cancelled_handed_out": "a request that was cancelled was handed out.",
    "cancelled_takes_room": "a request that was cancelled makes room at once.",
    "cancel_ends_the_line": "`next` gives None in the place of a cancelled request, though others wait behind it.",
    "cancelled_for_ever": "an id that was cancelled before is a new request when it is submitted again.",
    "cancel_reports_wrongly": "`cancel` gives True for a request that was waiting, and False for any other.",
    "cancel_raises": "`cancel` of an id that is not waiting gives False, no exception.",
    "cancels_others": "after a `cancel` the others are not all there any more, or not in their order.",
    "handed_out_counts": "a request that was handed out still takes room.",
    "falsy_id_lost": '`""` is an id like any other: compare with None, do not ask for truth.',
    "sorted": "requests are handed out by their ids, not in the order in which they came.",
    "state_shared": "two queues share their requests: what belongs to one belongs to `self`, not to the class or a default.",
    "wrong_value": "after a longer course of calls the answers are not those of a line.",
}  # fmt: skip


@exercise
def RequestQueue(student: Student, draw: random.Random) -> None:
    tag = draw.choice("xyz")

    def fail(id: str) -> Found:
        return finding(QUEUE, id)

    def new(size: int, *ids: str) -> Instance:
        """A queue in which these wait."""
        queue = student.new("RequestQueue", size)
        for number, id in enumerate(ids):
            said = submit(queue, id)
            if said is None:
                raise fail("submit_returns_nothing")
            if not said:
                raise fail("bound_off_by_one" if number else "wrong_value")
        return queue

    def submit(queue: Instance, id: str) -> bool | None:
        said = queue.submit(id)
        if type(said) not in (bool, type(None)):
            raise fail("submit_returns_nothing")
        return said

    def take(queue: Instance) -> str | None:
        said = queue.next()
        require_type(said, (str, type(None)), "an id, or None")
        return said

    def cancel(queue: Instance, id: str, waiting: bool) -> None:
        if waiting:
            said = queue.cancel(id)
        else:
            with blame("cancel_raises", QUEUE["cancel_raises"]):
                said = queue.cancel(id)
        if said is not waiting:
            raise fail("cancel_reports_wrongly")

    def drain(queue: Instance, right: Sequence[str], cancelled: Sequence[str] = ()) -> None:
        """What is still in the queue, after a cancel."""
        got = [take(queue) for _ in range(len(right) + 1)]
        if got == [*right, None]:
            return
        if set(got) & set(cancelled) - set(right):
            raise fail("cancels_others" if set(right) - set(got) else "cancelled_handed_out")
        served = [id for id in got if id is not None]
        ahead = [take(queue) for _ in cancelled]
        if None in got[:-1] and [*served, *(i for i in ahead if i is not None)] == list(right):
            raise fail("cancel_ends_the_line")
        raise fail("cancels_others")

    ids = [f"{letter}{tag}" for letter in "mxcp"]  # neither this way nor that way sorted
    queue = new(4, *ids)
    first = take(queue)
    if first != ids[0]:
        by = {ids[-1]: "last_come_first_served", min(ids): "sorted", max(ids): "sorted"}
        raise fail(by.get(str(first), "wrong_value"))
    if take(queue) == first:
        raise fail("next_keeps_it")
    if [take(queue), take(queue)] != ids[2:]:
        raise fail("wrong_value")
    empty = QUEUE["empty_raises"]
    with blame("empty_raises", empty):
        require(take(queue) is None, "next_keeps_it", QUEUE["next_keeps_it"])
        require(take(student.new("RequestQueue", 2)) is None, "empty_raises", empty)

    for size in (2, 1, 3):
        some = [f"{tag}{letter}" for letter in "kbq"][:size]
        queue = new(size, *some)
        with blame("full_raises", QUEUE["full_raises"]):
            said = submit(queue, "late")
        if said:
            for _ in range(size + 1):
                said = submit(queue, f"later{_}")
                if said is False:
                    raise fail("bound_off_by_one")
            raise fail("not_bounded" if take(queue) == some[0] else "oldest_dropped")
        if said is None:
            raise fail("full_raises")
        left = take(queue)
        if left != some[0]:
            raise fail("oldest_dropped")
        if not submit(queue, "again"):
            raise fail("handed_out_counts")
        if submit(queue, "one more") is not False:
            raise fail("bound_off_by_one")
        if [take(queue) for _ in range(size + 1)] != [*some[1:], "again", None]:
            raise fail("oldest_dropped")

    a, b, c, d = (f"{letter}{tag}" for letter in "rbwf")
    for gone in (b, a, c):
        stay = [id for id in (a, b, c) if id != gone]
        queue = new(3, a, b, c)
        cancel(queue, gone, True)
        drain(queue, stay, [gone])
        queue = new(3, a, b, c)
        cancel(queue, gone, True)
        if not submit(queue, d):
            raise fail("cancelled_takes_room")
        if submit(queue, "full"):
            raise fail("bound_off_by_one")
        drain(queue, [*stay, d], [gone])
    queue = new(3, a, b, c)
    for gone in (a, b):
        cancel(queue, gone, True)
    drain(queue, [c], [a, b])
    queue = new(3, f"{a}1", a, f"1{a}")  # an id within an id
    cancel(queue, a, True)
    drain(queue, [f"{a}1", f"1{a}"], [a])

    queue = new(3, a, b)
    cancel(queue, "nobody", False)
    take(queue)
    cancel(queue, a, False)
    if not submit(queue, a):
        raise fail("cancelled_for_ever")
    drain_again(take, queue, [b, a])
    cancel(student.new("RequestQueue", 2), a, False)
    queue = new(3, a, b)
    cancel(queue, b, True)
    cancel(queue, b, False)
    drain(queue, [a], [b])
    for others in ([], [b], [b, c]):
        queue = new(3, a, *others)
        cancel(queue, a, True)
        if not submit(queue, a):
            raise fail("cancelled_for_ever")
        drain_again(take, queue, [*others, a])
    queue = new(1, a)
    for _ in range(3):
        take(queue)
        if not submit(queue, a):
            raise fail("handed_out_counts")
    drain_again(take, queue, [a])

    queue = new(3, "", a)
    if take(queue) != "" or take(queue) != a:
        raise fail("falsy_id_lost")
    queue = new(2, a, "")
    with blame("falsy_id_lost", QUEUE["falsy_id_lost"]):
        said = queue.cancel("")
    if said is not True or take(queue) != a or take(queue) is not None:
        raise fail("falsy_id_lost")

    one, two = student.new("RequestQueue", 2), student.new("RequestQueue", 2)
    taken = [submit(one, a), submit(two, b), submit(one, c), submit(two, d)]
    heads = [take(two), take(one)]
    if taken != [True] * 4 or heads != [b, a] or two.cancel(c) is not False:
        raise fail("state_shared")

    size = 3
    queue, line, number = student.new("RequestQueue", size), deque[str](), 0
    while number < 200:
        kind = draw.random()
        if kind < 0.55:
            number += 1
            id = f"{draw.randrange(10**6)}-{number}"
            if submit(queue, id) is not (len(line) < size):
                raise fail("wrong_value")
            if len(line) < size:
                line.append(id)
        elif kind < 0.85:
            if take(queue) != (line.popleft() if line else None):
                raise fail("wrong_value")
        elif line:
            id = draw.choice(line)
            line.remove(id)
            if queue.cancel(id) is not True:
                raise fail("wrong_value")


def drain_again(take: Callable, queue: Instance, right: list[str]) -> None:
    """What is left, where an id of the line had been there before."""
    got = [take(queue) for _ in range(len(right) + 1)]
    if got == [*right, None]:
        return
    back = right[-1]
    id = "cancelled_for_ever" if back not in got else "cancels_others"
    raise finding(QUEUE, "cancelled_handed_out" if got.count(back) > 1 else id)


# --- StopStrings ----------------------------------------------------------------------------------------------------------

STOP = {
    "split_leaks": "a stop string that is cut by the edge of a chunk is not found, or its beginning was sent. Hold back what may begin one.",
    "over_three_chunks": "a stop string that is spread over more than two chunks is not found: what is held back stays held.",
    "stop_string_sent": "the stop string, or a part of it, was sent. The text ends in front of it.",
    "text_after_stop": "text from behind the stop string was sent. The text has ended there.",
    "list_order": "of two stop strings the one that *begins* first in the text counts, wherever it stands in the list.",
    "first_string_only": "only the first string of the list stops the text.",
    "holds_back_too_much": "more is held back than may begin a stop string: the reader waits for nothing. What waits is the longest end of the text that is a beginning of one.",
    "partial_longest_only": "with several stop strings, the end of the text may begin any of them: the longest such end is held back, whichever string it begins.",
    "self_overlap_missed": "a stop string that repeats itself is missed (`aab` in `aaab`): after a mismatch, a part of what was read may still begin it.",
    "flush_missing": "`flush` gives what was held back: the text has ended, and it began nothing.",
    "held_text_lost": "a part that was held back and turned out harmless never came.",
    "held_text_twice": "a part that was held back came twice.",
    "flush_after_stop": "after a stop string `flush` gives nothing.",
    "stopped_missing": "`stopped` is False though a stop string is complete.",
    "stopped_too_early": "`stopped` is True though no stop string is complete.",
    "regex_characters": "stop strings are plain text, no patterns.",
    "case_ignored": "another case is another string.",
    "no_stop_strings": "without stop strings the text passes as it is.",
    "last_occurrence": "the first stop string ends the text, not the last one.",
    "state_shared": "two filters share their text: it belongs to the instance, not to the class, a global or a default.",
    "wrong_value": "with some cuts into chunks, what comes out is not the text in front of the first stop string.",
}  # fmt: skip


def stopped_text(text: str, stop: Sequence[str]) -> tuple[str, bool]:
    """What of the text may be sent in the end, and whether a stop string ended it."""
    places = [text.find(s) for s in stop if s in text]
    return (text[: min(places)], True) if places else (text, False)


def sendable(text: str, stop: Sequence[str]) -> str:
    """What of a text that goes on may be sent: all but the longest end that begins a stop string."""
    cut, ended = stopped_text(text, stop)
    if ended:
        return cut
    for held in range(len(text), 0, -1):
        if any(s.startswith(text[-held:]) for s in stop):
            return text[:-held]
    return text


@exercise
def StopStrings(student: Student, draw: random.Random) -> None:
    def fail(id: str) -> Found:
        return finding(STOP, id)

    def said(value: Any) -> str:
        require_type(value, str, 'a string, `""` where nothing is to be sent')
        return value

    def is_stopped(filter: Instance) -> bool:
        with blame("stopped_missing", STOP["stopped_missing"]):
            value = filter.read("stopped")
        require_type(value, bool, "`stopped`, True or False")
        return value

    def judge(chunks: Sequence[str], stop: list[str], id: str, hold: str = "") -> None:
        """hold: the finding where too much is held back (else `holds_back_too_much`)."""
        with blame("no_stop_strings" if not stop else "wrong_value", STOP["no_stop_strings" if not stop else "wrong_value"]):  # fmt: skip
            filter = student.new("StopStrings", list(stop))
        if is_stopped(filter):
            raise fail("stopped_too_early")
        fed = out = ""
        for chunk in chunks:
            done = stopped_text(fed, stop)[1]
            fed += chunk
            piece = said(filter.push(chunk))
            right, ended = stopped_text(fed, stop)
            if done and piece:
                raise fail("text_after_stop")
            out += piece
            may = sendable(fed, stop)
            if out != may:
                explain(out, may, fed, stop, id, hold)
            if is_stopped(filter) is not ended:
                raise fail("stopped_missing" if ended else "stopped_too_early")
        right, ended = stopped_text(fed, stop)
        rest = filter.flush()
        if ended:
            require(rest == "" or rest is None, "flush_after_stop", STOP["flush_after_stop"])
            require_type(rest, str, 'a string, `""` where nothing is left')
            return
        if out + str(rest) != right:
            missing = rest is None or right.startswith(out + str(rest))
            raise fail("flush_missing" if missing else "held_text_twice")
        said(rest)

    def explain(out: str, may: str, fed: str, stop: list[str], id: str, hold: str) -> None:
        right, ended = stopped_text(fed, stop)
        last = max((fed.rfind(s) for s in stop if s in fed), default=-1)
        if ended and last > len(right) and out == fed[:last]:
            raise fail("last_occurrence" if id in ("twice", "stop_string_sent") else id)
        id = "stop_string_sent" if id == "twice" else id
        if may.startswith(out):  # something is missing
            if ended:
                raise fail("held_text_lost" if id == "stop_string_sent" else id)
            raise fail(hold or "holds_back_too_much")
        if id == "stop_string_sent" and ended:
            found = next(s for s in stop if fed.startswith(s, len(right)))
            behind = fed[len(right) + len(found) :]
            if behind and found[:1] not in out[len(right) :] and out.endswith(behind):
                raise fail("text_after_stop")
        raise fail(id)

    w = "".join(draw.sample("bdfghk", 4))
    v = "".join(draw.sample("mnpqrtv", 3))
    for chunk in (f"a{w[:2]}", f"a {w} i"):
        alone = said(student.new("StopStrings", [w]).push("i o"))
        student.new("StopStrings", [w]).push(chunk)
        after = student.new("StopStrings", [w])
        told = said(after.push("i o"))
        require(told == alone, "state_shared", STOP["state_shared"])
    judge(["a i o"], [w], "held_text_lost")
    judge([f"a {w[:2]}"], [w], "split_leaks")
    judge([f"a {w} i o"], [w], "stop_string_sent")
    judge([f"{w} i o"], [w], "stop_string_sent")
    judge([f"a i {w}"], [w], "stop_string_sent")
    judge([f"a {w} i", " o", f"e{w}"], [w], "stop_string_sent")
    judge([f"a {w} o {w} i"], [w], "twice")
    judge(["a i", " o e", f" {v} u"], [w], "held_text_lost")
    harmless(student, w, said)
    leaks = []
    for cut in range(1, len(w)):
        filter = student.new("StopStrings", [w])
        out = said(filter.push(f"a {w[:cut]}")) + said(filter.push(f"{w[cut:]} o"))
        leaks.append(out != "a ")
    if any(leaks):
        raise fail("split_leaks")
    for cut in range(1, len(w)):
        judge([f"a {w[:cut]}", f"{w[cut:]} o", " e"], [w], "split_leaks")
    judge(["a ", w[:1], w[1:2], w[2:], " o"], [w], "over_three_chunks")
    judge([*f"a {w} o"], [w], "over_three_chunks")
    judge([*f"a {w[:2]}i{w[:3]} o"], [w], "held_text_lost")
    judge(["", "a ", "", w[:2], "", w[2:], "", " o", ""], [w], "over_three_chunks")
    judge([f"a {w[1:3]}", f"o{w[2:]}", "i"], [w], "wrong_value")
    judge([f"a ui{w[:2]}", "o"], [w], "wrong_value")
    judge([f"a {w.upper()} {w.title()} {w} o"], [w], "case_ignored")
    with blame("regex_characters", STOP["regex_characters"]):
        judge(["abc a.c d"], ["a.c"], "regex_characters", "regex_characters")
        judge(["a(", "b [*", " c"], ["[*"], "regex_characters", "regex_characters")
    for order in ([w, v], [v, w]):
        judge([f"a {order[1]} o"], order, "first_string_only")
    for order in ([w, v], [v, w]):
        judge([f"a {v} o {w} e"], order, "list_order")
        judge([f"a {w} o {v} e"], order, "list_order")
    p, q, r, s = draw.sample("bdfghk", 4)
    for order in ([q + r, p + q + s], [p + q + s, q + r]):
        judge([f"a {p}{q}", f"{s} o"], order, "partial_longest_only", "partial_longest_only")
        judge([f"a {q}", f"{r} o"], order, "partial_longest_only", "partial_longest_only")
    for order in ([w, v], [v, w]):
        judge([f"a {v[:2]}", f"{v[2:]} o"], order, "partial_longest_only")
        judge([f"a {w[:3]}", f"{w[3:]} o"], order, "partial_longest_only")
    for order in ([p, p + q], [p + q, p]):
        judge([f"a {p}{q} o"], order, "stop_string_sent")
        judge([*f"a {p}{q} o"], order, "stop_string_sent")
    judge([f"a {p}{p}", f"{q} o"], [p + p + q], "partial_longest_only", "partial_longest_only")
    overlap = "self_overlap_missed"
    for stop, text in ((p + p + q, p + p + p + q), (p + q + p + r, p + q + p + q + p + r)):
        judge([f"a {text} o"], [stop], overlap, overlap)
        judge([*f"a {text} o"], [stop], overlap, overlap)
        judge([*f"a {text[:-1]} o"], [stop], overlap, overlap)
    for order in (["User:", "\n\nUser:"], ["\n\nUser:", "User:"]):
        judge(["Yes.\n\nUser: and"], order, "list_order")
        judge([*"Yes.\n\nUser: and"], order, "partial_longest_only", "partial_longest_only")
        judge(["Yes. User: and"], order, "list_order")
    for order in ([q + r, p + q + s], [p + q + s, q + r]):
        judge([f"a {p}{q}", f"{r} o"], order, "partial_longest_only", "partial_longest_only")
    with blame("no_stop_strings", STOP["no_stop_strings"]):
        judge(["a b", "", "c"], [], "no_stop_strings", "no_stop_strings")

    one, two = student.new("StopStrings", [w]), student.new("StopStrings", [w])
    pieces = [said(one.push(f"a{w[:2]}")), said(two.push(f"{w[2:]}o")), said(one.push("e"))]
    require(pieces == ["a", f"{w[2:]}o", f"{w[:2]}e"], "state_shared", STOP["state_shared"])
    said(one.push(w))
    require(
        is_stopped(one) and not is_stopped(two) and said(two.push("a")) == "a",
        "state_shared",
        STOP["state_shared"],
    )
    for text, words in (
        (f"{p}{p}{q}{p}{p}{p}{q}", [p + p + p + q, q + q]),
        (f"{p}{q}{p}{q}{r}a", [q + r, p + q + p + r]),
    ):
        for bits in range(2 ** (len(text) - 1)):
            cuts = [0, *(i + 1 for i in range(len(text) - 1) if bits >> i & 1), len(text)]
            judge([text[i:j] for i, j in pairwise(cuts)], words, "wrong_value", "wrong_value")


def harmless(student: Student, word: str, said: Callable[[Any], str]) -> None:
    """What is held back, and then begins nothing, comes once."""
    for chunks in ([f"a {word[:2]}", "i o"], [f"a {word[:1]}", f"e{word[:3]}", "o u"]):
        filter = student.new("StopStrings", [word])
        out = "".join(said(filter.push(chunk)) for chunk in chunks)
        if filter.read("stopped"):
            raise finding(STOP, "stopped_too_early")
        out += str(filter.flush())
        text = "".join(chunks)
        if out != text:
            id = "held_text_lost" if len(out) < len(text) else "held_text_twice"
            raise finding(STOP, id)


# --- sample_per_request ---------------------------------------------------------------------------------------------------

SAMPLE = {
    "first_generator_for_all": "one generator draws for the whole batch. Row b draws with `generators[b]`, whoever else is there.",
    "generator_ignored": "the draws do not follow the generators: other randomness was used.",
    "generator_reseeded": "the draw does not depend on where a generator stands: it was seeded anew, or copied. Draw from it as it is, so that it moves on.",
    "depends_on_place": "the same row with the same generator draws another token alone than in a batch: what a row draws may not depend on its place or on who else is there.",
    "generators_misplaced": "a row draws with another row's generator.",
    "temperature_ignored": "the draws follow temperature 1, whatever was asked for.",
    "first_temperature_for_all": "one temperature is used for the whole batch: each row has its own.",
    "temperature_multiplied": "logits are *divided* by the temperature.",
    "zero_temperature": "at temperature 0 a row gives its most likely token: nothing can be divided by 0.",
    "zero_for_all": "where some rows have temperature 0 and others have not, those of 0 are greedy and the others are drawn.",
    "greedy_always": "at temperature 1 every row gives its most likely token: it should be drawn.",
    "not_normalised": "the draws follow the logits themselves as weights: they are logarithms, softmax first.",
    "softmax_over_batch": "a row's law changes with the other rows: softmax goes along the last dimension.",
    "overflows": "logits near 1000, or a very small temperature, break the draw: subtract the row's largest, or use a softmax that does.",
    "filtered_token": "a token with the logit −inf was drawn.",
    "wrong_value": "the draws of a row do not follow softmax(logits / temperature).",
}  # fmt: skip
PROCESSORS = {
    "generate", "TemperatureLogitsWarper", "LogitsProcessorList", "LogitsProcessor", "LogitsWarper",
}  # fmt: skip


@exercise
def sample_per_request(student: Student, draw: random.Random) -> None:
    f = student["sample_per_request"]
    refuse_library(student, PROCESSORS, "the draw of each row", "sample_per_request")

    def fail(id: str) -> Found:
        return finding(SAMPLE, id)

    def call(
        logits: torch.Tensor, temperatures: Sequence[float], generators: Sequence[Generator]
    ) -> torch.Tensor:
        got = f(logits, list(temperatures), list(generators))
        return require_tensor(got, (len(logits),), LONG, "ids, as int64, one per row: LongTensor[B]")  # fmt: skip

    seeds = draw.sample(range(2**40), 700)
    some = [Generator(seed) for seed in seeds]
    flat = torch.ones(60, 50)
    hot = [1.0] * 700

    zero = SAMPLE["zero_temperature"]
    with blame("zero_temperature", zero):
        got = call(torch.tensor([[0.0, 5.0], [1.0, 0.0]]), [0, 0.0], some[:2])
    require(got.tolist() == [1, 0], "zero_temperature", zero)

    # The draws depend on the generators, each row's on its own alone.
    first = call(flat, hot[:60], some[:60])
    again = call(flat, hot[:60], some[:60])
    ramp = flat + torch.linspace(0, 1, 50)
    if (call(ramp, hot[:60], some[:60]) == 49).all() or (first == 0).all():
        raise fail("greedy_always")
    require(torch.equal(first, again), "generator_ignored", SAMPLE["generator_ignored"])
    reseeds = {"manual_seed", "initial_seed", "seed"} & student.identifiers("sample_per_request")
    if torch.equal(first, call(flat, hot[:60], some[100:160])):
        raise fail("generator_reseeded" if reseeds else "generator_ignored")
    moved = [Generator(seed, skip=1000) for seed in seeds[:60]]
    if (first == call(flat, hot[:60], moved)).float().mean() > 0.5:
        raise fail("generator_reseeded")
    kept = [Generator(seed).as_one() for seed in seeds[:60]]
    if torch.equal(call(flat, hot[:60], kept), call(flat, hot[:60], kept)):
        raise fail("generator_reseeded")
    others = [some[0], *some[160:219]]
    if torch.equal(first[1:], call(flat, hot[:60], others)[1:]):
        raise fail("first_generator_for_all")
    for place in (0, 31, 59):
        one = [*some[:place], some[300], *some[place + 1 : 60]]
        changed = (call(flat, hot[:60], one) != first).nonzero().flatten().tolist()
        if changed not in ([place], []):
            raise fail("generators_misplaced" if len(changed) == 1 else "depends_on_place")
    for place in (0, 17, 58):
        alone = call(flat[:1], hot[:1], some[place : place + 1])
        require(alone[0] == first[place], "depends_on_place", SAMPLE["depends_on_place"])
    fewer = [0, 3, 4, 20, 21, 40, 59]
    got = call(flat[fewer], hot[: len(fewer)], [some[i] for i in fewer])
    require(torch.equal(got, first[fewer]), "depends_on_place", SAMPLE["depends_on_place"])
    twins = call(flat[:2], hot[:2], [some[5], Generator(seeds[5])])
    require(twins[0] == twins[1], "depends_on_place", SAMPLE["depends_on_place"])

    # The law, row by row.
    law = torch.tensor([0.35, 0.1, 0.3, 0.1, 0.15])[torch.tensor(draw.sample(range(5), 5))]
    logits = law.log() + 4  # all positive

    def judge_law(temperatures: Sequence[float], pick: slice, wrong: dict[str, list[torch.Tensor]]) -> None:  # fmt: skip
        rows = logits.expand(len(temperatures), 5).contiguous()
        counts = call(rows, temperatures, some[: len(rows)])[pick].bincount(minlength=5)
        right = (logits / temperatures[pick.start or 0]).softmax(-1)
        if p_value(counts, right) >= SIGNIFICANCE:
            return
        fits = {id: max(p_value(counts, probs) for probs in laws) for id, laws in wrong.items()}
        best = max(fits, key=lambda id: fits[id])
        raise fail(best if fits[best] >= SIGNIFICANCE else "wrong_value")

    plain = {
        "not_normalised": [logits / logits.sum(), law.log() / law.log().sum()],
        "softmax_over_batch": [torch.full((5,), 0.2)],
    }
    judge_law(hot, slice(None), plain)
    two = torch.stack([logits, logits.flip(0) * 1.5]).repeat(300, 1)
    draws = call(two, hot[:600], some[:600])
    for kind in range(2):
        counts = draws[kind::2].bincount(minlength=5)
        id = "softmax_over_batch"
        require(p_value(counts, two[kind].softmax(-1)) >= SIGNIFICANCE, id, SAMPLE[id])
    for t in (0.5, 2.0):
        wrong = {
            "temperature_ignored": [law],
            "temperature_multiplied": [(logits * t).softmax(-1)],
        }
        judge_law([t] * 700, slice(None), wrong)
    for mixed in ([0.4, 3.0], [3.0, 0.4]):
        whole = [mixed[0], mixed[1]] * 350
        for kind in range(2):
            wrong = {
                "first_temperature_for_all": [(logits / mixed[0]).softmax(-1)],
                "temperature_ignored": [law],
            }
            mean = {"first_temperature_for_all": [(logits / 1.7).softmax(-1)]}
            try:
                judge_law(whole, slice(kind, None, 2), wrong if kind else mean)
            except Found as found:
                if found.finding.id != "wrong_value":
                    raise
                raise fail("first_temperature_for_all") from None

    # Temperature 0 beside others.
    best = int(logits.argmax())
    for at in (0, 1):
        temperatures = [0 if i % 2 == at else 1.0 for i in range(120)]
        with blame("zero_temperature", zero):
            draws = call(logits.expand(120, 5).contiguous(), temperatures, some[:120])
        greedy = (draws == best).view(60, 2)
        require(bool(greedy[:, at].all()), "zero_for_all", SAMPLE["zero_for_all"])
        require(not greedy[:, 1 - at].all(), "zero_for_all", SAMPLE["zero_for_all"])

    with blame("overflows", SAMPLE["overflows"]):
        high = torch.full((4, 6), 900.0)
        tops = [draw.randrange(6) for _ in range(4)]
        high[range(4), tops] = 1000.0
        got = call(high, hot[:4], some[:4])
        require(got.tolist() == tops, "overflows", SAMPLE["overflows"])
        got = call(-high.flip(0) - 800.0 * (high.flip(0) < 1000), [1.0, 1, 1, 1], some[:4])
        require(got.tolist() == tops[::-1], "overflows", SAMPLE["overflows"])
        got = call(high / 100, [1e-3] * 4, some[:4])
        require(got.tolist() == tops, "overflows", SAMPLE["overflows"])
        both = call(torch.full((200, 2), 1000.0), hot[:200], some[:200])
        require(0 < int(both.sum()) < 200, "overflows", SAMPLE["overflows"])
    few = torch.full((300, 30), -INF)
    ids = sorted(draw.sample(range(30), 3))
    few[:, ids] = torch.tensor([0.3, 0.2, -0.1])
    draws = call(few, hot[:300], some[:300])
    require(set(draws.tolist()) <= set(ids), "filtered_token", SAMPLE["filtered_token"])
    draws = call(few[:20], [5.0, 0.0] * 10, some[:20])
    require(set(draws.tolist()) <= set(ids), "filtered_token", SAMPLE["filtered_token"])
    require(call(torch.zeros(2, 1), [1.0, 0], some[:2]).tolist() == [0, 0], "wrong_value", SAMPLE["wrong_value"])  # fmt: skip


# --- schedules ------------------------------------------------------------------------------------------------------------


def simulate(
    lengths: Sequence[int],
    num_slots: int,
    *,
    static: bool = False,
    order: Callable[[list[int]], int] = lambda waiting: 0,
    slots: Callable[[list[int]], list[int]] = lambda free: free,
    delay: int = 0,
    at_once: int | None = None,
    extra: int = 0,
    fill_first: bool = False,
) -> list[Row]:
    """A schedule, step by step. What the card asks for, with the defaults.

    order: which of those that wait (a place in their list) joins. slots: the free slots in the order in which they are filled.
    delay: steps that a slot stays idle before it is filled again. at_once: how many may join in one step.
    extra: steps that every request takes beyond its length. fill_first: `order` and `at_once` hold behind the first step.
    """
    waiting = list(range(len(lengths)))
    left: dict[int, int] = {}  # of those that run
    seats: Row = [None] * num_slots
    free_since = [-delay] * num_slots
    table: list[Row] = []
    while (waiting or left) and len(table) < 10_000:
        now = len(table)
        free = [s for s in range(num_slots) if seats[s] is None and now - free_since[s] >= delay]
        if not static or not left:
            plain = fill_first and not table
            for slot in slots(free)[: None if plain else at_once]:
                if waiting:
                    request = waiting.pop(0 if plain else order(waiting))
                    seats[slot], left[request] = request, lengths[request] + extra
        table.append(list(seats))
        for slot, seat in enumerate(seats):
            if seat is not None:
                left[seat] -= 1
                if left[seat] <= 0:
                    del left[seat]
                    seats[slot], free_since[slot] = None, now + 1
    return table


def batches(lengths: Sequence[int], num_slots: int, steps: Callable[[Sequence[int]], int], runs: Callable[[int, int], int]) -> list[Row]:  # fmt: skip
    """Static batches that take `steps(their lengths)`, in which a request sits for `runs(its length, those steps)`."""
    table: list[Row] = []
    for begin in range(0, len(lengths), num_slots):
        batch = list(enumerate(lengths))[begin : begin + num_slots]
        count = steps([length for _, length in batch])
        for step in range(count):
            row: Row = [i if step < runs(length, count) else None for i, length in batch]
            table.append(row + [None] * (num_slots - len(row)))
    return table


def fixed_slots(lengths: Sequence[int], num_slots: int) -> list[Row]:
    columns: list[Row] = [
        [i for i in range(slot, len(lengths), num_slots) for _ in range(lengths[i])]
        for slot in range(num_slots)
    ]
    height = max(map(len, columns))
    return [[c[t] if t < len(c) else None for c in columns] for t in range(height)]


def shortest(lengths: Sequence[int], sign: int, **how: Any) -> list[Row]:
    return simulate(
        lengths, how.pop("num_slots"),
        order=lambda waiting: min(range(len(waiting)), key=lambda i: sign * lengths[waiting[i]]),
        **how,
    )  # fmt: skip


SCHEDULE = {
    "refilled_early": "a slot is filled again before the whole batch is done: that is continuous batching.",
    "ends_with_shortest": "a batch goes on until the *longest* of its requests is done.",
    "runs_on": "a request that is done leaves its slot: from then on the slot is None.",
    "lengths_off_by_one": "requests run one step too many or too few: request i takes `lengths[i]` steps.",
    "idle_step": "there is a step in which nobody runs.",
    "rows_short": "every row has `num_slots` entries, None where a slot is idle.",
    "last_batch_missing": "the requests that do not fill a whole batch never run.",
    "sorted_by_length": "requests run in the order in which they wait, whatever their lengths.",
    "one_by_one": "requests run one at a time, though there are several slots.",
    "numbered_in_batch": "a request keeps its number, its place in `lengths`: it is not counted anew in each batch.",
    "lengths_in_table": "the table holds the *numbers* of requests, not their lengths or what is left of them.",
    "slots_by_steps": "the table is turned: one row for each step, and in it one entry for each slot.",
    "no_requests": "without requests there are no steps: `[]`.",
    "everyone_at_once": "more requests run together than there are slots.",
    "waits_for_batch": "a free slot waits until the whole batch is done: that is static batching.",
    "refilled_late": "a slot that becomes free is filled at the very next step.",
    "one_refill_per_step": "several slots that are free are all filled, in the same step.",
    "slots_compacted": "a request stays in its slot until it is done.",
    "highest_slot_first": "of several free slots the lowest is filled first.",
    "shortest_first": "the request that waits longest joins, whatever its length.",
    "last_in_first_out": "the request that waits longest joins, not the one that came last.",
    "fixed_slots": "a request joins in whatever slot is free first: it does not wait for a certain one.",
    "preempted": "a request runs without a pause until it is done.",
    "tail_cut": "the table goes on until the last request is done.",
    "wrong_value": "the table is another one.",
}  # fmt: skip


def judge_schedule(student: Student, name: str, static: bool, draw: random.Random) -> None:
    f = student[name]
    # In the first: more requests than two batches, a short first one, a long one in each batch, several ends at once.
    inputs = [
        ([2, 5, 2, 4, 1, 3, 2], 3), ([1, 3, 2], 2), ([4, 4, 4, 2, 2], 2), ([9, 1, 1, 1, 1, 2], 3), ([1, 2, 9, 3], 2),
        ([3, 2, 1], 4), ([2, 2], 2), ([3, 1, 2], 1), ([1] * 7, 3), ([5], 1), ([6], 3),
        ([draw.randint(1, 7) for _ in range(12)], 4), ([draw.randint(1, 9) for _ in range(9)], 3),
    ]  # fmt: skip
    answers = []
    for lengths, num_slots in inputs:
        got = f(lengths, num_slots)
        require_type(got, (list, tuple), "a list of rows")
        for row in got:
            require_type(row, (list, tuple), "a list of rows, each a list")
            for seat in row:
                require_type(seat, (int, type(None)), "rows of request numbers and None")
        answers.append([list(row) for row in got])
    right = [simulate(*given, static=static) for given in inputs]
    if answers != right:
        raise finding(SCHEDULE, _schedule_mistake(inputs, answers, right, static))
    with blame("no_requests", SCHEDULE["no_requests"]):
        got = f([], 2)
    require(got in ([], ()), "no_requests", SCHEDULE["no_requests"])


def _schedule_mistake(
    inputs: Sequence[tuple[list[int], int]],
    answers: list[list[Row]],
    right: list[list[Row]],
    static: bool,
) -> str:
    """The finding for tables of which at least one is wrong."""
    played: dict[str, list[Callable[..., list[Row]]]] = {
        "lengths_off_by_one": [lambda n, s, x=x: simulate(n, s, static=static, extra=x) for x in (1, -1)],
        "slots_by_steps": [lambda n, s: [list(column) for column in zip(*simulate(n, s, static=static))]],
    }  # fmt: skip
    if static:
        played |= {
            "refilled_early": [simulate, fixed_slots],
            "lengths_off_by_one": [
                *played["lengths_off_by_one"],
                lambda n, s: batches(n, s, lambda batch: max(batch) - 1, lambda length, count: length - 1),
            ],
            "ends_with_shortest": [
                lambda n, s, f=f: batches(n, s, f, lambda length, count: min(length, count))
                for f in (min, lambda batch: batch[0], lambda batch: batch[-1])
            ],
            "runs_on": [lambda n, s: batches(n, s, max, lambda length, count: count)],
            "sorted_by_length": [
                *(lambda n, s, x=x: shortest(n, x, num_slots=s, static=True) for x in (1, -1)),
                lambda n, s: simulate(n, s, static=True, order=lambda waiting: -1),
            ],
        }  # fmt: skip
    else:
        played |= {
            "waits_for_batch": [lambda n, s: simulate(n, s, static=True)],
            "refilled_late": [lambda n, s: simulate(n, s, delay=1), lambda n, s: simulate(n, s, delay=2)],
            "one_refill_per_step": [lambda n, s, f=f: simulate(n, s, at_once=1, fill_first=f) for f in (True, False)],
            "highest_slot_first": [lambda n, s: simulate(n, s, slots=lambda free: free[::-1])],
            "shortest_first": [lambda n, s, x=x: shortest(n, x, num_slots=s) for x in (1, -1)],
            "last_in_first_out": [lambda n, s, f=f: simulate(n, s, order=lambda waiting: -1, fill_first=f) for f in (True, False)],
            "fixed_slots": [fixed_slots],
        }  # fmt: skip
    for id, functions in played.items():
        for function in functions:
            if all(function(*given) == got for given, got in zip(inputs, answers)):
                return id
    for (lengths, num_slots), got, table in zip(inputs, answers, right):
        if got != table:
            return _table_mistake(lengths, num_slots, got, table, static)
    return "wrong_value"


def _table_mistake(
    lengths: list[int], num_slots: int, got: list[Row], right: list[Row], static: bool
) -> str:
    """The finding for one wrong table."""
    seen = [seat for row in got for seat in row if seat is not None]
    if got == [list(column) for column in zip(*right)]:
        return "slots_by_steps"
    if any(len(row) > num_slots for row in got):
        return "everyone_at_once" if max(map(len, got)) == len(lengths) else "wrong_value"
    if any(all(seat is None for seat in row) for row in got):
        return "idle_step"
    if any(len(row) < num_slots for row in got):
        return "rows_short"
    steps = {i: [t for t, row in enumerate(got) if i in row] for i in range(len(lengths))}
    counts = {i: sum(seat == i for seat in seen) for i in steps}
    if got == right[: len(got)]:
        return "last_batch_missing" if static else "tail_cut"
    if [[s is None for s in row] for row in got] == [[s is None for s in row] for row in right]:
        pairs = {(a, b) for x, y in zip(got, right) for a, b in zip(x, y) if a is not None and b is not None}  # fmt: skip
        # One new number for each request, or a slot that only ever holds its own: a way of counting.
        renamed = len({b for _, b in pairs}) == len(pairs)
        if static and renamed and {a for a, _ in pairs} <= set(range(num_slots)):
            return "numbered_in_batch"
        if renamed and all(a == b + 1 for a, b in pairs):
            return "numbered_in_batch" if static else "wrong_value"
        if not {i for i, n in enumerate(lengths)} == set(seen):
            return "lengths_in_table"
    if static:
        if num_slots > 1 and all(sum(s is not None for s in row) == 1 for row in got):
            return "one_by_one"
        if any(len({s // num_slots for s in row if s is not None}) > 1 for row in got):
            return "refilled_early"
        if any(not t for t in steps.values()):
            return "last_batch_missing"
    else:
        places = {i: {s for row in got for s, seat in enumerate(row) if seat == i} for i in steps}
        if any(t and t[-1] - t[0] >= len(t) for t in steps.values()):
            return "preempted"
        starts = {i: t[0] for i, t in steps.items() if t}
        jumped = [(i, j) for i in starts for j in starts if i < j and starts[j] < starts[i]]
        if jumped:
            byes = [lengths[j] - lengths[i] for i, j in jumped]
            sorting = all(bye <= 0 for bye in byes) or all(bye >= 0 for bye in byes)
            return "shortest_first" if sorting else "last_in_first_out"
        if any(len(where) > 1 for where in places.values()):
            return "slots_compacted"
        if [set(row) for row in got] == [set(row) for row in right]:
            return "highest_slot_first"
        if any(not t for t in steps.values()) or len(got) < len(right):
            return "tail_cut"
    off = {counts[i] - lengths[i] for i in steps}
    if off in ({1}, {-1}, {0, 1}, {0, -1}):
        return "lengths_off_by_one"
    return "wrong_value"


@exercise
def static_schedule(student: Student, draw: random.Random) -> None:
    judge_schedule(student, "static_schedule", True, draw)


@exercise
def continuous_schedule(student: Student, draw: random.Random) -> None:
    judge_schedule(student, "continuous_schedule", False, draw)


# --- ContinuousBatcher ----------------------------------------------------------------------------------------------------

ENGINE = {
    "one_by_one": "there are more forward passes than one for each step and one for each request that joined: those who run share a pass.",
    "mask_missing": "rows of different lengths are padded, and the model attends to the padding: say with `attention_mask` what is real.",
    "positions_wrong": "with padding on the left a row's positions still begin at 0 with its first real token: say so with `position_ids`.",
    "reads_padding": "with padding on the right a row's next token is read at its last *real* column, not at the last one.",
    "rows_mixed": "a request got a token that belongs to another: rows and ids have gone out of step.",
    "waits_for_batch": "a request that was added waits until all who run are done: it takes part from the next step on.",
    "joins_late": "a request that was added takes part from the very next step on.",
    "eos_ignored": "a request goes on behind its EOS.",
    "eos_dropped": "the EOS itself is in the result of its step: it is a token that was generated.",
    "eos_ends_all": "when one request ends with an EOS, the others go on.",
    "eos_in_prompt": "an EOS, a 0 or a repeated token in the *prompt* is a token like any other: it ends nothing and is not masked.",
    "budget_ignored": "a request goes on behind its `max_new_tokens`.",
    "budget_off_by_one": "a request gets one token too many or too few for its `max_new_tokens`.",
    "budget_counts_prompt": "`max_new_tokens` counts new tokens: the prompt's do not count.",
    "budget_of_all": "each request has a `max_new_tokens` of its own.",
    "finished_reported": "who is done is not in the results any more.",
    "not_removed": "a request that was removed goes on.",
    "remove_raises": "`remove` of an id that does not run (any more) does nothing.",
    "id_used_up": "an id that has left may be added again, as a new request.",
    "empty_batch": "where nobody runs, `step` gives `{}` and does not call the model.",
    "text_forgotten": "the next token does not follow from prompt and generated text: feed back what was generated, all of it or with a cache whose keys and values are what the model put there.",
    "state_shared": "two batchers share their requests: what belongs to one belongs to `self`.",
    "sampler_ignored": "a batcher that was given a `sampler` takes the most likely tokens: what the sampler returns is each row's next token.",
    "sampler_misused": "`sampler(request_ids, logits)` gets the list of ids and one row of logits for each, FloatTensor[B, V], each running request once a step.",
    "wrong_value": "a step's result is not each running request's next token.",
}  # fmt: skip
BATCH_LIBRARY = {
    "generate", "generate_batch", "init_continuous_batching", "continuous_batching_context_manager", "ContinuousBatchingManager",
}  # fmt: skip


def flaw(id: str) -> Found:
    return finding(ENGINE, id)


class Engine:
    """The student's batcher on a lent model, with a count of the forward passes that it may make."""

    def __init__(self, student: Student, model: Model, eos: int, **sampler: Function):
        self.model = model
        self.batcher = student.new("ContinuousBatcher", model, eos, **sampler)
        self.allowed = 0
        self.anybody = False

    def add(self, id: str, prompt: list[int], budget: int, again: bool = False) -> None:
        flaw_id = "id_used_up" if again else "wrong_value"
        with blame(flaw_id, ENGINE[flaw_id]):
            self.batcher.add(id, list(prompt), budget)
        self.allowed += 1
        self.anybody = True

    def remove(self, id: str) -> None:
        with blame("remove_raises", ENGINE["remove_raises"]):
            self.batcher.remove(id)

    def step(self) -> dict[str, int | None]:
        self.allowed += 1
        got = self.batcher.step()
        if self.model.library_calls:
            raise Found(
                "calls_the_library", "this exercise builds the loop; your code calls `generate`."
            )
        require_type(got, dict, "a dict of request id and token")
        result: dict[str, int | None] = {}
        for id, token in got.items():
            require_type(id, str, "a dict whose keys are the request ids")
            if type(token) is torch.Tensor and token.numel() == 1:
                token = int(token)
            require_type(token, (int, type(None)), "a dict whose values are token ids, ints")
            result[id] = token
        return result

    def idle(self) -> None:
        """A step with nobody."""
        before = len(self.model.requests)
        with blame("empty_batch", ENGINE["empty_batch"]):
            got = self.batcher.step()
        if got != {} or len(self.model.requests) != before:
            raise flaw("empty_batch" if got == {} or not self.anybody else "finished_reported")

    def expect(self, right: dict[str, int], *, missing: str, extra: str, wrong: str) -> None:
        """One step; the findings for an id that is missing, one too many, and a wrong token ("padding": look for it)."""
        got = self.step()
        if set(right) - set(got):
            raise flaw(missing)
        if any(got[id] != token for id, token in right.items()):
            raise flaw(self.padding("rows_mixed") if wrong == "padding" else wrong)
        if set(got) - set(right):
            raise flaw(extra)
        if len(self.model.requests) > self.allowed:
            raise flaw("one_by_one")

    def padding(self, otherwise: str) -> str:
        """What is wrong with how rows of different lengths were padded, `otherwise` if nothing is."""
        for request in self.model.requests:
            mask, new = request.attention_mask, request.input_ids.shape[1]
            if len(request.input_ids) == 1 or mask is None or bool((mask != 0).all()):
                # Behind a prefill of its own, equal lengths need no mask.
                if len(request.input_ids) > 1 and new > 1:
                    return "mask_missing"
                cached = request.tags.shape[1]
                mask = torch.ones(len(request.input_ids), cached + new)
            real = mask[:, -new:] != 0
            places = (mask != 0).long().cumsum(-1)[:, -new:] - 1
            positions = request.position_ids
            if positions is None:
                positions = torch.arange(mask.shape[1])[None, -new:]
            if bool(((positions != places) & real).any()):
                return "positions_wrong"
            if not real[:, -1].all():
                return "reads_padding"
        return otherwise


@exercise
def ContinuousBatcher(student: Student, draw: random.Random) -> None:
    refuse_library(student, BATCH_LIBRARY, "the engine", "ContinuousBatcher")
    vocab, eos = 100, 90
    words = list(range(1, 90))
    draw.shuffle(words)

    def take(count: int) -> list[int]:
        return [words.pop() for _ in range(count)]

    def engine(*pairs: tuple[list[int], list[int]]) -> Engine:
        nonlocal words
        words = list(range(1, 90))
        draw.shuffle(words)
        model = scripted({tuple(prompt): script for prompt, script in pairs}, vocab_size=vocab)
        return Engine(student, model, eos)

    # One request.
    prompt, script = take(4), take(12)
    one = engine((prompt, script))
    one.idle()
    one.add("a", prompt, 6)
    for place in range(6):
        gone = {0: "joins_late", 2: "budget_counts_prompt", 5: "budget_off_by_one"}
        wrong = "text_forgotten" if place else "padding"
        one.expect({"a": script[place]}, missing=gone.get(place, "wrong_value"), extra="wrong_value", wrong=wrong)  # fmt: skip
    _judge_left(one, "a", script[6], "budget_off_by_one", "budget_ignored", script[7])
    one.idle()
    for place in (2, 0):
        prompt, script = take(3), take(place) + [eos] + take(4)
        two = engine((prompt, script))
        two.add("a", prompt, 9)
        for token in script[: place + 1]:
            missing = "eos_dropped" if token == eos else "wrong_value"
            two.expect({"a": token}, missing=missing, extra="wrong_value", wrong="text_forgotten")
        _judge_left(two, "a", script[place + 1], "eos_ignored", "eos_ignored", script[place + 2])
        two.idle()
    a, b = take(2)
    for prompt in ([a, eos, b, a], [a, b, a, eos], [0, a, 0, b], [eos, a, b, b], [b, a, 0]):
        script = take(4)
        two = engine((prompt, script))
        two.add("a", prompt, 3)
        for token in script[:3]:
            two.expect({"a": token}, missing="eos_in_prompt", extra="eos_in_prompt", wrong="eos_in_prompt")  # fmt: skip
    prompt, script = take(3), take(2)
    two = engine((prompt, script))
    two.add("a", prompt, 1)
    two.expect({"a": script[0]}, missing="budget_off_by_one", extra="wrong_value", wrong="wrong_value")  # fmt: skip
    _judge_left(two, "a", script[1], "budget_off_by_one", "budget_ignored")

    # Together, of equal lengths.
    for budgets in ((3, 6, 5), (6, 3, 4)):
        texts = [(take(4), take(8)) for _ in range(3)]
        many = engine(*texts)
        for id, (prompt, _), budget in zip("abc", texts, budgets):
            many.add(id, prompt, budget)
        for step in range(max(budgets)):
            right = {
                id: script[step]
                for id, (_, script), budget in zip("abc", texts, budgets)
                if step < budget
            }
            many.expect(
                right, missing="budget_of_all" if step else "joins_late",
                extra="budget_of_all", wrong="rows_mixed",
            )  # fmt: skip
        many.idle()
    texts = [(take(3), take(6)), (take(3), [*take(1), eos, *take(4)]), (take(3), take(6))]
    many = engine(*texts)
    for id, (prompt, _) in zip("abc", texts):
        many.add(id, prompt, 5)
    for step in range(5):
        right = {id: script[step] for id, (_, script) in zip("abc", texts) if id != "b" or step < 2}
        many.expect(right, missing="eos_ends_all", extra="finished_reported", wrong="rows_mixed")
    many.idle()

    # Of different lengths, joining and leaving.
    for counts in ((1, 4, 7), (6, 2, 3)):
        texts = [(take(count), take(6)) for count in counts]
        many = engine(*texts)
        for id, (prompt, _) in zip("abc", texts):
            many.add(id, prompt, 4)
        for step in range(4):
            right = {id: script[step] for id, (_, script) in zip("abc", texts)}
            many.expect(right, missing="wrong_value", extra="wrong_value", wrong="padding")
    for sizes in ((3, 7), (7, 3), (4, 4), (2, 1)):
        (p, s), (q, t) = ((take(size), take(9)) for size in sizes)
        many = engine((p, s), (q, t))
        many.add("a", p, 6)
        for step in range(2):
            many.expect({"a": s[step]}, missing="wrong_value", extra="wrong_value", wrong="text_forgotten")  # fmt: skip
        many.add("b", q, 6)
        got = [many.step() for _ in range(6)]
        tables = [
            {id: token for id, token in (("a", a), ("b", b)) if token is not None}
            for a, b in zip([*s[2:6], None, None], t)
        ]
        if got != tables:
            first = next((i for i, step in enumerate(got) if "b" in step), 6)
            if first:
                raise flaw("joins_late" if first == 1 else "waits_for_batch")
            ids = [set(step) for step in tables]
            raise flaw(
                many.padding("rows_mixed") if [set(g) for g in got] == ids else "wrong_value"
            )
        many.idle()
    texts = [(take(3), take(8)), (take(5), take(8)), (take(2), take(8))]
    for leaver in "abc":
        many = engine(*texts)
        for id, (prompt, _) in zip("abc", texts):
            many.add(id, prompt, 5)
        many.step()
        many.remove(leaver)
        for step in range(1, 5):
            right = {id: script[step] for id, (_, script) in zip("abc", texts) if id != leaver}
            many.expect(right, missing="not_removed", extra="not_removed", wrong="rows_mixed")
        many.remove(leaver)
        many.remove("nobody")
        for id in "abc":
            many.remove(id)
        many.idle()
    many = engine(*texts)
    many.remove("nobody")
    many.add("a", texts[0][0], 5)
    many.remove("a")
    many.idle()

    # An id again: behind its budget, its EOS, its removal.
    short = (take(2), [*take(1), eos, *take(2)])
    first_text, second_text = texts[:2]
    many = engine(first_text, second_text, short)
    for prompt, script, count in (
        (*short, 2),
        (*first_text, 3),
        (*second_text, 2),
        (*first_text, 2),
    ):
        many.add("a", prompt, 3 if count != 2 or prompt is short[0] else 7, again=True)
        for step in range(count):
            id = "id_used_up"
            many.expect({"a": script[step]}, missing=id, extra=id, wrong=id)
        many.remove("a")
    one, two = engine(first_text), engine(second_text)
    one.add("a", first_text[0], 3)
    two.add("b", second_text[0], 3)
    two.expect(
        {"b": second_text[1][0]}, missing="state_shared", extra="state_shared", wrong="state_shared"
    )
    one.expect(
        {"a": first_text[1][0]}, missing="state_shared", extra="state_shared", wrong="state_shared"
    )

    for kind in ("gpt2", "llama"):
        _judge_real(student, kind, draw.getrandbits(30))


def _judge_left(
    engine: Engine, id: str, next_token: int, once: str, again: str, after: int | None = None
) -> None:
    """A step behind the end of the only request. once: the finding where it still gets `next_token`; again: where
    another one follows."""
    with blame("empty_batch", ENGINE["empty_batch"]):
        got = engine.step()
    if not got:
        return
    if set(got) != {id} or got[id] != next_token:
        raise flaw("finished_reported")
    if after is not None and engine.step() == {id: after}:
        raise flaw(again)
    raise flaw(once)


def _texts(reference: Any, prompts: list[list[int]], ranks: list[int], count: int) -> tuple[list[list[int]], float]:  # fmt: skip
    """What follows each prompt, alone, where the token of this rank is taken, and how far it was from its neighbours."""
    texts, gap = [], INF
    for prompt, rank in zip(prompts, ranks):
        ids = list(prompt)
        for _ in range(count):
            with torch.no_grad():
                best = reference(torch.tensor([ids])).logits[0, -1].topk(4)
            ids.append(int(best.indices[rank]))
            gap = min(gap, float((best.values[:-1] - best.values[1:])[: rank + 1].min()))
        texts.append(ids[len(prompt) :])
    return texts, gap


@functools.lru_cache(maxsize=64)  # a class is judged on the same texts
def _plan(kind: str, seed: int) -> tuple[int, list[list[int]], list[list[int]], list[list[int]]]:
    """A model's seed, prompts, what follows them greedily, and what follows with the tokens of RANKS; no near-ties."""
    for attempt in range(seed, seed + 20):
        _, reference = transformer(kind, attempt % 1000)
        numbers = random.Random(attempt)
        prompts = [[numbers.randrange(61) for _ in range(count)] for count in (3, 9, 1, 6)]
        texts, gap = _texts(reference, prompts, [0] * 4, 8)
        others, gap_of_others = _texts(reference, prompts, RANKS, 5)
        if min(gap, gap_of_others) > 2e-3:
            break
    return attempt % 1000, prompts, texts, others


RANKS = [0, 1, 2, 0]


def _judge_real(student: Student, kind: str, seed: int) -> None:
    """Requests that come and go, on a real transformer; then with a sampler."""
    model_seed, prompts, texts, others = _plan(kind, seed)
    model, _ = transformer(kind, model_seed)
    eos = next((t for t in range(61) if all(t not in x for x in texts + others)), 60)
    ids = ["r0", "r1", "r2", "r3"]
    engine = Engine(student, model, eos)
    joins = {0: [0, 1], 2: [2], 3: [3]}
    budgets = [8, 4, 6, 5]
    start: dict[int, int] = {}
    for step in range(8):
        for i in joins.get(step, ()):
            engine.add(ids[i], prompts[i], budgets[i])
            start[i] = step
        right = {ids[i]: texts[i][step - at] for i, at in start.items() if step - at < budgets[i]}
        engine.expect(right, missing="wrong_value", extra="wrong_value", wrong="padding")

    def pick(request_ids: Any, logits: Any) -> torch.Tensor:
        if (
            type(request_ids) not in (list, tuple)
            or not all(id in ids for id in request_ids)
            or type(logits) is not torch.Tensor
            or logits.shape != (len(request_ids), 61)
            or not len(request_ids)
        ):
            raise ValueError("not a list of running ids and a row of logits for each")
        order = logits.float().argsort(dim=-1, descending=True)
        asked.extend(request_ids)
        return torch.stack([row[RANKS[ids.index(i)]] for i, row in zip(request_ids, order)])

    asked: list[str] = []
    sampler = Function("sampler", pick)
    model, _ = transformer(kind, model_seed)
    ignored, misused = "sampler_ignored", "sampler_misused"
    with blame(ignored, ENGINE[ignored]):
        engine = Engine(student, model, eos, sampler=sampler)
    with blame(misused, ENGINE[misused]):
        for step in range(5):
            if step < 2:
                for i in (0, 1) if step == 0 else (2, 3):
                    engine.add(ids[i], prompts[i], 5)
            asked.clear()
            got = engine.step()
            right = {ids[i]: others[i][step - i // 2] for i in range(4) if step >= i // 2}
            require(sampler.calls, ignored, ENGINE[ignored])
            if sorted(asked) != sorted(right):
                raise flaw(misused)
            if got != right:
                raise flaw(ignored)


# --- server-sent events ---------------------------------------------------------------------------------------------------

SSE = {
    "blank_line_missing": "an event ends with an empty line: two line ends.",
    "data_prefix_missing": "the data stands behind `data:`.",
    "python_not_json": "the data is Python's way of writing a dict: single quotes, None and True are no JSON.",
    "json_over_several_lines": "JSON over several lines, of which only the first begins with `data:`: the others are lost.",
    "line_ends_unescaped": "a line end inside a text breaks the event: in JSON it is written as \\n.",
    "encoded_twice": "the data is a JSON string that holds JSON: encode once.",
    "done_quoted": "the end of the stream is [DONE], without quotes.",
    "done_misspelled": "the end of the stream is `data: [DONE]`, in this spelling.",
    "done_for_empty": "an empty dict is a chunk: only None ends the stream.",
    "other_fields": "the event has other fields than `data`.",
    "two_events": "the string is more than one event.",
    "text_only": "a part of the chunk is sent in place of all of it.",
    "text_changed": "a text of the chunk comes out otherwise: nothing is stripped, replaced or lost.",
    "wrong_value": "a reader of server-sent events does not get the chunk back.",
}  # fmt: skip


def events_of(stream: str) -> list[tuple[list[str], set[str]]]:
    """The complete events of a stream, as a reader sees them: the lines of their data, and the names of their fields."""
    events, data, names = [], list[str](), set[str]()
    for line in re.split(r"\r\n|\n|\r", stream)[:-1]:  # what no line end ends is no line yet
        if not line:
            events.append((data, names))
            data, names = [], set()
            continue
        name, _, value = line.partition(":")
        names.add(name)
        if name == "data":
            data.append(value.removeprefix(" "))
    return events


@exercise
def sse_event(student: Student, draw: random.Random) -> None:
    library = {"sse_starlette", "ServerSentEvent", "EventSourceResponse"}
    refuse_library(student, library, "the event", "sse_event")
    f = student["sse_event"]

    def fail(id: str) -> Found:
        return finding(SSE, id)

    def send(chunk: dict | None) -> str:
        got = f(chunk)
        require_type(got, str, "a string")
        return got

    def data_of(text: str, several: str) -> str:
        """The data of the one event that the text is."""
        if not re.search(r"(\n\n|\r\n\r\n|\r\r)$", text):
            raise fail("blank_line_missing" if "data" in text else "data_prefix_missing")
        events = events_of(text)
        fields = set().union(*(names for _, names in events))
        if "data" not in fields:
            raise fail("data_prefix_missing")
        if len(events) > 1 or "" in fields:
            raise fail(several if several != "json_over_several_lines" and "" not in fields else "two_events")  # fmt: skip
        if fields - {"data"}:
            known = {"event", "id", "retry"}
            raise fail("other_fields" if fields & known else several)
        return "\n".join(events[0][0])

    def judge(chunk: dict, id: str, several: str = "json_over_several_lines") -> None:
        data = data_of(send(chunk), several)
        try:
            back = json.loads(data)
        except ValueError:
            raise fail("python_not_json" if data == str(chunk) else id) from None
        if type(back) is str:
            raise fail("encoded_twice" if '"' in back or back == "{}" else "text_only")
        if type(back) is not dict:
            raise fail("text_only")
        if back != chunk:
            raise fail("text_only" if set(back) < set(chunk) else id)

    word = "".join(draw.choices("bcdfg", k=5))
    judge({"text": word}, "wrong_value")
    judge({"text": word, "n": draw.randint(2, 99), "x": 0.5}, "wrong_value")
    judge({"id": "c-1", "choices": [{"index": 0, "text": word}]}, "wrong_value")
    judge({"text": f" {word} "}, "text_changed", "text_changed")
    judge({"a": None, "b": True, "c": False, "text": word}, "python_not_json")
    ended = send(None)
    if word in ended or not ended:
        raise fail("done_misspelled")
    done = data_of(ended, "two_events")
    if done.strip() != "[DONE]":
        raise fail("done_quoted" if done in ('"[DONE]"', "'[DONE]'") else "done_misspelled")
    empty = send({})
    if "DONE" in empty:
        raise fail("done_for_empty")
    with blame("done_for_empty", SSE["done_for_empty"]):
        judge({}, "wrong_value")
    for text in (f"{word}\n", f"a\nb {word}", "a\n\nb", "\n", "a\r\nb", "x\n\ndata: y", "a\rb"):
        judge({"text": text}, "line_ends_unescaped", "line_ends_unescaped")
    for text in (
        " a ", f"  {word}", "é ü 日本", "\U0001f600", "a\u2028b", 'say "a"', "it's", "a\\n", "\t", "data: x", "a: b", "", "\ud83d x"[1:],
        "[DONE]", "a\x85b", "<b>&amp;", "None True",
    ):  # fmt: skip
        judge({"text": text, "more": [text, {"deep": text}]}, "text_changed", "text_changed")


CHUNK = {
    "missing_key": "a key of the chunk is missing: id, object, created, model, choices; in the choice index, text, finish_reason.",
    "wrong_object": 'the object of this endpoint is "text_completion", for chunks as well.',
    "choices_not_a_list": "`choices` is a list, here of one dict.",
    "chat_delta": "`delta` and `message` belong to the chat endpoint: here the choice has `text`.",
    "finish_reason_missing": "`finish_reason` is always there: None while the text goes on.",
    "finish_reason_always": "`finish_reason` is None as long as the text goes on: a client stops reading at anything else.",
    "finish_reason_misplaced": "`finish_reason` belongs into the choice.",
    "finish_reason_as_text": "while the text goes on `finish_reason` is None (JSON's null), no string.",
    "usage_always": "without a usage the key is missing or None.",
    "usage_missing": "the usage that was given is not in the chunk.",
    "zero_usage_lost": "a usage of zeros is a usage: ask whether it is None.",
    "total_wrong": "`total_tokens` is the sum of the other two.",
    "usage_swapped": "prompt and completion tokens have changed places.",
    "usage_not_a_dict": "`usage` is a dict with prompt_tokens, completion_tokens and total_tokens.",
    "usage_misplaced": "`usage` stands beside `choices`, not in it.",
    "text_stripped": "the text is sent as it is: blanks and line ends are part of it.",
    "new_id": "id and created are those that were given: all chunks of an answer share them.",
    "wrong_value": "a value of the chunk is not what was given.",
}  # fmt: skip


@exercise
def completion_chunk(student: Student, draw: random.Random) -> None:
    refuse_library(student, {"Completion", "CompletionChoice", "CompletionUsage"}, "the chunk", "completion_chunk")  # fmt: skip
    f = student["completion_chunk"]

    def fail(id: str) -> Found:
        return finding(CHUNK, id)

    def judge(text: str, **optional: Any) -> None:
        given = (f"cmpl-{draw.getrandbits(30)}", f"m{draw.randint(2, 9)}", draw.randint(10**9, 2 * 10**9))  # fmt: skip
        got = f(*given, text, **optional)
        require_type(got, dict, "a dict")
        reason, usage = optional.get("finish_reason"), optional.get("usage")
        wanted = dict(zip(("id", "model", "created"), given))
        choices = got.get("choices", got)
        if "choices" in got:
            if type(choices) is dict:
                raise fail("choices_not_a_list")
            require_type(choices, (list, tuple), "a dict whose `choices` is a list")
        if "choices" not in got or len(choices) != 1 or type(choices[0]) is not dict:
            raise fail("missing_key" if "choices" not in got else "wrong_value")
        choice = choices[0]
        if "text" not in choice and {"delta", "message", "content"} & set(choice):
            raise fail("chat_delta")
        if "finish_reason" not in choice:
            misplaced = "finish_reason" in got
            raise fail("finish_reason_misplaced" if misplaced else "finish_reason_missing")
        if "usage" in choice or "prompt_tokens" in choice or "prompt_tokens" in got:
            raise fail("usage_misplaced")
        if {*wanted, "object"} - set(got) or {"index", "text"} - set(choice):
            raise fail("missing_key")
        if got["object"] != "text_completion":
            raise fail("wrong_object")
        if got["id"] != wanted["id"] or got["created"] != wanted["created"]:
            raise fail("new_id")
        if choice["text"] != text:
            bare = (
                (choice["text"] or "").strip()
                if type(choice["text"]) in (str, type(None))
                else None
            )
            raise fail("text_stripped" if bare == text.strip() else "wrong_value")
        if choice["finish_reason"] != reason:
            if reason is None:
                said = choice["finish_reason"] in ("stop", "length", "content_filter")
                raise fail("finish_reason_always" if said else "finish_reason_as_text")
            raise fail("finish_reason_missing" if choice["finish_reason"] is None else "wrong_value")  # fmt: skip
        if got["model"] != wanted["model"] or type(choice["index"]) is not int or choice["index"]:
            raise fail("wrong_value")
        _judge_usage(got.get("usage"), usage, fail)

    judge(" Paris and", finish_reason="stop", usage=(7, 2))
    judge("abc")
    judge("abc")
    judge("", finish_reason="length", usage=(draw.randint(20, 30), draw.randint(2, 9)))
    judge("x", finish_reason="stop")
    judge("x", usage=(5, 3))
    for text in ("", " a", "a \n", "\n", "é 日\U0001f600", '"\\'):
        judge(text)
        judge(text, finish_reason=draw.choice(["stop", "length"]))
    for usage in ((7, 0), (0, 0), (0, 3)):
        judge("", finish_reason="length", usage=usage)


def _judge_usage(got: Any, usage: tuple[int, int] | None, fail: Callable[[str], Found]) -> None:
    if usage is None:
        require(got is None, "usage_always", CHUNK["usage_always"])
        return
    if got is None or got == {}:
        raise fail("zero_usage_lost" if 0 in usage else "usage_missing")
    if type(got) is not dict:
        raise fail("usage_not_a_dict")
    prompt, completion = usage
    keys = ("prompt_tokens", "completion_tokens", "total_tokens")
    if set(keys) - set(got):
        raise fail("missing_key")
    one, two, total = (got[key] for key in keys)
    if (one, two) != usage:
        if (one, two) == (completion, prompt):
            raise fail("usage_swapped")
        raise fail("zero_usage_lost" if 0 in usage and None in (one, two) else "wrong_value")
    require(total == prompt + completion and type(total) is int, "total_wrong", CHUNK["total_wrong"])  # fmt: skip


# --- latency_summary ------------------------------------------------------------------------------------------------------

LATENCY = {
    "mean_not_median": "p50 is the median, not the mean.",
    "maximum_not_p95": "p95 lies between the two nearest ranks, by linear interpolation: it is neither the largest value nor the nearest one.",
    "percentile_of_values": "a percentile is a place among the sorted values, not a part of their range.",
    "not_from_arrival": "the time to first token begins with the request's own arrival.",
    "first_token_in_tpot": "the time per output token begins at the first token: what comes before is the time to first token.",
    "gaps_off_by_one": "n tokens have n − 1 gaps between them.",
    "pooled_gaps": "each request has one time per output token, its mean gap: the percentiles are over requests.",
    "one_token": "a request of one token has no time per output token: it is left out there, and nowhere else.",
    "cancelled": "a request without tokens counts in neither latency.",
    "cancelled_forgotten": "the arrival of a request that got no token counts in the time that `tokens_per_s` divides by.",
    "requests_not_tokens": "`tokens_per_s` counts tokens, not requests.",
    "times_added": "requests run side by side: `tokens_per_s` divides by the time from the first arrival to the last token.",
    "starts_at_zero": "the clock may begin anywhere: the time runs from the first *arrival* to the last token.",
    "order_assumed": "records come in any order: the first arrival and the last token may be anybody's.",
    "milliseconds": "times are in seconds, and tokens per second are not per millisecond.",
    "missing_key": "the result has the keys ttft_p50, ttft_p95, tpot_p50, tpot_p95 and tokens_per_s.",
    "rounded": "figures are not rounded.",
    "wrong_value": "a figure differs.",
}  # fmt: skip


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def summary_of(
    records: Sequence[dict],
    *,
    rank: Callable[[Sequence[float], float], float] = percentile,
    ttft: Callable[[dict, float], float] = lambda r, begin: r["token_times"][0] - r["arrival"],
    tpot: Callable[[dict], list[float]] = lambda r: [
        (r["token_times"][-1] - r["token_times"][0]) / (len(r["token_times"]) - 1)
    ],
    rate: Callable[[Sequence[dict], int, float, float], float] = lambda rs, n, begin, end: n / (end - begin),
    scale: float = 1.0,
) -> dict[str, float]:  # fmt: skip
    """The figures as the card has them, with the defaults."""
    begin = min(r["arrival"] for r in records)
    end = max(t for r in records for t in r["token_times"])
    count = sum(len(r["token_times"]) for r in records)
    firsts = [ttft(r, begin) for r in records if r["token_times"]]
    gaps = [gap for r in records if len(r["token_times"]) > 1 for gap in tpot(r)]
    return {
        "ttft_p50": scale * rank(firsts, 0.5),
        "ttft_p95": scale * rank(firsts, 0.95),
        "tpot_p50": scale * rank(gaps, 0.5),
        "tpot_p95": scale * rank(gaps, 0.95),
        "tokens_per_s": rate(records, count, begin, end) / scale,
    }


def _span(r: dict) -> float:
    return r["token_times"][-1] - r["arrival"]


def _inner(r: dict) -> float:
    return r["token_times"][-1] - r["token_times"][0]


def _rate_mistakes(records: Sequence[dict], count: int, begin: float, end: float) -> dict[str, list[float]]:  # fmt: skip
    """Wrong tokens per second, by finding."""
    served = [r for r in records if r["token_times"]]
    first = min(r["token_times"][0] for r in served)
    spans = [_span(r) for r in served]
    rates = [len(r["token_times"]) / _span(r) for r in served]
    inner = [_inner(r) for r in served]
    several = [r for r in served if len(r["token_times"]) > 1]
    inner_rates = [len(r["token_times"]) / _inner(r) for r in several]
    gap_rates = [(len(r["token_times"]) - 1) / _inner(r) for r in several]
    arrivals = [r["arrival"] for r in served]
    last = records[-1]["token_times"]
    lasts = [last[-1]] if last else []
    return {
        "cancelled_forgotten": [count / (end - min(arrivals))],
        "requests_not_tokens": [len(records) / (end - begin), len(served) / (end - begin)],
        "times_added": [
            count / sum(spans), sum(rates) / len(rates), sum(rates), count / sum(inner),
            sum(inner_rates) / len(inner_rates), sum(rates) / len(records), sum(inner_rates),
            sum(gap_rates), sum(gap_rates) / len(gap_rates),
        ],
        "starts_at_zero": [count / end if end else INF, count / (end - first)],
        "order_assumed": [
            count / ((e - b) or INF)
            for b in {records[0]["arrival"], served[0]["arrival"], begin}
            for e in {*lasts, served[-1]["token_times"][-1], end}
            if (b, e) != (begin, end)
        ],
    }  # fmt: skip


LATENCY_KEYS = ("ttft_p50", "ttft_p95", "tpot_p50", "tpot_p95", "tokens_per_s")


@exercise
def latency_summary(student: Student, draw: random.Random) -> None:
    f = student["latency_summary"]

    def record(arrival: float, wait: float, *gaps: float) -> dict:
        times = [arrival + wait]
        for gap in gaps:
            times.append(times[-1] + gap)
        return {"arrival": arrival, "token_times": times}

    def some(start: float, tokens: int) -> dict:
        gaps = [draw.uniform(0.02, 0.4) for _ in range(tokens - 1)]
        return record(start, draw.uniform(0.1, 3), *gaps)

    def judge(records: list[dict], id: str = "wrong_value") -> None:
        got = f(records)
        require_type(got, dict, "a dict")
        if set(LATENCY_KEYS) - set(got):
            raise finding(LATENCY, "missing_key")
        values = {}
        for key in LATENCY_KEYS:
            value = got[key]
            if type(value) is torch.Tensor and value.numel() == 1:
                value = value.item()
            require_type(value, (float, int), f"a number under {key}")
            values[key] = float(value)
        right = summary_of(records)
        wrong = {key for key in LATENCY_KEYS if not _near(values[key], right[key])}
        if wrong:
            raise finding(LATENCY, _latency_mistake(records, values, right, wrong, id))

    base = draw.uniform(3, 9)
    plain = [some(base + i, 2 + i) for i in range(5)]
    plain[2]["token_times"][-1] += 9  # the last token of all is not the last record's
    judge(plain)
    judge([plain[3], plain[1], plain[4], plain[0], plain[2]], "order_assumed")
    judge(plain[:2], "maximum_not_p95")
    judge(plain[1:2])
    many = [some(base + draw.uniform(0, 30), draw.randint(2, 9)) for _ in range(40)]
    judge(many)
    judge([{key: _later(value, 1e6) for key, value in r.items()} for r in plain], "starts_at_zero")
    for single in ([*plain, some(base + 1.5, 1)], [some(base + 1.5, 1), *plain], [some(base, 1), plain[0]]):  # fmt: skip
        with blame("one_token", LATENCY["one_token"]):
            judge(single, "one_token")
    none = {"arrival": base + 2.5, "token_times": []}
    for records in ([*plain, none], [none, *plain], [plain[0], none]):
        with blame("cancelled", LATENCY["cancelled"]):
            judge(records, "cancelled")
    early = {"arrival": base - 2.5, "token_times": []}
    for records in ([early, *plain], [*plain, early]):
        with blame("cancelled", LATENCY["cancelled"]):
            judge(records, "cancelled_forgotten")
    judge([early, *many, some(base + 3, 1), none])


def _later(value: Any, seconds: float) -> Any:
    return [t + seconds for t in value] if type(value) is list else value + seconds


def _near(a: float, b: float, tolerance: float = 1e-6) -> bool:
    return math.isfinite(a) and abs(a - b) <= tolerance * max(1e-9, abs(b))


def _latency_mistake(records: Sequence[dict], got: dict[str, float], right: dict[str, float], wrong: set[str], id: str) -> str:  # fmt: skip
    """The finding for figures of which those in `wrong` differ; `id` where nothing fits."""
    if any(_near(got[key], right[key] * x) for key in wrong for x in (1000.0, 0.001)):
        return "milliseconds"
    if id in ("one_token", "cancelled") and wrong & set(LATENCY_KEYS[:4]):
        return id
    if id == "cancelled_forgotten" and wrong == {"tokens_per_s"}:
        return id
    if all(abs(got[key] - right[key]) < 0.06 and any(got[key] == round(right[key], d) for d in range(5)) for key in wrong):  # fmt: skip
        return "rounded"

    def zero_based(values: Sequence[float], share: float) -> float:
        return share * max(values)

    def nearest(rounding: Callable[[float], int]) -> Callable[[Sequence[float], float], float]:
        def rank(values: Sequence[float], share: float) -> float:
            place = rounding(share * len(values))
            return sorted(values)[min(max(place, 0), len(values) - 1)]

        return rank

    def exclusive(values: Sequence[float], share: float) -> float:
        ordered, place = sorted(values), share * (len(values) + 1) - 1
        low = min(max(int(math.floor(place)), 0), len(ordered) - 2) if len(ordered) > 1 else 0
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (place - low) * (ordered[high] - ordered[low])

    mistakes: dict[str, list[dict[str, float]]] = {
        "mean_not_median": [summary_of(records, rank=lambda v, s: sum(v) / len(v) if s == 0.5 else percentile(v, s))],
        "percentile_of_values": [
            summary_of(records, rank=lambda v, s: min(v) + s * (max(v) - min(v))),
            summary_of(records, rank=zero_based),
            summary_of(records, rank=lambda v, s: _unsorted(v, s)),
            summary_of(records, rank=lambda v, s: percentile(v, s) if s == 0.5 else zero_based(v, s)),
            summary_of(records, rank=lambda v, s: percentile(v, s) if s == 0.5 else min(v) + s * (max(v) - min(v))),
        ],
        "maximum_not_p95": [
            summary_of(records, rank=rank)
            for rank in (
                lambda v, s: max(v) if s > 0.5 else percentile(v, s),
                *(lambda v, s, r=r: nearest(r)(v, s) if s > 0.5 else percentile(v, s) for r in _ROUNDINGS),
                *(nearest(r) for r in _ROUNDINGS),
                *(lambda v, s, r=r: sorted(v)[min(len(v) - 1, max(0, r(s * (len(v) - 1))))] for r in _ROUNDINGS),
                *(lambda v, s, r=r: sorted(v)[min(len(v) - 1, max(0, r(s * (len(v) - 1))))] if s > 0.5 else percentile(v, s) for r in _ROUNDINGS),
                exclusive,
            )
        ],
        "not_from_arrival": [
            summary_of(records, ttft=lambda r, begin: r["token_times"][0] - begin),
            summary_of(records, ttft=lambda r, begin: r["token_times"][0]),
        ],
        "first_token_in_tpot": [
            summary_of(records, tpot=lambda r: [_span(r) / len(r["token_times"])]),
            summary_of(records, tpot=lambda r: [_span(r) / (len(r["token_times"]) - 1)]),
        ],
        "gaps_off_by_one": [
            summary_of(records, tpot=lambda r: [_inner(r) / len(r["token_times"])]),
            summary_of(records, tpot=lambda r: [(r["token_times"][-2] - r["token_times"][0]) / (len(r["token_times"]) - 1)]),
            summary_of(records, tpot=lambda r: [_inner(r) / (len(r["token_times"]) + 1)]),
        ],
        "pooled_gaps": [summary_of(records, tpot=lambda r: [b - a for a, b in pairwise(r["token_times"])])],
    }  # fmt: skip
    for name, figures in mistakes.items():
        for figure in figures:
            if all(_near(got[key], figure[key]) for key in wrong) and any(not _near(figure[key], right[key]) for key in wrong):  # fmt: skip
                return name
    count = sum(len(r["token_times"]) for r in records)
    begin = min(r["arrival"] for r in records)
    end = max(t for r in records for t in r["token_times"])
    if wrong == {"tokens_per_s"}:
        for name, rates in _rate_mistakes(records, count, begin, end).items():
            if any(_near(got["tokens_per_s"], rate) for rate in rates):
                return name
    return id


_ROUNDINGS: tuple[Callable[[float], int], ...] = (
    int, round, math.ceil, lambda x: int(x) - 1, lambda x: math.ceil(x) - 1, lambda x: int(x + 0.5),
)  # fmt: skip


def _unsorted(values: Sequence[float], share: float) -> float:
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


# --- stretch --------------------------------------------------------------------------------------------------------------

BLOCKS = {
    "nothing_shared": "a full block of an earlier prompt with the same beginning is shared, not allocated again.",
    "partial_block_shared": "a block that is not full is nobody else's: both would write into it.",
    "shared_by_content": "a block with the same tokens behind *another* beginning was shared: its keys and values are others.",
    "freed_while_shared": "a shared block is free only when the last table that holds it is freed.",
    "never_freed": "blocks of a freed table that nobody else holds are free again.",
    "stale_prefix": "a block was shared that nobody holds any more: when a block is freed, its prefix is forgotten.",
    "rounds_down": "the last tokens that do not fill a block need one as well: round up.",
    "one_block_too_many": "where the tokens fill their blocks exactly, there is no block behind them.",
    "partly_allocated": "where there are too few blocks, nothing is taken: `num_free` is as before.",
    "full_raises": "where there are too few free blocks the result is None: no exception, and no short table.",
    "shared_counted_as_needed": "what is shared need not be free: the prompt fits, and the result was None.",
    "num_free_wrong": "`num_free` is not the number of free blocks.",
    "state_shared": "two allocators share their blocks: what belongs to one belongs to `self`.",
    "wrong_value": "the table is not one that the rules allow.",
}  # fmt: skip


class Pool:
    """The student's allocator, and what is known to be held."""

    def __init__(self, student: Student, num_blocks: int, size: int):
        self.allocator = student.new("BlockAllocator", num_blocks, size)
        self.num_blocks, self.size = num_blocks, size
        self.held: dict[int, tuple[list[int], list[int]]] = {}  # key -> tokens, table
        self.keys = 0
        self.refused: set[int] = set()  # what was shared by prompts that did not fit
        self.expect_free("num_free_wrong")

    @property
    def used(self) -> set[int]:
        return {block for _, table in self.held.values() for block in table}

    def expect_free(self, id: str) -> None:
        got = self.allocator.read("num_free")
        require_type(got, int, "an int, `num_free`")
        require(got == self.num_blocks - len(self.used), id, BLOCKS[id])

    def shareable(self, tokens: list[int]) -> list[int]:
        """The blocks that are shared, in order: of the longest common beginning of full blocks."""
        shared: list[int] = []
        for j in range(len(tokens) // self.size):
            head = tokens[: (j + 1) * self.size]
            blocks = [table[j] for text, table in self.held.values() if text[: len(head)] == head]
            if not blocks:
                break
            shared.append(blocks[0])
        return shared

    def allocate(self, tokens: list[int], stale: bool = False, full: str = "shared_counted_as_needed") -> int | None:  # fmt: skip
        """Allocate, judge, and give the key of what is held."""
        need = -(-len(tokens) // self.size)
        shared = self.shareable(tokens)
        fits = need - len(shared) <= self.num_blocks - len(self.used)
        try:
            table = self.allocator.allocate(list(tokens))
        except (StudentError, OutOfMemory):  # some raise a MemoryError where blocks are short
            if fits:
                raise
            raise finding(BLOCKS, "full_raises") from None
        if not fits:
            require(table is None, "full_raises", BLOCKS["full_raises"])
            self.expect_free("partly_allocated")
            self.refused |= set(shared)
            return None
        if table is None:
            raise finding(BLOCKS, full if shared else "never_freed" if self.keys > len(self.held) else "one_block_too_many" if len(tokens) % self.size == 0 else "wrong_value")  # fmt: skip
        require_type(table, (list, tuple), "a list of block numbers, or None")
        for block in table:
            require_type(block, int, "a list of block numbers, ints")
        table = list(table)
        if len(table) != need:
            short = len(table) == need - 1
            raise finding(BLOCKS, "rounds_down" if short else "one_block_too_many" if len(table) == need + 1 else "wrong_value")  # fmt: skip
        if len(set(table)) < need or not all(0 <= b < self.num_blocks for b in table):
            raise finding(BLOCKS, "freed_while_shared" if stale else "wrong_value")
        used = self.used
        for j, block in enumerate(table):
            if j < len(shared):
                if block in used and block != shared[j]:
                    raise finding(BLOCKS, "shared_by_content")
                require(block == shared[j], "nothing_shared", BLOCKS["nothing_shared"])
            elif block in used:
                full_block = (j + 1) * self.size <= len(tokens)
                like = self._like(tokens, j, block)
                if like and not full_block:
                    raise finding(BLOCKS, "partial_block_shared")
                if like:
                    raise finding(BLOCKS, "stale_prefix" if stale else "shared_by_content")
                raise finding(BLOCKS, "stale_prefix" if stale else "freed_while_shared")
        self.keys += 1
        self.held[self.keys] = (list(tokens), table)
        self.expect_free("stale_prefix" if stale else "num_free_wrong")
        return self.keys

    def _like(self, tokens: list[int], j: int, block: int) -> bool:
        """Whether somebody's block with this number begins with the same tokens as block j of these."""
        mine = tokens[j * self.size : (j + 1) * self.size]
        for text, table in self.held.values():
            if block in table:
                i = table.index(block)
                theirs = text[i * self.size : (i + 1) * self.size]
                if theirs[: len(mine)] == mine or mine[: len(theirs)] == theirs:
                    return True
        return False

    def free(self, key: int, shared: bool = False) -> None:
        tokens, table = self.held.pop(key)
        self.allocator.free(list(table))
        got = self.allocator.read("num_free")
        right = self.num_blocks - len(self.used)
        if got != right:
            if type(got) is not int or got > right:
                raise finding(BLOCKS, "freed_while_shared" if shared else "num_free_wrong")
            leaked = self.refused & set(table)
            raise finding(BLOCKS, "partly_allocated" if leaked else "never_freed")


@exercise
def BlockAllocator(student: Student, draw: random.Random) -> None:
    names = iter(draw.sample(range(10, 10_000), 900))

    def text(count: int) -> list[int]:
        return [next(names) for _ in range(count)]

    one = text(4)
    fresh = []
    for _ in range(2):
        allocator = student.new("BlockAllocator", 4, 2)
        before = allocator.read("num_free")
        table = allocator.allocate(list(one))
        taken = len(table) if type(table) in (list, tuple) else None
        fresh.append((before, taken, allocator.read("num_free")))
    require(fresh[0] == fresh[1], "state_shared", BLOCKS["state_shared"])

    # Nobody shares anything.
    pool = Pool(student, 6, 3)
    first = pool.allocate(text(4))
    second = pool.allocate(text(6))
    pool.allocate(text(1))
    assert first and second
    require(pool.allocate(text(5)) is None, "full_raises", BLOCKS["full_raises"])
    pool.free(first)
    pool.allocate(text(5))
    pool.free(second)
    require(pool.allocate(text(11)) is None, "full_raises", BLOCKS["full_raises"])
    third = pool.allocate(text(6))
    for key in list(pool.held):
        pool.free(key)
    assert third
    pool.allocate(text(18))

    # Shared beginnings.
    pool = Pool(student, 12, 3)
    one = text(8)
    a = pool.allocate(one)
    b = pool.allocate([*one[:6], *text(3)])
    c = pool.allocate(list(one))
    assert a and b and c
    pool.allocate([*one[:4], *text(2)])
    pool.free(a, shared=True)
    d = pool.allocate([*one[:6], *text(1)], stale=True)
    assert d
    for key in (c, b, d):
        pool.free(key, shared=True)
    pool = Pool(student, 14, 2)
    one = text(5)
    pool.allocate(one)
    pool.allocate([*one[:4], one[4]])
    other = [*text(2), *one[2:4], *text(2)]
    pool.allocate(other)
    pool.allocate([*one[2:4], *text(1)])
    pool.allocate([*text(2), *one[:2]])
    pool = Pool(student, 5, 2)
    one = text(6)
    a = pool.allocate(one)
    b = pool.allocate([*one[:4], *text(3)])
    assert a and b
    require(pool.allocate([*one[:2], *text(3)]) is None, "full_raises", BLOCKS["full_raises"])
    c = pool.allocate(list(one))
    assert c
    pool.free(a, shared=True)
    pool.free(b, shared=True)
    d = pool.allocate(text(4), stale=True)
    assert d
    pool.free(c, shared=True)

    # What was freed is forgotten, also where its block has another owner now.
    for again in (0, 2, 4):
        pool = Pool(student, 4, 2)
        one = text(4)
        a = pool.allocate(one)
        assert a
        pool.free(a)
        if again:
            pool.allocate(text(2 * again if again < 4 else 6), stale=True)
        if again < 4:
            b = pool.allocate(list(one), stale=True)
            c = pool.allocate(list(one), stale=True)
            assert b and c
    for again in (1, 2):
        pool = Pool(student, 3, 1)
        one = text(2)
        a = pool.allocate(one)
        assert a
        pool.free(a)
        b = pool.allocate(text(3), stale=True)
        assert b
        require(pool.allocate(one[:again]) is None, "stale_prefix", BLOCKS["stale_prefix"])
        pool.free(b)
        pool.allocate([*one, *text(1)], stale=True)
    # A long course of all of it.
    pool, heads = Pool(student, 20, 4), [text(13) for _ in range(4)]
    for _ in range(60):
        if pool.held and draw.random() < 0.45:
            pool.free(draw.choice(list(pool.held)), shared=True)
        else:
            head = draw.choice(heads)
            pool.allocate([*head[: draw.randint(1, 13)], *text(draw.randint(0, 5))], stale=True)


CHUNKS = {
    "running_forgotten": "each request that runs takes one token of the budget first.",
    "not_cut": "a prompt that does not fit whole gets the rest of the budget.",
    "overtaken": "behind the first prompt that was cut nobody gets anything: no overtaking.",
    "budget_exceeded": "more tokens are given out than the budget has.",
    "shared_evenly": "the prompts are served one after another, not in equal parts.",
    "negative": "behind the cut the numbers are 0, not below.",
    "result_short": "there is one number for every waiting request, 0 where it gets nothing.",
    "first_only": "as many prompts as fit are served in one step.",
    "prompts_first": "those who run come first; the prompts get what is left.",
    "off_by_one": "one token of the budget too many or too few is given out.",
    "shortest_first": "the prompts are served in the order in which they wait.",
    "count_returned": "the result is a list with the tokens of each, not a count.",
    "wrong_value": "the budget is spent otherwise than the card says.",
}  # fmt: skip


def spent(waiting: Iterable[int], budget: int) -> list[int]:
    """A budget, spent in order."""
    result = []
    for need in waiting:
        result.append(min(need, budget))
        budget -= result[-1]
    return result


def _whole_only(waiting: list[int], budget: int, overtaking: bool) -> list[int]:
    result = []
    for need in waiting:
        fits = need <= budget
        result.append(need if fits else 0)
        budget = budget - need if fits else budget if overtaking else 0
    return result


def _by_length(waiting: list[int], budget: int) -> list[int]:
    order = sorted(range(len(waiting)), key=lambda i: waiting[i])
    parts = dict(zip(order, spent([waiting[i] for i in order], budget)))
    return [parts[i] for i in range(len(waiting))]


def _unclamped(waiting: list[int], budget: int) -> list[int]:
    result = []
    for need in waiting:
        result.append(min(need, budget))
        budget -= need
    return result


def _past_the_end(waiting: list[int], budget: int) -> list[int]:
    """Whoever finds anything left gets all it needs."""
    result = []
    for need in waiting:
        result.append(need if budget > 0 else 0)
        budget -= need
    return result


def _skips_cut(waiting: list[int], budget: int) -> list[int]:
    """The rest goes to the first that does not fit, and small ones behind it come in as well."""
    result = []
    left = budget
    for need in waiting:
        result.append(need if need <= left else 0)
        left -= result[-1]
    return result


@exercise
def prefill_chunks(student: Student, draw: random.Random) -> None:
    f = student["prefill_chunks"]
    inputs: list[tuple[list[int], int, int]] = [
        ([5, 3, 8, 2], 4, 16), ([4, 9, 3, 1], 2, 10), ([7, 2], 0, 12), ([7, 2], 3, 12), ([6, 5], 2, 8), ([6, 1], 8, 8), ([9], 3, 8),
        ([20, 1, 1], 1, 8), ([3, 20, 2, 4], 1, 12), ([2, 2, 2, 2, 2], 1, 6), ([1, 1, 1], 0, 3), ([4, 4], 0, 8), ([8], 0, 3),
        ([draw.randint(1, 30) for _ in range(6)], 3, 40), ([draw.randint(1, 9) for _ in range(8)], 5, 32),
    ]  # fmt: skip
    right = [spent(waiting, budget - running) for waiting, running, budget in inputs]
    answers = []
    for given in inputs:
        got = f(*given)
        if type(got) is int:
            raise finding(CHUNKS, "count_returned")
        require_type(got, (list, tuple), "a list of ints, one for each that waits")
        for part in got:
            require_type(part, int, "a list of ints")
        answers.append(list(got))
    with blame("result_short", "where nobody waits the result is an empty list."):
        nobody = f([], 2, 8)
    require_type(nobody, (list, tuple), "a list")
    if answers != right:
        raise finding(CHUNKS, _budget_mistake(inputs, answers, right))
    require(not nobody, "wrong_value", CHUNKS["wrong_value"])


def _budget_mistake(
    inputs: list[tuple[list[int], int, int]], answers: list[list[int]], right: list[list[int]]
) -> str:
    played: dict[str, list[Callable[..., list[int]]]] = {
        "running_forgotten": [lambda w, r, b: spent(w, b)],
        "off_by_one": [lambda w, r, b, x=x: spent(w, max(0, b - r + x)) for x in (1, -1)],
        "not_cut": [lambda w, r, b: _whole_only(w, b - r, False)],
        "overtaken": [lambda w, r, b: _skips_cut(w, b - r)],
        "shortest_first": [
            lambda w, r, b: _by_length(w, b - r),
            lambda w, r, b: spent(sorted(w), b - r),
        ],
        "budget_exceeded": [lambda w, r, b: _past_the_end(w, b - r)],
        "negative": [lambda w, r, b: _unclamped(w, b - r)],
        "first_only": [lambda w, r, b: spent(w[:1], b - r) + [0] * (len(w) - 1)],
    }
    for id, functions in played.items():
        for function in functions:
            if all(function(*given) == got for given, got in zip(inputs, answers)):
                return id
    for (waiting, running, budget), got, wanted in zip(inputs, answers, right):
        if got == wanted:
            continue
        room = budget - running
        if any(part < 0 for part in got):
            return "negative"
        if len(got) < len(waiting):
            return "result_short"
        cut = next((i for i, part in enumerate(wanted) if part < waiting[i]), len(waiting))
        if got[:cut] == wanted[:cut] and sum(got) > room:
            if running and sum(got) <= budget:
                return "prompts_first"
            return "off_by_one" if sum(got) == room + 1 else "budget_exceeded"
        if got[: cut + 1] == wanted[: cut + 1] or (
            got[:cut] == wanted[:cut] and any(got[cut + 1 :])
        ):
            return "overtaken"
        if sum(1 for part in got if part) > 1 and max(got) - min(got) <= 1 or len(set(got)) == 1:
            return "shared_evenly"
        if sum(got) > room:
            return "prompts_first" if sum(got) <= budget else "budget_exceeded"
    return "wrong_value"
