# select year(1)
# select year(0)
select year(99)
select year('1')
select year('20-01-01')
select month(0)
select day(0)
select year(20200101)
# select year(1000000)
select dayofmonth(101)
select dayofyear(1)
select weekday(101)
select to_days(0)
select to_days(101)
select last_day(0)
select last_day(101)
select timestamp(0)
select timestamp('0000-00-00')
select date(0)
select date('0000-00-00')
select from_days(0)
select from_days(1)
select from_days(365)
select from_days(366)
select unix_timestamp(0)
select unix_timestamp(1)
select unix_timestamp('0000-00-00')
select unix_timestamp('1970-01-01')
select week('2020-01-05', null)
select week('2020-01-05', 1)
select yearweek('2020-01-05', null)
select cast(10000000 as time)
select cast(8385959 as time)
select cast(8390000 as time)
select cast(1000000 as time)
select cast(-8390000 as time)
select cast(9223372036854775807 as time)
select cast(20200101 as time)
select cast(20200101123456 as time)
select cast('839:00:00' as time)
select cast('10000000' as time)
select cast('-839:00:00' as time)
select time('838:59:59.9')
select hour(20200131)
select minute(20200131)
select second(20200131)
select time_to_sec(9223372036854775807)
select time_to_sec('839:0:0')
select hour('839:00:00')
select microsecond(8390000)
select timestampadd(microsecond, 1.5, '2020-01-01')
select date_add('2020-01-01', interval 1.5 day)
select date_add('2020-01-01', interval '1.5' day)
select date_add('2020-01-01', interval 1.5 second)
select date_add('2020-01-01', interval 2.5 microsecond)
select date_add('2020-01-01', interval 9223372036854775807 day)
# select date_add('2020-01-01', interval 18446744073709551615 quarter)
select date_add('2020-01-01', interval -9223372036854775808 month)
select period_add(202001, 0)
select period_add(0, 1)
select period_diff(0, 1)
# select period_add(202001, 9223372036854775807)
select period_add(202013, 1)
select period_diff(202001, 202013)
select bin(1.5)
select oct(1.5)
select bin(-1.5)
select oct('9x')
select bin(1e20)
select conv('',10,16)
select conv('zz',10,16)
select conv('12x',10,16)
select conv(15.9,10,16)
select conv('-1',10,16)
select conv('-1',10,-16)
select conv(null,10,16)
select conv('1',1,16)
select conv('9223372036854775808',10,-10)
select format(1.5, 9223372036854775807)
select format(1.5,-1)
select format(1.5, 40)
select format(1234567.891, 2)
select format('a', 2)
select format(12345678901234567890, 3)
select soundex('é')
select soundex('été')
select soundex('日本')
select soundex('')
select soundex('robert')
select soundex('a1b')
select soundex(' x')
select 1 & 1.5
select 1 | 2.5
select 1.5 << 1
select '1.5' & 3
select '3x' | 0
select 1e0 & 3
select 2.5e0 | 0
select 3.5 ^ 0
select -1.5 & 7
select ~1.5
select ~'a'
select 9223372036854775808e0 | 0
select json_object('k', 1.50)
select json_array(1.50, 1e1, 10.0, 0.10)
select json_set('{}','$.a',1.50)
select cast(1.50 as json)
select json_extract(json_array(1.50),'$[0]')
select json_arrayagg(1.50)
select json_object('a', cast(1.5 as decimal(10,3)))
select json_unquote(1)
select json_unquote(json_array(1))
select json_quote(1)
select json_pretty(1)
select json_length(1)
select json_extract(1, '$')
select json_type(1)
select json_valid(1)
select json_valid(null)
select json_valid('1')
select json_valid(1.5)
# select json_contains(null, 1)
select json_keys(1)
select json_value(1, '$')
select json_value('a', '$.a')
select json_set(1, '$.a', 1)
select json_merge_patch('1', 1)
select json_search(1, 'one', 'a')
select json_depth(1)
select 1 member of (1)
select json_overlaps('1', 1)
select json_storage_size(1)
select json_remove(1,'$[0]')
select if(cast('[1]' as json), 1, 0)
select if(cast('0' as json),1,0)
select if(cast('null' as json),1,0)
select if(cast('"a"' as json),1,0)
select if(cast('{}' as json),1,0)
select if(cast('false' as json),1,0)
select if(cast('1.5' as json),1,0)
select if(cast('""' as json),1,0)
select not cast('[1]' as json)
select cast('[1]' as json) and 1
select cast('[1]' as json) or 0
select cast('[1]' as json) xor 1
select cast('[1]' as json) is true
select cast('[1]' as json) is false
select !cast('true' as json)
select cast('[1]' as json) + 1
select cast('"2"' as json) + 1
select cast('true' as json) + 1
select cast('null' as json) + 1
select cast('{"a":1}' as json) * 2
create table j (j json, d2 decimal(10,2), e enum('x','b','a','12'), s set('p','q','r'), tm time(3), dt date, y year, ts datetime(6), f float, id int, u bigint unsigned, n int)
insert into j values ('[1]',1.5,'b','p,q','12:34:56.789','2020-01-31',2020,'2020-01-31 12:34:56.789',1.5,1,18446744073709551615,null),('1',-2.5,'12','','-00:00:01','2024-02-29',1999,'2024-02-29',0.1,2,0,1),('true',0,'x','r',null,null,null,null,null,3,5,0)
select id from j where j
select id from j where not j
insert into j (j) values (1)
insert into j (j) values (true)
insert into j (j) values (1.5)
insert into j (j) select id from j
update j set j = 1
insert into j (j) values (cast(1 as json))
# insert into j (d2) select j from j where id=1
insert into j (n) select j from j where id=2
insert into j (n) select j from j where id=3
insert into j (n) values (cast('"5"' as json)), (cast('2.5' as json)), (cast('true' as json))
insert into j (e) values (1.5)
insert into j (e) values ('1.5')
insert into j (e) values (1.4),(2.6e0),(cast(2 as decimal))
insert into j (e) values (0)
insert into j (e) values (5)
insert into j (s) values (1.5)
select ceil(if(0, y, tm)) from j where id=1
select if(1, tm, 1) + 0 from j where id=1
select sum(if(1, e, s)) from j where id=1
select if(1, s, e)+1 from j where id=1
select if(1,tm,'x')+0 from j where id=1
select avg(if(1,e,'')) from j
select sum(case when 1 then e else '' end) from j
select sum(ifnull(e,'')) from j
select sum(coalesce(e,'')) from j
select sum(nullif(e,'')) from j
select max(any_value(e)) from j
select sum(any_value(e)) from j
select any_value(e)+0 from j
select sum(greatest(e,e)) from j
select any_value(s)+0 from j
# select e+0, concat(e)+0, (select e from j b where b.id=a.id)+0, sum(e), max(e)+0, min(s)+0, avg(s) from j a group by e, a.id
select id from j where if(1, tm, 0)
select id from j where if(1, e, 0)
select id from j where e
select id from j where s
select id from j where any_value(e)
select any_value(x'61')+0
select x'61'+0
select if(1,x'61',1)+0
select coalesce(x'61')+0
select ifnull(x'61',1)+0
select 1 from j group by 1 having e
select id from j group by id having e
select id as k from j group by k having id
select count(*) from j group by e having e > 'a'
select count(*) c from j group by e having d2 > 1
select e c from j group by c having e = 'x'
select id x, sum(n) from j group by x having j.id > 1
select y = 20 from j
select y > dt from j
# select y >= cast('2020-02-29' as date) from j
select y = '20' from j
select y = 2020.0 from j
select y < ts from j
# select greatest(1, dt) from j
# select least(dt, 1) from j
select greatest(dt, '2021-01-01') from j
select greatest(ts, '2021-01-01') from j
select greatest(tm, '13:00:00') from j
select least(dt, ts) from j
select greatest(dt, 20250101) from j
select ts = 1.5 from j
select dt = 1.5 from j
select tm = 1.5 from j
select ts in (1.5, 2) from j
select 1 in (0, ts) from j
select dt between 1 and 2 from j
select 0 between dt and ts from j
select ts = 'a' from j
select ts in ('a') from j
select ts in ('a','b') from j
select dt between 'a' and 'b' from j
select case dt when 'a' then 1 end from j
select case 'a' when dt then 1 end from j
select nullif(dt,'a') from j
select nullif(1.5, dt) from j
select dt > 'a' from j
select tm = 'a' from j
select e = tm from j
select 'a' = tm from j
select tm < 'b' from j
select dt = 'abc' or 1 from j
select * from j where dt = '2020-13-01'
select * from j where dt in ('2020-13-01')
select count(*) from j where dt = ''
select count(*) from j where ts > '2020-01-01 25:00:00'
select locate(_utf8mb4'a' collate utf8mb4_bin, 'A')
select instr('ABC', 'b')
select instr('ABC', _utf8mb4'b' collate utf8mb4_bin)
select locate('b','ABC')
select position('B' in 'abc')
