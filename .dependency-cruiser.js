// The arrows between the rooms of lib: a request's way is http -> core <- redis. Only the files at the top (session.*.ts and
// index.ts) see every room and wire them together.

/** The rooms a room may import besides itself. */
const ARROWS = {
  core: [],
  http: ['core', 'options'],
  decorators: ['core', 'http', 'events'],
  auth: ['core'],
  events: ['core'],
  // Facts, and what they mean; the rooms of stores gather them.
  doctor: [],
  options: ['core'],
  schema: ['core', 'options'],
  redis: ['core', 'options', 'doctor'],
  memory: ['core'],
  testing: [],
};

/** Files of other rooms that a room may name in types, or read as its own front page. */
const DOORS = {
  // The list of all options, whose checks are this room; and what `transport` and `onStoreDown` take.
  options: [
    '^lib/session\\.options\\.ts$',
    '^lib/http/session-transport\\.ts$',
    '^lib/http/store-down-policy\\.ts$',
  ],
  // What @Merge() has noted on the properties of a class schema.
  schema: ['^lib/decorators/merge\\.decorator\\.ts$'],
};

const inRoom = (room) => `^lib/${room}/`;

const arrows = Object.entries(ARROWS).map(([room, others]) => ({
  name: `${room}-imports-only-${[...others, 'itself'].join('-')}`,
  severity: 'error',
  from: { path: inRoom(room) },
  to: { path: '^lib/', pathNot: [...[room, ...others].map(inRoom), ...(DOORS[room] ?? [])] },
}));

export default {
  forbidden: [
    ...arrows,
    {
      name: 'every-room-has-its-arrows',
      comment: 'A new folder of lib needs a line in ARROWS.',
      severity: 'error',
      from: { path: '^lib/[^/]+/', pathNot: Object.keys(ARROWS).map(inRoom) },
      to: {},
    },
    {
      name: 'core-is-plain-typescript',
      comment: 'What a session is depends on no package, and on no network or file of Node.',
      severity: 'error',
      from: { path: inRoom('core') },
      to: { pathNot: [inRoom('core'), '^(node:)?(crypto|timers/promises|util)$'] },
    },
    {
      name: 'options-see-http-in-types-only',
      severity: 'error',
      from: { path: inRoom('options') },
      to: { path: inRoom('http'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-imports-testing',
      severity: 'error',
      from: { path: '^lib/', pathNot: inRoom('testing') },
      to: { path: inRoom('testing') },
    },
    {
      name: 'only-redis-speaks-to-ioredis',
      comment: 'Options and the files at the top may name its types.',
      severity: 'error',
      from: { path: '^lib/', pathNot: [inRoom('redis'), inRoom('testing')] },
      to: { path: '(^|/)node_modules/ioredis/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'ioredis-types-in-options-only',
      severity: 'error',
      from: { path: '^lib/[^/]+/', pathNot: ['redis', 'testing', 'options'].map(inRoom) },
      to: { path: '(^|/)node_modules/ioredis/' },
    },
    {
      name: 'no-circular',
      comment:
        'With decorator metadata in ES modules a cycle of files is a ReferenceError at import.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^lib/' }, to: {} },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
