import { Seal } from '../../../lib/core/auth/seal.js';
import { EventChannel } from '../../../lib/core/event-channel.js';
import type { SessionEvent } from '../../../lib/core/session-event.js';
import { EventBroadcast } from '../../../lib/events/event-broadcast.js';
import { EventHub } from '../../../lib/events/event-hub.js';
import { SessionEvents } from '../../../lib/events/session-events.js';

const SECRET = 'Yq3vN8sK1xZ6mT4rB9wL2cH7jD5gF0pE';

/** Takes every text to all that hear, as often as it is told. */
class Wire extends EventChannel {
  readonly streams = 4;
  static readonly ends = new Set<(stream: number, text: string) => void>();
  readonly sent: [stream: number, text: string][] = [];
  times = 1;
  down = false;

  async open(hear: (stream: number, text: string) => void): Promise<void> {
    Wire.ends.add(hear);
  }

  async publish(stream: number, text: string): Promise<void> {
    if (this.down) throw new Error('down');
    this.sent.push([stream, text]);
    for (let n = 0; n < this.times; n++) for (const hear of Wire.ends) hear(stream, text);
  }

  close(): void {
    Wire.ends.clear();
  }
}

async function server(secret = SECRET) {
  const hub = new EventHub();
  const wire = new Wire();
  const lost: number[] = [];
  const seal = new Seal([secret], 'sess:');
  const broadcast = new EventBroadcast(hub, wire, seal, (count) => lost.push(count));
  await broadcast.open();
  const heard: SessionEvent[] = [];
  new SessionEvents(hub).on().subscribe((event) => heard.push(event));
  const login = (userId: string): void => hub.emit('login', { userId }, 1, userId);
  return { hub, wire, lost, heard, login, broadcast };
}

/** Until all is sent and told. */
const settle = async (): Promise<void> => {
  for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve));
};

describe('Events between servers', () => {
  afterEach(() => Wire.ends.clear());

  it('are heard once by each, also where a message comes twice', async () => {
    const [first, second] = [await server(), await server()];
    first.wire.times = 2;
    first.login('ann');
    await settle();
    first.login('ann');
    await settle();
    expect(first.heard).toHaveLength(2);
    expect(second.heard).toEqual(first.heard);
    expect(second.heard[0]!.server).toBe(first.hub.server);
  });

  it('go together where several come at once, in order', async () => {
    const [first, second] = [await server(), await server()];
    for (let n = 0; n < 5; n++) first.hub.emit('login', { handle: `${n}` }, n, 'one home');
    await settle();
    expect(first.wire.sent).toHaveLength(1);
    expect(second.heard.map(({ handle }) => handle)).toEqual(['0', '1', '2', '3', '4']);
  });

  it('are not believed from one who does not know the secret', async () => {
    const stranger = await server('another secret of thirty-two bytes!!');
    const second = await server();
    stranger.login('ann');
    await settle();
    for (const text of ['{}', '', stranger.wire.sent[0]![1]]) {
      for (const hear of Wire.ends) hear(0, text);
    }
    await settle();
    expect(stranger.heard).toHaveLength(1);
    expect(second.heard).toEqual([]);
  });

  it('that could not be sent are counted and given up, and the next ones go', async () => {
    const [first, second] = [await server(), await server()];
    first.wire.down = true;
    first.login('ann');
    first.login('ann');
    await settle();
    first.wire.down = false;
    first.login('ann');
    await settle();
    expect(first.lost).toEqual([2]);
    expect(second.heard).toHaveLength(1);
  });

  it('are sent before the app ends', async () => {
    const [first, second] = [await server(), await server()];
    first.login('ann');
    await first.broadcast.close();
    await settle();
    expect(second.heard).toHaveLength(1);
  });
});
