/** What every app of the bench answers, whatever keeps its sessions. */
export const ROUTES = {
  /** A handler that asks for no session. */
  bare: { method: 'GET', path: '/bare' },
  /** Answers with one small field. */
  read: { method: 'GET', path: '/read' },
  /** Assigns to the field the value that it has. */
  unchanged: { method: 'GET', path: '/unchanged' },
  /** Gives the field a value that it never had. */
  write: { method: 'POST', path: '/write' },
  /** Logs a user in that nobody was before, and keeps what the session holds. */
  login: { method: 'POST', path: '/login' },
  /** Appends to a list, as merging needs more than the last value. */
  append: { method: 'POST', path: '/append' },
  logout: { method: 'POST', path: '/logout' },
} as const;

export type Route = keyof typeof ROUTES;

/** Fills the session with that many bytes of JSON. Not measured. */
export function seedPath(bytes: number): string {
  return `/seed/${bytes}`;
}
