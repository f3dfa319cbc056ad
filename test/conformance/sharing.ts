import type { Case } from './case'

/** One sequence and several tables; partitions and inheritance. */
export const SHARING: readonly Case[] = [
  {
    name: 'a sequence that feeds two tables is compared with the higher',
    sql: `create sequence s; create table a (id bigint default nextval('s')); create table b (id bigint default nextval('s'));
      insert into a values (3); insert into b values (50)`,
    columns: [
      ['a.id', 'default', 's', 'behind', 51n],
      ['b.id', 'default', 's', 'behind', 52n],
    ],
  },
  {
    name: 'a sequence that feeds two columns of a table',
    sql: `create sequence s; create table t (a bigint default nextval('s'), b bigint default nextval('s')); insert into t values (3, 50)`,
    columns: [
      ['t.a', 'default', 's', 'behind', 51n],
      ['t.b', 'default', 's', 'behind', 54n],
    ],
  },
  {
    name: 'LIKE … INCLUDING ALL shares the sequence of a serial',
    sql: `create table t (id serial); create table copy (like t including all); insert into copy values (50)`,
    columns: [
      ['copy.id', 'default', 't_id_seq', 'behind', 51n],
      ['t.id', 'serial', 't_id_seq', 'behind', 52n],
    ],
  },
  {
    name: 'LIKE … INCLUDING ALL gives an identity its own sequence',
    sql: `create table t (id int generated always as identity); create table copy (like t including all);
      insert into copy overriding system value values (50)`,
    columns: [
      ['copy.id', 'identity always', 'copy_id_seq', 'behind', 51n],
      ['t.id', 'identity always', 't_id_seq', 'ok', 1n],
    ],
  },
  {
    name: 'a text column beside says nothing about the sequence',
    sql: `create table t (id serial, label text default 'T' || nextval('t_id_seq')); insert into t values (6, 'T900')`,
    columns: [
      ['t.id', 'serial', 't_id_seq', 'behind', 7n],
      ['t.label', 'default', 't_id_seq', 'unknown', 'refused'],
    ],
  },
  {
    name: 'descending and shared: the lowest of all',
    sql: `create sequence s increment -1; create table a (id bigint default nextval('s')); create table b (id bigint default nextval('s'));
      insert into a values (-3); insert into b values (-50)`,
    columns: [
      ['a.id', 'default', 's', 'behind', -51n],
      ['b.id', 'default', 's', 'behind', -52n],
    ],
  },
  {
    name: 'a domain’s default feeds all columns of the domain',
    sql: `create sequence s; create domain key as bigint default nextval('s'); create table a (id key); create table b (id key);
      insert into b values (50)`,
    columns: [
      ['a.id', 'default', 's', 'behind', 51n],
      ['b.id', 'default', 's', 'behind', 52n],
    ],
  },
  {
    name: 'shared with a column that names it as text',
    sql: `create sequence shared_by_name; create table a (id bigint default nextval('shared_by_name'));
      create table b (id bigint default nextval('shared_by_name'::text)); insert into b values (3)`,
    columns: [
      ['a.id', 'default', 'shared_by_name', 'behind', 4n],
      ['b.id', 'default', 'shared_by_name', 'behind', 5n],
    ],
  },
  {
    name: 'shared with a column that names it as text, and is full: neither is done',
    sql: `create sequence full_by_name as smallint; create table a (id bigint default nextval('full_by_name'));
      create table b (id smallint default nextval('full_by_name'::text)); insert into b values (32767)`,
    columns: [
      ['a.id', 'default', 'full_by_name', 'behind', 'refused'],
      ['b.id', 'default', 'full_by_name', 'behind', 'refused'],
    ],
  },
  {
    name: 'an outlier that would use up the narrower of two columns',
    sql: `create sequence s; create table a (id bigint default nextval('s')); create table b (id int default nextval('s'));
      insert into b values (7), (2147483640)`,
    columns: [
      ['a.id', 'default', 's', 'behind', 'refused'],
      ['b.id', 'default', 's', 'behind', 'refused', 'narrow-column'],
    ],
  },
  {
    name: 'a narrower column that is full already does not hold up the wider',
    sql: `create sequence s; create table a (id bigint default nextval('s')); create table b (id int default nextval('s'));
      insert into b values (2147483647); insert into a values (3000000000)`,
    columns: [
      ['a.id', 'default', 's', 'behind', 3000000001n],
      ['b.id', 'default', 's', 'behind', 'refused', 'narrow-column'],
    ],
  },
  {
    name: 'a sequence that is still below the range of one of its columns',
    sql: `create sequence s minvalue -100000 start -100000 maxvalue 30000; create table a (id bigint default nextval('s'));
      create table b (id smallint default nextval('s')); insert into a values (-99990)`,
    columns: [
      ['a.id', 'default', 's', 'behind', -99989n],
      ['b.id', 'default', 's', 'behind', 'no insert'],
    ],
  },
  {
    name: 'views, foreign and temporary tables that draw from it are passed over',
    sql: `create table t (id serial); insert into t values (6);
      create view v as select 1 as id; alter view v alter id set default nextval('t_id_seq');
      create foreign data wrapper nothing; create server nowhere foreign data wrapper nothing;
      create foreign table f (id int default nextval('t_id_seq')) server nowhere;
      create temporary table passing (id int default nextval('t_id_seq')); insert into passing values (900)`,
    columns: [['t.id', 'serial', 't_id_seq', 'behind', 7n]],
  },
  {
    name: 'a partitioned table is compared with all its partitions',
    sql: `create table t (id serial, k int) partition by range (k); create table low partition of t for values from (0) to (10);
      create table high partition of t default; insert into t values (5, 1), (80, 99)`,
    columns: [['t.id', 'serial', 't_id_seq', 'behind', 81n]],
  },
  {
    name: 'a partitioned table with an identity',
    since: 17,
    sql: `create table t (id int generated always as identity, k int) partition by range (k); create table part partition of t default;
      insert into t overriding system value values (80, 99)`,
    columns: [['t.id', 'identity always', 't_id_seq', 'behind', 81n]],
  },
  {
    name: 'partitions of partitions',
    sql: `create table t (id bigserial, k int) partition by range (k); create table middle partition of t default partition by list (k);
      create table leaf partition of middle default; insert into t values (80, 99)`,
    columns: [['t.id', 'serial', 't_id_seq', 'behind', 81n]],
  },
  {
    name: 'a partition that draws from a sequence of its own',
    sql: `create table t (id serial, k int) partition by range (k); create table part (id serial, k int); alter table t attach partition part default;
      insert into part values (80, 1)`,
    columns: [
      ['part.id', 'serial', 'part_id_seq', 'behind', 81n],
      ['t.id', 'serial', 't_id_seq', 'behind', 81n],
    ],
  },
  {
    name: 'inheritance: a child that shares its parent’s sequence',
    sql: `create table parent (id serial); create table child () inherits (parent); insert into child values (80)`,
    columns: [
      ['child.id', 'default', 'parent_id_seq', 'behind', 81n],
      ['parent.id', 'serial', 'parent_id_seq', 'behind', 82n],
    ],
  },
  {
    name: 'inheritance: a child with a sequence of its own',
    sql: `create table parent (id serial); create table child (id serial) inherits (parent); insert into child values (80)`,
    columns: [
      ['child.id', 'serial', 'child_id_seq', 'behind', 81n],
      ['parent.id', 'serial', 'parent_id_seq', 'ok', 1n],
    ],
  },
]
