"""A small bundle with a bit of everything, and the means to damage it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from contentkit.bundle.info import BundleInfo
from contentkit.bundle.reconcile import UrlFate, reconcile
from contentkit.bundle.redirects import Redirect, Status
from contentkit.bundle.write import BundleSummary, BundleWriter
from contentkit.ids import document_id
from contentkit.resources import schema_file, schema_names

HOST = "http://www.old-district.example"
FILES = (b"%PDF-1.4 a synthetic attachment", b"\x89PNG a synthetic picture")
OPTIONAL = ("subtitle", "summary", "index_number", "doc_number", "registry_number")
OPTIONAL += ("written_on", "author", "topic", "genre", "directory", "disclosure")
OPTIONAL += ("disclosure_scope", "policy")
REPEAL = "本办法自2024年1月1日起施行。原《河道管理暂行办法》同时废止。"


class Builder:
    """Writes bundles of synthetic documents; every argument has a sensible default."""

    info = BundleInfo(
        site="old-district",
        run="7",
        schema_edition="zj-2020",
        bagging_date="2026-01-31",
        software="contentkit 0.1.0",
        organization="示例区人民政府办公室",
    )
    host = HOST
    files = FILES

    def document(self, number: int, **changes: Any) -> dict[str, Any]:
        """Return a valid article with every key of the contract."""
        url = f"{HOST}/art/{number}.html"
        document: dict[str, Any] = dict.fromkeys(OPTIONAL)
        document |= {
            "id": document_id(url),
            "kind": "article",
            "url": url,
            "path": f"/zwyw/{number}.html",
            "title": f"第{number}号新闻",
            "issuer": {"name": "示例区人民政府办公室", "code": None},
            "published_at": "2020-03-04T09:30+08:00",
            "source": "示例日报",
            "column": "zwyw",
            "body_html": f"<p>正文{number}</p>",
            "body_text": f"正文{number}",
            "provenance": {
                "captured_at": "2026-01-30T08:00:00+08:00",
                "capture_sha256": hashlib.sha256(url.encode()).hexdigest(),
                "warc": "archive/00000.warc.gz",
                "offset": 100 * number,
            },
        }
        for key in ("co_issuers", "keywords", "article20", "attachments", "images"):
            document[key] = []
        return document | changes

    def attachment(self, content: bytes, ordinal: int = 1) -> dict[str, Any]:
        """Return the entry of an attachment with this content."""
        sha256 = hashlib.sha256(content).hexdigest()
        return {
            "ordinal": ordinal,
            "name": "附件.pdf",
            "media_type": "application/pdf",
            "bytes": len(content),
            "sha256": sha256,
            "origin_url": f"{HOST}/files/{sha256[:6]}.pdf",
            "path": f"files/{sha256[:2]}/{sha256}",
        }

    def column(self, code: str = "zwyw", parent: str | None = None) -> dict[str, Any]:
        """Return a platform column."""
        legacy = [
            {
                "name": "政务要闻",
                "url": f"{HOST}/col/1/",
                "documents": 3,
                "action": "map",
            }
        ]
        return {
            "code": code,
            "name": "政务要闻",
            "parent": parent,
            "path": f"/{code}/",
            "article20": [],
            "legacy": legacy,
        }

    def policy(self) -> dict[str, Any]:
        """Return a policy document whose repealing words are quoted elsewhere."""
        return self.document(
            90000,
            kind="policy",
            title="河道管理暂行办法",
            disclosure="主动公开",
            disclosure_scope="面向社会",
            policy={
                "is_normative": True,
                "effective_on": "2010-01-01",
                "effective_rule": None,
                "expires_on": None,
                "validity_years": None,
                "validity": "repealed",
                "validity_as_of": "2026-01-31",
                "validity_basis": [self.evidence()],
                "repealed_on": "2024-01-01",
            },
        )

    def evidence(self) -> dict[str, Any]:
        """Return the quoted evidence of a repeal, in document 90001."""
        quote = "原《河道管理暂行办法》同时废止"
        start = REPEAL.index(quote)
        return {
            "document": document_id(f"{HOST}/art/90001.html"),
            "rule": "repeal-named",
            "quote": quote,
            "start": start,
            "end": start + len(quote),
        }

    def documents(self, count: int = 3) -> list[dict[str, Any]]:
        """Return articles, one with files, and the two ends of a repeal, sorted."""
        documents = [self.document(number) for number in range(count)]
        documents[0]["attachments"] = [self.attachment(FILES[0])]
        documents[0]["images"] = [self.attachment(FILES[1])]
        documents += [self.policy(), self.document(90001, body_text=REPEAL)]
        return sorted(documents, key=lambda document: document["id"])

    def redirects(self, documents: list[dict[str, Any]]) -> list[Redirect]:
        """Return a redirect for each document and one of every other status."""
        redirects = [
            Redirect(from_url=d["url"], to=d["path"], status=Status.MOVED)
            for d in documents
        ]
        path = self.attachment(FILES[0])["path"]
        redirects += [
            Redirect(from_url=f"{HOST}/a.pdf", to=f"/{path}", status=Status.MOVED),
            Redirect(from_url=f"{HOST}/col/1/", to="/zwyw/", status=Status.MOVED),
            Redirect(from_url=f"{HOST}/gone", to=None, status=Status.GONE),
            Redirect(from_url=f"{HOST}/later", to=None, status=Status.UNRESOLVED),
            Redirect(from_url=f"{HOST}/old", to=None, status=Status.ARCHIVE),
        ]
        return sorted(redirects, key=lambda redirect: redirect.from_url)

    def fates(self, documents: list[dict[str, Any]]) -> list[UrlFate]:
        """Return the fates that explain these documents and both files."""
        fates = [
            UrlFate(url=d["url"], fate="migrated", column="col/1", target=d["id"])
            for d in documents
        ]
        for number, content in enumerate(FILES):
            sha256 = hashlib.sha256(content).hexdigest()
            url = f"{HOST}/files/{number}"
            fates.append(UrlFate(url=url, fate="asset", target=sha256))
        fates += [
            UrlFate(url=f"{HOST}/col/1/", fate="column", target="zwyw"),
            UrlFate(url=f"{HOST}/gone", fate="not-fetched", reason="http-404"),
        ]
        return sorted(fates, key=lambda fate: fate.url)

    def fill(self, writer: BundleWriter, count: int = 3) -> None:
        """Put everything into a writer but the closing."""
        documents = self.documents(count)
        for document in documents:
            writer.add_document(document)
        writer.add_column(self.column())
        writer.add_column(self.column("zwyw-sub", "zwyw"))
        for content in FILES:
            writer.add_file(hashlib.sha256(content).hexdigest(), [content])
        relation = {
            "type": "repeals",
            "source": document_id(f"{HOST}/art/90001.html"),
            "target": document_id(f"{HOST}/art/90000.html"),
            "evidence": self.evidence(),
        }
        writer.add_relation(relation)
        for redirect in self.redirects(documents):
            writer.add_redirect(redirect)
        self.prove(writer, self.fates(documents))

    def prove(self, writer: BundleWriter, fates: list[UrlFate]) -> None:
        """Put schemas and reports into a writer."""
        for name in schema_names("zj-2020"):
            writer.add_schema(name, schema_file("zj-2020", name).read_bytes())
        proof = reconcile(fates, writer.view())
        assert proof.is_whole, proof.gaps
        writer.add_report("reconciliation.json", orjson.dumps(proof.to_json()))
        writer.add_report("report.html", [b"<!doctype html>", b"<title>r</title>"])

    def write_documents(
        self,
        out: Path,
        documents: list[dict[str, Any]],
        *,
        parent: str | None = None,
        tombstones: tuple[dict[str, Any], ...] = (),
    ) -> None:
        """Write a bundle of documents without files, in any order."""
        info = replace(self.info, parent=parent)
        with BundleWriter(out, info=info) as writer:
            for document in sorted(documents, key=lambda document: document["id"]):
                writer.add_document(document)
            writer.add_column(self.column())
            for tombstone in tombstones:
                writer.add_tombstone(tombstone)
            fates = [
                UrlFate(url=d["url"], fate="migrated", target=d["id"])
                for d in documents
            ]
            self.prove(writer, sorted(fates, key=lambda fate: fate.url))
            writer.close()

    def read_documents(self, out: Path) -> list[dict[str, Any]]:
        """Return all documents of a bundle."""
        files = sorted((out / "data/documents").iterdir())
        return [
            orjson.loads(line)
            for p in files
            for line in p.read_bytes().split(b"\n")
            if line
        ]

    def write(self, out: Path, count: int = 3) -> BundleSummary:
        """Write a whole, valid bundle."""
        with BundleWriter(out, info=self.info) as writer:
            self.fill(writer, count)
            return writer.close()


@pytest.fixture
def builder() -> Builder:
    return Builder()


@pytest.fixture
def bundle(builder: Builder, tmp_path: Path) -> Path:
    """A valid bundle, fresh for each test."""
    return builder.write(tmp_path / "bundle").path


@pytest.fixture
def reseal() -> Callable[[Path], None]:
    """Renew the manifests after a change, as someone who hides a change would."""
    return _reseal


def _reseal(root: Path) -> None:
    payload = sorted(p for p in (root / "data").rglob("*") if p.is_file())
    lines = [f"{_sha256(p)}  {p.relative_to(root).as_posix()}\n" for p in payload]
    (root / "manifest-sha256.txt").write_text("".join(lines), encoding="utf-8")
    oxum = f"{sum(p.stat().st_size for p in payload)}.{len(payload)}"
    info = root / "bag-info.txt"
    text = info.read_text(encoding="utf-8").splitlines(keepends=True)
    text = [f"Payload-Oxum: {oxum}\n" if "Oxum" in line else line for line in text]
    info.write_text("".join(text), encoding="utf-8")
    tags = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    lines = [f"{_sha256(root / name)}  {name}\n" for name in tags]
    (root / "tagmanifest-sha256.txt").write_text("".join(lines), encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
