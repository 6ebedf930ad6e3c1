import { isInsecureDev, isPrefixed, type CookieSettings } from './cookie-rules.js';
import { describeValue } from './describe-value.js';
import { problem, type OptionCheck } from './option-check.js';
import { isOneOf, isSwitch } from './simple-checks.js';

const SAME_SITE = ['lax', 'strict', 'none'];

/** `cookie.secure`: true; `insecureDev` is the one way around it. */
export const isSecure: OptionCheck<CookieSettings> = (value, site) => {
  const { path, owner, root } = site;
  if (value === true || isInsecureDev(root)) return isSwitch(value, site);
  if (value !== false) return isSwitch(value, site);
  const expected = isPrefixed(owner.name)
    ? `a cookie named ${describeValue(owner.name)} must be Secure (RFC 6265bis 4.1.3)`
    : 'over plain http anyone on the way can read the token';
  const mend =
    'Drop cookie.secure: http://localhost works as it is. For plain http on other hosts while developing, write insecureDev: true.';
  return [problem(path, value, expected, mend)];
};

/** `cookie.sameSite`: browsers drop a cookie with 'none' that is not Secure. */
export const isSameSite: OptionCheck<CookieSettings> = (value, site) => {
  const problems = isOneOf(SAME_SITE)(value, site);
  if (problems.length > 0 || value !== 'none') return problems;
  if (isSentSecure(site.owner, site.root)) return [];
  const expected = 'browsers drop a cookie with SameSite=None that is not Secure';
  return [problem(site.path, value, expected, `Choose 'lax', or ${toBeSecure(site.root)}.`)];
};

/** `cookie.partitioned`: needs Secure, and has no meaning unless the cookie is sent in iframes. */
export const isPartitionable: OptionCheck<CookieSettings> = (value, site) => {
  const { path, owner, root } = site;
  const problems = isSwitch(value, site);
  if (problems.length > 0 || value !== true) return problems;
  if (!isSentSecure(owner, root)) {
    const expected = 'browsers drop a partitioned cookie that is not Secure';
    return [problem(path, value, expected, `Drop cookie.partitioned, or ${toBeSecure(root)}.`)];
  }
  if (owner.sameSite === 'none') return [];
  const expected = `with cookie.sameSite ${describeValue(owner.sameSite)} it is never sent where partitions matter`;
  return [problem(path, value, expected, "Drop it, or write cookie.sameSite: 'none'.")];
};

function isSentSecure({ secure }: CookieSettings, root: object): boolean {
  return secure === true && !isInsecureDev(root);
}

function toBeSecure(root: object): string {
  return isInsecureDev(root) ? 'drop insecureDev' : 'drop cookie.secure, which is true by default';
}
