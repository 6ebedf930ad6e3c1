/** Names of Nest's own metadata on controllers; its constants are not public API in both majors. */
export const NEST_METADATA = {
  /** On a handler: its path. */
  path: 'path',
  /** On a class and the name of a method: the parameters, by keys that begin with their kind. */
  routeArguments: '__routeArguments__',
  /** On a handler: whether it sends server-sent events. */
  sse: '__sse__',
  /** On a class or a handler. */
  interceptors: '__interceptors__',
} as const;
