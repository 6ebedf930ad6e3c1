import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A checkout whose npm, Jest, Nest and sample note how they were called and do little else. */
let checkout: string;

const NOTE = `
const fs = require('node:fs'), path = require('node:path');
const put = (file, text) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
};
const note = (who) => fs.appendFileSync('notes', [who, ...process.argv.slice(2)].join(' ') + '\\n');
`;

const NPM = `${NOTE} note('npm'); if (process.env.NPM_FAILS) process.exit(9);
fs.cpSync('installed', 'node_modules', { recursive: true });`;

const JEST = `${NOTE} note('jest'); console.log(process.env.NODE_ENV); process.exitCode = 5;
if (process.argv[2] === 'wait') {
  process.on('SIGTERM', () => process.exit(6));
  setInterval(() => undefined, 1000);
  console.log('waiting');
}`;

const NEST = `${NOTE} note('nest'); if (process.env.NEST_FAILS) process.exit(8);
const sample = ${JSON.stringify(`${NOTE} note('sample'); process.exitCode = 7;`)};
if (process.argv[3] === 'session') put('dist/index.js', '');
else put('sample/shop/dist/main.js', sample);`;

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'checkout-'));
  await cp('scripts', join(checkout, 'scripts'), { recursive: true });
  await write('npm/npm-cli.js', NPM);
  await write('installed/jest/bin/jest.js', JEST);
  await write('installed/@nestjs/cli/bin/nest.js', NEST);
  await write('installed/.package-lock.json', '{}');
  for (const file of ['package-lock.json', 'lib/index.ts', 'sample/shop/src/main.ts']) {
    await write(file, '', { secondsAgo: 60 });
  }
});

afterEach(async () => {
  await rm(checkout, { recursive: true, force: true });
});

const write = async (file: string, text: string, { secondsAgo = 0 } = {}): Promise<void> => {
  const path = join(checkout, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  const time = Date.now() / 1000 - secondsAgo;
  await utimes(path, time, time);
};

const start = (script: string, args: string[], env: NodeJS.ProcessEnv) =>
  spawn(process.execPath, [join(checkout, 'scripts', script), ...args], {
    cwd: tmpdir(),
    env: { ...process.env, npm_execpath: join(checkout, 'npm/npm-cli.js'), ...env },
  });

/** Runs a launcher from another folder to its end. */
const run = async (script: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) => {
  await rm(join(checkout, 'notes'), { force: true });
  const child = start(script, args, env);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const notes = await readFile(join(checkout, 'notes'), 'utf8').catch(() => '');
  return { code, ...output, called: notes.split('\n').filter((line) => line !== '') };
};

const INSTALLED = 'npm ci --include=dev --no-audit --no-fund';

describe('npm test', () => {
  it('installs the dependencies on a fresh clone, says so, and hands on arguments and exit code', async () => {
    const { code, called, stderr } = await run('run-tests.mjs', ['--verbose', 'some.spec']);

    expect(called).toEqual([INSTALLED, 'jest --verbose some.spec']);
    expect(stderr).toContain('node_modules is missing');
    expect(code).toBe(5);
  });

  it('installs nothing the second time', async () => {
    await run('run-tests.mjs');

    const { called, stderr } = await run('run-tests.mjs');

    expect(called).toEqual(['jest']);
    expect(stderr).toBe('');
  });

  it('installs again where the lockfile is newer, once even if it is dated in the future', async () => {
    await run('run-tests.mjs');
    await write('package-lock.json', '', { secondsAgo: -3600 });

    const again = await run('run-tests.mjs');
    const after = await run('run-tests.mjs');

    expect(again.called).toEqual([INSTALLED, 'jest']);
    expect(again.stderr).toContain('older than package-lock.json');
    expect(after.called).toEqual(['jest']);
  });

  it('leaves dependencies alone that are a link to those of another checkout', async () => {
    await symlink(join(checkout, 'installed'), join(checkout, 'node_modules'));
    await write('package-lock.json', '', { secondsAgo: -3600 });

    const { called } = await run('run-tests.mjs');

    expect(called).toEqual(['jest']);
  });

  it('ends with the code of an installation that has failed, and runs nothing', async () => {
    const { code, called, stderr } = await run('run-tests.mjs', [], { NPM_FAILS: '1' });

    expect(called).toEqual([INSTALLED]);
    expect(stderr).toContain('`npm ci` failed');
    expect(code).toBe(9);
  });

  it('tests in the test environment also where NODE_ENV is production', async () => {
    const { stdout } = await run('run-tests.mjs', [], { NODE_ENV: 'production' });

    expect(stdout).toBe('test\n');
  });

  it('hands on signals', async () => {
    const child = start('run-tests.mjs', ['wait'], {});
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdout.on('data', (chunk) => {
      if (String(chunk).includes('waiting')) child.kill('SIGTERM');
    });

    await expect(ended).resolves.toBe(6);
  });
});

describe('npm start', () => {
  const BUILT = ['nest build session', 'nest build sample'];

  it('installs, builds library and sample, and runs the sample with arguments and exit code', async () => {
    const { code, called } = await run('start-sample.mjs', ['--port', '0']);

    expect(called).toEqual([INSTALLED, ...BUILT, 'sample --port 0']);
    expect(code).toBe(7);
  });

  it('builds nothing where nothing has changed', async () => {
    await run('start-sample.mjs');

    const { called } = await run('start-sample.mjs');

    expect(called).toEqual(['sample']);
  });

  it('builds only the sample where only that has changed, and both where the library has', async () => {
    await run('start-sample.mjs');
    await write('sample/shop/src/main.ts', '', { secondsAgo: -5 });
    const sampleChanged = await run('start-sample.mjs');
    await write('lib/index.ts', '', { secondsAgo: -5 });
    const libraryChanged = await run('start-sample.mjs');

    expect(sampleChanged.called).toEqual(['nest build sample', 'sample']);
    expect(libraryChanged.called).toEqual([...BUILT, 'sample']);
  });

  it('builds the library again where a source was deleted', async () => {
    await write('lib/gone.ts', '');
    await run('start-sample.mjs');
    await rm(join(checkout, 'lib/gone.ts'));

    const { called } = await run('start-sample.mjs');

    expect(called).toContain('nest build session');
  });

  it('does not run the sample after a build that has failed, nor take it for built next time', async () => {
    await run('start-sample.mjs');
    await write('lib/index.ts', '', { secondsAgo: -5 });

    const failed = await run('start-sample.mjs', [], { NEST_FAILS: '1' });

    expect(failed.called).toEqual(['nest build session']);
    expect(failed.code).toBe(8);
    expect(failed.stderr).toContain('building the library failed');
    expect(existsSync(join(checkout, 'dist/index.js'))).toBe(false);
  });
});
