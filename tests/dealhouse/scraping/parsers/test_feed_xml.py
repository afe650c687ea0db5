import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dealhouse.scraping.parsers import feed_xml
from dealhouse.scraping.parsers.feed_xml import Names, fields, is_whole, spans

KNOWN = {"id": "id", "title": "title", "link": "link", "gtin": "gtin", "shipping": "shipping", "price": "price"}
HEAD = '<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>'
TAIL = "</channel></rss>"


def read(document: str) -> list[dict[str, str]]:
    body = document.encode()
    names = Names(KNOWN, body)
    return [fields(body[start:end].decode(), names) for start, end, _ in spans(body)]


def by_tree(document: str) -> list[dict[str, str]]:
    """The same by libxml2, of a well-formed document."""
    items = []
    for element in etree.fromstring(document.encode()).iter("item"):
        item: dict[str, str] = {}
        for child in element:
            if not isinstance(child.tag, str):
                continue
            name: Any = KNOWN.get(child.tag.rpartition("}")[2].lower())
            is_shipping = any(isinstance(each.tag, str) for each in child)
            text = ":::" + str(child[0].text).strip() if is_shipping else str(child.xpath("string()")).strip()
            if name and text:
                item[name] = item[name] + "," + text if name in item and name in feed_xml.SEVERAL else item.get(name) or text
        items.append(item)
    return items


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20).map(str.strip)
VALUES = st.one_of(
    TEXTS.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")),
    TEXTS.filter(lambda text: "]]>" not in text).map(lambda text: f"<![CDATA[{text}]]>"),
    TEXTS.filter(lambda text: "--" not in text and not text.endswith("-")).map(lambda text: f"<!--{text}-->x&#246;&amp;y"),
    st.just("a <![CDATA[<item>]]> b"),
)
TAGS = st.sampled_from(("g:id", "title", "g:title", "link", "g:gtin", "description", "g:price"))
FIELDS = st.one_of(
    st.tuples(TAGS, VALUES).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"),
    TAGS.map(lambda tag: f"<{tag}/>"),
    st.just("<!-- </item><item><g:id>7</g:id> -->"),
    st.just("<g:shipping>\n<g:price>4.95 EUR</g:price>\n</g:shipping>"),
    st.just('<g:title lang="de">Lampe</g:title >'),
)
ITEMS = st.lists(FIELDS, max_size=6).map(lambda found: "<item>" + "\n".join(found) + "</item>")


@settings(max_examples=60, deadline=None)
@given(st.lists(ITEMS, max_size=4))
def test_a_well_formed_feed_reads_as_its_tree(items: list[str]) -> None:
    document = HEAD + "\n".join(items) + "<!-- <item><g:id>9</g:id></item> -->" + TAIL
    assert read(document) == by_tree(document)


@pytest.mark.parametrize(
    ("body", "item"),
    [
        ("<g:id>1</g:id><title>A & B</title>", {"id": "1", "title": "A & B"}),
        ("<g:id>1</g:id><title>A</titel><g:price>5</g:prce>", {"id": "1", "title": "A", "price": "5"}),
        ("<title>A<br>b &amp; <b>c</b></title><g:price>5</g:price>", {"title": "A b & c", "price": "5"}),
        ("<title>A < b <![CDATA[<c>]]></title><g:price>5</g:price>", {"title": "A < b <c>", "price": "5"}),
        ("<g:id>1</g:id><link>https://a/?a=1&b=2</link>", {"id": "1", "link": "https://a/?a=1&b=2"}),
        ("<g:id>1</g:id><title>A&nbsp;B</title>", {"id": "1", "title": "A\xa0B"}),
        ("<title>A</g:title><g:id>1</g:id>", {"id": "1", "title": "A"}),
        ("<title><b>A</b> c</title>", {"title": "A c"}),
        ("<media:title>no</media:title><title>yes</title>", {"title": "yes"}),
        ("<TITLE>yes</TITLE>", {"title": "yes"}),
        ("<title></title><g:title>yes</g:title>", {"title": "yes"}),
        ("<gtin>1</gtin><gtin>2</gtin>", {"gtin": "1,2"}),
        ('<link rel="self" href="https://no"/><link href="https://yes?a=1&amp;b"/>', {"link": "https://yes?a=1&b"}),
        ("<g:shipping><g:country>DE</g:country><g:price>4,95 EUR</g:price></g:shipping>", {"shipping": "DE:::4,95 EUR"}),
        ("<title>&e9; &#0; &#xD800; &#x41;</title>", {"title": "&e9;   A"}),
        ("<title>A</title", {"title": "A"}),
    ],
)
def test_an_item_is_read_whatever_its_shape(body: str, item: dict[str, str]) -> None:
    assert read(f"{HEAD}<item>{body}</item>{TAIL}") == [item]


def test_the_prefix_is_the_one_that_stands_for_googles_namespace() -> None:
    document = HEAD.replace("xmlns:g", "xmlns:ns0") + "<item><ns0:id>1</ns0:id><ns1:id>2</ns1:id></item>" + TAIL
    assert read(document) == [{"id": "1"}]


def test_an_item_that_does_not_end_is_cut_and_costs_no_other() -> None:
    body = (HEAD + "<item><g:id>1</g:id><item><g:id>2</g:id></item><item><g:id>3").encode()
    assert [is_cut for _, _, is_cut in spans(body)] == [True, False, True]


@pytest.mark.parametrize(
    ("document", "whole"),
    [
        (HEAD + TAIL, True),
        (HEAD + TAIL + "\n<!-- made in 3 s -->\n", True),
        ("<products><product/></products>", True),
        (HEAD + TAIL[:-3], False),
        (HEAD, False),
        ("", False),
    ],
)
def test_a_feed_ends_with_its_root(document: str, whole: bool) -> None:
    assert is_whole(document.encode()) is whole


@pytest.mark.parametrize(
    "piece",
    ["<item>", "<item", "<item ", "<!--", "<![CDATA[", "<item><![CDATA[", "<a>", "<a><b></b>", "<a ", "&amp", "<item><a>"],
)
def test_much_of_anything_is_read_at_once(piece: str) -> None:
    started = time.process_time()
    read(f"<rss><item>{piece * (200_000 // len(piece))}</item></rss>")
    read(f"<rss><item><title><i>{piece * (200_000 // len(piece))}</title></item></rss>")
    assert time.process_time() - started < 3
