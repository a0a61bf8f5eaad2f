import { UsageError } from '../../../../engine/cli/exit-codes';
import { parseArguments } from '../../../../engine/cli/arguments/parse-arguments';

function parse(line: string): unknown {
  const request = parseArguments(line.split(' ').filter(Boolean));
  return 'command' in request ? { ...request, command: request.command?.name ?? null } : request;
}

const ran = { kind: 'run', argument: null, json: false, flags: {}, settings: {} };

it.each([
  ['', { ...ran, command: 'serve' }],
  ['--port 0 --json', { ...ran, command: 'serve', json: true, settings: { BLUETICKS_PORT: '0' } }],
  ['serve --data-dir=/x', { ...ran, command: 'serve', settings: { BLUETICKS_DATA_DIR: '/x' } }],
  ['--sandbox-speed=-1', { ...ran, command: 'serve', settings: { BLUETICKS_SANDBOX_SPEED: '-1' } }],
  ['keys --mode test create', { ...ran, command: 'keys create', flags: { mode: 'test' } }],
  ['keys create --mode live --mode test', { ...ran, command: 'keys create', flags: { mode: 'test' } }],
  ['keys revoke key_1', { ...ran, command: 'keys revoke', argument: 'key_1' }],
  [
    'doctor --database-url postgres://x',
    { ...ran, command: 'doctor', settings: { DATABASE_URL: 'postgres://x' } },
  ],
  ['--help', { kind: 'help', command: null, json: false }],
  ['keys list --help', { kind: 'help', command: 'keys list', json: false }],
  ['-v --json', { kind: 'version', json: true }],
])('parses %j', (line, expected) => {
  expect(parse(line)).toEqual(expected);
});

it.each([
  ['serv', 'Unknown command "serv". Did you mean "serve"?'],
  ['keys', 'keys needs one more word: create, list, revoke.'],
  ['keys remove', 'Unknown command "keys remove". Did you mean "keys revoke"?'],
  ['frobnicate', 'Unknown command "frobnicate". To see all commands: blueticks-engine --help'],
  ['--prot 80', 'Unknown flag --prot. Did you mean --port?'],
  ['--dta-dir=/x', 'Unknown flag --dta-dir. Did you mean --data-dir?'],
  ['-p 80', 'Unknown flag -p. To see all flags: blueticks-engine --help'],
  ['--port', '--port needs a value, for example --port VALUE'],
  ['--port --json', '--port needs a value, for example --port VALUE'],
  ['--port=', '--port needs a value, for example --port VALUE'],
  ['keys create --mode', '--mode needs a value, for example --mode live|test'],
  ['--json=yes', '--json takes no value. Remove the value.'],
  ['doctor --mode test', '--mode is not a flag of doctor. It works with: keys create, audiences import.'],
  ['demo --port 1', '--port is not a flag of demo. It works with: serve, doctor.'],
  ['keys list all', 'keys list does not take "all". Remove it.'],
  ['keys revoke', 'keys revoke needs a KEY_ID: blueticks-engine keys revoke KEY_ID'],
  ['keys revoke a b', 'keys revoke does not take "b". Remove it.'],
])('refuses %j: %s', (line, message) => {
  expect(() => parse(line)).toThrow(new UsageError(message));
});
