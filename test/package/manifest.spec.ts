import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageImports } from './file-graph.js';
import { declaredPackages, optionalPackages, readManifest, requiredPackages } from './manifest.js';
import { importsOf, packageOf } from './module-imports.js';
import { ROOT } from './packed-library.js';

const LIB = join(ROOT, 'lib');
const manifest = readManifest(ROOT);

const imports = readdirSync(LIB, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((file) => importsOf(join(LIB, file)).map((found) => ({ file, ...found })));

describe('package.json', () => {
  it('declares every package that lib imports', () => {
    const declared = declaredPackages(manifest);
    const missing = imports.filter(({ specifier }) => {
      const name = packageOf(specifier);
      return name !== undefined && !declared.includes(name);
    });
    expect(missing).toEqual([]);
  });

  it('declares no package that lib does not import', () => {
    const imported = new Set(imports.map(({ specifier }) => packageOf(specifier)));
    const unused = declaredPackages(manifest).filter((name) => !imported.has(name));
    // Nest and class-validator want it loaded once in the app; our decorators write to it by its globals.
    expect(unused).toEqual(['reflect-metadata']);
  });

  it('has no dependency that would be installed beside the one of the app', () => {
    expect(manifest.dependencies ?? {}).toEqual({});
  });

  it('calls optional only what the main entry loads at need, or names in types', () => {
    const optional = optionalPackages(manifest);
    const loadedAtOnce = packageImports(join(LIB, 'index.ts'), asSource)
      .filter((found) => found.kind === 'static' && optional.includes(found.package))
      .map((found) => `${relative(ROOT, found.file)}: ${found.specifier}`);
    expect(loadedAtOnce).toEqual([]);
  });

  it('names as optional only packages that it declares', () => {
    const required = requiredPackages(manifest);
    const declared = declaredPackages(manifest);
    expect(required.length + optionalPackages(manifest).length).toBe(declared.length);
  });
});

function asSource(path: string): string {
  return path.replace(/\.js$/, '.ts');
}
