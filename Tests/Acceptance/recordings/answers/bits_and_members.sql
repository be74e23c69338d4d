create table c (id int, v varchar(10), vb varbinary(8), y year, b bit(8), e enum('x','b','a'), s set('p','q'), tx text, bl blob, c char(4))
insert into c (b) values (b'1100001')
insert into c (v) select b from c where b is not null
insert into c (vb) select b from c where b is not null
insert into c (tx,bl,c) select b,b,b from c where b is not null
insert into c (v) values (b'1100001')
update c set v = b where b is not null
insert into c (e) values (1.5), (1.9e0), ('2')
insert into c (s) values (1.5), (2.9e0)
insert into c (y) select x'07e4'
insert into c (v) select concat(b,'') from c where b is not null
insert into c (v) select coalesce(b) from c where b is not null
# select * from c
