import { dirname, join } from 'node:path';
import { importsOf, packageOf, type ModuleImport } from './module-imports.js';

/** A file and what it imports from packages. */
export interface PackageImport extends ModuleImport {
  readonly file: string;
  readonly package: string;
}

/**
 * All imports of packages in a file and in the files it leads to.
 *
 * @param fileOf the file that a relative import, joined to the folder it is in, stands for
 */
export function packageImports(
  entry: string,
  fileOf: (path: string) => string,
  seen: Set<string> = new Set(),
): PackageImport[] {
  if (seen.has(entry)) return [];
  seen.add(entry);
  return importsOf(entry).flatMap((found) => {
    const name = packageOf(found.specifier);
    if (name !== undefined) return [{ ...found, file: entry, package: name }];
    if (!found.specifier.startsWith('.')) return [];
    return packageImports(fileOf(join(dirname(entry), found.specifier)), fileOf, seen);
  });
}
