-- Goes to and fro between two cells. In set mode steps are not counted, and the search ends.
A 0 -> 1 R B
A 1 -> 0 R B
B 0 -> 0 L A
B 1 -> 1 L A
