import { createHash, createHmac } from 'node:crypto';

const HOME_BYTES = 15;

/**
 * Home of a user's sessions: the hash tag that all of them and the user's record share. With `pepper` an HMAC; without it a
 * plain digest, and who can read key names can test guesses of user ids.
 */
export function homeOfUser(userId: string, pepper: string | undefined): string {
  const digest =
    pepper === undefined
      ? createHash('sha256').update(`nest-session home v1\0${userId}`).digest()
      : createHmac('sha256', pepper).update(`nest-session home v1\0${userId}`).digest();
  return digest.toString('base64url', 0, HOME_BYTES);
}
