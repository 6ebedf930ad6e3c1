import { problemsOf, resolve } from './given-options.js';

describe('csrf', () => {
  it.each([
    ['origins', { origins: 'https://a.example' }, 'an array of origins'],
    ['origins[0]', { origins: ['*'] }, "Write 'https://admin.shop.example'."],
    ['origins[0]', { origins: ['null'] }, 'it must be one origin'],
    ['origins[1]', { origins: ['https://a.example', 'b.example'] }, "Write 'https://b.example'."],
    ['origins[0]', { origins: ['https://*.a.example'] }, 'without path or wildcard'],
    ['origins[0]', { origins: ['https://a.example/'] }, "Write 'https://a.example'."],
    ['origins[0]', { origins: ['https://a.example/shop?x'] }, "Write 'https://a.example'."],
    ['origins[0]', { origins: ['https://user:password@a.example'] }, '[hidden]'],
    ['origins[0]', { origins: ['http://a.example:8080'] }, "Write 'https://a.example:8080'."],
    ['origins[0]', { origins: [undefined] }, 'nothing was given'],
    ['header', { header: 'X CSRF' }, 'the name of a header'],
    ['header', { header: '' }, 'the name of a header'],
    ['header', { header: 'Content-Type' }, 'browsers send that header by themselves'],
    ['header', { header: 'cookie' }, 'browsers send that header by themselves'],
  ])('is refused for %s: %j', (name, csrf, expected) => {
    const problems = problemsOf({ csrf });
    expect(problems.map((line) => line.slice(0, line.indexOf(': ')))).toEqual([`csrf.${name}`]);
    expect(problems[0]).toContain(expected);
  });

  it('knows its options', () => {
    expect(problemsOf({ csrf: { orgins: [] } })).toEqual([
      "csrf.orgins: unknown option, given as an array. Did you mean 'csrf.origins'?",
    ]);
  });

  it('takes plain http where insecureDev does, and works there', () => {
    const { csrf } = resolve({ insecureDev: true, csrf: { origins: ['http://dev.example'] } });
    expect(csrf).toMatchObject({ origins: ['http://dev.example'], cookieName: 'sid-csrf' });
  });

  it('is warned of where it is off although other sites can send the cookie', () => {
    const warnings = (options: object) => resolve({ csrf: false, ...options }).warnings;
    expect(warnings({ cookie: { sameSite: 'none' } })).toContainEqual(
      expect.stringContaining('any site can act as the app'),
    );
    expect(warnings({})).toEqual([]);
  });
});
