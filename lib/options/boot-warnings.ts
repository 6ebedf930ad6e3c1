import type { ClusterOptions } from 'ioredis';
import { adviseClient } from './client-advice.js';
import type { BuiltOptions } from './build-options.js';
import { isPrefixed } from './cookie-rules.js';
import { describeValue } from './describe-value.js';

/** Where TLS is in the options of a Cluster and of a Redis. */
interface TlsOptions {
  readonly tls?: { readonly rejectUnauthorized?: boolean | undefined } | undefined;
  readonly redisOptions?: TlsOptions | undefined;
}

/** Sentences about options that are allowed, but that someone should know of. */
export function warningsAbout(options: BuiltOptions, given: object): string[] {
  return [
    ...aboutStore(options),
    ...aboutPepper(given),
    ...(usesCookie(options) ? aboutCookie(options) : []),
  ];
}

function aboutStore({ redis, store }: BuiltOptions): string[] {
  if (redis?.client !== undefined) {
    return [...adviseClient(redis.client), ...aboutTls(redis.client.options ?? {})];
  }
  if (redis?.options !== undefined) {
    return [...aboutOfflineQueue(redis.options), ...aboutTls(redis.options)];
  }
  if (redis !== undefined) return [];
  if (store === 'memory') return [];
  return [
    'Sessions are kept in the memory of this process, as no redis is given: other servers do not see them, and they end ' +
      "with the process. Add redis: { nodes: [{ host: '127.0.0.1', port: 6379 }] }, or store: 'memory' to mean it.",
  ];
}

function aboutOfflineQueue({ enableOfflineQueue }: ClusterOptions): string[] {
  if (enableOfflineQueue !== true) return [];
  return [
    'redis.options.enableOfflineQueue is true: while Redis is away commands pile up in memory, and run when their ' +
      'requests are long over. Drop it.',
  ];
}

function aboutTls({ redisOptions, tls = redisOptions?.tls }: TlsOptions): string[] {
  if (tls?.rejectUnauthorized !== false) return [];
  return [
    'tls.rejectUnauthorized is false for Redis: anyone on the way can read and change sessions, and production refuses it. ' +
      "Name the authority that signed Redis' certificate in tls.ca.",
  ];
}

/** A server whose environment lacks the pepper would give the same users other keys than its siblings do. */
function aboutPepper(given: object): string[] {
  const isMissing =
    Object.hasOwn(given, 'pepper') && (given as { pepper?: unknown }).pepper === undefined;
  if (!isMissing || Object.getPrototypeOf(given) !== Object.prototype) return [];
  return [
    'pepper was given as undefined, so user ids are hashed without one. Set the environment variable it comes from, on all ' +
      'servers alike, or drop pepper.',
  ];
}

function aboutCookie({ cookie, csrf, insecureDev }: BuiltOptions): string[] {
  const warnings: string[] = [];
  if (insecureDev) {
    warnings.push(
      'insecureDev is on: the cookie travels in the clear and any host on the network can plant it. Never show this to users.',
    );
  } else if (!isPrefixed(cookie.name)) {
    warnings.push(
      `cookie.name ${describeValue(cookie.name)} has no prefix, so a sibling domain or plain http can plant the cookie. ` +
        `Name it ${describeValue(`__Host-${cookie.name}`)}, or with a Domain or Path of its own ${describeValue(`__Secure-${cookie.name}`)}.`,
    );
  }
  if (cookie.sameSite === 'none') {
    warnings.push(
      "cookie.sameSite is 'none': browsers send the cookie with requests that any other site starts. " +
        "Unless the app lives in other sites' frames, write cookie.sameSite: 'lax'.",
    );
    if (csrf === false) {
      warnings.push(
        "csrf is false while cookie.sameSite is 'none': any site can act as the app's users. Drop csrf, unless the app checks each request itself.",
      );
    }
  }
  return warnings;
}

function usesCookie({ transport }: BuiltOptions): boolean {
  return [transport].flat().includes('cookie');
}
