/** Works on all items, at most `limit` of them at once; results in the order of the items. */
export async function inFlight<T, R>(
  limit: number,
  items: readonly T[],
  work: (item: T, at: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at]!, at);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/** `count` whole numbers from 0. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
