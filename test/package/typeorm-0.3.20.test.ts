import { testInitialised } from './typeorm-init'

// Its TypeScript, 4.5.2, cannot read the @types/node that the range in its package.json allows today.
testInitialised('0.3.20', ['@types/node@16.11.10'])
