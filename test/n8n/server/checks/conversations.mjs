import assert from 'node:assert/strict';
import { byId, runChain } from '../chain.mjs';
import { until } from '../until.mjs';
import { onEvents } from '../workflows.mjs';

const READS = '+15005550001';
const ANSWERS = '+15005550004';
const NEEDS_INVITE = '+15005550014';
const PINS = '+15005550016';
const WRITES_A_LOT = '+15005550018';
const CALLS = '+15005550013';
const OWNER_ANSWERS = '+15005550020';
const SOMEONE = '+14155559020';

/** Everything one can do in a chat or a group, and what a workflow can start on there. */
export async function conversationChecks({ check, server, engine, credential }) {
  const run = (name, steps) => runChain({ server, credential }, name, steps);
  const historyOf = async (phone) =>
    (await engine.ask(`/v1/chats/${encodeURIComponent(phone)}/messages?limit=10`)).data ?? [];
  const answered = (phone, text) =>
    until(`${phone} has answered`, async () => (await historyOf(phone)).some((one) => one.text === text));
  const message = (id) => engine.ask(`/v1/messages/${id}`);
  const viewers = (phone) => ({
    ...{ resource: 'audience', operation: 'create', name: 'Viewers', contactsFrom: 'rows' },
    contacts: { contact: [{ to: phone }] },
  });
  let question;

  await check('conversations: texts, places, contacts and a status are sent', async () => {
    const to = READS;
    const sent = await run('New messages', {
      Text: { operation: 'send', to: ANSWERS, text: 'At nine?', options: { typingSeconds: 1 } },
      Location: {
        ...{ operation: 'send', to, type: 'location' },
        ...{ latitude: '41.902782', longitude: '12.496366', locationName: 'Our shop' },
      },
      Contact: {
        ...{ operation: 'send', to, type: 'contact' },
        ...{ contactName: 'Ada Lovelace', contactPhones: ['+14155550101'] },
      },
      Viewers: viewers(to),
      Status: {
        ...{ operation: 'send', to: 'status@broadcast', text: 'Open until nine' },
        options: { audienceId: byId('={{ $json.id }}') },
      },
    });
    const { latitude, longitude, name } = sent.Location[0].location;
    assert.deepEqual([latitude, longitude, name], [41.902782, 12.496366, 'Our shop']);
    assert.deepEqual(sent.Contact[0].contact.phones, ['+14155550101']);
    assert.equal(sent.Status[0].audience_id, sent.Viewers[0].id);
    for (const node of ['Location', 'Contact', 'Status']) {
      const [{ id }] = sent[node];
      await until(`the ${node} is delivered`, async () => (await message(id)).delivered_at);
    }
    [question] = sent.Text;
    await until('the text is answered', async () => {
      const [answer, asked] = await historyOf(ANSWERS);
      return answer?.text === 'yes' && asked?.message_id === question.id;
    });
  });

  await check('conversations: a chat is read, answered, and changed', async () => {
    const chatId = byId(ANSWERS);
    const theAnswer = byId("={{ $('Messages').first().json.key }}");
    const theQuestion = byId(question.id);
    const chat = (operation, parameters) => ({ resource: 'chat', operation, chatId, ...parameters });
    const settings = (options) => ({ resource: 'session', operation: 'update', options });
    const out = await run('A conversation', {
      Settings: settings({ name: 'Front desk', markRead: 'never', takeoverHours: 1.5 }),
      Chats: chat('getAll', { filters: { filter: 'contacts', q: '555-0004' } }),
      Messages: chat('getMessages', { limit: 2, filters: { messageTypes: ['chat'] } }),
      React: { operation: 'react', messageId: theAnswer, emoji: '🎉' },
      Pin: { operation: 'pin', messageId: theAnswer, duration: 86_400 },
      Edit: { operation: 'edit', messageId: theQuestion, text: 'At ten?' },
      Forward: {
        ...{ operation: 'forward', messageId: theQuestion, to: READS },
        options: { reference: 'copy' },
      },
      Typing: chat('showTyping', { kind: 'voice', seconds: 1 }),
      Read: chat('markRead'),
      Delete: { operation: 'revoke', messageId: theQuestion },
      Later: chat('getMessages', { limit: 2, filters: { messageTypes: ['chat', 'revoked'] } }),
      Chat: chat('get'),
      'As before': settings({ name: '', markRead: 'on_reply', takeoverHours: 12 }),
    });
    const [{ name, mark_read, takeover_hours }] = out.Settings;
    assert.deepEqual([name, mark_read, takeover_hours], ['Front desk', 'never', 1.5]);
    assert.deepEqual([out['As before'][0].name, out['As before'][0].takeover_hours], [null, 12]);
    assert.equal(out.Chats.length, 1);
    assert.ok(out.Chats[0].unread_count > 0);
    assert.deepEqual(
      out.Messages.map(({ text }) => text),
      ['yes', 'At nine?'],
    );
    assert.deepEqual(out.React, [{ emoji: '🎉', ok: true }]);
    assert.ok(Date.parse(out.Pin[0].pinned_until) > Date.now());
    assert.equal(out.Edit[0].text, 'At ten?');
    const { to, text, forwarded, reference } = out.Forward[0];
    assert.deepEqual([to, text, forwarded, reference], [READS, 'At ten?', true, 'copy']);
    assert.deepEqual(out.Typing, [{ chat: ANSWERS, ok: true }]);
    assert.deepEqual(out.Read, [{ chat: ANSWERS, ok: true }]);
    assert.equal(out.Delete[0].revoked, true);
    const [answer, deleted] = out.Later;
    assert.deepEqual([answer.own_reaction, answer.key], ['🎉', out.Messages[0].key]);
    assert.ok(deleted.revoked_at);
    assert.equal(out.Chat[0].unread_count, 0);
  });

  await check('conversations: while a person has a chat, messages wait or are not sent', async () => {
    const chatId = byId(SOMEONE);
    const text = { operation: 'send', to: SOMEONE, text: 'Hello' };
    const waits = { options: { onlyWhileBot: true } };
    const ends = { options: { cancelOnTakeover: true } };
    const step = { when: 'after', amount: 0, unit: 'days', type: 'text', text: 'Welcome!' };
    const audienceId = byId("={{ $('Viewers').first().json.id }}");
    const campaign = { resource: 'campaign', operation: 'create', name: 'Spring', audienceId, text: 'Hi' };
    const takes = { resource: 'chat', operation: 'takeOver', chatId };
    const out = await run('A takeover', {
      'Until Then': { ...takes, howLong: 'until', until: '={{ $now.plus({ hours: 3 }) }}' },
      'Open End': { ...takes, howLong: 'open' },
      'Take Over': { resource: 'chat', operation: 'takeOver', chatId, howLong: 'hours', hours: 2 },
      Waits: { ...text, ...waits },
      Refused: { ...text, ...ends, onError: 'continueRegularOutput' },
      Sequence: {
        ...{ resource: 'sequence', operation: 'start', to: SOMEONE },
        ...{ steps: { step: [step] }, ...waits },
      },
      Viewers: viewers(SOMEONE),
      'Without them': { ...campaign, ...ends },
      'With them': { ...campaign, ...waits },
    });
    assert.deepEqual(
      ['Until Then', 'Open End', 'Take Over'].map((node) => out[node][0].handled_by),
      ['human', 'human', 'human'],
    );
    const isIn = (hours, end) =>
      assert.ok(Math.abs(Date.parse(end) - Date.now() - hours * 3_600_000) < 60_000, end);
    isIn(3, out['Until Then'][0].human_until);
    assert.equal(out['Open End'][0].human_until, null);
    isIn(2, out['Take Over'][0].human_until);
    assert.equal(out.Waits[0].waiting_for.reason, 'human_has_the_chat');
    assert.match(out.Refused[0].error, /is a chat that a person has/);
    assert.equal(out.Sequence[0].messages[0].waiting_for.reason, 'human_has_the_chat');
    const campaignOf = (node) => engine.ask(`/v1/campaigns/${out[node][0].id}`);
    await until('one campaign left them out', async () => (await campaignOf('Without them')).canceled_count);
    assert.equal((await message(out.Waits[0].id)).sent_at, null);
    const { Back: back } = await run('The end of it', {
      Back: { resource: 'chat', operation: 'giveBack', chatId },
    });
    assert.equal(back[0].handled_by, 'bot');
    await until('what waited is sent', async () => {
      const { status } = await engine.ask(`/v1/sequences/${out.Sequence[0].id}`);
      const { sent_count: sent } = await campaignOf('With them');
      return status === 'completed' && sent === 1 && (await message(out.Waits[0].id)).sent_at;
    });
  });

  await check('conversations: a group is created, changed, and read', async () => {
    const groupId = byId("={{ $('Create').first().json.id }}");
    const group = (operation, parameters) => ({ resource: 'group', operation, groupId, ...parameters });
    const out = await run('A group', {
      Create: group('create', { name: 'Lunch', members: `${READS}, ${NEEDS_INVITE}` }),
      Add: group('addMembers', { members: ANSWERS }),
      Update: group('update', { changes: { name: 'Real n8n', description: 'At ten', announce: true } }),
      Remove: group('removeMembers', { members: READS }),
      Get: group('get'),
      Link: group('getInviteLink'),
      Groups: group('getAll', { filters: { q: 'real n8n' } }),
    });
    const outcomes = (node) => out[node][0].results.map(({ status }) => status);
    assert.deepEqual(outcomes('Create'), ['ok', 'invite_needed']);
    assert.deepEqual(outcomes('Add'), ['ok']);
    assert.deepEqual(outcomes('Remove'), ['ok']);
    const { id, name, description, announce, participants } = out.Get[0];
    assert.deepEqual([name, description, announce], ['Real n8n', 'At ten', true]);
    assert.deepEqual(
      participants.filter(({ is_me }) => !is_me).map(({ phone }) => phone),
      [ANSWERS],
    );
    assert.match(out.Link[0].url, /^https:\/\/chat\.whatsapp\.com\/.+/);
    assert.deepEqual(
      out.Groups.map((found) => found.id),
      [id],
    );
  });

  await check('conversations: workflows start on takeovers, pins, groups and bursts', async () => {
    const started = await listen({
      'What happens': {
        events: [
          ...['chat.taken_over', 'chat.given_back', 'message.pinned', 'message.received'],
          ...['message.sent_from_phone', 'group.participants_added'],
        ],
        filters: { ignoreGroups: false },
        options: { ignoreOwnMessages: true, onlyWhileBot: true },
      },
      Merged: burstsAs('message.received'),
      Bursts: burstsAs('message.burst'),
    });
    const hello = (to) => ({ operation: 'send', to, text: 'Hello' });
    await run('Things happen', {
      'Helped by hand': hello(OWNER_ANSWERS),
      Pins: hello(PINS),
      'Writes a lot': hello(WRITES_A_LOT),
      Group: { resource: 'group', operation: 'create', name: 'Friday', members: READS },
    });
    await answered(OWNER_ANSWERS, 'thank you');
    await run('Given back', {
      Back: { resource: 'chat', operation: 'giveBack', chatId: byId(OWNER_ANSWERS) },
    });
    for (const workflow of ['Merged', 'Bursts']) {
      const [burst] = await until(`${workflow} runs`, () => started.runsOf(workflow, 1));
      assert.equal(burst.event, 'message.burst');
      assert.equal(burst.messages.length, 5);
      assert.equal(burst.text.split('\n').length, 5);
    }
    const happened = await until('the others run', () => started.runsOf('What happens', 10));
    await started.stop();
    const of = (chat) =>
      happened.filter(({ chat_id, id }) => [chat_id, id].includes(`${chat.slice(1)}@c.us`));
    const told = (chat) => of(chat).map(({ event, text }) => (text ? `${event} ${text}` : event));
    assert.deepEqual(told(OWNER_ANSWERS).sort(), ['chat.given_back', 'chat.taken_over']);
    assert.deepEqual(told(PINS).sort(), ['message.pinned', 'message.received at nine']);
    assert.equal(told(WRITES_A_LOT).length, 5);
    // Somebody may still be joining the group of the check before.
    const [added] = happened.filter(({ how }) => how === 'group_created');
    assert.deepEqual([added.event, added.participants[0].phone], ['group.participants_added', READS]);
  });

  await check('conversations: workflows start on changes of groups, and on calls', async () => {
    const changes = [
      ...['participants_removed', 'participants_promoted', 'participants_demoted'],
      ...['name_changed', 'description_changed', 'settings_changed'],
    ].map((change) => `group.${change}`);
    const started = await listen({
      Changes: { events: changes, filters: { ignoreGroups: false } },
      Calls: { events: ['call.received'] },
    });
    const group = { resource: 'group', groupId: byId("={{ $('Create').first().json.id }}") };
    const changed = { name: 'Tuesday', description: 'At ten', announce: true };
    const { Create: created } = await run('A group changes', {
      Create: { ...group, operation: 'create', name: 'Monday', members: `${READS}, ${ANSWERS}` },
      Update: { ...group, operation: 'update', changes: changed },
      Remove: { ...group, operation: 'removeMembers', members: ANSWERS },
      Hello: { operation: 'send', to: CALLS, text: 'Hello' },
    });
    const admin = `/v1/groups/${created[0].id}/members/${encodeURIComponent(READS)}/admin`;
    for (const method of ['POST', 'DELETE']) await engine.ask(admin, method);
    const happened = await until('the changes are told', () => started.runsOf('Changes', changes.length));
    const [call] = await until('the call is told', () => started.runsOf('Calls', 1));
    await started.stop();
    assert.deepEqual(happened.map(({ event }) => event).sort(), changes.toSorted());
    const of = (change) => happened.find(({ event }) => event === `group.${change}`);
    assert.equal(of('participants_removed').participants[0].phone, ANSWERS);
    for (const change of ['participants_promoted', 'participants_demoted'])
      assert.equal(of(change).participants[0].phone, READS);
    assert.deepEqual([of('name_changed').name, of('description_changed').description], ['Tuesday', 'At ten']);
    assert.equal(of('settings_changed').settings.announce, true);
    assert.deepEqual([call.event, call.from, call.rejected], ['call.received', CALLS, false]);
  });

  async function isAnswered({ id }) {
    const { data: webhooks } = await engine.ask('/v1/webhooks');
    const webhook = webhooks.find(({ description }) => description.includes(id));
    const { data } = await engine.ask(`/v1/webhooks/${webhook.id}/deliveries?limit=200`);
    return data.every(({ status }) => status === 'delivered');
  }

  /** Activates a workflow for each of these triggers. */
  async function listen(triggers) {
    const workflows = {};
    for (const [name, parameters] of Object.entries(triggers)) {
      workflows[name] = await server.createWorkflow(name, ...onEvents(credential, parameters));
      await server.activate(workflows[name]);
    }
    return {
      /** What its runs got, once there are so many and all its deliveries have been answered. */
      async runsOf(name, count) {
        const runs = await server.executions(workflows[name]);
        if (runs.length < count || !(await isAnswered(workflows[name]))) return undefined;
        const ends = await Promise.all(runs.map(({ id }) => server.finished(id)));
        return ends.map(({ output }) => output['Blueticks Trigger'][0]);
      },
      async stop() {
        for (const workflow of Object.values(workflows)) await server.deactivate(workflow);
        await until('no webhook is left', async () => (await engine.ask('/v1/webhooks')).data.length === 0);
      },
    };
  }
}

const burstsAs = (event) => ({
  events: [event],
  filters: { from: WRITES_A_LOT },
  options: { mergeBursts: { values: { quietSeconds: 2, maxSeconds: 30 } } },
});
