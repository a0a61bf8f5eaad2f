import { randomUUID } from 'node:crypto';

export const start = {
  id: randomUUID(),
  name: 'Start',
  type: 'n8n-nodes-base.manualTrigger',
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
};

export function blueticks(name, credential, parameters) {
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

const code = (name, jsCode) => ({
  id: randomUUID(),
  name,
  type: 'n8n-nodes-base.code',
  typeVersion: 2,
  position: [200, 0],
  parameters: { jsCode },
});

const startThen = (name) => ({ Start: { main: [[{ node: name, type: 'main', index: 0 }]] } });

/** The nodes and connections of a workflow that schedules a message to the sandbox's number that reads it. */
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

export function onDelivered(credential, filters = { reference: 'real-n8n' }) {
  return onEvents(credential, { events: ['message.delivered'], filters });
}

/** A workflow that starts on events. */
export function onEvents(credential, parameters) {
  const node = {
    id: randomUUID(),
    name: 'Blueticks Trigger',
    type: 'n8n-nodes-blueticks.blueticksTrigger',
    typeVersion: 1,
    position: [0, 0],
    webhookId: randomUUID(),
    parameters,
    credentials: { blueticksApi: { id: credential.id, name: credential.name } },
  };
  return [[node], {}];
}

/** Asks a person and waits. Another node then has the answer. */
export function askAndWait(credential, parameters) {
  const ask = blueticks('Ask', credential, {
    operation: 'sendAndWait',
    text: 'Does 3 pm suit you?',
    ...parameters,
  });
  const after = {
    id: randomUUID(),
    name: 'After',
    type: 'n8n-nodes-base.noOp',
    typeVersion: 1,
    position: [400, 0],
    parameters: {},
  };
  const connections = { ...startThen('Ask'), Ask: { main: [[{ node: 'After', type: 'main', index: 0 }]] } };
  return [[start, ask, after], connections];
}

/** Asks several people and waits for all. Another node then has the answers. */
export function askEach(credential, people, parameters) {
  const [[, ask, after], { Ask }] = askAndWait(credential, { to: '={{ $json.to }}', ...parameters });
  const list = code('People', `return ${JSON.stringify(people)}.map((to) => ({ json: { to } }));`);
  const connections = {
    ...startThen('People'),
    People: { main: [[{ node: 'Ask', type: 'main', index: 0 }]] },
    Ask,
  };
  return [[start, list, ask, after], connections];
}

/** Turns a list of people into an audience and sends it a campaign. */
export function sendCampaign(credential) {
  const people = code(
    'People',
    `return [1, 2, 3].map((n) => ({ json: { phone: '+1415555300' + n, name: 'Person ' + n } }));`,
  );
  const audience = blueticks('Audience', credential, {
    resource: 'audience',
    operation: 'create',
    name: 'Three people',
    contactsFrom: 'items',
    to: '={{ $json.phone }}',
    variables: { variable: [{ name: 'first_name', value: '={{ $json.name }}' }] },
  });
  const campaign = blueticks('Campaign', credential, {
    resource: 'campaign',
    operation: 'create',
    name: 'Spring',
    audienceId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
    text: 'Hello {first_name}!',
  });
  const connections = {
    ...startThen('People'),
    People: { main: [[{ node: 'Audience', type: 'main', index: 0 }]] },
    Audience: { main: [[{ node: 'Campaign', type: 'main', index: 0 }]] },
  };
  return [[start, people, audience, campaign], connections];
}

export function startSequence(credential) {
  const node = blueticks('Sequence', credential, {
    resource: 'sequence',
    operation: 'start',
    to: '+15005550004',
    steps: {
      step: [
        { when: 'after', amount: 0, unit: 'days', type: 'text', text: 'Welcome!' },
        { when: 'after', amount: 2, unit: 'days', localTime: '09:30', type: 'text', text: 'A tip' },
      ],
    },
  });
  return [[start, node], startThen('Sequence')];
}

/** Sends to several people. `to` is the expression that reads one of them. */
export function sendToEach(credential, people, { to, reference }) {
  const list = code('People', `return ${JSON.stringify(people)}.map((to) => ({ json: { to } }));`);
  const send = blueticks('Send', credential, {
    operation: 'send',
    to,
    text: 'Hello',
    options: { reference },
  });
  return [
    [start, list, send],
    { ...startThen('People'), People: { main: [[{ node: 'Send', type: 'main', index: 0 }]] } },
  ];
}

/** A workflow with one Blueticks node. */
export function startNode(name, credential, parameters) {
  return [[start, blueticks(name, credential, parameters)], startThen(name)];
}
