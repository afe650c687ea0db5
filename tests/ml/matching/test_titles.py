import pytest

from ml.matching.titles import clean, is_shouted, noise, spoken, with_variant


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Falcon 3 128GB NEW!", "Falcon 3 128GB"), ("★★ Falcon 3 – Sonderposten !!!", "Falcon 3"),
        ("Falcon 3 - best price", "Falcon 3"),
        ("Falcon 3 NEW", "Falcon 3"), ("New Balance 574", "New Balance 574"), ("Shoes New Balance", "Shoes New Balance"),
        ("Polo Sale Marino", "Polo Sale Marino"), ("NEW!", "NEW"), ("  Falcon   3 ", "Falcon 3"), ("Tank Top", "Tank Top"),
        ("Falcon 3 (Free Shipping) *NEW*", "Falcon 3"), ("Yahoo!", "Yahoo"), ("FALCON PHONE BRAND NEW", "FALCON PHONE BRAND NEW"),
    ],
)
def test_cries_at_the_ends_go_and_names_stay(title: str, said: str) -> None:
    assert clean(title) == said


def test_a_shouted_title_is_spoken_and_codes_keep_their_capitals() -> None:
    assert is_shouted("FALCON PHONE 64GB BLACK")
    assert not is_shouted("HP 302XL")
    assert not is_shouted("HP LASERJET Pro")
    assert spoken("FALCON PHONE WH-1000XM4 64GB LED") == "Falcon Phone WH-1000XM4 64GB LED"
    assert spoken("Falcon LED") == "Falcon LED"
    assert noise("FALCON PHONE BLACK NEW!") > noise("FALCON PHONE BLACK") > noise("Falcon phone") == 0


def test_a_variant_is_said_once() -> None:
    assert with_variant("Falcon", "64GB / Black") == "Falcon, 64GB / Black"
    assert with_variant("Falcon 64 GB", "64GB / Black") == "Falcon 64 GB, Black"
    assert with_variant("Falcon", "Default Title") == with_variant("Falcon", "") == "Falcon"
