import type { EngineConfig, Variable } from '../config';
import type { EngineParts } from '../index';

/** What a command gets to work with. */
export interface Invocation {
  /** The command's own flags that were given. */
  flags: Record<string, string | undefined>;
  /** The one word after the command, where it takes one. */
  argument: string | null;
  /** One JSON document on standard output in place of words for people. */
  json: boolean;
  /** From flags and environment; the defaults for a command that takes no settings. */
  config: EngineConfig;
  /** For an engine that the command starts; empty but in tests. */
  parts: EngineParts;
}

export interface Flag {
  /** The value's place-holder in help, e.g. `NAME`. */
  value: string;
  about: string;
}

export interface Command {
  /** One or two words, as typed. */
  name: string;
  summary: string;
  /** The place-holder of the word that follows, which then must be given. */
  argument?: string;
  flags: Record<string, Flag>;
  /** Settings that matter to it. */
  settings: readonly Variable[];
  /** Loaded when it runs: `--help` need not wait for the whole engine. */
  load(): Promise<{ run(invocation: Invocation): Promise<number> }>;
}
