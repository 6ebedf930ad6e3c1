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
  const [, mapped] = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(address) ?? [];
  if (mapped !== undefined) return `${mapped}.0/24`;
  const [plain = ''] = address.split('%');
  if (!/^[\da-f:]{2,39}$/i.test(plain) || !plain.includes(':')) return undefined;
  const [head = '', tail] = plain.toLowerCase().split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after];
  if (groups.length !== 8) return undefined;
  return `${groups
    .slice(0, 3)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/48`;
}
