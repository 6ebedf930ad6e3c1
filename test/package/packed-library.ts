import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.js';

/** The root of the checkout. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The package as `npm publish` would send it. */
export interface PackedLibrary {
  /** Path of the tarball. */
  readonly tarball: string;
  /** The folder it was made of: what is in `files` is here under the same names. */
  readonly folder: string;
  /** Paths of its files. */
  readonly files: readonly string[];
}

interface PackReport {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Builds the library and packs it, in a folder of its own: `dist` of the checkout may be in use. */
export async function packLibrary(folder: string): Promise<PackedLibrary> {
  await mkdir(folder, { recursive: true });
  const kept = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'docs'];
  for (const name of kept) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', ROOT, '--outDir', join(folder, 'dist')], folder);
  const report = await run('npm', ['pack', '--json', '--ignore-scripts'], folder);
  const { filename, files } = onlyPackage(JSON.parse(report));
  return { tarball: join(folder, filename), folder, files: files.map(({ path }) => path) };
}

/** An array of packages up to npm 11, by their names in later ones. */
function onlyPackage(report: unknown): PackReport {
  return Object.values(report as Record<string, PackReport>)[0]!;
}
