import { ipClassOf, originOf } from '../../../lib/http/client-origin.js';

const of = (agent: string | string[] | undefined, ip?: unknown) =>
  originOf({ headers: { 'user-agent': agent }, ip });
const deviceOf = (agent: string) => of(agent).device;

const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

describe('The device that a login comes from', () => {
  it.each([
    ['Chrome on Windows', `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME}`],
    ['Edge on Windows', `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Edg/131.0.0.0`],
    ['Opera on macOS', `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${CHROME} OPR/115.0.0.0`],
    [
      'Safari on macOS',
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/18.1 Safari/605.1.15`,
    ],
    ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0'],
    ['Chrome on Android', `Mozilla/5.0 (Linux; Android 10; K) ${CHROME}`],
    [
      'Safari on iPhone',
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Version/18.1 Safari/604.1`,
    ],
    [
      'Chrome on iPhone',
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} CriOS/131.0.0.0 Safari/604.1`,
    ],
    [
      'Firefox on iPad',
      `Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) ${WEBKIT} FxiOS/133.0 Safari/605.1.15`,
    ],
    ['Android', 'Dalvik/2.1.0 (Linux; U; Android 14)'],
    ['curl', 'curl/8.5.0'],
    ['shop-app', 'shop-app 2.1'],
  ])('is %s', (device, agent) => {
    expect(deviceOf(agent)).toBe(device);
  });

  it('is unknown where the header says nothing, and never long', () => {
    for (const agent of [undefined, '', ' ', '<script>', '😀', ['curl/8', 'curl/9']]) {
      expect(of(agent).device).toBeUndefined();
    }
    expect(deviceOf('x'.repeat(100_000))).toBe('x'.repeat(40));
    expect(deviceOf(`${'x '.repeat(5000)}Firefox/133.0`)).toBe('x');
  });
});

describe('The class of the address that a login comes from', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['::FFFF:10.1.2.3', '10.1.2.0/24'],
    ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3::/48'],
    ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8:0::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['::', '0:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['1:2:3:4:5:6:7::', '1:2:3::/48'],
    ['::2:3:4:5:6:7:8', '0:2:3::/48'],
    ['64:ff9b::203.0.113.77', '64:ff9b:0::/48'],
  ])('of %s is %s', (address, expected) => {
    expect(ipClassOf(address)).toBe(expected);
    expect(of(undefined, address).ipClass).toBe(expected);
  });

  it.each([
    '',
    'unknown',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4:80',
    '300.1.2.3',
    '1.2.3.256',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::1',
    '1::2::3',
    ':::',
    ':1:2:3:4:5:6:7',
    'g::1',
    '203.0.113.77, 10.0.0.1',
    ':'.repeat(39),
  ])('of %j is unknown', (address) => {
    expect(ipClassOf(address)).toBeUndefined();
  });

  it('is unknown where the request has none, or something long', () => {
    for (const ip of [
      undefined,
      null,
      1,
      {},
      ['10.0.0.1'],
      '1'.repeat(100_000),
      ':'.repeat(100_000),
    ]) {
      expect(of(undefined, ip).ipClass).toBeUndefined();
    }
  });
});
