// The benchmark programs as JavaScript closures.
// A line of input names a program; the answer is a line with its milliseconds and its result.
"use strict";

const church2 = (f) => (x) => f(f(x));
const church3 = (f) => (x) => f(f(f(x)));
const church4 = (f) => (x) => f(f(f(f(x))));
const church5 = (f) => (x) => f(f(f(f(f(x)))));
const church6 = (f) => (x) => f(f(f(f(f(f(x))))));
const church7 = (f) => (x) => f(f(f(f(f(f(f(x)))))));
const church8 = (f) => (x) => f(f(f(f(f(f(f(f(x))))))));
const church9 = (f) => (x) => f(f(f(f(f(f(f(f(f(x)))))))));
const church20 = (f) => (x) => f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(x))))))))))))))))))));

const successor = (n) => n + 1;
const times = (m, n) => (f) => m(n(f));

const churchFactorial = () => {
  let product = church2;
  for (const numeral of [church3, church4, church5, church6, church7, church8, church9]) {
    product = times(numeral, product);
  }
  return product(successor)(0);
};

const fib = (f, n) => (n < 2 ? n : f(f, n - 1) + f(f, n - 2));

const loop = () => {
  const cells = [10000000, 0];
  while (cells[0] !== 0) {
    cells[1] += cells[0];
    cells[0] -= 1;
  }
  return cells[1];
};

const tak = (x, y, z) => (y < x ? tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) : z);

const ack = (m, n) => (m === 0 ? n + 1 : n === 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1)));

const make = (depth) => {
  if (depth === 0) return (leaf, node) => leaf();
  const left = make(depth - 1);
  const right = make(depth - 1);
  return (leaf, node) => node(left, right);
};
const atLeaf = () => 1;
const atNode = (left, right) => count(left) + count(right) + 1;
const count = (tree) => tree(atLeaf, atNode);

const trees = () => {
  let total = 0;
  for (let i = 0; i < 100; i++) total += count(make(14));
  return total;
};

const programs = {
  "church-power": () => church20(church2)(successor)(0),
  "church-factorial": churchFactorial,
  fib: () => fib(fib, 27),
  loop,
  tak: () => tak(24, 16, 8),
  ack: () => ack(3, 9),
  trees,
};

require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const program = programs[line.trim()];
    const start = performance.now();
    const result = program();
    console.log(`${performance.now() - start} ${result}`);
  });
