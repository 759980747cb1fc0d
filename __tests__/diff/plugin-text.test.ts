import { describe, expect, it } from '@jest/globals';
import { pluginObjects } from '../../src/diff/plugin-text.ts';

// As helm-diff 3.9.14 prints it; the blank behind a mark is the plugin's.
const TEXT = `shop, web, Deployment (apps) has changed:
...
    name: web
  spec:
-   replicas: 3
+   replicas: 5
...
shop, web, Secret (v1) has changed:
  data:
-   a: '-------- # (9 bytes)'
+   a: '++++++++ # (21 bytes)'
    b: 'REDACTED # (4 bytes)'
shop, new, Service (v1) has been added:
- 
+ # Source: web/templates/service.yaml
+ kind: Service
shop, system:old, ClusterRole (rbac.authorization.k8s.io) has been removed:
- kind: ClusterRole
+ 

`;

describe('pluginObjects', () => {
  it('cuts the text into objects with unified lines', () => {
    expect(pluginObjects(TEXT)).toEqual([
      {
        title: 'shop, web, Deployment (apps) has changed',
        change: 'changed',
        lines: ['@@ … @@', '   name: web', ' spec:', '-  replicas: 3', '+  replicas: 5', '@@ … @@'],
      },
      {
        title: 'shop, web, Secret (v1) has changed',
        change: 'changed',
        lines: [' data:', "-  a: '--------'", "+  a: '++++++++'", "   b: 'REDACTED'"],
      },
      {
        title: 'shop, new, Service (v1) has been added',
        change: 'added',
        lines: ['+# Source: web/templates/service.yaml', '+kind: Service'],
      },
      {
        title: 'shop, system:old, ClusterRole (rbac.authorization.k8s.io) has been removed',
        change: 'removed',
        lines: ['-kind: ClusterRole'],
      },
    ]);
  });

  it('takes no line of an object for a heading', () => {
    const inside =
      'a, b, ConfigMap (v1) has changed:\n+ a, b, Secret (v1) has been removed:\n  a, b, Secret (v1) has changed:\n';
    expect(pluginObjects(inside)).toHaveLength(1);
  });

  it('passes over the notice of a first install', () => {
    const box = '*'.repeat(20);
    const notice = `${box}\n\n\tRelease was not present in Helm.  Diff will show entire contents as new.\n\n${box}\n`;
    expect(pluginObjects(notice + TEXT)).toHaveLength(4);
  });

  it('shows control characters as escapes', () => {
    const [object] = pluginObjects('a, b, ConfigMap (v1) has changed:\n+ key: \u001b[31mred\n');
    expect(object?.lines).toEqual(['+key: \\u001b[31mred']);
  });

  it('refuses a text that it does not know', () => {
    expect(() => pluginObjects('[{"kind":"Deployment"}]')).toThrow('does not begin with an object');
    expect(pluginObjects('')).toEqual([]);
  });
});
