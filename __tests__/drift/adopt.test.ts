import { describe, expect, it } from '@jest/globals';
import { additions } from '../../src/drift/add.ts';
import { adopt, type Changes, MOST_RENDERS } from '../../src/drift/adopt.ts';
import type { Finding } from '../../src/drift/finding.ts';
import type { Step } from '../../src/drift/path.ts';
import { proposals } from '../../src/drift/propose.ts';
import { leavesOf, placesOf, setValues, valuePathText } from '../../src/drift/values.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';

type Values = { repository: string; tag: string; host?: string; replicas: number; level: string; other: string };
const VALUES: Values = {
  repository: 'pearl/web',
  tag: '1.4.0',
  host: 'registry.example.com',
  replicas: 3,
  level: 'info',
  other: '1.4.0',
};

const FILE = { kind: 'file', name: 'values.yaml', values: VALUES } as const;

/** A chart in a few lines: what it renders from these values. */
function chart({ repository, tag, host, replicas, level, other }: Values): KubeObject[] {
  const image = `${host}/${repository}:${tag}`;
  const container = { name: 'web', image, args: ['--level', level, '--fixed'] };
  const labels = { 'app.kubernetes.io/version': tag };
  const deployment = { spec: { replicas, paused: false, template: { spec: { containers: [container] } } } };
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'pearl', labels }, ...deployment },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'cfg', namespace: 'pearl' },
      data: { level: `level=${level}`, other },
    },
  ];
}

const ref = (kind: string, name: string) => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
  kind,
  name,
  namespace: 'pearl',
});
const WEB: Step[] = [
  { field: 'spec' },
  { field: 'template' },
  { field: 'spec' },
  { field: 'containers' },
  { item: { name: 'web' }, key: 'web' },
];

function drifted(path: Step[], live: unknown, object = ref('Deployment', 'web')): Finding {
  return { object, path, wanted: undefined, live, verdict: 'drift', who: '', next: 'overwrite' };
}

async function adopted(...findings: Finding[]) {
  const render = (changes: Changes): Promise<KubeObject[]> => {
    const now = Object.fromEntries(changes.map(({ leaf, value }) => [leaf.path[0], value]));
    return Promise.resolve(chart({ ...VALUES, ...now }));
  };
  const found = await adopt(findings, [FILE], {
    render,
    templateOf: () => Promise.resolve('it is written in `t.yaml`, line 3'),
  });
  return {
    ...found,
    changed: Object.fromEntries(found.changes.map(({ leaf, value }) => [valuePathText(leaf.path), value])),
  };
}

const image = (live: string): Finding => drifted([...WEB, { field: 'image' }], live);

describe('adopting', () => {
  it('finds the tag, and not another value of the same text', async () => {
    const { changed, notes, renders } = await adopted(image('registry.example.com/pearl/web:1.9.3'));
    expect({ changed, notes }).toEqual({ changed: { tag: '1.9.3' }, notes: [] });
    expect(renders).toBeLessThan(5);
  });

  it('finds repository, registry and tag together', async () => {
    expect((await adopted(image('registry.example.com/hotfix/web:1.9.3'))).changed).toEqual({
      repository: 'hotfix/web',
      tag: '1.9.3',
    });
    expect((await adopted(image('mirror.example.com:5000/pearl/web:1.9.3'))).changed).toEqual({
      host: 'mirror.example.com:5000',
      tag: '1.9.3',
    });
  });

  it('keeps the type of a number, and takes several fields together', async () => {
    const replicas = drifted([{ field: 'spec' }, { field: 'replicas' }], 5);
    expect((await adopted(image('registry.example.com/pearl/web:2.0'), replicas)).changed).toEqual({
      tag: '2.0',
      replicas: 5,
    });
  });

  it('refuses a value that would change something else too, and takes it when all of that has drifted', async () => {
    const args = drifted([...WEB, { field: 'args' }], ['--level', 'debug', '--fixed']);
    const alone = await adopted(args);
    expect(alone.changed).toEqual({});
    expect(alone.notes).toEqual([
      expect.stringMatching(/`level` controls it, and would change `ConfigMap\/cfg` `data.level` too/),
    ]);
    const level = drifted([{ field: 'data' }, { field: 'level' }], 'level=debug', ref('ConfigMap', 'cfg'));
    expect((await adopted(args, level)).changed).toEqual({ level: 'debug' });
  });

  it('says what no value controls, and what it does not touch', async () => {
    const paused = drifted([{ field: 'spec' }, { field: 'paused' }], true);
    const secret = drifted([{ field: 'data' }, { field: 'x' }], 'eA==', ref('Secret', 's'));
    const gone = drifted([...WEB, { field: 'args' }], undefined);
    const { changed, notes } = await adopted(paused, secret, gone);
    expect(changed).toEqual({});
    expect(notes).toEqual([
      expect.stringMatching(
        /spec.paused`: no value of the chart was found that controls it; it is written in `t.yaml`, line 3/,
      ),
      expect.stringMatching(/values of Secrets are not written/),
      expect.stringMatching(/taken away by hand/),
    ]);
  });

  it('refuses an entry of a new map that comes with another one', async () => {
    const bare = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg', namespace: 'pearl' } };
    const note = drifted(
      [{ field: 'metadata' }, { field: 'annotations' }, { field: 'a' }],
      'on',
      ref('ConfigMap', 'cfg'),
    );
    const adoptedWith = async (more: Record<string, string>) => {
      const render = (changes: Changes): Promise<KubeObject[]> =>
        Promise.resolve([
          changes.length === 0 ? bare : { ...bare, metadata: { ...bare.metadata, annotations: { a: 'on', ...more } } },
        ]);
      const source = { ...FILE, values: { annotations: {} } };
      return adopt([note], [source], { render, templateOf: () => Promise.resolve('') });
    };
    expect((await adoptedWith({})).changes).toHaveLength(1);
    expect((await adoptedWith({ b: 'on' })).changes).toEqual([]);
  });

  it('ends after its renders and says so', async () => {
    const values = Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`v${at}`, '3']));
    const render = (): Promise<KubeObject[]> => Promise.resolve(chart(VALUES));
    const replicas = drifted([{ field: 'spec' }, { field: 'replicas' }], 5);
    const { renders, notes } = await adopt([replicas], [{ ...FILE, values }], {
      render,
      templateOf: () => Promise.resolve(''),
    });
    expect(renders).toBe(MOST_RENDERS);
    expect(notes).toEqual([expect.stringContaining(`not found within ${MOST_RENDERS} renders`)]);
  });
});

describe('values', () => {
  it('come from the last source that gives them, maps merged, lists as a whole', () => {
    const defaults = {
      kind: 'defaults',
      name: 'd',
      values: { a: 1, image: { tag: 'x', name: 'n' }, list: ['p', 'q'] },
    } as const;
    const set = { kind: 'set', name: 'set', values: setValues(['image.tag=y', 'odd={1,2}', 'list[0]=z']) } as const;
    const file = { kind: 'file', name: 'f', values: { list: ['r'], a: null } } as const;
    const all = leavesOf([defaults, file, set]).map(
      ({ path, value, source }) => `${valuePathText(path)}=${value} (${source.kind})`,
    );
    expect(all).toEqual(['image.tag=y (set)', 'image.name=n (defaults)', 'list[0]=r (file)']);
  });

  it('are proposed only where the rest of the field fits', () => {
    const names = (now: string, live: string): string[] =>
      proposals(leavesOf([FILE]), { now, live, field: 'x' }).map((changes) =>
        changes.map(({ leaf, value }) => `${leaf.path[0]}=${value}`).join(),
      );
    expect(names('level=info', 'level=debug')).toEqual(['level=debug']);
    expect(names('level=info', 'lvl=debug')).toEqual([]);
    expect(names('level=info', 'level=')).toEqual([]);
  });
});

describe('what was added by hand', () => {
  const values = {
    env: [{ name: 'A', value: '1' }],
    sidecar: { env: { B: '2' } },
    podAnnotations: {},
    resources: { limits: { memory: '1Gi' } },
    environments: 'none',
  };
  const places = placesOf([{ kind: 'file', name: 'values.yaml', values }]);
  const added = (path: Step[], live: unknown, taken: Changes = []): string[] =>
    additions(places, path, live, taken).map((changes) =>
      changes.map(({ leaf, value }) => `${valuePathText(leaf.path)}=${JSON.stringify(value)}`).join(' '),
    );
  const item = (name: string): Step => ({ item: { name }, key: name });
  const limits: Step[] = [...WEB, { field: 'resources' }, { field: 'limits' }];

  it.each<[string, Step[], unknown, string[]]>([
    [
      'a variable, into a map of them and behind a list',
      [...WEB, { field: 'env' }, item('NEW')],
      { name: 'NEW', value: 'x' },
      ['sidecar.env.NEW="x"', 'env[1].name="NEW" env[1].value="x"'],
    ],
    [
      'all variables, where there were none',
      [...WEB, { field: 'env' }],
      [
        { name: 'X', value: 'x' },
        { name: 'Y', value: 'y' },
      ],
      ['sidecar.env.X="x" sidecar.env.Y="y"', 'env[1].name="X" env[1].value="x" env[2].name="Y" env[2].value="y"'],
    ],
    ['a limit, as the type that it is', [...limits, { field: 'pods' }], 3, ['resources.limits.pods=3']],
    [
      'annotations, into a map that is called alike',
      [{ field: 'metadata' }, { field: 'annotations' }],
      { a: 'b' },
      ['podAnnotations.a="b"'],
    ],
    ['no variable from a Secret', [...WEB, { field: 'env' }, item('S')], { name: 'S', valueFrom: {} }, []],
    ['no item of more than a value', [...WEB, { field: 'env' }], [{ name: 'S', value: 'x', more: 1 }], []],
    ['no field of a map that no value is called like', [{ field: 'spec' }, { field: 'minReadySeconds' }], 5, []],
    ['nothing into an item', [...WEB, { field: 'tty' }], true, []],
  ])('is %s', (_, path, live, expected) => expect(added(path, live)).toEqual(expected));

  it('comes behind what was added before', () => {
    const path = [...WEB, { field: 'env' }];
    const [, first = []] = additions(places, [...path, item('X')], { name: 'X', value: 'x' }, []);
    expect(added([...path, item('Y')], { name: 'Y', value: 'y' }, first)).toContain('env[2].name="Y" env[2].value="y"');
  });
});
