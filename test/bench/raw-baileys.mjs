// Baileys alone, with its memory for keys: what a send costs without anything of ours. In a process of its own.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(import.meta.url);

/** @returns messages a second until the server's ack, once every chat has its session, and the processor time of each. */
export async function measureRaw(job) {
  const child = fork(CHILD, { silent: true });
  child.send(job);
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`raw Baileys ended with ${code}`)));
  });
}

if (process.send && process.argv[1] === CHILD) {
  process.once('message', async (job) => process.send(await run(job), () => process.exit(0)));
}

async function run({ url, control, phone, numbers, messages, atOnce }) {
  const baileys = await import('@whiskeysockets/baileys');
  const auth = { creds: baileys.initAuthCreds(), keys: memoryKeys() };
  const socket = await linkAndOpen(baileys, auth, { url, control, phone });
  const acks = new Map();
  socket.ws.on('CB:ack,class:message', ({ attrs }) => acks.get(attrs.id)?.());
  const send = async (number, text) => {
    const messageId = baileys.generateMessageIDV2(socket.user.id);
    const acked = new Promise((resolve) => acks.set(messageId, resolve));
    await socket.sendMessage(`${number.slice(1)}@s.whatsapp.net`, { text }, { messageId });
    await acked;
    acks.delete(messageId);
  };
  for (const number of numbers) await send(number, 'warm');
  const [from, before] = [performance.now(), process.cpuUsage()];
  let next = 0;
  const worker = async () => {
    while (next < messages) {
      const i = next++;
      await send(numbers[i % numbers.length], `raw ${i}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: (messages * 1000) / (performance.now() - from),
    processorMs: (user + system) / 1000 / messages,
  };
}

async function linkAndOpen(baileys, auth, { url, control, phone }) {
  for (;;) {
    const socket = baileys.makeWASocket({
      waWebSocketUrl: url,
      auth,
      logger: silent,
      browser: baileys.Browsers.ubuntu('Chrome'),
      markOnlineOnConnect: false,
      syncFullHistory: false,
    });
    socket.ev.on('creds.update', (update) => Object.assign(auth.creds, update));
    const opened = await new Promise((resolve) =>
      socket.ev.on('connection.update', ({ qr, connection, receivedPendingNotifications }) => {
        if (qr) void post(`${control}/phones/${encodeURIComponent(phone)}/link`, { qr });
        if (connection === 'close') resolve(false);
        if (receivedPendingNotifications) resolve(true);
      }),
    );
    if (opened) return socket;
  }
}

const post = (url, body) => fetch(url, { method: 'POST', body: JSON.stringify(body) });

const silent = {
  level: 'silent',
  child: () => silent,
  ...Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error'].map((level) => [level, () => undefined])),
};

function memoryKeys() {
  const kept = new Map();
  return {
    get: async (type, ids) =>
      Object.fromEntries(
        ids.map((id) => [id, kept.get(`${type}/${id}`)]).filter(([, value]) => value != null),
      ),
    set: async (data) => {
      for (const [type, values] of Object.entries(data))
        for (const [id, value] of Object.entries(values)) kept.set(`${type}/${id}`, value);
    },
  };
}
