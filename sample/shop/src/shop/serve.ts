import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { ConsoleLogger, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { answerCost } from './answer-cost.js';
import { ShopModule } from './shop.module.js';

const name = process.env['SERVER_NAME'] ?? 'A';
const logger = new ConsoleLogger({ prefix: `Shop ${name}`, logLevels: ['warn', 'error'] });

const app = await NestFactory.create<NestExpressApplication>(ShopModule, { logger });
app.use(answerCost(name));
app.useStaticAssets(fileURLToPath(new URL('../../public', import.meta.url)));
app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }));
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');

// No server outlives the program that has started it, however that ends.
process.on('disconnect', () => process.exit());
process.send?.({ port: Number(new URL(await app.getUrl()).port) });
