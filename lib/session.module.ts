import { Module, type DynamicModule } from '@nestjs/common';
import { SessionRegistry } from './auth/session-registry.js';
import { SessionStore } from './core/session-store.js';
import { SessionDoctor } from './doctor/session-doctor.js';
import { SessionEvents } from './events/session-events.js';
import { SessionGuard } from './http/session.guard.js';
import { SessionService } from './http/session.service.js';
import type { SessionModuleAsyncOptions } from './session.async-options.js';
import { GIVEN_OPTIONS } from './session.internal-tokens.js';
import type { SessionModuleOptionsInput } from './session.options.js';
import { asyncOptionsProviders, sessionProviders } from './session.providers.js';
import { SESSION_REDIS } from './session.tokens.js';

const EXPORTS = [
  SessionService,
  SessionRegistry,
  SessionEvents,
  SessionDoctor,
  SessionGuard,
  SessionStore,
  SESSION_REDIS,
];

/**
 * Sessions for the whole app. Import it once, in the root module.
 *
 * @example
 * SessionModule.forRoot({ redis: { nodes: [{ host: '10.0.0.1', port: 6379 }] }, secret: process.env.SESSION_SECRET })
 */
@Module({})
export class SessionModule {
  /** Registers the module. A wrong option stops the boot with a SessionOptionsError that names its cure. */
  static forRoot(options: SessionModuleOptionsInput): DynamicModule {
    return {
      module: SessionModule,
      global: (options as Partial<SessionModuleOptionsInput> | undefined)?.isGlobal ?? true,
      providers: [{ provide: GIVEN_OPTIONS, useValue: options }, ...sessionProviders()],
      exports: EXPORTS,
    };
  }

  /** As `forRoot`, with options that come from a factory, a class or another provider. */
  static forRootAsync(options: SessionModuleAsyncOptions): DynamicModule {
    return {
      module: SessionModule,
      global: options.isGlobal ?? true,
      imports: options.imports ?? [],
      providers: [...asyncOptionsProviders(options), ...sessionProviders()],
      exports: EXPORTS,
    };
  }
}
