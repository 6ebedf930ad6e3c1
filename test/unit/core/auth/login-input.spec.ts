import { loginRequest } from '../../../../lib/core/auth/login-request.js';
import { SessionInvalidError } from '../../../../lib/core/errors.js';

const login = (userId: unknown, options: object = {}, origin = {}) =>
  loginRequest('session.login()', userId, options, origin);

describe('What a login is told', () => {
  it('is by default nothing beside the user id', () => {
    expect(login('ann')).toEqual({
      userId: 'ann',
      roles: undefined,
      claims: {},
      amr: [],
      aal: 1,
      remember: false,
      device: undefined,
      ipClass: undefined,
      keep: [],
    });
  });

  it('is taken over, the device rather than what the request says of it', () => {
    const options = {
      roles: ['customer'],
      claims: { via: 'form' },
      amr: ['pwd', 'otp'],
      remember: true,
      device: 'laptop',
      keep: ['cart', 'cart'],
    };
    expect(login('ann', options, { device: 'Firefox on Linux', ipClass: '10.0.0.0/24' })).toEqual({
      userId: 'ann',
      ...options,
      aal: 2,
      ipClass: '10.0.0.0/24',
      keep: ['cart'],
    });
    expect(login('ann', {}, { device: 'Firefox on Linux' }).device).toBe('Firefox on Linux');
  });

  it('may be as long as it may be', () => {
    const roles = Array.from({ length: 100 }, (_, at) => `${at}`.padEnd(64, 'x'));
    const claims = { a: 'x'.repeat(4096 - '{"a":""}'.length) };
    const request = login('x'.repeat(256), { roles, claims, device: 'd'.repeat(500) });
    expect(request.roles).toEqual(roles);
    expect(request.claims).toEqual(claims);
    expect(request.device).toBe('d'.repeat(100));
  });

  it('says the level itself where the methods do not', () => {
    expect(login('ann', { aal: 3 }).aal).toBe(3);
    expect(login('ann', { aal: 1, amr: ['pwd', 'otp'] }).aal).toBe(1);
  });

  it('is a copy: what the app changes later does not count', () => {
    const [roles, claims] = [['customer'], { list: ['a'] }];
    const request = login('ann', { roles, claims });
    roles.push('admin');
    claims.list.push('b');
    expect([request.roles, request.claims]).toEqual([['customer'], { list: ['a'] }]);
  });

  it('is refused where the user id is none, with the cure', () => {
    for (const id of ['', 'x'.repeat(257), 1, 10n, null, undefined, ['ann'], { id: 'ann' }]) {
      const refused = () => login(id);
      expect(refused).toThrow(SessionInvalidError);
      expect(refused).toThrow('session.login(): userId must be');
      expect(refused).toThrow('String(user.id)');
    }
  });

  it.each([
    ['roles', ['admin', 5, [1], [''], ['x'.repeat(65)], Array(101).fill('x'), { 0: 'x' }]],
    ['claims', ['x', [], 1, { a: 'x'.repeat(4096) }]],
    ['amr', ['pwd', 5, [1], [''], Array(101).fill('x')]],
    ['aal', [0, 4, '2', 1.5, null]],
    ['device', [1, {}, ['x']]],
    ['keep', ['cart', null, {}, 1]],
  ])(
    'is refused where %s is something else, naming it and showing none of it',
    (option, values) => {
      for (const value of values) {
        const refused = () => login('ann', { [option]: value });
        expect(refused).toThrow(SessionInvalidError);
        expect(refused).toThrow(`session.login(): ${option} must be`);
      }
    },
  );

  it.each(['@a', 'login', '__proto__', '', 'a b'])('is refused where keep names %j', (field) => {
    expect(() => login('ann', { keep: [field] })).toThrow(SessionInvalidError);
  });
});
