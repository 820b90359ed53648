"""Identifiers are UUIDs version 5 of the URL, whatever makes them."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from contentkit.ids import document_id


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_id_is_the_uuid_of_the_url(url):
    assert document_id(url) == str(uuid.uuid5(uuid.NAMESPACE_URL, url))
