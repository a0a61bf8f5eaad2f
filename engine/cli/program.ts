import { readConfig } from '../config';
import type { EngineParts } from '../index';
import { VERSION } from '../version';
import { EXIT, failureOf } from './exit-codes';
import { helpText } from './arguments/help';
import { parseArguments } from './arguments/parse-arguments';
import { print, printJson } from './output';

/**
 * Runs the command line.
 * @param parts replaces parts of the engines that a command starts, for tests.
 * @returns the exit code; see EXIT.
 */
export async function program(argv: readonly string[], parts: EngineParts = {}): Promise<number> {
  try {
    const request = parseArguments(argv);
    if (request.kind === 'version') {
      if (request.json) printJson({ version: VERSION });
      else print(VERSION);
      return EXIT.ok;
    }
    if (request.kind === 'help') {
      if (request.json) printJson({ help: helpText(request.command) });
      else print(helpText(request.command));
      return EXIT.ok;
    }
    const { command, settings, flags, argument, json } = request;
    // Before the engine is loaded, so that a bad setting is reported at once.
    const config = command.settings.length > 0 ? readConfig(settings) : readConfig({}, {});
    const run = await command.load();
    return await run({ flags, argument, json, config, parts });
  } catch (error) {
    const { outcome, message } = failureOf(error);
    if (argv.includes('--json')) printJson({ error: { code: outcome, message } });
    else process.stderr.write(`${message}\n`);
    return EXIT[outcome];
  }
}
