"""What a bundle says of itself, in bundle.json and in bag-info.txt."""

from collections.abc import Mapping
from dataclasses import dataclass

from contentkit.bundle import layout
from contentkit.models import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleInfo:
    """Where a bundle comes from; nothing here is read from a clock.

    `bagging_date` is YYYY-MM-DD, `software` such as `contentkit 0.1.0`, `parent` the
    identifier of the bundle that a delta builds on.
    """

    site: str
    run: str
    schema_edition: str
    bagging_date: str
    software: str
    parent: str | None = None
    organization: str | None = None

    @property
    def identifier(self) -> str:
        """The name of the bundle wherever it lies: site, a hyphen, run."""
        return f"{self.site}-{self.run}"


def description(info: BundleInfo, counts: Mapping[str, Json]) -> dict[str, Json]:
    """Return data/bundle.json (`schemas/formats/bundle.json`)."""
    return {
        "format_version": layout.FORMAT_VERSION,
        "schema_edition": info.schema_edition,
        "site": info.site,
        "run": info.run,
        "parent": info.parent,
        "counts": counts,
    }


def bag_info(info: BundleInfo, oxum: str) -> bytes:
    """Return bag-info.txt (`schemas/formats/bagit-profile.json`)."""
    tags = [
        ("Bag-Software-Agent", info.software),
        ("BagIt-Profile-Identifier", layout.PROFILE_IDENTIFIER),
        ("Bagging-Date", info.bagging_date),
        ("External-Identifier", info.identifier),
        ("Payload-Oxum", oxum),
        ("Source-Organization", info.organization),
        ("contentkit-Format", layout.FORMAT_VERSION),
        ("contentkit-Parent", info.parent),
        ("contentkit-Run", info.run),
        ("contentkit-Schema-Edition", info.schema_edition),
        ("contentkit-Site", info.site),
    ]
    lines = (f"{label}: {_one_line(value)}\n" for label, value in tags if value)
    return "".join(lines).encode()


def _one_line(value: str) -> str:
    # a value must not begin a new tag: RFC 8493 section 2.2.2 folds lines by white space
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())
