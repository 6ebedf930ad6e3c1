import { SessionInvalidError } from './errors.js';

/**
 * Calls the function given to `session.update()`. One that awaits the session it changes would wait for itself: it is given
 * up when the time for an operation has passed.
 * @param longest milliseconds
 * @returns what it returned, or the value it was given where it returned nothing
 * @throws SessionInvalidError where it takes too long
 */
export async function callUpdate(
  field: string,
  fn: (value: unknown) => unknown,
  value: unknown,
  longest: number,
): Promise<unknown> {
  const result = fn(value);
  const settled = isThenable(result) ? await inTime(field, result, longest) : result;
  return settled === undefined ? value : settled;
}

async function inTime(
  field: string,
  result: PromiseLike<unknown>,
  longest: number,
): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const refuse = (): void =>
      reject(
        new SessionInvalidError(
          `The function of session.update('${field}') took longer than the option 'deadline' (${longest} ms), so nothing was saved. It must not await the session it changes; do slow work before.`,
        ),
      );
    timer = setTimeout(refuse, longest);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
