import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, modifiedAt, root, say } from './ensure-dependencies.mjs';
import { runNode } from './run-program.mjs';

const CONFIGS = ['package.json', 'tsconfig.json', 'nest-cli.json'];

/** Builds the library, unless what is built is newer than all it is made of. */
export function buildLibrary() {
  return buildWhereOlder('session', ['lib'], 'dist/index.js', 'the library');
}

/** The same for the sample shop. */
export function buildSample() {
  // The library's types go into the sample's build.
  const sources = ['sample/shop/src', 'sample/shop/tsconfig.json', 'lib'];
  return buildWhereOlder('sample', sources, SAMPLE_ENTRY, 'the sample');
}

export const SAMPLE_ENTRY = 'sample/shop/dist/main.js';

async function buildWhereOlder(project, sources, entry, name) {
  const built = modifiedAt(join(root, entry));
  const changed = Math.max(...[...CONFIGS, ...sources].map((path) => newestIn(join(root, path))));
  if (built > changed) return;
  say(`building ${name}`);
  const nest = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  const code = await runNode([nest, 'build', project], { cwd: root });
  if (code === 0) return;
  // What a failed build has left must not pass for a finished one at the next start.
  rmSync(join(root, entry), { force: true });
  fail(`building ${name} failed, see above`, code);
}

/** The latest change below the path; a folder counts too, as it changes when a file is deleted. */
function newestIn(path) {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return modifiedAt(path);
  const inside = readdirSync(path, { recursive: true }).map((name) => modifiedAt(join(path, name)));
  return Math.max(modifiedAt(path), ...inside);
}
