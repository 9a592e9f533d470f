"""What is wrong with settings, in sentences: key, value and what would be right, never a password."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic_core import ErrorDetails

from mercato.i18n import mark, phrase

_WANTED = {
    "bool": mark("true or false"),
    "int": mark("a whole number"),
    "float": mark("a number"),
    "string_type": mark("a text in quotation marks"),
    "list_type": mark('a list such as ["one", "two"]'),
    "dict_type": mark("a table of settings"),
    "model": mark("a table of settings"),
    "greater_than_equal": mark("at least {ge}"),
    "greater_than": mark("more than {gt}"),
    "less_than_equal": mark("at most {le}"),
    "less_than": mark("less than {lt}"),
    "string_too_short": mark("a text of {min_length} or more characters"),
    "string_too_long": mark("at most {max_length} characters"),
}
"""What is right, by the kind of mistake or how its name begins."""

_PATTERNS = {
    "a-z0-9-": mark("lower-case letters, digits and hyphens, at most 64"),
    "[A-Z]{2}": mark('a country in two capitals, such as "FR"'),
    "[a-z]{2}": mark('a language in two letters, such as "fr"'),
    "[A-Za-z0-9-]": mark('the name of a header, such as "X-Remote-User"'),
    "[0-9a-f]{64}": mark('what "mercato review --make-token" prints'),
}
"""What a text looks like, by a part of its pattern."""

_REQUIRED = {
    "crawl": mark('add a section [crawl] with contact = "mailto:you@your-domain"'),
    "crawl.contact": mark('contact = "mailto:you@your-domain", part of the user agent so that sites can reach you'),
}
_REFERENCE = mark("see docs/reference/settings.md")
_SECRETS = ("password", "secret", "tokens")
_TOML_PLACE = re.compile(r"^(?P<reason>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


def mistake(detail: ErrorDetails, variables: Mapping[str, str]) -> str:
    """One mistake as «key = value: what would be right»; of a value that the environment gave, its variable too."""
    key = _key(detail["loc"])
    place = f"{variables[key]} ({key})" if key in variables else key
    if detail["type"] == "extra_forbidden":
        return phrase("{key}: no such setting; see docs/reference/settings.md for those that exist", key=place)
    if detail["type"] == "missing":
        remedy = phrase(_REQUIRED.get(key, _REFERENCE))
        return phrase("{key}: is required; {remedy}", key=place, remedy=remedy)
    wanted = _wanted(detail)
    if not key:
        return wanted
    return phrase("{given}: expected {wanted}", given=_given(key, place, detail["input"]), wanted=wanted)


def _wanted(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        # The argument and not str(): that would make a plain text of a phrase.
        said: str = context["error"].args[0]
        return said
    if kind in {"literal_error", "enum"}:
        *others, last = re.findall(r"'[^']*'", context["expected"])
        return phrase("{others} or {last}", others=", ".join(others), last=last)
    if kind == "string_pattern_mismatch":
        return next((phrase(words) for part, words in _PATTERNS.items() if part in context["pattern"]), detail["msg"])
    for name, words in _WANTED.items():
        if kind == name or kind.startswith(f"{name}_"):
            return phrase(words, **{field: _plain(value) for field, value in context.items()})
    return detail["msg"].removeprefix("Input should be ")


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _given(key: str, place: str, value: Any) -> str:
    if isinstance(value, dict | list) or any(secret in key for secret in _SECRETS):
        return place
    return f"{place} = {_masked(value)!r}"


def _masked(value: Any) -> Any:
    """`value`, an address in it without its password."""
    try:
        password = urlsplit(value).password if isinstance(value, str) else None
    except ValueError:
        return value
    return value.replace(f":{password}@", ":***@") if password else value


def _key(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def not_toml(error: tomllib.TOMLDecodeError, text: str) -> str:
    """Where a file stops being TOML, with the line as it stands there."""
    found = _TOML_PLACE.match(str(error))
    lines = text.splitlines()
    if found is None or found["line"] is None:
        return phrase(
            "is not valid TOML: a bracket or quotation mark is not closed before the end ({error})", error=error
        )
    number = int(found["line"])
    shown = lines[number - 1].strip() if number <= len(lines) else ""
    return phrase(
        "line {line}, column {column}: is not valid TOML: {shown} ({reason}); texts stand in quotation marks",
        line=number,
        column=found["column"],
        shown=_hidden(shown),
        reason=found["reason"],
    )


def _hidden(line: str) -> str:
    """`line` up to its value where that may hold a password."""
    name, sign, _ = line.partition("=")
    # An address may hold a password as well.
    secret = sign and any(word in line.casefold() for word in (*_SECRETS, "://"))
    return f"{name.rstrip()} = …" if secret else line[:120]
