import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of package.json that a published package is used by. */
export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, ExportTarget>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A file, or one by condition. */
export type ExportTarget = string | { readonly [condition: string]: ExportTarget };

/** The package.json of a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Names of packages that whoever installs the library has too. */
export function requiredPackages(manifest: Manifest): string[] {
  const optional = optionalPackages(manifest);
  return declaredPackages(manifest).filter((name) => !optional.includes(name));
}

/** Names of the packages that may be missing. */
export function optionalPackages({ peerDependenciesMeta = {} }: Manifest): string[] {
  return Object.keys(peerDependenciesMeta).filter((name) => peerDependenciesMeta[name]?.optional);
}

/** Names of all packages the library may import. */
export function declaredPackages({ dependencies = {}, peerDependencies }: Manifest): string[] {
  return [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
}

/** All files that an entry of `exports` may lead to, under any condition. */
export function targetsOf(target: ExportTarget): string[] {
  return typeof target === 'string' ? [target] : Object.values(target).flatMap(targetsOf);
}
