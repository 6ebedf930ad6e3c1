// Asks the shop, and asks again while a server or a Redis master is being replaced.

const GIVE_UP_MS = 40_000;
const ATTEMPT_MS = 5_000;

/** 502: the server died while it answered. 503: the part of Redis that holds the session has no master. */
const PASSING = new Set([502, 503]);

/** Tells the page of each answer (`answer`) and of each pause before the next try (`again`). */
export const asking = new EventTarget();

/** What the shop refused: `reason` says why, where the session was it. */
class Refusal extends Error {
  constructor({ status, content }) {
    super([content.message].flat().join(', '));
    this.status = status;
    this.reason = content.reason;
  }
}

/**
 * Every request of this page may be repeated: reading, setting a name, putting in a piece whose id was
 * made here, taking it out. So when an answer is lost nobody has to know whether the request was carried out.
 * @param quiet nobody is told of the answer: the page asked, not the visitor
 */
export async function ask(method, path, body, { quiet = false } = {}) {
  const startedAt = performance.now();
  for (let tries = 1; ; tries++) {
    const answer = await attempt(method, path, body);
    const waited = performance.now() - startedAt;
    if (!quiet) tell('answer', { method, path, tries, waited, ...answer });
    if (answer.status !== undefined && !PASSING.has(answer.status)) return settled(answer);
    if (waited > GIVE_UP_MS) throw new Error('No answer for a long time. Nothing more was tried.');
    tell('again', { method, path, tries, waited, ...answer });
    // A little later than asked for, and never all pages at once.
    await pause((answer.retryAfter + Math.random() / 4) * 1000);
  }
}

async function attempt(method, path, body) {
  try {
    const response = await fetch(path, {
      method,
      signal: AbortSignal.timeout(ATTEMPT_MS),
      ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const { headers, status } = response;
    return {
      status,
      content: await response.json(),
      server: headers.get('X-Shop-Server') ?? undefined,
      commands: headers.get('X-Redis-Commands')?.split(' ').filter(Boolean) ?? [],
      ms: Number(/dur=([\d.]+)/.exec(headers.get('Server-Timing') ?? '')?.[1] ?? NaN),
      retryAfter: Number(headers.get('Retry-After') ?? 1),
    };
  } catch {
    return { retryAfter: 1, commands: [] };
  }
}

function settled(answer) {
  if (answer.status < 400) return answer.content;
  throw new Refusal(answer);
}

function tell(type, detail) {
  asking.dispatchEvent(new CustomEvent(type, { detail }));
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
