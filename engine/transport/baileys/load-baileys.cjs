// A plain file, because compilers turn an `import()` in TypeScript into a `require`, and Baileys has only modules.
module.exports = () => import('@whiskeysockets/baileys');
