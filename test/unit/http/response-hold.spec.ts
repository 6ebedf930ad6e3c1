import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestSession } from '../../../lib/http/request-session.js';
import { ResponseHold } from '../../../lib/http/response-hold.js';

describe('A response', () => {
  it('made for another request than the one it answers, as adapters to functions make it, is held too', () => {
    const other = new IncomingMessage(new Socket());
    const response = new ServerResponse(other);
    const told: string[] = [];
    const session = {
      beforeHead: () => void told.push('saved'),
      writeHead: () => told.push('head'),
      end: () => told.push('ended'),
    } as unknown as RequestSession;
    new ResponseHold(response, session);

    response.end('text');

    expect(told).toEqual(['saved', 'head', 'ended']);
    expect(response.writableEnded).toBe(true);
  });
});
