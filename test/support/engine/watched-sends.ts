import type { OutgoingMessage, TransportFactory } from '../../../engine/transport/transport';

/** What was put on the wire, and when (epoch ms, by the engine's clock). */
export interface WatchedSend {
  wireId: string;
  to: string;
  text: string;
  at: number;
}

/** Wraps a transport so that it notes each message as it is handed over, before anything else happens to it. */
export function watchSends(sends: WatchedSend[]) {
  return (factory: TransportFactory): TransportFactory =>
    (session, clock) => {
      const transport = factory(session, clock);
      const send = transport.send.bind(transport);
      transport.send = (message: OutgoingMessage) => {
        const text = message.content.type === 'text' ? message.content.text : '';
        sends.push({ wireId: message.wireId, to: message.chatId, text, at: clock.now() });
        return send(message);
      };
      return transport;
    };
}
