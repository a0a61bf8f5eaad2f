import type { EngineConfig, Variable } from '../config';
import type { EngineParts } from '../index';

/** What a command is run with. */
export interface Invocation {
  /** The command's own flags, if given; those without a value as an empty text. */
  flags: Record<string, string | undefined>;
  /** The word after the command, for a command that takes one. */
  argument: string | null;
  /** Print one JSON document on standard output instead of text. */
  json: boolean;
  /** From flags and environment; the defaults for a command without settings. */
  config: EngineConfig;
  /** For an engine that the command starts; empty except in tests. */
  parts: EngineParts;
}

export interface Flag {
  /** The value's placeholder in help, e.g. `NAME`; without one, the flag takes no value. */
  value?: string;
  about: string;
}

export interface Command {
  /** One or two words, as typed. */
  name: string;
  summary: string;
  /** The placeholder of the word that must follow, if any. */
  argument?: string;
  flags: Record<string, Flag>;
  /** The settings that it uses. */
  settings: readonly Variable[];
  /** Loads the code when the command runs: `--help` need not wait for the whole engine. */
  load(): Promise<(invocation: Invocation) => Promise<number>>;
}
