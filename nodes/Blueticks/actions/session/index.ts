import type { Resource } from '../operation';
import { getPairingCode } from './get-pairing-code.operation';
import { getQrCode } from './get-qr-code.operation';
import { getStatus } from './get-status.operation';
import { logOut } from './log-out.operation';

export const session: Resource = {
  value: 'session',
  name: 'Session',
  operations: [getPairingCode, getQrCode, getStatus, logOut],
  defaultOperation: 'getStatus',
};
