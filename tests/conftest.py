"""What every test may use: the Hypothesis profiles and the `golden` fixture."""

import difflib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# Derandomized, so that a test fails for everyone or for no one. `make long` looks further.
settings.register_profile("default", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=10_000, print_blob=True)
settings.load_profile("default")

UPDATE = "--update-goldens"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        UPDATE, action="store_true", help="rewrite the expected output that golden tests compare to"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare text with a golden file; a relative path starts at the folder of the test.

    The comparison is exact, line endings included. With `--update-goldens` the file is written.
    """

    def check(path: Path, actual: str) -> None:
        path = request.path.parent / path
        if request.config.getoption(UPDATE):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(actual.encode())
            return
        if not path.exists():
            pytest.fail(f"no golden file {path}; `pytest {UPDATE}` creates it", pytrace=False)
        expected = path.read_bytes().decode()
        if actual != expected:
            before, after = (text.replace("\r", "\\r").split("\n") for text in (expected, actual))
            diff = "\n".join(difflib.unified_diff(before, after, "expected", "actual", lineterm=""))
            pytest.fail(f"{path} differs; `pytest {UPDATE}` accepts the new text\n{diff}", pytrace=False)

    return check
