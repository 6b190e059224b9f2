% Terms with operators, names in quotes, and strings.
t(1-(2-3)).
t((1-2)-3).
t(- (1)).
t(-(-(a))).
t(1-(-1)).
t(2*(3+4) mod 5).
t((a :- b, c ; d -> e)).
t([(a, b), c|d]).
t('hello world'-'Capital'-[]-{}).
t(- -x).
t(\+ a).
t(f(+, -, *, (:-))).
t(a = b).
t((a = b) = c).
t("a \"string\"\n").
t('don''t').
t(x^y^z).
t((x^y)^z).
t(-x^2).
t(-1^2).
t({a, b}).
t(1 rdiv 2 xor 3).
t(a:b:c).
t(\ 1).
t('tab\tnewline\n').
t(is).
t([-]).

?- t(X), Y = f(X, [X|_]).
