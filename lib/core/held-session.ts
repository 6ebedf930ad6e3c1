import type { ResponseSeal } from './response-seal.js';
import type { SessionFields } from './session-fields.js';
import type { SessionScope } from './session-scope.js';
import type { SessionStanding } from './session-standing.js';
import type { SessionTurns } from './session-turns.js';

/** What one request holds of a session: its parts all work on this. */
export interface HeldSession {
  readonly scope: SessionScope;
  readonly standing: SessionStanding;
  readonly fields: SessionFields;
  readonly turns: SessionTurns;
  readonly response: ResponseSeal;
}
