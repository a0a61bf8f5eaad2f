import { UsageError } from '../../../engine/cli/exit-codes';
import { parseArguments } from '../../../engine/cli/parse-arguments';

function parse(line: string): unknown {
  const request = parseArguments(line.split(' ').filter(Boolean));
  return 'command' in request ? { ...request, command: request.command?.name ?? null } : request;
}

const ran = { kind: 'run', argument: null, json: false, flags: {}, settings: {} };

test.each([
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
])('%j', (line, expected) => {
  expect(parse(line)).toEqual(expected);
});

test.each([
  ['serv', 'There is no command "serv". Did you mean "serve"?'],
  ['keys', 'keys needs one more word: create, list, revoke.'],
  ['keys remove', 'There is no command "keys remove". Did you mean "keys revoke"?'],
  ['frobnicate', 'There is no command "frobnicate". blueticks-engine --help shows all.'],
  ['--prot 80', 'There is no flag --prot. Did you mean --port?'],
  ['--dta-dir=/x', 'There is no flag --dta-dir. Did you mean --data-dir?'],
  ['-p 80', 'There is no flag -p. blueticks-engine --help shows all.'],
  ['--port', '--port needs a value, such as --port VALUE'],
  ['--port --json', '--port needs a value, such as --port VALUE'],
  ['--port=', '--port needs a value, such as --port VALUE'],
  ['keys create --mode', '--mode needs a value, such as --mode live|test'],
  ['--json=yes', '--json takes no value; write it alone.'],
  ['doctor --mode test', '--mode is no flag of doctor. It belongs to: keys create, audiences import.'],
  ['demo --port 1', '--port is no flag of demo. It belongs to: serve, doctor.'],
  ['keys list all', 'keys list takes no "all"; leave it out.'],
  ['keys revoke', 'keys revoke needs a KEY_ID: blueticks-engine keys revoke KEY_ID'],
  ['keys revoke a b', 'keys revoke takes no "b"; leave it out.'],
])('%j is refused: %s', (line, message) => {
  expect(() => parse(line)).toThrow(new UsageError(message));
});
