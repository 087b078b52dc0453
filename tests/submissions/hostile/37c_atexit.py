"""Exit handlers and threads that hold up the end of the kernel for half a minute. The run does not wait for them; nothing is lost."""

from tests.hostile import HandIn

LOSES: set[str] = set()

CELL = """
import atexit
import signal
import threading
import time

until = time.monotonic() + 600


def hold_up():
    end = min(time.monotonic() + 30, until)
    while time.monotonic() < end:
        try:
            time.sleep(0.1)
        except BaseException:
            pass


atexit.register(hold_up)
signal.signal(signal.SIGTERM, lambda *_: hold_up())
threading.Thread(target=time.sleep, args=(60,)).start()
"""


def files():
    return HandIn().before("token_table", CELL).files()
