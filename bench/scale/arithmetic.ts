/** What was measured of one session and one request. */
export interface UnitFigures {
  /** Bytes in the memory of a master: a logged-in session of 2 kB with the recommended settings, and its user's record. */
  readonly sessionBytes: number;
  readonly recordBytes: number;
  /** Microseconds of CPU of all nodes, replicas included, for a read and for a one-field write of a logged-in user. */
  readonly readMicros: number;
  readonly writeMicros: number;
  /** Of a read and of a write, from and to clients. */
  readonly readBytes: number;
  readonly writeBytes: number;
  /** Of a write, to each replica. */
  readonly replicaBytes: number;
  /** Of an app process to all nodes, divided by their number. */
  readonly connectionsPerNode: number;
}

/** What is assumed of the site, by whoever plans it. */
export interface Site {
  readonly sessions: number;
  /** Requests of a live session in a minute, and how many of a hundred write. */
  readonly requestsPerMinute: number;
  readonly writesPercent: number;
  /** Memory of a node for data, in bytes. */
  readonly nodeBytes: number;
  /** Of a core of a node, at the busiest. */
  readonly utilisation: number;
  readonly appProcesses: number;
}

export interface Plan {
  readonly dataBytes: number;
  readonly shardsForMemory: number;
  readonly requestsPerSecond: number;
  readonly coresForCommands: number;
  readonly shards: number;
  readonly bytesPerSecond: number;
  readonly replicaBytesPerSecond: number;
  readonly connectionsOfNode: number;
  /** Of all sessions, when one master fails. */
  readonly shareOfShard: number;
}

/** Redis grows into fragmentation and buffers: docs/redis.md. */
const HEADROOM = 1.3;

/** How much of everything a site takes: multiplication, shown so that it can be done again with other numbers. */
export function planFor(site: Site, unit: UnitFigures): Plan {
  const dataBytes = site.sessions * (unit.sessionBytes + unit.recordBytes) * HEADROOM;
  const shardsForMemory = Math.ceil(dataBytes / site.nodeBytes);
  const requestsPerSecond = (site.sessions * site.requestsPerMinute) / 60;
  const writes = site.writesPercent / 100;
  const mixed = (read: number, write: number): number => read * (1 - writes) + write * writes;
  const coresForCommands = (requestsPerSecond * mixed(unit.readMicros, unit.writeMicros)) / 1e6;
  const shards = Math.max(
    3,
    shardsForMemory,
    // A node runs commands on one core.
    Math.ceil(coresForCommands / site.utilisation),
  );
  return {
    dataBytes,
    shardsForMemory,
    requestsPerSecond,
    coresForCommands,
    shards,
    bytesPerSecond: requestsPerSecond * mixed(unit.readBytes, unit.writeBytes),
    replicaBytesPerSecond: requestsPerSecond * writes * unit.replicaBytes,
    connectionsOfNode: site.appProcesses * unit.connectionsPerNode,
    shareOfShard: 1 / shards,
  };
}
