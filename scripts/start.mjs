// Runs a TypeScript file of this repository from any Node >= 20: installs what is missing, then goes on with Node 24.
// Plain JavaScript without dependencies, because it is what runs before `npm ci`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const minimum = 20;

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function lockedPackages(path) {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')).packages ?? {}) : undefined;
}

/** What stands between node_modules and package-lock.json, in words; undefined when they agree. */
function installProblem() {
  const installed = lockedPackages(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined || !existsSync(join(root, 'node_modules', '.bin', 'node')))
    return 'node_modules is missing';
  for (const [path, wanted] of Object.entries(lockedPackages(join(root, 'package-lock.json')) ?? {})) {
    if (path === '') continue;
    const found = installed[path];
    // Packages for another platform are optional and rightly absent.
    if (found === undefined && (wanted.optional || wanted.devOptional)) continue;
    if (found?.version !== wanted.version || found?.integrity !== wanted.integrity)
      return 'node_modules is out of date';
  }
  return undefined;
}

function install(problem) {
  process.stderr.write(`${problem}: running npm ci\n`);
  // stdout belongs to the program that follows; its readers parse it.
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (done.error)
    fail(`npm ci could not be started (${done.error.message}). Install npm, or run it by hand in ${root}.`);
  if (done.status !== 0) fail(`npm ci failed with exit code ${done.status}. Its own message stands above.`);
}

function run(file, args) {
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), [file, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group: the child has it already.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`Node 24 from node_modules could not be started: ${error.message}. Run npm ci.`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

if (Number.parseInt(process.versions.node, 10) < minimum) {
  fail(
    `Node ${process.versions.node} is too old: this project starts from Node ${minimum} or newer. Install a newer Node.`,
  );
}
const [file, ...args] = process.argv.slice(2);
if (file === undefined) fail('Usage: node scripts/start.mjs <file.ts> [arguments]');
const problem = installProblem();
if (problem !== undefined) install(problem);
run(join(root, file), args);
