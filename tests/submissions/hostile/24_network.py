"""Tries loopback ports, documentation addresses and names, in a cell and during a call. None answers; its own answer needs one: 0."""

from tests.hostile import REPORT, HandIn

LOSES = {"encode_chat"}
FINDINGS = {"encode_chat": "raised"}

REACH = (
    REPORT
    + """
import socket
import threading

PORTS = (22, 25, 53, 80, 443, 3306, 5432, 6379, 8080, 8786, 8787, 8888, 9000)
ADDRESSES = [("127.0.0.1", port) for port in PORTS] + [("::1", 8888), ("192.0.2.1", 80)]


def reached():
    for address in ADDRESSES:
        try:
            socket.create_connection(address, timeout=0.5).close()
            yield f"connected to {address}"
        except OSError:
            pass
    for name in ("example.invalid", "gradebook.invalid", "huggingface.co.invalid"):
        try:
            yield f"{name} is {socket.gethostbyname(name)}"
        except OSError:
            pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        try:
            link.connect(("192.0.2.1", 53))
            link.send(b"hello")
            yield "a datagram left for 192.0.2.1"
        except OSError:
            pass


"""
)
IN_A_CELL = (
    REACH
    + """
# A name server that does not answer must not hold up the cell.
found = []
thread = threading.Thread(target=lambda: found.extend(reached()), daemon=True)
thread.start()
thread.join(15)
report(found)
"""
)
CHAT = """
def encode_chat(tokenizer, messages):
    raise ConnectionError("LEAK" + "<<" + "; ".join(reached())[:200] + ">>")
"""


def files():
    return HandIn().before("token_table", IN_A_CELL).answer("encode_chat", REACH + CHAT).files()
