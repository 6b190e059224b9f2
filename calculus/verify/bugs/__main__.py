"""`python -m calculus.verify.bugs NAME`: plant one bug in this process, and print what was found as JSON."""

import json
import sys

from calculus.verify.bugs.listing import named
from calculus.verify.bugs.running import look


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m calculus.verify.bugs NAME", file=sys.stderr)
        return 2
    (bug,) = named(arguments)
    result = look(bug)
    print(json.dumps(result.to_json()))
    return 0 if result.refuted else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
