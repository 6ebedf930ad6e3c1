import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

/**
 * Where compile-apps.mjs puts its output. A program of the fault laboratory is part of that output itself, and runs its own copy.
 */
export const COMPILED: string = HERE.includes('.compiled')
  ? join(HERE, '../..')
  : join(HERE, '../.compiled');
