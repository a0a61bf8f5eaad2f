import fc from 'fast-check';
import {
  applyReceipt,
  isPending,
  MESSAGE_STATUSES,
  type MessageProgress,
  type MessageStatus,
  type StatusReceipt,
} from '../../../../engine/domain/messages/message-status';

const fresh = (status: MessageStatus = 'sending'): MessageProgress => ({
  status,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  failedAt: null,
});

function applyAll(receipts: StatusReceipt[], start = fresh()) {
  const steps = [start];
  const events: string[] = [];
  for (const receipt of receipts) {
    const outcome = applyReceipt(steps.at(-1)!, receipt);
    steps.push(outcome.next);
    events.push(...outcome.events);
  }
  return { steps, events, last: steps.at(-1)! };
}

describe('applyReceipt: examples', () => {
  it('moves from sent to delivered to read', () => {
    const { steps, events, last } = applyAll([
      { status: 'sent', at: 10 },
      { status: 'delivered', at: 20 },
      { status: 'read', at: 30 },
    ]);
    expect(steps.map((step) => step.status)).toEqual(['sending', 'sending', 'delivered', 'read']);
    expect(events).toEqual(['message.sent', 'message.delivered', 'message.read']);
    expect(last).toEqual({ status: 'read', sentAt: 10, deliveredAt: 20, readAt: 30, failedAt: null });
  });

  it('fills in the steps before read, with their events first', () => {
    expect(applyReceipt(fresh(), { status: 'read', at: 30 })).toEqual({
      changed: true,
      next: { status: 'read', sentAt: 30, deliveredAt: 30, readAt: 30, failedAt: null },
      events: ['message.sent', 'message.delivered', 'message.read'],
    });
  });

  it('keeps the time of sending when delivered', () => {
    const { last, events } = applyAll([
      { status: 'sent', at: 10 },
      { status: 'read', at: 30 },
      { status: 'delivered', at: 20 },
    ]);
    expect(last).toEqual({ status: 'read', sentAt: 10, deliveredAt: 30, readAt: 30, failedAt: null });
    expect(events).toEqual(['message.sent', 'message.delivered', 'message.read']);
  });

  it('counts sent for a message that is queued again after a time-out', () => {
    expect(applyReceipt(fresh('queued'), { status: 'sent', at: 10 })).toEqual({
      changed: true,
      next: { ...fresh('sending'), sentAt: 10 },
      events: ['message.sent'],
    });
  });

  it('ends with failed before delivered, even after sent', () => {
    const sent = { ...fresh(), sentAt: 10 };
    expect(applyReceipt(sent, { status: 'failed', at: 15, reason: 'rejected_by_whatsapp:463' })).toEqual({
      changed: true,
      next: { ...sent, status: 'failed', failedAt: 15 },
      events: ['message.failed'],
    });
  });

  it.each(['delivered', 'read'] as const)('an error after %s is ignored', (status) => {
    const { last } = applyAll([{ status, at: 10 }]);
    expect(applyReceipt(last, { status: 'failed', at: 20 })).toEqual({
      changed: false,
      next: last,
      events: [],
    });
  });

  it.each(['sent', 'delivered', 'read', 'failed'] as const)(
    'nothing leaves failed or canceled: %s',
    (status) => {
      const failed = { ...fresh('failed'), failedAt: 5 };
      const canceled = fresh('canceled');
      expect(applyReceipt(failed, { status, at: 20 })).toEqual({ changed: false, next: failed, events: [] });
      expect(applyReceipt(canceled, { status, at: 20 })).toEqual({
        changed: false,
        next: canceled,
        events: [],
      });
    },
  );

  it('does not change its input', () => {
    const current = Object.freeze(fresh());
    expect(() => applyReceipt(current, { status: 'read', at: 1 })).not.toThrow();
    expect(current).toEqual(fresh());
  });
});

describe('applyReceipt: any order, any number of times', () => {
  const at = fc.integer({ min: 0, max: 1000 });
  const receipt = (...statuses: StatusReceipt['status'][]) =>
    fc.record({ status: fc.constantFrom(...statuses), at });
  const all = fc.array(receipt('sent', 'delivered', 'read', 'failed'), { maxLength: 12 });
  const withoutFailed = fc.array(receipt('sent', 'delivered', 'read'), { maxLength: 12 });
  const start = fc.constantFrom(...MESSAGE_STATUSES.slice(0, 3)).map((status) => fresh(status));
  const order = ['scheduled', 'queued', 'sending', 'delivered', 'read'];

  it('never moves the status backwards or out of failed', () => {
    fc.assert(
      fc.property(start, all, (from, receipts) => {
        const { steps } = applyAll(receipts, from);
        steps.slice(1).forEach((step, index) => {
          const before = steps[index]!.status;
          if (before === 'failed') expect(step.status).toBe('failed');
          else if (step.status === 'failed') expect(['delivered', 'read']).not.toContain(before);
          else expect(order.indexOf(step.status)).toBeGreaterThanOrEqual(order.indexOf(before));
        });
      }),
    );
  });

  it('emits each event at most once, in order', () => {
    fc.assert(
      fc.property(start, all, (from, receipts) => {
        const { events } = applyAll(receipts, from);
        expect(new Set(events).size).toBe(events.length);
        const good = events.filter((event) => event !== 'message.failed');
        expect(good).toEqual(['message.sent', 'message.delivered', 'message.read'].slice(0, good.length));
      }),
    );
  });

  it('never changes a time that is set, and emits an event for each', () => {
    const times = {
      sentAt: 'message.sent',
      deliveredAt: 'message.delivered',
      readAt: 'message.read',
      failedAt: 'message.failed',
    } as const;
    fc.assert(
      fc.property(start, all, (from, receipts) => {
        const { steps, events, last } = applyAll(receipts, from);
        for (const [field, event] of Object.entries(times) as Array<[keyof typeof times, string]>) {
          const values = steps.map((step) => step[field]).filter((value) => value !== null);
          expect(new Set(values).size).toBeLessThanOrEqual(1);
          expect(events.includes(event)).toBe(last[field] !== null);
        }
      }),
    );
  });

  it('depends only on which receipts came, if none is failed', () => {
    const shuffled = withoutFailed.chain((receipts) =>
      fc.tuple(
        fc.constant(receipts),
        fc.shuffledSubarray([...receipts, ...receipts], {
          minLength: receipts.length * 2,
          maxLength: receipts.length * 2,
        }),
      ),
    );
    fc.assert(
      fc.property(start, shuffled, (from, [receipts, again]) => {
        const one = applyAll(receipts, from);
        const other = applyAll(again, from);
        expect(other.last.status).toBe(one.last.status);
        expect(other.events).toEqual(one.events);
        const highest = Math.max(
          order.indexOf(from.status),
          ...receipts.map(({ status }) => order.indexOf(status === 'sent' ? 'sending' : status)),
        );
        expect(one.last.status).toBe(order[highest]);
      }),
    );
  });

  it('sets changed exactly when there is something to store', () => {
    fc.assert(
      fc.property(start, all, (from, receipts) => {
        let current = from;
        for (const each of receipts) {
          const outcome = applyReceipt(current, each);
          expect(outcome.changed).toBe(JSON.stringify(outcome.next) !== JSON.stringify(current));
          if (!outcome.changed) expect(outcome.events).toEqual([]);
          current = outcome.next;
        }
      }),
    );
  });
});

it('counts only scheduled and queued messages as pending', () => {
  expect(MESSAGE_STATUSES.filter(isPending)).toEqual(['scheduled', 'queued']);
});
