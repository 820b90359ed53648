"""Accepted changes of a text: in text and HTML alike, with evidence that still stands."""

from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentkit.stages.edits import Edit, edit_html, edit_text, moved, place_edits

TEXT = "截止2024年，帐目清楚。截止日期不变。"
HTML = f"<p>{TEXT[:11]}</p><p>{TEXT[11:]}</p>"


def test_an_edit_is_made_at_its_own_occurrence():
    edits = [Edit(0, 2, "截至", "EXP-TYPO")]
    assert edit_text(TEXT, edits) == "截至2024年，帐目清楚。截止日期不变。"
    assert edit_html(TEXT, HTML, edits).startswith("<p>截至2024年")
    second = TEXT.rindex("截止")
    edits = [Edit(second, second + 2, "截至", "EXP-TYPO")]
    assert edit_html(TEXT, HTML, edits).endswith("截至日期不变。</p>")


def test_what_is_put_in_is_text_and_no_markup():
    edits = [Edit(0, 2, "<script>", "EXP-TYPO")]
    assert "&lt;script&gt;" in edit_html(TEXT, HTML, edits)


def test_words_that_stand_in_pieces_are_left_and_told():
    html = "<p>截<b>止</b>2024年，帐目清楚。截止日期不变。</p>"
    edits = [Edit(0, 2, "截至", "EXP-TYPO"), Edit(8, 9, "账", "EXP-TYPO")]
    placed, left = place_edits(TEXT, html, edits)
    assert [edit.new for edit in placed] == ["账"]
    assert [edit.new for edit in left] == ["截至"]


@pytest.mark.parametrize(
    ("offset", "is_end", "new"),
    [(0, False, 0), (1, False, 0), (1, True, 3), (2, False, 3), (9, True, 10)],
)
def test_offsets_move_with_the_text(offset, is_end, new):
    assert moved([Edit(0, 2, "甲乙丙", "x")], offset, is_end=is_end) == new


def test_the_same_words_before_do_not_mislead():
    edits = [Edit(1, 3, "乙", "x")]
    assert edit_html("甲甲甲", "<p>甲甲甲</p>", edits) == "<p>甲乙</p>"


def test_words_that_stand_once_are_found_where_text_and_html_differ():
    html = "<p>截止2024年</p><p>只在网页中</p>"
    edits = [Edit(0, 2, "截至", "EXP-TYPO")]
    assert edit_html("截止2024年", html, edits) == "<p>截至2024年</p><p>只在网页中</p>"


pieces = st.text("甲乙丙<&3 ", max_size=6)


words = pieces.filter(lambda text: text == text.strip())


@given(st.lists(st.tuples(pieces, words, pieces), max_size=5), pieces)
def test_text_and_html_say_the_same_after_any_edits(parts, tail):
    text, edits = "", []
    for before, old, new in parts:
        text += before
        if old:
            edits.append(Edit(len(text), len(text) + len(old), new, "x"))
        text += old
    text += tail
    html = f"<p>{escape(text, quote=False)}</p>"
    placed, left = place_edits(text, html, edits)
    assert not left
    changed = edit_text(text, placed)
    assert unescape(edit_html(text, html, placed)) == f"<p>{changed}</p>"
    for edit in placed:
        start = moved(placed, edit.start, is_end=False)
        assert changed[start : start + len(edit.new)] == edit.new
