import { systemClock } from '../../engine/async/clock';
import type { OutgoingMessage, Transport } from '../../engine/transport/transport';
import { answeringPeople } from '../integration/transport/baileys/answering-people';
import { linkedLink, makeLink } from '../integration/transport/baileys/link-world';
import { BreakableMemory } from '../integration/transport/baileys/breakable-memory';
import type { Phone } from '../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../wire/whatsapp';
import { describeGroupContract } from './group-acts.contract';
import type { TransportHarness } from './transport-tools';
import { describeTransportContract } from './transport.contract';

const NUMBER = '+14155550100';

describe('the transport of a linked number', () => {
  let whatsapp: WhatsApp;
  const memory = new BreakableMemory();
  let phone: Phone;
  let next = 14155560000;

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone(NUMBER);
    const link = await linkedLink(whatsapp, phone, { memory });
    await link.transport.close();
  });
  afterAll(async () => {
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });

  const harness = (): TransportHarness => ({
    recipients: answeringPeople(whatsapp, phone, () => `+${next++}`),
    ownPhone: NUMBER,
    renamed: personWithTwoForms(whatsapp, next++),
    create: () => remembering(makeLink(whatsapp, { memory, phone: NUMBER }).transport, memory),
    now: () => systemClock.now(),
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    // Retries back off: two failures take three seconds.
    patience: { limitMs: 10_000, quietMs: 500, stepMs: 5 },
    dispose: async () => {
      whatsapp.faults.heal();
      whatsapp.onStanza = () => undefined;
    },
  });
  describeTransportContract('baileys, on a simulated WhatsApp', harness);
  describeGroupContract('baileys, on a simulated WhatsApp', harness);
});

/** A person in Brazil, whose number is known with and without its 9. */
function personWithTwoForms(whatsapp: WhatsApp, unique: number): TransportHarness['renamed'] {
  const local = String(unique).slice(-7);
  whatsapp.contact(`+5511 8${local}`, { aliases: [`+5511 98${local}`] });
  return { chatId: `551198${local}@c.us`, alsoNamed: `55118${local}@c.us` };
}

/** Stores each message before it is sent, and what comes in, as the engine does. */
function remembering(transport: Transport, memory: BreakableMemory): Transport {
  const send = transport.send.bind(transport);
  const open = transport.open.bind(transport);
  transport.open = (handlers) =>
    open({
      ...handlers,
      async onInbound(inbound) {
        await handlers.onInbound(inbound);
        const { chatId, id, content } = inbound;
        if (content) memory.came.set(`${chatId}/${id}`, content);
      },
    });
  transport.send = (message: OutgoingMessage) => {
    const { wireId, content, ...rest } = message;
    memory.sent.set(wireId, { ...rest, content: content.type === 'media' ? { type: 'media' } : content });
    return send(message);
  };
  return transport;
}
