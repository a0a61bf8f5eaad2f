import { storeChanges } from '../changes/message-changes';
import { caps } from '../domain/pacing/limits';
import type { Transact } from '../events/transact';
import type { Sql } from '../store/sql/database';
import { findSessionPhone } from '../store/tables/sessions';
import type { Wanted } from '../store/tables/lane-messages';
import { lockShared } from '../store/tables/messages-to-draw';
import { drawMessages, hasRoomInCampaign, type SharedCampaign } from '../store/tables/shared-messages';
import { decideUpTo, firstToEach, markNewContacts, type ClaimLimits, type Look } from './claim';
import { findUnwanted } from './decide-one';
import type { Lease } from './lease';

/**
 * Like `claimDue`, for messages of campaigns that several numbers send: this number draws what it claims, and from then on
 * no other number sends it. What it does not claim stays for all of them.
 * @param campaigns those that this session sends with others
 * @param isCurrent whether `wanted` is still right.
 * @throws LeaseLost if another process owns the lane now.
 */
export async function drawShared(
  transact: Transact,
  lease: Lease,
  campaigns: readonly SharedCampaign[],
  limits: ClaimLimits,
  wanted: Wanted & { exceptCampaigns: string[] },
  isCurrent: (sql: Sql) => Promise<boolean>,
): Promise<Look> {
  const nothing: Look = { claims: [], more: false, passedOver: false, outdated: false };
  return transact(async (work) => {
    const { sql, now } = work;
    await lease.check(sql);
    const open: SharedCampaign[] = [];
    // Campaigns before messages, in the order of their ids: nobody waits for anybody in a circle.
    for (const campaign of campaigns)
      if (!wanted.exceptCampaigns.includes(campaign.id))
        if (await hasRoomInCampaign(sql, campaign, now, caps(campaign.pacing ?? {}))) open.push(campaign);
    if (open.length === 0) return nothing;
    const ids = open.map(({ id }) => id);
    const due = await lockShared(sql, lease.sessionId, ids, now, limits.rows, wanted);
    if (due.length === 0) return nothing;
    if (!(await isCurrent(sql))) return { ...nothing, outdated: true };
    const phone = await findSessionPhone(sql, lease.sessionId);
    const drawn = firstToEach(due).map((row) => ({ ...row, session_id: lease.sessionId, from_phone: phone }));
    const rows = limits.markNewContacts ? await markNewContacts(sql, drawn) : drawn;
    // A campaign with caps of its own has room for one more.
    const most = open.some(({ pacing }) => pacing !== null) ? 1 : limits.claims;
    const changes = decideUpTo(most, rows, await findUnwanted(sql, rows, now), now);
    const claims = changes.flatMap(({ row }) =>
      row.status === 'sending' ? [{ message: row, handedOverBefore: null }] : [],
    );
    const claimedIds = claims.map(({ message }) => message.id);
    if (claims.length > 0) await drawMessages(sql, claimedIds, claims[0]!.message);
    const settled = changes.map((change) =>
      change.row.status === 'sending'
        ? change
        : { ...change, row: { ...change.row, session_id: change.row.campaign_id!, from_phone: null } },
    );
    await storeChanges(work, settled);
    return { claims, more: changes.length > 0, passedOver: rows.length < due.length, outdated: false };
  });
}
