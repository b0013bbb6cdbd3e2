import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import prettier from 'eslint-config-prettier';

/** The settings of the tools themselves lie outside tsconfig: they are linted without types. */
const TOOL_SETTINGS = ['*.mjs', '*.cjs'];

export default defineConfig(
  { ignores: ['dist', 'node_modules', '.data', 'coverage', 'web/dist'] },
  ...tseslint.configs.strictTypeChecked,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-console': 'error',
      'max-depth': ['error', 4],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['libs/cli/**', 'libs/launch/**', 'test/**'], rules: { 'no-console': 'off' } },
  { files: TOOL_SETTINGS, extends: [tseslint.configs.disableTypeChecked] },
  { files: ['*.cjs'], languageOptions: { globals: { module: 'readonly' } } },
  prettier,
);
