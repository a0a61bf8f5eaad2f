import type { Behaviour } from '../../../contract/transport-tools';
import type { Contact } from '../../../wire/people/contact';
import type { Received } from '../../../wire/people/inbox';
import type { Phone } from '../../../wire/people/phone';
import type { WhatsApp } from '../../../wire/whatsapp';

const ALWAYS_MS = 24 * 3_600_000;
/** WhatsApp's code for a malformed message: final, with no effect on the account. */
const MALFORMED = 479;

type Answer = (contact: Contact, received: Received) => Promise<unknown>;

const ANSWERS: Partial<Record<Behaviour, Answer>> = {
  replies_and_edits: async (contact, { id }) => {
    const reply = await contact.sends({ text: 'at nine', quote: id });
    await contact.sends({ edit: reply.id, text: 'at ten', sealed: true });
  },
  changes_their_mind: async (contact, { id }) => {
    await contact.sends({ pin: id, seconds: 604_800 });
    const reply = await contact.sends({ text: 'at nine', quote: id });
    await contact.sends({ edit: reply.id, text: 'at ten' });
    await contact.sends({ revoke: reply.id });
  },
  replies: (contact, { id }) => contact.sends({ text: 'yes', quote: id }),
  votes: (contact, { id, options }) => contact.sends({ vote: [options?.[0] ?? ''], poll: id }),
  reacts: (contact, { id }) => contact.sends({ react: '👍', to: id }),
};

/**
 * Creates one contact for each reaction in the transport contract. Returns their numbers.
 * @param phone of the number under test
 */
export function answeringPeople(
  whatsapp: WhatsApp,
  phone: Phone,
  numberOf: () => string,
): Record<Behaviour, string> {
  const make = (behaviour: Behaviour): string => {
    const contact = whatsapp.contact(numberOf());
    const answer = ANSWERS[behaviour];
    if (behaviour === 'silent') contact.behaves({ deliver: false });
    if (behaviour === 'reads') contact.behaves({ read: true });
    if (behaviour === 'rejects') meet(whatsapp, contact, () => whatsapp.faults.nextAck(MALFORMED));
    if (behaviour === 'drops') dropOnce(whatsapp, contact);
    if (behaviour === 'is_written_to') {
      void answerAll(contact, () => phone.sends({ text: 'I will call you' }, { to: contact }));
    }
    if (behaviour === 'calls') void answerAll(contact, async () => contact.calls({ to: phone }));
    if (answer) void answerAll(contact, answer);
    return contact.number;
  };
  return {
    reads: make('reads'),
    delivers: make('delivers'),
    not_on_whatsapp: numberOf(),
    silent: make('silent'),
    replies: make('replies'),
    rejects: make('rejects'),
    drops: make('drops'),
    votes: make('votes'),
    reacts: make('reacts'),
    calls: make('calls'),
    replies_and_edits: make('replies_and_edits'),
    changes_their_mind: make('changes_their_mind'),
    is_written_to: make('is_written_to'),
  };
}

async function answerAll(contact: Contact, answer: Answer): Promise<void> {
  for (const answered = new Set<string>(); ;) {
    const received = await contact.hears(({ id }) => !answered.has(id), ALWAYS_MS);
    answered.add(received.id);
    await answer(contact, received);
  }
}

/** Runs a callback when a message to this person reaches the server. */
function meet(whatsapp: WhatsApp, contact: Contact, act: (wireId: string) => void): void {
  const before = whatsapp.onStanza;
  whatsapp.onStanza = (stanza, from) => {
    before(stanza, from);
    const { to, id } = stanza.attrs;
    if (stanza.tag === 'message' && (to === contact.jid() || to === contact.jid('lid'))) act(id ?? '');
  };
}

function dropOnce(whatsapp: WhatsApp, contact: Contact): void {
  const dropped = new Set<string>();
  meet(whatsapp, contact, (wireId) => {
    if (!dropped.has(wireId)) whatsapp.faults.dropBeforeAck();
    dropped.add(wireId);
  });
}
