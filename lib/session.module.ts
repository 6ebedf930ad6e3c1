import {
  Module,
  type DynamicModule,
  type InjectionToken,
  type ModuleMetadata,
  type OptionalFactoryDependency,
  type Type,
} from '@nestjs/common';
import { SessionStore } from './core/session-store.js';
import { SessionGuard } from './http/session.guard.js';
import { SessionService } from './http/session.service.js';
import { GIVEN_OPTIONS } from './session.internal-tokens.js';
import type { SessionModuleOptionsInput } from './session.options.js';
import { asyncOptionsProviders, sessionProviders } from './session.providers.js';
import { SESSION_REDIS } from './session.tokens.js';

/** Makes the options of an asynchronous registration; implemented by the class of `useClass` or `useExisting`. */
export interface SessionOptionsFactory {
  /** The options, as `forRoot` takes them. */
  createSessionOptions(): Promise<SessionModuleOptionsInput> | SessionModuleOptionsInput;
}

/** How `forRootAsync` comes to its options: by exactly one of `useFactory`, `useClass` and `useExisting`. */
export interface SessionModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** Makes the options out of what `inject` names. */
  readonly useFactory?: (
    ...args: never[]
  ) => Promise<SessionModuleOptionsInput> | SessionModuleOptionsInput;
  /** Arguments of `useFactory`. */
  readonly inject?: (InjectionToken | OptionalFactoryDependency)[];
  /** A class that is made for it. */
  readonly useClass?: Type<SessionOptionsFactory>;
  /** A provider of one of the `imports`. */
  readonly useExisting?: Type<SessionOptionsFactory>;
  /** Whether the module's providers are there without importing it again. Default true. */
  readonly isGlobal?: boolean;
}

const EXPORTS = [SessionService, SessionGuard, SessionStore, SESSION_REDIS];

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
