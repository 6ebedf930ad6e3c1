import { describe, expect, it } from '@jest/globals';
import { hashPassword, isPassword } from '../../../sample/shop/src/shop/accounts/passwords.js';

describe('What the sample shop stores of a password', () => {
  it('fits that password and no other', async () => {
    const stored = await hashPassword('a horse, a staple');
    expect(await isPassword('a horse, a staple', stored)).toBe(true);
    expect(await isPassword('a horse, a stapler', stored)).toBe(false);
  });

  it('has a salt of its own: of the same password twice other texts are stored', async () => {
    const [one, two] = await Promise.all([hashPassword('the same'), hashPassword('the same')]);
    expect(one).not.toBe(two);
    expect(one).not.toContain('the same');
  });

  it('fits nobody where nothing is stored', async () => {
    expect(await isPassword('', null)).toBe(false);
  });
});
