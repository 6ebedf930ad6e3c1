import { createHmac, hash } from 'node:crypto';

const HOME_LENGTH = 20;

/**
 * Home of a user's sessions: the hash tag that all of them and the user's record share. With `pepper` an HMAC; without it a
 * plain digest, and who can read key names can test guesses of user ids.
 */
export function homeOfUser(userId: string, pepper: string | undefined): string {
  const text = `nest-session home v1\0${userId}`;
  const digest =
    pepper === undefined
      ? hash('sha256', text, 'base64url')
      : createHmac('sha256', pepper).update(text).digest('base64url');
  return digest.slice(0, HOME_LENGTH);
}
