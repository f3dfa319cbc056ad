import { testInitialised } from './typeorm-init'

testInitialised('1.1.1')
