import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  RoundRobinProxy,
  type Upstream,
} from '../../../sample/shop/src/servers/round-robin-proxy.js';

describe('The proxy of the sample', () => {
  const open: Server[] = [];

  afterEach(() => {
    for (const server of open.splice(0)) server.close().closeAllConnections();
  });

  it('gives each request to the next server, whole, and hands back the whole answer', async () => {
    const servers = [await echo('A'), await echo('B'), await echo('C')];
    const url = await proxyTo(servers);
    const bodies: string[] = [];
    for (const body of ['1', '2', '3', '4']) {
      const answer = await fetch(`${url}/path?query`, { method: 'PUT', body });
      bodies.push(await answer.text());
      expect(answer.status).toBe(201);
      expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    }
    const told = (name: string, body: string): string => `${name} PUT /path?query ${body}`;
    expect(bodies).toEqual([told('A', '1'), told('B', '2'), told('C', '3'), told('A', '4')]);
  });

  it('passes over servers that are down, known or not', async () => {
    const refusing = { port: await closedPort() };
    const url = await proxyTo([{ port: undefined }, refusing, await echo('C')]);
    for (const body of ['1', '2', '3']) {
      const answer = await fetch(url, { method: 'POST', body });
      expect(await answer.text()).toBe(`C POST / ${body}`);
    }
  });

  it('never sends a request twice: when the server dies with it, the answer is 502', async () => {
    let received = 0;
    const dying = await listening((request) => {
      received++;
      request.socket.destroy();
    });
    const url = await proxyTo([dying, dying, dying]);
    const answer = await fetch(url, { method: 'POST', body: 'once' });
    expect(answer.status).toBe(502);
    expect(answer.headers.get('Retry-After')).toBe('1');
    expect(received).toBe(1);
  });

  it('breaks an answer off that the server has not finished', async () => {
    const dying = await listening((_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('half', () => response.socket?.destroy());
    });
    const url = await proxyTo([dying]);
    await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow();
  });

  it('answers 503 where no server is up', async () => {
    const answer = await fetch(await proxyTo([{ port: undefined }]));
    expect(answer.status).toBe(503);
    expect(answer.headers.get('Retry-After')).toBe('1');
  });

  function echo(name: string): Promise<Upstream> {
    return listening((request, response) => {
      void text(request).then((body) => {
        response.writeHead(201, { 'Set-Cookie': ['a=1', 'b=2'] });
        response.end(`${name} ${request.method} ${request.url} ${body}`);
      });
    });
  }

  async function proxyTo(servers: readonly Upstream[]): Promise<string> {
    const proxy = new RoundRobinProxy(servers);
    const { port } = await listening((request, response) => void proxy.handle(request, response));
    return `http://127.0.0.1:${port}`;
  }

  async function listening(listener: RequestListener): Promise<{ port: number }> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    open.push(server);
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port };
  }

  async function closedPort(): Promise<number> {
    const { port } = await listening(() => undefined);
    const server = open.pop()!.close();
    await once(server, 'close');
    return port;
  }
});
