import { placeOf, type Span, type Tracer } from '../domain/tracing';
import type { MessageRow } from '../store/tables/messages';
import type { Report } from './reports';

/** Begins the span of an attempt, from its claim to what came of it. It is in the trace of its message. */
export function startAttempt(tracer: Tracer | undefined, message: MessageRow): Span | undefined {
  return tracer?.start('message.attempt', {
    parent: placeOf(message.id),
    attributes: {
      'blueticks.message.id': message.id,
      'blueticks.session.id': message.session_id,
      'blueticks.attempt': message.attempts,
      'blueticks.message.type': message.type,
      'blueticks.campaign.id': message.campaign_id,
      'blueticks.sequence.id': message.sequence_id,
    },
  });
}

/** Ends it with what came of it. */
export function endAttempt(span: Span | undefined, report: Report): void {
  if (!span) return;
  if ('failure' in report) {
    span.set({ 'blueticks.retry': report.failure.mayPass });
    span.fail(report.failure.reason);
  } else if (!('receipt' in report)) {
    span.set({ 'blueticks.stopped': 'humanHasChat' in report ? 'human_has_the_chat' : 'not_wanted' });
  }
  span.end();
}
