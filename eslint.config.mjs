import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import prettier from 'eslint-config-prettier';

/** The settings of the tools themselves lie outside tsconfig: they are linted without types. */
const TOOL_SETTINGS = ['*.mjs', '*.cjs'];

const ONE_READER = 'src/config is the only reader of the environment: take a setting from there.';
const ENVIRONMENT = [
  { selector: 'MemberExpression[object.name="process"][property.name="env"]', message: ONE_READER },
  { selector: 'MemberExpression[object.name="process"][property.value="env"]', message: ONE_READER },
  { selector: 'ImportSpecifier[imported.name="env"]', message: ONE_READER },
];

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
  {
    files: ['src/**'],
    ignores: ['src/config/**'],
    rules: { 'no-restricted-syntax': ['error', ...ENVIRONMENT] },
  },
  { files: ['libs/cli/**', 'libs/launch/**', 'test/**'], rules: { 'no-console': 'off' } },
  { files: TOOL_SETTINGS, extends: [tseslint.configs.disableTypeChecked] },
  { files: ['*.cjs'], languageOptions: { globals: { module: 'readonly' } } },
  prettier,
);
