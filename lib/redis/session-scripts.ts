import { hash } from 'node:crypto';
import { BOUND_STRAY_SCRIPT } from './scripts/bound-stray.script.js';
import { COMMIT_SCRIPT } from './scripts/commit.script.js';
import { CREATE_SCRIPT } from './scripts/create.script.js';
import { DESCRIBE_SCRIPT } from './scripts/describe.script.js';
import { DESTROY_SCRIPT } from './scripts/destroy.script.js';
import { END_AGAIN_SCRIPT } from './scripts/end-again.script.js';
import {
  EXPIRY_ADD_SCRIPT,
  EXPIRY_NOTE_SCRIPT,
  EXPIRY_TAKE_SCRIPT,
} from './scripts/expiry.scripts.js';
import { HINT_SCRIPT } from './scripts/hint.script.js';
import { RECORD_ADMIT_SCRIPT } from './scripts/record-admit.script.js';
import { RECORD_FORGET_SCRIPT } from './scripts/record-forget.script.js';
import { RECORD_REPEAT_SCRIPT } from './scripts/record-repeat.script.js';
import { RECORD_REPLACE_ENTRY_SCRIPT } from './scripts/record-replace-entry.script.js';
import { RECORD_STRIKE_SCRIPT } from './scripts/record-strike.script.js';
import { RECORD_WRITE_SCRIPT } from './scripts/record-write.script.js';
import { RENEW_SCRIPT } from './scripts/renew.script.js';
import { RETIRE_SCRIPT } from './scripts/retire.script.js';
import { REVOKE_EVERYONE_SCRIPT } from './scripts/revoke-everyone.script.js';
import { ROTATE_SCRIPT } from './scripts/rotate.script.js';
import { SECRET_AGAIN_SCRIPT } from './scripts/secret-again.script.js';
import { TOUCH_SCRIPT } from './scripts/touch.script.js';
import type { RedisClient } from './redis-client.js';

/** The scripts. Each takes one key, then its arguments. */
export type ScriptName =
  | 'commit'
  | 'create'
  | 'touch'
  | 'rotate'
  | 'renew'
  | 'destroy'
  | 'retire'
  | 'describe'
  | 'boundStray'
  | 'recordAdmit'
  | 'recordStrike'
  | 'recordWrite'
  | 'recordReplaceEntry'
  | 'recordForget'
  | 'recordRepeat'
  | 'revokeEveryone'
  | 'endAgain'
  | 'secretAgain'
  | 'hint'
  | 'expiryAdd'
  | 'expiryNote'
  | 'expiryTake';

const SCRIPTS: Record<ScriptName, string> = {
  commit: COMMIT_SCRIPT,
  create: CREATE_SCRIPT,
  touch: TOUCH_SCRIPT,
  rotate: ROTATE_SCRIPT,
  renew: RENEW_SCRIPT,
  destroy: DESTROY_SCRIPT,
  retire: RETIRE_SCRIPT,
  describe: DESCRIBE_SCRIPT,
  boundStray: BOUND_STRAY_SCRIPT,
  recordAdmit: RECORD_ADMIT_SCRIPT,
  recordStrike: RECORD_STRIKE_SCRIPT,
  recordWrite: RECORD_WRITE_SCRIPT,
  recordReplaceEntry: RECORD_REPLACE_ENTRY_SCRIPT,
  recordForget: RECORD_FORGET_SCRIPT,
  recordRepeat: RECORD_REPEAT_SCRIPT,
  endAgain: END_AGAIN_SCRIPT,
  secretAgain: SECRET_AGAIN_SCRIPT,
  revokeEveryone: REVOKE_EVERYONE_SCRIPT,
  hint: HINT_SCRIPT,
  expiryAdd: EXPIRY_ADD_SCRIPT,
  expiryNote: EXPIRY_NOTE_SCRIPT,
  expiryTake: EXPIRY_TAKE_SCRIPT,
};

/** A script as EVALSHA and EVAL take it. */
export interface ScriptText {
  readonly sha1: string;
  readonly lua: string;
}

/** By name, for who must know whether a script was sent a second time. */
export const SCRIPT_TEXTS: Readonly<Record<ScriptName, ScriptText>> = Object.fromEntries(
  Object.entries(SCRIPTS).map(([name, lua]) => [name, { sha1: hash('sha1', lua), lua }]),
) as Record<ScriptName, ScriptText>;

/**
 * Sends a script by its name, and by its text where Redis does not know it: SCRIPT FLUSH and new nodes need no care, while FUNCTION would
 * have to be loaded on every node.
 */
export function runScript(
  to: RedisClient,
  name: ScriptName,
  key: string,
  args: readonly (string | number)[],
): Promise<unknown> {
  const { sha1, lua } = SCRIPT_TEXTS[name];
  return to.evalsha(sha1, 1, key, ...args).catch((error: unknown) => {
    if (!isUnknownScript(error)) throw error;
    return to.eval(lua, 1, key, ...args);
  });
}

/** Whether Redis does not know a script by its name. */
export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

/** Commands that a script may run, for messages. @param sha1 of its text */
export function commandsInScript(sha1: string): string[] {
  const { lua = '' } = Object.values(SCRIPT_TEXTS).find((text) => text.sha1 === sha1) ?? {};
  const calls = [...lua.matchAll(/redis\.call\('(\w+)'/g)].map(([, name]) => name!.toLowerCase());
  return [...new Set(calls)].sort();
}
