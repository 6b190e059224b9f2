"""Files that are shipped with the package: the grammars and the examples."""

from pathlib import Path


def shipped(name: str) -> Path:
    """A folder that lies inside an installed package and beside it in a checkout; it may be missing."""
    package = Path(__file__).parent.parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name
