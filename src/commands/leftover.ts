import { keep, type Unsettled } from '../state.ts';
import type { Draft } from './draft.ts';
import type { WriterJob } from './job.ts';

/** What only the command knows of the release that it may leave half-way. */
type Own = Pick<Unsettled, 'atomic' | 'target' | 'ownRevision' | 'firstInstall' | 'runningImages'> &
  Partial<Pick<Unsettled, 'untested' | 'again' | 'noHooks'>>;

/** Keeps what post needs when this run is ended before its time; a later call replaces an earlier one. */
export function keepUnsettled({ inputs, session }: WriterJob, draft: Draft, own: Own): void {
  keep({
    folder: session.folder,
    unsettled: {
      release: inputs.release,
      namespace: inputs.namespace,
      ...session.access,
      helm: session.helmTool,
      kubectlBin: session.kubectl.bin,
      cluster: session.cluster.id,
      timeout: inputs.timeout,
      startedAt: Date.now(),
      ...own,
      // The state file is no place for the content of a release.
      draft: JSON.stringify({ ...draft, diff: undefined }),
    },
  });
}
