import { parseArgs } from 'node:util';
import type { Variable } from '../../config';
import type { Command } from '../command';
import { COMMANDS, DEFAULT_COMMAND, SETTING_OF_FLAG } from '../command-table';
import { UsageError } from '../exit-codes';
import { nearest } from './nearest';

/** What the command line asks for. `node:util` splits the arguments; commands, settings and messages are ours. */
export type Request =
  | { kind: 'version'; json: boolean }
  /** `command` is null for the general help. */
  | { kind: 'help'; command: Command | null; json: boolean }
  | {
      kind: 'run';
      command: Command;
      argument: string | null;
      json: boolean;
      flags: Record<string, string>;
      settings: Partial<Record<Variable, string>>;
    };

const COMMON_SWITCHES: Record<string, string | undefined> = { json: undefined, help: 'h', version: 'v' };
const OWN_FLAGS = COMMANDS.flatMap(({ flags }) => Object.entries(flags));
const VALUES = [
  ...SETTING_OF_FLAG.keys(),
  ...OWN_FLAGS.flatMap(([name, { value }]) => (value === undefined ? [] : name)),
];
/** Flags without a value. */
const SWITCHES: Record<string, string | undefined> = {
  ...COMMON_SWITCHES,
  ...Object.fromEntries(
    OWN_FLAGS.flatMap(([name, { value }]) => (value === undefined ? [[name, undefined]] : [])),
  ),
};

/** Parses the arguments after the program's name. @throws UsageError */
export function parseArguments(argv: readonly string[]): Request {
  const { given, words } = readFlags(argv);
  const json = given.has('json');
  if (given.has('version')) return { kind: 'version', json };
  if (given.has('help'))
    return { kind: 'help', command: words.length > 0 ? findCommand(words).command : null, json };

  const { command, rest } = findCommand(words.length > 0 ? words : [DEFAULT_COMMAND]);
  const argument = readArgument(command, rest);
  const flags: Record<string, string> = {};
  const settings: Partial<Record<Variable, string>> = {};
  for (const [name, value] of given) {
    if (name in COMMON_SWITCHES) continue;
    const variable = SETTING_OF_FLAG.get(name);
    if (name in command.flags) flags[name] = value;
    else if (variable && command.settings.includes(variable)) settings[variable] = value;
    else throw new UsageError(`--${name} is not a flag of ${command.name}.${usersOf(name, command)}`);
  }
  return { kind: 'run', command, argument, json, flags, settings };
}

function readFlags(argv: readonly string[]): { given: Map<string, string>; words: string[] } {
  const options = Object.fromEntries([
    ...VALUES.map((name) => [name, { type: 'string' as const }]),
    ...Object.entries(SWITCHES).map(([name, short]) => [
      name,
      { type: 'boolean' as const, ...(short ? { short } : {}) },
    ]),
  ]);
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const given = new Map<string, string>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    if (name in SWITCHES) {
      if (value !== undefined) throw new UsageError(`${rawName} takes no value. Remove the value.`);
      given.set(name, '');
    } else if (VALUES.includes(name) && rawName.startsWith('--')) {
      if (!value || (!inlineValue && value.startsWith('-'))) {
        throw new UsageError(`${rawName} needs a value, for example ${rawName} ${exampleOf(name)}`);
      }
      given.set(name, value);
    } else {
      throw new UsageError(unknownFlag(rawName));
    }
  }
  return { given, words };
}

function exampleOf(name: string): string {
  return COMMANDS.map(({ flags }) => flags[name]?.value).find(Boolean) ?? 'VALUE';
}

function unknownFlag(rawName: string): string {
  const near = nearest(rawName.replace(/^-+/, ''), [...VALUES, ...Object.keys(SWITCHES)]);
  const hint = near ? `Did you mean --${near}?` : 'To see all flags: blueticks-engine --help';
  return `Unknown flag ${rawName}. ${hint}`;
}

function findCommand(words: readonly string[]): { command: Command; rest: readonly string[] } {
  for (const count of [2, 1]) {
    const command = COMMANDS.find(({ name }) => name === words.slice(0, count).join(' '));
    if (command) return { command, rest: words.slice(count) };
  }
  throw new UsageError(unknownCommand(words));
}

function unknownCommand(words: readonly string[]): string {
  const [first = '', second] = words;
  const family = COMMANDS.map(({ name }) => name).filter((name) => name.startsWith(`${first} `));
  if (family.length > 0 && second === undefined) {
    return `${first} needs one more word: ${family.map((name) => name.split(' ')[1]).join(', ')}.`;
  }
  const typed = second === undefined ? first : `${first} ${second}`;
  const near =
    nearest(
      typed,
      COMMANDS.map(({ name }) => name),
    ) ?? nearest(first, [...new Set(COMMANDS.map(({ name }) => name.split(' ')[0] ?? ''))]);
  const hint = near ? `Did you mean "${near}"?` : 'To see all commands: blueticks-engine --help';
  return `Unknown command "${family.length > 0 || COMMANDS.every(({ name }) => name !== first) ? typed : first}". ${hint}`;
}

function readArgument(command: Command, rest: readonly string[]): string | null {
  const [argument = null, ...more] = command.argument ? rest : [null, ...rest];
  if (command.argument && argument === null) {
    throw new UsageError(
      `${command.name} needs a ${command.argument}: blueticks-engine ${command.name} ${command.argument}`,
    );
  }
  if (more.length > 0) {
    throw new UsageError(`${command.name} does not take "${more[0]}". Remove it.`);
  }
  return argument;
}

function usersOf(name: string, except: Command): string {
  const variable = SETTING_OF_FLAG.get(name);
  const users = COMMANDS.filter(
    (command) =>
      command !== except && (name in command.flags || (variable && command.settings.includes(variable))),
  );
  return users.length > 0 ? ` It works with: ${users.map((user) => user.name).join(', ')}.` : '';
}
