/** One program of the test bed, built from a pinned Go module under testbed/go. */
export type Part = {
  name: string;
  /** Folder under testbed/go whose go.mod pins the version. */
  module: string;
  /** The main package. */
  package: string;
  version: string;
  /** Linker flags that make the binary say about itself what a release binary says. */
  ldflags: string[];
};

const kubernetesVersion = '1.32.0';

// Without a version in the binary Helm refuses the server ("Kubernetes cluster unreachable" on an invalid semver).
function kubernetesLdflags(): string[] {
  const variables = [`gitVersion=v${kubernetesVersion}`, 'gitMajor=1', 'gitMinor=32', 'gitTreeState=clean'];
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  return packages.flatMap((path) => variables.map((variable) => `-X ${path}.${variable}`));
}

function kubernetesPart(name: string): Part {
  const ldflags = kubernetesLdflags();
  return { name, module: 'kubernetes', package: `k8s.io/kubernetes/cmd/${name}`, version: kubernetesVersion, ldflags };
}

// Helm 3's release build takes the built-in Kubernetes version from its k8s.io modules (Makefile: 1.37 for v3.22.0);
// `helm template` and `helm lint` without a cluster show it. Helm 4 reads it from the module list by itself.
const helm3Ldflags = [
  '-X helm.sh/helm/v3/internal/version.version=v3.22.0',
  '-X helm.sh/helm/v3/internal/version.gitTreeState=clean',
  ...['pkg/chartutil', 'pkg/lint/rules'].flatMap((path) => [
    `-X helm.sh/helm/v3/${path}.k8sVersionMajor=1`,
    `-X helm.sh/helm/v3/${path}.k8sVersionMinor=37`,
  ]),
];

const helm4Ldflags = [
  '-X helm.sh/helm/v4/internal/version.version=v4.3.1',
  '-X helm.sh/helm/v4/internal/version.gitTreeState=clean',
];

/** Every program that `up` builds and links into the bed's bin folder, small ones first. */
export const parts: readonly Part[] = [
  {
    name: 'actionlint',
    module: 'actionlint',
    package: 'github.com/rhysd/actionlint/cmd/actionlint',
    version: '1.7.12',
    ldflags: ['-X github.com/rhysd/actionlint.version=1.7.12'],
  },
  {
    name: 'act',
    module: 'act',
    package: 'github.com/nektos/act',
    version: '0.2.89',
    ldflags: ['-X main.version=0.2.89'],
  },
  { name: 'helm3', module: 'helm3', package: 'helm.sh/helm/v3/cmd/helm', version: '3.22.0', ldflags: helm3Ldflags },
  { name: 'helm4', module: 'helm4', package: 'helm.sh/helm/v4/cmd/helm', version: '4.3.1', ldflags: helm4Ldflags },
  // The etcd of Kubernetes' own dependency graph: its server module's root is the main package.
  { name: 'etcd', module: 'kubernetes', package: 'go.etcd.io/etcd/server/v3', version: '3.5.16', ldflags: [] },
  kubernetesPart('kubectl'),
  kubernetesPart('kube-apiserver'),
  kubernetesPart('kube-controller-manager'),
  kubernetesPart('kube-scheduler'),
  {
    name: 'helm-diff',
    module: 'helm-diff',
    package: 'github.com/databus23/helm-diff/v3',
    version: '3.9.14',
    ldflags: ['-X github.com/databus23/helm-diff/v3/cmd.Version=3.9.14'],
  },
  {
    name: 'registry',
    module: 'registry',
    package: 'github.com/google/go-containerregistry/cmd/registry',
    version: '0.22.1',
    ldflags: [],
  },
  { name: 'kwok', module: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok', version: '0.8.0', ldflags: [] },
  {
    name: 'metrics-server',
    module: 'metrics-server',
    package: 'sigs.k8s.io/metrics-server/cmd/metrics-server',
    version: '0.9.0',
    ldflags: ['-X k8s.io/client-go/pkg/version.gitVersion=v0.9.0'],
  },
];
