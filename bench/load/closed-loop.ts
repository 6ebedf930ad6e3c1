import type { Connection } from './connection.js';
import type { Tally } from './tally.js';

/** Each connection sends the next request as soon as it has an answer, until there is none. */
export async function runClosedLoop(
  connections: readonly Connection[],
  next: () => string | undefined,
  tally: Tally,
): Promise<void> {
  await Promise.all(connections.map((connection) => drive(connection, next, tally)));
}

function drive(
  connection: Connection,
  next: () => string | undefined,
  tally: Tally,
): Promise<void> {
  return new Promise((resolve) => {
    const step = (): void => {
      const request = next();
      if (request === undefined) return resolve();
      const begin = performance.now();
      connection.send(request, (answer) => {
        const goesOn = tally.take(answer, performance.now() - begin);
        if (goesOn) step();
        else resolve();
      });
    };
    step();
  });
}
