import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Result } from '../questions/result.js';

/** The newest answers to all questions, one JSON line each: a run that asks some of them leaves the others as they were. */
export class ResultsFile<Stored extends { readonly id: string } = Result> {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  read(): Stored[] {
    if (!existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Stored);
  }

  put(result: Stored): void {
    const others = this.read().filter(({ id }) => id !== result.id);
    const lines = [...others, result].sort((a, b) => (a.id < b.id ? -1 : 1));
    writeFileSync(this.#path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
}
