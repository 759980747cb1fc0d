/** A wrong input: the message names it, says what it holds and what is accepted. Nothing has been touched yet. */
export class InputError extends Error {
  constructor(name: string, problem: string) {
    super(`input "${name}": ${problem}`);
  }
}
