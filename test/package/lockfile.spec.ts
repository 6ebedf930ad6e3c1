import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packed-library.js';

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};

describe('package-lock.json', () => {
  it('lists the optional packages of every platform, without which npm ci refuses it', () => {
    const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(place, name)),
    );
    expect(missing).toEqual([]);
  });

  it('names no registry, so that everybody installs from their own', () => {
    const named = Object.keys(packages).filter((place) => packages[place]?.resolved);
    expect(named).toEqual([]);
  });
});

/** Whether a package finds another one in its own node_modules or in one above. */
function isLocked(place: string, name: string): boolean {
  if (`${place && `${place}/`}node_modules/${name}` in packages) return true;
  if (place === '') return false;
  const end = place.lastIndexOf('/node_modules/');
  return isLocked(end < 0 ? '' : place.slice(0, end), name);
}
