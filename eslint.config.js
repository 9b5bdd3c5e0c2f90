import { defineConfig, globalIgnores } from 'eslint/config'
import boundaries from 'eslint-plugin-boundaries'
import tseslint from 'typescript-eslint'
import { elements, policies } from './build/import-rules.js'

const importRules = {
  plugins: { boundaries },
  settings: {
    // Files name each other with their extension, and a package that Node's old rules miss is external all the same.
    'import/resolver': { node: { extensions: ['.ts', '.js', '.mjs'] } },
    'boundaries/root-path': import.meta.dirname,
    'boundaries/elements': elements,
    'boundaries/dependency-nodes': ['import', 'export', 'dynamic-import', 'require'],
    'boundaries/additional-dependency-nodes': [{ selector: 'TSImportType Literal', kind: 'type', name: 'import-type' }],
    'boundaries/legacy-templates': false,
  },
}

export default defineConfig(
  globalIgnores(['**/node_modules/', '**/dist/', '**/out/', '**/coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs,cjs,ts}'],
    extends: [importRules],
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', checkAllOrigins: true, checkUnknownLocals: true, policies }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      // A switch counts once, so that an exhaustive one over a long union is no offence.
      complexity: ['error', { max: 12, variant: 'modified' }],
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A number in a message reads the same with and without String().
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  {
    // A test may reach for what it checks, and a group of tests is one long function.
    files: ['**/*.test.ts', '*.{js,ts}'],
    rules: { 'boundaries/dependencies': 'off', 'max-lines-per-function': 'off' },
  },
)
