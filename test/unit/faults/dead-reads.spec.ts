import { deadReadsOf } from '../../faults/dead-reads.js';
import type { Entry } from '../../faults/history.js';

/** Requests of one session, one after the other, each to a server. */
function story(...steps: [act: Entry['act'], server: string, user?: string][]): Entry[] {
  return steps.map(([act, server, user], id) => ({
    id,
    act,
    server,
    session: 'ann.1',
    owner: 'ann-',
    intended: id * 10,
    begin: id * 10,
    end: id * 10 + 5,
    status: 200,
    shard: 0,
    ...(act === 'read' && { sight: user === undefined ? {} : { user } }),
  }));
}

/** Whether the server of each dead read had heard of the end. */
function heard(...steps: Parameters<typeof story>): boolean[] {
  return deadReadsOf(story(...steps)).map(({ wasHeard }) => wasHeard);
}

describe('A read of a dead session', () => {
  it('is none before the end', () => {
    expect(heard(['login', 'a'], ['read', 'b', 'ann-1'], ['logout', 'a'])).toEqual([]);
  });

  it('is served by who had heard of the end where it was done there', () => {
    expect(heard(['login', 'a'], ['logout', 'b'], ['read', 'b', 'ann-1'])).toEqual([true]);
  });

  it('is served by who had heard of the end where the session was refused there since', () => {
    expect(heard(['login', 'a'], ['logout', 'a'], ['read', 'b'], ['read', 'b', 'ann-1'])).toEqual([
      true,
    ]);
  });

  it('is served by who had not heard of it where others alone knew', () => {
    expect(
      heard(['login', 'a'], ['read', 'b'], ['logout', 'a'], ['read', 'a'], ['read', 'b', 'ann-1']),
    ).toEqual([false]);
  });
});
