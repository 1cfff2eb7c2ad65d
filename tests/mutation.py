"""``make mutation``: what mutmut found: which changes to the rules no test noticed, and their share by module."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

_UNNOTICED = frozenset({"survived", "no tests"})


def main() -> None:
    """Print the survivors with their changes, then the shares."""
    mutmut = str(Path(sys.executable).with_name("mutmut"))

    def told(*words: str) -> list[str]:
        return subprocess.run([mutmut, *words], capture_output=True, text=True, check=True).stdout.splitlines()

    every = dict(line.strip().split(": ", 1) for line in told("results", "--all", "true") if ": " in line)
    survived = [name for name, status in every.items() if status in _UNNOTICED]
    for name in survived:
        print(name)
        print("\n".join(line for line in told("show", name) if line[:1] in {"+", "-"} and line[:3] not in {"+++", "---"}))
    modules = Counter(name.split(".x")[0] for name in every)
    lost = Counter(name.split(".x")[0] for name in survived)
    for module, count in sorted(modules.items()):
        print(f"{module:<40} {lost[module]:>4} of {count:>4} survive")
    print(f"{'all':<40} {len(survived):>4} of {len(every):>4} survive: {len(survived) / len(every):.1%}")
    print(f"by what became of them: {dict(Counter(every.values()))}")


if __name__ == "__main__":
    main()
