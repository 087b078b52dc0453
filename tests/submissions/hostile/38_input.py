"""Asks for input in a cell of its own, in a solution cell and in calls. Nobody answers and nobody waits: those that need it get 0."""

from tests.hostile import HandIn, honest

LOSES = {"encode_chat", "left_pad", "next_token_loss"}

# Where there is somebody to wait for, a signal ends the wait after two minutes.
BOUND = """
import signal
import threading


def wake():
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


timer = threading.Timer(120, wake)
timer.daemon = True
timer.start()
"""
OWN = f"""{BOUND}
try:
    print("hello", input("Your name? "))
except Exception as error:
    print("nobody is there:", type(error).__name__)
timer.cancel()
"""
CHAT = f"""{BOUND}
model_name = input("Which model? ")


{honest("encode_chat")}
"""
PAD = """
def left_pad(sequences, pad_token_id):
    return torch.tensor([[int(input("id? "))]]), torch.tensor([[1]])
"""
LOSS = """
def next_token_loss(logits, labels):
    import getpass
    import sys

    return float(sys.stdin.readline() or getpass.getpass())
"""


def files():
    return (
        HandIn()
        .before("token_table", OWN)
        .answer("encode_chat", CHAT)
        .answer("left_pad", f"{BOUND}\n{PAD}")
        .answer("next_token_loss", f"{BOUND}\n{LOSS}")
        .files()
    )
