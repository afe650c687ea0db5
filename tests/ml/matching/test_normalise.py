import pytest

from ml.matching.normalise import brand_in_title, brand_key, code_key, known_brands, read


@pytest.mark.parametrize(
    ("title", "variant", "dimension", "values"),
    [
        ("Handy 256 GB", "", "gb", {"256gb"}),
        ("Festplatte 1TB", "", "gb", {"1000gb"}),
        ("Smartphone 128 Go noir", "", "gb", {"128gb"}),
        ("Olivenöl 1,5 l", "", "ml", {"1500ml"}),
        ("Parfum 50cl", "", "ml", {"500ml"}),
        ("Hundefutter 1.000 g", "", "g", {"1000g"}),
        ("Hundefutter 12kg", "", "g", {"12000g"}),
        ('TV 55"', "", "in", {"55in"}),
        ("Fernseher 140 cm", "", "in", {"55in"}),
        ("Televisor 190 cm", "", "in", {"75in"}),
        ("TV 55-inch", "", "in", {"55in"}),
        ("Fernseher 55 Zoll", "", "in", {"55in"}),
        ("Wasser 6 x 330 ml", "", "pack", {"pack6"}),
        ("Batterien 4er Pack", "", "pack", {"pack4"}),
        ("Pack of 3 towels", "", "pack", {"pack3"}),
        ("Dog food 4 kg 2 x", "", "pack", {"pack2"}),
        ("Dog food", "4 kg / 2 x", "pack", {"pack2"}),
        ("Dog food 4 kg", "", "pack", {"pack1"}),
        ("Laptop 16 GB, 1 TB", "", "gb:all", {"1000gb+16gb"}),
        ("Lot de 2 oreillers", "", "pack", {"pack2"}),
        ("Laufschuh Größe 42,5", "", "size:eu", {"size42.5"}),
        ("Runner", "42 / Black", "size:eu", {"size42"}),
        ("Runner UK 8", "", "size:uk", {"uk8"}),
        ("T-Shirt", "XL", "size:letter", {"sizexl"}),
        ("Kopfhörer schwarz", "", "colour", {"black"}),
        ("Casque blanc", "", "colour", {"white"}),
        ("Słuchawki", "czarny", "colour", {"black"}),
    ],
)
def test_variant_words_of_many_shops_read_alike(title: str, variant: str, dimension: str, values: set[str]) -> None:
    assert set(read(title, variant).variants.get(dimension, ())) == values


@pytest.mark.parametrize(
    ("title", "dimension"),
    [
        ("Phone 5G dual", "g"), ("Laptop 2 in 1", "in"), ("Bohrer 18V 500W", "v"), ("Kühlschrank 185 cm", "in"),
        ("Camera 4 x zoom", "pack"),
    ],
)
def test_what_is_no_variant_is_left_alone(title: str, dimension: str) -> None:
    assert dimension not in read(title).variants


@pytest.mark.parametrize(
    ("one", "other"),
    [("Galaxy S9+ Handy", "Galaxy S9 Plus Handy"), ("Mark II body", "Mark 2 body"), ("Orion7 Pro", "Orion 7 Pro")],
)
def test_names_of_models_read_alike(one: str, other: str) -> None:
    assert read(one) == read(other)


@pytest.mark.parametrize("title", ["wh1000xm4", "dyrx690", "ii", "fridge a++"])
def test_what_is_no_name_stays(title: str) -> None:
    assert read(title).text == title.removesuffix("++")


def test_codes_and_numbers() -> None:
    reading = read("Sony WH-1000XM4 Kopfhörer Eau-de-Parfum iPhone 13 v11 256GB")
    assert reading.codes == {"wh1000xm4"}
    assert reading.numbers == {"13", "v11"}
    assert reading.text.startswith("sony wh1000xm4 kopfhorer eau de parfum")


@pytest.mark.parametrize("title", ["", "   ", "-", "ß", "日本語", "x" * 5000, "1" * 400, "£$%^&*()"])
def test_any_title_can_be_read(title: str) -> None:
    assert read(title, title).text is not None


def test_brands_lose_their_forms() -> None:
    assert brand_key("Hewlett-Packard Inc.") == brand_key("HP") == "hp"
    assert brand_key("Bosch GmbH") == brand_key("BOSCH") == "bosch"
    assert brand_key("") == ""
    assert code_key("WH-1000/XM4 b") == "wh1000xm4b"


def test_a_brand_is_read_from_a_title_only_when_two_merchants_know_it() -> None:
    known = known_brands(["bosch", "bosch", "solo"], ["a", "b", "a"])
    assert known == {"bosch"}
    assert brand_in_title("new bosch drill", known) == "bosch"
    assert brand_in_title("solo drill", known) == ""
