-- Two states: 6 steps, 4 ones, the most that is possible before halting.
1RB1LB_1LA1RH
