// Builds the library as users get it, compiles the bench and runs one of its programs: `run-bench.mjs run --quick`.
import { buildLibrary } from './build-where-older.mjs';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { runCompiled } from './run-compiled.mjs';

await ensureDependencies();
await buildLibrary();
const [program, ...args] = process.argv.slice(2);
process.exitCode = await runCompiled({
  to: 'bench/.compiled',
  folders: ['bench'],
  program: `bench/${program}.js`,
  args,
});
