% Three colours for the regions of Australia, neighbours apart. There are eighteen ways; here are three.
neighbours(red, green).
neighbours(red, blue).
neighbours(green, red).
neighbours(green, blue).
neighbours(blue, red).
neighbours(blue, green).

?- neighbours(WA, NT), neighbours(WA, SA), neighbours(NT, SA), neighbours(NT, Q), neighbours(SA, Q),
    neighbours(SA, NSW), neighbours(SA, V), neighbours(Q, NSW), neighbours(NSW, V).
