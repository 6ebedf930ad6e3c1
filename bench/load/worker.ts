// The load, in a process of its own: takes one job after the other from its parent.
import { runClosedLoop } from './closed-loop.js';
import { Connection } from './connection.js';
import type { LoadJob, LoadResult } from './job.js';
import { runOpenLoop } from './open-loop.js';
import { requestsOf } from './requests.js';
import { Tally } from './tally.js';

process.on('message', (job: LoadJob) => {
  void run(job).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));

async function run(job: LoadJob): Promise<LoadResult> {
  const { pace } = job;
  const requests = requestsOf(job);
  const atRandom = (): string => requests[Math.floor(Math.random() * requests.length)]!;
  const tally = new Tally(pace.kind === 'each');
  const connections = await Promise.all(
    Array.from({ length: job.connections }, (_, at) =>
      Connection.open(job.ports[at % job.ports.length]!),
    ),
  );
  const begin = performance.now();
  if (pace.kind === 'open') await runOpenLoop(connections, atRandom, tally, pace);
  else if (pace.kind === 'each') await runClosedLoop(connections, inTurn(requests, pace), tally);
  else {
    const end = begin + pace.milliseconds;
    const untilEnd = (): string | undefined => (performance.now() < end ? atRandom() : undefined);
    await runClosedLoop(connections, untilEnd, tally);
  }
  const milliseconds = performance.now() - begin;
  for (const connection of connections) connection.close();
  const { latencies, failures, cookies } = tally;
  return { answered: latencies.count, failures, milliseconds, ...latencies.percentiles(), cookies };
}

function inTurn(
  requests: readonly string[],
  { count }: { count: number },
): () => string | undefined {
  let sent = 0;
  return () => (sent === count ? undefined : requests[sent++ % requests.length]);
}
