create table c (id int, f8 double, d2 decimal(6,3), n int, u8 tinyint unsigned, tm time, dt datetime, d date, e enum('x','b','a'), s set('p','q'), v varchar(10), vb varbinary(8), y year, b bit(8), f float)
insert into c (f8) values ('12abc')
insert into c (f8) select '12abc'
insert into c (f8) values ('abc')
insert into c (f8) values ('838:59:59')
insert into c (d2) values ('12abc')
insert into c (d2) values ('abc')
insert into c (n) values ('12abc')
insert into c (n) values ('abc')
insert into c (u8) values ('2024-02-29')
insert into c (u8) values ('2024')
insert into c (n) values ('1e2'), ('1.5'), (' 7 '), ('99999999999')
insert into c (n) values ('1e2'), ('1.5'), (' 7 ')
insert into c (f) values ('1x')
insert into c (y) values ('12abc')
insert into c (e) values (1.5), (1.9e0), ('2')
insert into c (s) values (1.5), (2.9e0)
insert into c (tm) values (cast('2020-01-01 10:00:00' as datetime))
insert into c (tm) values ('2020-01-01 10:00:00')
insert into c (d) values (cast('2020-01-01 10:00:00' as datetime))
insert into c (d) values ('2020-01-01 10:00:00')
insert into c (b) values (b'1100001')
insert into c (v) select b from c where b is not null
insert into c (vb) select b from c where b is not null
insert into c (n) select b from c where b is not null
insert into c (n) values (b'1100001'), (x'61'), (0x61)
insert into c (u8) select b'1100001'
insert into c (d2) select x'61'
insert into c (f8) select x'61' union select b'1'
insert into c (y) select x'07e4'
select * from c
select 1 as k, min(v), 1 from c group by k having v
select 1 as k, 1 from c group by k having v
select id as k, count(*) from c group by k having v
select id as k, v from c group by k having v
select count(*) from c group by id having v
select id, max(v) from c group by id having v > 'a'
select id, max(v) m from c group by id having m > 'a'
select id, count(v) from c having v > 1
select count(*) from c having id > 1
select id from c having v > 1
select id from c having c.id > 1
select id+1 x from c having id > 1
select upper(v) from c group by id having v = 'a'
# select std(f8), variance(f8) from (select 1e200 f8 union select 1e300) t
select sum(ifnull(s,1)), sum(ifnull(e,'')), ifnull(e,'')+0 from c
select 1e200*1e200
# select sum(f8) from (select 1e308 f8 union all select 1e308) t
# select avg(f8) from (select 1e308 f8 union all select 1e308) t
