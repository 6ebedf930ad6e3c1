import { randomUUID } from 'node:crypto';
import { Controller, HttpCode, Module, Post, Req } from '@nestjs/common';
import expressSession from 'express-session';
import { IDLE_MS, SECRET, type Candidate } from './candidate.js';
import { createApp } from './create-app.js';
import { connectPeerStore } from './peer-redis.js';
import { PeerRoutes } from './peer-routes.js';

type Done = (error?: Error | null) => void;

interface PeerRequest {
  session: { regenerate(done: Done): void; destroy(done: Done): void } & Record<string, unknown>;
}

@Controller()
class ExpressSessionController extends PeerRoutes {
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
