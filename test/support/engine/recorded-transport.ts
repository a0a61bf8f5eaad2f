import type { EngineParts } from '../../../engine';
import type { OutgoingMessage, Transport, TransportFactory } from '../../../engine/transport/transport';

/** A message, and when the engine handed it over: epoch milliseconds of its clock. */
type HandedOver = OutgoingMessage & { at: number };

/** Watches what an engine hands to its transport, in order; every attempt counts. */
export class RecordedTransport {
  readonly handedOver: HandedOver[] = [];
  /** Holds a message up between its hand-over and the transport; does nothing until a test says otherwise. */
  pause: () => Promise<void> = async () => undefined;
  /** Holds up what a person wrote between WhatsApp and the engine; does nothing until a test says otherwise. */
  pauseInbound: () => Promise<void> = async () => undefined;

  /** For `parts.wrapTransport`. */
  readonly wrap: NonNullable<EngineParts['wrapTransport']> = (factory): TransportFactory => {
    return (session, clock) => {
      const transport = factory(session, clock);
      const send: Transport['send'] = async (message) => {
        this.handedOver.push({ ...message, at: clock.now() });
        await this.pause();
        return transport.send(message);
      };
      const open: Transport['open'] = (handlers) =>
        transport.open({
          ...handlers,
          onInbound: async (inbound) => {
            await this.pauseInbound();
            await handlers.onInbound(inbound);
          },
        });
      return new Proxy(transport, {
        get(target, name) {
          if (name === 'send') return send;
          if (name === 'open') return open;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    };
  };

  /** Starts the record anew. */
  forget(): void {
    this.handedOver.length = 0;
  }

  /** When each was handed over: epoch milliseconds of the engine's clock. */
  get times(): number[] {
    return this.handedOver.map(({ at }) => at);
  }

  /** All texts that were handed over, in order. */
  get texts(): string[] {
    return this.handedOver.map(textOf);
  }

  /** Texts handed over to a chat, in order. */
  textsTo(chatId: string): string[] {
    return this.handedOver.filter((message) => message.chatId === chatId).map(textOf);
  }
}

/** The text of a message; of other types `(media)` and so on. */
function textOf({ content }: OutgoingMessage): string {
  return content.type === 'text' ? content.text : `(${content.type})`;
}
