// Starts an app, uses its session, closes it, and does nothing to end: what is left open would keep the process alive.
import 'reflect-metadata';
import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TEST_SECRET, type AppConfig } from './app-config.js';
import { createModule } from './shop.app.js';

const { ending, ...config } = JSON.parse(process.argv[2]!) as AppConfig & {
  ending: 'close' | 'SIGTERM';
};
const root = createModule(config, { secret: TEST_SECRET, ...config.options }) as Type;
const app: INestApplication =
  config.platform === 'fastify'
    ? await NestFactory.create(root, new FastifyAdapter() as never, { logger: false })
    : await NestFactory.create(root, { logger: false });
if (ending === 'SIGTERM') app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
const answer = await fetch(`${await app.getUrl()}/name/alice`, { method: 'POST' });
console.log(answer.status);
if (ending === 'close') await app.close();
else process.kill(process.pid, 'SIGTERM');
console.log('closed');
