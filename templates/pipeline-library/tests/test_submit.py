"""Submitting: which token is shown to whom, and what is said when nothing comes of it."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

LIBRARY = Path(__file__).parent.parent / "src"
PIPELINE = """from practicum_pipelines import *
from fit import fit
data = Dataset("d", "tabular", Samples(1, n_features=1), Samples(1, n_features=1))
p = Pipeline("mine", dataset=data, model=Model("svm"))
p.add([Component(fit, kind="training")])
p.main()
"""


class Server(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str, str | None, object]] = []
        self.status = 202
        self.answer: dict[str, object] = {"id": "p-1", "repository": "prices-ada"}
        self.to: str | None = None


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:  # noqa: N802
        self.note(None)
        self.reply(200, {"value": "identity"})

    def do_POST(self) -> None:  # noqa: N802
        self.note(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.reply(self.server.status, self.server.answer)

    def note(self, body: object) -> None:
        self.server.seen.append((self.command, self.path, self.headers["authorization"], body))

    def reply(self, status: int, value: dict[str, object]) -> None:
        self.send_response(status)
        if self.server.to:
            self.send_header("location", self.server.to)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, *_: object) -> None:
        return None


class SubmitTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.server = Server()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        (self.folder / "fit.py").write_text("from practicum_pipelines import *\ndef fit(model: OutputModel): pass\n")
        (self.folder / "pipeline.py").write_text(PIPELINE)
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("remote", "add", "origin", "https://github.example/course/prices-ada.git")
        self.pipeline()
        self.git("add", ".")
        self.git("-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "--quiet", "--message", "Define")
        self.commit = self.git("rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True, text=True).stdout[
            :-1
        ]

    def pipeline(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        base = {"PYTHONPATH": str(LIBRARY), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "pipeline.py", *arguments]
        given = {**base, **environment}
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, env=given, timeout=60)

    def test_at_a_desk(self) -> None:
        done = self.pipeline("--submit", self.url, GH_TOKEN="secret")
        self.assertIn(f"submitted prices-ada at {self.commit[:7]} as p-1\n", done.stdout)
        body = {"commit": self.commit, "repository": "course/prices-ada"}
        self.assertEqual(self.server.seen, [("POST", "/api/pipelines", "Bearer secret", body)])

    def test_in_actions(self) -> None:
        request = {"ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.url}/token?v=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "ask"}
        done = self.pipeline("--submit", GITHUB_ACTIONS="true", PRACTICUM_URL=self.url, GH_TOKEN="secret", **request)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        audience = f"{self.url}/api/pipelines".replace(":", "%3A").replace("/", "%2F")
        asked = ("GET", f"/token?v=1&audience={audience}", "Bearer ask", None)
        posted = ("POST", "/api/pipelines", "Bearer identity", {"commit": self.commit})
        self.assertEqual(self.server.seen, [asked, posted])

    def test_in_actions_without_the_permission(self) -> None:
        done = self.pipeline("--submit", self.url, GITHUB_ACTIONS="true", GH_TOKEN="secret")
        self.assertEqual((done.returncode, self.server.seen), (1, []))
        self.assertIn("permissions: { id-token: write }", done.stderr)

    def test_what_is_not_in_the_commit(self) -> None:
        (self.folder / "pipeline.py").write_text(PIPELINE.replace('"mine"', '"other"'))
        done = self.pipeline("--submit", self.url, GH_TOKEN="secret")
        self.assertEqual((done.returncode, self.server.seen), (1, []))
        self.assertEqual(done.stderr, "not in the commit: pipeline.yml. Commit and push first, then submit.\n")

    def test_refusals_by_field(self) -> None:
        self.server.status = 422
        self.server.answer = {"message": "no", "fields": [{"field": "commit", "message": "is not there"}]}
        done = self.pipeline("--submit", self.url, GH_TOKEN="secret")
        self.assertEqual(done.returncode, 1)
        self.assertIn("refused (422): no\n  commit: is not there\n", done.stderr)

    def test_the_token_follows_no_redirect_and_no_plain_http(self) -> None:
        self.server.status, self.server.to = 307, "http://127.0.0.1:1/elsewhere"
        done = self.pipeline("--submit", self.url, GH_TOKEN="secret")
        self.assertIn("refused (307)", done.stderr)
        self.assertEqual(len(self.server.seen), 1)
        done = self.pipeline("--submit", "http://course.example", GH_TOKEN="secret")
        self.assertIn("give the https address", done.stderr)
        self.assertIn("give the https address", self.pipeline("--submit", GH_TOKEN="secret").stderr)

    def test_nobody_there(self) -> None:
        done = self.pipeline("--submit", "http://127.0.0.1:1", GH_TOKEN="secret")
        self.assertEqual(done.returncode, 1)
        self.assertIn("http://127.0.0.1:1/api/pipelines does not answer", done.stderr)


if __name__ == "__main__":
    unittest.main()
