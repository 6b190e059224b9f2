tape: 0121
A 0 -> 1 R A
