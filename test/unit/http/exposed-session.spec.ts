import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { exposeSession } from '../../../lib/http/exposed-session.js';
import type { HttpRequest } from '../../../lib/http/http-request.js';
import { keepRequestSession } from '../../../lib/http/request-sessions.js';
import type { RequestSession } from '../../../lib/http/request-session.js';

/** A request as Fastify wraps it. */
class Wrapped implements HttpRequest {
  readonly raw = new IncomingMessage(new Socket());
  declare session?: unknown;
}

function opened<R extends HttpRequest>(request: R, view: object): R {
  keepRequestSession(request, { openView: view } as RequestSession);
  exposeSession(request);
  return request;
}

describe('request.session', () => {
  it('is the session of that request, of as many as the app has', () => {
    class OfThisApp extends Wrapped {}
    const [ann, bob] = [{ name: 'ann' }, { name: 'bob' }];
    const requests = [opened(new OfThisApp(), ann), opened(new OfThisApp(), bob)];
    expect(requests.map(({ session }) => session)).toEqual([ann, bob]);
    expect(new OfThisApp().session).toBeUndefined();
    expect(new Wrapped().session).toBeUndefined();
  });

  it('stays what others have put there', () => {
    class OfThisApp extends Wrapped {}
    const theirs = { id: 'theirs' };
    expect(opened(Object.assign(new OfThisApp(), { session: theirs }), {}).session).toBe(theirs);
    expect(opened(Object.assign(new OfThisApp(), { session: null }), {}).session).toBeNull();
  });

  it('is ours where others left the place empty', () => {
    class OfThisApp extends Wrapped {}
    const ours = {};
    const request = Object.assign(new OfThisApp(), { session: undefined });
    expect(opened(request, ours).session).toBe(ours);
  });

  it('can be replaced for one request', () => {
    class OfThisApp extends Wrapped {}
    const [ours, theirs] = [{}, {}];
    const replaced = opened(new OfThisApp(), ours);
    replaced.session = theirs;
    expect(replaced.session).toBe(theirs);
    expect(opened(new OfThisApp(), ours).session).toBe(ours);
  });

  it("does not reach Node's own requests of anybody else", () => {
    const ours = {};
    const request = opened(new IncomingMessage(new Socket()) as HttpRequest, ours);
    expect(request.session).toBe(ours);
    expect('session' in new IncomingMessage(new Socket())).toBe(false);
  });
});
