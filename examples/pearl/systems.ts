import { readFileSync } from 'node:fs';
import path from 'node:path';

/** One system of the plan, as examples/pearl/systems.json lists it; paths are absolute here. */
export interface PearlSystem {
  name: string;
  release: string;
  namespace: string;
  chart: string;
  /** Values file of the state in which the plan found it, and of the one that it wants. */
  observed: string;
  production: string;
  /** Other values files that the plan would accept for production. */
  alternatives: string[];
  /** `Kind/name` of what runs in each of the two states. */
  workloads: { observed: string[]; production: string[] };
}

const FOLDER = import.meta.dirname;

/** Every system of the plan, in the order in which it goes to production. */
export function pearlSystems(): PearlSystem[] {
  const { systems } = JSON.parse(readFileSync(path.join(FOLDER, 'systems.json'), 'utf8')) as { systems: PearlSystem[] };
  const absolute = (file: string): string => path.join(FOLDER, file);
  return systems.map((system) => ({
    ...system,
    chart: absolute(system.chart),
    observed: absolute(system.observed),
    production: absolute(system.production),
    alternatives: system.alternatives.map(absolute),
  }));
}
