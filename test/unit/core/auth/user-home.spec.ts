import { createHmac } from 'node:crypto';
import { homeOfUser } from '../../../../lib/core/auth/user-home.js';

describe("The home of a user's sessions", () => {
  it('is the same for one user always, another for each user, and fits a token', () => {
    const homes = ['ann', 'bob', 'Ann', 'ann ', 'zoë', '{ann}'].map((id) =>
      homeOfUser(id, undefined),
    );
    for (const home of homes) expect(home).toMatch(/^[\w-]{20}$/);
    expect(new Set(homes).size).toBe(homes.length);
    expect(homeOfUser('ann', undefined)).toBe(homes[0]);
  });

  it('is keyed by the pepper, so that who knows the user ids can not work it out', () => {
    const peppered = homeOfUser('ann', 'pepper-of-the-app');
    expect(peppered).not.toBe(homeOfUser('ann', undefined));
    expect(peppered).not.toBe(homeOfUser('ann', 'pepper-of-another'));
    const mac = createHmac('sha256', 'pepper-of-the-app')
      .update('nest-session home v1\0ann')
      .digest();
    expect(peppered).toBe(mac.toString('base64url', 0, 15));
  });
});
