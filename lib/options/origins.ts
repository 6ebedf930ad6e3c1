/** Apps in web views have schemes of their own, such as 'capacitor://localhost'. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*,]+$/;
/** Hosts that browsers trust over plain http: Secure cookies work there. */
const LOCAL = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/** An origin as browsers write it; undefined for what is none. */
export function normalizedOrigin(text: string): string | undefined {
  if (!ORIGIN.test(text)) return undefined;
  try {
    const { origin } = new URL(text);
    return origin === 'null' ? text : origin;
  } catch {
    return undefined;
  }
}

/** Whether an origin is plain http on a host other than the machine itself: anyone on the way can be it. */
export function isPlainRemote(origin: string): boolean {
  return origin.startsWith('http:') && !LOCAL.test(new URL(origin).hostname);
}
