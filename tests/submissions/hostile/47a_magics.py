"""Installs, shell commands and cell magics in own cells and in right answers, without a network. Nothing is lost."""

from tests.hostile import HandIn, honest

LOSES: set[str] = set()

INSTALL = """
%pip install -q --retries 0 --timeout 1 --index-url http://127.0.0.1:9/ next-token-not-there
!pip install --retries 0 --timeout 1 --index-url http://127.0.0.1:9/ next-token-not-there
!ls -la | head -3
%matplotlib inline
%load_ext autoreload
%autoreload 2
%cd -q /
"""
FAILS = """
%no_such_magic
"""
BASH = """
%%bash
echo "hello"; exit 3
"""


def files():
    timed = f"%%time\n{honest('encode_chat')}"
    shell = f"!ls\nlisted = !ls\n{honest('left_pad')}\n%timeit -n 1 -r 1 max([1])"
    return (
        HandIn()
        .before("token_table", INSTALL)
        .before("encode_chat", FAILS)
        .before("left_pad", BASH)
        .answer("encode_chat", timed)
        .answer("left_pad", shell)
        .files()
    )
