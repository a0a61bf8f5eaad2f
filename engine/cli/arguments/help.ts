import { flagOf, VARIABLES, type Variable } from '../../config';
import type { Command } from '../command';
import { COMMANDS } from '../command-table';
import { EXIT, EXIT_MEANINGS, type Outcome } from '../exit-codes';
import { columns } from '../output';

const COMMON: [string, string][] = [
  ['--json', 'print one JSON document on standard output'],
  ['--help, -h', 'show this help, or the help of the command before it'],
  ['--version, -v', 'show the version'],
];

/** The help of one command, or the general help. */
export function helpText(command: Command | null): string {
  return command ? commandHelp(command) : generalHelp();
}

function generalHelp(): string {
  return [
    'Blueticks engine: schedule, edit and cancel WhatsApp messages.',
    '',
    'Usage: blueticks-engine [command] [flags]',
    '',
    'Commands',
    ...columns(COMMANDS.map((command) => [usageOf(command), command.summary])),
    '',
    'Flags of every command',
    ...columns(COMMON),
    '',
    'Settings, as environment variables or flags of the same name (BLUETICKS_DATA_DIR is --data-dir; flags win)',
    ...columns(Object.entries(VARIABLES)),
    '',
    'Exit codes',
    ...columns(
      Object.entries(EXIT).map(([outcome, code]) => [String(code), EXIT_MEANINGS[outcome as Outcome]]),
    ),
  ].join('\n');
}

function commandHelp(command: Command): string {
  const own = Object.entries(command.flags).map(([name, flag]) => [
    flag.value === undefined ? `--${name}` : `--${name} ${flag.value}`,
    flag.about,
  ]);
  const settings = command.settings.map((variable: Variable) => [
    `--${flagOf(variable)}`,
    `${VARIABLES[variable]} [${variable}]`,
  ]);
  return [
    `${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`,
    '',
    `Usage: blueticks-engine ${usageOf(command)} [flags]`,
    '',
    'Flags',
    ...columns([...own, ...settings, ...COMMON.slice(0, 2)]),
  ].join('\n');
}

function usageOf({ name, argument }: Command): string {
  return argument ? `${name} ${argument}` : name;
}
