import { setTimeout as delay } from 'node:timers/promises';
import { Body, Controller, Get, Module, Param, Post, Session } from '@nestjs/common';
import { RedisStore } from 'connect-redis';
import expressSession from 'express-session';
import { createCluster } from 'redis';
import type { SessionModuleOptionsInput } from '../../lib/index.js';
import { TEST_SECRET, type AppConfig } from './app-config.js';
import { THINKING_MS, type Shared } from './parallel.app.js';

interface ExpressApp {
  use(middleware: unknown): void;
}

/** The routes of parallel.app.ts on express-session and connect-redis: the harness must see what those lose. */
export function createModule(_config: AppConfig, _options: SessionModuleOptionsInput): unknown {
  @Controller()
  class ParallelController {
    @Get()
    all(@Session() session: Shared) {
      return session;
    }

    @Post('start')
    start(@Session() session: Shared) {
      session.list = [];
    }

    @Post('whole/:side/:value')
    async whole(
      @Session() session: Shared,
      @Param('side') side: 'left' | 'right',
      @Param('value') value: string,
    ) {
      await delay(THINKING_MS);
      session[side] = { value };
    }

    @Post('push')
    async push(@Session() session: Shared, @Body() body: { element: unknown }) {
      await delay(THINKING_MS);
      (session.list ??= []).push(body.element);
    }

    @Post('visit')
    async visit(@Session() session: Shared) {
      const visits = session.visits ?? 0;
      await delay(THINKING_MS);
      session.visits = visits + 1;
    }
  }

  @Module({ controllers: [ParallelController] })
  class AppModule {}
  return AppModule;
}

export async function prepare(app: ExpressApp, config: AppConfig): Promise<void> {
  const { redis, keyPrefix } = config.options as {
    redis: { nodes: { host: string; port: number }[] };
    keyPrefix: string;
  };
  const client = createCluster({
    rootNodes: redis.nodes.map(({ host, port }) => ({ socket: { host, port } })),
  });
  await client.connect();
  app.use(
    expressSession({
      name: '__Host-sid',
      secret: TEST_SECRET,
      resave: false,
      saveUninitialized: false,
      store: new RedisStore({ client: client as never, prefix: keyPrefix, ttl: 600 }),
    }),
  );
}
