"""Nets and questions in the text format."""

from collections.abc import Iterable

from calculus.encodings.petri.net import Before, Net, Question, bag_text, name_text


def to_text(net: Net) -> str:
    """A net in the text format, one item a line."""
    lines = [f"net {name_text(net.name)}"] if net.name else []
    for place in net.places:
        count = net.initial.get(place, 0)
        lines.append(f"place {name_text(place)}{f' {count}' if count else ''}")
    for item in net.transitions:
        takes, puts = bag_text(item.inputs, item.inputs), bag_text(item.outputs, item.outputs)
        lines.append(f"transition {name_text(item.name)}: {takes} -> {puts}")
    if net.question is not None:
        asked = question_text(net.question, net.places)
        lines.append(asked if isinstance(net.question, Before) else f"goal {asked}")
    return "".join(f"{line}\n" for line in lines)


def question_text(question: Question, places: Iterable[str]) -> str:
    """A question as `--input` gives it."""
    places = tuple(places)
    if isinstance(question, Before):
        return f"before {bag_text(question.marking, places)}"
    if not question.at_least and not question.dead and len(question.exactly) == len(places):
        return bag_text(question.exactly, places)
    conditions = [f"{name_text(place)} = {count}" for place, count in question.exactly.items()]
    conditions += [f"{name_text(place)} >= {count}" for place, count in question.at_least.items()]
    return ", ".join([*conditions, *(["deadlock"] if question.dead else [])])
