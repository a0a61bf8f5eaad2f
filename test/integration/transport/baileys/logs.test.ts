import { inspect } from 'node:util';
import { systemClock } from '../../../../engine/async/clock';
import { createOpenFile } from '../../../../engine/media/open-file';
import { createBaileysFactory } from '../../../../engine/transport/baileys/baileys-transport';
import { startWhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { eventually, LinkUnderTest, QUICK } from './link-world';

describe('the log of a linked number', () => {
  it('never contains a number, a text or a key, even when everything fails', async () => {
    const lines: string[] = [];
    const note = (...said: unknown[]): void =>
      void lines.push(said.map((one) => inspect(one, { depth: 8 })).join(' '));
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((method) =>
      jest.spyOn(console, method).mockImplementation(note),
    );
    const written = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write'));
    const whatsapp = await startWhatsApp();
    const phone = whatsapp.phone('+14155550100');
    const ada = whatsapp.contact('+14155551234', { name: 'Ada Lovelace' });
    const memory = new BreakableMemory();
    const factory = createBaileysFactory({
      socketUrl: whatsapp.url,
      memoryOf: () => memory,
      log: { info: note, warn: note, error: note },
      routeOf: () => ({
        files: { open: () => Promise.reject(new Error('no files')) },
        previews: { page: () => Promise.resolve(null), picture: () => Promise.resolve(null) },
        openFile: createOpenFile({ allowPrivate: true }),
      }),
      timing: QUICK,
    });
    const link = new LinkUnderTest(factory({ id: 'ses_01', phone: null }, systemClock)).open();
    await phone.link(await link.qr());
    await link.connected();

    await link.send(ada, 'a secret appointment');
    await ada.hears('a secret appointment');
    await ada.sends({ text: 'a secret answer' });
    await eventually('the message was reported', () => link.seen.inbounds[0]);
    // Lost sessions, missing keys, a failing store and a dropped link: everything that would be logged.
    await ada.losesItsSessions();
    await link.send(ada, 'not read at first');
    await ada.hears('not read at first');
    phone.faults.lose('prekeys', 3);
    phone.faults.refuse('usync', 500);
    await link.send(whatsapp.contact('+14155551235'), 'refused').catch(() => undefined);
    await link.send(whatsapp.contact('+14155551236'), 'no keys').catch(() => undefined);
    phone.faults.heal();
    memory.beforeWrite = () => {
      memory.beforeWrite = () => undefined;
      throw new Error('the store is unreachable');
    };
    await link.send(ada, 'not stored at first');
    const before = link.states.length;
    phone.faults.dropLink();
    await eventually(
      'the link was down',
      () => link.states.slice(before).includes('disconnected') || undefined,
    );
    await link.connected();
    phone.unlink();
    await eventually('the session was logged out', () => link.transport.state === 'logged_out' || undefined);
    await link.transport.close();
    await whatsapp.close();

    const printed = written.flatMap((spy) => spy.mock.calls.map(([chunk]) => String(chunk)));
    for (const spy of [...spies, ...written]) spy.mockRestore();
    const all = [...lines, ...printed].join('\n');
    expect(lines.join('\n')).toMatch(/a link has closed/);
    expect(lines.join('\n')).toMatch(/keys could not be stored/);
    for (const number of [
      '4155550100',
      '4155551234',
      '4155551235',
      '4155551236',
      ada.person.lid,
      phone.person.lid,
    ])
      expect(all).not.toContain(number);
    for (const text of ['secret', 'at first', 'refused', 'Lovelace']) expect(all).not.toContain(text);
    const withoutPaths = all.replace(/^\s+at .*$/gm, '');
    expect(withoutPaths).not.toMatch(/[A-Za-z0-9+/]{40,}/);
    expect(all).not.toMatch(/<Buffer|Uint8Array/);
  });
});
