import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { gatedAgent } from '../agents.mjs';
import { Editor } from '../editor.mjs';
import { Gallery } from '../gallery.mjs';
import { PANELS } from '../panels.mjs';
import { readTemplates } from '../templates.mjs';
import { until } from '../until.mjs';
import { onDelivered, startNode } from '../workflows.mjs';
import { formChecks } from './forms.mjs';

/** After this long without a change, a panel is drawn. */
const DRAWN_MS = 500;

/** What a person sees of the nodes in n8n's editor. Screenshots go to `pictures`. */
export async function editorChecks(world) {
  const { check, checkout, paths, server, credential, pictures } = world;
  let editor;
  let openAi;
  const gallery = new Gallery(pictures);
  try {
    await check('editor: a person logs in', async () => {
      editor = await Editor.open(paths, server, console.log);
      openAi = await server.createCredential('A model', { apiKey: 'none' }, 'openAiApi');
    });

    await check('editor: the credential says where the engine is, and that it works', async () => {
      const dialog = await editor.openCredential(credential);
      await editor.shows(dialog, [
        'Engine',
        'Messages Go To',
        'Nothing is really sent',
        'Connection tested successfully',
      ]);
      assert.equal(await editor.chosen(dialog, 'connection'), 'On This Machine (Started for You)');
      assert.equal(await editor.chosen(dialog, 'mode'), 'Sandbox (Test)');
      await gallery.take(editor.page, 'credential');
    });

    for (const [resource, { operation, operations, fields }] of Object.entries(PANELS)) {
      await check(`editor: the panel of ${resource} shows its fields and operations`, async () => {
        const [nodes, connections] = startNode('Blueticks', credential, { resource, operation });
        const workflow = await server.createWorkflow(`Panel of ${resource}`, nodes, connections);
        const panel = await editor.openNode(workflow, 'Blueticks');
        await showsFields(editor, panel, ['Credential', 'Resource', 'Operation', ...fields]);
        // The docs show the whole form of a recurring message.
        if (resource !== 'recurrence')
          await gallery.take(
            panel,
            resource.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`),
          );
        assert.deepEqual(await editor.choices('operation'), operations);
      });
    }

    await formChecks({ ...world, editor, gallery });

    await check('editor: the panel of a reminder says "1 day before, at 09:00"', async () => {
      const [nodes, connections] = startNode('Blueticks', credential, {
        operation: 'schedule',
        to: { __rl: true, mode: 'number', value: '+15005550001' },
        ...{ when: 'before', amount: 1, unit: 'days', timeOfDay: '09:00', ifPast: 'skip' },
        of: '2030-12-24T10:00:00',
        text: 'See you tomorrow!',
        options: { reference: 'appointment-42' },
      });
      const workflow = await server.createWorkflow('Panel of a reminder', nodes, connections);
      const panel = await editor.openNode(workflow, 'Blueticks');
      await showsFields(editor, panel, [
        ...['Credential', 'Resource', 'Operation', 'To', 'When', 'Amount', 'Unit', 'Moment', 'Time of Day'],
        ...['Time Zone', 'If the Time Has Passed', 'Message Type', 'Text', 'Options', 'Reference'],
      ]);
      await gallery.take(panel, 'before-a-moment');
      assert.deepEqual(await editor.choices('when'), ['At a Time', 'Before a Moment', 'After a Moment']);
    });

    await check('editor: the panel of an approval shows what to fill in', async () => {
      const parameters = {
        operation: 'sendAndWait',
        to: { __rl: true, mode: 'number', value: '+15005550008' },
        responseType: 'approval',
        message: 'Refund order 1001, 42.00 EUR?',
        approvalOptions: { values: { askBy: 'poll', approveLabel: 'Refund', disapproveLabel: 'No' } },
        options: {
          limitWaitTime: {
            values: { limitType: 'afterTimeInterval', resumeAmount: 1, resumeUnit: 'days' },
          },
        },
      };
      const [nodes, connections] = startNode('Blueticks', credential, parameters);
      const workflow = await server.createWorkflow('Panel of an approval', nodes, connections);
      const panel = await editor.openNode(workflow, 'Blueticks');
      await showsFields(editor, panel, [
        ...['Credential', 'Resource', 'Operation', 'To', 'Response Type', 'Message', 'Approval Options'],
        ...['Ask By', 'Approve Label', 'Disapprove Label', 'Options', 'Limit Wait Time'],
        ...['Limit Type', 'Amount', 'Unit'],
      ]);
      await gallery.take(panel, 'approval');
      assert.deepEqual(await editor.choices('responseType'), ['Approval', 'Free Text', 'Poll']);
    });

    await check('editor: the panel of a human review needs only whom to ask', async () => {
      const [nodes, connections] = gatedAgent({ credential, openAi }, '+15005550009', 'refund');
      const workflow = await server.createWorkflow('Panel of a human review', nodes, connections);
      const panel = await editor.openNode(workflow, 'Review');
      await showsFields(editor, panel, ['Credential', 'Message', 'To', 'Approval Options', 'Options']);
      await gallery.take(panel, 'human-review');
    });

    await check('editor: the panel of the trigger shows its events and filters', async () => {
      const [nodes, connections] = onDelivered(credential);
      const workflow = await server.createWorkflow('Panel of the trigger', nodes, connections);
      const panel = await editor.openNode(workflow, 'Blueticks Trigger');
      await showsFields(editor, panel, ['Credential', 'Events', 'Filters', 'Reference', 'Options']);
      await editor.shows(panel, ['Message Delivered']);
      await gallery.take(panel, 'trigger');
    });

    await check('editor: the panels of conversations show who has the chat, and merged bursts', async () => {
      const [triggers] = onDelivered(credential);
      triggers[0].parameters = {
        events: ['message.received'],
        filters: { ignoreGroups: true },
        options: { mergeBursts: { values: { quietSeconds: 8, maxSeconds: 60 } }, onlyWhileBot: true },
      };
      const trigger = await server.createWorkflow('Panel of bursts', triggers, {});
      const options = await editor.openNode(trigger, 'Blueticks Trigger');
      await editor.shows(options, ['Merge Bursts', 'Pause (Seconds)', 'Only While Bot']);
      await gallery.take(options, 'trigger-options');
      const chat = startNode('Blueticks', credential, {
        resource: 'chat',
        operation: 'takeOver',
        chatId: { __rl: true, mode: 'id', value: '+15005550017' },
        howLong: 'hours',
        hours: 2,
      });
      const workflow = await server.createWorkflow('Panel of a takeover', ...chat);
      const panel = await editor.openNode(workflow, 'Blueticks');
      await editor.shows(panel, ['How Long', 'Hours']);
      assert.equal(await editor.chosen(panel, 'operation'), 'Take Over');
      await gallery.take(panel, 'take-over');
    });

    await check('editor: the panel of a status shows the audience that sees it', async () => {
      const audience = { mode: 'list', value: 'aud_1', cachedResultName: 'Customers · 120 contacts' };
      const [nodes, connections] = startNode('Blueticks', credential, {
        operation: 'send',
        to: { __rl: true, mode: 'number', value: 'status@broadcast' },
        text: 'Open until nine today',
        options: { audienceId: { __rl: true, ...audience } },
      });
      const workflow = await server.createWorkflow('Panel of a status', nodes, connections);
      const panel = await editor.openNode(workflow, 'Blueticks');
      await showsFields(editor, panel, [
        ...['Credential', 'Resource', 'Operation', 'To', 'Message Type', 'Text', 'Options'],
        'Audience (for a Status)',
      ]);
      await gallery.take(panel, 'status');
    });

    await check('editor: each template looks as in the docs', async () => {
      for (const [file, { name, nodes, connections }] of Object.entries(
        readTemplates(checkout, credential, openAi),
      )) {
        const workflow = await server.createWorkflow(`${name} (screenshot)`, nodes, connections);
        await editor.openWorkflow(workflow);
        const cards = nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote');
        await editor.showsInPage(cards.map((card) => card.name));
        await gallery.take(editor.page, `template-${file}`);
        assert.ok(
          readFileSync(join(checkout, 'docs', 'workflows.md'), 'utf8').includes(`template-${file}.png`),
        );
      }
    });

    await check('editor: an executed template shows the output of each node', async () => {
      const { name, nodes, connections } = readTemplates(checkout, credential)['ask-and-wait'];
      const workflow = await server.createWorkflow(`${name} (executed)`, nodes, connections);
      const { executionId } = await server.run(workflow, 'Start');
      assert.equal((await server.finished(executionId, 90_000)).status, 'success');
      await editor.openExecution(workflow, executionId);
      await editor.showsInPage(['Succeeded', 'Ask', 'Said Yes?', 'Confirm', 'send and wait: message']);
      await gallery.take(editor.page, 'executed-template');
    });
  } finally {
    await editor?.close();
  }
}

/** Waits until a panel shows these fields and no more are drawn. Otherwise fails with those that it shows. */
async function showsFields(editor, panel, expected) {
  const isShown = async () => isDeepStrictEqual(await editor.fields(panel), expected);
  const isDrawn = async () => {
    if (!(await isShown())) return false;
    await sleep(DRAWN_MS);
    return await isShown();
  };
  await until('the panel shows its fields', isDrawn).catch(() => {});
  assert.deepEqual(await editor.fields(panel), expected);
}
