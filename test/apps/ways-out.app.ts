import { Module } from '@nestjs/common';
import { SessionModule, type SessionModuleOptionsInput } from '../../lib/index.js';
import type { AppConfig } from './app-config.js';
import { ExpressWaysController } from './ways-out/express-ways.controller.js';
import { FastifyWaysController } from './ways-out/fastify-ways.controller.js';
import { NestWaysController } from './ways-out/nest-ways.controller.js';

/** Answers in every way there is, each after `session.mark` was written. */
export function createModule(config: AppConfig, options: SessionModuleOptionsInput): unknown {
  const own = config.platform === 'express' ? ExpressWaysController : FastifyWaysController;

  @Module({
    imports: [SessionModule.forRoot(options)],
    controllers: [NestWaysController, own],
  })
  class AppModule {}
  return AppModule;
}
