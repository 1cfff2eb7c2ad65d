"""``python -m adapters.entrypoints.cli``."""

from adapters.entrypoints.cli import main

if __name__ == "__main__":
    main()
