import { join } from 'node:path';
import { ensureDependencies, root } from './ensure-dependencies.mjs';
import { runNode } from './run-program.mjs';

await ensureDependencies();

const jest = join(root, 'node_modules/jest/bin/jest.js');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
// The tests set NODE_ENV themselves where it matters; the caller's must not decide.
const env = { ...process.env, NODE_ENV: 'test' };
process.exitCode = await runNode([...flags, jest, ...process.argv.slice(2)], { cwd: root, env });
