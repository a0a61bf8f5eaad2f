import type { IWebhookFunctions } from 'n8n-workflow';
import { callEngine, pathTo } from '../../shared/call-engine';
import type { EngineEvent } from '../../shared/delivery';
import { answerIn, meansOf, type Answer } from './answers/read-answer';
import type { Wait } from './wait';
import { eventsOf, isForSame, listWaits, type ListedWait } from './wait-registry';
import { whenAsked } from './when-asked';
import { canAnswer, isAbout } from './whose-answer';

/**
 * The answer that an event gives to a question, together with what came after it: a vote may have been changed or taken
 * back while n8n was away. Undefined if it has been taken back.
 */
export async function answerWith(
  context: IWebhookFunctions,
  wait: Wait,
  event: EngineEvent,
): Promise<Answer | undefined> {
  // Of a free text, the first answer counts.
  if (wait.asked.responseType === 'freeText') return answerIn(wait.asked, [event]);
  const events = await eventsOf(context, wait.webhookId);
  const about = events.filter((each) => each.id === event.id || isAbout(wait, each));
  return await allowedAnswer(context, wait, about);
}

/** The answers to several questions, in their order: undefined where there is none. */
export async function allAnswers(context: IWebhookFunctions, waits: Wait[]): Promise<(Answer | undefined)[]> {
  const listed = await listWaits(context);
  const answers: (Answer | undefined)[] = [];
  for (const wait of waits) answers.push(await storedAnswer(context, wait, listed));
  return answers;
}

async function storedAnswer(
  context: IWebhookFunctions,
  wait: Wait,
  listed: ListedWait[],
): Promise<Answer | undefined> {
  const own = listed.find(({ webhookId }) => webhookId === wait.webhookId);
  if (!own) return undefined;
  // What was not accepted yet, because n8n was away, may be the answer to another question to that person.
  const isOnly = !listed.some((each) => each !== own && isForSame(each, own));
  const events = await eventsOf(context, wait.webhookId);
  const isOwn = (event: EngineEvent): boolean => event.id === own.answeredBy || isAbout(wait, event);
  const isBare = (event: EngineEvent): boolean => isOnly && !isOwn(event) && canAnswer(wait, event);
  const isAfter = events.some(isBare) ? await whenAsked(context, wait) : () => false;
  const bare = events.filter((event) => isBare(event) && isAfter(event));
  const possible = own.answeredBy
    ? events.filter(isOwn)
    : events.filter((event) => isOwn(event) || bare.includes(event));
  if (wait.asked.responseType === 'freeText') {
    const first = possible.find(({ id }) => id === own.answeredBy) ?? possible[0];
    return first && (await allowedAnswer(context, wait, [first]));
  }
  const answer = await allowedAnswer(context, wait, possible);
  if (answer?.result.approved !== true || bare.length === 0) return answer;
  // A "no" that follows a yes takes it back. A later "yes" is not trusted to: it may be about something else.
  const yes = events.indexOf(answer.event);
  const later = events.filter((event, place) => isOwn(event) || (place > yes && bare.includes(event)));
  const last = await allowedAnswer(context, wait, later);
  return last?.result.approved === false ? last : answer;
}

async function allowedAnswer(
  context: IWebhookFunctions,
  wait: Wait,
  events: EngineEvent[],
): Promise<Answer | undefined> {
  const isAllowed = await allowedBy(context, wait.answersFrom);
  const allowed = events.filter((event) => isAllowed(event) && meansOf(event) !== undefined);
  return answerIn(wait.asked, allowed, await peopleNow(context, allowed));
}

/** Who the people in a group are now: two ids of one person may have been joined since they wrote. */
async function peopleNow(
  context: IWebhookFunctions,
  events: EngineEvent[],
): Promise<(id: unknown) => unknown> {
  const now = new Map<unknown, unknown>();
  const ids = new Set(events.flatMap(({ data }) => (data.is_group === false ? [] : (data.person_id ?? []))));
  if (ids.size > 1) {
    for (const id of ids) {
      // Somebody who was erased, or whom the key may not read, stays who they were.
      const path = pathTo('/v1/people', id);
      const person = await callEngine(context, { method: 'GET', path }).catch(() => undefined);
      now.set(id, person?.id ?? id);
    }
  }
  return (id) => now.get(id) ?? id;
}

/** Whether a question that only some people may answer takes an event from its writer. */
export async function isFromAllowed(
  context: IWebhookFunctions,
  wait: Wait,
  event: EngineEvent,
): Promise<boolean> {
  return (await allowedBy(context, wait.answersFrom))(event);
}

/** Goes by the person, who may write under another name than the one given. */
async function allowedBy(
  context: IWebhookFunctions,
  answersFrom: string[],
): Promise<(event: EngineEvent) => boolean> {
  if (answersFrom.length === 0) return () => true;
  const people = new Set<unknown>();
  for (const phone of answersFrom) {
    // Nobody of that number has written yet, or the key may not read people: then only the number itself counts.
    const person = await callEngine(context, { method: 'GET', path: pathTo('/v1/people', phone) }).catch(
      () => undefined,
    );
    if (person?.id) people.add(person.id);
  }
  const phones = new Set(answersFrom.map(digitsOf));
  // In a group, the number of the writer may be unknown.
  return ({ data: { person_id: id, from } }) =>
    people.has(id) || (Boolean(from) && phones.has(digitsOf(String(from))));
}

const digitsOf = (phone: string): string => phone.replace(/\D/g, '');
