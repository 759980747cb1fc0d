import { describe, expect, it } from '@jest/globals';
import { ALLOWED_ARGS, type ExtraArg, oldValuesOf, refusedArgs, templateExtras } from '../../src/release/extra-args.ts';

describe('helm-args', () => {
  it('are the flags of the design, each alone', () => {
    for (const flag of ALLOWED_ARGS) expect(refusedArgs([flag])).toBeUndefined();
    expect(ALLOWED_ARGS).toHaveLength(9);
    expect(refusedArgs([])).toBeUndefined();
    expect(refusedArgs(['--no-hooks', '--skip-crds', '--reuse-values'])).toBeUndefined();
  });

  it.each([
    ['--post-renderer=/bin/sh', '"--post-renderer" is not passed on to Helm'],
    ['--post-renderer /bin/sh', '"--post-renderer" is not passed on to Helm'],
    ['--kube-token=hunter22', '"--kube-token" is not passed on to Helm'],
    ['--kube-insecure-skip-tls-verify', '"--kube-insecure-skip-tls-verify" is not passed on'],
    ['--set-file=a=/proc/self/environ', '"--set-file" is not passed on'],
    ['--debug', '"--debug" is not passed on'],
    ['--force', '"--force" is not passed on'],
    ['-h', '"-h" is not passed on'],
    ['--no-hooks --debug', '"--no-hooks" stands alone on its line and takes no value'],
    ['--no-hooks=false', '"--no-hooks" stands alone on its line and takes no value'],
    ['no-hooks', '"no-hooks" is not passed on'],
    ['--NO-HOOKS', '"--NO-HOOKS" is not passed on'],
    ['constructor', '"constructor" is not passed on'],
    ['--atomic', '"--atomic" has an input of its own, "atomic"'],
    ['--set image.tag=1', '"--set" has an input of its own, "set"'],
    ['--history-max=3', '"--history-max" has an input of its own, "history-max"'],
    [`--${'x'.repeat(300)}`, `"--${'x'.repeat(58)}…" is not passed on`],
  ])('refuses %s and lists what is allowed', (line, sentence) => {
    const said = refusedArgs([line]);
    expect(said).toContain(sentence);
    expect(said).toContain(`allowed, one per line: ${ALLOWED_ARGS.join(' ')}`);
    expect(said).not.toContain('hunter22');
  });

  const three: ExtraArg[] = ['--reset-values', '--reuse-values', '--reset-then-reuse-values'];
  it.each(
    three.flatMap((a) => three.filter((b) => b !== a).map((b): [ExtraArg, ExtraArg] => [a, b])),
  )('refuses %s together with %s: Helm would ignore one of them', (a, b) =>
    expect(refusedArgs([a, '--no-hooks', b])).toMatch(/^"--\S+" and "--\S+" exclude each other: Helm/));

  it('say what becomes of the last values', () => {
    const said = three.map((flag) => oldValuesOf(['--no-hooks', flag]));
    expect(said).toEqual(['reset', 'reuse', 'reset-then-reuse']);
    expect(oldValuesOf(['--no-hooks'])).toBe('when-none-given');
    expect(templateExtras([...three, '--no-hooks'])).toEqual(['--no-hooks']);
  });
});
