/** What could be learnt of one node by plain commands. */
export interface NodeFacts {
  /** 'host:port' as the client reaches it. */
  readonly node: string;
  /** As the client knows it. */
  readonly role: 'master' | 'replica';
  /** Its address as the other nodes know it; undefined where that can't be told (`natMap`). */
  readonly host: string | undefined;
  /** Why it could not be asked, in words without keys or values; the rest is empty then. */
  readonly failure?: string;
  /** Lines of INFO and of CLUSTER INFO, by name. */
  readonly info: ReadonlyMap<string, string>;
  /** Answers to CONFIG GET, by name. */
  readonly config: ReadonlyMap<string, string>;
  /** Commands that Redis refused to this user, as ACL rules, or does not know at all. */
  readonly refused: readonly RefusedCommand[];
}

/** A command that a node did not answer. */
export interface RefusedCommand {
  /** As in an ACL rule: 'config|get'. */
  readonly command: string;
  /** `forbidden` by the user's ACL rules; `unknown`: the server has it not, or under another name. */
  readonly why: 'forbidden' | 'unknown';
}

/** What could be learnt of a cluster, or of a single server, and what the app makes of it. */
export interface RedisFacts {
  /** False for a single server. */
  readonly cluster: boolean;
  /** Redis user the app works as: 'default' where none is given. */
  readonly user: string;
  /** The option `failoverDeadline`, in milliseconds. */
  readonly failoverDeadline: number;
  /** Every node that the client knows. */
  readonly nodes: readonly NodeFacts[];
}
