import { isPending } from '../domain/messages/message-status';
import { priorityRank } from '../domain/messages/priority';
import { firstDueAt } from '../domain/messages/send-decision';
import type { Work } from '../events/transact';
import { canceled, storeNewMessages } from '../changes/message-changes';
import { findHeldByHumans } from '../changes/held-by-humans';
import { newMessageRow } from '../changes/new-message-row';
import type { ContentForContact } from '../domain/campaigns/campaign-content';
import { countPending } from '../store/tables/campaign-messages';
import { countToDraw, findKnownTo } from '../store/tables/messages-to-draw';
import type { Sql } from '../store/sql/database';
import { type CampaignRow, lockExpanding, saveCampaign } from '../store/tables/campaigns';
import { type ContactRow, contactsAfter } from '../store/tables/contacts';
import type { MessageRow } from '../store/tables/messages';
import { findHumans } from '../store/tables/takeovers';
import { contentsFor } from './contact-content';

/** Messages per transaction. Until it ends, the embedded database serves nobody else. */
const AT_ONCE = 200;
/** The most messages of one campaign that wait to be sent: enough that its lane never runs out. */
const MOST_WAITING = 1000;

/**
 * Creates a campaign's next messages, in audience order, and stores its new place in the audience in the same
 * transaction. So each contact gets exactly one message, even after a crash.
 * @returns whether to create more right away.
 */
export async function expandCampaign(work: Work, id: string): Promise<boolean> {
  const campaign = await lockExpanding(work.sql, id);
  if (!campaign) return false;
  const free = MOST_WAITING - (await countWaiting(work.sql, campaign, work.now));
  // A few messages are not worth a transaction, and the lane still has enough to do.
  if (free < AT_ONCE) return false;
  const contacts = await contactsAfter(work.sql, campaign.audience_id, {
    after: campaign.expanded_through,
    through: campaign.last_contact_id,
    limit: AT_ONCE,
  });
  const contents = await contentsFor(work.sql, campaign, contacts);
  const knownTo = await findKnownTo(
    work.sql,
    campaign.session_ids ? contacts.map(({ who }) => who) : [],
    campaign.session_ids ?? [],
  );
  const made = contacts.map((contact, index) => ({
    ...messageFor(campaign, contact, contents[index]!, work.now),
    known_to: knownTo.get(contact.who) ?? null,
  }));
  const rows = await withoutTakenOver(work, made);
  storeNewMessages(work, rows, await findHeldByHumans(work.sql, rows, work.now));
  for (const number of campaign.session_ids ?? []) work.wake(number, work.now.getTime());
  const more = contacts.length === AT_ONCE;
  await saveCampaign(work.sql, {
    ...campaign,
    expanded_through: contacts.at(-1)?.id ?? campaign.expanded_through,
    expanded_all: !more,
  });
  return more && free >= 2 * AT_ONCE;
}

/**
 * How many messages wait to be sent, up to `MOST_WAITING` for each number. Of several numbers the one counts that has the
 * fewest: those to people whom other numbers know are not for it.
 */
async function countWaiting(
  sql: Sql,
  { id, session_ids: sessionIds }: CampaignRow,
  now: Date,
): Promise<number> {
  if (!sessionIds) return countPending(sql, id, now);
  const groups = await countToDraw(sql, id, MOST_WAITING);
  const countFor = (sessionId: string): number =>
    groups
      .filter(({ numbers }) => numbers.length === 0 || numbers.includes(sessionId))
      .reduce((sum, { n }) => sum + n, 0);
  return Math.min(...sessionIds.map(countFor));
}

/** Messages to those whose chat a person has are canceled from the start, so that they are still shown and counted. */
async function withoutTakenOver({ sql, now }: Work, rows: MessageRow[]): Promise<MessageRow[]> {
  const mayEnd = (row: MessageRow): boolean => row.cancel_on_takeover === true && isPending(row.status);
  const humans = new Set((await findHumans(sql, rows.filter(mayEnd), now)).map(({ who }) => who));
  return rows.map((row) => (mayEnd(row) && humans.has(row.who) ? canceled(row, now).row : row));
}

/**
 * The message for one contact. If its text is invalid, it is created as failed, so that it is still shown and counted.
 */
function messageFor(
  campaign: CampaignRow,
  contact: ContactRow,
  { content, variant }: { content: ContentForContact; variant: number | null },
  now: Date,
): MessageRow {
  const { media } = campaign;
  const text = content.ok ? content.text : null;
  const due = firstDueAt({ sendAt: null, sendWindow: campaign.send_window, expiresAt: null }, now.getTime());
  return newMessageRow({
    mode: campaign.mode,
    // One of several numbers will draw it.
    session_id: campaign.session_ids ? campaign.id : campaign.session_id,
    from_phone: campaign.from_phone,
    recipient: contact.recipient,
    chat_id: contact.chat_id,
    who: contact.who,
    type: media ? 'media' : 'text',
    text: media ? null : text,
    media: media && { ...media, caption: text },
    link_preview: media ? null : true,
    priority: priorityRank('low'),
    only_while_bot: campaign.only_while_bot,
    cancel_on_takeover: campaign.cancel_on_takeover,
    send_window: campaign.send_window,
    campaign_id: campaign.id,
    contact_id: contact.id,
    variant,
    due_at: new Date(due),
    created_at: now,
    ...(content.ok ? {} : { status: 'failed', failure_reason: content.fault.reason, failed_at: now }),
  });
}
