import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Behavior } from './people/behavior';
import type { Content } from './people/build-message';
import type { Contact } from './people/contact';
import type { Received } from './people/inbox';
import type { Addressing } from './people/person';
import type { Phone } from './people/phone';
import type { Faults } from './server/faults';
import type { WhatsApp } from './whatsapp';

type Body = Readonly<Record<string, unknown>>;

/** The request is not valid. */
class BadRequest extends Error {}

const asText = (body: Body, field: string): string => {
  const value = body[field];
  if (typeof value !== 'string' || value === '') throw new BadRequest(`"${field}" must be a string.`);
  return value;
};

/** The simulator's API over HTTP: for a shell, and for tests in another process. */
export class Control {
  private readonly people = new Map<string, Contact>();
  private readonly phones = new Map<string, Phone>();

  constructor(private readonly whatsapp: WhatsApp) {}

  /** Answers with JSON; 400 says what is wrong with the request. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Body) : {};
      const path = (request.url ?? '/').split('/').slice(1).map(decodeURIComponent);
      const answer = await this.answer(`${request.method}`, path, body);
      respond(response, 200, answer ?? {});
    } catch (error) {
      respond(response, 400, { error: error instanceof Error ? error.message : String(error) });
    }
  }

  private answer(method: string, [kind = '', name = '', action = '']: string[], body: Body): unknown {
    switch (`${method} ${kind}`) {
      case 'GET ':
        return { url: this.whatsapp.url, connections: this.whatsapp.connections };
      case 'GET complaints':
        return this.whatsapp.complaints;
      case 'POST phones':
        return name === '' ? this.addPhone(asText(body, 'number')) : this.onPhone(name, action, body);
      case 'POST contacts':
        return name === '' ? this.addContact(asText(body, 'number')) : this.onContact(name, action, body);
      case 'POST groups':
        return this.addGroup(body);
      case 'GET contacts':
        return this.person(name).received.map(shown);
      case 'POST faults':
        return this.plan(name, body.arguments);
      default:
        throw new BadRequest(`There is no ${method} /${kind}. See the README.`);
    }
  }

  private addPhone(number: string): unknown {
    const phone = this.whatsapp.phone(number);
    this.phones.set(phone.number, phone);
    this.people.set(phone.number, phone);
    return names(phone);
  }

  private addContact(number: string): unknown {
    const contact = this.whatsapp.contact(number);
    this.people.set(contact.number, contact);
    return names(contact);
  }

  private addGroup({ subject, members, by }: Body): unknown {
    const people = (Array.isArray(members) ? members : []).map((number) => this.person(String(number)));
    const { jid } = this.whatsapp.group({
      subject: String(subject ?? 'Group'),
      members: people,
      by: by as Addressing | undefined,
    });
    return { jid };
  }

  private async onPhone(number: string, action: string, body: Body): Promise<unknown> {
    const phone = this.phones.get(number);
    if (!phone) throw new BadRequest(`There is no phone ${number}.`);
    if (action === 'link') return { device: (await phone.link(asText(body, 'qr'))).id };
    if (action === 'code') return { device: (await phone.enterPairingCode(asText(body, 'code'))).id };
    if (action === 'unlink') return phone.unlink();
    if (action === 'restrict') return phone.restrict(new Date(asText(body, 'until')));
    if (action === 'lift') return phone.liftRestriction();
    if (action === 'history') return this.shareHistory(phone, body);
    throw new BadRequest('A phone can link, code, unlink, restrict, lift and share its history.');
  }

  /** The phone shares that many messages in each of that many chats, at once. */
  private shareHistory(phone: Phone, { chats, messages }: Body): Promise<void> {
    for (const contact of [...this.people.values()].slice(0, Number(chats))) {
      phone.remembers(
        contact,
        Array.from({ length: Number(messages) }, (_one, index) => ({
          text: `message ${index} of a chat that was there before`,
          fromMe: index % 3 === 0,
          at: new Date(Date.now() - (index + 1) * 600_000),
        })),
      );
    }
    return phone.shares({ type: 'RECENT' });
  }

  private async onContact(number: string, action: string, body: Body): Promise<unknown> {
    const contact = this.person(number);
    if (action === 'behave') return contact.behaves(body as Partial<Behavior>);
    if (action === 'read') return contact.reads(asText(body, 'id'));
    if (action === 'reinstall') return contact.reinstalls(body);
    if (action !== 'send') throw new BadRequest('A contact can send, behave, read and reinstall.');
    const { to, by, ...content } = body;
    const options = {
      to: typeof to === 'string' ? this.person(to) : undefined,
      by: by as Addressing | undefined,
    };
    return { id: (await contact.sends(content as Content, options)).id };
  }

  private plan(fault: string, given: unknown): unknown {
    const { faults } = this.whatsapp;
    const plans: Record<string, (...args: never[]) => unknown> = {
      'next-ack': faults.nextAck,
      'lose-ack': faults.loseAck,
      'drop-before-ack': faults.dropBeforeAck,
      'slow-ack': faults.slowAck,
      slow: faults.slow,
      lose: faults.lose,
      refuse: faults.refuse,
      'refuse-login': faults.refuseLogin,
      'drop-link': faults.dropLink,
      'half-open': faults.halfOpen,
      'end-stream': faults.endStream,
      heal: faults.heal,
    } satisfies Partial<Record<string, Faults[keyof Faults]>>;
    const plan = plans[fault];
    if (!plan) throw new BadRequest(`Faults are ${Object.keys(plans).join(', ')}.`);
    return plan.apply(faults, (Array.isArray(given) ? given : []) as never[]);
  }

  private person(number: string): Contact {
    const person = this.people.get(number);
    if (!person) throw new BadRequest(`Nobody has the number ${number}.`);
    return person;
  }
}

const names = (contact: Contact) => ({ number: contact.number, jid: contact.jid(), lid: contact.jid('lid') });

function shown(received: Received) {
  const { id, from, kind, text, shown: now, quotes, target, options, expires, by, copies, at } = received;
  return { id, from: from.number, kind, text, shown: now, quotes, target, options, expires, by, copies, at };
}

function respond(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(answer)}\n`);
}
