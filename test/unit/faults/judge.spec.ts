import type { Act, Entry } from '../../faults/history.js';
import { judge, LOG_LENGTH, type Judgement } from '../../faults/judge.js';

const OWNER = 'ann-';
const CLEAN: Judgement = {
  revived: [],
  wrongUser: [],
  doubled: [],
  late: [],
  missing: [],
  lostDurable: [],
  lostAsync: [],
};

/** Operations of one session, one after the other, 10 ms each, unless it says otherwise. */
function story(...steps: (Partial<Entry> & { act: Act })[]): Entry[] {
  return steps.map((step, id) => {
    const begin = step.begin ?? 1000 + id * 10;
    const times = { intended: begin, begin, end: step.end ?? begin + 5 };
    return { id, session: 's.1', owner: OWNER, status: 200, shard: 0, ...step, ...times };
  });
}

const login = { act: 'login', durable: true } as const;
const write = (value: string): { act: Act; value: string } => ({
  act: 'write',
  value: OWNER + value,
});
const read = (sight: Entry['sight']): { act: Act; sight: Entry['sight'] } => ({
  act: 'read',
  sight,
});
const here = { user: `${OWNER}user` };
const marked = (value: string): Entry['sight'] => ({ mark: OWNER + value });
const failed = { status: 503 };

function counts(judgement: Judgement): Partial<Record<keyof Judgement, number>> {
  const pairs = Object.entries(judgement).map(([rule, all]) => [rule, (all as string[]).length]);
  return Object.fromEntries(pairs.filter(([, count]) => count !== 0)) as never;
}

describe('A history', () => {
  it('that is as it should be has nothing against it', () => {
    const history = story(
      login,
      write('1'),
      read({ ...here, ...marked('1') }),
      { act: 'append', value: 'ann-a' },
      { act: 'increment' },
      read({ ...here, ...marked('1'), log: ['ann-a'], count: 1 }),
      { act: 'rotate' },
      read({ ...here, ...marked('1'), log: ['ann-a'], count: 1 }),
      { act: 'logout', durable: true },
      read({}),
    );
    expect(judge(history)).toEqual(CLEAN);
  });

  it.each(['logout', 'revokeAll', 'disable'] as const)(
    'in which a read is served after an acknowledged %s shows a revived session',
    (act) => {
      expect(counts(judge(story(login, { act, durable: true }, read(here))))).toEqual({
        revived: 1,
      });
    },
  );

  it('in which a read overlaps the end, or the end was not acknowledged, shows none', () => {
    expect(judge(story(login, { act: 'logout', end: 1021 }, read(here)))).toEqual(CLEAN);
    expect(judge(story(login, { act: 'logout', ...failed }, read(here)))).toEqual(CLEAN);
  });

  it('in which a read shows another user, or what another client wrote, shows a mix-up', () => {
    const others = [{ user: 'bob-user' }, { ...here, mark: 'bob-1' }, { ...here, log: ['bob-2'] }];
    for (const sight of others) {
      expect(counts(judge(story(login, read(sight))))).toEqual({ wrongUser: 1 });
    }
  });

  it('in which a list holds an entry twice, or a count is higher than it may be, shows a double', () => {
    const append = { act: 'append', value: 'ann-a' } as const;
    expect(counts(judge(story(login, append, read({ ...here, log: ['ann-a', 'ann-a'] }))))).toEqual(
      { doubled: 1 },
    );
    const once = { act: 'increment' } as const;
    expect(counts(judge(story(login, once, read({ ...here, count: 2 }))))).toEqual({ doubled: 1 });
  });

  it('in which an increment of unknown outcome counts or not is in order either way', () => {
    const unsure = { act: 'increment', ...failed } as const;
    for (const count of [0, 1]) {
      expect(judge(story(login, unsure, read({ ...here, count })))).toEqual(CLEAN);
    }
  });

  it('in which a write was executed after its error shows a late one', () => {
    const history = story(write('1'), { ...write('2'), ...failed }, { ...write('3'), ...failed });
    const executions = new Map([
      ['ann-1', [1000, 5000]],
      ['ann-2', [1012]],
      ['ann-3', [1024, 2000]],
    ]);
    expect(judge(history, executions).late).toEqual([expect.stringContaining('ann-3')]);
  });

  it('in which a session is not found and then is shows it as missing', () => {
    expect(counts(judge(story(login, read({}), read(here))))).toEqual({ missing: 1 });
  });

  it('in which a session is gone for good shows it as lost, durable or not', () => {
    expect(counts(judge(story(login, read(here), read({}))))).toEqual({ lostDurable: 1 });
    expect(counts(judge(story(write('1'), read({}))))).toEqual({ lostAsync: 1 });
  });

  it('in which a new secret never reached its client does not count its session as missing', () => {
    const unheard = { act: 'rotate', ...failed } as const;
    expect(judge(story(login, unheard, read({}), read(here)))).toEqual(CLEAN);
  });

  it('in which an older value is shown than the newest acknowledged one shows the write as lost', () => {
    const sight = { ...here, ...marked('1') };
    expect(counts(judge(story(login, write('1'), write('2'), read(sight))))).toEqual({
      lostAsync: 1,
    });
    const durable = { ...write('2'), durable: true };
    expect(counts(judge(story(login, write('1'), durable, read(sight))))).toEqual({
      lostDurable: 1,
    });
    const role = (value: string) => ({ act: 'roles', value, durable: true }) as const;
    const demoted = story(
      login,
      role('ann-admin'),
      role('ann-guest'),
      read({ ...here, role: 'ann-admin' }),
    );
    expect(counts(judge(demoted))).toEqual({ lostDurable: 1 });
  });

  it('in which a session shows the role that its user was given in another session is in order', () => {
    const role = (value: string) => ({ act: 'roles', value, durable: true }) as const;
    const history = story(
      login,
      role('ann-guest'),
      { act: 'logout', ...failed },
      { ...login, session: 's.2' },
      { ...role('ann-admin'), session: 's.2' },
      read({ ...here, role: 'ann-admin' }),
    );
    expect(judge(history)).toEqual(CLEAN);
  });

  it('in which parallel writes end in either order is in order', () => {
    const first = { ...write('1'), begin: 1010, end: 1050 };
    const second = { ...write('2'), begin: 1020, end: 1040 };
    for (const value of ['1', '2']) {
      const history = story(login, first, second, {
        ...read({ ...here, ...marked(value) }),
        begin: 1060,
      });
      expect(judge(history)).toEqual(CLEAN);
    }
  });

  it('in which an acknowledged entry of a list is not shown, or a count is too low, shows the loss', () => {
    const append = (value: string) => ({ act: 'append', value: OWNER + value }) as const;
    expect(
      counts(judge(story(login, append('a'), append('b'), read({ ...here, log: ['ann-b'] })))),
    ).toEqual({ lostAsync: 1 });
    expect(
      counts(
        judge(
          story(login, { act: 'increment' }, { act: 'increment' }, read({ ...here, count: 0 })),
        ),
      ),
    ).toEqual({ lostAsync: 2 });
  });

  it('in which a list has dropped its oldest entries is in order', () => {
    const appends = Array.from({ length: LOG_LENGTH + 5 }, (_, at) => `ann-${at}`);
    const history = story(
      login,
      ...appends.map((value) => ({ act: 'append', value }) as const),
      read({ ...here, log: appends.slice(-LOG_LENGTH) }),
    );
    expect(judge(history)).toEqual(CLEAN);
  });
});
