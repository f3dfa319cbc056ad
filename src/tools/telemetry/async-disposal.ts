type AsyncDispose = SymbolConstructor extends { readonly asyncDispose: infer Key } ? Key : never

/** What `await using` calls, for a compiler that knows it: the types of an older one have no such symbol. */
export type AsyncDisposal = Record<Extract<AsyncDispose, symbol>, () => Promise<void>>
