import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OggOpus } from './ogg-opus';

/** Phones draw a voice message as this many bars, each 0 to 100. */
const BARS = 64;
/** Packets decoded per turn of the event loop: about a second of sound, a few milliseconds of work. */
const PACKETS_AT_ONCE = 50;

/** The loudness of a voice message in 64 bars, the loudest being 100; null if it cannot be decoded. */
export async function waveformOf(voice: OggOpus): Promise<Uint8Array | null> {
  try {
    return await decoded(voice);
  } catch {
    return null;
  }
}

async function decoded({ channels, preSkip, packets }: OggOpus): Promise<Uint8Array> {
  const { OpusDecoder } = await import('opus-decoder');
  // The lowest sample rate is enough for loudness.
  const decoder = new OpusDecoder({ channels, preSkip, sampleRate: 8000 });
  await decoder.ready;
  try {
    const sums = new Float64Array(BARS);
    const counts = new Float64Array(BARS);
    for (let at = 0; at < packets.length; at += PACKETS_AT_ONCE) {
      const some = packets.slice(at, at + PACKETS_AT_ONCE);
      const samples = decoder.decodeFrames(some).channelData[0] ?? new Float32Array();
      samples.forEach((sample, index) => {
        const packet = at + (index / samples.length) * some.length;
        const bar = Math.min(BARS - 1, Math.floor((packet / packets.length) * BARS));
        sums[bar]! += Math.abs(sample);
        counts[bar]! += 1;
      });
      await nextTurn();
    }
    return scaled(sums.map((sum, bar) => (counts[bar] ? sum / counts[bar] : 0)));
  } finally {
    decoder.free();
  }
}

function scaled(loudness: Float64Array): Uint8Array {
  const loudest = Math.max(...loudness);
  return Uint8Array.from(loudness, (value) => (loudest > 0 ? Math.round((value / loudest) * 100) : 0));
}
