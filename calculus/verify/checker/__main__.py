"""`python -m calculus.verify.checker DIRECTORY`: exit status 0 if no claim is wrong, 1 if one is."""

import sys
from pathlib import Path

from calculus.verify.checker.directory import check_directory


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m calculus.verify.checker DIRECTORY", file=sys.stderr)
        return 2
    result = check_directory(Path(arguments[0]))
    print(result)
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
