import { isPlainRemote, normalizedOrigin } from '../options/origins.js';
import { rawRequest, type HttpRequest } from './http-request.js';

/**
 * Whether an Origin header names the app itself. Its host is the request's, which behind a proxy needs Express' and Fastify's `trust
 * proxy`. Its scheme does not hang on the proxy: a Secure cookie works over https only, and over http on the machine itself.
 * @param secure whether the app's cookies are Secure
 */
export function isOwnOrigin(origin: string, request: HttpRequest, secure: boolean): boolean {
  const host = hostOf(request);
  if (host === undefined) return false;
  if (origin === normalizedOrigin(`https://${host}`)) return true;
  return origin === normalizedOrigin(`http://${host}`) && !(secure && isPlainRemote(origin));
}

/** Express and Fastify give `host` as their trust of proxies allows. */
function hostOf(request: HttpRequest): string | undefined {
  const { host } = request as { host?: unknown };
  return typeof host === 'string' && host !== '' ? host : rawRequest(request).headers.host;
}
