import base64
import hashlib
import json
import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient

from project import auth

EXAMPLE = (Path(__file__).parent / "example_request.json").read_text()
SECRET = "a secret of these tests alone, 32 bytes or more"  # noqa: S105


@pytest.fixture
def locked(trained: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("PREDICT_JWT_SECRET", SECRET)
    return client


def ask(client: TestClient, headers: dict[str, str]) -> int:
    headers = {"content-type": "application/json"} | headers
    return client.post("/predict", content=EXAMPLE, headers=headers).status_code


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def claims(**changes: object) -> dict[str, object]:
    return {"sub": "ada", "aud": "predict", "exp": int(time.time()) + 60} | changes


def test_without_a_secret_everybody_may_ask(trained: Path, client: TestClient) -> None:
    assert ask(client, {}) == 200


def test_with_a_secret_a_token_is_needed(locked: TestClient) -> None:
    assert ask(locked, {}) == 401
    assert ask(locked, bearer(auth.make_token(SECRET, "ada", 1))) == 200


@pytest.mark.parametrize("path", ["/health", "/metadata", "/metrics"])
def test_the_other_paths_stay_open(locked: TestClient, path: str) -> None:
    assert locked.get(path).status_code == 200


@pytest.mark.parametrize(
    "token",
    [
        "not a token",
        auth.make_token(SECRET, "ada", -1),
        auth.make_token("another secret, just as long as the first one", "ada", 1),
        jwt.encode(claims(aud="another service"), SECRET, algorithm="HS256"),
        jwt.encode(claims(), SECRET + SECRET, algorithm="HS512"),
        jwt.encode(claims(), None, algorithm="none"),
        jwt.encode({"sub": "ada", "aud": "predict"}, SECRET, algorithm="HS256"),
    ],
)
def test_a_bad_token_is_refused(locked: TestClient, token: str) -> None:
    assert ask(locked, bearer(token)) == 401


def test_a_refusal_says_what_is_wanted(locked: TestClient) -> None:
    answer = locked.post("/predict", json=json.loads(EXAMPLE))
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json() == {"detail": "send Authorization: Bearer TOKEN"}


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_secret_that_is_none_opens_nothing(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("PREDICT_JWT_SECRET", secret)
    with pytest.raises(ValueError, match="32 bytes"):
        auth.read_secret()


def sign(key: Ed25519PrivateKey, at: int, body: str, host: str = "testserver") -> dict[str, str]:
    digest = hashlib.sha256(body.encode()).hexdigest()
    text = "\n".join([str(at), "POST", host, "/predict", digest])
    signature = base64.b64encode(key.sign(text.encode())).decode()
    return {"practicum-signature": f"t={at}, ed25519={signature}"}


def test_the_course_needs_no_token(locked: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    key, stranger = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    now = int(time.time())
    assert ask(locked, sign(key, now, EXAMPLE)) == 401  # the service does not know its key yet
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    monkeypatch.setenv("PREDICT_PROBE_KEY", base64.b64encode(public).decode())
    assert ask(locked, sign(key, now, EXAMPLE)) == 200
    assert ask(locked, sign(stranger, now, EXAMPLE)) == 401
    assert ask(locked, sign(key, now - 301, EXAMPLE)) == 401
    assert ask(locked, sign(key, now, "another body")) == 401
    assert ask(locked, sign(key, now, EXAMPLE, "another host")) == 401


@pytest.mark.parametrize("key", ["", "no key", "AAAA"])
def test_a_key_that_is_none_lets_nobody_in(
    locked: TestClient, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("PREDICT_PROBE_KEY", key)
    own = Ed25519PrivateKey.generate()
    assert ask(locked, sign(own, int(time.time()), EXAMPLE)) == 401


def test_the_command_prints_a_token(
    locked: TestClient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    auth.main(["--subject", "ada"])
    assert ask(locked, bearer(capsys.readouterr().out.strip())) == 200
    monkeypatch.delenv("PREDICT_JWT_SECRET")
    with pytest.raises(SystemExit, match="needs no token"):
        auth.main(["--subject", "ada"])
