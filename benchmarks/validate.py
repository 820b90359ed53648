"""Measure validation beside jsonschema, with the same errors found.

    python benchmarks/validate.py [--documents N] [--broken N]

Synthetic policy documents with a body of about 1,500 characters; one in `--broken` has
one to three faults. The two validators take turns on blocks of documents, so that load
on the machine hits both alike; times are CPU seconds of one process.
"""

import argparse
import copy
import json
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import islice
from platform import python_version

from jsonschema import Draft202012Validator

from contentkit.ids import document_id
from contentkit.models import Document
from contentkit.validate import load_edition, validate_document
from contentkit.validate.schema_rules import check_schema, path_of

_BLOCK = 2000  # far more than a cache holds, as in a run over a site
_PARAGRAPH = (
    "各街道要落实防汛责任，加强值班值守，遇有险情立即报告，并做好转移安置工作。"
)
_SHA = "ab" + "0" * 62
_FAULTS: tuple[tuple[str, object], ...] = (
    ("title", ""),
    ("published_at", "2020年6月1日"),
    ("topic", "农业"),
    ("source", None),
    ("article20", ["A20-99"]),
    ("siteId", 12),
)


def documents(count: int, broken: int) -> Iterator[Document]:
    """Yield documents; each `broken`-th one has faults."""
    for number in range(count):
        document = sound(number)
        if number % broken == broken - 1:
            first = number // broken
            for step in range(1 + first % 3):
                key, value = _FAULTS[(first + step) % len(_FAULTS)]
                document[key] = copy.copy(value)
        yield document


def sound(number: int) -> Document:
    """Return a policy document that fits the schema."""
    url = f"http://www.example.gov.cn/art/2020/6/1/art_{number}.html"
    body = "\n".join([f"第{number}号"] + [_PARAGRAPH] * 40)
    policy = dict.fromkeys(
        ("effective_on", "effective_rule", "expires_on", "validity_years"), None
    )
    policy |= {"is_normative": False, "validity": "in-force", "validity_basis": []}
    policy |= {"validity_as_of": "2020-06-02", "repealed_on": None}
    return {
        "id": document_id(url),
        "kind": "policy",
        "url": url,
        "path": f"/art/2020/6/1/art_xxgk-fd-zc_{number}.html",
        "title": f"示例区人民政府办公室关于做好第{number}次防汛工作的通知",
        "subtitle": None,
        "summary": "部署汛期工作",
        "index_number": f"11330206002954449B/2020-{number:06d}",
        "doc_number": f"示政办〔2020〕{number + 1}号",
        "registry_number": None,
        "issuer": {"name": "示例区人民政府办公室", "code": "11330206002954449B"},
        "co_issuers": [],
        "written_on": "2020-05-28",
        "published_at": "2020-06-01T09:30+08:00",
        "source": "区政府办公室",
        "author": None,
        "keywords": ["防汛", "应急"],
        "column": "xxgk-fd-zc",
        "topic": "02-03",
        "genre": "05",
        "directory": "政策文件",
        "disclosure": "主动公开",
        "disclosure_scope": "面向社会",
        "article20": ["A20-01"],
        "policy": policy,
        "body_html": f"<p>{body}</p>",
        "body_text": body,
        "attachments": [
            {
                "ordinal": 1,
                "name": "值班表.pdf",
                "media_type": "application/pdf",
                "bytes": 1234,
                "sha256": _SHA,
                "origin_url": "http://www.example.gov.cn/files/1.pdf",
                "path": f"files/ab/{_SHA}",
            }
        ],
        "images": [],
        "provenance": {
            "captured_at": "2020-06-02T12:00:00+08:00",
            "capture_sha256": _SHA,
            "warc": "contentkit-00000.warc.gz",
            "offset": 1024,
        },
    }


def reference_faults(
    validator: Draft202012Validator, document: Document
) -> set[tuple[str, str]]:
    """Return place and keyword of every fault by jsonschema."""
    faults = set()
    for error in validator.iter_errors(document):
        place, keys = list(error.absolute_path), [[]]
        if error.validator == "required":
            keys = [[k] for k in error.validator_value if k not in error.instance]
        elif error.validator == "additionalProperties":
            known = error.schema["properties"]
            keys = [[k] for k in error.instance if k not in known]
        faults |= {(path_of([*place, *key]), str(error.validator)) for key in keys}
    return faults


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--broken", type=int, default=50)
    options = parser.parse_args()
    edition = load_edition()
    reference = Draft202012Validator(json.loads(json.dumps(edition.document.schema)))
    readers: dict[str, Callable[[Document], object]] = {
        f"jsonschema {version('jsonschema')}, iter_errors": lambda document: list(
            reference.iter_errors(document)
        ),
        f"contentkit schema check (jsonschema-rs {version('jsonschema-rs')})": (
            lambda document: list(check_schema(document, edition.document))
        ),
        "contentkit validate_document, schema and all rules": (
            lambda document: validate_document(document, edition=edition, modes={})
        ),
    }
    spent = dict.fromkeys(readers, 0.0)
    differences = faults = 0
    source = documents(options.documents, options.broken)
    for reader in readers.values():
        reader(sound(0))
    while block := list(islice(source, _BLOCK)):
        for label, reader in readers.items():
            start = time.process_time()
            for document in block:
                reader(document)
            spent[label] += time.process_time() - start
        for document in block:
            expected = reference_faults(reference, document)
            found = {
                (finding.data["path"], finding.data["keyword"])
                for finding in check_schema(document, edition.document)
            }
            faults += len(expected)
            differences += expected != found
    slowest = next(iter(spent.values()))
    print(
        f"{options.documents:,} documents, 1 in {options.broken} broken, "
        f"{faults:,} faults, {differences} documents judged differently; "
        f"Python {python_version()}\n"
    )
    print("| validator | documents/s | µs a document | × jsonschema |")
    print("| --- | ---: | ---: | ---: |")
    for label, seconds in spent.items():
        rate = options.documents / seconds
        each = seconds / options.documents * 1e6
        print(f"| {label} | {rate:,.0f} | {each:.1f} | {slowest / seconds:.1f} |")


if __name__ == "__main__":
    main()
