"""UBL's namespaces, and trees written as nested data: what is ``None`` is left out."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from lxml import etree

INVOICE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
NAMESPACES: Final[dict[str, str]] = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "kervan": "urn:kervan:unsigned-draft",
}

Node = tuple[str, "str | Sequence[Node | None]", Mapping[str, str]]
"""An element: its prefixed name, its text or its children, its attributes."""


def leaf(name: str, text: str, **attributes: str) -> Node:
    """An element with text; characters that XML 1.0 cannot hold become spaces."""
    return (name, "".join(map(_allowed, text)), attributes)


def leaf_if(name: str, text: str) -> Node | None:
    """An element with text, or nothing where the text is blank."""
    return leaf(name, text) if text.strip() else None


def group(name: str, *children: Node | None) -> Node:
    """An element with children."""
    return (name, children, {})


def tag(name: str) -> str:
    """A prefixed name as lxml wants it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def grow(parent: etree._Element, node: Node) -> None:
    """Put a node with all below it at the end of ``parent``."""
    name, content, attributes = node
    element = etree.SubElement(parent, tag(name), dict(attributes))
    if isinstance(content, str):
        element.text = content
        return
    for child in content:
        if child is not None:
            grow(element, child)


def plain(number: Decimal) -> str:
    """A number without exponent, and without zeros at the end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _allowed(character: str) -> str:
    point = ord(character)
    legal = point in {0x9, 0xA, 0xD} or 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or point >= 0x10000
    return character if legal else " "
