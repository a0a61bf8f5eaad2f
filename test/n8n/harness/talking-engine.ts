import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';

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
 * An engine with which a test can let a person say anything: the sandbox's people only quote. It keeps webhooks,
 * delivers to all that want an event at once, signed, and notes what became of each.
 */
export class TalkingEngine {
  readonly webhooks = new Map<string, Webhook>();
  readonly messages: IDataObject[] = [];
  private readonly server: Server;
  private made = 0;

  constructor() {
    this.server = createServer(async (request, response) => {
      const answer = this.answer(request, await bodyOf(request));
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { error: { code: 'not_found', message: 'Not there.' } }));
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  get credential() {
    const { port } = this.server.address() as AddressInfo;
    return { connection: 'url', baseUrl: `http://127.0.0.1:${port}`, apiKey: 'bt_test_x' };
  }

  /** A person says something; ends when every webhook was tried once. */
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
      ({ status, filter }) => status === 'enabled' && filter.from === from,
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
    if (!id) return page([...this.webhooks.values()].reverse());
    const webhook = this.webhooks.get(id);
    if (!webhook) return undefined;
    if (more) return page(webhook.deliveries);
    if (method === 'DELETE') this.webhooks.delete(id);
    return Object.assign(webhook, body);
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
  const body = JSON.stringify(event);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', webhook.secret).update(`${timestamp}.${body}`).digest('hex');
  const headers = {
    'blueticks-webhook-timestamp': timestamp,
    'blueticks-webhook-signature': `v1=${signature}`,
  };
  const response = await fetch(webhook.url, { method: 'POST', body, headers }).catch(() => undefined);
  delivery.status = response?.ok ? 'delivered' : 'pending';
  delivery.response_status = response?.status ?? null;
  delivery.last_attempt_at = new Date().toISOString();
}

function page(rows: IDataObject[]): IDataObject {
  return { data: rows, has_more: false, next_cursor: null };
}

async function bodyOf(request: IncomingMessage): Promise<IDataObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text ? (JSON.parse(text) as IDataObject) : {};
}
