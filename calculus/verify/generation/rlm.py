"""Well-typed λ-RLM programs and expressions, as texts, and documents of awkward characters."""

from collections.abc import Sequence

from calculus.rlm.program import Program, parse_program
from calculus.source.text import Source
from calculus.verify.generation.choices import between, chance, pick
from calculus.verify.property import Choose

LETTERS = "abc  \n\n😀é\0def;\ud800\r\n{}"

_TEXT, _INT, _BOOL, _TEXTS, _PAIR = "Text", "Int", "Bool", "List Text", "Pair Text Text"

_LEAVES: dict[str, tuple[str, ...]] = {
    _TEXT: ('""', '"a"', '"b c; d"', "document", "query"),
    _INT: ("0", "1", "2", "7", "tau", "k"),
    _BOOL: ("True", "False"),
    _TEXTS: ("[]", '["a"]', '["a", "b", "a"]'),
    _PAIR: ('("a", "b")',),
}

_FORMS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    _TEXT: (
        ("{} ++ {}", (_TEXT, _TEXT)),
        ("concat {}", (_TEXTS,)),
        ("peek {} {} {}", (_INT, _INT, _TEXT)),
        ("join {} {}", (_TEXT, _TEXTS)),
        ("show {}", (_INT,)),
        ("majority {}", (_TEXTS,)),
        ("merge_counts {}", (_TEXTS,)),
        ("fst {}", (_PAIR,)),
        ("snd {}", (_PAIR,)),
        ("if {} then {} else {}", (_BOOL, _TEXT, _TEXT)),
        ("ask {} {} {}", (_TEXT, _TEXT, _TEXT)),
        ("ask_all {} {} {}", (_TEXT, _TEXT, _TEXTS)),
        ("let x = {} in {x}", (_TEXT, _TEXT)),
        ("reduce (\\x. \\y. x ++ y) {} {}", (_TEXT, _TEXTS)),
    ),
    _INT: (
        ("size {}", (_TEXT,)),
        ("length {}", (_TEXTS,)),
        ("number {}", (_TEXT,)),
        ("{} + {}", (_INT, _INT)),
        ("{} - {}", (_INT, _INT)),
        ("{} * {}", (_INT, _INT)),
    ),
    _BOOL: (
        ("not {}", (_BOOL,)),
        ("contains {} {}", (_TEXT, _TEXT)),
        ("{} <= {}", (_INT, _INT)),
        ("{} and {}", (_BOOL, _BOOL)),
        ("{} or {}", (_BOOL, _BOOL)),
    ),
    _TEXTS: (
        ("[{}]", (_TEXT,)),
        ("[{}, {}]", (_TEXT, _TEXT)),
        ("lines {}", (_TEXT,)),
        ("words {}", (_TEXT,)),
        ("parse {}", (_TEXT,)),
        ("append {} {}", (_TEXTS, _TEXTS)),
        ("dedupe {}", (_TEXTS,)),
        ("map (\\x. {x}) {}", (_TEXT, _TEXTS)),
        ("filter (\\x. {x}) {}", (_BOOL, _TEXTS)),
        ("map fst (pairs {})", (_TEXTS,)),
        ("map snd (zip {} {})", (_TEXTS, _TEXTS)),
    ),
    _PAIR: (("({}, {})", (_TEXT, _TEXT)),),
}
"""For each type, how a term of it is made of others. `{x}` is one in which x is a text."""


def expression(
    choose: Choose, size: int, *, type: str = _TEXT, names: Sequence[str] = (), oracle: bool = False
) -> str:
    """A term of a type (`Text`, `Int`, `Bool`, `List Text` or `Pair Text Text`), with at most so many
    combinators; the variables `names` are texts. Its splits have parts enough for any text, and `oracle`
    allows calls.
    """
    if size <= 0:
        leaves = (*names, *_LEAVES[type]) if type == _TEXT else _LEAVES[type]
        return pick(choose, leaves)
    if oracle and type == _TEXT and chance(choose, 25):
        return f"oracle {_closed(expression(choose, size - 1, names=names, oracle=True))}"
    form, types = pick(choose, _FORMS[type])
    left = size - 1
    parts: list[str] = []
    for place, part in enumerate(types):
        own = left if place == len(types) - 1 else between(choose, 0, left)
        left -= own
        inside = (*names, "x") if "{x}" in form and place == _bound(form) else names
        parts.append(expression(choose, own, type=part, names=inside, oracle=oracle))
    made = form.replace("{x}", "{}")
    return made.format(*(text if _ends(made) else _closed(text) for text in parts))


def _bound(form: str) -> int:
    """Which of the parts of a form is the one with x."""
    return form.replace("{x}", "§").replace("{}", "{").partition("§")[0].count("{")


def _ends(form: str) -> bool:
    """Whether the parts of a form need no parentheses."""
    return form[0] in "[("


def _closed(text: str) -> str:
    return text if text.replace("_", "a").isalnum() or text[0] == "[" or _is_quoted(text) else f"({text})"


def _is_quoted(text: str) -> bool:
    return text[0] == text[-1] == '"' and '"' not in text[1:-1]


_READ = ("oracle {0}", 'oracle (ask "Read." query {0})', "oracle (peek 0 {1} {0})", "peek 0 {1} {0}")
_JOINED = (
    "concat {0}",
    "merge_counts {0}",
    "majority {0}",
    "best {0}",
    'join "; " {0}',
    'oracle (ask_all "Choose." query {0})',
    'oracle ("Join: " ++ join "; " {0})',
)
_RELEVANT = 'def relevant = \\c. contains "YES" (oracle (ask "Relevant?" query (peek 0 (tau / 3) c)))'
_FILTERS = ("{0}", 'filter (contains "a") ({0})', "filter relevant ({0})", "map (peek 0 30) ({0})")
_BOUNDS = ("tau", "tau", "12")
_PARTS = ("k", "k", "3", "2")
_MAINS = (
    "{a} document",
    'oracle (ask "Polish." query ({a} document))',
    "({a} document, concat (map {a} (split 3 document)))",
    "if size document <= tau then oracle document else {a} document",
    "pairs (lines ({a} document))",
)


def source(choose: Choose, size: int) -> str:
    """The text of a program that can be planned: up to three recursions over parts of a text, the number
    growing with `size`, and what is done with their answers.
    """
    names = [f"a{number}" for number in range(between(choose, 1, min(3, 1 + size // 8)))]
    definitions = [_recursion(choose, name) for name in names]
    main = pick(choose, _MAINS).format(a=pick(choose, names))
    if choose(4) == 3:
        read = pick(choose, _READ).format("c", between(choose, 1, 20))
        main = f"concat (map (\\c. {read}) (split {pick(choose, _PARTS)} document))"
    if any("relevant" in text for text in definitions):
        definitions.insert(0, _RELEVANT)
    return "\n\n".join([*definitions, main])


def _recursion(choose: Choose, name: str) -> str:
    """`fix f. \\P. if size P <= tau then leaf else body`"""
    leaf = pick(choose, _READ).format("P", between(choose, 1, 20))
    parts = pick(choose, _FILTERS).format(f"split {pick(choose, _PARTS)} P")
    answers = "(map f (" + parts + "))" if parts[0] != "s" else f"(map f ({parts}))"
    kind = choose(8)
    if kind == 7:
        read = pick(choose, _READ).format("c", between(choose, 1, 9))
        body = f"let xs = {parts} in let ys = map (\\c. {read}) xs in\n  "
        body += pick(choose, _JOINED).format("(append ys (map f xs))")
    elif kind == 6:
        shown = pick(choose, _READ[2:]).format("P", between(choose, 1, 20))
        body = f'if contains "a" P then {shown} else {pick(choose, _JOINED).format(answers)}'
    else:
        body = pick(choose, _JOINED).format(answers)
    bound = pick(choose, _BOUNDS)
    return f"def {name} = fix f. \\P. if size P <= {bound} then {leaf} else\n  {body}"


def program(choose: Choose, size: int) -> Program:
    """The program of a `source`."""
    return parse_program(Source(source(choose, size)))


def document(choose: Choose, size: int, letters: str = LETTERS) -> str:
    """A text of up to so many characters, of several bytes some of them, or of none that are valid alone."""
    return "".join([pick(choose, letters) for _ in range(choose(size + 1))])
