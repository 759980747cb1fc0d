/** What goes wrong. `when: 'after'`: the request takes effect first, then its answer is lost (default `before`). */
export type Trouble =
  | { kind: 'status'; status: 500 | 502 | 503 | 504; when?: 'before' | 'after' }
  | { kind: 'rate-limit'; status: 403 | 429; retryAfter?: number }
  | { kind: 'drop'; when?: 'before' | 'after' }
  | { kind: 'delay'; ms: number };

/** `method` and `path` narrow it (`path`: a regular expression on the decoded path); `times`: how many requests, default 1. */
export type Fault = Trouble & { method?: string; path?: string; times?: number };

/** Faults in the order they were set; each request meets the first delay and the first other fault that match. */
export class FaultQueue {
  private pending: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    const left = fault.times ?? 1;
    if (!Number.isInteger(left) || left < 1) throw new Error(`times is ${fault.times}; give a whole number from 1 on.`);
    if (fault.path !== undefined) new RegExp(fault.path); // a broken pattern is refused here, not at the first request
    this.pending.push({ fault, left });
  }

  clear(): void {
    this.pending = [];
  }

  get count(): number {
    return this.pending.reduce((sum, entry) => sum + entry.left, 0);
  }

  /** Takes what applies to this request out of the queue. */
  take(method: string, path: string): { delayMs: number; trouble: Exclude<Fault, { kind: 'delay' }> | null } {
    let delayMs = 0;
    let trouble: Exclude<Fault, { kind: 'delay' }> | null = null;
    for (const entry of this.pending) {
      const { fault } = entry;
      if (fault.method !== undefined && fault.method.toUpperCase() !== method) continue;
      if (fault.path !== undefined && !new RegExp(fault.path).test(path)) continue;
      if (fault.kind === 'delay') {
        if (delayMs > 0) continue;
        delayMs = fault.ms;
      } else {
        if (trouble !== null) continue;
        trouble = fault;
      }
      entry.left -= 1;
    }
    this.pending = this.pending.filter((entry) => entry.left > 0);
    return { delayMs, trouble };
  }
}
