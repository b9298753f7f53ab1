"""Asks the DVC that is installed about files: one JSON case a line in, one JSON answer a line out.

A case is {"name", "path", "files"}; the answer says whether DVC loads the file and can build its graph, and what it read.
"""
import json
import logging
import os
import sys
import tempfile

from dvc.dependency import ParamsDependency
from dvc.repo import Repo

logging.disable(logging.CRITICAL)


def relative(path, root):
    return os.path.relpath(path, root).replace(os.sep, "/") if os.path.isabs(str(path)) else str(path)


def describe(stage, root):
    params = {}
    deps = []
    for dep in stage.deps:
        path = relative(dep.fs_path, root) if dep.protocol == "local" else str(dep)
        if isinstance(dep, ParamsDependency):
            params.setdefault(path, []).extend(dep.params)
        else:
            deps.append(path)
    outs = [
        {
            "path": relative(out.fs_path, root),
            "metric": bool(out.metric),
            "plot": bool(out.plot),
            "cache": out.use_cache,
            "persist": out.persist,
        }
        for out in stage.outs
    ]
    return {
        "cmd": stage.cmd,
        "wdir": relative(stage.wdir, root),
        "deps": sorted(deps),
        "params": {path: sorted(keys) for path, keys in sorted(params.items())},
        "outs": sorted(outs, key=lambda out: out["path"]),
        "frozen": stage.frozen,
        "always_changed": stage.always_changed,
    }


def missing(stages):
    found = {}
    for stage in stages:
        for dep in stage.deps:
            if not isinstance(dep, ParamsDependency):
                continue
            known = dep.read_params() if dep.exists else {}
            absent = [key for key in dep.params if key not in known]
            if absent or not dep.exists:
                found.setdefault(stage.name, []).append([str(dep.def_path), absent])
    return found


def ask(case):
    with tempfile.TemporaryDirectory() as root:
        root = os.path.realpath(root)
        for path, text in case["files"].items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8", newline="") as file:
                file.write(text)
        os.makedirs(os.path.join(root, ".git"), exist_ok=True)
        before = os.getcwd()
        os.chdir(root)
        try:
            repo = Repo.init(root, no_scm=True)
            base = os.path.join(root, os.path.dirname(case["path"]))
            stages = [stage for stage in repo.index.stages if getattr(stage, "name", None)]
            repo.check_graph(stages=stages)
            graph = repo.index.graph
            edges = sorted([a.name, b.name] for a, b in graph.edges)
            answer = {"accepts": True, "stages": {stage.name: describe(stage, base) for stage in stages}, "edges": edges}
            try:
                absent = missing(stages)
            except Exception as error:  # A values file that cannot be read: the run would fail.
                absent = {"?": [[str(error), []]]}
            return {**answer, "missing_params": absent} if absent else answer
        except Exception as error:  # Whatever DVC raises is its refusal.
            return {"accepts": False, "dvc_says": f"{type(error).__name__}: {error}".replace(root, "ROOT")[:300]}
        finally:
            os.chdir(before)


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"name": case["name"], **ask(case)}, default=str), flush=True)
