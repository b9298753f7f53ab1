"""A pipeline: its tasks in order, checked, written, submitted, exported."""

import argparse
import inspect
import json
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from practicum_pipelines import metadata
from practicum_pipelines.component import Component, kinds
from practicum_pipelines.kubeflow import to_kubeflow
from practicum_pipelines.problem import DefinitionError, Problem
from practicum_pipelines.submit import SubmitError, submit
from practicum_pipelines.wiring import Wired, wire
from practicum_pipelines.write_yaml import write_yaml

_KINDS = {"preprocessing": "preprocess", "training": "train", "evaluation": "evaluate"}


class Pipeline:
    """
    Give `dataset` and `model`, and metadata.json is written; or give `metadata_file`, and it is read.
    Paths are relative to the folder of the file that makes the pipeline.
    """

    def __init__(
        self,
        name: str,
        metadata_file: str | None = None,
        *,
        dataset: metadata.Dataset | None = None,
        model: metadata.Model | None = None,
    ) -> None:
        caller = inspect.stack()[1]
        self.name = name
        self.file = Path(caller.filename).resolve()
        self.place = f"{self.file.name}:{caller.lineno}"
        self.metadata_file = metadata_file
        self.dataset = dataset
        self.model = model
        self.components: list[Component] = []

    def add(self, components: Sequence[Component]) -> "Pipeline":
        self.components.extend(components)
        return self

    def build(self) -> dict[str, str]:
        """Names of files with their text. Raises `DefinitionError` with all that is wrong."""
        wired = self._checked()
        described, found = self._metadata()
        if found:
            raise DefinitionError(found)
        return {
            "pipeline.yml": write_yaml(self._pipeline(wired, described)),
            "metadata.json": json.dumps(described, indent=2, ensure_ascii=False) + "\n",
        }

    def kubeflow(self) -> str:
        """The same pipeline as YAML of Kubeflow Pipelines 2. Every task needs an image."""
        wired = self._checked()
        _, found = self._metadata()
        lacking = [
            Problem(one.component.place, f"{one.component.name} needs an image for Kubeflow")
            for one in wired
            if not one.component.image
        ]
        if found or lacking:
            raise DefinitionError([*found, *lacking])
        return to_kubeflow(self.name, wired, self.file.parent)

    def submit(self, url: str | None = None) -> None:
        """Writes the files and submits, as `--submit` does. For the last line of a file."""
        self.main(["--submit", *([url] if url else []), *sys.argv[1:]])

    def main(self, arguments: Sequence[str] | None = None) -> None:
        """Checks and writes; what is asked for besides is in `--help`. Ends the program when something is wrong."""
        given = _parser().parse_args(arguments)
        try:
            files = self.build()
            if given.kubeflow:
                Path(given.kubeflow).write_text(self.kubeflow(), encoding="utf-8")
        except DefinitionError as error:
            _end("\n".join(str(problem) for problem in error.problems))
        if given.check:
            print(f"{self.name}: {len(self.components)} tasks, nothing wrong")
            return
        for name, text in files.items():
            if name != self.metadata_file:
                self._write(name, text)
        if given.submit is None:
            return
        url = given.submit or os.environ.get("PRACTICUM_URL", "")
        try:
            print(submit(url, self.file.parent, [*files, *self._code()]))
        except SubmitError as error:
            _end(str(error))

    def _write(self, name: str, text: str) -> None:
        file = self.file.parent / name
        old = file.read_text(encoding="utf-8") if file.exists() else None
        if old != text:
            file.write_text(text, encoding="utf-8")
        print(f"{name}: {'as it was' if old == text else 'written'}")

    def _checked(self) -> list[Wired]:
        found = [problem for component in self.components for problem in component.check()]
        if not self.components:
            found.append(Problem(self.place, f"{self.name} has no tasks; give them with add([...])"))
        # Wiring reads what a faulty function does not tell.
        if not found:
            wired, found = wire(self.components)
        if not found:
            found = [problem for one in self.components for problem in self._locate(one)]
        if found:
            raise DefinitionError(found)
        return wired

    def _locate(self, component: Component) -> list[Problem]:
        folder = self.file.parent
        outside = [file for file in component.code_files(folder) if folder not in file.parents]
        return [Problem(component.place, f"{file} is not in the folder of {self.file.name}") for file in outside]

    def _code(self) -> list[str]:
        folder = self.file.parent
        files = [file for component in self.components for file in component.code_files(folder)]
        return list(dict.fromkeys(file.relative_to(folder).as_posix() for file in files))

    def _metadata(self) -> tuple[dict[str, object], list[Problem]]:
        names = [component.name for component in self.components]
        if self.metadata_file is not None:
            if self.dataset or self.model:
                return {}, [Problem(self.place, "give metadata_file, or dataset and model, not both")]
            return metadata.read(self.file.parent / self.metadata_file, names)
        if self.dataset is None or self.model is None:
            return {}, [Problem(self.place, f"{self.name} needs dataset and model, or a metadata_file")]
        lacking = [
            Problem(one.place, f"{one.name} needs a kind: {', '.join(kinds)}")
            for one in self.components
            if one.kind not in kinds
        ]
        found = [*lacking, *metadata.check(self.dataset, self.model, self.place)]
        stated = {one.name: str(one.kind) for one in self.components}
        return metadata.describe(stated, self.dataset, self.model), found

    def _pipeline(self, wired: Sequence[Wired], described: dict[str, object]) -> dict[str, object]:
        types = described["components_type"]
        stated = types if isinstance(types, dict) else {}
        tasks = {one.component.name: self._task(one, str(stated.get(one.component.name))) for one in wired}
        return {"version": 1, "name": self.name, "tasks": tasks}

    def _task(self, one: Wired, kind: str) -> dict[str, object]:
        component = one.component
        folder = self.file.parent
        code = [file.relative_to(folder).as_posix() for file in component.code_files(folder)]
        command = ["python3", "-m", "practicum_pipelines", "run", code[0]]
        for name, source in one.inputs.items():
            command += ["--input", f"{name}={source.path}"]
        for name, path in one.outputs.items():
            command += ["--output", f"{name}={path}"]
        for name, value in component.values().items():
            command += ["--param", f"{name}={json.dumps(value)}"]
        sorts = component.artifacts("output")
        outputs = {
            name: {"path": path, "kind": sorts[name].sort.lower()} if sorts[name].sort in ("Model", "Metrics") else path
            for name, path in one.outputs.items()
        }
        read = [f"{source.task}.{name}" if source.task else source.path for name, source in one.inputs.items()]
        task: dict[str, object] = {
            "kind": _KINDS.get(kind, kind),
            "run": shlex.join(command),
            "code": code,
        }
        more: dict[str, object] = {
            "inputs": read,
            "outputs": outputs,
            "dependencies": [other.name for other in component.after],
            "runs-on": list(component.runs_on),
            "timeout-minutes": component.timeout_minutes,
        }
        return {**task, **{key: value for key, value in more.items() if value}}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Checks this pipeline, and writes pipeline.yml and metadata.json.")
    parser.add_argument("--check", action="store_true", help="check alone; write nothing")
    parser.add_argument("--kubeflow", metavar="FILE", help="also export to YAML of Kubeflow Pipelines 2")
    parser.add_argument(
        "--submit",
        nargs="?",
        const="",
        metavar="URL",
        help="also submit the commit that is checked out; URL of the course's app, or PRACTICUM_URL",
    )
    return parser


def _end(text: str) -> NoReturn:
    print(text, file=sys.stderr)
    raise SystemExit(1)
