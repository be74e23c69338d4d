# show master status
# show master logs
# show slave status
# show slave hosts
# start slave
# stop slave
# reset slave
# reset master
# change master to master_host='x'
# purge master logs to 'x'
select @@tx_isolation
select @@tx_read_only
select @@persist.max_connections
set tx_isolation='READ-COMMITTED'
select @@default_character_set
select @@slave_parallel_workers, @@replica_parallel_workers
# select @@master_info_repository
select @@expire_logs_days
select @@log_slave_updates, @@log_replica_updates
create table t (id int primary key, k int, v varchar(10), key(k))
insert into t values (1,1,'a'),(2,2,'b'),(3,3,'c')
set sql_safe_updates=1
update t set v='x'
delete from t
update t set v='x' where v='a'
update t set v='x' where id=1
update t set v='x' where k>2
update t set v='x' where k+0>2
update t set v='x' where id in (1,2)
update t set v='x' where k is null
update t set v='x' where v='a' limit 1
update t set v='x' limit 1
delete from t where v='zz'
delete from t where k between 100 and 200
delete from t where k=100 or v='zz'
delete from t where k=100 and v='zz'
# delete from t where 1=0
delete from t where id = 100 or k = 77
update t set v='y' where id <> 1
update t join t t2 on t.id=t2.k set t.v='q'
update t, t t2 set t.v='q' where t.v=t2.v
delete t from t join t t2 on t.v=t2.v
truncate t
insert into t values (1,1,'a')
replace into t values (1,1,'b')
insert into t values (1,1,'c') on duplicate key update v='d'
set sql_safe_updates=0
select * from t partition (p0)
insert into t partition (p0) values (9,9,'x')
delete from t partition (p0)
update t partition (p0) set v='a'
create temporary table tt (id int primary key, v int)
insert into tt values (1,1),(2,2)
select * from tt a join tt b on a.id=b.id
select (select count(*) from tt), (select max(id) from tt)
insert into tt select id+10, v from tt
update tt set v = (select max(v) from tt)
select * from tt where id in (select v from tt)
select * from tt union select * from tt
# with c as (select * from tt) select * from c a join c b on a.id=b.id
drop temporary table tt
select timestamp'2023-12-31'
select timestamp'2023-12-31 10:00'
select date'2023-12-31 10:00:00'
create table d (id int, d date, dt datetime)
insert into d values (1,'2020-01-01','2020-01-01')
select * from d where d < '2020'
select * from d where d = '0000-00-00'
select * from d where d > '0000-00-00'
select * from d where dt = '0000-00-00 00:00:00'
select * from d where d between '0000-00-00' and '2030-01-01'
select * from d where d = '2020-00-00'
select k as x, v as x from t order by x
# select k as x, v as x from t group by x
select k as x, k as x from t order by x
create table w (id int primary key, a decimal(0,1))
create table w (id int primary key, a float(0,1))
create table w (id int primary key, a decimal(0,0), b decimal(0))
show create table w
create table w2 (e enum('x') default 1)
create table w3 (e enum('x') default 'X')
create table w4 (s set('x','y') default 3)
create table w5 (i int default 'a')
create table w6 (d date default 20200101)
set lc_messages='xx_XX'
set character_set_client=utf16
set character_set_client=ucs2
set names utf32
set character_set_results=utf16
set character_set_results=default
set names default
create view v1 as select distinct id from t with check option
create view v2 as select id from t with check option
create or replace view v3 as select * from v3
create or replace view v2 as select * from v2
alter view v2 as select * from v2
select sum(k) over (order by v range 5 preceding) from t
select sum(k) over (order by v, k range 5 preceding) from t
select sum(k) over (range 5 preceding) from t
select sum(k) over (order by k range interval 1 day preceding) from t
insert into d values (2, date_add('9999-12-31', interval 1 day), null)
insert into d select 3, date_add('9999-12-31', interval 1 day), null
update d set d = date_add('9999-12-31', interval 1 day)
create table m (i bigint, u bigint unsigned)
insert into m values (9223372036854775807, 18446744073709551615)
# select round(i, -1) from m
# select round(u, -1) from m
select truncate(u,-1), round(i,-2) from m
grant select on information_schema.* to root@localhost
grant select on performance_schema.* to root@localhost
insert into t values (1,2,'dup') on duplicate key update id=id
create table fk1 (a int primary key, b int, c int as (b) virtual, foreign key (c) references t (id))
create table ty (id varchar(10) primary key)
create table fk2 (a int, foreign key (a) references ty (id))
set foreign_key_checks=0
create table fk3 (a int, foreign key (a) references nop (id))
# create table nop (id varchar(10) primary key)
set foreign_key_checks=1
