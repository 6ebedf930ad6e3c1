import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packed-library.js';

describe('docs/compared.md', () => {
  const page = readFileSync(join(ROOT, 'docs/compared.md'), 'utf8');
  const titles = [...page.matchAll(/\| "(.+?)" \|$/gm)].map(([, title]) => title!);

  it('names tests that are there', () => {
    const folders = ['unit', 'contract', 'e2e'].map((name) => join(ROOT, 'test', name));
    const sources = folders.flatMap(sourcesIn).join('\n').replaceAll("\\'", "'");
    expect(titles.length).toBeGreaterThan(25);
    expect(titles.filter((title) => !sources.includes(title))).toEqual([]);
  });
});

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
