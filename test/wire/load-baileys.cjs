// A plain file, because the compiler that Jest uses would turn this `import()` into a `require`.
module.exports = () => import('@whiskeysockets/baileys');
