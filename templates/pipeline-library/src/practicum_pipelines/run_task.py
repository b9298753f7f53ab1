"""Runs one task: `run FILE.py --input NAME=PATH --output NAME=PATH --param NAME=JSON`."""

import argparse
import importlib.util
import json
import sys
import typing
from collections.abc import Callable, Sequence
from pathlib import Path

from practicum_pipelines.artifacts import Artifact


def load_function(file: Path) -> Callable[..., object]:
    """The function of a task's file has the file's name."""
    folder = str(file.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{file} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    # So that what it pickles is found again; a module of that name that is there already stays.
    sys.modules.setdefault(file.stem, module)
    spec.loader.exec_module(module)
    function = getattr(module, file.stem, None)
    if not callable(function):
        raise SystemExit(f"{file} has no function {file.stem}")
    return typing.cast("Callable[..., object]", function)


def run_task(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="practicum_pipelines run")
    parser.add_argument("file", type=Path)
    for option in ("--input", "--output", "--param"):
        parser.add_argument(option, action="append", default=[], type=_split, metavar="NAME=VALUE")
    given = parser.parse_args(arguments)
    function = load_function(given.file)
    hints = typing.get_type_hints(function)
    values: dict[str, object] = {name: json.loads(text) for name, text in given.param}
    for name, path in given.input + given.output:
        kind = hints.get(name, Artifact)
        values[name] = kind(path) if issubclass(kind, Artifact) else path
    for _, path in given.output:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    function(**values)
    lacking = [f"{name} ({path})" for name, path in given.output if not Path(path).exists()]
    # Returning is no success: the next task reads the file.
    if lacking:
        raise SystemExit(f"{given.file}: the task ended without writing {', '.join(lacking)}")


def _split(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


if __name__ == "__main__":
    run_task(sys.argv[1:])
