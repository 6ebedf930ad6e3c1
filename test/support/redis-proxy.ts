import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { userOfNodes, type RedisUser } from './least-user.js';
import { LinkFault } from './link-fault.js';
import {
  ProxiedConnection,
  type ProxyFaults,
  type ScriptReply,
  type Traffic,
} from './proxied-connection.js';

interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Stands between an app and a Redis Cluster, one TCP proxy for each node: with {@link redis} as the option `redis` the client
 * sees nothing but the proxies. It holds replies back, cuts them off after the command has been executed, and notes when the
 * reply of each script was passed on.
 */
export class RedisProxy {
  readonly faults: ProxyFaults = { hold: 0, cutEvery: 0, cutOf: 'scripts' };
  /** Replies of scripts, in the order in which they came from Redis. */
  readonly scriptReplies: ScriptReply[] = [];
  /** Connections taken so far. */
  connections = 0;
  /** Replies cut so far. */
  cuts = 0;
  /** Commands and replies in their order, from when a test sets it. */
  traffic: Traffic[] | undefined;

  readonly #targets: readonly Address[];
  readonly #links = new Map<number, LinkFault>();
  readonly #servers: Server[] = [];
  readonly #connections = new Set<ProxiedConnection>();
  #ports: number[] = [];
  #cuttable = 0;
  #stop: { script: string; at: 'sent' | 'answered'; reached: () => void } | undefined;

  /** @param targets the cluster's nodes */
  static async start(targets: readonly Address[]): Promise<RedisProxy> {
    const proxy = new RedisProxy(targets);
    await proxy.open();
    return proxy;
  }

  private constructor(targets: readonly Address[]) {
    this.#targets = targets;
    for (const { port } of targets) this.#links.set(port, new LinkFault());
  }

  /** The link to one of the nodes, to do something to it. */
  link({ port }: Address): LinkFault {
    return this.#links.get(port)!;
  }

  /** The option `redis` that leads through the proxies; plain JSON, so app processes take it too. */
  get redis(): {
    nodes: Address[];
    options: { natMap: Record<string, Address>; redisOptions: RedisUser | undefined };
  } {
    const proxies = this.#ports.map((port) => ({ host: '127.0.0.1', port }));
    const natMap = Object.fromEntries(
      this.#targets.map(({ host, port }, at) => [`${host}:${port}`, proxies[at]!]),
    );
    return { nodes: proxies, options: { natMap, redisOptions: userOfNodes(this.#targets) } };
  }

  /** Cuts every nth reply: the command was executed, its reply is dropped and the connection closed. 0 ends it. */
  cutReplies(every: number, of: ProxyFaults['cutOf'] = 'scripts'): void {
    this.#cuttable = 0;
    this.faults.cutEvery = every;
    this.faults.cutOf = of;
  }

  /** Holds every reply back; 0 ends it. */
  holdReplies(milliseconds: number): void {
    this.faults.hold = milliseconds;
  }

  /**
   * Stops the connection on which the script comes next: before Redis has it ('sent'), or when it has run and before the
   * app hears of it ('answered'). Nothing goes either way on that connection any more.
   * @param script its text
   * @returns when it has come to that
   */
  stopAt(script: string, at: 'sent' | 'answered'): Promise<void> {
    return new Promise((reached) => {
      this.#stop = { script, at, reached };
    });
  }

  /** The reply of the newest script whose command held the text, such as a value it wrote. */
  replyTo(text: string): ScriptReply | undefined {
    return this.scriptReplies.findLast(({ command }) => command.includes(text));
  }

  /** Closes all connections and takes no new ones, as if all nodes had died. */
  async shut(): Promise<void> {
    const closed = this.#servers.splice(0).map((server) => {
      server.close();
      return once(server, 'close');
    });
    for (const connection of this.#connections) connection.destroy();
    await Promise.all(closed);
  }

  /** Takes connections (again, on the same ports), unless it does. */
  async open(): Promise<void> {
    if (this.#servers.length > 0) return;
    const servers = this.#targets.map((target) =>
      createServer((client) => this.#connect(client, target)),
    );
    await Promise.all(
      servers.map(async (server, at) => {
        server.listen(this.#ports[at] ?? 0, '127.0.0.1');
        await once(server, 'listening');
      }),
    );
    this.#servers.push(...servers);
    this.#ports = servers.map((server) => (server.address() as AddressInfo).port);
  }

  close(): Promise<void> {
    return this.shut();
  }

  #connect(client: Socket, target: Address): void {
    this.connections++;
    const connection = new ProxiedConnection(client, target, {
      faults: this.faults,
      link: this.link(target),
      isCut: (ranScript) => this.#isCut(ranScript),
      noteTraffic: (traffic) => this.traffic?.push(traffic),
      stops: (command, at) => this.#stops(command, at),
      note: (reply) => this.scriptReplies.push(reply),
    });
    this.#connections.add(connection);
    client.once('close', () => this.#connections.delete(connection));
  }

  #stops(command: string, at: 'sent' | 'answered'): boolean {
    const stop = this.#stop;
    if (stop?.at !== at || !isCallOf(stop.script, command)) return false;
    this.#stop = undefined;
    stop.reached();
    return true;
  }

  #isCut(ranScript: boolean): boolean {
    const { cutEvery, cutOf } = this.faults;
    if (cutEvery === 0 || (cutOf === 'scripts' && !ranScript)) return false;
    const cut = ++this.#cuttable % cutEvery === 0;
    if (cut) this.cuts++;
    return cut;
  }
}

/** Whether the command (latin1) runs the script: by its text, or by the text's SHA-1. */
function isCallOf(script: string, command: string): boolean {
  const sha = createHash('sha1').update(script).digest('hex');
  return command.includes(sha) || command.includes(Buffer.from(script).toString('latin1'));
}
