import { TEST_NUMBERS } from './test-numbers';
import type { SeededRandom } from '../seeded-random';
import { sampleJson, type Schema } from './sample-schema';
import { randomBytes, spoiledValue } from './spoiled-values';

export interface HostileRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: string; schema: Schema }[];
  body: Schema | null;
  bodyType: string;
}

export interface OpenApi {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: { name: string; in: string; schema: Schema }[];
        requestBody?: { content: Record<string, { schema: Schema }> };
      }
    >
  >;
}

/** How likely each part of a request is spoiled. Most requests must be valid enough to reach the database. */
const SPOILED = 0.02;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND'];
const OPEN_PATHS = [
  '/healthz',
  '/readyz',
  '/openapi.json',
  '/docs',
  '/',
  '/control/keys',
  '/control/challenge',
  '/mcp',
];
const MOST_IDS = 300;

/** Makes requests from the engine's own description of its API: almost valid ones, spoiled ones, and nonsense. */
export class HostileRequests {
  private readonly operations: Operation[];
  /** Ids that answers named, so that requests concern things that exist. */
  private readonly ids: string[] = [];

  /** @param keys what goes after `Bearer`, valid or not */
  constructor(
    document: OpenApi,
    private readonly random: SeededRandom,
    private readonly keys: readonly string[],
  ) {
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
        const [[bodyType, content] = ['application/json', null]] = Object.entries(requestBody?.content ?? {});
        return { method: method.toUpperCase(), path, parameters, body: content?.schema ?? null, bodyType };
      }),
    );
  }

  next(): HostileRequest {
    const { random } = this;
    const operation = random.pick(this.operations);
    const request = this.fromSchema(operation);
    if (random.happens(0.02))
      request.path = random.pick(OPEN_PATHS) + random.pick(['', '?', '?nonce=x', '/']);
    if (random.happens(0.03)) request.method = random.pick(METHODS);
    if (random.happens(0.03)) request.path = this.oddPath(request.path);
    if (random.happens(0.05)) request.body = randomBytes(random, 2000);
    if (random.happens(0.03) && request.body) request.body = this.damaged(request.body);
    if (random.happens(0.04)) this.oddHeader(request.headers);
    return request;
  }

  /** Remembers the ids in an answer. */
  learn(answer: string): void {
    const found = answer.match(/"(?:id|key|[a-z_]+_id)":"([^"]{1,120})"/g) ?? [];
    for (const one of found.slice(0, 5)) this.ids.push(one.slice(one.indexOf(':"') + 2, -1));
    this.ids.splice(0, Math.max(0, this.ids.length - MOST_IDS));
  }

  private fromSchema({ method, path, parameters, body, bodyType }: Operation): HostileRequest {
    const { random } = this;
    const value = (name: string, schema: Schema): string => {
      const json = sampleJson(schema, random, this.hints, SPOILED, name);
      return encodeURIComponent(json.startsWith('"') ? this.unquoted(json) : json);
    };
    const query = parameters
      .filter((parameter) => parameter.in === 'query' && random.happens(0.3))
      .map(({ name, schema }) => `${name}=${value(name, schema)}`);
    const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) =>
      value(`path.${name}`, { type: 'string' }),
    );
    const headers: Record<string, string> = { authorization: `Bearer ${random.pick(this.keys)}` };
    if (random.happens(0.1)) headers['idempotency-key'] = random.pick(['a', 'b', 'c', 'd']);
    const json = body && sampleJson(body, random, this.hints, SPOILED);
    if (json !== null) headers['content-type'] = bodyType;
    if (path.endsWith('/import')) headers['content-type'] = 'text/csv';
    const sent = path.endsWith('/import') ? this.csv() : json;
    return {
      ...{ method, headers, body: sent === null ? null : Buffer.from(sent) },
      path: filled + (query.length > 0 ? `?${query.join('&')}` : ''),
    };
  }

  private unquoted(json: string): string {
    const text = JSON.parse(json) as string;
    // What cannot be in a URL at all.
    return /\p{Surrogate}/u.test(text) ? 'ill-formed' : text;
  }

  private readonly hints = (field: string): unknown => {
    const { random } = this;
    const soon = (): string => new Date(Date.now() + random.between(11_000, 9e8)).toISOString();
    switch (field) {
      case 'path.chat_id':
      case 'path.chatId':
      case 'path.phone':
      case 'path.to':
      case 'to':
      case 'chat_id':
      case 'phones':
      case 'members':
        return random.happens(0.8) ? random.pick(TEST_NUMBERS) : undefined;
      case 'send_at':
      case 'expires_at':
      case 'of':
      case 'start':
      case 'human_until':
        return random.happens(0.8) ? soon() : undefined;
      case 'timezone':
        return random.pick(['Europe/Rome', 'America/Sao_Paulo', 'UTC', 'Mars/Base']);
      case 'url':
        return random.pick(['https://example.com/a.png', 'http://127.0.0.1:9/x', 'https://10.0.0.1/']);
      case 'events':
        return random.pick(['message.sent', 'message.received', 'session.connected', 'nope']);
      case 'rrule':
        return random.pick(['FREQ=DAILY', 'FREQ=WEEKLY;COUNT=5', 'FREQ=MONTHLY;BYDAY=1MO']);
      case 'limit':
        return String(Math.round(random.between(0, 210)));
      case 'data_base64':
        return 'aGVsbG8=';
      default:
        if (!/(^path\.|_id$|^id$|^key$|^cursor$)/.test(field)) return undefined;
        return this.ids.length > 0 && random.happens(0.8) ? random.pick(this.ids) : undefined;
    }
  };

  private csv(): string {
    const { random } = this;
    const rows = Array.from({ length: Math.round(random.between(0, 20)) }, () =>
      [random.pick(TEST_NUMBERS), random.happens(0.1) ? spoiledValue(random) : 'Ann'].join(','),
    );
    return ['to,first_name', ...rows].join(random.pick(['\n', '\r\n', '\r']));
  }

  private oddPath(path: string): string {
    const { random } = this;
    return random.pick([
      `/${path}`,
      `${path}/`,
      `${path}/../../healthz`,
      path.replace('/v1', '/V1'),
      `${path}%00`,
      `${path}%zz`,
      `${path}?${'a=1&'.repeat(1000)}`,
      `${path}?cursor=${'x'.repeat(Math.floor(random.between(1, 4000)))}`,
      `${path}?limit=1&limit=2&limit[]=3&__proto__=1`,
      `/v1/${randomBytes(random, 20).toString('hex')}`,
    ]);
  }

  private damaged(body: Buffer): Buffer {
    const at = Math.floor(this.random.between(0, body.length + 1));
    return Buffer.concat([body.subarray(0, at), randomBytes(this.random, 8), body.subarray(at)]);
  }

  private oddHeader(headers: Record<string, string>): void {
    const { random } = this;
    const [name, value] = random.pick([
      ['authorization', 'Basic Og=='],
      ['authorization', `bearer    ${random.pick(this.keys)}   `],
      ['content-type', 'text/csv'],
      ['content-type', 'application/json; charset=utf-16'],
      ['content-type', 'multipart/form-data; boundary=x'],
      ['content-encoding', 'gzip'],
      ['idempotency-key', 'k'.repeat(65)],
      ['host', 'evil.example'],
      ['x-forwarded-for', '1.2.3.4, 5.6.7.8'],
      ['accept', `${'a/b;q=0.1,'.repeat(500)}image/svg+xml`],
      ['expect', '100-continue'],
      ['connection', 'upgrade'],
      ['range', 'bytes=0-0,1-1,2-2'],
      ['x-flood', 'y'.repeat(random.pick([100, 15_000, 40_000]))],
    ] as const);
    headers[name] = value;
  }
}
