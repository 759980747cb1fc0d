import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isLoopback } from '../inputs/chart.ts';
import type { Output, Run } from '../process/run.ts';
import type { Tool } from '../process/tools.ts';

/** User name and password of a repository or registry. */
export interface Credentials {
  username: string;
  password: string;
}

/** Helm with files of its own for repositories and log-ins, so that nothing of it stays on the runner. */
export interface ChartHelm {
  /** A Helm call; `input` goes to its standard input. */
  call(args: readonly string[], input?: string): Promise<Output>;
  /** `helm repo add`: also downloads the repository's index. The password goes through standard input. */
  addRepository(name: string, url: string, credentials: Credentials | undefined): Promise<Output>;
  /** `helm registry login`, into a file of this run alone. */
  logIn(address: string, credentials: Credentials): Promise<Output>;
}

/**
 * Helm for pulling charts. Its repositories, indexes and pulled files stand in the private `folder`. Its registry log-in
 * does so too when there is a password; without one the log-ins of earlier steps count (`helm registry login`, `docker
 * login`), which Helm reads by itself.
 */
export async function chartHelm(helm: Tool, folder: string, hasPassword: boolean, run: Run): Promise<ChartHelm> {
  const home = path.join(folder, 'helm');
  await mkdir(home, { mode: 0o700, recursive: true });
  const env: Record<string, string> = {
    HELM_REPOSITORY_CONFIG: path.join(home, 'repositories.yaml'),
    HELM_REPOSITORY_CACHE: path.join(home, 'repository'),
    HELM_CONTENT_CACHE: path.join(home, 'content'),
  };
  if (hasPassword) env.HELM_REGISTRY_CONFIG = path.join(home, 'registry.json');
  const call = (args: readonly string[], input?: string): Promise<Output> => run(helm.bin, args, { env, input });
  return {
    call,
    addRepository(name, url, credentials) {
      if (!credentials) return call(['repo', 'add', name, url]);
      const args = ['repo', 'add', name, url, '--username', credentials.username, '--password-stdin'];
      return call(args, credentials.password);
    },
    logIn(address, credentials) {
      const args = ['registry', 'login', new URL(address).host, '--username', credentials.username, '--password-stdin'];
      return call([...args, ...plainHttp(address)], credentials.password);
    },
  };
}

/** Helm 4 asks even this machine over TLS, and Helm 3 some of the time; every other host is asked over TLS alone. */
export function plainHttp(address: string): string[] {
  return isLoopback(address) ? ['--plain-http'] : [];
}
