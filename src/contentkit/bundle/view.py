"""What a bundle holds, compactly: the side of the bundle in the reconciliation."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from contentkit.bundle import layout
from contentkit.bundle.keys import KeySet
from contentkit.errors import BundleError
from contentkit.models import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleView:
    """What a bundle holds: ids as 16 bytes, column codes, sha256 as 32 bytes."""

    documents: KeySet
    columns: frozenset[str]
    files: KeySet


def read_view(bundle: Path) -> BundleView:
    """Read what a bundle on disk holds; `BundleError` where it cannot be read.

    For a bundle that `verify_bundle` found whole: this reads, it does not judge.
    """
    try:
        documents = sorted((bundle / layout.DOCUMENTS).iterdir())
        files = sorted((bundle / layout.FILES).glob("??/*"))
        return BundleView(
            documents=KeySet.of(map(_id, _lines(documents)), width=16),
            columns=frozenset(
                line["code"] for line in _lines([bundle / layout.COLUMNS])
            ),
            files=KeySet.of((bytes.fromhex(file.name) for file in files), width=32),
        )
    except OSError as error:
        fault = f"{error.filename}: cannot be read ({error.strerror})"
    except (ValueError, TypeError, KeyError) as error:
        fault = f"is damaged ({error})"
    raise BundleError(str(bundle), [f"{fault}: run 'contentkit bundle verify' on it"])


def _lines(paths: list[Path]) -> Iterator[dict[str, Json]]:
    for path in paths:
        with path.open("rb") as stream:
            yield from map(orjson.loads, stream)


def _id(document: dict[str, Json]) -> bytes:
    return uuid.UUID(str(document["id"])).bytes
