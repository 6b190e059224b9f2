-- Five states: 4,098 ones after 47,176,870 steps, which take some seconds; the tests stop it before.
1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RH0LA
