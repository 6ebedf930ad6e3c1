// Starts an app, uses its session, closes it, and does nothing to end: what is left open would keep the process alive.
import 'reflect-metadata';
import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TEST_SECRET, type AppConfig, type TestApp } from './app-config.js';

const { ending, path, ...config } = JSON.parse(process.argv[2]!) as AppConfig & {
  ending: 'close' | 'SIGTERM';
  path: string;
};
const file = (await import(`./${config.app}.app.js`)) as TestApp;
const root = file.createModule(config, { secret: TEST_SECRET, ...config.options }) as Type;
const app: INestApplication =
  config.platform === 'fastify'
    ? await NestFactory.create(root, new FastifyAdapter() as never, { logger: false })
    : await NestFactory.create(root, { logger: false });
if (ending === 'SIGTERM') app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
const answer = await fetch(`${await app.getUrl()}${path}`, { method: 'POST' });
console.log(answer.status);
if (ending === 'close') await app.close();
else process.kill(process.pid, 'SIGTERM');
console.log('closed');
