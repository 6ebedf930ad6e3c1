// An app under measurement. Tells its port when it listens, and on the message 'memory' its memory after a collection.
import 'reflect-metadata';
import { loadCandidate } from '../candidates/load-candidates.js';
import type { AppConfig } from './app-config.js';

const { candidate, platform, nodes } = JSON.parse(process.argv[2]!) as AppConfig;
const chosen = await loadCandidate(candidate);
const app = await chosen.boot(platform, nodes);
await app.listen(0, '127.0.0.1');

process.on('message', () => {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ rss, heap: heapUsed + external });
});
process.on('disconnect', () => process.exit(1));
process.send?.({ port: Number(new URL(await app.getUrl()).port) });
