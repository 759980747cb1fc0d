import type { Answer } from './answers.ts';

const DEFAULT_PER_PAGE = 30;
const MAX_PER_PAGE = 100;

/** One page of `items` with GitHub's `Link` header. `url`: absolute URL of the request. */
export function paged<T>(items: readonly T[], url: URL, render: (item: T) => unknown): Answer {
  const perPage = Math.min(positive(url.searchParams.get('per_page'), DEFAULT_PER_PAGE), MAX_PER_PAGE);
  const page = positive(url.searchParams.get('page'), 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const body = items.slice((page - 1) * perPage, page * perPage).map(render);
  const link = linkHeader(url, page, last);
  return { status: 200, body, headers: link === '' ? {} : { link } };
}

function positive(text: string | null, fallback: number): number {
  const value = Number(text);
  return text !== null && Number.isInteger(value) && value > 0 ? value : fallback;
}

function linkHeader(url: URL, page: number, last: number): string {
  const links: string[] = [];
  const add = (rel: string, target: number): void => {
    const to = new URL(url);
    to.searchParams.set('page', String(target));
    links.push(`<${to}>; rel="${rel}"`);
  };
  if (page > 1) add('prev', Math.min(page - 1, last));
  if (page < last) {
    add('next', page + 1);
    add('last', last);
  }
  if (page > 1) add('first', 1);
  return links.join(', ');
}
