import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../__tests__/e2e/step.ts';
import { Interface, PRODUCTION } from '../demo/interface.ts';
import { type JobResult, type Place, prepareGitHub, runDiff, runJob } from '../demo/job.ts';
import { type PagePull, page } from '../demo/page.ts';
import { HOT_FIX } from '../demo/scene.ts';
import { asTold } from '../demo/told.ts';
import { down, up } from '../testbed/bed.ts';
import { type Browser, findBrowser, NO_BROWSER, openBrowser } from '../testbed/browser.ts';

/**
 * The pictures of the README: three comments of real runs of the built action on the test bed, as a browser shows them with
 * GitHub's style, light and dark. `npm run pictures`, after `npm run build`.
 */
const FOLDER = path.join(ROOT, 'docs/pictures');
const BED = 'pictures';

/** CSS pixels: about as wide as a comment on GitHub; and device pixels for each, for screens that have them. */
const WIDTH = 860;
const SCALE = 1.5;

const HEALTHY = {
  number: 41,
  title: 'Interface 1.5.0, with room for 20 pods',
  tag: '1.5.0',
  set: ['autoscaling.maxReplicas=20'],
  sha: '5f1c0a9be2d74d0f8c3b6a7e1d2f4c5b6a798081',
  head: 'a1f06d2b9c384e57b0d1c2e3f4a5968778695a4b',
};
const BROKEN = {
  number: 42,
  title: 'Interface: the new start page',
  tag: 'missing',
  set: HEALTHY.set,
  sha: '9d3b7e61c0f2485aa4c1e0d95b8f7a2360c4d1e8',
  head: 'b27e94d1f3a5406c8e7f9a0b1c2d3e4f5a6b7c8d',
};

interface Picture extends Pick<PagePull, 'state' | 'number' | 'title'> {
  file: string;
  job: JobResult;
}

async function runs(): Promise<Picture[]> {
  const stopped = new AbortController().signal;
  await down(BED);
  const bed = await up(BED, (text) => void process.stderr.write(text));
  const system = new Interface(bed, 'helm4', ROOT, stopped);
  const place: Place = { bed, github: await prepareGitHub(bed), helm: 'helm4', stopped };
  const quiet = (): void => undefined;
  await system.install(PRODUCTION);
  await system.settled(3, 30);
  await system.hotFix(HOT_FIX);
  await system.settled(3, 30);
  const diff = await runDiff(place, HEALTHY, quiet);
  asTold('after the diff', 'the output status', diff.outputs.status, 'changed');
  const deployed = await runJob(place, HEALTHY, quiet);
  asTold('after the deploy', 'the output status', deployed.outputs.status, 'deployed');
  await system.settled(3, 30);
  await runDiff(place, BROKEN, quiet);
  const back = await runJob(place, BROKEN, quiet);
  asTold('after the failing deploy', 'the output status', back.outputs.status, 'rolled-back');
  const merged = (green: boolean) => ({ merged: true, job: 'job on main', green });
  return [
    { file: 'diff', ...HEALTHY, job: diff, state: { merged: false, job: 'job', green: true } },
    { file: 'deployed', ...HEALTHY, job: deployed, state: merged(true) },
    { file: 'rolled-back', ...BROKEN, job: back, state: merged(false) },
  ];
}

async function draw(browser: Browser, { file, job, ...pull }: Picture): Promise<void> {
  asTold(`for ${file}`, 'a comment on the pull request there', job.comment !== undefined, true);
  const folder = mkdtempSync(path.join(tmpdir(), 'picture-'));
  try {
    const html = path.join(folder, 'page.html');
    writeFileSync(html, page([{ ...pull, comment: job.comment ?? '' }]));
    for (const dark of [false, true]) {
      const shown = await browser.open(pathToFileURL(html).href, WIDTH, { dark });
      const png = await shown.picture('article', SCALE);
      const name = `${file}${dark ? '-dark' : ''}.png`;
      writeFileSync(path.join(FOLDER, name), png);
      process.stdout.write(`docs/pictures/${name}  ${Math.ceil(png.length / 1024)} KiB\n`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const bin = findBrowser();
  if (bin === undefined) throw new Error(NO_BROWSER);
  if (!existsSync(path.join(ROOT, 'dist/index.cjs'))) {
    throw new Error('dist/index.cjs, the built action, is missing. Build it first: npm run build');
  }
  mkdirSync(FOLDER, { recursive: true });
  try {
    const pictures = await runs();
    const browser = await openBrowser(bin);
    try {
      for (const picture of pictures) await draw(browser, picture);
    } finally {
      await browser.close();
    }
  } finally {
    await down(BED);
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
