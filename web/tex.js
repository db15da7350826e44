// Formulas as drawings write them, as `plain_text.py` of the service has them: `$\varnothing 30^{+0.2}_{-0.1}$` is
// Ø30 +0.2/-0.1. A test holds the two against each other.

const TEX = /(?<!\\)\\\(([^\n]{1,300}?)\\\)|(?<!\\)\\\[([^]{1,300}?)\\\]|(?<!\\)\$\$?([^$\n]{1,300}?)(?<!\\)\$\$?/g;
const TELLS = /(?<!\\)(?:\\[A-Za-z]|[\^_]\{)/; // else two prices, or lettering in brackets
const LOWERED = /_(\{[^{}]*\}|\S)\^(\{[^{}]*\}|\S)/g;
const DEGREE = /\^\s?\{?\s?\\(?:circ|degree)\s?\}?/g;
const COMMAND = /\\(?:([A-Za-z]+) ?|([,;:! ]))/g;
const SIGNS = {
  varnothing: "Ø", emptyset: "Ø", diameter: "Ø", phi: "Ø", Phi: "Ø", oslash: "Ø", O: "Ø",
  pm: "±", times: "×", cdot: "·", circ: "°", degree: "°", mu: "µ", leq: "≤", geq: "≥",
};

export const withoutTex = (markdown) => markdown.replace(TEX, untexed);

function untexed(formula, round, square, dollars) {
  const inside = round ?? square ?? dollars;
  if (!TELLS.test(inside)) return formula;
  return inside
    .replaceAll("{,}", ",")
    .replace(LOWERED, "^$2_$1")
    .replace(DEGREE, "°")
    .replace(COMMAND, (_, name, space) => SIGNS[name] ?? (space ? " " : ""))
    .replaceAll("^", " ")
    .replace(/\}\s?_\s?\{?(?=\s?[+-]?\d)/g, "/")
    .replace(/[{}]/g, "")
    .trim()
    .split(/\s+/)
    .join(" ");
}
