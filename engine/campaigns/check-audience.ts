import { setImmediate as nextTurn } from 'node:timers/promises';
import { namesNeeded, readCampaignTemplate, type ContentFault } from '../domain/campaigns/campaign-content';
import { tokensOf } from '../domain/templates/template';
import { LONGEST_CAPTION, LONGEST_TEXT } from '../domain/messages/message-content';
import { EngineError, sentenceOf, type ErrorDetail } from '../errors';
import { type ContactRow, contactsAfter } from '../store/tables/contacts';
import type { Sql } from '../store/sql/database';
import { renderFor, templateOf, type Content } from './contact-content';

/** Contacts checked per query: a few milliseconds in which the embedded database serves nobody else. */
const AT_ONCE = 500;
const MOST_EXAMPLES = 10;

export const UNKNOWN_AUDIENCE = {
  code: 'not_found',
  message: 'does not exist for this key. Use the id of one from GET /v1/audiences.',
};

/** The result of checking an audience so far. */
export interface AudienceCheck {
  /** Every contact up to this id was checked. */
  through: string | null;
  checked: number;
  faulty: number;
  examples: ErrorDetail[];
}

const NOTHING_CHECKED: AudienceCheck = { through: null, checked: 0, faulty: 0, examples: [] };

/**
 * Checks whether every contact in an audience can get its message, a few hundred at a time, so that nobody waits long
 * for the database.
 * @param before the result of an earlier check; its contacts are not checked again.
 * @param main where the text is in the request
 */
export async function checkAudience(
  sql: Sql,
  audienceId: string,
  content: Content,
  before: AudienceCheck = NOTHING_CHECKED,
  main = content.media ? 'media_caption' : 'text',
): Promise<AudienceCheck> {
  // Without variables every contact gets the same text.
  if (namesNeeded(readCampaignTemplate(templateOf(content))).length === 0) return before;
  const check = { ...before, examples: [...before.examples] };
  for (;;) {
    const contacts = await contactsAfter(sql, audienceId, { after: check.through, limit: AT_ONCE });
    const rendered = await renderFor(sql, content, contacts);
    rendered.forEach((result, index) => {
      if (!result.ok) addFault(check, { content, main }, contacts[index]!, result.fault);
    });
    check.checked += contacts.length;
    check.through = contacts.at(-1)?.id ?? check.through;
    if (contacts.length < AT_ONCE) return check;
    // Give other requests a turn.
    await nextTurn();
  }
}

/** @throws EngineError `invalid_request` with example contacts, if some contacts cannot get their message */
export function refuseFaulty({ faulty, checked, examples }: AudienceCheck): void {
  const [first] = examples;
  if (!first) return;
  const more = faulty > 1 ? ` (${faulty} of ${checked} contacts have this problem.)` : '';
  throw new EngineError('invalid_request', `${sentenceOf(first)}${more}`, { details: examples });
}

/** A content, and where its text is in the request. */
interface Asked {
  content: Content;
  main: string;
}

function addFault(check: AudienceCheck, asked: Asked, contact: ContactRow, fault: ContentFault): void {
  check.faulty += 1;
  if (check.examples.length < MOST_EXAMPLES) check.examples.push(describe(asked, contact, fault));
}

function describe({ content, main }: Asked, contact: ContactRow, fault: ContentFault): ErrorDetail {
  const who = `contact ${contact.id} (${contact.recipient})`;
  if (fault.reason === 'invalid_text') {
    const most = content.media ? LONGEST_CAPTION : LONGEST_TEXT;
    const length = fault.length === 0 ? 'empty' : `${fault.length} characters long`;
    const message = `is ${length} for ${who}. Use 1 to ${most} characters: change the text or the contact's variables.`;
    return { path: main, code: 'invalid_text', message };
  }
  const { text } = templateOf(content);
  const path = tokensOf(text ?? '').includes(fault.missing[0]!) ? main : 'footer';
  const tokens = fault.missing.map((name) => `{${name}}`).join(' and ');
  const fix = `Add the variable to the contact, use a fallback ({${fault.missing[0]}|text}), or set on_missing_variable to skip.`;
  return {
    path,
    code: 'missing_variable',
    message: `uses ${tokens}, but ${who} has no value for it. ${fix}`,
  };
}
