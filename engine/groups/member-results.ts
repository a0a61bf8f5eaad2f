import { EngineError, notFound, type ErrorDetail } from '../errors';
import type { MemberChange, MemberOutcome } from '../transport/group-acts';
import type { MemberResult } from './group-schema';

type Said = Pick<MemberResult, 'status' | 'message'>;

const SEND_INVITE = 'Send them the invite link (GET /v1/groups/{id}/invite).';

/** WhatsApp's answers about one person, as its own clients understand them. */
const ANSWERS: Record<number, Said> = {
  200: { status: 'ok', message: null },
  401: { status: 'blocked', message: 'has blocked this number, so it cannot add them.' },
  403: { status: 'invite_needed', message: `does not let this number add them. ${SEND_INVITE}` },
  408: {
    status: 'left_recently',
    message: `left the group not long ago and cannot be added. ${SEND_INVITE}`,
  },
  409: { status: 'already_member', message: null },
  419: { status: 'group_full', message: 'cannot be added: the group is full.' },
  500: { status: 'group_full', message: 'cannot be added: the group is full.' },
};

/** What happened to each person. @param change what was done */
export function memberResults(outcomes: readonly MemberOutcome[], change: MemberChange): MemberResult[] {
  return outcomes.map(({ asked, code }) => ({ chat_id: asked, ...said(code, change) }));
}

function said(code: number, change: MemberChange): Said {
  if (code === 404)
    return change === 'add'
      ? { status: 'not_on_whatsapp', message: 'is not on WhatsApp. Check the number.' }
      : { status: 'not_a_member', message: 'is not a member of the group.' };
  return ANSWERS[code] ?? { status: 'refused', message: `was refused by WhatsApp (code ${code}).` };
}

/**
 * @param pathOf where the person is in the request
 * @throws EngineError `conflict` if nobody got what was asked for, with what to do about each
 */
export function throwIfAllFailed(results: readonly MemberResult[], pathOf: (index: number) => string): void {
  if (results.length === 0 || results.some(({ message }) => message === null)) return;
  const details: ErrorDetail[] = results.map(({ status, message }, index) => ({
    ...{ path: pathOf(index), code: status, message: message! },
  }));
  const [first] = results;
  const others = results.length > 1 ? ` (${results.length - 1} more in details.)` : '';
  throw new EngineError('conflict', `${first!.chat_id} ${first!.message}${others}`, { details });
}

/** For a change of one. @param what they are not, if there is no such one. @throws EngineError `not_found` or `conflict` */
export function throwIfFailed([result]: readonly MemberResult[], what = 'member'): void {
  if (result?.status === 'not_a_member') throw notFound(what, result.chat_id);
  if (result?.message) throw new EngineError('conflict', `${result.chat_id} ${result.message}`);
}
