"""The names inside a bundle (CONTRACT section 5)."""

FORMAT_VERSION = "1"
PROFILE_IDENTIFIER = "urn:contentkit:bagit-profile:1"

BAGIT = "bagit.txt"
BAG_INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
FETCH = "fetch.txt"
BAGIT_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

BUNDLE = "data/bundle.json"
DOCUMENTS = "data/documents"
COLUMNS = "data/columns.jsonl"
RELATIONS = "data/relations.jsonl"
REDIRECTS = "data/redirects.jsonl"
REDIRECTS_CSV = "data/redirects.csv"
REDIRECTS_NGINX = "data/redirects.nginx.conf"
TOMBSTONES = "data/tombstones.jsonl"
FILES = "data/files"
SCHEMAS = "data/schemas"
REPORTS = "data/reports"
RECONCILIATION = "data/reports/reconciliation.json"

DOCUMENTS_PER_FILE = 1000


def file_path(sha256: str) -> str:
    """Return where the bundle keeps a file of this content.

    >>> file_path("ab" + 62 * "0")[:20]
    'data/files/ab/ab0000'
    """
    return f"{FILES}/{sha256[:2]}/{sha256}"


def documents_path(number: int) -> str:
    """Return the path of the n-th file of documents, counted from 0.

    >>> documents_path(12)
    'data/documents/00012.jsonl'
    """
    return f"{DOCUMENTS}/{number:05d}.jsonl"
