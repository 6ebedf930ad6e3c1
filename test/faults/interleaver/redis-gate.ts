import { createHash } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import { keySlot } from '../../../lib/redis/key-slot.js';
import { currentCall, type Mishap, type StoreCall } from './actor.js';

type Command = Parameters<Redis['sendCommand']>[0];
type Stream = Parameters<Redis['sendCommand']>[1];
type Send = (command: Command, stream?: Stream) => unknown;

/** What ioredis says where a connection closed before the reply came. */
const CLOSED = 'Connection is closed.';
/** What a server says that does not know a script any more. */
const NOSCRIPT = 'NOSCRIPT No matching script. Please use EVAL.';

/** These have no key and no effect of their own: they go with the command before or behind them. */
const BEFORE = 'asking';
const BEHIND = 'wait';

/** A command that is held, and what goes with it. */
interface Group {
  readonly behind: Command[];
  released: boolean;
}

/**
 * Holds every command that an actor sends to a key, on each of the cluster's connections and on side connections made from them.
 * Made before anything else is done with the client.
 */
export class RedisGate {
  readonly #cluster: Cluster;
  readonly #names = new Map<string, string>();
  readonly #callOf = new WeakMap<Command, StoreCall>();
  /** Let go and not answered: a connection that has just been made sends them once more through here. */
  readonly #flying = new WeakSet<Command>();
  /** The keys that actors have named, by actor. */
  readonly #keys = new WeakMap<object, Set<string>>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#learnScripts();
    const send = cluster.sendCommand.bind(cluster);
    cluster.sendCommand = (command, stream, node) => {
      this.#claim(command);
      return send(command, stream, node);
    };
    for (const node of cluster.nodes('all')) this.#gate(node, false);
    cluster.on('+node', (node: Redis) => this.#gate(node, false));
  }

  /** The keys that an actor's commands named. */
  keysOf(actor: object): ReadonlySet<string> {
    return this.#keys.get(actor) ?? new Set();
  }

  /** For the steps' labels. */
  #learnScripts(): void {
    const define = this.#cluster.defineCommand.bind(this.#cluster);
    this.#cluster.defineCommand = (name, definition) => {
      const sha = createHash('sha1').update(definition.lua).digest('hex');
      this.#names.set(sha, name.replace('nestSession', ''));
      this.#names.set(definition.lua, name.replace('nestSession', ''));
      define(name, definition);
    };
  }

  #claim(command: Command): StoreCall | undefined {
    const known = this.#callOf.get(command) ?? currentCall();
    if (known) this.#callOf.set(command, known);
    return known;
  }

  #gate(node: Redis, side: boolean): void {
    const send: Send = node.sendCommand.bind(node);
    const duplicate = node.duplicate.bind(node);
    node.duplicate = (override) => {
      const copy = duplicate(override);
      this.#gate(copy, true);
      return copy;
    };
    let asking: Command | undefined;
    let last: Group | undefined;
    const gated: Send = (command, stream) => {
      if (command.name === BEFORE) {
        asking = command; // ioredis sends what is asked for in the same turn
        return command.promise;
      }
      const before = asking;
      asking = undefined;
      if (command.name === BEHIND && last?.released === false) {
        last.behind.push(command);
        return command.promise;
      }
      const call = this.#claim(command);
      const key = keyOf(command);
      if (
        this.#flying.has(command) ||
        !call ||
        key === undefined ||
        !(before || side || this.#isAtOwner(node, key))
      ) {
        if (before) send(before);
        return send(command, stream);
      }
      const group: Group = { behind: [], released: false };
      last = group;
      this.#hold(command, key, call, side, (mishap) => {
        group.released = true;
        if (before) send(before);
        this.#flying.add(command);
        watch(command, mishap === 'lost', () => {
          this.#flying.delete(command);
          call.actor.answered(call);
        });
        if (mishap === 'flushed') command.reject(new Error(NOSCRIPT));
        else send(command, stream);
        for (const behind of group.behind) send(behind);
      });
      return command.promise;
    };
    node.sendCommand = gated;
  }

  /** Elsewhere it is only told where to go: what ioredis tries after a closed connection is a node at random. */
  #isAtOwner(node: Redis, key: string): boolean {
    const owner = this.#cluster.slots[keySlot(key)]?.[0];
    return owner === `${node.options.host}:${node.options.port}`;
  }

  #hold(
    command: Command,
    key: string,
    call: StoreCall,
    side: boolean,
    release: (mishap: Mishap | undefined) => void,
  ): void {
    const { actor } = call;
    this.#keys.set(actor, new Set(this.#keys.get(actor)).add(key));
    const home = /\{(.*)\}/.exec(key)?.[1] ?? '';
    const name = this.#names.get(String(command.args[0])) ?? command.name;
    const label = key.endsWith(':user') ? `${name} user` : name;
    const mishaps = isScript(command) ? MISHAPS : [];
    actor.hold({ call, lane: actor.laneOf(home, side), label, mishaps, release });
  }
}

/** Of commands that only read, a lost reply is a reading that never was. */
const MISHAPS: readonly Mishap[] = ['lost', 'flushed'];

function isScript({ name }: Command): boolean {
  return name === 'eval' || name === 'evalsha';
}

/** The key that a command names; undefined where it names none, or hints: those are heard between two operations, and of nobody's order. */
function keyOf(command: Command): string | undefined {
  const key = isScript(command) ? command.args[2] : command.getKeys()[0];
  return key === undefined || String(key).endsWith(':hints') ? undefined : String(key);
}

/** Tells when the reply has come, whatever it is; or has the reply be lost on the way. */
function watch(command: Command, replyIsLost: boolean, answered: () => void): void {
  const { resolve, reject } = command;
  const restore = (): void => {
    Object.assign(command, { resolve, reject });
  };
  command.resolve = (value: unknown) => {
    restore();
    answered();
    if (replyIsLost) reject(new Error(CLOSED));
    else resolve(value);
  };
  command.reject = (error) => {
    restore();
    answered(); // first: a command that is sent elsewhere comes to the gate at once
    reject(error);
  };
}
