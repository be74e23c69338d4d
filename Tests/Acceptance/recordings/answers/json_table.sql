select * from json_table('[{"a":1,"b":"x"},{"a":2}]', '$[*]' columns (n for ordinality, a int path '$.a', b varchar(5) path '$.b' default '"none"' on empty)) t
create table doc (id int primary key, j json)
insert into doc values (1,'{"tags":["a","b"],"n":{"k":[1,2]}}'),(2,'{"tags":[]}'),(3,null),(4,'[1,2]')
select doc.id, t.tag from doc, json_table(doc.j, '$.tags[*]' columns (tag varchar(5) path '$')) t order by doc.id, t.tag
select doc.id, t.tag from doc left join json_table(doc.j, '$.tags[*]' columns (tag varchar(5) path '$')) t on true order by doc.id, t.tag
select doc.id, t.tag from doc join json_table(doc.j, '$.tags[*]' columns (tag varchar(5) path '$')) t on t.tag = 'a' order by doc.id, t.tag
select * from json_table('{"o":[{"k":1,"c":[5,6]},{"k":2,"c":[]}]}', '$.o[*]' columns (k int path '$.k', nested path '$.c[*]' columns (c int path '$'))) t order by k, c
select * from json_table('[{"x":"7"},{"x":"seven"},{"x":[7]},{}]', '$[*]' columns (x int path '$.x' default '-1' on empty default '-2' on error, raw json path '$.x', ex int exists path '$.x')) t
select * from json_table('[{"a":[1,2],"b":[3,4]},{"a":[],"b":[5]},{}]', '$[*]' columns (r for ordinality, nested path '$.a[*]' columns (a int path '$', ai for ordinality), nested path '$.b[*]' columns (b int path '$'))) t
select * from json_table('[1,"2",3.5,null,true,[1],{"a":1}]', '$[*]' columns (i int path '$', d decimal(5,1) path '$', v varchar(10) path '$', j json path '$', f double path '$')) t
select * from json_table('["2020-01-01","x",null]', '$[*]' columns (d date path '$', t datetime path '$', s char(3) path '$')) t
select * from json_table('[{"x":"seven"}]', '$[*]' columns (x int path '$.x' error on error)) t
select * from json_table('[{}]', '$[*]' columns (x int path '$.x' error on empty)) t
select * from json_table('not json', '$[*]' columns (x int path '$')) t
select * from json_table(null, '$[*]' columns (x int path '$')) t
select * from json_table('[1,2]', '$[' columns (x int path '$')) t
select * from json_table('[1,2]', '$[*]' columns (x int path '$', x int path '$')) t
select * from json_table('[1,2]', '$[*]' columns (x int path '$'))
select t.*, t.x + 1 from json_table('[3,1,2]', '$[*]' columns (x int path '$')) t order by x desc limit 2
select sum(x), count(*), max(x) from json_table('[3,1,2]', '$[*]' columns (x int path '$')) t where x > 1
select t1.x, t2.y from json_table('[1,2]', '$[*]' columns (x int path '$')) t1 join json_table('[2,3]', '$[*]' columns (y int path '$')) t2 on t1.x = t2.y
select (select group_concat(t.tag order by t.tag) from json_table(doc.j, '$.tags[*]' columns (tag varchar(5) path '$')) t) g from doc order by id
select id from doc where exists (select 1 from json_table(doc.j, '$.tags[*]' columns (tag varchar(5) path '$')) t where t.tag = 'b')
create view jv as select doc.id, t.tag from doc, json_table(doc.j, '$.tags[*]' columns (tag varchar(5) path '$')) t
select * from jv order by id, tag
# show create view jv
create table copy as select t.* from json_table('[{"a":1,"b":"x"}]', '$[*]' columns (n for ordinality, a int path '$.a', b varchar(5) path '$.b', c json path '$.b', d decimal(6,2) path '$.a')) t
show create table copy
insert into doc (id, j) select x, json_array(x) from json_table('[10,11]', '$[*]' columns (x int path '$')) t
update doc join json_table('[{"i":10,"v":5}]', '$[*]' columns (i int path '$.i', v int path '$.v')) t on doc.id = t.i set doc.j = json_array(t.v)
select * from doc where id >= 10 order by id
delete doc from doc join json_table('[10,11]', '$[*]' columns (i int path '$')) t on doc.id = t.i
select count(*) from doc
select * from json_table('{"a":{"b":1}}', '$' columns (p int path '$.a.b', q int path '$.z', r varchar(20) path '$.a')) t
select * from json_table('[[1,2],[3]]', '$[*]' columns (o for ordinality, nested path '$[*]' columns (o2 for ordinality, v int path '$'))) t
select * from json_table('[{"a":1},{"a":1},{"a":2}]', '$[*]' columns (a int path '$.a')) t group by a having count(*) > 1
with c as (select * from json_table('[1,2]', '$[*]' columns (x int path '$')) t) select * from c
select * from json_table('[1,2]', '$[*]' columns (x int path '$')) as t union select 5
select * from json_table('["a","B"]', '$[*]' columns (x varchar(5) path '$')) t where x = 'b'
select * from json_table('["a","B"]', '$[*]' columns (x varchar(5) collate utf8mb4_bin path '$')) t where x = 'b'
select x from json_table('[300]', '$[*]' columns (x tinyint path '$')) t
select x from json_table('[-1]', '$[*]' columns (x int unsigned path '$')) t
select x from json_table('["abcdef"]', '$[*]' columns (x varchar(3) path '$')) t
select a.id, t.x from doc a, json_table(b.j, '$' columns (x int path '$')) t
# select t.x, doc.id from json_table(doc.j, '$' columns (x int path '$')) t, doc
