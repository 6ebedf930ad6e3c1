/**
 * Whether all requests, or all responses, of one Express app inherit from this object: it is there to be changed ("Overriding the
 * Express API"), and no other app sees it.
 */
export function isOfExpress(prototype: object, role: 'request' | 'response'): boolean {
  if (!Object.hasOwn(prototype, 'app')) return false;
  const { app } = prototype as { app: Record<typeof role, unknown> };
  return app[role] === prototype;
}
