"""XML parts of office files, parsed without entities, network or unbounded trees."""

from lxml import etree

from contentkit.filetext.result import FileState, Unreadable


def parse_part(data: bytes, name: str) -> etree._Element:
    """Return the root of a part; raises `Unreadable` for what is not XML.

    The part was unpacked within limits, so `huge_tree` costs no more than its size.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(FileState.DAMAGED, f"{name}: {error}") from error


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
