/** What can be wrong with a proxy: a word for programs, and for people what is wrong and what to do. */
export const PROXY_FAULTS = {
  name_not_found: 'The host name of the proxy is not known. Check its spelling.',
  refused: 'The proxy refuses connections. Check that it runs, and its port.',
  unreachable: 'The proxy cannot be reached from here. Check its address and the network.',
  timed_out: 'The proxy did not answer in time. Check its address and that it runs.',
  address_not_allowed:
    'The host name of the proxy leads to a link-local, metadata or reserved address, to which the engine never connects. Use another proxy.',
  not_a_proxy:
    'What answers there is not a proxy of this kind. Check the port, and whether it is http, https or socks5.',
  hung_up:
    'The proxy closed the connection without an answer. Check the user, the password, and whether it is http, https or socks5.',
  bad_certificate: 'The certificate of the proxy is not valid for its host. Use its right host name.',
  wrong_password: 'The proxy does not accept the user and the password. Check both.',
  no_way_out:
    'The proxy answers, but does not connect to WhatsApp. Check that it is online and may connect there.',
  not_whatsapp:
    "The proxy connects, but what answers does not have WhatsApp's certificate: something on the way reads along. Use another proxy.",
} as const;

export type ProxyFaultWord = keyof typeof PROXY_FAULTS;

/** A connection through a proxy could not be made. Says nothing of the proxy's address, user and password. */
export class ProxyFault extends Error {
  /** Begins with E, as those of the system, so that Baileys takes it for a lost connection. */
  readonly code = 'EPROXY';

  constructor(readonly word: ProxyFaultWord) {
    super(PROXY_FAULTS[word]);
    this.name = 'ProxyFault';
  }
}
