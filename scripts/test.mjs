// node scripts/test.mjs <project,…> [jest's own arguments]: runs jest on the Node 24 of node_modules, whatever Node started this, with the
// ES-module support that jest still calls experimental: https://jestjs.io/docs/ecmascript-modules
import { spawnSync } from 'node:child_process';

const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const [projects = '', ...rest] = process.argv.slice(2);
// Last: --selectProjects takes every word that follows it for a project's name, also a test's path.
const all = [...jest, ...rest, '--selectProjects', ...projects.split(',')];
const { status } = spawnSync('node_modules/.bin/node', all, { stdio: 'inherit' });
process.exitCode = status ?? 1;
