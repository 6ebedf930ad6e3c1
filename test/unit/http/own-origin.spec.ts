import { isOwnOrigin } from '../../../lib/http/own-origin.js';

describe("the app's own origin", () => {
  const own = (origin: string, host: string | undefined, secure = true): boolean =>
    isOwnOrigin(origin, { headers: { host } } as never, secure);

  it.each([
    ['https://shop.example', 'shop.example'],
    ['https://shop.example', 'SHOP.example:443'],
    ['https://shop.example:8443', 'shop.example:8443'],
    ['https://[2001:db8::1]', '[2001:db8::1]'],
    ['http://localhost:3000', 'localhost:3000'],
    ['http://shop.localhost:3000', 'shop.localhost:3000'],
    ['http://127.0.0.1:3000', '127.0.0.1:3000'],
    ['http://[::1]:3000', '[::1]:3000'],
  ])('is %s where the request asks for %s', (origin, host) => {
    expect(own(origin, host)).toBe(true);
  });

  it.each<[string, string | undefined, string]>([
    ['http://shop.example', 'shop.example', 'is plain http, where no Secure cookie works'],
    ['https://shop.example:8443', 'shop.example', 'has another port'],
    ['https://evil.example', 'shop.example', 'is another host'],
    ['https://shop.example.evil.example', 'shop.example', 'begins alike'],
    ['https://shop.example, https://shop.example', 'shop.example', 'came twice'],
    ['https://shop.example/', 'shop.example', 'is no origin'],
    ['null', 'shop.example', 'is hidden'],
    ['null', 'null', 'is hidden'],
    ['https://shop.example', 'evil@shop.example', 'has a Host that is none'],
    ['https://shop.example', 'shop.example/path', 'has a Host that is none'],
    ['https://shop.example', undefined, 'has no Host'],
    ['https://shop.example', '', 'has no Host'],
  ])('is not %s for Host %s, which %s', (origin, host, _why) => {
    expect(own(origin, host)).toBe(false);
  });

  it('may be plain http under insecureDev', () => {
    expect(own('http://dev.example', 'dev.example', false)).toBe(true);
    expect(own('http://evil.example', 'dev.example', false)).toBe(false);
  });

  it('is the one that a trusted proxy was asked for', () => {
    const behind = { host: 'shop.example', headers: { host: '10.0.0.7:3000' } };

    expect(isOwnOrigin('https://shop.example', behind as never, true)).toBe(true);
    expect(isOwnOrigin('https://10.0.0.7:3000', behind as never, true)).toBe(false);
  });
});
