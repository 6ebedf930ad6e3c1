import type {
  InjectionToken,
  ModuleMetadata,
  OptionalFactoryDependency,
  Type,
} from '@nestjs/common';
import type { SessionModuleOptionsInput } from './session.options.js';

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
