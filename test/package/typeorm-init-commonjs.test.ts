import { testInitialised } from './typeorm-init'

testInitialised('commonjs')
