let count = 0;

/** A value of the small field that it has in no session yet. */
export function nextMark(): string {
  count += 1;
  return `w-${process.pid}-${count}`;
}
