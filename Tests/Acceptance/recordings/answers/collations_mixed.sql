create table a (id int, v varchar(20) collate utf8mb4_0900_ai_ci, g varchar(20) collate utf8mb4_general_ci, b varchar(20) collate utf8mb4_bin, l varchar(20) character set latin1, vb varbinary(20), e enum('a','b'))
insert into a values (1,'a','a','a','a','a','a'),(2,'A','B','a','b','c','b')
select concat(v,g) from a
select coercibility(concat(v,g)) from a
select collation(concat(v,g)) from a
select charset(concat(v,g)) from a
select if(1,v,g) from a
select coalesce(v,g) from a
select ifnull(v,g) from a
select nullif(v,g) from a
select case when 1 then v else g end from a
select case v when g then 1 end from a
select case v when g then 1 when 'x' then 2 end from a
select case v when 'a' then v else g end from a
select greatest(v,g) from a
select least(v,g,'x') from a
select instr(v,g) from a
select locate(v,g) from a
select locate(v,g,1) from a
select position(v in g) from a
select replace(v,g,'x') from a
select replace(v,'a',g) from a
select trim(v from g) from a
select trim(both v from g) from a
select trim(leading v from g) from a
select field(v,g,'x') from a
select field(v,g) from a
select find_in_set(v,g) from a
select strcmp(v,g) from a
select v like g from a
select v = g from a
select v <=> g from a
select v < g from a
select v in (g) from a
select v in (g,'a') from a
select v in ('a',g,'b') from a
select v between g and g from a
select v between g and 'x' from a
select v regexp g from a
select regexp_like(v,g) from a
select regexp_replace(v,g,'x') from a
select regexp_replace(v,'a',g) from a
select regexp_substr(v,g) from a
select regexp_instr(v,g) from a
select v from a union select g from a
select concat_ws(v,g,'x') from a
select concat_ws(',',v,g) from a
select elt(1,v,g) from a
select make_set(1,v,g) from a
select export_set(1,v,g) from a
select insert(v,1,1,g) from a
select lpad(v,10,g) from a
select rpad(v,10,g) from a
select substring_index(v,g,1) from a
select substring_index(g,'a',1) from a
select group_concat(v,g) from a
# select max(concat(v,g)) from a
select concat(v,g) = 'a' from a
select concat(v,g) = v from a
select concat(v,g) = concat(v,g) from a
select concat(v,g) collate utf8mb4_bin from a
select concat(v,g) from a order by 1
select concat(v,g) from a group by 1
select concat(v,g) from a group by concat(v,g) order by concat(v,g)
select distinct concat(v,g) from a
select count(distinct concat(v,g)) from a
select concat(v,g) like 'a%' from a
select upper(concat(v,g)) from a
select length(concat(v,g)) from a
select lag(v,1,g) over (order by id) from a
select concat(v,b) from a
select collation(concat(v,b)) from a
select coercibility(concat(v,b)) from a
select v = b from a
select concat(v,l) from a
select collation(concat(v,l)) from a
select coercibility(concat(v,l)) from a
select concat(g,l) from a
select collation(concat(g,l)) from a
select v = l from a
select l = g from a
select concat(v,vb) from a
select collation(concat(v,vb)) from a
select v = vb from a
select concat(g collate utf8mb4_general_ci, v collate utf8mb4_0900_ai_ci) from a
select concat(v, g collate utf8mb4_bin) from a
select coercibility(concat(v, g collate utf8mb4_bin)) from a
select concat(e,g) from a
select e = g from a
select e in (g,'a') from a
select concat(user(), v) from a
select coercibility(user()) from a
select coercibility(database()) from a
select coercibility(version()) from a
select coercibility(concat(1,2)) from a
select coercibility(1) from a
select coercibility('a') from a
select coercibility(null) from a
select coercibility(v) from a
select coercibility(upper('a')) from a
select coercibility(concat('a',v)) from a
select coercibility(id) from a
select coercibility(now()) from a
select coercibility(cast(1 as char)) from a
select coercibility(convert('a' using latin1)) from a
select coercibility(x'41') from a
select coercibility(b'1') from a
select coercibility(_latin1'a') from a
select coercibility(@x) from a
select coercibility(left(v,1)) from a
select json_unquote(v) = g from a
create table t2 as select concat(v,g) x, if(1,v,g) y from a
show create table t2
select concat(v,g) x from a union select v from a
select v from a union select concat(v,g) from a
select v, g from a union select g, v from a order by 1
select a.v from a join a b on a.v = b.g
select a.v from a where v in (select g from a)
select (v,1) = (g,1) from a
# select (v,1) in ((g,1),('a',2)) from a
# select v > all (select g from a) from a
select exists (select 1 from a b where b.v = a.g) from a
