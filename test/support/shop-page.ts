import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

const USER_AGENTS = {
  'Firefox on Windows':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Safari on iPhone':
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'Chrome on Linux':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
};

/** What the shop calls a device, by its User-Agent header. */
export type Device = keyof typeof USER_AGENTS;

/** The sample shop as somebody sees it in a browser of their own. */
export class ShopPage {
  /** What went wrong in the browser's own view, but answers the page asks for again or tells of. */
  readonly errors: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly url: string,
  ) {
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  /** @param patience longest wait for anything, ms */
  static async open(
    browser: Browser,
    url: string,
    device: Device,
    patience: number,
  ): Promise<ShopPage> {
    const context = await browser.newContext({
      userAgent: USER_AGENTS[device],
      viewport: { width: 1440, height: 900 },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    await page.goto(url);
    const shop = new ShopPage(page, context, url);
    await shop.button('Log in or sign up').waitFor();
    return shop;
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  async enter(way: 'Log in' | 'Sign up', user: string, password: string): Promise<void> {
    await this.button('Log in or sign up').click();
    await this.dialog.getByLabel('User name').fill(user);
    await this.dialog.getByLabel('Password').fill(password);
    await this.dialog.getByRole('button', { name: way, exact: true }).click();
  }

  /** Resolves when the page shows that user as logged in. */
  async isIn(user: string): Promise<void> {
    await this.page.locator('#who-name', { hasText: user }).waitFor();
  }

  /** Resolves with what the page says of the end of its session. */
  async isOut(): Promise<string> {
    await this.button('Log in or sign up').waitFor();
    return this.text('#notice');
  }

  async add(product: string): Promise<void> {
    await this.button(`Add ${product} to cart`).click();
  }

  /** Resolves when the cart holds nothing but these: `name amount`. */
  async hasCart(...lines: string[]): Promise<void> {
    await this.page.waitForFunction(
      (wanted) =>
        JSON.stringify(
          [...document.querySelectorAll('#cart li')].map((line) =>
            ['.line-name', '.amount span']
              .map((at) => line.querySelector(at)?.textContent)
              .join(' '),
          ),
        ) === wanted,
      JSON.stringify(lines),
    );
  }

  /** Resolves when this is in the cart: `name amount`. */
  async hasInCart(line: string): Promise<void> {
    const [, name = '', amount = ''] = /^(.*) (\d+)$/.exec(line) ?? [];
    const lineOf = this.page.locator('#cart li', { hasText: name });
    await lineOf.locator('.amount span', { hasText: new RegExp(`^${amount}$`) }).waitFor();
  }

  /** Resolves when the list holds these, each by its first words, and nothing else. */
  async lists(list: 'devices' | 'orders' | 'users', ...names: string[]): Promise<void> {
    await this.page.waitForFunction(
      ([id, wanted]) => {
        const found = [...document.querySelectorAll(`#${id} strong`)];
        return JSON.stringify(found.map(({ textContent }) => textContent)) === wanted;
      },
      [list, JSON.stringify(names)],
    );
  }

  /** Resolves with the type of the next event that the page shows once this has been done. */
  async nextEvent(act: () => Promise<unknown>): Promise<string> {
    const first = this.page.locator('#events li').first();
    const before = await first.textContent({ timeout: 1 }).catch(() => null);
    await act();
    await this.page.waitForFunction((old) => {
      const now = document.querySelector('#events li')?.textContent ?? null;
      return now !== null && now !== old;
    }, before);
    return this.text('#events li:first-child strong');
  }

  /** The line of a list that holds this text. */
  line(list: 'devices' | 'users', text: string): Locator {
    return this.page.locator(`#${list} li`, { hasText: text });
  }

  /** Resolves when no process is away or just coming back. */
  async isCalm(): Promise<void> {
    const away = this.page.locator('.process.down, .process.starting');
    await away.first().waitFor({ state: 'detached' });
  }

  /** The browser's cookies as a request header. */
  async cookie(): Promise<string> {
    const cookies = await this.context.cookies(this.url);
    return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  async text(selector: string): Promise<string> {
    return (await this.page.locator(selector).textContent()) ?? '';
  }
}
