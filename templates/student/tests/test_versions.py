import json
from pathlib import Path

import pytest

from project import versions
from project.data import load_params
from project.train import METADATA, load_api_version


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a running service would answer; a test may change it."""
    said = {"api_version": load_api_version(), "model_version": load_params()["model_version"]}
    monkeypatch.setattr(versions, "ask", lambda url: said)
    return said


def test_tag_image_and_answer_agree(trained: Path, answer: dict[str, str]) -> None:
    version = load_api_version()
    versions.main(["--tag", f"api-{version}", "--image", version, "--url", "http://localhost"])


def test_every_disagreement_is_named(trained: Path, answer: dict[str, str]) -> None:
    answer["model_version"] = "0.1.0"
    metadata = json.loads(METADATA.read_text()) | {"model_version": "0.2.0"}
    METADATA.write_text(json.dumps(metadata))
    with pytest.raises(SystemExit) as stop:
        versions.main(["--tag", "api-9.9.9", "--image", "8.8.8", "--url", "http://localhost"])
    for text in ("the tag says 9.9.9", "the image says 8.8.8"):
        assert text in str(stop.value)
    for text in ("metadata.json says 0.2.0", "the answer says 0.1.0"):
        assert text in str(stop.value)


def test_a_service_that_is_not_there_is_named(trained: Path) -> None:
    with pytest.raises(SystemExit, match="http://127.0.0.1:9/ does not answer"):
        versions.main(["--url", "http://127.0.0.1:9/"])
