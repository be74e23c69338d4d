select instr('ABC' collate utf8mb4_bin,'b'), instr('ABC','b' collate utf8mb4_bin), locate('b' collate utf8mb4_bin,'ABC'), locate('b','ABC' collate utf8mb4_bin), replace('ABC','b' collate utf8mb4_bin,'x'), find_in_set('b','A,B' collate utf8mb4_bin), find_in_set('b' collate utf8mb4_bin,'A,B'), field('b' collate utf8mb4_bin,'A','B'), strcmp('b' collate utf8mb4_bin,'B'), substring_index('aBc','b' collate utf8mb4_bin,1), trim('a' collate utf8mb4_bin from 'Abc')
create table t (v varchar(20), tm time(3), tm0 time, dt date, ts datetime(3), j json)
insert into t values ('12:34:56.789','12:34:56.789','12:34:56','2020-01-31','2020-01-31 12:34:56.789','[1]'),('12:34:56','12:34:56','12:34:56','2020-01-31','2020-01-31','"2020-01-31"'),('123456','12:34:56','12:34:56','2020-1-31','2020-01-31','1'),('abc','00:00:00','00:00:00','2020-01-31','2020-01-31','"12:34:56"')
select v = tm from t
select v = tm0 from t
select v < tm from t
select tm > v from t
select v <=> tm from t
select tm = '12:34:56' from t
select tm = '123456' from t
select tm = '12:34:56.7890' from t
select tm0 < '9:00:00' from t
select tm0 > 'b' from t
select tm = 'abc' from t
select tm between '1' and '13' from t
# select tm in ('12:34:56','abc') from t
select v = dt from t
select v = ts from t
select dt = concat('2020','-01-31') from t
select ts >= concat('2020-01-31',' 12:00') from t
select dt in ('2020-1-31','a') from t
select dt in ('2020-01-31') from t
select ts in ('2020-01-31','2020-01-31 12:34:56.789') from t
select dt not in ('a','b') from t
select ts between '2020-01-31' and 'x' from t
select dt between '2020-01-31' and '2020-02-01' from t
select dt between null and '2020-02-01' from t
select dt in (20200131, 5) from t
select ts in (20200131) from t
select case dt when '2020-1-31' then 1 when 'x' then 2 end from t
# select case '2020-1-31' when dt then 1 end from t
# select case ts when 20200131 then 1 end from t
select nullif(dt,'2020-1-31') from t
select nullif('2020-1-31',dt) from t
select nullif(dt, 20200131) from t
select greatest(dt,"2020-2-1") from t
select greatest("2020-2-1",dt) from t
select greatest(dt,ts) from t
select least(dt,"2020-1-5") from t
select greatest(tm,"9:0:0") from t
select least(tm, 1) from t
select greatest(ts, 20200201) from t
select greatest(dt, 20200201.5) from t
select greatest('2020-01-01', 1) from t
select least(dt, '2020-01-31 00:00:01') from t
select j = '2020-01-31' from t
# select j = dt from t
select j = 1 from t
select j = '1' from t
select j = tm0 from t
select j < 5 from t
select j > 'a' from t
select j in (1,2) from t
select j in ('2020-01-31', 1) from t
# select j between 0 and 2 from t
select j <=> null from t
insert into t (dt) values (0)
insert into t (ts) values (0)
insert into t (dt) values (1)
insert into t (dt) values (101)
set sql_mode=''
insert into t (dt) values (0),(1),(99),(101),('0'),('')
select dt from t where v is null
set sql_mode=default
select cast(0 as date), cast(1 as date), cast(101 as date), cast(0 as datetime), date_add(0, interval 1 day), date_format(0,'%Y'), date_format(101,'%Y-%m-%d'), datediff(101,0), makedate(0,1), quarter(0), dayname(0), monthname(0), extract(year from 0), extract(month from 1), timestampdiff(day,101,102)
select json_unquote(1.5)
select json_unquote(true)
select json_unquote(null)
select json_quote(null)
select json_quote(cast('1' as json))
select json_pretty(null)
select json_pretty('1')
select json_pretty(1.5)
select json_contains('[1]', 1)
select json_contains(1, '1')
select json_contains('1', null)
select json_keys(null)
select json_length(null,'$')
# select json_overlaps(null,1)
select json_overlaps(1,null)
# select null member of (1)
select 1 member of ('[1]')
select 1 member of (null)
select json_length(1)
select 1
select json_merge_patch(null,1)
select json_merge_preserve(1,null)
select json_merge_preserve('a','1')
select json_merge_patch('1','x')
select json_extract(null,1)
select json_extract('1',null)
select json_extract('a','$')
select json_set(null,1,2)
select json_search('a','one','x')
select json_search(null,'one','x')
select json_search('1',null,'x')
select json_search('1','two','x')
select json_value(null,'$')
select json_value('[1]','$[0]')
select json_value('{"a":1.50}','$.a')
select json_value('{"a":"x"}','$.a' returning signed)
select json_value('{"a":"x"}','$.a' returning signed error on error)
select json_depth('a')
select json_type('a')
select json_length('a')
# select json_table.a from json_table('[1]','$[*]' columns (a int path '$')) as json_table
select json_storage_size('a')
select json_array_append(1,'$',1)
select json_array_insert('[1]','$[0]',1.50)
select json_insert('[1]','$[5]',1.50)
select json_replace('[1]','$[0]',1.50)
select json_array(cast(1.50 as decimal(5,1)))
select json_array(1.5e0)
select json_array(100.00e0)
select json_array(-0.0)
select json_array(1e300)
create table d (j json)
insert into d values (json_array(1.50)), ('[1.50]'), (json_object('a', 2.000))
select j from d
select j->'$[0]' from d
select json_type(j->'$[0]') from d
select j->'$.a' from d
select json_extract(j,'$.a') + 0 from d
select json_set(j,'$[1]',1) from d
select json_merge_patch(j,'{}') from d
select json_array(j) from d
select j = json_array(1.5) from d
select j = '[1.5]' from d
select json_array(1.50) = json_array(1.5) from d
# select distinct j from d
