"""What a definition writes, and what is said about a wrong one: all of it, with its place."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

LIBRARY = Path(__file__).parent.parent / "src"
HEAD = """from practicum_pipelines import *
from prepare import prepare
from fit import fit
"""
META = """, dataset=Dataset("d", "tabular", Samples(10, n_features=2), Samples(10, n_features=2)), model=Model("svm")"""
PREPARE = "from practicum_pipelines import *\ndef prepare(raw: InputDataset, rows: OutputDataset, keep: int = 3):\n"
PREPARE += "    lines = raw.path.read_text().splitlines()\n    rows.path.write_text('\\n'.join(lines[:keep]))\n"
FIT = "from practicum_pipelines import *\nfrom near import size\ndef fit(rows: InputDataset, model: OutputModel):\n"
FIT += "    model.path.write_text(str(size(rows.path.read_text())))\n"


class DefinitionTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.write("prepare.py", PREPARE)
        self.write("fit.py", FIT)
        self.write("near.py", "def size(text):\n    return len(text)\n")
        self.write("raw.csv", "a\nb\nc\nd\n")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def run_python(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {"PYTHONPATH": str(LIBRARY), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, env=environment, timeout=60)

    def define(self, body: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        self.write("pipeline.py", f"{HEAD}{body}\np.main()\n")
        return self.run_python("pipeline.py", *arguments)

    def right(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        first = """Component(prepare, "python:3.13", args={"raw": "raw.csv", "keep": 2}, kind="preprocessing")"""
        second = """Component(fit, "python:3.13", kind="training", runs_on=["gpu"], timeout_minutes=5)"""
        return self.define(f'p = Pipeline("mine"{META})\np.add([{first}, {second}])', *arguments)

    def test_writes_both_files(self) -> None:
        done = self.right()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        text = (self.folder / "pipeline.yml").read_text()
        # A change of what a task imports runs it again.
        self.assertIn('code:\n      - "fit.py"\n      - "near.py"\n', text)
        self.assertIn('inputs:\n      - "prepare.rows"\n', text)
        self.assertIn("runs-on:\n      - gpu\n    timeout-minutes: 5\n", text)
        metadata = json.loads((self.folder / "metadata.json").read_text())
        self.assertEqual(metadata["components_type"], {"prepare": "preprocessing", "fit": "training"})
        self.assertEqual(self.right().stdout, "pipeline.yml: as it was\nmetadata.json: as it was\n")

    def test_check_writes_nothing(self) -> None:
        self.assertEqual(self.right("--check").stdout, "mine: 2 tasks, nothing wrong\n")
        self.assertFalse((self.folder / "pipeline.yml").exists())

    def test_commands_run_the_functions(self) -> None:
        base = ["-m", "practicum_pipelines", "run"]
        given = ["--input", "raw=raw.csv", "--output", "rows=out/rows", "--param", "keep=2"]
        self.assertEqual(self.run_python(*base, "prepare.py", *given).stderr, "")
        self.run_python(*base, "fit.py", "--input", "rows=out/rows", "--output", "model=out/model")
        self.assertEqual((self.folder / "out/model").read_text(), "3")

    def test_a_task_that_writes_nothing_has_failed(self) -> None:
        self.write("fit.py", FIT.replace("model.path.write_text", "str"))
        given = ["--input", "rows=raw.csv", "--output", "model=out/model"]
        done = self.run_python("-m", "practicum_pipelines", "run", "fit.py", *given)
        self.assertEqual(done.returncode, 1)
        self.assertIn("ended without writing model (out/model)", done.stderr)

    def test_a_metadata_file_of_ones_own_is_read(self) -> None:
        self.write("metadata.json", json.dumps({"components_type": {"prepare": "preprocessing", "other": "training"}}))
        done = self.define(
            'p = Pipeline("mine", "metadata.json")\n'
            'p.add([Component(prepare, args={"raw": "raw.csv"}), Component(fit)])'
        )
        self.assertEqual(
            done.stderr,
            "metadata.json components_type lacks the task fit\n"
            "metadata.json components_type names other, which is no task\n",
        )

    def test_every_mistake_is_said_with_its_place(self) -> None:
        cases = [
            ('Component(prepare, kind="training")', "prepare.py:2 prepare reads raw, which no task before it writes"),
            (
                'Component(prepare, args={"raw": "raw.csv", "kep": 2}, kind="training")',
                "prepare.py:2 prepare has no argument kep; it has raw, rows, keep",
            ),
            (
                'Component(prepare, args={"raw": "raw.csv", "keep": "2"}, kind="training")',
                "prepare.py:2 prepare: keep is '2', which is not int in JSON",
            ),
            (
                'Component(prepare, args={"raw": "raw.csv", "rows": "x"}, kind="training")',
                "prepare.py:2 prepare: rows is an output; give its path with outputs={...}",
            ),
            ('Component(prepare, args={"raw": "raw.csv"})', "prepare.py:2 prepare needs a kind: preprocessing,"),
            ('Component(fit, kind="training")', "fit.py:3 fit reads rows, which no task before it writes"),
            ("", "pipeline.py:4 mine has no tasks"),
            (
                'Component(prepare, args={"raw": "raw.csv"}, kind="training"), '
                'Component(prepare, args={"raw": "raw.csv"}, kind="training")',
                "prepare.py:2 prepare is in the pipeline twice",
            ),
            (
                'Component(prepare, args={"raw": "raw.csv"}, outputs={"rows": "x"}, kind="training"), '
                'Component(fit, outputs={"model": "x"}, kind="training")',
                "fit.py:3 fit writes x, and so does prepare",
            ),
        ]
        for components, expected in cases:
            with self.subTest(expected):
                done = self.define(f'p = Pipeline("mine"{META})\np.add([{components}])')
                self.assertEqual(done.returncode, 1)
                self.assertIn(expected, done.stderr)
                self.assertFalse((self.folder / "pipeline.yml").exists())

    def test_metadata_that_says_too_little(self) -> None:
        wrong = META.replace('"tabular"', '"image"').replace('"svm"', '"smv"')
        one = 'Component(prepare, args={"raw": "raw.csv"}, kind="training")'
        done = self.define(f'p = Pipeline("mine"{wrong})\np.add([{one}])')
        self.assertIn("dataset.original: image data needs input_shape", done.stderr)
        self.assertIn('unknown model "smv"; did you mean svm?', done.stderr)

    def test_kubeflow_runs_the_same_functions(self) -> None:
        done = self.right("--kubeflow", "kubeflow.yaml")
        self.assertEqual(done.stderr, "")
        # The commands as a container runs them, with the paths that Kubeflow would put in.
        code = "import json,sys,kubeflow_case; kubeflow_case.run(sys.argv[1])"
        self.write("kubeflow_case.py", RUN_KUBEFLOW)
        ran = self.run_python("-c", code, "kubeflow.yaml")
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertEqual((self.folder / "kfp/fit/model").read_text(), "3")

    def test_kubeflow_needs_images(self) -> None:
        one = 'Component(prepare, args={"raw": "raw.csv"}, kind="training")'
        done = self.define(f'p = Pipeline("mine"{META})\np.add([{one}])', "--kubeflow", "k.yaml")
        self.assertEqual(done.stderr, "prepare.py:2 prepare needs an image for Kubeflow\n")


# Reads back what the library writes: blocks of maps and lists, with scalars in JSON.
RUN_KUBEFLOW = r"""
import json, os, re, subprocess, sys

def read(lines, indent):
    items = {} if not lines[0].lstrip().startswith('-') else []
    while lines and len(lines[0]) - len(lines[0].lstrip()) == indent:
        text = lines.pop(0).strip()
        if isinstance(items, list):
            items.append(value(text[1:].strip(), lines, indent))
        else:
            key, rest = re.match(r'("(?:[^"\\]|\\.)*"|[^:]+):\s*(.*)', text).groups()
            items[scalar(key)] = value(rest, lines, indent)
    return items

def value(text, lines, indent):
    return scalar(text) if text else read(lines, indent + 2)

def scalar(text):
    try:
        return json.loads(text)
    except ValueError:
        return text

def run(file):
    spec = read(open(file).read().splitlines(), 0)
    for task in ('prepare', 'fit'):
        container = spec['deploymentSpec']['executors'][f'exec-{task}']['container']
        wiring = spec['root']['dag']['tasks'][task].get('inputs', {}).get('artifacts', {})
        def put(match):
            way, name = match.groups()
            if way == 'outputs':
                return f'kfp/{task}/{name}'
            made = wiring[name]['taskOutputArtifact']
            return f"kfp/{made['producerTask']}/{made['outputArtifactKey']}"
        place = r"\{\{\$\.(inputs|outputs)\.artifacts\['(\w+)'\]\.path\}\}"
        args = [re.sub(place, put, arg) for arg in container['args']]
        command = [sys.executable if part == 'python3' else part for part in container['command']]
        environment = {key: text for key, text in os.environ.items() if key != 'PYTHONPATH'}
        subprocess.run([*command, *args], check=True, env=environment)
"""


if __name__ == "__main__":
    unittest.main()
