"""Searches as JSON, so that one can be kept, sent elsewhere and gone on with.

Whatever states share is written once, into tables in which an entry refers only to earlier ones; nothing here
recurses. What is read may come from a stranger: a search that loads is one that the machine can go on with.

| field | holds |
|---|---|
| `format`, `version` | `"calculus-search"`, 1 |
| `sources`, `terms` | as in every saved state, see `calculus.machine.tables` |
| `structures` | `[name, [value]]`; a value is a variable's number, `["term", t]` or `["structure", s]` |
| `environments` | `{name: value}` |
| `cells`, `frames` | `[value, cell below]`, `[term, environment, frame below]` |
| `bindings` | `[bindings they extend or null, [[variable, value]]]` |
| `states` | `[{location: cell}, term, environment, frame, bindings, fresh, depth]` |
| `query` | `term`, `definitions`, `stacks` of terms, `asked` |
| `strategy`, `mode`, `merge`, `keep` | how the search is made |
| `frontier` | `stack` or `queue` of states, and the strategy's own |
| `seen` | in set mode the keys of the states seen, and the numbers that they use |
| `answers` | `bindings`, `stacks`, `multiplicity` |
| `ends`, `elsewhere` | `[state, number of branches]`, see `calculus.machine.relational.ends` |
| `language`, `steps`, `found`, `complete`, `stopped_by`, `error` | as in `Answers` |
"""

from calculus.machine.relational.serial.reader import search_from_json
from calculus.machine.relational.serial.writer import FORMAT, VERSION, search_to_json

__all__ = ["FORMAT", "VERSION", "search_from_json", "search_to_json"]
