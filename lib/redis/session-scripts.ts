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

type ScriptName =
  | 'nestSessionCommit'
  | 'nestSessionCreate'
  | 'nestSessionTouch'
  | 'nestSessionRotate'
  | 'nestSessionRenew'
  | 'nestSessionDestroy'
  | 'nestSessionRetire'
  | 'nestSessionDescribe'
  | 'nestSessionBoundStray'
  | 'nestSessionRecordAdmit'
  | 'nestSessionRecordStrike'
  | 'nestSessionRecordWrite'
  | 'nestSessionRecordReplaceEntry'
  | 'nestSessionRecordForget'
  | 'nestSessionRecordRepeat'
  | 'nestSessionRevokeEveryone'
  | 'nestSessionEndAgain'
  | 'nestSessionSecretAgain'
  | 'nestSessionHint'
  | 'nestSessionExpiryAdd'
  | 'nestSessionExpiryNote'
  | 'nestSessionExpiryTake';

type Script = (key: string, ...args: (string | number)[]) => Promise<unknown>;

/** The scripts as methods of a client. Each takes one key, then its arguments. */
export type SessionScripts = Record<ScriptName, Script>;

const SCRIPTS: Record<ScriptName, string> = {
  nestSessionCommit: COMMIT_SCRIPT,
  nestSessionCreate: CREATE_SCRIPT,
  nestSessionTouch: TOUCH_SCRIPT,
  nestSessionRotate: ROTATE_SCRIPT,
  nestSessionRenew: RENEW_SCRIPT,
  nestSessionDestroy: DESTROY_SCRIPT,
  nestSessionRetire: RETIRE_SCRIPT,
  nestSessionDescribe: DESCRIBE_SCRIPT,
  nestSessionBoundStray: BOUND_STRAY_SCRIPT,
  nestSessionRecordAdmit: RECORD_ADMIT_SCRIPT,
  nestSessionRecordStrike: RECORD_STRIKE_SCRIPT,
  nestSessionRecordWrite: RECORD_WRITE_SCRIPT,
  nestSessionRecordReplaceEntry: RECORD_REPLACE_ENTRY_SCRIPT,
  nestSessionRecordForget: RECORD_FORGET_SCRIPT,
  nestSessionRecordRepeat: RECORD_REPEAT_SCRIPT,
  nestSessionEndAgain: END_AGAIN_SCRIPT,
  nestSessionSecretAgain: SECRET_AGAIN_SCRIPT,
  nestSessionRevokeEveryone: REVOKE_EVERYONE_SCRIPT,
  nestSessionHint: HINT_SCRIPT,
  nestSessionExpiryAdd: EXPIRY_ADD_SCRIPT,
  nestSessionExpiryNote: EXPIRY_NOTE_SCRIPT,
  nestSessionExpiryTake: EXPIRY_TAKE_SCRIPT,
};

/**
 * Teaches the client the scripts. `defineCommand` sends EVALSHA and falls back to EVAL, so SCRIPT FLUSH and new
 * nodes need no care; FUNCTION would have to be loaded on every node.
 */
export function withSessionScripts<C extends RedisClient>(client: C): C & SessionScripts {
  for (const [name, lua] of Object.entries(SCRIPTS)) {
    client.defineCommand(name, { numberOfKeys: 1, lua });
  }
  return client as C & SessionScripts;
}

/** A script as EVALSHA and EVAL take it. */
export interface ScriptText {
  readonly sha1: string;
  readonly lua: string;
}

/** By name, for who must know whether a script was sent a second time. */
export const SCRIPT_TEXTS: Readonly<Record<keyof SessionScripts, ScriptText>> = Object.fromEntries(
  Object.entries(SCRIPTS).map(([name, lua]) => [name, { sha1: hash('sha1', lua), lua }]),
) as Record<keyof SessionScripts, ScriptText>;

/** Commands that a script may run, for messages. @param sha1 of its text */
export function commandsInScript(sha1: string): string[] {
  const { lua = '' } = Object.values(SCRIPT_TEXTS).find((text) => text.sha1 === sha1) ?? {};
  const calls = [...lua.matchAll(/redis\.call\('(\w+)'/g)].map(([, name]) => name!.toLowerCase());
  return [...new Set(calls)].sort();
}
