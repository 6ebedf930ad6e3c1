import { SessionOptionsError } from '../core/errors.js';
import type { SessionModuleOptionsInput } from '../session.options.js';
import { warningsAbout } from './boot-warnings.js';
import { buildOptions } from './build-options.js';
import { findProblems } from './find-problems.js';
import { freezeOptions } from './freeze-options.js';
import { problem } from './option-check.js';
import { convertOptions } from './convert-options.js';
import type { ResolvedSessionOptions } from './resolved-options.js';
import { isPlainObject } from './simple-checks.js';

/** Where the process runs, as far as options are concerned. */
export interface OptionEnvironment {
  /** True where real users are served: some options are refused there. Default: NODE_ENV is 'production'. */
  readonly production: boolean;
}

/**
 * The options as the library reads them: defaults applied, durations in milliseconds, sizes in bytes, frozen.
 * @throws SessionOptionsError naming every refused option
 */
export function resolveOptions(
  given: SessionModuleOptionsInput,
  environment: OptionEnvironment = { production: process.env.NODE_ENV === 'production' },
): ResolvedSessionOptions {
  if (!isPlainObject(given)) {
    const mend = 'Write SessionModule.forRoot({ secret: process.env.SESSION_SECRET }).';
    throw new SessionOptionsError([problem('options', given, 'they must be an object', mend)]);
  }
  const { options, unknown } = buildOptions(given, environment.production);
  const problems = [...unknown, ...findProblems(options)];
  if (problems.length > 0) throw new SessionOptionsError(problems);
  return freezeOptions(convertOptions(options, warningsAbout(options, given)));
}
