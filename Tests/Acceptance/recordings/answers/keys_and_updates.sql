set sql_generate_invisible_primary_key=1
create table g1 (a int)
show create table g1
select * from g1
insert into g1 values (5),(6)
select my_row_id, a from g1
create table g2 (a int, my_row_id int)
create table g3 (a int auto_increment, key(a))
create table g4 (a int not null, unique(a))
show create table g4
create table g5 (a int primary key)
show create table g5
create table g6 (a int, primary key(a))
create table g7 like g1
show create table g7
create table if not exists g1 (a int)
create table g8 select 1 as x
show create table g8
create table g9 (y int) select 1 as x
show create table g9
create temporary table gt (a int)
show create table gt
# alter table g1 drop primary key
alter table g1 drop column my_row_id
alter table g1 add column b int
alter table g1 alter column my_row_id set visible
show create table g1
alter table g1 modify my_row_id int
create table `g(10` (`a(b` int comment 'x(')
show create table `g(10`
create table g11 (a int) comment 'x'
insert into g11 (my_row_id, a) values (7, 8)
select my_row_id, a from g11
set sql_generate_invisible_primary_key=0
set sql_require_primary_key=1
create table p1 (a int)
create table p2 (a int not null, unique(a))
create table p3 (a int, unique(a))
create table p4 (a int not null, b int, unique(b), unique(a,b))
alter table p2 drop index a
create temporary table p5 (a int)
create table p6 like g1
create table p7 select 1 as x
create table p8 (a int primary key)
alter table p8 drop primary key
set sql_generate_invisible_primary_key=1
create table p9 (a int)
show create table p9
set sql_require_primary_key=0, sql_generate_invisible_primary_key=0
create table gg (id int primary key, a int, g int as (a+1) stored, v int as (a*2))
insert into gg (id,a) values (1,1)
update gg set g=default
update gg set g=default, a=5
update gg set v=default where id=1
select * from gg
update gg set g=7
insert into gg values (2,2,default,default)
insert into gg values (2,2,default,default) on duplicate key update g=default
select * from gg
create table s (id int primary key, v int)
insert into s values (1,1)
create table src (k int primary key, x int)
insert into src values (1,100),(7,700)
insert into s (id, v) select k, x from src on duplicate key update v = src.x + 1
insert into s (id, v) select q.k, q.x from src as q on duplicate key update v = q.x + s.v
insert into s (id, v) select * from (select k, x from src) as d on duplicate key update v = d.x
insert into s (id, v) select k, 5 from src on duplicate key update v = x
insert into s (id, v) select k, sum(x) from src group by k on duplicate key update v = x
insert into s (id, v) select k, sum(x) from src group by k on duplicate key update v = values(v)+1
insert into s (id, v) select distinct k, x from src on duplicate key update v = x
insert into s (id, v) select k, x from src union select 1,2 on duplicate key update v = x
insert into s (id, v) select a.k, b.x from src a join src b on a.k=b.k on duplicate key update v = a.x + b.x + s.v
insert into s (id, v) select k, x from src on duplicate key update v = nosuch
insert into s (id, v) select k, x from src on duplicate key update v = src.nosuch
insert into s select k, x from src on duplicate key update s.v = src.x * 2, id = s.id
select * from s order by id
create table c1 (id int primary key, a int, key ia (a), constraint fkx foreign key (a) references src (k))
show create table c1
create table c2 (id int primary key, a int, foreign key (a) references src (k))
show create table c2
alter table c2 add index ib (a)
show create table c2
alter table c2 drop foreign key c2_ibfk_1
create table c3 (id int primary key, a int, foreign key same (a) references src (k))
show create table c3
alter table c3 add index ia (a)
show create table c3
alter table c3 drop index ia
create table c4 (id int primary key, a int, constraint nm foreign key (a) references src (k), key z (a, id))
show create table c4
alter table c4 drop index z
create table c5 (id int primary key, a int, b int, foreign key (a) references src (k), foreign key (b) references src(k), key (a,b))
# show create table c5
