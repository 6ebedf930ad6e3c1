import { SessionError, type Session } from '../../../lib/index.js';
import type { Actor } from './actor.js';
import { newOperation, type Deed, type Intent, type Sight, type Told } from './history.js';
import type { Origin } from './lives.js';
import { liveOf, type Data, type Server } from './server.js';

/** Fields that logins and logouts take over: all that actors write, and not `dropped`. */
export const KEEP = ['kept', 'cart', 'n', 'same', 'A', 'B', 'C'];
export const ONCE = { name: 'state', value: 'granted' };

const REFUSALS = new Set([
  'SESSION_ENDED',
  'SESSION_CONFLICT',
  'SESSION_LOGIN_REFUSED',
  'SESSION_LOGIN_REQUIRED',
  'SESSION_INVALID',
]);

/** What calls give that the rules care for. */
interface Given {
  readonly token?: string;
  readonly taken?: unknown;
  readonly evicted?: readonly string[];
}

/** What an actor works with: its server, the session that all requests bring, and the history. */
export class Hand {
  readonly name: string;

  constructor(
    private readonly actor: Actor,
    readonly server: Server,
    private readonly origin: Origin,
    private readonly history: Deed[],
  ) {
    this.name = actor.name;
  }

  /** Whose session it is or is to become. */
  get user(): string {
    return this.origin.user;
  }

  /** The session of the token, as a request that comes now gets it. */
  async open(): Promise<Session<Data> | undefined> {
    let opened: Session<Data> | undefined;
    await this.do({ does: 'open' }, async () => {
      opened = await this.server.open(this.origin.token);
      return { handle: opened.handle, sight: sightOf(opened) };
    });
    return opened;
  }

  /** Opens the session and does one thing with it. */
  async inSession(
    intent: Intent | ((session: Session<Data>) => Intent),
    work: (session: Session<Data>) => Promise<Given | void>,
  ): Promise<void> {
    const session = await this.open();
    if (!session) return;
    const meant = typeof intent === 'function' ? intent(session) : intent;
    await this.do(meant, async () => {
      const { token, taken, evicted = [] } = (await work(session)) ?? {};
      return { handle: session.handle, token, taken, ended: evicted, sight: sightOf(session) };
    });
  }

  /** Does something and notes what came of it. */
  async do(intent: Intent, work: () => Promise<Told>): Promise<void> {
    const operation = newOperation();
    const { name: actor } = this.actor;
    const note = (outcome: Deed['outcome'], told: Told & { error?: string }): void => {
      const end = this.actor.tick();
      this.history.push({ actor, intent, begin: operation.begin ?? end, end, outcome, ...told });
    };
    try {
      note('done', await this.actor.operate(operation, work));
    } catch (error) {
      if (!(error instanceof SessionError)) note('unknown', { error: String(error) });
      else note(REFUSALS.has(error.code) ? 'refused' : 'unknown', { error: error.code });
    }
  }
}

/** What one request does, by its name in the tests' titles. */
export const ACTS = {
  'a read': async (hand: Hand) => {
    await hand.open();
  },
  'a write': (hand: Hand) => {
    const value = `written by ${hand.name}`;
    return hand.inSession({ does: 'set', field: hand.name, value }, async (session) => {
      session[hand.name] = value;
      return session.save();
    });
  },
  'a write of one field': (hand: Hand) => {
    const value = `written by ${hand.name}`;
    return hand.inSession({ does: 'set', field: 'same', value }, async (session) => {
      session['same'] = value;
      return session.save();
    });
  },
  'a push': (hand: Hand) =>
    hand.inSession({ does: 'push', item: hand.name }, async (session) => {
      session.cart = [...(session.cart ?? []), hand.name];
      return session.save();
    }),
  'an update': (hand: Hand) =>
    hand.inSession({ does: 'push', item: hand.name }, async (session) => {
      await session.update('cart', (cart) => [...(cart ?? []), hand.name]);
    }),
  'an increment': (hand: Hand) =>
    hand.inSession({ does: 'add', by: 10 }, async (session) => {
      await session.increment('n', 10);
    }),
  takeOnce: (hand: Hand) =>
    hand.inSession({ does: 'take' }, async (session) => ({
      taken: await session.takeOnce(ONCE.name),
    })),
  rotate: (hand: Hand) =>
    hand.inSession({ does: 'secret', elevates: false }, (session) => session.rotate()),
  elevate: (hand: Hand) =>
    hand.inSession({ does: 'secret', elevates: true }, (session) =>
      session.elevate({ amr: ['otp'], aal: 2 }),
    ),
  renewal: (hand: Hand) =>
    hand.inSession({ does: 'renew' }, async (session) => {
      const live = liveOf(session);
      await live.renew();
      const { handout } = live;
      return typeof handout === 'object' ? { token: handout.token.text } : undefined;
    }),
  touch: (hand: Hand) => hand.inSession({ does: 'touch' }, (session) => session.save()),
  login: (hand: Hand) => logIn(hand, hand.user),
  'login of another': (hand: Hand) => logIn(hand, `${hand.user} and ${hand.name}`),
  'login elsewhere': (hand: Hand) =>
    hand.do({ does: 'login', user: hand.user, from: false, keep: [] }, async () => {
      const { handle, token, evicted, session } = await hand.server.service.openFor<Data>(
        hand.user,
      );
      return { handle, token, ended: evicted, sight: sightOf(session) };
    }),
  logout: (hand: Hand) =>
    hand.inSession({ does: 'leave', keep: [] }, async (session) => {
      await session.logout();
    }),
  'logout that keeps': (hand: Hand) =>
    hand.inSession({ does: 'leave', keep: KEEP }, async (session) => {
      await session.logout({ keep: KEEP });
      return session.save(); // which gives the token of the new session
    }),
  destroy: (hand: Hand) =>
    hand.inSession({ does: 'leave', keep: [] }, async (session) => {
      await session.destroy();
    }),
  revokeAll: (hand: Hand) =>
    hand.do({ does: 'revoke', user: hand.user }, async () => {
      const { handles } = await hand.server.registry.revokeAll(hand.user);
      return { ended: handles };
    }),
  disable: (hand: Hand) =>
    hand.do({ does: 'disable', user: hand.user }, async () => {
      const { handles } = await hand.server.registry.disable(hand.user);
      return { ended: handles };
    }),
  setRoles: (hand: Hand) => {
    const roles = [`given by ${hand.name}`];
    return hand.do({ does: 'roles', user: hand.user, roles }, async () => {
      const { applied } = await hand.server.registry.setRoles(hand.user, roles);
      return { applied };
    });
  },
  list: (hand: Hand) =>
    hand.do({ does: 'list', user: hand.user }, async () => {
      await hand.server.registry.list(hand.user);
      return {};
    }),
} satisfies Record<string, (hand: Hand) => Promise<void>>;

/** Of a session that has ended meanwhile nothing is left to take over. */
function logIn(hand: Hand, user: string): Promise<void> {
  return hand.inSession(
    ({ handle }) => {
      const from = handle !== undefined;
      return { does: 'login', user, from, keep: from ? KEEP : [] };
    },
    (session) => session.login(user, { keep: KEEP }),
  );
}

export type ActName = keyof typeof ACTS;

export function sightOf(session: Session<Data>): Sight {
  const { handle, principal } = session;
  return {
    handle,
    user: principal?.id,
    roles: principal?.roles ?? [],
    aal: principal?.aal,
    data: JSON.parse(JSON.stringify({ ...session })) as Record<string, unknown>,
  };
}
