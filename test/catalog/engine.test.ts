import { expect, it } from 'vitest'
import { foreignEngine } from '../../src/tools/catalog/engine'

it.each([
  // The server of these tests, and Debian's.
  'PostgreSQL 18.4 on x86_64-pc-linux-gnu, compiled by gcc (GCC) 11.5.0, 64-bit',
  'PostgreSQL 15.20 (Debian 15.20-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14+deb12u1) 12.2.0, 64-bit',
  // Percona's packages, and the build by Visual C++ (before 17 it named no platform).
  'PostgreSQL 15.4 - Percona Distribution on x86_64-pc-linux-gnu, compiled by gcc (GCC) 8.5.0, 64-bit',
  'PostgreSQL 15.4, compiled by Visual C++ build 1914, 64-bit',
  'PostgreSQL 19beta1 on x86_64-pc-linux-gnu, compiled by gcc (GCC) 11.5.0, 64-bit',
])('takes for PostgreSQL: %s', (description) => {
  expect(foreignEngine({ description })).toBeNull()
})

it.each([
  // `cockroach sql -e "SELECT version();"`, as tutorials and drivers quote it.
  [
    'CockroachDB CCL v24.3.5 (x86_64-pc-linux-gnu, built 2025/02/03 17:28:15, go1.22)',
    'CockroachDB',
  ],
  // Captured from yugabytedb/yugabyte by the tests of drivers.
  [
    'PostgreSQL 15.12-YB-2.25.2.0-b0 on x86_64-pc-linux-gnu, compiled by clang version 19.1.0',
    'YugabyteDB',
  ],
  ['PostgreSQL 11.2-YB-2.18.0.1-b0 on x86_64-pc-linux-gnu, compiled by clang', 'YugabyteDB'],
  // Comments in the drivers of activerecord and Apache Arrow.
  [
    'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.77467',
    'Redshift',
  ],
  // Printed by psql in a user's notes.
  [
    'PostgreSQL 9.4.26 (Greenplum Database 6.24.4 build commit:d1b94743b5e665888e0a72c921daf04bdbe77528 Open Source) on x86_64-unknown-linux-gnu',
    'Greenplum',
  ],
  // Names no platform, as a server does that PostgreSQL's own build did not make.
  ['PostgreSQL 16', 'unknown'],
  ['Something else 1.0', 'unknown'],
])('%s is %s', (description, engine) => {
  expect(foreignEngine({ description })).toBe(engine)
})
