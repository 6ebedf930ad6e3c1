import { join } from 'node:path';
import { fail, root } from './ensure-dependencies.mjs';
import { runNode } from './run-program.mjs';

/**
 * Compiles folders of the checkout and runs one of the programs in them.
 *
 * @param {{ to: string, folders: string[], program: string, args: string[], env?: NodeJS.ProcessEnv }} job
 * @returns {Promise<number>} the program's exit code
 */
export async function runCompiled({ to, folders, program, args, env = {} }) {
  const compile = join(root, 'test/support/compile-apps.mjs');
  const code = await runNode([compile, to, ...folders], { cwd: root });
  if (code !== 0) fail('compiling failed, see above', code);
  return runNode(['--enable-source-maps', join(root, to, program), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
  });
}
