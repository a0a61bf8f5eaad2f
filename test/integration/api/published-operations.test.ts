import { startEngine, type Answer, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { answerDeviations, OPERATIONS, type Operation } from '../../support/published/deviations';

/*
 * npm run compare:published prints this: every operation of the published API, asked of an engine, with an answer as
 * published.
 */

const ANSWERS = '+15005550004';
const READS = '+15005550001';
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

describe('each published operation is here, with answers as published:', () => {
  let engine: TestEngine;
  /** What earlier operations made: ids and keys, by the name of the placeholder. */
  const made: Record<string, string> = {};
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.close());

  const fill = (operation: Operation, given: Record<string, string | undefined>): [string, string] => {
    const [method, path] = operation.split(' ') as [string, string];
    return [method, path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(given[name]!))];
  };
  /** Asks, and notes what it is called. */
  const ask = async (
    operation: Operation,
    body?: object,
    given: Record<string, string | undefined> = made,
  ): Promise<Answer> => {
    const answer = await engine.call(...fill(operation, given), body);
    expect([operation, answerDeviations(operation, answer), answer.status < 300 || answer.body]).toEqual([
      ...[operation, [], true],
    ]);
    return answer;
  };
  const id = async (operation: Operation, body: object): Promise<string> =>
    (await ask(operation, body)).body.id;
  const text = { type: 'text', text: 'See you at nine?' };

  /** In this order: later ones use what earlier ones made. */
  const STEPS: Partial<Record<Operation, () => Promise<unknown>>> = {
    'GET /v1/ping': () => ask('GET /v1/ping'),
    'GET /v1/account': () => ask('GET /v1/account'),
    'GET /v1/engines': () => ask('GET /v1/engines'),
    'POST /v1/scheduled-messages': async () => {
      await ask('POST /v1/scheduled-messages', { ...text, to: ANSWERS });
      made.id = await id('POST /v1/scheduled-messages', { ...text, to: READS, send_at: inAnHour() });
    },
    'GET /v1/scheduled-messages': () => ask('GET /v1/scheduled-messages'),
    'GET /v1/scheduled-messages/{id}': () => ask('GET /v1/scheduled-messages/{id}'),
    'PATCH /v1/scheduled-messages/{id}': () => ask('PATCH /v1/scheduled-messages/{id}', { text: 'At ten?' }),
    'POST /v1/webhooks': async () => {
      const hook = { url: 'https://example.com/hook', events: ['message.received'] };
      made.id = await id('POST /v1/webhooks', hook);
    },
    'GET /v1/webhooks': () => ask('GET /v1/webhooks'),
    'GET /v1/webhooks/{id}': () => ask('GET /v1/webhooks/{id}'),
    'PATCH /v1/webhooks/{id}': () => ask('PATCH /v1/webhooks/{id}', { status: 'disabled' }),
    'POST /v1/webhooks/{id}/rotate-secret': () => ask('POST /v1/webhooks/{id}/rotate-secret'),
    'DELETE /v1/webhooks/{id}': () => ask('DELETE /v1/webhooks/{id}'),
    'POST /v1/audiences': async () => {
      made.id = await id('POST /v1/audiences', { name: 'a', contacts: [{ to: READS }] });
    },
    'GET /v1/audiences': () => ask('GET /v1/audiences'),
    'GET /v1/audiences/{id}': async () => {
      await ask('GET /v1/audiences/{id}');
      const { contacts } = (await engine.call('GET', `/v1/audiences/${made.id}?page=1`)).body;
      made.contactId = contacts[0].id;
    },
    'PATCH /v1/audiences/{id}': () => ask('PATCH /v1/audiences/{id}', { name: 'b' }),
    'POST /v1/audiences/{id}/contacts': () =>
      ask('POST /v1/audiences/{id}/contacts', { contacts: [{ to: '+15005550003' }] }),
    'PATCH /v1/audiences/{id}/contacts/{contactId}': () =>
      ask('PATCH /v1/audiences/{id}/contacts/{contactId}', { variables: { name: 'Ann' } }),
    'DELETE /v1/audiences/{id}/contacts/{contactId}': () =>
      ask('DELETE /v1/audiences/{id}/contacts/{contactId}'),
    'POST /v1/campaigns': async () => {
      made.audience = made.id!;
      const campaign = { name: 'c', audience_id: made.audience, text: 'Hi', send_at: inAnHour() };
      made.id = await id('POST /v1/campaigns', campaign);
    },
    'GET /v1/campaigns': () => ask('GET /v1/campaigns'),
    'GET /v1/campaigns/{id}': () => ask('GET /v1/campaigns/{id}'),
    'POST /v1/campaigns/{id}/pause': () => ask('POST /v1/campaigns/{id}/pause'),
    'POST /v1/campaigns/{id}/resume': () => ask('POST /v1/campaigns/{id}/resume'),
    'POST /v1/campaigns/{id}/cancel': () => ask('POST /v1/campaigns/{id}/cancel'),
    'DELETE /v1/audiences/{id}': async () => {
      const other = await id('POST /v1/audiences', { name: 'not in use', contacts: [] });
      await ask('DELETE /v1/audiences/{id}', undefined, { id: other });
    },
    'GET /v1/chats/{chat_id}/messages': async () => {
      made.id = made.chat_id = ANSWERS;
      const reply = await until('the reply is in the chat', async () => {
        const { data } = (await ask('GET /v1/chats/{chat_id}/messages')).body;
        return data.length === 2 && data[0];
      });
      made.key = reply.key;
    },
    'GET /v1/chats': () => ask('GET /v1/chats'),
    'GET /v1/chats/{id}': () => ask('GET /v1/chats/{id}'),
    'POST /v1/chats/{chat_id}/messages': () => ask('POST /v1/chats/{chat_id}/messages', text),
    'GET /v1/chats/{chat_id}/messages/{key}': () => ask('GET /v1/chats/{chat_id}/messages/{key}'),
    'GET /v1/chats/{chat_id}/messages/{key}/ack': () => ask('GET /v1/chats/{chat_id}/messages/{key}/ack'),
    'GET /v1/chats/{chat_id}/messages/{key}/media': () => ask('GET /v1/chats/{chat_id}/messages/{key}/media'),
    'GET /v1/chats/{chat_id}/messages/{key}/media_url': () =>
      ask('GET /v1/chats/{chat_id}/messages/{key}/media_url'),
    'POST /v1/chats/message_acks': () => ask('POST /v1/chats/message_acks', { message_keys: [made.key] }),
    'POST /v1/chats/{chat_id}/messages/{key}/reactions': () =>
      ask('POST /v1/chats/{chat_id}/messages/{key}/reactions', { emoji: '👍' }),
    'POST /v1/chats/{chat_id}/messages/load_older': () => ask('POST /v1/chats/{chat_id}/messages/load_older'),
    'POST /v1/chats/{chat_id}/mark_read': () => ask('POST /v1/chats/{chat_id}/mark_read'),
    'POST /v1/chats/{chat_id}/open': () => ask('POST /v1/chats/{chat_id}/open'),
    'GET /v1/contacts': () => ask('GET /v1/contacts'),
    'POST /v1/groups': async () => {
      made.id = made.chat_id = await id('POST /v1/groups', { name: 'Lunch', participants: [READS] });
      made.chatId = READS;
    },
    'GET /v1/groups': () => ask('GET /v1/groups'),
    'GET /v1/groups/{id}': () => ask('GET /v1/groups/{id}'),
    'PATCH /v1/groups/{id}': () => ask('PATCH /v1/groups/{id}', { name: 'Dinner' }),
    'PUT /v1/groups/{id}/picture': () => ask('PUT /v1/groups/{id}/picture', { file_data_url: PIXEL }),
    'POST /v1/groups/{id}/members': () =>
      ask('POST /v1/groups/{id}/members', { participants: ['+15005550003'] }),
    'GET /v1/chats/{chat_id}/participants': () => ask('GET /v1/chats/{chat_id}/participants'),
    'POST /v1/groups/{id}/members/{chatId}/admin': () => ask('POST /v1/groups/{id}/members/{chatId}/admin'),
    'DELETE /v1/groups/{id}/members/{chatId}/admin': () =>
      ask('DELETE /v1/groups/{id}/members/{chatId}/admin'),
    'DELETE /v1/groups/{id}/members/{chatId}': () => ask('DELETE /v1/groups/{id}/members/{chatId}'),
    'DELETE /v1/groups/{id}/members/me': () => ask('DELETE /v1/groups/{id}/members/me'),
    'POST /v1/newsletters': async () => {
      made.id = await id('POST /v1/newsletters', { name: 'News' });
    },
    'GET /v1/newsletters': () => ask('GET /v1/newsletters'),
    'GET /v1/newsletters/{id}': () => ask('GET /v1/newsletters/{id}'),
  };

  it.each(Object.entries(STEPS))('%s', (_operation, step) => step());

  it('all 55', async () => {
    const { paths } = (await engine.call('GET', '/openapi.json')).body as {
      paths: Record<string, Record<string, object>>;
    };
    const shape = (path: string): string => path.replace(/\{\w+\}/g, '{}').replace(/\/$/, '');
    const ours = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${shape(path)}`),
    );
    expect(OPERATIONS).toHaveLength(55);
    expect(OPERATIONS.filter((operation) => !ours.includes(shape(operation)))).toEqual([]);
    expect(OPERATIONS.filter((operation) => !STEPS[operation])).toEqual([]);
  });
});
