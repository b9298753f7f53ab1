"""Each test gets a copy of the project; the pipeline runs once for all of them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from project import data, evaluate, train
from project.api import app, load_model

ROOT = Path(__file__).parent.parent


def run_pipeline() -> None:
    data.main()
    train.main()
    evaluate.main()


@pytest.fixture
def pipeline() -> object:
    """The pipeline as a function, for the current folder."""
    return run_pipeline


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The project as it is after a clone; the current folder while the test runs."""
    copy_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("PREDICT_JWT_SECRET", "PREDICT_PROBE_KEY"):
        monkeypatch.delenv(name, raising=False)
    load_model.cache_clear()
    yield tmp_path
    load_model.cache_clear()


@pytest.fixture
def trained(project: Path, trained_once: Path) -> Path:
    """The same with a model."""
    shutil.copytree(trained_once, project, dirs_exist_ok=True)
    return project


@pytest.fixture(scope="session")
def trained_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    copy_project(folder)
    before = Path.cwd()
    os.chdir(folder)
    run_pipeline()
    os.chdir(before)
    return folder


def copy_project(folder: Path) -> None:
    for name in ("params.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for name in ("data/incoming", "tests"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "data/schema.yml", folder / "data")


@pytest.fixture
def client() -> TestClient:
    return TestClient(app)
