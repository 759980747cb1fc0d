/** One revision of a release, as `helm history` tells it. */
export interface Revision {
  number: number;
  /** deployed · superseded · failed · uninstalled · uninstalling · pending-install · pending-upgrade · pending-rollback · unknown */
  status: string;
  /** When Helm last wrote it, in ms since 1970. */
  updated: number;
  chart: string;
  appVersion: string;
  description: string;
  /** The revision that this one repeats, when it is a rollback. */
  rollbackOf?: number;
}

interface HistoryRow {
  revision: number;
  status: string;
  updated?: string;
  chart?: string;
  app_version?: string;
  description?: string;
  rollback_revision?: number;
}

/** Helm 3 says whose revision it repeats in the description alone; Helm 4 has a field for it. Ours may follow. */
const ROLLBACK_TO = /^Rollback to (\d+)(?:$|, helm-rollout:)/;

/** The revisions in `helm history -o json`, oldest first. Throws when the text is not that. */
export function parseHistory(json: string): Revision[] {
  const rows = JSON.parse(json) as HistoryRow[];
  return rows
    .map((row) => {
      const description = row.description ?? '';
      const said = ROLLBACK_TO.exec(description)?.[1];
      return {
        number: row.revision,
        status: row.status,
        updated: Date.parse(row.updated ?? '') || 0,
        chart: row.chart ?? '',
        appVersion: row.app_version ?? '',
        description,
        rollbackOf: row.rollback_revision ?? (said === undefined ? undefined : Number(said)),
      };
    })
    .sort((a, b) => a.number - b.number);
}

/** The newest revision, or undefined when the release does not exist. */
export function latest(history: readonly Revision[]): Revision | undefined {
  return history.at(-1);
}

/** The revision that Helm calls deployed, or undefined. */
export function deployed(history: readonly Revision[]): Revision | undefined {
  return history.findLast((revision) => revision.status === 'deployed');
}

/** True for a record that an upgrade, an install or a rollback has begun and not ended. */
export function isPending(revision: Revision | undefined): boolean {
  return revision?.status.startsWith('pending-') ?? false;
}
