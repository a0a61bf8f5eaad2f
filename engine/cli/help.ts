import { flagOf, VARIABLES, type Variable } from '../config';
import type { Command } from './command';
import { COMMANDS } from './commands';
import { EXIT, EXIT_MEANINGS, type Outcome } from './exit-codes';
import { columns } from './columns';

const EVERYWHERE: [string, string][] = [
  ['--json', 'one JSON document on standard output'],
  ['--help, -h', 'this help; after a command, that command’s'],
  ['--version, -v', 'the version'],
];

/** The help of one command, or of everything. */
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
    'Everywhere',
    ...columns(EVERYWHERE),
    '',
    'Settings, as variables or as flags of the same name (BLUETICKS_DATA_DIR is --data-dir; flags win)',
    ...columns(Object.entries(VARIABLES)),
    '',
    'Exit codes',
    ...columns(
      Object.entries(EXIT).map(([outcome, code]) => [String(code), EXIT_MEANINGS[outcome as Outcome]]),
    ),
  ].join('\n');
}

function commandHelp(command: Command): string {
  const own = Object.entries(command.flags).map(([name, flag]) => [`--${name} ${flag.value}`, flag.about]);
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
    ...columns([...own, ...settings, ...EVERYWHERE.slice(0, 2)]),
  ].join('\n');
}

function usageOf({ name, argument }: Command): string {
  return argument ? `${name} ${argument}` : name;
}
