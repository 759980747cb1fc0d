import { afterAll, describe, expect, it } from '@jest/globals';
import { seeded } from './draw.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, Step } from './step.ts';

const { seed, random } = seeded();
const helm = HELMS[Math.floor(random() * HELMS.length)] ?? 'helm3';
process.stdout.write(`inputs at work: ${helm}, HELM_ROLLOUT_SEED=${seed}\n`);

const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

describe('inputs that nothing else here sets', () => {
  it('create-namespace makes the namespace, values arrive and stay unsaid, without fail-fast the deadline decides', async () => {
    const where = new Place('inputs', helm);
    const namespace = `${where.namespace}-new`;
    const image = (): string =>
      where.kubectl(
        '-n',
        namespace,
        'get',
        'deployment/web',
        '-o',
        'jsonpath={.spec.template.spec.containers[0].image}',
      );
    cleanups.push(
      () => where.remove(),
      () => where.kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--wait=false'),
    );
    const deploy = (inputs: Record<string, string>): Step => {
      const made = new Step({ helm, inputs: webInputs(where, [], { namespace, ...inputs }) });
      cleanups.push(() => made.remove());
      return made;
    };
    const values = (tag: string): string => `replicas: 1\npassword: nine-lives-of-tabby\nimage: { tag: ${tag} }\n`;

    const without = await deploy({ values: values('1.0.0') }).main();
    expect(without.code).toBe(1);
    expect(without.outputs.reason).toContain(`namespaces "${namespace}" not found`);

    const made = await deploy({ values: values('1.0.0'), 'create-namespace': 'true' }).mainAs('deployed');
    expect(image()).toBe('registry.example.com/web:1.0.0');
    const stored = where.kubectl('-n', namespace, 'get', 'secret', '-o', 'jsonpath={.items[*].data.password}');
    expect(Buffer.from(stored, 'base64').toString()).toBe('nine-lives-of-tabby');
    expect(`${made.shown}${made.summary}${JSON.stringify(made.report)}`).not.toContain('nine-lives-of-tabby');

    const late = await deploy({ values: values('missing'), 'fail-fast': 'false', timeout: '8s' }).mainAs('rolled-back');
    expect(late.outputs.reason).toContain('does not exist');
    // It was certain within the first seconds.
    expect(late.report?.tookMs).toBeGreaterThanOrEqual(8_000);
    expect(image()).toBe('registry.example.com/web:1.0.0');
  });
});
