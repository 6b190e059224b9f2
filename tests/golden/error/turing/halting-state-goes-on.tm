halt: B
A 0 -> 1 R B
B 0 -> 1 R A
