"""Every check in a clean environment: uvx nox==2026.10.20, or one of them with -s tests."""

import nox

nox.options.sessions = ["tests", "lint", "security", "pipeline", "integration"]
nox.options.reuse_existing_virtualenvs = True


def install(session: nox.Session) -> None:
    session.install("--require-hashes", "-r", "requirements-dev.txt")


@nox.session
def tests(session: nox.Session) -> None:
    install(session)
    session.run("pytest", "--cov", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    install(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def security(session: nox.Session) -> None:
    install(session)
    session.run("ruff", "check", "--select", "S", ".")


@nox.session
def pipeline(session: nox.Session) -> None:
    install(session)
    for task in ("data", "train", "evaluate"):
        session.run("python3", "-m", f"project.{task}", env={"PYTHONPATH": "src"})


@nox.session
def integration(session: nox.Session) -> None:
    """The running service; with SERVICE_URL that one, such as a container."""
    install(session)
    session.run("pytest", "tests/test_service.py", *session.posargs)
