import type { ModuleRef } from '@nestjs/core';
import type { ResolvedSessionOptions } from '../options/resolved-options.js';
import { BearerTransport } from './bearer-transport.js';
import { CookieTransport } from './cookie-transport.js';
import type { SessionTransport } from './session-transport.js';
import { TransportChain } from './transport-chain.js';

/** The transports the option `transport` names; a class of the app's own gets its dependencies injected. */
export async function createTransports(
  options: ResolvedSessionOptions,
  moduleRef: ModuleRef,
): Promise<TransportChain> {
  const { transport } = options;
  if (typeof transport === 'function') {
    return new TransportChain([await moduleRef.create(transport)]);
  }
  if (!Array.isArray(transport)) return new TransportChain([transport as SessionTransport]);
  const [first, ...others] = transport.map((name) =>
    name === 'cookie' ? new CookieTransport(options.cookie) : new BearerTransport(),
  );
  return new TransportChain([first!, ...others]);
}
