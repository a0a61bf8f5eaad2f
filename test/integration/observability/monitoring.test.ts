import { readFileSync } from 'node:fs';
import type { LRParser } from '@lezer/lr';
import { parse } from 'yaml';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { Receiver } from '../events/receiver';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- its types are only for ES modules
const { parser } = require('@prometheus-io/lezer-promql') as { parser: LRParser };

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { refId: string; expr: string }[];
}
interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

const load = (name: string): string => readFileSync(`docs/monitoring/${name}`, 'utf8');
const dashboard: { panels: Panel[]; uid: string; schemaVersion: number } = JSON.parse(load('dashboard.json'));
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const { groups }: { groups: { name: string; rules: Rule[] }[] } = parse(load('alerts.yml'));
const rules = groups.flatMap(({ rules: list }) => list);
const expressions = [
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
];

/** Labels that Prometheus adds itself, and of histograms. */
const ADDED = ['instance', 'le'];
/** Has no value before WhatsApp has told a number its quota. */
const LATER = ['blueticks_whatsapp_quota_limit', 'blueticks_whatsapp_quota_used'];

/** The metrics and labels that an expression names. Throws if it is not PromQL. */
function namedIn(expr: string): { metrics: string[]; labels: string[] } {
  const metrics: string[] = [];
  const labels: string[] = [];
  parser.parse(expr).iterate({
    enter({ type, from, to }) {
      const text = expr.slice(from, to);
      if (type.isError) throw new Error(`Not PromQL at ${from}: ${expr}`);
      if (type.name === 'VectorSelector') metrics.push(text.split('{', 1)[0]!);
      if (type.name === 'LabelName') labels.push(text);
    },
  });
  return { metrics, labels };
}

describe('the example dashboard and alert rules', () => {
  let engine: TestEngine;
  let page: string;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await new Receiver().start();
    engine = await startEngine();
    const events = ['message.delivered', 'message.failed'];
    await engine.call('POST', '/v1/webhooks', { url: receiver.url(), events });
    const send = (to: string, fields = {}) =>
      engine.call('POST', '/v1/messages', { type: 'text', to, text: 'hello', ...fields });
    await send('+15005550001');
    await send('+15005550006');
    await send('+15005550003', { send_at: new Date(Date.now() + 3_600_000).toISOString() });
    await until('both are told', () => receiver.received.length === 2);
    await until('both are counted', async () => {
      page = (await engine.callAs(null)('GET', '/metrics')).body;
      return /^blueticks_delivery_lag_seconds_count 2$/m.test(page);
    });
  });
  afterAll(async () => {
    await engine.close();
    await receiver.stop();
  });

  it.each(expressions)('%s is PromQL over what a running engine shows: %s', (_title, expr) => {
    const { metrics, labels } = namedIn(expr);
    expect(metrics).not.toHaveLength(0);
    const series = metrics.flatMap((name) => {
      const lines = page
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
      if (!LATER.includes(name)) expect([name, lines.length > 0]).toEqual([name, true]);
      else expect(page).toContain(`# TYPE ${name} gauge`);
      return lines;
    });
    for (const label of labels.filter((name) => !ADDED.includes(name))) {
      if (series.length > 0) expect(series.join()).toMatch(new RegExp(`[{,]${label}="`));
    }
  });

  it('show the traffic that there was', () => {
    expect(page).toContain('blueticks_events_total{type="message.failed",mode="test"} 1\n');
    expect(page).toContain(
      'blueticks_attempts_not_sent_total{outcome="failed",reason="rejected_by_whatsapp"} 1\n',
    );
    expect(page).toMatch(/^blueticks_lane_depth\{session="ses_[^"]+",priority="normal"\} 1$/m);
    expect(page).toMatch(/^blueticks_server_answer_seconds_count 1$/m);
    expect(page).toContain('blueticks_lease_changes_total{change="acquired"} 1\n');
    expect(page).toMatch(/^blueticks_session_connected\{session="ses_[^"]+"\} 1$/m);
    expect(page).toMatch(/^blueticks_disk_free_bytes [1-9]/m);
    // Nobody's number, chat or id of a message.
    expect(page).not.toMatch(/15005550|@c\.us|msg_|dlv_|evt_|wh_/);
  });

  it('say for every panel and alert what to do', () => {
    for (const { title, description } of panels)
      expect([title, description]).toEqual([title, expect.stringMatching(/\.$/)]);
    for (const { alert, labels, annotations } of rules) {
      expect([alert, labels.severity]).toEqual([alert, expect.stringMatching(/^(warning|critical)$/)]);
      expect(annotations).toEqual({
        summary: expect.stringMatching(/\.$|\)\.$/),
        runbook: expect.stringMatching(/\.$/),
      });
    }
  });

  it('are a dashboard that Grafana can load: ids once, panels beside each other', () => {
    expect(dashboard).toMatchObject({ uid: 'blueticks-engine', schemaVersion: expect.any(Number) });
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const taken = new Set<string>();
    for (const {
      title,
      gridPos: { x, y, w, h },
    } of dashboard.panels) {
      expect([title, x + w <= 24]).toEqual([title, true]);
      for (let column = x; column < x + w; column += 1) {
        for (let line = y; line < y + h; line += 1) {
          expect([title, taken.has(`${column}:${line}`)]).toEqual([title, false]);
          taken.add(`${column}:${line}`);
        }
      }
    }
    for (const { title, targets } of panels) {
      const letters = targets!.map(({ refId }) => refId);
      expect([title, new Set(letters).size]).toEqual([title, letters.length]);
    }
  });

  it('leave no metric of their kinds unexplained: each is in docs/monitoring.md', () => {
    const explained = readFileSync('docs/monitoring.md', 'utf8');
    const shown = [...page.matchAll(/^# TYPE (blueticks_\w+)/gm)].map(([, name]) => name!);
    expect(shown.filter((name) => !explained.includes(`\`${name}`))).toEqual([]);
  });
});
