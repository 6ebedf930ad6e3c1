// Compiles TypeScript for processes of their own: Jest's transforms end with its process.
// Arguments, from the root of the checkout: the folder to compile to, and the folders to compile; default test/.compiled, with
// lib and all that the tests start.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const [to = 'test/.compiled', ...named] = process.argv.slice(2);
const COMPILED = join(ROOT, to);
const FOLDERS = named.length > 0 ? named : ['lib', 'test/apps', 'test/support', 'test/faults'];
const OPTIONS = {
  sourceMaps: 'inline',
  swcrc: false,
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
};

await rm(COMPILED, { recursive: true, force: true });
const sources = (await Promise.all(FOLDERS.map(sourcesIn))).flat();
await Promise.all(sources.map(compile));

async function sourcesIn(folder) {
  const entries = await readdir(join(ROOT, folder), { recursive: true });
  const sources = entries.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  return sources.map((name) => join(ROOT, folder, name));
}

async function compile(source) {
  const target = join(COMPILED, relative(ROOT, source)).replace(/\.ts$/, '.js');
  const { code } = await transform(await readFile(source, 'utf8'), {
    ...OPTIONS,
    filename: source,
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
}
