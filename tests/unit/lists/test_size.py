"""How large a list may be."""

import pytest

from adapters.imports.list_files import MAX_BYTES, UnreadableFileError, check_size


def test_a_list_that_is_too_large_is_sent_in_parts() -> None:
    """The largest is taken; one byte more is refused with what to do."""
    check_size(b" " * MAX_BYTES)
    with pytest.raises(UnreadableFileError, match="send it in parts"):
        check_size(b" " * (MAX_BYTES + 1))
