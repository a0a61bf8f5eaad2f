// Plain JavaScript: compiled from TypeScript, `import()` can become `require()`, and Baileys is ESM only.
module.exports = () => import('@whiskeysockets/baileys');
