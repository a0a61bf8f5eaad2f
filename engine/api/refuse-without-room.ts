import type { FastifyRequest } from 'fastify';
import type { Room } from '../store/sql/room';

const READS = ['GET', 'HEAD', 'OPTIONS'];

/** Accepts nothing that could not be kept: before the body is read, by its length. @throws DiskFull */
export function refuseWithoutRoom({ method, headers }: FastifyRequest, room: Room): void {
  if (READS.includes(method)) return;
  const shortage = room.shortage(Number(headers['content-length']) || 0);
  if (shortage) throw shortage;
}
