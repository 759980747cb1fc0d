// In the place of undici in the bundle: loading it takes 70 ms, and only a call of GitHub's API through a proxy needs it.
module.exports = {
  get ProxyAgent() {
    return require('../node_modules/undici/index.js').ProxyAgent;
  },
  get fetch() {
    return require('../node_modules/undici/index.js').fetch;
  },
};
