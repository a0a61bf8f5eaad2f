import { join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { EVENT_TYPES } from '../../../engine/domain/events/event-types';
import { Blueticks } from '../../../nodes/Blueticks/Blueticks.node';
import { eventOptions } from '../../../nodes/BlueticksTrigger/event-options';

it('offers every event of the engine in the trigger, in alphabetical order', () => {
  const offered = eventOptions.map(({ value }) => value);
  // The trigger's webhook never expires.
  const others = EVENT_TYPES.filter((type) => type !== 'webhook.expired');
  expect([...offered].sort()).toEqual([...others].sort());
  const names = eventOptions.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
});

it('lists every operation for the run in a real n8n, which looks at each panel', async () => {
  const file = join(__dirname, '../../n8n/server/panels.mjs');
  const { PANELS } = (await import(file)) as { PANELS: Record<string, { operations: string[] }> };
  const listed = Object.fromEntries(Object.entries(PANELS).map(([name, panel]) => [name, panel.operations]));
  expect(listed).toEqual(operationsByResource(new Blueticks().description.properties));
});

/** Display names of the operations that the node offers for each resource. */
function operationsByResource(properties: INodeProperties[]): Record<string, string[]> {
  const fields = properties.filter(({ name }) => name === 'operation');
  return Object.fromEntries(
    fields.map(({ displayOptions, options }) => [
      String(displayOptions?.show?.['resource']?.[0]),
      (options ?? []).map(({ name }) => name),
    ]),
  );
}
