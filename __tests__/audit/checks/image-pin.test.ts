import { describe, expect, it } from '@jest/globals';
import { imagePin } from '../../../src/audit/checks/image-pin.ts';
import { deployment, judged, skip, verdicts } from '../judged.ts';

const image = (text: string, annotations = '{}'): string =>
  deployment(`{containers: [{name: web, image: ${text}}]}`, { annotations });

describe('image-pin', () => {
  it.each([
    ['a version', image('"acme/web:1.4.2"'), ['pass']],
    ['a digest', image('"acme/web@sha256:0123"'), ['pass']],
    ['a digest beside latest', image('"acme/web:latest@sha256:0123"'), ['pass']],
    ['a port is no tag', image('"registry.example.com:5000/web"'), ['fail web']],
    ['a tag behind a port', image('"registry.example.com:5000/web:1"'), ['pass']],
    ['no tag', image('nginx'), ['fail web']],
    ['latest', image('"nginx:latest"'), ['fail web']],
    ['no image at all', deployment('{containers: [{name: web}]}'), ['unknown web']],
    [
      'init containers too',
      deployment('{initContainers: [{name: i, image: busybox}], containers: [{name: web, image: "a:1"}]}'),
      ['fail i'],
    ],
    ['exempted by annotation', image('nginx', skip('image-pin')), ['exempted fail web']],
  ])('%s', (_, manifest, expected) => {
    expect(verdicts(imagePin, manifest)).toEqual(expected);
  });

  it('keeps the registry in the remedy', () => {
    const [row] = judged(imagePin, image('"registry.example.com:5000/web:latest"'));
    expect(row?.remedy).toMatch(/^image: registry\.example\.com:5000\/web:1\.4\.2/);
    expect(judged(imagePin, image('"registry.example.com:5000/web"'))[0]?.remedy).toMatch(
      /^image: registry\.example\.com:5000\/web:1/,
    );
  });
});
