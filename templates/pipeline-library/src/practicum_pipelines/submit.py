"""Submits the commit that is checked out: in Actions with the run's identity token, at a desk with that of `gh`."""

import json
import os
import re
import shutil
import subprocess  # noqa: S404 - git and gh, with fixed arguments
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

_PATIENCE_S = 30


class SubmitError(Exception):
    """Why nothing was submitted, and what to do."""


def submit(url: str, folder: Path, files: Sequence[str]) -> str:
    """Returns a sentence about what was submitted."""
    parts = urllib.parse.urlsplit(url)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise SubmitError(
            f"{url or 'no URL'}: give the https address of the course's app with --submit or PRACTICUM_URL"
        )
    address = f"{url.rstrip('/')}/api/pipelines"
    commit = _committed(folder, files)
    body: dict[str, str] = {"commit": commit}
    if "ACTIONS_ID_TOKEN_REQUEST_URL" in os.environ:
        token = _identity_token(address)
    elif os.environ.get("GITHUB_ACTIONS") == "true":
        raise SubmitError("this job gives no identity token: it needs permissions: { id-token: write }")
    else:
        body["repository"] = _repository(folder)
        token = _desk_token()
    answer = _call(address, token, json.dumps(body).encode())
    return f"submitted {answer.get('repository')} at {commit[:7]} as {answer.get('id')}"


def _committed(folder: Path, files: Sequence[str]) -> str:
    """The app reads the commit, not this folder: what was just written must be in it."""
    changed = _run(folder, "git", "status", "--porcelain", "--", *files)
    if changed:
        names = ", ".join(line[3:] for line in changed.splitlines())
        raise SubmitError(f"not in the commit: {names}. Commit and push first, then submit.")
    return _run(folder, "git", "rev-parse", "HEAD")


def _repository(folder: Path) -> str:
    remote = _run(folder, "git", "remote", "get-url", "origin")
    found = re.search(r"[/:]([\w.-]+)/([\w.-]+?)(?:\.git)?/?$", remote)
    if not found:
        raise SubmitError(f"the remote origin is {remote}, which names no repository")
    return f"{found[1]}/{found[2]}"


def _desk_token() -> str:
    for name in ("GH_TOKEN", "GITHUB_TOKEN"):
        if os.environ.get(name):
            return os.environ[name]
    if shutil.which("gh") is None:
        raise SubmitError("gh is not installed: install GitHub's command line and run gh auth login, or set GH_TOKEN")
    return _run(Path.cwd(), "gh", "auth", "token")


def _identity_token(audience: str) -> str:
    request_url = os.environ["ACTIONS_ID_TOKEN_REQUEST_URL"]
    address = f"{request_url}&audience={urllib.parse.quote(audience, safe='')}"
    token = _call(address, os.environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", ""), None).get("value")
    if not isinstance(token, str):
        raise SubmitError("GitHub gave no identity token")
    return token


def _call(address: str, token: str, body: bytes | None) -> Mapping[str, object]:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(address, data=body, headers=headers)  # noqa: S310 - the scheme was checked
    try:
        # A redirect would carry the token elsewhere.
        opener = urllib.request.build_opener(_NoRedirect)
        with opener.open(request, timeout=_PATIENCE_S) as response:
            text = response.read(100_000)
    except urllib.error.HTTPError as error:
        raise SubmitError(_refusal(address, error)) from error
    except OSError as error:
        raise SubmitError(f"{address} does not answer: {getattr(error, 'reason', error)}") from error
    answer = _json(text)
    if answer is None:
        raise SubmitError(f"{address} answered with something else than JSON: is this the app's address?")
    return answer


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _refusal(address: str, error: urllib.error.HTTPError) -> str:
    answer = _json(error.read(100_000)) or {}
    lines = [f"{address} refused ({error.code}): {answer.get('message', error.reason)}"]
    fields = answer.get("fields")
    for field in fields if isinstance(fields, list) else []:
        lines.append(f"  {field.get('field') or 'body'}: {field.get('message')}")
    wait = error.headers.get("retry-after")
    return "\n".join([*lines, *([f"  try again in {wait} s"] if wait else [])])


def _json(text: bytes) -> Mapping[str, object] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _run(folder: Path, *command: str) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)  # noqa: S603
    except OSError as error:
        raise SubmitError(f"{command[0]} cannot be run: {error}") from error
    if done.returncode != 0:
        raise SubmitError(f"{' '.join(command[:3])} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.rstrip()
