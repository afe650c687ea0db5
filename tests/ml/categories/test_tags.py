import pytest

from ml.categories.tags import Tag, agree, traits
from ml.matching.normalise import read


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Apple iPhone 8 64GB silver refurbished", {"capacity": "64 GB", "colour": "silver", "condition": "refurbished"}),
        ("Festplatte 2TB", {"capacity": "2 TB"}),
        ("Laufschuhe Herren EU 42 schwarz", {"audience": "men", "size": "EU 42", "colour": "black"}),
        ("Kühlschrank Edelstahl EEK A++", {"material": "stainless steel", "energy class": "A++"}),
        ("Royal Adult 12 kg 2er Pack", {"age": "adult", "weight": "12 kg", "pack": "2 pack"}),
        ("Eau de Parfum 50 ml for her", {"volume": "50 ml", "audience": "women"}),
        ("Casque sans fil Bluetooth", {"connectivity": "bluetooth"}),
        ("For her and for him", {}),
        ("Norvik A11", {}),
    ],
)
def test_a_title_states_its_traits(title: str, wanted: dict[str, str]) -> None:
    found = dict(sorted(traits(title, variants=read(title).variants), reverse=True))
    assert found == wanted


def test_a_title_is_surer_than_a_description() -> None:
    found = traits("Leather bag", "", "Made of cotton")
    assert found["material", "leather"] > found["material", "cotton"]


def test_offers_that_differ_leave_no_tag_and_many_that_agree_a_sure_one() -> None:
    blue, red = {("colour", "blue"): 0.95}, {("colour", "red"): 0.95}
    assert agree([blue, blue, {}]) == [Tag("colour", "blue", 0.99)]
    assert agree([blue, red]) == []
    assert [tag.value for tag in agree([blue, blue, blue, red])] == ["blue"]
