"""The models on disk, from the command line.

python -m utils prepare NAME          have a model ready before class
python -m utils prepare --check NAME  only say whether it is
python -m utils cache                 what is on disk
python -m utils clear [NAME]          delete a model's files, or every model's
"""

import argparse
import sys

from utils.artifacts import ModelUnavailable, find_artifact, find_base, require_terms
from utils.cache import cache_report, clear_cache
from utils.memory import format_bytes
from utils.prepare import is_ready, prepare


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 ready, 1 not ready or not to be had, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m utils")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("prepare", help="fetch and convert a model, once")
    command.add_argument("name", metavar="NAME", help="for example smollm2-135m")
    command.add_argument("--check", action="store_true", help="only say whether it is ready")
    command.add_argument("--accept-terms", action="store_true", help="of a licence that asks")
    commands.add_parser("cache", help="what is on disk")
    command = commands.add_parser("clear", help="delete models from the disk")
    command.add_argument("name", metavar="NAME", nargs="?", help="without: all")
    options = parser.parse_args(arguments)
    if options.command == "cache":
        print(cache_report())
        return 0
    if options.command == "clear":
        return _clear(options.name)
    try:
        artifact = find_base(find_artifact(options.name))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if options.check:
        if is_ready(artifact):
            print(f"{artifact.name} is ready in {artifact.folder}")
            return 0
        print(f"{artifact.name} is not here yet ({artifact.download}).")
        return 1
    try:
        require_terms(artifact, options.accept_terms)
        folder = prepare(artifact)
    except ModelUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{artifact.name} is ready in {folder}")
    return 0


def _clear(name: str | None) -> int:
    try:
        print(f"{format_bytes(clear_cache(name))} freed")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"Not everything could be deleted: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
