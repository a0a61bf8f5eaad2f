import type { IDataObject } from 'n8n-workflow';
import type { EngineEvent } from '../../../shared/delivery';
import { decisionIn, decisionInEmoji, fold, type Labels } from './read-words';

/** How a question asks for its answer. */
export type Asked =
  | { responseType: 'freeText' }
  | { responseType: 'approval'; labels: Labels }
  | { responseType: 'poll'; options: string[] };

/** The answer to a question: the event that gave it, and what it means. */
export interface Answer {
  event: EngineEvent;
  /** Goes into the output beside the event. */
  result: IDataObject;
}

type Means = 'vote' | 'reaction' | 'message';

/** What an event says about a question; `taken back` if somebody removed their vote or reaction. */
interface Said {
  means: Means;
  event: EngineEvent;
  result: IDataObject | 'taken back';
  /** An answer as asked for. Anything else comes as feedback, unless there is one. */
  isDecision: boolean;
}

/** How the event of an answer was given: written, voted or reacted with, also by the owner of the number on the phone. */
export function meansOf({ type, data }: EngineEvent): Means | undefined {
  if (type === 'poll.voted') return 'vote';
  if (type === 'message.reaction') return 'reaction';
  if (type === 'message.received') return 'message';
  return type === 'message.sent_from_phone' ? meansOnPhone(data.type) : undefined;
}

function meansOnPhone(type: unknown): Means | undefined {
  if (type === 'poll_vote') return 'vote';
  if (type === 'reaction') return 'reaction';
  return type === 'edited' || type === 'revoked' ? undefined : 'message';
}

/**
 * The answer that these events give, in the order in which they came. Of one person, the last decision counts: a vote
 * can be changed or taken back until the workflow continues. Other things that they say do not change a decision; without
 * one, the first of them is the answer. Of several people in a group, the first to answer.
 * @param personNow the id of a person by one that they had before two of their names were joined
 * @returns undefined if nobody has answered, or everybody has taken the answer back
 */
export function answerIn(
  asked: Asked,
  events: EngineEvent[],
  personNow: (id: unknown) => unknown = (id) => id,
): Answer | undefined {
  const people = new Map<unknown, EngineEvent[]>();
  for (const event of events) {
    const { is_group: isGroup, person_id: id, author, from } = event.data;
    // In a chat of two it is always the same person, also if two of their ids have become one meanwhile.
    const who = isGroup === false ? null : (personNow(id) ?? author ?? from);
    people.set(who, [...(people.get(who) ?? []), event]);
  }
  const answers = [...people.values()]
    .map((own) => answerOf(asked, own))
    .filter((said) => said !== undefined);
  return answers.find(({ isDecision }) => isDecision) ?? answers[0];
}

function answerOf(asked: Asked, events: EngineEvent[]): (Answer & { isDecision: boolean }) | undefined {
  const latest = new Map<Means, Said>();
  for (const event of events) {
    const said = read(asked, event);
    if (!said) continue;
    const before = latest.get(said.means);
    if (said.means === 'message' && before && !said.isDecision) continue;
    // The last one said is the last one in the map.
    latest.delete(said.means);
    latest.set(said.means, said);
  }
  const standing = [...latest.values()].flatMap(({ event, result, isDecision }) =>
    result === 'taken back' ? [] : [{ event, result, isDecision }],
  );
  return standing.findLast(({ isDecision }) => isDecision) ?? standing[0];
}

function read(asked: Asked, event: EngineEvent): Said | undefined {
  const means = meansOf(event);
  if (!means) return undefined;
  const options = optionsOf(event);
  const text = textOf(event);
  const isTakenBack = (means === 'vote' && options.length === 0) || (means === 'reaction' && text === '');
  if (isTakenBack) return { means, event, result: 'taken back', isDecision: false };
  const said = { means, event };
  if (asked.responseType === 'approval')
    return { ...said, ...readApproval(asked.labels, means, options, text) };
  if (asked.responseType === 'poll') return { ...said, ...readChoice(asked.options, means, options, text) };
  return { ...said, result: {}, isDecision: true };
}

function readApproval(labels: Labels, means: Means, options: string[], text: string) {
  const spoken = means === 'vote' ? options.join(', ') : text;
  const approved = means === 'reaction' ? decisionInEmoji(text) : decisionIn(spoken, labels);
  const isBare = approved !== undefined && isBareDecision(spoken, labels, means);
  const result = { approved: approved ?? false, ...(isBare ? {} : { chatInput: spoken }) };
  return { result, isDecision: approved !== undefined };
}

/** Whether there is nothing in a text but yes or no. */
function isBareDecision(text: string, labels: Labels, means: Means): boolean {
  if (means !== 'message') return true;
  // A no with its reason is only a no up to where the reason begins.
  return decisionIn(fold(text) || text, labels) !== undefined;
}

function readChoice(choices: string[], means: Means, options: string[], text: string) {
  if (means === 'vote') return { result: { options }, isDecision: true };
  const written = choices.find(
    (choice) => means === 'message' && fold(choice) === fold(text) && fold(text) !== '',
  );
  return { result: { options: written === undefined ? [] : [written] }, isDecision: written !== undefined };
}

function optionsOf({ data }: EngineEvent): string[] {
  return Array.isArray(data.options) ? data.options.map(String) : [];
}

/** The text or emoji; what was sent, in brackets, if it has none. */
function textOf(event: EngineEvent): string {
  const { emoji, text, type } = event.data;
  if (meansOf(event) === 'reaction') return String(emoji ?? text ?? '');
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : `[${String(type ?? 'message')}]`;
}
