"""Bytes to text: claims, proofs, repairs, damage."""

import csv
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.extract.charset_claims import canonical_encoding, read_claims
from contentkit.extract.encoding import decode_page
from contentkit.findings import codes, explain

TABLES = Path(__file__).parents[1] / "tables"
CHARSETS = Path(__file__).parents[2] / "../shared/data/charsets"

SIMPLIFIED = (
    "各区县人民政府，市直各部门：为进一步做好政府信息公开工作，现将有关事项通知如下。"
)
TRADITIONAL = (
    "各區縣人民政府，市直各部門：為進一步做好政府資訊公開工作，現將有關事項通知如下。"
)
BODIES = {
    "utf-8": SIMPLIFIED,
    "gb18030": SIMPLIFIED,
    "big5hkscs": TRADITIONAL,
    "utf-16-le": SIMPLIFIED,
    "utf-16-be": SIMPLIFIED,
}
LABELS = ["utf-8", "gb2312", "GBK", "big5", "iso-8859-1", "euc-kr", "shift_jis", None]
FOREIGN = {
    "euc-kr": "구 인민정부는 재해 예방 업무를 강화하기 위하여 다음 사항을 알려 드립니다.",
    "euc-jp": "区人民政府は、防災業務を強化するため、次の事項をお知らせします。",
    "shift_jis": "区人民政府は、防災業務を強化するため、次の事項をお知らせします。",
    "windows-1251": "Правительство района сообщает о мерах по предупреждению бедствий.",
    "iso-8859-1": "Le gouvernement du district a présenté les mesures de prévention à l'été.",
}
UNDECIDED = {"charset-ambiguous", "TXT-01"}


def make_page(label, body, title="通知公告"):
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'
    return (
        f"<html><head>{meta if label else ''}<title>{title}</title></head>"
        f"<body><p>{body}</p></body></html>"
    )


def codes_of(decoded):
    return [finding.code for finding in decoded.findings]


def assert_quotes_fit(decoded):
    for finding in decoded.findings:
        assert explain(finding)
        assert "…" not in explain(finding, "en"), finding
        if finding.quote is not None:
            assert decoded.text[finding.start : finding.end] == finding.quote


@pytest.mark.parametrize("http", [None, "utf-8", "gbk", "big5", "windows-1252"])
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("encoding", BODIES)
def test_wrong_declarations_are_found_and_told(encoding, label, http):
    page = make_page(label, BODIES[encoding])
    decoded = decode_page(page.encode(encoding), http_charset=http)
    assert decoded.text == page
    assert decoded.encoding == encoding
    claims = read_claims(page.encode(encoding), http_charset=http)
    wrong = [c.label for c in claims if c.encoding != encoding]
    told = [f.data["declared"] for f in decoded.findings]
    assert codes_of(decoded) == ["charset-wrong"] * len(wrong)
    assert told == wrong


@pytest.mark.parametrize("label", FOREIGN)
def test_pages_in_other_languages(label):
    page = make_page(label, FOREIGN[label], title="News")
    decoded = decode_page(page.encode(label))
    assert decoded.text == page
    assert decoded.findings == ()


@pytest.mark.parametrize("label", ["windows-1251", "windows-874", "windows-1256"])
def test_chinese_under_the_declaration_of_another_script(label):
    page = make_page(label, SIMPLIFIED)
    decoded = decode_page(page.encode("gbk"))
    assert decoded.text == page
    assert codes_of(decoded) == ["charset-wrong"]


def iter_short_bodies():
    """Yield short bodies in every encoding that has their characters."""
    for body in ("年", "通知", "政府信息公开", "★·©", "路"):
        for encoding in ("utf-8", "gb18030", "big5hkscs", "utf-16-le"):
            if body.encode(encoding, "replace").decode(encoding) == body:
                yield body, encoding


@pytest.mark.parametrize(("body", "encoding"), list(iter_short_bodies()))
@pytest.mark.parametrize("label", LABELS)
def test_too_little_text_is_told_when_it_is_read_wrongly(body, encoding, label):
    page = make_page(label, body, title="")
    data = page.encode(encoding)
    decoded = decode_page(data)
    undeclared = canonical_encoding(label or "") in (None, "utf-8")
    if encoding == "gb18030" and body == "路" and undeclared:
        # 路 in GBK is byte for byte the middle dot in UTF-8: nobody can tell.
        assert decoded.text == page.replace("路", "·")
    elif decoded.text != page:
        assert {*codes_of(decoded)} & {*UNDECIDED, "charset-wrong"}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"<!-- <meta charset=big5> --><meta charset=gbk>", [("meta", "gb18030")]),
        (b"<META CONTENT='text/html; charset=GB2312'>", [("meta", "gb18030")]),
        (b"<script charset='gb2312' src='a.js'></script>", []),
        (b"<?xml version='1.0' encoding='Big5'?><rss>", [("xml", "big5hkscs")]),
        (b"<meta charset=utf-16>", []),
        (b"\xef\xbb\xbf<meta charset='x'>", [("bom", "utf-8"), ("meta", None)]),
        (b"<meta charset", []),
        (b"<meta charset=''>", []),
    ],
)
def test_claims_of_the_markup(head, expected):
    assert [(c.where, c.encoding) for c in read_claims(head)] == expected


def test_ascii_pages_take_the_declared_encoding_without_complaint():
    assert decode_page(b"<p>plain</p>").encoding == "utf-8"
    declared = decode_page(b"<meta charset=gb2312><p>plain</p>")
    assert (declared.encoding, declared.findings) == ("gb18030", ())
    assert decode_page(b"").text == ""


def test_the_byte_order_mark_is_no_text():
    for encoding in ("utf-8-sig", "utf-16"):
        decoded = decode_page(SIMPLIFIED.encode(encoding))
        assert (decoded.text, decoded.findings) == (SIMPLIFIED, ())


def test_an_unknown_label_is_told():
    page = make_page("gb23l2", SIMPLIFIED)
    decoded = decode_page(page.encode("gbk"))
    assert decoded.text == page
    assert codes_of(decoded) == ["charset-unknown"]
    assert_quotes_fit(decoded)
    assert codes_of(decode_page(b"plain \xe4\xb8\xad\xe6\x96\x87", override="huh"))


def test_a_profile_beats_every_declaration():
    data = make_page("utf-8", SIMPLIFIED).encode("gbk")
    decoded = decode_page(data, http_charset="utf-8", override="GB2312")
    assert decoded.encoding == "gb18030"
    assert decoded.findings == ()


@pytest.mark.parametrize("label", ["utf-8", "gbk", None])
def test_one_bad_byte_does_not_flip_the_page(label):
    page = make_page(label, SIMPLIFIED * 3 + "<b>附件</b>" + SIMPLIFIED)
    data = page.encode()
    at = data.index("<b>附".encode()) + 3
    decoded = decode_page(data[:at] + b"\xd6" + data[at:])
    assert decoded.encoding == "utf-8"
    assert decoded.text == page.replace("<b>附", "<b>\ufffd附")
    damage = next(f for f in decoded.findings if f.code == "TXT-01")
    assert damage.quote == "\ufffd附件"
    assert damage.data == {"way": "undecodable", "count": 1}
    assert_quotes_fit(decoded)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs"])
def test_a_character_cut_at_the_end(encoding):
    page = make_page(encoding, BODIES[encoding] * 2)
    whole = page.removesuffix("</p></body></html>").removesuffix("。").encode(encoding)
    decoded = decode_page(whole[:-1])
    assert decoded.encoding == encoding
    assert decoded.text.rstrip("\ufffd") == whole.decode(encoding)[:-1]
    assert [f.data["way"] for f in decoded.findings] == ["truncated"]
    assert_quotes_fit(decoded)


def test_a_passage_in_gbk_inside_a_utf8_page():
    page = make_page("utf-8", f"{SIMPLIFIED}<i>@</i>{SIMPLIFIED}")
    data = page.encode().replace(b"@", "政府办公室".encode("gbk"))
    decoded = decode_page(data)
    assert decoded.text == page.replace("@", "政府办公室")
    assert codes_of(decoded) == ["charset-repaired"]
    assert_quotes_fit(decoded)


@pytest.mark.parametrize("passage", ["政府办公", "政府办公室", "政府办公室，各部门"])
def test_a_passage_in_utf8_inside_a_gbk_page(passage):
    page = make_page("gb2312", f"{SIMPLIFIED}<i>@</i>{SIMPLIFIED}")
    data = page.encode("gbk").replace(b"@", passage.encode())
    decoded = decode_page(data)
    assert decoded.text == page.replace("@", passage)
    assert "charset-repaired" in codes_of(decoded)
    assert_quotes_fit(decoded)


MOJIBAKE = tomllib.loads((TABLES / "mojibake.toml").read_text())["row"]


@pytest.mark.parametrize("outer", ["utf-8", "gb18030"])
@pytest.mark.parametrize("row", MOJIBAKE, ids=lambda row: row["why"])
def test_text_read_wrongly_before_it_was_saved(row, outer):
    page = make_page(outer, f"{SIMPLIFIED}<b>@</b>")
    decoded = decode_page(page.replace("@", row["text"]).encode(outer))
    assert decoded.text == page.replace("@", row.get("after", row["text"]))
    expected = {"charset-repaired"} if "after" in row else set()
    if "lost" in row:
        expected.add("TXT-01")
    assert {*codes_of(decoded)} == expected
    assert_quotes_fit(decoded)


def test_an_address_is_never_changed():
    address = "/files/ä¸\xadæ–‡-ä¿¡æ\x81¯.doc"
    link = f'<a href="{address}" title="ä¸\xadæ–‡">ä¸\xadæ–‡</a>'
    page = make_page("utf-8", SIMPLIFIED + link)
    decoded = decode_page(page.encode())
    assert f'<a href="{address}" title="中文">中文</a>' in decoded.text
    (garbled,) = (f for f in decoded.findings if f.code == "garbled-address")
    assert (garbled.quote, garbled.proposal) == (address, "/files/中文-信息.doc")
    assert codes_of(decoded).count("charset-repaired") == 2
    assert_quotes_fit(decoded)


def test_a_page_of_damage_tells_a_few_places_and_the_count():
    page = make_page("utf-8", "<br>".join(["锟斤拷"] * 50 + [SIMPLIFIED]))
    findings = decode_page(page.encode()).findings
    assert len(findings) == 5
    assert {f.data["count"] for f in findings} == {50}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs", "utf-16-le"])
@given(data=st.data())
def test_text_comes_back_under_its_own_declaration(encoding, data):
    alphabet = st.sampled_from(BODIES[encoding] + "<>/pab 12\n")
    text = make_page(encoding, data.draw(st.text(alphabet, min_size=12, max_size=60)))
    assert decode_page(text.encode(encoding), http_charset=encoding).text == text


@given(
    data=st.binary(max_size=300),
    http=st.none() | st.text(max_size=12) | st.sampled_from(["gbk", "utf-8", "big5"]),
    override=st.none() | st.sampled_from(["gbk", "utf-16", "nonsense"]),
)
def test_any_bytes_give_a_text(data, http, override):
    decoded = decode_page(data, http_charset=http, override=override)
    decoded.text.encode("utf-8")
    assert_quotes_fit(decoded)
    if "\ufffd" in decoded.text:
        assert "TXT-01" in codes_of(decoded)


@given(st.lists(st.sampled_from(["鐨勬", "ä¸­", "ÖÐ", "锛", "的", "\ufffd", "a?", "é"])))
def test_repairs_never_touch_more_than_they_tell(pieces):
    text = "".join(pieces)
    assert_quotes_fit(decode_page(text.encode(), http_charset="utf-8"))


def test_every_code_of_this_module_is_listed():
    assert {"charset-wrong", "charset-ambiguous", "charset-unknown"} < set(codes())


def letters(text):
    """Return the letters alone: the codecs of a family differ in punctuation."""
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize("declared", [True, False])
def test_real_feeds(declared):
    table = CHARSETS / "expected.tsv"
    if not table.exists():
        pytest.skip("../shared/data/charsets is absent: real-data test skipped")
    with table.open() as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    for row in rows:
        data = (CHARSETS / row["file"]).read_bytes()
        if not declared:
            data = re.sub(rb"(charset|encoding)=", b"x=", data)
        decoded = decode_page(data)
        expected = data.decode(row["decode_with"])
        assert letters(decoded.text) == letters(expected), row["file"]
        assert decoded.findings == (), row["file"]
