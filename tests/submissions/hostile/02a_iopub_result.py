"""Sends the kernel's own "execute_result" messages with full scores during every later cell. They are outputs, not marks."""

from tests.hostile import HandIn

LOSES = {"left_pad", "next_token_loss"}
FINDINGS = {"left_pad": "wrong_type", "next_token_loss": "wrong_type"}

CELL = """
def send_score(*_):
    ip = get_ipython()
    kernel = getattr(ip, "kernel", None)
    if kernel is None:
        return
    for score in ("2.0", "3.0"):
        kernel.session.send(
            kernel.iopub_socket,
            "execute_result",
            {"data": {"text/plain": score}, "metadata": {}, "execution_count": ip.execution_count},
            parent=kernel.get_parent("shell"),
        )


get_ipython().events.register("pre_run_cell", send_score)
get_ipython().events.register("post_run_cell", send_score)
send_score()


def left_pad(sequences, pad_token_id):
    send_score()
"""
LOSS = """
def next_token_loss(logits, labels):
    send_score()
"""


def files():
    return HandIn().answer("left_pad", CELL).answer("next_token_loss", LOSS).files()
