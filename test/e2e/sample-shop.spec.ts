import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser } from '../support/chromium.js';
import { startSample, type SampleProcess } from '../support/sample-process.js';

/** Building library and sample included, on a busy machine. */
const START_MS = 240_000;
/** Longest wait for a failover and the return of the dead node. */
const HEALING_MS = 40_000;
jest.setTimeout(3 * HEALING_MS);

/** For people to look at. */
const SCREENSHOT = join(tmpdir(), 'nest-session-sample-shop.png');

describe('The sample shop, step by step in a real browser', () => {
  let sample: SampleProcess;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    sample = await startSample('scripts/start-sample.mjs');
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(HEALING_MS);
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(sample.url);
  }, START_MS);

  afterAll(async () => {
    await browser?.close();
    await sample?.end('SIGTERM');
  });

  it('greets by name and fills a cart, each answer from the next of three servers', async () => {
    await page.getByLabel('Your name').fill('Ada');
    await button('Greet me').click();
    await heading('Ada.').waitFor();
    for (const name of ['House beans', 'Hand mill', 'House beans']) await add(name);
    await lookAt('Gooseneck kettle');
    await lookAt('Speckled cup');
    expect(await cart()).toEqual(['House beans 2', 'Hand mill 1']);
    expect(await viewed()).toEqual(['Speckled cup', 'Gooseneck kettle']);
    expect(new Set(await servers())).toEqual(new Set(['A', 'B', 'C']));
  });

  it('shows what the session cost: one command to read, one to write', async () => {
    await add('Filter papers');
    expect(await text('#last-names')).toMatch(/^HMGET \+ EVAL(SHA)?$/);
    expect(Number(await text('#last-ms'))).toBeGreaterThan(0);
  });

  it('goes on while a server is killed, which comes back', async () => {
    const pidsBefore = await pids();
    await button('Stop a server').click();
    await page.locator('#servers .down').waitFor();
    for (const name of ['House beans', 'Cone dripper', 'House beans']) await add(name);
    await waitFor('#servers .up', 3);
    expect(await pids()).not.toEqual(pidsBefore);
    expect(await cart()).toEqual([
      'House beans 4',
      'Cone dripper 1',
      'Hand mill 1',
      'Filter papers 1',
    ]);
    expect(await text('#count-lost')).toBe('0');
  });

  it('goes on while the Redis master of the session is killed, whose replica takes over', async () => {
    const mine = page.locator('#shards .yours');
    const [master, replica] = await portsOf(mine);
    await button('Kill a Redis master').click();
    await mine.locator('.down').waitFor();
    for (const name of ['Speckled cup', 'House beans']) await add(name);
    await lookAt('Hand mill');
    await waitFor('#shards .process.down', 0);
    await button('Kill a Redis master').and(page.locator(':enabled')).waitFor();
    expect(await portsOf(mine)).toEqual([replica, master]);
    expect(await text('#count-lost')).toBe('0');
  });

  it('has name, cart and recently viewed after a reload', async () => {
    await page.reload();
    await heading('Ada.').waitFor();
    await waitFor('#cart li', 5);
    expect(await cart()).toEqual([
      'House beans 5',
      'Cone dripper 1',
      'Hand mill 1',
      'Speckled cup 1',
      'Filter papers 1',
    ]);
    expect(await viewed()).toEqual(['Hand mill', 'Speckled cup', 'Gooseneck kettle']);
    await page.screenshot({ path: SCREENSHOT });
    expect(await text('#count-lost')).toBe('0');
  });

  it('had no error in the browser but answers that it asked for again', () => {
    expect(errors.filter((error) => !/status of 50[23] /.test(error))).toEqual([]);
  });

  it('ends the session on all servers when asked to', async () => {
    await button('Forget me on all servers').click();
    await heading('Welcome in.').waitFor();
    await page.reload();
    await waitFor('#products li', 6);
    await heading('Welcome in.').waitFor();
    expect(await cart()).toEqual([]);
  });

  it('ends with all its processes on Ctrl-C', async () => {
    const started = await pids();
    await page.goto('about:blank');
    expect(await sample.end('SIGINT')).toBe(0);
    expect(started.filter(isAlive)).toEqual([]);
    await expect(fetch(sample.url)).rejects.toThrow();
  });

  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  const heading = (name: string): Locator => page.getByRole('heading', { level: 1, name });
  const text = async (selector: string): Promise<string> =>
    (await page.locator(selector).textContent()) ?? '';

  async function add(name: string): Promise<void> {
    const pieces = await piecesInCart();
    await button(`Add ${name} to cart`).click();
    await expectSoon(piecesInCart, pieces + 1);
  }

  async function lookAt(name: string): Promise<void> {
    await page.locator('.look-at', { hasText: name }).click();
    await page.getByRole('dialog', { name }).waitFor();
    await button('Close').click();
  }

  /** `name amount` of each line. */
  function cart(): Promise<string[]> {
    return page
      .locator('#cart li')
      .evaluateAll((lines) =>
        lines.map((line) =>
          ['.line-name', '.amount span'].map((s) => line.querySelector(s)!.textContent).join(' '),
        ),
      );
  }

  async function piecesInCart(): Promise<number> {
    return (await cart()).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  function viewed(): Promise<string[]> {
    return page.locator('#viewed li').allTextContents();
  }

  function servers(): Promise<string[]> {
    return page.locator('#log .answer .badge').allTextContents();
  }

  async function pids(): Promise<number[]> {
    const texts = await page.locator('#servers .fine').allTextContents();
    return texts.map((line) => Number(line.replace('pid ', '')));
  }

  /** The master's port, then the replica's. */
  function portsOf(shard: Locator): Promise<(string | null)[]> {
    return Promise.all(
      ['.master', '.replica'].map((role) => shard.locator(`${role} .port`).textContent()),
    );
  }

  async function waitFor(selector: string, count: number): Promise<void> {
    await expectSoon(() => page.locator(selector).count(), count);
  }
});

describe('The sample shop when its main program crashes', () => {
  it(
    'leaves no server behind',
    async () => {
      const sample = await startSample('sample/shop/dist/main.js');
      const events = await fetch(`${sample.url}/demo/events`);
      const started = pidsIn(await firstLine(events));
      expect(started.filter(isAlive)).toHaveLength(3);
      await sample.end('SIGKILL');
      await expectSoon(async () => started.filter(isAlive).length, 0);
    },
    START_MS,
  );
});

async function firstLine(response: Response): Promise<string> {
  const { value } = await response.body!.getReader().read();
  return new TextDecoder().decode(value);
}

function pidsIn(event: string): number[] {
  const { servers } = JSON.parse(event.replace('data: ', '')) as { servers: { pid: number }[] };
  return servers.map(({ pid }) => pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function expectSoon(ask: () => Promise<number>, wanted: number): Promise<void> {
  const deadline = performance.now() + HEALING_MS;
  let found = await ask();
  while (found !== wanted && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    found = await ask();
  }
  expect(found).toBe(wanted);
}
