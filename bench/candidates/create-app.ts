import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Platform } from './candidate.js';

/** An app as in production, which logs nothing. */
export async function createApp(module: Type, platform: Platform): Promise<INestApplication> {
  if (platform === 'express') return NestFactory.create(module, { logger: false });
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return NestFactory.create(module, new FastifyAdapter() as never, { logger: false });
}
