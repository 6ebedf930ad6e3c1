import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { SessionModuleOptionsInput } from '../../lib/index.js';
import { TEST_SECRET, type Platform } from '../apps/app-config.js';
import { createModule } from '../apps/shop.app.js';
import { PLATFORMS } from '../support/app-process.js';
import { send } from '../support/http-client.js';

const create = (platform: Platform, options: object): Promise<INestApplication> => {
  const given: SessionModuleOptionsInput = { secret: TEST_SECRET, store: 'memory', ...options };
  const module = createModule({ app: 'shop', platform }, given) as Type;
  return platform === 'express'
    ? NestFactory.create(module, { logger: false })
    : NestFactory.create(module, new FastifyAdapter() as never, { logger: false });
};

describe.each(PLATFORMS)('the Set-Cookie line on %s', (platform) => {
  it.each([
    [{}, '__Host-sid=TOKEN; Path=/; HttpOnly; Secure; SameSite=Lax'],
    [
      { cookie: { sameSite: 'strict' } },
      '__Host-sid=TOKEN; Path=/; HttpOnly; Secure; SameSite=Strict',
    ],
    [
      { cookie: { sameSite: 'none', partitioned: true } },
      '__Host-sid=TOKEN; Path=/; HttpOnly; Secure; SameSite=None; Partitioned',
    ],
    [
      { cookie: { name: '__Secure-shop', domain: 'shop.example', path: '/basket' } },
      '__Secure-shop=TOKEN; Path=/basket; Domain=shop.example; HttpOnly; Secure; SameSite=Lax',
    ],
    [{ insecureDev: true }, 'sid=TOKEN; Path=/; HttpOnly; SameSite=Lax'],
  ])('under the options %j is %s (R16 to R18, R57)', async (options, line) => {
    const app = await create(platform, options);
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();

    const begun = await send(`${url}/name/alice`, { method: 'POST' });
    const token = /=([^;]*)/.exec(begun.setCookies[0]!)![1]!;
    const cookie = begun.setCookies[0]!.split(';')[0]!;
    const ended = await send(`${url}/destroy`, { method: 'POST', headers: { cookie } });
    await app.close();

    expect(token).toHaveLength(96);
    expect(begun.setCookies).toEqual([line.replace('TOKEN', token)]);
    expect(ended.setCookies).toEqual([
      `${line.replace('TOKEN', '')}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`,
    ]);
  });
});
