"""Serial numbers of sandboxes."""

from pathlib import Path

from adapters.sandbox import Register


def test_numbers_have_no_gap_and_stay() -> None:
    """Whoever asks again gets the same number."""
    register = Register()
    assert [register.number(key) for key in ("a", "b", "a", "c", "b")] == [1, 2, 1, 3, 2]


def test_a_restart_goes_on(tmp_path: Path) -> None:
    """A register over the same file knows what was drawn."""
    before = Register(tmp_path / "numbers")
    assert [before.number(key) for key in ("a", "b")] == [1, 2]
    after = Register(tmp_path / "numbers")
    assert [after.number(key) for key in ("c", "a")] == [3, 1]


def test_a_line_that_a_crash_cut_short_is_drawn_again(tmp_path: Path) -> None:
    """Half a line is nobody's number, and does not spoil the next."""
    path = tmp_path / "numbers"
    path.write_text("a\nb\nhal", encoding="utf-8")
    assert [Register(path).number(key) for key in ("half", "b")] == [3, 2]
    assert path.read_text(encoding="utf-8") == "a\nb\nhalf\n"
