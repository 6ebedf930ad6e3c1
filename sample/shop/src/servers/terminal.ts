const COLOURS = process.stdout.isTTY && !process.env['NO_COLOR'];

const paint = (code: number, text: string): string =>
  COLOURS ? `\u001b[${code}m${text}\u001b[0m` : text;

export const bold = (text: string): string => paint(1, text);
export const dim = (text: string): string => paint(2, text);
const green = (text: string): string => paint(32, text);
export const red = (text: string): string => paint(31, text);

export function print(line = ''): void {
  console.log(line && `  ${line}`);
}

/** Says what is being started, and how long it took. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  print(`${dim('…')} starting ${what}`);
  const startedAt = performance.now();
  const result = await work();
  print(`${green('✔')} ${what} ${dim(`${((performance.now() - startedAt) / 1000).toFixed(1)} s`)}`);
  return result;
}

/** Something that happened while the shop is open. */
export function report(line: string): void {
  print(`${dim(new Date().toLocaleTimeString('en-GB'))} ${line}`);
}
