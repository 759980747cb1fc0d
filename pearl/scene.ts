import type { Terminal } from '../demo/terminal.ts';
import type { HotFix, Place } from './place.ts';

/** What every chapter has at hand, and what it leaves for the next ones. */
export interface Scene {
  place: Place;
  terminal: Terminal;
  /** Release → its hot-fixes, once they were made. */
  hotFixes: Map<string, HotFix[]>;
}
