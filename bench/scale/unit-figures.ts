import type { Effort } from '../effort.js';
import type { Lab } from '../lab.js';
import { trafficQuestion } from '../questions/traffic.question.js';
import type { Row } from '../questions/result.js';
import { cpuQuestion } from '../questions/cpu.question.js';
import { median } from '../report/statistics.js';
import type { Subject } from '../subject.js';
import type { UnitFigures } from './arithmetic.js';
import { countConnections } from './connections.js';
import type { MemoryRow } from './session-memory.js';

const BYTES = 2000;

/** What one session and one request of a logged-in user take, for the arithmetic. */
export async function measureUnits(
  lab: Lab,
  user: Subject,
  memory: readonly MemoryRow[],
  effort: Effort,
): Promise<UnitFigures> {
  const { perProcess, nodes } = await countConnections(lab, user);
  const row = async (question: ReturnType<typeof trafficQuestion>): Promise<Row> =>
    (await question.ask(lab, [user], effort))[0]!;
  const read = await row(trafficQuestion('read', BYTES));
  const write = await row(trafficQuestion('write', BYTES));
  const readCpu = await row(cpuQuestion('read', BYTES, 16));
  const writeCpu = await row(cpuQuestion('write', BYTES, 16));
  const held = memory.find(
    ({ settings, bytes, visitor }) =>
      settings === 'recommended' && bytes === BYTES && visitor === 'user',
  )!;
  return {
    sessionBytes: held.session,
    recordBytes: held.record,
    readMicros: figure(readCpu, 'redis'),
    writeMicros: figure(writeCpu, 'redis'),
    readBytes: figure(read, 'bytesIn') + figure(read, 'bytesOut'),
    writeBytes: figure(write, 'bytesIn') + figure(write, 'bytesOut'),
    replicaBytes: figure(write, 'bytesToReplicas'),
    connectionsPerNode: perProcess / nodes,
  };
}

function figure(row: Row, name: string): number {
  return median(row.rounds[name] ?? []);
}
