/** Which of several streams or buckets a home belongs to: the same one in every process. Homes are random, or a digest. */
export function streamOf(home: string | undefined, count: number): number {
  if (home === undefined) return 0;
  let hash = 0x811c9dc5; // FNV-1a
  for (let at = 0; at < home.length; at++) {
    hash = Math.imul(hash ^ home.charCodeAt(at), 0x01000193) >>> 0;
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % count;
}
