import type { Connection } from './connection.js';
import type { Tally } from './tally.js';

/**
 * Requests are due at a fixed rate. One that finds all connections busy waits, and its time counts from when it was due: a
 * server that stands still is not spared the requests of that time. A timer may be a millisecond late, for all alike.
 */
export function runOpenLoop(
  connections: readonly Connection[],
  next: () => string,
  tally: Tally,
  { perSecond, milliseconds }: { perSecond: number; milliseconds: number },
): Promise<void> {
  const total = Math.floor((perSecond * milliseconds) / 1000);
  const start = performance.now();
  const dueAt = (request: number): number => start + (request * 1000) / perSecond;
  const free = [...connections];
  let sent = 0;
  let answered = 0;
  let timer: NodeJS.Timeout | undefined;

  return new Promise((resolve) => {
    const sendDue = (): void => {
      while (free.length > 0 && sent < total && dueAt(sent) <= performance.now()) {
        send(free.pop()!, dueAt(sent));
        sent += 1;
      }
      if (sent === total || free.length === 0) return;
      timer = setTimeout(sendDue, dueAt(sent) - performance.now());
    };
    const send = (connection: Connection, due: number): void => {
      connection.send(next(), (answer) => {
        answered += 1;
        if (tally.take(answer, performance.now() - due)) free.push(connection);
        if (answered === total || (answered === sent && free.length === 0)) return resolve();
        clearTimeout(timer);
        sendDue();
      });
    };
    sendDue();
  });
}
