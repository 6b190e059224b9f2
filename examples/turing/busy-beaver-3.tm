-- Three states: 6 ones after 14 steps.
1RB1RH_0RC1RB_1LC1LA
