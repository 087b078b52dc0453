"""The same in a solution cell: interrupts are ignored for two minutes, and the kernel has to be ended. Only this exercise pays."""

from tests.hostile import HandIn, honest

LOSES = {"fit_to_budget"}

CELL = """
import signal
import time

until = time.monotonic() + 120
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while time.monotonic() < until:
    try:
        while time.monotonic() < until:
            pass
    except BaseException:
        pass
raise TimeoutError("two minutes are over")
"""


def files():
    return HandIn().answer("fit_to_budget", f"{CELL}\n\n{honest('fit_to_budget')}").files()
