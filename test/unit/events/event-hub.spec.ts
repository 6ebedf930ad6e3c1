import { EventHub } from '../../../lib/events/event-hub.js';
import { SessionEvents } from '../../../lib/events/session-events.js';
import type { SessionEvent } from '../../../lib/core/session-event.js';

const AT = 1_700_000_000_000;

function heardBy(hub: EventHub, ...types: Parameters<SessionEvents['on']>): SessionEvent[] {
  const heard: SessionEvent[] = [];
  new SessionEvents(hub).on(...types).subscribe((event) => heard.push(event));
  return heard;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('SessionEvents', () => {
  it('tells of an event after the code that caused it, with the server it came from', async () => {
    const hub = new EventHub();
    const heard = heardBy(hub);
    hub.emit('login', { handle: 'h', userId: 'ann', reason: undefined }, AT, 'home');
    expect(heard).toEqual([]);
    await nextTurn();
    expect(heard).toEqual([
      { type: 'login', at: AT, server: hub.server, handle: 'h', userId: 'ann' },
    ]);
    expect(Object.keys(heard[0]!)).not.toContain('reason');
    expect(Object.isFrozen(heard[0])).toBe(true);
  });

  it('tells only of the types that were asked for', async () => {
    const hub = new EventHub();
    const heard = heardBy(hub, 'logout', 'revoked');
    for (const type of ['login', 'logout', 'revoked'] as const) hub.emit(type, {}, AT, undefined);
    await nextTurn();
    expect(heard.map(({ type }) => type)).toEqual(['logout', 'revoked']);
  });

  it('wants nothing while nobody listens, and nothing more once nobody does any more', () => {
    const hub = new EventHub();
    expect(hub.wants('login')).toBe(false);
    const subscription = new SessionEvents(hub).on('login').subscribe();
    expect([hub.wants('login'), hub.wants('logout')]).toEqual([true, false]);
    subscription.unsubscribe();
    expect(hub.wants('login')).toBe(false);
  });

  it('completes at shutdown, after what was still to be told', () => {
    const hub = new EventHub();
    const story: string[] = [];
    new SessionEvents(hub).on().subscribe({
      next: ({ type }) => story.push(type),
      complete: () => story.push('complete'),
    });
    hub.emit('logout', {}, AT, undefined);
    hub.close();
    hub.emit('login', {}, AT, undefined);
    expect(story).toEqual(['logout', 'complete']);
  });

  it('gives other processes neither the class of an address nor what junk caused', () => {
    const hub = new EventHub();
    const sent: SessionEvent[] = [];
    hub.broadcastBy((event) => sent.push(event));
    hub.emit('login', { ipClass: '10.1.2.0/24' }, AT, 'home');
    hub.emit('rejected', { reason: 'junk' }, AT, undefined);
    hub.emit('rejected', { reason: 'ambiguous' }, AT, undefined);
    hub.emit('degraded', { reason: 'begins' }, AT, undefined);
    hub.emit('rejected', { reason: 'forged' }, AT, undefined);
    expect(sent.map(({ type, reason, ipClass }) => [type, reason, ipClass])).toEqual([
      ['login', undefined, undefined],
      ['rejected', 'forged', undefined],
    ]);
  });
});
