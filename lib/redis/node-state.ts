import { Turnstile } from './turnstile.js';

/**
 * Since when a node does not serve: no connection to it, no reply from it, or replies that it does not (`CLUSTERDOWN`, `LOADING`). A
 * node that refuses one command, such as for want of memory, serves.
 */
export interface Trouble {
  /** Whether no reply comes, as far as was last heard. */
  readonly isSilent: boolean;
  /** `performance.now()` ms: when the first command that failed was sent. */
  readonly since: number;
  /** A key of the node, to ask for; undefined: none is known. */
  readonly key: string | undefined;
  readonly failure: unknown;
}

/** One master as this process sees it. */
export class NodeState {
  readonly turnstile: Turnstile = new Turnstile();
  /** `performance.now()` ms of the newest reply. */
  answeredAt: number = 0;
  /** Undefined while it serves. */
  trouble: Trouble | undefined;
  /** Whether a question has been sent to find out if it serves again. */
  isProbed: boolean = false;
  /** What those who wait for it could hope for when they were last woken. */
  outlook: string = '';

  /** @param name "host:port", or what stands for it in sentences */
  constructor(readonly name: string) {}
}
