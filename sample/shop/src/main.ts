import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startRedisCluster, type RedisTestCluster } from 'nest-session/testing';
import { ControlDesk } from './servers/control-desk.js';
import { FrontDoor } from './servers/front-door.js';
import { RedisShards } from './servers/redis-shards.js';
import { RoundRobinProxy } from './servers/round-robin-proxy.js';
import { ShopServer } from './servers/shop-server.js';
import { bold, dim, print, red, report, step } from './servers/terminal.js';

/** What is to be ended, the last first. */
const running: (() => unknown)[] = [];
let ending: Promise<never> | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void end(0));
}
process.on('disconnect', () => void end(1)); // whoever started this one has died
process.on('uncaughtException', fail).on('unhandledRejection', fail);

await open();

async function open(): Promise<void> {
  print();
  print(`${bold('nest-session')}: a shop on three servers`);
  print();
  const cluster = await step('Redis Cluster, 3 masters and 3 replicas', () =>
    startRedisCluster({ log: (line) => print(dim(`  ${line}`)) }),
  );
  running.push(() => cluster.close());
  const adminPassword = randomBytes(9).toString('base64url');
  const servers = makeServers(cluster, adminPassword);
  running.push(() => Promise.all(servers.map((server) => server.end())));
  await step('shop servers A, B and C', () => Promise.all(servers.map((server) => server.start())));
  const proxy = new RoundRobinProxy(servers);
  const desk = new ControlDesk(servers, await RedisShards.of(cluster, report));
  const door = await FrontDoor.open(portFromEnvironment(), (request, response) => {
    const room = request.url?.startsWith('/demo/') ? desk : proxy;
    room.handle(request, response).catch((error: unknown) => breakOff(error, request, response));
  });
  running.push(() => door.close());
  welcome(door.port, adminPassword);
}

function makeServers(cluster: RedisTestCluster, adminPassword: string): ShopServer[] {
  const env = {
    REDIS_NODES: cluster.addresses.map(({ host, port }) => `redis://${host}:${port}`).join(),
    SESSION_SECRET: randomBytes(32).toString('base64url'),
    ADMIN_PASSWORD: adminPassword,
  };
  return ['A', 'B', 'C'].map((name) => new ShopServer(name, env, report));
}

function portFromEnvironment(): number | undefined {
  const text = process.env['PORT'];
  return text ? Number(text) : undefined;
}

function welcome(port: number, adminPassword: string): void {
  print();
  print(`Open  ${bold(`http://localhost:${port}`)}`);
  print(`Admin ${bold('admin')}, password ${bold(adminPassword)}`);
  print();
  print(
    'Leave a name, fill the cart, and look at who answers: each request goes to another server.',
  );
  print('Then press the two buttons: stop a server, kill a Redis master. Nothing is lost.');
  print('Sign up in one browser, log in with another, and log one out from the other.');
  print(dim('The code to read first: sample/shop/src/shop/cart.controller.ts'));
  print(dim('Ctrl-C ends everything.'));
  print();
}

function breakOff(error: unknown, { url }: IncomingMessage, response: ServerResponse): void {
  report(red(`${url}: ${(error as Error).message}`));
  response.destroy();
}

function fail(error: unknown): void {
  print(red(`✘ ${error instanceof Error ? error.message : String(error)}`));
  void end(1);
}

/** Ends what was started, whatever state it is in. Asked twice (terminal and launcher), it ends once. */
function end(code: number): Promise<never> {
  return (ending ??= (async () => {
    for (const close of running.reverse()) await Promise.resolve(close()).catch(() => undefined);
    process.exit(code);
  })());
}
