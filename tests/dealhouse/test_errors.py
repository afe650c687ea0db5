import inspect

import pytest

from dealhouse import errors
from dealhouse.errors import DealhouseError, PermanentError, TransientError

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, DealhouseError)]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_the_tree_at_the_top_names_every_class(cls: type[DealhouseError]) -> None:
    assert cls.__name__ in str(errors.__doc__)
    assert cls.__doc__


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls is not DealhouseError], ids=lambda cls: cls.__name__)
def test_every_error_is_permanent_or_transient_and_not_both(cls: type[DealhouseError]) -> None:
    assert issubclass(cls, PermanentError) != issubclass(cls, TransientError)
    assert cls.retryable is issubclass(cls, TransientError)
