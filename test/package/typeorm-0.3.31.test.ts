import { testInitialised } from './typeorm-init'

testInitialised('0.3.31')
