import { Module, type INestApplication, type Type } from '@nestjs/common';
import { SessionModule, type SessionModuleOptionsInput } from 'nest-session';
import type { ServerAddress } from 'nest-session/testing';
import { IDLE_MS, SECRET, type Platform } from './candidate.js';
import { createApp } from './create-app.js';
import { LifeController } from './life.controller.js';

/** An app of ours with these controllers, whose routes go before those of a session's life. All of them share the sessions: same secret, same keys. */
export function createSessionApp(
  controllers: Type[],
  platform: Platform,
  nodes: readonly ServerAddress[],
  options: Partial<SessionModuleOptionsInput> = {},
): Promise<INestApplication> {
  @Module({
    imports: [
      SessionModule.forRoot({
        redis: { nodes },
        secret: SECRET,
        timeouts: { idle: IDLE_MS, anonymous: { idle: IDLE_MS } },
        limits: { session: '1MiB', field: '64KiB' },
        ...options,
      }),
    ],
    controllers: [...controllers, LifeController],
  })
  class AppModule {}
  return createApp(AppModule, platform);
}
