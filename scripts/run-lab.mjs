// Compiles the fault laboratory and runs one of its programs: `run-lab.mjs run F01` or `run-lab.mjs soak --minutes 30`.
import { ensureDependencies } from './ensure-dependencies.mjs';
import { runCompiled } from './run-compiled.mjs';

await ensureDependencies();
const [program, ...args] = process.argv.slice(2);
process.exitCode = await runCompiled({
  // A folder of its own, so that `npm test` in the same checkout does not take the servers away.
  to: 'test/.compiled-lab',
  folders: ['lib', 'test/apps', 'test/support', 'test/faults'],
  program: `test/faults/${program}.js`,
  args,
  env: { NODE_ENV: 'test' },
});
