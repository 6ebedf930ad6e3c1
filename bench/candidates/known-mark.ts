import { GoneException } from '@nestjs/common';

/** The mark of a session that was found. One that has ended would be cheap to serve, and must count as a failure. */
export function knownMark(mark: string | undefined): string {
  if (mark === undefined) throw new GoneException('The session is gone.');
  return mark;
}
