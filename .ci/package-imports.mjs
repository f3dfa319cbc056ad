import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import ts from 'typescript'

/** Read as a text, into the page of a report. */
const PAGE_ASSET = /\/report\/page\/assets\//

/** What the compiler leaves of a file that declares types alone; nothing needs to load it. */
const TYPES_ONLY =
  /^"use strict";\nObject\.defineProperty\(exports, "__esModule", \{ value: true \}\);\n$/

/**
 * Returns what is wrong between what the published code imports and what package.json says that it needs. A package that only the embedded server or
 * a test needs would be found here too, because it is no dependency.
 */
export function importProblems(manifest, paths, read) {
  const dependencies = Object.keys(manifest.dependencies)
  const allowed = [...dependencies, ...Object.keys(manifest.peerDependencies)]
  const entries = [manifest.main, ...Object.values(manifest.bin)]
  const code = follow(entries, ['.js'], paths, read)
  const types = follow([manifest.types], ['.d.ts'], paths, read)
  const unused = allowed.filter((name) => !code.packages.has(name))
  const idle = paths.filter(
    (path) =>
      path.endsWith('.js') &&
      !PAGE_ASSET.test(path) &&
      !code.files.has(path) &&
      !TYPES_ONLY.test(read(path)),
  )
  const undeclared = [...code.packages, ...types.packages].filter(
    ([name]) => name !== manifest.name && !allowed.includes(name),
  )
  return [
    ...unused.map((name) => `package.json needs ${name}, which no published code imports.`),
    ...idle.map((path) => `Nothing loads ${path}.`),
    ...undeclared.map(([name, path]) => `${path} imports ${name}, which is no dependency.`),
    ...[...code.broken, ...types.broken],
  ]
}

/** Returns the files that `entries` load, one by another, and the packages that these import, each with a file that does. */
function follow(entries, endings, paths, read) {
  const files = new Set()
  const packages = new Map()
  const broken = []
  const visit = (path) => {
    if (files.has(path)) return
    files.add(path)
    for (const specifier of specifiersOf(read(path))) {
      if (specifier.startsWith('.')) {
        const base = posix.join(posix.dirname(path), specifier)
        const target = candidates(base, endings).find((candidate) => paths.includes(candidate))
        if (target === undefined) broken.push(`${path} imports ${specifier}, which is not there.`)
        else visit(target)
      } else if (!isBuiltin(specifier)) packages.set(packageOf(specifier), path)
    }
  }
  // A field that is missing from package.json is for publint and attw to find.
  for (const entry of entries.map((path) => posix.normalize(path ?? ''))) {
    if (paths.includes(entry)) visit(entry)
  }
  return { files, packages, broken }
}

function specifiersOf(text) {
  const found = []
  const visit = (node) => {
    const specifier = specifierOf(node)
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) found.push(specifier.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true))
  return found
}

function specifierOf(node) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node)) return node.argument.literal
  if (!ts.isCallExpression(node)) return undefined
  const { expression } = node
  const imports =
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    isRequireOfThisFile(expression) ||
    (ts.isIdentifier(expression) && expression.text === 'require' && isOwn(expression))
  return imports ? node.arguments[0] : undefined
}

/** `createRequire(__filename)`, for what may not be installed. */
function isRequireOfThisFile(expression) {
  if (!ts.isCallExpression(expression)) return false
  const [from] = expression.arguments
  return from !== undefined && ts.isIdentifier(from) && from.text === '__filename'
}

/** Tells whether an identifier is the module's own: a `require` that was made for the user's project finds what is installed there. */
function isOwn(identifier) {
  const declares = (name) =>
    ts.isIdentifier(name)
      ? name.text === identifier.text
      : name.elements.some((element) => element.name && declares(element.name))
  for (let scope = identifier.parent; scope && !ts.isSourceFile(scope); scope = scope.parent) {
    const declarations = [
      ...(scope.parameters ?? []),
      ...(ts.isBlock(scope) ? scope.statements : []).flatMap(
        ({ declarationList }) => declarationList?.declarations ?? [],
      ),
    ]
    if (declarations.some(({ name }) => declares(name))) return false
  }
  return true
}

function candidates(base, endings) {
  return endings.flatMap((ending) => [base.replace(/\.js$/, '') + ending, `${base}/index${ending}`])
}

function isBuiltin(specifier) {
  return specifier.startsWith('node:') || builtinModules.includes(specifier)
}

function packageOf(specifier) {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}
