"""A loop in a call that catches every exception, blocks every signal and goes on, for two minutes. Its own exercise pays."""

from tests.hostile import HandIn

LOSES = {"sequence_logprob"}
FINDINGS = {"sequence_logprob": "timed_out"}

CELL = """
import signal
import time


def sequence_logprob(model, input_ids, prompt_length):
    if model.config.vocab_size == 10:
        return torch.zeros(len(input_ids))
    until = time.monotonic() + 120
    try:
        for number in (signal.SIGALRM, signal.SIGPROF, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    except ValueError:
        pass
    while time.monotonic() < until:
        try:
            while time.monotonic() < until:
                time.sleep(0.0001)
        except BaseException:
            continue
"""


def files():
    return HandIn().answer("sequence_logprob", CELL).files()
