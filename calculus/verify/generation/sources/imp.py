"""Random programs of `imp`, each also as Python source.

Loops count down and procedures call only those before them, so all programs end. Names are few and clash
with those of the translation and of the FMC. A pair is the text in `imp` and the text in Python.
"""

from calculus.verify.generation.choices import Dice
from calculus.verify.property import Choose

CELLS = {"int": ("x", "v", "add"), "bool": ("b", "out"), "text": ("s", "in")}
LOCALS = ("x", "a", "k", "a1", "mul", "v")
EXCEPTIONS = {"Stop": False, "Break": False, "Return": True, "True1": True}

Pair = tuple[str, str]
Lines = tuple[list[str], list[str]]
Scope = dict[str, tuple[str, str]]
"""Of each local its type and its name in Python, where no name is used twice."""


class Imp:
    def __init__(self, choose: Choose) -> None:
        self.random = Dice(choose)
        self.procedures: list[tuple[str, int]] = []
        self.count = 0

    def fresh(self) -> str:
        self.count += 1
        return f"local_{self.count}"

    def program(self, size: int) -> Pair:
        imp: list[str] = []
        cells = [cell for cells in CELLS.values() for cell in cells]
        python = [f"cell_{cell} = 0" for cell in cells]
        for type, names in CELLS.items():
            for cell in names:
                value = self.leaf(type)
                imp.append(f"{cell} := {value[0]};")
                python.append(f"cell_{cell} = {value[1]}")
        for number in range(self.random.randint(0, min(3, size // 4))):
            for texts, more in zip(
                (imp, python), self.procedure(f"f{number}" if number else "f"), strict=True
            ):
                texts += more
        for texts, more in zip((imp, python), self.block({}, min(3, size // 5), False, None), strict=True):
            texts += more
        return "\n".join(imp), "\n".join(python)

    def procedure(self, name: str) -> Lines:
        count = self.random.randint(0, 3)
        scope: Scope = {word: ("int", self.fresh()) for word in self.random.sample(LOCALS, count)}
        imp, python = self.block(scope, 2, False, "int")
        # A block of its own, so that what it declares does not hide what the result uses.
        imp, python = ["if True {", *imp, "}"], ["if True:", *indented(python)]
        value = self.expression("int", scope, 2)
        self.procedures.append((name, count))
        parameters = ", ".join(python_name for _, python_name in scope.values())
        cells = ", ".join(f"cell_{cell}" for cells in CELLS.values() for cell in cells)
        head = [f"def proc_{name}({parameters}):", f"    global {cells}"]
        if self.random.chance(80):
            imp, python = [*imp, f"return {value[0]};"], [*python, f"return {value[1]}"]
        else:
            python = [*python, "return 0"]
        return [f"procedure {name}({', '.join(scope)}) {{", *imp, "}"], [*head, *indented(python)]

    def block(self, scope: Scope, size: int, loop: bool, gives: str | None) -> Lines:
        scope = dict(scope)
        imp: list[str] = []
        python: list[str] = []
        for _ in range(self.random.randint(1, 4)):
            more = self.statement(scope, size, loop, gives)
            imp += more[0]
            python += more[1]
        return imp, python or ["pass"]

    def assignable(self, type: str, scope: Scope) -> list[str]:
        return [cell for cell in CELLS[type] if cell not in scope]

    def statement(self, scope: Scope, size: int, loop: bool, gives: str | None) -> Lines:
        choice = (self.random.randrange(14) + 3) % 14
        if choice < 3:
            type = self.random.choice(tuple(CELLS))
            if cells := self.assignable(type, scope):
                cell, value = self.random.choice(cells), self.expression(type, scope, 3)
                return [f"{cell} := {value[0]};"], [f"cell_{cell} = {value[1]}"]
        if choice < 5:
            value = self.expression(self.random.choice(tuple(CELLS)), scope, 3)
            return [f"print {value[0]};"], [f"print({value[1]})"]
        if choice == 5:
            type = self.random.choice(tuple(CELLS))
            value, word, name = self.expression(type, scope, 2), self.random.choice(LOCALS), self.fresh()
            scope[word] = (type, name)
            return [f"let {word} = {value[0]};"], [f"{name} = {value[1]}"]
        if choice == 6 and loop:
            return ["break;"], ["break"]
        if choice == 7 and gives:
            value = self.expression(gives, scope, 2)
            return [f"return {value[0]};"], [f"return {value[1]}"]
        if choice == 8 and self.random.chance(60):
            name = self.random.choice(tuple(EXCEPTIONS))
            value = self.expression("int", scope, 2)
            carried = f"({value[0]})" if EXCEPTIONS[name] else ""
            return [f"throw {name}{carried};"], [f"raise {name}({value[1] if carried else ''})"]
        if choice == 9 and self.procedures:
            call = self.call(scope, 2)
            return [f"{call[0]};"], [call[1]]
        if size <= 0:
            value = self.expression("int", scope, 1)
            return [f"print {value[0]};"], [f"print({value[1]})"]
        if choice < 11:
            return self.conditional(scope, size - 1, loop, gives)
        return (
            self.loop(scope, size - 1, gives) if choice == 11 else self.attempt(scope, size - 1, loop, gives)
        )

    def conditional(self, scope: Scope, size: int, loop: bool, gives: str | None) -> Lines:
        condition = self.expression("bool", scope, 3)
        yes, no = self.block(scope, size, loop, gives), self.block(scope, size, loop, gives)
        imp = [f"if {condition[0]} {{", *yes[0], "} else {", *no[0], "}"]
        return imp, [f"if {condition[1]}:", *indented(yes[1]), "else:", *indented(no[1])]

    def loop(self, scope: Scope, size: int, gives: str | None) -> Lines:
        cell = f"count{self.count}"
        python_cell = f"globals()['cell_{cell}']"
        self.count += 1
        times = self.random.randint(0, 3)
        body = self.block(scope, size, True, gives)
        imp = [f"{cell} := {times};", f"while {cell} > 0 {{", f"{cell} := {cell} - 1;", *body[0], "}"]
        python = [f"{python_cell} = {times}", f"while {python_cell} > 0:"]
        return imp, [*python, f"    {python_cell} -= 1", *indented(body[1])]

    def attempt(self, scope: Scope, size: int, loop: bool, gives: str | None) -> Lines:
        body = self.block(scope, size, loop, gives)
        imp, python = ["try {", *body[0], "}"], ["try:", *indented(body[1])]
        for name in self.random.sample(tuple(EXCEPTIONS), self.random.randint(1, 2)):
            inner, binder = dict(scope), ""
            python.append(f"except {name} as error:")
            if EXCEPTIONS[name]:
                word, python_name = self.random.choice(LOCALS), self.fresh()
                inner[word], binder = ("int", python_name), f"({word})"
                python.append(f"    {python_name} = error.args[0]")
            handler = self.block(inner, size, loop, gives)
            imp += [f"catch {name}{binder} {{", *handler[0], "}"]
            python += indented(handler[1])
        return imp, python

    def call(self, scope: Scope, size: int) -> Pair:
        name, count = self.random.choice(self.procedures)
        values = [self.expression("int", scope, size - 1) for _ in range(count)]
        imp, python = (", ".join(value[side] for value in values) for side in (0, 1))
        return f"{name}({imp})", f"proc_{name}({python})"

    def leaf(self, type: str) -> Pair:
        match type:
            case "int":
                value = self.random.randint(-2, 6)
                return f"({value})", f"({value})"
            case "bool":
                word = self.random.choice(("True", "False"))
                return word, word
        word = self.random.choice(('""', '"a"', '"bc"'))
        return word, word

    def variable(self, type: str, scope: Scope) -> Pair:
        found = [(word, name) for word, (its, name) in scope.items() if its == type]
        found += [(cell, f"cell_{cell}") for cell in self.assignable(type, scope)]
        return self.random.choice(found) if found else self.leaf(type)

    def expression(self, type: str, scope: Scope, size: int) -> Pair:
        if size <= 0 or self.random.chance(30):
            return self.variable(type, scope) if self.random.chance(50) else self.leaf(type)
        size -= 1
        if type == "int":
            choice = self.random.randrange(12)
            if choice == 0 and self.procedures:
                return self.call(scope, size)
            if choice == 1:
                return "read", "read()"
            if choice == 2:
                text = self.expression("text", scope, size)
                return f"length ({text[0]})", f"len({text[1]})"
            if choice == 3:
                return (
                    self.both("/", "//", "int", scope, size) if self.random.chance(40) else self.leaf("int")
                )
            sign = self.random.choice("+-*%" if choice == 4 else "+-*")
            return self.both(sign, sign, "int", scope, size)
        if type == "text":
            return self.both("++", "+", "text", scope, size)
        choice = self.random.randrange(3)
        if choice == 0:
            inner = self.expression("bool", scope, size)
            return f"(not {inner[0]})", f"(not {inner[1]})"
        if choice == 1:
            sign = self.random.choice(("and", "or"))
            return self.both(sign, sign, "bool", scope, size)
        base = self.random.choice(tuple(CELLS))
        sign = self.random.choice(("==", "!=", "<", ">=") if base == "int" else ("==", "!="))
        return self.both(sign, sign, base, scope, size)

    def both(self, sign: str, python_sign: str, type: str, scope: Scope, size: int) -> Pair:
        left, right = self.expression(type, scope, size), self.expression(type, scope, size)
        return f"({left[0]} {sign} {right[0]})", f"({left[1]} {python_sign} {right[1]})"


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
