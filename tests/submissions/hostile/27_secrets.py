"""Looks for secrets in the environment and for tokens in the usual files, and tells their names only. There may be none."""

from tests.hostile import REPORT, HandIn

LOSES = {"sequence_logprob"}
FINDINGS = {"sequence_logprob": "raised"}

LOOK = (
    REPORT
    + """
import os
import re

FILES = (
    "~/.cache/huggingface/token",
    "~/.huggingface/token",
    "~/.netrc",
    "~/.git-credentials",
    "~/.ssh/id_rsa",
    "~/.ssh/id_ed25519",
    "~/.aws/credentials",
    "~/.config/gh/hosts.yml",
    "~/.config/gcloud/application_default_credentials.json",
    "~/.kaggle/kaggle.json",
    "~/.pypirc",
    "~/.jupyter/jupyter_server_config.json",
    "/etc/shadow",
    "/var/run/docker.sock",
)


def secrets():
    # Where the course keeps its models, and whether the tokenizers library runs in parallel, are no secrets.
    for name, value in os.environ.items():
        if re.search(r"(?<!NEXT_)TOKEN(?!IZERS)|SECRET|PASSW|_KEY\\b|CREDENTIAL", name) and value:
            yield f"variable {name}"
    for home in {os.path.expanduser("~"), "/root", *(f"{os.sep}home/{name}" for name in homes())}:
        for file in FILES:
            path = file.replace("~", home)
            if os.access(path, os.R_OK):
                yield f"file {path}"


def homes():
    try:
        return os.listdir("/home")
    except OSError:
        return []


"""
)
CELL = (
    LOOK
    + """
def sequence_logprob(model, input_ids, prompt_length):
    raise LookupError("LEAK" + "<<" + "; ".join(secrets())[:200] + ">>")
"""
)


def files():
    return (
        HandIn()
        .before("token_table", f"{LOOK}report(secrets())")
        .answer("sequence_logprob", CELL)
        .files()
    )
