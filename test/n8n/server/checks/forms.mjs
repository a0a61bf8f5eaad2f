import assert from 'node:assert/strict';
import { byId, runChain } from '../chain.mjs';
import { until } from '../until.mjs';
import { startNode } from '../workflows.mjs';

/** Forms that are longer than the window, as the docs show them: from the top to the last field, filled in. */
export async function formChecks({ check, server, engine, credential, editor, gallery }) {
  /** Opens the panel of a node with these parameters. */
  const open = async (name, parameters) =>
    await editor.openNode(
      await server.createWorkflow(name, ...startNode('Blueticks', credential, parameters)),
      'Blueticks',
    );

  await check('editor: the form of a recurring message shows its next five moments', async () => {
    const panel = await open('Form of a recurring message', {
      ...{ resource: 'recurrence', operation: 'create', text: 'Class today at six. See you there!' },
      to: { __rl: true, mode: 'number', value: '+15005550001' },
      ...{ repeat: 'weekly', weekDays: ['MO', 'TH'], timeOfDay: '09:00', timezone: 'Europe/Rome' },
      ...{ startDate: '2030-12-02T00:00:00', ends: 'date', endDate: '2031-06-30T00:00:00', untilReply: true },
    });
    await editor.shows(panel, ['Until They Reply']);
    const shown = async () =>
      (await editor.chosen(panel, 'preview')) === 'Monday, December 2, 2030, at 09:00';
    await until('the next moment is shown', shown);
    const form = await editor.wholeForm(panel);
    await gallery.take(form.cut(), 'recurrence');
    const moments = await editor.choices('preview');
    assert.deepEqual(moments, [
      'Monday, December 2, 2030, at 09:00',
      'Thursday, December 5, 2030, at 09:00',
      'Monday, December 9, 2030, at 09:00',
      'Thursday, December 12, 2030, at 09:00',
      'Monday, December 16, 2030, at 09:00',
    ]);
    await gallery.take(form.cut({ from: 'Ends', withList: true }), 'recurrence-next');
  });

  await check('editor: the form of a campaign takes several numbers and texts', async () => {
    const variant = [
      { name: 'Short', share: 50, text: 'Hi {first_name}, our spring offer is here.' },
      { name: 'Long', share: 50, text: 'Hello {first_name|there}! Until Friday, everything is 20 % off.' },
    ];
    const panel = await open('Form of a campaign', {
      ...{ resource: 'campaign', operation: 'create', name: 'Spring', text: '' },
      audienceId: { __rl: true, mode: 'list', value: 'aud_1', cachedResultName: 'Customers · 120 contacts' },
      options: { from: '+14155550100, +14155550200', variants: { variant } },
    });
    await editor.shows(panel, ['Variants', 'Share']);
    assert.equal((await editor.fields(panel)).filter((label) => label === 'Share').length, 2);
    const form = await editor.wholeForm(panel);
    await gallery.take(form.cut(), 'campaign-variants');
  });

  await check("editor: a number's settings have its proxy, as a password", async () => {
    const panel = await open('Form of a proxy', {
      ...{ resource: 'session', operation: 'update' },
      options: { proxy: 'socks5://user:password@proxy.example.com:1080' },
    });
    await editor.shows(panel, ['Proxy']);
    const input = panel.getByTestId('parameter-input-proxy').locator('input').first();
    assert.equal(await input.getAttribute('type'), 'password');
    const form = await editor.wholeForm(panel);
    await gallery.take(form.cut(), 'session-proxy');
  });

  await check('editor: the report of a campaign shows what came of it', async () => {
    const contact = ['01', '03', '04', '05', '02'].map((end) => ({ to: `+150055500${end}` }));
    const out = await runChain({ server, credential }, 'A campaign to report', {
      People: {
        ...{ resource: 'audience', operation: 'create', name: 'Five people', contactsFrom: 'rows' },
        contacts: { contact },
      },
      Send: {
        ...{ resource: 'campaign', operation: 'create', name: 'Spring', text: 'Hi!' },
        audienceId: byId("={{ $('People').first().json.id }}"),
      },
    });
    const [{ id }] = out.Send;
    await until('it has ended and two have answered', async () => {
      const { status, replied_count: replied } = await engine.ask(`/v1/campaigns/${id}`);
      return status.startsWith('complete') && replied >= 1;
    });
    const panel = await open('A report', { resource: 'campaign', operation: 'report', campaignId: byId(id) });
    await panel.getByTestId('node-execute-button').first().click();
    await editor.shows(panel, ['1 item']);
    await gallery.take(await editor.formAndOutput(panel, 'half_replied_after_s'), 'campaign-report');
  });
}
