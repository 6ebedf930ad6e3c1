/** The whole number a product of decimals stands for (2.3 * 3600000 is 8279999.999999999); undefined where it is none. */
export function wholeNumber(product: number): number | undefined {
  const whole = Math.round(product);
  return Math.abs(product - whole) < 1e-6 ? whole : undefined;
}

/** What was given, for an error message: texts and numbers as they are, of anything else the type. */
export function showInput(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'number' ? `${value}` : typeof value;
}
