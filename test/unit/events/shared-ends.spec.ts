import type { UserRecordStore } from '../../../lib/core/auth/user-record-store.js';
import type { SessionEvent } from '../../../lib/core/session-event.js';
import { EventHub } from '../../../lib/events/event-hub.js';
import { shareEnds } from '../../../lib/events/shared-ends.js';

describe('What other servers tell of ended sessions', () => {
  const notes: string[][] = [];
  const hub = new EventHub();

  beforeAll(() => {
    const users = { noteEnd: (...note: string[]) => notes.push(note) };
    shareEnds(hub, users as unknown as UserRecordStore, (userId) => `home-of-${userId}`);
  });

  beforeEach(() => notes.splice(0));

  const heard = async (event: Partial<SessionEvent>): Promise<string[][]> => {
    hub.deliver({
      type: 'revoked',
      at: 1,
      server: 'another',
      handle: 'h',
      userId: 'ann',
      ...event,
    });
    await new Promise((resolve) => setImmediate(resolve));
    return notes;
  };

  it.each([
    [{ type: 'revoked' }, 'revoked'],
    [{ type: 'revoked', reason: 'disabled' }, 'revoked'],
    [{ type: 'evicted' }, 'evicted'],
    [{ type: 'logout' }, 'logout'],
    [{ type: 'logout', reason: 'login' }, 'login'],
    [{ type: 'logout', reason: 'destroyed' }, 'destroyed'],
  ] as const)('is remembered with its reason: %j', async (event, reason) => {
    expect(await heard(event)).toEqual([['home-of-ann', 'h', reason]]);
  });

  it.each([
    ["this server's own", { server: hub.server }],
    ["a visitor's", { userId: undefined }],
    ['everyone', { handle: undefined, userId: undefined, reason: 'everyone' }],
  ] as const)('is nothing to remember: %s', async (_, event) => {
    expect(await heard(event as Partial<SessionEvent>)).toEqual([]);
  });
});
