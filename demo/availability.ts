import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Bed } from '../testbed/bed.ts';
import { NAMESPACE, WORKLOAD } from './interface.ts';

/** Watches how many pods of the Deployment were available at the worst moment; `end` says it and ends the watch. */
export function watchAvailability({ bin, kubeconfig }: Bed, stopped: AbortSignal): { end: () => number | undefined } {
  const args = ['get', 'deployment', WORKLOAD, '--namespace', NAMESPACE, '--watch'];
  // The API server leaves a count of 0 out of the status: brackets keep its line from being an empty one.
  const child = spawn(path.join(bin, 'kubectl'), [...args, '--output=jsonpath=[{.status.availableReplicas}]{"\\n"}'], {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: stopped,
  });
  // An interruption is no news here, and an error that nobody takes would end the process before the bed is down.
  child.on('error', () => undefined);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return {
    end: () => {
      child.kill();
      const counts = Array.from(text.matchAll(/\[(\d*)\]/g), ([, count]) => Number(count || 0));
      return counts.length > 0 ? Math.min(...counts) : undefined;
    },
  };
}
