import type { Pins } from './install.ts';

// Written by scripts/update-tools.ts. Each digest stands in two independent public places, or was taken from the download.

/** What is installed when a workflow names no version. `helm3` stands in for a Helm 3 that is too old. */
export const DEFAULTS = {
  helm: '4.3.0',
  helm3: '3.22.0',
  kubectl: '1.37.1',
} as const;

/** SHA-256 of the downloads: of Helm the .tar.gz, of kubectl the program itself. */
export const PINS: Pins = {
  helm: {
    '4.3.0': {
      'linux-amd64': '86584a54def73570558f66f5111cc53dfed56689637ae32c1201205d494f54fb',
      'linux-arm64': '31c5794dd55c66a51e6b7d2e2ac7a114ae8b1de41ff1d9ba51748ac973b06a08',
      'darwin-amd64': '347a784877e0e20eac865e8d1c36a80f6bb0861d6f29abd34defb6570ef95d92',
      'darwin-arm64': 'd3870437e1e95b67f8edbde964156c84a26503f560821d40c542441658934fba',
    },
    '4.2.4': {
      'linux-amd64': 'c306b46f719b0a4da32d0f78ee21bf90ce8d602f15b22ab753f0674d1670a7f3',
      'linux-arm64': '564de2191b881e9f71b5606b25345821ea1682f06ab90499d3ab22b530176da1',
      'darwin-amd64': '6c163d687ca03c3b5c01928e53bbbcf9518278f47ce7a2f249a5a08e8bdaa2bc',
      'darwin-arm64': 'd747eb4e28bd2727173d15b759fa0a17822291ec09db7ced3d55af290a3661a2',
    },
    '3.22.0': {
      'linux-amd64': '1e4ab49e429626cf6c6958d914248b78c9730803c2751b87627e171dc800e7bb',
      'linux-arm64': 'f14e804dfee240f55525b667488fe9adca349e63e00c9af634c0beb1421ac310',
      'darwin-amd64': 'bd1d09f316558dda23698527859600936fed1371021ce0f2272d66b2fdcfa69c',
      'darwin-arm64': '4c9982a6cdeb458b60258df66b55398ca5b19293f6877faffe2909ad6f23dfe0',
    },
  },
  kubectl: {
    '1.37.1': {
      'linux-amd64': '65691ff77eb6fa44c908b77a1082c9f092c3b9733b5cefabec0d1104890e21a8',
      'linux-arm64': 'ff749f4b78d9c4f1ec87307df9b50119ed819e2094aa9810cb9acffc3286c8c7',
      'darwin-amd64': '6851381c486ff6edd691623e3d65c87cb9a5b02887ff8fbbb38d8a031b748387',
      'darwin-arm64': 'fd65982c97ddad3106754b69ffa196d0e543aa591930ae52aed1adfb92f8c77f',
    },
    '1.36.4': {
      'linux-amd64': '8b8f088da2dab964f853b38464033b1be15ede2839eca751482357c45abdd05a',
      'linux-arm64': '0ecf44450ee6063bf19dd166a103ee6df4a9034455c2abce626e6eea657d73fb',
      'darwin-arm64': 'c9e4f713d6fee0043a3d835cca13077cda2bc0973840eb9779360df0b5bdfc69',
    },
    '1.32.13': {
      'linux-amd64': 'db2ae479a63f3665d7f704ab18c0d4d4050144237980763221835b7305703c4c',
      'linux-arm64': 'b1f87f196633a89208546d79bfa4e2470bda70e7bf42c4d3adb008ec208da9d1',
    },
    '1.32.0': {
      'darwin-amd64': '516585916f499077fac8c2fdd2a382818683f831020277472e6bcf8d1a6f9be4',
      'darwin-arm64': '5bfd5de53a054b4ef614c60748e28bf47441c7ed4db47ec3c19a3e2fa0eb5555',
    },
  },
};
