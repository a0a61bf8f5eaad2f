import { messageOfEvent, placeOf, placeOfEvent, type Tracer } from '../../domain/tracing';
import type { AfterCommit } from '../../events/transact';

/**
 * Spans of what a transaction has committed: the acceptance of each message, which begins its trace, and each event, with
 * the receipts of messages among them. They are linked to what caused them, such as a request.
 */
export function traceChanges(tracer: Tracer): Pick<AfterCommit, 'onCreated' | 'onTold'> {
  const links = () => (tracer.current ? [tracer.current] : []);
  return {
    onCreated(ids) {
      for (const id of ids) {
        tracer.moment('message.accepted', placeOf(id), {
          attributes: { 'blueticks.message.id': id },
          links: links(),
        });
      }
    },
    onTold(events, ids) {
      events.forEach(({ type, mode, data }, index) => {
        const id = ids[index]!;
        const message = messageOfEvent(data);
        tracer.moment(type, placeOfEvent(id, message), {
          parent: message === null ? null : placeOf(message),
          attributes: {
            'blueticks.event.id': id,
            'blueticks.event.type': type,
            'blueticks.mode': mode,
            'blueticks.message.id': message,
          },
          links: links(),
        });
      });
    },
  };
}
