import { join } from 'node:path';
import { buildLibrary, buildSample, SAMPLE_ENTRY } from './build-where-older.mjs';
import { ensureDependencies, root } from './ensure-dependencies.mjs';
import { runNode } from './run-program.mjs';

await ensureDependencies();
await buildLibrary();
await buildSample();
// The channel closes when this process dies, however it does: the sample then ends too.
process.exitCode = await runNode([join(root, SAMPLE_ENTRY), ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
