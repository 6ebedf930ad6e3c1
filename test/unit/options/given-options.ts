import { SessionOptionsError } from '../../../lib/core/errors.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import type { ResolvedSessionOptions } from '../../../lib/options/resolved-options.js';
import type { SessionModuleOptionsInput } from '../../../lib/session.options.js';

/** Good secrets, for tests only. */
export const SECRET = 'qV3xN8-tKbZ1rW6yGm0PdLs9_UfHcJ5eXo2iTaQwE7k';
export const OTHER_SECRET = '5hRzYp_Mv8QdWc2LgKs0TnBx7JfAe-U4oXiE9qNt1aG';

export const NODES = [{ host: '10.0.0.1', port: 6379 }];

/** Options that nothing is wrong with, and the given ones over them; typed loosely, as tests give wrong ones. */
export function given(options: object = {}): SessionModuleOptionsInput {
  return { secret: SECRET, redis: { nodes: NODES }, ...options };
}

export function resolve(options: object = {}, production = false): ResolvedSessionOptions {
  return resolveOptions(given(options), { production });
}

/** The sentences of the refusal, or none where the options pass. */
export function problemsOf(options: object = {}, production = false): readonly string[] {
  return refusal(() => resolve(options, production));
}

/** As `problemsOf`, for options as a whole. */
export function refusal(resolving: () => unknown): readonly string[] {
  try {
    resolving();
  } catch (error) {
    if (error instanceof SessionOptionsError) return error.problems;
    throw error;
  }
  return [];
}
