from xml.etree import ElementTree

from bazaar import images
from bazaar.world import World


def test_every_group_has_a_well_formed_picture(tiny: World) -> None:
    for group in set(tiny.catalogue.group.tolist()):
        assert ElementTree.fromstring(images.image(tiny.catalogue, group) or b"").tag.endswith("svg")


def test_no_picture_of_what_is_not(tiny: World) -> None:
    assert images.image(tiny.catalogue, 10**6) is None
