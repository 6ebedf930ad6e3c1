import { readArguments } from '../../../bench/arguments.js';
import { contentOf, FIELDS } from '../../../bench/content.js';
import { FULL, QUICK } from '../../../bench/effort.js';
import { sectionOf } from '../../../bench/scale/scaling-page.js';
import { planFor, type Site, type UnitFigures } from '../../../bench/scale/arithmetic.js';

const UNIT: UnitFigures = {
  sessionBytes: 900,
  recordBytes: 100,
  readMicros: 50,
  writeMicros: 150,
  readBytes: 1000,
  writeBytes: 2000,
  replicaBytes: 200,
  connectionsPerNode: 1.5,
};

const SITE: Site = {
  sessions: 60_000_000,
  requestsPerMinute: 0.1,
  writesPercent: 10,
  nodeBytes: 13e9,
  utilisation: 0.5,
  appProcesses: 200,
};

describe('the plan for a large site', () => {
  it('takes as many shards as its memory needs, fragmentation included', () => {
    const plan = planFor(SITE, UNIT);

    expect(plan.dataBytes).toBeCloseTo(78e9);
    expect(plan.shards).toBe(12);
    expect(plan.shareOfShard).toBeCloseTo(1 / 12);
  });

  it('takes more where the commands of the busiest minute need more cores than that', () => {
    const plan = planFor({ ...SITE, requestsPerMinute: 1 }, UNIT);

    expect(plan.requestsPerSecond).toBe(1_000_000);
    expect(plan.coresForCommands).toBeCloseTo(60);
    expect(plan.shards).toBe(120);
  });

  it('is never less than the three masters of a cluster', () => {
    expect(planFor({ ...SITE, sessions: 1000 }, UNIT).shards).toBe(3);
  });

  it('counts the bytes of reads and writes as they are mixed, and to replicas those of writes', () => {
    const plan = planFor(SITE, UNIT);

    expect(plan.bytesPerSecond).toBeCloseTo(100_000 * 1100);
    expect(plan.replicaBytesPerSecond).toBeCloseTo(100_000 * 0.1 * 200);
    expect(plan.connectionsOfNode).toBe(300);
  });
});

describe('the page about growth', () => {
  const levels = (route: 'read' | 'write', few: number[], many: number[]) =>
    [few, many].map((app, at) => {
      const rounds = { app, redis: app.map(() => 0), reads: [1.5], perSecond: [1], p99: [1] };
      return { level: ['1,000', '1,000,000'][at]!, route, failures: {}, rounds };
    });

  it('holds the largest size against the smallest of the same round', () => {
    const growth = [
      ...levels('read', [100, 200, 300], [102, 202, 330]),
      ...levels('write', [100, 200], [120, 240]),
    ];
    const page = sectionOf({ id: 'sessions', title: 'Sessions', day: '', machine: '', growth });

    expect(page).toContain('| at most 3 % more | 2 % more | reached |');
    expect(page).toContain('| at most 3 % more | 20 % more | **MISSED** |');
  });

  it('says how often Redis read from its sockets for a request', () => {
    const growth = [...levels('read', [100], [102]), ...levels('write', [100], [120])];
    const page = sectionOf({ id: 'sessions', title: 'Sessions', day: '', machine: '', growth });

    expect(page).toContain('| read, 1,000 | 100 | 0 | 100 (100-100) |  | 1.50 | 1 | 1.0 |');
  });

  it('holds the memory of a session of 2 kB against its JSON', () => {
    const memory = [2000, 200].map((bytes) => ({
      settings: 'default',
      bytes,
      visitor: 'anonymous' as const,
      session: 3200,
      record: 0,
    }));
    const page = sectionOf({ id: 'memory', title: 'Memory', day: '', machine: '', memory });

    expect(page).toContain('| at most 1.7x | at most 1.5x | 1.6x | held |');
    expect(page).toContain('| at most 1.3x | at most 1.2x |  | not measured |');
  });
});

describe('a session of the bench', () => {
  it.each([190, 200, 2000, 20_000, 200_000])('has 22 fields and is %s bytes of JSON', (bytes) => {
    const data = contentOf(bytes);

    expect(JSON.stringify(data)).toHaveLength(bytes);
    expect(Object.keys(data).sort()).toEqual([...FIELDS].sort());
    expect(FIELDS).toHaveLength(22);
  });
});

describe('what the bench is asked on the command line', () => {
  const QUESTIONS = [
    { id: 'read-2kB', quick: true },
    { id: 'read-20kB', quick: false },
    { id: 'write-2kB', quick: false },
  ];
  const asked = (...args: string[]): string[] =>
    readArguments(args, QUESTIONS).questions.map(({ id }) => id);

  it('is everything, or with --quick what takes little time', () => {
    expect(asked()).toHaveLength(3);
    expect(asked('--quick')).toEqual(['read-2kB']);
    expect(readArguments([], QUESTIONS).effort).toBe(FULL);
    expect(readArguments(['--quick'], QUESTIONS).effort).toBe(QUICK);
  });

  it('is with --only what begins so, also where --quick would leave it out', () => {
    expect(asked('--only', 'read')).toEqual(['read-2kB', 'read-20kB']);
    expect(asked('--quick', '--only', 'write', '--only', 'read-20')).toEqual([
      'read-20kB',
      'write-2kB',
    ]);
  });

  it('is one question alone where that is its whole name', () => {
    const all = [
      { id: 'read-1', quick: false },
      { id: 'read-16', quick: false },
    ];
    const only = (name: string): string[] =>
      readArguments(['--only', name], all).questions.map(({ id }) => id);
    expect(only('read-1')).toEqual(['read-1']);
    expect(only('read-')).toEqual(['read-1', 'read-16']);
  });

  it('is refused with the names there are where there is none of that', () => {
    expect(() => asked('--only', 'rite')).toThrow(
      "No question begins with 'rite'. There are read-2kB, read-20kB, write-2kB.",
    );
  });
});
