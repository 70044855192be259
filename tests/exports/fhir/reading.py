"""Reads a bundle as the practice's software would: by reference and by path."""

from collections.abc import Iterator
from typing import Any

Resource = dict[str, Any]


class Bundle:
    """The resources of one document bundle."""

    def __init__(self, bundle: Resource) -> None:
        self.json = bundle
        self.by_url = {one["fullUrl"]: one["resource"] for one in bundle["entry"]}

    def all(self, kind: str) -> list[Resource]:
        return [one for one in self.by_url.values() if one["resourceType"] == kind]

    def one(self, kind: str) -> Resource:
        (found,) = self.all(kind)
        return found

    def composition(self) -> Resource:
        first: Resource = self.json["entry"][0]["resource"]
        return first

    def observation(self, loinc: str) -> Resource:
        (found,) = [
            one
            for one in self.all("Observation")
            if any(code["code"] == loinc for code in one["code"].get("coding", ()))
        ]
        return found


def references(part: object) -> Iterator[str]:
    """Every reference and address of a binary within it."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in {"reference", "url"} and isinstance(value, str):
                yield value
            else:
                yield from references(value)
    elif isinstance(part, list):
        for one in part:
            yield from references(one)


def at(part: Any, path: str) -> list[Any]:
    """Every value at this path of names; lists are walked through."""
    if isinstance(part, list):
        return [found for one in part for found in at(one, path)]
    if not path:
        return [part]
    name, _, rest = path.partition(".")
    return at(part[name], rest) if isinstance(part, dict) and name in part else []
