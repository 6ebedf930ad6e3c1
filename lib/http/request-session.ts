import type { ServerResponse } from 'node:http';
import {
  SessionClosedError,
  SessionEndedError,
  SessionInvalidError,
  SessionLoginRequiredError,
} from '../core/errors.js';
import type { LoginOrigin } from '../core/auth/login-request.js';
import type { LiveSession } from '../core/live-session.js';
import type { SessionManager } from '../core/session-manager.js';
import { tell } from '../core/session-event.js';
import { createSessionView } from '../core/session-view.js';
import type { Session } from '../core/session.js';
import { BroughtToken } from './brought-token.js';
import { originOf } from './client-origin.js';
import type { CsrfProtection } from './csrf-protection.js';
import type { HandlerPlan } from './handler-plan.js';
import { rawRequest, type HttpRequest } from './http-request.js';
import { RequestCsrf } from './request-csrf.js';
import { preventCaching } from './prevent-caching.js';
import type { ResponseOutput } from './response-output.js';
import type { SseGate } from './sse-gate.js';
import { handOut } from './token-handout.js';
import type { TransportChain, TransportChoice } from './transport-chain.js';

/** The one session of one request, shared by guards, parameters, services and the response. */
export class RequestSession {
  readonly #manager: SessionManager;
  readonly #choice: TransportChoice;
  readonly #brought: BroughtToken;
  readonly #vary: string;
  #opening: Promise<LiveSession> | undefined;
  #live: LiveSession | undefined;
  /** Whether the session is there to be looked at, and not only to be written. */
  #isOpen = false;
  #view: Session | undefined;
  /** Everything is saved, and nothing of the app runs any more before the head leaves. */
  #settled = false;
  #givenUp = false;
  #saving: Promise<void> | undefined;
  /** Of handlers that send server-sent events: what the head waits for. */
  sseGate: SseGate | undefined;
  /** Undefined where it is not known to which response the request belongs. */
  hold: ResponseOutput | undefined;

  /** Whether the handler needs a login, so that a session which ends meanwhile is answered with 401. */
  loginNeeded = false;
  /** What the handler declares; undefined where it declares nothing, or does not run yet. */
  plan: HandlerPlan | undefined;
  readonly #request: HttpRequest;
  /** Undefined where the app does not protect against CSRF, or need not. */
  readonly csrf: RequestCsrf | undefined;

  constructor(
    manager: SessionManager,
    transports: TransportChain,
    request: HttpRequest,
    protection: CsrfProtection | undefined,
  ) {
    this.#manager = manager;
    this.#request = request;
    this.#choice = transports.read(rawRequest(request));
    this.#brought = new BroughtToken(this.#choice, manager.scope.signer);
    this.csrf =
      protection &&
      new RequestCsrf(protection, request, this.#brought, () => this.#tellOfRefusal('csrf'));
    this.#vary = transports.vary;
  }

  /**
   * Loads the fields (undefined: all) unless they are there; callers of one request share the load.
   * @param unreadToo whether to give an empty session where the store does not answer
   */
  open(fields: readonly string[] | undefined, unreadToo: boolean = false): Promise<LiveSession> {
    if (this.#opening) return loadInto(this.#opening, fields);
    return (this.#opening = this.#load(fields, unreadToo));
  }

  /** Makes the session ready to be written without being read; one that somebody has begun to open stays as it is. */
  async prepare(): Promise<void> {
    if (this.#opening) await this.#opening;
    else {
      this.#live ??= this.#own(this.#refused() ?? this.#manager.unasked(this.#brought.token));
    }
  }

  /**
   * Sets a field whatever the store holds; undefined removes it.
   * @throws SessionClosedError, SessionEndedError, SessionStoreUnavailableError
   */
  overwrite(field: string, value: unknown): void {
    (this.#live ?? this.live).overwrite(field, value);
  }

  /** @throws SessionClosedError where the session was not opened for this request */
  get live(): LiveSession {
    if (this.#live && this.#isOpen) return this.#live;
    throw new SessionClosedError(
      'The session of this request is not open yet. Declare it on the handler (@Session() or @UseSession()), or await SessionService.of(request).',
    );
  }

  get view(): Session {
    return (this.#view ??= createSessionView(this.live));
  }

  /** The view where the session is open; undefined where it is not. */
  get openView(): Session | undefined {
    return this.#isOpen ? this.view : undefined;
  }

  /** @throws SessionInvalidError where nothing checks CSRF tokens */
  csrfToken(): string {
    if (this.csrf) return this.csrf.token(this.#live);
    throw new SessionInvalidError(
      'SessionService.csrfToken() was called, but no CSRF token is ever checked: sessions travel in no cookie, or csrf is false. Drop the call, or the option.',
    );
  }

  /** What went wrong as the client is to hear of it. */
  explain(error: unknown): unknown {
    if (!this.loginNeeded || !(error instanceof SessionEndedError)) return error;
    return new SessionLoginRequiredError(error.reason, { cause: error });
  }

  /** Call when the handler has ended and what it changed is saved. */
  handlerEnded(): void {
    if (this.plan?.isLast) this.settle();
  }

  /** Call when nothing of the app runs any more before the head leaves: the response is then not held again. */
  settle(): void {
    this.#settled = true;
  }

  /** Call when saving has failed and the answer says so: what is unsaved stays so. */
  giveUp(): void {
    if (this.#givenUp) return;
    this.#settled = this.#givenUp = true;
    this.hold?.breakOff();
  }

  /** What must be waited for before the head leaves; undefined where nothing must. */
  beforeHead(): Promise<void> | undefined {
    const live = this.#live;
    if (!live || this.#settled) return undefined;
    // Two that wait for one another's saves would never see the session idle.
    if (this.#saving) return this.#saving.then(() => this.beforeHead());
    let flushing: Promise<unknown> | undefined;
    try {
      flushing = live.flushIfDue();
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    if (!flushing && !live.renewalDue) return undefined;
    return (this.#saving = this.#saveAll(live, flushing));
  }

  /** Twice where need be: the app may change the session, or begin another save, while the first is under way. */
  async #saveAll(live: LiveSession, first: Promise<unknown> | undefined): Promise<void> {
    try {
      await first;
      if (live.unsaved) await live.flush();
      if (live.renewalDue) await live.renew();
    } finally {
      this.#saving = undefined;
    }
  }

  /** Puts what the client must know into the head: token, and that nobody may cache it (OWASP ASVS 14.3.2). */
  writeHead(response: ServerResponse): void {
    const live = this.#live;
    const holdsCsrfToken = this.csrf?.writeHead(response, live) ?? false;
    if (live) handOut(response, this.#choice, live.handout, this.#manager.scope.store);
    if (live || holdsCsrfToken) preventCaching(response, this.#vary);
    live?.seal('head');
  }

  /** Notes the end of the response; true where changes were made after the head and never saved. */
  finish(): boolean {
    const live = this.#live;
    if (!live) return false;
    const late = !this.#givenUp && hasUnsaved(live);
    live.seal('response');
    return late;
  }

  /** Notes the end of a response whose head and end left together. */
  end(): void {
    this.#live?.seal('response');
  }

  async #load(fields: readonly string[] | undefined, unreadToo: boolean): Promise<LiveSession> {
    if (this.#live) await this.#live.ask(fields, unreadToo);
    else {
      const manager = this.#manager;
      const refused = this.#refused();
      this.#live = this.#own(
        refused ?? (await manager.open(this.#brought.token, fields, unreadToo)),
      );
    }
    this.#isOpen = true;
    return this.#live;
  }

  /** Tells the session what only its request knows. */
  #own(live: LiveSession): LiveSession {
    const { csrf } = this;
    // Variables first: V8 makes a function that is written right into a property an old object, and with it all that it sees lives on.
    const origin = (): LoginOrigin => originOf(this.#request as never);
    live.origin = origin;
    if (!csrf) return live;
    const csrfToken = (): string => csrf.token(live);
    live.csrf = csrfToken;
    return live;
  }

  /** Of several tokens none is used; junk counts as none. */
  #refused(): LiveSession | undefined {
    const { ambiguous, text } = this.#choice;
    if (ambiguous) this.#tellOfRefusal('ambiguous');
    else if (text !== undefined && !this.#brought.token) this.#tellOfRefusal('junk');
    return ambiguous ? this.#manager.ambiguous() : undefined;
  }

  /** Where it comes from is said too, so that an app can count what one client sends (SECURITY R48). */
  #tellOfRefusal(reason: 'junk' | 'ambiguous' | 'csrf'): void {
    tell(this.#manager.scope, 'rejected', undefined, () => ({
      reason,
      ipClass: originOf(this.#request as never).ipClass,
    }));
  }
}

function hasUnsaved(live: LiveSession): boolean {
  try {
    return live.unsaved;
  } catch {
    return true; // a value that can't even be encoded
  }
}

/** The fields (undefined: all) in a session that is being opened, or was. */
async function loadInto(
  opening: Promise<LiveSession>,
  fields: readonly string[] | undefined,
): Promise<LiveSession> {
  const live = await opening;
  if (fields === undefined) await live.load();
  else {
    const missing = fields.filter((field) => !live.fields.isLoaded(field));
    if (missing.length > 0) await live.load(...missing);
  }
  return live;
}
