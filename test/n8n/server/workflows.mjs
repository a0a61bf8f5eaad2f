import { randomUUID } from 'node:crypto';

const start = {
  id: randomUUID(),
  name: 'Start',
  type: 'n8n-nodes-base.manualTrigger',
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
};

function blueticks(name, credential, parameters) {
  return {
    id: randomUUID(),
    name,
    type: 'n8n-nodes-blueticks.blueticks',
    typeVersion: 1,
    position: [200, 0],
    parameters: { resource: 'message', ...parameters },
    credentials: { blueticksApi: { id: credential.id, name: credential.name } },
  };
}

const startThen = (name) => ({ Start: { main: [[{ node: name, type: 'main', index: 0 }]] } });

/** Nodes and connections of a workflow that schedules a message for the sandbox's number that reads it. */
export function scheduleMessage(credential) {
  const node = blueticks('Schedule', credential, {
    operation: 'schedule',
    to: '+15005550001',
    text: 'From a real n8n',
    sendAt: '={{ $now.plus({ seconds: 14 }) }}',
    options: { reference: 'real-n8n' },
  });
  return [[start, node], startThen('Schedule')];
}

export function editMessage(credential, id) {
  const node = blueticks('Update', credential, {
    operation: 'update',
    messageId: { __rl: true, mode: 'list', value: id },
    text: 'Edited in n8n',
  });
  return [[start, node], startThen('Update')];
}

export function onDelivered(credential) {
  const node = {
    id: randomUUID(),
    name: 'Blueticks Trigger',
    type: 'n8n-nodes-blueticks.blueticksTrigger',
    typeVersion: 1,
    position: [0, 0],
    webhookId: randomUUID(),
    parameters: { events: ['message.delivered'], filters: { reference: 'real-n8n' } },
    credentials: { blueticksApi: { id: credential.id, name: credential.name } },
  };
  return [[node], {}];
}
