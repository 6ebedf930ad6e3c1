/** The name most like a misspelt one, if any is close: up to a third of its letters differ, case apart. */
export function closestName(given: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Math.ceil(Math.min(given.length, 30) / 3) + 1;
  for (const name of names) {
    const steps = editDistance(given.slice(0, 64).toLowerCase(), name.toLowerCase());
    if (steps < fewest) [best, fewest] = [name, steps];
  }
  return best;
}

/** Levenshtein distance, in rows. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
