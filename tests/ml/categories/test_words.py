import pytest

from ml.categories.words import Source, said


@pytest.mark.parametrize(
    ("path", "title", "name", "source"),
    [
        ("Electronics > Phones", "", "phones", Source.PATH),
        ("Elektronik / Handys & Smartphones", "", "mobile phones", Source.PATH),
        ("Électronique > Téléphones", "", "phones", Source.PATH),
        ("Home > Kitchen > Coffee machines", "", "coffee machines", Source.PATH),
        ("Things > Stuff", "Bosch Waschmaschine 8 kg", "washing machines", Source.TITLE),
        ("Food", "Royal Trockenfutter 2 kg", "dry food", Source.TITLE),
        ("Pets > Food", "Royal 2 kg", "pets", Source.BROAD),
        ("", "Liebherr Einbaukühlschrank", "fridges", Source.TITLE),
        ("", "Fridge freezer 70/30", "fridge freezers", Source.TITLE),
        ("", "Beko dishwasher or washing machine", "appliances", Source.TITLE),
        ("", "TV stand with speaker", None, Source.NONE),
        ("", "Hülle für Handy", None, Source.NONE),
        ("", "Gift card", None, Source.NONE),
    ],
)
def test_other_rather_than_wrong(path: str, title: str, name: str | None, source: Source) -> None:
    found = said(title, path)
    assert (found.node.name if found.node else None, found.source) == (name, source)


def test_what_named_it_is_no_second_witness() -> None:
    assert said("Norvik smartphone 128", "", "A smartphone by Norvik").rest == "norvik 128 d:a d:by d:norvik"
    assert said("Norvik smartphone 128", "Shop > Phones").rest == "norvik smartphone 128 p:shop"
