import { existsSync, lstatSync, statSync, utimesSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNode, runProgram } from './run-program.mjs';

const OLDEST_NODE = [20, 19];

/** The root of the checkout, wherever the script was started. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Installs the dependencies where they are missing or older than package-lock.json. This is no
 * npm hook, since those are skipped under `ignore-scripts`.
 */
export async function ensureDependencies() {
  refuseOldNode();
  // Through a link `npm ci` would empty the folder of another checkout.
  if (isLink(join(root, 'node_modules'))) return;
  const lockfile = join(root, 'package-lock.json');
  // npm writes this copy as the last step of an installation.
  const installed = join(root, 'node_modules', '.package-lock.json');
  const wanted = modifiedAt(lockfile);
  const present = modifiedAt(installed);
  if (present >= wanted) return;
  say(
    present === -Infinity
      ? 'node_modules is missing: installing the dependencies with `npm ci` (about a minute)'
      : 'node_modules is older than package-lock.json: installing again with `npm ci`',
  );
  const code = await npm(['ci', '--include=dev', '--no-audit', '--no-fund']);
  if (code !== 0) fail('`npm ci` failed, see above', code);
  // A lockfile dated in the future would otherwise be installed at every start.
  const now = Date.now() / 1000;
  utimesSync(installed, now, Math.max(now, modifiedAt(lockfile) / 1000 + 1));
}

/** When the file was last written, in ms since 1970; -Infinity where there is none. */
export function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
}

function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** One line of progress. */
export function say(line) {
  console.error(`nest-session: ${line}`);
}

/** Ends this program with a sentence. */
export function fail(sentence, code = 1) {
  say(`${sentence}.`);
  process.exit(code);
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(`Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}`);
}

/** The npm that has started this script, else the one beside this Node, else the one on PATH. */
function npm(args) {
  const beside = join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  const script = [process.env.npm_execpath, beside].find(
    (path) => path && basename(path) === 'npm-cli.js' && existsSync(path),
  );
  const options = { cwd: root };
  if (script) return runNode([script, ...args], options);
  return runProgram('npm', args, { ...options, shell: process.platform === 'win32' });
}
