"""The terms of the λ-calculi that translate into the FMC.

| node | label | children |
|---|---|---|
| `ABSTRACTION` `\\x. M` | (x,) | M |
| `APPLICATION` `M N` | | M, N |
| `LITERAL` `1`, `"a"` | an integer or a `Text` | |
| `CONSTRUCTION` `Cons M N`, `True` | its name | the arguments |
| `OPERATION` `M + N`, `not M` | the operator | one or two operands |
| `CONDITIONAL` | | condition, then, else |
| `LET` `let x = M in N` | (x,) | M, N |
| `MATCH` | | what is matched, then a `BRANCH` each |
| `BRANCH` | the jump it is for | an `ARGUMENT` (label (x,)) for each variable, at last a `BODY` |
| `RETURN` `THUNK` `FORCE` `PRINT` | | one |
| `READ` | | |
| `CALL` `f(M, N)` of `imp` | f | the arguments |
| `TO` `M to x. N` | (x,) | M, N |
| `LIST` `[M, N]`, `PAIR` `(M, N)` of `rlm` | | the elements |
| `FIX` `fix f. M` of `rlm` | (f,) | M |

Variables are those of `calculus.term`. No function here recurses.
"""

from calculus.term import Op

ABSTRACTION = Op("lambda.abstraction", binds=(0,))
APPLICATION = Op("lambda.application")
LITERAL = Op("lambda.literal")
CONSTRUCTION = Op("lambda.construction")
OPERATION = Op("lambda.operation")
CONDITIONAL = Op("lambda.conditional")
LET = Op("lambda.let", binds=(1,))
MATCH = Op("lambda.match")
BRANCH = Op("lambda.branch")
ARGUMENT = Op("lambda.argument", binds=(0,))
BODY = Op("lambda.body")
RETURN = Op("lambda.return")
THUNK = Op("lambda.thunk")
FORCE = Op("lambda.force")
PRINT = Op("lambda.print")
READ = Op("lambda.read")
CALL = Op("lambda.call")
TO = Op("lambda.to", binds=(1,))
LIST = Op("lambda.list")
PAIR = Op("lambda.pair")
FIX = Op("lambda.fix", binds=(0,))

PRIMITIVE_OF = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "div",
    "%": "mod",
    "++": "concat",
    "==": "eq",
    "!=": "ne",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "not": "not",
    "negate": "neg",
    "length": "length",
}
"""The FMC's primitive for each operator but `and` and `or`, which are conditionals."""
