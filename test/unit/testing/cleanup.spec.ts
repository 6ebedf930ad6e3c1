import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisCluster } from '../../../lib/testing/index.js';
import { ServerFolder } from '../../../lib/testing/server-folder.js';
import { waitUntil } from '../../../lib/testing/wait-until.js';
import { ChildWorkspace, type Ending } from './child-program.js';
import { isGone } from './process-state.js';

interface Servers {
  pids: number[];
  folder: string;
}

const START = `
import { join } from 'node:path';
import { startRedisCluster } from './testing/index.js';
const cluster = await startRedisCluster({ replicasPerMaster: 0 });
const [first, second, third] = cluster.nodes;
const [, folder] = await cluster.command(first, 'CONFIG', 'GET', 'dir');
`;

const SAY = `
const pids = cluster.nodes.map(({ pid }) => pid);
process.stdout.write(JSON.stringify({ pids, folder: join(folder, '..') }) + '\\n');
`;

const STAY = 'setInterval(() => undefined, 1000);';

let workspace: ChildWorkspace;

beforeAll(async () => {
  workspace = await ChildWorkspace.create();
});

afterAll(async () => {
  await workspace.remove();
});

const nothingIsLeft = async ({ pids, folder }: Servers) => {
  await waitUntil('Nothing is left', async () => {
    const alive = pids.filter((pid) => !isGone(pid));
    if (alive.length > 0) return `servers ${alive.join(', ')} run`;
    return existsSync(folder) ? `${folder} exists` : undefined;
  });
};

/** Runs a program with a cluster up to its end, which the signal brings about where one is given. */
const endOf = async (
  { before = '', after = '' }: { before?: string; after?: string },
  signal?: NodeJS.Signals,
): Promise<Ending> => {
  const { child, said, ended } = await workspace.run<Servers>(START + before + SAY + after);
  if (signal) {
    expect(said.pids.filter(isGone)).toEqual([]);
    child.kill(signal);
  }
  const ending = await ended;
  // Only where a signal has ended it does the cleaning go on after its end.
  if (ending.signal === null) expect(existsSync(said.folder)).toBe(false);
  await nothingIsLeft(said);
  return ending;
};

describe('nothing is left of a cluster', () => {
  it('after close, which may be called twice', async () => {
    const cluster = await startRedisCluster({ replicasPerMaster: 0 });
    const pids = cluster.nodes.map(({ pid }) => pid);
    const [, folder] = (await cluster.command(
      cluster.nodes[0]!,
      'CONFIG',
      'GET',
      'dir',
    )) as string[];

    await cluster.close();
    await cluster.close();

    expect(pids.filter(isGone)).toEqual(pids);
    expect(existsSync(join(folder!, '..'))).toBe(false);
  });

  it('after a start that has failed', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'failed-start-'));
    const program = `import { startRedisCluster } from './testing/index.js';
      const error = await startRedisCluster({ config: { maxmemory: 'nonsense' } }).catch((e) => e);
      process.stdout.write(JSON.stringify(error.message) + '\\n');`;

    const { said, ended } = await workspace.run<string>(program, { TMPDIR: temporary });

    expect(said).toContain('maxmemory');
    await ended;
    expect(await readdir(temporary)).toEqual([]);
    await rm(temporary, { recursive: true });
  });

  it('after Ctrl-C, which ends the program as ever', async () => {
    const ending = await endOf({ after: STAY }, 'SIGINT');

    expect(ending).toEqual({ code: null, signal: 'SIGINT' });
  });

  it('after SIGTERM, which the program handles in its own way and with the cluster at hand', async () => {
    const before = `process.on('SIGTERM', async () => {
      process.exit((await cluster.command(first, 'PING')) === 'PONG' ? 42 : 1);
    });`;

    const ending = await endOf({ before, after: STAY }, 'SIGTERM');

    expect(ending).toEqual({ code: 42, signal: null });
  });

  it('after the program was killed', async () => {
    const ending = await endOf({ after: STAY }, 'SIGKILL');

    expect(ending).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('after the program was killed, of nodes that were stopped, added or started again either', async () => {
    const before = `
      await cluster.addNode();
      await cluster.restart(second);
      cluster.stop(third);`;

    const ending = await endOf({ before, after: STAY }, 'SIGKILL');

    expect(ending).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('after a crash', async () => {
    const ending = await endOf({ after: `setImmediate(() => { throw new Error(); });${STAY}` });

    expect(ending).toEqual({ code: 1, signal: null });
  });

  it('after a program that forgot it, and whose end it did not delay', async () => {
    const ending = await endOf({});

    expect(ending).toEqual({ code: 0, signal: null });
  });
});

describe('the folder of the servers', () => {
  it('leaves a process alone that is no longer one of them: its id may be another one by now', async () => {
    const stranger = spawn('sleep', ['60']);
    const folder = new ServerFolder();
    folder.track(stranger.pid!);
    folder.untrack(stranger.pid!);

    await folder.remove();

    expect(isGone(stranger.pid!)).toBe(false);
    stranger.kill();
  });
});
