import { parseArguments } from '../../../../engine/cli/arguments/parse-arguments';
import { run as move } from '../../../../engine/cli/commands/move';
import { run as restore } from '../../../../engine/cli/commands/restore';
import { readConfig } from '../../../../engine/config';

const invocation = (argument: string | null, flags: Record<string, string>) => ({
  ...{ argument, flags, json: true, parts: {} },
  config: readConfig({}, {}),
});

describe('backup, restore and move', () => {
  it('take their file, and flags without a value', () => {
    expect(parseArguments(['backup', 'a', '--without-key'])).toMatchObject({
      argument: 'a',
      flags: { 'without-key': '' },
    });
    expect(parseArguments(['move', '--undo', '--json'])).toMatchObject({ flags: { undo: '' }, json: true });
    expect(() => parseArguments(['backup'])).toThrow('backup needs a FILE');
    expect(() => parseArguments(['backup', 'a', '--without-key=yes'])).toThrow(
      '--without-key takes no value.',
    );
    expect(() => parseArguments(['restore', 'a', '--undo'])).toThrow(
      '--undo is not a flag of restore. It works with: move.',
    );
  });

  it('say what is wrong with a flag', async () => {
    await expect(restore(invocation('a', { due: 'never' }))).rejects.toThrow(
      '--due is "never". Use expire or send.',
    );
    const neither = 'move needs --to, the URL of an empty PostgreSQL database, or --undo';
    await expect(move(invocation(null, {}))).rejects.toThrow(neither);
    await expect(move(invocation(null, { to: 'postgres://a/b', undo: '' }))).rejects.toThrow(neither);
    await expect(move(invocation(null, { to: 'mysql://x' }))).rejects.toThrow('--to starts with "mysql://".');
  });
});
