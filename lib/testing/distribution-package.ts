import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isUsableServer, type RedisServerBinary } from './server-program.js';
import { linuxDistribution } from './install-advice.js';

const run = promisify(execFile);

/** The package with the server, and the one in which Debian keeps the program itself. */
const PACKAGE_SETS = [
  ['redis-server', 'redis-tools'],
  ['valkey-server', 'valkey-tools'],
];

/**
 * The server of the distribution's package in the cache folder; on Debian and Ubuntu it is
 * unpacked there when it is not there yet.
 *
 * @returns `undefined` on other systems
 * @throws Error when the package can't be fetched or its server does not start
 */
export async function unpackedServer(
  log: (line: string) => void,
): Promise<RedisServerBinary | undefined> {
  const { id, version, likes } = linuxDistribution();
  if (process.platform !== 'linux' || !likes.some((name) => /^(debian|ubuntu)$/.test(name))) {
    return undefined;
  }
  const target = join(cacheFolder(), `redis-${id}-${version}-${process.arch}`);
  const cached = await serverIn(target);
  if (cached) return cached;
  log(`No redis-server on PATH: unpacking the distribution's package into ${target} (once).`);
  await unpackInto(target);
  const unpacked = await serverIn(target);
  if (!unpacked) throw new Error(`the server in ${target} does not start or is too old`);
  return unpacked;
}

function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'nest-session');
}

async function serverIn(root: string): Promise<RedisServerBinary | undefined> {
  const libraries = await libraryFolders(root);
  const env = { LD_LIBRARY_PATH: libraries.join(delimiter) };
  for (const name of ['redis-server', 'valkey-server']) {
    const binary = { path: join(root, 'usr', 'bin', name), env };
    if (await isUsableServer(binary)) return binary;
  }
  return undefined;
}

async function libraryFolders(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const parent of [join(root, 'usr', 'lib'), join(root, 'lib')]) {
    const entries = await readdir(parent).catch(() => []);
    found.push(parent, ...entries.filter(isTriplet).map((entry) => join(parent, entry)));
  }
  return found;
}

function isTriplet(entry: string): boolean {
  return entry.includes('-linux-gnu');
}

/** Works in a folder of its own and renames it at the end: others see all of it or nothing. */
async function unpackInto(target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const work = await mkdtemp(`${target}.unpacking-`);
  try {
    const root = join(work, 'root');
    await mkdir(root);
    await fetchPackages(work);
    for (const file of await readdir(work)) {
      if (file.endsWith('.deb')) await run('dpkg', ['-x', join(work, file), root]);
    }
    await putInPlace(root, target, join(work, 'replaced'));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function putInPlace(root: string, target: string, attic: string): Promise<void> {
  const placed = await rename(root, target).then(
    () => true,
    () => false,
  );
  // Where something is in the place, another process was faster, or it is of no use any more.
  if (placed || (await serverIn(target))) return;
  await rename(target, attic);
  await rename(root, target);
}

/** Fetches what an installation would fetch, with lists and cache of our own instead of the system's. */
async function fetchPackages(work: string): Promise<void> {
  const own = await ownAptOptions(work);
  await run('apt-get', [...own, 'update', '-qq'], { cwd: work });
  const packages = await firstInstallable(work, own);
  await run('apt-get', [...own, 'download', '-qq', ...packages], { cwd: work });
}

async function ownAptOptions(work: string): Promise<string[]> {
  const lists = join(work, 'lists');
  const cache = join(work, 'cache');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
  return [`Dir::State::lists=${lists}`, `Dir::Cache=${cache}`, 'APT::Sandbox::User='].flatMap(
    (option) => ['-o', option],
  );
}

async function firstInstallable(work: string, own: string[]): Promise<string[]> {
  let reason: unknown;
  for (const names of PACKAGE_SETS) {
    // Reinstall, so that a part which the system already has is fetched all the same.
    const plan = ['install', '--simulate', '--reinstall', '--no-install-recommends', ...names];
    try {
      const { stdout } = await run('apt-get', [...own, ...plan], { cwd: work });
      return [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
    } catch (error) {
      reason = error;
    }
  }
  throw reason as Error;
}
