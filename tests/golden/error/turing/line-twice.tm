blank: 0
blank: 1
A 0 -> 1 R A
