"""YAML as far as it is needed: maps and lists as blocks, everything else as JSON, which YAML includes."""

import json
import re

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def write_yaml(value: object, indent: str = "") -> str:
    if isinstance(value, dict) and value:
        return "".join(f"{indent}{_key(str(key))}:{_below(one, indent)}" for key, one in value.items())
    if isinstance(value, (list, tuple)) and value:
        return "".join(f"{indent}-{_below(one, indent)}" for one in value)
    return f"{indent}{_scalar(value)}\n"


def _below(value: object, indent: str) -> str:
    if isinstance(value, (dict, list, tuple)) and value:
        return "\n" + write_yaml(value, indent + "  ")
    return f" {_scalar(value)}\n"


def _scalar(value: object) -> str:
    return _key(value) if isinstance(value, str) else json.dumps(value, allow_nan=False)


def _key(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else json.dumps(text)
