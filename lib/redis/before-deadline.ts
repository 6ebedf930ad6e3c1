/** Nothing was answered by the deadline. */
export class DeadlinePassed extends Error {
  constructor() {
    super('no reply in time');
  }
}

/**
 * Sends, and stops waiting at the deadline. The command itself is never detached from its reply: a later reply is dropped, not
 * taken for another command's. By hand rather than by `Promise.race`, as each command of each request comes this way.
 * @param deadline `performance.now()` ms @param send not called where it has passed
 */
export function beforeDeadline<R>(deadline: number, send: () => Promise<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    const left = deadline - performance.now();
    if (left <= 0) throw new DeadlinePassed();
    const sent = send();
    const timer = setTimeout(() => reject(new DeadlinePassed()), left);
    sent.then(
      (answer) => {
        clearTimeout(timer);
        resolve(answer);
      },
      (error: Error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
