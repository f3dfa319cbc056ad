import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const STYLES = ['theme', 'layout', 'summary', 'table', 'details', 'narrow', 'print']

/** In this order: each may use what those before it define. */
const SCRIPTS = [
  'dom',
  'state',
  'index',
  'copy',
  'causes',
  'details',
  'row',
  'list',
  'controls',
  'heat-map',
  'main',
]

/** What a page carries beside its data, and the hashes by which a browser knows it. */
export interface Assets {
  readonly style: string
  readonly script: string
  readonly policy: string
}

/** Reads the page's style and script, which stand beside this file. */
export function readAssets(): Assets {
  const style = STYLES.map((name) => read(`${name}.css`)).join('\n')
  // Each in a block: a name at the top of one is not another's.
  const blocks = SCRIPTS.map((name) => `{\n${read(`${name}.js`)}}`)
  const script = ["'use strict'", 'const page = {}', ...blocks, ''].join('\n')
  return {
    style,
    script,
    policy: [
      "default-src 'none'",
      `script-src ${hash(script)}`,
      `style-src ${hash(style)}`,
      "base-uri 'none'",
      "form-action 'none'",
      // No text becomes markup or code, whatever the script does with it.
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
  }
}

function read(name: string): string {
  // A browser reads a carriage return as a line feed, and hashes what it read.
  return readFileSync(join(__dirname, 'assets', name), 'utf8').replaceAll('\r\n', '\n')
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
