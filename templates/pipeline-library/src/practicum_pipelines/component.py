"""A task of a pipeline: a function in a file of its own, with what it is given."""

import ast
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from practicum_pipelines.artifacts import Artifact
from practicum_pipelines.problem import Problem

Kind = Literal["preprocessing", "training", "evaluation"]
kinds: tuple[str, ...] = typing.get_args(Kind)


class Component:
    """
    `args` gives parameters their values, and inputs that no task makes their paths. An input without either is
    what the latest task before wrote under the same name. `outputs` gives outputs paths of their own.
    """

    def __init__(
        self,
        func: Callable[..., object],
        image: str | None = None,
        args: Mapping[str, object] | None = None,
        *,
        kind: Kind | None = None,
        outputs: Mapping[str, str] | None = None,
        after: Sequence["Component"] = (),
        runs_on: Sequence[str] = (),
        timeout_minutes: int | None = None,
    ) -> None:
        self.func = func
        self.name = getattr(func, "__name__", repr(func))
        self.image = image
        self.args = dict(args or {})
        self.kind = kind
        self.output_paths = dict(outputs or {})
        self.after = tuple(after)
        self.runs_on = tuple(runs_on)
        self.timeout_minutes = timeout_minutes
        self.volumes: list[tuple[str, str]] = []
        code = getattr(func, "__code__", None)
        self.file = Path(code.co_filename) if code else Path("?")
        self.place = f"{self.file.name}:{code.co_firstlineno}" if code else self.name

    def mount_volume(self, pvc: str, mount_path: str) -> "Component":
        """A volume claim under Kubeflow. Elsewhere paths are those of the repository."""
        self.volumes.append((pvc, mount_path))
        return self

    def artifacts(self, direction: str) -> dict[str, type[Artifact]]:
        hints = _hints(self.func)
        return {
            name: kind
            for name, kind in hints.items()
            if name != "return" and _is_artifact(kind) and kind.direction == direction
        }

    def parameters(self) -> dict[str, inspect.Parameter]:
        files = {**self.artifacts("input"), **self.artifacts("output")}
        found = inspect.signature(self.func).parameters
        return {name: one for name, one in found.items() if name not in files}

    def values(self) -> dict[str, object]:
        """Parameters with their values; what has a default and is not given is left to the function."""
        return {name: self.args[name] for name in self.parameters() if name in self.args}

    def check(self) -> list[Problem]:
        """What is wrong with the function and its arguments, the other tasks aside."""
        found = [Problem(self.place, text) for text in self._faults()]
        return found

    def _faults(self) -> typing.Iterator[str]:
        if not inspect.isfunction(self.func):
            yield f"{self.name} is not a function"
            return
        if self.file.stem != self.name:
            yield f"the function {self.name} belongs into a file of its own, {self.name}.py"
        try:
            typing.get_type_hints(self.func)
        except (NameError, TypeError) as error:
            yield f"{self.name}: an annotation cannot be read: {error}"
            return
        known = inspect.signature(self.func).parameters
        for name in self.args:
            if name not in known:
                yield f"{self.name} has no argument {name}; it has {', '.join(known) or 'none'}"
        written = self.artifacts("output")
        for name in self.output_paths:
            if name not in written:
                yield f"{self.name} has no output {name}; it has {', '.join(written) or 'none'}"
        for name in written:
            if name in self.args:
                yield f"{self.name}: {name} is an output; give its path with outputs={{...}}"
        yield from self._parameter_faults()

    def _parameter_faults(self) -> typing.Iterator[str]:
        hints = _hints(self.func)
        for name, parameter in self.parameters().items():
            if parameter.kind in (
                parameter.VAR_POSITIONAL,
                parameter.VAR_KEYWORD,
                parameter.POSITIONAL_ONLY,
            ):
                yield f"{self.name}: {parameter} cannot be given by name"
            elif name not in hints:
                yield f"{self.name}: say what {name} is, such as {name}: InputDataset or {name}: int"
            elif name not in self.args and parameter.default is parameter.empty:
                yield f"{self.name} needs a value for {name} in args"
            elif name in self.args and not _fits(self.args[name], hints[name]):
                wanted = getattr(hints[name], "__name__", str(hints[name]))
                yield f"{self.name}: {name} is {self.args[name]!r}, which is not {wanted} in JSON"

    def code_files(self, root: Path) -> list[Path]:
        """The task's file and what it imports from its own folder or the root: a change of either runs it again."""
        seen: list[Path] = []
        waiting = [self.file.resolve()]
        while waiting:
            file = waiting.pop(0)
            if file in seen:
                continue
            seen.append(file)
            for name in _imported(file):
                for folder in dict.fromkeys((file.parent, root)):
                    near = folder.joinpath(*name.split("."))
                    waiting += [one for one in (near.with_suffix(".py"), near / "__init__.py") if one.is_file()]
        return seen


def _imported(file: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def _hints(func: Callable[..., object]) -> dict[str, typing.Any]:
    try:
        return typing.get_type_hints(func)
    except (NameError, TypeError):
        return {}


def _is_artifact(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Artifact) and kind.direction != ""


def _fits(value: object, hint: typing.Any) -> bool:
    """Whether JSON carries the value, as what the function says that it takes."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return value in inside
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, one) for one in inside)
    if origin is list or hint is list:
        return isinstance(value, list) and all(_fits(one, inside[0] if inside else object) for one in value)
    if origin is dict or hint is dict:
        of = inside[1] if inside else object
        return isinstance(value, dict) and all(isinstance(key, str) and _fits(one, of) for key, one in value.items())
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value - value == 0
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if hint in (str, bool):
        return isinstance(value, hint)
    if hint in (None, type(None)):
        return value is None
    return hint in (object, typing.Any) and _fits(value, str | bool | int | float | None | list | dict)
