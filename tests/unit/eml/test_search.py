"""`search`: the trees of the paper's Table 4 and shorter ones, what is refused, limits, and going on."""

import json
import signal
from pathlib import Path

import mpmath
import pytest

from calculus.eml.domain import SEMANTICS
from calculus.eml.evaluation.ieee import evaluate_ieee
from calculus.eml.postfix import from_postfix
from calculus.eml.searching import Found, jit, search
from calculus.eml.searching.finding import LARGEST
from calculus.eml.searching.goal import Goals
from calculus.eml.searching.recheck import recheck
from calculus.eml.searching.table import Table
from calculus.eml.syntax import ONE, eml, size
from calculus.interfaces.command import main
from calculus.source.diagnostic import FileProblem, SyntaxProblem, UsageProblem


def numbers(table: Table, leaves: int) -> Table:
    """Fill a table with the trees of constants."""
    table.add(ONE, [1 + 0j] * table.probes)
    table.close_level()
    for n in range(2, leaves + 1):
        table.add_pairs(lambda: None)
        table.close_level()
        table.complete = n
    return table


# Odrzywołek, Table 4: K of the direct search, here under the semantics with and without infinities.
@pytest.mark.parametrize(
    ("target", "options", "k"),
    [
        ("0", {}, 7),
        ("e", {}, 3),
        ("-1", {}, 15),
        ("-1", {"finite": True}, 17),
        ("-1", {"semantics": "principal"}, 17),
        ("2", {"semantics": "extended"}, 19),
        ("2", {"semantics": "principal"}, 19),
        ("exp(x)", {}, 3),
        ("ln(x)", {}, 7),
        ("-x", {}, 15),
        ("-x", {"finite": True}, 17),
        ("1/x", {"semantics": "extended"}, 15),
        ("x-1", {}, 11),
        ("x^2", {}, 17),
        ("x-y", {}, 11),
    ],
)
def test_trees_of_table_4(target: str, options: dict[str, object], k: int) -> None:
    found = search(target, threads=1, **options)  # type: ignore[arg-type]
    assert found.status == "found"
    assert found.witness is not None and k == found.witness.K
    assert found.covered == k - 2, found.bound
    assert found.shortest
    for point in ({"x": 0.7 + 0j, "y": 2.5 + 0j}, {"x": 3.25 + 0j, "y": 0.3 + 0j}):
        wanted = {"0": 0, "e": mpmath.e, "-1": -1, "2": 2}.get(target)
        if wanted is None:
            x, y = point["x"].real, point["y"].real
            wanted = {
                **{"exp(x)": mpmath.exp(x), "ln(x)": mpmath.log(x), "-x": -x, "1/x": 1 / x},
                **{"x-1": x - 1, "x^2": x * x, "x-y": x - y},
            }[target]
        assert abs(evaluate_ieee(found.witness.term, point) - complex(wanted)) < 1e-12


@pytest.mark.long
@pytest.mark.parametrize(
    ("target", "options", "k"),
    [
        ("-2", {"semantics": "principal"}, 27),
        ("1/2", {}, 29),
        ("1/2", {"finite": True}, 31),
        ("2/3", {}, 39),
        ("2/3", {"semantics": "principal"}, 39),
        ("x+1", {}, 19),
        ("2x", {}, 19),
        ("x+y", {}, 19),
        ("x*y", {}, 17),
        ("x/y", {}, 17),
        ("x^y", {}, 25),
        ("x/2", {}, 29),
        ("sqrt(x)", {}, 43),
        ("log(x, y)", {}, 29),
    ],
)
def test_further_trees_of_table_4(target: str, options: dict[str, object], k: int) -> None:
    found = search(target, **options)  # type: ignore[arg-type]
    assert found.witness is not None and k >= found.witness.K


def test_a_bound_where_there_is_no_tree() -> None:
    found = search("pi", max_size=21, threads=1)
    assert (found.status, found.witness, found.covered) == ("none", None, 21)
    assert found.bound.startswith("none with K ≤ 21 under ieee; filters: ")
    assert found.to_json()["status"] == "none"


def test_a_bound_by_inverse_search() -> None:
    # A table of all trees up to K = 11 leaves what is beyond to the inverse search.
    found = search("2", max_size=17, entries=60, threads=1)
    assert (found.status, found.covered, found.enumerated) == ("none", 17, 11)
    assert "by enumeration up to K = 11, beyond by inverse search" in found.bound
    assert search("2", max_size=19, entries=20, threads=1).status == "found"


def test_several_trees() -> None:
    found = search("x-1", count=2, entries=3000, threads=1)
    first, second = found.witnesses
    assert first.K == 11 <= second.K
    for witness in found.witnesses:
        assert abs(evaluate_ieee(witness.term, {"x": 2.5 + 0j}) - 1.5) < 1e-12
    assert len({witness.term for witness in found.witnesses}) == 2


def test_the_record_says_where_a_tree_is_right() -> None:
    found = search("x-y", threads=1)
    assert found.witness is not None
    domain = found.witness.domain
    assert (domain.how, domain.finite, domain.semantics) == ("symbolic", True, "ieee")
    assert not domain.contains({"x": 1 + 0j, "y": 4j})
    assert domain.contains({"x": -1 + 2j, "y": 3j - 5})
    infinite = search("-x", threads=1).witness
    assert infinite is not None and infinite.domain.finite is False


def test_digits_of_a_number() -> None:
    found = search("15.15426224147926418976…", threads=1)
    assert found.witness is not None and found.witness.postfix == "11E1E"
    assert found.witness.expression is None
    with pytest.raises(UsageProblem, match="expected 10 digits of the number or more, found 5 in 2"):
        search("2.7182...")
    # Without the dots a decimal is exact.
    assert search("15.15426224147926418976", max_size=9, threads=1).status == "none"


def test_targets_of_sympy_and_numbers() -> None:
    sympy = pytest.importorskip("sympy")
    x = sympy.Symbol("x")
    for target in (sympy.log(x), "log(x)"):
        found = search(target, threads=1)
        assert found.witness is not None and found.witness.K == 7
    assert search(2, max_size=9, threads=1).status == "none"


@pytest.mark.parametrize(
    ("target", "options", "message"),
    [
        ("x+y+z", {}, "expected a function of up to two variables, found x, y, z"),
        ("1/0", {}, "1/0 has no value"),
        ("x", {"assume": "y > 0"}, "an assumption is about y"),
        ("x", {"assume": "2 < x < 1"}, "nothing is between the bounds of x"),
        ("2", {"semantics": "exact"}, "the semantics is one of"),
        ("2", {"max_size": 0}, f"from 1 to {LARGEST}"),
        ("2", {"count": 0}, "count: expected a whole number, 1 or more; found 0"),
        ("2", {"threads": "two"}, "threads: expected a whole number"),
        ("pi", {"max_seconds": "9"}, "max_seconds: expected a number or None"),
        ("x", {"assume": 3}, "expected assumptions as texts"),
        ("2", {"resume": 3}, "resume: expected the path of a file"),
        ("1e500", {}, "1e500 is too large for complex128"),
    ],
)
def test_mistakes(target: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageProblem, match=message):
        search(target, **options)  # type: ignore[arg-type]


def test_a_mistake_in_the_text() -> None:
    with pytest.raises(SyntaxProblem):
        search("2 +")


# Impostors


def hits_of(value: complex, guard: bool) -> list[str]:
    table = numbers(Table(1, jit.REAL | jit.INFINITE), 6)
    goals = Goals([value], table, table.flags, guard=guard, threads=1)
    found = []
    for m in range(4):
        for stage in [stage for _, stage in goals.wide_stages(12) if stage[0] == m]:
            for hits in goals.wide(stage, 9, lambda: None):
                found += [goals.tree(hit) for hit in hits]
        goals.narrow(m + 1, 0, lambda: None)
    point = [({}, lambda ctx: ctx.mpc(value))]
    return [] if not found else [str(recheck(tree, point, "extended").wrong) for tree in found]


def test_absorbed_operands_are_guarded_against() -> None:
    without = hits_of(-2, guard=False)
    assert without and all(why != "None" for why in without)
    assert hits_of(-2, guard=True) == []


def test_an_impostor_is_refused_at_high_precision() -> None:
    table = numbers(Table(1, jit.REAL), 8)
    small = next(k for k in range(table.count) if -120 < table.values[k, 0] < -80)
    # The exponential of a number of 40 zeros is 1 in double precision.
    impostor = eml(eml(table.tree(small), ONE), ONE)
    assert evaluate_ieee(impostor) == 1
    for semantics in SEMANTICS:
        assert (
            recheck(impostor, [({}, lambda ctx: ctx.mpf(1))], semantics).wrong
            == "another value at 240 digits"
        )
    assert recheck(from_postfix("11E"), [({}, lambda ctx: ctx.mpf("2.718281828"))], "ieee").wrong


def test_what_no_precision_tells_apart_is_refused() -> None:
    table = numbers(Table(1, jit.REAL), 8)
    large = next(k for k in range(table.count) if 3_000 < table.values[k, 0] < 900_000)
    # The exponential of a number of a thousand zeros is 1 to hundreds of digits.
    impostor = eml(eml(eml(ONE, eml(table.tree(large), ONE)), ONE), ONE)
    assert (
        recheck(impostor, [({}, lambda ctx: ctx.mpf(1))], "extended").wrong
        == "an operand is lost in rounding"
    )


def test_branches_are_those_of_the_semantics() -> None:
    # The tree of the logarithm at a negative number is right in complex128, and else on another branch.
    tree = from_postfix("11xE1EE")
    wanted = [({"x": -2 + 0j}, lambda ctx: ctx.log(ctx.mpc(-2)))]
    assert recheck(tree, wanted, "ieee").wrong is None
    assert recheck(tree, wanted, "principal").wrong == "another value at 60 digits"


# Limits, and going on


@pytest.mark.parametrize(
    ("options", "stopped_by"),
    [({"max_steps": 1000}, "steps"), ({"max_seconds": 0.0}, "seconds"), ({"max_memory": 1}, "memory")],
)
def test_limits(options: dict[str, float], stopped_by: str) -> None:
    found = search("pi", threads=1, **options)  # type: ignore[arg-type]
    assert (found.status, found.stopped_by, found.witnesses) == ("budget", stopped_by, ())


def test_an_interrupt_gives_what_there_is() -> None:
    def interrupt(text: str) -> None:
        if text.startswith("goals"):
            signal.raise_signal(signal.SIGINT)

    found = search("2/3", entries=3000, threads=1, progress=interrupt)
    assert (found.status, found.stopped_by) == ("budget", "interrupt")
    assert found.covered_real > 1 and found.tried["trees"] > 0


def test_a_search_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "search.json"

    def steps(most: int, resume: bool) -> Found:
        where = str(file) if resume else None
        return search("1/2", finite=True, entries=3000, max_size=27, max_steps=most, threads=1, resume=where)

    first = steps(20_000, True)
    assert first.status == "budget"
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept["question"]["target"] == "1/2" and kept["passes"]["real"]
    again, straight = steps(400_000, True), steps(400_000, False)
    assert (again.covered, again.covered_real, again.tried) == (
        straight.covered,
        straight.covered_real,
        straight.tried,
    )
    assert again.covered > first.covered


def test_found_trees_are_kept(tmp_path: Path) -> None:
    file = str(tmp_path / "search.json")
    assert search("2", threads=1, resume=file).status == "found"
    again = search("2", max_steps=1, max_seconds=0, threads=1, resume=file)
    assert again.witness is not None and again.witness.K == 19


def test_a_file_of_another_search(tmp_path: Path) -> None:
    file = tmp_path / "search.json"
    search("e", threads=1, resume=str(file))
    with pytest.raises(UsageProblem, match="is of another search: expected target 2, found e"):
        search("2", threads=1, resume=str(file))
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(FileProblem, match="is not the state of a search"):
        search("e", resume=str(file))
    with pytest.raises(FileProblem, match="cannot write"):
        search("e", threads=1, resume=str(tmp_path / "missing" / "search.json"))


# The command


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eml", "search", "x-1", "--threads", "1"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[:3] == [
        "eml(eml(1, eml(eml(1, x), 1)), eml(1, 1))",
        "  11xE1EE11EE  K = 11",
        "  holds: everywhere (ieee; symbolic)",
    ]
    assert "trees, " in err
    assert main(["eml", "search", "x-1", "--quiet"]) == 0
    assert capsys.readouterr() == ("eml(eml(1, eml(eml(1, x), 1)), eml(1, 1))\n", "")
    assert main(["eml", "search", "pi", "--max-size", "9"]) == 1
    assert capsys.readouterr()[0].startswith("none with K ≤ 9 under ieee")
    assert main(["eml", "search", "pi", "--max-seconds", "0"]) == 3
    assert "stopped by its limit on seconds" in capsys.readouterr()[1]
    assert main(["eml", "search", "x+"]) == 2


def test_command_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eml", "search", "2", "--semantics", "principal", "--finite", "--json"]) == 0
    found = json.loads(capsys.readouterr()[0])
    assert (found["status"], found["target"], found["covered"]) == ("found", "2", 17)
    assert found["witnesses"][0]["K"] == size(from_postfix(found["witnesses"][0]["postfix"])) == 19
