// The thread that renders; render.ts is the other end. Each message gets one answer, in order.
const { parentPort } = require('node:worker_threads');

/** Pixels per module of the QR code: sharp enough for a phone's camera. */
const PNG_SCALE = 8;

/** Libraries are loaded with the first job that needs them. */
const JOBS = {
  page: ({ bytes, contentType }) => require('./read-page.cjs').readPage(bytes, contentType),
  qr: ({ text, type }) => {
    const QRCode = require('qrcode');
    return type === 'image/png'
      ? QRCode.toBuffer(text, { type: 'png', scale: PNG_SCALE })
      : QRCode.toString(text, { type: 'svg' });
  },
};

parentPort.on('message', async ({ job, input }) => {
  try {
    parentPort.postMessage({ result: await JOBS[job](input) });
  } catch (error) {
    parentPort.postMessage({ fault: error.message });
  }
});
