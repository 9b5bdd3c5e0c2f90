import { defineConfig, globalIgnores } from 'eslint/config'
import boundaries from 'eslint-plugin-boundaries'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import { elements, policies } from './build/import-rules.js'

const importRules = {
  plugins: { boundaries },
  settings: {
    // Files name each other with their extension, and a package that Node's old rules miss is external all the same.
    'import/resolver': { node: { extensions: ['.ts', '.js', '.mjs', '.vue'] } },
    'boundaries/root-path': import.meta.dirname,
    'boundaries/elements': elements,
    'boundaries/dependency-nodes': ['import', 'export', 'dynamic-import', 'require'],
    'boundaries/additional-dependency-nodes': [{ selector: 'TSImportType Literal', kind: 'type', name: 'import-type' }],
    'boundaries/legacy-templates': false,
  },
}

const ofTypeScript = {
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
}

/** How a template is laid out is Prettier's business, as it is for scripts. */
const layoutRulesOff = Object.fromEntries(
  [
    'html-indent',
    'html-self-closing',
    'max-attributes-per-line',
    'singleline-html-element-content-newline',
    'multiline-html-element-content-newline',
    'html-closing-bracket-newline',
    'first-attribute-linebreak',
    'attributes-order',
  ].map((name) => [`vue/${name}`, 'off']),
)

export default defineConfig(
  globalIgnores(['**/node_modules/', '**/dist/', '**/out/', '**/coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs,cjs,ts,vue}'],
    extends: [importRules],
    rules: {
      'boundaries/dependencies': [
        'error',
        { default: 'disallow', checkAllOrigins: true, checkUnknownLocals: true, policies },
      ],
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
      ...ofTypeScript,
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A number in a message reads the same with and without String().
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  {
    // Not with types: vue-tsc checks those, and twice would take a minute more.
    files: ['**/*.vue'],
    extends: [tseslint.configs.recommended, vue.configs['flat/recommended']],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      ...layoutRulesOff,
      // TypeScript knows that an exhaustive switch returns, and that a property may be left out.
      'vue/return-in-computed-property': 'off',
      'vue/require-default-prop': 'off',
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-undef-components': ['error', { ignorePatterns: ['^Router(Link|View)$'] }],
      'vue/no-unused-refs': 'error',
      'vue/no-v-html': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      ...ofTypeScript,
    },
  },
  {
    // Windows and browsers have neither.
    files: ['renderer/**'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', 'process', 'Buffer', 'global', 'require', '__dirname'] },
  },
  {
    // A test may reach for what it checks, and a group of tests is one long function.
    files: ['**/*.test.ts', '*.{js,ts}'],
    rules: {
      'boundaries/dependencies': 'off',
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
)
