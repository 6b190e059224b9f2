"""Integers of any length to and from decimal text, in spite of Python's limit on such
conversions.
"""

CHUNK = 4000
"""Digits converted at once: below Python's default limit, and below the least limit one can set
only if the limit is lowered on purpose.
"""


def read_integer(text: str) -> int:
    """The value of an optional minus sign and decimal digits."""
    if len(text) <= CHUNK:
        return int(text)
    digits = text.lstrip("-")
    first = len(digits) % CHUNK
    parts = [int(digits[:first] or "0")]
    parts += [int(digits[at : at + CHUNK]) for at in range(first, len(digits), CHUNK)]
    base = 10**CHUNK
    while len(parts) > 1:
        if len(parts) % 2:
            parts.insert(0, 0)
        parts = [high * base + low for high, low in zip(parts[::2], parts[1::2], strict=True)]
        base *= base
    return -parts[0] if text[0] == "-" else parts[0]


def integer_text(value: int) -> str:
    """The decimal digits of `value`, with a minus sign if it is negative."""
    if -(10**18) < value < 10**18 or value.bit_length() < CHUNK * 3:
        return str(value)
    powers = [10**CHUNK]
    rest = abs(value)
    while powers[-1] <= rest:
        powers.append(powers[-1] ** 2)
    parts = [rest]
    for power in reversed(powers):
        parts = [half for part in parts for half in divmod(part, power)]
    text = "".join(f"{part:0{CHUNK}d}" for part in parts).lstrip("0")
    return f"-{text}" if value < 0 else text
