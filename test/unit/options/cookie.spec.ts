import { problemsOf, resolve } from './given-options.js';

const SECURE = '__Secure-sid';

describe('cookie', () => {
  it.each([
    ['name', { name: 'my sid' }, "'my sid' was given"],
    ['name', { name: 'sid;' }, 'RFC 6265bis 4.1.1'],
    ['name', { name: 'sid=1' }, 'RFC 6265bis 4.1.1'],
    ['name', { name: 'sid\r\nSet-Cookie: a' }, "'sid\\r\\nSet-Cookie: a' was given"],
    ['name', { name: 'sïd' }, 'RFC 6265bis 4.1.1'],
    ['name', { name: '' }, 'RFC 6265bis 4.1.1'],
    ['name', { name: '__Host-' }, "Choose a name such as '__Host-sid'"],
    ['name', { name: 'x'.repeat(65) }, '1 to 64'],
    [
      'path',
      { path: '/shop' },
      "must have the path '/' (RFC 6265bis 4.1.3.2). Drop cookie.path, or name the cookie '__Secure-sid'.",
    ],
    ['path', { name: '__host-sid', path: '/shop' }, "named '__host-sid' must have the path '/'"],
    ['path', { name: SECURE, path: 'shop' }, "must begin with '/'"],
    ['path', { name: SECURE, path: '/;Domain=a.example' }, 'semicolon'],
    ['path', { name: SECURE, path: '/\r\n' }, 'control'],
    ['path', { name: SECURE, path: '/é' }, 'ASCII'],
    ['path', { name: SECURE, path: `/${'x'.repeat(1024)}` }, "must begin with '/'"],
    [
      'domain',
      { domain: 'shop.example' },
      "Drop cookie.domain, or name the cookie '__Secure-sid'.",
    ],
    ['domain', { name: '__HOST-sid', domain: 'shop.example' }, 'must have no Domain'],
    ['domain', { name: '__Host-Http-sid', domain: 'shop.example' }, 'must have no Domain'],
    [
      'domain',
      { name: 'sid', domain: 'shop.example' },
      "Name the cookie '__Secure-sid', or drop cookie.domain.",
    ],
    ['domain', { name: SECURE, domain: '.shop.example' }, "Write 'shop.example'."],
    ['domain', { name: SECURE, domain: 'shop.example; Secure' }, 'a host name'],
    ['domain', { name: SECURE, domain: 'https://shop.example' }, 'without scheme, port or path'],
    ['domain', { name: SECURE, domain: 'shop.example:8080' }, 'without scheme, port or path'],
    ['domain', { name: SECURE, domain: '10.0.0.1' }, 'an IP address'],
    ['domain', { name: SECURE, domain: '::1' }, 'an IP address'],
    ['domain', { name: SECURE, domain: 'localhost' }, 'a name without a dot'],
    ['domain', { name: SECURE, domain: '' }, 'a host name'],
    ['domain', { name: SECURE, domain: '-a.example' }, 'a host name'],
    ['domain', { name: SECURE, domain: true }, 'a host name'],
    ['secure', { secure: false }, "a cookie named '__Host-sid' must be Secure"],
    ['secure', { name: SECURE, secure: false }, "a cookie named '__Secure-sid' must be Secure"],
    ['secure', { name: 'sid', secure: false }, 'write insecureDev: true'],
    ['secure', { secure: 'auto' }, 'true or false'],
    ['sameSite', { sameSite: 'Lax' }, "Did you mean 'lax'?"],
    ['sameSite', { sameSite: false }, "'lax', 'strict' or 'none'"],
    ['partitioned', { partitioned: true }, "write cookie.sameSite: 'none'"],
    ['partitioned', { partitioned: 'yes' }, 'true or false'],
  ])('is refused for %s: %j', (name, cookie, expected) => {
    const problems = problemsOf({ cookie });
    expect(problems.map((line) => line.slice(0, line.indexOf(': ')))).toEqual([`cookie.${name}`]);
    expect(problems[0]).toContain(expected);
  });

  it.each([
    ['sameSite', { sameSite: 'none', secure: false }],
    ['partitioned', { sameSite: 'none', partitioned: true, secure: false }],
  ])('is refused for %s without Secure', (name, cookie) => {
    expect(problemsOf({ cookie })).toContainEqual(
      expect.stringMatching(new RegExp(`^cookie.${name}: .*not Secure`)),
    );
  });

  it.each([
    [{ name: '__Host-shop' }],
    [{ name: '__Http-shop' }],
    [{ name: SECURE, path: '/shop' }],
    [{ name: SECURE, domain: 'shop.example' }],
    [{ name: SECURE, domain: 'xn--bcher-kva.example', path: '/a/b' }],
    [{ sameSite: 'strict' }],
    [{ secure: true }],
  ])('passes without a warning: %j', (cookie) => {
    expect(resolve({ cookie }, true).cookie).toMatchObject(cookie);
    expect(resolve({ cookie }, true).warnings).toEqual([]);
  });

  it.each([
    ['SameSite=None', { sameSite: 'none', partitioned: true }, "cookie.sameSite is 'none'"],
    ['a name without prefix', { name: 'sid' }, "Name it '__Host-sid'"],
  ])('warns of %s, unless no cookie is used', (_case, cookie, expected) => {
    expect(resolve({ cookie }).warnings).toEqual([expect.stringContaining(expected)]);
    expect(resolve({ cookie, transport: 'bearer' }).warnings).toEqual([]);
  });
});

describe('insecureDev', () => {
  it('is refused in production', () => {
    expect(problemsOf({ insecureDev: true }, true)).toEqual([
      expect.stringContaining('insecureDev: true was given, but NODE_ENV is production'),
    ]);
  });

  it.each([
    [{}, { name: 'sid', secure: false }],
    [
      { name: '__Host-shop', secure: true },
      { name: 'shop', secure: false },
    ],
    [
      { name: '__Secure-shop', domain: 'dev.example' },
      { name: 'shop', domain: 'dev.example' },
    ],
    [
      { name: 'shop', domain: 'dev.example', secure: false },
      { name: 'shop', secure: false },
    ],
  ])('takes Secure and the prefix away: %j', (cookie, sent) => {
    const options = resolve({ insecureDev: true, cookie });
    expect(options.cookie).toMatchObject(sent);
    expect(options.warnings).toEqual([expect.stringContaining('insecureDev is on')]);
  });

  it.each([
    ['SameSite=None', { sameSite: 'none' }, 'cookie.sameSite'],
    ['Partitioned', { sameSite: 'none', partitioned: true }, 'cookie.partitioned'],
  ])('does not go with %s', (_case, cookie, path) => {
    expect(problemsOf({ insecureDev: true, cookie })).toContainEqual(
      expect.stringMatching(new RegExp(`^${path}: .* drop insecureDev`)),
    );
  });
});
