"""Programs whose answers are known, run forwards and backwards."""

from itertools import islice

import pytest

from calculus.machine.budget import Budget
from calculus.machine.relational.search import Strategy
from tests.unit.machine.relational.helpers import answers, finished, searching, shown

ADD = "(ex x y. <S(x)>; <y>; [S(y)]; [x])*; <Z>"
MUL = (
    "[Z]c; (ex x. x<S(x)>; (ex y. y<y>; [y]y; [y]t; (ex u v. t<S(u)>; c<v>; [S(v)]c; [u]t)*; t<Z>); [x]x)*;"
    " x<Z>; (ex y. y<y>)"
)
APPEND = "[End]b; (ex h t. a<{h | t}>; [t]a; [h]b)*; a<{}>; (ex h t. b<h>; c<t>; [{h | t}]c)*; b<End>"
REVERSE = """def app = (ex y. <{}>; <y>; <y>) + (ex h t y z. <{h | t}>; <y>; <{h | z}>; [z]; [y]; [t]; app)

def nrev = (<{}>; <{}>) + (ex h t r z. <{h | t}>; <z>; [r]; [t]; nrev; [z]; [{h}]; [r]; app)

"""
REGULAR = "(i<A> + i<B>)*; i<A>; i<B>; i<B>; i<Eof>"


def number(size: int) -> str:
    return "S(" * size + "Z" + ")" * size


def dual_of(text: str, stacks: dict[str, str], **options: object) -> list[str]:
    return answers(f"({text})~", stacks, **options)


def first(count: int, text: str, stacks: dict[str, str] | None = None, **options: object) -> list[str]:
    return [shown(answer) for answer in islice(searching(text, stacks, **options), count)]


def test_permutation() -> None:
    text = "ex x y z. <x>; <y>; <z>; [x]; [z]; [y]"
    assert answers(text, {"λ": "E D C"}) == ["λ: C, E, D"]


def test_two_equal_values() -> None:
    assert answers("ex x. <x>; <x>; [x]", {"λ": "C C"}) == ["λ: C"]
    assert answers("ex x. <x>; <x>; [x]", {"λ": "D C"}) == []


def test_addition() -> None:
    assert answers(ADD, {"λ": f"{number(3)} {number(2)}"}) == [f"λ: {number(5)}"]
    pairs = [f"λ: {number(5 - n)}, {number(n)}" for n in range(6)]
    assert dual_of(ADD, {"λ": number(5)}) == pairs


def test_multiplication() -> None:
    assert answers(MUL, {"x": number(3), "y": number(4)}) == [f"c: {number(12)}"]
    found = first(4, f"({MUL})~", {"c": number(6)}, strategy="bfs")
    assert found == [f"x: {number(x)} y: {number(y)}" for x, y in ((1, 6), (2, 3), (3, 2), (6, 1))]


def test_append() -> None:
    assert answers(APPEND, {"a": "{A,B}", "c": "{C}"}) == ["c: {A, B, C}"]
    assert dual_of(APPEND, {"c": "{A,B,C}"}) == [
        "a: {} c: {A, B, C}",
        "a: {A} c: {B, C}",
        "a: {A, B} c: {C}",
        "a: {A, B, C} c: {}",
    ]


def test_naive_reverse() -> None:
    assert answers(f"{REVERSE}ex l. [l]; [{{A, B, C, D, E}}]; nrev; [l]") == ["λ: {E, D, C, B, A}"]
    palindromes = [found.removeprefix("x=") for found in first(4, f"{REVERSE}[x]; [x]; nrev")]
    assert palindromes == ["{}", "{_0}", "{_0, _0}", "{_0, _1, _0}"]


def test_regular_expression() -> None:
    def stack(word: str) -> dict[str, str]:
        return {"i": " ".join(["Eof", *reversed(word.upper())])}

    for word in ("abb", "aabb", "babb", "abababb"):
        assert answers(REGULAR, stack(word), mode="set") == [""]
    for word in ("ab", "aba", ""):
        assert answers(REGULAR, stack(word), mode="set") == []
    words = first(8, f"({REGULAR})~", strategy="bfs")
    assert ["".join(found[8:].split(", "))[::-1].lower() for found in words] == [
        "abb", "aabb", "babb", "aaabb", "baabb", "ababb", "bbabb", "aaaabb"
    ]  # fmt: skip


@pytest.mark.parametrize("stack", [{}, {"λ": "A"}])
def test_skips(stack: dict[str, str]) -> None:
    memory = "λ: A" if stack else ""
    assert answers("1 + 1", stack) == [memory, memory]
    assert first(20, "1*", stack) == [memory] * 20
    assert answers("1*", stack, mode="set") == [memory]
    assert answers("1 + 1", stack, mode="set") == [memory]


def test_a_star_of_a_star_ends_in_set_mode() -> None:
    search = finished("(i<A>*)*; i<B>; i<Eof>", {"i": "Eof B A A"}, mode="set")
    assert search.complete and search.found == 1


def test_a_left_recursive_dual_answers_breadth_first() -> None:
    program = "def h = (ex x. <S(x)>; [x]; h) + <Z>\n\nh~"
    assert finished(program).found == 0
    numbers = [f"λ: {number(n)}" for n in range(4)]
    for strategy in ("bfs", "deepening"):
        assert first(4, program, strategy=strategy) == numbers
    assert set(numbers) <= set(first(200, program, strategy="fair"))


@pytest.mark.parametrize("strategy", ["bfs", "deepening", "fair"])
@pytest.mark.parametrize(
    "left",
    [
        "never",
        "1*; never",
        "twice",
        "([A]; 1*)*; never",
        "(1* + 1*)*; 0",
    ],
)
def test_a_branch_that_never_ends_hides_no_answer(strategy: Strategy, left: str) -> None:
    program = f"def never = 1; never\n\ndef twice = twice + twice\n\n({left}) + [Found]"
    assert first(1, program, strategy=strategy) == ["λ: Found"]
    # Also when it takes many slices itself, if the search does not go everywhere first.
    if strategy == "fair":
        deep = program.replace("[Found]", f"{'1; ' * 50}[Found]")
        assert first(1, deep, strategy=strategy) == ["λ: Found"]


# Nets: a place is a location, a token a constant; set mode makes their state spaces finite.


def reachable(net: str, stacks: dict[str, str]) -> set[str]:
    return set(answers(net, stacks, mode="set"))


def test_water() -> None:
    react = "(h<H>; h<H>; o<O>; [W]w; [W]w)*"
    found = reachable(react, {"h": "H H H H", "o": "O O"})
    assert found == {"h: H, H, H, H o: O, O", "h: H, H o: O w: W, W", "w: W, W, W, W"}
    assert reachable(f"({react})~", {"w": "W W W W"}) == found


def test_mutual_exclusion() -> None:
    enter = "i1<T>; m<T>; [T]c1"
    leave = "c1<T>; [T]i1; [T]m"
    net = f"(({enter}) + ({leave}) + ({enter.replace('1', '2')}) + ({leave.replace('1', '2')}))*"
    assert len(reachable(net, {"i1": "T", "i2": "T", "m": "T"})) == 3


def philosophers(count: int, atomic: bool) -> tuple[str, dict[str, str]]:
    moves = []
    for one in range(count):
        other = (one + 1) % count
        if atomic:
            moves += [f"t{one}<T>; f{one}<T>; f{other}<T>; [T]e{one}"]
        else:
            moves += [f"t{one}<T>; f{one}<T>; [T]w{one}", f"w{one}<T>; f{other}<T>; [T]e{one}"]
        moves += [f"e{one}<T>; [T]t{one}; [T]f{one}; [T]f{other}"]
    net = "(" + " + ".join(f"({move})" for move in moves) + ")*"
    return net, {f"{place}{one}": "T" for place in "tf" for one in range(count)}


@pytest.mark.parametrize(("count", "atomic", "states"), [(3, True, 4), (5, True, 11), (3, False, 14)])
def test_dining_philosophers(count: int, atomic: bool, states: int) -> None:
    net, stacks = philosophers(count, atomic)
    search = finished(net, stacks, mode="set")
    assert search.complete
    assert search.found == search.states == states


# Turing machines: stacks l and r with a marker at the end, the state on q.


def turing(table: str) -> str:
    """A machine as in `1RB1LB1LA1RH`: write, move, next state, for the symbols 0 and 1 of each state."""
    actions = [table[at : at + 3] for at in range(0, len(table), 3)]
    moves = []
    for index, (write, direction, state) in enumerate(actions):
        here, symbol = chr(ord("A") + index // 2), index % 2
        read = f"r<{symbol}>" if symbol else "(r<0> + (r<End>; [End]r))"
        if direction == "R":
            move = f"[{write}]l"
        else:
            move = f"[{write}]r; ((l<0>; [0]r) + (l<1>; [1]r) + (l<End>; [End]l; [0]r))"
        moves.append(f"q<{here}>; {read}; {move}; [{state}]q; n<n>; add(n, 1, m); [m]n")
    steps = " + ".join(f"(ex n m. {move})" for move in moves)
    return f"[A]q; [End]l; [End]r; [0]n; ({steps})*; q<H>"


@pytest.mark.parametrize(
    ("table", "steps", "ones"),
    [("1RB1LB1LA1RH", 6, 4), ("1RB1RH0RC1RB1LC1LA", 14, 6), ("1RB1LB1LA0LC1RH1LD1RD0RA", 107, 13)],
)
def test_busy_beavers(table: str, steps: int, ones: int) -> None:
    search = finished(turing(table))
    assert search.complete
    (answer,) = search.answers
    assert [str(value) for value in answer.stacks["n"]] == [str(steps)]
    tape = [str(value) for value in (*answer.stacks["l"], *answer.stacks["r"])]
    assert tape.count("1") == ones


def queens(count: int) -> str:
    """The queens as numbers; the columns, and the two families of diagonals, as open lists of queens."""
    columns = ", ".join(f"c{column}" for column in range(count))
    return f"""def place = (ex a b c. <Z>; <a>; <b>; <c>)
  + (ex i c u d f g. <S(i)>; <c>; <u>; <{{f | d}}>;
      [d]; [{{g | u}}]; [c]; [i]; place; [{{f | d}}]; [u]; [c]; [S(i)]; put)

def put = (ex q a b c. <q>; <{{q | a}}>; <{{q | b}}>; <{{q | c}}>)
  + (ex q a b c x y z. <q>; <{{x | a}}>; <{{y | b}}>; <{{z | c}}>; [c]; [b]; [a]; [q]; put)

ex u d. [d]; [u]; [{{{columns}}}]; [{number(count)}]; place
"""


@pytest.mark.parametrize(("count", "solutions"), [(4, 2), (5, 10), (6, 4)])
def test_queens(count: int, solutions: int) -> None:
    search = finished(queens(count), budget=Budget())
    assert search.complete
    assert search.found == solutions
    boards = {tuple(str(value) for value in answer.bindings.values()) for answer in search.answers}
    assert len(boards) == solutions
    assert all(len(set(board)) == count for board in boards)
