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
}

interface Webhook extends IDataObject {
  id: string;
  url: string;
  secret: string;
  status: string;
  filter: IDataObject;
  deliveries: Delivery[];
}

const PHONE = /^\+\d+$/;

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
    const event = {
      id,
      type,
      created_at: new Date().toISOString(),
      data: { from, is_group: false, ...data },
    };
    const wanted = [...this.webhooks.values()].filter(
      ({ status, filter }) =>
        status === 'enabled' && this.personOf(String(filter.from)) === this.personOf(from),
    );
    const deliveries = wanted.map((webhook) => {
      const delivery = { event_id: id, status: 'pending', response_status: null, last_attempt_at: null };
      webhook.deliveries.unshift(delivery);
      return { webhook, delivery };
    });
    await Promise.all(deliveries.map(({ webhook, delivery }) => post(webhook, event, delivery)));
  }

  private answer({ method, url = '' }: IncomingMessage, body: IDataObject): IDataObject | undefined {
    const [, , kind, id = '', more] = new URL(url, 'http://x').pathname.split('/');
    if (kind === 'scheduled-messages') {
      const message = { ...body, id: `msg_${this.messages.length + 1}` };
      this.messages.push(message);
      return message;
    }
    if (method === 'POST') return this.register(body);
    if (!id) return page([...this.webhooks.values()].map((webhook) => this.shown(webhook)).reverse());
    const webhook = this.webhooks.get(id);
    if (!webhook) return undefined;
    if (more) return page(webhook.deliveries);
    if (method === 'DELETE') this.webhooks.delete(id);
    return Object.assign(webhook, body);
  }

  private personOf(phone: string): string {
    return this.people.get(phone) ?? `per_${phone}`;
  }

  private shown(webhook: Webhook): IDataObject {
    return { ...webhook, person_id: this.personOf(String(webhook.filter.from)) };
  }

  private register(body: IDataObject): IDataObject {
    const id = `wh_${(this.made += 1)}`;
    const filter = (body.filter ?? {}) as IDataObject;
    if (!PHONE.test(String(filter.from))) throw new Error('These people have phone numbers.');
    const webhook = {
      ...{ expires_at: null, ...body, id, filter, url: String(body.url), secret: `whsec_${id}` },
      ...{ status: 'enabled', created_at: new Date(this.made * 1000).toISOString(), deliveries: [] },
    };
    this.webhooks.set(id, webhook);
    return webhook;
  }
}

async function post(webhook: Webhook, event: object, delivery: Delivery): Promise<void> {
  const response = await fetch(webhook.url, signedDelivery(event, webhook.secret)).catch(() => undefined);
  delivery.status = response?.ok ? 'delivered' : 'pending';
  delivery.response_status = response?.status ?? null;
  delivery.last_attempt_at = new Date().toISOString();
}

function page(rows: IDataObject[]): IDataObject {
  return { data: rows, has_more: false, next_cursor: null };
}
