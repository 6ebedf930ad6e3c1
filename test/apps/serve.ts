import 'reflect-metadata';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { SessionModuleOptionsInput } from '../../lib/index.js';
import { TEST_SECRET, type AppConfig, type TestApp } from './app-config.js';

const config = JSON.parse(process.argv[2]!) as AppConfig;
const file = (await import(`./${config.app}.app.js`)) as TestApp;
const options: SessionModuleOptionsInput = { secret: TEST_SECRET, ...config.options };

const app = await create(file.createModule(config, options) as Type);
await file.prepare?.(app, config);
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
process.on('message', (message: { id: number; question: string }) => {
  void Promise.resolve(file.onMessage?.(message.question, app)).then((answer) =>
    process.send?.({ re: message.id, answer }),
  );
});
process.on('disconnect', () => process.exit(1));
process.send?.({ port: Number(new URL(await app.getUrl()).port) });

async function create(module: Type | DynamicModule): Promise<INestApplication> {
  const nestOptions = { logger: ['error', 'warn'] as ('error' | 'warn')[] };
  if (config.platform === 'express') return NestFactory.create(module, nestOptions);
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return NestFactory.create(module, new FastifyAdapter() as never, nestOptions);
}
