// Compiles the fault laboratory and runs one of its programs: `run-lab.mjs run F01` or `run-lab.mjs soak --minutes 30`.
import { join } from 'node:path';
import { ensureDependencies, fail, root } from './ensure-dependencies.mjs';
import { runNode } from './run-program.mjs';

// A folder of its own, so that `npm test` in the same checkout does not take the servers away.
const COMPILED = 'test/.compiled-lab';

await ensureDependencies();
const code = await runNode([join(root, 'test/support/compile-apps.mjs'), COMPILED], { cwd: root });
if (code !== 0) fail('compiling failed, see above', code);

const [program, ...args] = process.argv.slice(2);
const file = join(root, COMPILED, 'test/faults', `${program}.js`);
const env = { ...process.env, NODE_ENV: 'test' };
process.exitCode = await runNode(['--enable-source-maps', file, ...args], { cwd: root, env });
