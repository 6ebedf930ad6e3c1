import { isIPv4, isIPv6 } from 'node:net';
import type { LoginOrigin } from '../core/auth/login-request.js';

/** What is looked at of a request: `ip` is Express' and Fastify's, and follows their trust of proxies. */
interface OriginRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly ip?: unknown;
}

/** The first that fits names it: Edge and Opera also say Chrome, and Chrome says Safari. */
const BROWSERS: readonly [name: string, sign: RegExp][] = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|CriOS|Chromium)\//],
  ['Safari', /\bSafari\//],
];
const SYSTEMS: readonly [name: string, sign: RegExp][] = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
];

/** Browser and system in words a user knows, and the class of the address: enough to recognise a device, too little to track one. */
export function originOf(request: OriginRequest): LoginOrigin {
  const agent = request.headers['user-agent'];
  return {
    device: typeof agent === 'string' ? deviceOf(agent.slice(0, 1000)) : undefined,
    ipClass: typeof request.ip === 'string' ? ipClassOf(request.ip) : undefined,
  };
}

function deviceOf(agent: string): string | undefined {
  const named = (list: readonly [string, RegExp][]): string | undefined =>
    list.find(([, sign]) => sign.test(agent))?.[0];
  const [browser, system] = [named(BROWSERS), named(SYSTEMS)];
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? /^[\w.-]{1,40}/.exec(agent)?.[0];
}

/** The /24 of an IPv4 address, the /48 of an IPv6 address; undefined for what is neither. */
export function ipClassOf(address: string): string | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(plain)) return plain.replace(/\d+$/, '0/24');
  if (!isIPv6(plain)) return undefined;
  const [name = ''] = plain.toLowerCase().split('%', 1);
  const [head = '', tail] = name.replace(/[\d.]+\.\d+$/, '0:0').split('::');
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 3);
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(':')}::/48`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
