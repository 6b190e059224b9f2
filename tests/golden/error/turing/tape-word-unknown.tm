tape: left rigth
A left -> right R A
