import { assuranceOf } from '../../../../lib/core/auth/assurance-level.js';

describe('The assurance level that methods give', () => {
  it.each([
    [[]],
    [['pwd']],
    [['pwd', 'pin', 'kba']],
    [['otp', 'sms', 'hwk']],
    [['fpt', 'face']],
    [['made-up', 'pwd', 'constructor', '__proto__']],
  ])('is 1 for %j: one kind of factor at most', (amr) => {
    expect(assuranceOf(amr)).toBe(1);
  });

  it.each([
    [['pwd', 'otp']],
    [['pin', 'hwk']],
    [['swk', 'fpt']],
    [['pwd', 'iris']],
    [['tel', 'pwd', 'pwd']],
    [['mfa']],
    [['pwd', 'mfa']],
  ])('is 2 for %j: two kinds, or said to be', (amr) => {
    expect(assuranceOf(amr)).toBe(2);
  });
});
