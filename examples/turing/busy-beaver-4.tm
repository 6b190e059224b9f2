-- Four states: 107 steps, 13 ones.
1RB1LB_1LA0LC_1RH1LD_1RD0RA
