"""The dual of a term: the converse relation, on syntax."""

from calculus.verify.checker.rmc_terms import Node, mapped


def dual(term: Node) -> Node:
    """`(M;N)~ = N~;M~`, pushes and pops are exchanged, and so are the sides of tests."""

    def turned(item: Node, kids: tuple[Node, ...]) -> Node:
        match item.op:
            case "seq" | "test":
                return Node(item.op, None, kids[::-1])
            case "push":
                return Node("pop", item.label, kids)
            case "pop":
                return Node("push", item.label, kids)
            case "call":
                name: str = item.label
                return Node("call", name[:-1] if name.endswith("~") else f"{name}~")
        return Node(item.op, item.label, kids) if kids else item

    return mapped(term, turned)
