/** The address that a test's proxy connects from. */
export const PROXY_ADDRESS = '127.0.0.9';

export interface ProxySettings {
  kind: 'http' | 'socks5';
  /** 0: any free one. */
  port: number;
  user: string;
  password: string;
}
