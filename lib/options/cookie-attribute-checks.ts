import { isIP } from 'node:net';
import {
  isHostName,
  isInsecureDev,
  isPrefixed,
  withoutPrefix,
  type CookieSettings,
} from './cookie-rules.js';
import { describeValue } from './describe-value.js';
import { problem, type OptionCheck } from './option-check.js';

/** Longest name: 4096 bytes hold name and value together, but a cookie goes with each request. */
const LONGEST_NAME = 64;

/** RFC 6265bis, section 4.1.1: a token of RFC 9110. */
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** One label of a host name: letters, digits and hyphens inside (RFC 1123, section 2.1). */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** `cookie.name`: what browsers take as a name. */
export const isCookieName: OptionCheck = (value, { path }) => {
  if (typeof value !== 'string' || !TOKEN.test(value) || value.length > LONGEST_NAME) {
    const expected = `it must be 1 to ${LONGEST_NAME} letters, digits or !#$%&'*+-.^_\`|~ (RFC 6265bis 4.1.1)`;
    return [problem(path, value, expected, "Choose a name such as '__Host-sid'.")];
  }
  if (withoutPrefix(value) !== '') return [];
  return [problem(path, value, 'it is a prefix only', `Choose a name such as '${value}sid'.`)];
};

/** `cookie.path`: '/' with the prefix `__Host-`, else any path a Set-Cookie line can carry. */
export const isCookiePath: OptionCheck<CookieSettings> = (value, { path, owner }) => {
  if (typeof value !== 'string' || !/^\/[!-:<-~]{0,1023}$/.test(value)) {
    const expected =
      "it must begin with '/' and have no space, semicolon, control or other than ASCII character";
    return [problem(path, value, expected, "Drop cookie.path: the default is '/'.")];
  }
  if (value === '/' || !isHostName(owner.name)) return [];
  const expected = `a cookie named ${describeValue(owner.name)} must have the path '/' (RFC 6265bis 4.1.3.2)`;
  return [problem(path, value, expected, `Drop cookie.path, or name the cookie ${other(owner)}.`)];
};

/** `cookie.domain`: none with the prefix `__Host-`; with one, the name must begin with `__Secure-`. */
export const isCookieDomain: OptionCheck<CookieSettings> = (value, { path, owner, root }) => {
  const fault = domainFault(value);
  if (fault !== undefined) return [problem(path, value, ...fault)];
  if (isHostName(owner.name)) {
    const expected = `a cookie named ${describeValue(owner.name)} must have no Domain (RFC 6265bis 4.1.3.2)`;
    return [
      problem(path, value, expected, `Drop cookie.domain, or name the cookie ${other(owner)}.`),
    ];
  }
  if (isPrefixed(owner.name) || isInsecureDev(root)) return [];
  const expected =
    `a cookie with a Domain that is named ${describeValue(owner.name)} could be planted over plain http ` +
    '(RFC 6265bis 4.1.3.1)';
  return [
    problem(path, value, expected, `Name the cookie ${other(owner)}, or drop cookie.domain.`),
  ];
};

/** What is wrong with a domain, and how to mend it. */
function domainFault(value: unknown): [expected: string, mend: string] | undefined {
  const mend = "Write it as in 'shop.example', or drop it to have the cookie on one host only.";
  if (typeof value !== 'string') return ['it must be a host name', mend];
  if (value.startsWith('.')) {
    return ['the leading dot has no meaning any more', `Write ${describeValue(value.slice(1))}.`];
  }
  if (isIP(value) !== 0) return ['an IP address has no hosts below it', 'Drop cookie.domain.'];
  const labels = value.split('.');
  if (value.length > 253 || !labels.every((label) => LABEL.test(label))) {
    return ['it must be a host name, without scheme, port or path', mend];
  }
  if (labels.length > 1) return undefined;
  return ['browsers drop a cookie for a name without a dot', 'Drop cookie.domain.'];
}

/** The name with the prefix that allows Domain and Path. */
function other({ name }: CookieSettings): string {
  return describeValue(`__Secure-${withoutPrefix(String(name))}`);
}
