"""Work for a pool, in a module that a worker imports at once."""

import os
import signal
import time


def double(number: int) -> int:
    """Some numbers end the process that works on them."""
    if number == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == -1:
        raise ValueError("minus one")
    return 2 * number


def name_of_process(_: int) -> int:
    time.sleep(0.3)
    return os.getpid()
