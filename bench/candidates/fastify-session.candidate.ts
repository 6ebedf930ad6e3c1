import { randomUUID } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import { Controller, HttpCode, Module, Post, Req } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FIELDS } from '../content.js';
import { IDLE_MS, SECRET, type Candidate } from './candidate.js';
import { createApp } from './create-app.js';
import { connectPeerStore } from './peer-redis.js';
import { PeerRoutes } from './peer-routes.js';

interface PeerRequest {
  session: {
    regenerate(kept: string[]): Promise<void>;
    destroy(): Promise<void>;
  } & Record<string, unknown>;
}

@Controller()
class FastifySessionController extends PeerRoutes {
  @Post('login')
  @HttpCode(200)
  async login(@Req() request: PeerRequest) {
    await request.session.regenerate([...FIELDS]);
    Object.assign(request.session, { user: randomUUID(), roles: ['customer'] });
    return {};
  }

  @Post('logout')
  @HttpCode(200)
  async logout(@Req() request: PeerRequest) {
    await request.session.destroy();
    return {};
  }
}

@Module({ controllers: [FastifySessionController] })
class FastifySessionModule {}

export const candidate: Candidate = {
  name: 'fastify-session',
  role: 'peer',
  platforms: ['fastify'],
  visitors: ['anonymous'],
  routes: ['bare', 'read', 'unchanged', 'write', 'login', 'logout'],
  family: 'fastify-session',
  async boot(platform, nodes) {
    const app = (await createApp(
      FastifySessionModule,
      platform,
    )) as unknown as NestFastifyApplication;
    await app.register(fastifyCookie as never);
    await app.register(fastifySession, {
      secret: SECRET,
      saveUninitialized: false,
      // `rolling` stays on, its default: without it the session's end does not move when it is used.
      cookie: { secure: false, maxAge: IDLE_MS },
      store: await connectPeerStore(nodes, 'fastify-session:'),
    });
    return app;
  },
};
