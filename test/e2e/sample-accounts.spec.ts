import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../support/chromium.js';
import { startSample, type SampleProcess } from '../support/sample-process.js';
import { ShopPage, type Device } from '../support/shop-page.js';

/** Building library and sample included, on a busy machine. */
const START_MS = 240_000;
/** Longest wait for anything: a failover and the return of the dead node. */
const HEALING_MS = 40_000;
jest.setTimeout(3 * HEALING_MS);

const PASSWORD = 'a horse, a staple';

describe('The accounts of the sample shop, in several real browsers', () => {
  let sample: SampleProcess;
  let browser: Browser;
  const pages: ShopPage[] = [];
  let laptop: ShopPage;
  let phone: ShopPage;

  const open = async (device: Device): Promise<ShopPage> => {
    const page = await ShopPage.open(browser, sample.url, device, HEALING_MS);
    pages.push(page);
    return page;
  };

  beforeAll(async () => {
    browser = await openBrowser();
    // Short enough that it is over when somebody checks out at the end, long enough to check out after the password.
    sample = await startSample('scripts/start-sample.mjs', { FRESH_LOGIN: '6s' });
    [laptop, phone] = await Promise.all([open('Firefox on Windows'), open('Safari on iPhone')]);
  }, START_MS);

  afterAll(async () => {
    await browser?.close();
    await sample?.end('SIGTERM');
  });

  it('keep the cart of a visitor who signs up, and of one who logs in', async () => {
    await laptop.add('House beans');
    await laptop.enter('Sign up', 'ann', PASSWORD);
    await laptop.isIn('ann');
    await laptop.hasCart('House beans 1');
    await phone.add('Speckled cup');
    await phone.enter('Log in', 'ann', PASSWORD);
    await phone.isIn('ann');
    await phone.hasCart('Speckled cup 1');
  });

  it('are listed with their devices in both browsers', async () => {
    for (const page of [laptop, phone]) {
      await page.lists('devices', 'Safari on iPhone', 'Firefox on Windows');
    }
    await laptop.line('devices', 'Firefox').getByText('this device').waitFor();
    await phone.line('devices', 'Safari').getByText('this device').waitFor();
  });

  it('are open to nobody with a wrong password, nor twice to be had', async () => {
    const stranger = await open('Chrome on Linux');
    await stranger.enter('Log in', 'ann', 'another horse');
    await stranger.dialog.getByText('Wrong user name or password.').waitFor();
    await stranger.dialog.getByRole('button', { name: 'Sign up' }).click();
    await stranger.dialog.getByText('This user name is taken.').waitFor();
  });

  it('end on a device that is logged out from another one, which tells it why', async () => {
    const cookie = await phone.cookie();
    await laptop.button(/^Log out Safari on iPhone/).click();
    await laptop.lists('devices', 'Firefox on Windows');
    expect(await answer(cookie)).toEqual([401, 'revoked']);
    await phone.add('Hand mill');
    expect(await phone.isOut()).toBe('This browser was logged out from another of your devices.');
    await phone.add('Filter papers');
    await phone.hasInCart('Filter papers 1');
  });

  it('end on all devices at once, and the cart stays with who did it', async () => {
    await phone.enter('Log in', 'ann', PASSWORD);
    await phone.isIn('ann');
    await laptop.lists('devices', 'Safari on iPhone', 'Firefox on Windows');
    const cookies = await Promise.all([laptop.cookie(), phone.cookie()]);
    await phone.button('Log out everywhere').click();
    expect(await phone.isOut()).toBe('');
    await phone.hasInCart('Filter papers 1');
    expect(await Promise.all(cookies.map((cookie) => answer(cookie)))).toEqual([
      [401, 'revoked'],
      [401, 'logout'],
    ]);
    expect(await laptop.isOut()).toBe('This browser was logged out from another of your devices.');
  });

  it('are heard of live in one browser, whichever server somebody logs in on', async () => {
    await phone.enter('Log in', 'ann', PASSWORD);
    await phone.isIn('ann');
    await phone.page.locator('#events-state', { hasText: 'live' }).waitFor();
    const servers = new Set<string | null>();
    while (servers.size < 3) {
      const event = await phone.nextEvent(async () => {
        const { headers } = await logIn('ann');
        servers.add(headers.get('X-Shop-Server'));
      });
      expect(event).toBe('login');
    }
    await phone.button('Log out all others').click();
    await phone.lists('devices', 'Safari on iPhone');
    await phone.page.locator('#events strong', { hasText: 'revoked' }).first().waitFor();
    await phone.button('Log out').click();
    await phone.isOut();
  });

  describe('in the hands of an admin', () => {
    let admin: ShopPage;

    beforeAll(async () => {
      admin = await open('Chrome on Linux');
      await admin.enter('Log in', 'admin', /password (\S+)/.exec(sample.output())![1]!);
      await admin.isIn('admin');
      await laptop.enter('Log in', 'ann', PASSWORD);
      await laptop.isIn('ann');
      await admin.lists('users', 'admin', 'ann');
    });

    it('get another role, which counts at once in the other browser', async () => {
      const cookie = await laptop.cookie();
      expect(await answer(cookie, '/api/admin/users')).toEqual([403, 'role_required']);
      await admin.button('Make ann admin').click();
      await laptop.lists('users', 'admin', 'ann');
      expect(await answer(cookie, '/api/admin/users')).toEqual([200, undefined]);
      await admin.button('Make ann customer').click();
      await laptop.page.locator('#admin').waitFor({ state: 'hidden' });
      expect(await answer(cookie, '/api/admin/users')).toEqual([403, 'role_required']);
    });

    it('are disabled, which ends them on every device and refuses the next login', async () => {
      const cookie = await laptop.cookie();
      await admin.button('Disable ann').click();
      await admin.line('users', 'ann').getByText('disabled').waitFor();
      expect(await answer(cookie)).toEqual([401, 'disabled']);
      expect(await laptop.isOut()).toBe('Your account was disabled.');
      await laptop.enter('Log in', 'ann', PASSWORD);
      await laptop.dialog.getByText('This account is disabled.').waitFor();
      await laptop.dialog.getByRole('button', { name: 'Cancel' }).click();
    });

    it('and enabled again', async () => {
      await admin.button('Enable ann').click();
      await admin.line('users', 'ann').getByText('customer, on 0 devices').waitFor();
      for (const page of [laptop, phone]) {
        await page.enter('Log in', 'ann', PASSWORD);
        await page.isIn('ann');
      }
    });
  });

  it('stay as they are when a server and the Redis master of the session are killed', async () => {
    await laptop.add('House beans');
    await laptop.hasCart('House beans 1');
    const cookie = await phone.cookie();
    await laptop.button(/^Log out Safari on iPhone/).click();
    await laptop.lists('devices', 'Firefox on Windows');
    await laptop.button('Stop a server').click();
    await laptop.page.locator('#servers .down').waitFor();
    await laptop.button('Kill a Redis master').click();
    await laptop.page.locator('#shards .yours .down').waitFor();
    expect(await phone.isOut()).toBe('This browser was logged out from another of your devices.');
    await Promise.all([laptop.add('Cone dripper'), phone.enter('Log in', 'ann', PASSWORD)]);
    await phone.isIn('ann');
    await laptop.hasCart('House beans 1', 'Cone dripper 1');
    await laptop.isCalm();
    expect(await answer(cookie)).toEqual([401, 'revoked']);
    for (const page of [laptop, phone]) {
      await page.lists('devices', 'Safari on iPhone', 'Firefox on Windows');
    }
  });

  it('ask for the password again before the checkout, where it was given a while ago', async () => {
    await laptop.button('Check out').click();
    const dialog = laptop.page.getByRole('dialog', { name: 'Your password again' });
    await dialog.getByLabel('Password').fill('another horse');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByText('Wrong password.').waitFor();
    await dialog.getByLabel('Password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await laptop.lists('orders', '2 pieces');
    await laptop.hasCart();
  });

  it('and nothing was lost, and nothing went wrong in a browser', async () => {
    expect(await Promise.all(pages.map((page) => page.text('#count-lost')))).toEqual(
      pages.map(() => '0'),
    );
    expect(pages.flatMap(({ errors }) => errors)).toEqual([]);
  });

  /** As a program that is no browser. */
  function logIn(user: string): Promise<Response> {
    return fetch(`${sample.url}/api/account/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user, password: PASSWORD }),
    });
  }

  /** Status and reason, whichever server answers. */
  async function answer(cookie: string, path = '/api/account'): Promise<[number, unknown]> {
    const response = await fetch(`${sample.url}${path}`, { headers: { cookie } });
    const body = (await response.json()) as { reason?: string };
    return [response.status, body.reason];
  }
});
