import { BOUND_STRAY_SCRIPT } from './scripts/bound-stray.script.js';
import { COMMIT_SCRIPT } from './scripts/commit.script.js';
import { CREATE_SCRIPT } from './scripts/create.script.js';
import { DESCRIBE_SCRIPT } from './scripts/describe.script.js';
import { DESTROY_SCRIPT } from './scripts/destroy.script.js';
import { ROTATE_SCRIPT } from './scripts/rotate.script.js';
import { TOUCH_SCRIPT } from './scripts/touch.script.js';
import type { RedisClient } from './redis-client.js';

/** The scripts as methods of a client. Each takes one key, then its arguments. */
export interface SessionScripts {
  nestSessionCommit(key: string, ...args: (string | number)[]): Promise<unknown>;
  nestSessionCreate(key: string, ...args: (string | number)[]): Promise<unknown>;
  nestSessionTouch(key: string, ...args: (string | number)[]): Promise<unknown>;
  nestSessionRotate(key: string, ...args: (string | number)[]): Promise<unknown>;
  nestSessionDestroy(key: string, ...args: (string | number)[]): Promise<unknown>;
  nestSessionDescribe(key: string): Promise<unknown>;
  nestSessionBoundStray(key: string): Promise<unknown>;
}

const SCRIPTS: Record<keyof SessionScripts, string> = {
  nestSessionCommit: COMMIT_SCRIPT,
  nestSessionCreate: CREATE_SCRIPT,
  nestSessionTouch: TOUCH_SCRIPT,
  nestSessionRotate: ROTATE_SCRIPT,
  nestSessionDestroy: DESTROY_SCRIPT,
  nestSessionDescribe: DESCRIBE_SCRIPT,
  nestSessionBoundStray: BOUND_STRAY_SCRIPT,
};

/**
 * Teaches the client the scripts. `defineCommand` sends EVALSHA and falls back to EVAL, so SCRIPT FLUSH and new
 * nodes need no care; FUNCTION would have to be loaded on every node.
 */
export function withSessionScripts(client: RedisClient): RedisClient & SessionScripts {
  for (const [name, lua] of Object.entries(SCRIPTS)) {
    client.defineCommand(name, { numberOfKeys: 1, lua });
  }
  return client as RedisClient & SessionScripts;
}
