import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { findRedisServer, RedisServerNotFoundError } from '../../../lib/testing/index.js';

const hasApt = existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg');
const onDebian = hasApt ? it : it.skip;

let folder: string;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  environment = { ...process.env };
  folder = await mkdtemp(join(tmpdir(), 'find-server-'));
  delete process.env['REDIS_SERVER'];
  process.env['PATH'] = join(folder, 'empty');
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
});

afterEach(async () => {
  for (const name of ['REDIS_SERVER', 'PATH', 'XDG_CACHE_HOME']) {
    if (environment[name] === undefined) delete process.env[name];
    else process.env[name] = environment[name];
  }
  await rm(folder, { recursive: true, force: true });
});

/** A program that tells this version of itself. */
const program = async (path: string, version: string): Promise<string> => {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho '${version}'\n`);
  await chmod(file, 0o755);
  return file;
};

const REDIS = 'Redis server v=7.2.4 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0';
const VALKEY = 'Valkey server v=8.1.0 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0';
const OLD_REDIS = REDIS.replace('7.2.4', '6.0.16');

const lookAlong = (...names: string[]) => {
  process.env['PATH'] = names.map((name) => join(folder, name)).join(delimiter);
};

describe('a server is looked for', () => {
  it('in REDIS_SERVER before all else', async () => {
    await program('a/redis-server', REDIS);
    lookAlong('a');
    process.env['REDIS_SERVER'] = await program('mine', VALKEY);

    await expect(findRedisServer()).resolves.toEqual({ path: join(folder, 'mine'), env: {} });
  });

  it('on PATH, in its order', async () => {
    await program('a/redis-server', REDIS);
    const earlier = await program('b/redis-server', REDIS);
    lookAlong('b', 'a');

    await expect(findRedisServer()).resolves.toEqual({ path: earlier, env: {} });
  });

  it('on PATH as valkey-server where there is no redis-server', async () => {
    const valkey = await program('a/valkey-server', VALKEY);
    lookAlong('a', 'b');
    await expect(findRedisServer()).resolves.toEqual({ path: valkey, env: {} });

    const redis = await program('b/redis-server', REDIS);
    await expect(findRedisServer()).resolves.toEqual({ path: redis, env: {} });
  });

  it('among those only that are of version 7.0 or newer and start', async () => {
    await program('a/redis-server', OLD_REDIS);
    await program('b/redis-server', 'something else');
    const good = await program('c/redis-server', REDIS);
    lookAlong('a', 'b', 'c');

    await expect(findRedisServer()).resolves.toEqual({ path: good, env: {} });
  });

  it('nowhere else when REDIS_SERVER names something that is no server', async () => {
    await program('a/redis-server', REDIS);
    lookAlong('a');
    process.env['REDIS_SERVER'] = join(folder, 'missing');

    await expect(findRedisServer()).rejects.toThrow(`REDIS_SERVER names '${folder}/missing'`);
  });
});

describe("the distribution's package", () => {
  let cache: string;

  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), 'server-cache-'));
  });

  beforeEach(() => {
    process.env['XDG_CACHE_HOME'] = cache;
  });

  afterAll(async () => {
    await rm(cache, { recursive: true, force: true });
  });

  onDebian(
    'is unpacked into the cache once, also when two want it at the same time',
    async () => {
      const lines: string[] = [];
      const log = (line: string) => void lines.push(line);

      const [one, other] = await Promise.all([findRedisServer({ log }), findRedisServer({ log })]);
      const cached = await findRedisServer({
        log: () => {
          throw new Error('unpacked again');
        },
      });

      const [line = ''] = lines;
      expect(line).toContain(join(cache, 'nest-session'));
      expect(one).toEqual(other);
      expect(cached).toEqual(one);
      expect(one.path.startsWith(join(cache, 'nest-session', 'redis-'))).toBe(true);
      const env = { ...process.env, ...one.env };
      expect(String(execFileSync(one.path, ['--version'], { env }))).toMatch(/server v=\d/);
      expect(await readdir(join(cache, 'nest-session'))).toHaveLength(1);
    },
    180_000,
  );

  onDebian(
    'is unpacked again where the cached one does not start',
    async () => {
      const { path } = await findRedisServer();
      await rm(path);

      await expect(findRedisServer()).resolves.toMatchObject({ path });
      expect(existsSync(path)).toBe(true);
    },
    180_000,
  );

  onDebian('that cannot be unpacked leaves the command that installs it', async () => {
    process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
    await writeFile(join(folder, 'cache'), 'a file where the folder should be');

    const error = await findRedisServer().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(RedisServerNotFoundError);
    expect(String(error)).toContain('No Redis server, 7.0 or newer, was found');
    expect(String(error)).toContain('Run: sudo apt-get install redis-server');
  });
});
