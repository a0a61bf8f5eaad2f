import { parseScopes } from '../domain/access/scopes';
import { columns } from './columns';
import type { Invocation } from './command';
import { EXIT, UsageError } from './exit-codes';
import { openKeyDesk, type NewKeyInput } from './key-desk';
import { print, printJson } from './print';

const MAX_NAME = 120;

/** `keys create`: makes a key and shows it this once. */
export async function run({ flags, json, config }: Invocation): Promise<number> {
  const input = readInput(flags);
  const desk = await openKeyDesk(config);
  try {
    const made = await desk.create(input);
    if (json) printJson(made);
    else print(words(made));
    return EXIT.ok;
  } finally {
    await desk.close();
  }
}

/** @throws UsageError */
export function readInput(flags: Invocation['flags']): NewKeyInput {
  const { mode, name = null } = flags;
  if (mode === undefined) {
    throw new UsageError(
      'keys create needs --mode live or --mode test; test keys send through the sandbox only.',
    );
  }
  if (mode !== 'live' && mode !== 'test') {
    throw new UsageError(`--mode is "${mode}"; give live or test.`);
  }
  const scopes = parseScopes(flags['scopes'] ?? '*');
  if (!scopes.ok) throw new UsageError(`--scopes: ${scopes.message}`);
  if (name !== null && name.length > MAX_NAME) {
    throw new UsageError(`--name has ${name.length} characters; give ${MAX_NAME} at most.`);
  }
  return { mode, name, scopes: scopes.scopes };
}

function words(made: {
  key: string;
  id: string;
  mode: string;
  name: string | null;
  scopes: string[];
}): string {
  return [
    made.key,
    '',
    ...columns([
      ['Id', made.id],
      ['Mode', made.mode === 'test' ? 'test: sends to simulated recipients only' : 'live'],
      ...(made.name === null ? [] : [['Name', made.name]]),
      ['Scopes', made.scopes.join(', ')],
    ]),
    '',
    'Keep it now: it is stored as a hash and cannot be shown again.',
    ...(made.mode === 'live'
      ? [
          'Its messages go out from your own number. Link that, unless it is linked: npx n8n-nodes-blueticks link',
        ]
      : []),
  ].join('\n');
}
