import prettier from 'eslint-config-prettier'
import tseslint from 'typescript-eslint'

// Each may import those before it, never those after it.
const LAYERS = [
  'db',
  'options',
  'catalog',
  'metadata',
  'sql',
  'sequences',
  'cutover',
  'guard',
  'telemetry',
  'generator',
  'history',
  'diagnose',
  'report',
  'logs',
  'fleet',
  'monitor',
  'cli',
]

function mayNotImport(folders, extra = []) {
  return [
    'error',
    {
      patterns: [
        ...(folders.length > 0
          ? [
              {
                regex: `(^|/)(${folders.join('|')})/`,
                message:
                  'Imports run one way: cli → monitor, fleet, logs, report → diagnose, history → generator, telemetry → guard, cutover → sequences → sql, metadata, catalog → options → db → errors.',
              },
            ]
          : []),
        ...extra,
      ],
    },
  ]
}

const ENTITIES = { regex: '(^|/)entities/', message: 'Only telemetry imports the entities.' }
const EMBEDDED = {
  regex: 'embedded',
  message: 'The embedded server is for development: the published package does not carry it.',
}

export default tseslint.config(
  { ignores: ['dist/', '.postgres/'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  prettier,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['eslint.config.mjs'] } },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // TypeORM types the options of an EntitySchema as a class.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='exit']",
          message: 'Return an exit code instead.',
        },
      ],
      'no-console': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', 250],
    },
  },
  ...LAYERS.map((layer, index) => ({
    files: [`src/tools/${layer}/**`],
    rules: { 'no-restricted-imports': mayNotImport(LAYERS.slice(index + 1), [ENTITIES, EMBEDDED]) },
  })),
  {
    files: ['src/tools/*.ts'],
    rules: { 'no-restricted-imports': mayNotImport(LAYERS, [ENTITIES, EMBEDDED]) },
  },
  {
    files: ['src/tools/telemetry/**'],
    rules: {
      'no-restricted-imports': mayNotImport(LAYERS.slice(LAYERS.indexOf('telemetry') + 1), [
        EMBEDDED,
      ]),
    },
  },
  {
    files: ['src/tools/embedded/**'],
    rules: { 'no-restricted-imports': mayNotImport(LAYERS.slice(1), [ENTITIES]) },
  },
  {
    files: ['src/entities/**'],
    rules: { 'no-restricted-imports': mayNotImport(['tools']) },
  },
  {
    files: ['src/migrations/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(?!typeorm$)', message: 'A migration is frozen: it imports typeorm alone.' },
          ],
        },
      ],
    },
  },
  {
    files: ['src/index.ts'],
    rules: { 'no-restricted-imports': mayNotImport(['cli', 'embedded']) },
  },
  {
    files: ['ormconfig.ts', 'bench/**', 'examples/**', '.ci/**', 'test/fixtures/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['src/tools/cli/bin.ts'],
    rules: { 'no-console': 'off', 'no-restricted-syntax': 'off' },
  },
  // The SQL of a repair alone is longer.
  { files: ['src/migrations/*-Resync*.ts'], rules: { 'max-lines': 'off' } },
  { files: ['test/**'], rules: { 'max-lines': ['error', 350] } },
  // The script of the report's page, which tsc does not compile.
  {
    files: ['**/*.mjs', 'src/tools/report/page/assets/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
  },
)
