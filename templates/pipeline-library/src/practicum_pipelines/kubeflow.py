"""The pipeline as a PipelineSpec of Kubeflow Pipelines 2, with the tasks' code in it: images need Python alone."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from practicum_pipelines.wiring import Wired
from practicum_pipelines.write_yaml import write_yaml

_TYPES = {"Dataset": "system.Dataset", "Model": "system.Model", "Metrics": "system.Metrics"}
_HERE = Path(__file__).parent

# Lays the files out in a folder of the container, and runs the task there.
_START = (
    "import json,pathlib,runpy,sys,tempfile\n"
    "root=pathlib.Path(tempfile.mkdtemp())\n"
    "for name,text in json.loads(sys.argv[1]).items():\n"
    "    file=root/name\n"
    "    file.parent.mkdir(parents=True,exist_ok=True)\n"
    "    file.write_text(text,encoding='utf-8')\n"
    "sys.path.insert(0,str(root))\n"
    "sys.argv=['run',str(root/sys.argv[2]),*sys.argv[3:]]\n"
    "runpy.run_module('practicum_pipelines.run_task',run_name='__main__')\n"
)


def to_kubeflow(name: str, wired: Sequence[Wired], root: Path) -> str:
    components: dict[str, object] = {}
    executors: dict[str, object] = {}
    tasks: dict[str, object] = {}
    mounts: dict[str, object] = {}
    for one in wired:
        own = plain(one.component.name)
        components[f"comp-{own}"] = {"executorLabel": f"exec-{own}", **_interface(one)}
        executors[f"exec-{own}"] = {"container": _container(one, root)}
        tasks[own] = _task(one)
        if one.component.volumes:
            mounts[f"exec-{own}"] = {"pvcMount": [_mount(*volume) for volume in one.component.volumes]}
    spec = {
        "components": components,
        "deploymentSpec": {"executors": executors},
        "pipelineInfo": {"name": plain(name)},
        "root": {"dag": {"tasks": tasks}},
        "schemaVersion": "2.1.0",
        "sdkVersion": "practicum-pipelines",
    }
    text = write_yaml(spec)
    if not mounts:
        return text
    platforms = {"platforms": {"kubernetes": {"deploymentSpec": {"executors": mounts}}}}
    return f"{text}---\n{write_yaml(platforms)}"


def plain(name: str) -> str:
    """Names as Kubeflow has them: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "pipeline"


def _interface(one: Wired) -> dict[str, object]:
    component = one.component
    read = component.artifacts("input")
    made = {name: read[name] for name, source in one.inputs.items() if source.task}
    interface: dict[str, object] = {}
    if made:
        interface["inputDefinitions"] = {"artifacts": {name: _artifact(kind.sort) for name, kind in made.items()}}
    written = component.artifacts("output")
    if written:
        interface["outputDefinitions"] = {"artifacts": {name: _artifact(kind.sort) for name, kind in written.items()}}
    return interface


def _artifact(sort: str) -> dict[str, object]:
    return {"artifactType": {"schemaTitle": _TYPES[sort], "schemaVersion": "0.0.1"}}


def _container(one: Wired, root: Path) -> dict[str, object]:
    component = one.component
    files = {f"practicum_pipelines/{name}": (_HERE / name).read_text(encoding="utf-8") for name in _CARRIED}
    files["practicum_pipelines/__init__.py"] = "from practicum_pipelines.artifacts import *\n"
    for file in component.code_files(root):
        files[file.relative_to(root).as_posix()] = file.read_text(encoding="utf-8")
    arguments = [component.file.resolve().relative_to(root).as_posix()]
    for name, source in one.inputs.items():
        path = f"{{{{$.inputs.artifacts['{name}'].path}}}}" if source.task else source.path
        arguments += ["--input", f"{name}={path}"]
    for name in one.outputs:
        arguments += ["--output", f"{name}={{{{$.outputs.artifacts['{name}'].path}}}}"]
    for name, value in component.values().items():
        arguments += ["--param", f"{name}={json.dumps(value)}"]
    command = ["python3", "-c", _START, json.dumps(files)]
    return {"image": component.image, "command": command, "args": arguments}


_CARRIED = ("artifacts.py", "run_task.py")


def _task(one: Wired) -> dict[str, object]:
    own = plain(one.component.name)
    artifacts = {
        name: {"taskOutputArtifact": {"producerTask": plain(source.task), "outputArtifactKey": name}}
        for name, source in one.inputs.items()
        if source.task
    }
    task: dict[str, object] = {
        "taskInfo": {"name": own},
        "componentRef": {"name": f"comp-{own}"},
        "cachingOptions": {},
    }
    if one.after:
        task["dependentTasks"] = [plain(name) for name in one.after]
    if artifacts:
        task["inputs"] = {"artifacts": artifacts}
    return task


def _mount(pvc: str, path: str) -> dict[str, object]:
    return {"constant": pvc, "mountPath": path}
