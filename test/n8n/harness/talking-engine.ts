import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { IDataObject } from 'n8n-workflow';
import { LocalServer, reply } from './local-server';
import { signedDelivery } from './signed-delivery';

interface Delivery extends IDataObject {
  event_id: string;
  status: string;
  response_status: number | null;
  last_attempt_at: string | null;
  event: IDataObject;
}

interface Webhook extends IDataObject {
  id: string;
  url: string;
  events: string[];
  secret: string;
  status: string;
  filter: IDataObject;
  deliveries: Delivery[];
}

const PHONE = /^\+\d+$/;
const GROUP = /@g\.us$/;

/**
 * An engine where a test decides what a person writes: in the sandbox, people only quote. It keeps webhooks, delivers
 * each event to all of them at once, signed, and records the result.
 */
export class TalkingEngine {
  readonly webhooks = new Map<string, Webhook>();
  readonly messages: IDataObject[] = [];
  /** The person behind each number that shares them with another one. */
  readonly people = new Map<string, string>();
  private readonly server = new LocalServer((request, response, body) => {
    const answer = this.answer(request, body.length > 0 ? (JSON.parse(body.toString()) as IDataObject) : {});
    if (answer) reply(response, 200, answer);
    else reply(response, 404, { error: { code: 'not_found', message: 'Not there.' } });
  });
  private made = 0;

  async listen(): Promise<void> {
    await this.server.listen();
  }

  close(): void {
    this.server.close();
  }

  get credential() {
    return { connection: 'url', baseUrl: this.server.url, apiKey: 'bt_test_x' };
  }

  /** A person writes something. Resolves when every webhook was tried once. */
  async say(
    from: string,
    data: IDataObject,
    type = 'message.received',
    id = `evt_${randomUUID()}`,
  ): Promise<void> {
    const person_id = this.personOf(from);
    const event = {
      id,
      type,
      created_at: new Date().toISOString(),
      data: { from, person_id, is_group: 'chat_id' in data, ...data },
    };
    const wanted = [...this.webhooks.values()].filter(
      ({ status, events, filter }) =>
        status === 'enabled' &&
        events.includes(type) &&
        (filter.chat_id ? filter.chat_id === data.chat_id : this.personOf(String(filter.from)) === person_id),
    );
    await Promise.all(wanted.map((webhook) => this.deliver(webhook, event)));
  }

  /** The time of a webhook is up. */
  async expire(webhook: Webhook): Promise<void> {
    const id = `evt_${randomUUID()}`;
    const created_at = new Date().toISOString();
    await this.deliver(webhook, { id, type: 'webhook.expired', created_at, data: { id: webhook.id } });
  }

  /** What is told while n8n is away is tried in vain, and again with `deliverAgain`. */
  isN8nAway = false;

  async deliverAgain(): Promise<void> {
    for (const webhook of [...this.webhooks.values()]) {
      for (const delivery of [...webhook.deliveries].reverse()) {
        if (delivery.status === 'pending') await this.attempt(webhook, delivery);
      }
    }
  }

  private async deliver(webhook: Webhook, event: IDataObject): Promise<void> {
    const delivery = {
      ...{ event_id: String(event.id), status: 'pending', response_status: null, last_attempt_at: null },
      event,
    };
    webhook.deliveries.unshift(delivery);
    await this.attempt(webhook, delivery);
  }

  private async attempt(webhook: Webhook, delivery: Delivery): Promise<void> {
    if (this.isN8nAway) return;
    const signed = signedDelivery(delivery.event, webhook.secret, 0, webhook.id);
    const response = await fetch(webhook.url, signed).catch(() => undefined);
    delivery.status = response?.ok ? 'delivered' : 'pending';
    delivery.response_status = response?.status ?? null;
    delivery.last_attempt_at = new Date().toISOString();
  }

  private answer({ method, url = '' }: IncomingMessage, body: IDataObject): IDataObject | undefined {
    const [, , kind, id = '', more] = new URL(url, 'http://x').pathname.split('/');
    if (kind === 'people') return { id: this.personOf(decodeURIComponent(id)) };
    if (kind === 'scheduled-messages' && id === 'batch') {
      const messages = body.messages as IDataObject[];
      if (messages.some(({ text }) => text === 'refused')) return undefined;
      return { data: messages.map((each) => this.create(each)) };
    }
    if (kind === 'scheduled-messages') {
      if (method === 'GET') return this.messages.find((message) => message.id === id);
      return body.text === 'refused' ? undefined : this.create(body);
    }
    if (method === 'POST') return this.register(body);
    if (!id) return page([...this.webhooks.values()].map((webhook) => this.shown(webhook)).reverse());
    const webhook = this.webhooks.get(id);
    if (!webhook) return undefined;
    if (more) return page(webhook.deliveries);
    if (method === 'DELETE') this.webhooks.delete(id);
    return Object.assign(webhook, body);
  }

  private create(body: IDataObject): IDataObject {
    const message = { ...body, id: `msg_${this.messages.length + 1}` };
    this.messages.push(message);
    return message;
  }

  private personOf(phone: string): string {
    return this.people.get(phone) ?? `per_${phone}`;
  }

  private shown(webhook: Webhook): IDataObject {
    const { from } = webhook.filter;
    return { ...webhook, person_id: from ? this.personOf(String(from)) : null };
  }

  private register(body: IDataObject): IDataObject | undefined {
    const id = `wh_${(this.made += 1)}`;
    const filter = (body.filter ?? {}) as IDataObject;
    if (!PHONE.test(String(filter.from)) && !GROUP.test(String(filter.chat_id))) return undefined;
    const webhook = {
      ...{ expires_at: null, ...body, id, filter, url: String(body.url), secret: `whsec_${id}` },
      ...{ status: 'enabled', created_at: new Date(this.made * 1000).toISOString(), deliveries: [] },
      events: body.events as string[],
    };
    this.webhooks.set(id, webhook);
    return webhook;
  }
}

function page(rows: IDataObject[]): IDataObject {
  return { data: rows, has_more: false, next_cursor: null };
}
