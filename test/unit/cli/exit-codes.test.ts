import { EXIT, failureOf, TimedOut } from '../../../engine/cli/exit-codes';
import { ConfigError } from '../../../engine/config';
import { EngineError } from '../../../engine/errors';
import { DataFolderInUse } from '../../../engine/data-folder/data-folder-lock';

function systemError(fields: object): Error {
  return Object.assign(new Error('as the system says'), fields);
}

it.each([
  [new ConfigError('X', 'is wrong', 'Fix it.'), 'bad_setting'],
  [new TimedOut('too late'), 'timed_out'],
  [new DataFolderInUse('/x', 1), 'data_folder_in_use'],
  [new EngineError('unavailable', 'away'), 'out_of_reach'],
  [new EngineError('not_found', 'no such'), 'failed'],
  [systemError({ code: 'EADDRINUSE', syscall: 'listen', port: 1, address: 'a' }), 'port_taken'],
  [systemError({ code: 'EACCES', syscall: 'listen', port: 80, address: 'a' }), 'port_taken'],
  [systemError({ code: 'EADDRNOTAVAIL', syscall: 'listen', address: 'a' }), 'bad_setting'],
  [systemError({ code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'a' }), 'bad_setting'],
  [systemError({ code: '28P01' }), 'out_of_reach'],
  [systemError({ code: 'EACCES', path: '/x', syscall: 'mkdir' }), 'data_folder_unusable'],
  [systemError({ code: 'ENOSPC', path: '/x', syscall: 'write' }), 'data_folder_unusable'],
  [systemError({ code: 'EACCES' }), 'failed'],
  ['anything', 'failed'],
])('maps %s to %s', (error, outcome) => {
  expect(failureOf(error).outcome).toBe(outcome);
});

it('gives each outcome its own code', () => {
  expect(new Set(Object.values(EXIT)).size).toBe(Object.keys(EXIT).length);
});

it('prints one line, with the cause', () => {
  const error = new EngineError('unavailable', 'The database cannot be reached.');
  error.cause = new AggregateError([new Error('connect ECONNREFUSED\n 127.0.0.1:1')]);
  expect(failureOf(error).message).toBe('The database cannot be reached. (connect ECONNREFUSED 127.0.0.1:1)');
});
