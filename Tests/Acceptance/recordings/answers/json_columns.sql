create table t (i int, d decimal(5,2), v varchar(10), dt date, y year, dd double)
insert into t values (5,1.50,'[1]','2020-01-01',2020,1.5)
alter table t modify i json
alter table t modify d json
alter table t modify dd json
# alter table t modify dt json
alter table t modify y json
alter table t modify v json
select * from t
show create table t
create table t2 as select json_array(1.50) j, 1 as n
select * from t2
select addtime(time'12:00:00', time'838:00:00')
select from_days(0)
select date_add('9999-12-31', interval 1 day)
create table t3 (j json not null, k json)
insert into t3 values (1, null)
insert into t3 values ('a', null)
insert into t3 (k) values ('1')
insert into t3 values (null, '1')
insert ignore into t3 values (1,2)
insert ignore into t3 values ('x','1')
insert into t3 (j,k) values ('1', null), ('2', 1=1)
insert into t3 values ('1', @x), ('2', null)
set @x=5
insert into t3 values ('1', @x)
insert into t3 values (x'31', null)
insert into t3 values (convert('1' using latin1), null)
insert into t3 values ('1', (select 1)), ('2', (select '2'))
insert into t3 values (json_extract('[1]','$[0]'), if(1,'1',2))
select j from t3
select k from t3
select json_type(j) from t3
select json_type(k) from t3
update t3 set k = j + 1
update t3 set k = concat(j,'1')
select k from t3
select 'é' = json_extract('"é"','$')
select json_value('"x', '$')
select json_value('"x', '$' default '5' on error)
select json_value('{"a":1}','$.b' default '7' on empty)
select json_value('"x', '$' error on error)
select cast(json_extract('{"a":"2020-01-01"}','$.a') as date)
select cast(json_extract('["12:00:00"]','$[0]') as time)
# select cast('"2020-01-01 10:00"' as json) + interval 1 day
select date(cast('"2020-01-01"' as json))
select year(cast('"2020-01-01"' as json))
select cast(cast('1' as json) as date)
create table t5 (dt date, e enum('a','b'), n int, d decimal(5,2), v varchar(10), b bit(4), ts datetime)
insert into t5 (dt) values (cast('"2020-01-01"' as json))
insert into t5 (e) values (cast('"a"' as json))
insert into t5 (v) values (cast('"abc"' as json))
# insert into t5 (n) values (cast('"12"' as json)),(cast('null' as json))
# insert into t5 (n) values (cast('"x"' as json))
# insert into t5 (n) values (cast('[]' as json))
insert into t5 (d) values (cast('1.239' as json)),(cast('"2.5"' as json)),(cast('false' as json))
insert into t5 (ts) values (json_extract(json_array(cast('2020-01-01 10:00:00' as datetime)),'$[0]'))
select * from t5
