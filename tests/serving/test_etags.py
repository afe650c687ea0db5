import pytest

from serving import etags

TAG = '"deal-v1-abc"'


@pytest.mark.parametrize("header", [TAG, f"W/{TAG}", f'"x", {TAG}', "*", f' {TAG} ,"y"'])
def test_a_client_that_has_it_is_recognised(header: str) -> None:
    assert etags.matches(header, TAG)


@pytest.mark.parametrize("header", [None, "", '"x"', "deal-v1-abc", '"deal-v2-abc"'])
def test_a_client_that_has_another_is_not(header: str | None) -> None:
    assert not etags.matches(header, TAG)
