"""Checks that the tag, the image and the running service name the same versions.

python3 -m project.versions --tag api-1.0.0 --image 1.0.0 --url http://127.0.0.1:8000
"""

import argparse
import json
import os
import sys
import urllib.request
from pathlib import Path

from project.data import load_params
from project.train import METADATA, load_api_version

EXAMPLE = Path("tests/example_request.json")


def ask(url: str) -> dict[str, str]:
    """The answer of a running service to the example request; PREDICT_TOKEN where it wants one."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url} is not a web address")
    token = os.environ.get("PREDICT_TOKEN")
    headers = {"content-type": "application/json"} | (
        {"authorization": f"Bearer {token}"} if token else {}
    )
    request = urllib.request.Request(  # noqa: S310 (the scheme was just checked)
        f"{url}/predict", EXAMPLE.read_bytes(), headers
    )
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
        return json.load(response)


def find_disagreements(said: dict[str, str | None], expected: str) -> list[str]:
    return [
        f"{who} says {version}, expected {expected}"
        for who, version in said.items()
        if version is not None and version != expected
    ]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tag", help="a git tag, such as api-1.0.0")
    parser.add_argument("--image", help="the version label of the image")
    parser.add_argument("--url", help="where the service runs")
    options = parser.parse_args(arguments)

    api: dict[str, str | None] = {"the tag": options.tag and options.tag.removeprefix("api-")}
    api["the image"] = options.image
    model: dict[str, str | None] = {}
    if METADATA.exists():
        model["metadata.json"] = json.loads(METADATA.read_text())["model_version"]
    if options.url:
        try:
            answer = ask(options.url.rstrip("/"))
        except OSError as error:
            sys.exit(f"{options.url} does not answer: {error}")
        api["the answer"] = answer["api_version"]
        model["the answer"] = answer["model_version"]

    problems = find_disagreements(api, load_api_version())
    problems += find_disagreements(model, load_params()["model_version"])
    if problems:
        sys.exit("\n".join(problems))
    print(f"versions: API {load_api_version()}, model {load_params()['model_version']}, all agree")


if __name__ == "__main__":
    main()
