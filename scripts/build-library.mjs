import { buildLibrary } from './build-where-older.mjs';

await buildLibrary();
