// Runs jest on the Node 24 of node_modules, whatever Node started this, with the ES-module support that jest still calls experimental:
// https://jestjs.io/docs/ecmascript-modules
import { spawnSync } from 'node:child_process';

const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const { status } = spawnSync('node_modules/.bin/node', [...jest, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
