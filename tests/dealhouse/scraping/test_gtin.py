import pytest

from dealhouse.scraping.gtin import normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4006381333931", "04006381333931"), ("04006381333931", "04006381333931"), (4006381333931, "04006381333931"),
        ("96385074", "00000096385074"), ("036000291452", "00036000291452"), ("978-3-16-148410-0", "09783161484100"),
        (" 4006381 333931 ", "04006381333931"), ("gtin:4006381333931", "04006381333931"), ("EAN 4006381333931", "04006381333931"),
    ],
)
def test_a_number_is_fourteen_digits(text: str | int, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    "text", [None, "", "4006381333932", "0000000000000", "123", "400638133393", "40063813339311", "n/a", "٤٠٠٦٣٨١٣٣٣٩٣١", "1e12"]
)
def test_what_is_no_number_is_none(text: str | None) -> None:
    assert normalise(text) is None
