// Stands in for dist/index.cjs: a guard when it is told so, else an action that starts one command and waits for it.
import { GUARD, guard } from '../../src/process/guard.ts';

const [mode = '', command = '', ...args] = process.argv.slice(2);
if (mode === GUARD) {
  guard(command, args);
} else {
  const { start } = await import('../../src/process/child.ts');
  const { code } = await start(command, args).ended;
  process.exitCode = code;
}
