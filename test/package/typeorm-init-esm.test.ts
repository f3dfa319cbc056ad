import { testInitialised } from './typeorm-init'

testInitialised('esm')
