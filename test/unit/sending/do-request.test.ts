import { Creations } from '../../../engine/sending/creations';
import type { LinkRecord } from '../../../engine/sending/link-record';
import { doRequest, type RequestDependencies } from '../../../engine/sending/do-request';
import type { OwnerRequest } from '../../../engine/sessions/ask-owner';
import type { Transport } from '../../../engine/transport/transport';

it.each<[string, OwnerRequest]>([
  ['groups', { kind: 'list_groups' }],
  ['what was done in a group', { kind: 'group', act: { do: 'get', group: '120363000000000001@g.us' } }],
  ['channels', { kind: 'channel', act: { do: 'list' } }],
])('tells of %s in texts that can be stored', async (_, request) => {
  const answer = async () => [{ id: '120363000000000001@g.us', name: 'Fri\0ends \ud83d' }];
  const transport = { listGroups: answer, actOnGroup: answer, actOnChannel: answer } as unknown as Transport;
  const deps = { creations: new Creations() } as RequestDependencies;
  expect(await doRequest(request, transport, {} as LinkRecord, deps, false)).toEqual([
    { id: '120363000000000001@g.us', name: 'Friends \ufffd' },
  ]);
});
