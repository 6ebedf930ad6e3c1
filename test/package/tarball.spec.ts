import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { packageImports } from './file-graph.js';
import { declaredPackages, readManifest, requiredPackages, targetsOf } from './manifest.js';
import { waitsAtTopLevel } from './module-imports.js';
import { packLibrary, ROOT, type PackedLibrary } from './packed-library.js';

const manifest = readManifest(ROOT);
const entries = Object.entries(manifest.exports).map(([subpath, target]) => ({
  subpath,
  targets: targetsOf(target),
}));

describe('The tarball', () => {
  let library: PackedLibrary;

  beforeAll(async () => {
    library = await packLibrary(await mkdtemp(join(tmpdir(), 'nest-session-pack-')));
  }, 300_000);

  afterAll(() => rm(library.folder, { recursive: true, force: true }));

  it('holds the built library, its docs and nothing else', () => {
    const known = [
      /^dist\/.+\.(js|js\.map|d\.ts)$/,
      /^docs\/.+\.(md|svg|png|json)$/,
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
    ];
    const strange = library.files.filter((file) => !known.some((pattern) => pattern.test(file)));
    expect(strange).toEqual([]);
    expect(library.files).toEqual(
      expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']),
    );
  });

  it.each(entries)('has every file that $subpath leads to', ({ targets }) => {
    const missing = targets.filter((target) => !library.files.includes(target.replace('./', '')));
    expect(missing).toEqual([]);
  });

  it.each(entries.filter(({ targets }) => targets.length > 1))(
    'asks for no type of a package that a user of $subpath may not have',
    ({ subpath, targets }) => {
      const allowed = subpath === '.' ? requiredPackages(manifest) : declaredPackages(manifest);
      const leaks = targets
        .filter((target) => target.endsWith('.d.ts'))
        .flatMap((target) => packageImports(join(library.folder, target), asDeclarations))
        .filter((found) => !allowed.includes(found.package))
        .map((found) => `${relative(library.folder, found.file)}: ${found.specifier}`);
      expect(leaks).toEqual([]);
    },
  );

  it('never waits while it loads, so that CommonJS apps can require it', () => {
    const waiting = scripts(library).filter((file) => waitsAtTopLevel(join(library.folder, file)));
    expect(waiting).toEqual([]);
  });

  it('carries the sources in its source maps', async () => {
    for (const file of scripts(library)) {
      const text = await readFile(join(library.folder, `${file}.map`), 'utf8');
      const { sourcesContent = [] } = JSON.parse(text) as { sourcesContent?: string[] };
      expect({ file, length: sourcesContent.length }).toEqual({ file, length: 1 });
    }
  });
});

function scripts({ files }: PackedLibrary): string[] {
  return files.filter((file) => file.endsWith('.js'));
}

function asDeclarations(path: string): string {
  return path.replace(/\.js$/, '.d.ts');
}
