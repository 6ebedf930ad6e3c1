import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, HttpCode, Module, Param, Post, Req, Session } from '@nestjs/common';
import { RedisStore } from 'connect-redis';
import expressSession from 'express-session';
import { createCluster } from 'redis';
import type { SessionModuleOptionsInput } from '../../lib/index.js';
import { TEST_SECRET, type AppConfig } from './app-config.js';
import type { LabData } from './faults.app.js';

type PeerSession = LabData & { user?: string };

interface PeerRequest {
  session: {
    regenerate(done: (error?: Error | null) => void): void;
    destroy(done: (error?: Error | null) => void): void;
  } & PeerSession;
}

interface ExpressApp {
  use(middleware: unknown): void;
}

/** Routes of faults.app.ts as express-session and connect-redis do them, as their documentation says. */
export function createModule(_config: AppConfig, _options: SessionModuleOptionsInput): unknown {
  @Controller()
  class PeerController {
    @Post('write/:value')
    @HttpCode(200)
    write(@Session() session: PeerSession, @Param('value') value: string) {
      session.mark = value;
      return {};
    }

    @Get('read')
    read(@Session() { mark, log, count, user }: PeerSession) {
      return { mark, log, count, user };
    }

    @Post('append/:value')
    @HttpCode(200)
    append(@Session() session: PeerSession, @Param('value') value: string) {
      session.log = [...(session.log ?? []), value].slice(-40);
      return {};
    }

    @Post('increment')
    @HttpCode(200)
    increment(@Session() session: PeerSession) {
      session.count = (session.count ?? 0) + 1;
      return {};
    }

    @Post('slow-write/:value/:milliseconds')
    @HttpCode(200)
    async slowWrite(
      @Session() session: PeerSession,
      @Param('value') value: string,
      @Param('milliseconds') milliseconds: string,
    ) {
      await delay(Number(milliseconds));
      session.mark = value;
      return {};
    }

    @Post('login/:user')
    @HttpCode(200)
    async login(@Req() request: PeerRequest, @Param('user') user: string) {
      await settled((done) => request.session.regenerate(done));
      request.session.user = user;
      return {};
    }

    @Post('logout')
    @HttpCode(200)
    async logout(@Req() request: PeerRequest) {
      await settled((done) => request.session.destroy(done));
      return {};
    }
  }

  @Module({ controllers: [PeerController] })
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
  // Without a listener the process ends with the first connection that breaks.
  client.on('error', () => undefined);
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

/** As in faults.app.ts. */
export { onMessage } from './faults.app.js';

function settled(call: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error ? reject(error) : resolve()));
  });
}
