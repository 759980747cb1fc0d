import { type Answer, refusal } from './answers.ts';

// https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api (GITHUB_TOKEN: per repository and hour)
const HOURLY = 1000;
const SECONDS_PER_HOUR = 3600;
const SECONDARY_DOCS =
  'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits';

/** The primary limit, one bucket for all tokens. Times in seconds since 1970, as in GitHub's headers. */
export class RateLimit {
  private remaining = HOURLY;
  private resetAt: number;
  private readonly clock: () => Date;

  constructor(clock: () => Date) {
    this.clock = clock;
    this.resetAt = this.seconds() + SECONDS_PER_HOUR;
  }

  set(remaining: number, resetInSeconds: number): void {
    this.remaining = remaining;
    this.resetAt = this.seconds() + resetInSeconds;
  }

  /** Counts one request; the refusal when none is left. */
  spend(): Answer | null {
    if (this.seconds() >= this.resetAt) this.set(HOURLY, SECONDS_PER_HOUR);
    if (this.remaining <= 0) return refusal(403, 'API rate limit exceeded for installation ID 1.');
    this.remaining -= 1;
    return null;
  }

  shown() {
    return { limit: HOURLY, remaining: this.remaining, reset: this.resetAt, used: HOURLY - this.remaining };
  }

  headers(): Record<string, string> {
    const { limit, remaining, reset, used } = this.shown();
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': 'core',
    };
  }

  private seconds(): number {
    return Math.floor(this.clock().getTime() / 1000);
  }
}

/** The secondary limit as GitHub words it; `retryAfter` in seconds. */
export function secondaryLimit(status: 403 | 429, retryAfter: number | undefined): Answer {
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return { status, body: { message, documentation_url: SECONDARY_DOCS, status: String(status) }, headers };
}
