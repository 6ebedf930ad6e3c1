import { randomUUID } from 'node:crypto';
import { Controller, Get, HttpCode, Module, Param, Post, Req, Session } from '@nestjs/common';
import expressSession from 'express-session';
import { contentOf, type BenchData } from '../content.js';
import { IDLE_MS, SECRET, type Candidate } from './candidate.js';
import { createApp } from './create-app.js';
import { knownMark } from './known-mark.js';
import { nextMark } from './next-mark.js';
import { connectPeerStore } from './peer-redis.js';

type Done = (error?: Error | null) => void;

interface PeerRequest {
  session: { regenerate(done: Done): void; destroy(done: Done): void } & Record<string, unknown>;
}

@Controller()
class ExpressSessionController {
  @Get('bare')
  bare() {
    return {};
  }

  @Get('read')
  read(@Session() session: BenchData) {
    return { mark: knownMark(session.mark) };
  }

  @Get('unchanged')
  unchanged(@Session() session: BenchData) {
    session.mark = knownMark(session.mark);
    return {};
  }

  @Post('write')
  @HttpCode(200)
  write(@Session() session: BenchData) {
    knownMark(session.mark);
    session.mark = nextMark();
    return {};
  }

  @Post('seed/:bytes')
  @HttpCode(200)
  seed(@Session() session: BenchData, @Param('bytes') bytes: string) {
    Object.assign(session, contentOf(Number(bytes)));
    return {};
  }

  @Post('login')
  @HttpCode(200)
  async login(@Req() request: PeerRequest) {
    const { cookie: _, ...kept } = request.session;
    await settled((done) => request.session.regenerate(done));
    Object.assign(request.session, kept, { user: randomUUID(), roles: ['customer'] });
    return {};
  }

  @Post('logout')
  @HttpCode(200)
  async logout(@Req() request: PeerRequest) {
    await settled((done) => request.session.destroy(done));
    return {};
  }
}

@Module({ controllers: [ExpressSessionController] })
class ExpressSessionModule {}

export const candidate: Candidate = {
  name: 'express-session',
  role: 'peer',
  platforms: ['express'],
  visitors: ['anonymous'],
  routes: ['bare', 'read', 'unchanged', 'write', 'login', 'logout'],
  family: 'express-session',
  async boot(platform, nodes) {
    const app = await createApp(ExpressSessionModule, platform);
    app.use(
      expressSession({
        secret: SECRET,
        resave: false,
        saveUninitialized: false,
        cookie: { maxAge: IDLE_MS },
        store: await connectPeerStore(nodes, 'express-session:'),
      }),
    );
    return app;
  },
};

function settled(call: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error ? reject(error) : resolve()));
  });
}
