import type { SessionModuleOptionsInput } from '../../lib/index.js';

export type Platform = 'express' | 'fastify';

/** What a test tells an app process: JSON, so no functions. */
export interface AppConfig {
  /** The file `test/apps/<name>.app.ts`. */
  readonly app: string;
  readonly platform: Platform;
  /** Name by which answers tell the servers apart. */
  readonly server?: string;
  /** Options of SessionModule; the app may add what JSON can't say. */
  readonly options?: Partial<SessionModuleOptionsInput>;
  /** Further environment of the process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What an app file exports. */
export interface TestApp {
  /** The root module. */
  createModule(config: AppConfig, options: SessionModuleOptionsInput): unknown;
  /** Prepares the app before it listens: global guards, pipes, middleware. */
  prepare?(app: unknown, config: AppConfig): void | Promise<void>;
  /** Answers what the test asks by IPC. */
  onMessage?(question: string, app: unknown): unknown;
}

/** The secret of all test apps. */
export const TEST_SECRET = 'q7Zc2mR9vK4xW8nB3tY6uJ1pL5sD0fGh-test-apps';
