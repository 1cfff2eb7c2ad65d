"""A register: numbers without a gap, and the same number again for whoever asks again."""

from pathlib import Path


class Register:
    """Serial numbers from one, by what they were drawn for; kept in a file where one is given, so that a restart goes on."""

    def __init__(self, path: Path | None = None) -> None:
        """Read what was drawn before; a last line that a crash cut short was never answered and is drawn again."""
        self._path = path
        self._numbers: dict[str, int] = {}
        if path is not None and path.exists():
            whole = path.read_text(encoding="utf-8").rpartition("\n")[0]
            self._numbers = {key: number for number, key in enumerate(whole.split("\n") if whole else (), start=1)}
            path.write_text(f"{whole}\n" if whole else "", encoding="utf-8")

    def number(self, key: str) -> int:
        """The number of ``key``, drawn now if it has none; ``key`` is one line of text."""
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self._numbers) + 1
            if self._path is not None:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(f"{key}\n")
        return found
