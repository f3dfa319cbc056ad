import { createRequire, register } from 'node:module'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf } from '../../db/sqlstate'
import { type ModuleSystem, moduleSystem, nearestFile } from '../../module-system'

/** What makes Node run TypeScript here. */
export interface Runtime {
  /** The package's name; `node` where it needs none, or the process was started with hooks of its own. */
  readonly name: string
  /** How TypeORM's command line runs with it. */
  readonly typeorm: string
  /** Whether `@Column()` without a type works: it needs the decorators' metadata. */
  readonly emitsMetadata: boolean
}

interface Place {
  readonly file: string
  readonly system: ModuleSystem
  readonly require: NodeJS.Require
}

interface Loader {
  readonly name: string
  readonly emitsMetadata: boolean
  readonly typeorm: Readonly<Record<ModuleSystem, string>>
  /** Returns how TypeORM's command line runs, where that is another way. */
  readonly register: (place: Place) => Promise<string | undefined> | string | undefined
}

/** What we need of ts-node. */
interface TsNode {
  create(options: object): { readonly config: { readonly options: { readonly module?: number } } }
  register(options: object): void
}

/** TypeScript's ModuleKind: between the two are those that emit import and export. */
const ES2015 = 5
const NODE16 = 100

const CLI = 'node_modules/typeorm/cli.js'

/**
 * Types are checked, because the metadata of a column whose type is an imported enum is right only then; what is wrong elsewhere is printed, and
 * stops nothing, nor do options that only matter to a build (TypeScript 6: rootDir, what is deprecated). The project's own settings, in
 * tsconfig.json or the environment, go before.
 */
const TS_NODE = {
  TS_NODE_LOG_ERROR: 'true',
  TS_NODE_IGNORE_DIAGNOSTICS: '5011,5095,5101,5107,5109,5110',
}

/** Those that emit the decorators' metadata come first: most entities rely on it. */
const LOADERS: readonly Loader[] = [
  {
    name: 'ts-node',
    emitsMetadata: true,
    typeorm: { commonjs: 'npx typeorm-ts-node-commonjs', module: 'npx typeorm-ts-node-esm' },
    register({ file, system, require }) {
      for (const [name, value] of Object.entries(TS_NODE)) process.env[name] ??= value
      const tsNode = require('ts-node') as TsNode
      // './user.js' may stand for user.ts, as it does for the compiler.
      const service = tsNode.create({ experimentalResolver: true })
      const { module = 0 } = service.config.options
      // A bundler's setting, in a project that Node reads as CommonJS.
      const emitsModules = system === 'commonjs' && module >= ES2015 && module < NODE16
      tsNode.register(
        emitsModules
          ? { experimentalResolver: true, compilerOptions: { module: 'commonjs' } }
          : service,
      )
      const followsPaths = registerPaths({ file, require })
      if (system === 'module') register('ts-node/esm', pathToFileURL(file))
      else if (followsPaths) return `node -r ts-node/register -r tsconfig-paths/register ${CLI}`
      return undefined
    },
  },
  {
    name: '@swc-node/register',
    emitsMetadata: true,
    typeorm: {
      commonjs: `node -r @swc-node/register ${CLI}`,
      module: `node --import @swc-node/register/esm-register ${CLI}`,
    },
    register({ file, system, require }) {
      require('@swc-node/register')
      if (system === 'module') register('@swc-node/register/esm', pathToFileURL(file))
      return undefined
    },
  },
  {
    name: 'tsx',
    emitsMetadata: false,
    typeorm: { commonjs: `npx tsx ${CLI}`, module: `npx tsx ${CLI}` },
    async register({ require }) {
      await import(pathToFileURL(require.resolve('tsx')).href)
      return undefined
    },
  },
]

/** Node 22.18 and newer strip types, and know no decorators. */
export const NATIVE: Runtime = { name: 'node', typeorm: 'npx typeorm', emitsMetadata: false }

/** The names of all that are looked for. */
export const LOADER_NAMES = LOADERS.map(({ name }) => name)

/** Tells whether a file is TypeScript. */
export function isTypeScript(path: string): boolean {
  return /\.[cm]?ts$/.test(path)
}

/**
 * Makes this process run TypeScript for a file, by a package of that file's own project; undefined where there is none.
 *
 * @param say - told what cannot be used, and why
 */
export async function runTypeScript(
  file: string,
  say: (line: string) => void,
): Promise<Runtime | undefined> {
  const system = moduleSystem(file)
  const arranged = arrangedRuntime(system)
  if (arranged) return arranged
  const require = createRequire(file)
  const tsconfig = nearestFile(dirname(file), 'tsconfig.json')
  if (tsconfig !== undefined) {
    // The hooks would look for it from the working directory, which may be another.
    process.env.TS_NODE_PROJECT = resolve(process.env.TS_NODE_PROJECT ?? tsconfig)
    process.env.TSX_TSCONFIG_PATH ??= tsconfig
  }
  for (const { name, typeorm, emitsMetadata, register } of LOADERS) {
    if (!isInstalled(name, require)) continue
    try {
      const other = await register({ file, system, require })
      return { name, typeorm: other ?? typeorm[system], emitsMetadata }
    } catch (cause) {
      say(`Cannot use ${name}: ${messageOf(cause)}`)
    }
  }
  return 'typescript' in process.features && process.features.typescript ? NATIVE : undefined
}

/** Whoever starts Node with hooks for TypeScript has chosen how it is run. */
function arrangedRuntime(system: ModuleSystem): Runtime | undefined {
  const started = [...process.execArgv, process.env.NODE_OPTIONS].join(' ')
  if (!/tsx|ts-node|swc|esbuild|oxc|jiti|babel|sucrase|vite/.test(started)) return undefined
  const known = LOADERS.find(({ name }) => started.includes(name))
  return {
    name: 'node',
    typeorm: known?.typeorm[system] ?? 'typeorm',
    emitsMetadata: known?.emitsMetadata ?? true,
  }
}

function isInstalled(name: string, require: NodeJS.Require): boolean {
  try {
    require.resolve(name)
    return true
  } catch {
    return false
  }
}

/** ts-node alone does not follow `paths` of tsconfig.json; projects that use them have this beside it. Returns whether there are any. */
function registerPaths({ file, require }: Pick<Place, 'file' | 'require'>): boolean {
  if (!isInstalled('tsconfig-paths', require)) return false
  const paths = require('tsconfig-paths') as {
    loadConfig(folder: string): {
      resultType: string
      absoluteBaseUrl: string
      paths: Record<string, string[]>
    }
    register(options: { baseUrl: string; paths: Record<string, string[]> }): unknown
  }
  const config = paths.loadConfig(dirname(file))
  if (config.resultType !== 'success') return false
  paths.register({ baseUrl: config.absoluteBaseUrl, paths: config.paths })
  return true
}
