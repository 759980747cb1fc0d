import { GUARD, guard } from './process/guard.ts';

const [mode, command, ...args] = process.argv.slice(2);
if (mode === GUARD && command) {
  guard(command, args);
} else {
  // Imported late: a guard needs none of it, and is started for every long command.
  void import('./run.ts').then(({ runAction }) => runAction());
}
