import js from '@eslint/js';
import { config as n8n } from '@n8n/node-cli/eslint';
import { globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Where n8n's rules for community nodes hold, as strict as n8n's cloud wants them. */
const NODE_PACKAGE = ['nodes/**/*.ts', 'credentials/**/*.ts'];

export default tseslint.config(
  globalIgnores(['dist', 'coverage', 'node_modules', 'tmp']),
  // n8n means its rules for a package that is all nodes: the engine is not one.
  ...n8n.map((part) => (part.files?.includes('**/*.ts') ? { ...part, files: NODE_PACKAGE } : part)),
  {
    files: ['package.json'],
    rules: {
      // The engine is part of the package, so it has dependencies and cannot run on n8n's cloud.
      '@n8n/community-nodes/no-runtime-dependencies': 'off',
    },
  },
  {
    files: NODE_PACKAGE,
    rules: { '@typescript-eslint/no-explicit-any': 'error' },
  },
  {
    files: ['nodes/Blueticks/actions/operation.ts'],
    // It puts properties together; the rule sees no default because it is not written as a literal.
    rules: { 'n8n-nodes-base/node-param-default-missing': 'off' },
  },
  {
    files: ['engine/**/*.ts', 'test/**/*.ts'],
    extends: [js.configs.recommended, tseslint.configs.recommended],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // One word for a test, and no test that is skipped or that skips all others.
      'no-restricted-globals': [
        'error',
        ...['test', 'xit', 'xtest', 'fit', 'xdescribe', 'fdescribe'].map((name) => ({
          name,
          message: 'Use `it` and `describe`.',
        })),
      ],
      'no-restricted-properties': [
        'error',
        ...['it', 'describe'].flatMap((object) =>
          ['only', 'skip', 'todo'].map((property) => ({ object, property, message: 'Every test runs.' })),
        ),
      ],
    },
  },
  {
    files: ['engine/media/media-kind.ts'],
    // It looks at the first bytes of files, of which many are control characters.
    rules: { 'no-control-regex': 'off' },
  },
);
